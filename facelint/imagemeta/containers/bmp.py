"""BMP: the picture's size, a colour profile or the path of one, and what lies between its parts and behind them."""

from __future__ import annotations

import struct
from typing import NamedTuple

from facelint.imagemeta.blocks import trailer
from facelint.imagemeta.containers import reader_of
from facelint.imagemeta.model import Kind
from facelint.imagemeta.reading import Reading
from facelint.imagemeta.source import Source

_FILE_HEAD = 14
_CORE, _OS2_SHORT, _INFO, _OS2, _V5 = 12, 16, 40, 64, 124
"""Versions of the picture's header, by their length."""
_BIT_FIELDS, _JPEG, _PNG, _ALPHA_BIT_FIELDS = 3, 4, 5, 6
_LINKED, _EMBEDDED = b"KNIL", b"DEBM"
_MAX_GAP = 2**16
_MAX_PATH = 2**12


class _Header(NamedTuple):
    length: int
    width: int
    height: int
    bits: int
    compression: int = 0
    stated: int = 0
    """Bytes of the pixels; 0 where they are not compressed."""
    colours: int = 0

    @property
    def palette(self) -> int:
        """Bytes of colours and masks behind it."""
        masks = {_BIT_FIELDS: 12, _ALPHA_BIT_FIELDS: 16}.get(self.compression, 0) if self.length == _INFO else 0
        full = 1 << self.bits if self.bits <= 8 else 0
        return masks + (min(self.colours, 256) or full) * (3 if self.length == _CORE else 4)

    @property
    def pixels(self) -> int:
        """Bytes; 0 where that is not known."""
        plain = self.compression == 0 or (self.compression in (_BIT_FIELDS, _ALPHA_BIT_FIELDS) and self.length != _OS2)
        return (self.width * self.bits + 31) // 32 * 4 * self.height if plain else self.stated


def read(reading: Reading, source: Source) -> None:
    size, _, begin = struct.unpack("<III", source.read(2, 12).ljust(12, b"\0"))
    header = _header(source.read(_FILE_HEAD, 40))
    if header is None:
        reading.cannot("BMP", "damaged: its header")
        return
    reading.block("size")
    if reading.depth == 0:
        reading.width, reading.height, reading.frames = header.width, header.height, 1
    begin = max(begin, _FILE_HEAD + header.length)
    end = begin + header.pixels if header.pixels else max(size, begin)
    profile, profile_end = _profile(reading, source, header)
    _gap(reading, source, _FILE_HEAD + header.length + header.palette, min(begin, profile or begin))
    _picture(reading, source.part(begin, header.pixels), header)
    _after(reading, source, max(end, profile_end), size)


def _header(data: bytes) -> _Header | None:
    if len(data) < _CORE:
        return None
    length = int.from_bytes(data[:4], "little")
    if length == _CORE:
        width, height, _, bits = struct.unpack_from("<HHHH", data, 4)
        return _Header(length, width, height, bits)
    if not _OS2_SHORT <= length <= 2**12 or len(data) < min(length, _INFO):
        return None
    width, height, _, bits = struct.unpack_from("<iiHH", data, 4)
    rest = struct.unpack_from("<IIiiI", data, 16) if length >= _INFO else (0, 0, 0, 0, 0)
    return _Header(length, abs(width), abs(height), bits, rest[0], rest[1], rest[4])


def _profile(reading: Reading, source: Source, header: _Header) -> tuple[int, int]:
    """Begin and end of an embedded colour profile, or of the path of one elsewhere; 0 and 0 where there is none."""
    if header.length < _V5:
        return 0, 0
    kind = source.read(_FILE_HEAD + 56, 4)
    at, size = struct.unpack("<II", source.read(_FILE_HEAD + 112, 8).ljust(8, b"\0"))
    if kind not in (_LINKED, _EMBEDDED) or not size:
        return 0, 0
    if kind == _EMBEDDED:
        reading.block("color-profile")
    elif path := source.read(_FILE_HEAD + at, min(size, _MAX_PATH)).partition(b"\0")[0].strip():
        reading.block("app-other")
        reading.add(Kind.FREE_TEXT, "app-other", "BITMAPV5HEADER > linked profile", path.decode("cp1252", "replace"))
    return _FILE_HEAD + at, _FILE_HEAD + at + size


def _gap(reading: Reading, source: Source, begin: int, end: int) -> None:
    size = min(end, source.size) - begin
    if size > _MAX_GAP or (size > 0 and source.read(begin, size).strip(b"\0")):
        reading.cannot("BMP", "bytes before its pixels that nothing accounts for")


def _picture(reading: Reading, part: Source, header: _Header) -> None:
    """The pixels may be a whole JPEG or PNG."""
    if header.compression not in (_JPEG, _PNG) or header.length in (_OS2_SHORT, _OS2):
        return
    _, reader = reader_of(part)
    with reading.within("app-other", "BMP pixels"):
        if reader is None:
            reading.cannot("picture", "not of a format that is read here")
        else:
            reader(reading, part)


def _after(reading: Reading, source: Source, end: int, stated: int) -> None:
    """Zeros within the file's stated size only round it up."""
    if end > source.size:
        reading.cannot("BMP", "breaks off before its end")
    rest = source.size - end
    if rest <= 0 or trailer.HOLDS.isdisjoint(reading.wanted):
        return
    if stated < source.size or rest > _MAX_GAP or source.read(end, rest).strip(b"\0"):
        trailer.read(reading, source.part(end, rest), "after BMP")
