"""The registry is the same table from a file of any format and from a folder of JSON records."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from facelint.errors import DatasetError
from facelint.records import Registry
from facelint.records.columns import consent_names

from .helpers import VOCABULARY

ROWS: list[dict[str, str]] = [
    {"consent_id": "c1", "status": "given", "consentTimestamp": "2024-01-02", "history": "requested@2024-01-01"},
    {"consent_id": "c2", "status": "withdrawn", "consentTimestamp": "", "history": ""},
]
WANTED = ["consent.status", "consent.given_at", "consent.history", "consent.type"]


def registry(path: Path, mapping: dict[str, str] | None = None) -> Registry:
    return Registry(path.name, path, mapping or {}, consent_names(VOCABULARY))


def folder_of(path: Path, records: dict[str, Any]) -> Path:
    path.mkdir()
    for name, record in records.items():
        (path / name).parent.mkdir(exist_ok=True)
        (path / name).write_bytes(record if isinstance(record, bytes) else json.dumps(record, indent=2).encode())
    return path


def lists(columns: Any) -> dict[str, list[Any]]:
    return {name: column.to_pylist() for name, column in columns.items()}


def test_every_form_gives_the_same_columns(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(
        "\n".join([",".join(ROWS[0]), *(",".join(row.values()) for row in ROWS)]), encoding="utf-8"
    )
    (tmp_path / "r.jsonl").write_text("\n".join(map(json.dumps, ROWS)), encoding="utf-8")
    parquet.write_table(pa.Table.from_pylist(ROWS), tmp_path / "r.parquet")
    folder_of(tmp_path / "r", {f"{i}.json": row for i, row in enumerate(ROWS)})
    for name, first in {"r.csv": 2, "r.jsonl": 1, "r.parquet": 1, "r": 1}.items():
        table = registry(tmp_path / name).read(WANTED)
        assert lists(table.columns) == {
            "consent.id": ["c1", "c2"],
            "consent.status": ["given", "withdrawn"],
            "consent.given_at": ["2024-01-02", ""],
            "consent.history": ["requested@2024-01-01", ""],
        }
        assert table.rows.to_pylist() == [first, first + 1]
        assert table.broken is None
        assert table.folder == (tmp_path / "r" if name == "r" else tmp_path)
        assert registry(tmp_path / name).header() == tuple(ROWS[0])


@pytest.mark.parametrize(
    ("header", "value"),
    [("id", "1"), ("consent.id", "1"), ("record_id,id", "1"), ("id,consent_id", "2"), ("consent.id,id", "2"),
     ("ID,consentReceiptId", "2")],
)  # fmt: skip
def test_names_of_the_id(tmp_path: Path, header: str, value: str) -> None:
    cells = "1,2" if "," in header else "1"
    (tmp_path / "r.csv").write_text(f"{header}\n{cells}\n", encoding="utf-8")
    assert registry(tmp_path / "r.csv").read([]).columns["consent.id"].to_pylist() == [value]


def test_mapping_and_full_names(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("id,consent.status,art\nc1,given,written\n", encoding="utf-8")
    table = registry(tmp_path / "r.csv", {"consent.type": "art"}).read(["consent.status", "consent.type"])
    assert lists(table.columns) == {"consent.id": ["c1"], "consent.status": ["given"], "consent.type": ["written"]}


def test_a_registry_without_rows_still_has_columns(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("id,status\n", encoding="utf-8")
    table = registry(tmp_path / "r.csv").read(["consent.status"])
    assert (table.length, list(table.columns)) == (0, ["consent.id", "consent.status"])


def test_what_cannot_be_read_in_a_folder_is_a_broken_row(tmp_path: Path) -> None:
    path = folder_of(
        tmp_path / "r",
        {
            "b.json": {"id": "b", "allow_publish": True, "purposes": ["x", "y"]},
            "a/z.JSON": {"id": "z"},
            "c.json": b"{",
            "d.json": b"[1]",
            "e.json": b'{"id": "\xff"}',
            "f.json": b'{"id": "' + b"x" * 2**20 + b'"}',
            "note.txt": b"not one of them",
        },
    )
    os.mkfifo(path / "g.json")
    (path / "h.json").symlink_to("gone")
    (path / "i.json").symlink_to("b.json")
    table = registry(path).read(["consent.allow_publish", "consent.purposes"])
    assert table.names is not None
    assert table.broken is not None
    assert dict(zip(table.names.to_pylist(), table.broken.to_pylist(), strict=True)) == {
        "a/z.JSON": None,
        "b.json": None,
        "c.json": "file is not valid JSON",
        "d.json": "file is not a JSON object",
        "e.json": "file is not valid UTF-8",
        "f.json": "larger than 1 MiB",
        "g.json": "is not a regular file",
        "h.json": "does not exist",
        "i.json": None,
    }
    assert table.rows.to_pylist() == list(range(1, 10))
    assert table.columns["consent.id"].to_pylist() == ["z", "b", *[None] * 6, "b"]
    assert table.columns["consent.allow_publish"].to_pylist()[1] == "true"
    assert table.columns["consent.purposes"].to_pylist()[1] == '["x", "y"]'


def test_an_empty_folder(tmp_path: Path) -> None:
    table = registry(folder_of(tmp_path / "r", {})).read(["consent.status"])
    assert (table.length, dict(table.columns)) == (0, {})


def test_the_digest_is_of_names_and_bytes(tmp_path: Path) -> None:
    one = registry(folder_of(tmp_path / "1", {"a.json": {"id": 1}, "b.json": {"id": 2}}))
    same = registry(folder_of(tmp_path / "2", {"b.json": {"id": 2}, "a.json": {"id": 1}, "c.txt": b""}))
    renamed = registry(folder_of(tmp_path / "3", {"a.json": {"id": 1}, "c.json": {"id": 2}}))
    changed = registry(folder_of(tmp_path / "4", {"a.json": {"id": 1}, "b.json": {"id": 3}}))
    assert one.digest() == same.digest()
    assert len({one.digest(), renamed.digest(), changed.digest()}) == 3
    assert one.digest().startswith("sha256:")


def test_gone(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"^r.csv: does not exist$"):
        registry(tmp_path / "r.csv").read([])
