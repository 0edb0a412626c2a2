"""A condition from its node: joins, tests and the operators that each type takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from facelint.conditions import All, Any, Condition, Not, Op, Test
from facelint.facts import Fact
from facelint.policy_file.names import Context
from facelint.policy_file.operands import is_operand, is_plural, operand
from facelint.policy_file.reading import each, under
from facelint.values import Kind
from facelint.yaml_tree import Member, Node, quoted

_EQUAL = (Op.IS, Op.IS_NOT, Op.IN, Op.NOT_IN)
_ORDER = (*_EQUAL, Op.LT, Op.LE, Op.GT, Op.GE)
_TEXT = (*_EQUAL, Op.MATCHES, Op.CONTAINS, Op.WITHIN, Op.STARTS_WITH, Op.ENDS_WITH)
OPERATORS: Mapping[Kind, tuple[Op, ...]] = {
    Kind.TEXT: _TEXT,
    Kind.ENUM: _TEXT,
    Kind.INTEGER: _ORDER,
    Kind.NUMBER: _ORDER,
    Kind.DATE: _ORDER,
    Kind.BOOLEAN: _EQUAL,
    Kind.LIST: (*_EQUAL, Op.MATCHES, Op.CONTAINS, Op.CONTAINS_ANY, Op.CONTAINS_ALL, Op.WITHIN),
}
_KINDS = {
    Kind.TEXT: "text", Kind.ENUM: "an enum", Kind.INTEGER: "an integer", Kind.NUMBER: "a number",
    Kind.DATE: "a date", Kind.BOOLEAN: "a boolean", Kind.LIST: "a list",
}  # fmt: skip

_NEGATED = {Op.IS_NOT: Op.IS, Op.NOT_IN: Op.IN}
_LIST_FORMS = {Op.IS: Op.CONTAINS, Op.IN: Op.CONTAINS_ANY}
_TEXT_FORMS = {Op.WITHIN: Op.IN}
_FORMS: Mapping[Kind, Mapping[Op, Op]] = {Kind.LIST: _LIST_FORMS, Kind.TEXT: _TEXT_FORMS, Kind.ENUM: _TEXT_FORMS}


def condition(node: Node, key: str, at: Context) -> Condition | None:
    """The condition that a mapping writes, or None where it has a problem."""
    if not node.members:
        found = "an empty mapping" if node.members is not None else node.what
        at.problems.add(node, key, f"a mapping of facts to tests is wanted, found {found}")
        return None
    return _together(All, [_member(member, key, at) for member in node.members.values()])


def _member(member: Member, key: str, at: Context) -> Condition | None:
    name = member.key.text or ""
    if name in _JOINS:
        return _JOINS[name](member.value, under(key, name), at)
    fact = at.fact(member.key, key)
    return None if fact is None else _test(fact, member.value, under(key, name), at)


def _together(join: type[All] | type[Any], parts: list[Condition | None]) -> Condition | None:
    whole = [part for part in parts if part is not None]
    if not whole or len(whole) < len(parts):
        return None
    return whole[0] if len(whole) == 1 else join(tuple(whole))


def _joined(join: type[All] | type[Any]) -> Callable[[Node, str, Context], Condition | None]:
    def read(node: Node, key: str, at: Context) -> Condition | None:
        return _together(join, [condition(item, path, at) for item, path in each(node, key, at.problems, "conditions")])

    return read


def _not(node: Node, key: str, at: Context) -> Condition | None:
    part = condition(node, key, at)
    return None if part is None else Not(part)


_JOINS: Mapping[str, Callable[[Node, str, Context], Condition | None]] = {
    "all": _joined(All),
    "any": _joined(Any),
    "not": _not,
}
JOINS = tuple(_JOINS)
"""Words that no fact can be named by."""


def _test(fact: Fact, node: Node, key: str, at: Context) -> Condition | None:
    if node.text in (Op.PRESENT, Op.ABSENT):
        return _presence(fact, Op(node.text), node, key, at)
    if node.members is None or is_operand(node):
        return _operator(fact, Op.IN if is_plural(node, at) else Op.IS, node, node, key, at)
    if not node.members:
        at.problems.add(node, key, "an empty mapping; a value, a list, present, absent or operators are wanted")
    return _together(All, [_named(fact, member, key, at) for member in node.members.values()])


def _presence(fact: Fact, op: Op, node: Node, key: str, at: Context) -> Condition | None:
    if fact.always:
        at.problems.add(node, key, f"{quoted(fact.name)} is always known, so {op} says nothing; test its value")
        return None
    return Test(fact, op)


def _named(fact: Fact, member: Member, key: str, at: Context) -> Condition | None:
    name, taken = member.key.text or "", OPERATORS[fact.type.kind]
    if name in taken:
        return _operator(fact, Op(name), member.key, member.value, under(key, name), at)
    takes = f"{quoted(fact.name)} is {_KINDS[fact.type.kind]} and takes {', '.join(taken)}"
    if name in (Op.PRESENT, Op.ABSENT):
        at.problems.add(member.key, key, f"{name} is a plain word, not an operator: write {quoted(fact.name)}: {name}")
    elif name in set(Op):
        at.problems.add(member.key, key, f"operator {name} is not for this fact: {takes}")
    else:
        near = at.problems.nearest(name, taken)
        at.problems.add(member.key, key, f"unknown operator {quoted(name)}{near or '; ' + takes}")
    return None


def _operator(fact: Fact, op: Op, place: Node, node: Node, key: str, at: Context) -> Condition | None:
    positive = _NEGATED.get(op, op)
    positive = _FORMS.get(fact.type.kind, {}).get(positive, positive)
    value = operand(fact, positive, node, key, at)
    if value is None:
        return None
    test = Test(fact, positive, value)
    return Not(test) if op in _NEGATED else test
