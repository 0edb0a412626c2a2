"""Pictures to measure with: the headers of phones and cameras, and bytes in place of the picture itself."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import piexif

XMP = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmp:Rating="3" '
    'xmp:CreateDate="2026-03-02T10:11:12" tiff:Orientation="1"/></rdf:RDF></x:xmpmeta>'
    + (" " * 99 + "\n") * 20
    + '<?xpacket end="w"?>'
)


def entropy_coded(rng: random.Random, size: int) -> bytes:
    """Bytes as those of a JPEG's scan: after each FF a 00."""
    return rng.randbytes(size).replace(b"\xff", b"\xff\x00")


def exif(rng: random.Random, has_gps: bool, thumbnail: bytes) -> bytes:
    """About forty tags, as a phone writes them, with a thumbnail."""
    first = {
        piexif.ImageIFD.Make: b"Maker", piexif.ImageIFD.Model: b"Model 12", piexif.ImageIFD.Orientation: 1,
        piexif.ImageIFD.XResolution: (72, 1), piexif.ImageIFD.YResolution: (72, 1),
        piexif.ImageIFD.ResolutionUnit: 2, piexif.ImageIFD.Software: b"17.1.2",
        piexif.ImageIFD.DateTime: b"2026:03:02 10:11:12", piexif.ImageIFD.YCbCrPositioning: 1,
    }  # fmt: skip
    own = {
        piexif.ExifIFD.ExposureTime: (1, 120), piexif.ExifIFD.FNumber: (18, 10), piexif.ExifIFD.ExposureProgram: 2,
        piexif.ExifIFD.ISOSpeedRatings: 100, piexif.ExifIFD.ExifVersion: b"0232",
        piexif.ExifIFD.DateTimeOriginal: b"2026:03:02 10:11:12",
        piexif.ExifIFD.DateTimeDigitized: b"2026:03:02 10:11:12", piexif.ExifIFD.OffsetTime: b"+08:00",
        piexif.ExifIFD.ComponentsConfiguration: b"\1\2\3\0", piexif.ExifIFD.ShutterSpeedValue: (69, 10),
        piexif.ExifIFD.ApertureValue: (16, 10), piexif.ExifIFD.BrightnessValue: (50, 10),
        piexif.ExifIFD.ExposureBiasValue: (0, 1), piexif.ExifIFD.MeteringMode: 5, piexif.ExifIFD.Flash: 16,
        piexif.ExifIFD.FocalLength: (57, 10), piexif.ExifIFD.SubSecTime: b"123", piexif.ExifIFD.ColorSpace: 1,
        piexif.ExifIFD.PixelXDimension: 4032, piexif.ExifIFD.PixelYDimension: 3024, piexif.ExifIFD.SensingMethod: 2,
        piexif.ExifIFD.SceneType: b"\1", piexif.ExifIFD.ExposureMode: 0, piexif.ExifIFD.WhiteBalance: 0,
        piexif.ExifIFD.FocalLengthIn35mmFilm: 26, piexif.ExifIFD.SceneCaptureType: 0,
        piexif.ExifIFD.LensMake: b"Maker", piexif.ExifIFD.LensModel: b"Model 12 back camera 5.7mm f/1.8",
    }  # fmt: skip
    gps = {
        piexif.GPSIFD.GPSLatitudeRef: b"N", piexif.GPSIFD.GPSLatitude: ((rng.randrange(90), 1), (30, 1), (1234, 100)),
        piexif.GPSIFD.GPSLongitudeRef: b"E", piexif.GPSIFD.GPSLongitude: ((rng.randrange(180), 1), (10, 1), (99, 100)),
        piexif.GPSIFD.GPSAltitude: (50, 1),
    }  # fmt: skip
    told = {"0th": first, "Exif": own, "GPS": gps if has_gps else {}, "1st": {piexif.ImageIFD.Compression: 6}}
    block: bytes = piexif.dump({**told, "thumbnail": thumbnail})
    return block


