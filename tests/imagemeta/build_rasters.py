"""PNG, WebP, GIF, BMP and PSD files made of nothing but their code: no picture data that could be decoded."""

from __future__ import annotations

import struct
import zlib

from .build_jpeg import GPS_PACKET, gps_tiff, resource

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(name: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


IHDR = chunk(b"IHDR", struct.pack(">IIBBBBB", 40, 30, 8, 2, 0, 0, 0))
IDAT = chunk(b"IDAT", bytes(range(200)))
IEND = chunk(b"IEND")


def png(*before: bytes, after: bytes = b"", end: bytes = IEND) -> bytes:
    """Chunks before and after those of the picture."""
    return SIGNATURE + IHDR + b"".join(before) + IDAT + IDAT + after + end


def text(keyword: str, value: str | bytes) -> bytes:
    return chunk(b"tEXt", keyword.encode("latin-1") + b"\0" + (value if isinstance(value, bytes) else value.encode()))


def compressed(keyword: str, value: bytes) -> bytes:
    return chunk(b"zTXt", keyword.encode("latin-1") + b"\0\0" + zlib.compress(value))


def international(keyword: str, value: bytes, packed: bool = False) -> bytes:
    body = zlib.compress(value) if packed else value
    return chunk(b"iTXt", keyword.encode("latin-1") + bytes((0, packed, 0)) + b"de\0Titel\0" + body)


def raw_profile(kind: str, content: bytes, length: int | None = None) -> bytes:
    """As ImageMagick writes it."""
    digits = content.hex()
    lines = "\n".join(digits[at : at + 72] for at in range(0, len(digits), 72))
    head = f"\n{kind}\n{len(content) if length is None else length:8}\n"
    return compressed(f"Raw profile type {kind}", f"{head}{lines}\n".encode())


def piece(name: bytes, content: bytes, padded: bool = True) -> bytes:
    return name + struct.pack("<I", len(content)) + content + (b"\0" if padded and len(content) % 2 else b"")


VP8 = piece(b"VP8 ", b"\x10\0\0\x9d\x01\x2a" + struct.pack("<HH", 40, 30) + bytes(30))
VP8L = piece(b"VP8L", b"\x2f" + struct.pack("<I", 39 | 29 << 14) + bytes(11))


def extended(flags: int = 0) -> bytes:
    return piece(b"VP8X", bytes((flags, 0, 0, 0)) + (39).to_bytes(3, "little") + (29).to_bytes(3, "little"))


def webp(*chunks: bytes, size: int | None = None, behind: bytes = b"") -> bytes:
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body) if size is None else size) + body + behind


def frame(*chunks: bytes) -> bytes:
    return piece(b"ANMF", bytes(16) + b"".join(chunks))


def blocks(content: bytes) -> bytes:
    """In sub-blocks, with the zero that ends them."""
    cut = [content[at : at + 255] for at in range(0, len(content), 255)]
    return b"".join(bytes((len(one),)) + one for one in cut) + b"\0"


def gif_extension(label: int, content: bytes) -> bytes:
    return b"\x21" + bytes((label,)) + content


def application(name: bytes, content: bytes) -> bytes:
    return gif_extension(0xFF, b"\x0b" + name + blocks(content))


LANDING = b"\1" + bytes(range(255, -1, -1)) + b"\0"


def gif_xmp(packet: bytes = GPS_PACKET) -> bytes:
    return gif_extension(0xFF, b"\x0bXMP DataXMP" + packet + LANDING)


GIF_FRAME = b"\x2c" + struct.pack("<HHHHB", 0, 0, 40, 30, 0x81) + bytes(12) + b"\x08" + blocks(bytes(range(256)) * 3)


def gif(*parts: bytes, frames: int = 1, end: bytes = b";") -> bytes:
    screen = struct.pack("<HHBBB", 40, 30, 0x80, 0, 0) + bytes(6)
    return b"GIF89a" + screen + b"".join(parts) + GIF_FRAME * frames + end


def bmp(header: int = 40, profile: bytes = b"", linked: bool = False, gap: bytes = b"", end: bytes = b"") -> bytes:
    """24 bits a pixel."""
    pixels = bytes(120 * 30)
    begin = 14 + header + len(gap)
    if header == 12:
        info = struct.pack("<IHHHH", 12, 40, 30, 1, 24)
    else:
        info = struct.pack("<IiiHHIIiiII", header, 40, -30, 1, 24, 0, 0, 0, 0, 0, 0).ljust(header, b"\0")
    if header == 124:
        kind = (b"KNIL" if linked else b"DEBM") if profile else b"BGRs"
        place = struct.pack("<II", header + len(gap) + len(pixels), len(profile)) if profile else bytes(8)
        info = info[:56] + kind + info[60:112] + place + bytes(4)
    size = begin + len(pixels) + len(profile)
    return b"BM" + struct.pack("<III", size, 0, begin) + info + gap + pixels + profile + end


def layer(name: str, *extra: bytes, large: bool = False) -> bytes:
    short = name.encode("latin-1", "replace")[:31]
    pascal = bytes((len(short),)) + short
    pascal += bytes(-len(pascal) % 4)
    wide = name.encode("utf-16-be")
    body = bytes(8) + pascal + layer_block(b"luni", struct.pack(">I", len(wide) // 2) + wide) + b"".join(extra)
    channel = struct.pack(">HQ" if large else ">HI", 0, 2)
    return bytes(16) + struct.pack(">H", 1) + channel + b"8BIMnorm" + bytes(4) + struct.pack(">I", len(body)) + body


def layer_block(key: bytes, content: bytes) -> bytes:
    return b"8BIM" + key + struct.pack(">I", len(content)) + content + bytes(-len(content) % 4)


def psd(
    *resources: bytes,
    layers: tuple[bytes, ...] = (),
    more: bytes = b"",
    packed: bool = False,
    large: bool = False,
    end: bytes = b"",
) -> bytes:
    wide = ">Q" if large else ">I"
    header = b"8BPS" + struct.pack(">H6xHIIHH", 2 if large else 1, 3, 30, 40, 8, 3)
    section = b""
    if layers or more:
        info = struct.pack(">h", -len(layers)) + b"".join(layers) + bytes(2 * len(layers))
        section = struct.pack(wide, len(info)) + info + struct.pack(">I", 0) + more
    rows = b"".join(struct.pack(">I" if large else ">H", 2) for _ in range(90)) + bytes(180)
    picture = b"\0\1" + rows if packed else b"\0\0" + bytes(40 * 30 * 3)
    body = b"".join(resources)
    return (
        header
        + bytes(4)
        + struct.pack(">I", len(body))
        + body
        + struct.pack(wide, len(section))
        + section
        + picture
        + end
    )


EXIF = gps_tiff()
PHOTOSHOP = resource(0x0424, GPS_PACKET)
