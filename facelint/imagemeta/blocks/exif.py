"""EXIF and whole TIFF files: what the entries of their directories tell, wherever in them they stand."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Literal, NamedTuple

from facelint.imagemeta.blocks import gps, iptc, makernotes
from facelint.imagemeta.blocks.ifd import (
    BIG,
    LITTLE,
    MANY,
    TAGS,
    TYPES,
    UNDEFINED,
    WIDE_BIG,
    WIDE_LITTLE,
    Layout,
    Tiff,
)
from facelint.imagemeta.blocks.tags import (
    COLOR,
    FIRST,
    GPS,
    HOLDS,
    MAIN,
    ROLES,
    SECOND,
    SIZE,
    STRUCTURE,
    THIRD,
    How,
    Role,
    Tag,
    plans,
    watched,
)
from facelint.imagemeta.model import Kind, Place
from facelint.imagemeta.programs import edits, generates, holds_prompt
from facelint.imagemeta.reading import MAX_VALUE, Reading
from facelint.imagemeta.source import Source

__all__ = ["HOLDS", "Page", "pages", "read"]

_LAYOUTS = {
    b"II*\0": LITTLE, b"MM\0*": BIG, b"II+\0": WIDE_LITTLE, b"MM\0+": WIDE_BIG, b"IIRO": LITTLE, b"IIRS": LITTLE,
    b"MMOR": BIG, b"IIU\0": LITTLE, b"II\xbc\x01": LITTLE, b"II\xbc\0": LITTLE,
}  # fmt: skip
"""TIFF, BigTIFF, and what Olympus, Panasonic and JPEG XR make of the third and fourth byte."""
_BELOW = {0x8769: ROLES["Exif IFD"], 0x8825: GPS}
_NOTE = 0x927C
_TYPES = bytes(TYPES)
_LEAST = 1024
"""Bytes at hand with which reading begins."""
_SHORT = 64
_NAME = 200
"""Characters of a program's name: of one that is worth keeping, and of the longest that is looked at."""
_MOST_CUT = 65536
"""Bytes of a text that is cut off; what says to be longer is not taken for a text."""
_JPEG = (6, 7)
"""Compression of TIFF: JPEG as of TIFF 6.0 and as of its second technical note."""
_REDUCED = 1
"""Bit of NewSubfileType: a smaller version of another picture."""


class Page(NamedTuple):
    """A directory of a whole file that describes a picture."""

    name: str
    subfile: int
    width: int
    height: int
    photometric: int


def read(reading: Reading, source: Source, place: Place, where: str) -> None:
    """A TIFF structure from the source's first byte on."""
    if reading.wanted.isdisjoint(HOLDS):
        return
    head = source.at_hand(_LEAST).head
    if head[:6] == b"Exif\0\0":
        source = source.part(6, source.size).at_hand(_LEAST)
        head = source.head
    layout = _LAYOUTS.get(head[:4])
    if layout is None:
        reading.cannot(where, "is no TIFF structure" if source.size >= 8 else "is cut", HOLDS)
        return
    first = _first(source, layout)
    if not first:
        reading.cannot(where, "is cut" if first is None else "has no directory", HOLDS)
        return
    todo, seen = _usual(reading, source, layout, first, place, where)
    if todo:
        _Walk(reading, source, layout, place, where, todo, seen).walk()


