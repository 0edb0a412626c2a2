"""Makers' notes: each form that is known, what is not known, and notes that were moved or damaged."""

from __future__ import annotations

import random
import struct
import time
from collections.abc import Callable

import pytest

from facelint.imagemeta import EVERYTHING, ImageMetadata, Kind, in_memory
from facelint.imagemeta.blocks import exif, makernotes
from facelint.imagemeta.reading import Reading, TooMuch

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
)

SERIAL, OWNER, PLACE, PERSON = Kind.SERIAL_NUMBERS, Kind.OWNER_NAMES, Kind.LOCATION_TEXT, Kind.PERSON_NAMES
Note = Callable[[int], bytes]


def read(data: bytes, wanted: frozenset[Kind] = EVERYTHING) -> ImageMetadata:
    reading = Reading(wanted)
    try:
        exif.read(reading, in_memory(data, 30), "exif", "APP1 Exif")
    except TooMuch as error:
        reading.steps_left = 1
        reading.cannot("APP1 Exif", str(error))
    return reading.result()


def told(data: bytes) -> list[tuple[Kind, str]]:
    return [(one.kind, one.value) for one in read(data).findings if one.kind is not Kind.MAKER_NOTE]


def plain(*entries: Entry, header: bytes = b"", order: str = "<") -> Note:
    """A note whose offsets count as those of the file do."""
    return lambda at: header + directory(entries, at + len(header), order)


def own(*entries: Entry, header: bytes = b"", base: int = 0, order: str = "<") -> Note:
    """A note whose offsets count from `base` in itself."""
    return lambda at: header + directory(entries, len(header) - base, order)


def nikon(*entries: Entry, order: str = ">") -> Note:
    return lambda at: b"Nikon\0\2\x11\0\0" + tiff(entries, order=order)


def fuji(*entries: Entry) -> Note:
    return own(*entries, header=b"FUJIFILM\x0c\0\0\0")


def record(size: int, *parts: tuple[int, bytes]) -> bytes:
    data = bytearray(size)
    for at, part in parts:
        data[at : at + len(part)] = part
    return bytes(data)


def enciphered(data: bytes) -> bytes:
    return bytes(one**3 % 249 if one < 249 else one for one in data)


FACE = (
    record(8 * 3, (0, struct.pack("<II", 24, 62)))
    + record(62, (30, struct.pack("<II", 8, 24 + 62)), (54, struct.pack("<II", 8, 24 + 62 + 8)))
    + b"Ann\0\0\0\0\0"
    + b"20200102"
)

