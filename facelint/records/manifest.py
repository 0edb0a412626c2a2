"""A manifest: a file with one record for each picture."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from facelint.records.batch import Batch
from facelint.records.columns import Names, fold, unclaimed
from facelint.records.files import digest, stamp

if TYPE_CHECKING:
    from facelint.records.memory import Memory


class Reader(Protocol):
    """A module that reads one format, imported when a file of it is read, for it brings pyarrow; or what holds records
    in memory, whatever the path."""

    def header(self, path: Path, file: str) -> tuple[str, ...]: ...

    def endings(self, path: Path, file: str, wanted: tuple[str, ...]) -> tuple[str, ...]: ...

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

IMAGES = ("_file_name", "file_names")
"""How the columns are called in which ImageFolder names images, beside `file_name`: one a cell, or a list of them."""


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
    prefix: str = ""
    """What its paths are relative to, relative to the images root; empty where that is the root itself."""
    others: tuple[tuple[str, Path], ...] = ()
    """Names and paths of the dataset's other manifests: a column that `columns:` names need not be in every one."""
    memory: Memory | None = None
    """The records, where they are in memory; there is no file at `path` then."""

    def header(self) -> tuple[str, ...]:
        """The names of all columns, as written but trimmed. JSON Lines are read to the end for it."""
        return self._reader().header(self.path, self.name)

    def own_columns(self) -> tuple[str, ...]:
        """The named columns that are no fact's."""
        return unclaimed(self.header(), self._names(), self.name)

    def batches(self, wanted: Collection[str], size: int = 65_536) -> Iterator[Batch]:
        """The records in batches of at most `size`, with the columns of `wanted`: facts, or columns by their own name.

        A row that names several images is as many records, which stand in one batch even where they are more than
        `size`. Only these columns are read. How the file is cut into batches changes nothing about the records.
        """
        names = self._names()
        images = self._images(names)
        read = {*wanted, *images, "path", "record_id"} if images else wanted
        batches = self._reader().batches(self.path, self.name, read, names, size, self.source)
        if not images and not self.prefix:
            yield from batches
            return
        from facelint.records.rows import expanded, prefixed

        asked = {*wanted}
        for whole in batches:
            for batch in expanded(whole, images, size) if images else (whole,):
                kept = {name: column for name, column in batch.columns.items() if name in asked}
                made = Batch(batch.source, batch.rows, kept, batch.broken)
                yield prefixed(made, self.prefix) if self.prefix else made

    def digest(self) -> str:
        """`sha256:…` of the file's bytes, or of the table in memory."""
        return self.memory.digest() if self.memory else digest(self.path, self.name)

    def stamp(self) -> tuple[object, ...]:
        """What tells the file from another put in its place; a table in memory does not change."""
        return () if self.memory else stamp(self.path)

    def _reader(self) -> Reader:
        return self.memory or reader(self.path)

    def _images(self, names: Names) -> tuple[str, ...]:
        """The columns that name images beside that of `path`; none where the user says which column `path` is."""
        if "path" in names.mapping:
            return ()
        return tuple(sorted(self._reader().endings(self.path, self.name, IMAGES)))

    def _names(self) -> Names:
        """A column that `columns:` names and only other manifests have leaves the fact to its usual names."""
        if not self.mapping or not self.others:
            return Names(self.mapping, self.known)
        mine = set(map(fold, self.header()))
        lacking = {fact: fold(column) for fact, column in self.mapping.items() if fold(column) not in mine}
        theirs: set[bytes] = set()
        for name, path in self.others if lacking else ():
            theirs.update(map(fold, reader(path).header(path, name)))
        mapping = {fact: column for fact, column in self.mapping.items() if lacking.get(fact) not in theirs}
        return Names(mapping, self.known)
