"""CSV manifests: columns as text, with the row of a spreadsheet for each record and none lost."""

from __future__ import annotations

import codecs
import csv
import io
import secrets
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count, islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from facelint.errors import DatasetError
from facelint.records.arrays import NOT_UTF8, cut, kept, mended, numbers, reasons, sized
from facelint.records.batch import Batch
from facelint.records.columns import Names, assign
from facelint.records.files import Source

BLOCK = 2 * 2**20
"""Bytes parsed at once, as long as no record is longer."""
MAX_RECORD = 16 * 2**20

_HEAD = 2**20
"""Bytes that the header has to end in."""
_GUESSED = 2**18
"""Bytes that the encoding is guessed from."""
_MARK = "\ufdd1"
"""Stands for bytes that are no text: a character that Unicode keeps out of interchange. Arrow sees valid UTF-8 only,
since its error for a cell that is not quotes the cell."""
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

codecs.register_error("facelint-mark", lambda error: (_MARK, error.end))  # type: ignore[attr-defined]


@dataclass(frozen=True)
class _Form:
    """What the head of a file says of it."""

    path: Path
    file: str
    encoding: str
    skip: int
    """Bytes of the byte order mark."""
    header: tuple[str, ...]
    header_row: int
    block: int


def header(path: Path, file: str) -> tuple[str, ...]:
    """The names of the columns, trimmed; a column may have none."""
    return _form(path, file, BLOCK).header


def endings(path: Path, file: str, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """The names of the columns that end so."""
    return tuple(name for name in header(path, file) if name.endswith(wanted))


def batches(
    path: Path, file: str, wanted: Collection[str], names: Names, size: int, source: int = 0, block: int = BLOCK
) -> Iterator[Batch]:
    """Batches of `size` records. A row with nothing in any cell, as spreadsheets leave them, is no record."""
    form = _form(path, file, block)
    chosen = assign(form.header, wanted, names, form.file, numbered=True)
    for batch in sized(_records(form, sorted(set(chosen.values()))), size):
        columns = {want: batch.columns[str(index)] for want, index in chosen.items()}
        yield Batch(source, batch.rows, columns, batch.broken)


def _form(path: Path, file: str, block: int) -> _Form:
    with Source(path, file) as source:
        head = source.read(_HEAD)
        file = source.name
    skip, encoding = next(((len(bom), name) for bom, name in _BOMS if head.startswith(bom)), (0, ""))
    encoding = encoding or _guess(head[:_GUESSED], cut=len(head) >= _GUESSED)
    text = codecs.getincrementaldecoder(encoding)("facelint-mark").decode(head[skip:], final=len(head) < _HEAD)
    if "\0" in text:
        raise DatasetError(f"{file}: holds NUL bytes: wanted a CSV file in UTF-8, or in UTF-16 with a byte order mark")
    cells, row = _first_row(text, file, cut=len(head) == _HEAD)
    if any(_MARK in cell for cell in cells):
        raise DatasetError(f"{file}: the header is not valid UTF-8")
    if len(cells) == 1 and (";" in cells[0] or "\t" in cells[0]):
        mark = "tabs" if "\t" in cells[0] else "semicolons"
        raise DatasetError(f"{file}: the header is one column with {mark} in it: separate the cells by commas")
    return _Form(path, file, encoding, skip, tuple(cell.strip() for cell in cells), row, block)


def _first_row(text: str, file: str, cut: bool) -> tuple[list[str], int]:
    """The header and its row, from the head of a file, which may be `cut` from more."""
    stream = io.StringIO(text, newline="")
    try:
        for row, cells in enumerate(csv.reader(stream), 1):
            if cut and stream.tell() == len(text):
                raise DatasetError(f"{file}: the header is longer than {_HEAD // 2**20} MiB")
            if any(map(str.strip, cells)):
                return cells, row
    except csv.Error:
        raise DatasetError(
            f"{file}: the header is not CSV, or longer than {csv.field_size_limit():,} characters"
        ) from None
    raise DatasetError(f"{file}: is empty: no header")


def _guess(head: bytes, cut: bool) -> str:
    """UTF-8, or GB18030 where the head is that strictly, looks Chinese, and few lines of it are UTF-8.

    One broken cell in a UTF-8 file must not make Chinese of it: nearly any two bytes are a character of GB18030.
    """
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=not cut)
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    try:
        text = codecs.getincrementaldecoder("gb18030")().decode(head, final=not cut)
    except UnicodeDecodeError:
        return "utf-8"
    foreign = [character for character in text if not character.isascii()]
    common = len("".join(foreign).encode("gb2312", "ignore")) // 2
    lines = [line for line in head.splitlines() if not line.isascii()]
    unicode = sum(line.decode("utf-8", "ignore").encode() == line for line in lines)
    return "gb18030" if 2 * common > len(foreign) and 2 * unicode < len(lines) else "utf-8"


