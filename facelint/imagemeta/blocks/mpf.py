"""The index of a multi-picture file (CIPA DC-007): further pictures behind the first, each with metadata of its own."""

from __future__ import annotations

import struct
from typing import Literal, NamedTuple

from facelint.imagemeta.containers import reader_of
from facelint.imagemeta.model import EVERYTHING, Kind
from facelint.imagemeta.reading import Reading
from facelint.imagemeta.source import Source

HOLDS = EVERYTHING
"""Any picture may be among them."""

_ENTRIES = 0xB002
_UNIQUE_IDS = 0xB003
_ENTRY = 16
_UNIQUE_ID = 33
_MAX_PICTURES = 1_000
_LARGE_THUMBNAIL = 1

Range = tuple[int, int]


class _Listed(NamedTuple):
    """A further picture as the index states it; `start` counts from the index's own begin."""

    number: int
    kind: Literal[Kind.PREVIEW, Kind.SECONDARY_IMAGES]
    start: int
    length: int


def read(reading: Reading, tiff: Source, file: Source, where: str, base: int = -1) -> list[Range]:
    """The pictures that the index leads to are read; where they are in the file is returned, in order.

    `base` is where the index stands in `file`, if that can't be seen from their own places.
    """
    reading.block("mpf")
    index = _index(reading, tiff, where)
    if base < 0:
        base = tiff.start - file.start
    found: list[tuple[int, _Listed]] = []
    for one in index:
        start = base + one.start
        if start + one.length > file.size:
            reading.cannot(f"MPF picture {one.number}", "beyond the end of the file", HOLDS)
        if one.length and start < file.size and file.read(start, 2) == b"\xff\xd8":
            found.append((start, one))
        elif not reading.searches:
            reading.cannot(f"MPF picture {one.number}", "not where the index says", HOLDS)
    return _pictures(reading, file, sorted(found))


def _pictures(reading: Reading, file: Source, found: list[tuple[int, _Listed]]) -> list[Range]:
    """Each picture ends where the next begins at the latest, so that no byte is read for two of them."""
    ranges = []
    for i, (start, one) in enumerate(found):
        end = found[i + 1][0] if i + 1 < len(found) else file.size
        length = min(one.length, end - start)
        if not length:
            continue
        ranges.append((start, length))
        _picture(reading, file.part(start, length).at_hand(), one)
    return ranges


def _picture(reading: Reading, picture: Source, one: _Listed) -> None:
    where = f"MPF picture {one.number}"
    data = picture.read(0, picture.size) if picture.start < 0 and one.kind in reading.wanted else b""
    reading.picture(one.kind, "mpf", where, picture.start, picture.size, data)
    _, reader = reader_of(picture)
    if reader is not None:
        with reading.within("mpf", where):
            reader(reading, picture)


def _index(reading: Reading, tiff: Source, where: str) -> list[_Listed]:
    """The entries but the first one's, which is the picture that holds the index."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff.read(0, 4))
    head = tiff.read(4, 4)
    if order is None or len(head) < 4:
        reading.cannot(where, "damaged", HOLDS)
        return []
    (at,) = struct.unpack(f"{order}I", head)
    raw = tiff.read(at, 2)
    count = struct.unpack(f"{order}H", raw)[0] if len(raw) == 2 else 0
    ifd = tiff.read(at + 2, 12 * count)
    if not count or len(ifd) < 12 * count:
        reading.cannot(where, "its directory breaks off", HOLDS)
    listed: list[_Listed] = []
    for tag, _, number, value in struct.iter_unpack(f"{order}HHII", ifd[: len(ifd) // 12 * 12]):
        reading.step()
        if tag == _ENTRIES:
            listed += _entries(reading, tiff.read(value, min(number, _MAX_PICTURES * _ENTRY)), number, order, where)
        elif tag == _UNIQUE_IDS and Kind.UNIQUE_ID in reading.wanted:
            _unique_ids(reading, tiff.read(value, min(number, _MAX_PICTURES * _UNIQUE_ID)), number, where)
    return listed


def _entries(reading: Reading, data: bytes, said: int, order: str, where: str) -> list[_Listed]:
    if len(data) < said or said % _ENTRY:
        reading.cannot(f"{where} > MPEntry", "breaks off", HOLDS)
    listed = []
    for i in range(len(data) // _ENTRY):
        reading.step()
        attribute, length, start = struct.unpack_from(f"{order}3I", data, i * _ENTRY)
        if start:
            thumbnail = attribute >> 16 & 0xFF == _LARGE_THUMBNAIL
            listed.append(_Listed(i + 1, Kind.PREVIEW if thumbnail else Kind.SECONDARY_IMAGES, start, length))
    return listed


def _unique_ids(reading: Reading, data: bytes, said: int, where: str) -> None:
    at = f"{where} > ImageUIDList"
    if len(data) < said:
        reading.cannot(at, "breaks off", frozenset({Kind.UNIQUE_ID}))
    for begin in range(0, len(data), _UNIQUE_ID):
        text = data[begin : begin + _UNIQUE_ID].decode("latin-1").strip(" \0")
        if text:
            reading.add(Kind.UNIQUE_ID, "mpf", at, text)