NOTES: list[tuple[str, str, Note, list[tuple[Kind, str]]]] = [
    (
        "Canon",
        "Canon EOS 10D",
        plain(
            (9, ASCII, "Ann Example"),
            (0x0C, LONG, 440101234),
            (0x28, BYTE, bytes(range(16))),
            (0x96, ASCII, "FA1065286" + "\xff" * 2),
            (0x4019, UNDEFINED, bytes.fromhex("0000214e1c") + bytes(25)),
        ),
        [(OWNER, "Ann Example"), (SERIAL, "440101234"), (Kind.UNIQUE_ID, bytes(range(16)).hex())],
    ),
    (
        "Canon",
        "Canon EOS 6D",
        plain(
            (0x96, ASCII, b"FA1065286\0\xff\xff\xff\xff"),
            (0x4019, UNDEFINED, bytes.fromhex("5a00214e1c") + bytes(25)),
        ),
        [(SERIAL, "FA1065286"), (SERIAL, "5a00214e1c")],
    ),
    (
        "Canon",
        "Canon EOS 5D",
        plain(
            (0x0D, UNDEFINED, record(0x100, (0xAC, b"Ann"))),
            (0x96, UNDEFINED, bytes(9) + b"A12345\0"),
        ),
        [(OWNER, "Ann"), (SERIAL, "A12345")],
    ),
    (
        "Canon",
        "Canon EOS 5D Mark III",
        plain((0x0D, UNDEFINED, record(0x200, (0x164, b"\x12\x34\x56\x78\x90")))),
        [(SERIAL, "1234567890")],
    ),
    ("NIKON CORPORATION", "NIKON D300", nikon((0x1D, ASCII, "5014649")), [(SERIAL, "5014649")]),
    (
        "NIKON",
        "COOLPIX AW100",
        nikon(
            (0x39, UNDEFINED, record(0x60, (0, b"0100\1"), (5, b"FRA"), (9, b"Rue Example"))),
            order="<",
        ),
        [(PLACE, "FRA"), (PLACE, "Rue Example")],
    ),
    ("NIKON", "NIKON D1", plain((1, UNDEFINED, b"0200"), (0xA0, ASCII, "NO= 0001"), order=">"), [(SERIAL, "NO= 0001")]),
    ("SONY", "ILCE-9", plain((0x2031, ASCII, "01234567"), header=b"SONY DSC \0\0\0"), [(SERIAL, "01234567")]),
    (
        "SONY",
        "ILCE-7RM2",
        plain(
            (0x9050, UNDEFINED, enciphered(record(0x100, (0x88, bytes.fromhex("0d020000f608"))))),
            header=b"SONY DSC \0\0\0",
        ),
        [(SERIAL, "0d020000f608")],
    ),
    (
        "SONY",
        "ILCE-7",
        plain((0x9050, UNDEFINED, enciphered(record(0x100, (0x7C, b"\5\6\7\10")))), header=b"SONY DSC \0\0\0"),
        [(SERIAL, "05060708")],
    ),
    (
        "SONY",
        "SLT-A99V",
        plain((0x9050, UNDEFINED, enciphered(record(0x100, (0xF0, b"\5\6\7\10\11"))))),
        [(SERIAL, "0506070809")],
    ),
    (
        "SONY",
        "ILCE-6700",
        plain((0x9050, UNDEFINED, enciphered(record(0x100, (0x38, b"\5\6\7\10\11\12"))))),
        [(SERIAL, "05060708090a")],
    ),
    ("SONY", "DSC-RX100", plain((0x9050, UNDEFINED, enciphered(record(0x100, (0x7C, b"\5\6\7\10"))))), []),
    (
        "OLYMPUS IMAGING CORP.",
        "E-M1",
        own(
            (
                0x2010,
                LONG,
                Directory(
                    [
                        (0x101, ASCII, "BHP242330"),
                        (0x102, ASCII, "4046005020234001"),
                        (0x202, ASCII, "ABJ208412"),
                        (0x302, ASCII, "000"),
                        (0x1003, ASCII, "F-1"),
                    ]
                ),
            ),
            header=b"OLYMPUS\0II\3\0",
        ),
        [(SERIAL, "BHP242330"), (SERIAL, "4046005020234001"), (SERIAL, "ABJ208412"), (SERIAL, "F-1")],
    ),
    (
        "OM Digital Solutions",
        "OM-1",
        own((0x2010, LONG, Directory([(0x101, ASCII, "BJ5A00321")])), header=b"OM SYSTEM\0\0\0II\4\0"),
        [(SERIAL, "BJ5A00321")],
    ),
    ("OLYMPUS OPTICAL CO.,LTD", "C700UZ", plain((0x404, ASCII, "000123"), header=b"OLYMP\0\2\0"), [(SERIAL, "000123")]),
    (
        "Panasonic",
        "DMC-TZ10",
        plain(
            (0x25, UNDEFINED, b"F541003110029\0\0\0"),
            (0x52, ASCII, "08JG1201858"),
            (0x65, UNDEFINED, b"A title" + bytes(57)),
            (0x66, UNDEFINED, b"Zoe" + bytes(61)),
            (0x67, UNDEFINED, b"Berlin" + bytes(58)),
            (0x69, UNDEFINED, b"GERMANY" + bytes(65)),
            (0x6B, UNDEFINED, b"---" + bytes(69)),
            (0x6D, UNDEFINED, b"BERLIN" + bytes(66)),
            (0x6F, UNDEFINED, b"GATE" + bytes(124)),
            (0x61, UNDEFINED, record(148, (0, b"\1\0"), (4, b"Ann"), (52, b"unset"))),
            header=b"Panasonic\0\0\0",
        ),
        [
            (SERIAL, "F541003110029"),
            (SERIAL, "08JG1201858"),
            (Kind.FREE_TEXT, "A title"),
            (PERSON, "Zoe"),
            (PLACE, "Berlin"),
            (PLACE, "GERMANY"),
            (PLACE, "BERLIN"),
            (PLACE, "GATE"),
            (PERSON, "Ann"),
        ],
    ),
    (
        "LEICA",
        "D-LUX 5",
        plain((0x25, UNDEFINED, b"F541003110029\0\0\0"), header=b"LEICA\0\0\0"),
        [(SERIAL, "F541003110029")],
    ),
    (
        "Leica Camera AG",
        "M8 Digital Camera",
        own((0x303, LONG, 3101234), header=b"LEICA\0\0\0", base=8),
        [(SERIAL, "3101234")],
    ),
    (
        "Leica Camera AG",
        "M9",
        own((0x3000, UNDEFINED, directory([(0x3103, ASCII, "3712345")], 8 + 2 + 12 + 4)), header=b"LEICA0\3\0"),
        [(SERIAL, "3712345")],
    ),
    ("LEICA CAMERA AG", "LEICA X1", own((0x305, LONG, 3912345), header=b"LEICA\0\1\0"), [(SERIAL, "3912345")]),
    (
        "LEICA CAMERA AG",
        "LEICA Q",
        plain((0x500, UNDEFINED, b"X001501200012\0"), header=b"LEICA\0\10\0"),
        [(SERIAL, "X001501200012")],
    ),
    (
        "PENTAX",
        "PENTAX K-5",
        plain(
            (0x215, LONG, (0x12E6C, 20101112, 1, 1, 3611234)),
            (0x229, ASCII, "3611234"),
            (0x22E, ASCII, "Ann"),
            header=b"AOC\0MM",
            order=">",
        ),
        [(SERIAL, "3611234"), (SERIAL, "3611234"), (OWNER, "Ann")],
    ),
    (
        "RICOH IMAGING COMPANY, LTD.",
        "GR III",
        own((0x229, ASCII, "3611234"), header=b"RICOH\0II"),
        [(SERIAL, "3611234")],
    ),
    ("PENTAX", "PENTAX Q", own((0x229, ASCII, "3611234"), header=b"PENTAX \0II"), [(SERIAL, "3611234")]),
    (
        "RICOH",
        "GXR",
        plain(
            (5, UNDEFINED, b"WD00 00100056\0\0\0"),
            (0x2001, UNDEFINED, b"[Ricoh Camera Info]\0" + directory([(0x2C, UNDEFINED, b"\0\0\0\0")], 0, ">")),
            header=b"Ricoh\0\0\0",
        ),
        [(SERIAL, "WD00 00100056")],
    ),
    (
        "RICOH",
        "Caplio 500SE",
        plain(
            (5, UNDEFINED, b"WD00 00100056\0\0\0"),
            (0x2001, UNDEFINED, b"[Ricoh Camera Info]\xff" + directory([(0x2C, UNDEFINED, b"\0\0\0\0")], 0, ">")),
            header=b"Ricoh\0\0\0",
        ),
        [(SERIAL, "WD00 00100056")],
    ),
    (
        "GoPro",
        "HERO5",
        lambda at: b"\x0b\0\x11\0\0\xc0\x86F\0\0LAJ7061300001234" + bytes(200),
        [(SERIAL, "LAJ7061300001234")],
    ),
    (
        "FUJIFILM",
        "FinePix F550EXR",
        fuji(
            (0x10, ASCII, "FPX20017035 592D31313034060427796060110384"),
            (0x4282, UNDEFINED, FACE),
        ),
        [(SERIAL, "FPX20017035 592D31313034060427796060110384"), (PERSON, "Ann")],
    ),
    (
        "Apple",
        "iPhone 13",
        own(
            (1, LONG, 15),
            (0x0B, ASCII, "B-U-R-S-T"),
            (0x11, ASCII, "L-I-V-E"),
            (0x15, ASCII, "U-N-I-Q-U-E"),
            (0x2B, ASCII, "P-H-O-T-O"),
            header=b"Apple iOS\0\0\1MM",
            order=">",
        ),
        [
            (Kind.CONTENT_IDENTIFIER, "B-U-R-S-T"),
            (Kind.CONTENT_IDENTIFIER, "L-I-V-E"),
            (Kind.UNIQUE_ID, "U-N-I-Q-U-E"),
            (Kind.CONTENT_IDENTIFIER, "P-H-O-T-O"),
        ],
    ),
    (
        "SAMSUNG",
        "NX300",
        plain(
            (1, UNDEFINED, b"0100"),
            (0x30, UNDEFINED, b"Seoul\0 Gangnam\0\0\0"),
            (0x31, ASCII, "Seoul"),
            (0x123, ASCII, "Ann"),
            (0xA002, ASCII, "9B1CC3"),
            (0xA005, ASCII, "2CAAC"),
        ),
        [(PLACE, "Seoul, Gangnam"), (PLACE, "Seoul"), (PERSON, "Ann"), (SERIAL, "9B1CC3"), (SERIAL, "2CAAC")],
    ),
    ("SIGMA", "SIGMA DP2", plain((2, ASCII, "1010123"), header=b"SIGMA\0\0\0\1\0"), [(SERIAL, "1010123")]),
    (
        "EASTMAN KODAK COMPANY",
        "KODAK Z712",
        plain((1, SHORT, 1), (0xFC00, LONG, Directory([(0xFA19, ASCII, "KCKGW80112345")])), order=">"),
        [(SERIAL, "KCKGW80112345")],
    ),
    ("EASTMAN KODAK COMPANY", "KODAK C340", lambda at: b"KCGDJ50911204   " + bytes(100), [(SERIAL, "KCGDJ50911204")]),
    ("motorola", "Moto G", own((0x5501, ASCII, "ZY2238TJ4V"), header=b"MOT\0\1\0\0\0"), [(SERIAL, "ZY2238TJ4V")]),
    ("Nintendo", "Nintendo 3DS", plain((0x1101, UNDEFINED, record(0x60, (0x18, b"\1\2\3\4")))), [(SERIAL, "01020304")]),
    (
        "RECONYX",
        "HC500",
        lambda at: record(0xA0, (0, b"\x01\xf1\x03\0"), (0x2A, "H500".encode("utf-16-le")), (0x56, b"North gate")),
        [(SERIAL, "H500"), (Kind.FREE_TEXT, "North gate")],
    ),
    (
        "Hewlett-Packard",
        "M627",
        lambda at: record(0x90, (0, b"IIII\4\0"), (0x5C, b"SERIAL NUMBER:CN12345")),
        [(SERIAL, "CN12345")],
    ),
    (
        "Phase One",
        "P25",
        lambda at: b"IIIITwaR" + struct.pack("<III", 12, 1, 0) + struct.pack("<IIII", 0x102, 1, 8, 36) + b"CI00012\0",
        [(SERIAL, "CI00012")],
    ),
    ("Google", "Pixel 8", lambda at: b"HDRP\2" + random.Random(3).randbytes(200), []),  # noqa: S311
    ("CASIO", "EX-Z3", plain((2, SHORT, 1)), []),
    ("DJI", "FC300X", plain((1, ASCII, "DJI")), []),
]


