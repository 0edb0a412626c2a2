"""`meta` boxes: the items of HEIF and AVIF (ISO/IEC 23008-12), and the keys and values of QuickTime."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from facelint.imagemeta.blocks import exif, iptc, jumbf, strays, xmp
from facelint.imagemeta.containers.bmff import lists, payloads, uuids
from facelint.imagemeta.containers.bmff.boxes import HARMLESS, blank, box_at, boxes, near
from facelint.imagemeta.containers.bmff.items import Item, Items, infos, locations, references, table
from facelint.imagemeta.containers.bmff.properties import Properties, properties
from facelint.imagemeta.containers.bmff.words import MAX_TEXT, decoded
from facelint.imagemeta.model import EVERYTHING, Kind
from facelint.imagemeta.reading import Reading
from facelint.imagemeta.source import Source

CODED = frozenset({b"hvc1", b"hev1", b"lhv1", b"av01", b"avc1", b"vvc1", b"evc1", b"j2k1", b"jpeg", b"unci", b"jxl1"})
"""Pictures; what follows are pictures made of others, and tiles of them."""
DERIVED = frozenset({b"grid", b"iovl", b"iden", b"tmap", b"sato", b"base"})
_PARTS = frozenset({b"hvt1", b"mski", b"vvs1", b"evs1", b"mint", b"rgan", b"it35"})
_SILENT = DERIVED | _PARTS | (CODED - {b"jpeg"})

_TABLES = frozenset({b"pitm", b"iinf", b"iloc", b"iref", b"iprp", b"idat", b"keys", b"ilst"})
_XMP = frozenset({b"application/rdf+xml", b"application/xmp+xml"})
_XML = frozenset({b"text/xml", b"application/xml"})
_MANIFESTS = frozenset({b"application/x-c2pa-manifest-store", b"application/c2pa", b"application/jumbf"})
_ROOM = 4096
"""Bytes of which the rooms of small pictures are multiples."""
_APPLE = b"tag:apple.com,"
"""Begins the URI of items with what Apple's programs need to change a picture's style: numbers, in lists."""
_HELPERS = ("alpha", "auxid:1", "gainmap", "deltamap", "confidencemap")
"""In the names of auxiliary pictures that show nothing that the main one does not."""


class Contents(NamedTuple):
    """What a `meta` box tells of the main picture, and where in the file its items are."""

    codec: bytes
    width: int | None
    height: int | None
    used: list[tuple[int, int]]


def read(reading: Reading, file: Source, source: Source, where: str) -> Contents:
    """`file` is what the offsets count in."""
    source = near(reading, source)
    if source.size < 4:
        reading.cannot(where, "cut off")
    tables: dict[bytes, Source] = {}
    for box in boxes(reading, source, begin_of(source), where, EVERYTHING):
        kind, body = box.kind, box.body(source)
        if kind in _TABLES:
            if kind in tables:
                reading.cannot(f"{where} > {kind.decode()}", "there are two of them", EVERYTHING)
            tables.setdefault(kind, body)
        elif kind == b"uuid":
            uuids.read(reading, file, body, where)
        elif kind == b"xml ":
            payloads.read_xml(reading, body, f"{where} > xml")
        elif kind == b"jumb":
            payloads.read_jumbf(reading, source.part(box.at, box.end - box.at), f"{where} > jumb")
        elif kind not in HARMLESS:
            payloads.read_unknown(reading, body, f"{where} > box")
    if b"ilst" in tables:
        lists.read(reading, tables[b"ilst"], tables.get(b"keys"), where)
    if b"iinf" not in tables:
        return Contents(b"", None, None, [])
    return _items(reading, file, tables, where)


def begin_of(source: Source) -> int:
    """Where its first box is: in QuickTime files there is no version before it."""
    first = box_at(source, 0)
    return 0 if first is not None and first.kind in (b"hdlr", b"keys", b"ilst") else 4


def _items(reading: Reading, file: Source, tables: dict[bytes, Source], where: str) -> Contents:
    def data(kind: bytes) -> bytes:
        return table(reading, tables[kind], f"{where} > {kind.decode()}") if kind in tables else b""

    found = infos(reading, data(b"iinf"), f"{where} > iinf")
    places = locations(reading, data(b"iloc"), f"{where} > iloc") if b"iloc" in tables else {}
    refers = list(references(reading, data(b"iref"), f"{where} > iref"))
    items = Items(reading, file, tables.get(b"idat"), found, places, refers)
    primary = int.from_bytes(data(b"pitm")[4:8], "big") if b"pitm" in tables else -1
    stated = properties(reading, tables[b"iprp"], f"{where} > iprp") if b"iprp" in tables else Properties.none()
    _blocks(reading, items, where)
    _pictures(reading, items, stated, primary)
    kinds = {item.number: item.kind for item in found}
    tiles = [one.targets[0] for one in refers if one.kind == b"dimg" and one.origin == primary and one.targets]
    codec = kinds.get(primary, b"")
    if codec in DERIVED and tiles:
        codec = kinds.get(tiles[0], b"")
    width, height = stated.size(primary)
    return Contents(codec, width, height, items.in_file())


def _blocks(reading: Reading, items: Items, where: str) -> None:
    """What is in the items that are not pictures coded as a stream."""
    for item in items.found:
        if item.kind in _SILENT or (item.kind == b"uri " and item.names[0].startswith(_APPLE)):
            continue
        name, hides, reader = _reader(item)
        if reading.wanted.isdisjoint(hides):
            continue
        content = items.content(item.number)
        within = f"{where} > {name}"
        if content is None:
            reading.cannot(within, "where its bytes are is not told, or not in this file", hides)
            continue
        if not content.whole:
            reading.cannot(within, "its bytes are not all in the file", hides)
        reader(reading, content.source, within)


_Reader = Callable[[Reading, Source, str], None]


def _reader(item: Item) -> tuple[str, frozenset[Kind], _Reader]:
    """An item's name, what it may tell, and what reads it."""
    if item.kind == b"Exif":
        return "Exif item", exif.HOLDS, payloads.read_exif
    if item.kind == b"iptc":
        return "IPTC item", iptc.HOLDS, payloads.read_iptc
    if item.kind in (b"jumb", b"c2pa"):
        return "JUMBF item", jumbf.HOLDS, payloads.read_jumbf
    if item.kind == b"jpeg":
        return "JPEG item", EVERYTHING, _jpeg
    if item.kind == b"mime":
        return _mime(item)
    return ("URI item" if item.kind == b"uri " else "item"), EVERYTHING, payloads.read_unknown


