"""Columns of any type of Arrow, in the types that the rest of facelint knows; what is nested becomes JSON text."""

from __future__ import annotations

import json

import pyarrow as pa

from facelint.errors import DatasetError
from facelint.records.arrays import NOT_UTF8, mended
from facelint.records.batch import Batch

DAMAGE = (pa.ArrowException, OSError, MemoryError, ValueError, OverflowError, LookupError)
"""What pyarrow raises for a damaged file, and for a nested time or time zone that Python does not have; its words are
not passed on, since they may quote a value."""


def plain(batch: Batch, file: str) -> Batch:
    """The columns in those types; a record with text that is no text is broken."""
    try:
        bare = {name: _stored(column) for name, column in batch.columns.items()}
        sound = mended(Batch(batch.source, batch.rows, bare, None), _not_utf8, NOT_UTF8)
        columns = {name: _converted(column) for name, column in sound.columns.items()}
    except DAMAGE:
        raise DatasetError(f"{file}: rows {batch.rows[0]} to {batch.rows[-1]}: values that cannot be read") from None
    return Batch(sound.source, sound.rows, columns, sound.broken)


def _stored(column: pa.Array) -> pa.Array:
    """Without extension types, dictionaries and views; text is not looked at."""
    if isinstance(column.type, pa.UuidType):
        return pa.array([None if value is None else str(value) for value in column.to_pylist()], pa.string())
    if isinstance(column.type, pa.BaseExtensionType):
        column = column.storage
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_string_view(column.type) or pa.types.is_binary_view(column.type):
        column = column.cast(pa.large_binary())  # Few functions of Arrow take views.
    return column


def _not_utf8(column: pa.Array) -> pa.Array | None:
    """A mask of the cells that hold text that is not UTF-8; None where all is well."""
    if not _textual(column.type) and not _text_list(column.type):
        return None
    text = column if _textual(column.type) else column.flatten()
    try:
        text.cast(pa.large_binary()).cast(pa.large_string())
    except pa.ArrowInvalid:
        return pa.array([_broken(value) for value in _bytes(column).to_pylist()], pa.bool_())
    return None


def _bytes(column: pa.Array) -> pa.Array:
    return column.cast(pa.large_binary() if _textual(column.type) else pa.large_list(pa.large_binary()))


def _broken(value: bytes | list[bytes | None] | None) -> bool:
    try:
        for part in value if isinstance(value, list) else [value]:
            (part or b"").decode()
    except UnicodeDecodeError:
        return True
    return False


def _converted(column: pa.Array) -> pa.Array:
    kind = column.type
    if _textual(kind):
        return column.cast(pa.string())
    if _text_list(kind):
        return column.cast(pa.list_(pa.string()))
    if pa.types.is_nested(kind):
        return pa.array([None if value is None else _json(value) for value in column.to_pylist()], pa.string())
    if _plain_type(kind):
        return column
    return column.cast(pa.string())


def _textual(kind: pa.DataType) -> bool:
    types = pa.types
    return bool(
        types.is_string(kind)
        or types.is_large_string(kind)
        or types.is_string_view(kind)
        or types.is_binary(kind)
        or types.is_large_binary(kind)
        or types.is_binary_view(kind)
        or types.is_fixed_size_binary(kind)
    )


def _text_list(kind: pa.DataType) -> bool:
    types = pa.types
    listed = types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind)
    return bool(listed and _textual(kind.value_type))


def _plain_type(kind: pa.DataType) -> bool:
    types = pa.types
    return bool(
        types.is_integer(kind)
        or types.is_floating(kind)
        or types.is_boolean(kind)
        or types.is_date(kind)
        or types.is_timestamp(kind)
        or types.is_decimal(kind)
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=_part)


def _part(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