@pytest.mark.parametrize(("make", "model", "note", "expected"), NOTES, ids=[f"{one[0]}-{one[1]}" for one in NOTES])
@pytest.mark.parametrize("order", ["<", ">"])
def test_notes(make: str, model: str, note: Note, expected: list[tuple[Kind, str]], order: str) -> None:
    data = with_note(make, note, model, order)
    got = read(data)
    found = [(one.kind, one.value) for one in got.findings if one.kind is not Kind.MAKER_NOTE]
    assert sorted(found[: len(expected)]) == sorted(expected)
    assert all(kind is SERIAL for kind, _ in found[len(expected) :])
    assert {one.place for one in got.findings} == {"makernote"}
    assert [one.where for one in got.findings if one.kind is Kind.MAKER_NOTE] == ["APP1 Exif > Exif IFD > MakerNote"]
    assert not got.unreadable
    for kind in {kind for kind, _ in expected}:
        assert read(data, frozenset((kind,))).findings == tuple(one for one in got.findings if one.kind is kind)
    assert {one.kind for one in got.findings} <= makernotes.HOLDS


@pytest.mark.parametrize(
    ("make", "note"),
    [
        ("Canon", plain((9, ASCII, "x"), (0x8825, LONG, coordinates()))),
        ("NIKON", nikon((1, UNDEFINED, b"0210"), (0x8825, LONG, coordinates()))),
        ("Apple", own((1, LONG, 15), (0x8825, LONG, coordinates()), header=b"Apple iOS\0\0\1MM", order=">")),
        ("Nobody", plain((1, LONG, 15), (0x8825, LONG, coordinates()))),
        ("Nobody", lambda at: b"NOBODY\0\0" + tiff([(0x8825, LONG, coordinates())])),
    ],
)
def test_coordinates_in_a_note(make: str, note: Note) -> None:
    got = read(with_note(make, note), frozenset((Kind.GPS,)))
    assert [(one.place, one.state) for one in got.coordinates] == [("makernote", "yes")]
    assert got.coordinates[0].latitude == pytest.approx(48.875555, abs=1e-4)


