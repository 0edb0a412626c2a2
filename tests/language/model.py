"""The policy language over again, one thing at a time in plain Python, written from its description.

It shares no line with facelint, so that what the two agree on is hardly a mistake of both. Conditions, measures and
forms are the structures that YAML holds, with every scalar as text.
"""

from __future__ import annotations

import json
import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Literal

Plain = str | int | Decimal | bool | date | tuple[str, ...]
State = tuple[Literal["value", "some"], Plain] | tuple[Literal["blank", "bad", "unknown"]]
"""What is known of a fact: its value; nothing was stated; no column, or not of its type; it could not be told, or of a
list only some members could."""

BLANK: State = ("blank",)
BAD: State = ("bad",)
UNKNOWN: State = ("unknown",)

Structure = str | list["Structure"] | dict[str, "Structure"]
Thing = Mapping[str, State]
Truth = bool | None
Answer = Literal["pass", "fail", "skip", "unsure"]


def both(truths: Iterable[Truth]) -> Truth:
    """Kleene's and: false wins, then unsure."""
    told = list(truths)
    return False if False in told else None if None in told else True


def either(truths: Iterable[Truth]) -> Truth:
    told = list(truths)
    return True if True in told else None if None in told else False


def negated(truth: Truth) -> Truth:
    return None if truth is None else not truth


def answer(when: Truth, require: Truth) -> Answer:
    """The table "What a rule answers"."""
    if when is False:
        return "skip"
    if require is True:
        return "pass"
    return "fail" if when is True and require is False else "unsure"


