"""HEIF, AVIF, CR3, JPEG XL, JPEG 2000 and MP4: what is in their boxes is found, and said where it can't be read."""

from __future__ import annotations

import contextlib
import gzip
import random
import time
import zlib
from pathlib import Path

import pytest
from running import ROOT

from facelint.imagemeta import EVERYTHING, FileSource, ImageMetadata, Kind, in_memory, read
from facelint.imagemeta.containers import bmff
from facelint.imagemeta.containers.bmff.boxes import HARMLESS, box_at
from facelint.imagemeta.reading import Reading, TooMuch

from .build_bmff import (
    CREATED,
    IIM,
    IPTC_UUID,
    JPEG,
    NO_MINING,
    PICTURE,
    XMP_UUID,
    Made,
    box,
    c2pa,
    comment,
    cr3,
    ctmd,
    exif_item,
    ftyp,
    full,
    gps_tiff,
    heif,
    international,
    j2k,
    jp2,
    jxl,
    jxl_codestream,
    keyed,
    located_tiff,
    loci,
    mime,
    mp4,
    mvhd,
    text,
    tiff,
    timed_piece,
    track,
    visual,
    within,
    xmp,
)

DATA = ROOT.parent / "shared" / "data" / "images"
EXIF = Made(b"Exif", exif_item(located_tiff()))
PLAIN_EXIF = Made(b"Exif", exif_item(tiff([text(0x0131, "firmware 1.2")])))
LOCATED_XMP = xmp('exif:GPSLatitude="48,30N" exif:GPSLongitude="123,30W"')


def of(data: bytes) -> ImageMetadata:
    return read(in_memory(data, 0))


def kinds(found: ImageMetadata) -> set[Kind]:
    """All that was found, with pictures and coordinates."""
    told = {one.kind for one in found.findings} | {one.kind for one in found.embedded}
    return told | ({Kind.GPS} if found.gps_state == "yes" else set())


def gps(found: ImageMetadata) -> list[tuple[str, str]]:
    return [(one.place, one.state) for one in found.coordinates]


def values(found: ImageMetadata, kind: Kind) -> list[str]:
    return [one.value for one in found.findings if one.kind is kind]


# Formats


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (heif(b"heic", [PICTURE]), ("heic", 64, 48, 1)),
        (heif(b"avif", [Made(b"av01", b"coded")]), ("avif", 64, 48, 1)),
        (heif(b"mif1", [PICTURE]), ("heic", 64, 48, 1)),
        (heif(b"mif1", [Made(b"av01", b"coded")]), ("avif", 64, 48, 1)),
        (heif(b"mif1", [Made(b"unci", b"coded")]), ("heif", 64, 48, 1)),
        (mp4(), ("mp4", 640, 480, 3)),
        (mp4(brand=b"qt  "), ("mov", 640, 480, 3)),
        (mp4(brand=b"3gp5"), ("mp4", 640, 480, 3)),
        (cr3(tiff([]), tiff([]), tiff([]), tiff([])), ("cr3", 60, 40, 1)),
        (jxl(), ("jxl", 200, 100, 1)),
        (jxl_codestream(), ("jxl", 200, 100, 1)),
        (jp2(), ("jp2", 32, 24, 1)),
        (j2k(), ("jp2", 32, 24, 1)),
    ],
)
def test_format_and_size(data: bytes, told: tuple[str, int, int, int | None]) -> None:
    found = of(data)
    assert (found.format, found.width, found.height, found.frames) == told


def test_a_grid_has_the_size_of_the_whole() -> None:
    items = [Made(b"grid", b"\0\0\0\1\0\x40\0\x30", method=1), PICTURE, PICTURE]
    found = of(heif(b"mif1", items, references=[(b"dimg", 1, (2, 3))]))
    assert (found.format, found.width, found.height) == ("heic", 64, 48)
    assert not found.embedded
    assert not found.unreadable


def test_a_sequence_has_frames() -> None:
    still = heif(b"avis", [Made(b"av01", b"coded")])
    moving = still + box(b"moov", mvhd(0), track(b"pict", visual(b"av01", 64, 48), [(0, 1)] * 5))
    assert of(moving).frames == 5


# Items


def test_coordinates_in_a_second_exif_item() -> None:
    found = of(heif(b"heic", [PICTURE, PLAIN_EXIF, EXIF]))
    assert gps(found) == [("exif", "yes")]
    assert (found.coordinates[0].latitude, found.coordinates[0].longitude) == (48, -123)
    assert not found.unreadable


