"""Coordinates of many pictures: facelint's reader beside the floor of opening each file, and beside other readers.

    python benchmarks/image_headers.py [--files 20000]

Every reader answers for every file whether it holds coordinates; how many of its answers are right is printed beside
its time. Peers that are not installed are left out and named. `structure` reads what the file's structure leads to
and says that it did not search what lies behind the picture; `whole` searches that too, as `facelint check` does, with
NumPy loaded as it is there.
"""

from __future__ import annotations

import argparse
import io
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pictures

from facelint.imagemeta import EVERYTHING, FileSource, Kind, read

Reader = Callable[[str], bool]
GPS = frozenset({Kind.GPS})


def floor(path: str) -> bool:
    descriptor = os.open(path, os.O_RDONLY)
    os.pread(descriptor, 4096, 0)
    os.close(descriptor)
    return False


def _reader(wanted: frozenset[Kind], searches: bool) -> Reader:
    def has_gps(path: str) -> bool:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            return read(FileSource.of(descriptor), wanted, searches).gps_state == "yes"
        finally:
            os.close(descriptor)

    return has_gps


structure = _reader(GPS, False)
whole = _reader(GPS, True)
everything = _reader(EVERYTHING, True)


def with_pillow(path: str) -> bool:
    from PIL import Image

    with Image.open(path) as image:
        gps = image.getexif().get_ifd(0x8825)
    return 2 in gps and 4 in gps


def with_piexif(path: str) -> bool:
    import piexif

    gps = piexif.load(path)["GPS"]
    return piexif.GPSIFD.GPSLatitude in gps and piexif.GPSIFD.GPSLongitude in gps


def with_exifread(path: str) -> bool:
    import exifread

    logging.getLogger("exifread").setLevel(logging.CRITICAL)
    with Path(path).open("rb") as stream:
        tags = exifread.process_file(stream, details=False)
    return "GPS GPSLatitude" in tags and "GPS GPSLongitude" in tags


PEERS = {"PIL": ("Pillow", with_pillow), "piexif": ("piexif", with_piexif), "exifread": ("exifread", with_exifread)}


def seconds(reader: Reader, paths: Sequence[str], runs: int = 3) -> tuple[float, list[bool]]:
    """The best of some runs, and the answers of the last."""
    best, answers = float("inf"), []
    for _ in range(runs):
        start = time.perf_counter()
        answers = [reader(path) for path in paths]
        best = min(best, time.perf_counter() - start)
    return best, answers


class Table:
    """A line for each reader, as multiples of the first."""

    def __init__(self, title: str) -> None:
        print(f"\n{title}\n{'':30}  µs a file  × floor     right")
        self.floor = 0.0

    def row(self, name: str, took: float, files: int, right: int | None) -> None:
        each = took / files * 1e6
        self.floor = self.floor or each
        said = "" if right is None else f"{right:,} of {files:,}"
        print(f"{name:30}  {each:9.1f}  {each / self.floor:7.2f}  {said:>16}", flush=True)


