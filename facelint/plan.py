"""The plan of a run: of a policy's rules, what must be found out, by which probes, at what cost. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any as Untyped

from facelint.columns import Column
from facelint.conditions import Condition, facts_of
from facelint.facts import Cost, Fact
from facelint.measures import measure_conditions
from facelint.policy import Agree, Measure, Policy, Require, Rule, Scope, Unique
from facelint.waivers import NONE, RULE, Waiver, Waivers


@dataclass(frozen=True)
class Ask:
    """What a probe is asked about: some consecutive records, or the rows of the registry."""

    length: int
    raw: Mapping[str, Untyped]
    """The columns as the manifest or registry holds them (Arrow arrays), by fact; one that it lacks is not in it."""
    broken: Untyped
    """string array: why a record could not be read, null where it could; None where all could."""
    known: Mapping[str, Column]
    """The facts that earlier probes found."""
    gathered: Mapping[str, Untyped] = field(default_factory=dict)
    """By probe that gathers, one table (Arrow) of what it gathered from all records."""


Look = Callable[[Ask, Mapping[str, Fact], Untyped], Mapping[str, Column]]
"""`(what is asked about, the facts wanted, the run's Context) -> a column for each fact wanted`."""

Gather = Callable[[Mapping[str, Column], int], Untyped]
"""`(columns of some records, how many they are) -> an Arrow table`."""


@dataclass(frozen=True)
class Probe:
    """What finds facts out: the facts it can tell, what it needs known for that, and how it looks."""

    name: str
    doc: str
    facts: tuple[Fact, ...]
    look: Look
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By fact, the names of those that must be known first; `""` stands for all of the probe's facts."""
    look_at_consents: Look | None = None
    """The same for rows of the registry, where the probe has something to say of them."""
    all_columns: bool = False
    """It searches whatever there is: `Ask.raw` holds every column of the manifest, by fact or its own header."""
    gather: Gather | None = None
    """What each batch contributes to facts that rest on all records; the tables of all batches are put together."""
    gathers_from: tuple[str, ...] = ()
    """The facts of records that `gather` is given."""

    def needed(self, wanted: Iterable[str]) -> frozenset[str]:
        always = self.needs.get("", ())
        return frozenset(always).union(*(self.needs.get(name, ()) for name in wanted))


@dataclass(frozen=True)
class Step:
    """One probe's turn, and the facts wanted of it."""

    probe: Probe
    wanted: Mapping[str, Fact]

    @property
    def cost(self) -> Cost:
        return max(fact.cost for fact in self.wanted.values())


@dataclass(frozen=True)
class Plan:
    policy: Policy
    """With waivers, it ends with their own rule."""
    as_of: date
    rules: Mapping[Scope, tuple[int, ...]]
    """Indexes of the rules that are in force, by scope."""
    steps: Mapping[Scope, tuple[Step, ...]]
    """The probes of a scope, cheap ones first, each after those it builds on."""
    measures: tuple[Measure, ...]
    gatherers: tuple[Probe, ...] = ()
    """The probes that gather from every record what facts of consents or of the dataset rest on."""
    waivers: tuple[Waiver, ...] = ()
    waived: Mapping[int, tuple[tuple[int, Waiver], ...]] = field(default_factory=dict)
    """By index of a rule in force, the waivers of it, each with its index."""
    digested: frozenset[int] = frozenset()
    """Indexes of the rules in force whose failures are known by the digest of their content."""

    def rule(self, index: int) -> Rule:
        return self.policy.rules[index]


