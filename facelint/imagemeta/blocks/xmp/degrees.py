"""Latitudes and longitudes as they are written in words and digits."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"(\d{1,15}(?:\.\d{0,15})?)(?:/(\d{1,15}(?:\.\d{0,15})?))?")
_EXPONENT = re.compile(r"\d[eE][+-]?\d")
_DECIMAL_COMMA = re.compile(r"([+-]?\d{1,3}),(\d{3,15})(?=\s*[NSEWnsew]?\s*$)")
_PAIR = re.compile(r"(?:geo:)?\s*([+-]?\d{1,3}(?:\.\d{1,15})?)\s*[,; ]\s*([+-]?\d{1,3}(?:\.\d{1,15})?)\b")


def degrees(text: str, reference: str, most: int) -> float | None:
    """Of `51,30.5N`, `51,30,30N`, `51 deg 30' 30" N`, `51/1 30/1 30/1` or `-51.5`; None where it is none up to `most`.

    `reference` is a letter of north, south, east or west from elsewhere, or empty.
    """
    text = text[:100].strip()
    if comma := _DECIMAL_COMMA.match(text):
        text = f"{comma[1]}.{comma[2]}{text[comma.end() :]}"
    if _EXPONENT.search(text):
        return None
    parts = []
    for number, divisor in _NUMBER.findall(text)[:3]:
        if divisor and not float(divisor):
            return None
        parts.append(float(number) / (float(divisor) if divisor else 1))
    if not parts or any(part >= 60 for part in parts[1:]):
        return None
    value = sum(part / scale for part, scale in zip(parts, (1, 60, 3600), strict=False))
    if value > most:
        return None
    letters = f"{text[:1]}{text[-1:]}{reference[:1]}".upper()
    return -value if text.startswith("-") or "S" in letters or "W" in letters else value


def pair(text: str) -> tuple[float, float] | None:
    """Latitude and longitude of `51.5, -0.12` or of a URI such as `geo:51.5,-0.12`; None where it is none."""
    found = _PAIR.match(text.strip())
    if found is None:
        return None
    latitude, longitude = float(found[1]), float(found[2])
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None
