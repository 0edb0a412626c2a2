"""The text chunks of a PNG: who made the picture, and the blocks that programs write there as text."""

from __future__ import annotations

import re
import zlib
from functools import lru_cache
from typing import NamedTuple

from facelint.imagemeta import opt_out
from facelint.imagemeta.blocks import exif, iptc, photoshop, xmp
from facelint.imagemeta.blocks.texts import words
from facelint.imagemeta.model import EVERYTHING, Kind
from facelint.imagemeta.programs import edits, generates, holds_prompt
from facelint.imagemeta.reading import Reading
from facelint.imagemeta.source import Source, in_memory

HOLDS = EVERYTHING
MAX_BLOCK = 8 * 2**20
"""Bytes of one block written as text, as stored and decompressed."""
MAX_TEXT = 2**20
"""Bytes of any other text."""
MAX_KEYWORD = 300
"""Bytes; the specification allows 79."""

BLOCK_STEPS = 50
"""That a block counts for, however short: to begin to read one takes so much longer than a chunk's head."""
_TEXT_STEPS = 3
_PIECE = 2048
"""Bytes decompressed at a time: what precedes a damaged piece is kept."""

_PROMPT = frozenset({Kind.AI_PROMPT, Kind.SYNTHETIC_MARKER})

Pairs = dict[str, str]
"""Parts of a pair of coordinates, each in a text of its own, by the last letters of their keywords."""


class _Entry(NamedTuple):
    name: str
    kinds: frozenset[Kind]


def _table(*rows: tuple[str, tuple[Kind, ...]]) -> dict[str, _Entry]:
    return {_folded(name): _Entry(name, frozenset(kinds)) for names, kinds in rows for name in names.split("|")}


_NOT_WORD = re.compile(r"[\W_]+")


def _folded(keyword: str) -> str:
    return _NOT_WORD.sub("", keyword).lower()


_TECHNICAL = _Entry("", frozenset())
_UNKNOWN = _Entry("", frozenset({Kind.FREE_TEXT}) | _PROMPT)
_KEYWORDS = _table(
    (
        "Author|Artist|Creator|By-line|Byline|Photographer|OwnerName|CameraOwnerName|CopyrightOwner|LicensorName"
        "|XPAuthor|CaptionWriter|Writer-Editor|Camera Owner|Owner|ImageCreator|IPTC:By-line",
        (Kind.OWNER_NAMES,),
    ),
    ("PersonInImage|Person|People|PersonsShown|Persons", (Kind.PERSON_NAMES,)),
    ("City|State|Province|Country|CountryName|CountryCode|Location|Sub-location|Place|Address", (Kind.LOCATION_TEXT,)),
    (
        "Contact|Email|E-mail|AuthorEmail|CreatorContactInfo|LicensorEmail|LicensorURL|LicensorTelephone|Phone|Telephone",
        (Kind.CONTACT,),
    ),
    (
        "Copyright|CopyrightNotice|Rights|License|Licence|UsageTerms|WebStatement|WebStatementOfRights",
        (Kind.COPYRIGHT,),
    ),
    (
        "Creation Time|CreationTime|Create Date|DateCreated|DateTimeOriginal|DateTimeDigitized|GPSDateStamp|Date Taken",
        (Kind.CAPTURED_AT,),
    ),
    (
        "Software|CreatorTool|Creator Tool|Program|Generator|Application",
        (Kind.SOFTWARE, Kind.EDITING_SOFTWARE, Kind.SYNTHETIC_MARKER),
    ),
    ("HostComputer|Hostname|Host|Computer", (Kind.HOST_COMPUTER,)),
    ("SerialNumber|BodySerialNumber|LensSerialNumber|CameraSerialNumber|InternalSerialNumber", (Kind.SERIAL_NUMBERS,)),
    ("ImageUniqueID|RawDataUniqueID", (Kind.UNIQUE_ID,)),
    (
        "parameters|prompt|workflow|Dream|sd-metadata|invokeai_metadata|invokeai_workflow|invokeai_graph"
        "|generation_data|fooocus_scheme|sui_image_params|negative_prompt|AIPromptInformation",
        tuple(_PROMPT),
    ),
    (
        "Title|Description|ImageDescription|Comment|UserComment|Caption|Caption-Abstract|Headline|Subject|Keywords|Label"
        "|Disclaimer|Warning|Source|Credit|CreditLine|Instructions|SpecialInstructions|XPComment|XPTitle|XPSubject"
        "|XPKeywords|Thumb::URI|URI",
        (Kind.FREE_TEXT, *_PROMPT),
    ),
    ("noai|noimageai|DMI-PROHIBITED|DMI-ALLOWED|DataMining|tdm-reservation", (Kind.OPT_OUT,)),
    ("GPSLatitude|GPSLatitudeRef|GPSLongitude|GPSLongitudeRef|Latitude|Longitude|GPSPosition", (Kind.GPS,)),
    ("Make|Model|Gamma|Orientation|Signature|ColorSpace|DPI|Resolution|Compression|Modify Date|Modification Time", ()),
)  # fmt: skip
"""By keyword without case, spaces and signs: its usual spelling, and what it tells."""

