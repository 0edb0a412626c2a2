"""Wherever a JPEG may tell something, it is found there; what can't be read is said; nothing costs too much."""

from __future__ import annotations

import io
import os
import random
import struct
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from facelint.imagemeta import EVERYTHING, FileSource, ImageMetadata, Kind, in_memory, read
from facelint.imagemeta.containers import jpeg as container
from facelint.imagemeta.reading import Reading
from facelint.imagemeta.source import HEAD

from .build_jpeg import (
    EOI,
    EXTENDED,
    FRAME,
    GPS,
    GPS_PACKET,
    GUID,
    NAMES_EXTENDED,
    SCAN,
    SOI,
    TABLES,
    XMP,
    app,
    box,
    dataset,
    exif,
    extended,
    flir,
    gpmf,
    gps_tiff,
    jpeg,
    jumbf,
    packet,
    photoshop,
    resource,
    samsung,
    segment,
    tiff,
    video,
    with_index,
)

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "images"
REAL = pytest.mark.skipif(not DATA.is_dir(), reason=f"the collection of real files is not at {DATA}")


def found(data: bytes, wanted: frozenset[Kind] = EVERYTHING, searches: bool = True) -> ImageMetadata:
    return read(in_memory(data, 0), wanted, searches)


def gps_at(meta: ImageMetadata) -> list[tuple[str, str]]:
    return [(one.place, one.state) for one in meta.coordinates]


def told(meta: ImageMetadata, kind: Kind) -> list[tuple[str, str]]:
    return [(one.where, one.value) for one in meta.findings if one.kind is kind]


def test_a_plain_picture_tells_nothing_and_hides_nothing() -> None:
    meta = found(jpeg())
    assert (meta.format, meta.width, meta.height, meta.frames) == ("jpeg", 40, 30, 1)
    assert (meta.findings, meta.coordinates, meta.embedded, meta.unreadable) == ((), (), (), ())
    assert meta.blocks == {"size"}


