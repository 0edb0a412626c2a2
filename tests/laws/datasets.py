"""Small datasets on disk: a manifest in some format with cells of every kind, consents, pictures, a card."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st
from PIL import Image

Cell = str | None
Row = list[Cell]


@dataclass(frozen=True)
class Sheet:
    """A manifest or registry: what its columns are headed and what stands in them, row by row, some rows ragged."""

    header: list[str]
    rows: list[Row]
    format: str
    """csv, jsonl or parquet."""

    def write(self, folder: Path, stem: str) -> Path:
        path = folder / f"{stem}.{self.format}"
        path.write_bytes(_WRITERS[self.format](self))
        return path


def _csv(sheet: Sheet) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([sheet.header, *sheet.rows])
    return text.getvalue().encode("utf-8", "surrogatepass")


def _jsonl(sheet: Sheet) -> bytes:
    """A ragged row is one that is no object, or is cut off."""
    lines = []
    for row in sheet.rows:
        line = json.dumps(dict(zip(sheet.header, row, strict=False)))
        lines.append(line if len(row) == len(sheet.header) else json.dumps(row) if len(row) % 2 else line[:-2])
    return "".join(f"{line}\n" for line in lines).encode()


def _parquet(sheet: Sheet) -> bytes:
    """Cells that no text can hold become replacement characters; no row of Parquet is ragged, so such a one is null."""
    whole: list[Row] = [row if len(row) == len(sheet.header) else [None] * len(sheet.header) for row in sheet.rows]
    columns = {name: pa.array([_cell(row[i]) for row in whole], pa.string()) for i, name in enumerate(sheet.header)}
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


def _cell(cell: Cell) -> Cell:
    return None if cell is None else cell.encode("utf-8", "replace").decode()


_WRITERS = {"csv": _csv, "jsonl": _jsonl, "parquet": _parquet}


@st.composite
def sheets(
    draw: st.DrawFn,
    cells: Mapping[str, st.SearchStrategy[Cell]],
    formats: Sequence[str] = ("csv", "jsonl", "parquet"),
    always: Sequence[str] = (),
    most: int = 8,
) -> Sheet:
    """Some of the columns in any order; now and then a row has a cell too many or too few."""
    optional = [name for name in cells if name not in always]
    header = draw(st.permutations([*always, *draw(st.lists(st.sampled_from(optional), unique=True))]))
    rows: list[Row] = []
    for _ in range(draw(st.integers(0, most))):
        row = [draw(cells[name]) for name in header]
        wrong = draw(st.sampled_from((0, 0, 0, 0, 0, 1, 2)))
        if wrong == 1:
            row.insert(draw(st.integers(0, len(row))), draw(st.sampled_from(("", "x", *map(str, row)))))
        elif wrong == 2 and len(row) > 1:
            row.pop(draw(st.integers(0, len(row) - 1)))
        rows.append(row)
    return Sheet(list(header), rows, draw(st.sampled_from(formats)))


def picture(path: Path, coordinates: bool = False) -> Path:
    """A picture of one colour, with or without coordinates in EXIF."""
    image = Image.new("RGB", (16, 12), (90, 120, 60))
    exif = Image.Exif()
    if coordinates:
        exif[0x8825] = {1: "N", 2: (31.0, 13.0, 49.0), 3: "E", 4: (121.0, 28.0, 25.0)}
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, exif=exif)
    return path
