"""Personal data in a manifest's columns: what counts, what does not, and that nothing hangs or depends on the cut."""

from __future__ import annotations

import string
import time
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facelint.columns import Column
from facelint.facts import CONSENT_FACTS, RECORD_FACTS
from facelint.files import Root
from facelint.personal import KINDS, holds_personal, search
from facelint.personal import detector as detectors
from facelint.personal.headers import hints
from facelint.personal.national_ids import DISTINCTIVE, IN_ITS_COLUMN
from facelint.personal.search import _DETECTORS, _SCREEN, _SLIGHT, _matching
from facelint.plan import Ask
from facelint.probes import Context
from facelint.probes.pii import FACTS, PROBE, WITHHELD, kinds_in, searched

CHINA = "11010519491231002X"
"""The example of GB 11643."""


def kinds(text: str, header: str = "note") -> set[str]:
    return kinds_of(pa.array([text]), header)


def kinds_of(column: pa.Array, header: str = "note") -> set[str]:
    found = search(header, column)
    assert found.unsure is None
    return {kind for at, kind in enumerate(KINDS) if any(bits >> at & 1 for bits in found.bits.tolist())}


def cells(column: Column) -> list[list[str] | None]:
    return list(column.plain().to_pylist())


@pytest.mark.parametrize(
    ("text", "header", "kind"),
    [
        (CHINA, "note", "national_id"),
        (CHINA.lower(), "subject_id", "national_id"),
        (f"img/张三_{CHINA}.jpg", "path", "national_id"),
        ("１１０１０５１９４９１２３１００２Ｘ", "note", "national_id"),
        ("441900197001010010", "note", "national_id"),  # Dongguan, 1988 to now: its people were born before
        ("830000199001010012", "note", "national_id"),
        ("110105491231002", "身份证号", "national_id"),
        ("SSN 536-90-1399", "note", "national_id"),
        ("536901399", "ssn", "national_id"),
        ("536901399.0", "social_security", "national_id"),
        ("A123456(3)", "note", "national_id"),
        ("A123456789", "national_id", "national_id"),
        ("111222333", "bsn", "national_id"),
        ("390.533.447-05", "note", "national_id"),
        ("RCCMNL83S18D969H", "note", "national_id"),
        ("+86 138 1234 5678", "note", "phone"),
        ("img/+8613812345678.jpg", "path", "phone"),
        ("call +1 (415) 555-2671 2023-01-02", "note", "phone"),
        ("138-1234-5678", "note", "phone"),
        ("张三_138-1234-5678.jpg", "note", "phone"),
        ("联系 13812345678 王先生", "note", "phone"),
        ("手机：13812345678", "note", "phone"),
        ("１３８１２３４５６７８", "note", "phone"),
        ('{"phone": "13812345678"}', "meta", "phone"),
        ("13812345678", "col7", "phone"),
        ("(415) 555-2671", "note", "phone"),
        ("415-555-2671", "note", "phone"),
        ("010-82345678", "note", "phone"),
        ("5552671", "Phone Number", "phone"),
        ("13812345678.0", "手机", "phone"),
        ("ann@example.com", "note", "email"),
        ("(Ann <ann.o-k@uni-bonn.de>)", "note", "email"),
        ("https://x.example/?m=ann%40example.com", "source_url", "email"),
        ("ann＠example.com", "note", "email"),
        ("用户@例子.公司", "note", "email"),
        ("39.9042, 116.4074", "note", "coordinates"),
        ("(116.4074,39.9042)", "note", "coordinates"),
        ("taken at -33.8688, 151.2093.", "note", "coordinates"),
        ("POINT (116.4074 39.9042)", "note", "coordinates"),
        ("39°54'15\"N 116°24'27\"E", "note", "coordinates"),
        ("39 deg 54' 15.00\" N", "note", "coordinates"),
        ("北纬39度54分", "note", "coordinates"),
        ("39.9042° N, 116.4074° E", "note", "coordinates"),
        ("geo:39.9,116.4", "note", "coordinates"),
        ("+39.9042+116.4074+043.5/", "note", "coordinates"),
        ("https://www.google.com/maps/@39.9042,116.4074,17z", "source_url", "coordinates"),
        ("https://maps.example/?ll=39.90%2C116.40", "source_url", "coordinates"),
        ("lat=39.9042&lng=116.4074", "note", "coordinates"),
        ("39.9", "lat", "coordinates"),
        ("[39, 54, 15.2]", "GPSLatitude", "coordinates"),
        ("116.4", "经度", "coordinates"),
        ("39.9,116.4", "gps", "coordinates"),
        ('{"GPSInfo": {"GPSLatitude": [[39, 1], [54, 1], [15, 1]]}}', "exif", "coordinates"),
        ("{'GPSInfo': {1: 'N', 2: (39.0, 54.0, 15.2), 3: 'E'}}", "exif", "coordinates"),
        ('{"0th": {}, "GPS": {"1": "N", "2": [[39, 1], [54, 1], [15, 1]]}}', "exif", "coordinates"),
        ('{"GPSLatitude": "", "GPSLongitude": 9.5}', "exif", "coordinates"),
        ('"{\\"a\\": {\\"EXIF:GPSLatitude\\": \\"39.5\\"}}"', "exif", "coordinates"),
        ("<exif:GPSLatitude>39,54.25N</exif:GPSLatitude>", "xmp", "coordinates"),
        ("GPS Position : 39 deg 54' 15.00\" N", "exif", "coordinates"),
        ("张三", "姓名", "person_name"),
        ("Ann", "First Name", "person_name"),
        ("Ann", "fullName", "person_name"),
    ],
)
def test_counts(text: str, header: str, kind: str) -> None:
    assert kinds(text, header) == {kind}


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("110105194912310004", "note"),
        ("999999194912310029", "note"),
        ("536901399", "record_id"),
        ("20230102123456", "note"),
        ("1672650000000", "note"),
        ("2023-01-02T10:11:12.123456+08:00", "captured"),
        ("a3f5" * 16, "sha256"),
        ("13812345678" * 4, "note"),
        ("img/13812345678.jpg", "path"),
        ("13812345678.jpg", "col7"),
        ("https://www.flickr.com/photos/12345678@N00/15812345678/", "source_url"),
        ("15812345678", "flickr_id"),
        ("15812345678", "subject_id"),
        ('{"photo_id": 15812345678}', "meta"),
        ("order no. 13812345678", "note"),
        ("SKU-415-555-2671", "note"),
        ("4155-552-671", "note"),
        ("A13812345678", "note"),
        ("12345678", "phone_model"),
        ("0000000", "phone"),
        ("false", "gps"),
        ("0,0", "gps"),
        ("2023:01:02", "GPSDateStamp"),
        ("0.0", "lat"),
        ("-1", "lon"),
        ("91.5", "latitude"),
        ("0.123, 0.456", "note"),
        ("12.345, 56.789", "gaze"),
        ("12.345, 56.789, 23.456", "note"),
        ("[[12.345, 56.789], [22.345, 66.789]]", "note"),
        ('{"bbox": [12.345, 56.789]}', "meta"),
        ("1.234.5678, 2.345", "note"),
        ("37.5°", "note"),
        ('{"GPSInfo": {}, "Model": "X100"}', "exif"),
        ('{"GPSInfo": 1234}', "exif"),
        ('{"GPSLatitude": [[0, 1], [0, 1], [0, 1]], "x": 5}', "exif"),
        ('{"GPSLatitude": "0 deg 0\' 0.00\\"", "Model": "X100"}', "exif"),
        ("{'GPSInfo': {0: b'\\x02\\x03\\x00\\x00'}}", "exif"),
        ("logo@2x.png", "note"),
        ("git@github.com:owner/repository.git", "note"),
        ("https://medium.com/@ann/post.html", "source_url"),
        ("@ann", "note"),
        ("studio 7", "nickname"),
        ("N/A", "name"),
        ("studio 7", "source_name"),
        ("", "phone"),
    ],
)
def test_does_not_count(text: str, header: str) -> None:
    assert kinds(text, header) == set()


