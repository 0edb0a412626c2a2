"""Texts and times of boxes, and how they are told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from facelint.imagemeta.blocks import exif, xmp
from facelint.imagemeta.containers.bmff import iso6709
from facelint.imagemeta.model import Kind, Place
from facelint.imagemeta.programs import edits
from facelint.imagemeta.reading import Reading

MAX_TEXT = 2**16
"""Bytes of one text that are looked at."""
HOLDS = frozenset(
    {
        Kind.GPS, Kind.LOCATION_TEXT, Kind.SERIAL_NUMBERS, Kind.OWNER_NAMES, Kind.PERSON_NAMES, Kind.CONTACT,
        Kind.COPYRIGHT, Kind.CAPTURED_AT, Kind.UNIQUE_ID, Kind.FREE_TEXT, Kind.SOFTWARE, Kind.EDITING_SOFTWARE,
        Kind.CONTENT_IDENTIFIER, Kind.THUMBNAIL, Kind.METADATA,
    }
) | exif.HOLDS | xmp.HOLDS  # fmt: skip
"""What the user data of a movie may tell."""

_TEXT = 4
"""Steps that a text counts for."""
_EPOCH = datetime(1904, 1, 1, tzinfo=UTC)


def decoded(data: bytes) -> str:
    if data[:2] in (b"\xfe\xff", b"\xff\xfe"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("mac-roman")


def tell(reading: Reading, kind: Kind, where: str, text: str, place: Place = "quicktime") -> None:
    """One text found; nothing where it is blank, or holds nothing but zeros though it should be a number."""
    text = text.strip("\0 \t\r\n")
    if not text:
        return
    reading.step(_TEXT)
    reading.block("quicktime" if place == "quicktime" else "app-other")
    if kind is Kind.GPS:
        reading.gps(place, where, *iso6709.of_text(text))
    elif kind in (Kind.CAPTURED_AT, Kind.SERIAL_NUMBERS, Kind.UNIQUE_ID) and not text.strip("0-:/ TZ.,+"):
        return
    else:
        reading.add(kind, place, where, text)
        if kind is Kind.SOFTWARE and edits(text):
            reading.add(Kind.EDITING_SOFTWARE, place, where, text)


def moment(reading: Reading, seconds: int, where: str, place: Place = "quicktime") -> None:
    """A time, in seconds since 1904; 0 where it is not known."""
    if 0 < seconds < 2**33:
        time = _EPOCH + timedelta(seconds=seconds)
        tell(reading, Kind.CAPTURED_AT, where, time.isoformat(" ", "seconds"), place)
