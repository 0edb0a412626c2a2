"""What the tests of the records room share."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings

from facelint.facts import CARD_FACTS, CONSENT_FACTS, RECORD_FACTS, Fact, Realm, Vocabulary
from facelint.records import Batch, Manifest
from facelint.records.columns import record_names
from facelint.values import DATE, TEXT

many = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
"""For properties that write their file anew into the same folder."""

VOCABULARY = Vocabulary.of(
    [
        *RECORD_FACTS,
        *CONSENT_FACTS,
        *CARD_FACTS,
        Fact("file.sha256", TEXT, "found out from the file"),
        Fact("run.as_of", DATE, "the day of the run", Realm.CONSTANT),
    ]
)


def manifest(path: Path, mapping: Mapping[str, str] | None = None) -> Manifest:
    return Manifest(path.name, path, mapping or {}, record_names(VOCABULARY))


def flat(batches: Iterable[Batch]) -> dict[str, list[Any]]:
    """All batches as lists by column, with `row` and `broken`."""
    table: dict[str, list[Any]] = {"row": [], "broken": []}
    for batch in batches:
        table["row"] += batch.rows.to_pylist()
        table["broken"] += [None] * batch.length if batch.broken is None else batch.broken.to_pylist()
        for name, column in batch.columns.items():
            assert len(column) == batch.length
            table.setdefault(name, []).extend(column.to_pylist())
    assert len({len(column) for column in table.values()}) == 1
    return table


def read(path: Path, wanted: Collection[str], size: int = 65_536) -> dict[str, list[Any]]:
    return flat(manifest(path).batches(wanted, size))