def _records(form: _Form, wanted: Sequence[int]) -> Iterator[Batch]:
    """The records block by block, columns under their index as text.

    Whether a row is empty shows in all columns only. So where the wanted ones are, all are read from that block on.
    """
    everything = range(len(form.header))
    included: Sequence[int] = wanted or everything[:1]
    parts = _blocks(form, included)
    done = 0
    while (part := next(parts, None)) is not None:
        empty = _empty(part)
        if empty is not None and len(included) < len(everything):
            parts.close()
            included = everything
            parts = _blocks(form, included)
            part = next(islice(parts, done, None))
            empty = _empty(part)
        yield part if empty is None else kept(part, pc.invert(empty))
        done += 1
    parts.close()


def _empty(part: Batch) -> pa.Array | None:
    """A mask of the records with nothing in any of the columns read; None where there are none."""
    mask = None
    for column in part.columns.values():
        blank = pc.equal(pc.binary_length(column), 0).fill_null(False)
        mask = blank if mask is None else pc.and_(mask, blank)
        if not mask.true_count:
            return None
    return mask


def _blocks(form: _Form, included: Sequence[int]) -> Generator[Batch, None, None]:
    """The records of each block, broken ones at their place, after the header."""
    number = 1
    held = b""
    with Source(form.path, form.file) as source:
        for data in chain(_utf8(source, form), [b""]):
            ended = not data
            held += data or (b"\n" if held and held[-1] not in b"\r\n" else b"")
            part: Batch | int = number
            for end in [len(held)] if ended else _ends(held):
                part = _part(held, end, number, form, included)
                if isinstance(part, Batch):
                    break
            if isinstance(part, int):
                if ended or len(held) > MAX_RECORD:
                    what = "" if ended else f"a record longer than {MAX_RECORD // 2**20} MiB, or "
                    raise DatasetError(f"{form.file}: row {part}: {what}a quote that is never closed")
                continue
            held = held[end:]
            number += part.length
            yield cut(part, min(part.length, max(0, form.header_row + part.length + 1 - number)))


def _utf8(source: Source, form: _Form) -> Iterator[bytes]:
    """The file's text in UTF-8, without its byte order mark."""
    decoder = codecs.getincrementaldecoder(form.encoding)("facelint-mark")
    skip = form.skip
    while data := source.read(form.block):
        if form.encoding == "utf-8" and data.isascii() and not decoder.getstate()[0]:
            yield data
        elif text := decoder.decode(data[skip:]):
            yield text.encode()
        skip = 0
    if text := decoder.decode(b"", final=True):
        yield text.encode()


def _ends(data: bytes) -> Iterator[int]:
    """Where a record may end in `data`, the likelier place first: after a line with even quotes before it, or any line.

    Quotes in the midst of a cell that is not quoted make the count useless; whether the place is right shows only
    when it is parsed.
    """
    feed = b"\n" if b"\n" in data else b"\r"
    # A carriage return at the very end may have its line feed in the next piece.
    last = data.rfind(feed, 0, len(data) - (feed == b"\r"))
    if last < 0:
        return
    odd = b'"' in data and data.count(b'"', 0, last) % 2
    best, quote = last, last
    while odd and best >= 0:
        quote = data.rfind(b'"', 0, quote)
        start = data.rfind(b'"', 0, quote)
        best = data.rfind(feed, start + 1, quote)
        if best >= 0 or start < 0:
            break
        quote = start
    if best >= 0:
        yield best + 1
    if best != last:
        yield last + 1


