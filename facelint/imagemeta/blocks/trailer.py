"""Bytes after a picture: what phones and programs append there, and pictures and videos behind the picture."""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

from facelint.imagemeta.blocks import iptc, strays
from facelint.imagemeta.model import EVERYTHING, GpsState, Kind
from facelint.imagemeta.reading import Reading
from facelint.imagemeta.source import Source

HOLDS = EVERYTHING
"""A picture behind the picture tells whatever a picture may tell."""

_TAIL = 128
"""Bytes at the end by which an appended block with its head at the end is known."""
_MAX_BLOCKS = 32
_MAX_ENTRIES = 1_000

_Appended = Callable[[Reading, Source, bytes], int]
"""Reads the block that ends with a source, given its last bytes: answers with where it begins, or -1."""


def read(reading: Reading, source: Source, where: str) -> None:
    """All that follows the picture; blank bytes are nothing."""
    if not reading.wanted or strays.blank(source, 0, source.size):
        return
    reading.block("trailer")
    reading.add(Kind.TRAILER, "trailer", where)
    end = source.size
    with reading.within("trailer", where):
        for _ in range(_MAX_BLOCKS):
            begin = _appended(reading, source.part(0, end))
            if begin < 0:
                break
            end = begin
    if end:
        strays.read(reading, source.part(0, end), "trailer", where)


def _appended(reading: Reading, source: Source) -> int:
    at = max(source.size - _TAIL, 0)
    tail = source.read(at, _TAIL)
    for begin, size, appended in _FOOTERS:
        if tail[-size:].startswith(begin):
            return appended(reading, source, tail)
    tail = tail.rstrip(b"\0")
    for end, appended in _APPENDED:
        if tail.endswith(end):
            return appended(reading, source.part(0, at + len(tail)), tail)
    return -1


def _cannot(reading: Reading, where: str, hides: frozenset[Kind] = HOLDS) -> int:
    reading.cannot(where, "damaged", hides)
    return -1


def _qdio(reading: Reading, source: Source, tail: bytes) -> int:
    """The place of a sound, stated once more behind Samsung's index."""
    length = int.from_bytes(tail[-10:-6], "little") + 10
    return source.size - length if length < source.size else -1


