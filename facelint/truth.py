"""The truth of conditions over columns, in three-valued (Kleene) logic, by Arrow compute.

A truth is a boolean array, null where unsure, or where it is the same for all things one bool, None where unsure.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any as Untyped

import pyarrow as pa
import pyarrow.compute as pc

from facelint.columns import ARROW_TYPES, Column
from facelint.conditions import All, Any, Condition, FactRef, Many, Not, Op, Period, Test
from facelint.facts import Fact
from facelint.intervals import Interval, compare, operand
from facelint.values import Kind, Value

Truth = Untyped
"""`pa.BooleanArray | bool | None`; Arrow has no types to name it by."""


@dataclass(frozen=True)
class Facts:
    """What is known of `length` things, by name of fact; measures of the dataset are intervals."""

    length: int
    columns: Mapping[str, Column | Interval]

    def __getitem__(self, fact: Fact) -> Column | Interval:
        return self.columns[fact.name]

    def column(self, fact: Fact) -> Column:
        """The column of a fact that is no measure."""
        column = self.columns[fact.name]
        if not isinstance(column, Column):
            raise TypeError(f"{fact.name} is a measure")
        return column

    def as_read(self, fact: Fact) -> Column:
        """The value of each thing as tests read it: an exemption that nothing claims is false."""
        column = self.column(fact)
        return (column.as_claimed() if fact.claimed else column).spread(self.length)

    def take(self, rows: pa.Array) -> Facts:
        columns = {name: c.take(rows) if isinstance(c, Column) else c for name, c in self.columns.items()}
        return Facts(len(rows), columns)


def evaluate(condition: Condition, facts: Facts) -> Truth:
    """Whether the condition holds, for each thing."""
    match condition:
        case Test():
            return _test(condition, facts)
        case Not(part):
            return not_(evaluate(part, facts))
        case All(parts):
            truth: Truth = True
            for part in parts:
                truth = and_(truth, evaluate(part, facts))
                if truth is False:
                    break
            return truth
        case Any(parts):
            truth = False
            for part in parts:
                truth = or_(truth, evaluate(part, facts))
                if truth is True:
                    break
            return truth


def not_(a: Truth) -> Truth:
    return pc.invert(a) if isinstance(a, pa.Array) else None if a is None else not a


def and_(a: Truth, b: Truth) -> Truth:
    if not isinstance(a, pa.Array):
        a, b = b, a
    if not isinstance(a, pa.Array):
        return False if a is False or b is False else None if a is None or b is None else True
    if b is True or b is False:
        return a if b else False
    return pc.and_kleene(a, pa.scalar(None, pa.bool_()) if b is None else b)


def or_(a: Truth, b: Truth) -> Truth:
    return not_(and_(not_(a), not_(b)))


def spread(truth: Truth, length: int) -> pa.Array:
    """A truth as a boolean array of `length`."""
    return truth if isinstance(truth, pa.Array) else pa.repeat(pa.scalar(truth, pa.bool_()), length)


def _test(test: Test, facts: Facts) -> Truth:
    left = facts[test.fact]
    if test.op in (Op.PRESENT, Op.ABSENT):
        truth = left.present() if isinstance(left, Interval) else _present(left)
        return truth if test.op is Op.PRESENT else not_(truth)
    left = _as_read(test.fact, left)
    if not isinstance(test.operand, FactRef):
        if test.operand is None:
            raise TypeError(f"{test.op} takes an operand")
        if isinstance(left, Interval):
            return compare(test.op, left, operand(test.operand))
        return _of_values(left, _kernel(test)(left.values, test.operand), test.op)
    right = _shifted(_as_read(test.operand.fact, facts[test.operand.fact]), test.operand.shift)
    if isinstance(left, Column) and isinstance(right, Column):
        return _against(test, left, right, facts.length)
    return _intervals(test.op, left, right)


def _as_read(fact: Fact, column: Column | Interval) -> Column | Interval:
    return column.as_claimed() if fact.claimed and isinstance(column, Column) else column


def _present(column: Column) -> Truth:
    truth = pc.is_valid(column.codes)
    if column.unknown is not None:
        truth = pc.if_else(pc.or_(pc.is_null(column.unknown), truth), truth, pa.scalar(None, pa.bool_()))
    return truth[0].as_py() if column.constant else truth


def _of_values(column: Column, per_value: pa.Array, op: Op) -> Truth:
    """The truth for each thing from the truth for each distinct value: blank false, what is not known unsure."""
    return _of_things(column, per_value.take(column.codes), op)


def _of_things(column: Column, truth: pa.Array, op: Op, *others: pa.Array | None) -> Truth:
    truth = pc.fill_null(truth, False)
    for mask in (_open(column, truth, op), *others):
        if mask is not None:
            truth = pc.if_else(mask, pa.scalar(None, pa.bool_()), truth)
    return truth[0].as_py() if column.constant else truth


def _open(column: Column, truth: pa.Array, op: Op) -> pa.Array | None:
    """Where what is known of the column leaves the test open. Further members of a list that is known in part make
    nothing false that holds of some member, nor true that must hold of every one."""
    unsure = column.unsure()
    if unsure is None or column.type.kind is not Kind.LIST:
        return unsure
    settled = pc.invert(truth) if op is Op.WITHIN else truth
    return pc.and_not(unsure, pc.and_(settled, pc.is_valid(column.codes)))


Kernel = Callable[[pa.Array, Untyped], pa.Array]


def _kernel(test: Test) -> Kernel:
    kernels = _LIST_KERNELS if test.fact.type.kind is Kind.LIST else _KERNELS
    return kernels[test.op]


def _scalar(values: pa.Array, value: Value) -> pa.Scalar:
    return pa.scalar(value, values.type)


def _set(values: pa.Array, many: Many) -> pa.Array:
    kind = values.type.value_type if pa.types.is_list(values.type) else values.type
    return pa.array(many.values, kind)


def _compares(function: Callable[[Untyped, Untyped], pa.Array]) -> Kernel:
    return lambda values, value: function(values, _scalar(values, value))


_ORDER: dict[Op, Callable[[Untyped, Untyped], pa.Array]] = {
    Op.IS: pc.equal,
    Op.LT: pc.less,
    Op.LE: pc.less_equal,
    Op.GT: pc.greater,
    Op.GE: pc.greater_equal,
}

_KERNELS: dict[Op, Kernel] = {
    **{op: _compares(function) for op, function in _ORDER.items()},
    Op.IN: lambda values, many: pc.is_in(values, value_set=_set(values, many)),
    Op.MATCHES: lambda values, pattern: pc.match_substring_regex(values, whole(pattern)),
    Op.CONTAINS: pc.match_substring,
    Op.STARTS_WITH: pc.starts_with,
    Op.ENDS_WITH: pc.ends_with,
}


def whole(pattern: str) -> str:
    """An RE2 pattern over the whole value, where a dot matches a newline too."""
    return rf"\A(?s:{pattern})\z"


def _members_in(values: pa.Array, wanted: pa.Array) -> tuple[pa.Array, pa.Array]:
    """For each list whether any member, and whether any other than them, is among `wanted`."""
    hits = pc.is_in(pc.list_flatten(values), value_set=wanted)
    return _with_member(values, hits), _with_member(values, pc.invert(hits))


def _with_member(values: pa.Array, hits: pa.Array) -> pa.Array:
    """For each list whether any of its members is among the `hits`, a mask of all lists' members."""
    parents = pc.list_parent_indices(values)
    return pc.is_in(pa.array(range(len(values)), parents.type), value_set=parents.filter(hits))


