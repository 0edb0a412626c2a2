"""Real PNG, WebP, GIF, BMP and PSD files against what is known of them. Nothing of what they hold is printed."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from running import ROOT

from facelint.imagemeta import FileSource, ImageMetadata, Kind, read

DATA = ROOT.parent / "shared" / "data"
FORMATS = ("PNG", "WEBP", "Extended WEBP", "GIF", "BMP", "PSD")
KINDS = {
    "loc": Kind.LOCATION_TEXT,
    "serial": Kind.SERIAL_NUMBERS,
    "owner": Kind.OWNER_NAMES,
    "person": Kind.PERSON_NAMES,
    "contact": Kind.CONTACT,
}

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the collection of real files is not at {DATA}")


def truth() -> list[dict[str, Any]]:
    if not DATA.is_dir():
        return []
    rows = map(json.loads, (DATA / "truth.jsonl").read_text("utf-8").splitlines())
    return [row for row in rows if row["format"].split(" (")[0] in FORMATS]


def place(name: str) -> str:
    """The reference tells more places apart."""
    return "png-text" if name.startswith("png_") else name


def looked_at(path: Path) -> ImageMetadata:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return read(FileSource.of(descriptor))
    finally:
        os.close(descriptor)


@pytest.mark.parametrize("row", truth(), ids=lambda row: Path(row["file"]).name)
def test_as_known(row: dict[str, Any]) -> None:
    found = looked_at(DATA / row["file"])
    assert {(one.place, one.state) for one in found.coordinates if one.state != "empty"} == {
        (place(name), state) for name, state in row.get("gps", {}).items()
    }
    for name, kind in KINDS.items():
        told = {one.place for one in found.findings if one.kind is kind}
        assert told == {place(one) for one in row.get(name, [])}, name
    assert any(one.kind is Kind.COPYRIGHT for one in found.findings) == bool(row.get("copyright"))
    assert any(one.kind is Kind.FREE_TEXT for one in found.findings) == bool(row.get("free_text"))
    assert any(one.kind is Kind.OPT_OUT for one in found.findings) == bool(row.get("optout"))
    if not row["malformed"]:
        assert found.width
        assert found.frames is not None
