"""EXIF: every form of every entry that tells something, and what is damaged."""

from __future__ import annotations

import random
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facelint.imagemeta import EVERYTHING, ImageMetadata, Kind, in_memory
from facelint.imagemeta.blocks import exif
from facelint.imagemeta.reading import MAX_STEPS, Reading, TooMuch
from facelint.imagemeta.source import FileSource, Source

from .build_tiff import (
    ASCII,
    BYTE,
    DOUBLE,
    IFD,
    LONG,
    RATIONAL,
    SHORT,
    SRATIONAL,
    UNDEFINED,
    Directory,
    Entry,
    Raw,
    camera,
    coordinates,
    rationals,
    tiff,
)  # fmt: skip

ORDERS = ("<", ">")
GPS = frozenset((Kind.GPS,))


def read(data: bytes, wanted: frozenset[Kind] = EVERYTHING, start: int = 30) -> ImageMetadata:
    reading = Reading(wanted)
    try:
        exif.read(reading, in_memory(data, start), "exif", "APP1 Exif")
    except TooMuch as error:
        reading.steps_left = 1
        reading.cannot("APP1 Exif", str(error))
    return reading.result()


def found(data: bytes, kind: Kind) -> list[tuple[str, str]]:
    return [(one.where, one.value) for one in read(data).findings if one.kind is kind]


def values(data: bytes, kind: Kind) -> list[str]:
    return [value for _, value in found(data, kind)]


def gps(*entries: Entry, order: str = "<") -> ImageMetadata:
    return read(tiff([(0x8825, LONG, Directory(entries))], order=order))


NORTH, WEST = (1, ASCII, "N"), (3, ASCII, "W")
NEMO = (48 + 52 / 60 + 32 / 3600, -(123 + 23 / 60 + 33 / 3600))


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("wide", [False, True])
def test_coordinates_in_either_order_and_width(order: str, wide: bool) -> None:
    told = read(tiff([(0x8825, LONG, coordinates())], order=order, wide=wide))
    assert [(one.place, one.where, one.state) for one in told.coordinates] == [
        ("exif", "APP1 Exif > GPS IFD > GPSLatitude", "yes")
    ]
    assert (told.coordinates[0].latitude, told.coordinates[0].longitude) == pytest.approx(NEMO)
    assert not told.unreadable


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        ((2, RATIONAL, ((48875555, 1000000),)), (4, RATIONAL, ((123392500, 1000000),))),
        ((2, RATIONAL, ((48, 1), (5253333, 100000))), (4, RATIONAL, ((123, 1), (2355, 100)))),
        ((2, RATIONAL, ((48, 1), (5253333, 100000), (0, 0))), (4, RATIONAL, ((123, 1), (2355, 100), (0, 1)))),
        ((2, SRATIONAL, ((48, 1), (52, 1), (32, 1))), (4, SRATIONAL, ((-123, 1), (23, 1), (33, 1)))),
        ((2, DOUBLE, (48.875555,)), (4, DOUBLE, (-123.3925,))),
        ((2, DOUBLE, (48.0, 52.0, 32.0)), (4, DOUBLE, (123.0, 23.0, 33.0))),
        ((2, SHORT, (48, 52, 32)), (4, SHORT, (123, 23, 33))),
        ((2, LONG, (48, 52, 32)), (4, BYTE, (123, 23, 33))),
        ((2, ASCII, "48.875555"), (4, ASCII, "123.3925")),
        ((2, ASCII, "48 deg 52' 32\" N"), (4, ASCII, "-123,3925")),
        ((2, UNDEFINED, b"48/52/32"), (4, UNDEFINED, b"123 23 33")),
    ],
)
@pytest.mark.parametrize("order", ORDERS)
def test_coordinates_of_any_type(latitude: Entry, longitude: Entry, order: str) -> None:
    told = gps(NORTH, latitude, WEST, longitude, order=order)
    assert [one.state for one in told.coordinates] == ["yes"]
    assert (told.coordinates[0].latitude, told.coordinates[0].longitude) == pytest.approx(NEMO, abs=1e-4)


