"""The formats of files, one module each: what a file is by its first bytes, and where its blocks are."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib import import_module

from facelint.imagemeta.reading import Reading
from facelint.imagemeta.source import Source

Reader = Callable[[Reading, Source], None]

_FORMATS = (
    (b"\xff\xd8\xff", 0, "jpeg", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", 0, "png", "png"),
    (b"WEBP", 8, "webp", "webp"),
    (b"GIF87a", 0, "gif", "gif"),
    (b"GIF89a", 0, "gif", "gif"),
    (b"BM", 0, "bmp", "bmp"),
    (b"8BPS", 0, "psd", "psd"),
    (b"II*\0", 0, "tiff", "tiff"),
    (b"MM\0*", 0, "tiff", "tiff"),
    (b"II+\0", 0, "tiff", "tiff"),
    (b"MM\0+", 0, "tiff", "tiff"),
    (b"IIRO", 0, "tiff", "tiff"),
    (b"IIRS", 0, "tiff", "tiff"),
    (b"MMOR", 0, "tiff", "tiff"),
    (b"IIU\0", 0, "tiff", "tiff"),
    (b"II\xbc", 0, "jxr", "tiff"),
    (b"FUJIFILMCCD-RAW", 0, "raf", "raf"),
    (b"ftyp", 4, "", "bmff"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", 0, "jxl", "bmff"),
    (b"\xff\x0a", 0, "jxl", "bmff"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", 0, "jp2", "bmff"),
    (b"\xff\x4f\xff\x51", 0, "jp2", "bmff"),
)
"""Signature, where it stands, the format's name (empty: the module tells it), the module that reads it."""


def reader_of(source: Source) -> tuple[str, Reader | None]:
    """The format of a file, and what reads it; empty and None where it is not known here."""
    head = source.head
    for signature, at, name, module in _FORMATS:
        if head.startswith(signature, at):
            return name, _reader(module)
    if _is_xmp(head):
        return "xmp", _reader("sidecar")
    return "", None


_XMP = re.compile(
    r"\s*(?:(?:<\?[^>]{0,200}\?>|<!--.{0,1000}?-->)\s*){0,4}<[A-Za-z]{0,20}:?(?:xmpmeta|xapmeta|RDF)[\s>]",
    re.DOTALL,
)
"""The root of a sidecar, behind whatever may stand before it."""
_CODINGS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"<", "utf-8"))


def _is_xmp(head: bytes) -> bool:
    start = head[:2000].lstrip()
    coding = next((coding for mark, coding in _CODINGS if start.startswith(mark)), "")
    return bool(coding and _XMP.match(start.decode(coding, "replace")))


@cache
def _reader(module: str) -> Reader:
    reader: Reader = import_module(f"{__name__}.{module}").read
    return reader


ENDINGS = {
    "jpeg": (".jpg", ".jpeg", ".jpe", ".jfif", ".jps", ".mpo"),
    "png": (".png", ".apng"),
    "webp": (".webp",),
    "gif": (".gif",),
    "bmp": (".bmp", ".dib"),
    "tiff": (".tif", ".tiff", ".btf", ".tf8", ".nef", ".nrw", ".arw", ".sr2", ".pef", ".srw", ".3fr", ".erf", ".iiq",
             ".kdc", ".dcr", ".mef", ".mos"),
    "dng": (".dng",),
    "cr2": (".cr2",),
    "orf": (".orf",),
    "rw2": (".rw2", ".rwl", ".raw"),
    "raf": (".raf",),
    "cr3": (".cr3",),
    "jxr": (".jxr", ".wdp", ".hdp"),
    "heic": (".heic", ".heif", ".hif"),
    "heif": (".heif", ".hif", ".heic"),
    "avif": (".avif", ".avifs"),
    "jxl": (".jxl",),
    "jp2": (".jp2", ".j2k", ".jpf", ".jpx", ".jpm", ".j2c", ".jpc"),
    "psd": (".psd", ".psb"),
    "xmp": (".xmp",),
    "mp4": (".mp4", ".m4v"),
    "mov": (".mov", ".qt"),
}  # fmt: skip
"""Every format that is told, and how names of its files end."""
