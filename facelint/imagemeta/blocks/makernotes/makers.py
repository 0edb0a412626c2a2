"""Which makers' notes are known: how each begins, from where its offsets count, and which entries tell of a person."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from facelint.imagemeta.blocks.makernotes import records
from facelint.imagemeta.blocks.makernotes.fields import (
    GPS_IFD,
    Nested,
    Shown,
    Table,
    Told,
    identifier,
    kinds_of,
    record,
    serial,
    text,
)  # fmt: skip
from facelint.imagemeta.model import Kind

_SERIAL = (Kind.SERIAL_NUMBERS,)
_OWNER, _PLACE, _PERSON = Kind.OWNER_NAMES, Kind.LOCATION_TEXT, Kind.PERSON_NAMES
_CONTENT = Kind.CONTENT_IDENTIFIER


class Maker(NamedTuple):
    """One form of a note. What is no directory is told by `whole`, from the note's bytes."""

    table: Table
    start: int = 0
    """Of the directory in the note."""
    base: int | None = None
    """Where offsets count from, in the note; None: they count from where the others of the file do."""
    whole: Callable[[bytes], Told] | None = None
    pointer: bool = False
    """The start is not the directory's but that of its offset."""
    own: frozenset[Kind] = frozenset()
    """What it tells but for a directory of coordinates."""
    kinds: frozenset[Kind] = frozenset()


_ANY = frozenset((Kind.SERIAL_NUMBERS, Kind.FREE_TEXT))
"""What notes that are no directories tell."""


def _form(table: Table, start: int = 0, base: int | None = None, pointer: bool = False) -> Maker:
    own = kinds_of({tag: one for tag, one in table.items() if one is not GPS_IFD})
    return Maker(table, start, base, None, pointer, own, kinds_of(table))


def _whole(tell: Callable[[bytes], Told]) -> Maker:
    kinds = frozenset[Kind]() if tell is records.nothing else _ANY
    return Maker({}, whole=tell, own=kinds, kinds=kinds)


def _table(table: Table) -> Table:
    """Nothing keeps a note from holding a directory of coordinates."""
    return {**table, 0x8825: GPS_IFD}


