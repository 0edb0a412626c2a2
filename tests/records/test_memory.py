"""Records in memory read as those of a Parquet file do."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from facelint.records import Batch, Manifest
from facelint.records.memory import Memory

TABLE = pa.table(
    {
        " path ": pa.array(["a.jpg", None, "c.jpg", "", "é.jpg"]),
        "License": pa.array(["MIT", "MIT", None, "x", "MIT"]).dictionary_encode(),
        "price": pa.array([Decimal("1.50"), None, Decimal("2.00"), None, None]),
        "captured_at": pa.array([datetime.date(2026, 1, 2), None, None, None, None]),
        "labels": pa.array([["a", "b"], [], None, [None], ["c"]]),
        "nested": pa.array([{"a": 1}, None, {"a": 2}, {"a": None}, None]),
        "source_name": pa.array([b"Studio", b"\xff", None, b"", b"S"]),
    }
)
NAMES = ["path", "license", "price", "captured_at", "labels", "nested", "source_name", "synthetic"]


def told(batches: list[Batch]) -> list[dict[str, object]]:
    return [
        {
            "row": batch.rows[at].as_py(),
            "broken": None if batch.broken is None else batch.broken[at].as_py(),
            **{name: column[at].as_py() for name, column in sorted(batch.columns.items())},
        }
        for batch in batches
        for at in range(batch.length)
    ]


@pytest.mark.parametrize("size", [1, 2, 100])
@pytest.mark.parametrize("wanted", [NAMES, ["path"], ["synthetic"], []])
def test_it_reads_as_the_same_table_in_a_file(tmp_path: Path, size: int, wanted: list[str]) -> None:
    parquet.write_table(TABLE, tmp_path / "manifest.parquet")
    file = Manifest("records", tmp_path / "manifest.parquet")
    memory = Manifest("records", tmp_path / "nowhere", memory=Memory(TABLE))
    assert memory.header() == file.header()
    assert memory.own_columns() == file.own_columns()
    assert told(list(memory.batches(wanted, size))) == told(list(file.batches(wanted, size)))


def test_the_digest_is_of_what_the_table_holds_and_not_of_its_pieces() -> None:
    pieces = pa.concat_tables([TABLE.slice(0, 2), TABLE.slice(2)]).unify_dictionaries()
    assert Memory(pieces).digest() == Memory(TABLE).digest()
    assert Memory(TABLE.replace_schema_metadata({"made": "now"})).digest() == Memory(TABLE).digest()
    other = TABLE.set_column(0, " path ", pa.array(["a.jpg", None, "c.jpg", "", "e.jpg"]))
    assert Memory(other).digest() != Memory(TABLE).digest()
    assert Memory(TABLE.slice(1)).digest() != Memory(TABLE).digest()
