"""PNG and APNG: the chunks, those behind the picture's data included; the data itself is hopped over."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

from facelint.imagemeta.blocks import exif, jumbf, png_text, trailer, xmp
from facelint.imagemeta.model import EVERYTHING, Block, Kind
from facelint.imagemeta.reading import Reading
from facelint.imagemeta.source import Source, in_memory

_HEAD = struct.Struct(">I4s")
_AROUND = 12
"""Bytes of a chunk beside its content: length and type before it, a checksum behind it."""
_SHORT = 2**14
_NEAR, _FAR = 2**16, 512
"""Bytes read at once behind a short chunk, so that several chunks are had by one read, and behind a long one."""

_PIXELS = frozenset((b"IDAT", b"fdAT"))
_SILENT = frozenset(b"PLTE tRNS bKGD hIST sBIT sPLT fcTL iDOT sTER pCAL gIFg fRAc CgBI npTc npOl npLb".split())
"""Chunks that tell nothing but how the picture is drawn; npTc and its like are Android's, iDOT and CgBI Apple's."""
_TOLD: dict[bytes, Block] = {
    b"pHYs": "size", b"oFFs": "size", b"sCAL": "size", b"vpAg": "size", b"caNv": "size", b"orNT": "orientation",
    b"iCCP": "color-profile", b"gAMA": "color-profile", b"cHRM": "color-profile", b"sRGB": "color-profile",
    b"cICP": "color-profile", b"mDCV": "color-profile", b"mDCv": "color-profile", b"cLLI": "color-profile",
    b"cLLi": "color-profile", b"tIME": "app-other",
}  # fmt: skip
"""tIME is when the file was last changed, not when the picture was taken; vpAg, caNv and orNT are ImageMagick's."""


def read(reading: Reading, source: Source) -> None:
    pairs: png_text.Pairs = {}
    end = first_end = 0
    strange = False
    if reading.depth == 0:
        reading.frames = 1
    for name, at, length, content in _chunks(reading, source):
        behind = at + length + _AROUND
        if end and name not in _KNOWN:
            break
        if name == b"IEND" or end:
            end = behind
            first_end = first_end or end
        if handler := _HANDLERS.get(name):
            handler(reading, content, pairs)
        elif told := _TOLD.get(name):
            reading.block(told)
        elif name not in _KNOWN:
            strange = strange or not _blank(content)
    png_text.tell_coordinates(reading, pairs)
    if strange:
        reading.cannot("unknown chunk", "of a type that is not known here")
    if end > first_end:
        reading.add(Kind.TRAILER, "trailer", "after IEND")
    _after(reading, source, end)


def _chunks(reading: Reading, source: Source) -> Iterator[tuple[bytes, int, int, Source]]:
    """Type, position, length as stated and content of each chunk but those of pixels; less content where it is cut."""
    window, base, at, length = source.head, 0, 8, 0
    while at + 8 <= source.size:
        if at + 8 - base > len(window):
            window, base = source.read(at, _NEAR if length < _SHORT else _FAR), at
            if len(window) < 8:
                return
        length, name = _HEAD.unpack_from(window, at - base)
        reading.step()
        if name not in _PIXELS:
            begin = at + 8 - base
            if begin + length <= len(window):
                start = source.start + at + 8 if source.start >= 0 else -1
                yield name, at, length, in_memory(window[begin : begin + length], start)
            else:
                yield name, at, length, source.part(at + 8, length)
        elif not reading.wanted:
            return
        at += length + _AROUND


def _after(reading: Reading, source: Source, end: int) -> None:
    if not end or end > source.size:
        reading.cannot("PNG", "breaks off before its end")
    elif end < source.size and not trailer.HOLDS.isdisjoint(reading.wanted):
        trailer.read(reading, source.part(end, source.size - end), "after IEND")


def _blank(content: Source) -> bool:
    """Whether nothing can be in it."""
    return content.size <= _NEAR and not content.read(0, _NEAR).strip(b"\0")


def _header(reading: Reading, content: Source, pairs: png_text.Pairs) -> None:
    reading.block("size")
    if reading.depth == 0 and content.size >= 8:
        reading.width, reading.height = struct.unpack(">II", content.read(0, 8))