@pytest.mark.parametrize(
    "lead", [b"\0\0\0\6Exif\0\0", b"\0\0\0\0", b"\0\0\0\0Exif\0\0", b"", b"Exif\0\0", b"\0\0\0\4abcd"]
)
def test_exif_behind_any_lead(lead: bytes) -> None:
    assert of(heif(b"heic", [PICTURE, Made(b"Exif", lead + located_tiff())])).gps_state == "yes"


@pytest.mark.parametrize("made", [Made(b"Exif", b"\0\0\0\0"), Made(b"Exif", b""), mime(b"   ")])
def test_empty_items_are_nothing(made: Made) -> None:
    found = of(heif(b"heic", [PICTURE, made]))
    assert not found.findings
    assert not found.unreadable


@pytest.mark.parametrize("brand", [b"heic", b"avif"])
@pytest.mark.parametrize(
    ("data", "coding"),
    [
        (NO_MINING, b""),
        (gzip.compress(NO_MINING), b"gzip"),
        (zlib.compress(NO_MINING), b"deflate"),
        (zlib.compress(NO_MINING, wbits=-15), b"deflate"),
    ],
)
def test_data_mining_in_xmp_however_it_is_compressed(brand: bytes, data: bytes, coding: bytes) -> None:
    found = of(heif(brand, [PICTURE, mime(data, coding=coding)]))
    assert [(one.place, one.value) for one in found.findings if one.kind is Kind.OPT_OUT] == [
        ("xmp", "plus:DMI-PROHIBITED")
    ]
    assert not found.unreadable


@pytest.mark.parametrize(("data", "coding"), [(b"\x0b\x02\x80", b"br"), (gzip.compress(NO_MINING)[:60], b"gzip")])
def test_what_can_not_be_decompressed_is_said(data: bytes, coding: bytes) -> None:
    found = of(heif(b"heic", [PICTURE, mime(data, coding=coding)]))
    assert found.hidden(Kind.OPT_OUT)
    assert found.hidden(Kind.GPS)


def test_a_bomb_of_xmp_is_bounded() -> None:
    bomb = gzip.compress(NO_MINING[:-40] + b" " * 60_000_000)
    begin = time.process_time()
    assert of(heif(b"heic", [PICTURE, mime(bomb, coding=b"gzip")])).hidden(Kind.GPS)
    assert time.process_time() - begin < 20


@pytest.mark.parametrize("pieces", [1, 2, 7])
@pytest.mark.parametrize("method", [0, 1, 2])
def test_construction_methods(method: int, pieces: int) -> None:
    data = exif_item(located_tiff())
    outer = Made(b"unci", within(data))
    found = of(heif(b"heic", [PICTURE, outer, Made(b"Exif", data, method=method, pieces=pieces)]))
    assert gps(found) == [("exif", "yes")]
    assert not found.unreadable


def test_items_in_items_without_end() -> None:
    refers = [(b"iloc", 2, (3,)), (b"iloc", 3, (2,))]
    items = [PICTURE, Made(b"Exif", bytes(50), method=2), Made(b"Exif", bytes(50), method=2)]
    assert of(heif(b"heic", items, references=refers)).hidden(Kind.GPS)


def test_an_item_in_another_file_is_said() -> None:
    assert of(heif(b"heic", [PICTURE, EXIF._replace(elsewhere=True)])).hidden(Kind.GPS)


def test_an_item_outside_the_file_is_said() -> None:
    whole = heif(b"heic", [PICTURE, EXIF])
    found = of(whole[:-20])
    assert "meta > Exif item" in {one.where for one in found.unreadable}
    assert found.hidden(Kind.GPS)


def test_iptc_and_pictures_as_items() -> None:
    found = of(heif(b"heic", [PICTURE, Made(b"iptc", IIM), mime(JPEG, b"image/jpeg"), mime(b"a text", b"text/plain")]))
    assert {Kind.LOCATION_TEXT, Kind.OWNER_NAMES, Kind.FREE_TEXT} <= kinds(found)
    assert values(found, Kind.FREE_TEXT) == ["a text"]
    assert not found.unreadable


