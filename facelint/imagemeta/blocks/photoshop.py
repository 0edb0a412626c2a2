"""Photoshop's image resources: captions, thumbnails, and other blocks wrapped as resources."""

from __future__ import annotations

import struct
from collections.abc import Callable

from facelint.imagemeta.blocks import exif, iptc, xmp
from facelint.imagemeta.model import EVERYTHING, Kind
from facelint.imagemeta.programs import edits
from facelint.imagemeta.reading import Reading
from facelint.imagemeta.source import Source

HOLDS = EVERYTHING
"""Among the resources may be EXIF, XMP and IPTC."""

_SIGNATURES = frozenset((b"8BIM", b"PHUT", b"AgHg", b"DCSR", b"MeSa"))
"""Of resources by Photoshop, and of those by PhotoDeluxe, ImageReady and others."""
_WINDOW = 1024
_MAX_HEAD = 272
"""Bytes before a resource's content: signature, number, a name of up to 255 bytes, padding, length."""
_MAX_CONTENT = 16 * 2**20
_THUMBNAIL_HEAD = 28

Tell = Callable[[Reading, Source, str], None]


def read(reading: Reading, source: Source, where: str) -> None:
    reading.block("photoshop")
    if not reading.wanted:
        return
    at, base, window = 0, 0, source.head
    while at < source.size:
        if at + _MAX_HEAD > base + len(window) < source.size:
            window, base = source.read(at, _WINDOW), at
        head = _head(window, at - base)
        if head is None:
            _end(reading, source, at, where)
            return
        reading.step()
        number, begin, length = head
        begin += base
        if begin + length > source.size:
            reading.cannot(where, "a resource breaks off", HOLDS)
        if number in _RESOURCES:
            _resource(reading, source.part(begin, length), number, where)
        at = begin + length + (length & 1)


def _head(window: bytes, at: int) -> tuple[int, int, int] | None:
    """A resource's number, where its content begins in the window, and the content's length."""
    if window[at : at + 4] not in _SIGNATURES or at + 12 > len(window):
        return None
    begin = at + 6 + (window[at + 6] + 2 & ~1)
    if begin + 4 > len(window):
        return None
    return window[at + 4] << 8 | window[at + 5], begin + 4, int.from_bytes(window[begin : begin + 4], "big")


def _end(reading: Reading, source: Source, at: int, where: str) -> None:
    if source.read(at, _MAX_CONTENT).strip(b"\0"):
        reading.cannot(where, "resources end in unknown bytes", HOLDS)


def _resource(reading: Reading, content: Source, number: int, where: str) -> None:
    reading.step()
    name, holds, tell = _RESOURCES[number]
    at = f"{where} > {name}"
    if content.size > _MAX_CONTENT:
        reading.cannot(at, f"larger than {_MAX_CONTENT // 2**20} MiB", holds)
    elif not reading.wanted.isdisjoint(holds) or Kind.METADATA in reading.wanted:
        tell(reading, content, at)


def _all_of(reading: Reading, content: Source) -> bytes:
    reading.spend(content.size)
    return content.read(0, content.size)


def _iptc(reading: Reading, content: Source, at: str) -> None:
    iptc.read(reading, _all_of(reading, content), at)


def _exif(reading: Reading, content: Source, at: str) -> None:
    exif.read(reading, content, "exif", at)


def _xmp(reading: Reading, content: Source, at: str) -> None:
    xmp.read(reading, _all_of(reading, content), at)


def _thumbnail(reading: Reading, content: Source, at: str) -> None:
    """A JPEG behind a head of its own, or rows of pixels without one."""
    length = content.size - _THUMBNAIL_HEAD
    if length <= 0:
        return
    reading.block("thumbnail")
    start = content.start + _THUMBNAIL_HEAD if content.start >= 0 else -1
    data = content.read(_THUMBNAIL_HEAD, length) if start < 0 and Kind.THUMBNAIL in reading.wanted else b""
    reading.picture(Kind.THUMBNAIL, "app-other", at, start, length, data)


def _pascal(reading: Reading, content: Source, at: str) -> None:
    data = content.read(0, 256)
    _text(reading, data[1 : 1 + data[0]].decode("latin-1") if data else "", at)


def _latin(reading: Reading, content: Source, at: str) -> None:
    _text(reading, content.read(0, 4096).decode("latin-1"), at)


def _unicode(reading: Reading, content: Source, at: str) -> None:
    _text(reading, _utf16(content.read(0, 8192), 0), at)


def _urls(reading: Reading, content: Source, at: str) -> None:
    """A count, and for each address four bytes, a number and a text."""
    data = _all_of(reading, content)
    begin = 4
    while begin + 12 <= len(data):
        reading.step()
        (length,) = struct.unpack_from(">I", data, begin + 8)
        _text(reading, _utf16(data, begin + 8), at)
        begin += 12 + 2 * length


def _utf16(data: bytes, at: int) -> str:
    (length,) = struct.unpack_from(">I", data, at) if at + 4 <= len(data) else (0,)
    return data[at + 4 : at + 4 + 2 * length].decode("utf-16-be", "replace")


def _text(reading: Reading, text: str, at: str) -> None:
    text = text.strip(" \0\t\r\n")
    if text:
        reading.add(Kind.FREE_TEXT, "app-other", at, text)


def _version(reading: Reading, content: Source, at: str) -> None:
    """Who wrote the file: behind a version and a flag, the names of its writer and reader."""
    name = _utf16(content.read(0, 1024), 5).strip(" \0")
    if name:
        reading.add(Kind.SOFTWARE, "app-other", at, name)
        if edits(name):
            reading.add(Kind.EDITING_SOFTWARE, "app-other", at, name)


def _by_photoshop(reading: Reading, content: Source, at: str) -> None:
    if content.size:
        reading.add(Kind.EDITING_SOFTWARE, "app-other", at, "Adobe Photoshop")


_FREE = frozenset({Kind.FREE_TEXT})
_THUMB = frozenset({Kind.THUMBNAIL})
_EDITOR = frozenset({Kind.EDITING_SOFTWARE})

_RESOURCES: dict[int, tuple[str, frozenset[Kind], Tell]] = {
    0x03F0: ("Caption", _FREE, _pascal),
    0x0404: ("IPTC", iptc.HOLDS, _iptc),
    0x0406: ("JPEG quality", _EDITOR, _by_photoshop),
    0x0409: ("Thumbnail (Photoshop 4)", _THUMB, _thumbnail),
    0x040B: ("URL", _FREE, _latin),
    0x040C: ("Thumbnail", _THUMB, _thumbnail),
    0x041B: ("Workflow URL", _FREE, _unicode),
    0x041E: ("URL list", _FREE, _urls),
    0x0421: ("Version", _EDITOR | {Kind.SOFTWARE}, _version),
    0x0422: ("EXIF", HOLDS, _exif),
    0x0423: ("EXIF 3", HOLDS, _exif),
    0x0424: ("XMP", xmp.HOLDS, _xmp),
    0x043E: ("Auto save file path", _FREE, _unicode),
    0x1F40: ("Lightroom workflow", _EDITOR, _by_photoshop),
}
"""By number (Adobe Photoshop File Formats Specification, Image Resource IDs): what it is called here, what it may tell,
and what tells it. All others are about how a picture is printed, cut out and painted."""
