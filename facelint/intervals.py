"""An interval: what is known of a number about the whole dataset when some of its members are not known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from facelint.conditions import Many, Op
from facelint.values import EXACT, Value, show

Number = Fraction | date

_MILLIONTH = Decimal("1E-6")


@dataclass(frozen=True)
class Interval:
    """The values a measure may have: between `low` and `high`, ends included, None where there is no bound.

    `blank` says that it may have no value at all (the least of nothing); with `nothing` it certainly has none.
    """

    low: Number | None = None
    high: Number | None = None
    blank: bool = False
    nothing: bool = False

    @classmethod
    def exactly(cls, value: Value) -> Interval:
        point = number(value)
        return cls(point, point)

    def present(self) -> bool | None:
        return False if self.nothing else None if self.blank else True

    @property
    def known(self) -> bool:
        return self.nothing or (self.low is not None and self.low == self.high and not self.blank)

    def __str__(self) -> str:
        """`12`, `0.25`, `between 3 and 5`, `at least 3`."""
        if self.nothing:
            return "no value"
        if self.low is not None and self.low == self.high:
            text = _show(self.low)
        elif self.low is not None and self.high is not None:
            text = f"between {_show(self.low)} and {_show(self.high)}"
        elif self.low is not None:
            text = f"at least {_show(self.low)}"
        else:
            text = f"at most {_show(self.high)}" if self.high is not None else "any number"
        return text + (", or no value" if self.blank else "")


def number(value: Value) -> Number:
    """A value as intervals compare it. Raises TypeError for a value that has no place on a scale."""
    if isinstance(value, date):
        return value
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise TypeError(f"{type(value).__name__} has no interval")
    return Fraction(value)


def _show(value: Number) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if value.denominator == 1:
        return str(value.numerator)
    exact = EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))
    return show(exact if Fraction(exact) == value else exact.quantize(_MILLIONTH, context=EXACT))


def compare(op: Op, left: Interval, right: Interval | tuple[Interval, ...]) -> bool | None:
    """Whether `left op right` holds: None where the intervals leave it open.

    `right` is a tuple for `in`. Blank on either side makes any comparison false.
    """
    if isinstance(right, tuple):
        answers = [compare(Op.IS, left, one) for one in right]
        return True if True in answers else None if None in answers else False
    if left.nothing or right.nothing:
        return False
    answer = _COMPARE[op](left, right)
    return None if answer and (left.blank or right.blank) else answer


def _below(a: Number | None, b: Number | None) -> bool:
    """a < b, for ends that are both finite; the types agree because the policy was checked."""
    return a is not None and b is not None and a < b  # type: ignore[operator]


def _at_most(a: Number | None, b: Number | None) -> bool:
    return a is not None and b is not None and a <= b  # type: ignore[operator]


def _lt(a: Interval, b: Interval) -> bool | None:
    return True if _below(a.high, b.low) else False if _at_most(b.high, a.low) else None


def _le(a: Interval, b: Interval) -> bool | None:
    return True if _at_most(a.high, b.low) else False if _below(b.high, a.low) else None


def _is(a: Interval, b: Interval) -> bool | None:
    if _below(a.high, b.low) or _below(b.high, a.low):
        return False
    return True if a.low is not None and a.low == a.high == b.low == b.high else None


_COMPARE = {
    Op.LT: _lt,
    Op.LE: _le,
    Op.GT: lambda a, b: _lt(b, a),
    Op.GE: lambda a, b: _le(b, a),
    Op.IS: _is,
}


def operand(value: Value | Many) -> Interval | tuple[Interval, ...]:
    """A literal operand as intervals."""
    return tuple(map(Interval.exactly, value.values)) if isinstance(value, Many) else Interval.exactly(value)