@pytest.mark.parametrize(
    ("entries", "state"),
    [
        ([], "empty"),
        ([(0, BYTE, b"\2\3\0\0"), (29, ASCII, "2024:05:06")], "empty"),
        ([NORTH, WEST], "empty"),
        ([NORTH, (2, RATIONAL, rationals(0, 0, 0)), WEST, (4, RATIONAL, rationals(0, 0, 0))], "zero"),
        ([NORTH, (2, RATIONAL, rationals(48, 52, 32))], "partial"),
        ([WEST, (4, RATIONAL, rationals(48, 52, 32))], "partial"),
        ([NORTH, (2, RATIONAL, ((0, 0),) * 3), WEST, (4, RATIONAL, ((0, 0),) * 3)], "partial"),
        ([NORTH, (2, RATIONAL, ((1, 0), (0, 1), (0, 1))), WEST, (4, RATIONAL, rationals(1, 2, 3))], "partial"),
        ([NORTH, (2, RATIONAL, rationals(91, 0, 0)), WEST, (4, RATIONAL, rationals(1, 0, 0))], "partial"),
        ([NORTH, (2, RATIONAL, rationals(4, 0, 0)), WEST, (4, RATIONAL, rationals(180, 1, 0))], "partial"),
        ([NORTH, (2, DOUBLE, (float("nan"),)), WEST, (4, DOUBLE, (1.0,))], "partial"),
        ([NORTH, (2, ASCII, "north"), WEST, (4, ASCII, "west")], "partial"),
        ([NORTH, (2, RATIONAL, rationals(0, 0, 0)), WEST, (4, RATIONAL, rationals(7, 0, 0))], "yes"),
        ([(2, RATIONAL, rationals(48, 52, 32)), (4, RATIONAL, rationals(7, 0, 0))], "yes"),
        ([(20, RATIONAL, rationals(48, 52, 32)), (22, RATIONAL, rationals(7, 0, 0))], "yes"),
        ([(20, RATIONAL, rationals(0, 0, 0)), (22, RATIONAL, rationals(0, 0, 0))], "zero"),
    ],
)
def test_states_of_coordinates(entries: list[Entry], state: str) -> None:
    told = gps(*entries)
    assert told.gps_state == state
    assert len(told.coordinates) == 1
    assert not told.unreadable


def test_a_destination_is_told_beside_the_place() -> None:
    told = gps(*coordinates(), (20, RATIONAL, rationals(1, 2, 3)), (22, RATIONAL, rationals(4, 5, 6)))
    assert [one.where.rpartition(" > ")[2] for one in told.coordinates] == ["GPSLatitude"]
    told = gps((0, BYTE, b"\2\3\0\0"), (20, RATIONAL, rationals(1, 2, 3)), (22, RATIONAL, rationals(4, 5, 6)))
    assert [one.where.rpartition(" > ")[2] for one in told.coordinates] == ["GPSDestLatitude"]


@pytest.mark.parametrize("kind", [LONG, IFD, UNDEFINED])
def test_pointers_of_any_type(kind: int) -> None:
    data = bytearray(tiff([(0x8825, LONG, coordinates())]))
    struct.pack_into("<HI", data, 12, kind, 4 if kind == UNDEFINED else 1)
    assert read(bytes(data)).gps_state == "yes"


def test_a_short_pointer() -> None:
    directory = tiff([(0x8825, LONG, coordinates())])
    data = bytearray(directory)
    struct.pack_into("<HIHH", data, 12, SHORT, 1, struct.unpack_from("<I", data, 18)[0], 0)
    assert read(bytes(data)).gps_state == "yes"


