"""Camera makers' own segments: owners, serial numbers and notes in forms that only they use."""

from __future__ import annotations

import re
import struct

from facelint.imagemeta.blocks import makernotes
from facelint.imagemeta.model import Kind
from facelint.imagemeta.reading import Reading
from facelint.imagemeta.source import Source

_META_HOLDS = frozenset({Kind.OWNER_NAMES, Kind.SERIAL_NUMBERS, Kind.FREE_TEXT})
_META = {
    0xC353: ("CameraOwner", Kind.OWNER_NAMES),
    0xC354: ("SerialNumber", Kind.SERIAL_NUMBERS),
    0xC355: ("UserSelectGroupTitle", Kind.FREE_TEXT),
}
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8}
_CODES = {b"ASCII\0\0\0": "latin-1", b"UNICODE\0": "utf-16"}
_OF_PLACE = re.compile(r"location|place|address|city|town|street|country", re.IGNORECASE)
"""In the names that a user gives to fields."""
_MAX_TEXT = 4096
_MAX_DEPTH = 5


def meta(reading: Reading, content: Source, where: str) -> None:
    """Kodak's: a TIFF structure with tags of its own."""
    if reading.wanted.isdisjoint(_META_HOLDS):
        return
    data = content.read(6, content.size)
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(data[:4])
    if order is None:
        reading.cannot(where, "damaged", _META_HOLDS)
        return
    begin = struct.unpack_from(f"{order}I", data, 4)[0] if len(data) >= 8 else len(data)
    count = struct.unpack_from(f"{order}H", data, begin)[0] if begin + 2 <= len(data) else 0
    ifd = data[begin + 2 : begin + 2 + 12 * count]
    if not count or len(ifd) < 12 * count:
        reading.cannot(where, "damaged", _META_HOLDS)
    for tag, kind, number, at in struct.iter_unpack(f"{order}HHII", ifd[: len(ifd) // 12 * 12]):
        reading.step()
        if tag not in _META:
            continue
        name, told = _META[tag]
        length = number * _SIZES.get(kind, 1)
        if length > 4 and at + length > len(data):
            reading.cannot(f"{where} > {name}", "breaks off", frozenset({told}))
        elif length > 4:
            _add(reading, told, f"{where} > {name}", _exif_text(data[at : at + min(length, _MAX_TEXT)], order))


def _exif_text(raw: bytes, order: str) -> str:
    """A text behind eight bytes that name its characters, if they do."""
    code = _CODES.get(raw[:8])
    if code == "utf-16":
        code = "utf-16-le" if order == "<" else "utf-16-be"
    return raw[8:].decode(code, "replace") if code else raw.decode("latin-1")


def rmeta(reading: Reading, content: Source, where: str) -> None:
    """Ricoh's fields, which the user defines: names in a block of type 1, values in one of type 2."""
    data = content.read(6, content.size)
    order = ">" if data[:2] == b"MM" else "<"
    names: list[str] = []
    at = 6
    while at + 4 <= len(data):
        reading.step()
        kind, size = struct.unpack_from(f"{order}HH", data, at)
        end = at + 2 + size + (2 if kind == 0 else 0)
        if size < 2 or end > len(data):
            reading.cannot(where, "breaks off", frozenset({Kind.FREE_TEXT, Kind.LOCATION_TEXT}))
            return
        if kind == 2:
            values = _fields(data[at + 4 : end])
            _add(reading, Kind.FREE_TEXT, where, "; ".join(one for one in values if one))
            for name, value in zip(names, values, strict=False):
                if _OF_PLACE.search(name):
                    _add(reading, Kind.LOCATION_TEXT, f"{where} > Location", value)
        elif kind == 1:
            names = _fields(data[at + 4 : end])
        at = end


def _fields(raw: bytes) -> list[str]:
    return [one.strip() for one in raw.decode("latin-1").split("\0")]


def samsung(reading: Reading, content: Source, where: str) -> None:
    raw = content.read(11, 64)
    if raw.strip(b"\0"):
        reading.add(Kind.UNIQUE_ID, "app-other", f"{where} > UniqueID", raw.hex())


def qvci(reading: Reading, content: Source, where: str) -> None:
    """Casio's: a date at a fixed place."""
    _add(reading, Kind.CAPTURED_AT, f"{where} > DateTimeOriginal", content.read(0x4D, 20).decode("latin-1"))


def tdhd(reading: Reading, content: Source, where: str) -> None:
    """HP's: names of four letters, types and lengths; some hold others."""
    _hp(reading, content.read(0, content.size), where, 0)


def _hp(reading: Reading, data: bytes, where: str, depth: int) -> None:
    at = 0
    while at + 12 <= len(data):
        reading.step()
        name, kind, size = struct.unpack_from("<4sII", data, at)
        value = data[at + 12 : at + 12 + size]
        if len(value) < size:
            reading.cannot(where, "breaks off", frozenset({Kind.SERIAL_NUMBERS}))
        if depth < _MAX_DEPTH and (kind == 0x10001 or name in (b"TDHD", b"LSLV")):
            _hp(reading, value, where, depth + 1)
        elif name == b"CMSN":
            _add(reading, Kind.SERIAL_NUMBERS, f"{where} > CMSN", value.decode("latin-1"))
        at += 12 + size


def pentax(reading: Reading, content: Source, where: str) -> None:
    """A maker note outside of EXIF."""
    big_endian = content.read(8, 2) == b"MM"
    makernotes.read(reading, content, 0, content.size, "PENTAX", big_endian, where)


_CIFF = {
    0x0805: ("Comment", Kind.FREE_TEXT),
    0x0810: ("OwnerName", Kind.OWNER_NAMES),
    0x180B: ("SerialNumber", Kind.SERIAL_NUMBERS),
    0x180E: ("CapturedTime", Kind.CAPTURED_AT),
}
_CIFF_HOLDS = frozenset(kind for _, kind in _CIFF.values())


def ciff(reading: Reading, content: Source, where: str) -> None:
    """Canon's heap: parts first, at the end an index of them and the place of that."""
    if reading.wanted.isdisjoint(_CIFF_HOLDS):
        return
    data = content.read(0, content.size)
    order = ">" if data[:2] == b"MM" else "<"
    (begin,) = struct.unpack_from(f"{order}I", data, 2)
    _heap(reading, data[begin:], order, where, 0)


def _heap(reading: Reading, heap: bytes, order: str, where: str, depth: int) -> None:
    index = struct.unpack_from(f"{order}I", heap, len(heap) - 4)[0] if len(heap) >= 4 else 0
    count = struct.unpack_from(f"{order}H", heap, index)[0] if index + 2 <= len(heap) else 0
    entries = heap[index + 2 : index + 2 + 10 * count]
    if not count or len(entries) < 10 * count or depth > _MAX_DEPTH:
        reading.cannot(where, "damaged", _CIFF_HOLDS)
        return
    for at in range(0, len(entries), 10):
        reading.step()
        tag, size, start = struct.unpack_from(f"{order}HII", entries, at)
        inline = tag & 0xC000 == 0x4000
        value = entries[at + 2 : at + 10] if inline else heap[start : start + size]
        if not inline and tag & 0x3800 in (0x2800, 0x3000):
            _heap(reading, value, order, where, depth + 1)
        elif tag & 0x3FFF in _CIFF and any(value):
            _heap_value(reading, tag & 0x3FFF, value, order, where)


def _heap_value(reading: Reading, tag: int, value: bytes, order: str, where: str) -> None:
    name, kind = _CIFF[tag]
    if kind in (Kind.FREE_TEXT, Kind.OWNER_NAMES):
        _add(reading, kind, f"{where} > {name}", value.partition(b"\0")[0].decode("latin-1"))
    elif len(value) >= 4 and any(value[:4]):
        reading.add(kind, "app-other", f"{where} > {name}", str(struct.unpack_from(f"{order}I", value)[0]))


def _add(reading: Reading, kind: Kind, where: str, text: str) -> None:
    text = text.strip(" \0\t\r\n")
    if text.strip("0"):
        reading.add(kind, "app-other", where, text)
