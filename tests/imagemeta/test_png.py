"""PNG: every chunk is seen, whatever stands before or behind the picture's data, and what is in it is found or said."""

from __future__ import annotations

import struct
import zlib

import pytest

from facelint.imagemeta import EVERYTHING, Kind

from .build_bmff import IIM
from .build_jpeg import GPS, GPS_PACKET, jpeg
from .build_rasters import (
    EXIF,
    IDAT,
    IEND,
    IHDR,
    PHOTOSHOP,
    SIGNATURE,
    chunk,
    compressed,
    international,
    png,
    raw_profile,
    text,
)
from .sweeps import MAX_SECONDS, from_file, gps, kinds, mutated, of, slowest, unsaid, values

PREFIXED = b"Exif\0\0" + EXIF
COORDINATES = (
    text("exif:GPSLatitude", "48/1, 52/1, 3000/100"),
    text("exif:GPSLatitudeRef", "S"),
    text("exif:GPSLongitude", "123/1, 23/1, 0/1"),
    text("exif:GPSLongitudeRef", "W"),
)
LOCATED = {
    "eXIf": (chunk(b"eXIf", EXIF), "exif"),
    "eXIf with the name of a segment": (chunk(b"eXIf", PREFIXED), "exif"),
    "zxIf": (chunk(b"zxIf", b"\0" + struct.pack(">I", len(EXIF)) + zlib.compress(EXIF)), "exif"),
    "iTXt": (international("XML:com.adobe.xmp", GPS_PACKET), "xmp"),
    "iTXt compressed": (international("XML:com.adobe.xmp", GPS_PACKET, packed=True), "xmp"),
    "tEXt for XMP": (text("XML:com.adobe.xmp", GPS_PACKET), "xmp"),
    "tXMP": (chunk(b"tXMP", GPS_PACKET), "xmp"),
    "raw exif": (raw_profile("exif", PREFIXED), "png-text"),
    "raw APP1": (raw_profile("APP1", PREFIXED), "png-text"),
    "raw APP1 of XMP": (raw_profile("APP1", b"http://ns.adobe.com/xap/1.0/\0" + GPS_PACKET), "xmp"),
    "raw xmp": (raw_profile("xmp", GPS_PACKET), "xmp"),
    "raw of another name": (raw_profile("generic", EXIF), "png-text"),
    "raw 8bim": (raw_profile("8bim", PHOTOSHOP), "png-text"),
    "text": (b"".join(COORDINATES), "png-text"),
}


@pytest.mark.parametrize("name", LOCATED)
@pytest.mark.parametrize("late", [False, True])
def test_coordinates_wherever_they_are(name: str, late: bool) -> None:
    chunks, place = LOCATED[name]
    found = from_file(png(after=chunks) if late else png(chunks))
    assert gps(found) == [(place, "yes")]
    assert (round(found.coordinates[0].latitude or 0), round(found.coordinates[0].longitude or 0)) in {
        (-49, -123),
        (-48, -123),
    }
    assert not found.unreadable


def test_all_of_several_blocks() -> None:
    other = chunk(b"eXIf", EXIF)
    assert gps(of(png(other, other, LOCATED["raw xmp"][0], after=other))) == [("exif", "yes")] * 2 + [
        ("xmp", "yes"),
        ("exif", "yes"),
    ]


@pytest.mark.parametrize("content", [IIM, PHOTOSHOP[:0] + b"8BIM\x04\x04\0\0" + struct.pack(">I", len(IIM)) + IIM])
def test_iptc_bare_and_as_a_resource(content: bytes) -> None:
    found = of(png(raw_profile("iptc", content)))
    assert kinds(found) == {Kind.LOCATION_TEXT, Kind.OWNER_NAMES}
    assert {one.place for one in found.findings} == {"png-text"}


