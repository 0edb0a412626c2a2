"""The texts of TIFF entries, as they are meant: in whatever type and encoding; blank where they say nothing."""

from __future__ import annotations

import re

from facelint.imagemeta.blocks.ifd import ASCII, SIZES, unpacked

_BLANK = "".join(map(chr, range(33))) + "\x7f\xa0\ufeff\ufffd"
_FRACTIONS = (5, 10)
_BYTES = (1, ASCII, 6, 7, 129)
_CHARSETS = {b"ASCII\0\0\0": "", b"UNICODE\0": "utf-16", b"JIS\0\0\0\0\0": "iso2022_jp", bytes(8): ""}
"""EXIF 2.32, 4.6.5, UserComment."""
_DIGIT = re.compile("[1-9]")


def words(found: bytes) -> str:
    """UTF-8, or what Windows took for Latin 1."""
    try:
        text = found.decode()
    except UnicodeDecodeError:
        text = found.decode("cp1252", "replace")
    return text.strip(_BLANK)


def plain(found: bytes, kind: int, order: str) -> str:
    """Text that a NUL ends, or numbers; zeros alone are nothing."""
    if kind in _BYTES:
        return words(found.split(b"\0", 1)[0] if kind == ASCII else found.rstrip(b"\0"))
    unit = SIZES.get(kind, 0)
    if not unit or not found.strip(b"\0"):
        return ""
    if kind in _FRACTIONS:
        return found.hex()
    return " ".join(map(str, unpacked(found, kind, order, 64)))


def parted(found: bytes, kind: int, order: str) -> str:
    """Of a copyright notice: the photographer's, a NUL, the editor's (EXIF 2.32, 4.6.4)."""
    return words(found.replace(b"\0", b" ")) if kind in _BYTES else plain(found, kind, order)


def wide(found: bytes, kind: int, order: str) -> str:
    """The texts of Windows: little-endian UTF-16 in either byte order."""
    return found.decode("utf-16-le", "replace").split("\0", 1)[0].strip(_BLANK)


def area(found: bytes, kind: int, order: str) -> str:
    """Text after eight bytes that name its characters."""
    charset = _CHARSETS.get(found[:8].upper())
    if charset is None:
        return _unmarked(found, order)
    rest = found[8:]
    if charset == "utf-16":
        return _utf16(rest, order)
    if charset and b"\x1b" in rest:
        return rest.decode(charset, "replace").strip(_BLANK)
    if charset:
        return rest.decode("shift_jis", "replace").strip(_BLANK)
    return _unmarked(rest, order)


def _unmarked(found: bytes, order: str) -> str:
    """Some programs write UTF-16 without saying so: then nearly every other byte is zero."""
    whole = found.rstrip(b"\0")
    if whole.count(0) * 3 > len(whole):
        return _utf16(found, order)
    return words(whole.replace(b"\0", b" "))


def _utf16(found: bytes, order: str) -> str:
    """In the order that a mark says, or in that in which most characters are of the first page, or in the file's."""
    if found[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return found.decode("utf-16", "replace").strip(_BLANK)
    little, big = found[1::2].count(0), found[::2].count(0)
    if little != big:
        order = "<" if little > big else ">"
    return found.decode("utf-16-le" if order == "<" else "utf-16-be", "replace").replace("\0", "").strip(_BLANK)


def date(found: bytes, kind: int, order: str) -> str:
    text = plain(found, kind, order)
    return text if _DIGIT.search(text) else ""


def serial(found: bytes, kind: int, order: str) -> str:
    """Zeros alone are none."""
    text = plain(found, kind, order)
    return text if text.strip("0 -:.") else ""


def labelled(found: bytes, kind: int, order: str) -> str:
    """What stands behind the label in the texts that Photoshop's raw converter wrote."""
    return plain(found, kind, order).partition(": ")[2] or plain(found, kind, order)


def identifier(found: bytes, kind: int, order: str) -> str:
    """Text, or bytes in hexadecimal."""
    text = plain(found, kind, order) if kind == ASCII else found.hex() if found.strip(b"\0") else ""
    return text if text.strip("0 -") else ""
