"""Trains a toy model on the pictures of a dataset, and does not start on one that may not be used.

python examples/gate/train.py examples/studio-portraits
python examples/gate/train.py examples/masked-face-market

With an attestation and the public key of who signed it, it holds the dataset to that in place of checking it again:

facelint keygen studio
facelint attest examples/studio-portraits --key studio.key --output studio.json
python examples/gate/train.py examples/studio-portraits studio.json studio.pub

The model is the mean brightness of faces, bare and masked: what a script does behind the gate is its own affair.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean

from PIL import Image, ImageStat

import facelint
from facelint.gates.keys import verifier
from facelint.gates.refused import Refused
from facelint.gates.verify import Terms, verify


def train(dataset: Path) -> dict[str, float]:
    """The mean brightness of the pictures, of bare faces and of masked ones."""
    brightness = defaultdict(list)
    with (dataset / "manifest.csv").open(newline="", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            with Image.open(dataset / "images" / row["path"]) as picture:
                kind = "masked" if row["masked"] == "true" else "bare"
                brightness[kind].append(ImageStat.Stat(picture.convert("L")).mean[0])
    return {kind: round(mean(values), 1) for kind, values in sorted(brightness.items())}


def checked(dataset: Path) -> None:
    with facelint.gate(dataset, as_of="2026-11-22") as report:
        print(f"the gate is open: {report.verdict}")
        print(train(dataset))


def verified(dataset: Path, attestation: Path, key: Path) -> None:
    held = verify(attestation.read_bytes(), [verifier(key)], dataset, Terms(datetime.now(UTC)))
    print(f"the gate is open: {held.statement.verdict}, {held.files} files as attested")
    print(train(dataset))


if __name__ == "__main__":
    try:
        paths = [Path(argument) for argument in sys.argv[1:]]
        verified(*paths) if len(paths) == 3 else checked(*paths)
    except (facelint.UserError, Refused) as refused:
        sys.exit(f"no training: {refused}")