@pytest.mark.parametrize(
    ("keyword", "value", "told"),
    [
        ("Author", "Anna", {Kind.OWNER_NAMES}),
        ("artist", "Anna", {Kind.OWNER_NAMES}),
        ("exif:Artist", "Anna", {Kind.OWNER_NAMES}),
        ("dc:creator", "Anna", {Kind.OWNER_NAMES}),
        ("Copyright", "2026", {Kind.COPYRIGHT}),
        ("Creation Time", "2026-03-02", {Kind.CAPTURED_AT}),
        ("create-date", "2026-03-02", {Kind.CAPTURED_AT}),
        ("exif:DateTimeOriginal", "2026:03:02 09:30:00", {Kind.CAPTURED_AT}),
        ("Software", "Muster 1.2", {Kind.SOFTWARE}),
        ("Software", "GIMP 2.10", {Kind.SOFTWARE, Kind.EDITING_SOFTWARE}),
        ("Software", "NovelAI", {Kind.SOFTWARE, Kind.SYNTHETIC_MARKER}),
        ("hostname", "annas-laptop", {Kind.HOST_COMPUTER}),
        ("aux:SerialNumber", "4711", {Kind.SERIAL_NUMBERS}),
        ("exif:ImageUniqueID", "0123", {Kind.UNIQUE_ID}),
        ("photoshop:City", "Paris", {Kind.LOCATION_TEXT}),
        ("Contact", "anna@example.org", {Kind.CONTACT}),
        ("Title", "Anna at the lake", {Kind.FREE_TEXT}),
        ("Comment", "Anna", {Kind.FREE_TEXT}),
        ("a key of one's own", "Anna", {Kind.FREE_TEXT}),
        ("Thumb::URI", "file:///home/anna/1.png", {Kind.FREE_TEXT}),
        ("parameters", "a lake\nSteps: 20", {Kind.AI_PROMPT, Kind.SYNTHETIC_MARKER}),
        ("workflow", "{}", {Kind.AI_PROMPT, Kind.SYNTHETIC_MARKER}),
        ("Comment", '{"uc": "bad hands"}', {Kind.FREE_TEXT, Kind.AI_PROMPT, Kind.SYNTHETIC_MARKER}),
        ("Make", "Muster", set()),
        ("date:create", "2026-03-02T09:30:00", set()),
        ("exif:FNumber", "28/10", set()),
        ("icc:copyright", "Muster", set()),
        ("exif:thumbnail:Artist", "Anna", set()),
        ("Author", " \0 ", set()),
    ],
)
def test_what_keywords_tell(keyword: str, value: str, told: set[Kind]) -> None:
    for made in (text(keyword, value), compressed(keyword, value.encode()), international(keyword, value.encode())):
        found = of(png(made))
        assert kinds(found) == told
        assert {one.place for one in found.findings} <= {"png-text"}
        assert not found.unreadable


def test_text_in_either_encoding() -> None:
    for value in ("Müller".encode(), "Müller".encode("latin-1")):
        assert values(of(png(text("Author", value))), Kind.OWNER_NAMES) == ["Müller"]


def test_where_never_repeats_the_file() -> None:
    found = of(png(text("Anna Muster", "x"), chunk(b"aNNa", b"x"), raw_profile("Anna", b"x")))
    assert found.findings
    assert found.unreadable
    told = [one.where for one in found.findings] + [one.where + one.reason for one in found.unreadable]
    assert not any("anna" in one.lower() for one in told)


@pytest.mark.parametrize(
    ("pairs", "state"),
    [
        ({"exif:GPSLatitude": "0/1, 0/1, 0/1", "exif:GPSLongitude": "0/1, 0/1, 0/1"}, "zero"),
        ({"exif:GPSLatitude": "48/1, 52/1, 0/1"}, "partial"),
        ({"exif:GPSLatitude": "48/0, 52/1, 0/1", "exif:GPSLongitude": "1/1, 0/1, 0/1"}, "partial"),
        ({"exif:GPSLatitude": "148/1, 0/1, 0/1", "exif:GPSLongitude": "1/1, 0/1, 0/1"}, "partial"),
        ({"exif:GPSLatitude": "here", "exif:GPSLongitude": "there"}, "partial"),
        ({"exif:GPSInfo": "776", "exif:GPSVersionID": "2, 0, 0, 0"}, "empty"),
        ({"Latitude": "-48.875", "Longitude": "123.25"}, "yes"),
        ({"GPSPosition": "48.875 S, 123.25 W"}, "yes"),
        ({"Title": "a lake"}, "none"),
    ],
)
def test_states_of_coordinates_in_text(pairs: dict[str, str], state: str) -> None:
    found = of(png(*(text(*pair) for pair in pairs.items())))
    assert found.gps_state == state
    if state == "yes":
        assert (found.coordinates[0].latitude, abs(found.coordinates[0].longitude or 0)) == (-48.875, 123.25)