@dataclass(frozen=True)
class Language:
    """What a policy's conditions can name."""

    types: Mapping[str, str]
    """By fact: text, enum, integer, number, boolean, date or list."""
    claimed: frozenset[str] = frozenset()
    params: Mapping[str, str | list[str]] = field(default_factory=dict)
    lists: Mapping[str, list[str]] = field(default_factory=dict)

    # Conditions

    def holds(self, condition: Structure, thing: Thing) -> Truth:
        assert isinstance(condition, dict)
        return both(self._member(name, said, thing) for name, said in condition.items())

    def _member(self, name: str, said: Structure, thing: Thing) -> Truth:
        if name == "not":
            return negated(self.holds(said, thing))
        if name in ("all", "any"):
            assert isinstance(said, list)
            parts = (self.holds(part, thing) for part in said)
            return both(parts) if name == "all" else either(parts)
        return self._test(name, said, thing)

    def _test(self, fact: str, said: Structure, thing: Thing) -> Truth:
        if said in ("present", "absent"):
            state = thing[fact]
            there = None if state == UNKNOWN else state[0] in ("value", "some")
            return there if said == "present" else negated(there)
        if not isinstance(said, dict) or {"fact", "param", "list"} & said.keys():
            return self._operator(fact, "in" if self._plural(said) else "is", said, thing)
        return both(self._operator(fact, op, operand, thing) for op, operand in said.items())

    def _plural(self, operand: Structure) -> bool:
        if not isinstance(operand, dict):
            return isinstance(operand, list)
        if "fact" in operand:
            return self.types[str(operand["fact"])] == "list"
        return "list" in operand or isinstance(self.params[str(operand["param"])], list)

    def _operator(self, fact: str, op: str, operand: Structure, thing: Thing) -> Truth:
        if op in ("is_not", "not_in"):
            return negated(self._operator(fact, {"is_not": "is", "not_in": "in"}[op], operand, thing))
        left = self.read(fact, thing)
        if isinstance(operand, dict) and "fact" in operand:
            right = self._moved(self.read(str(operand["fact"]), thing), operand)
            return self._compared(op, left, right)
        kind = self.types[fact]
        if op in ("in", "contains_any", "contains_all", "within"):
            several = [literal(text, self._literal_kind(kind, op)) for text in self._texts(operand)]
            return self._compared_with(op, left, several)
        (text,) = self._texts(operand)
        return self._compared_with(op, left, literal(text, self._literal_kind(kind, op)))

    def _literal_kind(self, kind: str, op: str) -> str:
        if op == "matches":
            return "pattern"
        return "text" if kind in ("enum", "list") else kind

    def _texts(self, operand: Structure) -> list[str]:
        """The literals of an operand, with params and lists put in their place."""
        if isinstance(operand, str):
            return [operand]
        if isinstance(operand, list):
            return [text for part in operand for text in self._texts(part)]
        if "list" in operand:
            return self.lists[str(operand["list"])]
        value = self.params[str(operand["param"])]
        return value if isinstance(value, list) else [value]

    def read(self, fact: str, thing: Thing) -> State:
        """As every test but presence reads a fact: an exemption that nobody claims is not given."""
        state = thing[fact]
        return ("value", False) if fact in self.claimed and state in (BLANK, BAD) else state

    def _moved(self, state: State, operand: Mapping[str, Structure]) -> State:
        for word, sign in (("plus", 1), ("minus", -1)):
            if word in operand and state[0] == "value":
                assert isinstance(state[1], date)
                (period,) = self._texts(operand[word])
                state = ("value", moved(state[1], period, sign))
        return state

    def _compared(self, op: str, left: State, right: State) -> Truth:
        if BAD in (left, right) or UNKNOWN in (left, right) or right[0] == "some":
            return None
        if left[0] == "some":
            return self._with_more(op, right[0] == "value" and compared(op, left[1], right[1]))
        if left[0] != "value" or right[0] != "value":
            return False
        return compared(op, left[1], right[1])

    def _compared_with(self, op: str, left: State, operand: Plain | list[Plain]) -> Truth:
        if left in (BAD, UNKNOWN):
            return None
        if left[0] == "some":
            return self._with_more(op, compared(op, left[1], operand))
        return left[0] == "value" and compared(op, left[1], operand)

    def _with_more(self, op: str, holds: bool) -> Truth:
        """What still stands however many members there are beside the known ones."""
        stands = not holds if op == "within" else holds
        return holds if stands else None

    # Rules

    def require(self, rule: Mapping[str, Structure], things: Sequence[Thing]) -> list[Answer]:
        return [answer(self._when(rule, thing), self.holds(rule["require"], thing)) for thing in things]

    def _when(self, rule: Mapping[str, Structure], thing: Thing) -> Truth:
        return self.holds(rule["when"], thing) if "when" in rule else True

    def _among(self, rule: Mapping[str, Structure], thing: Thing) -> Truth:
        return self.holds(rule["among"], thing) if "among" in rule else True

    def _key(self, facts: Sequence[str], thing: Thing) -> State | tuple[Plain, ...]:
        """The key of a thing; where a part is unsure or else blank, that."""
        states = [self.read(fact, thing) for fact in facts]
        if BAD in states or UNKNOWN in states or any(state[0] == "some" for state in states):
            return UNKNOWN
        return BLANK if BLANK in states else tuple(state[1] for state in states if state[0] == "value")

    def unique(self, rule: Mapping[str, Structure], things: Sequence[Thing]) -> list[Answer]:
        """Each thing beside every other one: one that surely has its key, one that perhaps has it."""
        facts = rule["unique"]
        assert isinstance(facts, list)
        keys = [self._key([str(fact) for fact in facts], thing) for thing in things]
        among = [self._among(rule, thing) for thing in things]
        told: list[Answer] = []
        for i, thing in enumerate(things):
            if among[i] is False or keys[i] == BLANK:
                told.append("skip")
                continue
            same = [j for j in range(len(things)) if j != i and keys[j] == keys[i] and among[j] is not False]
            holds: Truth = negated(either(None if among[j] is None or among[i] is None else True for j in same))
            told.append(answer(self._when(rule, thing), None if keys[i] == UNKNOWN else holds))
        return told

    def agree(self, rule: Mapping[str, Structure], things: Sequence[Thing]) -> list[Answer]:
        """A group fails where two sure members surely differ, and is unsure where one of it may differ."""
        form = rule["agree"]
        assert isinstance(form, dict)
        within = form["within"]
        facts = [str(fact) for fact in within] if isinstance(within, list) else [str(within)]
        keys = [self._key(facts, thing) for thing in things]
        read = [self.read(str(form["on"]), thing) for thing in things]
        values = [UNKNOWN if state[0] == "some" else state for state in read]
        among = [self._among(rule, thing) for thing in things]
        told: list[Answer] = []
        for i, thing in enumerate(things):
            if among[i] is False or (keys[i] != UNKNOWN and BLANK in (keys[i], values[i])):
                told.append("skip")
                continue
            group = [
                j for j in range(len(things)) if keys[j] == keys[i] and among[j] is not False and values[j] != BLANK
            ]
            differ = {values[j] for j in group if among[j] is True and values[j][0] == "value"}
            may_differ = {values[j] for j in group}
            holds: Truth = True
            if len(differ) > 1:
                holds = None if among[i] is None else False
            elif len(may_differ) > 1 or UNKNOWN in may_differ or BAD in may_differ:
                holds = None
            told.append(answer(self._when(rule, thing), None if keys[i] == UNKNOWN else holds))
        return told

    def answers(self, rule: Mapping[str, Structure], things: Sequence[Thing]) -> list[Answer]:
        form = {"require": self.require, "unique": self.unique, "agree": self.agree}
        return next(form[name] for name in form if name in rule)(rule, things)

    # Measures

    def completed(self, measure: Mapping[str, Structure], things: Sequence[Thing]) -> Iterator[Number | None]:
        """Every value that a measure may have, by each way that what is not known could turn out.

        Of the values that a member could have, a few stand for all: those that others have, and some that none has.
        None is no value at all.
        """
        statistic, of = next((name, said) for name, said in measure.items() if name != "where")
        members: list[list[Entry]] = []
        for thing in things:
            where = self.holds(measure["where"], thing) if "where" in measure else True
            out: list[Entry] = [OUT] if where is not True else []
            inside = self._entries(statistic, of, thing, things) if where is not False else []
            members.append(out + inside)
        for completion in product(*members):
            yield STATISTICS[statistic]([entry[1] for entry in completion if entry != OUT])

    def _entries(self, statistic: str, of: Structure, thing: Thing, things: Sequence[Thing]) -> list[Entry]:
        if statistic in ("count", "share"):
            truth = self.holds(of, thing)
            return [("in", truth)] if truth is not None else [("in", True), ("in", False)]
        fact = str(of)
        state = self.read(fact, thing)
        if state[0] == "value":
            return [("in", state[1])]
        if statistic == "distinct":
            others = [other for other in (self.read(fact, one) for one in things) if other[0] == "value"]
            known: list[Entry] = [("in", value) for value in dict.fromkeys(o[1] for o in others if o[0] == "value")]
            return [*known, ("in", None), ("in", f"new {id(thing)}")]
        low, high = EXTREMES[self.types[fact]]
        return [("in", low), ("in", high)]


