"""The structure of TIFF: byte orders, directories of entries, and the values that entries lead to."""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import lru_cache
from math import isfinite
from struct import Struct
from typing import Final, NamedTuple

from facelint.imagemeta.reading import Reading
from facelint.imagemeta.source import HEAD, Source

ASCII, UNDEFINED = 2, 7
SIZES: Final = {
    1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8, 129: 1,
}  # fmt: skip
"""Bytes of one value of each type: TIFF 6.0, its supplements, BigTIFF, and UTF-8 of EXIF 3.0."""
TYPES: Final = frozenset(SIZES)
MAX_VALUE = 16 * 2**20
"""Bytes of one value that are looked at."""

_CODES = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I", 16: "Q", 17: "q", 18: "Q"}
MANY = 256
"""Entries that are unpacked by one call that is kept."""


Mark = tuple[tuple[int, ...], tuple[int, ...], bytes, int]
"""A directory that was open."""


class Layout(NamedTuple):
    """How numbers and entries are written: in either byte order, in TIFF or in BigTIFF."""

    order: str
    wide: bool
    many: Struct
    """The number of entries."""
    entry: Struct
    """Tag and type, the rest skipped."""
    typed: Struct
    """Type and number of values."""
    pointer: Struct
    plain: Struct
    """Type, number of values, and a value of four bytes."""


def _layout(order: str, wide: bool) -> Layout:
    codes = ("Q", "HH16x", "HQ", "Q", "HQI4x") if wide else ("H", "HH8x", "HI", "I", "HII")
    return Layout(order, wide, *(Struct(order + code) for code in codes))


LITTLE, BIG = _layout("<", False), _layout(">", False)
WIDE_LITTLE, WIDE_BIG = _layout("<", True), _layout(">", True)


class Tags(dict[int, Callable[[bytes, int], tuple[int, ...]]]):
    """By the number of entries, what unpacks their tags."""

    def __init__(self, order: str) -> None:
        self.order = order

    def __missing__(self, count: int) -> Callable[[bytes, int], tuple[int, ...]]:
        if count > MANY:
            raise KeyError(count)
        found = self[count] = Struct(self.order + "H10x" * count).unpack_from
        return found


TAGS = {order: Tags(order) for order in "<>"}


@lru_cache(maxsize=512)
def _entries(layout: Layout, count: int) -> Struct:
    return Struct(layout.order + ("HH16x" if layout.wide else "HH8x") * count)


def _is_directory(tags: tuple[int, ...], types: tuple[int, ...]) -> bool:
    """Whether most entries are of a known type; those that are all zero are padding, as some makers leave it."""
    known = sum(kind in TYPES for kind in types)
    padding = sum(not tag and not kind for tag, kind in zip(tags, types, strict=True))
    return known > 0 and known * 2 >= len(tags) - padding


def unpacked(found: bytes, kind: int, order: str, most: int) -> tuple[float, ...]:
    """The numbers that bytes of this type are, at most so many; none where the type has none, or fractions."""
    code = _CODES.get(kind)
    if code is None:
        return ()
    return struct.unpack_from(f"{order}{min(len(found) // SIZES[kind], most)}{code}", found)