@pytest.mark.parametrize(
    ("keyword", "value", "signal"),
    [
        ("noai", "noindex", "noai"),
        ("NoImageAI", "1", "noimageai"),
        ("DMI-PROHIBITED", "ProhibitedAiMlTraining", "plus:DMI-PROHIBITED-AIMLTRAINING"),
        ("DMI-PROHIBITED", "yes", "plus:DMI-PROHIBITED"),
        ("tdm-reservation", "1", "tdm:reservation=1"),
    ],
)
def test_opt_out_in_text(keyword: str, value: str, signal: str) -> None:
    assert values(of(png(text(keyword, value))), Kind.OPT_OUT) == [signal]


def test_size_frames_and_blocks() -> None:
    colour = chunk(b"gAMA", bytes(4)) + chunk(b"iCCP", b"x\0\0x") + chunk(b"pHYs", bytes(9)) + chunk(b"tIME", bytes(7))
    found = of(png(colour, chunk(b"acTL", struct.pack(">II", 7, 0)), chunk(b"fcTL", bytes(26))))
    assert (found.format, found.width, found.height, found.frames) == ("png", 40, 30, 7)
    assert found.blocks == {"size", "color-profile", "app-other"}
    assert not kinds(found)
    assert not found.unreadable


def test_nothing_wanted_is_read_no_farther_than_the_pixels() -> None:
    found = of(png(chunk(b"acTL", struct.pack(">II", 7, 0)), end=b""), frozenset())
    assert (found.width, found.height, found.frames, found.unreadable) == (40, 30, 7, ())


def test_other_makers_chunks() -> None:
    found = of(png(chunk(b"prVW", b"\x12" * 20), chunk(b"mkBT", b"\x12" * 20), chunk(b"gIFt", bytes(24) + b"words")))
    assert kinds(found) == {Kind.PREVIEW, Kind.EDITING_SOFTWARE, Kind.FREE_TEXT}
    assert found.hidden(Kind.OWNER_NAMES)
    assert not found.hidden(Kind.GPS)
    assert of(png(chunk(b"dSIG", b"\x12" * 20))).hidden(Kind.OWNER_NAMES)


@pytest.mark.parametrize(
    "made",
    [
        chunk(b"abCd", b"x"),
        chunk(b"zTXt", b"Author\0\0no stream"),
        compressed("Author", b"Anna")[:-6] + bytes(6),
        compressed("Author", b"x" * 2**21),
        text("Author", b"x" * 2**21),
        chunk(b"iTXt", b"Author\0\1"),
    ],
)
def test_what_is_not_read_is_said(made: bytes) -> None:
    found = of(png(made))
    assert found.hidden(Kind.OWNER_NAMES) or Kind.OWNER_NAMES in kinds(found)
    assert found.unreadable


def test_a_damaged_caption_hides_no_coordinates() -> None:
    found = of(png(chunk(b"zTXt", b"Comment\0\0no stream")))
    assert found.hidden(Kind.FREE_TEXT)
    assert not found.hidden(Kind.GPS)


@pytest.mark.parametrize("short", [b"\nexif\n    9999\n4d4d", b"\nexif\n", b"4d4d002a", b"\nexif\n   4\nxyz"])
def test_a_damaged_profile_is_said(short: bytes) -> None:
    assert of(png(compressed("Raw profile type exif", short))).hidden(Kind.GPS)


