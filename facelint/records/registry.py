"""The consent registry: one consent a row, in a file like a manifest, or in JSON files of a folder or beside the
pictures."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from facelint.errors import DatasetError, nearest
from facelint.files import Root
from facelint.records.columns import Names, assign, fold, unclaimed
from facelint.records.files import Source, digest, shown
from facelint.records.manifest import Reader, reader
from facelint.values import is_blank
from facelint.yaml_tree import quoted

if TYPE_CHECKING:
    import pyarrow as pa

    from facelint.records.batch import Batch
    from facelint.records.jsonl_file import Broken
    from facelint.records.memory import Memory

ID = "consent.id"
MAX_FILE = 2**20
"""Bytes of one consent record in a folder."""
SIDECAR = ".consent.json"
"""How the name of a consent beside a picture ends: `a.jpg.consent.json`, or `a.consent.json`."""

_BATCH = 1 << 20
_PART = 10_000
"""JSON objects that are held at once."""
_RIVALS = "has keys that differ only in case, and one of them is wanted"
_SHAPES = 1_000
"""Sets of keys, none of them very long, for which it is kept which key is which fact."""


@dataclass(frozen=True)
class RegistryTable:
    """Every row of the registry."""

    rows: pa.Array
    """int64: as in `Batch`; in a folder, the place of the file among all by name, from 1."""
    columns: Mapping[str, pa.Array]
    """As in `Batch`, by the name asked for; facts in this vocabulary's words, whatever the standard they are from."""
    broken: pa.Array | None
    """As in `Batch`."""
    folder: Path
    """What the paths of evidence are relative to."""
    names: pa.Array | None
    """In a folder: the file of each row, relative to it, POSIX."""
    beside: Mapping[str, int] | None = None
    """Of consents beside pictures, by the name of each file in NFC, the index of its row: copies of one consent, byte
    for byte, are one row. None where a record must name its consent itself."""

    @property
    def length(self) -> int:
        return len(self.rows)

    def row_beside(self, picture: str) -> int | None:
        """The index of the row that stands beside a picture, by the picture's path."""
        if not self.beside:
            return None
        path = os.path.normpath(unicodedata.normalize("NFC", picture))
        # The whole name first: `a.consent.json` may belong to `a.png` as well as to `a.jpg`.
        names = (path + SIDECAR, os.path.splitext(path)[0] + SIDECAR)  # noqa: PTH122
        return next((self.beside[name] for name in names if name in self.beside), None)


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
    sidecars: bool = False
    """`path` is the images root, and the consents are the files beside the pictures in it."""
    memory: Memory | None = None
    """The rows, where they are in memory; `path` names no file then, in the folder that evidence is relative to."""

    def header(self) -> tuple[str, ...]:
        """The names of all columns; of a consent record of a known standard, those of the facts it states. JSON is
        read to the end for it."""
        if not self._is_json():
            return self._reader().header(self.path, self.name)
        return tuple(dict.fromkeys(key for _, _, item in self._objects() if isinstance(item, Mapping) for key in item))

    def own_columns(self) -> tuple[str, ...]:
        """The named columns that are no fact's."""
        if not self._is_json():
            return unclaimed(self.header(), Names(self.mapping, self.known), self.name)
        keys = _Keys({*self.known, *self.mapping}, self)
        own: dict[str, None] = {}
        for _, _, item in self._objects():
            if isinstance(item, Mapping):
                claimed = {*(keys.chosen(item) or {}).values()}
                own.update(dict.fromkeys(key for key in item if key and key not in claimed))
        return tuple(own)

    def read(self, wanted: Collection[str]) -> RegistryTable:
        """All rows, with the columns of `wanted`, which are `consent.*` facts or columns by their own name, and the id.

        The whole registry is in memory: consents are fewer than records, and joined to all of them.
        """
        from facelint.records.consents import table

        wanted = {*wanted, ID}
        needed = table.needed(wanted)
        beside: dict[str, int] | None = {} if self.sidecars else None
        names: list[str] | None = [] if self._is_folder() else None
        whole = self._rows(needed, names, beside) if self._is_json() else self._file(needed)
        made = table.worded(whole.columns)
        return RegistryTable(
            whole.rows,
            {name: column for name, column in made.items() if name in wanted},
            whole.broken,
            self.path if names is not None else self.path.parent,
            None if names is None else _strings(names),
            beside,
        )

    def digest(self) -> str:
        """`sha256:…` of the file's bytes, or of the table in memory, or over the names and bytes of a folder's JSON
        files in order of name."""
        if self.memory:
            return self.memory.digest()
        if not self._is_folder():
            return digest(self.path, self.name)
        total = hashlib.sha256()
        for name, path in self.files():
            try:
                content = digest(path, name)
            except DatasetError:
                content = "unreadable"
            total.update(f"{len(name.encode())}:{name}{content}\n".encode())
        return f"sha256:{total.hexdigest()}"

    def files(self) -> list[tuple[str, Path]]:
        """The file, or of a folder every `*.json` (beside pictures, every `*.consent.json`), by its name there, in
        order of name; links to folders are not followed. None where the rows are in memory."""

        def refuse(error: OSError) -> None:
            raise DatasetError(f"{shown(self.name)}: a folder in it cannot be read: {error.strerror}")

        if self.memory:
            return []
        if not self._is_folder():
            return [(self.name, self.path)]
        found = []
        for folder, _, files in os.walk(self.path, onerror=refuse):
            for file in files:
                if file.endswith(SIDECAR) or (not self.sidecars and file.lower().endswith(".json")):
                    path = Path(folder, file)
                    found.append((_text(path.relative_to(self.path).as_posix()), path))
        return sorted(found)

    def _reader(self) -> Reader:
        return self.memory or reader(self.path)

    def _is_json(self) -> bool:
        return self._is_folder() or (self.memory is None and self.path.suffix.lower() in (".jsonl", ".ndjson"))

    def _is_folder(self) -> bool:
        return self.memory is None and self.path.is_dir()

    def _file(self, wanted: Collection[str]) -> Batch:
        """All rows of a CSV or Parquet file."""
        import pyarrow as pa

        from facelint.records.arrays import numbers
        from facelint.records.batch import Batch

        names = Names(self.mapping, self.known)
        parts = list(self._reader().batches(self.path, self.name, wanted, names, _BATCH))
        if parts:
            return self._joined(parts)
        header = self._reader().header(self.path, self.name)
        chosen = assign(header, wanted, names, shown(self.name), numbered=True)
        return Batch(0, numbers([]), {want: pa.array([], pa.string()) for want in chosen}, None)

    def _rows(self, wanted: Collection[str], names: list[str] | None, beside: dict[str, int] | None) -> Batch:
        """All rows of JSON, each with the keys that are the facts there; `names` and `beside` are filled on the way."""
        import pyarrow as pa

        from facelint.records.arrays import numbers
        from facelint.records.batch import Batch
        from facelint.records.jsonl_file import Broken, table

        keys = _Keys(wanted, self)
        parts: list[Batch] = []
        rows: list[int] = []
        items: list[dict[str, Any] | Broken] = []

        def end_part() -> None:
            present = {want: want for item in items if isinstance(item, dict) for want in item}
            parts.append(table(items, numbers(rows), present))
            rows.clear()
            items.clear()

        for row, name, item in self._objects(beside):
            taken: dict[str, Any] | Broken
            if isinstance(item, Mapping):
                chosen = keys.chosen(item)
                taken = Broken(_RIVALS) if chosen is None else {want: item[key] for want, key in chosen.items()}
                if self.sidecars and isinstance(taken, dict) and not _stated(taken.get(ID)):
                    taken[ID] = name
            else:
                taken = item
            rows.append(row)
            items.append(taken)
            if names is not None:
                names.append(name or "")
            if len(items) >= _PART:
                end_part()
        end_part()
        keys.check()
        every = list(dict.fromkeys(want for part in parts for want in part.columns))
        return self._joined(
            [
                Batch(
                    0,
                    part.rows,
                    {n: part.columns[n] if n in part.columns else pa.nulls(part.length, pa.string()) for n in every},
                    part.broken,
                )
                for part in parts
            ]
        )

    def _joined(self, parts: Sequence[Batch]) -> Batch:
        import pyarrow as pa

        from facelint.records.arrays import joined

        try:
            return joined(parts)
        except (pa.ArrowException, MemoryError):
            raise DatasetError(f"{shown(self.name)}: larger than 2 GiB in one column") from None

    def _objects(
        self, beside: dict[str, int] | None = None
    ) -> Iterator[tuple[int, str | None, Mapping[str, Any] | Broken]]:
        """The rows, flat whatever their standard: their numbers, their files in a folder, what they hold."""
        from facelint.records import jsonl_file

        if not self._is_folder():
            for rows, items in jsonl_file.objects(self.path, self.name):
                for row, item in zip(rows, items, strict=True):
                    yield row, None, _flat(item)
            return
        kept: dict[bytes, int] = {}
        root = Root.of(self.path) if self.sidecars else None
        for place, (name, path) in enumerate(self.files(), 1):
            content = self._content(name, path, root)
            key = name.encode()
            if self.sidecars and isinstance(content, bytes):
                key = hashlib.sha256(content).digest()
            new = key not in kept
            index = kept.setdefault(key, len(kept))
            if beside is not None:
                beside[unicodedata.normalize("NFC", name)] = index
            if new:
                yield place, name, _flat(jsonl_file.parsed(content, "file") if isinstance(content, bytes) else content)

    def _content(self, name: str, path: Path, root: Root | None) -> bytes | Broken:
        from facelint.records.jsonl_file import Broken

        trouble = root.locate(os.fspath(path.relative_to(self.path))).trouble if root else ""
        if trouble:
            return Broken(trouble)
        try:
            with Source(path, name) as source:
                data = source.read(MAX_FILE + 1)
        except DatasetError as error:
            return Broken(str(error).removeprefix(f"{shown(name)}: "))
        return data if len(data) <= MAX_FILE else Broken(f"larger than {MAX_FILE // 2**20} MiB")