def test_blank_notes_are_none() -> None:
    got = read(with_note("Canon", lambda at: bytes(200)))
    assert not got.findings
    assert not got.unreadable
    assert "makernote" not in got.blocks


def test_a_note_that_was_moved() -> None:
    """Its offsets are of where it stood before; a Canon's end says where that was."""
    entries: list[Entry] = [(9, ASCII, "Ann Example"), (0x96, ASCII, "FA1065286")]
    assert told(with_note("Canon", lambda at: directory(entries, at + 5000)))[:1] == [(OWNER, "Ann Example")]
    footer = with_note("Canon", lambda at: directory(entries, at + 5000) + b"II*\0" + struct.pack("<I", at + 5000))
    assert told(footer) == [(OWNER, "Ann Example"), (SERIAL, "FA1065286")]
    other = plain((0x25, UNDEFINED, b"F541003110029\0\0\0"), header=b"Panasonic\0\0\0")
    assert told(with_note("Panasonic", lambda at: other(at + 300))) == [(SERIAL, "F541003110029")]


def test_a_note_in_the_private_data_of_a_dng() -> None:
    was = 0x1234
    note = directory([(9, ASCII, "Ann Example"), (0x0C, LONG, 4711)], was)
    record = b"MakN" + struct.pack(">I", len(note) + 6) + b"II" + struct.pack(">I", was) + note
    data = tiff(
        [(0x010F, ASCII, "Canon"), (0xC634, BYTE, b"Adobe\0" + b"Pano" + struct.pack(">I", 2) + b"xx" + record)]
    )
    assert told(data) == [(OWNER, "Ann Example"), (SERIAL, "4711")]