@pytest.mark.parametrize("loaded", [True, False])
def test_progressive_scans_and_what_stands_between_them(loaded: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if loaded:
        pytest.importorskip("numpy")
    else:
        monkeypatch.delitem(sys.modules, "numpy", raising=False)
    stream = io.BytesIO()
    Image.effect_noise((300, 200), 90).convert("RGB").save(stream, "JPEG", progressive=True, quality=95)
    plain = stream.getvalue()
    assert found(plain).unreadable == ()
    second = plain.index(b"\xff\xda", plain.index(b"\xff\xda") + 2)
    between = plain[:second] + GPS + segment(0xFE, b"between") + plain[second:]
    meta = found(between)
    assert gps_at(meta) == [("exif", "yes")]
    assert told(meta, Kind.FREE_TEXT) == [("COM", "between")]
    assert gps_at(found(plain + jpeg(GPS))) == [("trailer", "yes")]


def test_every_exif_segment_adds() -> None:
    meta = found(jpeg(exif(gps_tiff(1, 2)), GPS))
    assert [one.latitude for one in meta.coordinates] == [-1.0, -48.0]


@pytest.mark.parametrize("cut", [65_000, 65_500])
def test_exif_that_goes_on_in_a_second_segment(cut: int) -> None:
    whole = b"II*\0\x08\0\0\0" + tiff(
        [(0x010E, 2, 70_000, b"x" * 70_000), (0x8825, 4, 1, struct.pack("<I", 80_000))], at=8
    )
    whole = whole.ljust(80_000, b"\0") + gps_tiff()[26:].replace(struct.pack("<I", 80), b"")
    directory = tiff(
        [
            (1, 2, 2, b"S\0"),
            (2, 5, 3, struct.pack("<6I", 48, 1, 0, 1, 0, 1)),
            (3, 2, 2, b"W\0"),
            (4, 5, 3, struct.pack("<6I", 1, 1, 0, 1, 0, 1)),
        ],
        at=80_000,
    )
    whole = whole[:80_000] + directory
    meta = found(jpeg(exif(whole[:cut]), exif(whole[cut:])))
    assert gps_at(meta) == [("exif", "yes")]


def test_extended_xmp_is_put_together_in_any_order() -> None:
    text = b" " * 150 + GPS_PACKET
    for parts in (extended(text, 100), extended(text, 100)[::-1], extended(text, 70_000)):
        meta = found(jpeg(NAMES_EXTENDED, *parts))
        assert gps_at(meta) == [("xmp", "yes")]
        assert meta.unreadable == ()
    assert gps_at(found(jpeg(*extended(text, 100)[:2], NAMES_EXTENDED, *extended(text, 100)[2:]))) == [("xmp", "yes")]


def test_extended_xmp_that_is_not_whole_or_not_named() -> None:
    parts = extended(GPS_PACKET, 100)
    for damaged in (parts[1:], parts[:-1], parts[:1] + parts[2:], []):
        meta = found(jpeg(NAMES_EXTENDED, *damaged))
        assert gps_at(meta) or meta.hidden(Kind.GPS)
        assert meta.unreadable
    assert gps_at(found(jpeg(*parts))) == [("xmp", "yes")]
    other = extended(GPS_PACKET, 100, guid=GUID[::-1])
    meta = found(jpeg(NAMES_EXTENDED, *other))
    assert gps_at(meta) == [("xmp", "yes")]
    assert meta.hidden(Kind.GPS)
    lie = app(1, EXTENDED + GUID + struct.pack(">II", 2**32 - 1, 2**32 - 2) + b"x")
    assert found(jpeg(NAMES_EXTENDED, lie)).hidden(Kind.GPS)


def test_xmp_without_its_name() -> None:
    assert gps_at(found(jpeg(app(1, GPS_PACKET)))) == [("xmp", "yes")]
    assert gps_at(found(jpeg(app(1, XMP + GPS_PACKET), app(1, XMP + GPS_PACKET)))) == [("xmp", "yes")] * 2


@pytest.mark.parametrize("order", "<>")
def test_pictures_of_an_index(order: str) -> None:
    second, third = jpeg(GPS), jpeg(app(1, XMP + GPS_PACKET), data=b"\x01")
    data = with_index([(0x020002, second), (0x010002, third)], order=order)
    meta = found(data)
    assert gps_at(meta) == [("mpf", "yes")] * 2
    assert next(one.where for one in meta.coordinates).startswith("MPF picture 2 > APP1 Exif")
    assert [(one.kind, one.place, data[one.start : one.start + one.length]) for one in meta.embedded] == [
        (Kind.SECONDARY_IMAGES, "mpf", second),
        (Kind.PREVIEW, "mpf", third),
    ]
    assert (meta.unreadable, meta.width) == ((), 40)
    assert "trailer" not in meta.blocks
    assert gps_at(found(data, frozenset({Kind.GPS}), searches=False)) == [("mpf", "yes")] * 2


def test_what_lies_between_and_behind_pictures_of_an_index() -> None:
    second = jpeg(data=b"\x01")
    data = with_index([(0, second), (0, second)], between=GPS_PACKET) + jpeg(GPS)
    meta = found(data)
    assert gps_at(meta) == [("trailer", "yes")] * 3
    assert meta.unreadable == ()
    padded = with_index([(0, second)], between=bytes(100)) + bytes(300)
    assert found(padded).blocks == {"size", "mpf"}


def test_an_index_that_leads_nowhere() -> None:
    data = with_index([(0x020002, jpeg(GPS))])
    cut = data[: data.index(b"MPF\0") - 4] + data[data.index(b"MPF\0") - 4 :][:-20]
    assert found(cut).hidden(Kind.GPS)
    moved = found(data[:-10].replace(EOI + SOI, EOI + b"12345678" + SOI))
    assert gps_at(moved) == [("trailer", "yes")]
    assert found(data.replace(EOI + SOI, EOI + b"12345678" + SOI), searches=False).hidden(Kind.GPS)


@pytest.mark.parametrize("gap", [b"", bytes(64), b"\xff\xff", b"unknown bytes \1\2\3"])
@pytest.mark.parametrize(
    "behind",
    [
        jpeg(GPS),
        video(),
        b"x" * 10 + GPS_PACKET,
        gps_tiff(),
        samsung((0x0A01, b"Image_UTC_Data", b"1458170015363"), (0x0A30, b"MotionPhoto_Data", video())),
        jpeg() + jpeg(GPS),
        jpeg() + bytes(9) + video(),
        with_index([(0, jpeg(GPS))]),
    ],
    ids=["jpeg", "video", "xmp", "tiff", "samsung", "second", "third", "index"],
)
def test_coordinates_behind_the_picture(behind: bytes, gap: bytes) -> None:
    meta = found(jpeg() + gap + behind)
    assert ("trailer", "yes") in gps_at(meta)
    assert {place for place, _ in gps_at(meta)} == {"trailer"}
    assert "trailer" in meta.blocks
    assert told(meta, Kind.TRAILER)
    assert bool(told(meta, Kind.MOTION_PHOTO)) == (b"ftyp" in behind)
    assert meta.hidden(Kind.TRAILER) == ""
    assert not gap.startswith(b"unknown") or meta.hidden(Kind.GPS) or b"tiff" in gap


def test_many_pictures_behind_one_another() -> None:
    meta = found(jpeg() + jpeg(GPS) * 30)
    assert gps_at(meta) == [("trailer", "yes")] * 30
    assert len(meta.embedded) == 30
    assert meta.unreadable == ()


def test_blank_and_short_leftovers() -> None:
    assert found(jpeg() + bytes(5000) + b"\n").blocks == {"size"}
    short = found(jpeg() + b"abc")
    assert (told(short, Kind.TRAILER), short.unreadable) == ([("after EOI", "")], ())
    text = found(jpeg() + b"call me: 0123 456789")
    assert told(text, Kind.FREE_TEXT) == [("after EOI > plain text", "call me: 0123 456789")]
    unknown = found(jpeg() + bytes(range(100)))
    assert unknown.hidden(Kind.GPS)
    assert unknown.hidden(Kind.OPT_OUT) == ""


def test_without_a_search_it_is_said() -> None:
    for data in (jpeg(), jpeg() + jpeg(GPS)):
        meta = found(data, searches=False)
        assert meta.hidden(Kind.GPS)
        assert (meta.width, gps_at(meta)) == (40, [])
    assert found(jpeg(), frozenset(), searches=False).unreadable == ()


def test_a_sound_appended_by_samsung_and_other_programs() -> None:
    qdio = b"QDIO" + struct.pack("<4I", 101, 1, 0, 0) + struct.pack("<I", 20) + b"QDIOBS"
    meta = found(jpeg() + samsung((0x0A30, b"MotionPhoto_Data", video())) + qdio)
    assert gps_at(meta) == [("trailer", "yes")]
    by_line = dataset(2, 80, b"A. Nemo")
    foto = by_line + struct.pack(">HI", 1, len(by_line) + 10) + b"\xa1\xb2\xc3\xd4"
    assert told(found(jpeg() + foto), Kind.OWNER_NAMES) == [("after EOI > FotoStation IPTC > By-line", "A. Nemo")]
    start = len(jpeg())
    afcp = b"AXS!" + struct.pack(">HHI", 1, 1, 0) + b"IPTC" + struct.pack(">II", len(by_line), start + 24) + by_line
    afcp += b"AXS!" + struct.pack(">II", start, 0)
    assert told(found(jpeg() + afcp), Kind.OWNER_NAMES) == [("after EOI > AFCP IPTC > By-line", "A. Nemo")]
    both = found(jpeg() + afcp + foto)
    assert [value for _, value in told(both, Kind.OWNER_NAMES)] == ["A. Nemo"] * 2
    for width, order in ((4, "big"), (8, "little")):
        size = 16 + 14 + width
        end = b"~\0\4\0zmie~\0\0" + bytes((width + 2,)) + size.to_bytes(width, order)  # type: ignore[arg-type]
        mie = b"~\x10\x04\xfe0MIE".ljust(16, b"x") + end + (b"\x10" if order == "big" else b"\x18") + bytes((width,))
        behind = found(jpeg() + foto + mie)
        assert [value for _, value in told(behind, Kind.OWNER_NAMES)] == ["A. Nemo"]
        assert behind.hidden(Kind.GPS) == "after EOI > MIE: is not read here"
        assert found(jpeg() + foto + mie.replace(b"0MIE", b"1MIE")).hidden(Kind.OWNER_NAMES)
    damaged = samsung((0x0A30, b"MotionPhoto_Data", video()))
    for at in range(1, 12):
        assert found(jpeg() + damaged[:-at]).coordinates or found(jpeg() + damaged[:-at]).hidden(Kind.GPS)


def test_way_of_an_insta360() -> None:
    point = struct.pack("<IIHcdcdcddd", 1, 0, 0, b"A", 48.5, b"S", 123.25, b"W", 0, 0, 0)
    camera = b"\x0a\x06IS1234\x12\x01X"
    records = camera + struct.pack("<HI", 0x0101, len(camera)) + point + struct.pack("<HI", 0x0700, len(point))
    footer = bytes(32) + struct.pack("<II", len(records) + 72, 3) + b"8db42d694ccc418790edff439fe026bf"
    meta = found(jpeg() + records + footer)
    assert [(one.place, one.latitude, one.longitude) for one in meta.coordinates] == [("trailer", -48.5, -123.25)]
    assert [value for _, value in told(meta, Kind.SERIAL_NUMBERS)] == ["IS1234"]
    assert meta.unreadable == ()


def test_segments_of_jumbf_are_put_together() -> None:
    label = box(b"jumd", bytes(16) + b"\x03test\0")
    whole = box(b"jumb", label, box(b"json", b'{"a": "' + b"x" * 500 + b'"}'))
    assert found(jpeg(*jumbf(whole, 100))).blocks == {"size", "jumbf"}
    assert "parts are missing" not in found(jpeg(*jumbf(whole, 100))).hidden(Kind.GPS)
    for damaged in (jumbf(whole, 100)[:-1], jumbf(whole, 100)[::2]):
        assert "parts are missing" in found(jpeg(*damaged)).hidden(Kind.GPS)
    assert "twice" in found(jpeg(*jumbf(whole, 100), jumbf(whole, 100)[0])).hidden(Kind.GPS)


def test_resources_of_photoshop_in_several_segments() -> None:
    owner = resource(0x0404, dataset(2, 80, b"A. Nemo") + dataset(2, 25, b"x" * 500))
    for cut in (3, 40, 400):
        meta = found(jpeg(photoshop(owner[:cut]), photoshop(owner[cut:])))
        assert told(meta, Kind.OWNER_NAMES) == [("APP13 Photoshop > IPTC > By-line", "A. Nemo")]
        assert meta.unreadable == ()


def test_segments_of_makers() -> None:
    device = gpmf(b"CASN", b"c", 1, b"C3471") + gpmf(b"SCAL", b"l", 4, struct.pack(">2i", 10_000_000, 10_000_000))
    device += gpmf(b"GPS5", b"l", 20, struct.pack(">5i", -488_750_000, -1_233_900_000, 0, 0, 0))
    gopro = found(jpeg(app(6, b"GoPro\0" + gpmf(b"DEVC", b"\0", 1, gpmf(b"STRM", b"\0", 1, device)))))
    assert told(gopro, Kind.SERIAL_NUMBERS) == [("APP6 GoPro > CASN", "C3471")]
    assert gopro.coordinates[0][:4] == ("app-other", "APP6 GoPro > GPS5", "yes", -48.875)
    order = b"MM\0*\0\0\0\x08"
    meta = app(
        3,
        b"Meta\0\0"
        + order
        + tiff([(0xC353, 7, 20, b"ASCII\0\0\0Nemo".ljust(20, b"\0")), (0xC354, 2, 6, b"K1234\0")], ">", 8),
    )
    assert told(found(jpeg(meta)), Kind.OWNER_NAMES) == [("APP3 Meta > CameraOwner", "Nemo")]
    assert told(found(jpeg(meta)), Kind.SERIAL_NUMBERS) == [("APP3 Meta > SerialNumber", "K1234")]
    damaged = found(jpeg(meta.replace(b"MM\0*", b"MX\0*")))
    assert damaged.hidden(Kind.OWNER_NAMES) == "APP3 Meta: damaged"
    hp = b"TDHD" + struct.pack("<II", 1, 12 + 4) + b"CMSN" + struct.pack("<II", 2, 4) + b"CN12"
    assert told(found(jpeg(app(6, hp))), Kind.SERIAL_NUMBERS) == [("APP6 TDHD > CMSN", "CN12")]
    info = b"[picture info]\r\nTimeDate=12345\r\n[camera info]\r\nSerial#=SR12 \r\nType=A\r\n"
    assert told(found(jpeg(app(12, info))), Kind.SERIAL_NUMBERS) == [("APP12 Picture Info > Serial#", "SR12")]
    jukebox = b"Media Jukebox\0<MJMD><People>A. Nemo</People><Places>Point Nemo</Places></MJMD>"
    assert told(found(jpeg(app(9, jukebox))), Kind.PERSON_NAMES) == [("APP9 Media Jukebox > People", "A. Nemo")]
    rmeta = b"RMETA\0MM" + bytes(4) + struct.pack(">HH", 1, 8) + b"Field\0" + struct.pack(">HH", 2, 8) + b"Value\0"
    assert told(found(jpeg(app(5, rmeta))), Kind.FREE_TEXT) == [("APP5 RMETA", "Value")]
    assert not told(found(jpeg(app(5, rmeta))), Kind.LOCATION_TEXT)
    names, values = b"Lit\0Location\0", b"No\0Point Nemo\0"
    blocks = (struct.pack(">HH", kind, 2 + len(one)) + one for kind, one in ((1, names), (2, values)))
    place = found(jpeg(app(5, b"RMETA\0MM" + bytes(4) + b"".join(blocks))))
    assert told(place, Kind.LOCATION_TEXT) == [("APP5 RMETA > Location", "Point Nemo")]


def test_canon_heap_of_old() -> None:
    values = b"A. Nemo\0"
    index = struct.pack("<HHII", 2, 0x0810, len(values), 0) + struct.pack("<HII", 0x580B, 4711, 0)
    heap = values + index + struct.pack("<I", len(values))
    meta = found(jpeg(app(0, b"II\x1a\0\0\0HEAPJPGM" + bytes(12) + heap)))
    assert told(meta, Kind.OWNER_NAMES) == [("APP0 CIFF > OwnerName", "A. Nemo")]
    assert told(meta, Kind.SERIAL_NUMBERS) == [("APP0 CIFF > SerialNumber", "4711")]


@pytest.mark.parametrize("segments", [1, 3])
def test_thermal_pictures(segments: int) -> None:
    camera = (b"\x02\0" + bytes(0x102) + b"F1234").ljust(0x400, b"\0")
    gps = struct.pack("<I4s2s2s4x2d", 1, b"\2\3\0\0", b"S", b"W", -48.5, -123.25) + bytes(64)
    parts = flir((0x20, camera), (0x2B, gps), segments=segments)
    meta = found(jpeg(*parts))
    assert told(meta, Kind.SERIAL_NUMBERS) == [("APP1 FLIR > CameraSerialNumber", "F1234")]
    assert gps_at(meta) == [("app-other", "yes")]
    assert meta.unreadable == ()
    if segments > 1:
        assert found(jpeg(*parts[:-1])).hidden(Kind.GPS)


def test_comments_and_unknown_segments() -> None:
    meta = found(
        jpeg(
            segment(0xFE, b"CREATOR: gd-jpeg v1.0"),
            segment(0xFE, b"\0 \n"),
            app(10, b"UNICODE\0" + "né".encode("utf-16-be")),
        )
    )
    assert told(meta, Kind.FREE_TEXT) == [("COM", "CREATOR: gd-jpeg v1.0"), ("APP10 comment", "né")]
    assert [value for _, value in told(meta, Kind.SOFTWARE)] == ["CREATOR: gd-jpeg v1.0"]
    assert found(jpeg(app(9, bytes(range(60))))).hidden(Kind.GPS).startswith("APP9")
    assert gps_at(found(jpeg(app(9, b"Maker\0" + gps_tiff())))) == [("app-other", "yes")]
    assert found(jpeg(app(9, bytes(60)), app(2, b"ICC_PROFILE\0\1\1" + os.urandom(100)))).unreadable == ()


def test_thumbnails_and_previews() -> None:
    small = jpeg(data=b"\1")
    jfxx = found(jpeg(app(0, b"JFXX\0\x10" + small)))
    assert [(one.kind, one.place, one.length) for one in jfxx.embedded] == [(Kind.THUMBNAIL, "app-other", len(small))]
    data = SOI + app(0, b"JFIF\0\1\1\0\0\1\0\1\x02\x03" + bytes(18)) + TABLES + FRAME + SCAN + EOI
    assert [one.length for one in found(data).embedded] == [18]
    preview = jpeg(GPS, data=b"\1" * 70_000)
    meta = found(jpeg(app(2, b"QVGA\0" + preview[:65_400]), app(3, preview[65_400:])))
    assert [(one.kind, one.start, one.data) for one in meta.embedded] == [(Kind.PREVIEW, -1, preview)]
    assert gps_at(meta) == [("app-other", "yes")]


def test_bytes_between_segments_and_fill_bytes() -> None:
    plain = jpeg(GPS)
    at = plain.index(GPS)
    filled = plain[:at] + b"\xff" * 50 + plain[at:]
    assert (gps_at(found(filled)), found(filled).unreadable) == ([("exif", "yes")], ())
    strayed = found(plain[:at] + b"stray bytes" + plain[at:])
    assert gps_at(strayed) == [("exif", "yes")]
    assert strayed.hidden(Kind.SERIAL_NUMBERS)
    wrong = found(plain[:at] + b"\xff\xe5\0\1" + plain[at:])
    assert gps_at(wrong) == [("exif", "yes")]


def test_a_picture_without_an_end() -> None:
    cut = found(jpeg(GPS, end=b""))
    assert (gps_at(cut), cut.hidden(Kind.GPS)) == ([("exif", "yes")], "")
    assert cut.hidden(Kind.TRAILER)
    assert gps_at(found(jpeg(end=b"") + jpeg(GPS))) == [("trailer", "yes")]


WHOLE = (
    jpeg(
        GPS,
        app(1, XMP + packet('aux:SerialNumber="4711"')),
        photoshop(resource(0x0404, dataset(2, 80, b"A. Nemo"))),
        segment(0xFE, b"a comment"),
        app(6, b"GoPro\0" + gpmf(b"DEVC", b"\0", 1, gpmf(b"CASN", b"c", 1, b"C3471"))),
    )
    + jpeg(app(1, XMP + GPS_PACKET))
    + samsung((0x0A30, b"MotionPhoto_Data", video()))
)


def kinds_of(meta: ImageMetadata) -> set[tuple[Kind, str]]:
    told = {(one.kind, one.place) for one in meta.findings}
    return told | {(Kind.GPS, one.place) for one in meta.coordinates if one.state == "yes"}


def test_no_cut_loses_anything_silently() -> None:
    whole = kinds_of(found(WHOLE))
    assert {place for _, place in whole} == {"exif", "xmp", "iptc", "app-other", "trailer"}
    after = WHOLE.index(SCAN)
    for end in range(3, after):
        meta = found(WHOLE[:end])
        for kind, place in whole - kinds_of(meta):
            assert meta.hidden(kind), (end, kind, place)
    for end in range(WHOLE.index(EOI + SOI) + 4, len(WHOLE)):
        meta = found(WHOLE[:end])
        for kind, place in whole - kinds_of(meta):
            assert meta.hidden(kind) or place == "trailer", (end, kind, place)
            assert meta.hidden(kind) or meta.hidden(Kind.TRAILER) or end < len(WHOLE) - len(video()), (end, kind, place)


def sources(data: bytes, folder: Path) -> Iterator[FileSource]:
    path = folder / "picture.jpg"
    path.write_bytes(data)
    descriptor = os.open(path, os.O_RDONLY)
    try:
        for head in (3, 4, 20, 21, 64, 100, 1000, 2047, HEAD):
            yield FileSource(descriptor, data[:head], len(data))
    finally:
        os.close(descriptor)


def test_whatever_is_at_hand_the_answer_is_the_same(tmp_path: Path) -> None:
    for data in (WHOLE, with_index([(0, jpeg(GPS))]), jpeg(NAMES_EXTENDED, *extended(GPS_PACKET, 100))):
        whole = found(data)
        for source in sources(data, tmp_path):
            meta = read(source)
            assert kinds_of(meta) == kinds_of(whole)
            assert (meta.embedded, meta.unreadable) == (whole.embedded, whole.unreadable)


def mutated(data: bytes, random_: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(random_.choice((1, 1, 2, 5, 20))):
        at = random_.randrange(2, len(changed))
        match random_.randrange(5):
            case 0:
                changed[at] = random_.randrange(256)
            case 1:
                changed[at : at + 4] = random_.choice((b"\xff\xff\xff\xff", bytes(4), b"\x7f\xff\xff\xff", b"\0\0\0\1"))
            case 2:
                del changed[at : at + random_.randrange(1, 40)]
            case 3:
                changed[at:at] = changed[at : at + random_.randrange(1, 200)]
            case 4:
                changed[at : at + 2] = bytes((0xFF, random_.randrange(0xC0, 0xFF)))
    return bytes(changed)


def test_nothing_escapes_whatever_the_bytes() -> None:
    random_ = random.Random(4)  # noqa: S311
    camera = flir((0x20, bytes(0x400)), (0x2B, bytes(96)), segments=2)
    seeds = [
        WHOLE,
        with_index([(0x020002, jpeg(GPS)), (0x010001, jpeg(GPS))]),
        jpeg(NAMES_EXTENDED, *extended(GPS_PACKET, 60), *camera, *jumbf(box(b"jumb", box(b"jumd", bytes(30))), 9)),
    ]
    for number in range(3000):
        reading = Reading()
        start = time.process_time()
        try:
            container.read(reading, in_memory(mutated(seeds[number % 3], random_), 0))
        except Exception as error:
            if type(error).__name__ != "TooMuch":
                raise
        assert time.process_time() - start < 10


@pytest.mark.parametrize(
    "bomb",
    [
        SOI + b"\xff" * 3_000_000,
        SOI + b"\xff\xfe\0\2" * 700_000,
        SOI + b"\xff\xdb\0\2" * 700_000,
        jpeg(data=b"\xff\xfe\0\2" * 700_000),
        jpeg(data=b"\xff\xda\0\2" * 700_000),
        jpeg(data=b"\xff\0" * 1_500_000),
        jpeg(data=b"\xff\xd0" * 1_500_000),
        jpeg(data=b"\xff\x02" * 1_500_000),
        jpeg() + SOI + b"\xff" * 1_000_000 + (SOI + b"\xff\xe0\0\2") * 300_000,
        jpeg() + b"ftyp" * 700_000,
        jpeg() + b"\0\0\0\x08ftyp" * 300_000,
        jpeg() + b"II*\0\x08\0\0\0\x01\0\x0e\x01\x02\0" * 100_000,
        jpeg() + b"<x:xmpmeta" * 300_000,
        jpeg() + b"8BIM\x04\x04\0\0\0\0\0\0" * 200_000,
        jpeg() + (b"\x89PNG\r\n\x1a\n\0\0\0\0") * 200_000,
        jpeg() + jpeg(data=b"\1") * 8_000,
        jpeg(*[app(1, EXTENDED + GUID + struct.pack(">II", 2**31, n)) for n in range(30_000)]),
        jpeg(*[app(13, b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0\0\0\0\0" * 5000)] * 50),
        jpeg(*[photoshop(resource(0x0404, b"\x1c\x02\x19\0\1 " * 10_000))] * 30),
        jpeg(app(0, b"II\x1a\0\0\0HEAPJPGM" + bytes(12) + struct.pack("<HII", 0x2807, 60_000, 0) * 6000 + bytes(4))),
    ],
    ids=range(20),
)
def test_no_file_asks_for_too_much(bomb: bytes) -> None:
    start = time.process_time()
    found(bomb)
    assert time.process_time() - start < 10


@REAL
def test_coordinates_in_front_of_a_torn_end() -> None:
    descriptor = os.open(DATA / "gps-beyond_exiftool.jpg", os.O_RDONLY)
    try:
        meta = read(FileSource.of(descriptor))
    finally:
        os.close(descriptor)
    assert gps_at(meta) == [("exif", "yes")]
    assert meta.hidden(Kind.SERIAL_NUMBERS)


@REAL
@pytest.mark.parametrize(
    ("name", "kind", "place"),
    [
        ("owner-jpeg-app_other.jpg", Kind.OWNER_NAMES, "app-other"),
        ("serial-jpeg-app_other.jpg", Kind.SERIAL_NUMBERS, "app-other"),
        ("owner-jpeg-makernote.jpg", Kind.OWNER_NAMES, "iptc"),
        ("faceregion-jpeg.jpg", Kind.LOCATION_TEXT, "iptc"),
    ],
)
def test_real_files(name: str, kind: Kind, place: str) -> None:
    data = (DATA / name).read_bytes()
    assert (kind, place) in kinds_of(found(data))


@REAL
def test_pictures_of_a_real_index() -> None:
    for name in ("extxmp.jpg", "gps_ifd_without_coords-jpeg.jpg"):
        data = (DATA / name).read_bytes()
        meta = found(data)
        second = [one for one in meta.embedded if one.place == "mpf"]
        assert [data[one.start : one.start + 2] for one in second] == [SOI]
        assert "trailer" not in meta.blocks