def test_a_small_picture_in_a_room_of_a_fixed_size() -> None:
    """What the camera left behind its end is searched, but is neither a trailer nor unknown."""
    left = JPEG + b"\xff" * 600 + bytes(range(200))
    room = Made(b"jpeg", left + b"\xff" * (4096 - len(left)))
    assert not of(heif(b"heic", [PICTURE, room])).unreadable
    assert Kind.TRAILER not in kinds(of(heif(b"heic", [PICTURE, room])))
    located = left + located_tiff()
    inside = Made(b"jpeg", located + b"\xff" * (4096 - len(located)))
    assert ("app-other", "yes") in gps(of(heif(b"heic", [PICTURE, inside])))
    assert of(heif(b"heic", [PICTURE, Made(b"jpeg", left)])).hidden(Kind.GPS)


def test_thumbnails_helpers_and_further_pictures() -> None:
    items = [PICTURE] * 6
    refers = [(b"thmb", 2, (1,)), (b"auxl", 3, (1,)), (b"auxl", 4, (1,)), (b"dimg", 1, (5,))]
    whole = heif(b"heic", items, references=refers)
    found = of(whole)
    told = [(one.kind, one.where, whole[one.start : one.start + one.length]) for one in found.embedded]
    assert told == [
        (Kind.THUMBNAIL, "HEIF item thmb", PICTURE.data),
        (Kind.SECONDARY_IMAGES, "HEIF item auxl", PICTURE.data),
        (Kind.SECONDARY_IMAGES, "HEIF item auxl", PICTURE.data),
        (Kind.SECONDARY_IMAGES, "HEIF item", PICTURE.data),
    ]
    assert "thumbnail" in found.blocks


def test_what_is_written_in_properties() -> None:
    udes = full(b"udes", b"en\0", b"A name\0", b"A description\0", b"tag\0")
    altt = full(b"altt", b"What it shows\0", b"en\0")
    made = full(b"crtt", (CREATED * 1_000_000).to_bytes(8, "big"))
    found = of(heif(b"heic", [PICTURE], properties=udes + altt + made + box(b"irot", b"\1") + box(b"colr", b"nclx")))
    assert values(found, Kind.FREE_TEXT) == ["A name A description tag", "What it shows"]
    assert values(found, Kind.CAPTURED_AT) == ["2025-12-31 04:26:40+00:00"]
    assert {"size", "orientation", "color-profile"} <= found.blocks


def test_c2pa_is_handed_on() -> None:
    jumd = box(b"jumd", bytes.fromhex("63327061001100108000 00aa00389b71".replace(" ", "")), b"\3c2pa\0")
    found = of(heif(b"heic", [PICTURE], behind=c2pa(box(b"jumb", jumd))))
    assert "jumbf" in found.blocks
    assert not found.hidden(Kind.GPS)


def test_bytes_that_no_item_needs_are_searched() -> None:
    plain = heif(b"heic", [PICTURE])
    at = plain.index(b"mdat") - 4
    found = of(plain[:at] + box(b"mdat", plain[at + 8 :], located_tiff(), bytes(700)))
    assert gps(found) == [("app-other", "yes")]
    assert not of(plain[:at] + box(b"mdat", plain[at + 8 :], bytes(900))).unreadable


def test_what_apple_keeps_to_change_styles_is_nothing() -> None:
    numbers = bytes(range(256)) * 4
    style = Made(b"uri ", numbers, b"tag:apple.com,2023:photo:metadata:styles\0")
    assert not of(heif(b"heic", [PICTURE, style])).unreadable
    assert of(heif(b"heic", [PICTURE, style._replace(names=b"tag:example.org,2026:a\0")])).hidden(Kind.GPS)


# Movies


def test_places_in_the_user_data_of_a_movie() -> None:
    found = of(mp4(international("©xyz", "+48.5000-123.2500/"), loci("Point Nemo", 48.5, -123.25)))
    assert gps(found) == [("quicktime", "yes")] * 2
    assert {(one.latitude, one.longitude) for one in found.coordinates} == {(48.5, -123.25)}
    assert values(found, Kind.LOCATION_TEXT) == ["Point Nemo"]
    assert not found.unreadable


