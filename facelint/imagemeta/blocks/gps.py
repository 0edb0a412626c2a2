"""The coordinates of a GPS directory, as EXIF defines it and as cameras and programs write it."""

from __future__ import annotations

import re
import struct
from math import isfinite
from struct import Struct

from facelint.imagemeta.blocks.ifd import ASCII, UNDEFINED, Layout, Tiff, unpacked
from facelint.imagemeta.blocks.texts import area, date
from facelint.imagemeta.model import GPS_STATES, GpsState, Kind, Place
from facelint.imagemeta.reading import Reading

HOLDS = frozenset((Kind.GPS, Kind.LOCATION_TEXT, Kind.CAPTURED_AT))

_LATITUDE, _LONGITUDE = (1, 2, 90.0, "GPSLatitude"), (3, 4, 180.0, "GPSLongitude")
_TO_LATITUDE, _TO_LONGITUDE = (19, 20, 90.0, "GPSDestLatitude"), (21, 22, 180.0, "GPSDestLongitude")
_KNOWN = frozenset(range(32))
_FRACTIONS = {5: "I", 10: "i"}
_NUMBER = re.compile(rb"[-+]?\d{1,12}(?:[.,]\d{1,12})?")
_FOUR = {order: Struct(order + "2xHIc3x2xHII2xHIc3x2xHII") for order in "<>"}
"""Entries of a sign, a value, a sign, a value: type and number of values, and the first letter or where they are."""
_SIX = {order: Struct(order + "6I") for order in "<>"}
_GPS = frozenset((Kind.GPS,))


def usual(
    reading: Reading, data: bytes, start: int, tags: tuple[int, ...], layout: Layout, place: Place, where: str
) -> bool:
    """Tells a directory as nearly all are written, with the entries from `start` on; False where it is another."""
    wanted = reading.wanted
    if 20 in tags or 22 in tags or (28 in tags and Kind.LOCATION_TEXT in wanted):
        return False
    if 29 in tags and Kind.CAPTURED_AT in wanted:
        kind, length, at = layout.plain.unpack_from(data, start + 12 * tags.index(29) + 2)
        if kind != ASCII or not 4 < length < 33 or at + length > len(data):
            return False
        day = date(data[at : at + length], ASCII, layout.order)
    else:
        day = ""
    if 2 in tags:
        found = _found(data, start, tags, layout)
        if found is None:
            return False
        reading.gps(place, f"{where} > GPS IFD > GPSLatitude", "yes", *found)
    elif 4 in tags or _KNOWN.isdisjoint(tags):
        return False
    else:
        reading.gps(place, f"{where} > GPS IFD", "empty")
    if day:
        reading.add(Kind.CAPTURED_AT, place, f"{where} > GPS IFD > GPSDateStamp", day)
    return True


def _found(data: bytes, start: int, tags: tuple[int, ...], layout: Layout) -> tuple[float, float] | None:
    """The coordinates of four entries in their order, of three fractions each, if they are all there and in range."""
    index = tags.index(2) - 1
    if index < 0 or tags[index : index + 4] != (1, 2, 3, 4):
        return None
    found = _FOUR[layout.order].unpack_from(data, start + 12 * index)
    sign, letters, north, number, count, first, other, others, east, numbers, counts, second = found
    if sign != 2 or letters > 4 or number != 5 or count != 3 or other != 2 or others > 4 or numbers != 5 or counts != 3:
        return None
    if max(first, second) + 24 > len(data):
        return None
    a, b, c, d, e, f = _SIX[layout.order].unpack_from(data, first)
    g, h, i, j, k, m = _SIX[layout.order].unpack_from(data, second)
    if not (b and d and f and h and j and m):
        return None
    latitude, longitude = a / b + c / d / 60 + e / f / 3600, g / h + i / j / 60 + k / m / 3600
    if latitude > 90 or longitude > 180 or not (latitude or longitude):
        return None
    return -latitude if north in b"Ss" else latitude, -longitude if east in b"Ww" else longitude


