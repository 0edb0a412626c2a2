"""Pictures for the tests, made of nothing but their code."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import piexif
from PIL import Image


def picture(format: str, size: tuple[int, int] = (40, 30), **options: Any) -> bytes:
    """Noise, so that no encoder makes so little of it that nothing is left to cut off."""
    stream = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(stream, format, **options)
    return stream.getvalue()


def exif(latitude: tuple[int, ...] | None, longitude: tuple[int, ...] | None) -> bytes:
    """A block of EXIF with a GPS IFD that holds what is not None, in whole degrees, minutes and seconds."""
    gps: dict[int, Any] = {piexif.GPSIFD.GPSVersionID: (2, 3, 0, 0)}
    if latitude is not None:
        gps |= {1: b"N", 2: tuple((one, 1) for one in latitude)}
    if longitude is not None:
        gps |= {3: b"W", 4: tuple((one, 1) for one in longitude)}
    block: bytes = piexif.dump({"0th": {piexif.ImageIFD.Software: b"test"}, "GPS": gps})
    return block + bytes(4)  # piexif leaves out the pointer to a next IFD


NEMO = exif((48, 52, 32), (123, 23, 33))
"""In the middle of the Pacific."""
PLAIN: bytes = piexif.dump({"0th": {piexif.ImageIFD.Software: b"test"}})


def tiff(entries: list[tuple[int, int, int, bytes]], rest: bytes = b"") -> bytes:
    """A block of EXIF with any IFD whatever: entries of tag, type, count and the four bytes of value or offset."""
    ifd = b"".join(struct.pack("<HHI", *entry[:3]) + entry[3] for entry in entries)
    return b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + ifd + b"\0\0\0\0" + rest


def with_segment(jpeg: bytes, body: bytes, marker: int = 0xE1) -> bytes:
    """A JPEG with one more segment at its head."""
    return jpeg[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body + jpeg[2:]


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def with_chunk(png: bytes, name: bytes, body: bytes, before: bytes) -> bytes:
    """A PNG with one more chunk, right before the first of another name."""
    at = png.index(before) - 4
    return png[:at] + chunk(name, body) + png[at:]


def bomb(width: int, height: int) -> bytes:
    """The head of a PNG that promises many pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


PLACED = (
    b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF'
    b' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""'
    b' xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="48,52.6S" exif:GPSLongitude="123,23.6W"/>'
    b'</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)
"""XMP with the same place."""