class _Keys:
    """Which key of an object is which fact, for objects that need not have the same keys."""

    def __init__(self, wanted: Collection[str], registry: Registry) -> None:
        self.wanted = frozenset(wanted)
        self.registry = registry
        self.sought = dict(registry.mapping)
        """What `columns:` maps and no object had yet."""
        self.seen: dict[str, None] = {}
        self.shapes: dict[tuple[str, ...], dict[str, str] | None] = {}

    def chosen(self, item: Mapping[str, Any]) -> dict[str, str] | None:
        """By what is wanted, the key of it in an object; None where it is not clear which key is meant."""
        shape = tuple(item)
        if shape in self.shapes:
            return self.shapes[shape]
        found = self._chosen(shape)
        if len(self.shapes) < _SHAPES and sum(map(len, shape)) < _SHAPES * 10:
            self.shapes[shape] = found
        return found

    def _chosen(self, shape: tuple[str, ...]) -> dict[str, str] | None:
        folded = set(map(fold, shape))
        mapping = {fact: key for fact, key in self.registry.mapping.items() if fold(key) in folded}
        for fact in mapping:
            self.sought.pop(fact, None)
        if self.sought and len(self.seen) < _SHAPES:
            self.seen.update(dict.fromkeys(shape))
        elsewhere = self.registry.mapping.keys() - mapping.keys()
        names = Names(mapping, self.registry.known)
        try:
            found = assign(shape, self.wanted - elsewhere, names, "", numbered=False)
        except DatasetError:
            return None
        return {want: shape[at] for want, at in found.items()}

    def check(self) -> None:
        """Raises DatasetError where a key that `columns:` names is that of no object."""
        for fact, key in sorted(self.sought.items()):
            file = shown(self.registry.name)
            raise DatasetError(
                f"{file}: no column {quoted(key)} (for {fact}, by columns:){nearest(key, list(self.seen))}"
            )


def _flat(item: dict[str, Any] | Broken) -> Mapping[str, Any] | Broken:
    from facelint.records.consents import flattened
    from facelint.records.jsonl_file import Broken

    if isinstance(item, Broken):
        return item
    try:
        return flattened(item)
    except ValueError as error:
        return Broken(str(error))


def _stated(value: Any) -> bool:
    return not isinstance(value, str | None) or not is_blank(value or "")


def _strings(values: Sequence[str]) -> pa.Array:
    import pyarrow as pa

    return pa.array(values, pa.string())


def _text(name: str) -> str:
    """A file's name as text that any output takes: bytes that are no text are escaped."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
