"""What facelint answers of many datasets at once, and what the model of the language does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from language.model import Answer, State, Thing
from language.tables import column

from facelint import policy_file, probes
from facelint.facts import Fact
from facelint.judge import Outcome, Things, conclude, judge, merge
from facelint.plan import Plan, make_plan, measure_facts, rule_facts
from facelint.policy import Agree, Policy, Scope, Unique
from facelint.policy import Answer as Answered
from facelint.redact import Redactor
from facelint.truth import Facts

from . import changes, law
from .shelf import PACKS, every_rule, facts_of
from .world import AS_OF_DAY, At, World

REDACTOR = Redactor(b"a key for tests, of enough bytes")

Found = tuple[str, int, str]
"""A rule, the number of the thing among those it ranges over, and `fail` or `unsure`."""
Tally = Counter[tuple[str, str]]
"""By rule and answer, how many things got it."""


@cache
def policy() -> Policy:
    """Every pack with every rule on, and thresholds that a small dataset reaches."""
    lines = ["policy: whole", "title: Whole", 'version: "1"', f"extends: [{', '.join(PACKS)}]", "override:"]
    lines += [f"  {name}: {{enabled: true}}" for name in sorted(law.OFF)]
    lines += ["params:", *(f"  {name}: {value}" for name, value in changes.PARAMS.items())]
    with TemporaryDirectory() as folder:
        Path(folder, "whole.yaml").write_text("\n".join(lines), encoding="utf-8")
        return policy_file.load(["whole.yaml"], probes.vocabulary(), base=Path(folder))


@cache
def plan() -> Plan:
    return replace(make_plan(policy(), probes.own_probes(), AS_OF_DAY), gatherers=())


def judged(worlds: Sequence[World]) -> tuple[list[set[Found]], Tally]:
    """By dataset what facelint says fails or is unsure; and how often each rule gave each answer over all of them.

    The records of all datasets are judged as those of one, whose groups are kept apart by the number of the dataset.
    """
    found: list[set[Found]] = [set() for _ in worlds]
    tally: Tally = Counter()
    of_things = replace(plan(), measures=())
    for scope in (Scope.RECORD, Scope.CONSENT):
        numbered = [(n, row) for n, world in enumerate(worlds) for row in range(len(world.things[scope.value]))]
        outcome = judge(of_things, _things(scope, list(_kept_apart(scope, worlds))), REDACTOR)
        outcome = merge(replace(outcome, groups={}), conclude(of_things, outcome.groups, REDACTOR))
        tally += _tally(outcome)
        for name, at, answer in _found(outcome):
            n, row = numbered[at]
            found[n].add((name, row, answer))
    for n, world in enumerate(worlds):
        outcome = _whole(_measured(world), _states(Scope.DATASET, [world.whole]))
        tally += _tally(outcome)
        found[n].update(_found(outcome))
    return found, tally


def _kept_apart(scope: Scope, worlds: Sequence[World]) -> Iterator[Thing]:
    forms = [plan().rule(i).form for i in plan().rules[scope]]
    keys = {form.key[0].name if isinstance(form, Unique) else form.within[0].name
            for form in forms if isinstance(form, Unique | Agree)}  # fmt: skip
    for n, world in enumerate(worlds):
        for thing in world.things[scope.value]:
            apart: Thing = {key: ("value", f"{n} {s[1]}") for key in keys for s in [thing[key]] if len(s) == 2}
            yield {**thing, **apart}


States = tuple[tuple[State, ...], ...]


def _measured(world: World) -> States:
    return tuple(tuple(thing[fact.name] for fact in _of_measures()) for thing in world.things["record"])


@cache
def _whole(records: States, whole: States) -> Outcome:
    """The rules over a dataset, from the facts that its measures are of and those of the dataset itself."""
    names = [fact.name for fact in _of_measures()]
    of_measures = replace(plan(), rules=dict.fromkeys(Scope, ()))
    facts = {name: list(states) for name, states in zip(names, zip(*records, strict=True), strict=True)}
    tallies = judge(of_measures, _table(Scope.RECORD, facts), REDACTOR).tallies
    states = {name: [state] for name, state in zip(_named(Scope.DATASET), whole[0], strict=True)}
    measured = {measure: tally.interval() for measure, tally in tallies.items()}
    return judge(plan(), replace(_table(Scope.DATASET, states), measured=measured), REDACTOR)


@cache
def _of_measures() -> tuple[Fact, ...]:
    facts = {fact.name: fact for measure in plan().measures for fact in measure_facts(measure)}
    return tuple(facts.values())


def _tally(outcome: Outcome) -> Tally:
    return Counter(
        {
            (plan().rule(index).id, answer.word): count
            for index, counts in outcome.counts.items()
            for answer, count in zip(Answered, counts, strict=True)
            if count
        }
    )


def _found(outcome: Outcome) -> Iterable[Found]:
    """The number of a thing is its row; the dataset itself has none."""
    columns = (outcome.found[name].to_pylist() for name in ("rule", "row", "answer"))
    for rule, row, answer in zip(*columns, strict=True):
        yield plan().rule(rule).id, row or 0, Answered(answer).word


@cache
def _named(scope: Scope) -> tuple[str, ...]:
    facts = {fact.name for index in plan().rules[scope] for fact in rule_facts(plan().rule(index))}
    return tuple(sorted(name for name in facts if not name.startswith("measure.")))


def _states(scope: Scope, things: Sequence[Thing]) -> States:
    return tuple(tuple(thing[name] for name in _named(scope)) for thing in things)


def _things(scope: Scope, things: Sequence[Thing]) -> Things:
    return _table(scope, {name: [thing[name] for thing in things] for name in _named(scope)})


def _table(scope: Scope, states: Mapping[str, Sequence[State]]) -> Things:
    vocabulary = probes.vocabulary()
    columns = {name: column(vocabulary[name], told) for name, told in states.items()}
    length = max(map(len, states.values()))
    nothing = pa.nulls(length, pa.string())
    return Things(scope, Facts(length, columns), 0, pa.array(range(length), pa.int64()), nothing, nothing)


# The model


def expected(world: World) -> tuple[set[Found], Tally]:
    """The same of one dataset, by the model."""
    found: set[Found] = set()
    tally: Tally = Counter()
    for name in every_rule():
        for row, answer in enumerate(_answers(name, world)):
            tally[name, answer] += 1
            if answer in ("fail", "unsure"):
                found.add((name, row, answer))
    return found, tally


def _answers(name: str, world: World) -> Sequence[Answer]:
    """Most things are in most datasets the same: each is judged once, and so is each group of things."""
    rule, facts = every_rule()[name], _facts(name)
    scope = rule.get("scope", "record")
    if scope == "dataset":
        thing = changes.solver(name).thing(world, At("dataset"))
        return _alone(name, tuple(thing[fact] for fact in facts))
    states = tuple(tuple(thing[fact] for fact in facts) for thing in world.things[str(scope)])
    return [_alone(name, one)[0] for one in states] if "require" in rule else _together(name, states)


@cache
def _facts(name: str) -> tuple[str, ...]:
    return facts_of(every_rule()[name])


@cache
def _alone(name: str, states: tuple[State, ...]) -> Sequence[Answer]:
    return _together(name, (states,))


@cache
def _together(name: str, things: States) -> Sequence[Answer]:
    language = changes.language(name.partition("/")[0])
    return language.answers(every_rule()[name], [dict(zip(_facts(name), states, strict=True)) for states in things])
