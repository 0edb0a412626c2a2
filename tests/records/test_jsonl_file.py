"""JSON Lines manifests: every line a record at its number, and columns that do not depend on where batches are cut."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facelint.errors import DatasetError
from facelint.records import jsonl_file
from facelint.records.columns import Names

from .helpers import flat, manifest, many, read
from .test_csv_file import write


def lines(folder: Path, *items: bytes | str | dict[str, Any], name: str = "m.jsonl") -> Path:
    made = [item if isinstance(item, bytes) else item.encode() if isinstance(item, str) else json.dumps(item).encode()
            for item in items]  # fmt: skip
    return write(folder, b"\n".join(made), name)


def test_values_keep_their_text(tmp_path: Path) -> None:
    path = lines(
        tmp_path,
        '{"path": "a.jpg", "age": 07}'.replace("07", "7"),
        '{"path": "b", "age": 1e400, "price": 0.10, "masked": true, "labels": ["x", "人", 1.50], "synthetic": null}',
        '{"price": 123456789012345678901234567890, "labels": {"a": [true]}, "masked": false, "age": NaN}',
    )
    assert read(path, ["path", "subject_age", "price", "masked", "labels", "synthetic", "license"]) == {
        "row": [1, 2, 3],
        "broken": [None] * 3,
        "path": ["a.jpg", "b", None],
        "subject_age": ["7", "1e400", "NaN"],
        "price": [None, "0.10", "123456789012345678901234567890"],
        "masked": [None, "true", "false"],
        "labels": [None, '["x", "人", "1.50"]', '{"a": [true]}'],
        "synthetic": [None] * 3,
    }


BROKEN = {
    b"{": "line is not valid JSON",
    b'{"path": "a"} x': "line is not valid JSON",
    b'{"path": "a"}{"path": "b"}': "line is not valid JSON",
    b"[1]": "line is not a JSON object",
    b'"x"': "line is not a JSON object",
    b'{"path": "\xff"}': "line is not valid UTF-8",
    b'{"path": "\\ud800"}': "text is not valid Unicode",
    b'{"path": ["\\udc00", true]}': "text is not valid Unicode",
    b'{"path": ' + b"[" * 200_000 + b"]" * 200_000 + b"}": "line is nested too deeply",
    b'{"path": "' + b"x" * jsonl_file.MAX_LINE + b'"}': "line longer than 16 MiB",
    b'{"path": "' + b"x" * (jsonl_file.MAX_LINE + 3 * jsonl_file.BLOCK) + b'"}': "line longer than 16 MiB",
}


@pytest.mark.parametrize("foul", list(BROKEN), ids=range(len(BROKEN)))
@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n\r\n"])
def test_broken_lines_stay_at_their_place(tmp_path: Path, foul: bytes, place: int, end: bytes) -> None:
    made = [b'{"path": "a", "age": 1}', b'{"path": "b", "age": 2}']
    made.insert(place, foul)
    table = read(write(tmp_path, b"\n\n".join(made) + end, "m.jsonl"), ["path", "subject_age"])
    assert table["row"] == [1, 3, 5]
    assert [reason for reason in table["broken"] if reason] == [BROKEN[foul]]
    assert table["broken"][place] == BROKEN[foul]
    assert table["path"][place] is None
    assert table["subject_age"][place] is None
    assert [path for path in table["path"] if path] == ["a", "b"]


@pytest.mark.parametrize("block", [5, 1 << 20])
def test_blank_lines_and_a_byte_order_mark(tmp_path: Path, block: int) -> None:
    path = write(tmp_path, b'\xef\xbb\xbf{"path": "a"}\r\n\n  \n{}\n{"path": "b"}', "m.jsonl")
    table = flat(jsonl_file.batches(path, path.name, ["path"], Names(), 2, block=block))
    assert table == {"row": [1, 4, 5], "broken": [None] * 3, "path": ["a", None, "b"]}


@pytest.mark.parametrize("size", [1, 999, 65_536])
@pytest.mark.parametrize("late", [{"license": "MIT"}, {"License": "MIT"}, '{"licen\\u0073e": "MIT"}'])
def test_a_key_on_the_last_line_is_a_column_of_all(tmp_path: Path, size: int, late: Any) -> None:
    path = lines(tmp_path, *[{"path": f"{i}", "deep": {"license": 1}} for i in range(3000)], late)
    for batch in manifest(path).batches(["path", "license", "price"], size):
        assert set(batch.columns) == {"path", "license"}
    assert read(path, ["license"])["license"][-2:] == [None, "MIT"]


def test_a_better_name_on_the_last_line_decides_for_the_file(tmp_path: Path) -> None:
    path = lines(tmp_path, *[{"file_name": f"{i}"} for i in range(3000)], {"path": "x"})
    assert read(path, ["path"])["path"] == [None] * 3000 + ["x"]


def test_what_is_not_found_is_no_column(tmp_path: Path) -> None:
    path = lines(tmp_path, *[{"note": f'"path": {i}', "a": {"path": 1}} for i in range(3000)])
    assert set(read(path, ["path"])) == {"row", "broken"}
    assert manifest(path).header() == ("note", "a")


def test_refused(tmp_path: Path) -> None:
    for data, message in (
        ('{"path": "a"}'.encode("utf-16"), "m.jsonl: is in UTF-16"),
        (b'{"path": "a", "Path": "b"}', 'columns "path", "Path" differ only in case, and path is wanted'),
    ):
        with pytest.raises(DatasetError, match=message):
            read(write(tmp_path, data, "m.jsonl"), ["path"])
    with pytest.raises(DatasetError, match=r'no column "bild" \(for path, by columns:\)'):
        list(manifest(lines(tmp_path, {"path": "a"}), {"path": "bild"}).batches(["license"]))


def test_an_empty_file_has_no_records(tmp_path: Path) -> None:
    assert list(manifest(write(tmp_path, b"", "m.jsonl")).batches(["path"])) == []


@many
@given(data=st.binary(max_size=80) | st.text(st.sampled_from('{"path:1}\n\\u0,'), max_size=80).map(str.encode),
       block=st.sampled_from([1, 7, 4096]))  # fmt: skip
def test_any_bytes_give_as_many_records_as_lines(tmp_path: Path, data: bytes, block: int) -> None:
    data = b"\n" + data
    path = write(tmp_path, data, "m.jsonl")
    table = flat(jsonl_file.batches(path, path.name, ["path"], Names(), 3, block=block))
    assert table["row"] == [i for i, line in enumerate(data.split(b"\n"), 1) if line.strip(b" \t\r")]
