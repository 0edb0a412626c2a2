"""IPTC IIM: the datasets of news agencies, each a record number, a dataset number and a text."""

from __future__ import annotations

import re
from array import array
from functools import cache

from facelint.imagemeta.model import Kind, Place
from facelint.imagemeta.programs import edits
from facelint.imagemeta.reading import Reading

_TEXT = Kind.FREE_TEXT
_NAME = Kind.OWNER_NAMES
_PLACE = Kind.LOCATION_TEXT

_DATASETS: dict[tuple[int, int], tuple[str, Kind]] = {
    (1, 100): ("UniqueObjectName", Kind.UNIQUE_ID),
    (2, 5): ("ObjectName", _TEXT),
    (2, 22): ("FixtureIdentifier", _TEXT),
    (2, 25): ("Keywords", _TEXT),
    (2, 26): ("ContentLocationCode", _PLACE),
    (2, 27): ("ContentLocationName", _PLACE),
    (2, 40): ("SpecialInstructions", _TEXT),
    (2, 55): ("DateCreated", Kind.CAPTURED_AT),
    (2, 60): ("TimeCreated", Kind.CAPTURED_AT),
    (2, 62): ("DigitalCreationDate", Kind.CAPTURED_AT),
    (2, 63): ("DigitalCreationTime", Kind.CAPTURED_AT),
    (2, 65): ("OriginatingProgram", Kind.SOFTWARE),
    (2, 80): ("By-line", _NAME),
    (2, 85): ("By-lineTitle", _NAME),
    (2, 90): ("City", _PLACE),
    (2, 92): ("Sub-location", _PLACE),
    (2, 95): ("Province-State", _PLACE),
    (2, 100): ("Country-PrimaryLocationCode", _PLACE),
    (2, 101): ("Country-PrimaryLocationName", _PLACE),
    (2, 103): ("OriginalTransmissionReference", _TEXT),
    (2, 105): ("Headline", _TEXT),
    (2, 110): ("Credit", _TEXT),
    (2, 115): ("Source", _TEXT),
    (2, 116): ("CopyrightNotice", Kind.COPYRIGHT),
    (2, 118): ("Contact", Kind.CONTACT),
    (2, 120): ("Caption-Abstract", _TEXT),
    (2, 121): ("LocalCaption", _TEXT),
    (2, 122): ("Writer-Editor", _NAME),
    (2, 188): ("OwnerID", _NAME),
    (2, 230): ("DocumentNotes", _TEXT),
    (2, 231): ("DocumentHistory", _TEXT),
    (2, 232): ("ExifCameraInfo", _TEXT),
    (2, 255): ("CatalogSets", _TEXT),
}
"""IIM 4.2 and what programs put beside it, by record and dataset: its name, and what it tells."""

_CHARACTERS = (1, 90)
_PREVIEW = (2, 202)
_EDITING = frozenset({Kind.SOFTWARE, Kind.EDITING_SOFTWARE})

HOLDS = frozenset(kind for _, kind in _DATASETS.values()) | {Kind.EDITING_SOFTWARE, Kind.PREVIEW}

_UTF8 = b"\x1b%G"
_BEGIN = re.compile(rb"\x1c[\x01-\x03]")
_BLANK = b"\0 \t\r\n"


def read(reading: Reading, data: bytes, where: str, place: Place = "iptc") -> None:
    """All datasets, wherever in the data they begin."""
    reading.block("iptc")
    if reading.wanted.isdisjoint(HOLDS):
        return
    told = _told(reading.wanted)
    data = _unswapped(data)
    utf8, whole = False, True
    at, size = 0, len(data)
    while at < size:
        if data[at] != 0x1C or at + 5 > size:
            blank, at = _skip(data, at)
            whole &= blank
            continue
        reading.step()
        key = (data[at + 1], data[at + 2])
        begin, length = _extent(data, at)
        at = begin + length
        whole &= at <= size
        if key in told:
            _tell(reading, key, data[begin:at], utf8, where, place)
        elif key == _CHARACTERS:
            utf8 = data[begin:at] == _UTF8
    if not whole:
        reading.cannot(where, "damaged, or breaks off", HOLDS)


def _unswapped(data: bytes) -> bytes:
    """In a TIFF, which takes them for long integers, datasets may stand with every four bytes turned round."""
    if data[:1] == b"\x1c" or data[3:4] != b"\x1c" or len(data) % 4:
        return data
    words = array("I", data)
    words.byteswap()
    return words.tobytes()


def _skip(data: bytes, at: int) -> tuple[bool, int]:
    """Over bytes that begin no dataset: whether they are blank (some programs put zeros around), and where they end."""
    found = _BEGIN.search(data, at + 1)
    end = found.start() if found else len(data)
    return not data[at:end].strip(_BLANK), end


def _extent(data: bytes, at: int) -> tuple[int, int]:
    """Where a dataset's value begins, and its length: in so many bytes as said where the first bit is set."""
    length = data[at + 3] << 8 | data[at + 4]
    if not length & 0x8000:
        return at + 5, length
    digits = length & 0x7FFF
    return at + 5 + digits, int.from_bytes(data[at + 5 : at + 5 + min(digits, 8)], "big")


@cache
def _told(wanted: frozenset[Kind]) -> frozenset[tuple[int, int]]:
    told = {key for key, (_, kind) in _DATASETS.items() if kind in wanted or (kind in _EDITING and wanted & _EDITING)}
    return frozenset(told | {_PREVIEW} if Kind.PREVIEW in wanted else told)


def _tell(reading: Reading, key: tuple[int, int], raw: bytes, utf8: bool, where: str, place: Place) -> None:
    if key == _PREVIEW:
        if raw.strip(_BLANK):
            reading.picture(Kind.PREVIEW, place, f"{where} > ObjectPreviewData", -1, len(raw), raw)
        return
    name, kind = _DATASETS[key]
    value = _text(raw, utf8)
    if not value or (kind is Kind.CAPTURED_AT and not value.strip("0:+-")):
        return
    at = f"{where} > {name}"
    reading.add(kind, place, at, value)
    if kind is Kind.SOFTWARE and edits(value):
        reading.add(Kind.EDITING_SOFTWARE, place, at, value)


def _text(raw: bytes, utf8: bool) -> str:
    """Most texts are UTF-8 where it is not said either; what is not is taken as Latin-1."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("utf-8", "replace") if utf8 else raw.decode("latin-1")
    return text.strip(" \0\t\r\n")
