"""Makers' own notes in EXIF: serial numbers, owners, names and places that stand nowhere else."""

from __future__ import annotations

import re
import struct

from facelint.imagemeta.blocks import gps
from facelint.imagemeta.blocks.ifd import ASCII, BIG, LITTLE, SIZES, TYPES, Layout, Tiff
from facelint.imagemeta.blocks.makernotes import makers
from facelint.imagemeta.blocks.makernotes.fields import GPS_IFD, Field, Nested, Shown, Table, Told, Value, kinds_of
from facelint.imagemeta.blocks.makernotes.makers import Maker
from facelint.imagemeta.model import Kind
from facelint.imagemeta.reading import Reading
from facelint.imagemeta.source import Source

_UNKNOWN = frozenset(
    (Kind.SERIAL_NUMBERS, Kind.OWNER_NAMES, Kind.PERSON_NAMES, Kind.LOCATION_TEXT, Kind.GPS, Kind.CONTENT_IDENTIFIER,
     Kind.UNIQUE_ID)
)  # fmt: skip
"""What the note of a maker that is not known may tell."""
_LOST = makers.HOLDS | _UNKNOWN | gps.HOLDS
HOLDS = _LOST | {Kind.MAKER_NOTE, Kind.METADATA}

_ALWAYS = frozenset((Kind.MAKER_NOTE, Kind.METADATA))
_HEAD = 64
_DIRECTORY = 2048
"""Bytes of a note that its directory does not go beyond: more than 160 entries."""
_MOST = 2**20
"""Bytes of a note that is no directory."""
_TEXT = re.compile(rb"[\t\r\n -~\x80-\xff]+\0*")
_WORDS = (
    (re.compile(rb"gps|latitude|longitude|geo", re.IGNORECASE), frozenset((Kind.GPS, Kind.LOCATION_TEXT))),
    (re.compile(rb"serial|imei|device.?id|\bsn\b", re.IGNORECASE), frozenset((Kind.SERIAL_NUMBERS,))),
    (re.compile(rb"owner|author|artist|person|user", re.IGNORECASE), frozenset((Kind.OWNER_NAMES, Kind.PERSON_NAMES))),
    (re.compile(rb"uuid|unique|identifier", re.IGNORECASE), frozenset((Kind.UNIQUE_ID, Kind.CONTENT_IDENTIFIER))),
)
"""Words of a text whose maker is not known, and what such a text may then tell."""


def is_silent(wanted: frozenset[Kind], data: bytes, at: int, size: int, make: str) -> bool:
    """Whether a note tells nothing that is wanted, as far as that is known without going through it.

    Of those whose maker is known only coordinates may be in a note of any, and there only where its directory, which
    is within its first bytes, has their tag in one byte order or the other.
    """
    end = at + min(size, _DIRECTORY)
    if end > len(data) or not wanted.isdisjoint(_ALWAYS):
        return False
    maker = makers.maker_of(data[at : at + _HEAD], make)
    if maker is None or not wanted.isdisjoint(maker.own):
        return False
    for tag in (b"\x25\x88", b"\x88\x25"):
        found = data.find(tag, at, end)
        while found >= 0:
            if maker.pointer or (found - at - maker.start) % 12 == 2:
                return False
            found = data.find(tag, found + 1, end)
    return True


def read(
    reading: Reading,
    tiff: Source,
    at: int,
    size: int,
    make: str,
    big_endian: bool,
    where: str,
    model: str = "",
    base: int = 0,
) -> None:
    """The note at an offset of a TIFF structure; `base`: where offsets that count from the structure's begin count."""
    if reading.wanted.isdisjoint(HOLDS) or size <= 0:
        return
    if not 0 <= at < tiff.size:
        reading.cannot(where, "lies outside", HOLDS)
        return
    head = tiff.read(at, min(size, _HEAD))
    if not head.strip(b"\0 ") and not tiff.read(at, min(size, _MOST)).strip(b"\0 "):
        if at + size > tiff.size:
            reading.cannot(where, "is cut", HOLDS)
        return
    reading.block("makernote")
    reading.add(Kind.MAKER_NOTE, "makernote", where)
    maker = makers.maker_of(head, make)
    hides = _LOST if maker is None else maker.kinds
    if reading.wanted.isdisjoint(hides):
        return
    if at + size > tiff.size:
        reading.cannot(where, "is cut", hides)
        size = tiff.size - at
    note = _Note(reading, tiff, at, size, BIG if big_endian else LITTLE, where, model, base)
    if maker is None:
        note.unknown()
    elif maker.whole:
        reading.spend(min(size, _MOST))
        note.tell(maker.whole(tiff.read(at, min(size, _MOST))), where)
    else:
        note.known(maker)


