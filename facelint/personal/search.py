"""A search of columns for personal data: on distinct values, by RE2 first, closely only where that finds something."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from facelint.personal import coordinates, emails, national_ids, phones
from facelint.personal.detector import Unsure
from facelint.personal.headers import Hint, hints
from facelint.values import BLANKS

KINDS = ("national_id", "phone", "email", "person_name", "coordinates")
_DETECTORS = (*national_ids.DETECTORS, *phones.DETECTORS, *emails.DETECTORS, *coordinates.DETECTORS)
_BIT = {kind: 1 << at for at, kind in enumerate(KINDS)}
_LOOKED_FOR = frozenset().union(*(detector.hints for detector in _DETECTORS))

_WIDE = r"[\x{FF0B}\x{FF10}-\x{FF19}\x{FF20}]"
_SCREEN = "|".join([*(detector.screen for detector in _DETECTORS if detector.screen), _WIDE])
_SLIGHT = r"@|%40|GPS|34853|[°º度\x{FF0B}\x{FF20}]|deg|geo:|!3d|(?:[0-9\x{FF10}-\x{FF19}][^0-9\x{FF10}-\x{FF19}]*){6}"
"""Every text that passes the screen matches it too. It is quick to compile (30 µs; the screen takes 850), which counts
where the values are few, as in a thousand columns of a small manifest."""
_FEW = 4096
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
"""Digits, `@` and `+` as East Asian text also writes them, in full width."""
_SAMPLE = 1024

Bits = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Found:
    """What was found in one column."""

    bits: Bits
    """For each row the kinds, bit i for KINDS[i]."""
    unsure: pa.Array | None
    """string: why a row was not examined to its end; null where it was. None where all were."""


def search(header: str, column: pa.Array, named: bool = True) -> Found:
    """The kinds that each cell holds.

    The column is of any type: text, numbers, lists and structs of them (a member's header is `column.member`). Dates,
    booleans and bytes hold nothing. `named` says that the column may hold names of people, if its header says so.
    Each answer depends on the header and the cell alone.
    """
    bits = np.zeros(len(column), np.uint8)
    reasons: dict[int, str] = {}
    for name, leaf, rows in _leaves(header, column):
        told = hints(name)
        _search_texts(leaf, rows, told if named else told - {Hint.PERSON_NAME}, bits, reasons)
    return Found(bits, pa.array([reasons.get(i) for i in range(len(column))], pa.string()) if reasons else None)


def holds_personal(texts: pa.Array) -> pa.Array:
    """Boolean: whether a text holds a national id, phone number, e-mail address or place, whatever column it is of.

    True also where it was not examined to its end; false of null.
    """
    found = search("", texts)
    held = pa.array(found.bits != 0)
    return held if found.unsure is None else pc.or_(held, pc.is_valid(found.unsure))


Rows = npt.NDArray[np.int64] | None
"""The row of each member of a leaf; None where they are the rows themselves."""


def _leaves(name: str, column: pa.Array, rows: Rows = None) -> Iterator[tuple[str, pa.Array, Rows]]:
    """The columns of plain values that make up a column, with the row of each value."""
    shape = column.type
    if isinstance(column, pa.ExtensionArray):
        yield from _leaves(name, column.storage, rows)
    elif pa.types.is_struct(shape):
        for field, part in zip(shape, column.flatten(), strict=True):
            yield from _leaves(f"{name}.{field.name}", part, rows)
    elif _is_list(shape) and not (_is_number(shape.value_type) and hints(name) & _LOOKED_FOR):
        parents = pc.list_parent_indices(column).to_numpy(zero_copy_only=False).astype(np.int64)
        yield from _leaves(name, pc.list_flatten(column), parents if rows is None else rows[parents])
    else:
        yield name, column, rows


def _is_list(type: pa.DataType) -> bool:
    return bool(pa.types.is_list(type) or pa.types.is_large_list(type) or pa.types.is_fixed_size_list(type))


def _is_number(type: pa.DataType) -> bool:
    return bool(pa.types.is_integer(type) or pa.types.is_floating(type) or pa.types.is_decimal(type))


def _is_text(type: pa.DataType) -> bool:
    return bool(pa.types.is_string(type) or pa.types.is_large_string(type) or pa.types.is_string_view(type))


def _search_texts(leaf: pa.Array, rows: Rows, told: frozenset[Hint], bits: Bits, reasons: dict[int, str]) -> None:
    if Hint.PERSON_NAME in told:
        named = _not_blank(leaf)
        bits[named if rows is None else rows[named]] |= _BIT["person_name"]
    texts, at, codes = _candidates(leaf, bool(told & _LOOKED_FOR))
    if not len(texts):
        return
    found, why = _closely(texts, told)
    at = at if rows is None else rows[at]
    np.bitwise_or.at(bits, at, found[codes])
    for code, reason in why.items():
        for row in at[codes == code].tolist():
            reasons.setdefault(row, reason)


def _not_blank(leaf: pa.Array) -> npt.NDArray[np.int64]:
    """The places of cells that state something."""
    if pa.types.is_dictionary(leaf.type):
        leaf = leaf.dictionary_decode()
    stated = pc.is_valid(leaf)
    if _is_text(leaf.type):
        trimmed = pc.utf8_lower(pc.utf8_trim_whitespace(leaf.cast(pa.large_string())))
        stated = pc.and_(stated, pc.invert(pc.is_in(trimmed, value_set=pa.array(sorted(BLANKS), pa.large_string()))))
    return np.flatnonzero(stated.to_numpy(zero_copy_only=False))


Candidates = tuple[pa.Array, npt.NDArray[np.int64], npt.NDArray[np.int64]]
"""Distinct texts; the places of the cells that hold one; and which of the texts each of those holds."""


def _candidates(leaf: pa.Array, hinted: bool) -> Candidates:
    """The texts of a leaf that pass the screen, or where it is `hinted` all of them."""
    if pa.types.is_dictionary(leaf.type) and _is_text(leaf.type.value_type):
        return _passing(leaf, hinted)
    if pa.types.is_dictionary(leaf.type):
        leaf = leaf.dictionary_decode()
    texts = leaf if pa.types.is_string(leaf.type) or pa.types.is_large_string(leaf.type) else _texts(leaf, hinted)
    if not _mostly_distinct(texts):
        return _passing(texts.dictionary_encode(), hinted)
    rows = np.flatnonzero(_screened(texts, hinted))
    passing = texts.take(pa.array(rows)).dictionary_encode()
    return passing.dictionary, rows, passing.indices.to_numpy(zero_copy_only=False).astype(np.int64)


def _mostly_distinct(texts: pa.Array) -> bool:
    """A guess from the first cells, for speed alone: screening a cell takes less time than encoding a new value."""
    some = texts.slice(0, _SAMPLE)
    return bool(pc.count_distinct(some).as_py() * 2 > len(some))


def _passing(encoded: pa.Array, hinted: bool) -> Candidates:
    passes = _screened(encoded.dictionary, hinted)
    texts = encoded.dictionary.filter(pa.array(passes))
    if not len(texts):
        nothing = np.zeros(0, np.int64)
        return texts, nothing, nothing
    renumbered = np.append(np.where(passes, np.cumsum(passes) - 1, -1), -1)
    codes = renumbered[encoded.indices.fill_null(len(passes)).to_numpy(zero_copy_only=False).astype(np.int64)]
    at = np.flatnonzero(codes >= 0)
    return texts, at, codes[at]


def _screened(texts: pa.Array, hinted: bool) -> npt.NDArray[np.bool_]:
    if hinted:
        return _true(pc.greater(pc.binary_length(texts), 0))
    if len(texts) < _FEW and not _matching(texts, _SLIGHT).any():
        return np.zeros(len(texts), np.bool_)
    return _matching(texts, _SCREEN)


def _matching(texts: pa.Array, pattern: str) -> npt.NDArray[np.bool_]:
    return _true(pc.match_substring_regex(texts, pattern))


def _true(mask: pa.Array) -> npt.NDArray[np.bool_]:
    """Where it is true; null is not."""
    return np.asarray(mask.fill_null(False).to_numpy(zero_copy_only=False), np.bool_)


_LEAST = 10**10
"""Whole numbers below it have too few digits to be anything personal without a header that says so."""
_EXACT = 2.0**53
_HOLDS_NOTHING = (
    pa.types.is_null, pa.types.is_boolean, pa.types.is_temporal, pa.types.is_binary, pa.types.is_large_binary,
    pa.types.is_binary_view, pa.types.is_fixed_size_binary,
)  # fmt: skip


def _texts(leaf: pa.Array, hinted: bool) -> pa.Array:
    """The cells of a leaf that is not text as text; null where they can hold nothing personal."""
    held = leaf.type
    if any(is_such(held) for is_such in _HOLDS_NOTHING):
        return pa.nulls(len(leaf), pa.string())
    if pa.types.is_string_view(held):
        return leaf.cast(pa.large_string())
    if pa.types.is_integer(held):
        return _whole_numbers(leaf, hinted)
    if pa.types.is_floating(held):
        return _floats(leaf.cast(pa.float64()), hinted)
    if pa.types.is_decimal(held):
        return leaf.cast(pa.string())
    shown = [None if v is None else json.dumps(v, ensure_ascii=False, default=str) for v in leaf.to_pylist()]
    return pa.array(shown, pa.string())


def _whole_numbers(leaf: pa.Array, hinted: bool) -> pa.Array:
    if hinted:
        return leaf.cast(pa.string())
    if leaf.type.bit_width < 64:
        return pa.nulls(len(leaf), pa.string())
    return pc.if_else(pc.greater_equal(leaf, pa.scalar(_LEAST, leaf.type)), leaf, pa.scalar(None, leaf.type)).cast(
        pa.string()
    )


def _floats(leaf: pa.Array, hinted: bool) -> pa.Array:
    """What was a whole number before a data frame met a blank among its fellows is one again."""
    none = pa.scalar(None, pa.float64())
    whole = pc.and_(pc.equal(leaf, pc.trunc(leaf)), pc.and_(pc.greater_equal(leaf, _LEAST), pc.less(leaf, _EXACT)))
    numbers = pc.if_else(whole, leaf, none).cast(pa.int64()).cast(pa.string())
    return pc.coalesce(numbers, leaf.cast(pa.string())) if hinted else numbers


def _closely(texts: pa.Array, told: frozenset[Hint]) -> tuple[Bits, dict[int, str]]:
    """The kinds of each text, and why some were not examined to their end."""
    texts = _narrowed(texts)
    bits = np.zeros(len(texts), np.uint8)
    doubts: dict[tuple[int, str], str] = {}
    for detector in _DETECTORS:
        if detector.hints and not told & detector.hints:
            continue
        passes = _matching(texts, detector.screen) if detector.screen else np.ones(len(texts), np.bool_)
        bit = _BIT[detector.kind]
        for at in np.flatnonzero(passes & (bits & bit == 0)).tolist():
            try:
                if detector.holds(texts[at].as_py(), told):
                    bits[at] |= bit
            except Unsure as why:
                doubts.setdefault((at, detector.kind), str(why))
    return bits, {at: why for (at, kind), why in doubts.items() if not bits[at] & _BIT[kind]}


def _narrowed(texts: pa.Array) -> pa.Array:
    wide = _matching(texts, _WIDE)
    if not wide.any():
        return texts
    return pa.array(
        [
            text.as_py().translate(_NARROW) if is_wide else text.as_py()
            for text, is_wide in zip(texts, wide, strict=True)
        ],
        texts.type,
    )
