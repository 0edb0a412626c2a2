"""`datasets` itself: a `datasets.Dataset` is judged as its manifest is, and gives its passing rows back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running import AS_OF

from .tools import EXAMPLES, environment, run

SCRIPT = """
import csv, json, sys
from pathlib import Path
import datasets, yaml
import facelint

folder, as_of = Path(sys.argv[1]), sys.argv[2]
card = yaml.safe_load((folder / "facelint.yaml").read_text("utf-8"))["card"]
how = {"as_of": as_of, "policies": ["essentials", "file-privacy"], "card": card, "consents": folder / "consents.csv"}

def told(report):
    whole = json.loads(report.to_json())
    return {rule["id"]: rule["answers"] for rule in whole["rules"]}

on_disk = facelint.check(folder, as_of=as_of, policies=how["policies"])
rows = datasets.Dataset.from_csv(str(folder / "manifest.csv"), cache_dir=sys.argv[3])
ids = [one.id for one in facelint.compliant(folder, as_of=as_of, policies="file-privacy")]
private = {**how, "policies": "file-privacy", "images": folder / "images"}
there = rows.filter(lambda row: (folder / "images" / row["path"]).is_file())
pictures = datasets.Dataset.from_dict(
    {"image": [str(folder / "images" / path) for path in there["path"]], "record_id": there["record_id"]}
).cast_column("image", datasets.Image())
embedded = datasets.Dataset.from_dict(
    {"image": [{"bytes": b"no picture", "path": None}]}, features=datasets.Features({"image": datasets.Image()})
)
print(json.dumps({
    "same": told(facelint.check(rows, images=folder / "images", **how)) == told(on_disk),
    "kept": facelint.compliant(rows, **private)["record_id"][:] == ids,
    "shuffled": sorted(facelint.compliant(rows.shuffle(seed=7), **private)["record_id"][:]) == sorted(ids),
    "pictures": [one for one in ids if one in pictures["record_id"][:]]
                == facelint.compliant(pictures, policies="file-privacy", as_of=as_of)["record_id"][:],
    "embedded": facelint.check(embedded, policies="file-privacy").verdict,
}))
"""


@pytest.fixture(scope="module")
def programs() -> Path:
    return environment("hf", "datasets>=3", "pandas>=2.2")


@pytest.mark.parametrize("folder", ["studio-portraits", "masked-face-market"])
def test_a_dataset_of_the_library(programs: Path, tmp_path: Path, folder: str) -> None:
    offline = {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path)}
    ended = run(programs, "python", "-c", SCRIPT, EXAMPLES / folder, AS_OF, tmp_path, cwd=tmp_path, **offline)
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout.splitlines()[-1])
    assert told == {"same": True, "kept": True, "shuffled": True, "pictures": True, "embedded": "incomplete"}