@pytest.mark.parametrize(
    ("value", "state", "latitude"),
    [
        ("+00.0000+000.0000/", "zero", 0),
        ("+48.5-123.25+100CRSWGS_84/", "yes", 48.5),
        ("+4830.0-12315.0/", "yes", 48.5),
        ("+483000-1231500/", "yes", 48.5),
        ("-90.1+010.0/", "partial", -90.1),
        ("somewhere", "partial", None),
    ],
)
def test_coordinates_as_text(value: str, state: str, latitude: float | None) -> None:
    (one,) = of(mp4(international("©xyz", value))).coordinates
    assert (one.state, one.latitude) == (state, latitude)


def test_keys_of_apple_and_android() -> None:
    pairs = {
        "com.apple.quicktime.location.ISO6709": "+48.5-123.25/",
        "com.apple.quicktime.author": "Anna",
        "com.apple.quicktime.make": "Apple",
        "com.apple.quicktime.content.identifier": "1A2B",
        "com.apple.quicktime.creationdate": "2026-01-01T12:00:00+0100",
        "com.android.version": "16",
        "com.apple.quicktime.software": "Photoshop 27",
        "com.apple.quicktime.description": "On the beach",
    }
    found = of(mp4(moov=keyed(pairs), brand=b"qt  "))
    assert gps(found) == [("quicktime", "yes")]
    assert kinds(found) == {
        Kind.GPS, Kind.OWNER_NAMES, Kind.CONTENT_IDENTIFIER, Kind.CAPTURED_AT, Kind.SOFTWARE, Kind.EDITING_SOFTWARE,
        Kind.FREE_TEXT,
    }  # fmt: skip
    assert {one.place for one in found.findings} == {"quicktime"}
    assert not found.unreadable


def test_names_serials_and_dates_of_a_movie() -> None:
    atoms = [
        international("©ART", "Anna"),
        international("©cpy", "A notice"),
        box(b"slno", b"X123\0"),
        box(b"SNum", b"0000\0"),
        international("©day", "2026-01-01"),
        full(b"auth", b"\x15\xc7", b"Berta\0"),
        box(b"XMP_", LOCATED_XMP),
        b"\0\0\0\0",
    ]
    found = of(mp4(*atoms, created=CREATED))
    assert values(found, Kind.OWNER_NAMES) == ["Anna", "Berta"]
    assert values(found, Kind.SERIAL_NUMBERS) == ["X123"]
    assert values(found, Kind.COPYRIGHT) == ["A notice"]
    assert values(found, Kind.CAPTURED_AT) == ["2025-12-31 04:26:40+00:00", "2026-01-01"]
    assert gps(found) == [("xmp", "yes")]
    assert not found.unreadable


@pytest.mark.parametrize(
    ("handler", "entry", "hides"),
    [
        (b"meta", box(b"gpmd", bytes(8)), True),
        (b"camm", box(b"camm", bytes(8)), True),
        (b"text", box(b"tx3g", bytes(8)), True),
        (b"meta", box(b"mebx", b"mdtacom.apple.quicktime.location.ISO6709"), True),
        (b"meta", box(b"mebx", b"mdtacom.apple.quicktime.still-image-time"), False),
        (b"meta", box(b"mett", bytes(8), b"application/motionphoto-image-meta\0"), False),
        (b"tmcd", box(b"tmcd", bytes(8)), False),
        (b"soun", box(b"mp4a", bytes(28)), False),
    ],
)
def test_tracks_that_may_tell_places(handler: bytes, entry: bytes, hides: bool) -> None:
    assert bool(of(mp4(moov=track(handler, entry))).hidden(Kind.GPS)) is hides


def test_the_movie_of_a_motion_photo() -> None:
    video = mp4(international("©xyz", "+48.5-123.25/"))
    found = of(heif(b"heic", [PICTURE], behind=box(b"mpvd", video)))
    assert gps(found) == [("trailer", "yes")]
    assert Kind.MOTION_PHOTO in kinds(found)
    assert (found.format, found.width, found.frames) == ("heic", 64, 1)
    assert not found.unreadable


def test_a_movie_behind_a_picture() -> None:
    found = of(heif(b"heic", [PICTURE], end=mp4(international("©xyz", "+48.5-123.25/"))))
    assert gps(found) == [("trailer", "yes")]
    assert {Kind.TRAILER, Kind.MOTION_PHOTO} <= kinds(found)


# Canon's raw files


