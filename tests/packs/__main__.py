"""How much of the shipped rules the tests hold: rules changed in one thing each, and which tests notice.

    python -m tests.packs

Prints by kind of change how many there are, how many are noticed by what, and every one that nothing notices.
"""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from packs import figures

    print(figures.text())  # noqa: T201


if __name__ == "__main__":
    main()