class _Note:
    """One note, and what of it is still to be read."""

    __slots__ = ("at", "base", "layout", "model", "reading", "size", "source", "where")

    def __init__(
        self, reading: Reading, source: Source, at: int, size: int, layout: Layout, where: str, model: str, base: int
    ) -> None:
        self.reading = reading
        self.source = source
        self.at = at
        self.size = size
        self.layout = layout
        self.where = where
        self.model = model
        self.base = base

    def known(self, maker: Maker) -> None:
        base = self.base if maker.base is None else self.at + maker.base
        start = self.at + maker.start
        layout: Layout | None = self.layout
        if maker.pointer:
            layout = BIG if self.source.read(self.at + 10, 2) == b"MM" else LITTLE
            found = self.source.read(start, 4)
            start = base + layout.pointer.unpack(found)[0] if len(found) == 4 else self.source.size
        layout = self.order(start) if start < self.source.size else None
        if layout is None:
            self.reading.cannot(self.where, "is no directory", maker.kinds)
            return
        tiff = Tiff(self.reading, self.source, layout, base)
        self.directories(tiff, start, maker.table, maker.base is None)

    def order(self, start: int) -> Layout | None:
        """The byte order in which there can be a directory; notes are moved into files of the other one."""
        head = self.source.read(start, 8)
        if len(head) < 8:
            return self.layout if self.at + self.size >= self.source.size else None
        for layout in (self.layout, BIG if self.layout is LITTLE else LITTLE):
            count, _, kind = struct.unpack_from(layout.order + "HHH", head)
            if 0 < count <= 1024 and kind in TYPES:
                return layout
        return self.layout if head[:2] == b"\0\0" else None

    def directories(self, tiff: Tiff, start: int, table: Table, moves: bool) -> None:
        todo: list[tuple[int, Table, str, Layout]] = [(start, table, self.where, tiff.layout)]
        seen = {start}
        for at, entries, where, layout in todo:
            tiff.layout = layout
            if trouble := tiff.open(at):
                self.reading.cannot(where, trouble, self._hides(entries))
            if entries is GPS_IFD.table:
                if tiff.tags or not trouble:
                    gps.read(self.reading, tiff, "makernote", where, trouble)
                continue
            if entries.keys().isdisjoint(tiff.tags):
                continue
            if moves and at == start:
                tiff.base += self._moved(tiff, start)
            for index, tag in enumerate(tiff.tags):
                one = entries.get(tag)
                if one is None:
                    continue
                if isinstance(one, Nested):
                    nested, order = self._nested(tiff, index)
                    if nested not in seen:
                        seen.add(nested)
                        todo.append((nested, one.table, f"{where} > {one.name}", order))
                else:
                    self._entry(tiff, index, one, f"{where} > {one.name}")

    def _hides(self, entries: Table) -> frozenset[Kind]:
        return gps.HOLDS if entries is GPS_IFD.table else kinds_of(entries)

    def _nested(self, tiff: Tiff, index: int) -> tuple[int, Layout]:
        """Where a directory begins to which an entry leads or which it is, and its byte order if it says one."""
        at, _ = tiff.extent(index)
        if at is None or SIZES.get(tiff.types[index]) == 4:
            found = tiff.numbers(index, 1)
            at = int(found[0]) + tiff.base if found else -1
        head = self.source.read(at, 20) if at >= 0 else b""
        if head.startswith(b"[Ricoh Camera Info]"):  # ended by a zero, or by 0xFF
            return at + 20, BIG
        if head[:2] in (b"II", b"MM") and head[:1] != b"\0":
            return at + 2, BIG if head[:2] == b"MM" else LITTLE
        return at, tiff.layout

    def _moved(self, tiff: Tiff, start: int) -> int:
        """By how much offsets are off, where a program has moved the note and left them as they were.

        Canon says at the note's end where it stood. Of others the values are taken to follow the directory.
        """
        end = self.at + self.size
        extents = [(at, at + size) for at, size in map(tiff.extent, range(len(tiff.tags))) if at is not None and size]
        if not extents:
            return 0
        low, high = min(extents)[0], max(last for _, last in extents)
        if low >= self.at and high <= end:
            return 0
        tail = self.source.read(max(end - 8, 0), 8)
        if tail[:4] in (b"II*\0", b"MM\0*") and len(tail) == 8:
            shift: int = self.at - tiff.layout.pointer.unpack_from(tail, 4)[0]
        else:
            shift = start + 6 + len(tiff.tags) * tiff.stride - low
        return shift if low + shift >= self.at and high + shift <= end else 0

    def _entry(self, tiff: Tiff, index: int, one: Field | Shown, where: str) -> None:
        if isinstance(one, Shown):
            self._preview(tiff, index, one, where)
            return
        if self.reading.wanted.isdisjoint(one.kinds):
            return
        found, trouble = tiff.value(index)
        if trouble:
            self.reading.cannot(where, trouble, one.kinds)
        if found and trouble in ("", "is cut"):
            self.tell(one.tell(Value(found, tiff.types[index], tiff.layout.order, self.model)), where)

    def tell(self, told: Told, where: str) -> None:
        for name, kind, text in told:
            if text:
                self.reading.add(
                    kind, "makernote", where if where.endswith(f" > {name}") else f"{where} > {name}", text
                )

    def _preview(self, tiff: Tiff, index: int, one: Shown, where: str) -> None:
        if Kind.PREVIEW not in self.reading.wanted:
            return
        if one.length:
            start, length = next(iter(tiff.numbers(index, 1)), None), tiff.number(one.length)
            at = None if start is None else int(start) + tiff.base
        else:
            at, length = tiff.extent(index)
        if at is None or not length or at <= tiff.base or at + length > self.source.size:
            return
        if self.source.start >= 0:
            self.reading.picture(Kind.PREVIEW, "makernote", where, self.source.start + at, length)
        else:
            self.reading.spend(length)
            self.reading.picture(Kind.PREVIEW, "makernote", where, -1, length, self.source.read(at, length))

    # Of a maker that is not known

    def unknown(self) -> None:
        size = min(self.size, _MOST)
        self.reading.spend(size)
        note = self.source.read(self.at, size)
        if _TEXT.fullmatch(note):
            hides = frozenset[Kind]().union(*(kinds for pattern, kinds in _WORDS if pattern.search(note)))
            if hides:
                self.reading.cannot(self.where, "is of a maker that is not known", hides)
            return
        located = _locate(note, self.layout)
        if located is None:
            self.reading.cannot(self.where, "is of a maker that is not known", _UNKNOWN)
            return
        start, layout, base = located
        tiff = Tiff(self.reading, self.source, layout, self.base if base is None else self.at + base)
        self.directories(tiff, self.at + start, makers.OTHER, base is None)
        if not tiff.open(self.at + start) and any(self._opaque(tiff, index) for index in range(len(tiff.tags))):
            self.reading.cannot(self.where, "is of a maker that is not known", _UNKNOWN)

    def _opaque(self, tiff: Tiff, index: int) -> bool:
        """Whether an entry may tell what is not understood: no number, and none that is in the table."""
        if tiff.tags[index] in makers.OTHER or tiff.types[index] not in (1, ASCII, 7, 129):
            return False
        return tiff.extent(index)[1] >= 8 and bool(tiff.value(index)[0].strip(b"\0 "))


def _locate(note: bytes, usual: Layout) -> tuple[int, Layout, int | None] | None:
    """Where a directory begins near the note's, its byte order, and where its offsets count from if it says so."""
    for at in range(0, 34, 2):
        if note[at : at + 4] in (b"II*\0", b"MM\0*") and at + 8 <= len(note):
            layout = BIG if note[at : at + 2] == b"MM" else LITTLE
            return at + layout.pointer.unpack_from(note, at + 4)[0], layout, at
        for layout in (usual, BIG if usual is LITTLE else LITTLE):
            if _is_directory(note, at, layout):
                return at, layout, None
    return None


def _is_directory(note: bytes, at: int, layout: Layout) -> bool:
    if at + 2 > len(note):
        return False
    (count,) = layout.many.unpack_from(note, at)
    end = at + 2 + 12 * count
    if not 0 < count < 256 or end > len(note):
        return False
    entries = layout.entry.iter_unpack(note[at + 2 : end])
    return all(kind in TYPES for _, kind in entries)