def test_the_pieces_of_a_raw_file() -> None:
    found = of(
        cr3(
            tiff([text(0x013B, "Anna")]),
            tiff([text(0xA431, "12345")]),
            tiff([text(0x0009, "Berta")]),
            gps_tiff(),
            NO_MINING,
        )
    )
    assert gps(found) == [("exif", "yes")]
    assert {(one.kind, one.place) for one in found.findings} >= {
        (Kind.OWNER_NAMES, "exif"),
        (Kind.SERIAL_NUMBERS, "exif"),
        (Kind.OWNER_NAMES, "makernote"),
        (Kind.OPT_OUT, "xmp"),
    }
    assert [(one.kind, one.length) for one in found.embedded] == [
        (Kind.THUMBNAIL, len(JPEG)),
        (Kind.PREVIEW, len(JPEG)),
        (Kind.PREVIEW, len(JPEG)),
    ]
    assert not found.unreadable


def test_an_empty_directory_of_coordinates() -> None:
    nothing = tiff([])
    assert gps(of(cr3(nothing, nothing, nothing, nothing))) == [("exif", "empty")]


def test_timed_metadata_of_a_raw_file() -> None:
    nothing = tiff([])
    records = ctmd((1, bytes(12)), (7, timed_piece(0x8769, tiff([text(0xA431, "12345")]))))
    found = of(cr3(nothing, nothing, nothing, nothing, timed=records))
    assert values(found, Kind.SERIAL_NUMBERS) == ["12345"]
    cut = of(cr3(nothing, nothing, nothing, nothing, timed=records)[:-10])
    assert cut.hidden(Kind.SERIAL_NUMBERS)


# JPEG XL and JPEG 2000


def test_boxes_of_jpeg_xl() -> None:
    found = of(jxl(box(b"Exif", b"\0\0\0\0", located_tiff()), box(b"xml ", NO_MINING)))
    assert gps(found) == [("exif", "yes")]
    assert values(found, Kind.OPT_OUT) == ["plus:DMI-PROHIBITED"]
    assert not found.unreadable
    assert of(jxl(last=box(b"Exif", b"\0\0\0\0", located_tiff()))).gps_state == "yes"


@pytest.mark.parametrize(
    ("inner", "hidden", "open_"),
    [(b"Exif", Kind.GPS, Kind.TRAILER), (b"xml ", Kind.OPT_OUT, Kind.TRAILER), (b"jumb", Kind.OPT_OUT, Kind.TRAILER)],
)
def test_what_brotli_hides(inner: bytes, hidden: Kind, open_: Kind) -> None:
    found = of(jxl(box(b"brob", inner, b"\x0b\x02\x80")))
    assert found.hidden(hidden)
    assert not found.hidden(open_)


def test_what_is_appended_to_a_bare_codestream() -> None:
    assert not of(jxl_codestream()).hidden(Kind.GPS)
    found = of(jxl_codestream() + mp4(international("©xyz", "+48.5-123.25/")))
    assert gps(found) == [("trailer", "yes")]
    assert {Kind.TRAILER, Kind.MOTION_PHOTO} <= kinds(found)
    assert read(in_memory(jxl_codestream()), searches=False).hidden(Kind.GPS)


