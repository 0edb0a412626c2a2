"""JPEG XL: its codestream's size, and the boxes around it (ISO/IEC 18181-1 and -2)."""

from __future__ import annotations

import re

from facelint.imagemeta.blocks import exif, jumbf, trailer, xmp
from facelint.imagemeta.containers.bmff.bits import Bits
from facelint.imagemeta.containers.bmff.jbrd import Reconstruction, reconstruction
from facelint.imagemeta.model import EVERYTHING, Kind
from facelint.imagemeta.reading import Reading
from facelint.imagemeta.source import Source

SIGNATURE = b"\xff\x0a"
_RATIOS = ((0, 0), (1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
_SIZES = (9, 13, 18, 30)
_HEAD = 40
_PIECE = 2**20
_OVERLAP = 16
_SEARCHED = 256
"""Bytes that count for a step."""
MAX_SEARCHED = 32 * 2**20
_APPENDED = re.compile(
    rb"\xff\xd8\xff(?:\xe0..JFIF|\xe1..Exif|\xdb\0[\x43\x84])|\x89PNG\r\n\x1a\n|ftyp|<x:xmpmeta|<\?xpacket", re.DOTALL
)
_SEGMENTS = EVERYTHING - {Kind.TRAILER}
_TAIL = EVERYTHING
MAX_RECONSTRUCTION = 2**22


def codestream(reading: Reading, source: Source, where: str) -> None:
    """Width and height, whether the picture is to be turned, and whether it is a single one."""
    data = source.read(0, _HEAD)
    if data[:2] != SIGNATURE:
        return
    bits = Bits(data[2:])
    width, height = _size(bits)
    turned, single = _extra(bits)
    if bits.overrun:
        reading.cannot(where, "cut off", frozenset())
        return
    reading.block("size")
    if turned:
        reading.block("orientation")
    if reading.depth == 0:
        reading.width, reading.height, reading.frames = width, height, 1 if single else None


def _extra(bits: Bits) -> tuple[bool, bool]:
    """Of ImageMetadata: whether there is an orientation, and whether there is neither animation nor preview."""
    if bits.take(1) or not bits.take(1):  # all as usual, or no extra fields
        return False, True
    turned = bits.take(3) != 0
    if bits.take(1):
        _size(bits)
    return turned, not bits.take(1) and not bits.take(1)


def behind(reading: Reading, source: Source) -> None:
    """What is appended to a bare codestream: its end is not told, so that only what is known by its begin is found."""
    if not reading.searches or source.size > MAX_SEARCHED:
        reading.cannot("codestream", "not searched for what may follow it")
        return
    for at in range(2, source.size, _PIECE):
        reading.step(_PIECE // _SEARCHED)
        found = _APPENDED.search(source.read(at, _PIECE + _OVERLAP))
        if found is not None:
            begin = at + found.start() - (4 if found[0] == b"ftyp" else 0)
            trailer.read(reading, source.part(begin, source.size - begin).at_hand(), "trailer")
            return


def _size(bits: Bits) -> tuple[int, int]:
    """SizeHeader."""
    small = bits.take(1)
    height = _side(bits, small)
    ratio = bits.take(3)
    if ratio:
        over, under = _RATIOS[ratio]
        return height * over // under, height
    return _side(bits, small), height


def _side(bits: Bits, small: int) -> int:
    return (bits.take(5) + 1) * 8 if small else bits.take(_SIZES[bits.take(2)]) + 1


def compressed(reading: Reading, source: Source) -> None:
    """A `brob` box: another one, compressed with Brotli."""
    kind = source.read(0, 4)
    name, hides = {
        b"Exif": ("brob Exif", exif.HOLDS),
        b"xml ": ("brob xml", xmp.HOLDS),
        b"jumb": ("brob jumb", jumbf.HOLDS),
    }.get(kind, ("brob", EVERYTHING))
    reading.cannot(name, "compressed with Brotli, which is not read here", hides)


def of_jpeg(reading: Reading, source: Source) -> None:
    """A `jbrd` box: what else was in the JPEG that was made into this. EXIF and XMP have boxes of their own."""
    found: Reconstruction | None = None
    if source.size <= MAX_RECONSTRUCTION:
        reading.spend(source.size)
        found = reconstruction(reading, source.read(0, source.size))
    if found is None:
        reading.cannot("jbrd", "damaged, or too big")
        return
    if found.segments:
        reading.cannot("jbrd > application segments", "compressed with Brotli, which is not read here", _SEGMENTS)
    if found.comments:
        reading.cannot(
            "jbrd > comments",
            "compressed with Brotli, which is not read here",
            frozenset({Kind.FREE_TEXT, Kind.SOFTWARE}),
        )
    if found.tail:
        reading.cannot("jbrd > tail", "compressed with Brotli, which is not read here", _TAIL)
