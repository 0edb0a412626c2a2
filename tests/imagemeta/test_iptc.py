"""IPTC datasets tell what they say, in whatever order, encoding and damage."""

from __future__ import annotations

import random
import struct
from array import array

import pytest

from facelint.imagemeta import EVERYTHING, Kind
from facelint.imagemeta.blocks import iptc
from facelint.imagemeta.reading import Reading

from .build_jpeg import dataset

UTF8 = dataset(1, 90, b"\x1b%G")
VALUES = {
    (2, 80): Kind.OWNER_NAMES,
    (2, 85): Kind.OWNER_NAMES,
    (2, 90): Kind.LOCATION_TEXT,
    (2, 101): Kind.LOCATION_TEXT,
    (2, 116): Kind.COPYRIGHT,
    (2, 118): Kind.CONTACT,
    (2, 120): Kind.FREE_TEXT,
    (2, 122): Kind.OWNER_NAMES,
    (2, 55): Kind.CAPTURED_AT,
}
ALL = UTF8 + b"".join(dataset(record, number, b"20210304") for record, number in VALUES)


def read(data: bytes, wanted: frozenset[Kind] = EVERYTHING) -> Reading:
    reading = Reading(wanted)
    iptc.read(reading, data, "IPTC")
    return reading


def kinds(reading: Reading) -> list[Kind]:
    return [one.kind for one in reading.findings]


def test_each_dataset_is_of_its_kind() -> None:
    reading = read(ALL)
    assert kinds(reading) == list(VALUES.values())
    assert {one.place for one in reading.findings} == {"iptc"}
    assert (reading.unreadable, reading.blocks) == ([], {"iptc"})
    assert kinds(read(ALL, frozenset({Kind.CONTACT}))) == [Kind.CONTACT]
    assert kinds(read(ALL, frozenset({Kind.GPS}))) == []


def test_blank_values_are_nothing() -> None:
    for blank in (b"", b"   ", b"\0\0"):
        assert read(dataset(2, 80, blank) + dataset(2, 90, blank)).findings == []
    assert read(dataset(2, 55, b"00000000")).findings == []


@pytest.mark.parametrize(("raw", "text"), [("Zoë".encode(), "Zoë"), ("Zoë".encode("latin-1"), "Zoë")])
def test_encodings(raw: bytes, text: str) -> None:
    assert read(dataset(2, 80, raw)).findings[0].value == text
    assert read(UTF8 + dataset(2, 80, raw)).findings[0].value in (text, "Zo\ufffd")


def test_programs() -> None:
    assert kinds(read(dataset(2, 65, b"Adobe Photoshop"))) == [Kind.SOFTWARE, Kind.EDITING_SOFTWARE]
    assert kinds(read(dataset(2, 65, b"Scanner"))) == [Kind.SOFTWARE]


def test_long_datasets_and_swapped_ones() -> None:
    long = b"\x1c\x02\x78\x80\x04" + struct.pack(">I", 70_000) + b"x" * 70_000
    assert len(read(long).findings[0].value) == 4000
    words = array("I", ALL + bytes(-len(ALL) % 4))
    words.byteswap()
    assert kinds(read(words.tobytes())) == list(VALUES.values())


def test_damage_is_said_and_the_rest_read() -> None:
    assert kinds(read(bytes(9) + ALL + bytes(20))) == list(VALUES.values())
    assert not read(bytes(9) + ALL + bytes(20)).unreadable
    strayed = read(ALL + b"stray" + ALL)
    assert kinds(strayed) == list(VALUES.values()) * 2
    assert strayed.unreadable
    assert read(b"no datasets").unreadable


def test_no_cut_within_a_dataset_is_silent() -> None:
    ends, at = set(), 0
    while at < len(ALL):
        ends.add(at)
        at += 5 + struct.unpack_from(">H", ALL, at + 3)[0]
    for end in range(1, len(ALL)):
        assert (end in ends) != bool(read(ALL[:end]).unreadable), end


def test_preview() -> None:
    reading = read(dataset(2, 202, b"\xff\xd8\xff\xd9"))
    assert [(one.kind, one.data) for one in reading.embedded] == [(Kind.PREVIEW, b"\xff\xd8\xff\xd9")]


def test_nothing_escapes() -> None:
    random_ = random.Random(7)  # noqa: S311
    for _ in range(3000):
        data = bytearray(ALL)
        for _ in range(random_.randrange(1, 6)):
            data[random_.randrange(len(data))] = random_.choice((0, 0x1C, 0x80, 0xFF, random_.randrange(256)))
        read(bytes(data))
