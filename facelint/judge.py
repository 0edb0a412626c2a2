"""Judging: facts about some things and the rules give an Outcome, and outcomes merge into that of the whole. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from facelint import findings, groups, reasons, waivers
from facelint.columns import Column
from facelint.intervals import Interval
from facelint.measures import Codes, Tally, codes, tally
from facelint.plan import Plan, rule_facts
from facelint.policy import Answer, Measure, Require, Rule, Scope
from facelint.redact import Redactor
from facelint.truth import Facts, evaluate
from facelint.values import quantity
from facelint.waivers import Answered, Ints, State, Uses

Counts = tuple[int, int, int, int, int]
"""How many things got each Answer, in its order."""

_ANSWER = np.array(
    [
        [Answer.SKIP, Answer.SKIP, Answer.SKIP],
        [Answer.FAIL, Answer.PASS, Answer.UNSURE],
        [Answer.UNSURE, Answer.PASS, Answer.UNSURE],
    ],
    np.int8,
)
"""By `when` and `require`, each NO, YES or MAYBE: the answer of `not when or require`."""


class Contents(Protocol):
    """What tells the content of things."""

    def digests(self, rule: Rule, at: Ints) -> Sequence[str]:
        """Of the things at some indexes, the digest of all that the rule may rest on."""


@dataclass(frozen=True)
class Things:
    """What is judged together: facts about some records, registry rows, or the dataset, and how findings name them."""

    scope: Scope
    facts: Facts
    source: int
    rows: pa.Array
    record: pa.Array
    path: pa.Array
    not_examined: pa.Array | None = None
    """string: why some of what was wanted of a thing could not be established; null where all could."""
    measured: Mapping[Measure, Interval] = field(default_factory=dict)
    """The measures of the whole dataset, where that is what is judged."""
    contents: Contents | None = None
    """Asked where the plan wants digests."""

    def facts_for(self, rule: Rule) -> Facts:
        """What the rule names, with the measures under the names that its pack gives them."""
        measures = {name: self.measured[measure] for name, measure in rule.measures.items()} if self.measured else {}
        named = {fact.name for fact in rule_facts(rule)}
        columns = {name: column for name, column in self.facts.columns.items() if name in named}
        return Facts(self.facts.length, {**columns, **measures})

    def places(self) -> dict[str, pa.Array]:
        source = pa.repeat(pa.scalar(self.source, pa.int32()), self.facts.length)
        return {"source": source, "row": self.rows, "record": self.record, "path": self.path}


@dataclass(frozen=True)
class Outcome:
    """What judging some things gave; outcomes of parts merge into that of the whole, in any order."""

    counts: Mapping[int, Counts] = field(default_factory=dict)
    """By index of the rule."""
    found: pa.Table = field(default_factory=findings.empty)
    groups: Mapping[int, tuple[pa.Table, ...]] = field(default_factory=dict)
    tallies: Mapping[Measure, Tally] = field(default_factory=dict)
    gathered: Mapping[str, tuple[pa.Table, ...]] = field(default_factory=dict)
    """By probe that gathers."""
    things: Mapping[Scope, int] = field(default_factory=dict)
    images: int = 0
    not_examined: pa.Table = field(default_factory=findings.nothing_unexamined)
    unexamined: int = 0
    """How many things were not wholly examined, though `not_examined` be bounded."""
    uses: Uses = field(default_factory=dict)
    """What the waivers covered."""

    def bounded(self, limit: int) -> Outcome:
        """The same with no more findings than a report may show."""
        first = self.not_examined.sort_by([("source", "ascending"), ("row", "ascending")]).slice(0, limit)
        return replace(self, found=findings.bounded(self.found, limit), not_examined=first)


_NAMED = 5
"""Waivers that do not hold, named in the finding that tells of them."""


def merge(a: Outcome, b: Outcome) -> Outcome:
    return Outcome(
        {i: _add(a.counts.get(i), b.counts.get(i)) for i in sorted({*a.counts, *b.counts})},
        pa.concat_tables([a.found, b.found]),
        {i: (*a.groups.get(i, ()), *b.groups.get(i, ())) for i in sorted({*a.groups, *b.groups})},
        {**a.tallies, **{m: a.tallies[m] + t if m in a.tallies else t for m, t in b.tallies.items()}},
        {p: (*a.gathered.get(p, ()), *b.gathered.get(p, ())) for p in sorted({*a.gathered, *b.gathered})},
        {scope: a.things.get(scope, 0) + b.things.get(scope, 0) for scope in Scope},
        a.images + b.images,
        pa.concat_tables([a.not_examined, b.not_examined]),
        a.unexamined + b.unexamined,
        waivers.added(a.uses, b.uses),
    )


def _add(a: Counts | None, b: Counts | None) -> Counts:
    x, y = a or (0,) * 5, b or (0,) * 5
    return x[0] + y[0], x[1] + y[1], x[2] + y[2], x[3] + y[3], x[4] + y[4]


def judge(plan: Plan, things: Things, redactor: Redactor) -> Outcome:
    """The answers of every rule in force that is about these things, with all findings."""
    counts: dict[int, Counts] = {}
    tables: list[pa.Table] = []
    parts: dict[int, tuple[pa.Table, ...]] = {}
    uses: Uses = {}
    places = things.places()
    for index in plan.rules[things.scope]:
        rule = plan.rule(index)
        facts = things.facts_for(rule)
        if not isinstance(rule.form, Require):
            digests = {"digest": pa.array(_digests(plan, index, things, np.arange(facts.length)), pa.string())}
            parts[index] = (groups.part(rule.form, rule.when, facts, {**places, **digests}),)
            continue
        answers = _answers(rule, rule.form, facts)
        answered, of_rule = _waived(plan, index, answers, things.record, partial(_digests, plan, index, things))
        uses = waivers.added(uses, of_rule)
        counts[index] = _counted(answered.told)
        if any(counts[index][answer] for answer in (Answer.FAIL, Answer.WAIVED, Answer.UNSURE)):
            tables.append(reasons.of_answers(index, rule, answered, facts, places, redactor))
    tallies: dict[Measure, Tally] = {}
    gathered: dict[str, tuple[pa.Table, ...]] = {}
    images = 0
    if things.scope is Scope.RECORD:
        tallies = {measure: tally(measure, things.facts) for measure in plan.measures}
        gathered = {p.name: (p.gather(_plain(things.facts), things.facts.length),) for p in plan.gatherers if p.gather}
        images = len(things.path) - things.path.null_count
    left = _unexamined(things, redactor)
    found = pa.concat_tables([findings.empty(), *tables])
    return Outcome(
        counts, found, parts, tallies, gathered, {things.scope: things.facts.length}, images, left, len(left), uses
    )


def _digests(plan: Plan, index: int, things: Things, at: Ints) -> Sequence[str | None]:
    """Of things at some indexes, where the plan asks for them."""
    if index not in plan.digested or not len(at):
        return [None] * len(at)
    if things.contents is None:
        raise ValueError(f"{plan.rule(index).id} is waived by digest, and nothing tells the content")
    return things.contents.digests(plan.rule(index), at)


def _waived(
    plan: Plan, index: int, answers: Codes, names: pa.Array, digests: Callable[[Ints], Sequence[str | None]]
) -> tuple[Answered, Uses]:
    """The answers with what is waived of the failures; `names` are the ids of all things, `digests` tells theirs."""
    if index not in plan.waived and index not in plan.digested:
        return waivers.bare(answers), {}
    at = np.flatnonzero(answers == Answer.FAIL)
    return waivers.answered(answers, names.take(pa.array(at)), digests(at), plan.waived.get(index, ()), plan.as_of)


def _plain(facts: Facts) -> dict[str, Column]:
    return {name: column for name, column in facts.columns.items() if isinstance(column, Column)}


def _unexamined(things: Things, redactor: Redactor) -> pa.Table:
    if things.not_examined is None:
        return findings.nothing_unexamined()
    columns = {**things.places(), "reason": things.not_examined}
    table = pa.table({name: columns[name] for name in findings.UNEXAMINED.names}).cast(findings.UNEXAMINED)
    left = table.filter(pc.is_valid(table["reason"])).combine_chunks()
    paths = reasons.concealed(left["path"].combine_chunks(), redactor)
    return left.set_column(left.schema.get_field_index("path"), "path", paths)


def _answers(rule: Rule, form: Require, facts: Facts) -> Codes:
    when = codes(True if rule.when is None else evaluate(rule.when, facts), facts.length)
    if not when.any():
        return np.full(facts.length, Answer.SKIP, np.int8)
    return answer_codes(when, codes(evaluate(form.condition, facts), facts.length))


def answer_codes(when: Codes, holds: Codes) -> Codes:
    """The Answer to each thing of which it is known whether the rule is about it and whether it holds."""
    answers: Codes = _ANSWER[when, holds]
    return answers


def _counted(answers: Codes) -> Counts:
    n = np.bincount(answers, minlength=len(Answer))
    return int(n[0]), int(n[1]), int(n[2]), int(n[3]), int(n[4])


def conclude(plan: Plan, parts: Mapping[int, tuple[pa.Table, ...]], redactor: Redactor) -> Outcome:
    """The answers that only all parts together give: those of the rules over groups."""
    counts: dict[int, Counts] = {}
    uses: Uses = {}
    tables = [findings.empty()]
    for index, tables_of_parts in parts.items():
        rule = plan.rule(index)
        form = rule.form
        if isinstance(form, Require):
            raise TypeError(f"{rule.id} is not a rule over groups")
        table = pa.concat_tables(tables_of_parts)
        judged = groups.answers(form, table)
        answers = np.where(judged.skip, Answer.SKIP, answer_codes(judged.when, judged.holds)).astype(np.int8)
        names, digests = (table[name].combine_chunks() for name in ("record", "digest"))
        answered, of_rule = _waived(plan, index, answers, names, partial(_at, digests))
        uses = waivers.added(uses, of_rule)
        counts[index] = _counted(answered.told)
        at = np.flatnonzero((answers == Answer.FAIL) | (answers == Answer.UNSURE))
        why = [judged.reasons[i] for i in at.tolist()]
        tables.append(reasons.of_group(index, form, table.take(pa.array(at)), answered.take(at), why, redactor))
    return Outcome(counts, pa.concat_tables(tables), uses=uses)


def _at(texts: pa.Array, at: Ints) -> list[str | None]:
    taken: list[str | None] = texts.take(pa.array(at)).to_pylist()
    return taken


def finish(plan: Plan, whole: Things, outcome: Outcome, redactor: Redactor) -> Outcome:
    """The whole dataset's own answers, and all that only the outcome of all parts tells."""
    last = merge(judge(plan, whole, redactor), conclude(plan, outcome.groups, redactor))
    return merge(last, _held(plan, waivers.added(outcome.uses, last.uses))) if plan.waivers else last


