"""Measures: a tally of a batch, tallies added, and the interval that a sum of tallies gives.

A record belongs to a measure surely (`where` true), perhaps (unsure) or not; its value is known or not, blank or
unsure. Tallies keep these apart, so that adding them in any order gives the interval of the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Protocol, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from facelint.columns import Column
from facelint.conditions import Condition
from facelint.facts import Fact
from facelint.intervals import Interval, Number, number
from facelint.policy import Measure, Statistic
from facelint.truth import Facts, Truth, evaluate, spread

Codes = npt.NDArray[np.int8]
NO, YES, MAYBE = 0, 1, 2


class Tally(Protocol):
    def __add__(self, other: Self, /) -> Self: ...

    def interval(self) -> Interval: ...


def codes(truth: Truth, length: int) -> Codes:
    """A truth as NO, YES and MAYBE."""
    filled: Codes = pc.fill_null(spread(truth, length).cast(pa.int8()), MAYBE).to_numpy(zero_copy_only=False)
    return filled


def tally(measure: Measure, facts: Facts) -> Tally:
    """What these things contribute to a measure."""
    among = codes(True if measure.where is None else evaluate(measure.where, facts), facts.length)
    if isinstance(measure.of, Fact):
        return _OF_FACT[measure.statistic](facts.as_read(measure.of), among)
    return _OF_CONDITION[measure.statistic](codes(evaluate(measure.of, facts), facts.length), among)


def of_nothing(measure: Measure) -> Tally:
    """The tally of no records at all."""
    nothing = pa.array([], pa.string())
    tallies: dict[Statistic, Tally] = {
        Statistic.COUNT: Count(),
        Statistic.SHARE: Share(),
        Statistic.DISTINCT: Distinct(nothing, nothing, 0),
        Statistic.SUM: Sum(),
    }
    return tallies.get(measure.statistic, Ends(measure.statistic))


@dataclass(frozen=True)
class Count:
    yes: int = 0
    maybe: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.yes + other.yes, self.maybe + other.maybe)

    def interval(self) -> Interval:
        return Interval(Fraction(self.yes), Fraction(self.yes + self.maybe))


def _count(holds: Codes, among: Codes) -> Count:
    yes = (holds == YES) & (among == YES)
    no = (holds == NO) | (among == NO)
    return Count(int(yes.sum()), int((~yes & ~no).sum()))


@dataclass(frozen=True)
class Share:
    """How many sure members hold, fail, or may hold; the same of those that are members only perhaps."""

    sure: tuple[int, int, int] = (0, 0, 0)
    perhaps: tuple[int, int, int] = (0, 0, 0)

    def __add__(self, other: Share) -> Share:
        return Share(_add(self.sure, other.sure), _add(self.perhaps, other.perhaps))

    def interval(self) -> Interval:
        """Lowest where every open one fails and only such doubtful members count; highest the other way about."""
        no, yes, maybe = self.sure
        p_no, p_yes, p_maybe = self.perhaps
        if not any(self.sure + self.perhaps):
            return Interval(nothing=True)
        least, most = no + yes + maybe + p_no + p_maybe, no + yes + maybe + p_yes + p_maybe
        low = Fraction(yes, least) if least else Fraction(1)
        high = Fraction(yes + maybe + p_yes + p_maybe, most) if most else Fraction(0)
        return Interval(low, high, blank=not any(self.sure))


def _add(a: tuple[int, int, int], b: tuple[int, int, int]) -> tuple[int, int, int]:
    return a[0] + b[0], a[1] + b[1], a[2] + b[2]


def _share(holds: Codes, among: Codes) -> Share:
    def three(member: int) -> tuple[int, int, int]:
        n = np.bincount(holds[among == member], minlength=3)
        return int(n[NO]), int(n[YES]), int(n[MAYBE])

    return Share(three(YES), three(MAYBE))


@dataclass(frozen=True, eq=False)
class Distinct:
    """The distinct known values of sure members, those of doubtful ones, and how many have none that is known."""

    sure: pa.Array
    perhaps: pa.Array
    open: int

    def __add__(self, other: Distinct) -> Distinct:
        return Distinct(_union(self.sure, other.sure), _union(self.perhaps, other.perhaps), self.open + other.open)

    def interval(self) -> Interval:
        """Each member without a known value may be a new one, or none of them."""
        all_known = len(_union(self.sure, self.perhaps))
        return Interval(Fraction(len(self.sure)), Fraction(all_known + self.open))


def _union(a: pa.Array, b: pa.Array) -> pa.Array:
    return pc.unique(pa.concat_arrays([a, b]))


def _distinct(column: Column, among: Codes) -> Distinct:
    texts = column.texts()
    known = pc.is_valid(texts)
    unsure = column.unsure()
    if unsure is not None:  # a list of which some members are known is not a known list
        known = pc.and_not(known, unsure)
    sure, perhaps = (pc.unique(texts.filter(pc.and_(known, pa.array(among == m)))) for m in (YES, MAYBE))
    open_members = int(((among != NO) & ~known.to_numpy(zero_copy_only=False)).sum())
    return Distinct(sure, perhaps, open_members)


def _known(column: Column, among: Codes) -> tuple[list[tuple[Number, int]], list[tuple[Number, int]], int, int]:
    """The values of sure and of doubtful members with how often each occurs; how many of either have none known."""
    has = pc.is_valid(column.codes).to_numpy(zero_copy_only=False)
    at = pc.fill_null(column.codes, 0).to_numpy(zero_copy_only=False)
    values = column.values.to_pylist()

    def counted(member: int) -> list[tuple[Number, int]]:
        n = np.bincount(at[has & (among == member)], minlength=len(values))
        return [(number(values[i]), int(n[i])) for i in np.flatnonzero(n)]

    open_sure, open_perhaps = (int((~has & (among == m)).sum()) for m in (YES, MAYBE))
    return counted(YES), counted(MAYBE), open_sure, open_perhaps


@dataclass(frozen=True)
class Sum:
    low: Fraction = Fraction(0)
    high: Fraction = Fraction(0)
    open: bool = False
    """A member without a known value: the sum may be anything."""

    def __add__(self, other: Sum) -> Sum:
        return Sum(self.low + other.low, self.high + other.high, self.open or other.open)

    def interval(self) -> Interval:
        return Interval() if self.open else Interval(self.low, self.high)


def _sum(column: Column, among: Codes) -> Sum:
    sure, perhaps, open_sure, open_perhaps = _known(column, among)
    total = _total(sure)
    below = _total((value, n) for value, n in perhaps if _fraction(value) < 0)
    above = _total((value, n) for value, n in perhaps if _fraction(value) > 0)
    return Sum(total + below, total + above, bool(open_sure or open_perhaps))


def _fraction(value: Number) -> Fraction:
    if not isinstance(value, Fraction):
        raise TypeError("only numbers add up")
    return value


def _total(values: Iterable[tuple[Number, int]]) -> Fraction:
    return sum((_fraction(value) * n for value, n in values), Fraction(0))


@dataclass(frozen=True)
class Ends:
    """The least and the greatest known value of sure and of doubtful members."""

    statistic: Statistic
    sure: tuple[Number, Number] | None = None
    perhaps: tuple[Number, Number] | None = None
    open_sure: bool = False
    open_perhaps: bool = False

    def __add__(self, other: Ends) -> Ends:
        return Ends(
            self.statistic,
            _wider(self.sure, other.sure),
            _wider(self.perhaps, other.perhaps),
            self.open_sure or other.open_sure,
            self.open_perhaps or other.open_perhaps,
        )

    def interval(self) -> Interval:
        open_at_all = self.open_sure or self.open_perhaps
        every = _wider(self.sure, self.perhaps)
        if every is None and not open_at_all:
            return Interval(nothing=True)
        blank = self.sure is None and not self.open_sure
        low: Number | None
        high: Number | None
        if self.statistic is Statistic.MIN:
            low = None if open_at_all or every is None else every[0]
            high = self.sure[0] if self.sure else every[1] if every and not open_at_all else None
        else:
            high = None if open_at_all or every is None else every[1]
            low = self.sure[1] if self.sure else every[0] if every and not open_at_all else None
        return Interval(low, high, blank)


def _wider(a: tuple[Number, Number] | None, b: tuple[Number, Number] | None) -> tuple[Number, Number] | None:
    if a is None or b is None:
        return a or b
    return min(a[0], b[0]), max(a[1], b[1])


def _ends(statistic: Statistic) -> Callable[[Column, Codes], Ends]:
    def of(column: Column, among: Codes) -> Ends:
        sure, perhaps, open_sure, open_perhaps = _known(column, among)
        return Ends(statistic, _span(sure), _span(perhaps), bool(open_sure), bool(open_perhaps))

    return of


def _span(values: list[tuple[Number, int]]) -> tuple[Number, Number] | None:
    return reduce(_wider, (((value, value)) for value, _ in values), None)


_OF_CONDITION: dict[Statistic, Callable[[Codes, Codes], Tally]] = {Statistic.COUNT: _count, Statistic.SHARE: _share}
_OF_FACT: dict[Statistic, Callable[[Column, Codes], Tally]] = {
    Statistic.DISTINCT: _distinct,
    Statistic.SUM: _sum,
    Statistic.MIN: _ends(Statistic.MIN),
    Statistic.MAX: _ends(Statistic.MAX),
}


def measure_conditions(measure: Measure) -> tuple[Condition, ...]:
    """The conditions of a measure, for whoever wants to know the facts it needs."""
    of = () if isinstance(measure.of, Fact) else (measure.of,)
    return (*of, *(() if measure.where is None else (measure.where,)))