def _animation(reading: Reading, content: Source, pairs: png_text.Pairs) -> None:
    if reading.depth == 0 and content.size >= 4:
        reading.frames = max(1, int.from_bytes(content.read(0, 4), "big"))


def _exif(reading: Reading, content: Source, pairs: png_text.Pairs) -> None:
    """Some writers leave the name of the segment in a JPEG before it; a draft had it compressed, behind its size."""
    reading.step(png_text.BLOCK_STEPS)
    head = content.read(0, 6)
    if head == b"Exif\0\0":
        content = content.part(6, content.size)
    elif head[:1] == b"\0":
        _compressed_exif(reading, content)
        return
    exif.read(reading, content, "exif", "eXIf")


def _compressed_exif(reading: Reading, content: Source) -> None:
    if content.size > png_text.MAX_BLOCK:
        reading.cannot("zxIf", "too long", exif.HOLDS)
        return
    data = content.read(0, content.size)
    block, trouble = png_text.inflated(reading, data[5:])
    if trouble:
        reading.cannot("zxIf", trouble, exif.HOLDS)
    if block:
        exif.read(reading, in_memory(block), "exif", "zxIf")


def _text(chunk: str) -> Callable[[Reading, Source, png_text.Pairs], None]:
    return lambda reading, content, pairs: png_text.read(reading, content, chunk, pairs)


def _jumbf(reading: Reading, content: Source, pairs: png_text.Pairs) -> None:
    reading.step(png_text.BLOCK_STEPS)
    jumbf.read(reading, content, "caBX")


def _xmp(reading: Reading, content: Source, pairs: png_text.Pairs) -> None:
    reading.step(png_text.BLOCK_STEPS)
    if content.size > png_text.MAX_BLOCK:
        reading.cannot("tXMP", "too long", xmp.HOLDS)
    reading.spend(min(content.size, png_text.MAX_BLOCK))
    xmp.read(reading, content.read(0, png_text.MAX_BLOCK), "tXMP")


def _plain_text(reading: Reading, content: Source, pairs: png_text.Pairs) -> None:
    """GIF's plain text extension: 24 bytes of where and how it is drawn, then the text."""
    text = content.read(24, png_text.MAX_BLOCK).decode("latin-1").strip(" \0")
    if text:
        reading.block("text")
        reading.add(Kind.FREE_TEXT, "png-text", "gIFt", text)


def _signature(reading: Reading, content: Source, pairs: png_text.Pairs) -> None:
    reading.block("app-other")
    reading.cannot("dSIG", "a signature is not read", frozenset({Kind.OWNER_NAMES, Kind.CONTACT, Kind.PERSON_NAMES}))


def _preview(reading: Reading, content: Source, pairs: png_text.Pairs) -> None:
    reading.block("app-other")
    data = content.read(0, content.size) if content.start < 0 and Kind.PREVIEW in reading.wanted else b""
    reading.picture(Kind.PREVIEW, "app-other", "prVW", content.start, content.size, data)


def _fireworks(reading: Reading, content: Source, pairs: png_text.Pairs) -> None:
    reading.block("app-other")
    reading.add(Kind.EDITING_SOFTWARE, "app-other", "mkBT", "Adobe Fireworks")
    reading.cannot("mkBT", "what Fireworks keeps for itself is not read", EVERYTHING - {Kind.GPS})


_HANDLERS: dict[bytes, Callable[[Reading, Source, png_text.Pairs], None]] = {
    b"IHDR": _header, b"acTL": _animation, b"eXIf": _exif, b"zxIf": _exif, b"caBX": _jumbf, b"tXMP": _xmp,
    b"tEXt": _text("tEXt"), b"zTXt": _text("zTXt"), b"iTXt": _text("iTXt"), b"gIFt": _plain_text, b"dSIG": _signature,
    b"prVW": _preview, b"mkBF": _fireworks, b"mkBS": _fireworks, b"mkBT": _fireworks, b"mkTS": _fireworks,
}  # fmt: skip
_KNOWN = _SILENT | _PIXELS | _HANDLERS.keys() | _TOLD.keys() | {b"IEND"}
