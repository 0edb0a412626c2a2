"""Real files from public collections: what the reference found in them is found, at its place, and nothing besides.

The collection is not part of the project. Nothing of what its files hold is printed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from running import AS_OF, ROOT, Ended, Known, Unsure, facelint, jsonl, known

from facelint.imagemeta import FileSource, in_memory, read

DATA = ROOT.parent / "shared" / "data"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the collection of real files is not at {DATA}")

PLACES = {
    "exif": "exif", "xmp": "xmp", "iptc": "iptc", "makernote": "makernote", "jumbf": "jumbf", "png_text": "png-text",
    "png_rawprofile_exif": "png-text", "png_rawprofile_iptc": "png-text", "app_other:APP3": "app-other",
    "app_other:APP6": "app-other",
}  # fmt: skip
"""The reference's names of places, and ours."""
AT_PLACES = {
    "loc": "location_text", "serial": "serial_numbers", "owner": "owner_names", "person": "person_names",
    "contact": "contact",
}  # fmt: skip
ANYWHERE = {
    "copyright": "copyright", "uid": "unique_id", "hostcomputer": "host_computer", "free_text": "free_text",
    "face_regions": "face_regions",
}  # fmt: skip
BEYOND: Mapping[str, str] = {"gps-beyond_exiftool.jpg": "exif"}
"""Where coordinates are that the reference misses: in this file in EXIF that the file breaks off within."""

Entry = tuple[str, str, str]
"""A file, what is found in it, and at which place."""


@cache
def truth() -> dict[str, dict[str, Any]]:
    rows = map(json.loads, (DATA / "truth.jsonl").read_text("utf-8").splitlines())
    return {Path(row["file"]).name: row for row in rows}


@pytest.fixture(scope="module")
def inspected() -> dict[str, dict[str, Any]]:
    """By file, what `facelint inspect --json` tells."""
    paths = [str(DATA / "images" / name) for name in truth()]
    ended = facelint("inspect", *paths, "--json")
    assert ended.err == ""
    return {Path(file["path"]).name: file for file in ended.json["files"]}


def wanted(name: str) -> Iterator[Entry]:
    """In a file that is nothing but XMP, the place is that of sidecars."""
    for entry in stated(name):
        yield (*entry[:2], "sidecar") if name.endswith(".xmp") else entry


def stated(name: str) -> Iterator[Entry]:
    row = truth()[name]
    for place, state in row.get("gps", {}).items():
        yield name, f"gps {state}", PLACES[place]
    if row.get("gps_beyond"):
        yield name, "gps yes", BEYOND[name]
    for word, kind in AT_PLACES.items():
        yield from ((name, kind, PLACES[place]) for place in row.get(word, ()))


def found(file: dict[str, Any], name: str) -> Iterator[Entry]:
    for one in file["findings"]:
        if one["kind"] == "gps" and one["state"] != "empty":
            yield name, f"gps {one['state']}", one["place"]
        elif one["kind"] in AT_PLACES.values():
            yield name, one["kind"], one["place"]


IIM_ITEM = "an item of type `iptc` at byte 56,826 begins 1C 02 5A 00: IIM 2:90, which the reference leaves unread"
DISPUTED: dict[tuple[str, str], str] = {
    ("serial-heic-xmp.heic", "location_text"): IIM_ITEM,
    ("serial-heic-xmp.heic", "free_text"): IIM_ITEM,
    ("gps-beyond_exiftool.jpg", "free_text"): "EXIF that the file breaks off within holds a UserComment",
    ("motionphoto.heic", "free_text"): "an item of type application/octet-stream is a sentence in ASCII",
    ("owner-webp-exif.webp", "pictures"): "IFD1 states a thumbnail of 0 bytes",
}
"""What we tell otherwise than the reference, and why."""


def test_everything_is_found_at_its_place_and_nothing_besides(inspected: dict[str, dict[str, Any]]) -> None:
    print("places:", ", ".join(f"{theirs} is {ours}" for theirs, ours in PLACES.items()))  # noqa: T201
    there = {entry for name in truth() for entry in wanted(name)}
    told = {entry for name, file in inspected.items() for entry in found(file, name)}
    assert len(there) > 80
    assert sorted(entry for entry in there ^ told if entry[:2] not in DISPUTED) == []


def test_what_is_disputed_differs(inspected: dict[str, dict[str, Any]]) -> None:
    """A difference that is none any more has no place in the list."""
    for name, kind in DISPUTED:
        found_kinds = {one["kind"] for one in inspected[name]["findings"]}
        assert (kind in found_kinds) is (kind != "pictures"), (name, kind)


