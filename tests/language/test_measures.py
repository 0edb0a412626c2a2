"""A measure's interval holds every value that the measure may have, and has no end that it may not have."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from operator import add

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from facelint.intervals import Interval, Number
from facelint.measures import tally
from facelint.policy import Measure
from facelint.truth import Facts, evaluate

from .model import FAR, Structure, Thing, ordered
from .strategies import (
    LANGUAGE,
    comparisons,
    facts_in,
    measure_kind,
    measures,
    tables,
)
from .tables import facts, load

MAX_THINGS = 4


@given(st.data(), measures(), st.integers(1, MAX_THINGS))
def test_intervals_are_sound_and_tight(data: st.DataObject, said: dict[str, Structure], length: int) -> None:
    comparison = data.draw(comparisons(measure_kind(said)))
    require: Structure = {"measure.one": comparison}
    policy = load([{"scope": "dataset", "require": require}], {"one": said})
    (rule,) = policy.rules
    things = data.draw(tables(facts_in(said), length))
    interval = interval_of(
        rule.measures["measure.one"], facts(policy, facts_in(said), things), data.draw(st.integers(0, length))
    )
    check(interval, said, things)
    assert rule.when is None
    answered = evaluate(rule.form.condition, Facts(1, {"measure.one": interval}))  # type: ignore[union-attr]
    outcomes = {outcome(comparison, value) for value in LANGUAGE.completed(said, things)}
    assert answered is None or outcomes == {answered}


def interval_of(measure: Measure, table: Facts, cut: int) -> Interval:
    """From the tallies of two parts, of which one may be empty."""
    parts = (range(cut), range(cut, table.length))
    return reduce(add, (tally(measure, table.take(pa.array(part, pa.int64()))) for part in parts)).interval()


def check(interval: Interval, said: dict[str, Structure], things: list[Thing]) -> None:
    possible = set(LANGUAGE.completed(said, things))
    values = [value for value in possible if value is not None]
    assert interval.nothing is (not values)
    if interval.nothing:
        return
    assert interval.blank is (None in possible)
    low, high = min(values), max(values)
    assert interval.low == (None if far(low) else low)
    assert interval.high == (None if far(high) else high)


def far(value: Number) -> bool:
    """Whether a value is what only a member of any value could make it."""
    return value in (date.min, date.max) if isinstance(value, date) else abs(value) > FAR // 2


def outcome(comparison: Structure, value: Number | None) -> bool | None:
    """What a comparison says of one value of the measure; blank makes all but a negation false."""
    plain = {"value": value} if value is not None else {}
    assert isinstance(comparison, dict)
    ((op, operand),) = comparison.items()
    texts = [str(text) for text in operand] if isinstance(operand, list) else [str(operand)]
    positive = {"is_not": "is", "not_in": "in"}.get(op, op)
    holds = any(
        _holds("is" if positive == "in" else positive, value, text) for value in plain.values() for text in texts
    )
    return holds is (positive == op)


def _holds(op: str, value: Number, text: str) -> bool:
    if isinstance(value, date):
        return ordered(op, (value - date.fromisoformat(text)).days)
    return ordered(op, value - Fraction(Decimal(text)))


@given(st.fractions(), st.fractions(), st.integers(0, 40), st.booleans())
def test_every_interval_has_words(low: Fraction, high: Fraction, scale: int, blank: bool) -> None:
    low, high = sorted((low * 10**scale, high / 10**scale))
    for interval in (Interval(low, low), Interval(low, high, blank), Interval(low, None), Interval(None, high)):
        assert str(interval)
