"""Records in memory, which are read as those of a Parquet file are."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from facelint.errors import DatasetError
from facelint.records.arrays import numbers
from facelint.records.batch import Batch
from facelint.records.columns import Names, assign
from facelint.records.plain import DAMAGE, plain

_BLOCK = 65_536


@dataclass(frozen=True)
class Memory:
    """A table that takes the place of a manifest or registry. It reads as a module of a format does, whatever path it
    is given; its rows count from 1."""

    table: pa.Table

    def header(self, path: Path, file: str) -> tuple[str, ...]:
        return tuple(name.strip() for name in self.table.column_names)

    def endings(self, path: Path, file: str, wanted: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name for name in self.header(path, file) if name.endswith(wanted))

    def batches(
        self, path: Path, file: str, wanted: Collection[str], names: Names, size: int, source: int = 0
    ) -> Iterator[Batch]:
        chosen = assign(self.header(path, file), wanted, names, file, numbered=True)
        for start in range(0, self.table.num_rows, size):
            block = self.table.slice(start, size)
            rows = numbers(range(start + 1, start + block.num_rows + 1))
            try:
                columns = {want: block.column(index).combine_chunks() for want, index in chosen.items()}
            except DAMAGE:
                raise DatasetError(f"{file}: rows {rows[0]} to {rows[-1]}: values that cannot be read") from None
            yield plain(Batch(source, rows, columns, None), file)

    def digest(self) -> str:
        """`sha256:…` of the table as a stream of Arrow's IPC, in blocks of 65,536 rows and without metadata."""
        total = _Digest()
        bare = self.table.replace_schema_metadata(None).combine_chunks()
        with pa.PythonFile(total, "w") as stream, pa.ipc.new_stream(stream, bare.schema) as writer:
            writer.write_table(bare, max_chunksize=_BLOCK)
        return f"sha256:{total.sha256.hexdigest()}"


class _Digest:
    """A file that keeps nothing of what is written to it but its digest."""

    closed = False

    def __init__(self) -> None:
        self.sha256 = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.sha256.update(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        self.closed = True
