"""Whole TIFF files and the raw formats that are built like them."""

from __future__ import annotations

import random
import struct
import time
from pathlib import Path

import pytest

from facelint.imagemeta import EVERYTHING, FileSource, ImageMetadata, Kind, in_memory, read

from .build_bmff import xmp
from .build_tiff import (
    ASCII,
    BYTE,
    LONG,
    SHORT,
    UNDEFINED,
    Directory,
    Entry,
    coordinates,
    directory,
    tiff,
    with_note,
)  # fmt: skip

DATA = Path(__file__).parents[3] / "shared" / "data" / "images"
real = pytest.mark.skipif(not DATA.is_dir(), reason=f"the collection of real files is not at {DATA}")

JPEG = b"\xff\xd8" + bytes(96) + b"\xff\xd9"


def told(data: bytes, wanted: frozenset[Kind] = EVERYTHING) -> ImageMetadata:
    return read(in_memory(data, 0), wanted)


def picture(width: int, height: int, *more: Entry, subfile: int = 0) -> list[Entry]:
    entries: list[Entry] = [(0x00FE, LONG, subfile), (0x0100, LONG, width), (0x0101, SHORT, height)]
    return sorted([*entries, *more], key=lambda entry: entry[0])


def shape(data: bytes) -> tuple[str, int | None, int | None, int | None]:
    got = told(data)
    return got.format, got.width, got.height, got.frames


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("wide", [False, True])
def test_pages(order: str, wide: bool) -> None:
    assert shape(tiff(picture(30, 20), order=order, wide=wide)) == ("tiff", 30, 20, 1)
    pages = tiff(picture(30, 20), picture(40, 50), picture(3, 2, subfile=1), order=order, wide=wide)
    assert shape(pages) == ("tiff", 30, 20, 2)
    got = told(tiff(picture(30, 20), picture(40, 50, (0x013B, ASCII, "Ann")), order=order, wide=wide))
    assert [(one.where, one.place) for one in got.findings] == [("TIFF > IFD1 > Artist", "exif")]


def test_dng() -> None:
    raw = Directory(picture(6000, 4000, (0x0106, SHORT, 32803)))
    data = tiff(
        picture(256, 171, (0x014A, LONG, raw), (0xC612, BYTE, b"\1\4\0\0"), (0xC62F, ASCII, "151453"), subfile=1)
    )
    assert shape(data) == ("dng", 6000, 4000, 1)
    assert [one.kind for one in told(data).findings] == [Kind.SERIAL_NUMBERS]


def test_previews_of_a_raw_file() -> None:
    def build(at: int) -> bytes:
        shown = Directory(
            picture(1024, 768, (0x0103, SHORT, 7), (0x0111, LONG, at), (0x0117, LONG, len(JPEG)), subfile=1)
        )
        raw = Directory(picture(6000, 4000, (0x0106, SHORT, 32803)))
        return tiff(
            picture(256, 171, (0x014A, LONG, shown), (0x014A, LONG, raw), (0xC612, BYTE, b"\1\4\0\0"), subfile=1)
        )

    data = build(len(build(0))) + JPEG
    assert [(one.kind, data[one.start : one.start + one.length]) for one in told(data).embedded] == [
        (Kind.PREVIEW, JPEG)
    ]
    assert shape(data)[:3] == ("dng", 6000, 4000)


def test_cr2_begins_with_its_preview() -> None:
    def build(at: int) -> bytes:
        first: list[Entry] = [
            (0x0100, SHORT, 5184), (0x0101, SHORT, 3456), (0x0103, SHORT, 6), (0x010F, ASCII, "Canon"),
            (0x0111, LONG, at), (0x0117, LONG, len(JPEG)),
        ]  # fmt: skip
        thumbnail: list[Entry] = [(0x0201, LONG, at), (0x0202, LONG, len(JPEG))]
        body = directory(first, 16, following=16 + len(directory(first, 16)))
        return b"II*\0\x10\0\0\0CR\2\0\0\0\0\0" + body + directory(thumbnail, 16 + len(body))

    data = build(len(build(0))) + JPEG
    assert shape(data) == ("cr2", 5184, 3456, 1)
    assert [(one.kind, one.where) for one in told(data).embedded] == [
        (Kind.PREVIEW, "CR2 > IFD0 > StripOffsets"),
        (Kind.THUMBNAIL, "CR2 > IFD1 > JPEGInterchangeFormat"),
    ]


