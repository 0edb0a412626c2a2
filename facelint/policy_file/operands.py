"""The operand of a test from its node: literals of the fact's type, params, lists, other facts moved by a period."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from time import perf_counter

from facelint.conditions import FactRef, Many, Op, Period
from facelint.facts import Fact
from facelint.policy_file.names import Context, Listed, Param
from facelint.policy_file.patterns import refusal
from facelint.policy_file.reading import each, mapping, misfit, under
from facelint.values import NUMERIC, TEXTUAL, FactType, Kind, NotOfType, Value, clean, convert, convert_members
from facelint.yaml_tree import Node, quoted

SEVERAL = frozenset({Op.IN, Op.CONTAINS_ANY, Op.CONTAINS_ALL, Op.WITHIN})
_PARTS_OF_TEXT = frozenset({Op.CONTAINS, Op.STARTS_WITH, Op.ENDS_WITH})

_PERIOD = re.compile(r"[0-9]{1,6} (day|month|year)s?( [0-9]{1,6} (day|month|year)s?)*\Z")
_STEP = re.compile(r"([0-9]+) (day|month|year)")
_MAX_MONTHS = 12_000
_MAX_DAYS = 366_000


def is_operand(node: Node) -> bool:
    """Whether a mapping writes an operand, where it could be one of operators."""
    keys = set(node.members or ())
    return keys in ({"param"}, {"list"}) or ("fact" in keys and keys <= {"fact", "plus", "minus"})


def is_plural(node: Node, at: Context) -> bool:
    """Whether a plain operand is a list, so that the test is `one of`."""
    members = node.members or {}
    if "fact" in members:
        fact = at.names.facts.get(members["fact"].value.text or "")
        return isinstance(fact, Fact) and fact.type.kind is Kind.LIST
    if "param" in members:
        param = at.names.params.get(members["param"].value.text or "")
        return isinstance(param, Param) and isinstance(param.value, Listed)
    return node.items is not None or "list" in members


def operand(fact: Fact, op: Op, node: Node, key: str, at: Context) -> Value | Many | FactRef | None:
    """What an operator compares with, or None where it has a problem."""
    if node.members is not None and "fact" in node.members:
        return _fact_operand(fact, op, node, key, at)
    return _several(fact, op, node, key, at) if op in SEVERAL else _one(fact, op, node, key, at)


# Literals


def _one(fact: Fact, op: Op, node: Node, key: str, at: Context) -> Value | None:
    if node.text is not None:
        return _literal(fact, op, node, key, "" if node.null else node.text, at)
    if node.members is not None and "param" in node.members:
        param = _param(node, key, at)
        if param is None:
            return None
        if not isinstance(param.value, Listed):
            return _literal(fact, op, node, key, param.value, at, _said_by(node, param))
    at.problems.add(node, key, f"one value is wanted, found {_what(node)}")
    return None


def _several(fact: Fact, op: Op, node: Node, key: str, at: Context) -> Many | None:
    if node.members is not None:
        return _whole(fact, op, node, key, at)
    values: list[Value] = []
    whole = bool(node.items)
    for item, path in each(node, key, at.problems, "values"):
        if item.members is not None and "fact" not in item.members:
            spliced = _whole(fact, op, item, path, at)
            values.extend(_copied(spliced, item, path, at) if spliced else ())
            whole = whole and spliced is not None
        else:
            value = _one(fact, op, item, path, at)
            values.extend(() if value is None else (value,))
            whole = whole and value is not None
    return Many(tuple(values)) if whole else None


def _whole(fact: Fact, op: Op, node: Node, key: str, at: Context) -> Many | None:
    """The values of a `{list: …}` or a `{param: …}`."""
    word = next((word for word in ("list", "param") if word in (node.members or ())), None)
    members = mapping(node, key, at.problems, (word,) if word else ("fact", "param", "list"))
    if "list" in members:
        listed = at.list(members["list"].value, under(key, "list"))
        said = f"list {quoted(members['list'].value.text or '')} holds "
        return None if listed is None else _converted(fact, op, node, key, listed, at, said)
    if "param" not in members:
        if len(members) == len(node.members or ()):
            at.problems.add(node, key, "an empty mapping; a list of values is wanted")
        return None
    param = _param(node, key, at)
    if param is None:
        return None
    if isinstance(param.value, Listed):
        return _converted(fact, op, node, key, param.value, at, _said_by(node, param))
    value = _literal(fact, op, node, key, param.value, at, _said_by(node, param))
    return None if value is None else Many((value,))


def _converted(fact: Fact, op: Op, node: Node, key: str, listed: Listed, at: Context, said: str) -> Many | None:
    """A list's values as the fact's type; converted once for each type, for lists may be long and much used."""
    known = at.memo.lists.get((listed, fact.type))
    if known is None:
        known = at.memo.lists[listed, fact.type] = _convert_all(listed.texts, fact, op, at)
    if isinstance(known, Many):
        return known
    at.problems.add(node, key, said + known)
    return None


def _convert_all(texts: Sequence[str], fact: Fact, op: Op, at: Context) -> Many | str:
    values = []
    for text in texts:
        try:
            value = _convert(text, fact, op)
        except NotOfType:
            return misfit(text, fact.type, at.problems, ", which is not")
        if value is None:
            return f"{quoted(text)}, which reads as blank"
        values.append(value)
    return Many(tuple(values))


def _copied(part: Many, node: Node, key: str, at: Context) -> Sequence[Value]:
    at.memo.copies -= len(part.values)
    if at.memo.copies >= 0:
        return part.values
    at.problems.add(node, key, "the lists within lists grow too long; {list: NAME} alone may be long")
    return ()


def _literal(fact: Fact, op: Op, node: Node, key: str, text: str, at: Context, said: str = "") -> Value | None:
    try:
        value = _convert(text, fact, op)
    except NotOfType:
        verb = ", which is not" if said else " is not"
        at.problems.add(node, key, said + misfit(text, fact.type, at.problems, verb))
        return None
    if value is None:
        found = f"{quoted(text)}, which reads as blank" if text else "nothing"
        at.problems.add(node, key, f"a value is wanted, found {found}; a blank fact is asked for by the word absent")
    elif op is Op.MATCHES and isinstance(value, str) and (reason := _refused(value, at)):
        at.problems.add(node, key, reason)
        return None
    return value


def _refused(pattern: str, at: Context) -> str:
    if at.memo.seconds <= 0:
        return "the patterns of the policies take too long to compile"
    began = perf_counter()
    reason = refusal(pattern)
    at.memo.seconds -= perf_counter() - began
    return reason


def _convert(text: str, fact: Fact, op: Op) -> Value | None:
    """A literal as the operator wants it. Raises NotOfType."""
    if op is Op.MATCHES:
        return unicodedata.normalize("NFC", text) or None
    if fact.type.kind is Kind.LIST:
        members = convert_members([text], fact.type)
        return members[0] if members else None
    if op in _PARTS_OF_TEXT:
        return clean(text) or None
    return convert(text, fact.type)


def _param(node: Node, key: str, at: Context) -> Param | None:
    members = mapping(node, key, at.problems, ("param",))
    return at.param(members["param"].value, under(key, "param"))


def _said_by(node: Node, param: Param) -> str:
    name = (node.members or {})["param"].value.text or ""
    return f"param {quoted(name)}, from {param.origin}, is "


def _what(node: Node) -> str:
    kind = next((word for word in ("list", "param") if word in (node.members or {})), "")
    return f"a {kind} of several" if kind else node.what


# Other facts


def _fact_operand(fact: Fact, op: Op, node: Node, key: str, at: Context) -> FactRef | None:
    members = mapping(node, key, at.problems, ("fact", "plus", "minus"))
    path = under(key, "fact")
    other = at.fact(members["fact"].value, path)
    if other is None:
        return None
    wanted = _comparable(fact.type, op)
    if other.type.kind not in wanted:
        takes = f"a fact that is {' or '.join(sorted(wanted))}" if wanted else "no other fact"
        message = f"{quoted(other.name)} is {other.type.kind}; {op} on {quoted(fact.name)} takes {takes}"
        at.problems.add(members["fact"].value, path, message)
        return None
    shift = _shift(other, node, key, at)
    return None if shift is None else FactRef(other, shift)


def _comparable(type: FactType, op: Op) -> frozenset[Kind]:
    """The kinds of fact that may stand on the other side."""
    if op is Op.MATCHES:
        return frozenset()
    if op in SEVERAL:
        if type.kind is Kind.LIST:  # a text counts as a list of one
            return TEXTUAL | {Kind.LIST}
        return frozenset({Kind.LIST}) if type.kind in TEXTUAL else frozenset()
    if type.kind in TEXTUAL | {Kind.LIST}:
        return TEXTUAL
    return NUMERIC if type.kind in NUMERIC else frozenset({type.kind})


def _shift(other: Fact, node: Node, key: str, at: Context) -> Period | None:
    members = [(word, (node.members or {})[word]) for word in ("plus", "minus") if word in (node.members or {})]
    if not members:
        return Period()
    word, member = members[0]
    if len(members) == 2 or other.type.kind is not Kind.DATE:
        wrong = "plus and minus together; one of them" if len(members) == 2 else f"{word} moves dates only; none here"
        at.problems.add(member.key, key, f"{wrong} is wanted")
        return None
    period = _period(member.value, under(key, word), at)
    return Period(-period.months, -period.days) if period and word == "minus" else period


def _period(node: Node, key: str, at: Context) -> Period | None:
    text, said = node.text, ""
    if node.members is not None and "param" in node.members:
        param = _param(node, key, at)
        if param is None:
            return None
        text, said = (None if isinstance(param.value, Listed) else param.value), _said_by(node, param)
    if text is None or not _PERIOD.match(text):
        found = quoted(text) if text is not None else ("a list" if said else node.what)
        at.problems.add(node, key, f"{said or 'found '}{found}; a period is wanted: 30 days, 6 months, 3 years")
        return None
    steps = [(int(number), unit) for number, unit in _STEP.findall(text)]
    months = sum(number * (12 if unit == "year" else 1) for number, unit in steps if unit != "day")
    days = sum(number for number, unit in steps if unit == "day")
    if months > _MAX_MONTHS or days > _MAX_DAYS:
        at.problems.add(node, key, f"{said or 'found '}{quoted(text)}; a period of at most 1,000 years is wanted")
        return None
    return Period(months, days)
