"""Every finding, streamed to a file: JSON Lines, CSV or Parquet, with the keys of the report's findings."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Protocol

import pyarrow as pa

from facelint.errors import UserError
from facelint.findings import Names, rendered
from facelint.formats.escape import csv_cell, json_text, utf8
from facelint.formats.json import FindingJson, finding
from facelint.outputs import replacing

KEYS = tuple(FindingJson.__annotations__)
_CHUNK = 10_000

Rows = list[FindingJson]


class _Writer(Protocol):
    def write(self, rows: Rows) -> None: ...

    def close(self) -> None: ...


class _Jsonl:
    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream

    def write(self, rows: Rows) -> None:
        lines = [json_text(json.dumps(row, ensure_ascii=False)) + "\n" for row in rows]
        self.stream.write("".join(lines).encode())

    def close(self) -> None:
        pass


class _Csv:
    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self._put([KEYS])

    def write(self, rows: Rows) -> None:
        self._put([tuple(row.values()) for row in rows])

    def _put(self, rows: list[tuple[object, ...]]) -> None:
        text = io.StringIO()
        cells = ([csv_cell(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
        csv.writer(text).writerows(cells)  # ends lines as RFC 4180 does, and so quotes a lone \r in a cell
        self.stream.write(text.getvalue().encode("utf-8", "replace"))

    def close(self) -> None:
        pass


class _Parquet:
    def __init__(self, stream: IO[bytes]) -> None:
        import pyarrow.parquet as pq

        self.schema = pa.schema([(key, pa.int64() if key in ("row", "waiver") else pa.string()) for key in KEYS])
        self.writer = pq.ParquetWriter(stream, self.schema)

    def write(self, rows: Rows) -> None:
        cells = ({k: utf8(v) if isinstance(v, str) else v for k, v in row.items()} for row in rows)
        self.writer.write_table(pa.Table.from_pylist(list(cells), self.schema))

    def close(self) -> None:
        self.writer.close()


_WRITERS: dict[str, Callable[[IO[bytes]], _Writer]] = {".jsonl": _Jsonl, ".csv": _Csv, ".parquet": _Parquet}

Sink = Callable[[pa.Table, Names], None]


def check_name(path: Path) -> None:
    """Raises UserError where the ending of `path` names no kind of findings file."""
    if path.suffix.lower() not in _WRITERS:
        raise UserError(f"{path}: a findings file ends in {', '.join(_WRITERS)}")


@contextmanager
def sink(path: Path) -> Iterator[Sink]:
    """A function that writes a table of findings, in the order given, to the file at `path`."""
    check_name(path)
    with replacing(path) as stream, closing(_WRITERS[path.suffix.lower()](stream)) as writer:

        def put(table: pa.Table, names: Names) -> None:
            for start in range(0, len(table), _CHUNK):
                writer.write([finding(one) for one in rendered(table.slice(start, _CHUNK), names)])

        yield put
