"""One value: its canonical form from text, by the type of its fact."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from enum import StrEnum
from itertools import groupby
from typing import Any


class Kind(StrEnum):
    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    ENUM = "enum"
    LIST = "list"


ORDERED = frozenset({Kind.INTEGER, Kind.NUMBER, Kind.DATE})
NUMERIC = frozenset({Kind.INTEGER, Kind.NUMBER})
TEXTUAL = frozenset({Kind.TEXT, Kind.ENUM})

type_names = {
    Kind.TEXT: "text",
    Kind.INTEGER: "an integer",
    Kind.NUMBER: "a number",
    Kind.BOOLEAN: "a boolean (true false 1 0 yes no)",
    Kind.DATE: "a date (ISO 8601, YYYY-MM-DD)",
    Kind.LIST: "a list",
}


@dataclass(frozen=True)
class FactType:
    """A kind, with the values an enum or the members of a list may take; `open` admits `other:…` beside them."""

    kind: Kind
    members: tuple[str, ...] = ()
    open: bool = False

    def __str__(self) -> str:
        """How a message names the type: `an integer`, `one of: a, b`, `a list of: a, b`."""
        if not self.members:
            return type_names[self.kind]
        shown = ", ".join(self.members[:12]) + (", …" if len(self.members) > 12 else "")
        shown += ", other:…" if self.open else ""
        return f"a list of: {shown}" if self.kind is Kind.LIST else f"one of: {shown}"

    def admits(self, member: str) -> bool:
        """Whether `member` is of the value set: in it, or `other:` and something where the set is open."""
        if not self.members or member in self.members:
            return True
        return self.open and member.startswith("other:") and bool(member[6:].strip())


TEXT = FactType(Kind.TEXT)
INTEGER = FactType(Kind.INTEGER)
NUMBER = FactType(Kind.NUMBER)
BOOLEAN = FactType(Kind.BOOLEAN)
DATE = FactType(Kind.DATE)
LIST = FactType(Kind.LIST)


def enum(*members: str, open: bool = False) -> FactType:
    return FactType(Kind.ENUM, members, open)


def list_of(*members: str, open: bool = False) -> FactType:
    return FactType(Kind.LIST, members, open)


Value = str | int | Decimal | bool | date | tuple[str, ...]
"""`text` and `enum` are str, `list` is a tuple of str, `number` is a Decimal on the grid of `NUMBER_PLACES`."""

NUMBER_PLACES = 38
NUMBER_LIMIT = Decimal(10) ** 25
"""Numbers are held exactly with 38 places and below 10^25: a sum over 10^12 of them stays within 76 digits."""

EXACT = Context(prec=120)
"""Decimal arithmetic that rounds nothing within those bounds."""

BLANKS = frozenset({"", "nan", "null", "n/a", "#n/a"})
"""Cells that state nothing, whatever their case: what spreadsheets and data frames write for an empty cell."""

MAX_MARKS = 100
"""Combining marks in a row, more than any writing has. Unicode's normal forms take quadratic time over them, so that
a cell of 1 MB would take minutes: text with more is not of its type."""

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
"""What JSON may write and no UTF-8 can hold."""
_BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_INTEGER = re.compile(r"[+-]?[0-9]{1,19}(\.0{1,9})?\Z")
_NUMBER = re.compile(r"[+-]?([0-9]{1,60}(\.[0-9]{0,60})?|\.[0-9]{1,60})([eE][+-]?[0-9]{1,3})?\Z")
DATE_PATTERN = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]{1,9})?)?[ ]?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?"
)
"""A calendar day, alone or at the head of a timestamp (both RE2 and `re`); the day is the first ten characters."""
_DATE = re.compile(DATE_PATTERN + r"\Z")


class NotOfType(ValueError):
    """The text is no value of the type. Carries no text of its own: cells are not quoted."""


def clean(text: str) -> str:
    """Trimmed and in NFC, as every text is compared; one that `is_piled` is left in its own form."""
    return (text if is_piled(text) else unicodedata.normalize("NFC", text)).strip()


def is_piled(text: str) -> bool:
    """Whether more than MAX_MARKS combining marks stand in a row."""
    if text.isascii() or len(text) <= MAX_MARKS:
        return False
    return any(marks and sum(1 for _ in run) > MAX_MARKS for marks, run in groupby(text, _is_mark))


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")


def is_blank(text: str) -> bool:
    return text.strip().lower() in BLANKS


def convert(text: str, type: FactType) -> Value | None:
    """The value that `text` writes, or None where it is blank.

    Raises NotOfType where it is neither.
    """
    if is_blank(text):
        return None
    if is_piled(text):
        raise NotOfType
    return _CONVERTERS[type.kind](clean(text), type)


def convert_members(texts: Sequence[str], type: FactType) -> tuple[str, ...] | None:
    """A list from its members: trimmed, blank ones dropped; None where none is left."""
    if any(map(is_piled, texts)):
        raise NotOfType
    members = tuple(m for m in map(clean, texts) if m)
    if not all(map(type.admits, members)) or any(map(_LONE_SURROGATE.search, members)):
        raise NotOfType
    return members or None


def _text(text: str, type: FactType) -> str:
    if not type.admits(text):
        raise NotOfType
    return text


def _integer(text: str, type: FactType) -> int:
    if not _INTEGER.match(text):
        raise NotOfType
    value = int(text.partition(".")[0])
    if not -(2**63) <= value < 2**63:
        raise NotOfType
    return value


def _number(text: str, type: FactType) -> Decimal:
    if not _NUMBER.match(text):
        raise NotOfType
    value = Decimal(text)
    exponent = value.normalize(EXACT).as_tuple().exponent
    if not value:
        return Decimal(0)
    if abs(value) >= NUMBER_LIMIT or not isinstance(exponent, int) or exponent < -NUMBER_PLACES:
        raise NotOfType
    return value


def _boolean(text: str, type: FactType) -> bool:
    try:
        return _BOOLEANS[text.lower()]
    except KeyError:
        raise NotOfType from None


def _date(text: str, type: FactType) -> date:
    if not _DATE.match(text):
        raise NotOfType
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise NotOfType from None


def _list(text: str, type: FactType) -> tuple[str, ...] | None:
    members: Any = text.split(";")
    if text.startswith("["):
        try:
            members = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
        except (ValueError, RecursionError):
            members = text.split(";")
    if not isinstance(members, list):
        raise NotOfType
    texts = [("true" if m else "false") if isinstance(m, bool) else m for m in members if m is not None]
    if not all(isinstance(m, str) for m in texts):
        raise NotOfType
    return convert_members(texts, type)


_CONVERTERS: dict[Kind, Callable[[str, FactType], Value | None]] = {
    Kind.TEXT: _text,
    Kind.ENUM: _text,
    Kind.INTEGER: _integer,
    Kind.NUMBER: _number,
    Kind.BOOLEAN: _boolean,
    Kind.DATE: _date,
    Kind.LIST: _list,
}


def show(value: Value) -> str:
    """The canonical text of a value: what findings print and what keys compare by."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "; ".join(value)
    if isinstance(value, Decimal):
        return f"{value.normalize(EXACT):f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def quantity(n: int, word: str) -> str:
    """`1 row`, `2,000 rows`."""
    return f"{n:,} {word}" + ("" if n == 1 else "s")
