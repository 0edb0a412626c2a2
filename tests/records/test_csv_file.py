"""CSV manifests are read whole, with the rows of a spreadsheet, whatever is wrong with some of their records."""

from __future__ import annotations

import csv
import hashlib
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from facelint.errors import DatasetError
from facelint.records import csv_file
from facelint.records.columns import Names

from .helpers import flat, manifest, many, read

BLOCKS = (16, 40, 64, 200, 1 << 20)


def write(folder: Path, data: bytes | str, name: str = "m.csv") -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def in_blocks(path: Path, wanted: list[str], block: int, size: int = 7) -> dict[str, list[Any]]:
    return flat(csv_file.batches(path, path.name, wanted, Names(), size, block=block))


def error(path: Path, *wanted: str) -> str:
    with pytest.raises(DatasetError) as caught:
        read(path, wanted or ("path",))
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_first_record_is_row_2(tmp_path: Path) -> None:
    path = write(tmp_path, "path,age\na.jpg,7\nb.jpg,\n")
    assert read(path, ["path", "subject_age", "license"]) == {
        "row": [2, 3],
        "broken": [None, None],
        "path": ["a.jpg", "b.jpg"],
        "subject_age": ["7", ""],
    }


def test_batches_are_cut_to_size(tmp_path: Path) -> None:
    path = write(tmp_path, "path\n" + "".join(f"{i}.jpg\n" for i in range(10)))
    batches = list(manifest(path).batches(["path"], 4))
    assert [batch.length for batch in batches] == [4, 4, 2]
    assert [batch.rows[0].as_py() for batch in batches] == [2, 6, 10]
    assert all(batch.broken is None for batch in batches)


def test_header_only_gives_no_records(tmp_path: Path) -> None:
    for data in ("path,age\n", "path,age", "\ufeffpath,age\r\n"):
        assert list(manifest(write(tmp_path, data)).batches(["path"])) == []