class _Bits:
    """Bits as JPEG XL packs them."""

    def __init__(self) -> None:
        self.value = self.size = 0

    def put(self, value: int, count: int) -> None:
        self.value |= value << self.size
        self.size += count

    def data(self) -> bytes:
        return self.value.to_bytes(-(-self.size // 8), "little")


def jbrd(markers: list[tuple[int, int, int]], tail: int) -> bytes:
    """Markers with their kind and size; one table, one component, four codes without symbols, one scan."""
    bits = _Bits()
    bits.put(0, 1)
    for marker, _, _ in [*markers, (0xDB, 0, 0), (0xC0, 0, 0), (0xDA, 0, 0), (0xD9, 0, 0)]:
        bits.put(marker - 0xC0, 6)
    for marker, kind, size in markers:
        if marker != 0xFE:
            bits.put(kind if kind < 2 else 2 | (kind - 2) << 2, 2 if kind < 2 else 3)
            bits.put(size - 1, 16)
    for marker, _, size in markers:
        if marker == 0xFE:
            bits.put(size - 1, 16)
    bits.put(0, 2 + 4)  # one table
    bits.put(0, 2 + 2)  # grey: one component
    bits.put(0, 2)  # four codes
    for _ in range(4):
        bits.put(0, 4 + 34)
    bits.put(0, 2 + 20 + 6 + 2)  # a scan
    bits.put(0, 2 + 2)  # no points
    bits.put(1 if tail else 0, 2)
    if tail:
        bits.put(tail - 1, 8)
    bits.put(0, 1)
    return bits.data() + b"compressed"


@pytest.mark.parametrize(
    ("markers", "tail", "hidden"),
    [
        ([(0xE0, 0, 17)], 0, set()),
        ([(0xE0, 0, 17), (0xE1, 2, 500), (0xE1, 3, 500), (0xE2, 1, 600), (0xEE, 0, 15)], 0, set()),
        ([(0xED, 0, 300)], 0, {Kind.GPS, Kind.FREE_TEXT}),
        ([(0xFE, 0, 30)], 0, {Kind.FREE_TEXT}),
        ([], 20, {Kind.GPS, Kind.FREE_TEXT, Kind.TRAILER}),
    ],
)
def test_what_a_jpeg_within_jpeg_xl_may_hide(markers: list[tuple[int, int, int]], tail: int, hidden: set[Kind]) -> None:
    found = of(jxl(box(b"jbrd", jbrd(markers, tail))))
    assert {kind for kind in (Kind.GPS, Kind.FREE_TEXT, Kind.TRAILER) if found.hidden(kind)} == hidden


def test_boxes_of_jpeg_2000() -> None:
    boxes = (
        box(b"uuid", b"JpgTiffExif->JP2", located_tiff()),
        box(b"uuid", XMP_UUID, NO_MINING),
        box(b"uuid", IPTC_UUID, IIM),
        box(b"asoc", box(b"lbl ", b"A label"), box(b"xml ", LOCATED_XMP)),
    )
    for open_end in (False, True):
        found = of(jp2(*boxes, open_end=open_end))
        assert gps(found) == [("exif", "yes"), ("xmp", "yes")]
        assert {Kind.OPT_OUT, Kind.LOCATION_TEXT, Kind.OWNER_NAMES} <= kinds(found)
        assert "A label" in values(found, Kind.FREE_TEXT)
        assert not found.unreadable


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize("told", [False, True])
def test_comments_of_a_codestream_and_what_follows_it(wrapped: bool, told: bool) -> None:
    stream = j2k(comment(b"Kakadu-v8.4"), comment(b"My holidays"), told=told)
    end = JPEG
    found = of(jp2(stream=stream + end, open_end=True) if wrapped else stream + end)
    assert values(found, Kind.SOFTWARE) == ["Kakadu-v8.4"]
    assert values(found, Kind.FREE_TEXT) == ["My holidays"]
    if told:
        assert Kind.TRAILER in kinds(found)
    assert Kind.TRAILER not in kinds(of(jp2(stream=stream, open_end=True) if wrapped else stream))


def test_other_xml_is_said() -> None:
    assert of(jp2(box(b"xml ", b"<gml:Point>48 123</gml:Point>"))).hidden(Kind.GPS)


# Boxes


def test_sizes_of_boxes() -> None:
    udta = box(b"udta", international("©xyz", "+48.5-123.25/"))
    small, large = box(b"moov", udta), box(b"moov", udta, large=True)
    for moov in (small, large, bytes(4) + small[4:]):  # the last one: up to the end
        found = of(ftyp(b"isom") + moov)
        assert gps(found) == [("quicktime", "yes")]
        assert not found.unreadable
    assert of(mp4(b"\0\0\0\4\xa9xyz" + bytes(30), international("©xyz", "+48.5-123.25/"))).hidden(Kind.GPS)
    assert of(ftyp(b"isom") + box(b"moov", udta[:-1])).hidden(Kind.GPS)


def test_padding_is_nothing_and_what_is_in_it_is_found() -> None:
    plain = heif(b"heic", [PICTURE])
    assert not of(plain + box(b"free", bytes(5000))).unreadable
    assert of(plain + box(b"free", bytes(500), located_tiff())).gps_state == "yes"
    assert of(plain + box(b"abcd", bytes(range(200)))).hidden(Kind.GPS)
    assert of(plain + box(b"free", bytes(range(200)))).hidden(Kind.GPS)
    assert not of(plain + box(b"free", b"cdif\x1a\5", bytes(range(200)))).unreadable


def test_many_boxes_and_deep_ones_end() -> None:
    begin = time.process_time()
    of(ftyp(b"isom") + box(b"moov", box(b"edts") * 300_000))
    deep = b""
    for _ in range(2_000):
        deep = box(b"trak", deep)
    of(ftyp(b"isom") + box(b"moov", deep))
    of(ftyp(b"isom") + box(b"free") * 300_000)
    assert time.process_time() - begin < 20


def test_nothing_is_read_that_is_not_wanted() -> None:
    whole = heif(b"heic", [PICTURE, EXIF, mime(NO_MINING)])
    found = read(in_memory(whole, 0), frozenset({Kind.OPT_OUT}))
    assert kinds(found) == {Kind.OPT_OUT}
    assert read(in_memory(whole, 0), frozenset({Kind.TRAILER})).width == 64


# Laws

SAMPLES: dict[str, bytes] = {
    "heic": heif(
        b"heic",
        [PICTURE, PLAIN_EXIF, EXIF, mime(gzip.compress(NO_MINING), coding=b"gzip"), PICTURE, Made(b"iptc", IIM)],
        references=[(b"thmb", 5, (1,))],
        behind=box(b"mpvd", mp4(international("©xyz", "+48.5-123.25/"), international("©ART", "Anna"))),
    ),
    "heic with idat": heif(b"heic", [PICTURE, EXIF._replace(method=1, pieces=3)]),
    "avif": heif(b"avif", [Made(b"av01", b"coded"), mime(NO_MINING), EXIF]),
    "cr3": cr3(
        tiff([text(0x013B, "Anna")]),
        tiff([text(0xA431, "12345")]),
        tiff([text(0x0009, "Berta")]),
        gps_tiff(),
        NO_MINING,
        ctmd((7, timed_piece(0x8769, tiff([text(0xA431, "12345")])))),
    ),
    "mp4": mp4(
        international("©xyz", "+48.5-123.25/"),
        loci("Point Nemo", 48.5, -123.25),
        moov=keyed({"com.apple.quicktime.author": "Anna", "com.apple.quicktime.content.identifier": "1A2B"}),
        created=CREATED,
    ),
    "jxl": jxl(box(b"Exif", b"\0\0\0\0", located_tiff()), box(b"xml ", NO_MINING), box(b"jbrd", jbrd([], 0))),
    "jp2": jp2(
        box(b"uuid", b"JpgTiffExif->JP2", located_tiff()),
        box(b"uuid", IPTC_UUID, IIM),
        stream=j2k(comment(b"My holidays")),
    ),
    "j2k": j2k(comment(b"My holidays")),
}


def boundaries(data: bytes) -> set[int]:
    """Where boxes of the file end: what is cut there is a whole file."""
    source = in_memory(data)
    ends, at = {0}, 0
    while (one := box_at(source, at)) is not None:
        at = one.end
        ends.add(at)
    return ends


@pytest.mark.parametrize("name", SAMPLES)
def test_every_cut_finds_or_says(name: str) -> None:
    whole = SAMPLES[name]
    all_ = kinds(of(whole))
    assert all_
    missed = {}
    for cut in set(range(12, len(whole))) - boundaries(whole):
        found = of(whole[:cut])
        silent = {kind for kind in all_ - kinds(found) if not found.hidden(kind)}
        if silent:
            missed[cut] = silent
    assert not missed


CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"udta", b"iprp", b"ipco", b"ilst", b"mpvd", b"jp2h"}


WHOLE_ANYWAY = {"jp2": {263}, "jxl": {*range(40, 45), 180}}
"""Cuts at which what is left is a whole block: of IIM between two datasets, of EXIF and XMP an empty one."""


def ends(data: bytes, at: int, end: int) -> set[int]:
    """Where a box ends and another may begin, however deep."""
    source = in_memory(data[:end])
    found = {at}
    while at < end and (one := box_at(source, at)) is not None:
        skip = {b"meta": 4 if source.read(one.begin, 4) == bytes(4) else 0, b"uuid": 16}.get(one.kind, 0)
        if skip or one.kind in CONTAINERS or one.kind == b"meta":
            found |= ends(data, one.begin + skip, one.end)
        at = one.end
        found.add(at)
    return found


@pytest.mark.parametrize("name", [name for name in SAMPLES if name != "j2k"])
def test_every_cut_of_a_box_finds_or_says(name: str) -> None:
    """What is cut off of a box of the file is padding then, so that all that follows keeps its place."""
    whole = SAMPLES[name]
    all_ = kinds(of(whole))
    source = in_memory(whole)
    known = ends(whole, 0, len(whole)) | WHOLE_ANYWAY.get(name, set())
    missed = {}
    at = 0
    while (top := box_at(source, at)) is not None:
        for cut in set() if top.kind == b"mdat" else set(range(top.begin, top.end - 8)) - known:
            size = (cut - top.at).to_bytes(4, "big")
            padding = box(b"free", bytes(top.end - cut - 8))
            found = of(whole[:at] + size + whole[at + 4 : cut] + padding + whole[top.end :])
            silent = {kind for kind in all_ - kinds(found) if not found.hidden(kind)}
            if silent:
                missed[top.kind, cut] = silent
        at = top.end
    assert not missed


@pytest.mark.parametrize("name", SAMPLES)
def test_mutations_end_in_time_and_without_an_error(name: str) -> None:
    chance = random.Random(name)  # noqa: S311
    whole = SAMPLES[name]
    worst = 0.0
    for _ in range(400):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(8, len(data) - 4)
            change = chance.choice((bytes(1), b"\xff", b"\xff\xff\xff\xff", bytes(4), chance.randbytes(1), b"\0\0\0\1"))
            data[at : at + len(change)] = change
        begin = time.process_time()
        reading = Reading(EVERYTHING)
        with contextlib.suppress(TooMuch):
            bmff.read(reading, in_memory(bytes(data), 0))
        worst = max(worst, time.process_time() - begin)
    assert worst < 1


@pytest.mark.parametrize("name", SAMPLES)
def test_reading_by_pieces_finds_the_same(name: str, tmp_path: Path) -> None:
    whole = SAMPLES[name]
    path = tmp_path / "file"
    path.write_bytes(whole)
    expected = of(whole)
    with path.open("rb") as file:
        for size in (16, 30, 100, 333, 1000, 4096):
            source = FileSource(file.fileno(), whole[:size], len(whole))
            assert read(source) == expected


def test_names_in_boxes_do_not_come_from_the_file() -> None:
    odd = box(b"EVIL", b"a secret name" * 20)
    found = of(mp4(odd, moov=odd) + odd)
    told = [one.where for one in found.findings] + [one.where for one in found.unreadable]
    assert told
    assert not any("EVIL" in one or "secret" in one for one in told)


def test_harmless_boxes_are_four_bytes() -> None:
    assert all(len(kind) == 4 for kind in HARMLESS)


# Real files

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the collection of real files is not at {DATA}")


def real(name: str) -> ImageMetadata:
    with (DATA / name).open("rb") as file:
        return read(FileSource.of(file.fileno()))


@needs_data
@pytest.mark.parametrize(
    ("name", "format_", "size"),
    [
        ("gps_ifd_without_coords-avif.avif", "avif", (5472, 3648)),
        ("malformed-avif.avif", "avif", (128, 64)),
        ("malformed-heic.hif", "heic", (5472, 3648)),
        ("malformed-jp2.j2k", "jp2", (32, 32)),
        ("neg-avif.avif", "avif", (1, 1)),
        ("neg-jp2.jp2", "jp2", (320, 240)),
        ("neg_with_exif-avif.avif", "avif", (150, 150)),
        ("owner-jp2-exif.jp2", "jp2", (320, 211)),
        ("serial-heic-exif.heic", "heic", (1500, 1000)),
    ],
)
def test_real_formats_and_sizes(name: str, format_: str, size: tuple[int, int]) -> None:
    found = real(name)
    assert (found.format, (found.width, found.height)) == (format_, size)


@needs_data
@pytest.mark.parametrize("name", ["owner-avif-xmp.avif", "serial-heic-exif.heic", "owner-raw-exif.cr3"])
def test_real_coordinates(name: str) -> None:
    assert gps(real(name)) == [("exif", "yes")]


@needs_data
@pytest.mark.parametrize("name", ["neg-avif.avif", "neg-jp2.jp2", "neg_with_exif-heic.heic", "malformed-avif.avif"])
def test_real_files_with_nothing_tell_nothing(name: str) -> None:
    personal = {
        Kind.GPS, Kind.LOCATION_TEXT, Kind.SERIAL_NUMBERS, Kind.OWNER_NAMES, Kind.PERSON_NAMES, Kind.CONTACT,
        Kind.FREE_TEXT,
    }  # fmt: skip
    found = real(name)
    assert not kinds(found) & personal
    assert not any(found.hidden(kind) for kind in personal)
