"""What a picture's file tells about a person, as JSON and as a table for a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import NotRequired, TypedDict

from facelint.formats.escape import json_text, line
from facelint.imagemeta import ImageMetadata, Kind
from facelint.redact import Redactor
from facelint.values import quantity

SCHEMA = "facelint/inspection/1"

_OF_A_VOCABULARY = frozenset({Kind.OPT_OUT, Kind.MODEL_RELEASE, Kind.MINOR_AGE_DISCLOSURE})
"""Kinds whose values are words of a standard, shown as they are."""


class FoundJson(TypedDict):
    kind: str
    place: str
    where: str
    """Blocks and tags from the outside in."""
    state: NotRequired[str]
    """Of coordinates: yes, zero, partial or empty."""
    found: NotRequired[str]
    """What stands there: a keyed hash, unless it is a word of a standard or was to be revealed."""


class PictureJson(TypedDict):
    kind: str
    place: str
    where: str
    start: int | None
    """Its first byte in the file; null where it does not stand there in one piece."""
    length: int


class UnreadableJson(TypedDict):
    where: str
    reason: str
    hides: list[str]
    """Kinds that it may tell, for all that is known."""


class FileJson(TypedDict):
    path: str
    format: str | None
    width: int | None
    height: int | None
    frames: int | None
    gps_state: str
    metadata_kinds: list[str]
    findings: list[FoundJson]
    pictures: list[PictureJson]
    not_examined: list[UnreadableJson]


class InspectionJson(TypedDict):
    schema: str
    hash_key: str
    files: list[FileJson]


Inspected = Sequence[tuple[str, ImageMetadata]]
"""Paths, and what their files tell."""


def render_json(files: Inspected, redactor: Redactor) -> str:
    told: InspectionJson = {
        "schema": SCHEMA,
        "hash_key": redactor.key_id,
        "files": [_file(path, metadata, redactor) for path, metadata in files],
    }
    return json_text(json.dumps(told, ensure_ascii=False, indent=2)) + "\n"


def _file(path: str, metadata: ImageMetadata, redactor: Redactor) -> FileJson:
    return {
        "path": path,
        "format": metadata.format or None,
        "width": metadata.width,
        "height": metadata.height,
        "frames": metadata.frames,
        "gps_state": metadata.gps_state,
        "metadata_kinds": sorted(metadata.blocks),
        "findings": list(_findings(metadata, redactor)),
        "pictures": [
            {
                "kind": one.kind.value,
                "place": one.place,
                "where": one.where,
                "start": one.start if one.start >= 0 else None,
                "length": one.length or len(one.data),
            }
            for one in metadata.embedded
        ],
        "not_examined": [
            {
                "where": one.where,
                "reason": one.reason,
                "hides": ["everything"] if one.hides == frozenset(Kind) else sorted(kind.value for kind in one.hides),
            }
            for one in metadata.unreadable
        ],
    }


def _findings(metadata: ImageMetadata, redactor: Redactor) -> Iterator[FoundJson]:
    for at in metadata.coordinates:
        told: FoundJson = {"kind": Kind.GPS.value, "place": at.place, "where": at.where, "state": at.state}
        if at.latitude is not None and at.longitude is not None:
            told["found"] = redactor.show(f"{at.latitude:.6f}, {at.longitude:.6f}", personal=True)
        yield told
    for one in metadata.findings:
        told = {"kind": one.kind.value, "place": one.place, "where": one.where}
        if one.value:
            told["found"] = redactor.show(one.value, personal=one.kind not in _OF_A_VOCABULARY)
        yield told


def render_text(files: Inspected, redactor: Redactor) -> str:
    return "\n".join("\n".join(_lines(_file(path, metadata, redactor))) + "\n" for path, metadata in files)


def _lines(file: FileJson) -> Iterator[str]:
    size = f", {file['width']} × {file['height']}" if file["width"] and file["height"] else ""
    yield f"{line(file['path'])}: {file['format'] or 'not a picture of a format that is read here'}{size}"
    if file["metadata_kinds"]:
        yield f"  holds {', '.join(file['metadata_kinds'])}"
    found = [(one["kind"], one["place"], one["where"], _found(one)) for one in file["findings"]]
    found += [(one["kind"], one["place"], one["where"], f"{one['length']:,} bytes") for one in file["pictures"]]
    widths = [max((len(row[i]) for row in found), default=0) for i in range(3)]
    for kind, place, where, shown in found:
        yield f"  {kind:{widths[0]}}  {place:{widths[1]}}  {where:{widths[2]}}  {shown}".rstrip()
    if not found and not file["not_examined"]:
        yield "  nothing about a person"
    for one in file["not_examined"]:
        hidden = one["hides"]
        some = ", ".join(hidden[:4]) + (f" and {quantity(len(hidden) - 4, 'kind')} more" if len(hidden) > 4 else "")
        yield f"  not examined: {line(one['where'])}: {line(one['reason'])} (may hold {some})"


def _found(one: FoundJson) -> str:
    return line("  ".join(part for part in (one.get("state", ""), one.get("found", "")) if part), 100)