def test_the_main_picture_of_an_old_jpeg_in_tiff_is_no_preview() -> None:
    data = tiff(picture(30, 20, (0x0103, SHORT, 6), (0x0201, LONG, 8), (0x0202, LONG, 20)))
    assert not told(data).embedded


@pytest.mark.parametrize(("magic", "name"), [(b"IIRO", "orf"), (b"IIRS", "orf"), (b"MMOR", "orf")])
def test_orf(magic: bytes, name: str) -> None:
    order = "<" if magic[:2] == b"II" else ">"
    data = magic + tiff(picture(4000, 3000, (0x013B, ASCII, "Ann")), order=order)[4:]
    assert shape(data) == (name, 4000, 3000, 1)
    assert [one.where for one in told(data).findings] == ["ORF > IFD0 > Artist"]


def jpeg_with_exif(exif: bytes) -> bytes:
    segment = b"Exif\0\0" + exif
    size = b"\xff\xc0\0\x11\x08\0\x10\0\x20\3\1\x22\0\2\x11\1\3\x11\1"
    return (
        b"\xff\xd8\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + size
        + b"\xff\xda\0\x0c\3\1\0\2\x11\3\x11\0\x3f\0" + bytes(20) + b"\xff\xd9"
    )  # fmt: skip


def test_rw2_holds_a_jpeg_with_blocks_of_its_own() -> None:
    inner = jpeg_with_exif(tiff([(0x013B, ASCII, "Ann"), (0x8825, LONG, coordinates())]))
    borders: list[Entry] = [(4, SHORT, 4), (5, SHORT, 8), (6, SHORT, 3004), (7, SHORT, 4008)]
    data = b"IIU\0" + tiff([*borders, (0x002E, UNDEFINED, inner)])[4:]
    assert shape(data) == ("rw2", 4000, 3000, 1)
    got = told(data)
    assert got.gps_state == "yes"
    assert [one.value for one in got.findings if one.kind is Kind.OWNER_NAMES] == ["Ann"]
    assert Kind.PREVIEW in {one.kind for one in got.embedded}


def raf(jpeg: bytes) -> bytes:
    records = struct.pack(">IHHHHHHHH", 2, 0x0100, 4, 4040, 6160, 0x0111, 4, 4000, 6000)
    head = b"FUJIFILMCCD-RAW 0201FF383502X-T2".ljust(84, b"\0")
    at = 84 + 24
    return head + struct.pack(">IIIIII", at, len(jpeg), at + len(jpeg), len(records), 0, 0) + jpeg + records


def test_raf() -> None:
    note = with_note("FUJIFILM", lambda at: b"FUJIFILM\x0c\0\0\0" + directory([(0x10, ASCII, "FPX 20495643")], 12))
    data = raf(jpeg_with_exif(note))
    assert shape(data) == ("raf", 6000, 4000, 1)
    got = told(data)
    assert [(one.kind, one.place) for one in got.findings if one.kind is not Kind.MAKER_NOTE] == [
        (Kind.SERIAL_NUMBERS, "makernote")
    ]
    for end in range(len(data)):
        cut = told(data[:end])
        assert cut.hidden(Kind.SERIAL_NUMBERS) or cut.findings, end
    assert told(raf(b"no JPEG")).hidden(Kind.GPS)


