"""Conditions over facts, as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from facelint.facts import Fact
from facelint.values import Value, show


class Op(StrEnum):
    IS = "is"
    IS_NOT = "is_not"
    IN = "in"
    NOT_IN = "not_in"
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"
    MATCHES = "matches"
    CONTAINS = "contains"
    CONTAINS_ANY = "contains_any"
    CONTAINS_ALL = "contains_all"
    WITHIN = "within"
    STARTS_WITH = "starts_with"
    ENDS_WITH = "ends_with"
    PRESENT = "present"
    ABSENT = "absent"


@dataclass(frozen=True)
class Period:
    """A span of calendar time to add to a date, negative for `minus`. Months clamp to the month's end."""

    months: int = 0
    days: int = 0


@dataclass(frozen=True)
class FactRef:
    """Another fact as the operand, moved by a period where it is a date."""

    fact: Fact
    shift: Period = Period()


@dataclass(frozen=True)
class Many:
    """The literals of an operator that takes several (`in`, `contains_any`, `contains_all`, `within`), as written."""

    values: tuple[Value, ...]


Operand = Value | Many | FactRef | None
"""A literal of the fact's type, several, another fact, or nothing (`present`, `absent`)."""


@dataclass(frozen=True)
class Test:
    """One fact against one operator. `is_not` and `not_in` are written as Not(Test(is)) and Not(Test(in))."""

    fact: Fact
    op: Op
    operand: Operand = None


@dataclass(frozen=True)
class All:
    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Any:
    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Not:
    part: Condition


Condition = Test | All | Any | Not


def tests(condition: Condition) -> Iterator[Test]:
    """The tests of a condition, in the order written."""
    match condition:
        case Test():
            yield condition
        case Not(part):
            yield from tests(part)
        case All(parts) | Any(parts):
            for part in parts:
                yield from tests(part)


def facts_of(condition: Condition) -> Iterator[Fact]:
    """The facts that a condition names, operands included; with repetitions."""
    for test in tests(condition):
        yield test.fact
        if isinstance(test.operand, FactRef):
            yield test.operand.fact


_WORDS = {
    Op.IS: "", Op.IN: "one of: ", Op.LT: "below ", Op.LE: "at most ", Op.GT: "above ", Op.GE: "at least ",
    Op.MATCHES: "matching ", Op.CONTAINS: "containing ", Op.CONTAINS_ANY: "containing any of: ",
    Op.CONTAINS_ALL: "containing all of: ", Op.WITHIN: "nothing but: ", Op.STARTS_WITH: "starting with ",
    Op.ENDS_WITH: "ending with ",
}  # fmt: skip


def wanted(test: Test, negated: bool = False) -> str:
    """What a test asks for, in words: `one of: separate, written`."""
    if test.op in (Op.PRESENT, Op.ABSENT):
        return "a value" if (test.op is Op.PRESENT) is not negated else "no value"
    return ("not " if negated else "") + _WORDS[test.op] + _operand(test.operand)


def _operand(operand: Operand) -> str:
    match operand:
        case FactRef(fact, shift):
            return fact.name + _shift(shift)
        case Many(values):
            return ", ".join(map(show, values[:20])) + (f", … ({len(values)} in all)" if len(values) > 20 else "")
        case None:
            return ""
        case _:
            return show(operand)


def _shift(shift: Period) -> str:
    years, months = divmod(abs(shift.months), 12)
    parts = [(years, "year"), (months, "month"), (abs(shift.days), "day")]
    text = " ".join(f"{n} {unit}{'s' if n > 1 else ''}" for n, unit in parts if n)
    return f" {'minus' if shift.months < 0 or shift.days < 0 else 'plus'} {text}" if text else ""