Number = Fraction | date
Entry = tuple[Literal["in", "out"], Plain | None]
OUT: Entry = ("out", None)
FAR = 10**30
EXTREMES: Mapping[str, tuple[Plain, Plain]] = {
    "integer": (-FAR, FAR),
    "number": (-FAR, FAR),
    "date": (date.min, date.max),
}
"""Values that stand for every value a member could have, further out than any that is stated."""


def _share(entries: Sequence[Plain | None]) -> Number | None:
    return Fraction(sum(map(bool, entries)), len(entries)) if entries else None


def _number(value: Plain | None) -> Number:
    if isinstance(value, date):
        return value
    assert isinstance(value, int | Decimal)
    return Fraction(value)


def _sum(entries: Sequence[Plain | None]) -> Number:
    total = Fraction(0)
    for entry in entries:
        assert isinstance(entry, int | Decimal)
        total += Fraction(entry)
    return total


STATISTICS: Mapping[str, Callable[[Sequence[Plain | None]], Number | None]] = {
    "count": lambda entries: Fraction(sum(map(bool, entries))),
    "share": _share,
    "distinct": lambda entries: Fraction(len({entry for entry in entries if entry is not None})),
    "sum": _sum,
    "min": lambda entries: min(map(_number, entries), default=None),
    "max": lambda entries: max(map(_number, entries), default=None),
}


def compared(op: str, a: Plain, b: Plain | list[Plain]) -> bool:
    """Two known values, or a known value and literals."""
    if isinstance(a, tuple):
        ours = set(a)
        theirs = set(b) if isinstance(b, tuple | list) else {b}
        if op == "matches":
            assert isinstance(b, str)
            return any(re.fullmatch(b, member, re.DOTALL) for member in a)
        if op in ("is", "contains", "in", "contains_any"):
            return bool(ours & theirs)
        return ours >= theirs if op == "contains_all" else ours <= theirs
    if isinstance(b, tuple | list):
        assert op in ("in", "within")
        return a in b
    if isinstance(a, str):
        assert isinstance(b, str)
        return {
            "is": a == b,
            "matches": op == "matches" and re.fullmatch(b, a, re.DOTALL) is not None,
            "contains": b in a,
            "starts_with": a.startswith(b),
            "ends_with": a.endswith(b),
        }[op]
    if isinstance(a, date) or isinstance(b, date):
        assert isinstance(a, date)
        assert isinstance(b, date)
        return ordered(op, (a - b).days)
    assert isinstance(a, int | Decimal)
    assert isinstance(b, int | Decimal)
    return ordered(op, Fraction(a) - Fraction(b))


