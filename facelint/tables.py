"""What a Python program holds a dataset in (a frame, a `datasets.Dataset`, a sequence of paths), as an Arrow table."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeGuard

import pyarrow as pa

from facelint.errors import DatasetError

_CHUNK = 10_000
"""Rows of a Hugging Face dataset that are held with the bytes of their pictures."""
_PLAIN = (str, bytes, bool, int, float, Decimal, date, os.PathLike)
_PICTURE = {"bytes", "path"}
"""The fields of Hugging Face's Image feature."""


def is_path(dataset: object) -> TypeGuard[str | os.PathLike[str]]:
    return isinstance(dataset, str | os.PathLike)


def table_of(dataset: Any, path_names: Sequence[str]) -> pa.Table:
    """The table of what is no path, a row for each of its records in order.

    `path_names` are the names that a column of paths goes by, the one that a bare path gets first. pandas, datasets
    and torch are not imported: a frame's or a dataset's own module is there if it was given. Raises DatasetError for
    what is none of them.
    """
    if _is_a(dataset, "pandas", "DataFrame"):
        return _of_columns(dataset.columns, [dataset.iloc[:, at] for at in range(dataset.shape[1])], len(dataset))
    if _is_a(dataset, "pandas", "Series"):
        return _of_columns([path_names[0]], [dataset], len(dataset))
    if _is_a(dataset, "datasets", "Dataset"):
        return _of_hugging_face(dataset, path_names)
    if isinstance(dataset, pa.Table):
        return dataset
    if isinstance(dataset, pa.RecordBatch):
        return pa.Table.from_batches([dataset])
    if not isinstance(dataset, Mapping) and hasattr(dataset, "__getitem__") and hasattr(dataset, "__len__"):
        return _of_items(dataset, path_names)
    raise DatasetError(
        f"a {_kind(dataset)} is no dataset; wants a path, a pandas or Arrow table, a datasets.Dataset, or what has "
        "__len__ and a __getitem__ that gives paths"
    )


def taken(dataset: Any, positions: Sequence[int]) -> Any:
    """The records at these positions, in what the dataset is; of a sequence the positions themselves."""
    if _is_a(dataset, "pandas", "DataFrame") or _is_a(dataset, "pandas", "Series"):
        return dataset.iloc[positions]
    if _is_a(dataset, "datasets", "Dataset"):
        return dataset.select(positions)
    if isinstance(dataset, pa.Table | pa.RecordBatch):
        return dataset.take(pa.array(positions, pa.int64()))
    return list(positions)


def rooted(table: pa.Table, column: int | None, images: Path | None) -> tuple[pa.Table, Path]:
    """The table with its absolute paths relative to the images root, where they are in it; and that root.

    Where none is stated it is the folder that all pictures are in if every path is absolute, else the current one.
    """
    paths = [] if column is None else _paths(table.column(column))
    absolute = [path for path in paths if path is not None and os.path.isabs(path)]  # noqa: PTH117
    if images is None and absolute and len(absolute) == sum(bool(path) for path in paths):
        images = Path(os.fsdecode(os.path.commonpath({os.path.dirname(path) for path in absolute})))  # noqa: PTH120
    root = Path(os.path.abspath(images or ""))  # noqa: PTH100
    if not absolute or column is None:
        return table, root
    prefixes = {os.fsencode(f"{str(folder).rstrip('/')}/") for folder in (root, os.path.realpath(root))}
    inside = pa.array([_relative(path, prefixes) for path in paths], pa.large_binary())
    return table.set_column(column, table.column_names[column], inside), root


def _paths(column: pa.ChunkedArray) -> list[bytes | None]:
    """As bytes, which need not be text; none where the column holds something else."""
    try:
        return [*column.cast(pa.large_binary()).to_pylist()]
    except pa.ArrowException:
        return []


def _relative(path: bytes | None, prefixes: Iterable[bytes]) -> bytes | None:
    if path is None:
        return None
    return next((path.removeprefix(one) for one in prefixes if path.startswith(one)), path)


def _is_a(thing: object, module: str, name: str) -> bool:
    kind = getattr(sys.modules.get(module), name, None)
    return isinstance(kind, type) and isinstance(thing, kind)


def _kind(thing: object) -> str:
    return type(thing).__name__[:60]


def _of_hugging_face(dataset: Any, path_names: Sequence[str]) -> pa.Table:
    parts = [_without_bytes(part, path_names) for part in dataset.with_format("arrow").iter(_CHUNK)]
    if not parts:
        return pa.table({name: pa.array([], pa.string()) for name in dataset.column_names})
    return pa.concat_tables(parts, promote_options="permissive")


def _without_bytes(table: pa.Table, path_names: Sequence[str]) -> pa.Table:
    """The table with the paths of pictures in place of pictures; the first is the records' where no column is."""
    named = any(name in path_names for name in table.column_names)
    for at, field in enumerate(table.schema):
        if pa.types.is_struct(field.type) and {one.name for one in field.type} == _PICTURE:
            paths = pa.chunked_array([chunk.field("path") for chunk in table.column(at).chunks], pa.string())
            table = table.set_column(at, field.name if named else path_names[0], paths)
            named = True
    return table


def _of_items(dataset: Any, path_names: Sequence[str]) -> pa.Table:
    """By duck typing, a `torch.utils.data.Dataset` too."""
    length = len(dataset)
    cells: dict[str, list[object]] = {}
    for at in range(length):
        try:
            item = dataset[at]
        except Exception as error:  # other people's code: whatever it raises, the dataset cannot be read
            raise DatasetError(f"item {at} cannot be read ({type(error).__name__})") from error
        for name, value in _row(item, at, path_names).items():
            column = cells.setdefault(name, [])
            column += [None] * (at - len(column))
            column.append(value)
    for column in cells.values():
        column += [None] * (length - len(column))
    return _of_columns(list(cells), list(cells.values()), length)


def _row(item: Any, at: int, path_names: Sequence[str]) -> dict[str, object]:
    """The cells of an item; what of a dict is no plain value, as a picture or a tensor, is none."""
    if isinstance(item, Mapping):
        return {str(name): value for name, value in item.items() if _is_plain(value)}
    if isinstance(item, tuple | list) and item:
        item = item[0]
    if isinstance(item, str | bytes | os.PathLike):
        return {path_names[0]: item}
    raise DatasetError(
        f"item {at} gives no path: wants a path, a dict with one, or a tuple that begins with one; found {_kind(item)}"
    )


def _is_plain(value: object) -> bool:
    if isinstance(value, list | tuple):
        return all(isinstance(member, str | None) for member in value)
    return value is None or isinstance(value, _PLAIN)


def _of_columns(names: Iterable[object], columns: Iterable[Any], length: int) -> pa.Table:
    arrays = [_column(column, length) for column in columns]
    return pa.Table.from_arrays(arrays, names=[str(name) for name in names])


def _column(values: Any, length: int) -> pa.Array | pa.ChunkedArray:
    """In a type that Arrow finds for all cells, else each cell as text."""
    try:
        return pa.array(values, from_pandas=True)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return pa.array([_text(value) for value in values], pa.large_binary(), size=length)


def _text(value: Any) -> bytes | None:
    """UTF-8 where it can be; what cannot is seen for that when it is read."""
    if value is None or type(value).__name__ in ("NAType", "NaTType") or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, os.PathLike | bytes):
        return os.fsencode(value)
    if isinstance(value, list | tuple | Mapping):
        value = json.dumps(value, ensure_ascii=False, default=str)
    return str(value).encode("utf-8", "surrogateescape")
