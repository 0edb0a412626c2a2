"""The smallest changes to a dataset that make a condition true, or false, of one thing in it.

What to change to is drawn from the condition alone: the operand and what lies next to it, another member of the set,
nothing at all. A few values come from the examples of the rule, where a pattern or an open text leaves no other way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import islice

from language.model import BAD, BLANK, Language, Plain, State, Structure, Thing, Truth, moved

from facelint.probes import vocabulary

from .shelf import ALWAYS, MEMBERS, TYPES, named, texts
from .world import ACTIVE, AS_OF_DAY, At, World

WAYS = 60
"""Solutions of a part of a condition that are tried."""

VARIED = 2
"""Values of a fact that are tried whatever they make of the condition."""

Measures = Mapping[str, Mapping[str, Structure]]


@dataclass(frozen=True)
class Solver:
    language: Language
    measures: Measures = field(default_factory=dict)
    hints: Mapping[str, Sequence[State]] = field(default_factory=dict)
    """By fact, values that the rule's examples have."""
    known: dict[object, State] = field(default_factory=dict)
    """The measures of records as they stood before."""

    def holds(self, said: Structure, world: World, at: At) -> Truth:
        return self.language.holds(said, self.thing(world, at))

    def thing(self, world: World, at: At) -> Thing:
        return {**world.thing(at), **self.measured(world)} if at.scope == "dataset" else world.thing(at)

    def measured(self, world: World) -> Thing:
        return {name: self._measured(name, world) for name in self.measures}

    def _measured(self, name: str, world: World) -> State:
        said = self.measures[name]
        facts = _measured_facts(self, name)
        states = tuple(tuple(thing[fact] for fact in facts) for thing in world.things["record"])
        if (name, states) not in self.known:
            told = set(self.language.completed(said, world.things["record"]))
            value: State = ("unknown",)
            if len(told) == 1:
                (only,) = told
                value = BLANK if only is None else ("value", plain(only))
            self.known[name, states] = value
        return self.known[name, states]

    # Conditions

    def made(self, said: Structure, want: bool, world: World, at: At) -> Iterator[World]:
        """The dataset changed so that the condition is `want` of the thing, small changes first; itself where it is."""
        if self.holds(said, world, at) is want:
            yield world
            return
        assert isinstance(said, dict)
        if len(said) > 1:
            yield from self.made({"all": [{name: value} for name, value in said.items()]}, want, world, at)
            return
        ((name, value),) = said.items()
        if name == "not":
            yield from self.made(value, not want, world, at)
        elif name in ("all", "any"):
            assert isinstance(value, list)
            join = self._every if (name == "all") is want else self._some
            yield from join(value, want, world, at)
        elif isinstance(value, dict) and len(value) > 1 and "fact" not in value:
            yield from self.made({"all": [{name: {op: of}} for op, of in value.items()]}, want, world, at)
        else:
            yield from self._test(name, value, want, world, at)

    def _some(self, parts: Sequence[Structure], want: bool, world: World, at: At) -> Iterator[World]:
        for part in parts:
            yield from islice(self.made(part, want, world, at), WAYS)

    def _every(self, parts: Sequence[Structure], want: bool, world: World, at: At) -> Iterator[World]:
        """The first way of each part; then every way of one part with the first of the others."""
        seen = set()
        for varied in range(len(parts)):
            for changed in self._through(parts, varied, want, world, at):
                if changed.changes not in seen:
                    seen.add(changed.changes)
                    yield changed

    def _through(self, parts: Sequence[Structure], varied: int, want: bool, world: World, at: At) -> Iterator[World]:
        if not parts:
            yield world
            return
        ways = WAYS if varied == 0 else 1
        for changed in islice(self.made(parts[0], want, world, at), ways):
            yield from self._through(parts[1:], varied - 1, want, changed, at)

    def varied(self, said: Structure, world: World, at: At) -> Iterator[World]:
        """The dataset with each fact of the condition stated otherwise, whatever that makes of it; a few of each."""
        for fact, test in tests(said):
            for name in (fact, *_facts_in(test)):
                near = islice(self._states(name, fact, test, world, at), VARIED)
                for state in (*near, BLANK, BAD):
                    yield from self._assigned(name, state, world, at)

    # Tests

    def _test(self, fact: str, said: Structure, want: bool, world: World, at: At) -> Iterator[World]:
        test: Structure = {fact: said}
        if fact == "consent.found":
            yield from self._found(want is (said == "true"), world, at)
            return
        if fact == "consent.active":
            yield from self._active(want is (said == "true"), world, at)
            return
        for name in (fact, *_facts_in(said)):
            for state in self._states(name, fact, said, world, at):
                for changed in self._assigned(name, state, world, at):
                    if self.holds(test, changed, at) is want:
                        yield changed

    def _found(self, want: bool, world: World, at: At) -> Iterator[World]:
        if want:
            yield world.with_consent(at.row)
        else:
            yield world.with_state(at, "consent_id", BLANK)
            yield world.with_state(at, "consent_id", ("value", "c-of-no-one"))

    def _active(self, want: bool, world: World, at: At) -> Iterator[World]:
        if want:
            found = world if world.consent_of(at.row) is not None else world.with_consent(at.row)
            yield from (one for one in self.made(ACTIVE, True, found, at))
            return
        yield from self.made(ACTIVE, False, world, at)
        yield from self._found(False, world, at)
        yield world.with_state(at, "subject_id", ("value", "s-of-no-one"))

    def _assigned(self, fact: str, state: State, world: World, at: At) -> Iterator[World]:
        if fact.startswith("measure."):
            if state[0] == "value":
                yield from islice(self._reached(self.measures[fact], state[1], world), 1)
        elif fact.startswith("run.") or fact == "dataset.records":
            return
        elif fact == "consent.used_by":
            if state == ("value", 0):
                yield self._for_users("consent_id", BLANK, world, at)
        elif fact == "consent.first_collected_at":
            yield self._for_users("collected_at", state, world, at)
        elif not (state in (BLANK, BAD) and fact in ALWAYS):
            yield world.with_state(at, fact, state)

    def _for_users(self, fact: str, state: State, world: World, at: At) -> World:
        own = world.consents[at.row]["consent.id"]
        for row, record in enumerate(world.records):
            if record["consent_id"] == own:
                world = world.with_state(At("record", row), fact, state)
        return world

    def _states(self, name: str, fact: str, said: Structure, world: World, at: At) -> Iterator[State]:
        """What a fact of a test may be changed to: what the other side holds, what lies next to it, and nothing."""
        seen: set[State] = set()
        operands = list(self._operands(name, fact, said, self.thing(world, at)))
        if self.language.types[name] != "list":
            operands = [one for value in operands for one in (value if isinstance(value, tuple) else [value])]
        for state in (*self._near(name, operands), *self.hints.get(name, ()), *self._others(name), BLANK):
            if state not in seen and _admitted(name, state):
                seen.add(state)
                yield state

    def _operands(self, name: str, fact: str, said: Structure, thing: Thing) -> Iterator[Plain]:
        """The values that the other side of the test has."""
        for op, operand in said.items() if isinstance(said, dict) and "fact" not in said else [("", said)]:
            if isinstance(operand, dict) and "fact" in operand:
                away = name == fact
                other = thing[str(operand["fact"]) if away else fact]
                for word, sign in (("plus", 1), ("minus", -1)):
                    if word in operand and other[0] == "value":
                        assert isinstance(other[1], date)
                        (period,) = texts(operand[word], self.language)
                        other = ("value", moved(other[1], period, sign if away else -sign))
                if other[0] == "value":
                    yield other[1]
            elif op not in ("param", "list") and operand not in ("present", "absent"):
                for text in texts(operand, self.language):
                    yield _typed(text, self.language.types[name])
            elif op in ("param", "list"):
                yield from (_typed(text, self.language.types[name]) for text in texts({op: operand}, self.language))

    def _near(self, name: str, operands: Sequence[Plain]) -> Iterator[State]:
        kind = self.language.types[name]
        for value in operands:
            if kind == "list":
                several = value if isinstance(value, tuple) else (str(value),)
                yield ("value", several)
                yield ("value", (*several, "other:something else"))
                yield from (("value", tuple(m for m in several if m != gone)) for gone in several if len(several) > 1)
            elif isinstance(value, date):
                days = (value + timedelta(days=n) for n in (0, 1, -1) if date.min < value < date.max)
                yield from (("value", day) for day in days)
            elif isinstance(value, bool):
                yield from (("value", value), ("value", not value))
            elif isinstance(value, int):
                yield from (("value", value + n) for n in (0, 1, -1))
            elif isinstance(value, Decimal):
                yield from (("value", value + Decimal(n)) for n in ("0", "0.01", "-0.01"))
            else:
                yield from (("value", text) for text in (value, f"{value}x", f"x{value}"))
        if kind == "list" and len(operands) > 1:
            yield ("value", tuple(str(value) for value in operands))

    def _others(self, name: str) -> Iterator[State]:
        kind, members = self.language.types[name], MEMBERS.get(name, ())
        yield from (("value", (member,) if kind == "list" else member) for member in members)
        yield from _ANY[kind]

    # Measures

    def _reached(self, said: Mapping[str, Structure], target: Plain, world: World) -> Iterator[World]:
        """The dataset changed so that a measure has a value."""
        where = said.get("where", {"path": "present"})
        if "count" in said:
            yield from self._counted({"all": [where, said["count"]]}, int(str(target)), world)
        elif "distinct" in said:
            inside = self._members(where, world)
            for _ in range(int(str(target)) - len({world.records[row][str(said["distinct"])] for row in inside})):
                world = world.with_person(inside[0])
            yield world
        elif "sum" in said:
            yield from self._summed(str(said["sum"]), where, target, world)
        elif "min" in said:
            assert isinstance(target, date)
            for row in self._members(where, world):
                state = world.things["record"][row][str(said["min"])]
                if state[0] != "value" or str(state[1]) < str(target):
                    world = world.with_state(At("record", row), str(said["min"]), ("value", target))
            first = self._members(where, world)[0]
            yield world.with_state(At("record", first), str(said["min"]), ("value", target))

    def _members(self, where: Structure, world: World) -> list[int]:
        return [row for row, thing in enumerate(world.things["record"]) if self.language.holds(where, thing)]

    def _counted(self, said: Structure, target: int, world: World) -> Iterator[World]:
        while len(self._members(said, world)) > target:
            row = self._members(said, world)[-1]
            changed = next(self.made(said, False, world, At("record", row)), None)
            if changed is None:
                return
            world = changed
        for row in range(len(world.records)):
            inside = self._members(said, world)
            if len(inside) >= target:
                break
            if row not in inside:
                world = next(self._sound(said, world, At("record", row)), world)
        if len(self._members(said, world)) == target:
            yield world

    def _sound(self, said: Structure, world: World, at: At) -> Iterator[World]:
        """The condition made true of a record without making one of an avatar."""
        if world.thing(at)["synthetic"] != ("value", True):
            yield from (one for one in self.made(said, True, world, at) if self.holds(said, one, at))

    def _summed(self, fact: str, where: Structure, target: Plain, world: World) -> Iterator[World]:
        inside = self._members(where, world)
        if not inside:
            world = next(self._sound(where, world, At("record", 0)), world)
            inside = self._members(where, world)
        if inside:
            rest = sum(Decimal(str(world.things["record"][row][fact][-1])) for row in inside[1:])
            yield world.with_state(At("record", inside[0]), fact, ("value", Decimal(str(target)) - rest))


