"""JUMBF (ISO/IEC 19566-5) superboxes, as C2PA keeps its manifests in. Signatures are not verified."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from facelint.imagemeta.blocks import c2pa, xmp
from facelint.imagemeta.model import Kind
from facelint.imagemeta.reading import Reading
from facelint.imagemeta.source import Source

HOLDS = c2pa.TELLS | {Kind.THUMBNAIL, Kind.SECONDARY_IMAGES}

MAX_DEPTH = 12
"""Superboxes within superboxes; C2PA has four."""


class _Box(NamedTuple):
    kind: bytes
    at: int
    """Where its contents begin, and how many bytes there are of them."""
    size: int


def read(reading: Reading, source: Source, where: str) -> None:
    """Boxes from the source's begin on, put together where the container had them in pieces."""
    reading.block("jumbf")
    if reading.wanted.isdisjoint(HOLDS):
        return
    _Boxes(reading, source).all(_Box(b"", 0, source.size), where, "", 0)


class _Boxes:
    def __init__(self, reading: Reading, source: Source) -> None:
        self.reading = reading
        self.source = source

    def all(self, outer: _Box, where: str, label: str, depth: int) -> None:
        """What is in a superbox with this label."""
        if depth > MAX_DEPTH:
            self.reading.cannot(where, f"boxes within boxes, more than {MAX_DEPTH} deep", HOLDS)
            return
        boxes = list(self.within(outer, where, label))
        stores = [box for box in boxes if box.kind == b"jumb"]
        media_type = ""
        for box in boxes:
            if box.kind == b"jumb":
                inner = self.label(box, where)
                name = _name(inner, label, box is stores[-1])
                self.all(box, f"{where} > {name}", label if label == "c2pa.credentials" else inner, depth + 1)
            elif box.kind == b"bfdb":
                media_type = (
                    self.source.read(box.at, min(box.size, 64)).lstrip(b"\0\1").partition(b"\0")[0].decode("latin-1")
                )
            else:
                self.content(box, where, label, media_type)

    def within(self, outer: _Box, where: str, label: str) -> Iterator[_Box]:
        """The boxes in a box. What is cut is taken as far as it goes."""
        at, end = outer.at, outer.at + outer.size
        while at + 8 <= end:
            self.reading.step()
            head = self.source.read(at, 16)
            size, kind, header = int.from_bytes(head[:4], "big"), head[4:8], 8
            if size == 1:
                size, header = int.from_bytes(head[8:16], "big"), 16
            elif size == 0:
                size = end - at
            if size < header or kind == b"\0\0\0\0":
                if any(self.source.read(at, min(end - at, 4096))):
                    self.reading.cannot(where, "a box of no possible size", c2pa.may_tell(label))
                return
            if at + size > end:
                self.reading.cannot(where, "a box that ends beyond what holds it", c2pa.may_tell(label) | HOLDS)
            yield _Box(kind, at + header, max(0, min(size, end - at) - header))
            at += size
        if at < end and any(self.source.read(at, end - at)):
            self.reading.cannot(where, "a box that breaks off", c2pa.may_tell(label))

    def label(self, box: _Box, where: str) -> str:
        """Of a superbox, from the description that it begins with."""
        head = self.source.read(box.at, min(box.size, 512))
        size = int.from_bytes(head[:4], "big")
        if head[4:8] != b"jumd" or not 25 <= size <= max(box.size, len(head)):
            self.reading.cannot(where, "a superbox without a description", HOLDS)
            return ""
        has_label = head[24:25] and head[24] & 2
        return head[25 : min(size, 512)].partition(b"\0")[0].decode("utf-8", "replace") if has_label else ""

    def content(self, box: _Box, where: str, label: str, media_type: str) -> None:
        if box.kind in (b"cbor", b"json"):
            if self.affordable(box, where, c2pa.may_tell(label)):
                data = self.source.read(box.at, box.size)
                c2pa.read(self.reading, label, data, box.kind == b"json", where)
        elif box.kind == b"bidb":
            self.picture(box, where, label, media_type)
        elif box.kind == b"xml ":
            if self.affordable(box, where, xmp.HOLDS):
                xmp.read(self.reading, self.source.read(box.at, box.size), f"{where} > XMP", "jumbf")
        elif box.kind == b"jp2c":
            self.add_picture(box, where, Kind.SECONDARY_IMAGES)
        elif box.kind == b"brob":
            self.reading.cannot(where, "a box that is compressed with Brotli", HOLDS)

    def affordable(self, box: _Box, where: str, hides: frozenset[Kind]) -> bool:
        if hides.isdisjoint(self.reading.wanted):
            return False
        if box.size > c2pa.MAX_PART:
            self.reading.cannot(where, f"a part of more than {c2pa.MAX_PART // 2**20} MiB", hides)
            return False
        self.reading.spend(box.size)
        return True

    def picture(self, box: _Box, where: str, label: str, media_type: str) -> None:
        if label.startswith("c2pa.thumbnail"):
            self.add_picture(box, where, Kind.THUMBNAIL)
        elif media_type.startswith("image/"):
            self.add_picture(box, where, Kind.SECONDARY_IMAGES)

    def add_picture(self, box: _Box, where: str, kind: Literal[Kind.THUMBNAIL, Kind.SECONDARY_IMAGES]) -> None:
        if kind not in self.reading.wanted or not box.size:
            return
        if self.source.start >= 0:
            self.reading.picture(kind, "jumbf", where, self.source.start + box.at, box.size)
        else:
            self.reading.spend(box.size)
            self.reading.picture(kind, "jumbf", where, -1, box.size, self.source.read(box.at, box.size))


_STORES = {
    "c2pa": "C2PA",
    "c2pa.assertions": "assertions",
    "c2pa.credentials": "credentials",
    "c2pa.databoxes": "data boxes",
}


def _name(label: str, outer: str, last: bool) -> str:
    """How a superbox is called: the last manifest is the one of the file itself, the others are of its ingredients."""
    if outer == "c2pa":
        return "manifest" if last else "ingredient manifest"
    return _STORES.get(label) or c2pa.standard_label(label) or "assertion"