def _samsung(reading: Reading, source: Source, tail: bytes) -> int:
    """An index of parts before it, each with a type, a name and content. Ends with its own length and SEFT."""
    length = int.from_bytes(tail[-8:-4], "little")
    index = source.size - 8 - length
    head = source.read(index, 12) if index >= 0 else b""
    if len(head) < 12 or head[:4] != b"SEFH":
        return _cannot(reading, "Samsung")
    count = min(int.from_bytes(head[8:], "little"), _MAX_ENTRIES)
    entries = source.read(index + 12, 12 * count)
    begin = index
    for _, kind, back, size in struct.iter_unpack("<HHII", entries[: len(entries) // 12 * 12]):
        reading.step()
        if back > index or not 8 <= size <= back:
            _cannot(reading, "Samsung")
            continue
        begin = min(begin, index - back)
        _samsung_part(reading, source.part(index - back, size), kind)
    return begin


def _samsung_part(reading: Reading, part: Source, kind: int) -> None:
    head = part.read(0, 128)
    length = int.from_bytes(head[4:8], "little")
    where = f"Samsung > {_SAMSUNG.get(kind, 'part of unknown type')}"
    if 8 + length > part.size:
        _cannot(reading, where)
        return
    name, content = head[8 : 8 + length], part.part(8 + length, part.size)
    if name.startswith(b"PhotoEditor"):
        reading.add(Kind.EDITING_SOFTWARE, "trailer", "Samsung > PhotoEditor", "Samsung Photo Editor")
    if kind == _TIME:
        _captured_at(reading, content.read(0, 20), where)
    elif kind not in _SAMSUNG_SILENT and not _short(content):
        strays.read(reading, content, "trailer", where)


def _short(content: Source) -> bool:
    """Whether a part is a setting: a word or a number in figures."""
    return content.size <= 64 and content.read(0, 64).isascii()


def _captured_at(reading: Reading, figures: bytes, where: str) -> None:
    """Milliseconds since 1970."""
    if figures.isdigit() and int(figures):
        seconds = min(int(figures) // 1000, 2**33)
        reading.add(Kind.CAPTURED_AT, "trailer", where, datetime.fromtimestamp(seconds, UTC).isoformat())


_TIME = 0x0A01
_SAMSUNG = {
    0x0001: "Embedded image", 0x0100: "Embedded sound", 0x0201: "Surround shot video", _TIME: "Image_UTC_Data",
    0x0A20: "Dual camera image", 0x0A30: "MotionPhoto_Data", 0x0AA1: "MCC_Data", 0x0AB1: "Depth map",
    0x0B40: "SingleShot_Meta", 0x0B41: "SingleShot depth map",
}  # fmt: skip
_SAMSUNG_SILENT = frozenset((0x0AA1, 0x0AB0, 0x0AB1, 0x0AB3, 0x0AC0, 0x0B40, 0x0B41))
"""Depth maps and settings of the camera."""


def _fotostation(reading: Reading, source: Source, tail: bytes) -> int:
    """One record: content, a number, the length of all, a signature."""
    number, length = int.from_bytes(tail[-10:-8], "big"), int.from_bytes(tail[-8:-4], "big")
    begin = source.size - length
    if length < 10 or begin < 0:
        return _cannot(reading, "FotoStation")
    content = source.part(begin, length - 10)
    if number == 1:
        reading.spend(content.size)
        iptc.read(reading, content.read(0, content.size), "FotoStation IPTC")
    elif number in (3, 4):
        _picture(reading, content, "FotoStation", number == 3)
    return begin


def _photo_mechanic(reading: Reading, source: Source, tail: bytes) -> int:
    """How a picture was cropped and rated, and by that program."""
    begin = source.size - 12 - int.from_bytes(tail[-12:-8], "big")
    if begin < 0:
        return _cannot(reading, "Photo Mechanic")
    reading.add(Kind.SOFTWARE, "trailer", "Photo Mechanic", "Photo Mechanic")
    reading.add(Kind.EDITING_SOFTWARE, "trailer", "Photo Mechanic", "Photo Mechanic")
    return begin


def _canon(reading: Reading, source: Source, tail: bytes) -> int:
    """How Canon's program developed a picture."""
    begin = source.size - 0x5C - int.from_bytes(tail[-44:-40], "big")
    if begin < 0 or not source.read(begin, 20).startswith(b"CANON OPTIONAL DATA"):
        return -1
    reading.add(Kind.EDITING_SOFTWARE, "trailer", "Canon VRD", "Digital Photo Professional")
    return begin


def _afcp(reading: Reading, source: Source, tail: bytes) -> int:
    """AXS File Concatenation Protocol: an index of parts by their places in the file, stated at its begin and end."""
    sign = tail[-12:-8]
    order: Literal["big", "little"] = "big" if sign == b"AXS!" else "little"
    stated = int.from_bytes(tail[-8:-4], order)
    begin = stated - max(source.start, 0)
    if begin < 0 or source.read(begin, 4) != sign:
        return _cannot(reading, "AFCP")
    for i in range(int.from_bytes(source.read(begin + 6, 2), order)):
        reading.step()
        entry = source.read(begin + 12 + 12 * i, 12)
        size, at = int.from_bytes(entry[4:8], order), int.from_bytes(entry[8:], order) + begin - stated
        if len(entry) < 12 or at < begin or at + size > source.size:
            return _cannot(reading, "AFCP")
        _afcp_part(reading, source.part(at, size), entry[:4])
    return begin


def _afcp_part(reading: Reading, content: Source, name: bytes) -> None:
    if name == b"IPTC":
        reading.spend(content.size)
        iptc.read(reading, content.read(0, content.size), "AFCP IPTC")
    elif name == b"TEXT":
        reading.add(Kind.FREE_TEXT, "trailer", "AFCP text", content.read(0, 4096).decode("latin-1").strip(" \0\r\n"))
    elif name in (b"Nail", b"PrVw"):
        at = content.read(0, 4096).find(b"\xff\xd8\xff")
        _picture(reading, content.part(max(at, 0), content.size), "AFCP", name == b"Nail")


def _insta360(reading: Reading, source: Source, tail: bytes) -> int:
    """Records before a footer, each followed by its number and length: what the camera is, and where it went."""
    total = int.from_bytes(tail[-40:-36], "little")
    begin, end = source.size - total, source.size - 72
    if not 72 <= total <= source.size:
        return _cannot(reading, "Insta360")
    while end - 6 > begin:
        reading.step()
        number, size = struct.unpack("<HI", source.read(end - 6, 6))
        end -= 6 + size
        if end < begin or not size:
            reading.cannot("Insta360", "records of no known order", strays.HIDES)
            break
        if number == 0x0101:
            _insta360_camera(reading, source.read(end, min(size, 4096)))
        elif number == 0x0700:
            _insta360_way(reading, source.read(end, min(size, 53 * 64)))
        elif number == 0x0200:
            _picture(reading, source.part(end, size), "Insta360")
    return begin


def _insta360_camera(reading: Reading, data: bytes) -> None:
    """Fields of protocol buffers: the first is the serial number."""
    if data[:1] == b"\x0a" and len(data) > 2 + data[1]:
        serial = data[2 : 2 + data[1]].decode("latin-1").strip(" \0")
        if serial:
            reading.add(Kind.SERIAL_NUMBERS, "trailer", "Insta360 > serial number", serial)


def _insta360_way(reading: Reading, data: bytes) -> None:
    for at in range(0, len(data) - 52, 53):
        valid, latitude, north, longitude, east = struct.unpack_from("<cdcdc", data, at + 10)
        if valid == b"A" and abs(latitude) <= 90 and abs(longitude) <= 180:
            latitude *= -1 if north == b"S" else 1
            longitude *= -1 if east in (b"W", b"O") else 1
            state: GpsState = "yes" if latitude or longitude else "zero"
            reading.gps("trailer", "Insta360 > GPS", state, latitude, longitude)
            return


def _mie(reading: Reading, source: Source, tail: bytes) -> int:
    """Metadata Interchange Envelope: its length, byte order and the size of that length end it."""
    width = tail[-1]
    order: Literal["big", "little"] = "big" if tail[-2] == 0x10 else "little"
    begin = source.size - int.from_bytes(tail[-2 - width : -2], order)
    if begin < 0 or source.read(begin, 1) != b"~" or source.read(begin + 4, 4) != b"0MIE":
        return _cannot(reading, "MIE")
    reading.cannot("MIE", "is not read here", strays.HIDES)
    return begin


def _picture(reading: Reading, content: Source, where: str, small: bool = False) -> None:
    if content.read(0, 2) == b"\xff\xd8":
        data = content.read(0, content.size) if content.start < 0 else b""
        kind: Literal[Kind.THUMBNAIL, Kind.PREVIEW] = Kind.THUMBNAIL if small else Kind.PREVIEW
        reading.picture(kind, "trailer", where, content.start, content.size, data)


_APPENDED: tuple[tuple[bytes, _Appended], ...] = (
    (b"SEFT", _samsung),
    (b"QDIOBS", _qdio),
    (b"\xa1\xb2\xc3\xd4", _fotostation),
    (b"cbipcbbl", _photo_mechanic),
    (b"8db42d694ccc418790edff439fe026bf", _insta360),
)
_FOOTERS: tuple[tuple[bytes, int, _Appended], ...] = (
    (b"AXS!", 12, _afcp),
    (b"AXS*", 12, _afcp),
    (b"CANON OPTIONAL DATA\0", 64, _canon),
    (b"~\0\4\0zmie~\0\0\6", 18, _mie),
    (b"~\0\4\0zmie~\0\0\x0a", 22, _mie),
)
"""What a block ends with, or what its last so many bytes begin with, and what reads it."""
