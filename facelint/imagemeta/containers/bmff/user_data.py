"""The user data of a movie or track: QuickTime's atoms, 3GPP's assets, and what makers of cameras put there."""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct

from facelint.imagemeta.blocks import makernotes
from facelint.imagemeta.containers.bmff import heif, iso6709, payloads, uuids
from facelint.imagemeta.containers.bmff.atoms import ASSETS, ATOMS, BINARY, QUIET, THUMBNAILS, VENDORS, name_of
from facelint.imagemeta.containers.bmff.boxes import HARMLESS, blank, boxes, near
from facelint.imagemeta.containers.bmff.words import HOLDS, MAX_TEXT, decoded, tell
from facelint.imagemeta.model import Kind
from facelint.imagemeta.reading import Reading
from facelint.imagemeta.source import Source

_VENDOR = frozenset({Kind.GPS, Kind.SERIAL_NUMBERS, Kind.OWNER_NAMES, Kind.CAPTURED_AT, Kind.UNIQUE_ID, Kind.THUMBNAIL})

_INTERNATIONAL = Struct(">HH")
_LOCI = Struct(">Bii")
_LIST_HEAD = 16


def read(reading: Reading, file: Source, source: Source, where: str) -> None:
    """Of a `udta` box."""
    source = near(reading, source)
    for box in boxes(reading, source, 0, where, HOLDS):
        body = box.body(source)
        if box.kind == b"meta":
            heif.read(reading, file, body, f"{where} > meta")
        elif box.kind == b"uuid":
            uuids.read(reading, file, body, where)
        else:
            _atom(reading, box.kind, body, where)


def _atom(reading: Reading, kind: bytes, body: Source, where: str) -> None:
    within = f"{where} > {name_of(kind)}"
    if kind in ATOMS:
        for text in _texts(kind, body.read(0, MAX_TEXT)):
            tell(reading, ATOMS[kind], within, text)
    elif kind == b"loci":
        _place(reading, body.read(0, MAX_TEXT), within)
    elif kind == b"XMP_":
        payloads.read_xmp(reading, body, within)
    elif kind in THUMBNAILS:
        payloads.thumbnail(reading, body, within)
    elif kind == b"RMKN":
        payloads.read_exif(reading, body, within)
    elif kind in VENDORS:
        if not payloads.is_blank(reading, body):
            reading.block("quicktime")
            reading.cannot(within, "in a maker's own format", _VENDOR | makernotes.HOLDS)
    elif kind not in QUIET and kind not in HARMLESS:
        payloads.read_unknown(reading, body, f"{where} > atom")


def _texts(kind: bytes, data: bytes) -> Iterator[str]:
    if kind in BINARY:
        yield data.hex() if data.strip(b"\0") else ""
    elif kind[:1] in (b"\xa9", b"@"):
        yield from _international(data)
    elif kind in ASSETS and data[:4] == b"\0\0\0\0":  # a version, then a language (3GPP TS 26.244, 8)
        yield decoded(data[6:])
    else:
        yield decoded(data[_LIST_HEAD:] if data[4:8] == b"data" else data)  # some writers put a list's value here


def _international(data: bytes) -> Iterator[str]:
    """Texts, each behind its size and language; some writers leave these out."""
    at = 0
    while at + 4 <= len(data):
        size, _ = _INTERNATIONAL.unpack_from(data, at)
        if at + 4 + size > len(data):
            break
        if size:
            yield decoded(data[at + 4 : at + 4 + size])
        at += 4 + size
    if not blank(data[at:]):
        yield decoded(data[at:])


def _place(reading: Reading, data: bytes, where: str) -> None:
    """3GPP's location: a name, a role, longitude, latitude and altitude, a body's name, notes (TS 26.244, 8.10)."""
    name, rest = _terminated(data[6:])
    tell(reading, Kind.LOCATION_TEXT, where, name)
    if len(rest) < _LOCI.size:
        reading.cannot(where, "cut off", frozenset({Kind.GPS, Kind.LOCATION_TEXT}))
        return
    reading.block("quicktime")
    _, longitude, latitude = _LOCI.unpack_from(rest)
    north, east = latitude / 65536, longitude / 65536
    reading.gps("quicktime", where, iso6709.state(north, east), north, east)
    body, rest = _terminated(rest[13:])
    notes, _ = _terminated(rest)
    for text in (body, notes):
        if text.strip().lower() != "earth":
            tell(reading, Kind.LOCATION_TEXT, where, text)


def _terminated(data: bytes) -> tuple[str, bytes]:
    """A text up to its zero, and what follows."""
    if data[:2] in (b"\xfe\xff", b"\xff\xfe"):
        end = next((i for i in range(2, len(data) - 1, 2) if data[i : i + 2] == b"\0\0"), len(data))
        return decoded(data[:end]), data[end + 2 :]
    text, _, rest = data.partition(b"\0")
    return decoded(text), rest
