"""Laws 1 and 2 with waivers: parts give the whole, the ledger closes, and nothing changes but what is waived."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from laws.cases import AS_OF, MAX_THINGS, Case, cases, concluded, digest, judged, report, text
from laws.test_ledger import total
from laws.test_parts_and_whole import cut, merged

from facelint.formats.json import shape
from facelint.judge import Outcome, merge
from facelint.policy import Answer, Place
from facelint.waivers import RULE, Line, Waiver

Row = dict[str, Any]

LINES = st.one_of(
    st.builds(Line, st.integers(0, 7).map(digest), st.sampled_from(("one", "two", "four", None))),
    st.builds(Line, st.none(), st.sampled_from(("one", "t*", "?ne", "*ee", "no", None))),
)


@st.composite
def waived(draw: st.DrawFn) -> Case:
    """A case with waivers of its rules, and of one that it does not have."""
    case = draw(cases())
    entries = st.builds(
        lambda rule, lines, days, line: Waiver(
            rule, tuple(dict.fromkeys(lines)), "o", "a", "r", AS_OF + timedelta(days=days), Place("w.yaml", line, 3)
        ),
        st.sampled_from([*(rule.id for rule in case.policy.rules), "other/rule"]),
        st.lists(LINES, min_size=1, max_size=4),
        st.integers(-1, 1),
        st.integers(1, 99),
    )
    return replace(case, waivers=tuple(draw(st.lists(entries, min_size=1, max_size=5))))


def whole(case: Case) -> Outcome:
    at = range(len(case.things))
    return merge(judged(case, at[: case.first]), judged(case, at[case.first :]))


def rows(case: Case) -> list[Row]:
    """Every finding, without the digest, which no report shows."""
    return concluded(case, whole(case)).found.drop_columns(["digest"]).to_pylist()  # type: ignore[no-any-return]


@given(st.data(), waived(), st.integers(0, 7))
def test_parts_give_the_whole(data: st.DataObject, case: Case, limit: int) -> None:
    expected = text(case, whole(case), limit)
    order = data.draw(st.permutations(range(len(case.things))))
    parts = [judged(case, part) for part in data.draw(cut([i for i in order if i < case.first]))]
    parts += [judged(case, part) for part in data.draw(cut([i for i in order if i >= case.first]))]
    assert text(case, data.draw(merged(parts, limit)), limit) == expected


@given(waived())
def test_failures_that_a_waiver_names_are_waived_and_nothing_else_changes(case: Case) -> None:
    plain = replace(case, waivers=())
    before, after = rows(plain), rows(case)
    own = len(case.policy.rules)
    expected = [expectation(case, row) for row in before]
    assert sorted(map(repr, expected)) == sorted(repr(row) for row in after if row["rule"] != own)

    told, without = shape(report(case, whole(case), 1000)), shape(report(plain, whole(plain), 1000))
    assert [rule["id"] for rule in told["rules"]] == [*(rule["id"] for rule in without["rules"]), RULE.id]
    for index, (rule, was) in enumerate(zip(told["rules"], without["rules"], strict=False)):
        n = sum(row["rule"] == index and row["answer"] == Answer.WAIVED for row in expected)
        answers = {**was["answers"], "waived": n, "fail": was["answers"]["fail"] - n}
        assert rule["answers"] == answers
        assert total(rule["answers"]) == rule["of"]

    states = [state(case, waiver, before, expected) for waiver in case.waivers]
    assert [one["state"] for one in told["waivers"]] == states
    held = all(one in ("used", "not_checked") for one in states)
    assert told["rules"][-1]["answers"]["pass"] == held
    assert told["findings_total"] == len(after) == len(before) + (not held)


def names(line: Line, row: Row, case: Case) -> bool:
    if line.digest is not None:
        return line.digest == digest(MAX_THINGS if row["row"] is None else row["row"] - 2)
    return line.name is None or (row["row"] is not None and fnmatchcase(record(row, case) or "", line.name))


def record(row: Row, case: Case) -> str | None:
    return None if row["row"] is None else case.named[row["row"] - 2][0]


def failed(waiver: Waiver, rows: list[Row], case: Case) -> list[Row]:
    """What failed of the rule of a waiver."""
    rules = [i for i, rule in enumerate(case.policy.rules) if rule.id == waiver.rule]
    return [row for row in rows if row["rule"] in rules and row["answer"] == Answer.FAIL]


def expectation(case: Case, row: Row) -> Row:
    """The finding as the first waiver that is in force and names it makes it."""
    for index, waiver in enumerate(case.waivers):
        if waiver.expires >= AS_OF and failed(waiver, [row], case) and any(names(x, row, case) for x in waiver.lines):
            return {**row, "answer": int(Answer.WAIVED), "waiver": index}
    return row


def state(case: Case, waiver: Waiver, before: list[Row], expected: list[Row]) -> str:
    if waiver.rule not in [rule.id for rule in case.policy.rules]:
        return "not_checked"
    if waiver.expires < AS_OF:
        return "expired"
    fails, left = failed(waiver, before, case), failed(waiver, expected, case)
    idle = [line for line in waiver.lines if not any(names(line, row, case) for row in fails)]
    if any(line.digest and line.name and line.name in [record(row, case) for row in left] for line in idle):
        return "changed"
    return "unused" if len(idle) == len(waiver.lines) else "used"
