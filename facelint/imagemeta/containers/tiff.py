"""TIFF, BigTIFF and what is built like them: DNG, the raw formats of cameras, and JPEG XR."""

from __future__ import annotations

from facelint.imagemeta.blocks import exif
from facelint.imagemeta.blocks.exif import Page
from facelint.imagemeta.reading import Reading
from facelint.imagemeta.source import Source

_FORMATS = {b"IIRO": "orf", b"IIRS": "orf", b"MMOR": "orf", b"IIU\0": "rw2"}
_DNG_VERSION = 0xC612
_MOSAIC, _LINEAR_RAW = 32803, 34892
"""Photometric interpretations of raw pictures (TIFF/EP, DNG)."""
_REDUCED, _MASK = 1, 4


def read(reading: Reading, source: Source) -> None:
    head = source.head[:12]
    canon = head[8:10] == b"CR"
    name = "jxr" if head[:3] == b"II\xbc" else "cr2" if canon else _FORMATS.get(head[:4], "tiff")
    pages, tags = exif.pages(reading, source, name.upper(), preview_first=canon)
    if name == "tiff" and _DNG_VERSION in tags:
        name = "dng"
    if reading.depth:
        return
    reading.format = name
    if pages:
        main = _main(pages, name)
        if main.width > 0 and main.height > 0:
            reading.width, reading.height = main.width, main.height
        chained = [page for page in pages if page.name != "SubIFD"]
        reading.frames = 1 if name != "tiff" else max(1, sum(not page.subfile & (_REDUCED | _MASK) for page in chained))


def _main(pages: list[Page], name: str) -> Page:
    """The picture that the file is about: of a raw file the largest, else the first that is no smaller version."""
    raw = [page for page in pages if page.photometric in (_MOSAIC, _LINEAR_RAW) and page.width]
    if raw or name == "cr2":
        return max(raw or pages, key=lambda page: page.width * page.height)
    return next((page for page in pages if not page.subfile & (_REDUCED | _MASK)), pages[0])