def test_every_check_of_an_id_is_there() -> None:
    assert len([check("123456789") for check in IN_ITS_COLUMN]) == len(IN_ITS_COLUMN)
    assert len([check for _, check in DISTINCTIVE.values()]) == len(DISTINCTIVE)


@pytest.mark.parametrize(
    ("column", "header", "expected"),
    [
        (pa.array([13812345678, None]), "col7", {"phone"}),
        (pa.array([13812345678.0, None]), "col7", {"phone"}),
        (pa.array([110105194912310003]), "x", {"national_id"}),
        (pa.array([5552671], pa.int32()), "phone", {"phone"}),
        (pa.array([39.9042, float("nan")]), "latitude", {"coordinates"}),
        (pa.array([[39.9, 116.4]]), "gps", {"coordinates"}),
        (pa.array([[0.1] * 512]), "embedding", set()),
        (pa.array([["x", "ann@example.com"], None, []]), "tags", {"email"}),
        (pa.array([{"GPSLatitude": 39.9, "Make": "x"}, None]), "exif", {"coordinates"}),
        (pa.array([[{"to": "ann@example.com"}], None]), "x", {"email"}),
        (pa.array([[("to", "ann@example.com")]], pa.map_(pa.string(), pa.string())), "x", {"email"}),
        (pa.array(["ann@example.com", None, "x"]).dictionary_encode(), "x", {"email"}),
        (pa.array(["ann@example.com"], pa.large_string()), "x", {"email"}),
        (pa.array(["ann@example.com"], pa.string_view()), "x", {"email"}),
        (pa.array([b"ann@example.com"]), "x", set()),
        (pa.array([date(2023, 1, 2)]), "name", {"person_name"}),
        (pa.array([True, None]), "gps", set()),
        (pa.nulls(2), "phone", set()),
        (pa.array([], pa.string()), "phone", set()),
    ],
)
def test_columns_of_every_type(column: pa.Array, header: str, expected: set[str]) -> None:
    assert kinds_of(column, header) == expected


