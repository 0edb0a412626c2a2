"""A column: one fact over many things, with its values and with what is not known of it.

What repeats is worked out once: a column is its distinct values and, for each thing, the code of its value. A null
code alone means *blank*; two further masks hold what one null cannot say, that a value is missing or not of its type
(`bad`) and that it could not be established (`unknown`), each as the reason in words.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from facelint.values import (
    BLANKS,
    DATE_PATTERN,
    MAX_MARKS,
    NUMBER_PLACES,
    FactType,
    Kind,
    NotOfType,
    Value,
    convert,
    convert_members,
    show,
)

ARROW_TYPES = {
    Kind.TEXT: pa.string(),
    Kind.ENUM: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.decimal256(76, NUMBER_PLACES),
    Kind.BOOLEAN: pa.bool_(),
    Kind.DATE: pa.date32(),
    Kind.LIST: pa.list_(pa.string()),
}

NO_COLUMN = "no such column"

T = TypeVar("T")


@dataclass(frozen=True)
class Column:
    """One fact over `len(column)` things, or where `constant` the same for all (then its arrays have length 1)."""

    type: FactType
    values: pa.Array
    """Distinct values, of the Arrow type of `type.kind`."""
    codes: pa.Array
    """int32: which of `values` each thing has; null where it has none."""
    bad: pa.Array | None = None
    """string: why there is no value of the type (missing column, another type); null where there is no such trouble."""
    unknown: pa.Array | None = None
    """string: why it could not be established; null where it could. A list that has a value all the same has at least
    the members that are in it, and perhaps more."""
    constant: bool = False
    notes: pa.Array | None = None
    """string: what a derived value rests on, for a finding about it; null where there is nothing to say."""

    def __len__(self) -> int:
        return len(self.codes)

    def take(self, rows: pa.Array) -> Column:
        """The column of the things at `rows`; a null row gives blank."""
        if self.constant:
            return self
        bad, unknown, notes = (_take(mask, rows) for mask in (self.bad, self.unknown, self.notes))
        return replace(self, codes=self.codes.take(rows), bad=bad, unknown=unknown, notes=notes)

    def spread(self, length: int) -> Column:
        """A constant written out for `length` things; any other column as it is."""
        if not self.constant:
            return self
        rows = pa.repeat(pa.scalar(0, pa.int64()), length)
        return replace(self, constant=False).take(rows)

    def plain(self) -> pa.Array:
        """The value of each thing, null where it has none."""
        return self.values.take(self.codes)

    def unsure(self) -> pa.Array | None:
        """Boolean: where any test but presence is unsure; None where nowhere."""
        masks = [pc.is_valid(mask) for mask in (self.bad, self.unknown) if mask is not None]
        return pc.or_(*masks) if len(masks) == 2 else masks[0] if masks else None

    def reasons(self) -> pa.Array:
        """string: why there is no usable value; null where there is one, or a blank."""
        none = pa.nulls(len(self), pa.string())
        return pc.coalesce(
            self.unknown if self.unknown is not None else none, self.bad if self.bad is not None else none
        )

    def with_unknown(self, reasons: pa.Array | None) -> Column:
        """The same, not established where `reasons` says why, whatever stood there."""
        if reasons is None or reasons.null_count == len(reasons):
            return self
        if self.constant:
            return self.spread(len(reasons)).with_unknown(reasons)
        unknown = reasons if self.unknown is None else pc.coalesce(reasons, self.unknown)
        known = pc.is_null(reasons)
        codes = pc.if_else(known, self.codes, pa.scalar(None, pa.int32()))
        bad = None if self.bad is None else pc.if_else(known, self.bad, pa.scalar(None, pa.string()))
        return replace(self, codes=codes, bad=bad, unknown=unknown)

    def or_else(self, other: Column) -> Column:
        """The same, with what `other` (of the same type) says wherever this is blank or its column missing."""
        if self.constant and self.bad is not None and other.constant:
            return other
        length = max(len(self), len(other))
        this, that = self.spread(length), other.spread(length)
        empty = pc.and_(pc.is_null(this.codes), pc.invert(_or_false(this.unsure(), length)))
        if this.bad is not None:
            empty = pc.or_(empty, pc.fill_null(pc.equal(this.bad, NO_COLUMN), False))
        offset = pa.scalar(len(this.values), pa.int32())
        codes = pc.if_else(empty, pc.add(that.codes, offset), this.codes)
        values = pa.concat_arrays([this.values, that.values])
        nothing = pa.nulls(length, pa.string())
        masks = [
            pc.if_else(empty, theirs if theirs is not None else nothing, ours if ours is not None else nothing)
            for ours, theirs in ((this.bad, that.bad), (this.unknown, that.unknown))
        ]
        bad, unknown = (None if mask.null_count == length else mask for mask in masks)
        return Column(self.type, values, codes, bad, unknown)

    def as_claimed(self) -> Column:
        """An exemption as tests read it: false where nothing of its type was stated."""
        length = len(self)
        values = pa.concat_arrays([self.values, pa.array([False])])
        codes = pc.fill_null(self.codes, pa.scalar(len(self.values), pa.int32()))
        if self.unknown is not None:
            codes = pc.if_else(pc.is_null(self.unknown), codes, pa.nulls(length, pa.int32()))
        return replace(self, values=values, codes=codes, bad=None)

    def texts(self) -> pa.Array:
        """string: each thing's value in its canonical text; null where it has none."""
        if self.values.type == pa.string():
            return self.plain()
        shown = [None if value is None else _text(_python(value)) for value in self.values.to_pylist()]
        return pa.array(shown, pa.string()).take(self.codes)


