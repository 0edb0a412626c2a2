"""Photoshop's resources lead to the blocks in them and tell what they hold themselves; where they break off is said."""

from __future__ import annotations

import random
import struct
import tempfile
from contextlib import suppress

import pytest

from facelint.imagemeta import EVERYTHING, FileSource, Kind, in_memory
from facelint.imagemeta.blocks import photoshop
from facelint.imagemeta.reading import Reading, TooMuch
from facelint.imagemeta.source import Source

from .build_jpeg import GPS_PACKET, dataset, gps_tiff, jpeg, resource


def unicode(text: str) -> bytes:
    return struct.pack(">I", len(text)) + text.encode("utf-16-be")


THUMBNAIL = bytes(28) + jpeg(data=b"\1")
OWNER = resource(0x0404, dataset(2, 80, b"A. Nemo"))
ALL = b"".join(
    (
        resource(0x03ED, bytes(16)),
        resource(0x03F0, b"\x07caption"),
        OWNER,
        resource(0x040C, THUMBNAIL, b"name"),
        resource(0x0421, bytes(5) + unicode("Adobe Photoshop") + unicode("Adobe Photoshop CS6") + bytes(4)),
        resource(0x041E, struct.pack(">I", 1) + bytes(8) + unicode("http://nemo.example")),
        resource(0x0422, gps_tiff()),
        resource(0x0424, GPS_PACKET),
    )
)


def read(source: Source, wanted: frozenset[Kind] = EVERYTHING) -> Reading:
    reading = Reading(wanted)
    photoshop.read(reading, source, "APP13 Photoshop")
    return reading


def test_each_resource_is_told() -> None:
    reading = read(in_memory(ALL, 100))
    assert [(one.kind, one.place) for one in reading.findings] == [
        (Kind.FREE_TEXT, "app-other"),
        (Kind.OWNER_NAMES, "iptc"),
        (Kind.SOFTWARE, "app-other"),
        (Kind.EDITING_SOFTWARE, "app-other"),
        (Kind.FREE_TEXT, "app-other"),
    ]
    assert [one.place for one in reading.coordinates] == ["exif", "xmp"]
    (thumbnail,) = reading.embedded
    assert ALL[thumbnail.start - 100 :].startswith(THUMBNAIL[28:])
    assert thumbnail.length == len(THUMBNAIL) - 28
    assert reading.unreadable == []
    assert {"photoshop", "iptc", "thumbnail"} <= reading.blocks


def test_thumbnails_that_are_not_in_the_file_bring_their_bytes() -> None:
    (thumbnail,) = read(in_memory(ALL)).embedded
    assert (thumbnail.start, thumbnail.data) == (-1, THUMBNAIL[28:])


@pytest.mark.parametrize("head", [0, 10, 100, 300, 1000])
def test_a_file_tells_the_same(head: int) -> None:
    data = ALL + resource(0x0409, THUMBNAIL) + resource(0x0BB8, bytes(5000)) + OWNER
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        reading = read(FileSource(file.fileno(), data[:head], len(data)))
    whole = read(in_memory(data, 0))
    assert (reading.findings, reading.embedded, reading.unreadable) == (whole.findings, whole.embedded, [])


def test_no_cut_is_silent() -> None:
    """But one between two resources, or before the byte that fills one up: whoever holds them knows their size."""
    for end in range(1, len(ALL) - 1):
        between = ALL[end:].startswith((b"8BIM", b"\x008BIM"))
        assert read(in_memory(ALL[:end], 0)).unreadable or between, end


def test_padding_and_unknown_bytes_behind() -> None:
    assert read(in_memory(ALL + bytes(30))).unreadable == []
    assert read(in_memory(ALL + b"unknown")).unreadable


def test_nothing_escapes() -> None:
    random_ = random.Random(8)  # noqa: S311
    for _ in range(2000):
        data = bytearray(ALL)
        for _ in range(random_.randrange(1, 6)):
            data[random_.randrange(len(data))] = random_.choice((0, 1, 0x80, 0xFF, random_.randrange(256)))
        with suppress(TooMuch):
            read(in_memory(bytes(data), 0))
