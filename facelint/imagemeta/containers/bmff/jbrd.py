"""What a JPEG XL file keeps to make the JPEG again that it was made from (ISO/IEC 18181-2, annex A)."""

from __future__ import annotations

from typing import NamedTuple

from facelint.imagemeta.containers.bmff.bits import Bits
from facelint.imagemeta.reading import Reading

_MAX_MARKERS = 16_384
_END = 0xD9
_JFIF_SIZES = range(22)
_ADOBE_SIZE = 15


class Reconstruction(NamedTuple):
    segments: int
    """Application segments that are not JFIF, Adobe's, ICC, EXIF or XMP."""
    comments: int
    tail: int
    """Bytes behind the end of the JPEG."""


def reconstruction(reading: Reading, data: bytes) -> Reconstruction | None:
    """None where it is damaged."""
    bits = Bits(data)
    bits.take(1)  # whether it is grey
    markers = _markers(bits)
    if markers is None:
        return None
    reading.step(len(markers))
    applications = [marker for marker in markers if 0xE0 <= marker <= 0xEF]
    segments = 0
    for marker in applications:
        kind = bits.choose((0, 0), (0, 1), (1, 2), (2, 4))
        size = bits.take(16) + 1
        if kind == 0 and not _plain(marker, size):
            segments += 1
    comments = sum(1 for marker in markers if marker == 0xFE for _ in (bits.take(16),))
    _coding(reading, bits, markers)
    tail = bits.choose((0, 0), (8, 1), (16, 257), (22, 65793))
    return None if bits.overrun else Reconstruction(segments, comments, tail)


def _markers(bits: Bits) -> list[int] | None:
    found: list[int] = []
    while not bits.overrun and len(found) < _MAX_MARKERS:
        found.append(0xC0 + bits.take(6))
        if found[-1] == _END:
            return found
    return None


def _plain(marker: int, size: int) -> bool:
    """Whether this is JFIF's or Adobe's segment: sizes here count the marker's second byte."""
    return (marker == 0xE0 and size in _JFIF_SIZES) or (marker == 0xEE and size == _ADOBE_SIZE)


def _coding(reading: Reading, bits: Bits, markers: list[int]) -> None:
    """Tables and scans, which are hopped over to reach the length of the tail."""
    for _ in range(bits.take(2) + 1):  # quantization tables
        bits.take(4)
    components = {0: 1, 1: 3, 2: 3}.get(kind := bits.take(2))
    if components is None:
        components = bits.choose((0, 0), (4, 0), (8, 16), (16, 0))
    for _ in range(components if kind == 3 and not bits.overrun else 0):
        bits.take(8)
    for _ in range(components if not bits.overrun else 0):
        bits.take(2)
    for _ in range(bits.choose((0, 4), (3, 2), (4, 10), (6, 26))):
        _huffman(bits)
    scans = sum(marker == 0xDA for marker in markers)
    for _ in range(scans):
        _scan(bits)
    for extra in (False, True):
        for _ in range(scans):
            _points(reading, bits, extra)
    if 0xDD in markers:
        bits.take(16)
    for _ in range(sum(marker == 0xFF for marker in markers)):
        bits.take(16)


def _huffman(bits: Bits) -> None:
    bits.take(4)
    counts = [bits.choose((0, 0), (0, 1), (3, 2), (8, 0)) for _ in range(17)]
    for _ in range(min(257, sum(counts))):
        bits.choose((2, 0), (2, 4), (4, 8), (8, 1))


def _scan(bits: Bits) -> None:
    components = bits.take(2) + 1
    bits.take(20)
    for _ in range(components):
        bits.take(6)
    bits.choose((0, 0), (0, 1), (0, 2), (3, 3))


def _points(reading: Reading, bits: Bits, extra: bool) -> None:
    """Blocks where a scan starts anew, or has zeros that it need not have."""
    for _ in range(bits.choose((0, 0), (2, 1), (4, 4), (16, 20))):
        if bits.overrun:
            return
        reading.step()
        if extra:
            bits.choose((0, 1), (2, 2), (4, 5), (8, 20))
        bits.choose((0, 0), (3, 1), (5, 9), (28, 41))
