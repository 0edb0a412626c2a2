"""What the file system tells of the file that a record names, without reading it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import pyarrow as pa

from facelint.columns import Column, from_python
from facelint.facts import Cost, Fact
from facelint.files import Located
from facelint.plan import Ask, Probe
from facelint.values import BOOLEAN, INTEGER, FactType, Value

if TYPE_CHECKING:
    from facelint.probes import Context


def _fact(name: str, type: FactType, doc: str) -> Fact:
    return Fact(f"file.{name}", type, doc, cost=Cost.STAT)


FACTS = (
    _fact("exists", BOOLEAN, "A regular file is there"),
    _fact("size", INTEGER, "Its size in bytes"),
    _fact("inside_root", BOOLEAN, "The path stays in the images root: no `..`, no absolute path, no link out of it"),
    _fact("is_link", BOOLEAN, "The path is a link"),
    _fact("readable", BOOLEAN, "The file may be opened for reading"),
)

_LOOK: dict[str, Callable[[Located], Value | None]] = {
    "file.exists": lambda at: at.is_file,
    "file.size": lambda at: at.status.st_size if at.status and at.is_file else None,
    "file.is_link": lambda at: at.is_link,
    "file.readable": lambda at: at.is_file and os.access(at.path, os.R_OK),
}


def located(ask: Ask, context: Context) -> list[Located | None]:
    """Where each distinct path leads."""
    return [None if path is None else context.images.locate(path) for path in ask.known["path"].values.to_pylist()]


def per_path(
    ask: Ask, type: FactType, found: list[Value | None], trouble: list[str | None], nowhere: Value | None = None
) -> Column:
    """A column of the records from what was found at each distinct path, or why nothing was.

    Records that name no path get `nowhere`, or where that is None are unknown.
    """
    paths = ask.known["path"].spread(ask.length)
    why = "names no file" if nowhere is None else None
    column = from_python(type, [*found, nowhere], pa.array([*trouble, why], pa.string()))
    rows = paths.codes.fill_null(len(found))
    unestablished = paths.unknown if paths.unknown is not None or paths.bad is None else paths.bad
    return column.take(rows).with_unknown(unestablished)


def look(ask: Ask, wanted: Mapping[str, Fact], context: Context) -> Mapping[str, Column]:
    places = located(ask, context)
    return {name: _column(ask, name, fact.type, places) for name, fact in wanted.items()}


def _column(ask: Ask, name: str, type: FactType, places: list[Located | None]) -> Column:
    if name == "file.inside_root":
        return per_path(ask, type, [None if at is None else at.inside for at in places], [None] * len(places))
    absent = {"file.size": "no such file"}
    found: list[Value | None] = []
    trouble: list[str | None] = []
    for at in places:
        value = None if at is None or at.trouble else _LOOK[name](at)
        found.append(value)
        trouble.append(None if value is not None or at is None else at.trouble or absent.get(name))
    return per_path(ask, type, found, trouble, False if name == "file.exists" else None)


PROBE = Probe(
    "file", "The file that a record names, as the file system tells of it", FACTS, look, needs={"": ("path",)}
)
