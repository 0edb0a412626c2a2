"""Findings as columns: what failed, is unsure or was waived, in order, kept within a bound and merged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

SCHEMA = pa.schema(
    [
        ("rule", pa.int32()),  # index in the policy's rules
        ("source", pa.int32()),  # index of the manifest, one past the last for the registry, -1 for the dataset
        ("row", pa.int64()),
        ("answer", pa.int8()),
        ("record", pa.string()),
        ("path", pa.string()),
        ("fact", pa.string()),
        ("found", pa.string()),
        ("wanted", pa.string()),
        ("reason", pa.string()),
        ("waiver", pa.int32()),  # index of the waiver that covers it, null where none does
        ("digest", pa.string()),  # of the content, where it is recorded for a waiver to name
    ]
)

UNEXAMINED = pa.schema([("source", pa.int32()), ("row", pa.int64()), ("path", pa.string()), ("reason", pa.string())])

SAMPLES = 3
"""Findings of each rule and answer that are kept whatever the bound, so that every rule can show some."""

_ORDER = [("rule", "ascending"), ("source", "ascending"), ("row", "ascending")]


def empty() -> pa.Table:
    return SCHEMA.empty_table()


def nothing_unexamined() -> pa.Table:
    return UNEXAMINED.empty_table()


def bounded(table: pa.Table, limit: int) -> pa.Table:
    """The first `limit` findings by rule, source and row, and the first SAMPLES of each rule and answer, in that order.

    Bounding parts and then their concatenation keeps what bounding the whole keeps.
    """
    ordered = table.sort_by(_ORDER)
    if len(ordered) <= limit:
        return ordered
    kind = ordered["rule"].to_numpy().astype(np.int64) * 8 + ordered["answer"].to_numpy()
    by_kind = np.argsort(kind, kind="stable")
    _, first, inverse = np.unique(kind[by_kind], return_index=True, return_inverse=True)
    rank = np.empty(len(kind), np.int64)
    rank[by_kind] = np.arange(len(kind)) - first[inverse]
    return ordered.filter(pa.array((np.arange(len(kind)) < limit) | (rank < SAMPLES)))


def by_record(table: pa.Table) -> pa.Table:
    """In the order of the records, as they are streamed: the same however the dataset was cut into batches."""
    return table.sort_by([("source", "ascending"), ("row", "ascending"), ("rule", "ascending")])


@dataclass(frozen=True)
class Finding:
    """One finding with its names spelled out, as reports and finding files show it."""

    rule: str
    answer: str
    record: str | None
    path: str | None
    source: str | None
    row: int | None
    fact: str | None
    found: str | None
    wanted: str | None
    reason: str | None
    waiver: int | None = None
    """Where it is waived, the place of the waiver among the report's, from 0; it failed all the same."""


@dataclass(frozen=True)
class Names:
    """What the indexes in a table of findings stand for."""

    rules: Sequence[str]
    sources: Sequence[str]
    answers: Sequence[str]


def rendered(table: pa.Table, names: Names) -> list[Finding]:
    return [
        Finding(
            names.rules[row["rule"]],
            names.answers[row["answer"]],
            row["record"],
            row["path"],
            names.sources[row["source"]] if row["source"] >= 0 else None,
            row["row"],
            row["fact"],
            row["found"],
            row["wanted"],
            row["reason"],
            row["waiver"],
        )
        for row in table.to_pylist()
    ]