def _take(mask: pa.Array | None, rows: pa.Array) -> pa.Array | None:
    if mask is None:
        return None
    taken = mask.take(rows)
    return None if taken.null_count == len(taken) else taken


def _or_false(mask: pa.Array | None, length: int) -> pa.Array:
    return pa.repeat(pa.scalar(False), length) if mask is None else mask


def _text(value: Value) -> str:
    """A text that no other value has: a list is a JSON array where semicolons would not tell its members apart."""
    shown = show(value)
    if isinstance(value, tuple) and (shown.startswith("[") or any(";" in member for member in value)):
        return json.dumps(value, ensure_ascii=False)
    return shown


def _python(value: object) -> Value:
    return tuple(value) if isinstance(value, list) else value  # type: ignore[return-value]


def from_values(type: FactType, values: pa.Array, unknown: pa.Array | None = None) -> Column:
    """A column from one value a thing, null where blank (or where `unknown` says why it is not known)."""
    if type.kind is Kind.LIST:
        return from_python(type, [None if v is None else tuple(v) for v in values.to_pylist()], unknown)
    encoded = values.cast(ARROW_TYPES[type.kind]).dictionary_encode()
    return Column(type, encoded.dictionary, encoded.indices.cast(pa.int32()), None, _some(unknown))


def from_python(type: FactType, values: Iterable[Value | None], unknown: pa.Array | None = None) -> Column:
    """As `from_values`, from Python values."""
    seen: dict[Value, int] = {}
    codes = [None if value is None else seen.setdefault(value, len(seen)) for value in values]
    distinct = pa.array([list(v) if isinstance(v, tuple) else v for v in seen], ARROW_TYPES[type.kind])
    return Column(type, distinct, pa.array(codes, pa.int32()), None, _some(unknown))


def _some(mask: pa.Array | None) -> pa.Array | None:
    return None if mask is None or mask.null_count == len(mask) else mask


def constant(type: FactType, value: Value | None) -> Column:
    """One value for all things, blank where None."""
    return replace(from_python(type, [value]), constant=True)


def missing(type: FactType, reason: str = NO_COLUMN) -> Column:
    """A fact that nothing states: there is no such column, or the card does not write the key."""
    return replace(constant(type, None), bad=pa.array([reason]))


def constant_text(type: FactType, text: str) -> Column:
    """A constant from the text that states it."""
    return replace(read(pa.array([text]), type), constant=True)


def read(raw: pa.Array, type: FactType) -> Column:
    """A column from what a manifest holds: text, or an Arrow array of another type, whose values are read as text.

    Text is trimmed and in NFC, blank cells are blank, and what is not of the type is bad.
    """
    if pa.types.is_dictionary(raw.type):
        raw = raw.dictionary_decode()
    if pa.types.is_list(raw.type) or pa.types.is_large_list(raw.type):
        return _read_lists(raw, type)
    encoded = raw.dictionary_encode()
    try:
        texts = encoded.dictionary.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return _assemble(type, [None] * len(encoded.dictionary), [True] * len(encoded.dictionary), encoded.indices)
    piled = _piled(texts)
    if piled is not None:
        texts = pc.if_else(piled, pa.scalar(None, pa.string()), texts)
    values, bad = _READERS.get(type.kind, _read_each)(texts, type)
    if piled is not None:
        bad = pc.or_(pa.array(bad, pa.bool_()), pc.fill_null(piled, False))
    return _assemble(type, values, bad, encoded.indices)


def _piled(texts: pa.Array) -> pa.Array | None:
    """As `is_piled`: a mask of the texts, None where there is none. Most texts are too short to be searched for it."""
    longest = pc.max(pc.binary_length(texts)).as_py()
    if longest is None or longest <= 2 * MAX_MARKS:  # a mark takes two bytes at least
        return None
    mask = pc.match_substring_regex(texts, rf"\pM{{{MAX_MARKS + 1}}}")
    return mask if pc.any(mask).as_py() else None