_NAMESPACES = frozenset(
    "exif exifex tiff icc png jpeg date xap xapmm xaprights xmp xmpmm xmprights photoshop crs aux thumb dc iptc".split()
)
"""Of keywords as ImageMagick makes them of other blocks. What is not in the table after one of these is technical."""
_SILENT = ("icc:", "png:", "date:", "exif:thumbnail:")


@lru_cache(maxsize=256)
def _entry_of(keyword: str) -> _Entry:
    lower = keyword.lower()
    if lower.startswith(_SILENT):
        return _TECHNICAL
    namespace, colon, name = lower.rpartition(":")
    folded = _folded(name)
    if entry := _KEYWORDS.get(folded):
        return entry
    if folded.startswith("gps") and colon:
        return _Entry("GPS", frozenset({Kind.GPS}))
    return _TECHNICAL if namespace.partition(":")[0] in _NAMESPACES else _UNKNOWN


def read(reading: Reading, source: Source, chunk: str, pairs: Pairs) -> None:
    """One chunk of the type `chunk`: tEXt, zTXt or iTXt. Coordinates that it tells a part of are put into `pairs`."""
    reading.step(_TEXT_STEPS)
    if not reading.wanted:
        return
    head = source.read(0, MAX_KEYWORD + 1)
    key, nul, _ = head.partition(b"\0")
    keyword = key.decode("latin-1").strip() if nul else ""
    begin = len(key) + 1 if nul else 0
    lower = keyword.lower()
    if lower == "xml:com.adobe.xmp":
        _packet(reading, source, chunk, begin)
    elif lower.startswith("raw profile type "):
        _raw_profile(reading, source, chunk, begin)
    else:
        reading.block("color-profile" if lower.startswith("icc:") else "text")
        entry = _entry_of(keyword)
        if not entry.kinds.isdisjoint(reading.wanted):
            where = f"{chunk} {entry.name}".rstrip()
            text = words(_content(reading, source, chunk, begin, where, entry.kinds, MAX_TEXT))
            _tell(reading, entry, where, keyword, text, pairs)


def _tell(reading: Reading, entry: _Entry, where: str, keyword: str, text: str, pairs: Pairs) -> None:
    if Kind.GPS in entry.kinds:
        name = entry.name.removeprefix("GPS")
        pairs[name] = text or pairs.get(name, "")
    elif Kind.OPT_OUT in entry.kinds:
        signal = _signal(keyword, text)
        reading.add(Kind.OPT_OUT if signal else Kind.FREE_TEXT, "png-text", where, signal or text)
    elif text:
        for kind in sorted(_kinds(entry.kinds, text)):
            reading.add(kind, "png-text", where, text)


def _kinds(kinds: frozenset[Kind], text: str) -> frozenset[Kind]:
    """What an entry tells with this text."""
    if Kind.SOFTWARE in kinds:
        other = {Kind.EDITING_SOFTWARE: edits, Kind.SYNTHETIC_MARKER: generates}
        return kinds - set(other) | {kind for kind, holds in other.items() if holds(text)}
    return kinds - _PROMPT if Kind.FREE_TEXT in kinds and not holds_prompt(text) else kinds


def _signal(keyword: str, text: str) -> str:
    folded = _folded(keyword)
    if folded == "tdmreservation":
        return opt_out.reservation(text)
    if folded in ("noai", "noimageai"):
        return folded
    return opt_out.data_mining(text) or opt_out.data_mining(keyword)


def _packet(reading: Reading, source: Source, chunk: str, begin: int) -> None:
    where = f"{chunk} XML:com.adobe.xmp"
    reading.step(BLOCK_STEPS)
    reading.block("xmp")
    if not xmp.HOLDS.isdisjoint(reading.wanted):
        xmp.read(reading, _content(reading, source, chunk, begin, where, xmp.HOLDS, MAX_BLOCK), where)


def _content(
    reading: Reading, source: Source, chunk: str, begin: int, where: str, hides: frozenset[Kind], most: int
) -> bytes:
    """What stands after the keyword, decompressed; what of it could not be had is said."""
    if source.size - begin > most:
        reading.cannot(where, "too long", hides)
    reading.spend(min(source.size - begin, most))
    data = source.read(begin, most)
    compressed = chunk == "zTXt"
    if compressed:
        data = data[1:]
    elif chunk == "iTXt":
        compressed = data[:1] == b"\1"
        parts = data[2:].split(b"\0", 2)
        data = parts[2] if len(parts) == 3 else b""
        if len(parts) < 3:
            reading.cannot(where, "breaks off before its text", hides)
    if not compressed:
        return data
    text, trouble = inflated(reading, data, most)
    if trouble:
        reading.cannot(where, trouble, hides)
    return text