TEXTS: list[tuple[int, int, bytes, Kind, str]] = [
    (0x010D, ASCII, b"scan of Ann\0", Kind.FREE_TEXT, "scan of Ann"),
    (0x010E, ASCII, "Grüße".encode(), Kind.FREE_TEXT, "Grüße"),
    (0x010E, ASCII, b"Gr\xfc\xdfe\0", Kind.FREE_TEXT, "Grüße"),
    (0x010E, BYTE, b"as bytes\0\0", Kind.FREE_TEXT, "as bytes"),
    (0x010E, 129, "日本".encode(), Kind.FREE_TEXT, "日本"),
    (0x011D, ASCII, b"page\0", Kind.FREE_TEXT, "page"),
    (0x0131, ASCII, b"Adobe Photoshop 25.0\0", Kind.EDITING_SOFTWARE, "Adobe Photoshop 25.0"),
    (0x0131, ASCII, b"1.2.3\0", Kind.SOFTWARE, "1.2.3"),
    (0x013B, ASCII, b"Ann Example\0", Kind.OWNER_NAMES, "Ann Example"),
    (0x013C, ASCII, b"Ann's MacBook\0", Kind.HOST_COMPUTER, "Ann's MacBook"),
    (0x8298, ASCII, b"Ann\0Editor\0", Kind.COPYRIGHT, "Ann Editor"),
    (0x9003, ASCII, b"2024:05:06 07:08:09\0", Kind.CAPTURED_AT, "2024:05:06 07:08:09"),
    (0x9213, ASCII, b"cropped\0", Kind.FREE_TEXT, "cropped"),
    (0x9286, UNDEFINED, b"ASCII\0\0\0call me\0", Kind.FREE_TEXT, "call me"),
    (0x9286, UNDEFINED, b"UNICODE\0" + "Zoë".encode("utf-16-le"), Kind.FREE_TEXT, "Zoë"),
    (0x9286, UNDEFINED, b"UNICODE\0" + "Zoë".encode("utf-16-be"), Kind.FREE_TEXT, "Zoë"),
    (0x9286, UNDEFINED, b"JIS\0\0\0\0\0" + "日本".encode("iso2022_jp"), Kind.FREE_TEXT, "日本"),
    (0x9286, UNDEFINED, bytes(8) + b"no charset", Kind.FREE_TEXT, "no charset"),
    (0x9286, UNDEFINED, bytes(8) + b"one\0two", Kind.FREE_TEXT, "one two"),
    (0x9286, UNDEFINED, "at the lake".encode("utf-16-le"), Kind.FREE_TEXT, "at the lake"),
    (0x9286, UNDEFINED, b"ASCII\0\0\0" + "at the lake".encode("utf-16-be"), Kind.FREE_TEXT, "at the lake"),
    (0x9286, ASCII, b"plain text\0", Kind.FREE_TEXT, "plain text"),
    (0x9C9B, BYTE, "Title\0".encode("utf-16-le"), Kind.FREE_TEXT, "Title"),
    (0x9C9D, BYTE, "Zoë Ä\0".encode("utf-16-le"), Kind.OWNER_NAMES, "Zoë Ä"),
    (0xA420, ASCII, b"ab12" * 8 + b"\0", Kind.UNIQUE_ID, "ab12" * 8),
    (0xA430, ASCII, b"Ann\0", Kind.OWNER_NAMES, "Ann"),
    (0xA431, ASCII, b"0012345\0", Kind.SERIAL_NUMBERS, "0012345"),
    (0xA435, ASCII, b"L-77\0", Kind.SERIAL_NUMBERS, "L-77"),
    (0xA436, ASCII, b"My title\0", Kind.FREE_TEXT, "My title"),
    (0xA437, ASCII, b"Ann\0", Kind.OWNER_NAMES, "Ann"),
    (0xA438, ASCII, b"Bob\0", Kind.OWNER_NAMES, "Bob"),
    (0xA43B, ASCII, b"GIMP 3\0", Kind.EDITING_SOFTWARE, "GIMP 3"),
    (0xC62F, ASCII, b"151453\0", Kind.SERIAL_NUMBERS, "151453"),
    (0xC65D, BYTE, bytes(range(16)), Kind.UNIQUE_ID, bytes(range(16)).hex()),
    (0xFDE8, ASCII, b"Owner's Name: Ann\0", Kind.OWNER_NAMES, "Ann"),
]
BLANKS: list[tuple[int, int, bytes]] = [
    (0x010E, ASCII, b"      \0"),
    (0x013B, ASCII, b"\0" * 32),
    (0x013B, ASCII, b"\0leftovers"),
    (0x9003, ASCII, b"0000:00:00 00:00:00\0"),
    (0x9003, ASCII, b"    :  :     :  :  \0"),
    (0x9286, UNDEFINED, b"ASCII\0\0\0" + bytes(40)),
    (0x9286, UNDEFINED, b"UNICODE\0" + b" \0" * 20),
    (0x9286, UNDEFINED, bytes(64)),
    (0x9C9D, BYTE, b"\0\0"),
    (0xA420, ASCII, b"0" * 32 + b"\0"),
    (0xA431, ASCII, b"0000000000\0"),
    (0xA435, ASCII, b" \0"),
    (0xC65D, BYTE, bytes(16)),
]


