"""Conditions over facts, as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from facelint.facts import Fact
from facelint.values import Value


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
