"""The items of a `meta` box: what they are, where their bytes are, and what refers to what (ISO/IEC 14496-12, 8.11)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from struct import Struct
from typing import NamedTuple

from facelint.imagemeta.model import EVERYTHING
from facelint.imagemeta.reading import Reading
from facelint.imagemeta.source import Source, in_memory

MAX_TABLE = 2 * 2**20
"""Bytes of one table of items."""
MAX_WITHIN = 4
"""Items whose bytes are in items, whose bytes are in items, …"""

_BOX = Struct(">I4s")
_SHORT = Struct(">H2x4s")
_LONG = Struct(">I2x4s")
_SIZES = {0: "0s", 4: "I", 8: "Q"}
_WIDE = ("H", "I")


class Item(NamedTuple):
    number: int
    kind: bytes
    """Four letters; `mime` for the items of the first versions, too, which state a media type only."""
    names: tuple[bytes, ...]
    """Of a `mime` item its media type and content encoding, of a `uri ` item its URI."""


class Location(NamedTuple):
    method: int
    """0: in the file, 1: in this `meta` box's `idat`, 2: in another item."""
    elsewhere: bool
    """In another file."""
    base: int
    rows: tuple[tuple[int | bytes, int | bytes, int | bytes], ...]
    """Of each piece its index, its offset from the base and its size; no bytes where the file does not state one."""

    def extents(self) -> Iterator[tuple[int, int, int]]:
        for index, offset, size in self.rows:
            yield index or 0, self.base + (offset or 0), size or 0  # type: ignore[misc, operator]


class Content(NamedTuple):
    source: Source
    whole: bool


class Reference(NamedTuple):
    kind: bytes
    origin: int
    targets: tuple[int, ...]


def table(reading: Reading, source: Source, where: str) -> bytes:
    """A box's content as bytes; empty where it is too big."""
    if source.size > MAX_TABLE:
        reading.cannot(where, "too big", EVERYTHING)
        return b""
    reading.spend(source.size)
    return source.read(0, source.size)


def infos(reading: Reading, data: bytes, where: str) -> list[Item]:
    """Of an `iinf` box."""
    at = 6 if data[:1] == b"\0" else 8
    count = int.from_bytes(data[4:at], "big")
    found: list[Item] = []
    while at + 12 <= len(data):
        reading.step(2)
        size, _ = _BOX.unpack_from(data, at)
        end = at + size
        item = _info(data, at, end) if size >= 12 and end <= len(data) else None
        if item is None:
            break
        found.append(item)
        at = end
    if len(found) < count or len(data) < 6:
        reading.cannot(where, "not all items can be read", EVERYTHING)
    return found


def _info(data: bytes, at: int, end: int) -> Item | None:
    version = data[at + 8]
    if version < 2:
        _, content, coding, *_ = [*data[at + 16 : end].split(b"\0"), b"", b"", b""]
        return Item(int.from_bytes(data[at + 12 : at + 14], "big"), b"mime", (content, coding))
    layout = _SHORT if version == 2 else _LONG
    names = at + 12 + layout.size
    if names > end:
        return None
    number, kind = layout.unpack_from(data, at + 12)
    if kind not in (b"mime", b"uri "):
        return Item(number, kind, ())
    _, content, coding, *_ = [*data[names:end].split(b"\0"), b"", b"", b""]
    return Item(number, kind, (content, coding))


def locations(reading: Reading, data: bytes, where: str) -> dict[int, Location]:
    """Of an `iloc` box."""
    found: dict[int, Location] = {}
    count, at = _count(data)
    sizes = [half for byte in data[4:6] for half in (byte >> 4, byte & 15)]
    if count is None or data[0] > 2 or any(size not in _SIZES for size in sizes[: 4 if data[0] else 3]):
        reading.cannot(where, "damaged", EVERYTHING)
        return found
    head, extent = _layouts(data[0], *sizes)
    for _ in range(count):
        reading.step(2)
        if at + head.size > len(data):
            break
        number, method, reference, start, extents = head.unpack_from(data, at)
        at += head.size
        end = at + extents * extent.size
        if end > len(data):
            break
        reading.step(extents)
        rows = tuple(extent.iter_unpack(data[at:end])) if extent.size else ((0, 0, 0),)
        found[number] = Location((method or 0) & 15, reference != 0, start or 0, rows)
        at = end
    if len(found) < count:
        reading.cannot(where, "not all places of items can be read", EVERYTHING)
    return found