def inflated(reading: Reading, data: bytes, most: int = MAX_BLOCK) -> tuple[bytes, str]:
    """What a zlib stream holds, as far as it goes, and why it does not go further; empty where it is whole."""
    reading.step(_TEXT_STEPS)
    machine = zlib.decompressobj()
    pieces: list[bytes] = []
    room = most
    for at in range(0, len(data), _PIECE):
        try:
            piece = machine.decompress(data[at : at + _PIECE], room)
        except zlib.error:
            return b"".join(pieces), "damaged: it can't be decompressed"
        pieces.append(piece)
        reading.spend(len(piece))
        room -= len(piece)
        if machine.eof:
            return b"".join(pieces), ""
        if room <= 0:
            return b"".join(pieces), "too long when decompressed"
    return b"".join(pieces), "breaks off"


_PROFILE = re.compile(rb"\s*([^\n]{0,80})\n\s*(\d{1,10})\s*\n")
"""The head of a raw profile: its type and its size in bytes, one a line. Hexadecimal digits follow."""
_DIGITS = re.compile(rb"[0-9A-Fa-f\s]*")


def _raw_profile(reading: Reading, source: Source, chunk: str, begin: int) -> None:
    where = f"{chunk} Raw profile"
    reading.step(BLOCK_STEPS)
    text = _content(reading, source, chunk, begin, where, HOLDS, MAX_BLOCK)
    reading.spend(len(text))
    head = _PROFILE.match(text)
    if head is None:
        if text.strip(b"\0 \r\n"):
            reading.cannot(where, "damaged", HOLDS)
        return
    digits = _DIGITS.match(text, head.end())
    whole = b"".join(digits[0].split()) if digits else b""
    profile = bytes.fromhex(whole[: len(whole) & ~1].decode("ascii"))
    if len(profile) < int(head[2]):
        reading.cannot(where, "breaks off", HOLDS)
    _profile(reading, profile, where, head[1].strip().lower())


def _profile(reading: Reading, profile: bytes, where: str, name: bytes) -> None:
    """By what it holds rather than by what it is called: APP1 is EXIF as well as XMP, iptc often is 8BIM."""
    body = profile.removeprefix(b"Exif\0\0")
    if body.startswith((b"II*\0", b"MM\0*")):
        exif.read(reading, in_memory(body), "png-text", f"{where} Exif")
    elif profile.startswith(b"8BIM"):
        with reading.within("png-text", where):
            photoshop.read(reading, in_memory(profile), "Photoshop")
    elif profile.startswith(b"\x1c") or name == b"iptc":
        iptc.read(reading, profile, f"{where} IPTC", "png-text")
    elif b"<" in profile[:200] or name == b"xmp":
        xmp.read(reading, _without_name(profile), f"{where} XMP")
    elif name in (b"icc", b"icm"):
        reading.block("color-profile")
    elif profile.strip(b"\0"):
        reading.cannot(where, "of a type that is not known here", HOLDS)


def _without_name(profile: bytes) -> bytes:
    """The packet alone, without the name of its namespace that goes before it in a JPEG."""
    return profile.split(b"\0", 1)[-1] if profile.startswith(b"http://") else profile


_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,15})?(?:/\d{1,9})?")


def tell_coordinates(reading: Reading, pairs: Pairs) -> None:
    """What the texts of a picture together say of a place."""
    if not pairs:
        return
    if "Position" in pairs:
        latitude, _, longitude = pairs["Position"].partition(",")
    else:
        latitude, longitude = pairs.get("Latitude", ""), pairs.get("Longitude", "")
    north = _degrees(latitude, pairs.get("LatitudeRef", ""), "S", 90)
    east = _degrees(longitude, pairs.get("LongitudeRef", ""), "W", 180)
    if not latitude and not longitude:
        reading.gps("png-text", "text GPS", "empty")
    elif north is None or east is None:
        reading.gps("png-text", "text GPSLatitude", "partial")
    else:
        reading.gps("png-text", "text GPSLatitude", "yes" if north or east else "zero", north, east)


def _degrees(text: str, side: str, negative: str, limit: int) -> float | None:
    """Degrees, minutes and seconds as fractions, as ImageMagick writes them, or decimal degrees; None if neither."""
    numbers = _NUMBER.findall(text)
    if not 1 <= len(numbers) <= 3:
        return None
    degrees = 0.0
    for number, scale in zip(numbers, (1, 60, 3600), strict=False):
        above, _, below = number.partition("/")
        if below and not int(below):
            return None
        degrees += float(above) / (int(below) if below else 1) / scale
    if degrees > limit:
        return None
    south_or_west = side.strip().upper().startswith(negative) or negative in text.upper() or text.startswith("-")
    return -degrees if south_or_west else degrees