def test_the_row_of_a_member_is_its_record() -> None:
    column = pa.array([None, ["x"], [], ["x", "ann@example.com"]])
    assert [bool(bits) for bits in search("tags", column).bits] == [False, False, False, True]


def ask(columns: dict[str, list[str | None]], broken: list[str | None] | None = None) -> Ask:
    length = len(next(iter(columns.values()), []))
    raw = {name: pa.array(values, pa.string()) for name, values in columns.items()}
    return Ask(length, raw, None if broken is None else pa.array(broken, pa.string()), {})


def look(asked: Ask, tmp_path: Path) -> tuple[Column, Column]:
    context = Context(date(2026, 1, 1), date(2026, 1, 1), Root.of(tmp_path))
    found = PROBE.look(asked, {fact.name: fact for fact in FACTS}, context)
    return found["pii.kinds"], found["pii.in"]


def test_kinds_and_columns_of_each_record(tmp_path: Path) -> None:
    found, where = look(
        ask({"path": [f"{CHINA}.jpg", "a.jpg", "b.jpg"], "note": ["ann@example.com", "", "+8613812345678"]}), tmp_path
    )
    assert cells(found) == [["national_id", "email"], None, ["phone"]]
    assert cells(where) == [["note", "path"], None, ["note"]]


def test_a_broken_record_is_unknown(tmp_path: Path) -> None:
    for column in look(ask({"note": ["ann@example.com", None]}, [None, "not valid UTF-8"]), tmp_path):
        assert column.reasons().to_pylist() == [None, "not valid UTF-8"]


def test_no_columns_hold_nothing(tmp_path: Path) -> None:
    assert cells(look(Ask(2, {}, None, {}), tmp_path)[0]) == [None, None]


def test_names_are_told_by_columns_outside_the_vocabulary(tmp_path: Path) -> None:
    found, where = look(ask({"name": ["Ann"], "source_name": ["Ann"], "identity": ["Ann"]}), tmp_path)
    assert (cells(found), cells(where)) == ([["person_name"]], [["name"]])


def test_values_of_a_narrow_type_hold_nothing_and_others_are_searched(tmp_path: Path) -> None:
    found, where = look(ask({"price": ["13812345678", "ann@example.com"], "face_count": ["13812345678", ""]}), tmp_path)
    assert (cells(found), cells(where)) == ([None, ["email"]], [None, ["price"]])


def test_a_header_that_is_personal_is_not_shown(tmp_path: Path) -> None:
    _, where = look(ask({"ann@example.com": ["bob@example.com"], "+8613812345678": ["+8613812345679"]}), tmp_path)
    assert cells(where) == [[WITHHELD]]


def test_a_registry_is_searched_but_for_the_organisation() -> None:
    columns = {
        "consent.controller_contact": pa.array(["dpo@example.com", "dpo@example.com"]),
        "consent.withdrawal_method": pa.array(["stop@example.com", ""]),
        "consent.subject_id": pa.array(["s-1", CHINA]),
        "name": pa.array(["", "Ann"]),
    }
    assert cells(kinds_in(columns, 2, CONSENT_FACTS)) == [None, ["national_id", "person_name"]]


def test_holds_personal_is_for_any_text() -> None:
    texts = pa.array([CHINA, "ann@example.com", "39.9042, 116.4074", "+8613812345678", "a.jpg", None])
    assert holds_personal(texts).to_pylist() == [True, True, True, True, False, False]


