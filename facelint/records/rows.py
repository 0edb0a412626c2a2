"""The images of a row: Hugging Face's ImageFolder lets one row of metadata name several, each a record here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from facelint.files import ABSOLUTE
from facelint.records.batch import Batch
from facelint.values import BLANKS, LIST, NotOfType, clean, convert

SEVERAL = "file_names"
"""How the names of columns end that hold lists of images."""

_PATH, _ID = "path", "record_id"

Ints = npt.NDArray[np.int64]


def expanded(batch: Batch, images: Sequence[str], size: int) -> Iterator[Batch]:
    """The batch with a record for each image that a row names in `path` or one of the columns `images`.

    A row's other cells are those of each of its records. The id gets the column or the place in the list for a suffix
    (`ID#left_file_name`, `ID#0`, `ID#left_file_names#0`), but for the image in `path`. A row that names none is one
    record without a path. Batches have at most `size` records, unless one row has more; no row is divided.
    """
    at, paths, suffixes = _images(batch, images)
    others = {name: column for name, column in batch.columns.items() if name != _PATH}
    counts = np.bincount(at, minlength=batch.length)
    for first, last in _cuts(counts, size):
        inside = slice(*np.searchsorted(at, [first, last]))
        rows = pa.array(at[inside])
        columns = {name: column.take(rows) for name, column in others.items()}
        columns[_PATH] = paths[inside.start : inside.stop]
        if _ID in columns:
            columns[_ID] = _suffixed(columns[_ID], suffixes[inside.start : inside.stop])
        broken = None if batch.broken is None else batch.broken.take(rows)
        yield Batch(batch.source, batch.rows.take(rows), columns, broken)


def prefixed(batch: Batch, folder: str) -> Batch:
    """The batch with its paths, relative to `folder`, relative to what `folder` is.

    What leads out of any folder (an absolute path, an address) is left as it stands, to be seen for what it is.
    """
    column = batch.columns.get(_PATH)
    if column is None or not _is_plain(column):
        return batch
    text = pc.utf8_trim_whitespace(column.cast(pa.string()))
    out = pc.or_(pc.match_substring_regex(text, pattern=rf"\A(?:{ABSOLUTE.pattern})"), pc.match_substring(text, "://"))
    within = pc.and_(pc.invert(pc.fill_null(out, True)), pc.invert(_blank(text)))
    joined = pc.binary_join_element_wise(pa.scalar(folder), text, "/")
    return Batch(batch.source, batch.rows, {**batch.columns, _PATH: pc.if_else(within, joined, text)}, batch.broken)


def _images(batch: Batch, images: Sequence[str]) -> tuple[Ints, pa.Array, pa.Array]:
    """The images in order of row, then of column: the index of the row, the path, what the id gets for a suffix."""
    parts = [_of_column(batch.columns[name], name) for name in (_PATH, *images) if name in batch.columns]
    named = np.zeros(batch.length, bool)
    for at, _, _ in parts:
        named[at] = True
    nothing = np.flatnonzero(~named)
    parts.append((nothing, pa.nulls(len(nothing), pa.string()), pa.array([""] * len(nothing), pa.string())))
    rows = np.concatenate([at for at, _, _ in parts])
    order = np.argsort(rows, kind="stable")
    places = pa.array(order)
    paths, suffixes = (pa.concat_arrays([part[i] for part in parts]).take(places) for i in (1, 2))
    return rows[order], paths, suffixes


def _of_column(column: pa.Array, name: str) -> tuple[Ints, pa.Array, pa.Array]:
    if name.endswith(SEVERAL) or not _is_plain(column):
        return _of_lists(column, "" if name == SEVERAL else f"#{name}")
    text = column.cast(pa.string())
    stated = pc.invert(_blank(text))
    at = np.flatnonzero(stated.to_numpy(zero_copy_only=False))
    suffix = "" if name == _PATH else f"#{name}"
    return at, text.filter(stated), pa.array([suffix] * len(at), pa.string())


def _of_lists(column: pa.Array, prefix: str) -> tuple[Ints, pa.Array, pa.Array]:
    at: list[int] = []
    paths: list[str] = []
    suffixes: list[str] = []
    for row, cell in enumerate(column.to_pylist()):
        for place, path in enumerate(_members(cell)):
            if path is not None and clean(path).lower() not in BLANKS:
                at.append(row)
                paths.append(path)
                suffixes.append(f"{prefix}#{place}")
    return np.array(at, np.int64), pa.array(paths, pa.string()), pa.array(suffixes, pa.string())


def _members(cell: object) -> Sequence[str | None]:
    """The members of a list; what is none is one path, as it stands."""
    if isinstance(cell, list):
        return cell
    if cell is None:
        return ()
    text = str(cell)
    try:
        members = convert(text, LIST)
    except NotOfType:
        return (text,)
    return members if isinstance(members, tuple) else ()


def _suffixed(ids: pa.Array, suffixes: pa.Array) -> pa.Array:
    """A blank id stays blank: the path, which differs, stands for it."""
    if not _is_plain(ids):
        return ids
    text = pc.utf8_trim_whitespace(ids.cast(pa.string()))
    return pc.if_else(_blank(text), text, pc.binary_join_element_wise(text, suffixes, ""))


def _blank(text: pa.Array) -> pa.Array:
    lower = pc.utf8_lower(pc.utf8_trim_whitespace(text))
    return pc.or_(pc.is_null(text), pc.fill_null(pc.is_in(lower, value_set=pa.array(sorted(BLANKS))), True))


def _is_plain(column: pa.Array) -> bool:
    return not pa.types.is_nested(column.type)


def _cuts(counts: Ints, size: int) -> Iterator[tuple[int, int]]:
    """Runs of rows with at most `size` images in all, or one row."""
    ends = np.cumsum(counts)
    first = 0
    while first < len(counts):
        before = int(ends[first - 1]) if first else 0
        last = max(int(np.searchsorted(ends, before + size, side="right")), first + 1)
        yield first, last
        first = last