@pytest.mark.parametrize("feed", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("end", [True, False])
def test_line_ends(tmp_path: Path, feed: str, end: bool) -> None:
    path = write(tmp_path, feed.join(["path,age", "a,1", "b,2"]) + (feed if end else ""))
    assert read(path, ["path", "subject_age"])["subject_age"] == ["1", "2"]


def test_rows_with_nothing_in_them_are_numbered_but_no_records(tmp_path: Path) -> None:
    path = write(tmp_path, '\npath,age,note\na,1,\n\n,,\nb,2,\n,,only a note\n\n\n"c\n\nd",3,\n\n')
    for wanted in (["path"], ["subject_age"], ["path", "subject_age"], ["license"]):
        for block in BLOCKS[1:]:
            table = in_blocks(path, wanted, block)
            assert table["row"] == [3, 6, 7, 10]
    assert read(path, ["path"])["path"] == ["a", "b", "", "c\n\nd"]


RAGGED = st.lists(st.sampled_from(["ok", "short", "long", "empty", "quoted", "foul"]), max_size=40)


@many
@given(kinds=RAGGED, block=st.sampled_from(BLOCKS[2:]), size=st.integers(1, 50), end=st.booleans())
def test_ragged_and_foul_rows_are_broken_at_their_place(
    tmp_path: Path, kinds: list[str], block: int, size: int, end: bool
) -> None:
    lines = [b"path,age,license"]
    rows, paths, broken = [], [], []
    for row, kind in enumerate(kinds, 2):
        name = f"p{row}"
        lines.append(
            {
                "ok": f"{name},1,MIT",
                "short": f"{name},1",
                "long": f"{name},1,MIT,more,more",
                "empty": "",
                "quoted": f'"{name}","a\nb,c","say ""x"""',
                "foul": f"{name},",
            }[kind].encode()
            + (b"x\xff\xfey,z" if kind == "foul" else b"")
        )
        if kind != "empty":
            rows.append(row)
            paths.append(name if kind in ("ok", "quoted") else None)
            reasons = {"short": "has 2 cells, the header has 3", "long": "has 5 cells, the header has 3"}
            broken.append("not valid UTF-8" if kind == "foul" else reasons.get(kind))
    path = write(tmp_path, b"\n".join(lines) + (b"\n" if end else b""))
    table = in_blocks(path, ["path", "age", "license"], block, size)
    table.setdefault("path", [])
    assert (table["row"], table["path"], table["broken"]) == (rows, paths, broken)


@pytest.mark.parametrize("count", [1, 30_000])
def test_nothing_but_ragged_rows(tmp_path: Path, count: int) -> None:
    table = in_blocks(write(tmp_path, "path,age\n" + "x\n" * count), ["path"], 512, 100)
    assert table["row"] == list(range(2, count + 2))
    assert set(table["broken"]) == {"has 1 cell, the header has 2"}
    assert set(table["path"]) == {None}


def test_ragged_rows_with_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = write(tmp_path, b'path,age\n\xff\xfe\na,1\n"\xc3\n\n",2,3\nb,2\n\xe4\xb8')
    table = read(path, ["path"])
    assert table["row"] == [2, 3, 4, 5, 6]
    assert table["path"] == [None, "a", None, "b", None]
    assert table["broken"][0] == "has 1 cell, the header has 2"


def test_a_cell_nobody_wants_may_be_no_text(tmp_path: Path) -> None:
    path = write(tmp_path, b"path,note\na,\xff\nb,x\n")
    assert read(path, ["path"])["broken"] == [None, None]


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufdd1"), max_size=12)
CELL = st.one_of(TEXT, st.text(st.sampled_from('",\n\r; a\t'), max_size=8))


@many
@given(
    records=st.lists(st.tuples(CELL, CELL, CELL), max_size=12),
    block=st.sampled_from((600, 1000, 1 << 20)),
    size=st.integers(1, 15),
    style=st.sampled_from([("\r\n", csv.QUOTE_MINIMAL), ("\r\n", csv.QUOTE_ALL), ("\n", csv.QUOTE_ALL)]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_pythons_writer_writes_is_read_back(
    tmp_path: Path, records: list[tuple[str, str, str]], block: int, size: int, style: tuple[str, int], encoding: str
) -> None:
    path = tmp_path / "m.csv"
    with path.open("w", newline="", encoding=encoding) as stream:
        writer = csv.writer(stream, lineterminator=style[0], quoting=style[1])  # type: ignore[arg-type]
        writer.writerows([("path", "note", "license"), *records])
    table = in_blocks(path, ["license", "path", "note"], block, size)
    kept = [(row, record) for row, record in enumerate(records, 2) if any(record)]
    columns = zip(table.get("path", []), table.get("note", []), table.get("license", []), strict=True)
    assert list(zip(table["row"], columns, strict=True)) == kept
    assert not any(table["broken"])


@many
@given(
    data=st.text(st.sampled_from('a,"\n\r'), max_size=60).map(str.encode) | st.binary(max_size=60),
    block=st.sampled_from(BLOCKS),
)
def test_any_bytes_give_records_or_one_line(tmp_path: Path, data: bytes, block: int) -> None:
    path = write(tmp_path, b"path,age\n" + data)
    try:
        table = in_blocks(path, ["path"], block)
    except DatasetError as refused:
        message = str(refused)
    else:
        message = ""
        assert table["row"] == sorted(set(table["row"]))
    assert "\n" not in message


@many
@given(data=st.text(st.sampled_from('a,"\n'), max_size=60), blocks=st.tuples(*[st.sampled_from((64, 100, 4096))] * 2))
def test_blocks_make_no_difference(tmp_path: Path, data: str, blocks: tuple[int, int]) -> None:
    path = write(tmp_path, "path,age\n" + data)
    found = []
    for block in blocks:
        try:
            found.append(in_blocks(path, ["path", "subject_age"], block))
        except DatasetError:
            assume(False)
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("tail", "row"),
    [('"b,2\nc,3\n', 3), ('b,"2\nc,3\n', 3), ('b,2\nc,"3', 4), ('"', 3), ('b,2\nc,3\n"d,4\n' + "e,5\n" * 50, 5)],
)
@pytest.mark.parametrize("block", [64, 1 << 20])
def test_a_quote_never_closed_is_an_error(tmp_path: Path, tail: str, row: int, block: int) -> None:
    path = write(tmp_path, "path,age\na,1\n" + tail)
    with pytest.raises(DatasetError, match=rf"^m.csv: row {row}: a quote that is never closed$"):
        in_blocks(path, ["path"], block)


def test_two_stray_quotes_do_not_swallow_the_records_between(tmp_path: Path) -> None:
    path = write(tmp_path, 'path,age\na,"1\nb,2\nc,"3\nd,4\n')
    assert error(path).startswith("m.csv: near row 2: a quoted cell spans lines and goes on after its closing quote")


def test_quotes_within_a_line_are_left_alone(tmp_path: Path) -> None:
    path = write(tmp_path, 'path,note\na,5" wide\n"b" ,"x"y\nc,"d\n\ne"\n')
    assert read(path, ["path", "note"])["note"] == ['5" wide', "xy", "d\n\ne"]


def test_a_quote_never_closed_in_the_header(tmp_path: Path) -> None:
    assert "never closed" in error(write(tmp_path, 'path,"age\na,1\nb,2\n'))


def test_a_record_longer_than_a_block(tmp_path: Path) -> None:
    data = "path,age\n" + "a,1\n" * 5 + "x" * (5 * csv_file.BLOCK) + ",1\nb,2\n"
    table = read(write(tmp_path, data), ["path"])
    assert table["row"] == list(range(2, 9))
    assert len(table["path"][5]) == 5 * csv_file.BLOCK


def test_a_record_longer_than_any_should_be(tmp_path: Path) -> None:
    for quote in ("", '"'):
        data = "path,age\n" + "a,1\n" * 5 + quote + "x" * (csv_file.MAX_RECORD + 2 * csv_file.BLOCK) + quote
        message = "m.csv: row 7: a record longer than 16 MiB, or a quote that is never closed"
        assert error(write(tmp_path, data + ",1\nb,2\n" * 1_000_000)) == message


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("", "m.csv: is empty: no header"),
        ("\n\r\n\n", "m.csv: is empty: no header"),
        ("\ufeff", "m.csv: is empty: no header"),
        (b"path,age\0\n", "holds NUL bytes"),
        ("path,age\n".encode("utf-16-le"), "holds NUL bytes"),
        ("path,age\n".encode("utf-32"), "holds NUL bytes"),
        ("path;age\na;1\n", "one column with semicolons in it: separate the cells by commas"),
        ("path\tage\na\t1\n", "one column with tabs in it"),
        (b"path,\xffage\n", "the header is not valid UTF-8"),
        ("path,age, age \n", "columns 2 and 3 have the same name"),
        ("Path,PATH\n", "columns 1 and 2 differ only in case, and path is wanted: rename one"),
        ("path,Path\n", "columns 1 and 2 differ only in case"),
        ("x" * 200_000, "the header is not CSV, or longer than"),
    ],
)
def test_refused(tmp_path: Path, data: bytes | str, message: str) -> None:
    assert message in error(write(tmp_path, data))


