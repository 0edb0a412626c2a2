"""The segments of a JPEG that camera makers and programs have defined for themselves."""

from __future__ import annotations

from collections.abc import Callable

from facelint.imagemeta.blocks import strays
from facelint.imagemeta.blocks.app import cameras, flir, gopro, texts
from facelint.imagemeta.model import Kind
from facelint.imagemeta.reading import Reading
from facelint.imagemeta.source import Source

HOLDS = strays.HIDES | {
    Kind.COPYRIGHT, Kind.SOFTWARE, Kind.EDITING_SOFTWARE, Kind.MAKER_NOTE, Kind.PREVIEW, Kind.SECONDARY_IMAGES,
}  # fmt: skip

MAX_JOINED = 16 * 2**20
"""Bytes of a block that goes on in several segments."""

_Tell = Callable[[Reading, Source, str], None]


def read(reading: Reading, number: int, content: Source, opening: bytes) -> None:
    """One segment of that number, of which the first bytes are at hand."""
    for begin, name, tell in _KNOWN.get(number, ()):
        if opening.startswith(begin):
            reading.block("app-other")
            if tell is not None and not reading.wanted.isdisjoint(HOLDS):
                tell(reading, content, f"APP{number} {name}")
            return
    if not content.size or strays.blank(content, 0, content.size):
        return
    reading.block("app-other")
    if number == 12 and texts.is_picture_info(opening):
        texts.picture_info(reading, content, "APP12 Picture Info")
    elif number == 0 and opening[6:14] == b"HEAPJPGM":
        cameras.ciff(reading, content, "APP0 CIFF")
    elif opening[4:10] != b"IJPEG\0":
        strays.read(reading, content, "app-other", f"APP{number}")


_KNOWN: dict[int, tuple[tuple[bytes, str, _Tell | None], ...]] = {
    0: ((b"AVI1", "AVI", None), (b"Ocad", "Ocad", None)),
    1: ((b"QVCI\0", "QVCI", cameras.qvci), (b"PARROT\0", "Parrot", None)),
    2: ((b"urn:iso:std:iso:ts:21496", "gain map", None),),
    3: (
        (b"Meta\0\0", "Meta", cameras.meta),
        (b"META\0\0", "Meta", cameras.meta),
        (b"Exif\0\0", "Meta", cameras.meta),
        (b"Stim\0", "Stim", None),
        (b"_JPSJPS_", "JPS", texts.jps),
    ),
    4: (
        (b"SCALADO\0", "Scalado", None),
        (b"Qualcomm Dual Camera", "Qualcomm", None),
        (b"\xaa\x55\x12\x06", "DJI", None),
    ),
    5: ((b"RMETA\0", "RMETA", cameras.rmeta), (b"ssuniqueid\0", "Samsung", cameras.samsung)),
    6: (
        (b"GoPro\0", "GoPro", gopro.segment),
        (b"TDHD\x01\0\0\0", "TDHD", cameras.tdhd),
        (b"EPPIM\0", "EPPIM", None),
        (b"NTIF\0", "NITF", None),
        (b"DTAT\0\0", "DJI", None),
        (b"MMIMETA\0", "Motorola", None),
    ),
    7: (
        (b"PENTAX \0", "Pentax", cameras.pentax),
        (b"\x1aQualcomm Camera Attributes", "Qualcomm", None),
        (b"DJI-DBG\0", "DJI", None),
    ),
    8: ((b"SPIFF\0", "SPIFF", None), (b"SEAL\0", "SEAL", texts.seal)),
    9: ((b"Media Jukebox\0", "Media Jukebox", texts.media_jukebox), (b"SEAL\0", "SEAL", texts.seal)),
    10: ((b"UNICODE\0", "comment", texts.unicode_comment), (b"AROT\0\0", "gain curve", None)),
    11: ((b"HDR_RI ", "JPEG-HDR", None), (b"JP", "JPEG XT", None)),
    12: ((b"Ducky", "Ducky", texts.ducky),),
    13: ((b"Adobe_CM\0", "Adobe_CM", None),),
    15: ((b"Q ", "GraphicConverter", None),),
}
"""By number: what a segment begins with, its name, and what reads it; None where it tells of nothing but the picture:
calibration, quality, depth, print settings."""

__all__ = ["HOLDS", "MAX_JOINED", "flir", "read", "texts"]