@pytest.mark.parametrize(("tag", "kind", "value", "told", "text"), TEXTS)
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("below", [False, True])
def test_texts(tag: int, kind: int, value: bytes, told: Kind, text: str, order: str, below: bool) -> None:
    entries: list[Entry] = [(tag, kind, value)]
    data = tiff([(0x8769, LONG, Directory(entries))] if below else entries, order=order)
    assert values(data, told) == [text]
    assert not read(data).unreadable


@pytest.mark.parametrize(("tag", "kind", "value"), BLANKS)
def test_blank_values_are_nothing(tag: int, kind: int, value: bytes) -> None:
    told = read(tiff([(tag, kind, value)]))
    assert not told.findings
    assert not told.unreadable


def test_numbers_as_serials() -> None:
    assert values(tiff([(0xA431, LONG, 4711)]), Kind.SERIAL_NUMBERS) == ["4711"]
    assert values(tiff([(0xA431, LONG, 0)]), Kind.SERIAL_NUMBERS) == []


def test_every_entry_of_a_tag_counts() -> None:
    entries: list[Entry] = [(0x013B, ASCII, "Ann"), (0x013B, ASCII, "Bob")]
    assert values(tiff(entries), Kind.OWNER_NAMES) == ["Ann", "Bob"]
    twice: list[Entry] = [(0x8825, LONG, Directory()), (0x8825, LONG, coordinates())]
    assert read(tiff(twice), GPS).gps_state == "yes"


def test_prompts_of_generators() -> None:
    told = read(tiff([(0x9286, UNDEFINED, b"ASCII\0\0\0a cat\nSteps: 20, Sampler: Euler a, CFG scale: 7")]))
    assert {Kind.AI_PROMPT, Kind.SYNTHETIC_MARKER, Kind.FREE_TEXT} <= {one.kind for one in told.findings}


def test_thumbnails_stand_where_they_are_said_to_stand() -> None:
    data = camera()
    told = read(data, start=30)
    assert [(one.kind, one.where) for one in told.embedded] == [
        (Kind.THUMBNAIL, "APP1 Exif > IFD1 > JPEGInterchangeFormat")
    ]
    begin = told.embedded[0].start - 30
    assert data[begin : begin + told.embedded[0].length].startswith(b"\xff\xd8")
    apart = read(data, start=-1).embedded[0]
    assert (apart.start, apart.data[:2], len(apart.data)) == (-1, b"\xff\xd8", 200)


def test_kinds_of_blocks() -> None:
    assert read(tiff([(0x0112, SHORT, 1)])).blocks == {"orientation"}
    assert read(tiff([(0x011A, RATIONAL, ((72, 1),)), (0x0128, SHORT, 2)])).blocks == {"size"}
    plain = Directory([(0x9000, UNDEFINED, b"0232"), (0xA001, SHORT, 1), (0xA002, LONG, 4), (0xA003, LONG, 4)])
    assert read(tiff([(0x8769, LONG, plain)])).blocks == {"size", "color-profile"}
    assert read(tiff([(0x010F, ASCII, "Example")])).blocks == {"exif"}
    assert read(camera()).blocks == {"exif", "orientation", "size", "color-profile", "thumbnail"}
    assert read(camera(), frozenset((Kind.METADATA,))).blocks == read(camera()).blocks


@pytest.mark.parametrize("prefix", [b"", b"Exif\0\0"])
def test_headers(prefix: bytes) -> None:
    assert read(prefix + camera(gps=coordinates())).gps_state == "yes"


