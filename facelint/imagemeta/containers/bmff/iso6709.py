"""Coordinates as QuickTime and 3GPP write them: text after ISO 6709, and fixed-point numbers."""

from __future__ import annotations

import re

from facelint.imagemeta.model import GpsState

_TEXT = re.compile(r"\s*([+-])(\d{1,12}(?:[.,]\d{0,20})?)\s*([+-])(\d{1,12}(?:[.,]\d{0,20})?)")


def of_text(text: str) -> tuple[GpsState, float | None, float | None]:
    """`+48.8577+002.295/`, also with minutes and seconds: the digits before the point tell which."""
    match = _TEXT.match(text)
    if match is None:
        return "partial", None, None
    latitude = _degrees(match[1], match[2], 2)
    longitude = _degrees(match[3], match[4], 3)
    return state(latitude, longitude), latitude, longitude


def state(latitude: float, longitude: float) -> GpsState:
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return "partial"
    return "zero" if latitude == 0 and longitude == 0 else "yes"


def _degrees(sign: str, digits: str, whole: int) -> float:
    """`whole`: how many digits before the point are degrees, where minutes follow (ISO 6709, annex H)."""
    number = float(digits.replace(",", "."))
    places = len(re.split("[.,]", digits)[0])
    if places > whole + 2:
        degrees = number // 10_000 + number // 100 % 100 / 60 + number % 100 / 3600
    elif places > whole:
        degrees = number // 100 + number % 100 / 60
    else:
        degrees = number
    return -degrees if sign == "-" else degrees
