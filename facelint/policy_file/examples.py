"""A rule's examples from their nodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from facelint.facts import Fact
from facelint.policy import Answer, Example, ExampleThing
from facelint.policy_file.names import Context
from facelint.policy_file.reading import each, mapping, misfit, place, under
from facelint.values import Kind, NotOfType, Value, clean, convert, convert_members
from facelint.yaml_tree import Node, quoted

ANSWERS: Mapping[str, Answer] = {
    answer.word: answer for answer in (Answer.PASS, Answer.FAIL, Answer.SKIP, Answer.UNSURE)
}
MUST_NAME = ("run.as_of", "run.horizon")
"""Facts of the day of a run: an example that leaves them to chance answers otherwise tomorrow."""


def examples(node: Node, key: str, at: Context, several: bool, named: frozenset[str]) -> tuple[Example, ...]:
    """Examples of a rule that names the facts `named`; `several` where a thing is judged among others."""
    must = [name for name in MUST_NAME if name in named]
    found = (_example(item, path, at, several, must) for item, path in each(node, key, at.problems, "examples"))
    return tuple(example for example in found if example is not None)


def _example(node: Node, key: str, at: Context, several: bool, must: Sequence[str]) -> Example | None:
    members = mapping(node, key, at.problems, ANSWERS, "an example such as {pass: {…}}")
    if len(members) != 1:
        if node.members is not None and len(members) == len(node.members):
            at.problems.add(node, key, f"exactly one of {', '.join(ANSWERS)} is wanted, found {len(members)}")
        return None
    ((word, member),) = members.items()
    value, path = member.value, under(key, word)
    if value.items is not None and not several:
        message = "one mapping of facts to values is wanted; a list is for unique and agree"
        at.problems.add(value, path, message)
        return None
    nodes = [(value, path)] if value.items is None else list(each(value, path, at.problems, "mappings"))
    things = tuple(_thing(item, item_path, at, must) for item, item_path in nodes)
    return Example(ANSWERS[word], things, place(node))


def _thing(node: Node, key: str, at: Context, must: Sequence[str]) -> ExampleThing:
    values: dict[str, Value] = {}
    states: dict[str, tuple[str, ...]] = {}
    members = mapping(node, key, at.problems, what="a mapping of facts to values")
    for name, member in members.items():
        if name in ("missing", "unknown"):
            states[name] = _facts(member.value, under(key, name), at)
            continue
        fact = at.fact(member.key, key)
        read = None if fact is None else _list if fact.type.kind is Kind.LIST else _value
        value = None if read is None or fact is None else read(fact, member.value, under(key, name), at)
        if value is not None:
            values[name] = value
    missing, unknown = states.get("missing", ()), states.get("unknown", ())
    said = [name for name in members if name not in ("missing", "unknown")]
    _check(node, key, at, [*said, *missing, *unknown], must)
    return ExampleThing(values, missing, unknown)


def _check(node: Node, key: str, at: Context, said: Sequence[str], must: Sequence[str]) -> None:
    twice = next((name for name in said if said.count(name) > 1), None) if len(said) > len(set(said)) else None
    if twice:
        at.problems.add(node, key, f"{quoted(twice)} has a value, is missing or unknown: only one of these can be")
    for name in must:
        if name not in said:
            at.problems.add(node, key, f"the rule depends on {name}, so every example must name it")


def _facts(node: Node, key: str, at: Context) -> tuple[str, ...]:
    found = [at.fact(item, path) for item, path in each(node, key, at.problems, "facts")]
    return tuple(fact.name for fact in found if fact is not None)


def _value(fact: Fact, node: Node, key: str, at: Context) -> Value | None:
    """A value as a cell would hold it; None where it is blank or has a problem."""
    if node.text is None:
        at.problems.add(node, key, f"a value is wanted, found {node.what}")
        return None
    try:
        return None if node.null else convert(node.text, fact.type)
    except NotOfType:
        _misfit(fact, node, key, at)
        return None


def _list(fact: Fact, node: Node, key: str, at: Context) -> Value | None:
    if node.items is None:
        return _value(fact, node, key, at)
    for index, item in enumerate(node.items):
        if item.text is None:
            at.problems.add(item, f"{key}[{index}]", f"a value is wanted, found {item.what}")
        elif not fact.type.admits(clean(item.text)) and clean(item.text):
            _misfit(fact, item, f"{key}[{index}]", at)
    texts = [item.text for item in node.items if item.text is not None and not item.null]
    try:
        return convert_members(texts, fact.type)
    except NotOfType:
        return None


def _misfit(fact: Fact, node: Node, key: str, at: Context) -> None:
    hint = "; a cell that is not of its type is written as missing: [FACT]"
    at.problems.add(node, key, misfit(node.text or "", fact.type, at.problems) + hint)
