"""GPMF, the telemetry of GoPro cameras: a key, type, size and count of values, and the values, padded to four bytes."""

from __future__ import annotations

import struct

from facelint.imagemeta.model import GpsState, Kind, Place
from facelint.imagemeta.reading import Reading
from facelint.imagemeta.source import Source

HOLDS = frozenset({Kind.GPS, Kind.SERIAL_NUMBERS, Kind.CAPTURED_AT, Kind.FREE_TEXT})

_MAX_DEPTH = 6
_MAX_BYTES = 2**20
_TEXTS = {
    b"CASN": ("CASN", Kind.SERIAL_NUMBERS),
    b"GPSU": ("GPSU", Kind.CAPTURED_AT),
    b"RMRK": ("RMRK", Kind.FREE_TEXT),
}
_POSITIONS = {b"GPS5": (0, 0), b"GPS9": (0, 0), b"GLPI": (4, 1), b"GPRI": (8, 1)}
"""Streams of positions: the byte and the number of the value that is the latitude; the longitude follows it."""
_FORMATS = {b"l": "i", b"L": "I", b"s": "h", b"S": "H", b"b": "b", b"B": "B", b"f": "f", b"d": "d"}


def segment(reading: Reading, content: Source, where: str) -> None:
    if reading.wanted.isdisjoint(HOLDS):
        return
    read(reading, content.read(6, content.size), where, "app-other")


def read(reading: Reading, data: bytes, where: str, place: Place) -> None:
    """All streams, at most `_MAX_BYTES` of them."""
    if len(data) > _MAX_BYTES:
        reading.cannot(where, f"larger than {_MAX_BYTES // 2**20} MiB", HOLDS)
    _streams(reading, data[:_MAX_BYTES], where, place, 0)


def _streams(reading: Reading, data: bytes, where: str, place: Place, depth: int) -> None:
    at = 0
    scale: tuple[float, ...] = (1,)
    while at + 8 <= len(data):
        reading.step()
        key, kind, size, count = struct.unpack_from(">4scBH", data, at)
        length = size * count
        value = data[at + 8 : at + 8 + length]
        if len(value) < length or (kind == b"\0" and length and depth == _MAX_DEPTH):
            reading.cannot(where, "breaks off, or is too deep", HOLDS)
        if kind == b"\0" and depth < _MAX_DEPTH:
            _streams(reading, value, where, place, depth + 1)
        elif key == b"SCAL":
            scale = _numbers(kind, value) or (1,)
        elif key in _POSITIONS and value:
            _position(reading, key, value, scale, where, place)
        elif key in _TEXTS:
            text = value.decode("latin-1").strip(" \0")
            if text.strip("0"):
                reading.add(_TEXTS[key][1], place, f"{where} > {_TEXTS[key][0]}", text)
        at += 8 + (length + 3 & ~3)
    if data[at:].strip(b"\0"):
        reading.cannot(where, "breaks off", HOLDS)


def _numbers(kind: bytes, value: bytes) -> tuple[float, ...]:
    code = _FORMATS.get(kind, "")
    if not code:
        return ()
    count = min(len(value) // struct.calcsize(f">{code}"), 32)
    return struct.unpack_from(f">{count}{code}", value)


def _position(reading: Reading, key: bytes, value: bytes, scale: tuple[float, ...], where: str, place: Place) -> None:
    """The first position of a stream: latitude and longitude as whole numbers, to be divided."""
    at, number = _POSITIONS[key]
    where = f"{where} > {key.decode()}"
    if len(value) < at + 8:
        reading.gps(place, where, "partial")
        return
    divisors = scale if len(scale) >= number + 2 else scale[:1] * 3
    pair = struct.unpack_from(">ii", value, at)
    latitude, longitude = (n / (d or 1) for n, d in zip(pair, divisors[number : number + 2], strict=True))
    tell_gps(reading, place, where, latitude, longitude)


def tell_gps(reading: Reading, place: Place, where: str, latitude: float, longitude: float) -> None:
    if abs(latitude) <= 90 and abs(longitude) <= 180:
        state: GpsState = "yes" if latitude or longitude else "zero"
        reading.gps(place, where, state, latitude, longitude)
    else:
        reading.gps(place, where, "partial")
