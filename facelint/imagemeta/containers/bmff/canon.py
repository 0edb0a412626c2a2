"""Canon's boxes in CR3, HIF and movies: EXIF in four pieces, and small pictures."""

from __future__ import annotations

from facelint.imagemeta.blocks import exif, gps, makernotes
from facelint.imagemeta.blocks.ifd import BIG, LITTLE, Tiff
from facelint.imagemeta.containers.bmff import payloads
from facelint.imagemeta.containers.bmff.boxes import HARMLESS, boxes, near
from facelint.imagemeta.model import EVERYTHING, Kind
from facelint.imagemeta.reading import Reading
from facelint.imagemeta.source import Source

PIECES = exif.HOLDS | makernotes.HOLDS
_SMALL = frozenset({Kind.THUMBNAIL, Kind.PREVIEW})
_RECORD = 12
"""Bytes before what a record of timed metadata holds: its size, its kind, six more."""
_EXIF_RECORDS = (7, 8, 9)
_MAKER_NOTE = 0x927C


def read(reading: Reading, _: Source, source: Source, where: str) -> None:
    source = near(reading, source)
    for box in boxes(reading, source, 0, where, EVERYTHING):
        body, within = box.body(source), f"{where} > {box.kind.decode('latin-1')}"
        if box.kind in (b"CMT1", b"CMT2"):
            payloads.read_tiff(reading, body, within)
        elif box.kind == b"CMT3":
            maker_note(reading, body, within)
        elif box.kind == b"CMT4":
            coordinates(reading, body, within)
        elif box.kind in (b"THMB", b"CNTH"):
            payloads.thumbnail(reading, body, within)
        elif box.kind not in HARMLESS:
            payloads.read_unknown(reading, body, f"{where} > box")


def maker_note(reading: Reading, source: Source, where: str) -> None:
    """A TIFF whose first IFD is the maker note."""
    if reading.wanted.isdisjoint(makernotes.HOLDS):
        return
    head = source.read(0, 8)
    big = head[:2] == b"MM"
    at = int.from_bytes(head[4:8], "big" if big else "little")
    if head[:2] not in (b"II", b"MM") or at >= source.size:
        reading.cannot(where, "no TIFF header", makernotes.HOLDS)
    else:
        makernotes.read(reading, source.at_hand(), at, source.size - at, "Canon", big, where)


def coordinates(reading: Reading, source: Source, where: str) -> None:
    """A TIFF whose first IFD is the one for GPS."""
    if reading.wanted.isdisjoint(gps.HOLDS | {Kind.METADATA}):
        return
    head = source.read(0, 8)
    layout = {b"II*\0": LITTLE, b"MM\0*": BIG}.get(head[:4])
    if layout is None or len(head) < 8:
        reading.cannot(where, "no TIFF header", gps.HOLDS)
        return
    reading.block("exif")
    tiff = Tiff(reading, source.at_hand(), layout)
    trouble = tiff.open(layout.pointer.unpack_from(head, 4)[0])
    if trouble:
        reading.cannot(where, trouble, gps.HOLDS)
    if tiff.tags or not trouble:
        gps.read(reading, tiff, "exif", f"{where} > GPS IFD", trouble)


def preview(reading: Reading, _: Source, source: Source, where: str) -> None:
    """Eight bytes, then a box with a picture behind a short header."""
    for box in boxes(reading, source, 8, where, _SMALL):
        if box.kind == b"PRVW":
            jpeg(reading, box.body(source), f"{where} > PRVW")


def jpeg(reading: Reading, source: Source, where: str) -> None:
    """A preview, with what it tells itself."""
    at = source.read(0, 64).find(b"\xff\xd8\xff")
    if at < 0:
        payloads.read_unknown(reading, source, where)
        return
    picture = source.part(at, source.size - at)
    reading.block("thumbnail")
    reading.picture(Kind.PREVIEW, "app-other", where, picture.start, picture.size)
    payloads.read_picture(reading, picture, "app-other", where)


def timed(reading: Reading, source: Source, where: str) -> None:
    """Records of a `CTMD` track; some hold EXIF and maker notes of the moment."""
    at = 0
    while at + _RECORD <= source.size:
        reading.step()
        head = source.read(at, _RECORD)
        size = int.from_bytes(head[:4], "little")
        if size < _RECORD or at + size > source.size:
            reading.cannot(where, "cut off", PIECES)
            return
        if int.from_bytes(head[4:6], "little") in _EXIF_RECORDS:
            _pieces(reading, source.part(at + _RECORD, size - _RECORD), where)
        at += size


def _pieces(reading: Reading, source: Source, where: str) -> None:
    """TIFF structures, each behind its size and the tag that would lead to it."""
    at = 0
    while at + 8 <= source.size:
        reading.step()
        head = source.read(at, 8)
        size, tag = int.from_bytes(head[:4], "little"), int.from_bytes(head[4:], "little")
        if size < 8 or at + size > source.size:
            reading.cannot(where, "cut off", PIECES)
            return
        piece = source.part(at + 8, size - 8)
        if tag == _MAKER_NOTE:
            maker_note(reading, piece, f"{where} > MakerNote")
        else:
            payloads.read_tiff(reading, piece, f"{where} > Exif")
        at += size
