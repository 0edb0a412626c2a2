"""Rows that name several images, as Hugging Face's ImageFolder lets them, in every format and batch."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from .helpers import flat, manifest, many, read

WANTED = ["path", "record_id", "subject_id"]


def jsonl(folder: Path, *rows: Any) -> Path:
    path = folder / "m.jsonl"
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return path


def records(path: Path, size: int = 65_536) -> list[tuple[int, str | None, str | None]]:
    table = read(path, WANTED, size)
    return list(zip(table["row"], table["path"], table.get("record_id", [None] * len(table["row"])), strict=True))


def test_each_image_is_a_record(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text(
        "id,subject_id,right_file_name,left_file_name\n7,p,r.jpg,l.jpg\n8,q,,only.jpg\n9,r, ,N/A\n\n ,s,a.jpg,b.jpg\n",
        encoding="utf-8",
    )
    assert read(tmp_path / "m.csv", WANTED) == {
        "row": [2, 2, 3, 4, 6, 6],
        "broken": [None] * 6,
        "path": ["l.jpg", "r.jpg", "only.jpg", None, "b.jpg", "a.jpg"],
        "record_id": ["7#left_file_name", "7#right_file_name", "8#left_file_name", "9", "", ""],
        "subject_id": ["p", "p", "q", "r", "s", "s"],
    }


def test_the_own_picture_of_a_row_keeps_the_id(tmp_path: Path) -> None:
    path = jsonl(tmp_path, {"file_name": "a.jpg", "mask_file_name": "m.png", "id": 1}, {"path": "b.jpg", "id": 2})
    assert records(path) == [(1, "m.png", "1#mask_file_name"), (2, "b.jpg", "2")]  # `path` goes before `file_name`
    path = jsonl(tmp_path, {"file_name": "a.jpg", "mask_file_name": "m.png", "id": 1})
    assert records(path) == [(1, "a.jpg", "1"), (1, "m.png", "1#mask_file_name")]


def test_lists(tmp_path: Path) -> None:
    rows = [
        {"id": "1", "file_names": ["a", "", "b"], "x_file_names": ["c"]},
        {"id": "2", "file_names": [], "x_file_names": None},
        {"id": "3", "file_names": ["d"], "x_file_names": []},
    ]
    wanted = [(1, "a", "1#0"), (1, "b", "1#2"), (1, "c", "1#x_file_names#0"), (2, None, "2"), (3, "d", "3#0")]
    assert records(jsonl(tmp_path, *rows)) in (wanted, [(r, p, i and i.replace("1#2", "1#1")) for r, p, i in wanted])
    parquet.write_table(pa.Table.from_pylist(rows), tmp_path / "m.parquet")
    assert records(tmp_path / "m.parquet") == wanted


@pytest.mark.parametrize("cell", ['{"a": 1}', '["a", ["b"]]', '["\\ud800"]'])
def test_what_is_no_list_is_one_path(tmp_path: Path, cell: str) -> None:
    (row,) = records(jsonl(tmp_path, '{"id": "1", "file_names": ' + cell + "}"))
    assert row[0] == 1


def test_broken_rows_stay_one(tmp_path: Path) -> None:
    path = jsonl(tmp_path, {"id": "1", "file_names": ["a", "b"]}, "{", {"id": "2", "file_names": ["c"]})
    assert read(path, WANTED)["broken"] == [None, None, "line is not valid JSON", None]
    assert read(path, WANTED)["path"] == ["a", "b", None, "c"]


def test_the_user_may_say_which_column_it_is(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("path,original_file_name\na.jpg,DSC1.jpg\n", encoding="utf-8")
    assert len(read(tmp_path / "m.csv", ["path"])["path"]) == 2
    table = flat(manifest(tmp_path / "m.csv", {"path": "path"}).batches(["path", "original_file_name"]))
    assert (table["path"], table["original_file_name"]) == (["a.jpg"], ["DSC1.jpg"])


def test_a_key_of_images_on_the_last_line(tmp_path: Path) -> None:
    rows = [{"file_name": f"{i}", "deep": {"x_file_name": 1}} for i in range(3000)]
    assert len(records(jsonl(tmp_path, *rows))) == 3000
    for late in ({"file_name": "a", "x_file_name": "b"}, '{"file_name": "a", "x\\u005ffile_name": "b"}'):
        assert [path for _, path, _ in records(jsonl(tmp_path, *rows, late))][-2:] == ["a", "b"]


def test_one_row_of_many_images_is_not_divided(tmp_path: Path) -> None:
    path = jsonl(tmp_path, *[{"file_names": [f"{i}-{j}" for j in range(n)]} for i, n in enumerate((1, 1, 10, 2, 2, 1))])
    sizes = [batch.length for batch in manifest(path).batches(["path"], 4)]
    assert sizes == [2, 10, 2, 3]


CELL = st.sampled_from(["", " ", "a", "b.jpg", "N/A", "c/d"])


@many
@given(
    rows=st.lists(st.tuples(CELL, CELL, CELL, st.sampled_from(["", "1", "2"])), min_size=1, max_size=15),
    size=st.integers(1, 6),
    columns=st.permutations(["file_name", "l_file_name", "r_file_name", "id"]),
)
def test_batches_and_formats_change_nothing(
    tmp_path: Path, rows: list[tuple[str, ...]], size: int, columns: list[str]
) -> None:
    names = ["file_name", "l_file_name", "r_file_name", "id"]
    items = [dict(zip(names, row, strict=True)) for row in rows if any(row)]
    model: list[tuple[int, str | None, str | None]] = []
    for number, item in enumerate(items, 1):
        found: list[tuple[int, str | None, str | None]] = [
                 (number, item[name], item["id"] and item["id"] + ("" if name == "file_name" else f"#{name}"))
                 for name in names[:3] if item[name].strip() not in ("", "N/A")]  # fmt: skip
        model += found or [(number, None, item["id"])]
    if not items:
        return
    with (tmp_path / "m.csv").open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([columns, *([item[name] for name in columns] for item in items)])
    parquet.write_table(pa.Table.from_pylist(items), tmp_path / "m.parquet")
    assert records(jsonl(tmp_path, *items), size) == model
    assert records(tmp_path / "m.parquet", size) == model
    assert [(row - 1, path, one) for row, path, one in records(tmp_path / "m.csv", size)] == model