def _part(data: bytes, end: int, number: int, form: _Form, included: Sequence[int]) -> Batch | int:
    """The records of `data` to `end`, the first being row `number`; the row that ends there within a quoted cell.

    Whether it does shows in a last row of our own: it has a cell too many, so that pyarrow hands it to the handler of
    such rows, unless an open quote swallows it.
    """
    columns = [str(index) for index in range(len(form.header))]
    last = secrets.token_hex(16) + "," * len(columns)
    ragged: dict[int, int] = {}

    def handle(row: Any) -> str:
        ragged[row.number - 1] = -1 if row.text == last else row.actual_columns
        return "skip"

    text = b"".join((memoryview(data)[:end], last.encode(), b"\n"))
    try:
        # Not `open_csv`: given up midway, its reader can wait for itself and so keep the process from ending.
        table = arrow_csv.read_csv(
            pa.BufferReader(text),
            read_options=arrow_csv.ReadOptions(use_threads=False, block_size=len(text) + 1, column_names=columns),
            # `newlines_in_values` would make pyarrow look for an end of the block that we know.
            parse_options=arrow_csv.ParseOptions(ignore_empty_lines=False, invalid_row_handler=handle),
            convert_options=arrow_csv.ConvertOptions(
                include_columns=[str(index) for index in included],
                column_types=dict.fromkeys(columns, pa.string()),
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
    except (pa.ArrowException, MemoryError):
        # Its own words may quote a cell.
        raise DatasetError(f"{form.file}: after row {number - 1}: not CSV that can be read") from None
    rows = int(table.num_rows) + len(ragged) - 1
    if ragged.pop(rows, 0) >= 0:
        return number + rows
    if b'"' in text and rows != (text.count(b"\n", 0, end) or text.count(b"\r", 0, end)):
        _check_quotes(text[:end], number, form)
    part = _numbered(
        {name: table.column(name).combine_chunks() for name in table.column_names}, rows, number, ragged, form
    )
    return mended(part, _marked, NOT_UTF8) if _MARK.encode() in text else part


def _check_quotes(data: bytes, number: int, form: _Form) -> None:
    """Raises DatasetError where a cell that spans lines goes on after its closing quote.

    Two stray quotes make one cell of all the records between them, and pyarrow takes it. Only where rows are fewer
    than lines can that be, so most files are not read for it.
    """
    limit = csv.field_size_limit(len(data))
    try:
        rows = csv.reader(io.StringIO(data.decode(), newline=""), strict=True)
        for row in count(number):
            start = rows.line_num
            try:
                if next(rows, None) is None:
                    break
            except csv.Error:
                if rows.line_num > start + 1:
                    raise DatasetError(
                        f"{form.file}: near row {row}: a quoted cell spans lines and goes on after its closing quote: "
                        "a quote is missing, or one too many"
                    ) from None
    finally:
        csv.field_size_limit(limit)


def _numbered(columns: dict[str, pa.Array], length: int, number: int, ragged: Mapping[int, int], form: _Form) -> Batch:
    """The rows from number `number` on, with those of `ragged` (index to count of cells) at their places."""
    rows = numbers(range(number, number + length))
    if not ragged:
        return Batch(0, rows, columns, None)
    if form.header_row - number in ragged:
        raise DatasetError(f"{form.file}: the header has a quote in a wrong place")
    width = len(form.header)
    found = {
        index: f"has {cells} cell{'s' if cells != 1 else ''}, the header has {width}" for index, cells in ragged.items()
    }
    places = count()
    where = pa.array([None if index in ragged else next(places) for index in range(length)], pa.int64())
    placed = {name: column.take(where) for name, column in columns.items()}
    return Batch(0, rows, placed, reasons(length, found))


def _marked(column: pa.Array) -> pa.Array:
    return pc.match_substring(column, _MARK)
