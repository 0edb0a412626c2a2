"""JPEG files and what stands in them, made of nothing but their code: no picture data that could be decoded."""

from __future__ import annotations

import struct
from collections.abc import Iterable

SOI, EOI = b"\xff\xd8", b"\xff\xd9"
JFIF = b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
XMP = b"http://ns.adobe.com/xap/1.0/\0"
EXTENDED = b"http://ns.adobe.com/xmp/extension/\0"
GUID = b"0123456789ABCDEF0123456789ABCDEF"


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def app(number: int, body: bytes) -> bytes:
    return segment(0xE0 + number, body)


FRAME = segment(0xC0, b"\x08" + struct.pack(">HH", 30, 40) + b"\x01\x01\x11\0")
TABLES = segment(0xDB, bytes(65)) + segment(0xC4, bytes(29))
SCAN = segment(0xDA, b"\x01\x01\0\0\x3f\0")
DATA = bytes(range(1, 255)) * 3 + b"\xff\0\xff\xd0 restarted \xff\0"


def jpeg(*segments: bytes, data: bytes = DATA, end: bytes = EOI) -> bytes:
    return SOI + app(0, JFIF) + b"".join(segments) + TABLES + FRAME + SCAN + data + end


def tiff(entries: Iterable[tuple[int, int, int, bytes]], order: str = "<", at: int = 0) -> bytes:
    """An IFD of entries of tag, type, count and value, that stands at a place; values behind it."""
    entries = list(entries)
    here = at + 2 + 12 * len(entries) + 4
    ifd, values = struct.pack(f"{order}H", len(entries)), b""
    for tag, kind, count, value in entries:
        ifd += struct.pack(f"{order}HHI", tag, kind, count)
        if len(value) <= 4:
            ifd += value.ljust(4, b"\0")
        else:
            ifd += struct.pack(f"{order}I", here + len(values))
            values += value + bytes(len(value) % 2)
    return ifd + bytes(4) + values


def gps_tiff(latitude: int = 48, longitude: int = 123) -> bytes:
    """A TIFF structure with nothing but whole degrees."""
    pointer = tiff([(0x8825, 4, 1, struct.pack("<I", 26))], at=8)
    ratios = [struct.pack("<6I", degrees, 1, 0, 1, 0, 1) for degrees in (latitude, longitude)]
    entries = [(1, 2, 2, b"S\0"), (2, 5, 3, ratios[0]), (3, 2, 2, b"W\0"), (4, 5, 3, ratios[1])]
    return b"II*\0\x08\0\0\0" + pointer + tiff(entries, at=26)


def exif(body: bytes) -> bytes:
    return app(1, b"Exif\0\0" + body)


GPS = exif(gps_tiff())


def packet(properties: str) -> bytes:
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/"'
        ' xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmlns:aux="http://ns.adobe.com/exif/1.0/aux/"'
        f" {properties}/></rdf:RDF></x:xmpmeta>"
    ).encode()


GPS_PACKET = packet('exif:GPSLatitude="48,52.5S" exif:GPSLongitude="123,23.5W"')
NAMES_EXTENDED = app(1, XMP + packet(f'xmpNote:HasExtendedXMP="{GUID.decode()}"'))


def extended(text: bytes, size: int, guid: bytes = GUID) -> list[bytes]:
    """The segments of an extended packet, of so many bytes each."""
    return [
        app(1, EXTENDED + guid + struct.pack(">II", len(text), at) + text[at : at + size])
        for at in range(0, len(text), size)
    ]


def jumbf(box: bytes, size: int, instance: int = 1) -> list[bytes]:
    """The segments of a box, of so many bytes of its content each."""
    head, content = box[:8], box[8:]
    pieces = [content[at : at + size] for at in range(0, len(content), size)]
    return [
        app(11, b"JP" + struct.pack(">HI", instance, number) + head + piece)
        for number, piece in enumerate(pieces, start=1)
    ]


def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I", len(body) + 8) + kind + body


