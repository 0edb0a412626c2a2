"""What an entry of a maker note may be: a text, a number, a record of several things, or a directory of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from facelint.imagemeta.blocks import gps, texts
from facelint.imagemeta.blocks.ifd import ASCII
from facelint.imagemeta.model import Kind

Told = Iterable[tuple[str, Kind, str]]
"""The names of what an entry tells, its kinds, and the values."""


class Value(NamedTuple):
    """The value of an entry."""

    found: bytes
    kind: int
    order: str
    model: str
    """Of the camera."""


class Field(NamedTuple):
    name: str
    kinds: frozenset[Kind]
    tell: Callable[[Value], Told]


class Nested(NamedTuple):
    """A directory that the entry leads to, or holds."""

    name: str
    table: Table


class Shown(NamedTuple):
    """Where a preview begins; the entry of its length, or 0 where the value is the picture itself."""

    name: str
    length: int


Table = dict[int, "Field | Nested | Shown"]


def kinds_of(table: Table) -> frozenset[Kind]:
    found: set[Kind] = set()
    for one in table.values():
        if isinstance(one, Field):
            found |= one.kinds
        elif one is GPS_IFD:
            found |= gps.HOLDS
        elif isinstance(one, Nested):
            found |= kinds_of(one.table)
        else:
            found.add(Kind.PREVIEW)
    return frozenset(found)


def _one(name: str, kind: Kind, decode: Callable[[bytes, int, str], str]) -> Field:
    def tell(value: Value) -> Told:
        yield name, kind, decode(value.found, value.kind, value.order)

    return Field(name, frozenset((kind,)), tell)


def text(name: str, kind: Kind) -> Field:
    return _one(name, kind, padded)


def serial(name: str) -> Field:
    return _one(name, Kind.SERIAL_NUMBERS, lambda found, kind, order: no_serial(texts.serial(found, kind, order)))


def identifier(name: str, kind: Kind) -> Field:
    return _one(name, kind, texts.identifier)


def record(name: str, kinds: Iterable[Kind], tell: Callable[[Value], Told]) -> Field:
    return Field(name, frozenset(kinds), tell)


def padded(found: bytes, kind: int, order: str) -> str:
    """Text that a NUL ends, whatever its type; dashes alone fill what was not entered (Panasonic)."""
    text = (
        texts.plain(found.split(b"\0", 1)[0], ASCII, order) if kind in (1, 2, 6, 7) else texts.plain(found, kind, order)
    )
    return text if text.strip("-") else ""


def no_serial(text: str) -> str:
    """Blank where every character is a filler."""
    return text if text.strip("0 -xX\xff.?_") else ""


GPS_IFD = Nested("GPS IFD", {})