def _matches_any(values: pa.Array, pattern: str) -> pa.Array:
    return _with_member(values, pc.match_substring_regex(pc.list_flatten(values), whole(pattern)))


def _contains_all(values: pa.Array, many: Many) -> pa.Array:
    truth = pa.repeat(pa.scalar(True), len(values))
    for member in _set(values, many):
        truth = pc.and_(truth, _members_in(values, pa.array([member.as_py()]))[0])
    return truth


_LIST_KERNELS: dict[Op, Kernel] = {
    Op.MATCHES: _matches_any,
    Op.CONTAINS: lambda values, value: _members_in(values, pa.array([value], pa.string()))[0],
    Op.CONTAINS_ANY: lambda values, many: _members_in(values, _set(values, many))[0],
    Op.CONTAINS_ALL: _contains_all,
    Op.WITHIN: lambda values, many: pc.invert(_members_in(values, _set(values, many))[1]),
}


def _against(test: Test, left: Column, right: Column, length: int) -> Truth:
    """One fact against another: where one side is unsure so is the test, whatever the other; a blank is false."""
    if right.constant:
        unsure = right.unsure()
        if unsure is not None and unsure[0].as_py():
            return None
        if not right.codes[0].is_valid:
            return _of_values(left, pa.repeat(pa.scalar(False), len(left.values)), test.op)
        value = _comparable(right, left).plain()[0].as_py()
        literal = Many(tuple(value)) if isinstance(value, list) else value
        if test.op in _OF_SEVERAL and isinstance(literal, str):
            literal = Many((literal,))
        comparable = _comparable(left, right)
        return _of_values(comparable, _kernel(test)(comparable.values, literal), test.op)
    left = left.spread(length)
    ordered = test.op in _ORDER and test.fact.type.kind is not Kind.LIST
    truth = _order(test.op, left, right) if ordered else _pairs(test.op, left, right)
    return _of_things(left, truth, test.op, right.unsure())


