"""Start-up of the program beside importing pandas, in one run: medians of nine.

python benchmarks/startup.py
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

PICTURES = sorted(map(str, Path(__file__).parent.parent.glob("examples/*/images/**/*.jpg")))[:10]
COMMANDS = {
    "python -c pass": ("-c", "pass"),
    "facelint --version": ("-m", "facelint", "--version"),
    "facelint --help": ("-m", "facelint", "--help"),
    "facelint policy lint": ("-m", "facelint", "policy", "lint", "essentials"),
    "check-images, 10 files": ("-m", "facelint", "check-images", *PICTURES),
    "import pandas": ("-c", "import pandas"),
}


def once(arguments: tuple[str, ...]) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=False, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def main() -> None:
    times = {name: statistics.median(once(arguments) for _ in range(9)) for name, arguments in COMMANDS.items()}
    bare = times["python -c pass"]
    print(f"{'':24}{'ms':>7}{'× bare Python':>15}")
    for name, seconds in times.items():
        print(f"{name:24}{seconds * 1000:7.0f}{seconds / bare:15.1f}")


if __name__ == "__main__":
    main()
