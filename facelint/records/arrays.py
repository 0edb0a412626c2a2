"""Arrow arrays as the readers make, join and cut them. Imported only when a file is read."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from facelint.records.batch import Batch

NOT_UTF8 = "not valid UTF-8"


def numbers(values: Iterable[int]) -> pa.Array:
    """An int64 array, from ints made one by one."""
    data = array("q", values)
    return pa.Array.from_buffers(pa.int64(), len(data), [None, pa.py_buffer(data)])


def reasons(length: int, found: Mapping[int, str]) -> pa.Array | None:
    """The column of reasons, from those found by index."""
    return pa.array([found.get(i) for i in range(length)], pa.string()) if found else None


def without_broken(batch: Batch) -> Batch:
    """Every column null in the broken records."""
    if batch.broken is None or batch.broken.null_count == batch.length:
        return Batch(batch.source, batch.rows, batch.columns, None)
    sound = batch.broken.is_null()
    columns = {
        name: pc.if_else(sound, column, pa.scalar(None, column.type)) if column.type != pa.null() else column
        for name, column in batch.columns.items()
    }
    return Batch(batch.source, batch.rows, columns, batch.broken)


def mended(batch: Batch, wrong: Callable[[pa.Array], pa.Array | None], reason: str) -> Batch:
    """The batch with the records broken for which `wrong`, a mask of a column or None, says so of one of the cells."""
    found = None
    for column in batch.columns.values():
        mask = wrong(column)
        if mask is not None and mask.true_count:
            mask = mask.fill_null(False)
            found = mask if found is None else pc.or_(found, mask)
    if found is None:
        return batch
    before = pa.nulls(batch.length, pa.string()) if batch.broken is None else batch.broken
    broken = pc.if_else(pc.and_(found, before.is_null()), pa.scalar(reason), before)
    return without_broken(Batch(batch.source, batch.rows, batch.columns, broken))


def kept(batch: Batch, mask: pa.Array) -> Batch:
    columns = {name: column.filter(mask) for name, column in batch.columns.items()}
    broken = None if batch.broken is None else batch.broken.filter(mask)
    return Batch(batch.source, batch.rows.filter(mask), columns, broken)


def cut(batch: Batch, start: int, length: int | None = None) -> Batch:
    columns = {name: column.slice(start, length) for name, column in batch.columns.items()}
    broken = None if batch.broken is None else batch.broken.slice(start, length)
    if broken is not None and broken.null_count == len(broken):
        broken = None
    return Batch(batch.source, batch.rows.slice(start, length), columns, broken)


def joined(parts: Sequence[Batch]) -> Batch:
    """Several batches, one at least, of the same columns as one. Raises pa.ArrowInvalid beyond 2 GiB of text."""
    if len(parts) == 1:
        return parts[0]
    columns = {name: pa.concat_arrays([part.columns[name] for part in parts]) for name in parts[0].columns}
    broken = None
    if any(part.broken is not None for part in parts):
        broken = pa.concat_arrays(
            [pa.nulls(part.length, pa.string()) if part.broken is None else part.broken for part in parts]
        )
    return Batch(parts[0].source, pa.concat_arrays([part.rows for part in parts]), columns, broken)


def sized(parts: Iterable[Batch], size: int) -> Iterator[Batch]:
    """The same records in batches of `size`, the last one perhaps shorter; none is empty."""
    held: list[Batch] = []
    count = 0
    for part in parts:
        held.append(part)
        count += part.length
        if count < size:
            continue
        whole = joined(held)
        for start in range(0, count - count % size, size):
            yield cut(whole, start, size)
        held, count = [cut(whole, count - count % size)], count % size
    if count:
        yield cut(joined(held), 0)
