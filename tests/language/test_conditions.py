"""Conditions say of every thing what the plain model of the language says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from facelint.truth import evaluate, spread

from .model import Structure
from .strategies import LANGUAGE, RECORD_TYPES, conditions, facts_in, tables
from .tables import facts, load


@given(st.data(), st.lists(conditions(), min_size=1, max_size=4), st.integers(1, 8))
def test_conditions_agree_with_the_model(data: st.DataObject, said: list[Structure], length: int) -> None:
    policy = load([{"when": condition, "require": {"path": "present"}} for condition in said])
    named = [name for condition in said for name in facts_in(condition)]
    things = data.draw(tables(named, length))
    table = facts(policy, named, things)
    for rule, condition in zip(policy.rules, said, strict=True):
        assert rule.when is not None
        found = spread(evaluate(rule.when, table), length).to_pylist()
        assert found == [LANGUAGE.holds(condition, thing) for thing in things], condition


@given(conditions(tuple(RECORD_TYPES), 1))
def test_no_things_have_no_answers(said: Structure) -> None:
    policy = load([{"when": said, "require": {"path": "present"}}])
    (rule,) = policy.rules
    assert rule.when is not None
    table = facts(policy, facts_in(said), [])
    assert len(spread(evaluate(rule.when, table), 0)) == 0
