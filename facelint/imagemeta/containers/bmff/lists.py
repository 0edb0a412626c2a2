"""Lists of values: iTunes' `ilst` with four-letter names, Apple's and Android's with keys (QuickTime File Format)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from facelint.imagemeta.containers.bmff import payloads
from facelint.imagemeta.containers.bmff.atoms import ATOMS, QUIET, THUMBNAILS, codes, name_of
from facelint.imagemeta.containers.bmff.boxes import Box, boxes, near
from facelint.imagemeta.containers.bmff.words import HOLDS, MAX_TEXT, decoded, tell
from facelint.imagemeta.model import Kind
from facelint.imagemeta.reading import Reading
from facelint.imagemeta.source import Source

_KEYS: dict[str, Kind] = {
    **codes(Kind.GPS, "location.iso6709 location location-eng xyz gps"),
    **codes(Kind.LOCATION_TEXT, "location.name location.body location.note city country"),
    **codes(
        Kind.OWNER_NAMES,
        "author artist director producer creator publisher composer arranger credits.artist owner album_artist"
        " original.artist originalartist photographer",
    ),
    **codes(Kind.PERSON_NAMES, "performer performers cast"),
    **codes(Kind.COPYRIGHT, "copyright phonogram.rights"),
    **codes(Kind.CAPTURED_AT, "creationdate location.date year date creation-time datetimeoriginal"),
    **codes(Kind.SERIAL_NUMBERS, "serialno cameraid serialnumber camera.serial camera.serialnumber serial-number"),
    **codes(Kind.UNIQUE_ID, "originating.signature media.uuid camera.identifier clipid clip.uuid"),
    **codes(Kind.CONTENT_IDENTIFIER, "content.identifier"),
    **codes(Kind.SOFTWARE, "software encoder encoded-by creation.tool writer"),
    **codes(Kind.FACE_REGIONS, "detected-face"),
}
"""By the end of a key, in lower case, without what names who defines it."""
_PREFIX = re.compile(
    r"(?:com\.apple\.(?:quicktime|photos|proapps|finalcutstudio|itunes)\.|com\.[a-z]+\.(?:quicktime\.)?|org\.[a-z]+\.)"
)
_QUIET_KEYS = re.compile(
    r"(?:make|model|manufacturer|version|capture\.fps|genre|player\..*|full-frame-rate.*|live-photo.*|direction\..*"
    r"|camera\..*|still-image.*|video-orientation|collection\.user|rating\.user|location\.(?:role|accuracy.*|facing)"
    r"|apple-photos.*|encoder.*|major-brand|minor-version|compatible-brands|is-hdr.*|utc-offset|.*-version|.*\.version"
    r"|captureMode|capture-mode|cinematic.*|variation-identifier|apple\..*|.*fps|.*rate|.*orientation)"
)
"""Keys of cameras, players and the like."""


def read(reading: Reading, source: Source, keys: Source | None, where: str) -> None:
    """Of an `ilst` box, whose entries are called by four letters or by their place in a `keys` box."""
    names = [] if keys is None else _names(reading, keys, f"{where} > keys")
    source = near(reading, source)
    where = f"{where} > ilst"
    for box in boxes(reading, source, 0, where, HOLDS):
        number = int.from_bytes(box.kind, "big")
        if 0 < number <= len(names):
            _keyed(reading, names[number - 1], source, box, where)
        elif box.kind == b"----":
            _named(reading, source, box, where)
        elif box.kind in THUMBNAILS:
            for _, value in _data(reading, source, box, where):
                payloads.thumbnail(reading, value, f"{where} > {name_of(box.kind)}")
        elif box.kind in ATOMS:
            for form, value in _data(reading, source, box, where):
                tell(reading, ATOMS[box.kind], f"{where} > {name_of(box.kind)}", _value(form, value))
        elif box.kind not in QUIET:
            for _, value in _data(reading, source, box, where):
                payloads.read_unknown(reading, value, f"{where} > atom")


def _names(reading: Reading, source: Source, where: str) -> list[str]:
    """Of a `keys` box."""
    source = near(reading, source)
    count = int.from_bytes(source.read(4, 4), "big")
    names: list[str] = []
    at = 8
    while len(names) < count:
        reading.step()
        head = source.read(at, 8)
        size = int.from_bytes(head[:4], "big")
        if len(head) < 8 or size < 8 or at + size > source.size:
            reading.cannot(where, "cut off", HOLDS)
            break
        names.append(source.read(at + 8, min(size - 8, 200)).decode("latin-1"))
        at += size
    return names


def _data(reading: Reading, source: Source, box: Box, where: str) -> Iterator[tuple[int, Source]]:
    """The values of an entry of a list, with the number that says how they are written."""
    entry = box.body(source)
    found = False
    for inner in boxes(reading, entry, 0, where, HOLDS):
        if inner.kind == b"data" and inner.end >= inner.begin + 8:
            found = True
            form = int.from_bytes(entry.read(inner.begin, 4), "big") & 0xFFFFFF
            yield form, entry.part(inner.begin + 8, inner.end - inner.begin - 8)
    if not found and entry.size:
        reading.cannot(where, "an entry without a value", HOLDS)


def _keyed(reading: Reading, name: str, source: Source, box: Box, where: str) -> None:
    short = _PREFIX.sub("", name.lower(), count=1).replace("_", "-")
    kind = _KEYS.get(short, Kind.FREE_TEXT)
    known = short in _KEYS
    for form, value in _data(reading, source, box, where):
        if known:
            tell(reading, kind, f"{where} > {short}", _value(form, value))
        elif value.read(0, 3) == b"\xff\xd8\xff":
            payloads.thumbnail(reading, value, f"{where} > key")
        elif form in (1, 2) and _QUIET_KEYS.fullmatch(short) is None:
            tell(reading, kind, f"{where} > key", _value(form, value))
        elif form == 0 and _QUIET_KEYS.fullmatch(short) is None:
            payloads.read_unknown(reading, value, f"{where} > key")


def _named(reading: Reading, source: Source, box: Box, where: str) -> None:
    """iTunes' entries with a name of their own."""
    entry = box.body(source)
    name = ""
    for inner in boxes(reading, entry, 0, where, HOLDS):
        if inner.kind == b"name":
            name = entry.read(inner.begin + 4, min(100, inner.end - inner.begin)).decode("latin-1").lower()
        elif inner.kind == b"data" and not name.startswith(("itun", "ld", "accuraterip", "cddb")):
            form = int.from_bytes(entry.read(inner.begin, 4), "big") & 0xFFFFFF
            value = _value(form, entry.part(inner.begin + 8, max(0, inner.end - inner.begin - 8)))
            tell(reading, _KEYS.get(name.replace(" ", "-"), Kind.FREE_TEXT), f"{where} > name", value)


def _value(form: int, source: Source) -> str:
    """Forms of values: 1 UTF-8, 2 UTF-16, the rest numbers and pictures (QuickTime File Format, "Well-known types")."""
    data = source.read(0, MAX_TEXT)
    return data.decode("utf-16-be", "replace") if form == 2 else decoded(data)