def test_notes_of_makers_that_are_not_known() -> None:
    hidden = read(with_note("Nobody", lambda at: random.Random(5).randbytes(500)))  # noqa: S311
    assert hidden.hidden(SERIAL)
    assert hidden.hidden(Kind.GPS)
    assert not hidden.hidden(Kind.OPT_OUT)
    assert not read(with_note("Nobody", plain((1, SHORT, 4), (2, LONG, 5)))).unreadable
    assert read(with_note("Nobody", plain((1, SHORT, 4), (2, ASCII, "something long")))).hidden(SERIAL)
    assert read(with_note("GoPro", lambda at: random.Random(5).randbytes(500))).hidden(SERIAL)  # noqa: S311
    assert not read(with_note("Nobody", lambda at: b'{"mirror":false,"sensor":"rear"}')).unreadable
    assert read(with_note("Nobody", lambda at: b'{"gps":"48.1,2.3"}')).hidden(Kind.GPS)
    assert (SERIAL, "abc") in told(with_note("Nobody", plain((0xA431, ASCII, "abc"))))


def test_a_note_that_lies_outside() -> None:
    data = tiff([(0x010F, ASCII, "Canon"), (0x927C, UNDEFINED, b"x" * 40)])
    at = data.index(b"x" * 40)
    broken = data[:at]
    assert read(broken).hidden(SERIAL)


@pytest.mark.parametrize(("make", "model", "note", "expected"), NOTES, ids=[f"{one[0]}-{one[1]}" for one in NOTES])
def test_every_cut_leaves_nothing_unsaid(make: str, model: str, note: Note, expected: list[tuple[Kind, str]]) -> None:
    data = with_note(make, note, model)
    whole = {one.kind for one in read(data).findings}
    for end in range(8, len(data), 1 if len(data) < 400 else 3):
        got = read(data[:end])
        missing = {kind for kind in whole - {one.kind for one in got.findings} if not got.hidden(kind)}
        assert not missing, (end, missing)


def test_mutations_escape_nothing_and_take_no_time() -> None:
    chance = random.Random(6)  # noqa: S311
    built = [with_note(make, note, model) for make, model, note, _ in NOTES]
    for number in range(4000):
        data = bytearray(built[number % len(built)])
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(8, len(data))] = chance.choice((0, 1, 0x7F, 0xFF, chance.randrange(256)))
        started = time.process_time()
        read(bytes(data))
        assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("make", "head", "tag"),
    [
        ("SONY", b"SONY DSC \0\0\0", 0x2001),
        ("CASIO COMPUTER CO.,LTD.", b"QVC\0\0\0", 0x2000),
        ("Minolta Co., Ltd.", b"MINOL\0\1\0", 0x0081),
    ],
)
def test_previews_in_notes(make: str, head: bytes, tag: int) -> None:
    jpeg = b"\xff\xd8" + bytes(60) + b"\xff\xd9"

    def note(at: int) -> bytes:
        return head + directory([(tag, UNDEFINED, jpeg)], at + len(head))

    data = with_note(make, note)
    shown = [one for one in read(data).embedded if one.kind is Kind.PREVIEW]
    assert [data[one.start - 30 : one.start - 30 + one.length] for one in shown] == [jpeg]
