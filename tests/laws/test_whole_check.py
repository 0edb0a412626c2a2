"""The whole check over again, row by row and without Arrow: files in, answers out, and both agree."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from language.model import BAD, BLANK, UNKNOWN, Plain, State, Structure, Thing, Truth, both, plain_read
from language.strategies import LANGUAGE, rules
from language.tables import load

from facelint import probes
from facelint.facts import CONSENT_STATES, LAWFUL_BASES
from facelint.formats.json import shape
from facelint.records import open_dataset
from facelint.run import Options, check

from .cases import AS_OF, FACTS, REDACTOR
from .datasets import Cell, Sheet

MEMBERS = {"lawful_basis": LAWFUL_BASES}
WHOLE = replace(
    LANGUAGE,
    types={**LANGUAGE.types, "consent.found": "boolean", "consent.active": "boolean", "consent.status": "enum"},
)
ON_CONSENTS: list[dict[str, Structure]] = [
    {"require": {"consent.found": "true"}},
    {"when": {"not": {"synthetic": "true"}}, "require": {"consent.active": "true"}},
    {"require": {"consent.status": ["given", "renewed"]}},
    {"require": {"consent.status": "absent"}},
]

_CELLS: Mapping[str, tuple[Cell, ...]] = {
    "text": ("a", " ab ", "consent", "cafe\u0301", "", "N/A", "012"),
    "enum": ("consent", "research", " contract", "odd", ""),
    "integer": ("14", "14.0", "-2", "3.5", "", "NaN", "1e3"),
    "number": ("0.2", "1e-1", "3", ".5", "1,5", "", "null"),
    "boolean": ("true", "NO", "1", "maybe", ""),
    "date": ("2024-02-29", "2023-02-30", "2025-01-31T10:00:00+08:00", "31.1.2024", ""),
    "list": ("a;b", '["a", "ab"]', "NO", ";", ""),
}
_IDS = ("c1", "c2", " c1", "c9", "")


def _column(fact: str) -> st.SearchStrategy[Cell]:
    if fact == "consent_id":
        return st.sampled_from(_IDS)
    return st.sampled_from(("s1", "s2", "") if fact == "subject_id" else _CELLS[LANGUAGE.types[fact]])


@st.composite
def sheets(draw: st.DrawFn, columns: Mapping[str, st.SearchStrategy[Cell]], always: Sequence[str]) -> Sheet:
    """Rows under some of the columns."""
    left = draw(st.lists(st.sampled_from([name for name in columns if name not in always]), unique=True))
    header = [*always, *left]
    rows = draw(st.lists(st.tuples(*(columns[name] for name in header)), max_size=7))
    return Sheet(header, [list(row) for row in rows], draw(st.sampled_from(("csv", "jsonl", "parquet"))))


_PATHS = st.sampled_from(("a.jpg", "b.jpg"))
RECORDS = sheets({"path": _PATHS, **{f: _column(f) for f in (*FACTS, "consent_id", "subject_id")}}, ["path"])
CONSENTS = sheets(
    {
        "consent_id": st.sampled_from(("c1", "c2", "c1 ", "c3")),
        "status": st.sampled_from(("given", "renewed", "withdrawn", "odd", "")),
        "given_at": st.sampled_from(("2026-11-22", "2026-11-23", "2023-02-30", "")),
        "valid_until": st.sampled_from(("2026-11-22", "2026-11-21", "never", "")),
        "subject_id": st.sampled_from(("s1", "s2", "")),
    },
    ["consent_id"],
)


@given(RECORDS, st.one_of(st.none(), CONSENTS), st.booleans(), st.lists(rules(FACTS), max_size=4))
def test_the_whole_check_answers_as_the_model(
    records: Sheet, consents: Sheet | None, priced: bool, drawn: list[dict[str, Structure]]
) -> None:
    asked = [*drawn, *ON_CONSENTS]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        records.write(folder, "metadata")
        config = "card: {price_per_image: 0.2}\n" if priced else "card: {}\n"
        config += f"consents: {consents.write(folder, 'consents').name}\n" if consents else ""
        (folder / "facelint.yaml").write_text(config, encoding="utf-8")
        dataset = open_dataset(folder, probes.vocabulary())
        told = shape(check(dataset, load(asked), Options(AS_OF, REDACTOR)))["rules"]
    things = [thing(dict(zip(records.header, row, strict=True)), consents, priced) for row in records.rows]
    for rule, answered in zip(asked, told, strict=True):
        counted = Counter[str](WHOLE.answers(rule, things))
        assert {word: n for word, n in answered["answers"].items() if n} == counted, (rule, things)


def thing(row: Mapping[str, Cell], consents: Sheet | None, priced: bool) -> Thing:
    """What is known of a record: each cell by the type of its fact, the card's price where it states none."""
    states = {f: plain_read(row[f], LANGUAGE.types[f], MEMBERS.get(f, ())) if f in row else BAD for f in FACTS}
    if "price" not in row or states["price"] == BLANK:
        states["price"] = plain_read("0.2", "number") if priced else BAD
    return {**states, **joined(row, consents)}


def joined(row: Mapping[str, Cell], consents: Sheet | None) -> Thing:
    """What the registry says of the record's consent."""
    no: State = ("value", False)
    own = plain_read(row.get("consent_id"), "text")
    found = [dict(zip(consents.header, r, strict=True)) for r in consents.rows] if consents else []
    found = [one for one in found if own != BLANK and plain_read(one["consent_id"], "text") == own]
    if not found:
        return {"consent.found": no, "consent.active": no, "consent.status": BLANK}
    if len(found) > 1:
        return {"consent.found": no, "consent.active": UNKNOWN, "consent.status": UNKNOWN}
    (consent,) = found

    def stated(name: str, kind: str, members: Sequence[str] = ()) -> State:
        return plain_read(consent[name], kind, members) if name in consent else BAD

    status, until = stated("status", "enum", CONSENT_STATES), stated("valid_until", "date")
    theirs, ours = stated("subject_id", "text"), plain_read(row.get("subject_id"), "text")
    active = both(
        [
            _test(status, lambda value: value in ("given", "renewed")),
            _test(stated("given_at", "date"), lambda value: str(value) <= AS_OF.isoformat()),
            until == BLANK or _test(until, lambda value: str(value) >= AS_OF.isoformat()),
            theirs[0] != "value" or ours[0] != "value" or theirs == ours,
        ]
    )
    return {
        "consent.found": ("value", True),
        "consent.active": UNKNOWN if active is None else ("value", active),
        "consent.status": status,
    }


def _test(state: State, good: Callable[[Plain], bool]) -> Truth:
    if state[0] != "value":
        return False if state == BLANK else None
    return good(state[1])
