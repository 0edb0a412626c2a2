"""Trains a toy model on the pictures of a dataset, and does not start on one that may not be used.

python examples/gate/train.py examples/studio-portraits
python examples/gate/train.py examples/masked-face-market

The model is the mean brightness of faces, bare and masked: what a script does behind the gate is its own affair.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from pathlib import Path
from statistics import mean

from PIL import Image, ImageStat

import facelint


def train(dataset: Path) -> dict[str, float]:
    """The mean brightness of the pictures, of bare faces and of masked ones."""
    brightness = defaultdict(list)
    with (dataset / "manifest.csv").open(newline="", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            with Image.open(dataset / "images" / row["path"]) as picture:
                kind = "masked" if row["masked"] == "true" else "bare"
                brightness[kind].append(ImageStat.Stat(picture.convert("L")).mean[0])
    return {kind: round(mean(values), 1) for kind, values in sorted(brightness.items())}


def main(dataset: Path) -> None:
    with facelint.gate(dataset, as_of="2026-11-22") as report:
        print(f"the gate is open: {report.verdict}")
        print(train(dataset))


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except facelint.UserError as refused:
        sys.exit(f"no training: {refused}")