def _mime(item: Item) -> tuple[str, frozenset[Kind], _Reader]:
    media = item.names[0].split(b";")[0].strip().lower()
    coding = item.names[1].strip().lower()
    if media in _XMP:
        if coding and coding != b"identity":
            return "XMP item", xmp.HOLDS, lambda reading, source, at: payloads.packed_xmp(reading, source, coding, at)
        return "XMP item", xmp.HOLDS, payloads.read_xmp
    if media in _XML and not coding:
        return "XML item", xmp.HOLDS, payloads.read_xml
    if media in _MANIFESTS:
        return "JUMBF item", jumbf.HOLDS, payloads.read_jumbf
    if media.startswith(b"image/"):
        return "image item", EVERYTHING, _picture
    if media == b"text/plain" and not coding:
        return "text item", frozenset({Kind.FREE_TEXT}), _text
    return "MIME item", EVERYTHING, payloads.read_unknown


def _jpeg(reading: Reading, source: Source, where: str) -> None:
    """In a room of a fixed size (Sony) something of earlier pictures is left behind the end: it is no trailer."""
    from facelint.imagemeta.containers import jpeg

    if source.size % _ROOM or source.read(0, 3) != b"\xff\xd8\xff":
        _picture(reading, source, where)
        return
    reading.step(payloads.PICTURE)
    with reading.within("app-other", where):
        for start, length in jpeg.picture(reading, source.at_hand()):
            strays.read(reading, source.part(start, length).at_hand(), "app-other", "after EOI", leftover=True)


def _picture(reading: Reading, source: Source, where: str) -> None:
    if not payloads.read_picture(reading, source, "app-other", where):
        payloads.read_unknown(reading, source, where)


def _text(reading: Reading, source: Source, where: str) -> None:
    data = source.read(0, MAX_TEXT)
    if not blank(data):
        reading.block("app-other")
        reading.add(Kind.FREE_TEXT, "app-other", where, decoded(data))


def _pictures(reading: Reading, items: Items, stated: Properties, primary: int) -> None:
    """Thumbnails, and pictures beside the main one that are neither parts of others nor say how to show it."""
    if reading.wanted.isdisjoint((Kind.THUMBNAIL, Kind.SECONDARY_IMAGES, Kind.METADATA)):
        return
    origins: dict[bytes, set[int]] = {b"thmb": set(), b"auxl": set()}
    parts: set[int] = {primary}
    for one in items.references:
        if one.kind in origins:
            origins[one.kind].add(one.origin)
        elif one.kind == b"dimg":
            parts.update(one.targets)
            if primary in one.targets:
                parts.add(one.origin)
    for item in items.found:
        if item.kind not in CODED and item.kind not in DERIVED:
            continue
        if item.number in origins[b"thmb"]:
            reading.block("thumbnail")
            _embedded(reading, items, item, Kind.THUMBNAIL, "HEIF item thmb")
        elif item.number in origins[b"auxl"]:
            if not any(word in stated.role(item.number) for word in _HELPERS):
                _embedded(reading, items, item, Kind.SECONDARY_IMAGES, "HEIF item auxl")
        elif item.number not in parts:
            _embedded(reading, items, item, Kind.SECONDARY_IMAGES, "HEIF item")


def _embedded(reading: Reading, items: Items, item: Item, kind: Kind, where: str) -> None:
    if kind not in reading.wanted:
        return
    content = None if item.kind in DERIVED else items.content(item.number)
    start, length = (-1, 0) if content is None else (content.source.start, content.source.size)
    if kind is Kind.THUMBNAIL:
        reading.picture(Kind.THUMBNAIL, "app-other", where, start, length)
    else:
        reading.picture(Kind.SECONDARY_IMAGES, "app-other", where, start, length)