def test_blank_chunks_are_nothing() -> None:
    found = of(png(chunk(b"abCd"), chunk(b"abCd", bytes(99)), compressed("Raw profile type exif", b"")))
    assert not found.unreadable


def test_behind_the_end() -> None:
    found = from_file(png(end=IEND + text("Author", "Anna") + jpeg(GPS)))
    assert gps(found) == [("trailer", "yes")]
    assert {Kind.OWNER_NAMES, Kind.TRAILER} <= kinds(found)


@pytest.mark.parametrize("length", [0x7FFFFFFF, 0x80000000, 0xFFFFFFFF])
@pytest.mark.parametrize("name", [b"tEXt", b"IDAT", b"eXIf", b"abCd"])
def test_lengths_beyond_the_file(name: bytes, length: int) -> None:
    found = from_file(SIGNATURE + IHDR + struct.pack(">I4s", length, name) + b"Author\0Anna")
    assert all(found.hidden(kind) for kind in EVERYTHING)
    assert (Kind.OWNER_NAMES in kinds(found)) == (name == b"tEXt")


@pytest.mark.parametrize("name", LOCATED)
@pytest.mark.parametrize("late", [False, True])
def test_no_cut_loses_anything_unsaid(name: str, late: bool) -> None:
    made = LOCATED[name][0] + text("Author", "Anna")
    assert unsaid(png(after=made) if late else png(made)) == []


def test_where_the_reads_end_makes_no_difference() -> None:
    """The first read is of 4 KiB, later ones of 512 bytes or 64 KiB: chunks begin at every place around their ends."""
    rest = chunk(b"IDAT", bytes(20_000)) + IDAT + b"".join(COORDINATES) + text("Author", "Anna") + LOCATED["zxIf"][0]
    for shift in (*range(3800, 4110), *range(65_300, 65_560, 3)):
        data = png(chunk(b"PLTE", bytes(shift)), rest)
        assert from_file(data) == of(data)
        assert kinds(of(data)) == {Kind.GPS, Kind.OWNER_NAMES}


@pytest.mark.parametrize("kind", sorted(EVERYTHING))
def test_selected_kinds_are_found_as_all_are(kind: Kind) -> None:
    data = png(
        *(chunks for chunks, _ in LOCATED.values()), text("Author", "Anna"), text("parameters", "Steps: 1, Size: 2")
    )
    whole, selected = of(data), of(data, frozenset({kind}))
    assert [one for one in whole.findings if one.kind is kind] == list(selected.findings)
    assert selected.coordinates == (whole.coordinates if kind is Kind.GPS else ())


def test_damage_of_any_kind_is_survived() -> None:
    seeds = [
        png(chunks, text("Author", "Anna"), after=compressed("Comment", b"hello")) for chunks, _ in LOCATED.values()
    ]
    assert slowest(mutated(seeds, 3000, seed=4)) < MAX_SECONDS


HOSTILE = {
    "texts": lambda: png(text("Comment", "") * 100_000),
    "compressed texts": lambda: png(compressed("Comment", b"") * 100_000),
    "packets": lambda: png(international("XML:com.adobe.xmp", b"<a/>") * 50_000),
    "profiles": lambda: png(raw_profile("8bim", PHOTOSHOP) * 10_000),
    "EXIF": lambda: png(chunk(b"eXIf", EXIF) * 50_000),
    "empty pixels": lambda: png(chunk(b"IDAT") * 300_000),
    "unknown": lambda: png(chunk(b"abCd", b"x") * 100_000),
    "bombs": lambda: png(compressed("Comment", b" " * 20_000_000) * 20),
    "bomb of a packet": lambda: png(international("XML:com.adobe.xmp", GPS_PACKET + b" " * 50_000_000, packed=True)),
    "bomb of a profile": lambda: png(compressed("Raw profile type exif", b"\nexif\n 99999999\n" + b"00" * 20_000_000)),
    "a long text": lambda: png(text("Comment", b"x" * 40_000_000)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_take_bounded_time(name: str) -> None:
    assert slowest([HOSTILE[name]()]) < MAX_SECONDS
