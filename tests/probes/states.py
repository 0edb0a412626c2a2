"""What a column says of each thing, as plain values."""

from __future__ import annotations

from facelint.columns import Column


class Bad(str):
    """Why there is no value of the type: the column is missing, or the cell holds something else."""

    __slots__ = ()


class Unknown(str):
    """Why it could not be established."""

    __slots__ = ()


def said(column: Column, length: int) -> list[object]:
    """Of each of `length` things the value, None where blank, Bad or Unknown."""
    column = column.spread(length)
    nothing: list[str | None] = [None] * length
    unknown = nothing if column.unknown is None else column.unknown.to_pylist()
    bad = nothing if column.bad is None else column.bad.to_pylist()
    return [_state(*one) for one in zip(column.plain().to_pylist(), bad, unknown, strict=True)]


def _state(value: object, bad: str | None, unknown: str | None) -> object:
    return Unknown(unknown) if unknown is not None else Bad(bad) if bad is not None else value
