"""The same records give the same columns in every format, however they are cut into batches."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from .helpers import many, read

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufdd1"), max_size=10)
NAMES = ["path", "subject_age", "Labels"]


@many
@given(
    records=st.lists(st.tuples(TEXT.filter(bool), TEXT, TEXT), min_size=1, max_size=20),
    size=st.integers(1, 25),
    group=st.integers(1, 25),
)
def test_all_formats_agree(tmp_path: Path, records: list[tuple[str, str, str]], size: int, group: int) -> None:
    with (tmp_path / "m.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows([NAMES, *records])
    with (tmp_path / "m.jsonl").open("w", newline="") as stream:
        stream.writelines(json.dumps(dict(zip(NAMES, record, strict=True))) + "\n" for record in records)
    columns = dict(zip(NAMES, map(list, zip(*records, strict=True)), strict=True))
    parquet.write_table(pa.table(columns), tmp_path / "m.parquet", row_group_size=group)
    wanted = ["path", "subject_age", "labels", "price"]
    first, *others = [read(tmp_path / f"m.{ending}", wanted, size) for ending in ("csv", "jsonl", "parquet")]
    assert first["row"] == list(range(2, len(records) + 2))
    assert first["path"] == columns["path"]
    for table in others:
        assert table.pop("row") == list(range(1, len(records) + 1))
        assert table == {name: column for name, column in first.items() if name != "row"}