def _measured_facts(solver: Solver, name: str) -> Sequence[str]:
    said = solver.measures[name]
    return sorted({*named({**said}), *(str(of) for of in said.values() if isinstance(of, str))})


_ANY: Mapping[str, Sequence[State]] = {
    "text": [("value", "something else")],
    "enum": [],
    "integer": [("value", 0), ("value", 1)],
    "number": [("value", Decimal(0)), ("value", Decimal(1))],
    "boolean": [("value", True), ("value", False)],
    "date": [("value", AS_OF_DAY)],
    "list": [("value", ("other:something else",))],
}


def _admitted(name: str, state: State) -> bool:
    """Whether the fact's type has such a value; numbers of things are not negative."""
    if state[0] != "value":
        return True
    value = state[1]
    if isinstance(value, int | Decimal):
        return value >= 0
    if name not in TYPES:
        return True
    members = [value] if isinstance(value, str) else value
    return not isinstance(members, list | tuple) or all(map(vocabulary()[name].type.admits, members))


def plain(number: Fraction | date) -> Plain:
    """A measure's value as the conditions compare it."""
    if isinstance(number, date):
        return number
    return int(number) if number.denominator == 1 else Decimal(number.numerator) / Decimal(number.denominator)


def _typed(text: str, kind: str) -> Plain:
    if kind in ("integer", "number"):
        return int(text) if kind == "integer" else Decimal(text)
    if kind == "date":
        return date.fromisoformat(text)
    return text == "true" if kind == "boolean" else text


def tests(said: Structure) -> Iterator[tuple[str, Structure]]:
    """The tests of a condition, each with its fact."""
    for part in said if isinstance(said, list) else [said]:
        assert isinstance(part, dict)
        for name, value in part.items():
            if name in ("all", "any", "not"):
                yield from tests(value)
            elif isinstance(value, dict) and "fact" not in value:
                yield from ((name, {op: operand}) for op, operand in value.items())
            else:
                yield name, value


def _facts_in(said: Structure) -> Iterable[str]:
    if not isinstance(said, dict):
        return ()
    if "fact" in said:
        return (str(said["fact"]),)
    return [str(operand["fact"]) for operand in said.values() if isinstance(operand, dict) and "fact" in operand]