def read(reading: Reading, tiff: Tiff, place: Place, where: str, trouble: str = "") -> None:
    """The directory that is open; `trouble`: what is wrong with it, and has been said."""
    tags = tiff.tags
    if tags and _KNOWN.isdisjoint(tags):
        reading.cannot(where, "is no directory of GPS", HOLDS)
        return
    if Kind.GPS in reading.wanted:
        state = _told(reading, tiff, place, where, _LATITUDE, _LONGITUDE, "none")
        if 20 in tags or 22 in tags:
            state = _told(reading, tiff, place, where, _TO_LATITUDE, _TO_LONGITUDE, state)
        if state == "none" and not trouble:
            reading.gps(place, where, "empty")
    if 29 in tags and Kind.CAPTURED_AT in reading.wanted:
        _text(reading, tiff, place, where, 29)
    if 28 in tags and Kind.LOCATION_TEXT in reading.wanted:
        _text(reading, tiff, place, where, 28)


_Angle = tuple[int, int, float, str]
"""The tags of its sign and its value, the most that it may be, and its name."""


def _told(
    reading: Reading, tiff: Tiff, place: Place, where: str, first: _Angle, second: _Angle, least: GpsState
) -> GpsState:
    """Says what a pair of entries tells, if it is more than what has been told; the most of both."""
    if first[1] not in tiff.tags and second[1] not in tiff.tags:
        return least
    latitude = _angle(reading, tiff, where, first)
    longitude = _angle(reading, tiff, where, second)
    state: GpsState = "yes" if latitude or longitude else "zero"
    if latitude is None or longitude is None:
        state, latitude, longitude = "partial", None, None
    if GPS_STATES.index(state) <= GPS_STATES.index(least):
        return least
    reading.gps(place, f"{where} > {first[3]}", state, latitude, longitude)
    return state


def _angle(reading: Reading, tiff: Tiff, where: str, angle: _Angle) -> float | None:
    """Signed degrees; None where there are none, or none that can be understood."""
    sign, tag, most, name = angle
    tags = tiff.tags
    if tag not in tags:
        return None
    index = tags.index(tag)
    found, trouble = tiff.value(index)
    if trouble:
        reading.cannot(f"{where} > {name}", trouble, _GPS)
        return None
    degrees = _degrees(found, tiff.types[index], tiff.layout.order)
    if degrees is None or not abs(degrees) <= most:
        return None
    if sign in tags and tiff.value(tags.index(sign))[0][:1] in (b"S", b"W", b"s", b"w"):
        return -abs(degrees)
    return degrees


def _degrees(found: bytes, kind: int, order: str) -> float | None:
    """Of degrees, minutes and seconds, of which the last may be missing, in any type of number, or in words."""
    if kind in _FRACTIONS:
        count = min(len(found) // 8, 3)
        numbers = struct.unpack_from(f"{order}{count * 2}{_FRACTIONS[kind]}", found)
        parts = [_ratio(*numbers[at : at + 2]) for at in range(0, count * 2, 2)]
    elif kind in (ASCII, UNDEFINED):
        parts = [float(one.replace(b",", b".")) for one in _NUMBER.findall(found[:64])[:3]]
        if parts and re.search(rb"[SWsw]", found[:64]):
            parts[0] = -abs(parts[0])
    else:
        parts = [float(one) for one in unpacked(found, kind, order, 3)]
    if not parts or not isfinite(parts[0]):
        return None
    rest = [0.0 if one != one else one for one in parts[1:]]
    size = sum(part / unit for part, unit in zip([abs(parts[0]), *rest], (1, 60, 3600), strict=False))
    return (-size if parts[0] < 0 else size) if isfinite(size) else None


def _ratio(numerator: int, denominator: int) -> float:
    """0/0 says nothing (EXIF writes an unknown number so)."""
    if denominator:
        return numerator / denominator
    return float("inf") if numerator else float("nan")


def _text(reading: Reading, tiff: Tiff, place: Place, where: str, tag: int) -> None:
    kind, name, decode = (
        (Kind.CAPTURED_AT, "GPSDateStamp", date) if tag == 29 else (Kind.LOCATION_TEXT, "GPSAreaInformation", area)
    )
    index = tiff.tags.index(tag)
    found, trouble = tiff.value(index)
    if trouble:
        reading.cannot(f"{where} > {name}", trouble, frozenset((kind,)))
    elif text := decode(found, tiff.types[index], tiff.layout.order):
        reading.add(kind, place, f"{where} > {name}", text)