def test_columns_that_nobody_wants_may_collide(tmp_path: Path) -> None:
    path = write(tmp_path, "path,Note,NOTE,,\na,1,2,3,4\n")
    assert read(path, ["path"])["path"] == ["a"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    names = [f"人脸/照片{i}，第{i % 7}张𠀀.jpg" for i in range(30_000)]
    data = "path,source_name\n" + "".join(f'{name},"深圳\n分店"\n' for name in names)
    bom = {"utf-16": b""}.get(encoding, b"")
    table = read(write(tmp_path, bom + data.encode(encoding)), ["path", "source_name"])
    assert table["path"] == names
    assert set(table["source_name"]) == {"深圳\n分店"}


def test_one_foul_cell_does_not_make_a_file_chinese(tmp_path: Path) -> None:
    lines = ["path,source_name", *(f"{i}.jpg,照相馆" for i in range(50)), "x.jpg,"]
    for foul in (b"\xe9t\xe9t", b"\xff", b"caf\xe9"):
        table = read(write(tmp_path, "\n".join(lines).encode() + foul + b"\n"), ["source_name"])
        assert table["source_name"][:50] == ["照相馆"] * 50
        assert table["broken"][50] == "not valid UTF-8"


@pytest.mark.parametrize(
    ("encoding", "foul"), [("gb18030", b"\xff"), ("utf-16-le", b"\x00\xd8a\x00"), ("utf-16-be", b"\xdc\x00")]
)
def test_foul_cells_in_other_encodings(tmp_path: Path, encoding: str, foul: bytes) -> None:
    first = "path,source_name\na,照相馆\n" * 1
    first += "".join(f"{i},照相馆\n" for i in range(40_000))
    bom = "\ufeff" if encoding.startswith("utf-16") else ""
    data = (bom + first + "b,").encode(encoding) + foul + "\nc,照\n".encode(encoding)
    table = read(write(tmp_path, data), ["path", "source_name"])
    assert table["broken"][-2:] == ["not valid UTF-8", None]
    assert table["path"][-2:] == [None, "c"]


def test_an_odd_byte_at_the_end_of_utf_16(tmp_path: Path) -> None:
    table = read(write(tmp_path, "path,age\na,1\nb,2".encode("utf-16") + b"x"), ["subject_age"])
    assert table["broken"] == [None, "not valid UTF-8"]


def test_no_message_quotes_a_cell(tmp_path: Path) -> None:
    secret = "110101199003074514"  # noqa: S105
    for data in (
        f'path,age\n{secret}\nb,"{secret}\n',
        f"{secret};x\n",
        f"{secret},{secret}\n",
        f"path,age\n{secret}" + "x" * 18 * 2**20,
        f"path,age\n{secret}".encode() + b'\xff,1\n"' + secret.encode(),
    ):
        assert secret not in error(write(tmp_path, data))


def test_not_a_regular_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    assert error(tmp_path / "pipe.csv") == "pipe.csv: is not a regular file"
    assert error(tmp_path / "gone.csv") == "gone.csv: does not exist"
    (tmp_path / "folder.csv").mkdir()
    assert error(tmp_path / "folder.csv") == "folder.csv: is a folder, not a file"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_no_permission(tmp_path: Path) -> None:
    path = write(tmp_path, "path\n")
    path.chmod(0)
    assert error(path) == "m.csv: cannot be read: Permission denied"


@pytest.mark.parametrize("change", ["cut", "grow", "rewrite"])
def test_a_file_that_changes_while_it_is_read(tmp_path: Path, change: str) -> None:
    line = "a" * 97 + ",1\n"
    path = write(tmp_path, "path,age\n" + line * 2_000_000)
    batches = manifest(path).batches(["path"], 1000)
    next(batches)
    with path.open("r+b") as stream:
        stream.seek(0, os.SEEK_END)
        if change == "cut":
            stream.truncate(len(line) * 1_900_000)
        elif change == "grow":
            stream.write(line.encode())
        else:
            stream.write(b"b,1")
            stream.truncate(9 + len(line) * 2_000_000)
            os.utime(path, ns=(1, 1))
    with pytest.raises(DatasetError, match=r"^m.csv: changed while it was being read$"):
        for _ in batches:
            pass


def test_leaving_early(tmp_path: Path) -> None:
    path = write(tmp_path, "path,age\n" + "a,1\n" * 3_000_000)
    batches = manifest(path).batches(["path"], 10)
    assert next(batches).length == 10
    batches.close()  # type: ignore[attr-defined]
    assert read(path, ["path"], 1_000_000)["row"][-1] == 3_000_001


def test_mapped_columns(tmp_path: Path) -> None:
    path = write(tmp_path, "path,bild,Alter\na,b,7\n")
    table = flat(manifest(path, {"path": "bild", "subject_age": "alter"}).batches(["path", "subject_age"]))
    assert (table["path"], table["subject_age"]) == (["b"], ["7"])
    with pytest.raises(
        DatasetError, match=r'^m.csv: no column "blid" \(for path, by columns:\); did you mean "bild"\?$'
    ):
        list(manifest(path, {"path": "blid"}).batches(["subject_age"]))


def test_header_and_digest(tmp_path: Path) -> None:
    path = write(tmp_path, "\ufeff path ,Age,\n")
    assert manifest(path).header() == ("path", "Age", "")
    assert manifest(path).digest() == "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
