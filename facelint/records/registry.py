"""The consent registry: one consent a row, in a file like a manifest or in a folder of JSON files."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from facelint.errors import DatasetError
from facelint.records.columns import Names, assign, unclaimed
from facelint.records.files import Source, digest, shown
from facelint.records.manifest import reader

if TYPE_CHECKING:
    import pyarrow as pa

    from facelint.records.jsonl_file import Broken

ID = "consent.id"
MAX_FILE = 2**20
"""Bytes of one consent record in a folder."""

_BATCH = 1 << 20


@dataclass(frozen=True)
class RegistryTable:
    """Every row of the registry."""

    rows: pa.Array
    """int64: as in `Batch`; in a folder, the place of the file among all by name, from 1."""
    columns: Mapping[str, pa.Array]
    """As in `Batch`, by the name asked for."""
    broken: pa.Array | None
    """As in `Batch`."""
    folder: Path
    """What the paths of evidence are relative to."""
    names: pa.Array | None
    """In a folder: the file of each row, relative to it, POSIX."""

    @property
    def length(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class Registry:
    """The registry of a dataset. Every method raises DatasetError where it cannot be read at all."""

    name: str
    """How reports name it: its path relative to the dataset's root, POSIX."""
    path: Path
    mapping: Mapping[str, str] = field(default_factory=dict)
    """Consent fact to column, as `columns:` says."""
    known: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The names that each consent fact goes by."""

    def header(self) -> tuple[str, ...]:
        """The names of all columns. JSON is read to the end for it."""
        if not self.path.is_dir():
            return reader(self.path).header(self.path, self.name)
        return _keys([item for _, item in self._objects()])

    def own_columns(self) -> tuple[str, ...]:
        """The named columns that are no fact's."""
        return unclaimed(self.header(), Names(self.mapping, self.known), self.name)

    def read(self, wanted: Collection[str]) -> RegistryTable:
        """All rows, with the columns of `wanted`, which are `consent.*` facts or columns by their own name, and the id.

        The whole registry is in memory: consents are fewer than records, and joined to all of them.
        """
        wanted = {*wanted, ID}
        names = Names(self.mapping, self.known)
        return self._folder(wanted, names) if self.path.is_dir() else self._file(wanted, names)

    def digest(self) -> str:
        """`sha256:…` of the file's bytes, or over the names and bytes of a folder's JSON files in order of name."""
        if not self.path.is_dir():
            return digest(self.path, self.name)
        total = hashlib.sha256()
        for name, path in self._files():
            try:
                content = digest(path, name)
            except DatasetError:
                content = "unreadable"
            total.update(f"{len(name.encode())}:{name}{content}\n".encode())
        return f"sha256:{total.hexdigest()}"

    def _file(self, wanted: Collection[str], names: Names) -> RegistryTable:
        import pyarrow as pa

        from facelint.records.arrays import joined

        parts = list(reader(self.path).batches(self.path, self.name, wanted, names, _BATCH))
        if not parts:
            header = reader(self.path).header(self.path, self.name)
            chosen = assign(header, wanted, names, shown(self.name), numbered=True)
            columns = {want: pa.array([], pa.string()) for want in chosen}
            return RegistryTable(pa.array([], pa.int64()), columns, None, self.path.parent, None)
        try:
            whole = joined(parts)
        except (pa.ArrowException, MemoryError):
            raise DatasetError(f"{shown(self.name)}: larger than 2 GiB in one column") from None
        return RegistryTable(whole.rows, whole.columns, whole.broken, self.path.parent, None)

    def _folder(self, wanted: Collection[str], names: Names) -> RegistryTable:
        import pyarrow as pa

        from facelint.records.arrays import numbers
        from facelint.records.jsonl_file import table

        found = list(self._objects())
        items = [item for _, item in found]
        header = _keys(items)
        chosen = assign(header, wanted, names, shown(self.name), numbered=False)
        made = table(items, numbers(range(1, len(items) + 1)), {want: header[at] for want, at in chosen.items()})
        files = pa.array([name for name, _ in found], pa.string())
        return RegistryTable(made.rows, made.columns, made.broken, self.path, files)

    def _objects(self) -> Iterator[tuple[str, dict[str, Any] | Broken]]:
        from facelint.records.jsonl_file import Broken, parsed

        for name, path in self._files():
            try:
                with Source(path, name) as source:
                    data = source.read(MAX_FILE + 1)
            except DatasetError as error:
                yield name, Broken(str(error).removeprefix(f"{shown(name)}: "))
                continue
            large = len(data) > MAX_FILE
            yield name, Broken(f"larger than {MAX_FILE // 2**20} MiB") if large else parsed(data, "file")

    def _files(self) -> list[tuple[str, Path]]:
        """Every `*.json` under the folder by its name there, in order of name; links to folders are not followed."""

        def refuse(error: OSError) -> None:
            raise DatasetError(f"{shown(self.name)}: a folder in it cannot be read: {error.strerror}")

        found = []
        for folder, _, files in os.walk(self.path, onerror=refuse):
            for file in files:
                if file.lower().endswith(".json"):
                    path = Path(folder, file)
                    found.append((_text(path.relative_to(self.path).as_posix()), path))
        return sorted(found)


def _text(name: str) -> str:
    """A file's name as text that any output takes: bytes that are no text are escaped."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _keys(items: list[dict[str, Any] | Broken]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for item in items if isinstance(item, dict) for key in item))
