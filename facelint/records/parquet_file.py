"""Parquet manifests: columns in their own types."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from facelint.errors import DatasetError
from facelint.records.arrays import numbers
from facelint.records.batch import Batch
from facelint.records.columns import Names, assign
from facelint.records.files import Source
from facelint.records.plain import DAMAGE, plain

_BUFFER = 2**20
"""Bytes of a column chunk read at once, so that a row group need not fit into memory."""


def header(path: Path, file: str) -> tuple[str, ...]:
    with Source(path, file) as source:
        return tuple(name.strip() for name in _opened(source).schema_arrow.names)


def endings(path: Path, file: str, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """The names of the columns that end so."""
    return tuple(name for name in header(path, file) if name.endswith(wanted))


def batches(
    path: Path, file: str, wanted: Collection[str], names: Names, size: int, source: int = 0
) -> Iterator[Batch]:
    """Batches of `size` records."""
    with Source(path, file) as stream:
        opened = _opened(stream)
        header = [name.strip() for name in opened.schema_arrow.names]
        chosen = assign(header, wanted, names, stream.name, numbered=True)
        number = 1
        for block in _blocks(opened, sorted(set(chosen.values())), size, stream):
            columns = {want: block.column(opened.schema_arrow.names[index]) for want, index in chosen.items()}
            rows = numbers(range(number, number + block.num_rows))
            yield plain(Batch(source, rows, columns, None), stream.name)
            number += block.num_rows
        stream.check()


def _opened(stream: Source) -> parquet.ParquetFile:
    try:
        return parquet.ParquetFile(pa.PythonFile(stream.stream, "r"), buffer_size=_BUFFER, pre_buffer=False)
    except DAMAGE:
        raise DatasetError(f"{stream.name}: is not a Parquet file, or a damaged one") from None


def _blocks(opened: parquet.ParquetFile, included: list[int], size: int, stream: Source) -> Iterator[pa.RecordBatch]:
    columns = [opened.schema_arrow.names[index] for index in included]
    blocks = opened.iter_batches(size, columns=columns, use_threads=False)
    done = 0
    while True:
        try:
            block = next(blocks, None)
        except DAMAGE:
            stream.check()
            raise DatasetError(f"{stream.name}: is damaged after row {done}") from None
        if block is None:
            break
        done += block.num_rows
        if block.num_rows:
            yield block
    if done != opened.metadata.num_rows:
        raise DatasetError(f"{stream.name}: is damaged: {done} records found, {opened.metadata.num_rows} promised")