def ordered(op: str, difference: Fraction | int) -> bool:
    return {
        "is": difference == 0,
        "lt": difference < 0,
        "le": difference <= 0,
        "gt": difference > 0,
        "ge": difference >= 0,
    }[op]


def moved(day: date, period: str, sign: int) -> date:
    """Whole months clamp to the month's end, and days that no calendar has to its first or last one."""
    number, unit = int(period.split()[0]) * sign, period.split()[1].rstrip("s")
    if unit == "day":
        return date.fromordinal(min(max(day.toordinal() + number, 1), date.max.toordinal()))
    year, month = day.year, day.month + number * (12 if unit == "year" else 1)
    while month > 12:
        year, month = year + 1, month - 12
    while month < 1:
        year, month = year - 1, month + 12
    if not 1 <= year <= 9999:
        return date.min if year < 1 else date.max
    return date(year, month, min(day.day, monthrange(year, month)[1]))


# Text


def literal(text: str, kind: str) -> Plain:
    """A literal that fits its type."""
    if kind == "pattern":
        return unicodedata.normalize("NFC", text)
    state = plain_read(text, kind)
    assert state[0] == "value", f"{text!r} is no {kind}"
    return state[1]


def plain_read(cell: str | None, kind: str, members: Sequence[str] = ()) -> State:
    """A cell of a manifest as a value of its type."""
    text = unicodedata.normalize("NFC", cell or "").strip()
    if text.lower() in ("", "nan", "null", "n/a", "#n/a"):
        return BLANK
    if kind == "list":
        return _read_list(text, members)
    value = READERS[kind](text)
    if value is None or (members and value not in members):
        return BAD
    return ("value", value)


def _read_integer(text: str) -> int | None:
    whole, dot, zeros = text.partition(".")
    digits = whole[1:] if whole[:1] in ("+", "-") else whole
    if not (digits.isascii() and digits.isdigit()) or zeros.strip("0") or (dot and not zeros):
        return None
    value = int(whole)
    return value if -(2**63) <= value < 2**63 else None


def _read_number(text: str) -> Decimal | None:
    """Decimal, with an exponent if need be: at most 38 places, and below 10^25."""
    if not text.isascii() or set(text) - set("0123456789+-.eE"):
        return None
    try:
        value = Decimal(text)
    except ArithmeticError:
        return None
    exact = Fraction(value)
    return value if abs(exact) < 10**25 and (exact * 10**38).denominator == 1 else None


def _read_boolean(text: str) -> bool | None:
    return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(text.lower())


def _read_date(text: str) -> date | None:
    """A calendar day, alone or before a time of day with perhaps a fraction and an offset."""
    day, time = text[:10], text[10:]
    parts = day.split("-")
    if [len(part) for part in parts] != [4, 2, 2] or not all(p.isascii() and p.isdigit() for p in parts):
        return None
    year, month, number = map(int, parts)
    if not (year >= 1 and 1 <= month <= 12 and 1 <= number <= monthrange(year, month)[1]):
        return None
    shape = re.compile(r"[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d(?::?\d\d)?)?", re.ASCII)
    clock = shape.fullmatch(time)
    if time and (clock is None or int(clock[1]) > 23 or int(clock[2]) > 59 or int(clock[3] or 0) > 59):
        return None
    return date(year, month, number)


def _read_list(text: str, members: Sequence[str]) -> State:
    try:
        items = json.loads(text, parse_int=str, parse_float=str, parse_constant=str) if text[0] == "[" else None
    except ValueError:
        items = None
    texts: list[str] = []
    for item in text.split(";") if items is None else items:
        if isinstance(item, bool):
            texts.append(str(item).lower())
        elif isinstance(item, str):
            texts.append(unicodedata.normalize("NFC", item).strip())
        elif item is not None:
            return BAD
    if any("\ud800" <= character <= "\udfff" for one in texts for character in one):
        return BAD
    stated = tuple(one for one in texts if one)
    if members and not all(one in members for one in stated):
        return BAD
    return ("value", stated) if stated else BLANK


READERS = {
    "text": lambda text: text,
    "enum": lambda text: text,
    "integer": _read_integer,
    "number": _read_number,
    "boolean": _read_boolean,
    "date": _read_date,
}