def one_kind(kind: str, made: dict[Path, bool]) -> None:
    paths, truth = [str(path) for path in made], list(made.values())
    size = sum(path.stat().st_size for path in made) / len(made) / 1000
    table = Table(f"{len(paths):,} {kind.upper()} files of {size:.0f} KB on average, warm cache, one process")

    def measure(name: str, reader: Reader, some: slice = slice(None), runs: int = 3) -> None:
        took, answers = seconds(reader, paths[some], runs)
        right = None if reader is floor else sum(a == b for a, b in zip(answers, truth[some], strict=True))
        table.row(name, took, len(answers), right)

    measure("open, read 4 KiB, close", floor)
    measure("facelint, structure", structure)
    measure("facelint, whole", whole)
    measure("facelint, whole, all kinds", everything)
    few = slice(0, max(200, len(paths) // 10))
    for module, (name, reader) in PEERS.items():
        if kind != "jpeg" and module == "piexif":
            continue
        if find_spec(module):
            measure(name, reader, few, runs=2)
        else:
            print(f"{name:30}  not installed")
    if shutil.which("exiftool"):
        took, answers = with_exiftool(paths[few])
        table.row("exiftool, one process", took, len(answers), sum(map(bool.__eq__, answers, truth[few])))
    else:
        print(f"{'exiftool':30}  not installed")


def with_exiftool(paths: Sequence[str]) -> tuple[float, list[bool]]:
    start = time.perf_counter()
    command = ["exiftool", "-q", "-q", "-n", "-f", "-p", "$GPSLatitude", "-@", "-"]
    done = subprocess.run(command, input="\n".join(paths), capture_output=True, text=True, check=False)
    return time.perf_counter() - start, [line != "-" for line in done.stdout.splitlines()]


def _batch(paths: Sequence[str]) -> int:
    return sum(structure(path) for path in paths)


def many_at_once(made: dict[Path, bool]) -> None:
    """Two processes on a warm cache; threads on a cold one, where the kernel lets us empty it."""
    paths = [str(path) for path in made]
    halves = [paths[::2], paths[1::2]]
    table = Table(f"{len(paths):,} JPEG files, structure")
    table.row("one process, warm", seconds(structure, paths)[0], len(paths), None)
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(_batch, [half[:50] for half in halves]))
        start = time.perf_counter()
        list(pool.map(_batch, halves))
        table.row("two processes, warm", time.perf_counter() - start, len(paths), None)
    for threads in (1, 8):
        if not forget(paths):
            print("cold: the cache of this machine cannot be emptied")
            return
        start = time.perf_counter()
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(structure, paths, chunksize=64))
        table.row(f"{threads} threads, cold", time.perf_counter() - start, len(paths), None)
    if find_spec("PIL") and forget(paths):
        start = time.perf_counter()
        for path in paths:
            with_pillow(path)
        table.row("Pillow, cold", time.perf_counter() - start, len(paths), None)


def forget(paths: Sequence[str]) -> bool:
    """Takes the files out of the page cache; whether that is possible here."""
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)
    return True


def whole_processes(made: dict[Path, bool]) -> None:
    """`facelint check` with one rule about coordinates beside exiftool, each from its start to its end."""
    folder = next(iter(made)).parent.parent
    rows = "\n".join(str(path.relative_to(folder)) for path in made)
    (folder / "metadata.csv").write_text(f"file_name\n{rows}\n")
    policy = folder / "gps.yaml"
    policy.write_text(
        "policy: gps\ntitle: No coordinates\nversion: '1'\nrules:\n"
        "  - {id: gps, title: No coordinates, severity: error, require: {image.gps: false}}\n"
    )
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "facelint", "check", str(folder), "--policy", str(policy)],
        capture_output=True, check=False,
    )  # fmt: skip
    took = time.perf_counter() - start
    table = Table("whole processes")
    table.row("facelint check", took, len(made), None)
    if done.returncode != 1:
        sys.exit(f"facelint check ended with {done.returncode}: {done.stderr.decode()[:300]}")
    if shutil.which("exiftool"):
        few = [str(path) for path in made][: max(200, len(made) // 10)]
        table.row("exiftool", with_exiftool(few)[0], len(few), None)


def main() -> None:
    print(f"Python {sys.version.split()[0]}, NumPy {np.__version__}, {os.cpu_count()} cores")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=20_000, help="JPEGs; of PNG and WebP a tenth of it")
    files = parser.parse_args().files
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)
    with tempfile.TemporaryDirectory(prefix="facelint-bench-") as folder:
        jpegs = pictures.make(Path(folder, "jpeg"), "jpeg", files)
        one_kind("jpeg", jpegs)
        whole_processes(jpegs)
        many_at_once(jpegs)
        for kind in ("png", "webp"):
            one_kind(kind, pictures.make(Path(folder, kind), kind, files // 10))


if __name__ == "__main__":
    main()