class Tiff:
    """A TIFF structure, one of whose directories is open.

    `tags` and `types` are those of its entries, in their order; an entry is asked for by its index in them.
    """

    __slots__ = (
        "_near",
        "_window",
        "_window_at",
        "base",
        "data",
        "layout",
        "pointer_size",
        "reading",
        "size",
        "source",
        "start",
        "stride",
        "tags",
        "types",
    )  # fmt: skip

    def __init__(self, reading: Reading, source: Source, layout: Layout, base: int = 0) -> None:
        self.reading = reading
        self.source = source
        self.size = source.size
        self.layout = layout
        self.base = base
        """Where offsets are counted from."""
        self.stride, self.pointer_size = (20, 8) if layout.wide else (12, 4)
        self.tags: tuple[int, ...] = ()
        self.types: tuple[int, ...] = ()
        self.data = b""
        self.start = 0
        """Of the first entry in `data`."""
        self._near = 2**64 if len(source.head) >= source.size else len(source.head)
        self._window = b""
        self._window_at = 0

    def reach(self, at: int, size: int) -> tuple[bytes, int]:
        """Bytes that hold the wanted ones, and where these begin in them; they may be fewer, if there are no more."""
        if at + size <= self._near:
            return self.source.head, at
        begin = at - self._window_at
        if begin >= 0 and begin + size <= len(self._window):
            return self._window, begin
        if at >= self.size:
            return b"", 0
        self._window = self.source.read(at, max(size, HEAD))
        self._window_at = at
        return self._window, 0

    def open(self, at: int) -> str:
        """Opens the directory at an offset of the source, as far as it is there; what is wrong with it, or nothing."""
        layout, stride = self.layout, self.stride
        self.tags = self.types = ()
        if at < 0:
            return "lies outside"
        data, start = self.reach(at, 256)
        if start + layout.many.size > len(data):
            return "lies outside" if at >= self.size else "is cut"
        (count,) = layout.many.unpack_from(data, start)
        start += layout.many.size
        if start + count * stride > len(data):
            there = max(0, self.size - at - layout.many.size) // stride
            data, start = self.reach(at + layout.many.size, min(count, there) * stride + self.pointer_size)
            there = (len(data) - start) // stride
        else:
            there = count
        self.data, self.start = data, start
        return self._unpack(count, min(count, there))

    def _unpack(self, count: int, there: int) -> str:
        self.reading.step(there + 1)
        if there <= MANY:
            both = _entries(self.layout, there).unpack_from(self.data, self.start)
            self.tags, self.types = both[::2], both[1::2]
        else:
            view = memoryview(self.data)[self.start : self.start + there * self.stride]
            self.tags, self.types = zip(*self.layout.entry.iter_unpack(view), strict=True)
        if not TYPES.issuperset(self.types) and not _is_directory(self.tags, self.types):
            self.tags = self.types = ()
            return "is no directory"
        return "" if there == count else "is cut"

    def next(self) -> int | None:
        """Where the next directory is said to be, 0 for nowhere; None where that is cut off."""
        at = self.start + len(self.tags) * self.stride
        if at + self.pointer_size > len(self.data):
            return None
        found: int = self.layout.pointer.unpack_from(self.data, at)[0]
        return found

    def extent(self, index: int) -> tuple[int | None, int]:
        """Where an entry's value begins, None where it stands in the entry itself, and its size in bytes."""
        position = self.start + index * self.stride
        kind, count = self.layout.typed.unpack_from(self.data, position + 2)
        size = count * SIZES.get(kind, 0)
        if size <= self.pointer_size:
            return None, size
        return self.layout.pointer.unpack_from(self.data, position + self.stride - self.pointer_size)[
            0
        ] + self.base, size

    def value(self, index: int) -> tuple[bytes, str]:
        """The bytes of an entry's value, as far as they are there, and what is wrong with them, or nothing."""
        at, size = self.extent(index)
        if at is None:
            begin = self.start + (index + 1) * self.stride - self.pointer_size
            return self.data[begin : begin + size], "" if self.types[index] in TYPES else "has no known type"
        if at < 0 or at >= self.size:
            return b"", "lies outside"
        if size > HEAD:
            if size > MAX_VALUE:
                return b"", "is too long"
            self.reading.spend(min(size, self.size - at))
        data, begin = self.reach(at, size)
        found = data[begin : begin + size]
        return found, "" if len(found) == size else "is cut"

    def numbers(self, index: int, most: int = 64) -> tuple[float, ...]:
        """The numbers of an entry, at most so many; none where it has none, or fractions, or they are not there, or
        not all of them are finite."""
        found = unpacked(self.value(index)[0], self.types[index], self.layout.order, most)
        return found if all(map(isfinite, found)) else ()

    def number(self, tag: int) -> int | None:
        """The first number of the first entry of this tag."""
        if tag not in self.tags:
            return None
        found = self.numbers(self.tags.index(tag), 1)
        return int(found[0]) if found else None

    def mark(self) -> Mark:
        """For going back to the directory that is open now."""
        return self.tags, self.types, self.data, self.start

    def back(self, mark: Mark) -> None:
        self.tags, self.types, self.data, self.start = mark
