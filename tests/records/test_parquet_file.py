"""Parquet manifests: types are kept where facelint knows them, the rest is text."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from facelint.errors import DatasetError

from .helpers import manifest, many, read


def write(folder: Path, columns: dict[str, Any], **how: Any) -> Path:
    path = folder / "m.parquet"
    parquet.write_table(pa.table(columns), path, **how)
    return path


def test_types(tmp_path: Path) -> None:
    columns: dict[str, Any] = {
        "path": pa.array(["a", None, "b"]).dictionary_encode(),
        "record_id": pa.array(["1", "2", "3"], pa.large_string()),
        "subject_age": pa.array([1, None, 3], pa.int8()),
        "price": pa.array([Decimal("1.50"), None, None]),
        "synthetic": pa.array([True, None, False]),
        "collected_at": pa.array([date(2024, 1, 2), None, None]),
        "captured_at": pa.array([datetime(2024, 1, 2, 3), None, None]),
        "labels": pa.array([["x", None], None, []], pa.large_list(pa.string())),
        "recipients": pa.array([["x"], ["y"], ["z"]], pa.list_(pa.string(), 1)),
        "source_name": pa.array([{"a": 1, "b": b"x"}, None, {"a": None, "b": None}]),
        "source_reserved": pa.array([[1, 2], None, []]),
        "license": pa.array([b"MIT", None, b""]),
        "attribution": pa.array([None, None, None], pa.null()),
        "source_url": pa.array(["x", None, "y"], pa.string_view()),
        "face_count": pa.array([1, 2, 3]).dictionary_encode(),
    }
    path = write(tmp_path, columns)
    batch = next(manifest(path).batches(columns))
    types = {name: str(column.type) for name, column in batch.columns.items()}
    assert types == {
        "path": "string", "record_id": "string", "subject_age": "int8", "price": "decimal128(3, 2)",
        "synthetic": "bool", "collected_at": "date32[day]", "captured_at": "timestamp[us]",
        "labels": types["labels"], "recipients": types["labels"], "source_name": "string",
        "source_reserved": "string", "license": "string", "attribution": "string", "source_url": "string",
        "face_count": "int64",
    }  # fmt: skip
    assert batch.columns["labels"].type.value_type == pa.string()
    table = read(path, columns)
    assert table["row"] == [1, 2, 3]
    assert table["labels"] == [["x", None], None, []]
    assert table["source_name"] == ['{"a": 1, "b": "x"}', None, '{"a": null, "b": null}']
    assert table["source_reserved"] == ["[1, 2]", None, "[]"]
    assert table["license"] == ["MIT", None, ""]


def test_text_that_is_no_text_breaks_its_record(tmp_path: Path) -> None:
    foul = pa.Array.from_buffers(
        pa.string(), 3, [None, pa.py_buffer(b"\0\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0"), pa.py_buffer(b"a\xffb")]
    )
    listed = pa.array([[b"x"], [b"y"], [b"ok", b"\xc3"]])
    path = write(tmp_path, {"path": foul, "labels": listed, "age": [1, 2, 3], "license": [b"", b"", None]})
    assert read(path, ["path", "labels", "subject_age"]) == {
        "row": [1, 2, 3],
        "broken": [None, "not valid UTF-8", "not valid UTF-8"],
        "path": ["a", None, None],
        "labels": [["x"], None, None],
        "subject_age": [1, None, None],
    }


def test_any_type_beside_a_broken_record(tmp_path: Path) -> None:
    number = uuid4()
    columns: dict[str, tuple[pa.Array, Any]] = {
        "view": (pa.array(["a", "b"], pa.string_view()), "a"),
        "bytes": (pa.array([b"a", b"b"], pa.binary_view()), "a"),
        "views": (pa.array([["a"], ["b"]], pa.list_(pa.string_view())), ["a"]),
        "map": (pa.array([[("a", 1)], []], pa.map_(pa.string(), pa.int8())), '[["a", 1]]'),
        "time": (pa.array([time(1), None], pa.time32("s")), "01:00:00.000"),
        "decimal": (pa.array([Decimal(1)] * 2, pa.decimal256(50, 1)), Decimal("1.0")),
        "uuid": (pa.array([number.bytes] * 2, pa.uuid()), str(number)),
        "unsigned": (pa.array([2**64 - 1, 0], pa.uint64()), 2**64 - 1),
    }
    path = write(tmp_path, {name: column for name, (column, _) in columns.items()} | {"foul": [b"x", b"\xff"]})
    table = read(path, [*columns, "foul"])
    assert table["broken"] == [None, "not valid UTF-8"]
    for name, (_, value) in columns.items():
        assert table[name] == [value, None]


def test_batches_and_no_columns(tmp_path: Path) -> None:
    path = write(tmp_path, {"Path ": [str(i) for i in range(25)]}, row_group_size=10)
    assert [batch.length for batch in manifest(path).batches(["path"], 6)] == [6, 6, 6, 6, 1]
    assert read(path, ["license"], 6)["row"] == list(range(1, 26))
    assert read(path, ["path"], 6)["path"] == [str(i) for i in range(25)]
    assert manifest(path).header() == ("Path",)


def test_no_records(tmp_path: Path) -> None:
    assert list(manifest(write(tmp_path, {"path": pa.array([], pa.string())})).batches(["path"])) == []


def test_dotted_and_colliding_names(tmp_path: Path) -> None:
    path = write(tmp_path, {"consent.status": ["given"], "consent": ["x"], "path": ["a"], "PATH": ["b"]})
    assert read(path, ["consent", "consent.status"])["consent"] == ["x"]
    with pytest.raises(DatasetError, match="columns 3 and 4 differ only in case"):
        read(path, ["path"])


@pytest.mark.parametrize("data", [b"", b"PAR1", b"path,age\n", b"PAR1" + b"\0" * 100 + b"PAR1"])
def test_not_parquet(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "m.parquet"
    path.write_bytes(data)
    with pytest.raises(DatasetError, match=r"^m.parquet: is not a Parquet file, or a damaged one$"):
        read(path, ["path"])


def test_damage_in_the_middle(tmp_path: Path) -> None:
    path = write(tmp_path, {"path": [f"{i:099}" for i in range(30_000)]}, row_group_size=10_000, compression="zstd",
                 use_dictionary=False)  # fmt: skip
    data = bytearray(path.read_bytes())
    begin = parquet.ParquetFile(path).metadata.row_group(1).column(0).data_page_offset
    data[begin : begin + 2000] = b"\xff" * 2000
    path.write_bytes(data)
    with pytest.raises(DatasetError, match=r"^m.parquet: is damaged after row 10000$"):
        read(path, ["path"], 1000)


@many
@given(at=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255), cut=st.booleans())
def test_any_damage_gives_records_or_one_line(tmp_path: Path, at: float, byte: int, cut: bool) -> None:
    path = write(tmp_path, {"path": [f"{i}" for i in range(50)], "labels": [["x"]] * 50}, row_group_size=20)
    data = bytearray(path.read_bytes())
    where = int(at * len(data))
    data[where] = byte
    path.write_bytes(data[:where] if cut else data)
    try:
        assert len(read(path, ["path", "labels"], 7)["row"]) <= 50
    except DatasetError as refused:
        message = str(refused)
    else:
        message = ""
    assert "\n" not in message
