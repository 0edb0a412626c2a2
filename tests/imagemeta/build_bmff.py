"""Files of boxes made of nothing but their code: HEIC, AVIF, JPEG XL, JPEG 2000, CR3, MP4."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

XMP_UUID = UUID("be7acfcb-97a9-42e8-9c71-999491e3afac").bytes
C2PA_UUID = UUID("d8fec3d6-1b0e-483c-9297-5828877ec481").bytes
CANON_UUID = UUID("85c0b687-820f-11e0-8111-f4ce462b6a48").bytes
PREVIEW_UUID = UUID("eaf42b5e-1c98-4b88-b9fb-b7dc406e4d16").bytes
IPTC_UUID = UUID("33c7a4d2-b81d-4723-a0ba-f1a3e097ad38").bytes
CREATED = 3_850_000_000
"""Seconds since 1904: at the end of 2025."""


def box(kind: bytes, *parts: bytes, large: bool = False) -> bytes:
    body = b"".join(parts)
    if large:
        return struct.pack(">I4sQ", 1, kind, len(body) + 16) + body
    return struct.pack(">I4s", len(body) + 8, kind) + body


def full(kind: bytes, *parts: bytes, version: int = 0, flags: int = 0) -> bytes:
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


def ftyp(major: bytes, *others: bytes) -> bytes:
    return box(b"ftyp", major, b"\0\0\0\0", *others)


# EXIF, XMP and IIM


def gps_entries(latitude: int, longitude: int) -> list[tuple[int, int, int, bytes]]:
    """North and west, in whole degrees; a fraction of 24 bytes each is put behind the directory."""
    return [
        (1, 2, 2, b"N\0\0\0"),
        (2, 5, 3, struct.pack(">6I", latitude, 1, 0, 1, 0, 1)),
        (3, 2, 2, b"W\0\0\0"),
        (4, 5, 3, struct.pack(">6I", longitude, 1, 0, 1, 0, 1)),
    ]


def ifd(entries: Sequence[tuple[int, int, int, bytes]], at: int) -> bytes:
    """A directory that begins at an offset, with the values that do not fit in it behind it."""
    behind = b""
    rows = []
    after = at + 2 + 12 * len(entries) + 4
    for tag, kind, count, value in entries:
        if len(value) > 4:
            rows.append(struct.pack(">HHII", tag, kind, count, after + len(behind)))
            behind += value + b"\0" * (len(value) % 2)
        else:
            rows.append(struct.pack(">HHI4s", tag, kind, count, value))
    return struct.pack(">H", len(entries)) + b"".join(rows) + b"\0\0\0\0" + behind


def tiff(entries: Sequence[tuple[int, int, int, bytes]]) -> bytes:
    return b"MM\0*\0\0\0\x08" + ifd(entries, 8)


def text(tag: int, value: str) -> tuple[int, int, int, bytes]:
    data = value.encode() + b"\0"
    return tag, 2, len(data), data.ljust(4, b"\0")


def located_tiff(latitude: int = 48, longitude: int = 123) -> bytes:
    """A TIFF whose first directory leads to one of GPS."""
    lead = 8 + 2 + 12 + 4
    return tiff([(0x8825, 4, 1, struct.pack(">I", lead))]) + ifd(gps_entries(latitude, longitude), lead)


def gps_tiff(latitude: int = 48, longitude: int = 123) -> bytes:
    """A TIFF whose first directory is that of GPS, as Canon has it."""
    return tiff(gps_entries(latitude, longitude))


def exif_item(content: bytes) -> bytes:
    return b"\0\0\0\6Exif\0\0" + content


def xmp(attributes: str) -> bytes:
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/"'
        f' xmlns:exif="http://ns.adobe.com/exif/1.0/" {attributes}/></rdf:RDF></x:xmpmeta>'
    ).encode()


NO_MINING = xmp('plus:DataMining="http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED"')
IIM = b"\x1c\x02\x5a\x00\x05Paris\x1c\x02\x50\x00\x04Anna"
JPEG = (
    bytes.fromhex("ffd8ffdb0043")
    + b"\0"
    + b"\1" * 64
    + bytes.fromhex("ffc0000b080008000801011100ffda0008010100003f0000ffd9")
)


# HEIF


class Made(NamedTuple):
    """An item: its method says whether its bytes are in the file, in `idat`, or in the item before it."""

    kind: bytes
    data: bytes
    names: bytes = b""
    method: int = 0
    pieces: int = 1
    elsewhere: bool = False


def mime(data: bytes, media: bytes = b"application/rdf+xml", coding: bytes = b"", method: int = 0) -> Made:
    return Made(b"mime", data, media + b"\0" + (coding + b"\0" if coding else b""), method)


def infe(number: int, made: Made) -> bytes:
    return full(b"infe", struct.pack(">HH4s", number, 0, made.kind), b"\0", made.names, version=2)


def heif(
    brand: bytes,
    items: Sequence[Made],
    size: tuple[int, int] = (64, 48),
    references: Iterable[tuple[bytes, int, tuple[int, ...]]] = (),
    properties: bytes = b"",
    inside: bytes = b"",
    behind: bytes = b"",
    end: bytes = b"",
) -> bytes:
    """Item 1 is the main picture. Items with method 2 are in the item before them, ten bytes from its begin.

    `inside`: more boxes of `meta`; `behind`: boxes after the data; `end`: bytes after all.
    """
    head = ftyp(brand, b"mif1", brand)
    refers = [*references]
    refers += [(b"iloc", n, (n - 1,)) for n, made in enumerate(items, 1) if made.method == 2]
    data, idat = bytearray(), bytearray()
    places: list[tuple[int, int, list[tuple[int, int]]]] = []
    for made in items:
        store = {0: data, 1: idat}.get(made.method)
        begin = 10 if store is None else len(store)
        step = -(-len(made.data) // made.pieces) or 1
        cuts = range(0, max(1, len(made.data)), step)
        places.append((made.method, made.elsewhere, [(begin + at, len(made.data[at : at + step])) for at in cuts]))
        if store is not None:
            store += made.data

    def meta(base: int) -> bytes:
        rows = b""
        for number, (method, elsewhere, extents) in enumerate(places, 1):
            rows += struct.pack(">HHHH", number, method, int(elsewhere), len(extents))
            for at, length in extents:
                rows += struct.pack(">II", at + (base if method == 0 else 0), length)
        iloc = full(b"iloc", b"\x44\0", struct.pack(">H", len(items)), rows, version=1)
        iinf = full(b"iinf", struct.pack(">H", len(items)), *(infe(n, made) for n, made in enumerate(items, 1)))
        ispe = full(b"ispe", struct.pack(">II", *size))
        ipma = full(b"ipma", struct.pack(">IHBB", 1, 1, 1, 0x81))
        iprp = box(b"iprp", box(b"ipco", ispe, properties), ipma)
        iref = full(
            b"iref",
            *(box(kind, struct.pack(f">HH{len(to)}H", origin, len(to), *to)) for kind, origin, to in refers),
        )
        hdlr = full(b"hdlr", b"\0\0\0\0pict", bytes(13))
        pitm = full(b"pitm", b"\0\1")
        store = box(b"idat", bytes(idat)) if idat else b""
        return full(b"meta", hdlr, pitm, iinf, iloc, iref, iprp, store, inside)

    base = len(head) + len(meta(0)) + 8
    return head + meta(base) + box(b"mdat", bytes(data)) + behind + end


PICTURE = Made(b"hvc1", b"coded picture")


def within(outer: bytes) -> bytes:
    """What an item holds in which another one begins after ten bytes."""
    return b"0123456789" + outer


def c2pa(superbox: bytes) -> bytes:
    return box(b"uuid", C2PA_UUID, b"\0\0\0\0manifest\0", bytes(8), superbox)


# Movies


def mvhd(created: int = CREATED) -> bytes:
    return full(b"mvhd", struct.pack(">IIII", created, created, 600, 600), bytes(80))


def international(kind: str, value: str) -> bytes:
    data = value.encode()
    return box(kind.encode("latin-1"), struct.pack(">HH", len(data), 0x15C7), data)


def loci(name: str, latitude: float, longitude: float) -> bytes:
    place = struct.pack(">Biii", 0, round(longitude * 65536), round(latitude * 65536), 0)
    return full(b"loci", b"\x15\xc7", name.encode(), b"\0", place, b"earth\0\0")


def keyed(pairs: dict[str, str]) -> bytes:
    """A `meta` box without a version, as QuickTime has it."""
    keys = full(b"keys", struct.pack(">I", len(pairs)), *(box(b"mdta", name.encode()) for name in pairs))
    values = (
        box(struct.pack(">I", i), box(b"data", struct.pack(">II", 1, 0), value.encode()))
        for i, value in enumerate(pairs.values(), 1)
    )
    return box(b"meta", full(b"hdlr", b"\0\0\0\0mdta", bytes(13)), keys, box(b"ilst", *values))


def track(handler: bytes, entry: bytes, samples: Sequence[tuple[int, int]] = ((0, 1),), large: bool = False) -> bytes:
    """Samples by offset and size, each in a chunk of its own."""
    sizes = struct.pack(f">II{len(samples)}I", 0, len(samples), *(size for _, size in samples))
    code = "Q" if large else "I"
    chunks = struct.pack(f">I{len(samples)}{code}", len(samples), *(at for at, _ in samples))
    stbl = box(
        b"stbl",
        full(b"stsd", struct.pack(">I", 1), entry),
        full(b"stsz", sizes),
        full(b"co64" if large else b"stco", chunks),
    )
    hdlr = full(b"hdlr", b"\0\0\0\0" + handler, bytes(13))
    return box(b"trak", full(b"tkhd", bytes(80)), box(b"mdia", hdlr, box(b"minf", stbl)))


def visual(kind: bytes, width: int, height: int, *parts: bytes) -> bytes:
    return box(kind, bytes(24), struct.pack(">HH", width, height), bytes(50), *parts)


def mp4(*user_data: bytes, moov: bytes = b"", brand: bytes = b"isom", created: int = 0) -> bytes:
    tracks = track(b"vide", visual(b"avc1", 640, 480), [(0, 1)] * 3)
    udta = box(b"udta", *user_data) if user_data else b""
    return ftyp(brand, b"mp42") + box(b"moov", mvhd(created), tracks, udta, moov) + box(b"mdat", bytes(20))


# Canon's raw files


def ctmd(*records: tuple[int, bytes]) -> bytes:
    return b"".join(struct.pack("<IH6x", len(data) + 12, kind) + data for kind, data in records)


def timed_piece(tag: int, content: bytes) -> bytes:
    return struct.pack("<II", len(content) + 8, tag) + content


def cr3(ifd0: bytes, exif: bytes, note: bytes, gps: bytes, packet: bytes = b"", timed: bytes = b"") -> bytes:
    head = ftyp(b"crx ", b"crx ", b"isom")
    thumbnail = box(b"THMB", bytes(4), struct.pack(">HHIHH", 8, 8, len(JPEG), 1, 0), JPEG)
    pieces = (box(b"CMT1", ifd0), box(b"CMT2", exif), box(b"CMT3", note), box(b"CMT4", gps))
    canon = box(b"uuid", CANON_UUID, box(b"CNCV", b"CanonCR3_001/00.09.00/00.00.00"), *pieces, thumbnail)
    xmp_box = box(b"uuid", XMP_UUID, packet) if packet else b""
    prvw = box(b"PRVW", bytes(6), struct.pack(">HHHI", 8, 8, 1, len(JPEG)), JPEG)
    behind = xmp_box + box(b"uuid", PREVIEW_UUID, bytes(4), b"\0\0\0\1", prvw)

    def moov(base: int) -> bytes:
        main = track(b"vide", visual(b"CRAW", 60, 40, box(b"JPEG", bytes(4))), [(base, len(JPEG))], large=True)
        data = track(b"meta", box(b"CTMD", bytes(8)), [(base + len(JPEG), len(timed))], large=True) if timed else b""
        return box(b"moov", canon, mvhd(0), main, data)

    base = len(head) + len(moov(0)) + len(behind) + 8
    return head + moov(base) + behind + box(b"mdat", JPEG, timed)


# JPEG XL and JPEG 2000


def jxl_codestream(width: int = 200, height: int = 100) -> bytes:
    """A size in nine bits each, no ratio, then nothing but defaults."""
    bits = 0 | 0 << 1 | (height - 1) << 3 | 0 << 12 | 0 << 15 | (width - 1) << 17 | 1 << 26
    return b"\xff\x0a" + bits.to_bytes(4, "little") + bytes(20)


def jxl(*boxes: bytes, last: bytes = b"") -> bytes:
    head = b"\0\0\0\x0cJXL \r\n\x87\n" + ftyp(b"jxl ", b"jxl ")
    return head + b"".join(boxes) + box(b"jxlc", jxl_codestream()) + last


def siz(width: int, height: int) -> bytes:
    body = struct.pack(">HIIIIIIIIH", 0, width, height, 0, 0, width, height, 0, 0, 1) + b"\7\1\1"
    return b"\xff\x51" + struct.pack(">H", len(body) + 2) + body


def comment(value: bytes, form: int = 1) -> bytes:
    return b"\xff\x64" + struct.pack(">HH", len(value) + 4, form) + value


def j2k(*segments: bytes, width: int = 32, height: int = 24, told: bool = True) -> bytes:
    """A codestream of one tile; without `told` its length is not."""
    data = b"\x12\x34\x56\x78"
    sot = b"\xff\x90" + struct.pack(">HHIBB", 10, 0, 14 + len(data) if told else 0, 0, 1)
    return b"\xff\x4f" + siz(width, height) + b"".join(segments) + sot + b"\xff\x93" + data + b"\xff\xd9"


def jp2(*boxes: bytes, stream: bytes | None = None, open_end: bool = False) -> bytes:
    head = b"\0\0\0\x0cjP  \r\n\x87\n" + ftyp(b"jp2 ", b"jp2 ")
    ihdr = box(b"ihdr", struct.pack(">IIHBBBB", 24, 32, 1, 7, 7, 0, 0))
    colr = box(b"colr", b"\1\0\0\0\0\0\x10")
    stream = j2k() if stream is None else stream
    last = b"\0\0\0\0jp2c" + stream if open_end else box(b"jp2c", stream)
    return head + box(b"jp2h", ihdr, colr) + b"".join(boxes) + last