def _comparable(left: Column, right: Column) -> Column:
    """`left` with its integers as decimals where `right` holds decimals."""
    if left.type.kind is Kind.INTEGER and right.type.kind is Kind.NUMBER:
        return replace(left, type=right.type, values=left.values.cast(ARROW_TYPES[Kind.NUMBER]))
    return left


def _order(op: Op, left: Column, right: Column) -> pa.Array:
    return _ORDER[op](_comparable(left, right).plain(), _comparable(right, left).plain())


_PAIRS: dict[Op, Callable[[Untyped, Untyped], bool]] = {
    Op.IN: lambda a, b: a in b,
    Op.CONTAINS: lambda a, b: b in a,
    Op.CONTAINS_ANY: lambda a, b: not set(a).isdisjoint(_several(b)),
    Op.CONTAINS_ALL: lambda a, b: set(a) >= _several(b),
    Op.WITHIN: lambda a, b: set(a) <= _several(b),
    Op.STARTS_WITH: str.startswith,
    Op.ENDS_WITH: str.endswith,
}


_OF_SEVERAL = (Op.CONTAINS_ANY, Op.CONTAINS_ALL, Op.WITHIN)


def _several(value: str | Iterable[str]) -> frozenset[str]:
    """A text counts as a list of one."""
    return frozenset({value} if isinstance(value, str) else value)


def _pairs(op: Op, left: Column, right: Column) -> pa.Array:
    """Operators that have no kernel for two columns, on the distinct pairs of their values."""
    width = pa.scalar(len(right.values), pa.int64())
    keys = pc.add(pc.multiply(left.codes.cast(pa.int64()), width), right.codes.cast(pa.int64())).dictionary_encode()
    ours, theirs = left.values.to_pylist(), right.values.to_pylist()
    pairs = (divmod(key, len(theirs)) for key in keys.dictionary.to_pylist())
    answers = [_PAIRS[op](ours[a], theirs[b]) for a, b in pairs]
    return pa.array(answers, pa.bool_()).take(keys.indices)


def _intervals(op: Op, left: Column | Interval, right: Column | Interval) -> bool | None:
    """A measure against a measure or a constant."""
    sides: list[Interval] = []
    for side in (left, right):
        if isinstance(side, Interval):
            sides.append(side)
            continue
        unsure = side.unsure()
        if unsure is not None and unsure[0].as_py():
            return None
        value = side.plain()[0].as_py()
        sides.append(Interval(nothing=True) if value is None else Interval.exactly(value))
    return compare(op, *sides)


def _shifted(column: Column | Interval, shift: Period) -> Column | Interval:
    if shift == Period():
        return column
    if isinstance(column, Interval):
        low, high = (end if end is None else moved(end, shift) for end in (column.low, column.high))
        return replace(column, low=low, high=high)
    days = [None if day is None else moved(day, shift) for day in column.values.to_pylist()]
    return replace(column, values=pa.array(days, pa.date32()))


def moved(day: Untyped, shift: Period) -> date:
    """A day moved by a period: months first, clamped to the month's end; kept within the calendar's years 1 to 9999."""
    months = day.year * 12 + day.month - 1 + shift.months
    year, month = divmod(months, 12)
    if not 1 <= year <= 9999:
        return date.max if year > 9999 else date.min
    try:
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])) + timedelta(days=shift.days)
    except OverflowError:
        return date.max if shift.days > 0 else date.min
