"""BMP: any version of its header, linked profiles, and what lies where nothing should be."""

from __future__ import annotations

import struct

import pytest

from facelint.imagemeta import Kind

from .build_jpeg import GPS, jpeg
from .build_rasters import bmp
from .sweeps import MAX_SECONDS, from_file, gps, kinds, mutated, of, slowest, unsaid, values

PATH = b"C:\\Users\\anna\\screen.icc"


@pytest.mark.parametrize("header", [12, 16, 40, 52, 56, 64, 108, 124])
def test_versions_of_the_header(header: int) -> None:
    found = from_file(bmp(header))
    assert (found.format, found.width, found.height, found.frames) == ("bmp", 40, 30, 1)
    assert found.blocks == {"size"}
    assert not kinds(found)
    assert not found.unreadable


def test_profiles() -> None:
    assert of(bmp(124, b"a profile")).blocks == {"size", "color-profile"}
    assert values(of(bmp(124, PATH + b"\0", linked=True)), Kind.FREE_TEXT) == [PATH.decode()]


def test_bytes_that_nothing_accounts_for() -> None:
    assert of(bmp(gap=b"Anna")).hidden(Kind.OWNER_NAMES)
    assert not of(bmp(gap=bytes(4))).unreadable
    assert gps(from_file(bmp(end=jpeg(GPS)))) == [("trailer", "yes")]
    assert not kinds(of(bmp(end=b"\0\0")))


def test_pixels_that_are_a_jpeg() -> None:
    inner = jpeg(GPS)
    info = struct.pack("<IiiHHIIiiII", 40, 40, 30, 1, 0, 4, len(inner), 0, 0, 0, 0)
    found = of(b"BM" + struct.pack("<III", 54 + len(inner), 0, 54) + info + inner)
    assert gps(found) == [("app-other", "yes")]
    assert (found.width, found.height, found.format) == (40, 30, "bmp")


@pytest.mark.parametrize("made", [bmp(), bmp(124, PATH, linked=True), bmp(124, b"a profile")])
def test_no_cut_loses_anything_unsaid(made: bytes) -> None:
    assert unsaid(made) == []
    for size in range(len(made)):
        assert of(made[:size]).unreadable


@pytest.mark.parametrize(
    "header", [b"", bytes(3), b"\xff" * 4, b"\x05\0\0\0" + bytes(40), b"\x28\0\0\0" + b"\xff" * 36]
)
def test_damaged_headers_are_said(header: bytes) -> None:
    assert of(b"BM" + bytes(12) + header).hidden(Kind.TRAILER)


def test_damage_of_any_kind_is_survived() -> None:
    seeds = [bmp(124, PATH, linked=True)[:400], bmp(12)[:60], bmp(40, end=jpeg(GPS))[:90]]
    assert slowest(mutated(seeds, 3000, seed=7)) < MAX_SECONDS
