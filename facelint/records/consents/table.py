"""A registry's columns in this vocabulary's words, whatever form and standard they were read from."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from facelint.records.consents import words
from facelint.records.consents.events import STANDING
from facelint.values import LIST, NotOfType, convert, is_blank

_GIVEN, _AT, _STATUS = "consent.given_at", "consent.status_at", "consent.status"
_UNTIL = ("consent.valid_until", "consent.retention_until")
_DAYS = (_AT, _GIVEN, *_UNTIL)
_WORDS: Mapping[str, Callable[[str], str]] = {_STATUS: words.state, "consent.type": words.kind}
_LISTS: Mapping[str, Callable[[str], str]] = {
    "consent.purposes": words.purpose,
    "consent.pii_types": words.data,
    "consent.storage_locations": words.place,
    "consent.jurisdictions": words.place,
}


def needed(wanted: Collection[str]) -> set[str]:
    """The columns that `worded` makes those of `wanted` from."""
    return {*wanted, *((_GIVEN, _AT, _STATUS) if {_GIVEN, *_UNTIL} & {*wanted} else ())}


def worded(columns: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
    """The same columns, in the words of this vocabulary where a standard has others: `dpv:ConsentGiven`, `EXPLICIT`,
    seconds since 1970, `P2Y` from the day of the consent. A consent that is given (or renewed) and states just the day
    of that state was given (renewed) on that day.
    """
    made = dict(columns)
    for name, word in _WORDS.items():
        if name in made:
            made[name] = _each(made[name], lambda text, word=word: word(text.strip()))  # type: ignore[misc]
    for name, word in _LISTS.items():
        if name in made:
            made[name] = _listed(made[name], word)
    for name in _DAYS:
        if name in made:
            made[name] = _each(made[name], words.day, r"^\s*[0-9]{10}([0-9]{3})?\s*$")
    if _STATUS in made and _AT in made and not any(map(_is_list, (made[_STATUS], made[_AT], made.get(_GIVEN)))):
        made[_GIVEN] = _given(made)
    for name in _UNTIL:
        if name in made and _GIVEN in made:
            made[name] = _ends(made[name], made)
    return made


def _text(column: pa.Array) -> pa.Array | None:
    """The column as text, or None where it is of a type that no standard's words are in."""
    if pa.types.is_string(column.type):
        return column
    return column.cast(pa.string()) if pa.types.is_integer(column.type) else None


def _each(column: pa.Array, word: Callable[[str], str], marked: str = "") -> pa.Array:
    """The word of each text that RE2 `marked` finds something in; each distinct one is asked for once."""
    text = _text(column)
    if text is None:
        return column
    if marked and not pc.any(pc.match_substring_regex(text, pattern=marked)).as_py():
        return column
    encoded = text.dictionary_encode()
    told = [None if value is None else word(value) for value in encoded.dictionary.to_pylist()]
    return pa.array(told, pa.string()).take(encoded.indices) if told else column


def _listed(column: pa.Array, word: Callable[[str], str]) -> pa.Array:
    if pa.types.is_list(column.type):
        inner = column.flatten()
        if pa.types.is_string(inner.type) and pc.any(pc.match_substring_regex(inner, pattern=words.MARKS)).as_py():
            told = [None if row is None else [m and word(m.strip()) for m in row] for row in column.to_pylist()]
            return pa.array(told, column.type)
        return column
    return _each(column, lambda text: _members(text, word), words.MARKS)


def _members(text: str, word: Callable[[str], str]) -> str:
    try:
        members = convert(text, LIST)
    except NotOfType:
        return text
    if not isinstance(members, tuple):
        return text
    told = tuple(map(word, members))
    return text if told == members else json.dumps(told, ensure_ascii=False)


def _is_list(column: pa.Array | None) -> bool:
    return column is not None and pa.types.is_list(column.type)


def _given(columns: Mapping[str, pa.Array]) -> pa.Array:
    at, status = columns[_AT].cast(pa.string()), columns[_STATUS].cast(pa.string())
    stated = columns[_GIVEN].cast(pa.string()) if _GIVEN in columns else pa.nulls(len(at), pa.string())
    standing = pc.is_in(pc.utf8_trim_whitespace(status), value_set=pa.array(STANDING))
    return pc.if_else(pc.and_(standing, _blank(stated)), at, stated)


def _blank(text: pa.Array) -> pa.Array:
    encoded = text.dictionary_encode()
    blank = pa.array([value is None or is_blank(value) for value in encoded.dictionary.to_pylist()], pa.bool_())
    return pc.fill_null(blank.take(encoded.indices), True)


def _ends(column: pa.Array, columns: Mapping[str, pa.Array]) -> pa.Array:
    """With durations counted from the day of the consent, or of the state now where it was renewed."""
    text = _text(column)
    if text is None:
        return column
    spans = pc.fill_null(pc.match_substring_regex(text, pattern=r"^\s*P[0-9T]"), False)
    if not spans.true_count:
        return column
    told = text.to_pylist()
    stated = {name: columns[name].to_pylist() for name in (_GIVEN, _AT, _STATUS) if name in columns}
    for row in pc.indices_nonzero(spans).to_pylist():
        given, at, status = (stated[name][row] if name in stated else None for name in (_GIVEN, _AT, _STATUS))
        told[row] = words.until(str((at if status == STANDING[1] else given) or given or ""), told[row])
    return pa.array(told, pa.string())
