"""Bytes that no structure leads to, searched for the beginnings of pictures, videos and blocks."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from typing import Literal

from facelint.imagemeta.blocks import exif, jumbf, photoshop, xmp
from facelint.imagemeta.containers import reader_of
from facelint.imagemeta.model import Kind, Place
from facelint.imagemeta.reading import Reading
from facelint.imagemeta.source import Source

HIDES = frozenset({
    Kind.GPS, Kind.LOCATION_TEXT, Kind.SERIAL_NUMBERS, Kind.OWNER_NAMES, Kind.PERSON_NAMES, Kind.CONTACT,
    Kind.CAPTURED_AT, Kind.HOST_COMPUTER, Kind.UNIQUE_ID, Kind.FREE_TEXT,
})  # fmt: skip
"""What bytes of no known form may tell. Blocks and pictures in a form that is known would have been found."""

MAX_SEARCHED = 32 * 2**20
_BLOCK = 2**18
_OVERLAP = 64
_STEP = 10
"""Binary logarithm of the bytes searched that count for a step."""
_MAX_FINDS = 256
_MIN_TELLING = 8
"""Bytes of no known form that could tell something."""
_MAX_TEXT = 16_384
_MAX_PACKET = 16 * 2**20

_BLANK = b"\0\xff \t\r\n"
_NOT_TEXT = bytes(set(range(32)) - set(b"\t\r\n\f\0"))
_VIDEO = re.compile(rb"(?:qt  |mp4|isom|iso[2-9]|M4V|3g[2p]|avc1|mmp4|MSNV|XAVC|f4v|dash|nvr)")

Find = Callable[[Reading, Source, Place, str], int]
"""Reads what begins in a source and answers with the length of it; 0 where it is none."""


def read(reading: Reading, source: Source, place: Place, where: str, leftover: bool = False) -> None:
    """All that is found in the bytes; what remains of them is said, unless it is blank or plain text.

    `leftover`: they are what fills up a room of a fixed size; of them nothing is said that has been searched.
    """
    at = told = finds = searched = 0
    while at < source.size:
        begin, find = _next(source, at) if reading.searches else _here(source, at)
        stop = source.size if begin < 0 else begin
        searched += min(stop - at, _BLOCK)
        reading.step(1 + (min(stop - at, _BLOCK) >> _STEP))
        if find is None:
            at = min(at + _BLOCK, source.size) if reading.searches else source.size
        else:
            finds += 1
            length = find(reading, source.part(begin, source.size).at_hand(), place, where)
            if length and not (leftover and reading.searches):
                _remains(reading, source, told, begin, place, where)
            at = begin + (length or 1)
            told = at if length else told
        if finds > _MAX_FINDS or searched > MAX_SEARCHED:
            reading.cannot(where, "too much for a search")
            return
    if not (leftover and reading.searches):
        _remains(reading, source, told, source.size, place, where)


def blank(source: Source, at: int, end: int) -> bool:
    """Whether nothing but zeros, spaces and the like is there."""
    while at < end:
        data = source.read(at, min(end - at, _BLOCK))
        if not data or data.strip(_BLANK):
            return not data
        at += len(data)
    return True


def _remains(reading: Reading, source: Source, at: int, end: int, place: Place, where: str) -> None:
    if end - at < _MIN_TELLING or blank(source, at, end):
        return
    data = source.read(at, min(end - at, _MAX_TEXT)) if end - at <= _MAX_TEXT else b""
    text = _plain(data)
    if text:
        reading.add(Kind.FREE_TEXT, place, f"{where} > plain text", text)
    elif reading.searches:
        reading.cannot(where, "bytes of no known form", HIDES)
    else:
        reading.cannot(where, "not searched")


def _plain(data: bytes) -> str:
    """The bytes as text, if they are nothing else."""
    if data.translate(None, _NOT_TEXT) != data:
        return ""
    try:
        return data.decode("utf-8").replace("\0", " ").strip()
    except UnicodeDecodeError:
        return ""


def _here(source: Source, at: int) -> tuple[int, Find | None]:
    """What begins right at a place."""
    head = source.read(at, 16)
    for sign, before, find in _SIGNS:
        if head.startswith(sign, before):
            return at, find
    return -1, None


def _next(source: Source, at: int) -> tuple[int, Find | None]:
    """What begins first from a place on, within the next block."""
    begin, find = _here(source, at)
    if find is not None:
        return begin, find
    block = source.read(at, _BLOCK + _OVERLAP)
    for sign, before, one in _SIGNS:
        hit = block.find(sign, before, None if begin < 0 else begin + before + len(sign) - 1)
        if hit >= 0:
            begin, find = hit - before, one
    return (at + begin, find) if find is not None else (-1, None)


def _tiff(reading: Reading, source: Source, place: Place, where: str) -> int:
    order = "<" if source.read(0, 1) == b"I" else ">"
    head = source.read(4, 4)
    begin = struct.unpack(f"{order}I", head)[0] if len(head) == 4 else 0
    ifd = source.read(begin, 14) if 8 <= begin < source.size else b""
    if len(ifd) < 14:
        return 0
    count, tag, type_ = struct.unpack_from(f"{order}3H", ifd)
    if not (0 < count < 1000 and 0 < type_ < 14 and tag):
        return 0
    with reading.within(place, where):
        exif.read(reading, source, "exif", "TIFF")
    return 8


def _xmp(reading: Reading, source: Source, place: Place, where: str) -> int:
    data = source.read(0, _MAX_PACKET)
    reading.spend(len(data))
    end = data.find(b"</x:xmpmeta>")
    end = end + 12 if end >= 0 else data.find(b"<?xpacket end")
    if end < 0:
        reading.cannot(where, "XMP breaks off", xmp.HOLDS)
        return 0
    with reading.within(place, where):
        xmp.read(reading, data[:end], "XMP")
    closing = data[end : end + 8192].lstrip()
    return end + (data.find(b"?>", end) + 2 - end if closing.startswith(b"<?xpacket end") else 0)


def _irb(reading: Reading, source: Source, place: Place, where: str) -> int:
    with reading.within(place, where):
        photoshop.read(reading, source.part(0, 2**16), "Photoshop resources")
    return 12


def _jumbf(reading: Reading, source: Source, place: Place, where: str) -> int:
    size = int.from_bytes(source.read(0, 4), "big")
    if source.read(12, 4) != b"jumd" or not 24 <= size <= source.size:
        return 0
    with reading.within(place, where):
        jumbf.read(reading, source.part(0, size), "JUMBF")
    return size


def _jpeg(reading: Reading, source: Source, place: Place, where: str) -> int:
    from facelint.imagemeta.containers import jpeg

    if not source.read(3, 1) or source.read(3, 1)[0] not in _AFTER_SOI:
        return 0
    with reading.within(place, f"{where} > JPEG"):
        left = jpeg.picture(reading, source)
    length = left[0][0] if left else source.size
    _picture(reading, source.part(0, length), place, f"{where} > JPEG")
    return length


def _png(reading: Reading, source: Source, place: Place, where: str) -> int:
    at = 8
    while at + 12 <= source.size:
        reading.step()
        head = source.read(at, 8)
        at += int.from_bytes(head[:4], "big") + 12
        if head[4:] == b"IEND":
            return _container(reading, source, min(at, source.size), place, where)
    return _container(reading, source, source.size, place, where)


def _riff(reading: Reading, source: Source, place: Place, where: str) -> int:
    if source.read(0, 4) != b"RIFF":
        return 0
    length = int.from_bytes(source.read(4, 4), "little") + 8
    return _container(reading, source, min(length + (length & 1), source.size), place, where)


def _bmff(reading: Reading, source: Source, place: Place, where: str) -> int:
    at = 0
    while at + 8 <= source.size:
        reading.step()
        head = source.read(at, 16)
        size = int.from_bytes(head[:4], "big")
        if size == 1:
            size = int.from_bytes(head[8:], "big")
        if size < 8 or at + size > source.size or not _BOX.fullmatch(head, 4, 8):
            break
        at += size
    else:
        at = source.size if at + 8 > source.size and at else at
    return _container(reading, source, at, place, where) if at else 0


_BOX = re.compile(rb"[\x20-\x7e\xa9]{4}")
_AFTER_SOI = frozenset((0xC0, 0xC4, 0xDB, 0xDD, 0xFE, *range(0xE0, 0xF0)))


def _container(reading: Reading, source: Source, length: int, place: Place, where: str) -> int:
    content = source.part(0, length).at_hand()
    name, reader = reader_of(content)
    if reader is None:
        return 0
    video = not name and _VIDEO.match(content.read(8, 4)) is not None
    at = f"{where} > {'video' if video else name.upper() or 'HEIF'}"
    if video:
        reading.add(Kind.MOTION_PHOTO, place, at)
    else:
        _picture(reading, content, place, at)
    with reading.within(place, at):
        reader(reading, content)
    return length


def _picture(reading: Reading, content: Source, place: Place, where: str) -> None:
    kind: Literal[Kind.SECONDARY_IMAGES] = Kind.SECONDARY_IMAGES
    data = content.read(0, content.size) if content.start < 0 and kind in reading.wanted else b""
    reading.picture(kind, place, where, content.start, content.size, data)


_SIGNS: tuple[tuple[bytes, int, Find], ...] = (
    (b"\xff\xd8\xff", 0, _jpeg),
    (b"\x89PNG\r\n\x1a\n", 0, _png),
    (b"WEBP", 8, _riff),
    (b"ftyp", 4, _bmff),
    (b"II*\0", 0, _tiff),
    (b"MM\0*", 0, _tiff),
    (b"<?xpacket begin", 0, _xmp),
    (b"<x:xmpmeta", 0, _xmp),
    (b"8BIM\x04\x04", 0, _irb),
    (b"jumb", 4, _jumbf),
)
"""Bytes by which something is known, how many of it stand before them, and what reads it."""