def _usual(
    reading: Reading, source: Source, layout: Layout, first: int, place: Place, where: str
) -> tuple[list[tuple[int, Role]], set[tuple[int, bool]]]:
    """Goes through those directories that are at hand, sound, and hold nothing wanted but coordinates and a note.

    Most files need no more. Returns the directories that are left, and all that have been seen.
    """
    todo, seen = [(first, FIRST)], {(first, False)}
    if layout.wide or Kind.METADATA in reading.wanted:
        return todo, seen
    rest: list[tuple[int, Role]] = []
    many, plain, unpack = layout.many.unpack_from, layout.plain.unpack_from, TAGS[layout.order]
    kinds = 2 if layout.order == "<" else 3
    watch = watched(reading.wanted)
    data = source.head
    last = len(data) - 6
    named: tuple[tuple[int, ...], int] = ((), 0)
    for at, role in todo:
        count = many(data, at)[0] if at <= last else MANY
        begin = at + 2
        end = begin + 12 * count
        if count >= MANY or end > last + 2 or data[begin + kinds : end : 12].translate(None, _TYPES):
            rest.append((at, role))
            continue
        reading.step(count + 1)
        tags = unpack[count](data, begin)
        if role is GPS:
            if not gps.usual(reading, data, begin, tags, layout, place, where):
                rest.append((at, role))
            continue
        if role is FIRST:
            named = tags, begin
        below = []
        notes = []
        for tag in watch[role.plan].intersection(tags):
            kind, number, target = plain(data, begin + 2 + 12 * tags.index(tag))
            if tag == _NOTE and number > 4 and kind == UNDEFINED and tags.count(tag) == 1:
                notes.append((target, number))
            elif tag not in _BELOW or kind != 4 or number != 1 or tags.count(tag) > 1:
                rest.append((at, role))
                break
            else:
                below.append((target, _BELOW[tag]))
        else:
            for note, size in notes:
                _note(reading, source, layout, named, note, size, f"{where} > {role.name} > MakerNote")
            if role.follows and watch[SECOND.plan]:
                below.append((layout.pointer.unpack_from(data, end)[0], SECOND if role is FIRST else THIRD))
            for one in below:
                key = (one[0], one[1] is GPS)
                if one[0] and key not in seen:
                    seen.add(key)
                    todo.append(one)
    return rest, seen


def _note(
    reading: Reading, source: Source, layout: Layout, named: tuple[tuple[int, ...], int], at: int, size: int, where: str
) -> None:
    """A maker's note; `named`: the tags of the directory that says who the maker is, and where its entries begin."""
    make = _named(source.head, layout, named, 0x010F)
    if not makernotes.is_silent(reading.wanted, source.head, at, size, make):
        model = _named(source.head, layout, named, 0x0110)
        makernotes.read(reading, source, at, size, make, layout.order == ">", where, model)


def _named(data: bytes, layout: Layout, named: tuple[tuple[int, ...], int], tag: int) -> str:
    tags, begin = named
    if tag not in tags:
        return ""
    at = begin + 12 * tags.index(tag)
    _, number, target = layout.plain.unpack_from(data, at + 2)
    found = data[at + 8 : at + 12] if number <= 4 else data[target : target + min(number, 64)]
    return found.split(b"\0", 1)[0].decode("latin-1").strip()


def pages(
    reading: Reading, source: Source, where: str, preview_first: bool = False
) -> tuple[list[Page], frozenset[int]]:
    """A whole file: its pictures, and the tags of its first directory, which is of a preview if that is said."""
    source.at_hand(_LEAST)
    layout = _LAYOUTS.get(source.head[:4])
    if layout is None:
        reading.cannot(where, "is no TIFF structure" if source.size >= 8 else "is cut")
        return [], frozenset()
    first = _first(source, layout)
    if not first:
        reading.cannot(where, "is cut" if first is None else "has no directory")
        return [], frozenset()
    walk = _Walk(reading, source, layout, "exif", where, [(first, FIRST)], {(first, False)}, True, preview_first)
    walk.walk()
    walk.tiff.open(first)
    return walk.pages, frozenset(walk.tiff.tags)


def _first(source: Source, layout: Layout) -> int | None:
    """Where the first directory is; None where that is cut off."""
    at = 8 if layout.wide else 4
    return layout.pointer.unpack_from(source.head, at)[0] if len(source.head) >= 2 * at else None


