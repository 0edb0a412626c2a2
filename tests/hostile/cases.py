"""The table of broken and hostile inputs: what is put before facelint, and what must come of it."""

from __future__ import annotations

import codecs
import errno
import io
import json
import os
import socket
import struct
import subprocess
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from probes.pictures import bomb, picture
from pyarrow import parquet
from running import Ended, command, environment, facelint, jsonl, lines, spawned

from facelint import decoding
from facelint.files import open_regular
from facelint.probes import digest
from facelint.records import files as record_files

TOKEN = "Qx9privateVk"  # noqa: S105
"""Stands in the personal columns of every dataset here, and may stand in nothing that comes out."""

STATED = ("id: stated, require: {source_name: present}",)
ONCE = ("id: once, unique: [path]",)
THERE = (
    "id: there, require: {file.exists: true}",
    "id: inside, require: {file.inside_root: true}",
    "id: decodes, require: {image.decodes: true}",
)
DECODES = ("id: decodes, require: {image.decodes: true}",)
CONSENT = ("id: consent, require: {consent.found: true}",)

Build = Callable[[Path], object]
Hook = Callable[[Path, pytest.MonkeyPatch], object]


def untouched(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Where nothing happens during the run."""


@dataclass(frozen=True)
class Case:
    """One input. A policy that `build` leaves at `own-policy.yaml` stands in the place of one of `rules`."""

    name: str
    """As `docs/broken-input.md` calls it."""
    build: Build
    code: int
    says: tuple[str, ...]
    """What the report, or with exit code 2 the message, must hold."""
    records: int = 1
    """How many records the report counts, where there is a report."""
    rules: tuple[str, ...] = STATED
    never: tuple[str, ...] = ()
    """What must not come out, beside TOKEN."""
    options: tuple[str, ...] = ()
    """`{out}` stands for an empty folder, `{data}` for the dataset's."""
    hook: Hook = untouched
    given: str = ""
    """What is checked, below the folder that was built."""
    program: Callable[..., Ended] = facelint


HEADER = "path,subject_id,source_name,captured_at"


def row(path: str = "a.jpg", source: str = "Studio", day: str = "2026-01-02") -> str:
    return f"{path},{TOKEN},{source},{day}"


def written(data: bytes, name: str = "manifest.csv") -> Build:
    return lambda folder: (folder / name).write_bytes(data)


def sheet(*rows: str, encoding: str = "utf-8", end: str = "\n", head: str = HEADER) -> Build:
    """A CSV manifest."""
    return written(end.join((head, *rows, "")).encode(encoding))


def several(*builds: Build) -> Build:
    def build(folder: Path) -> None:
        for one in builds:
            one(folder)

    return build


def nothing(folder: Path) -> None:
    """A folder with nothing in it."""


# Manifests


def _wide(count: int) -> Build:
    names = ["path", "subject_id", "source_name", *(f"c{i}" for i in range(count - 3))]
    return sheet(",".join(["a.jpg", TOKEN, "Studio", *["x"] * (count - 3)]), head=",".join(names))


def _json_lines(*rows: str) -> Build:
    return lambda folder: lines(folder / "manifest.jsonl", rows)


GOOD = json.dumps({"path": "a.jpg", "subject_id": TOKEN, "source_name": "Studio"})


def _table(folder: Path, **columns: Any) -> Path:
    path = folder / "manifest.parquet"
    parquet.write_table(
        pa.table({"path": ["a.jpg"], "subject_id": [TOKEN], "source_name": ["Studio"], **columns}), path
    )
    return path


def _truncated_parquet(folder: Path) -> None:
    path = _table(folder)
    path.write_bytes(path.read_bytes()[:-20])


def _hollow_parquet(folder: Path) -> None:
    """A footer that promises what the pages do not hold."""
    path = _table(folder)
    data = path.read_bytes()
    path.write_bytes(data[:4] + bytes(200) + data[204:])


def _nested_parquet(folder: Path) -> None:
    _table(folder, labels=pa.array([[TOKEN]]), source_name=pa.array([{"site": "Studio", "tags": [["a"], []]}]))


def _far_parquet(folder: Path) -> None:
    """Arrow's times go further than Python's."""
    _table(folder, source_name=pa.array([[2**63 - 1]], pa.list_(pa.timestamp("us"))))


def _late_columns(*columns: str) -> Build:
    return sheet(f"a.jpg,{TOKEN}" + ",x" * len(columns), head=",".join(("path", "subject_id", *columns)))


MANIFESTS = (
    Case("a path where nothing is", nothing, 2, ("data/nowhere: does not exist",), given="nowhere"),
    Case("a folder without a manifest", nothing, 2, ("no facelint.yaml and no metadata or manifest file",)),
    Case(
        "a manifest named in facelint.yaml that is not there",
        written(b"manifest: gone.csv\n", "facelint.yaml"),
        2,
        ('facelint.yaml:1:11: manifest: "gone.csv" does not exist',),
    ),
    Case("a manifest of another format", written(b"x", "list.xlsx"), 2, ("is of no known format",), given="list.xlsx"),
    Case("two manifests", several(sheet(row()), _json_lines(GOOD)), 2, ("which is the manifest",)),
    Case("an empty file", written(b""), 2, ("manifest.csv: is empty: no header",)),
    Case("a file of white space", written(b" \n\n , \n"), 2, ("manifest.csv: is empty: no header",)),
    Case("blank rows above the header", written(f",,,\n \n{HEADER}\n{row()}\n".encode()), 0, ("PASS",)),
    Case("a header and no rows", sheet(), 3, ("the dataset has no records",), records=0),
    Case(
        "a byte order mark", sheet(row(), encoding="utf-8-sig"), 0, ("PASS",), rules=("id: a, require: {path: a.jpg}",)
    ),
    Case(
        "UTF-16 with a byte order mark",
        sheet(row(source="工作室"), encoding="utf-16"),
        0,
        ("PASS",),
        rules=("id: a, require: {source_name: 工作室}",),
    ),
    Case("UTF-16 without one", sheet(row(), encoding="utf-16-le"), 2, ("manifest.csv: holds NUL bytes: wanted a CSV",)),
    Case(
        "GB18030",
        sheet(row(source="北京工作室"), encoding="gb18030"),
        1,
        ('source_name is "北京工作室"',),
        rules=("id: a, require: {source_name: nobody}",),
    ),
    Case(
        "a cell that is not UTF-8",
        written("\n".join((HEADER, row(), row("b.jpg", "X"), "")).encode().replace(b"X", b"\xff")),
        3,
        ("manifest.csv:3: not valid UTF-8",),
        records=2,
    ),
    Case(
        "CRLF line ends",
        sheet(row(), row("b.jpg"), end="\r\n"),
        0,
        ("2 records × 2 rules",),
        records=2,
        rules=("id: a, require: {captured_at: 2026-01-02}",),
    ),
    Case(
        "CR line ends",
        sheet(row(), row("b.jpg"), end="\r"),
        0,
        ("2 records × 2 rules",),
        records=2,
        rules=("id: a, require: {captured_at: 2026-01-02}",),
    ),
    Case(
        "a row with a cell too few, and one with a cell too many",
        sheet(row(), f"b.jpg,{TOKEN}", f"{row()},{TOKEN}", row()),
        3,
        ("manifest.csv:3: has 2 cells, the header has 4", "manifest.csv:4: has 5 cells"),
        records=4,
    ),
    Case(
        "a quoted cell over several lines",
        sheet(row(source='"Studio\nNorth\n"'), row("b.jpg")),
        0,
        ("PASS",),
        records=2,
    ),
    Case(
        "a quote that is never closed",
        sheet(row(), f'b.jpg,"{TOKEN},Studio,', row("c.jpg")),
        2,
        ("manifest.csv: row 3: a quote that is never closed",),
    ),
    Case("NUL bytes", sheet(row(source="a\0b")), 2, ("holds NUL bytes",)),
    Case("a cell of 10 MB", sheet(row(source="x" * 10_000_000), row("b.jpg")), 0, ("PASS",), records=2),
    Case(
        "a record of more than 16 MiB", sheet(row(source="x" * 20 * 2**20)), 2, ("row 2: a record longer than 16 MiB",)
    ),
    Case("5,000 columns", _wide(5_000), 0, ("PASS",)),
    Case(
        "a header of more than 1 MiB",
        sheet(row(), head=HEADER + ",c" * 600_000),
        2,
        ("the header is longer than 1 MiB",),
    ),
    Case(
        "two columns of one name",
        _late_columns("source_name", "source_name"),
        2,
        ("columns 3 and 4 have the same name",),
    ),
    Case(
        "two columns that differ only in case, of which one is wanted",
        _late_columns("source_name", "Source_Name"),
        2,
        ("columns 3 and 4 differ only in case, and source_name is wanted",),
    ),
    Case(
        "two columns that differ only in case, of which none is wanted",
        _late_columns("source_name", "zone", "Zone"),
        0,
        ("PASS",),
    ),
    Case(
        "a column that is missing",
        sheet(f"a.jpg,{TOKEN}", head="path,subject_id"),
        3,
        ("source_name: no such column",),
        rules=("id: a, require: {source_name: {is: Studio}}",),
    ),
    Case(
        "no column of paths", sheet(f"{TOKEN},Studio", head="subject_id,source_name"), 3, ("unsure",), rules=THERE[:1]
    ),
    Case(
        "JSON Lines with a broken line in the middle",
        _json_lines(GOOD, '{"path": "b.jpg", "subject_id": "' + TOKEN, GOOD.replace("a.jpg", "c.jpg")),
        3,
        ("manifest.jsonl:2: line is not valid JSON",),
        records=3,
    ),
    Case(
        "JSON Lines with a line that is no object",
        _json_lines(GOOD, f'["{TOKEN}"]'),
        3,
        ("manifest.jsonl:2: line is not a JSON object",),
        records=2,
    ),
    Case(
        "a JSON key twice on a line",
        _json_lines(GOOD, GOOD[:-1] + ', "source_name": "Other"}'),
        3,
        ("manifest.jsonl:2: line has a key twice",),
        records=2,
    ),
    Case(
        "JSON nested too deeply",
        _json_lines(GOOD, '{"source_name": ' + "[" * 200_000 + "]" * 200_000 + "}"),
        3,
        ("manifest.jsonl:2: line is nested too deeply",),
        records=2,
    ),
    Case(
        "half a surrogate pair in JSON",
        _json_lines(GOOD, '{"path": "b.jpg", "source_name": "\\ud800"}'),
        3,
        ("manifest.jsonl:2: text is not valid Unicode",),
        records=2,
    ),
    Case(
        "a line of more than 16 MiB",
        _json_lines(GOOD, GOOD.replace("Studio", "x" * 17 * 2**20), GOOD),
        3,
        ("manifest.jsonl:2: line longer than 16 MiB",),
        records=3,
    ),
    Case(
        "JSON Lines in UTF-16",
        written(codecs.BOM_UTF16_LE + GOOD.encode("utf-16-le"), "manifest.jsonl"),
        2,
        ("manifest.jsonl: is in UTF-16: JSON Lines are UTF-8",),
    ),
    Case(
        "Parquet with its footer cut off",
        _truncated_parquet,
        2,
        ("manifest.parquet: is not a Parquet file, or a damaged",),
    ),
    Case("Parquet with damaged pages", _hollow_parquet, 2, ("manifest.parquet: is damaged after row 0",)),
    Case("text that is called Parquet", written(row().encode(), "manifest.parquet"), 2, ("is not a Parquet file",)),
    Case("Parquet with nested types", _nested_parquet, 0, ("PASS",)),
    Case(
        "Parquet with a nested time after the year 9999", _far_parquet, 2, ("rows 1 to 1: values that cannot be read",)
    ),
    Case("a manifest that is a FIFO", lambda folder: os.mkfifo(folder / "manifest.csv"), 2, ("is not a regular file",)),
    Case(
        "a manifest that is a device",
        lambda f: (f / "manifest.csv").symlink_to("/dev/zero"),
        2,
        ("is not a regular file",),
    ),
    Case(
        "a manifest that is a folder", lambda folder: (folder / "manifest.csv").mkdir(), 2, ("is a folder, not a file",)
    ),
)


# Cells

_RED = "\x1b[31mred\x1b]0;title\x07"
_TURNED = "\u202egpj.exe"
_FORMULA = '=cmd("calc")'


def _escapes(folder: Path) -> None:
    jsonl(
        folder / "manifest.jsonl",
        ({"path": text, "subject_id": TOKEN + text, "source_name": text} for text in (_RED, _TURNED, _FORMULA)),
    )


def _nothing_stated(folder: Path) -> None:
    blank = ("", " ", "\t", "NaN", "nan", "null", "NULL", "N/A", "#N/A", " \u3000")
    lines(folder / "manifest.csv", (HEADER, *(row(f"{i}.jpg", cell) for i, cell in enumerate(blank))))


HOSTILE_CELLS = ("id: a, require: {source_name: nobody}",)

CELLS = (
    Case(
        "a day that does not exist",
        sheet(row(day="2026-02-30"), row("b.jpg")),
        3,
        ("captured_at: not a date",),
        records=2,
        rules=("id: day, require: {captured_at: {le: {fact: run.as_of}}}",),
        never=("2026-02-30",),
    ),
    Case(
        "`NaN`, `null`, `N/A`, white space",
        _nothing_stated,
        1,
        ("10 failed of 10 records", "source_name is blank"),
        records=10,
    ),
    Case(
        "a million combining marks",
        _json_lines(GOOD.replace("Studio", "a" + "\u0301\u0323" * 500_000)),
        3,
        ("source_name: not text",),
        rules=("id: a, require: {source_name: {is: Studio}}",),
    ),
    Case(
        "terminal escapes, bidirectional controls, formulas",
        _escapes,
        1,
        ("\\u001b[31mred", "\\u202egpj.exe", _FORMULA),
        records=3,
        rules=HOSTILE_CELLS,
    ),
    Case(
        "the same, as JSON",
        _escapes,
        1,
        ("\\u001b[31mred", "\\u202egpj.exe"),
        records=3,
        rules=HOSTILE_CELLS,
        options=("--format", "json"),
    ),
    Case(
        "the same, as CSV",
        _escapes,
        1,
        (),
        records=3,
        rules=HOSTILE_CELLS,
        options=("--findings", "{out}/hostile.csv"),
        never=(f",{_FORMULA[:4]}", f',"{_FORMULA[:4]}'),
    ),
)


# Paths


def _record(path: str) -> Build:
    return lambda folder: jsonl(folder / "manifest.jsonl", [{"path": path, "subject_id": TOKEN}])


def _picture(name: str, content: bytes | None = None) -> Build:
    """A dataset of one picture."""
    return several(_record(name), written(picture("jpeg") if content is None else content, name))


def _placed(name: str, put: Callable[[Path], object]) -> Build:
    """A dataset of one picture, in whose place stands what `put` makes."""
    return several(_record(name), lambda folder: put(folder / name))


def _link(target: str) -> Build:
    return lambda path: path.symlink_to(target)


def _linked_out(folder: Path) -> None:
    (folder.parent / "elsewhere").mkdir()
    (folder.parent / "elsewhere" / "b.jpg").write_bytes(picture("jpeg"))
    (folder / "a.jpg").symlink_to("../elsewhere/b.jpg")
    (folder / "sub").symlink_to("../elsewhere")
    jsonl(folder / "manifest.jsonl", ({"path": path, "subject_id": TOKEN} for path in ("a.jpg", "sub/b.jpg")))


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        here = Path.cwd()
        os.chdir(path.parent)  # the name of a socket may not be long
        try:
            made.bind(path.name)
        finally:
            os.chdir(here)


NFC, NFD = (unicodedata.normalize(form, "José.jpg") for form in ("NFC", "NFD"))


def _twins(*names: str, there: Iterable[str]) -> Build:
    def build(folder: Path) -> None:
        jsonl(folder / "manifest.jsonl", ({"path": name, "subject_id": TOKEN} for name in names))
        for name in there:
            (folder / name).write_bytes(picture("jpeg"))

    return build


OUTSIDE = "leads out of the dataset's folder"


def _outside(name: str, path: str) -> Case:
    return Case(name, _record(path), 1, (OUTSIDE, "file.inside_root is", "some answers are unsure"), rules=THERE)


def _unreadable(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """As mode 000 is to anyone but root."""
    opened = os.open

    def refuse(path: str | Path, *rest: Any, **more: Any) -> int:
        if str(path).endswith("a.jpg"):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return opened(path, *rest, **more)

    patch.setattr(os, "open", refuse)


PATHS = (
    _outside("an absolute path", "/etc/passwd"),
    _outside("`..`", "../../etc/passwd"),
    _outside("an address, `://`", "https://example.org/a.jpg"),
    Case(
        "a path of 2 MB",
        _record("x/" * 1_000_000),
        1,
        ("a path of more than 8,192 characters",),
        rules=THERE,
    ),
    Case("a link out of the root, to a file or a folder", _linked_out, 1, (OUTSIDE,), records=2, rules=THERE),
    Case(
        "`A.jpg` and `a.jpg`",
        _twins("A.jpg", "a.jpg", there=("A.jpg", "a.jpg")),
        0,
        ("2 records × 2 rules",),
        records=2,
        rules=ONCE,
    ),
    Case(
        "one name in two Unicode forms (NFC and NFD)",
        _twins(NFC, NFD, there=(NFC,)),
        1,
        ("2 failed of 2 records",),
        records=2,
        rules=ONCE,
    ),
    Case("a file whose name is in NFD on disk", _twins(NFC, there=(NFD,)), 0, ("PASS",), rules=THERE),
    Case(
        "both forms on disk",
        _twins(NFC, there=(NFC, NFD)),
        3,
        ("two files have this name, in different Unicode forms",),
        rules=THERE,
    ),
    Case("a folder where a picture should be", _placed("a.jpg", Path.mkdir), 1, ("not a regular file",), rules=THERE),
    Case("a FIFO", _placed("a.jpg", os.mkfifo), 1, ("not a regular file",), rules=THERE),
    Case("a socket", _placed("a.jpg", _socket), 1, ("not a regular file",), rules=THERE),
    Case("a link to /dev/zero", _placed("a.jpg", _link("/dev/zero")), 1, (OUTSIDE,), rules=THERE),
    Case(
        "a device for an images folder",
        several(sheet(row()), written(b"images: /dev/zero\n", "facelint.yaml")),
        2,
        ('facelint.yaml:1:9: images: "/dev/zero" is not a regular file',),
    ),
    Case(
        "a file that may not be read",
        _picture("a.jpg"),
        3,
        ("cannot be read (Permission denied)",),
        rules=DECODES,
        hook=_unreadable,
    ),
)


# Pictures


def _frames(count: int) -> bytes:
    """A GIF of frames of one pixel."""
    head = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + bytes(3) + b"\xff" * 3
    return head + (b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\2\2\x44\1\0") * count + b";"


def _scans(count: int) -> bytes:
    """A progressive JPEG whose last scan is there many times over."""
    data = picture("jpeg", progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last * count + b"\xff\xd9"


def _segments(count: int) -> bytes:
    """A JPEG with EXIF in so many pieces."""
    data = picture("jpeg")
    return data[:2] + (b"\xff\xe1\0\x10Exif\0\0" + bytes(8)) * count + data[2:]


def _samples() -> bytes:
    """A TIFF of which Pillow complains to its log."""
    entries = [(256, 1), (257, 1), (258, 8), (259, 1), (262, 2), (273, 8), (277, 255), (278, 1), (279, 1)]
    tags = b"".join(struct.pack("<HHIHH", tag, 3, 1, value, 0) for tag, value in entries)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + tags + bytes(300)


PICTURES = (
    Case(
        "a truncated picture",
        _picture("a.jpg", picture("jpeg")[:-100]),
        1,
        ('image.decodes is "false"',),
        rules=DECODES,
    ),
    Case("an empty file for a picture", _picture("a.jpg", b""), 1, ('image.decodes is "false"',), rules=DECODES),
    Case("text for a picture", _picture("a.jpg", TOKEN.encode()), 1, ('image.decodes is "false"',), rules=DECODES),
    Case(
        "a mislabelled picture",
        _picture("a.jpg", picture("png")),
        1,
        ('image.extension_matches is "false"',),
        rules=("id: a, require: {image.extension_matches: true}",),
    ),
    Case(
        "a decompression bomb",
        _picture("a.png", bomb(60_000, 60_000)),
        3,
        ("more than 100,000,000 pixels",),
        rules=DECODES,
    ),
    Case(
        "a moving picture of 20,000 frames",
        _picture("a.gif", _frames(20_000)),
        3,
        ("more than 10,000 frames",),
        rules=DECODES,
    ),
    Case("a JPEG of 1,000 scans", _picture("a.jpg", _scans(1_000)), 3, ("more than 100 scans",), rules=DECODES),
    Case("EXIF in 100,000 pieces", _picture("a.jpg", _segments(100_000)), 3, ("in too many pieces",), rules=DECODES),
    Case(
        "a picture of which Pillow complains",
        _picture("a.tif", _samples()),
        3,
        ("it is not known to be decodable here",),
        rules=DECODES,
        program=spawned,
    ),
)


# Consents


def _consents(encoding: str, *rows: str) -> Build:
    """A dataset of one record, with the consent c-1."""

    def build(folder: Path) -> None:
        lines(folder / "manifest.csv", ("path,subject_id,consent_id", f"a.jpg,{TOKEN},c-1"))
        (folder / "facelint.yaml").write_text("consents: consents.csv\n")
        (folder / "consents.csv").write_bytes("\n".join(("id,subject_id,controller_name", *rows, "")).encode(encoding))

    return build


_ROW = f"c-1,{TOKEN},北京工作室"

CONSENTS = (
    Case("a consent id twice", _consents("utf-8", _ROW, _ROW), 1, ('consent.found is "false"',), rules=CONSENT),
    Case("a registry in GB18030", _consents("gb18030", _ROW), 0, ("PASS",), rules=CONSENT),
    Case("a registry in UTF-16", _consents("utf-16", _ROW), 0, ("PASS",), rules=CONSENT),
    Case(
        "a registry with a cell in another encoding",
        _consents("latin-1", f"c-1,{TOKEN},Söhne", f"c-2,{TOKEN},x"),
        3,
        ("of the registry could not be read",),
        rules=("id: a, require: {consent.controller_name: present}",),
    ),
    Case("an empty registry", _consents("utf-8"), 1, ('consent.found is "false"',), rules=CONSENT),
    Case(
        "a registry that is not there",
        several(sheet(row()), written(b"consents: gone.csv\n", "facelint.yaml")),
        2,
        ('consents: "gone.csv" does not exist',),
    ),
)


# Policies and facelint.yaml


def _policy(text: str) -> Build:
    return several(sheet(row()), lambda folder: (folder / "own-policy.yaml").write_text(text, encoding="utf-8"))


def _yaml(text: str) -> Build:
    return several(sheet(row()), lambda folder: (folder / "facelint.yaml").write_text(text, encoding="utf-8"))


_LAUGHS = "".join(f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 10 if i else ['lol'] * 10)}]\n" for i in range(9))
_HEAD = 'policy: own\ntitle: Own\nversion: "1"\nrules:\n'


def _rule(id: str, require: str) -> str:
    return f"  - {{id: {id}, title: T, severity: error, require: {require}}}\n"


POLICIES = (
    Case("YAML aliases that explode", _policy(_LAUGHS), 2, ("expands to more than 1,000,000 nodes",)),
    Case("the same in facelint.yaml", _yaml(_LAUGHS), 2, ("facelint.yaml:", "expands to more than 1,000,000 nodes")),
    Case("YAML nested deeply", _policy("[" * 100_000), 2, ("own-policy.yaml:1:41: nested deeper than 40 levels",)),
    Case(
        "YAML tags",
        _policy(_HEAD + _rule("a", '{path: !!python/object/apply:os.system ["id"]}')),
        2,
        ("own-policy.yaml:5:", "explicit YAML tags are not allowed"),
    ),
    Case("YAML that is none", _yaml("card: {name: [}\n"), 2, ("facelint.yaml:1:15: not valid YAML",)),
    Case(
        "a policy that is no text",
        lambda f: (sheet(row())(f), (f / "own-policy.yaml").write_bytes(b"\xff\xfe\xfd" * 9)),
        2,
        ("own-policy.yaml:1:1: not valid YAML",),
    ),
    Case(
        "YAML with a million combining marks",
        _yaml("card: {name: a" + "\u0301\u0323" * 500_000 + "}\n"),
        2,
        ("facelint.yaml:1:14: more than 100 combining marks in a row",),
    ),
    Case("an empty policy", _policy(""), 2, ("own-policy.yaml:1:1: one YAML document is wanted, found none",)),
    Case("a policy of more than 8 MiB", _policy("#" * (8 * 2**20 + 1)), 2, ("own-policy.yaml:1:1: larger than 8 MiB",)),
    Case(
        "10,000 rules",
        _policy(_HEAD + "".join(_rule(f"r{i}", "{source_name: present}") for i in range(10_000))),
        0,
        ("1 record × 10,000 rules", "PASS"),
    ),
    Case(
        "a pattern of 1 MB",
        _policy(_HEAD + _rule("a", f"{{source_name: {{matches: {'x' * 1_000_000}}}}}")),
        2,
        ("a pattern of more than 10,000 characters",),
    ),
    Case(
        "a pattern that grows",
        _policy(_HEAD + _rule("a", '{source_name: {matches: "((x{1000}){1000}){1000}"}}')),
        2,
        ("RE2 refuses the pattern",),
    ),
)


# What changes during the run


def _once(patch: pytest.MonkeyPatch, where: Any, name: str, before: Callable[[], object]) -> None:
    """Calls `before` right before the first call of the function."""
    original = getattr(where, name)
    left = [before]

    def call(*arguments: Any, **more: Any) -> Any:
        if left:
            left.pop()()
        return original(*arguments, **more)

    patch.setattr(where, name, call)


def _vanishes(folder: Path, patch: pytest.MonkeyPatch) -> None:
    _once(patch, decoding, "open_regular", (folder / "a.jpg").unlink)


def _vanishes_before_its_digest(folder: Path, patch: pytest.MonkeyPatch) -> None:
    _once(patch, digest, "open_regular", (folder / "a.jpg").unlink)


def _becomes_a_fifo(folder: Path, patch: pytest.MonkeyPatch) -> None:
    def replace() -> None:
        (folder / "a.jpg").unlink()
        os.mkfifo(folder / "a.jpg")

    _once(patch, decoding, "open_regular", replace)


def _is_cut(folder: Path, patch: pytest.MonkeyPatch) -> None:
    def cut(path: str | Path) -> io.BufferedReader:
        stream = open_regular(path)
        os.truncate(path, 500)
        return stream

    patch.setattr(decoding, "open_regular", cut)


def _manifest_vanishes(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Between the look at it and its opening."""
    opened = os.open

    def vanish(path: str | Path, *rest: Any, **more: Any) -> int:
        if str(path).endswith("manifest.csv"):
            Path(path).unlink()
        return opened(path, *rest, **more)

    patch.setattr(os, "open", vanish)


def _manifest_grows(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Between two reads of it."""
    read = record_files.Source.read
    more = [row("late.jpg")]

    def grow(source: record_files.Source, size: int) -> bytes:
        data = read(source, size)
        with (folder / "manifest.csv").open("a") as stream:
            stream.write(more.pop() if more else "")
        return data

    patch.setattr(record_files.Source, "read", grow)


def _manifest_shrinks(folder: Path, patch: pytest.MonkeyPatch) -> None:
    read = record_files.Source.read

    def shrink(source: record_files.Source, size: int) -> bytes:
        os.truncate(folder / "manifest.csv", 60)
        return read(source, size)

    patch.setattr(record_files.Source, "read", shrink)


def _replaced(name: str) -> Hook:
    """A file that is another one when it is read than when its digest was taken."""

    def hook(folder: Path, patch: pytest.MonkeyPatch) -> None:
        import facelint.run

        def replace() -> None:
            other = folder / "other"
            other.write_bytes((folder / name).read_bytes() + b"b.jpg,,,\n")
            other.replace(folder / name)

        _once(patch, facelint.run, "_registry", replace)

    return hook


CHANGES = (
    Case(
        "a picture that vanishes before it is opened",
        _picture("a.jpg"),
        3,
        ("cannot be read (No such file",),
        rules=DECODES,
        hook=_vanishes,
    ),
    Case(
        "a picture that vanishes before its digest",
        _picture("a.jpg"),
        3,
        ("cannot be read (No such file",),
        rules=("id: a, require: {file.sha256: present}",),
        hook=_vanishes_before_its_digest,
    ),
    Case(
        "a picture in whose place a FIFO is put",
        _picture("a.jpg"),
        3,
        ("not a regular file",),
        rules=DECODES,
        hook=_becomes_a_fifo,
    ),
    Case(
        "a picture that is cut while it is read",
        _picture("a.jpg"),
        1,
        ('image.decodes is "false"',),
        rules=DECODES,
        hook=_is_cut,
    ),
    Case(
        "a manifest that vanishes",
        sheet(row()),
        2,
        ("manifest.csv: cannot be read: No such file",),
        hook=_manifest_vanishes,
    ),
    Case(
        "a manifest that grows while it is read",
        sheet(row()),
        2,
        ("manifest.csv: changed while it was being read",),
        hook=_manifest_grows,
    ),
    Case(
        "a manifest that is cut while it is read",
        sheet(row()),
        2,
        ("manifest.csv: changed while it was being read",),
        hook=_manifest_shrinks,
    ),
    Case(
        "a manifest that is replaced during the run",
        sheet(row()),
        2,
        ("manifest.csv: changed while it was being checked",),
        hook=_replaced("manifest.csv"),
    ),
    Case(
        "a registry that is replaced during the run",
        _consents("utf-8", _ROW),
        2,
        ("consents.csv: changed while it was being checked",),
        rules=CONSENT,
        hook=_replaced("consents.csv"),
    ),
)


# Full disks


class _Full(io.RawIOBase):
    """A file on a disk with room for so many bytes."""

    def __init__(self, room: int) -> None:
        self.room = room

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        if len(data) > self.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.room -= len(data)
        return len(data)


def _fills(room: int) -> Hook:
    """A disk that is full after so many bytes of a file named `kept`."""

    def hook(folder: Path, patch: pytest.MonkeyPatch) -> None:
        opened = Path.open

        def opening(path: Path, mode: str = "r", *rest: Any, **more: Any) -> Any:
            stream = opened(path, mode, *rest, **more)
            if "kept." not in path.name or "x" not in mode:
                return stream
            stream.close()
            return io.BufferedWriter(_Full(room))

        patch.setattr(Path, "open", opening)

    return hook


def _on_a_full_disk(*arguments: str | Path) -> Ended:
    """The program in a process of its own whose standard output cannot be written."""
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            command(*arguments),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
            timeout=60,
            check=False,
        )
    return Ended(ended.returncode, "", ended.stderr)


def _into_full(kind: str) -> Build:
    return several(_escapes, lambda folder: (folder / f"full.{kind}").symlink_to("/dev/full"))


_NO_SPACE = "cannot be written (No space left on device)"

DISKS = (
    Case(
        "a full disk under the report",
        sheet(row()),
        2,
        ("/dev/full: " + _NO_SPACE,),
        options=("--output", "json=/dev/full"),
    ),
    Case(
        "a disk that fills under the report",
        sheet(row()),
        2,
        ("kept.json: " + _NO_SPACE,),
        hook=_fills(100),
        options=("--output", "json={out}/kept.json"),
    ),
    *(
        Case(
            f"a disk that fills under findings in {kind}",
            _escapes,
            2,
            (f"kept.{kind}: " + _NO_SPACE,),
            hook=_fills(100),
            options=("--findings", f"{{out}}/kept.{kind}"),
        )
        for kind in ("jsonl", "csv", "parquet")
    ),
    *(
        Case(
            f"a full disk under findings in {kind}",
            _into_full(kind),
            2,
            (f"full.{kind}: " + _NO_SPACE,),
            options=("--findings", f"{{data}}/full.{kind}"),
        )
        for kind in ("jsonl", "csv", "parquet")
    ),
    Case(
        "a full disk under standard output",
        sheet(row()),
        2,
        ("standard output: " + _NO_SPACE,),
        program=_on_a_full_disk,
    ),
)

GROUPS = {
    "Manifests": MANIFESTS,
    "Cells": CELLS,
    "Paths": PATHS,
    "Pictures": PICTURES,
    "Consents": CONSENTS,
    "Policies and facelint.yaml": POLICIES,
    "What changes during the run": CHANGES,
    "Full disks": DISKS,
}
CASES = [case for cases in GROUPS.values() for case in cases]
