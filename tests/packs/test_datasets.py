"""Whole datasets, each the compliant example but for the smallest change that must break a rule, or that must not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import pytest

from . import measured
from .changes import Change, every_change
from .judging import Found, Tally, expected, judged
from .shelf import every_rule
from .world import compliant

RULES = tuple(every_rule())


@dataclass(frozen=True)
class Judged:
    """A dataset with what facelint finds in it, and what the model does."""

    change: Change
    found: set[Found]
    expected: set[Found]


@cache
def _judged() -> tuple[Mapping[str, list[Judged]], Tally, Tally]:
    """By rule its datasets; and how often each rule gave each answer over all of them, by facelint and by the model."""
    every = [change for rule in RULES for change in every_change()[rule]]
    found, tally = judged([change.world for change in every])
    by_rule: dict[str, list[Judged]] = {rule: [] for rule in RULES}
    counted: Tally = Counter()
    for change, of in zip(every, found, strict=True):
        model, answers = expected(change.world)
        by_rule[change.rule].append(Judged(change, of, model))
        counted.update(answers)
    return by_rule, tally, counted


def test_the_compliant_dataset_breaks_no_rule() -> None:
    (found,), _ = judged([compliant()])
    assert found == set()


@pytest.mark.parametrize("rule", RULES)
def test_what_must_break_a_rule_breaks_it_and_no_other_but_those_that_the_model_names(rule: str) -> None:
    datasets = _judged()[0][rule]
    asked = {one.change.answer for one in datasets}
    assert "pass" in asked, "no small change makes the rule be about something and keeps it"
    assert "fail" in asked, "no small change breaks the rule"
    for one in datasets:
        change = one.change
        assert one.found == one.expected, change.world.changes
        answer = [answer for name, row, answer in one.found if (name, row) == (rule, change.at.row)]
        assert answer == [change.answer for _ in range(change.answer in ("fail", "unsure"))], change.world.changes


def test_every_answer_is_that_of_the_model() -> None:
    """Passes and skips too, which no finding tells: their number over all datasets."""
    _, by_facelint, by_model = _judged()
    assert by_facelint == by_model


def test_measures_come_to_what_was_counted_by_hand() -> None:
    assert {name: tuple(told) for name, told in measured.found().items()} == measured.EXPECTED
