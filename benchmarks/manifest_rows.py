"""A million manifest rows through the rules of `essentials` that need no file: time and peak memory.

    python benchmarks/manifest_rows.py [--rows 1000000]

The floor, in the same run, is reading the same columns with Arrow in a process of its own.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

FILE_RULES = ("no-gps", "no-names-in-image", "no-device-serials", "file-present", "file-inside-dataset",
              "image-decodes", "digest-matches", "one-subject-per-picture", "unlisted-files")  # fmt: skip
COLUMNS = ("path", "record_id", "subject_id", "consent_id", "synthetic", "source_type", "source_name", "source_url",
           "source_agreement", "license")  # fmt: skip


def dataset(folder: Path, rows: int) -> None:
    """One record in fifty has each of: an unknown consent, a lapsed one, no source type, no licence."""
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet as pq

    n = range(rows)
    consents = rows // 10
    day = date(2026, 1, 1)
    table = pa.table(
        {
            "path": [f"images/{i // 1000:04d}/{i:07d}.jpg" for i in n],
            "record_id": [f"{i:07d}" for i in n],
            "subject_id": [f"s-{i % consents}" for i in n],
            "subject_age": [str(18 + i % 60) for i in n],
            "consent_id": ["nobody" if i % 50 == 1 else f"c-{i % consents}" for i in n],
            "synthetic": ["false"] * rows,
            "source_type": ["" if i % 50 == 2 else "first_party_collection" for i in n],
            "source_name": [f"studio {i % 40}" for i in n],
            "source_url": [""] * rows,
            "source_agreement": [""] * rows,
            "captured_at": [(day - timedelta(days=i % 700)).isoformat() for i in n],
            "license": ["" if i % 50 == 3 else "CC-BY-4.0" for i in n],
        }
    )
    pq.write_table(table, folder / "manifest.parquet")
    pyarrow.csv.write_csv(table, folder / "manifest.csv")
    m = range(consents)
    registry = {
        "consent_id": [f"c-{i}" for i in m],
        "subject_id": [f"s-{i}" for i in m],
        "status": ["given"] * consents,
        "given_at": ["2024-01-01"] * consents,
        "valid_until": ["2025-01-01" if i % 50 == 4 else "2030-01-01" for i in m],
    }
    pyarrow.csv.write_csv(pa.table(registry), folder / "consents.csv")
    off = ", ".join(f"essentials/{name}" for name in FILE_RULES)
    (folder / "facelint.yaml").write_text(f"consents: consents.csv\nmanifest: manifest.csv\ndisable: [{off}]\n")


def run(*command: str) -> tuple[float, float, str]:
    """Seconds, peak memory in MiB, and the last line printed."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    output = process.stdout.read() if process.stdout else ""
    _, _, usage = os.wait4(process.pid, 0)
    return time.perf_counter() - started, usage.ru_maxrss / 1024, output.strip().splitlines()[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        generator = multiprocessing.get_context("spawn").Process(target=dataset, args=(folder, rows))
        generator.start()  # a process of its own: the memory of a parent counts as the child's until it starts anew
        generator.join()
        file, columns = str(folder / "manifest.parquet"), list(COLUMNS)
        read = f"import pyarrow.parquet as q; q.read_table({file!r}, columns={columns!r}); print('-')"
        floor, memory, _ = run(sys.executable, "-c", read)
        print(f"{rows:,} rows × 7 rules: consent join, uniqueness, a search of all columns for personal data")
        print(f"{'':24}{'seconds':>9}{'× floor':>9}{'MiB':>7}  verdict")
        print(f"{'read columns (floor)':24}{floor:9.2f}{1:9.1f}{memory:7.0f}")
        for name in ("manifest.parquet", "manifest.csv"):
            seconds, memory, last = run(sys.executable, "-m", "facelint", "check", str(folder / name), "--no-progress")
            print(f"{'check ' + name:24}{seconds:9.2f}{seconds / floor:9.1f}{memory:7.0f}  {last}")


if __name__ == "__main__":
    main()