def test_blocks_in_a_directory() -> None:
    xmp = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description rdf:about="" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:City="Berlin"/>'
        b"</rdf:RDF></x:xmpmeta>"
    )
    iptc = b"\x1c\2\x50\0\3Ann\x1c\2\x5a\0\6Berlin"
    resource = b"8BIM\4\4\0\0" + struct.pack(">I", len(iptc)) + iptc + b"\0" * (len(iptc) % 2)
    data = tiff([(0x02BC, BYTE, xmp), (0x83BB, UNDEFINED, iptc), (0x8649, BYTE, resource)])
    got = told(data)
    assert {one.place for one in got.findings if one.kind is Kind.LOCATION_TEXT} == {"xmp", "iptc"}
    assert {one.place for one in got.findings if one.kind is Kind.OWNER_NAMES} == {"iptc"}
    assert {"xmp", "iptc", "photoshop"} <= got.blocks
    swapped = b"".join(iptc[at : at + 4].ljust(4, b"\0")[::-1] for at in range(0, len(iptc), 4))
    numbers = struct.unpack(f"<{len(swapped) // 4}I", swapped)
    assert Kind.OWNER_NAMES in {one.kind for one in told(tiff([(0x83BB, LONG, numbers)])).findings}


def test_what_is_cut_is_hidden() -> None:
    data = tiff(picture(30, 20, (0x013B, ASCII, "Ann"), (0x8825, LONG, coordinates())), picture(3, 4))
    whole = told(data)
    assert not whole.unreadable
    for end in range(4, len(data)):
        got = told(data[:end])
        assert got.findings or got.hidden(Kind.OWNER_NAMES), end
        assert got.gps_state == "yes" or got.hidden(Kind.GPS), end
        assert got.frames == 1 or got.hidden(Kind.OPT_OUT), end


def test_mutations_escape_nothing_and_take_no_time(tmp_path: Path) -> None:
    chance = random.Random(8)  # noqa: S311
    inner = jpeg_with_exif(tiff([(0x013B, ASCII, "Ann"), (0x8825, LONG, coordinates())]))
    seeds = [
        tiff(picture(30, 20, (0x013B, ASCII, "Ann"), (0x8825, LONG, coordinates())), picture(3, 4)),
        b"IIU\0" + tiff([(4, SHORT, 4), (0x002E, UNDEFINED, inner)])[4:],
        raf(inner),
        tiff(picture(3, 2, (0x014A, LONG, Directory(picture(6, 4)))), wide=True, order=">"),
    ]
    for number in range(3000):
        data = bytearray(seeds[number % len(seeds)])
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(4, len(data))] = chance.choice((0, 1, 0x7F, 0xFF, chance.randrange(256)))
        started = time.process_time()
        got = told(bytes(data))
        assert time.process_time() - started < 5
        assert not any("not known here" in one.reason for one in got.unreadable)


@real
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("contact-tiff.tiff", ("tiff", 317, 211, 1)),
        ("gps-tiff-exif.tiff", ("tiff", 640, 512, 1)),
        ("neg_with_exif-raw.cr2", ("cr2", 1600, 1200, 1)),
        ("neg_with_exif-tiff.tif", ("tiff", 1728, 2376, 1)),
        ("malformed-jxr.jxr", ("jxr", None, None, 1)),
        ("neg-tiff.tif", ("tiff", None, None, None)),
    ],
)
def test_real_files(name: str, expected: tuple[str, int | None, int | None, int | None]) -> None:
    with (DATA / name).open("rb") as file:
        got = read(FileSource.of(file.fileno()))
    assert (got.format, got.width, got.height, got.frames) == expected
    assert not any("not known here" in one.reason for one in got.unreadable)


@real
@pytest.mark.parametrize(
    "name", ["contact-tiff.tiff", "neg_with_exif-raw.cr2", "neg_with_exif-tiff.tif", "neg-raw.rw2"]
)
def test_real_files_read_in_pieces_or_at_once(name: str) -> None:
    with (DATA / name).open("rb") as file:
        in_pieces = read(FileSource.of(file.fileno()))
    assert in_pieces == told((DATA / name).read_bytes())


@pytest.mark.parametrize("wide", [False, True])
def test_a_statement_about_mining(wide: bool) -> None:
    packet = xmp('plus:DataMining="http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-AIMLTRAINING"')
    found = told(tiff([(0x0100, SHORT, 4), (0x02BC, BYTE, packet)], wide=wide))
    assert [(one.place, one.value) for one in found.findings if one.kind is Kind.OPT_OUT] == [
        ("xmp", "plus:DMI-PROHIBITED-AIMLTRAINING")
    ]
