"""One reading of one file: what is wanted of it, what has been found so far, and how much work it may still cause."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from facelint.imagemeta.model import (
    EVERYTHING,
    Block,
    Coordinates,
    Embedded,
    Finding,
    GpsState,
    ImageMetadata,
    Kind,
    Place,
    Unreadable,
)

MAX_STEPS = 200_000
"""Entries, chunks, boxes, elements and the like that are looked at in one file."""
MAX_BYTES = 48 * 2**20
"""That are decompressed, decoded or put together from one file, in all."""
MAX_FINDINGS = 2_000
"""Of one file; beyond them a file has told enough."""
MAX_DEPTH = 6
"""Pictures within pictures, blocks within blocks."""
MAX_VALUE = 4_000
"""Characters of a finding's value that are kept."""


class TooMuch(Exception):
    """The file asks for more work than is given to one: what was found stands, the rest is not read."""


class Reading:
    """What the readers of containers and blocks share. They add what they find and say what they could not read."""

    __slots__ = (
        "_within", "blocks", "bytes_left", "coordinates", "depth", "embedded", "findings", "format", "frames", "height",
        "searches", "steps_left", "unreadable", "wanted", "width",
    )  # fmt: skip

    def __init__(self, wanted: frozenset[Kind] = EVERYTHING, searches: bool = True) -> None:
        self.wanted = wanted
        self.searches = searches
        """Whether bytes that no structure leads to are searched for what may lie in them."""
        self.format = ""
        self.width: int | None = None
        self.height: int | None = None
        self.frames: int | None = None
        self.findings: list[Finding] = []
        self.coordinates: list[Coordinates] = []
        self.embedded: list[Embedded] = []
        self.blocks: set[Block] = set()
        self.unreadable: list[Unreadable] = []
        self.steps_left = MAX_STEPS
        self.bytes_left = MAX_BYTES
        self.depth = 0
        """0 in the file itself, more in pictures and blocks within it."""
        self._within: tuple[Place, str] | None = None

    def add(self, kind: Kind, place: Place, where: str, value: str = "") -> None:
        """Something found; blank values are nothing. Whether it is wanted need not be asked before, but may."""
        if kind not in self.wanted:
            return
        if len(self.findings) >= MAX_FINDINGS:
            raise TooMuch(f"more than {MAX_FINDINGS:,} findings")
        place, where = self.at(place, where)
        self.findings.append(Finding(kind, place, where, value[:MAX_VALUE]))

    def gps(
        self,
        place: Place,
        where: str,
        state: GpsState,
        latitude: float | None = None,
        longitude: float | None = None,
    ) -> None:
        if Kind.GPS in self.wanted:
            self.step()
            place, where = self.at(place, where)
            self.coordinates.append(Coordinates(place, where, state, latitude, longitude))

    def picture(
        self,
        kind: Literal[Kind.THUMBNAIL, Kind.PREVIEW, Kind.SECONDARY_IMAGES],
        place: Place,
        where: str,
        start: int,
        length: int,
        data: bytes = b"",
    ) -> None:
        """A picture within the file: `start` counted from the file's begin, -1 where `data` has its bytes."""
        if kind in self.wanted:
            self.step()
            place, where = self.at(place, where)
            self.embedded.append(Embedded(kind, place, where, start, length, data))

    def block(self, block: Block) -> None:
        self.blocks.add(block)

    def cannot(self, where: str, reason: str, hides: frozenset[Kind] = EVERYTHING) -> None:
        """What could not be read, and what it may have told; of no account where nothing wanted may be in it."""
        if not hides.isdisjoint(self.wanted):
            self.step()
            _, where = self.at("exif", where)
            self.unreadable.append(Unreadable(where, reason, hides))

    def step(self, steps: int = 1) -> None:
        """To be called once for each entry, chunk, box, element that is looked at. Raises TooMuch."""
        self.steps_left -= steps
        if self.steps_left < 0:
            raise TooMuch(f"more than {MAX_STEPS:,} parts")

    def spend(self, size: int) -> None:
        """To be called for bytes before they are decompressed, copied or put together. Raises TooMuch."""
        self.bytes_left -= size
        if self.bytes_left < 0:
            raise TooMuch(f"more than {MAX_BYTES // 2**20} MiB of metadata")

    def at(self, place: Place, where: str) -> tuple[Place, str]:
        if self._within is None:
            return place, where
        return self._within[0], f"{self._within[1]} > {where}"

    @contextmanager
    def within(self, place: Place, where: str) -> Iterator[None]:
        """What is found meanwhile is in a picture or block of its own at this place. Raises TooMuch if too deep."""
        if self.depth >= MAX_DEPTH:
            raise TooMuch(f"pictures within pictures, more than {MAX_DEPTH} deep")
        outer = self._within
        self._within = self.at(place, where)
        self.depth += 1
        try:
            yield
        finally:
            self._within = outer
            self.depth -= 1

    def result(self) -> ImageMetadata:
        return ImageMetadata(
            self.format, self.width, self.height, self.frames, tuple(self.findings), tuple(self.coordinates),
            tuple(self.embedded), frozenset(self.blocks), tuple(self.unreadable),
        )  # fmt: skip
