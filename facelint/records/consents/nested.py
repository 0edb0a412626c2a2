"""Values out of nested JSON whose shape cannot be relied on: what is not where it should be is not found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a value, an outer one before those in it, in the order written; at any depth."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            yield item
            stack.extend(reversed(item.values()))
        elif isinstance(item, list):
            stack.extend(reversed(item))


def scalar(value: Any) -> str | None:
    """A text, number (whose text the decoder keeps) or boolean as text; None for anything else and for blanks."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value.strip() or None
    return None


def items(value: Any) -> list[Any]:
    """The members of a list; anything else as a list of one."""
    return value if isinstance(value, list) else [] if value is None else [value]


def texts(*values: Any) -> list[str]:
    """The texts that some values are or list, each once; objects and deeper lists are passed over."""
    found = (scalar(item) for value in values for item in items(value))
    return list(dict.fromkeys(text for text in found if text))


def members(places: Iterable[Mapping[str, Any]], *names: str) -> list[Any]:
    """What stands in some objects under one of the names, lists opened."""
    return [item for place in places for name in names for item in items(place.get(name))]


def one(found: Iterable[str]) -> str:
    """The one text that is stated. Several that differ are all kept, and so are of no type but text."""
    return "; ".join(dict.fromkeys(found))


def is_flat(value: Any) -> bool:
    return not isinstance(value, dict) and not any(isinstance(item, dict | list) for item in items(value))