def _assemble(
    type: FactType, values: Sequence[object] | pa.Array, bad: Sequence[bool] | pa.Array, codes: pa.Array
) -> Column:
    """A column from distinct texts as read (`values`, null where blank or bad) and the code of each thing's text."""
    distinct = values if isinstance(values, pa.Array) else pa.array(values, ARROW_TYPES[type.kind])
    codes = codes.cast(pa.int32())
    wrong = bad if isinstance(bad, pa.Array) else pa.array(bad, pa.bool_())
    reasons = None
    if pc.any(wrong).as_py():
        per_value = pc.if_else(wrong, pa.scalar(f"not {type}"), pa.scalar(None, pa.string()))
        reasons = _some(per_value.take(codes))
    if distinct.null_count:
        codes = pc.if_else(pc.is_valid(distinct).take(codes), codes, pa.scalar(None, pa.int32()))
    return Column(type, distinct, codes, reasons)


def _not_blank(texts: pa.Array) -> pa.Array:
    """Trimmed, in NFC, null where blank."""
    trimmed = pc.utf8_trim_whitespace(pc.utf8_normalize(texts, form="NFC"))
    blank = pc.is_in(pc.utf8_lower(trimmed), value_set=pa.array(sorted(BLANKS)))
    return pc.if_else(blank, pa.scalar(None, pa.string()), trimmed)


def _read_text(texts: pa.Array, type: FactType) -> tuple[pa.Array, pa.Array]:
    values = _not_blank(texts)
    if not type.members:
        return values, pa.repeat(pa.scalar(False), len(values))
    admitted = pc.is_in(values, value_set=pa.array(type.members))
    if type.open:
        admitted = pc.or_(admitted, pc.fill_null(pc.match_substring_regex(values, r"\Aother:(?s:.+)\z"), False))
    bad = pc.and_(pc.is_valid(values), pc.invert(admitted))
    return pc.if_else(bad, pa.scalar(None, pa.string()), values), bad


def _read_dates(texts: pa.Array, type: FactType) -> tuple[pa.Array, pa.Array]:
    """Timestamps may all differ while their days are few: days are cut out first, and each converted once."""
    values = _not_blank(texts)
    shaped = pc.match_substring_regex(values, r"\A(?:" + DATE_PATTERN + r")\z")
    days = pc.if_else(shaped, pc.utf8_slice_codeunits(values, 0, 10), pa.scalar(None, pa.string())).dictionary_encode()
    dates, _ = _read_each(days.dictionary, type)
    found = pa.array(dates, pa.date32()).take(days.indices)
    return found, pc.and_(pc.is_valid(values), pc.is_null(found))


def _read_each(texts: pa.Array, type: FactType) -> tuple[list[Value | None], list[bool]]:
    return _read_python(texts.to_pylist(), lambda text: _sound(convert(text, type)))


def _sound(value: Value | None) -> Value | None:
    """Raises NotOfType for half a surrogate pair in a list: JSON can write it, and no text can hold it."""
    for member in value if isinstance(value, tuple) else ():
        if not member.isascii() and any("\ud800" <= character <= "\udfff" for character in member):
            raise NotOfType
    return value


def _read_python(
    items: Iterable[T | None], convert_one: Callable[[T], Value | None]
) -> tuple[list[Value | None], list[bool]]:
    values: list[Value | None] = []
    bad: list[bool] = []
    for item in items:
        try:
            values.append(None if item is None else convert_one(item))
            bad.append(False)
        except NotOfType:
            values.append(None)
            bad.append(True)
    return values, bad


_READERS: dict[Kind, Callable[[pa.Array, FactType], tuple[Sequence[object] | pa.Array, Sequence[bool] | pa.Array]]] = {
    Kind.TEXT: _read_text,
    Kind.ENUM: _read_text,
    Kind.DATE: _read_dates,
}


def _read_lists(raw: pa.Array, type: FactType) -> Column:
    def members(items: tuple[object, ...]) -> Value | None:
        if type.kind is not Kind.LIST:
            raise NotOfType
        return convert_members([_member(item) for item in items if item is not None], type)

    rows = [None if items is None else tuple(map(_plain, items)) for items in raw.to_pylist()]
    codes: dict[tuple[object, ...] | None, int] = {}
    indices = pa.array([codes.setdefault(row, len(codes)) for row in rows], pa.int32())
    values, bad = _read_python(codes, members)
    return _assemble(type, values, bad, indices)


def _plain(item: object) -> object:
    """A member as a dictionary can hold it; nested ones are no members of a list of texts, whatever is in them."""
    return b"" if isinstance(item, dict | list) else item


def _member(item: object) -> str:
    if isinstance(item, bool):
        return "true" if item else "false"
    if isinstance(item, bytes):
        raise NotOfType
    return str(item)