@pytest.mark.parametrize(
    "data", [b"", b"II", b"II*\0", b"II*\0\0\0\0\0", b"JUNKJUNKJUNK", b"II*\0\xff\xff\xff\x7f", b"Exif\0\0" * 3000]
)
def test_what_is_no_structure_is_unreadable(data: bytes) -> None:
    told = read(data)
    assert told.hidden(Kind.GPS)
    assert told.hidden(Kind.OPT_OUT)


def test_a_directory_of_rubbish_is_unreadable() -> None:
    rubbish = random.Random(1).randbytes(400)  # noqa: S311
    told = read(b"II*\0\x08\0\0\0\x20\0" + rubbish)
    assert told.hidden(Kind.GPS)
    assert not told.findings


def test_values_that_are_not_there() -> None:
    told = read(tiff([(0x013B, ASCII, Raw(20, offset=100_000)), (0x010E, ASCII, "kept")]))
    assert [(one.where, one.hides) for one in told.unreadable] == [
        ("APP1 Exif > IFD0 > Artist", frozenset((Kind.OWNER_NAMES,)))
    ]
    assert [one.value for one in told.findings] == ["kept"]
    assert not read(tiff([(0x010F, ASCII, Raw(20, offset=100_000))])).unreadable
    assert read(tiff([(0x013B, ASCII, Raw(2**32 - 1, offset=8))])).hidden(Kind.OWNER_NAMES)
    assert read(tiff([(0x013B, 99, Raw(4, b"text"))])).hidden(Kind.OWNER_NAMES)


def test_pointers_to_nowhere() -> None:
    assert read(tiff([(0x8825, LONG, 2**31)]), GPS).hidden(Kind.GPS)
    assert read(tiff([(0x8769, LONG, 2**31)]), GPS).hidden(Kind.GPS)
    assert not read(tiff([(0x8769, LONG, 2**31)])).hidden(Kind.OPT_OUT)


def test_a_directory_is_read_once() -> None:
    data = bytearray(tiff([(0x013B, ASCII, "Ann"), (0x8769, LONG, 8)]))
    struct.pack_into("<I", data, 34, 8)
    told = read(bytes(data))
    assert [one.value for one in told.findings] == ["Ann"]
    assert not told.unreadable


def test_the_entries_of_a_cut_directory_are_kept() -> None:
    data = tiff([(0x013B, ASCII, "Ann"), (0x8825, LONG, coordinates())])
    told = read(data[:26])
    assert told.hidden(Kind.GPS)
    told = read(tiff([(0x0112, SHORT, 1), (0xA431, ASCII, "abc")])[:34])
    assert [one.value for one in told.findings] == ["abc"]
    assert told.hidden(Kind.THUMBNAIL)


def test_many_entries_are_bounded() -> None:
    many = b"II*\0\x08\0\0\0\xff\xff" + struct.pack("<HHII", 0x013B, 2, 4, 0x414141) * 65535 + bytes(4)
    started = time.process_time()
    told = read(many)
    assert len(told.findings) <= 2000
    assert time.process_time() - started < 10
    assert told.unreadable


def test_many_long_texts_are_bounded() -> None:
    text = b"a " * 30_000
    for tag in (0x0131, 0x9286, 0x010E):
        at = 8 + 2 + 12 * 2500 + 4
        entries = struct.pack("<HHII", tag, 2, len(text), at) * 2500
        started = time.process_time()
        read(b"II*\0\x08\0\0\0" + struct.pack("<H", 2500) + entries + bytes(4) + text)
        assert time.process_time() - started < 10


def test_directories_that_overlap_are_bounded() -> None:
    """A chain of directories at every other byte, each of as many entries as fit."""
    data = bytearray(b"II*\0\x08\0\0\0" + b"\1\0" * 60_000)
    for at in range(8, 60_000, 14):
        struct.pack_into("<HHHII", data, at, 1, 0x0101, 3, 1, 1)
    started = time.process_time()
    read(bytes(data))
    assert time.process_time() - started < 10
    assert MAX_STEPS <= 200_000


