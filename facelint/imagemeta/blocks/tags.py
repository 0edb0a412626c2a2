"""What the entries of TIFF and EXIF directories are: their names, what they may tell, and how they are read."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Literal, NamedTuple

from facelint.imagemeta.blocks import gps, iptc, makernotes, texts
from facelint.imagemeta.model import EVERYTHING, Kind

HOLDS = EVERYTHING - {Kind.TRAILER, Kind.SECONDARY_IMAGES}
"""All but these: XMP, IPTC and Photoshop's resources may stand in a directory too."""

How = Literal[
    "text", "pointer", "strips", "jpeg", "maker_note", "private", "raw_jpeg", "xmp", "iptc", "photoshop", "unread"
]


class Tag(NamedTuple):
    name: str
    kinds: tuple[Kind, ...]
    """What it may tell."""
    how: How
    decode: Callable[[bytes, int, str], str] = texts.plain


class Role(NamedTuple):
    """What a directory is for."""

    name: str
    hides: frozenset[Kind]
    """What it may tell."""
    plan: int
    """Which of the plans says what its entries are."""
    follows: bool = False
    """Whether it says where another one is."""


Plan = dict[int, Tag]

_OWNER, _SERIAL, _ID = (Kind.OWNER_NAMES,), (Kind.SERIAL_NUMBERS,), (Kind.UNIQUE_ID,)
_FREE = (Kind.FREE_TEXT, Kind.AI_PROMPT, Kind.SYNTHETIC_MARKER)
_SOFTWARE = (Kind.SOFTWARE, Kind.EDITING_SOFTWARE, Kind.SYNTHETIC_MARKER)
_PICTURES = (Kind.THUMBNAIL, Kind.PREVIEW, Kind.METADATA)
_EVERY = tuple(sorted(HOLDS))
_IPTC = tuple(sorted(iptc.HOLDS | {Kind.METADATA}))

_TEXTS: Plan = {
    0x000B: Tag("ProcessingSoftware", _SOFTWARE, "text"),
    0x010D: Tag("DocumentName", _FREE, "text"),
    0x010E: Tag("ImageDescription", _FREE, "text"),
    0x011D: Tag("PageName", _FREE, "text"),
    0x0131: Tag("Software", _SOFTWARE, "text"),
    0x013B: Tag("Artist", _OWNER, "text"),
    0x013C: Tag("HostComputer", (Kind.HOST_COMPUTER,), "text"),
    0x0151: Tag("TargetPrinter", _FREE, "text"),
    0x8298: Tag("Copyright", (Kind.COPYRIGHT,), "text", texts.parted),
    0x9003: Tag("DateTimeOriginal", (Kind.CAPTURED_AT,), "text", texts.date),
    0x9004: Tag("DateTimeDigitized", (Kind.CAPTURED_AT,), "text", texts.date),
    0x9213: Tag("ImageHistory", _FREE, "text"),
    0x9286: Tag("UserComment", _FREE, "text", texts.area),
    0x9C9B: Tag("XPTitle", _FREE, "text", texts.wide),
    0x9C9C: Tag("XPComment", _FREE, "text", texts.wide),
    0x9C9D: Tag("XPAuthor", _OWNER, "text", texts.wide),
    0x9C9E: Tag("XPKeywords", _FREE, "text", texts.wide),
    0x9C9F: Tag("XPSubject", _FREE, "text", texts.wide),
    0xA420: Tag("ImageUniqueID", _ID, "text", texts.identifier),
    0xA430: Tag("CameraOwnerName", _OWNER, "text"),
    0xA431: Tag("BodySerialNumber", _SERIAL, "text", texts.serial),
    0xA435: Tag("LensSerialNumber", _SERIAL, "text", texts.serial),
    0xA436: Tag("ImageTitle", _FREE, "text"),
    0xA437: Tag("Photographer", _OWNER, "text"),
    0xA438: Tag("ImageEditor", _OWNER, "text"),
    0xA439: Tag("CameraFirmware", (Kind.SOFTWARE,), "text"),
    0xA43A: Tag("RAWDevelopingSoftware", _SOFTWARE, "text"),
    0xA43B: Tag("ImageEditingSoftware", _SOFTWARE, "text"),
    0xA43C: Tag("MetadataEditingSoftware", _SOFTWARE, "text"),
    0xC62F: Tag("CameraSerialNumber", _SERIAL, "text", texts.serial),
    0xC65D: Tag("RawDataUniqueID", _ID, "text", texts.identifier),
    0xC68B: Tag("OriginalRawFileName", _FREE, "text"),
    0xC6D2: Tag("PanasonicTitle", _FREE, "text"),
    0xC6D3: Tag("PanasonicTitle2", _FREE, "text"),
    0xFDE8: Tag("OwnerName", _OWNER, "text", texts.labelled),
    0xFDE9: Tag("SerialNumber", _SERIAL, "text", texts.labelled),
}
"""TIFF 6.0, EXIF 3.0, DNG 1.7, and what Windows, Panasonic and Photoshop add.

What georeferences the pixels of a map or of an aerial picture (0x830E, 0x8482, 0x87AF) is not told: it says where the
scene lies that was drawn or flown over, and no camera writes it into a picture of a person."""