def _held(plan: Plan, uses: Uses) -> Outcome:
    """The answer of the waivers' own rule."""
    index = len(plan.policy.rules) - 1
    lapsed = [one for one in used_waivers(plan, uses) if one.state not in (State.USED, State.NOT_CHECKED)]
    if not lapsed:
        return Outcome({index: _counted(np.array([Answer.PASS], np.int8))})
    named = [f"{one.waiver.place.file}:{one.waiver.place.line} {one.state}" for one in lapsed[:_NAMED]]
    more = [f"{len(lapsed) - _NAMED:,} more"] if len(lapsed) > _NAMED else []
    finding = {
        "rule": index, "source": -1, "answer": int(Answer.FAIL), "fact": "waivers",
        "found": f"{len(lapsed):,} of {quantity(len(plan.waivers), 'waiver')}",
        "wanted": "in force, of unchanged records, and covering a failure",
        "reason": ", ".join([*named, *more]),
    }  # fmt: skip
    found = pa.Table.from_pylist([finding], findings.SCHEMA)
    return Outcome({index: _counted(np.array([Answer.FAIL], np.int8))}, found)


def used_waivers(plan: Plan, uses: Uses) -> tuple[waivers.Used, ...]:
    checked = frozenset(plan.rule(i).id for scope in Scope for i in plan.rules[scope])
    return waivers.used(plan.waivers, uses, checked, plan.as_of)