@pytest.mark.parametrize("word", ANYWHERE)
def test_what_is_told_wherever_it_is(inspected: dict[str, dict[str, Any]], word: str) -> None:
    there = {name for name, row in truth().items() if row.get(word)}
    told = {name for name, file in inspected.items() if any(one["kind"] == ANYWHERE[word] for one in file["findings"])}
    assert there
    assert {name for name in told ^ there if (name, ANYWHERE[word]) not in DISPUTED} == set()


def test_a_block_without_coordinates_is_told_apart(inspected: dict[str, dict[str, Any]]) -> None:
    there = {name for name, row in truth().items() if row.get("gps_ifd_empty")}
    told = {name for name, file in inspected.items() if any(one.get("state") == "empty" for one in file["findings"])}
    assert told == there


def test_embedded_pictures_are_told(inspected: dict[str, dict[str, Any]]) -> None:
    there = {name for name, row in truth().items() if row.get("thumb")}
    assert there
    told = {name for name, file in inspected.items() if file["pictures"]}
    assert {name for name in there - told if (name, "pictures") not in DISPUTED} == set()


def test_every_statement_about_training_is_told(inspected: dict[str, dict[str, Any]]) -> None:
    there = {name for name, row in truth().items() if row.get("optout")}
    told = {name for name, file in inspected.items() if any(one["kind"] == "opt_out" for one in file["findings"])}
    assert len(there) == 3
    assert told == there
    with_manifest = {name for name, row in truth().items() if row.get("c2pa")}
    assert {name for name, file in inspected.items() if "jumbf" in file["metadata_kinds"]} == with_manifest


# The same through a check


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A manifest from the listing; the pictures stay where they are."""
    folder = tmp_path_factory.mktemp("corpus")
    rows = ({"path": name, "record_id": f"f-{i}"} for i, name in enumerate(truth()))
    jsonl(folder / "manifest.jsonl", rows)
    (folder / "facelint.yaml").write_text(f"manifest: manifest.jsonl\nimages: {DATA / 'images'}\n")
    return folder


@pytest.mark.parametrize("policy", ["essentials", "file-privacy", "opt-out-and-provenance"])
def test_a_check_ends_with_a_verdict(dataset: Path, policy: str) -> None:
    ended: Ended = facelint("check", dataset, "--policy", policy, "--as-of", AS_OF, "--format", "json")
    assert (ended.code, ended.err) == (1, "")
    for rule in ended.json["rules"]:
        assert sum(rule["answers"].values()) == rule["of"]


@pytest.mark.parametrize(
    ("fact", "word"), [("image.gps", ""), *((f"image.{kind}", word) for word, kind in AT_PLACES.items())]
)
def test_facts_agree_with_what_is_there(dataset: Path, fact: str, word: str) -> None:
    """True where it is there; and where it is not, false, or unsure because of what could not be read."""
    told: dict[str, Known] = dict(zip(truth(), known(dataset, (fact,))[fact], strict=True))
    there = {
        name
        for name, row in truth().items()
        if (row.get(word) if word else row.get("gps_beyond") or "yes" in row.get("gps", {}).values())
    }
    found_in = {name for name, state in told.items() if state == "true"}
    assert {name for name in found_in ^ there if (name, fact.partition(".")[2]) not in DISPUTED} == set()
    denied = {name for name, state in told.items() if state == "false"}
    assert not denied & there
    unsure = {name for name, state in told.items() if isinstance(state, Unsure)}
    damaged = {name for name, row in truth().items() if row["malformed"]}
    assert len(unsure - damaged) <= 8, f"too much is left open: {sorted(unsure - damaged)}"


SIZES = (*range(16, 130), *range(130, 4097, 97), 4096)
"""Of the first read: small ones cut every structure somewhere."""


@pytest.mark.parametrize("name", sorted(path.name for path in (DATA / "images").glob("*")) if DATA.is_dir() else [])
def test_how_much_is_read_at_first_changes_no_answer(name: str) -> None:
    """The first bytes are read in one go, the rest by position: what is told does not depend on where the cut is."""
    path = DATA / "images" / name
    whole = read(in_memory(path.read_bytes(), 0))
    with path.open("rb") as stream:
        descriptor, size = stream.fileno(), path.stat().st_size
        for first in SIZES:
            found = read(FileSource(descriptor, os.pread(descriptor, first, 0), size))
            assert found == whole, first
