"""Many mutated files through the reader of images: no exception escapes, none takes long or much memory.

    cd tests && python -m fuzz [--inputs 1000000] [--seed 0] [--corpus FOLDER]

Prints how many were read, the worst time and memory, and for each failure what makes it again. Exits 1 if there is
any. `make fuzz` runs a million.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from facelint.imagemeta import in_memory, read

from .mutations import mutated
from .seeds import seeds

MAX_SECONDS = 1.0
MAX_MIB = 64
UNFORESEEN = "damaged in a way that is not known here"
BATCH = 1000


@dataclass
class Tally:
    """What became of some inputs."""

    read: int = 0
    slowest: float = 0.0
    mib: float = 0.0
    failures: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.read += other.read
        self.slowest = max(self.slowest, other.slowest)
        self.mib = max(self.mib, other.mib)
        self.failures += other.failures


@cache
def corpus(folder: str) -> Sequence[bytes]:
    """The seeds made here and, where there are any, the small files of a folder."""
    files = sorted(Path(folder).iterdir()) if folder else []
    return [*seeds().values(), *(path.read_bytes() for path in files if path.stat().st_size < 100_000)]


def batch(job: tuple[int, int, str]) -> Tally:
    """The inputs that begin with one seed."""
    seed, count, folder = job
    tally = Tally()
    rng = random.Random(seed)
    pool = corpus(folder)
    for number in range(count):
        data = mutated(rng, pool)
        before = _peak()
        start = time.process_time()
        failure = one(data)
        took = time.process_time() - start
        grown = _peak() - before
        tally.add(Tally(1, took, grown))
        if took > MAX_SECONDS:
            failure = failure or f"took {took:.2f} s"
        if grown > MAX_MIB:
            failure = failure or f"took {grown:.0f} MiB"
        if failure:
            tally.failures.append(f"seed {seed}, input {number}, {len(data):,} bytes: {failure}")
    return tally


def one(data: bytes) -> str:
    """What went wrong in reading a file; empty where nothing did."""
    try:
        told = read(in_memory(data))
    except Exception as error:  # that none escapes is what is tested
        return f"{type(error).__name__} escaped"
    return next((unreadable.reason for unreadable in told.unreadable if UNFORESEEN in unreadable.reason), "")


def _peak() -> float:
    """MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def jobs(inputs: int, seed: int, folder: str) -> Iterator[tuple[int, int, str]]:
    for start in range(0, inputs, BATCH):
        yield seed + start, min(BATCH, inputs - start), folder


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--corpus", default="", help="a folder of files to mutate too")
    asked = parser.parse_args()
    total = Tally()
    start = time.perf_counter()
    with ProcessPoolExecutor() as pool:
        for tally in pool.map(batch, jobs(asked.inputs, asked.seed, asked.corpus)):
            total.add(tally)
            if total.read % 50_000 == 0:
                print(f"{total.read:,} read, {len(total.failures)} failures", file=sys.stderr, flush=True)
    for failure in total.failures[:50]:
        print(failure)
    print(
        f"{total.read:,} inputs in {time.perf_counter() - start:.0f} s: {len(total.failures)} failures; "
        f"the slowest took {total.slowest:.3f} s, the largest {total.mib:.0f} MiB"
    )
    return 1 if total.failures else 0


if __name__ == "__main__":
    sys.exit(main())