def segment(marker: int, payload: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(payload) + 2) + payload


def small_jpeg(rng: random.Random, size: int = 6000) -> bytes:
    """What stands in EXIF as a thumbnail."""
    tables = segment(0xDB, bytes(65)) + segment(0xC0, b"\x08\x00\x78\x00\xa0\x03" + bytes(9)) + segment(0xDA, bytes(10))
    return b"\xff\xd8" + tables + entropy_coded(rng, size) + b"\xff\xd9"


def jpeg(rng: random.Random, has_gps: bool) -> bytes:
    """60 to 400 KB: most with EXIF, some with XMP and a colour profile too, as they come from phones."""
    parts = [b"\xff\xd8"]
    if has_gps or rng.random() < 0.8:
        parts.append(segment(0xE1, exif(rng, has_gps, small_jpeg(rng))))
    else:
        parts.append(segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"))
    if rng.random() < 0.3:
        parts.append(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP.encode()))
    if rng.random() < 0.5:
        parts.append(segment(0xE2, b"ICC_PROFILE\0\1\1" + rng.randbytes(540)))
    parts += [segment(0xDB, bytes(65))] * 2 + [segment(0xC0, b"\x08\x0b\xd0\x0f\xc0\x03" + bytes(9))]
    parts += [segment(0xC4, bytes(rng.choice((28, 180))))] * 4 + [segment(0xDA, b"\x03" + bytes(9))]
    parts += [entropy_coded(rng, rng.randrange(60_000, 400_000)), b"\xff\xd9"]
    return b"".join(parts)


def chunk(name: bytes, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload)) + name + payload + struct.pack(">I", zlib.crc32(name + payload))


def png(rng: random.Random, has_gps: bool) -> bytes:
    """A real, plain picture, so that a reader may decode it; EXIF stands before its data."""
    width, height = 640, rng.randrange(100, 400)
    rows = b"".join(b"\0" + rng.randbytes(width * 3 // 4) + bytes(width * 3 - width * 3 // 4) for _ in range(height))
    parts = [b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))]
    parts.append(chunk(b"tEXt", b"Software\0Camera 1.0"))
    if has_gps:
        parts.append(chunk(b"eXIf", exif(rng, True, small_jpeg(rng, 500))[6:]))
    data = zlib.compress(rows, 1)
    parts += [chunk(b"IDAT", data[i : i + 65536]) for i in range(0, len(data), 65536)]
    return b"".join([*parts, chunk(b"IEND", b"")])


def webp(rng: random.Random, has_gps: bool) -> bytes:
    def riff(name: bytes, payload: bytes) -> bytes:
        return name + struct.pack("<I", len(payload)) + payload + b"\0" * (len(payload) % 2)

    frame = b"\x30\x01\x00\x9d\x01\x2a" + struct.pack("<HH", 1024, 768) + rng.randbytes(rng.randrange(60_000, 200_000))
    head = riff(b"VP8X", bytes([8 if has_gps else 0, 0, 0, 0]) + b"\xff\x03\x00\xff\x02\x00")
    body = head + riff(b"VP8 ", frame)
    if has_gps:
        body += riff(b"EXIF", exif(rng, True, small_jpeg(rng, 500))[6:])
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


MADE: dict[str, Callable[[random.Random, bool], bytes]] = {"jpeg": jpeg, "png": png, "webp": webp}


def make(folder: Path, kind: str, count: int, seed: int = 1) -> dict[Path, bool]:
    """Writes `count` pictures, by path whether they hold coordinates: one in four does."""
    rng = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    made: dict[Path, bool] = {}
    for number in range(count):
        path = folder / f"{number // 1000:03}" / f"{number:06}.{kind}"
        path.parent.mkdir(exist_ok=True)
        made[path] = number % 4 == 0
        path.write_bytes(MADE[kind](rng, made[path]))
    return made