@cache
def _layouts(version: int, offset: int, length: int, base: int, index: int) -> tuple[Struct, Struct]:
    """Of what an item begins with, and of each of its pieces."""
    method, within = ("H", _SIZES[index]) if version else ("0s", "0s")
    head = Struct(f">{_WIDE[version == 2]}{method}H{_SIZES[base]}H")
    return head, Struct(f">{within}{_SIZES[offset]}{_SIZES[length]}")


def _count(data: bytes) -> tuple[int | None, int]:
    size = 4 if data[:1] == b"\2" else 2
    if len(data) < 6 + size:
        return None, 0
    return int.from_bytes(data[6 : 6 + size], "big"), 6 + size


def references(reading: Reading, data: bytes, where: str) -> Iterator[Reference]:
    """Of an `iref` box."""
    if len(data) < 4:
        return
    letter = _WIDE[data[0] > 0]
    head = Struct(f">I4s{letter}H")
    at = 4
    while at + head.size <= len(data):
        reading.step()
        size, kind, origin, count = head.unpack_from(data, at)
        end = at + size
        if size < head.size or end > len(data) or head.size + count * (4 if letter == "I" else 2) > size:
            break
        reading.step(count)
        yield Reference(kind, origin, Struct(f">{count}{letter}").unpack_from(data, at + head.size))
        at = end
    if at < len(data):
        reading.cannot(where, "damaged", EVERYTHING)


class Items:
    """What one `meta` box tells of its items."""

    __slots__ = ("_file", "_idat", "_locations", "_reading", "_within", "found", "references")

    def __init__(
        self,
        reading: Reading,
        file: Source,
        idat: Source | None,
        found: list[Item],
        places: dict[int, Location],
        references: list[Reference],
    ) -> None:
        self._reading = reading
        self._file = file
        self._idat = idat
        self._locations = places
        self.found = found
        self.references = references
        self._within: dict[int, list[int]] = {}
        for one in references:
            if one.kind == b"iloc":
                self._within.setdefault(one.origin, []).extend(one.targets)

    def content(self, number: int, depth: int = 0) -> Content | None:
        """An item's bytes; None where they are not in this file, or it is not told where."""
        place = self._locations.get(number)
        if place is None or place.elsewhere or depth > MAX_WITHIN:
            return None
        self._reading.step(2 * len(place.rows))
        parts: list[tuple[Source, int, int]] = []
        whole = True
        for index, at, stated in place.extents():
            base = self._base(number, place.method, index, depth)
            if base is None:
                return None
            room = max(0, base.source.size - at)
            size = stated or room  # no length: all that is there (8.11.3.3)
            parts.append((base.source, at, min(size, room)))
            whole = whole and base.whole and size <= room
        return Content(self._joined(parts), whole)

    def _base(self, number: int, method: int, index: int, depth: int) -> Content | None:
        if method == 0:
            return Content(self._file, True)
        if method == 1:
            return None if self._idat is None else Content(self._idat, True)
        targets = self._within.get(number, [])
        position = max(1, index) - 1  # counted from 1; 1 where it is not stated (8.11.3.3)
        if method > 2 or position >= len(targets):
            return None
        return self.content(targets[position], depth + 1)

    def _joined(self, parts: list[tuple[Source, int, int]]) -> Source:
        if len(parts) == 1:
            source, at, size = parts[0]
            return source.part(at, size)
        self._reading.spend(sum(size for _, _, size in parts))
        return in_memory(b"".join(source.read(at, size) for source, at, size in parts))

    def in_file(self) -> list[tuple[int, int]]:
        """Begins and ends in the file of all that belongs to an item."""
        return [
            (at, at + size if size else self._file.size)
            for place in self._locations.values()
            if place.method == 0 and not place.elsewhere
            for _, at, size in place.extents()
        ]
