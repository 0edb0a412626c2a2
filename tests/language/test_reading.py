"""Cells of a manifest are read as the plain model reads them, whatever Arrow type they come in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facelint.columns import from_python, read
from facelint.values import BOOLEAN, DATE, INTEGER, LIST, NUMBER, TEXT, FactType, enum, list_of

from .model import BAD, BLANK, State, plain_read
from .tables import states_of

TYPES: dict[str, FactType] = {
    "text": TEXT, "integer": INTEGER, "number": NUMBER, "boolean": BOOLEAN, "date": DATE, "list": LIST,
}  # fmt: skip

TELLING: dict[str, Sequence[str]] = {
    "text": ("a", "Caf\u00e9", "cafe\u0301", "NaN", "None", "0", "\u00a0x\u2003", "a\0b", "\u202ex", "\U0001f600", "-"),
    "integer": ("14", "14.0", "14.", "14.5", "+3", "-0", "1e3", "007", "9223372036854775807", "9223372036854775808",
                "-9223372036854775808", "1_000", "1,000", "\u0661", "\uff11", "0x10", "--1", "."),
    "number": ("1", "1.", ".5", "-.5", "1e3", "1E-38", "1e-39", "0e999", "1e24", "1e25", "-1e25", "0.1", "1_0", "1,5",
               "inf", "-Infinity", "nan", "+-1", "1e", "e1", "\u0661", "9999999999999999999999999.9", "1e+2"),
    "boolean": ("true", "TRUE", "Yes", "no", "0", "1", "1.0", "on", "off", "t", "y", "False", "falsch"),
    "date": ("2024-02-29", "2023-02-29", "2024-02-30", "2024-13-01", "0000-01-01", "0001-01-01", "9999-12-31",
             "2024-1-1", "20240101", "2024-01-01T00:00:00", "2024-01-01 23:59:59.123456789+08:00", "2024-01-01T24:00",
             "2024-01-01T12:00Z", "2024-01-01T12:00:00+0530", "2024-01-01T", "2024-01-01 ", "2024-01-01X", "01/02/2024",
             "2024-01-01T12:60", "2024-01-01T23:59:60", "2024-01-01T10:00:00-05", "2024/01/01", "-024-01-01",
             "\u0662024-01-01", "2023-02-29T10:00:00Z", "2024-01-01T10", "12024-01-01"),
    "list": ("a;b", " a ; ;b ", ";", "[]",
             '["a", "b;c"]', '["a", null, true, 1, 1.50, NaN]', '["a", ["b"]]', '[{"a": 1}]',
             "[a;b]", '["a"', "[", "[[[[", '["\\ud800"]', '["\\ud83d\\ude00"]', '["cafe\\u0301"]', "[null]", '[" "]',
             '{"a": 1}', '"a"', "a", "null;a", '["nan"]'),
}  # fmt: skip
BLANKS = ("", " ", "\t\n", "nan", "NaN", "NULL", "null", "N/A", "#N/A", "\u3000")


def cells(kind: str) -> st.SearchStrategy[str | None]:
    """Cells that are hard to read, some that are random, some with space about them."""
    telling = st.sampled_from((*TELLING[kind], *BLANKS))
    padded = st.builds(
        "{}{}{}".format, st.sampled_from(("", " ", "\u00a0", "\t")), telling, st.sampled_from(("", "\n"))
    )
    alphabet = st.sampled_from('0123456789+-.eE:TZ;[]", \u00e9')
    return st.one_of(telling, padded, st.text(alphabet, max_size=24), st.text(max_size=6), st.none())


@pytest.mark.parametrize("kind", TYPES)
def test_cells_that_are_hard_to_read(kind: str) -> None:
    for text in (*TELLING[kind], *BLANKS):
        assert states_of(read(pa.array([text]), TYPES[kind])) == [plain_read(text, kind)], text


@pytest.mark.parametrize("kind", TYPES)
@given(data=st.data())
def test_text_is_read_by_the_type_of_its_fact(kind: str, data: st.DataObject) -> None:
    texts = data.draw(st.lists(cells(kind), max_size=12))
    raw = data.draw(st.sampled_from((pa.array(texts, pa.string()), pa.array(texts, pa.string()).dictionary_encode())))
    assert states_of(read(raw, TYPES[kind])) == [plain_read(text, kind) for text in texts]


@given(
    st.lists(st.one_of(st.sampled_from(("north", "North", " north ", "other:", "other:x", "other: ", "")), st.none()))
)
def test_values_outside_a_set_are_not_of_its_type(texts: list[str | None]) -> None:
    closed = [plain_read(text, "enum", ("north", "south")) for text in texts]
    assert states_of(read(pa.array(texts, pa.string()), enum("north", "south"))) == closed
    opened: list[State] = [
        ("value", "other:x") if text == "other:x" else one for text, one in zip(texts, closed, strict=True)
    ]
    assert states_of(read(pa.array(texts, pa.string()), enum("north", "south", open=True))) == opened


@given(st.lists(st.lists(st.sampled_from(("north", "south", "", "east", "other:a")), max_size=3)))
def test_one_member_outside_its_set_makes_a_list_not_of_its_type(rows: list[list[str]]) -> None:
    raw = pa.array([";".join(row) for row in rows], pa.string())
    assert states_of(read(raw, list_of("north", "south"))) == [
        plain_read(";".join(row), "list", ("north", "south")) for row in rows
    ]
    lists = pa.array(rows, pa.list_(pa.string()))
    assert states_of(read(lists, list_of("north", "south"))) == states_of(read(raw, list_of("north", "south")))


@pytest.mark.parametrize("kind", TYPES)
def test_arrays_of_other_types_are_read_as_their_text(kind: str) -> None:
    moment = datetime(2024, 2, 29, 23, 59, 59, 120000, UTC)
    arrays = [
        pa.array([14, None, -2]),
        pa.array([14.0, 0.5, None, float("nan"), float("inf"), 1e300, -0.0]),
        pa.array([True, None, False]),
        pa.array([date(2024, 2, 29), None]),
        pa.array([moment, None], pa.timestamp("ms", "UTC")),
        pa.array([moment.replace(tzinfo=None)], pa.timestamp("us")),
        pa.array([Decimal("1.50"), None]),
        pa.array([None, None]),
    ]
    for array in arrays:
        texts = array.cast(pa.string()).to_pylist()
        assert states_of(read(array, TYPES[kind])) == [plain_read(text, kind) for text in texts]


lists = st.lists(st.sampled_from(("a", "b", "a; b", ";", "[", '["a', 'b"]', '"')), min_size=1, max_size=3).map(tuple)


@given(lists, lists)
def test_different_lists_have_different_texts(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    texts = from_python(LIST, [one, other]).texts().to_pylist()
    assert (texts[0] == texts[1]) is (one == other)


def test_what_is_no_list_is_never_one() -> None:
    assert states_of(read(pa.array([["a"], None]), TEXT)) == [BAD, BLANK]
    assert states_of(read(pa.array([b"\xff", None]), TEXT)) == [BAD, BLANK]