def test_more_candidates_than_are_examined_leave_the_record_unknown(tmp_path: Path) -> None:
    many = "+1000000 , " * (detectors.MOST + 1)
    found, where = look(ask({"note": [many, "ann@example.com"]}), tmp_path)
    for column in (found, where):
        reason, none = column.reasons().to_pylist()
        assert none is None
        assert "more than 1,000" in reason
        assert "0000" not in reason
    assert holds_personal(pa.array([many])).to_pylist() == [True]


def test_a_check_that_raises_leaves_the_record_unknown() -> None:
    def raises(_: str) -> bool:
        raise ZeroDivisionError(CHINA)

    with pytest.raises(detectors.Unsure) as caught:
        detectors.any_good("a national id", [CHINA], raises)
    assert str(caught.value) == "a check of what looks like a national id failed (ZeroDivisionError)"


HOSTILE = (
    "a", "1", "@", "a@", "a.", "+1 ", "1.0000, ", "1.000 ", "(", "39°", "N39°54'", "GPS:{", "GPSLatitude:",
           "lat:1.00,", "\\", "１", "000-12-3456 ", "12 345 678 901 ", " ", "é", "\x1b[31m", "\u202e")  # fmt: skip


@pytest.mark.parametrize("header", ["note", "phone", "ssn", "gps"])
def test_time_is_linear_in_a_hostile_cell(header: str) -> None:
    """Half a microsecond a byte at most; the bound is for machines that are busy."""
    size = 200_000
    started = time.perf_counter()
    for unit in HOSTILE:
        search(header, pa.array([(unit * (size // len(unit) + 1))[:size]]))
    assert time.perf_counter() - started < len(HOSTILE) * size * 10e-6


def test_a_needle_in_ten_megabytes_is_found() -> None:
    assert kinds("x" * 10_000_000 + " ann@example.com") == {"email"}


def test_five_thousand_columns() -> None:
    columns = {f"column {i}": pa.array(["x", "ann@example.com" if i % 10 == 0 else "0.12"]) for i in range(5000)}
    assert [len(cell or ()) for cell in cells(searched(columns, 2, RECORD_FACTS).where)] == [0, 500]


PIECES = st.sampled_from(
    [CHINA, "13812345678", "138-1234-5678", "+8613812345678", "536-90-1399", "(415) 555-2671", "ann@example.com",
     "39.9042,116.4074", "39.9042", "39°54'", "N", "GPSLatitude: ", "lat=", "lng=", "geo:1,2", "１３８", "=cmd()",
     "\x1b[0m", "\u202e", "0", "a", " ", ",", "_", "/", "{", '"', "°", "@", ".", "\n"]
)  # fmt: skip
TEXTS = st.one_of(st.none(), st.text(max_size=30), st.lists(PIECES, max_size=6).map("".join))
HEADERS = st.sampled_from(["note", "phone", "ssn", "lat", "gps", "name", "subject_id", "captured_at", "exif"])


@given(st.lists(TEXTS, min_size=1, max_size=20), HEADERS, st.integers(0, 20))
@settings(max_examples=150, deadline=None)
def test_answers_do_not_depend_on_the_cut(texts: list[str | None], header: str, at: int) -> None:
    column = pa.array(texts, pa.string())
    whole = cells(searched({header: column}, len(texts), RECORD_FACTS).kinds)
    parts = [column.slice(0, at), column.slice(at)]
    assert whole == [cell for part in parts for cell in cells(searched({header: part}, len(part), RECORD_FACTS).kinds)]
    repeated = pa.concat_arrays([column] * 100)
    assert cells(searched({header: repeated}, len(repeated), RECORD_FACTS).kinds) == whole * 100


@given(st.text(alphabet=string.digits + "Xx -./()+", min_size=6, max_size=25), HEADERS)
@settings(max_examples=500, deadline=None)
def test_no_number_raises(text: str, header: str) -> None:
    assert search(header, pa.array([text])).unsure is None


@given(st.lists(PIECES, max_size=6).map("".join), HEADERS)
@settings(max_examples=1000, deadline=None)
def test_the_screen_lets_through_whatever_a_close_look_finds(text: str, header: str) -> None:
    texts = pa.array([text])
    for one in _DETECTORS:
        if one.screen and one.holds(text, hints(header)):
            assert _matching(texts, one.screen)[0]
            assert _matching(texts, _SCREEN)[0]
            assert _matching(texts, _SLIGHT)[0]