class _Walk:
    """Through the directories of one structure, one after another."""

    __slots__ = (
        "chained", "metadata", "pages", "place", "plans", "preview_first", "reading", "role", "seen", "source", "tiff",
        "todo", "where", "whole",
    )  # fmt: skip

    def __init__(
        self,
        reading: Reading,
        source: Source,
        layout: Layout,
        place: Place,
        where: str,
        todo: list[tuple[int, Role]],
        seen: set[tuple[int, bool]],
        whole: bool = False,
        preview_first: bool = False,
    ) -> None:
        self.reading = reading
        self.source = source
        self.tiff = Tiff(reading, source, layout)
        self.place = place
        self.where = where
        self.whole = whole
        self.preview_first = preview_first
        self.plans = plans(reading.wanted)
        self.metadata = Kind.METADATA in reading.wanted
        self.role = FIRST
        self.todo = todo
        self.seen = seen
        self.pages: list[Page] = []
        self.chained = 0

    def walk(self) -> None:
        for at, role in self.todo:
            self._directory(at, role)

    def go(self, at: int, role: Role) -> None:
        """Each directory once, though one that is read as EXIF may be read as coordinates too."""
        key = (at, role is GPS)
        if at and key not in self.seen:
            self.seen.add(key)
            self.todo.append((at, role))

    def path(self, name: str) -> str:
        return f"{self.where} > {self.role.name} > {name}"

    def _directory(self, at: int, role: Role) -> None:
        tiff = self.tiff
        self.role = role
        if trouble := tiff.open(at):
            self.reading.cannot(f"{self.where} > {role.name}", trouble, role.hides)
        if role is GPS:
            if self.metadata:
                self.reading.block("exif")
            if tiff.tags or not trouble:
                gps.read(self.reading, tiff, self.place, f"{self.where} > {role.name}", trouble)
            return
        tags = tiff.tags
        if self.metadata:
            self._blocks(set(tags))
        plan = self.plans[role.plan]
        if not plan.keys().isdisjoint(tags):
            for index, tag in enumerate(tags):
                if tag in plan:
                    one = plan[tag]
                    _RUN[one.how](self, one, index)
        if self.whole and tags:
            self._page()
        if role.follows and not trouble and (self.whole or self.plans[SECOND.plan]):
            self._next()

    def _next(self) -> None:
        if self.whole:
            self.chained += 1
            later = Role(f"IFD{self.chained}", HOLDS, MAIN, follows=True)
        else:
            later = SECOND if self.role is FIRST else THIRD
        found = self.tiff.next()
        if found is None:
            self.reading.cannot(f"{self.where} > {later.name}", "is cut", later.hides)
        else:
            self.go(found, later)

    def _blocks(self, tags: set[int]) -> None:
        block = self.reading.block
        if 0x0112 in tags:
            block("orientation")
        if not tags.isdisjoint(SIZE):
            block("size")
        if not tags.isdisjoint(COLOR):
            block("color-profile")
        if not tags <= STRUCTURE:
            block("exif")

    def _page(self) -> None:
        number = self._single
        width, height = number(0x0100) or number(0xBC80), number(0x0101) or number(0xBC81)
        if self.role is FIRST and self.source.head[:4] == b"IIU\0" and not width:
            width, height = number(7) - number(5), number(6) - number(4)  # the sensor's borders
        if self.role.follows or width:
            self.pages.append(Page(self.role.name, number(0x00FE), width, height, number(0x0106)))

    def _single(self, tag: int) -> int:
        """The number of an entry that has only one; else 0."""
        tiff = self.tiff
        return (tiff.number(tag) or 0) if tag in tiff.tags and tiff.extent(tiff.tags.index(tag))[0] is None else 0

    # What is done with an entry

    def text(self, tag: Tag, index: int) -> None:
        tiff, reading = self.tiff, self.reading
        found, trouble = tiff.value(index)
        if trouble:
            reading.cannot(self.path(tag.name), trouble, frozenset(tag.kinds))
            if trouble != "is cut" or tiff.extent(index)[1] > _MOST_CUT:
                return
        if text := tag.decode(found, tiff.types[index], tiff.layout.order):
            for kind in tag.kinds:
                if _tells(reading, kind, tag.kinds, text):
                    reading.add(kind, self.place, self.path(tag.name), text)

    def pointer(self, tag: Tag, index: int) -> None:
        role = ROLES[tag.name]
        found = self._pointers(index)
        if not found:
            self.reading.cannot(f"{self.where} > {role.name}", "is nowhere", role.hides)
        for one in found:
            self.go(one, role)

    def _pointers(self, index: int) -> tuple[int, ...]:
        found = self.tiff.numbers(index)
        if not found and self.tiff.types[index] == UNDEFINED:
            value = self.tiff.value(index)[0]
            if len(value) == self.tiff.pointer_size:
                found = self.tiff.layout.pointer.unpack(value)
        return tuple(map(int, found))

    def maker_note(self, tag: Tag, index: int) -> None:
        at, size = self.tiff.extent(index)
        if at is not None:
            self._note(at, size, self.tiff.layout.order == ">", self.path(tag.name))

    def _note(self, at: int, size: int, big_endian: bool, where: str, base: int = 0) -> None:
        make, model = self._camera()
        makernotes.read(self.reading, self.source, at, size, make, big_endian, where, model, base)

    def _camera(self) -> tuple[str, str]:
        """Its maker and model, as the first directory says."""
        tiff, mark = self.tiff, self.tiff.mark()
        tiff.open(_first(self.source, tiff.layout) or 0)
        tags = tiff.tags
        found = [tiff.value(tags.index(tag))[0] if tag in tags else b"" for tag in (0x010F, 0x0110)]
        tiff.back(mark)
        make, model = (one[:64].split(b"\0", 1)[0].decode("latin-1").strip() for one in found)
        return make, model

    def private(self, tag: Tag, index: int) -> None:
        """A copy of a maker note in a DNG, as Adobe's converter keeps it or as a camera writes it."""
        at, size = self.tiff.extent(index)
        if at is None:
            return
        end = min(at + size, self.source.size)
        head = self.source.read(at, 8)
        if head.startswith((b"PENTAX \0", b"SAMSUNG\0")):
            self._note(at, size, self.tiff.layout.order == ">", self.path(tag.name))
        if not head.startswith(b"Adobe\0"):
            return
        at += 6
        while at + 8 <= end:
            self.reading.step()
            record = self.source.read(at, 14)
            size = int.from_bytes(record[4:8], "big")
            if record[:4] == b"MakN" and len(record) == 14:
                note, was = at + 14, int.from_bytes(record[10:14], "big")
                self._note(note, size - 6, record[8:10] == b"MM", self.path(tag.name), note - was)
            at += 8 + size + size % 2

    def xmp(self, tag: Tag, index: int) -> None:
        from facelint.imagemeta.blocks import xmp

        if found := self._block(tag, index):
            xmp.read(self.reading, found, self.path(tag.name))

    def iptc(self, tag: Tag, index: int) -> None:
        found = self._block(tag, index)
        if found[:1] != b"\x1c" and found[3:4] == b"\x1c" and self.tiff.types[index] == 4:
            found = b"".join(found[at : at + 4][::-1] for at in range(0, len(found), 4))  # written as numbers
        if found:
            iptc.read(self.reading, found, self.path(tag.name))

    def _block(self, tag: Tag, index: int) -> bytes:
        found, trouble = self.tiff.value(index)
        if trouble:
            self.reading.cannot(self.path(tag.name), trouble, frozenset(tag.kinds))
        return found if found.strip(b"\0 ") else b""

    def photoshop(self, tag: Tag, index: int) -> None:
        from facelint.imagemeta.blocks import photoshop

        at, size = self.tiff.extent(index)
        if at is None:
            return
        if at + size > self.source.size:
            self.reading.cannot(self.path(tag.name), "is cut", frozenset(tag.kinds))
        if 0 <= at < self.source.size:
            photoshop.read(self.reading, self.source.part(at, size), self.path(tag.name))

    def unread(self, tag: Tag, index: int) -> None:
        if self.tiff.extent(index)[1]:
            self.reading.cannot(self.path(tag.name), "is not read", frozenset(tag.kinds))

    def jpeg(self, tag: Tag, index: int) -> None:
        number = self.tiff.number
        if not (self.whole and number(0x0103) == 6 and number(0x0100)) or self._is_reduced():
            self._picture(tag, self._is_thumbnail(), number(0x0201), number(0x0202))

    def _is_reduced(self) -> bool:
        return bool((self.tiff.number(0x00FE) or 0) & _REDUCED) or (self.preview_first and self.role is FIRST)

    def _is_thumbnail(self) -> bool:
        return self.role.name == "IFD1" or self.role is THIRD

    def strips(self, tag: Tag, index: int) -> None:
        number = self.tiff.number
        if not self._is_reduced() and (self.whole or not self._is_thumbnail()):
            return
        sizes = self.tiff.numbers(self.tiff.tags.index(0x0117), 65536) if 0x0117 in self.tiff.tags else ()
        thumbnail = number(0x0103) not in _JPEG or self._is_thumbnail()
        self._picture(tag, thumbnail, number(0x0111), int(sum(sizes)))

    def raw_jpeg(self, tag: Tag, index: int) -> None:
        """A whole JPEG with blocks of its own (Panasonic)."""
        from facelint.imagemeta.containers import reader_of

        at, size = self.tiff.extent(index)
        if at is None or self.source.head[:4] != b"IIU\0":
            return
        self._picture(tag, False, at, size)
        part = self.source.part(at, size) if 0 <= at < self.source.size else None
        name, reader = reader_of(part) if part else ("", None)
        if part is None or reader is None or name != "jpeg":
            return
        reading = self.reading
        kept = reading.format, reading.width, reading.height, reading.frames
        reader(reading, part)
        reading.format, reading.width, reading.height, reading.frames = kept

    def _picture(self, tag: Tag, thumbnail: bool, start: int | None, length: int | None) -> None:
        kind: Literal[Kind.THUMBNAIL, Kind.PREVIEW] = Kind.THUMBNAIL if thumbnail else Kind.PREVIEW
        reading, source = self.reading, self.source
        where = self.path(tag.name)
        if start is None or length is None:
            reading.cannot(where, "is nowhere", frozenset((kind,)))
        elif not start or length <= 0:
            return
        elif start + length > source.size:
            reading.cannot(where, "is cut" if start < source.size else "lies outside", frozenset((kind,)))
        else:
            reading.block("thumbnail")
            if source.start >= 0:
                reading.picture(kind, self.place, where, source.start + start, length)
            elif kind in reading.wanted:
                reading.spend(length)
                reading.picture(kind, self.place, where, -1, length, source.read(start, length))


