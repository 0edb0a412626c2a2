"""Fujifilm's raw files: a JPEG with all blocks, and the sensor's data behind it."""

from __future__ import annotations

from facelint.imagemeta.containers import reader_of
from facelint.imagemeta.model import Kind
from facelint.imagemeta.reading import Reading
from facelint.imagemeta.source import Source

_JPEG_AT = 84
_SIZE_TAG = 0x0111
"""Of the cropped picture; 0x0100 is that of the whole sensor."""


def read(reading: Reading, source: Source) -> None:
    """The header has offset and length of the JPEG, then those of its own records, in big-endian order."""
    where = "RAF"
    header = source.read(_JPEG_AT, 16)
    if len(header) < 16:
        reading.cannot(where, "is cut")
        return
    at, size, records, records_size = (int.from_bytes(header[begin : begin + 4], "big") for begin in (0, 4, 8, 12))
    if at + size > source.size:
        reading.cannot(f"{where} > JPEG", "is cut")
    if at and at < source.size:
        _jpeg(reading, source, at, size, where)
    else:
        reading.cannot(f"{where} > JPEG", "is nowhere")
    if not reading.depth:
        reading.format, reading.frames = "raf", 1
        _size(reading, source, records, min(records_size, 2**16))


def _jpeg(reading: Reading, source: Source, at: int, size: int, where: str) -> None:
    part = source.part(at, size)
    name, reader = reader_of(part)
    if name != "jpeg" or reader is None:
        reading.cannot(f"{where} > JPEG", "is no JPEG")
        return
    reader(reading, part)
    if source.start >= 0:
        reading.picture(Kind.PREVIEW, "exif", f"{where} > JPEG", source.start + at, part.size)


def _size(reading: Reading, source: Source, at: int, size: int) -> None:
    """Records of a tag, a length and a value; of a size the height stands first."""
    data = source.read(at, size) if 0 < at < source.size else b""
    begin = 4
    for _ in range(min(int.from_bytes(data[:4], "big"), 255)):
        tag, length = int.from_bytes(data[begin : begin + 2], "big"), int.from_bytes(data[begin + 2 : begin + 4], "big")
        value = data[begin + 4 : begin + 4 + length]
        if tag == _SIZE_TAG and len(value) == 4:
            height, width = int.from_bytes(value[:2], "big"), int.from_bytes(value[2:], "big")
            if width and height:
                reading.width, reading.height = width, height
        begin += 4 + length