SMALL = [
    tiff(
        [
            (0x010E, ASCII, "A caption"), (0x013B, ASCII, "Ann"), (0x013C, ASCII, "Ann's Mac"),
            (0x8298, ASCII, "(c) Ann"), (0x8825, LONG, coordinates()),
            (0x8769, LONG, Directory([(0x9003, ASCII, "2024:05:06 07:08:09"), (0xA431, ASCII, "12345")])),
            (0x9C9D, BYTE, "Zoë\0".encode("utf-16-le")),
        ],
        [(0x0103, SHORT, 6), (0x0201, LONG, 10), (0x0202, LONG, 20), (0x010E, ASCII, "thumbnail")],
        order=order,
        wide=wide,
    )
    for order in ORDERS
    for wide in (False, True)
]  # fmt: skip


def told_by(told: ImageMetadata) -> set[Kind]:
    kinds = {one.kind for one in told.findings} | {one.kind for one in told.embedded}
    return kinds | ({Kind.GPS} if told.gps_state == "yes" else set())


@pytest.mark.parametrize("data", SMALL)
def test_every_cut_leaves_nothing_unsaid(data: bytes) -> None:
    whole = told_by(read(data))
    assert whole >= {Kind.GPS, Kind.OWNER_NAMES, Kind.FREE_TEXT, Kind.SERIAL_NUMBERS, Kind.THUMBNAIL}
    for end in range(len(data)):
        told = read(data[:end])
        missing = {kind for kind in whole - told_by(told) if not told.hidden(kind)}
        assert not missing, (end, missing)
        for kind in whole:
            alone = read(data[:end], frozenset((kind,)))
            assert kind in told_by(alone) or alone.hidden(kind), (end, kind)


@pytest.mark.parametrize("data", [*SMALL, camera(gps=coordinates())])
def test_what_is_asked_for_alone_is_what_is_found_among_all(data: bytes) -> None:
    every = read(data)
    for kind in Kind:
        alone = read(data, frozenset((kind,)))
        assert alone.findings == tuple(one for one in every.findings if one.kind is kind)
        assert alone.embedded == tuple(one for one in every.embedded if one.kind is kind)
        if kind is Kind.GPS:
            assert alone.coordinates == every.coordinates


def blocks(path: Path, data: bytes, near: int) -> Iterator[Source]:
    path.write_bytes(b"\0" * 10 + data)
    with path.open("rb") as file:
        yield FileSource(file.fileno(), (b"\0" * 10 + data)[:near], len(data) + 10).part(10, len(data))


@pytest.mark.parametrize("data", SMALL)
def test_no_size_of_what_is_at_hand_changes_the_answer(data: bytes, tmp_path: Path) -> None:
    whole = read(data, start=10)
    for near in range(0, len(data) + 12, 3):
        for source in blocks(tmp_path / "exif", data, near):
            reading = Reading()
            exif.read(reading, source, "exif", "APP1 Exif")
            assert reading.result() == whole, near


def test_mutations_escape_nothing_and_take_no_time() -> None:
    chance = random.Random(4)  # noqa: S311
    for number in range(4000):
        data = bytearray(SMALL[number % 4])
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(len(data))] = chance.choice((0, 1, 2, 0x7F, 0xFF, chance.randrange(256)))
        started = time.process_time()
        read(bytes(data[: chance.randint(8, len(data))]))
        assert time.process_time() - started < 5


@given(
    st.binary(max_size=300),
    st.sampled_from((b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08", b"II+\0\x08\0\0\0\x10" + bytes(7))),
)
@settings(max_examples=300, deadline=None)
def test_any_bytes(data: bytes, head: bytes) -> None:
    read(head + data)


@pytest.mark.parametrize("kind", [11, 12])
@pytest.mark.parametrize("tag", [0x8769, 0x8825, 0x014A, 0xA005, 0x0201])
def test_a_pointer_that_is_no_number(tag: int, kind: int) -> None:
    """A float that is not a number, where an offset belongs: nothing that a reader raises for gets out."""
    value = struct.pack("<f", float("nan")) if kind == 11 else struct.pack("<I", 26)
    entry = struct.pack("<HHI", tag, kind, 1) + value
    ifd = b"II*\0\x08\0\0\0" + struct.pack("<H", 1) + entry + bytes(4) + struct.pack("<d", float("nan"))
    assert read(ifd).gps_state == "none"