_CANON = _table({
    0x0009: text("OwnerName", _OWNER),
    0x000C: serial("SerialNumber"),
    0x000D: record("CameraInfo", (Kind.OWNER_NAMES, Kind.SERIAL_NUMBERS), records.canon_camera),
    0x0028: identifier("ImageUniqueID", Kind.UNIQUE_ID),
    0x0096: record("SerialInfo", _SERIAL, records.canon_serial),
    0x4019: record("LensInfo", _SERIAL, records.canon_lens),
})  # fmt: skip
_NIKON = _table({
    0x0011: Nested("PreviewIFD", {0x0201: Shown("PreviewImageStart", 0x0202)}),
    0x001D: serial("SerialNumber"),
    0x0039: record("LocationInfo", (_PLACE,), records.nikon_location),
    0x00A0: serial("SerialNumber"),
})  # fmt: skip
_SONY = _table({
    0x2001: Shown("PreviewImage", 0),
    0x2031: serial("SerialNumber"),
    0x9050: record("Tag9050", _SERIAL, records.sony_9050),
})  # fmt: skip
_OLYMPUS = _table({
    0x0020: record("WBInfoA100", _SERIAL, records.minolta_balance),
    0x0081: Shown("PreviewImageData", 0),
    0x0088: Shown("PreviewImageStart", 0x0089),
    0x0100: Shown("ThumbnailImage", 0),
    0x0404: serial("SerialNumber"),
    0x101A: serial("SerialNumber"),
    0x2010: Nested("Equipment", {
        0x0101: serial("SerialNumber"),
        0x0102: serial("InternalSerialNumber"),
        0x0202: serial("LensSerialNumber"),
        0x0302: serial("ExtenderSerialNumber"),
        0x1003: serial("FlashSerialNumber"),
    }),
    0x2020: Nested("CameraSettings", {0x0101: Shown("PreviewImageStart", 0x0102)}),
})  # fmt: skip
"""Minolta's entries are among them."""
_PANASONIC = _table({
    0x0025: serial("InternalSerialNumber"),
    0x0052: serial("LensSerialNumber"),
    0x0054: serial("AccessorySerialNumber"),
    0x0061: record("FaceRecInfo", (_PERSON,), records.panasonic_faces),
    0x0065: text("Title", Kind.FREE_TEXT),
    0x0066: text("BabyName", _PERSON),
    0x0067: text("Location", _PLACE),
    0x0069: text("Country", _PLACE),
    0x006B: text("State", _PLACE),
    0x006D: text("City", _PLACE),
    0x006F: text("Landmark", _PLACE),
    0x0080: text("City2", _PLACE),
})  # fmt: skip
_LEICA_2 = _table({0x0303: serial("SerialNumber")})
_LEICA_3 = _table({0x000B: record("SerialInfo", _SERIAL, records.leica_serial)})
_LEICA_4 = _table({tag: Nested("Subdir", {0x3103: serial("SerialNumber")}) for tag in (0x3000, 0x3100, 0x3400, 0x3900)})
_LEICA_5 = _table({0x0305: serial("SerialNumber"), 0x0500: serial("InternalSerialNumber")})
_LEICA_6 = _table({0x0321: serial("LensSerialNumber")})
_PENTAX = _table({
    0x0004: Shown("PreviewImageStart", 0x0003),
    0x0215: record("CameraInfo", _SERIAL, records.pentax_camera),
    0x0229: serial("SerialNumber"),
    0x022E: text("Artist", _OWNER),
    0x022F: text("Copyright", Kind.COPYRIGHT),
})  # fmt: skip
_RICOH = _table({
    0x0005: record("SerialNumber", _SERIAL, records.ricoh_serial),
    0x2001: Nested("Subdir", {0x002C: record("SerialInfo", _SERIAL, records.ricoh_parts)}),
})  # fmt: skip
_FUJI = _table({
    0x0010: serial("InternalSerialNumber"),
    0x4282: record("FaceRecInfo", (_PERSON,), records.fuji_faces),
})  # fmt: skip
_APPLE = _table({
    0x000B: text("BurstUUID", _CONTENT),
    0x0011: text("ContentIdentifier", _CONTENT),
    0x0015: text("ImageUniqueID", Kind.UNIQUE_ID),
    0x0020: text("ImageCaptureRequestID", _CONTENT),
    0x002B: text("PhotoIdentifier", _CONTENT),
})  # fmt: skip
_SAMSUNG = _table({
    0x0030: record("LocalLocationName", (_PLACE,), records.samsung_places),
    0x0031: text("LocationName", _PLACE),
    0x0035: Nested("PreviewIFD", {0x0201: Shown("PreviewImageStart", 0x0202)}),
    0x0123: text("FaceName", _PERSON),
    0xA002: record("SerialNumber", _SERIAL, records.samsung_serial),
    0xA005: serial("InternalLensSerialNumber"),
})  # fmt: skip
_CASIO = _table({0x0004: Shown("PreviewImageStart", 0x0003), 0x2000: Shown("PreviewImage", 0)})
_SIGMA = _table({0x0002: serial("SerialNumber")})
_KODAK_IFD: Table = {0xFA04: serial("SerialNumber"), 0xFA19: serial("SerialNumber"), 0x0308: serial("LensSerialNumber")}
_KODAK = _table({**{tag: Nested("SubIFD", _KODAK_IFD) for tag in range(0xFC00, 0xFC07)}, **_KODAK_IFD})
_MOTOROLA = _table({0x5501: serial("SerialNumber")})
_NINTENDO = _table({0x1101: record("CameraInfo", _SERIAL, records.nintendo_camera)})
_PLAIN = _table({})

