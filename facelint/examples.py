"""A rule's own examples, judged: does it answer as they say?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pyarrow as pa

from facelint import groups
from facelint.columns import Column, from_python
from facelint.facts import Fact
from facelint.judge import answer_codes
from facelint.measures import codes
from facelint.plan import rule_facts
from facelint.policy import Answer, Example, ExampleThing, Policy, Require, Rule
from facelint.truth import Facts, evaluate
from facelint.values import Value


@dataclass(frozen=True)
class Wrong:
    """An example whose rule answers otherwise."""

    rule: Rule
    example: Example
    answer: Answer


def wrong_examples(policy: Policy) -> Iterator[Wrong]:
    """Every example of the policy's rules, also of those that are off, that its rule does not answer as it says."""
    for rule in (*policy.rules, *policy.off):
        for example in rule.examples:
            answer = answered(rule, example)
            if answer is not example.answer:
                yield Wrong(rule, example, answer)


def answered(rule: Rule, example: Example) -> Answer:
    """What the rule says of the first thing of the example."""
    as_of = example.things[0].values.get("run.as_of")
    if isinstance(as_of, date) and rule.awaits(as_of):
        return Answer.SKIP
    length = len(example.things)
    facts = Facts(length, {fact.name: _column(fact, example.things) for fact in rule_facts(rule)})
    if isinstance(rule.form, Require):
        when = codes(True if rule.when is None else evaluate(rule.when, facts), length)
        holds = codes(evaluate(rule.form.condition, facts), length)
        return Answer(int(answer_codes(when, holds)[0]))
    rows = pa.array(np.arange(1, length + 1))
    nameless = pa.nulls(length, pa.string())
    places = {"source": pa.array(np.zeros(length, np.int32)), "row": rows, "record": nameless, "path": nameless}
    judged = groups.answers(rule.form, groups.part(rule.form, rule.when, facts, places))
    return Answer.SKIP if judged.skip[0] else Answer(int(answer_codes(judged.when, judged.holds)[0]))


def _column(fact: Fact, things: tuple[ExampleThing, ...]) -> Column:
    values: list[Value | None] = [thing.values.get(fact.name) for thing in things]
    unknown = pa.array(["unknown" if fact.name in thing.unknown else None for thing in things], pa.string())
    bad = pa.array(["missing" if fact.name in thing.missing else None for thing in things], pa.string())
    column = from_python(fact.type, values, unknown)
    return replace(column, bad=bad) if bad.null_count < len(bad) else column
