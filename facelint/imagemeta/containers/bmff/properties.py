"""The properties of items: sizes, roles, and what is written of them (ISO/IEC 23008-12, 6.5 and 6.10)."""

from __future__ import annotations

from struct import Struct
from typing import NamedTuple, Self

from facelint.imagemeta.containers.bmff.boxes import Box, boxes, near
from facelint.imagemeta.containers.bmff.items import table
from facelint.imagemeta.containers.bmff.words import MAX_TEXT, decoded, moment, tell
from facelint.imagemeta.model import Block, Kind
from facelint.imagemeta.reading import Reading
from facelint.imagemeta.source import Source, in_memory

HOLDS = frozenset({Kind.FREE_TEXT, Kind.CAPTURED_AT, Kind.THUMBNAIL, Kind.SECONDARY_IMAGES})

_EXTENT = Struct(">II")
_ENTRY = (Struct(">HB"), Struct(">IB"))
_BLOCKS: dict[bytes, Block] = {
    b"ispe": "size",
    b"irot": "orientation",
    b"imir": "orientation",
    b"colr": "color-profile",
}


class Properties(NamedTuple):
    source: Source
    boxes: list[Box]
    of: dict[int, tuple[bool, bytes]]
    """By item, the numbers of its properties, counted from 1, and whether they take two bytes each."""

    @classmethod
    def none(cls) -> Self:
        return cls(in_memory(b""), [], {})

    def size(self, item: int) -> tuple[int | None, int | None]:
        for box in self._boxes(item):
            if box.kind == b"ispe" and box.end >= box.begin + 12:
                width, height = _EXTENT.unpack(self.source.read(box.begin + 4, 8))
                return width, height
        return None, None

    def role(self, item: int) -> str:
        """Of an auxiliary picture: a URN, in lower case."""
        for box in self._boxes(item):
            if box.kind == b"auxC":
                return self.source.read(box.begin + 4, min(100, box.end - box.begin)).decode("latin-1").lower()
        return ""

    def _boxes(self, item: int) -> list[Box]:
        wide, raw = self.of.get(item, (False, b""))
        if wide:
            numbers = [(raw[i] & 0x7F) << 8 | raw[i + 1] for i in range(0, len(raw), 2)]
        else:
            numbers = [byte & 0x7F for byte in raw]
        return [self.boxes[number - 1] for number in numbers if 0 < number <= len(self.boxes)]


def properties(reading: Reading, source: Source, where: str) -> Properties:
    """Of an `iprp` box."""
    found: list[Box] = []
    container = source
    of: dict[int, tuple[bool, bytes]] = {}
    for box in boxes(reading, source, 0, where, HOLDS):
        if box.kind == b"ipco":
            container = near(reading, box.body(source))
            found = _container(reading, container, f"{where} > ipco")
        elif box.kind == b"ipma":
            data = table(reading, box.body(source), f"{where} > ipma")
            _associations(reading, data, of, f"{where} > ipma")
    return Properties(container, found, of)


def _container(reading: Reading, source: Source, where: str) -> list[Box]:
    found: list[Box] = []
    for box in boxes(reading, source, 0, where, HOLDS):
        found.append(box)
        if box.kind in _BLOCKS:
            reading.block(_BLOCKS[box.kind])
        elif box.kind in (b"udes", b"altt"):
            _words(reading, box.body(source), f"{where} > {box.kind.decode()}")
        elif box.kind in (b"crtt", b"mdft"):
            time = int.from_bytes(source.read(box.begin + 4, 8), "big")
            moment(reading, time // 1_000_000, f"{where} > {box.kind.decode()}", "app-other")
    return found


def _words(reading: Reading, source: Source, where: str) -> None:
    """A language, then a name, a description and tags; or a text, then a language."""
    texts = [decoded(text) for text in source.read(4, MAX_TEXT).split(b"\0")]
    words = texts[:1] if where.endswith("altt") else texts[1:4]
    tell(reading, Kind.FREE_TEXT, where, " ".join(filter(None, words)), "app-other")


def _associations(reading: Reading, data: bytes, of: dict[int, tuple[bool, bytes]], where: str) -> None:
    """Of an `ipma` box."""
    wide = len(data) > 3 and bool(data[3] & 1)
    entry = _ENTRY[data[:1] > b"\0"]
    count = int.from_bytes(data[4:8], "big")
    at = 8
    done = 0
    while done < count and at + entry.size <= len(data):
        reading.step()
        item, numbers = entry.unpack_from(data, at)
        at += entry.size
        end = at + (numbers * 2 if wide else numbers)
        if end > len(data):
            break
        of.setdefault(item, (wide, data[at:end]))
        at = end
        done += 1
    if done < count:
        reading.cannot(where, "cut off", frozenset({Kind.SECONDARY_IMAGES}))
