"""For each rule a dataset that keeps it, and the smallest changes that must break it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

from language.model import BLANK, Answer, Language, State, Structure, plain_read

from .shelf import TYPES, Said, conditions, every_rule, facts_of, pack
from .solver import Solver
from .world import SCOPES, At, Scope, World, compliant

PARAMS = {"filing_from": "10", "filing_near": "8", "sale_records": "4", "insider_sale_records": "2"}
"""Numbers of records that a dataset of eight can come near to, in place of those of the law."""

MOST = 24
"""Changes of a rule that are tried."""


@dataclass(frozen=True)
class Change:
    """A dataset, and what a rule must say of one thing in it."""

    rule: str
    at: At
    world: World
    answer: Answer


@cache
def language(name: str) -> Language:
    return pack(name).language(PARAMS)


@cache
def solver(rule: str) -> Solver:
    name = rule.partition("/")[0]
    said = every_rule()[rule]
    measures = {fact: pack(name).measures[fact] for fact in facts_of(said) if fact.startswith("measure.")}
    return Solver(language(name), measures, hints(said))


def hints(said: Any) -> Mapping[str, list[State]]:
    """By fact, the values that a rule's examples have, those of the ones that pass first."""
    found: dict[str, list[State]] = {}
    for example in sorted(said.get("examples", []), key=lambda one: "pass" not in one):
        (things,) = example.values()
        for thing in things if isinstance(things, list) else [things]:
            for fact, cell in thing.items():
                if fact in TYPES and cell:
                    found.setdefault(fact, []).append(state_of(cell, TYPES[fact]))
    return found


def state_of(cell: Structure, kind: str) -> State:
    return ("value", tuple(map(str, cell))) if isinstance(cell, list) else plain_read(str(cell), kind)


def answers(rule: str, said: Said, world: World) -> list[Answer]:
    """What a rule, as it is said, answers of everything in a dataset, by the model."""
    solve = solver(rule)
    things = [solve.thing(world, At("dataset"))] if _scope(said) == "dataset" else world.things[_scope(said)]
    return solve.language.answers(said, things)


def _scope(said: Said) -> Scope:
    return next(scope for scope in SCOPES if scope == said.get("scope", "record"))


def bases(rule: str, said: Said, most: int = MOST) -> tuple[Change, ...]:
    """The compliant dataset with the smallest changes that make the rule be about something, which keeps it.

    The first has the fewest; the others are about the same thing in other ways.
    """
    things = 1 if _scope(said) == "dataset" else len(compliant().things[_scope(said)])
    firsts: list[Change] = []
    for row in range(things):
        firsts += islice(_ways(rule, said, At(_scope(said), row)), 1)
        if firsts and not firsts[-1].world.changes:
            break
    first = min(firsts, key=lambda one: len(one.world.changes), default=None)
    return () if first is None else tuple(islice(_ways(rule, said, first.at), most))


def _ways(rule: str, said: Said, at: At) -> Iterator[Change]:
    for world in islice(_asked(rule, said, at), 4 * MOST):
        if answers(rule, said, world)[at.row] == "pass":
            yield Change(rule, at, world, "pass")


def _asked(rule: str, said: Said, at: At) -> Iterator[World]:
    parts: list[Structure] = [said[key] for key in ("when", "require") if key in said]
    if not parts:
        yield compliant()
    else:
        yield from solver(rule).made({"all": parts}, True, compliant(), at)


def breaks(rule: str, said: Said, kept: Sequence[Change], most: int = MOST) -> tuple[Change, ...]:
    """Every small change of the first dataset that keeps the rule after which it must fail, and one of each other."""
    found: dict[tuple[str, ...], Change] = {}
    for number, base in enumerate(kept):
        failing = (one for one in _broken(rule, said, base) if answers(rule, said, one)[base.at.row] == "fail")
        for world in islice(failing, 1 if number else most):
            found.setdefault(world.changes, Change(rule, base.at, world, "fail"))
    return tuple(found.values())


def _broken(rule: str, said: Said, kept: Change) -> Iterator[World]:
    world, at = kept.world, kept.at
    if "unique" in said:
        yield world.repeated(at)
    elif "agree" in said:
        yield from _apart(said["agree"], world, at)
    else:
        yield from islice(solver(rule).made(said["require"], False, world, at), 4 * MOST)


def _apart(form: Any, world: World, at: At) -> Iterator[World]:
    """Two records of a group that differ: one of the same group stated otherwise, or another put into it."""
    within = [form["within"]] if isinstance(form["within"], str) else form["within"]
    own = world.thing(at)
    for row, other in enumerate(world.things[at.scope]):
        if row == at.row or BLANK in (other[form["on"]], own[form["on"]]):
            continue
        there = At(at.scope, row)
        if all(own[fact] == other[fact] for fact in within):
            research: State = ("value", "research")
            states = {thing[form["on"]] for thing in world.things[at.scope]} | {research}
            yield from (world.with_state(place, form["on"], state) for place in (at, there) for state in sorted(states))
        else:
            moved = world
            for fact in within:
                moved = moved.with_state(there, fact, own[fact])
            yield moved


def _others(rule: str, said: Said, kept: Sequence[Change]) -> Iterator[Change]:
    """The first dataset that keeps a rule with one fact that the rule names stated otherwise, whatever comes of it."""
    for base in kept:
        for condition in conditions(said):
            for world in solver(rule).varied(condition, base.world, base.at):
                yield Change(rule, base.at, world, answers(rule, said, world)[base.at.row])


@cache
def every_change() -> Mapping[str, tuple[Change, ...]]:
    """By rule the datasets that keep it, those that break it, and others at its edges."""
    found = {}
    for rule, said in every_rule().items():
        kept = bases(rule, said)
        found[rule] = (*kept, *breaks(rule, said, kept), *_others(rule, said, kept[:1]))
    return found