_SHOWN: Plan = {
    0x0111: Tag("StripOffsets", _PICTURES, "strips"),
    0x0201: Tag("JPEGInterchangeFormat", _PICTURES, "jpeg"),
}
_LATER_KINDS = tuple({kind: 0 for plan in (_TEXTS, _SHOWN) for tag in plan.values() for kind in tag.kinds})
_NOTE_KINDS = tuple(sorted(makernotes.HOLDS))
_BELOW_KINDS = tuple(dict.fromkeys((*_LATER_KINDS, *_NOTE_KINDS, *sorted(gps.HOLDS), Kind.METADATA)))
_HUNG: Plan = {
    0x8769: Tag("Exif IFD", _BELOW_KINDS, "pointer"),
    0x8825: Tag("GPS IFD", tuple(sorted(gps.HOLDS | {Kind.METADATA})), "pointer"),
    0x927C: Tag("MakerNote", _NOTE_KINDS, "maker_note"),
    0xC634: Tag("DNGPrivateData", _NOTE_KINDS, "private"),
    0x8290: Tag("Kodak IFD", _SERIAL, "pointer"),
    0xFE00: Tag("KDC IFD", _SERIAL, "pointer"),
}
_BLOCKS: Plan = {
    0x002E: Tag("JpgFromRaw", _EVERY, "raw_jpeg"),
    0x014A: Tag("SubIFD", _EVERY, "pointer"),
    0x02BC: Tag("XMP", _EVERY, "xmp"),
    0x83BB: Tag("IPTC", _IPTC, "iptc"),
    0x8568: Tag("AFCP IPTC", _IPTC, "iptc"),
    0x8606: Tag("LeafData", _SERIAL, "unread"),
    0x8649: Tag("Photoshop", _EVERY, "photoshop"),
    0xC68C: Tag("OriginalRawFileData", _BELOW_KINDS, "unread"),
}
_KODAK: Plan = {
    0x09CE: Tag("SensorSerialNumber", _SERIAL, "text", texts.serial),
    0xFA00: Tag("SerialNumber", _SERIAL, "text", texts.serial),
}
MAIN, _EXIF, _LATER, _OTHER = range(4)
_PLANS: tuple[Plan, ...] = (
    _TEXTS | _SHOWN | _HUNG | _BLOCKS,
    _TEXTS | _HUNG,
    _TEXTS | _SHOWN,
    _KODAK,
)


@lru_cache(maxsize=64)
def plans(wanted: frozenset[Kind]) -> tuple[Plan, ...]:
    """The plans without what tells nothing that is wanted."""
    return tuple({tag: one for tag, one in plan.items() if not wanted.isdisjoint(one.kinds)} for plan in _PLANS)


@lru_cache(maxsize=64)
def watched(wanted: frozenset[Kind]) -> tuple[frozenset[int], ...]:
    """The tags of each plan."""
    return tuple(frozenset(plan) for plan in plans(wanted))


FIRST = Role("IFD0", HOLDS, MAIN, follows=True)
SECOND = Role("IFD1", frozenset((*_LATER_KINDS, Kind.METADATA)), _LATER, follows=True)
THIRD = SECOND._replace(name="IFD2")
GPS = Role("GPS IFD", gps.HOLDS | {Kind.METADATA}, _OTHER)
ROLES = {
    "Exif IFD": Role("Exif IFD", frozenset(_BELOW_KINDS), _EXIF),
    "GPS IFD": GPS,
    "SubIFD": Role("SubIFD", HOLDS, MAIN),
    "Kodak IFD": Role("Kodak IFD", frozenset(_SERIAL), _OTHER),
    "KDC IFD": Role("KDC IFD", frozenset(_SERIAL), _OTHER),
}


SIZE = frozenset((0x0100, 0x0101, 0x011A, 0x011B, 0x0128, 0xA002, 0xA003, 0xBC80, 0xBC81))
COLOR = frozenset((0x012D, 0x013E, 0x013F, 0x0211, 0x0213, 0x0214, 0x8773, 0xA001, 0xA500))
STRUCTURE = (
    SIZE
    | COLOR
    | frozenset(range(0x00FE, 0x010B))
    | frozenset(range(0x0111, 0x0120)) - {0x011D}
    | frozenset(range(0x0140, 0x0151))
    | frozenset(range(0x0200, 0x0215))
    | frozenset(range(0xBC01, 0xBCC5))
    | {1, 2, 0x0112, 0x0120, 0x0121, 0x0122, 0x0124, 0x0125, 0x0129, 0x013D, 0x0152, 0x0153, 0x0154, 0x0155, 0x0156}
    | {0x015B, 0x02BC, 0x83BB, 0x8649, 0x8769, 0x9000, 0x9101, 0x9102, 0xA000, 0xA005}
)
"""What tells how the picture is stored and shown, and where other blocks are."""