def video(coordinates: bytes = b"+48.8751-123.3917/") -> bytes:
    place = box(b"\xa9xyz", struct.pack(">HH", len(coordinates), 0x15C7), coordinates)
    return box(b"ftyp", b"mp42\0\0\0\0isommp42") + box(b"moov", box(b"udta", place)) + box(b"mdat", bytes(range(256)))


def samsung(*parts: tuple[int, bytes, bytes]) -> bytes:
    """A trailer of parts of a type, a name and content."""
    bodies = [struct.pack("<HHI", 0, kind, len(name)) + name + content for kind, name, content in parts]
    total = sum(map(len, bodies))
    index, before = b"SEFH" + struct.pack("<II", 101, len(bodies)), 0
    for (kind, _, _), body in zip(parts, bodies, strict=True):
        index += struct.pack("<HHII", 0, kind, total - before, len(body))
        before += len(body)
    return b"".join(bodies) + index + struct.pack("<I", len(index)) + b"SEFT"


def with_index(pictures: list[tuple[int, bytes]], *segments: bytes, order: str = ">", between: bytes = b"") -> bytes:
    """A multi-picture file: further pictures of a type each, and bytes before each of them."""
    count = len(pictures) + 1
    size = 8 + len(
        tiff([(0xB000, 7, 4, b"0100"), (0xB001, 4, 1, bytes(4)), (0xB002, 7, 16 * count, bytes(16 * count))])
    )
    begin = len(SOI) + len(app(0, JFIF)) + sum(map(len, segments)) + 4 + 4
    first = jpeg(*segments, app(2, b"MPF\0" + bytes(size)))
    at, entries = len(first), struct.pack(f"{order}IIIHH", 0x20030000, len(first), 0, 0, 0)
    for kind, one in pictures:
        at += len(between)
        entries += struct.pack(f"{order}IIIHH", kind, len(one), at - begin, 0, 0)
        at += len(one)
    rows = [
        (0xB000, 7, 4, b"0100"),
        (0xB001, 4, 1, struct.pack(f"{order}I", count)),
        (0xB002, 7, len(entries), entries),
    ]
    sign = (b"MM\0*" if order == ">" else b"II*\0") + struct.pack(f"{order}I", 8)
    index = app(2, b"MPF\0" + sign + tiff(rows, order, at=8))
    return jpeg(*segments, index) + b"".join(between + one for _, one in pictures)


def resource(number: int, content: bytes, name: bytes = b"") -> bytes:
    label = bytes([len(name)]) + name
    label += bytes(len(label) % 2)
    return (
        b"8BIM"
        + struct.pack(">H", number)
        + label
        + struct.pack(">I", len(content))
        + content
        + bytes(len(content) % 2)
    )


def photoshop(*resources: bytes) -> bytes:
    return app(13, b"Photoshop 3.0\0" + b"".join(resources))


def dataset(record: int, number: int, value: bytes) -> bytes:
    return bytes((0x1C, record, number)) + struct.pack(">H", len(value)) + value


def gpmf(key: bytes, kind: bytes, size: int, value: bytes) -> bytes:
    head = key + kind + struct.pack(">BH", size, len(value) // size)
    return head + value + bytes(-len(value) % 4)


def flir(*records: tuple[int, bytes], segments: int = 1) -> list[bytes]:
    """A record of parts of a number each, in so many segments."""
    head = b"FFF\0" + bytes(16) + struct.pack(">III", 101, 0x40, len(records)) + bytes(32)
    at, index = 0x40 + 32 * len(records), b""
    for kind, part in records:
        index += struct.pack(">HHIIIII", kind, 1, 100, 1, at, len(part), 0) + bytes(8)
        at += len(part)
    whole = head + index + b"".join(part for _, part in records)
    size = -(-len(whole) // segments)
    pieces = [whole[at : at + size] for at in range(0, len(whole), size)]
    return [app(1, b"FLIR\0\x01" + bytes((i, len(pieces) - 1)) + piece) for i, piece in enumerate(pieces)]
