"""A manifest: a file with one record for each picture."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from facelint.records.columns import Names, unclaimed
from facelint.records.files import digest

if TYPE_CHECKING:
    from facelint.records.batch import Batch


class Reader(Protocol):
    """A module that reads one format; imported when a file of it is read, for it brings pyarrow."""

    def header(self, path: Path, file: str) -> tuple[str, ...]: ...

    def batches(
        self, path: Path, file: str, wanted: Collection[str], names: Names, size: int, source: int = 0
    ) -> Iterator[Batch]: ...


def _csv() -> Reader:
    from facelint.records import csv_file

    return csv_file


def _jsonl() -> Reader:
    from facelint.records import jsonl_file

    return jsonl_file


def _parquet() -> Reader:
    from facelint.records import parquet_file

    return parquet_file


_readers = {".csv": _csv, ".jsonl": _jsonl, ".ndjson": _jsonl, ".parquet": _parquet}

FORMATS = tuple(_readers)
"""The endings of files with records in them."""


def reader(path: Path) -> Reader:
    """What reads the file, by its ending, which is one of FORMATS."""
    return _readers[path.suffix.lower()]()


@dataclass(frozen=True)
class Manifest:
    """One manifest of a dataset. It is opened for each reading, and may be read several times and by other processes.

    Every method raises DatasetError where the file cannot be read at all.
    """

    name: str
    """How reports name it: its path relative to the dataset's root, POSIX."""
    path: Path
    mapping: Mapping[str, str] = field(default_factory=dict)
    """Fact to column, as `columns:` says."""
    known: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The names that each fact goes by."""
    source: int = 0
    """Its index in `Dataset.manifests`."""

    def header(self) -> tuple[str, ...]:
        """The names of all columns, as written but trimmed. JSON Lines are read to the end for it."""
        return reader(self.path).header(self.path, self.name)

    def own_columns(self) -> tuple[str, ...]:
        """The named columns that are no fact's."""
        return unclaimed(self.header(), Names(self.mapping, self.known), self.name)

    def batches(self, wanted: Collection[str], size: int = 65_536) -> Iterator[Batch]:
        """The records in batches of at most `size`, with the columns of `wanted`: facts, or columns by their own name.

        Only these columns are read. How the file is cut into batches changes nothing about the records.
        """
        names = Names(self.mapping, self.known)
        return reader(self.path).batches(self.path, self.name, wanted, names, size, self.source)

    def digest(self) -> str:
        """`sha256:…` of the file's bytes."""
        return digest(self.path, self.name)
