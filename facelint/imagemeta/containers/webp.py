"""WebP: the chunks of a RIFF file, those within animation frames included."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

from facelint.imagemeta.blocks import exif, jumbf, photoshop, trailer, xmp
from facelint.imagemeta.blocks.texts import words
from facelint.imagemeta.model import Kind
from facelint.imagemeta.programs import edits, generates
from facelint.imagemeta.reading import Reading
from facelint.imagemeta.source import Source, in_memory

_HEAD = struct.Struct("<4sI")
_WINDOW = 512
_MAX_TEXT = 16 * 2**20
_BLOCK_STEPS = 50
"""That a block of metadata counts for: to begin to read one takes so much longer than a chunk's head."""
_FRAME_STEPS = 3
_FIRST = 12
"""Where the first chunk is, behind the RIFF's own head."""
_FRAME_HEAD = 16
"""Bytes of where and how long a frame of an animation is shown, before its own chunks."""
_ANIMATED = 0x02


def read(reading: Reading, source: Source) -> None:
    declared = 8 + int.from_bytes(source.read(4, 4), "little")
    end, frames, animated, strange = _FIRST, 0, False, False
    for name, at, length, content in _chunks(reading, source, _FIRST, declared):
        end = at + 8 + length
        if handler := _HANDLERS.get(name):
            handler(reading, content)
        elif name not in _SILENT:
            strange = strange or _holds_something(content)
        animated = animated or (name == b"VP8X" and _is_animated(content))
        frames += name == b"ANMF"
        if not reading.wanted and reading.width and not animated:
            break
    if reading.depth == 0:
        reading.frames = frames or 1
    if strange:
        reading.cannot("unknown chunk", "of a type that is not known here")
    _after(reading, source, end, declared)


def _chunks(reading: Reading, source: Source, at: int, declared: int) -> Iterator[tuple[bytes, int, int, Source]]:
    """Name, position, length as stated and content of each chunk; less content where the file is cut.

    Behind the end that the RIFF declares only what is plainly a chunk is one: some writers leave the old size there.
    """
    window, base = source.head, 0
    while at + 8 <= source.size:
        if at + 8 - base > len(window):
            window, base = source.read(at, _WINDOW), at
            if len(window) < 8:
                return
        name, length = _HEAD.unpack_from(window, at - base)
        behind = at + 8 + length
        if at >= declared and (name not in _KNOWN or behind > source.size):
            return
        reading.step()
        begin = at + 8 - base
        if begin + length <= len(window):
            start = source.start + at + 8 if source.start >= 0 else -1
            yield name, at, length, in_memory(window[begin : begin + length], start)
        else:
            yield name, at, length, source.part(at + 8, length)
        at = behind + 1 if length & 1 and not _unpadded(source, behind) else behind


def _unpadded(source: Source, at: int) -> bool:
    """Whether a chunk begins here though it should begin at the next even place."""
    return source.read(at, 4) in _KNOWN


def _after(reading: Reading, source: Source, end: int, declared: int) -> None:
    """`end` is that of the last chunk, without the byte that makes it even."""
    end += end & 1 and source.read(end, 1) in (b"\0", b"")
    if end > source.size + 1 or declared > max(end, source.size):
        reading.cannot("RIFF", "breaks off before its end")
    elif end < source.size and not trailer.HOLDS.isdisjoint(reading.wanted):
        trailer.read(reading, source.part(end, source.size - end), "after RIFF")


def _is_animated(content: Source) -> bool:
    flags = content.read(0, 1)
    return bool(flags and flags[0] & _ANIMATED)


def _holds_something(content: Source) -> bool:
    return content.size > 2**16 or bool(content.read(0, 2**16).strip(b"\0"))


def _size(reading: Reading, width: int, height: int) -> None:
    reading.block("size")
    if reading.depth == 0 and reading.width is None:
        reading.width, reading.height = width, height


def _extended(reading: Reading, content: Source) -> None:
    body = content.read(4, 6)
    if len(body) == 6:
        _size(reading, 1 + int.from_bytes(body[:3], "little"), 1 + int.from_bytes(body[3:], "little"))