def _tells(reading: Reading, kind: Kind, kinds: tuple[Kind, ...], text: str) -> bool:
    """Whether a text tells what its entry may tell. Long ones are work: they count as many parts."""
    if kind is Kind.EDITING_SOFTWARE:
        return _is_program(reading, edits, text)
    if kind is Kind.SYNTHETIC_MARKER and Kind.FREE_TEXT not in kinds:
        return _is_program(reading, generates, text)
    if kind is Kind.AI_PROMPT or kind is Kind.SYNTHETIC_MARKER:
        reading.step(len(text[:MAX_VALUE]) // 16)
        return holds_prompt(text[:MAX_VALUE])
    return True


def _is_program(reading: Reading, test: Callable[[str], bool], text: str) -> bool:
    if len(text) < _SHORT:
        return _is_kept(test, text)
    reading.step(_NAME)
    return test(text[:_NAME])


@lru_cache(maxsize=4096)
def _is_kept(test: Callable[[str], bool], text: str) -> bool:
    """Pictures of one camera name the same program."""
    return test(text)


_RUN: dict[How, Callable[[_Walk, Tag, int], None]] = {
    "text": _Walk.text,
    "pointer": _Walk.pointer,
    "strips": _Walk.strips,
    "jpeg": _Walk.jpeg,
    "maker_note": _Walk.maker_note,
    "private": _Walk.private,
    "raw_jpeg": _Walk.raw_jpeg,
    "xmp": _Walk.xmp,
    "iptc": _Walk.iptc,
    "photoshop": _Walk.photoshop,
    "unread": _Walk.unread,
}
