"""Real files from public collections: no crash, no coordinates denied. Nothing of what they hold is printed."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from running import AS_OF, ROOT, Ended, Known, Unsure, facelint, jsonl, known

DATA = ROOT.parent / "shared" / "data"
LATE = "EXIF stands after the picture's data, where it is not read yet"
PILLOW = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF")

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the collection of real files is not at {DATA}")


@cache
def truth() -> dict[str, dict[str, Any]]:
    rows = map(json.loads, (DATA / "truth.jsonl").read_text("utf-8").splitlines())
    return {Path(row["file"]).name: row for row in rows}


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A manifest from the listing; the pictures stay where they are."""
    folder = tmp_path_factory.mktemp("corpus")
    names = sorted(path.name for path in (DATA / "images").iterdir())
    jsonl(folder / "manifest.jsonl", ({"path": name, "record_id": f"f-{i}"} for i, name in enumerate(names)))
    (folder / "facelint.yaml").write_text(f"manifest: manifest.jsonl\nimages: {DATA / 'images'}\n")
    return folder


@pytest.fixture(scope="module")
def answers(dataset: Path) -> dict[str, dict[str, Known]]:
    """By file, what is known of its facts."""
    names = [json.loads(line)["path"] for line in (dataset / "manifest.jsonl").read_text().splitlines()]
    facts = ("image.gps", "image.gps_in", "image.decodes", "image.format", "image.serial_numbers", "image.person_names")
    told = known(dataset, facts)
    return {name: {fact: told[fact][i] for fact in facts} for i, name in enumerate(names)}


def test_essentials_end_with_a_verdict(dataset: Path) -> None:
    ended: Ended = facelint("check", dataset, "--policy", "essentials", "--as-of", AS_OF, "--format", "json")
    assert (ended.code, ended.err) == (1, "")
    for rule in ended.json["rules"]:
        assert sum(rule["answers"].values()) == rule["of"]
    by_name = {rule["id"]: rule["answers"] for rule in ended.json["rules"]}
    assert by_name["essentials/no-gps"]["fail"]
    assert by_name["essentials/image-decodes"]["fail"]


def test_coordinates_in_exif_are_told(answers: dict[str, dict[str, Known]]) -> None:
    """In the formats that Pillow reads, where it reads them: not behind the data of a PNG."""
    there = [
        name
        for name, row in truth().items()
        if row.get("gps", {}).get("exif") == "yes" and row["format"].upper().endswith(PILLOW) and not row["malformed"]
    ]
    missed = [name for name in there if (answers[name]["image.gps"], answers[name]["image.gps_in"]) != ("true", "exif")]
    assert len(there) > 5
    assert {str(answers[name]["image.gps"]) for name in missed} <= {LATE}


def test_coordinates_are_never_denied(answers: dict[str, dict[str, Known]]) -> None:
    """Wherever they are: in XMP, in text, behind the picture, in a malformed file."""
    there = [n for n, row in truth().items() if row.get("gps_beyond") or "yes" in row.get("gps", {}).values()]
    assert len(there) > 10
    assert [name for name in there if answers[name]["image.gps"] != "true" and not unsure(answers, name)] == []


def test_coordinates_are_not_made_up(answers: dict[str, dict[str, Known]]) -> None:
    without = [
        n for n, row in truth().items() if "yes" not in row.get("gps", {}).values() and not row.get("gps_beyond")
    ]
    assert len(without) > 20
    assert [name for name in without if answers[name]["image.gps"] == "true"] == []


def test_no_file_is_of_another_format_than_it_is(answers: dict[str, dict[str, Known]]) -> None:
    read = [name for name, row in truth().items() if row["format"] in PILLOW and not unsure(answers, name, "format")]
    assert len(read) > 20
    assert [name for name in read if answers[name]["image.format"] != truth()[name]["format"].lower()] == []


def unsure(answers: dict[str, dict[str, Known]], name: str, fact: str = "gps") -> bool:
    return isinstance(answers[name][f"image.{fact}"], Unsure)


@pytest.mark.parametrize(("fact", "kind"), [("serial_numbers", "serial"), ("person_names", "person")])
def test_serials_and_names_are_neither_denied_nor_made_up(
    answers: dict[str, dict[str, Known]], fact: str, kind: str
) -> None:
    there = {name for name, row in truth().items() if row.get(kind)}
    told = {name for name in truth() if answers[name][f"image.{fact}"] == "true"}
    denied = {name for name in truth() if answers[name][f"image.{fact}"] == "false"}
    assert there
    assert told <= there
    assert not denied & there
    assert denied, "some file is known to have none"