OTHER = _table({
    0x013B: text("Artist", _OWNER),
    0xA420: identifier("ImageUniqueID", Kind.UNIQUE_ID),
    0xA430: text("CameraOwnerName", _OWNER),
    0xA431: serial("BodySerialNumber"),
    0xA435: serial("LensSerialNumber"),
})  # fmt: skip
"""Of a maker that is not known: EXIF's entries, if it uses those."""

_BEGINNINGS: tuple[tuple[bytes, Maker], ...] = (
    (b"Apple iOS\0", _form(_APPLE, 14, 0)),
    (b"Nikon\0\2", _form(_NIKON, 14, 10, pointer=True)),
    (b"Nikon\0\1", _form(_PLAIN, 8)),
    (b"OLYMP\0", _form(_OLYMPUS, 8)),
    (b"EPSON\0", _form(_OLYMPUS, 8)),
    (b"OLYMPUS\0", _form(_OLYMPUS, 12, 0)),
    (b"OM SYSTEM\0", _form(_OLYMPUS, 16, 0)),
    (b"CAMER\0", _form(_OLYMPUS, 8)),
    (b"MINOL\0", _form(_OLYMPUS, 8)),
    (b"PREMI\0", _form(_OLYMPUS, 8)),
    (b"SONY PI\0", _form(_OLYMPUS, 12)),
    (b"SONY PIC\0", _whole(records.nothing)),
    (b"SONY ", _form(_SONY, 12)),
    (b"\0\0SONY PIC\0", _form(_SONY, 12)),
    (b"VHAB     \0", _form(_SONY, 12)),
    (b"SEMC MS\0", _form(_PLAIN, 20, 12)),
    (b"Panasonic\0", _form(_PANASONIC, 12)),
    (b"MKE", _whole(records.nothing)),
    (b"LEICA CAMERA AG\0", _form(_PANASONIC, 18)),
    (b"LEICA0", _form(_LEICA_4, 8, 0)),
    (b"LEICA\0\2\xff", _form(_LEICA_6, 8)),
    (b"LEICA\0\2\0", _form(_LEICA_6, 8)),
    (b"LEICA\0\10\0", _form(_LEICA_5, 8)),
    (b"LEICA\0\11\0", _form(_LEICA_5, 8)),
    (b"LEICA\0\0\0", _form(_PANASONIC, 8)),
    (b"LEICA\0", _form(_LEICA_5, 8, 0)),
    (b"AOC\0", _form(_PENTAX, 6)),
    (b"PENTAX \0", _form(_PENTAX, 10, 0)),
    (b"SAMSUNG\0", _form(_PENTAX, 10, 0)),
    (b"S1\0\0\0\0\0\0\x0c\0\0\0", _form(_PENTAX, 12, 0)),
    (b"RICOH\0II", _form(_PENTAX, 8, 0)),
    (b"RICOH\0MM", _form(_PENTAX, 8, 0)),
    (b"Ricoh", _form(_RICOH, 8)),
    (b"RICOH", _form(_RICOH, 8)),
    (b"FUJIFILM", _form(_FUJI, 8, 0, pointer=True)),
    (b"GENERALE", _form(_FUJI, 8, 0, pointer=True)),
    (b"GE\0\0", _form(_PLAIN, 18)),
    (b"GENIC\0", _form(_PLAIN, 18)),
    (b"GE\x0c\0\0\0\x16\0\0\0", _form(_FUJI, 12, 6)),
    (b"SIGMA\0", _form(_SIGMA, 10)),
    (b"FOVEON\0", _form(_SIGMA, 10)),
    (b"MOT\0", _form(_MOTOROLA, 8, 0)),
    (b"QVC\0", _form(_CASIO, 6)),
    (b"DCI\0", _form(_CASIO, 6)),
    (b"KYOCERA", _form(_PLAIN, 22, 2)),
    (b"JVC ", _form(_PLAIN, 4)),
    (b"VER:", _whole(records.nothing)),
    (b"SANYO\0", _form(_PLAIN, 8)),
    (b"ISLMAKERNOTE000\0", _form(_PLAIN, 24, 16)),
    (b"KDK", _whole(records.nothing)),
    (b"STMN", _whole(records.nothing)),
    (b"HDRP", _whole(records.nothing)),
    (b"LSI1\0", _whole(records.nothing)),
    (b"[ae_dbg_info:", _whole(records.nothing)),
    (b"PrintIM", _whole(records.nothing)),
    (b"RECONYX", _whole(records.reconyx)),
    (b"\x01\xf1\x02\0", _whole(records.reconyx)),
    (b"\x01\xf1\x03\0", _whole(records.reconyx)),
    (b"Hewlett-Packard", _whole(records.hewlett_packard)),
    (b"Vivitar", _whole(records.hewlett_packard)),
    (b"610", _whole(records.hewlett_packard)),
    (b"IIII\4\0", _whole(records.hewlett_packard)),
    (b"IIII\6\0", _whole(records.hewlett_packard)),
    (b"IIIITwaR", _whole(records.phase_one)),
    (b"IIIICwaR", _whole(records.phase_one)),
    (b"MMMMRaw", _whole(records.phase_one)),
)
"""The longer ones of two that begin alike first."""

