"""GIF: comments, text and application extensions are found, between frames of any size."""

from __future__ import annotations

import pytest

from facelint.imagemeta import Kind

from .build_bmff import IIM
from .build_jpeg import GPS, GPS_PACKET, gps_tiff, jpeg
from .build_rasters import GIF_FRAME, LANDING, PHOTOSHOP, application, blocks, gif, gif_extension, gif_xmp
from .sweeps import MAX_SECONDS, from_file, gps, kinds, mutated, of, slowest, unsaid, values

COMMENT = gif_extension(0xFE, blocks(b"Anna at the lake " * 20))
PLAIN_TEXT = gif_extension(0x01, b"\x0c" + bytes(12) + blocks(b"words"))
CONTROL = gif_extension(0xF9, b"\4\0\0\0\0\0")
LOCATED = {
    "XMP": gif_xmp(),
    "XMP without a landing's first byte": gif_extension(0xFF, b"\x0bXMP DataXMP" + GPS_PACKET + LANDING[1:]),
    "XMP in sub-blocks": application(b"XMP DataXMP", GPS_PACKET),
    "Photoshop": application(b"MGK8BIM0000", PHOTOSHOP),
    "Photoshop as IPTC": application(b"MGKIPTC0000", PHOTOSHOP),
}


@pytest.mark.parametrize("name", LOCATED)
def test_coordinates_in_each_extension(name: str) -> None:
    for made in (gif(LOCATED[name]), gif(GIF_FRAME, CONTROL, LOCATED[name])):
        assert gps(from_file(made)) == [("xmp", "yes")]
        assert not from_file(made).unreadable


def test_iptc() -> None:
    assert kinds(of(gif(application(b"MGKIPTC0000", IIM)))) == {Kind.LOCATION_TEXT, Kind.OWNER_NAMES}


def test_comments_and_text() -> None:
    found = of(gif(COMMENT, PLAIN_TEXT, gif_extension(0xFE, blocks(b"  \0")), gif_extension(0xFE, b"\0")))
    assert values(found, Kind.FREE_TEXT) == [("Anna at the lake " * 20).strip(), "words"]
    assert found.blocks == {"size", "text"}


def test_size_and_frames() -> None:
    found = from_file(
        gif(CONTROL, application(b"NETSCAPE2.0", b"\1\0\0"), application(b"ICCRGBG1012", b"x"), frames=300)
    )
    assert (found.format, found.width, found.height, found.frames) == ("gif", 40, 30, 300)
    assert found.blocks == {"size", "color-profile"}
    assert not found.unreadable


def test_what_is_not_known_is_said() -> None:
    assert of(gif(application(b"ABCDEFGHIJK", bytes(range(1, 40))))).hidden(Kind.GPS)
    assert of(gif(gif_extension(0x42, blocks(b"x")))).hidden(Kind.GPS)
    assert of(gif(b"\x99")).hidden(Kind.GPS)
    assert not of(gif(application(b"ABCDEFGHIJK", b""), bytes(3), gif_extension(0x42, b"\0"))).unreadable
    assert kinds(of(gif(application(b"ADOBE:IR1.0", b"x")))) == {Kind.EDITING_SOFTWARE}


def test_what_applications_keep_is_searched() -> None:
    """Each as soon as it is there: nothing that stands in an extension of any program is hidden by its name alone."""
    located = of(gif(application(b"ABCDEFGHIJK", bytes(range(1, 40)) + gps_tiff())))
    assert gps(located) == [("app-other", "yes")]
    words = of(gif(application(b"ABCDEFGHIJK", b"Anna at the lake")))
    assert values(words, Kind.FREE_TEXT) == ["Anna at the lake"]
    assert not words.unreadable
    for name, body in ((b"NETSCAPE2.1", b"\1\0\0"), (b"ImageMagick", b"gamma=0.454545")):
        assert not of(gif(application(name, body))).unreadable
        assert not of(gif(application(name, body))).findings


def test_behind_the_end() -> None:
    assert gps(from_file(gif(end=b";" + jpeg(GPS)))) == [("trailer", "yes")]


@pytest.mark.parametrize("name", LOCATED)
def test_no_cut_loses_anything_unsaid(name: str) -> None:
    assert unsaid(gif(COMMENT, GIF_FRAME, LOCATED[name], PLAIN_TEXT)) == []


def test_where_the_reads_end_makes_no_difference() -> None:
    for shift in (*range(3700, 4200, 3), *range(2**18 - 900, 2**18 + 400, 17)):
        data = gif(GIF_FRAME[:10] + bytes(12) + b"\x08" + blocks(bytes(shift)), COMMENT, LOCATED["XMP"])
        assert from_file(data) == of(data)
        assert gps(of(data)) == [("xmp", "yes")]


def test_damage_of_any_kind_is_survived() -> None:
    assert (
        slowest(mutated([gif(COMMENT, CONTROL, made, PLAIN_TEXT) for made in LOCATED.values()], 3000, 6)) < MAX_SECONDS
    )


@pytest.mark.parametrize(
    "part",
    [
        b"\x2c" + GIF_FRAME[1:24] + b"\1x" * 8_000_000,
        b"\x21\xfe" + b"\1x" * 8_000_000,
        b"\x21\xfe" + (b"\xff" + bytes(255)) * 120_000,
        gif_extension(0xFE, b"\0") * 300_000,
        COMMENT * 20_000,
        LOCATED["Photoshop"] * 10_000,
        application(b"ABCDEFGHIJK", b"x") * 100_000,
        bytes(10_000_000),
    ],
)
def test_hostile_files_take_bounded_time(part: bytes) -> None:
    assert slowest([gif(part)]) < MAX_SECONDS