def make_plan(policy: Policy, probes: Iterable[Probe], as_of: date, waivers: Waivers = NONE) -> Plan:
    """Raises ValueError where probes need one another: a mistake in their `needs`."""
    rules = {
        scope: tuple(i for i, rule in enumerate(policy.rules) if rule.scope is scope and not rule.awaits(as_of))
        for scope in Scope
    }
    measures = tuple(dict.fromkeys(m for i in rules[Scope.DATASET] for m in policy.rules[i].measures.values()))
    named = {scope: {f.name for i in rules[scope] for f in rule_facts(policy.rules[i])} for scope in Scope}
    if rules[Scope.CONSENT]:
        named[Scope.CONSENT].add("consent.id")
    steps = {scope: _steps(named[scope], scope, probes) for scope in (Scope.CONSENT, Scope.DATASET)}
    gatherers = tuple({s.probe.name: s.probe for turns in steps.values() for s in turns if s.probe.gather}.values())
    named[Scope.RECORD] |= {"path", "record_id"}
    named[Scope.RECORD] |= {fact.name for measure in measures for fact in measure_facts(measure)}
    named[Scope.RECORD] |= {name for probe in gatherers for name in probe.gathers_from}
    steps[Scope.RECORD] = _steps(named[Scope.RECORD], Scope.RECORD, probes)
    waived, digested = _waived(policy, {i for scope in Scope for i in rules[scope]}, waivers)
    if waivers.entries:
        policy = replace(policy, rules=(*policy.rules, RULE))
    return Plan(policy, as_of, rules, steps, measures, gatherers, waivers.entries, waived, digested)


def _waived(
    policy: Policy, in_force: set[int], waivers: Waivers
) -> tuple[Mapping[int, tuple[tuple[int, Waiver], ...]], frozenset[int]]:
    names = {policy.rules[i].id: i for i in in_force if policy.rules[i].waivable}
    found: dict[int, tuple[tuple[int, Waiver], ...]] = {}
    for at, waiver in enumerate(waivers.entries):
        if waiver.rule in names:
            index = names[waiver.rule]
            found[index] = (*found.get(index, ()), (at, waiver))
    pinned = {index for index, listed in found.items() if any(waiver.pinned for _, waiver in listed)}
    return found, frozenset(names.values() if waivers.recording else pinned)


def measure_facts(measure: Measure) -> Iterator[Fact]:
    if isinstance(measure.of, Fact):
        yield measure.of
    for condition in measure_conditions(measure):
        yield from facts_of(condition)


def rule_facts(rule: Rule) -> Iterator[Fact]:
    """Every fact that a rule names, with repetitions."""
    among: Condition | None = None
    required: Condition | None = None
    match rule.form:
        case Require(required):
            pass
        case Unique(key, among):
            yield from key
        case Agree(on, within, among):
            yield on
            yield from within
    for condition in (rule.when, required, among):
        if condition is not None:
            yield from facts_of(condition)


def _steps(named: set[str], scope: Scope, probes: Iterable[Probe]) -> tuple[Step, ...]:
    """The probes' turns that tell the facts named, and all that finding them needs."""
    finders = {
        fact.name: probe
        for probe in probes
        for fact in probe.facts
        if scope is not Scope.CONSENT or probe.look_at_consents
    }
    wanted: set[str] = set()
    todo = set(named)
    while todo:
        name = todo.pop()
        wanted.add(name)
        if name in finders:
            todo |= finders[name].needed([name]) - wanted
    turns = {probe.name: probe for name, probe in finders.items() if name in wanted}
    steps = [Step(probe, {f.name: f for f in probe.facts if f.name in wanted}) for probe in turns.values()]
    return tuple(_ordered(steps))


def _ordered(steps: list[Step]) -> Iterator[Step]:
    """Each step after those whose facts it needs; among the ready ones the cheapest first."""
    waiting = sorted(steps, key=lambda step: (step.cost, step.probe.name))
    while waiting:
        to_come = frozenset().union(*(step.wanted for step in waiting))
        ready = next((s for s in waiting if not (s.probe.needed(s.wanted) & (to_come - s.wanted.keys()))), None)
        if ready is None:
            raise ValueError("probes need one another: " + ", ".join(step.probe.name for step in waiting))
        waiting.remove(ready)
        yield ready