_BY_BEGIN: dict[bytes, list[tuple[bytes, Maker]]] = {}
for _begin, _maker in _BEGINNINGS:
    _BY_BEGIN.setdefault(_begin[:3], []).append((_begin, _maker))

_CANON_NOTE, _NIKON_NOTE, _SONY_NOTE = _form(_CANON), _form(_NIKON), _form(_SONY)
_GOPRO_NOTE = _whole(records.gopro)
_LEICA_2_NOTE, _LEICA_3_NOTE = _form(_LEICA_2, 8, 8), _form(_LEICA_3)
_BY_MAKE: dict[str, Maker] = {
    "canon": _CANON_NOTE,
    "nikon": _NIKON_NOTE,
    "sony": _SONY_NOTE,
    "minol": _form(_OLYMPUS),
    "konic": _form(_OLYMPUS),
    "samsu": _form(_SAMSUNG),
    "casio": _form(_PLAIN),
    "dji": _form(_PLAIN),
    "flir ": _form(_PLAIN),
    "ninte": _form(_NINTENDO),
    "leica": _LEICA_3_NOTE,
    "asahi": _form(_PLAIN),
}
"""By the first five letters of the make, of those whose notes begin with their directory."""
_KODAK_FORMS = (
    (re.compile(rb"(MM\0\*\0\0\0\x08|II\*\0\x08\0\0\0)", re.DOTALL), _form(_KODAK, 8, 0)),
    (re.compile(rb"\0[\x02-\x7f]..\0[\x01-\x0c]\0\0|[\x02-\x7f]\0..[\x01-\x0c]\0..\0\0", re.DOTALL), _form(_KODAK)),
    (re.compile(rb"MM\0[\x02-\x7f]|II[\x02-\x7f]\0", re.DOTALL), _form(_PLAIN, 2)),
    (re.compile(b""), _whole(records.kodak_begin)),
)


def maker_of(head: bytes, make: str) -> Maker | None:
    """The form of a note, by its first bytes and by who made the camera."""
    for begin, maker in _BY_BEGIN.get(head[:3], ()):
        if head.startswith(begin):
            if begin == b"LEICA\0\0\0" and make.startswith("Leica Camera AG"):
                return _LEICA_2_NOTE
            return maker
    if make[:5].lower() in _BY_MAKE:
        return _BY_MAKE[make[:5].lower()]
    if make.startswith("GoPro") and records.GOPRO.match(head):
        return _GOPRO_NOTE
    if "kodak" in make.lower() or b"Eastman Kodak" in head[:32]:
        return next(form for pattern, form in _KODAK_FORMS if pattern.match(head))
    return None


HOLDS = frozenset[Kind]().union(*(maker.kinds for _, maker in _BEGINNINGS), *(one.kinds for one in _BY_MAKE.values()))
