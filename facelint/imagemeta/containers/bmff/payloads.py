"""Blocks of metadata as boxes and items hold them: EXIF, XMP, IIM, JUMBF, whole pictures, and what is none of them."""

from __future__ import annotations

import zlib

from facelint.imagemeta.blocks import exif, iptc, jumbf, photoshop, strays, xmp
from facelint.imagemeta.containers import reader_of
from facelint.imagemeta.containers.bmff.boxes import blank
from facelint.imagemeta.model import Kind, Place
from facelint.imagemeta.reading import Reading
from facelint.imagemeta.source import Source, in_memory

MAX_PACKET = 16 * 2**20
"""Bytes of one packet of XMP, decompressed."""
MAX_UNKNOWN = 32 * 2**20
"""Bytes that are searched at once."""

_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_PIECE = 2**18
_UNKNOWN = 8
PICTURE = 16
"""Steps that they count for."""
_SEARCHED = 256
"""Bytes that count for a step."""
_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


def read_exif(reading: Reading, source: Source, where: str) -> None:
    """EXIF behind four bytes that say where its TIFF header is (ISO/IEC 23008-12, A.2.1).

    Some writers put `Exif\\0\\0` there as well, or leave the four bytes out.
    """
    if reading.wanted.isdisjoint(exif.HOLDS):
        return
    head = source.read(0, 16)
    stated = 4 + int.from_bytes(head[:4], "big")
    for at in (stated, 4, 10, 0, 6):
        if source.read(at, 4) in _TIFF:
            exif.read(reading, source.part(at, source.size - at).at_hand(), "exif", where)
            return
    if source.size > 16 or not blank(head):
        reading.cannot(where, "no TIFF header", exif.HOLDS)


def read_tiff(reading: Reading, source: Source, where: str) -> None:
    """EXIF without such bytes before it."""
    if source.read(0, 4) in _TIFF and not reading.wanted.isdisjoint(exif.HOLDS):
        exif.read(reading, source.at_hand(), "exif", where)
    else:
        read_exif(reading, source, where)


def read_xmp(reading: Reading, source: Source, where: str) -> None:
    if reading.wanted.isdisjoint(xmp.HOLDS):
        return
    if source.size > MAX_PACKET:
        reading.cannot(where, "too big", xmp.HOLDS)
        return
    reading.spend(source.size)
    packet = source.read(0, source.size)
    if not blank(packet):
        xmp.read(reading, packet, where)


def read_iptc(reading: Reading, source: Source, where: str) -> None:
    if reading.wanted.isdisjoint(iptc.HOLDS):
        return
    reading.spend(source.size)
    iptc.read(reading, source.read(0, source.size), where)


def read_photoshop(reading: Reading, source: Source, where: str) -> None:
    if not reading.wanted.isdisjoint(photoshop.HOLDS):
        photoshop.read(reading, source.at_hand(), where)


def read_jumbf(reading: Reading, source: Source, where: str) -> None:
    """Superboxes with their headers."""
    if not reading.wanted.isdisjoint(jumbf.HOLDS):
        jumbf.read(reading, source.at_hand(), where)


def read_xml(reading: Reading, source: Source, where: str) -> None:
    """XML that is XMP, or else of a vocabulary that is not read here."""
    head = source.read(0, 2**12)
    if b"rdf:RDF" in head or b"xmpmeta" in head or b"<?xpacket" in head:
        read_xmp(reading, source, where)
    elif not blank(head):
        reading.cannot(where, "XML that is not XMP", xmp.HOLDS)


def read_picture(reading: Reading, source: Source, place: Place, where: str) -> bool:
    """What a whole picture in the file tells itself; False where it is not one of a known format."""
    reading.step(PICTURE)
    source.at_hand()
    _, reader = reader_of(source)
    if reader is not None:
        with reading.within(place, where):
            reader(reading, source)
    return reader is not None


def thumbnail(reading: Reading, source: Source, where: str) -> None:
    """A small picture behind a short header of its own, with what it tells itself."""
    head = source.read(0, 64)
    at = min((at for at in map(head.find, _SIGNATURES) if at >= 0), default=-1)
    if at < 0:
        read_unknown(reading, source, where)
        return
    picture = source.part(at, source.size - at)
    reading.block("thumbnail")
    reading.picture(Kind.THUMBNAIL, "app-other", where, picture.start, picture.size)
    read_picture(reading, picture, "app-other", where)


def packed_xmp(reading: Reading, source: Source, coding: bytes, where: str) -> None:
    """XMP that is compressed as the content encoding of an item says."""
    if reading.wanted.isdisjoint(xmp.HOLDS):
        return
    if source.size > MAX_PACKET:
        reading.cannot(where, "too big", xmp.HOLDS)
        return
    reading.spend(source.size)
    packet, whole = _inflated(reading, source.read(0, source.size), coding)
    if not whole:
        reading.cannot(where, "compressed in a way that can't be read", xmp.HOLDS)
    read_xmp(reading, in_memory(packet), where)


def _inflated(reading: Reading, data: bytes, coding: bytes) -> tuple[bytes, bool]:
    """With whether it is all."""
    # HTTP's `deflate` is the format of zlib (RFC 9110, 8.4.1.2), but some writers mean bare deflate
    for window in {b"gzip": (31,), b"deflate": (15, -15), b"compress_zlib": (15, -15)}.get(coding, ()):
        machine = zlib.decompressobj(window)
        try:
            found = machine.decompress(data, max(1, min(MAX_PACKET, reading.bytes_left)))
        except zlib.error:
            continue
        reading.spend(len(found))
        return found, machine.eof
    return b"", False


def read_unknown(reading: Reading, source: Source, where: str) -> None:
    """Bytes of a kind that is not known: padding, or searched for what may be in them."""
    reading.step(_UNKNOWN)
    if source.size > MAX_UNKNOWN:
        reading.cannot(where, "too big")
    elif not is_blank(reading, source):
        reading.step(source.size // _SEARCHED)
        if reading.searches:
            strays.read(reading, source.at_hand(), "app-other", where)
        else:
            reading.cannot(where, "not searched")


def is_blank(reading: Reading, source: Source) -> bool:
    for at in range(0, source.size, _PIECE):
        reading.step()
        if not blank(source.read(at, _PIECE)):
            return False
    return True
