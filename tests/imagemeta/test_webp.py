"""WebP: every chunk is seen, in files whose sizes and padding are wrong too."""

from __future__ import annotations

import pytest

from facelint.imagemeta import EVERYTHING, Kind

from .build_jpeg import GPS, GPS_PACKET, jpeg
from .build_rasters import EXIF, PHOTOSHOP, VP8, VP8L, extended, frame, piece, webp
from .sweeps import MAX_SECONDS, from_file, gps, kinds, mutated, of, slowest, unsaid

CHUNKS = {
    "EXIF": (piece(b"EXIF", EXIF), "exif"),
    "EXIF with the name of a segment": (piece(b"EXIF", b"Exif\0\0" + EXIF), "exif"),
    "XMP": (piece(b"XMP ", GPS_PACKET), "xmp"),
    "XMP by a wrong name": (piece(b"XMP\0", GPS_PACKET), "xmp"),
    "Photoshop's": (piece(b"PSAI", PHOTOSHOP), "xmp"),
}


@pytest.mark.parametrize("name", CHUNKS)
@pytest.mark.parametrize("before", [b"", VP8, VP8L])
def test_coordinates_in_each_chunk(name: str, before: bytes) -> None:
    made, place = CHUNKS[name]
    found = from_file(webp(extended(), before, made))
    assert gps(found) == [(place, "yes")]
    assert not found.unreadable


@pytest.mark.parametrize(
    ("chunks", "frames"),
    [
        ((VP8,), 1),
        ((VP8L,), 1),
        ((extended(), VP8), 1),
        ((extended(2), frame(VP8), frame(piece(b"ALPH", b"x"), VP8)), 2),
    ],
)
def test_size_and_frames(chunks: tuple[bytes, ...], frames: int) -> None:
    for wanted in (EVERYTHING, frozenset[Kind]()):
        found = of(webp(*chunks), wanted)
        assert (found.format, found.width, found.height, found.frames) == ("webp", 40, 30, frames)
        assert not found.unreadable


def test_statements_of_riff() -> None:
    info = piece(b"IART", b"Anna") + piece(b"ICMT", b"a lake\0") + piece(b"ISFT", b"GIMP") + piece(b"ICOP", b" ")
    found = of(webp(VP8, piece(b"LIST", b"INFO" + info)))
    assert kinds(found) == {Kind.OWNER_NAMES, Kind.FREE_TEXT, Kind.SOFTWARE, Kind.EDITING_SOFTWARE}
    assert {one.place for one in found.findings} == {"app-other"}


@pytest.mark.parametrize("size", [0, 4, 30, len(webp(VP8)) - 8])
def test_the_size_of_the_whole_may_be_too_small(size: int) -> None:
    """As where EXIF was put behind the picture and the size left as it was."""
    found = of(webp(VP8, CHUNKS["EXIF"][0], size=size))
    assert gps(found) == [("exif", "yes")]


def test_a_size_beyond_the_file_is_a_cut() -> None:
    whole = webp(VP8, CHUNKS["XMP"][0])
    found = of(whole[:4] + (len(whole) + 90).to_bytes(4, "little") + whole[8:])
    assert gps(found) == [("xmp", "yes")]
    assert found.hidden(Kind.OWNER_NAMES)


def test_padding_may_be_missing() -> None:
    odd = piece(b"ALPH", b"x", padded=False)
    for made in (webp(extended(), odd, VP8, CHUNKS["EXIF"][0]), webp(VP8, piece(b"EXIF", EXIF + b"\1", padded=False))):
        assert gps(of(made)) == [("exif", "yes")]
        assert not of(made).unreadable


@pytest.mark.parametrize("where", [(VP8, piece(b"abcd", b"x")), (extended(2), frame(VP8, piece(b"abcd", b"x")))])
def test_unknown_chunks_are_said(where: tuple[bytes, ...]) -> None:
    assert of(webp(*where)).hidden(Kind.GPS)
    assert not of(webp(VP8, piece(b"abcd", bytes(40)))).unreadable


def test_behind_the_end() -> None:
    found = from_file(webp(VP8, behind=jpeg(GPS)))
    assert gps(found) == [("trailer", "yes")]
    assert Kind.TRAILER in kinds(found)


@pytest.mark.parametrize("name", CHUNKS)
def test_no_cut_loses_anything_unsaid(name: str) -> None:
    made = CHUNKS[name][0]
    assert unsaid(webp(extended(8), VP8, made, piece(b"LIST", b"INFO" + piece(b"IART", b"Anna")))) == []
    assert unsaid(webp(extended(2), frame(VP8), frame(VP8L), made)) == []


def test_where_the_reads_end_makes_no_difference() -> None:
    rest = (VP8, CHUNKS["EXIF"][0], piece(b"LIST", b"INFO" + piece(b"IART", b"Anna")), CHUNKS["XMP"][0])
    for shift in range(3700, 4110):
        data = webp(extended(2), piece(b"ALPH", bytes(shift)), frame(VP8L), *rest)
        assert from_file(data) == of(data)
        assert gps(of(data)) == [("exif", "yes"), ("xmp", "yes")]


def test_damage_of_any_kind_is_survived() -> None:
    seeds = [
        webp(extended(2), VP8, made, frame(VP8), piece(b"LIST", b"INFO" + CHUNKS["XMP"][0]))
        for made, _ in CHUNKS.values()
    ]
    assert slowest(mutated(seeds, 3000, seed=5)) < MAX_SECONDS


@pytest.mark.parametrize(
    "chunks",
    [
        [piece(b"abcd", b"x")] * 100_000,
        [CHUNKS["EXIF"][0]] * 50_000,
        [CHUNKS["XMP"][0]] * 20_000,
        [frame(VP8)] * 100_000,
        [frame(*[piece(b"abcd", b"x")] * 100_000)],
        [piece(b"LIST", b"INFO" + piece(b"IART", b" ") * 100_000)],
    ],
)
def test_hostile_files_take_bounded_time(chunks: list[bytes]) -> None:
    assert slowest([webp(extended(2), *chunks)]) < MAX_SECONDS