def _lossy(reading: Reading, content: Source) -> None:
    """RFC 6386, 9.1: a key frame's start code, then 14 bits each."""
    body = content.read(3, 7)
    if len(body) == 7 and body.startswith(b"\x9d\x01\x2a"):
        width, height = struct.unpack_from("<HH", body, 3)
        _size(reading, width & 0x3FFF, height & 0x3FFF)


def _lossless(reading: Reading, content: Source) -> None:
    body = content.read(0, 5)
    if len(body) == 5 and body[0] == 0x2F:
        bits = int.from_bytes(body[1:], "little")
        _size(reading, 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))


def _frame(reading: Reading, content: Source) -> None:
    reading.step(_FRAME_STEPS)
    strange = False
    for name, _, _, inner in _chunks(reading, content, _FRAME_HEAD, content.size):
        strange = strange or (name not in _OF_FRAME and _holds_something(inner))
    if strange:
        reading.cannot("ANMF > unknown chunk", "of a type that is not known here")


def _profile(reading: Reading, content: Source) -> None:
    reading.block("color-profile")


def _exif(reading: Reading, content: Source) -> None:
    """Some writers leave the name of the segment in a JPEG before it."""
    reading.step(_BLOCK_STEPS)
    if content.read(0, 6) == b"Exif\0\0":
        content = content.part(6, content.size)
    exif.read(reading, content, "exif", "EXIF")


def _xmp(reading: Reading, content: Source) -> None:
    reading.step(_BLOCK_STEPS)
    reading.block("xmp")
    if xmp.HOLDS.isdisjoint(reading.wanted):
        return
    if content.size > _MAX_TEXT:
        reading.cannot("XMP", "too long", xmp.HOLDS)
    reading.spend(min(content.size, _MAX_TEXT))
    xmp.read(reading, content.read(0, _MAX_TEXT), "XMP")


def _jumbf(reading: Reading, content: Source) -> None:
    reading.step(_BLOCK_STEPS)
    jumbf.read(reading, content, "C2PA")


def _photoshop(reading: Reading, content: Source) -> None:
    reading.step(_BLOCK_STEPS)
    photoshop.read(reading, content, "PSAI")


_INFO: dict[bytes, tuple[Kind, ...]] = {
    b"IART": (Kind.OWNER_NAMES,), b"IENG": (Kind.OWNER_NAMES,), b"ICMS": (Kind.OWNER_NAMES,),
    b"ICOP": (Kind.COPYRIGHT,), b"IARL": (Kind.LOCATION_TEXT,), b"ICRD": (Kind.CAPTURED_AT,),
    b"ISFT": (Kind.SOFTWARE, Kind.EDITING_SOFTWARE, Kind.SYNTHETIC_MARKER),
}  # fmt: skip
"""RIFF's own statements about a file (Multimedia Programming Interface 1.0, INFO list chunk); others are free text."""


def _list(reading: Reading, content: Source) -> None:
    reading.block("app-other")
    if content.read(0, 4) != b"INFO":
        reading.cannot("LIST", "of a type that is not known here")
        return
    for name, _, length, inner in _chunks(reading, content, 4, content.size):
        value = words(inner.read(0, 2**16))
        for kind in _INFO.get(name, (Kind.FREE_TEXT,)) if value else ():
            if _states(kind, value):
                reading.add(kind, "app-other", "LIST INFO", value)
        if inner.size < length:
            reading.cannot("LIST INFO", "breaks off")


def _states(kind: Kind, value: str) -> bool:
    if kind is Kind.EDITING_SOFTWARE:
        return edits(value)
    return kind is not Kind.SYNTHETIC_MARKER or generates(value)


_HANDLERS: dict[bytes, Callable[[Reading, Source], None]] = {
    b"VP8X": _extended, b"VP8 ": _lossy, b"VP8L": _lossless, b"ANMF": _frame, b"ICCP": _profile, b"EXIF": _exif,
    b"XMP ": _xmp, b"XMP\0": _xmp, b"C2PA": _jumbf, b"PSAI": _photoshop, b"LIST": _list,
}  # fmt: skip
_SILENT = frozenset((b"ALPH", b"ANIM"))
_OF_FRAME = frozenset((b"ALPH", b"VP8 ", b"VP8L"))
_KNOWN = _SILENT | _HANDLERS.keys()
