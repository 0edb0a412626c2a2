"""Rules and measures with one thing changed in each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain

from language.model import Language, Structure

from .shelf import CONDITIONS, Said, conditions, every_rule, pack, texts


@dataclass(frozen=True)
class Mutant:
    """A rule said otherwise, or with None not at all."""

    rule: str
    kind: str
    what: str
    said: Said | None
    left: tuple[str, Sequence[str]] | None = None
    """What a list that the rule names, by pack and name, is left with where it lacks a member."""


COARSE = ("removed", "require negated", "when negated")


def mutants(rule: str) -> Iterator[Mutant]:
    said = every_rule()[rule]
    language = pack(rule.partition("/")[0]).language({})
    yield Mutant(rule, "removed", "", None)
    for kind, what, other in chain(_of_keys(said), _of_groups(said), _of_conditions(said, language)):
        yield Mutant(rule, kind, what, other)
    for name in sorted(set(_lists(list(conditions(said)), language))):
        for gone, left in _fewer(language.lists.get(name) or language.params[name]):
            other = {key: _spliced(value, name, left) if key in CONDITIONS else value for key, value in said.items()}
            yield Mutant(rule, "listed member", f"{name} {gone}", other, (f"{rule.partition('/')[0]}/{name}", left))


Other = tuple[str, str, Said]


def _of_keys(said: Said) -> Iterator[Other]:
    for key in CONDITIONS:
        if key in said:
            yield f"{key} negated", "", {**said, key: {"not": said[key]}}
        if key in said and key != "require":
            yield f"{key} dropped", "", without(said, key)
    for severity in ("error", "warning", "note"):
        if severity != said["severity"]:
            yield "severity", severity, {**said, "severity": severity}
    for key in ("in_force", "error_from"):
        if key in said:
            yield "day dropped", key, without(said, key)
            for text in _beside(str(said[key]), "date"):
                yield "day by one", f"{key} {text}", {**said, key: text}


def _of_groups(said: Said) -> Iterator[Other]:
    unique, agree = said.get("unique"), said.get("agree")
    if isinstance(unique, list) and len(unique) > 1:
        for name in unique:
            yield "part dropped", f"unique {name}", {**said, "unique": [one for one in unique if one != name]}
    if isinstance(agree, dict) and isinstance(agree["within"], list):
        for name in agree["within"]:
            within = [one for one in agree["within"] if one != name]
            yield "part dropped", f"within {name}", {**said, "agree": {**agree, "within": within}}


def _of_conditions(said: Said, language: Language) -> Iterator[Other]:
    for key in CONDITIONS:
        if key in said:
            for kind, what, other in _of_condition(said[key], language):
                yield kind, f"{key} {what}", {**said, key: other}


def without(said: Mapping[str, Structure], key: str) -> dict[str, Structure]:
    return {name: value for name, value in said.items() if name != key}


# Conditions

Changed = Iterator[tuple[str, str, Structure]]


def _of_condition(said: Structure, language: Language) -> Changed:
    """The condition with one thing changed, with the kind of the change."""
    assert isinstance(said, dict)
    for name, value in said.items():
        if len(said) > 1:
            yield "part dropped", name, without(said, name)
        if name in JOINS and len(value) > 1:
            yield "joined otherwise", name, _beside_rest(said, name, {JOINS[name]: value})
        elif name not in JOINS and name != "not":
            yield "test negated", name, _beside_rest(said, name, {"not": {name: value}})
        for kind, what, other in _of_member(name, value, language):
            yield kind, f"{name} {what}", {**said, name: other}


def _beside_rest(said: Mapping[str, Structure], name: str, part: Structure) -> Structure:
    """The condition with a part in the place of one of its members."""
    rest = without(said, name)
    return {"all": [rest, part]} if rest else part


def _of_member(name: str, value: Structure, language: Language) -> Changed:
    if name == "not":
        yield from _of_condition(value, language)
    elif name in ("all", "any"):
        assert isinstance(value, list)
        for i, part in enumerate(value):
            if len(value) > 1:
                yield "part dropped", str(i), [*value[:i], *value[i + 1 :]]
            for kind, what, other in _of_condition(part, language):
                yield kind, f"{i} {what}", [*value[:i], other, *value[i + 1 :]]
    elif isinstance(value, dict) and not value.keys() & {"fact", "param", "list"}:
        yield from _of_operators(name, value, language)
    else:
        yield from _of_operand(name, "is", value, language)


JOINS = {"all": "any", "any": "all"}
FLIPS = {"lt": "le", "le": "lt", "gt": "ge", "ge": "gt"}


def _of_operators(fact: str, said: Mapping[str, Structure], language: Language) -> Changed:
    for op, operand in said.items():
        if len(said) > 1:
            yield "part dropped", op, without(said, op)
        if op in FLIPS:
            yield "flipped", op, {FLIPS.get(o, o) if o == op else o: of for o, of in said.items()}
        for kind, what, other in _of_operand(fact, op, operand, language):
            yield kind, f"{op} {what}", {**said, op: other}


def _of_operand(fact: str, op: str, said: Structure, language: Language) -> Changed:
    """One unit more or less; one member of a list fewer."""
    kind = language.types[fact]
    if isinstance(said, dict) and "fact" in said:
        for word in said.keys() & {"plus", "minus"}:
            (period,) = texts(said[word], language)
            number, unit = period.split()
            for n in (-1, 1):
                yield "unit", f"{word} {n}", {**said, word: f"{int(number) + n} {unit}"}
    elif isinstance(said, list):
        for gone, left in _fewer(texts(said, language)):
            yield "member", gone, [*left]
    elif kind in ("integer", "number", "date") and said not in ("present", "absent") and not _plural(said, language):
        (text,) = texts(said, language)
        yield from (("unit", other, other) for other in _beside(text, kind))


def _plural(said: Structure, language: Language) -> bool:
    return isinstance(said, dict) and (said.keys() == {"list"} or isinstance(language.params[str(said["param"])], list))


def _fewer(members: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    if len(members) > 1:
        yield from ((gone, [member for member in members if member != gone]) for gone in members)


def _lists(said: Structure, language: Language) -> Iterator[str]:
    """The lists and the list params that a condition names."""
    if isinstance(said, list):
        for part in said:
            yield from _lists(part, language)
    elif isinstance(said, dict):
        name = said.get("list", said.get("param"))
        if isinstance(name, str) and (name in language.lists or isinstance(language.params.get(name), list)):
            yield name
        for part in said.values():
            yield from _lists(part, language)


def _spliced(said: Structure, name: str, members: list[str]) -> Structure:
    """The condition with a list's own members where it names the list."""
    if isinstance(said, list):
        return [_spliced(part, name, members) for part in said]
    if isinstance(said, dict):
        if said in ({"list": name}, {"param": name}):
            return [*members]
        return {key: _spliced(part, name, members) for key, part in said.items()}
    return said


def _beside(text: str, kind: str) -> list[str]:
    """The values next to one: a unit of its last place, a day."""
    if kind == "date":
        return [str(date.fromisoformat(text) + timedelta(days=n)) for n in (-1, 1)]
    exponent = Decimal(text).as_tuple().exponent
    assert isinstance(exponent, int)
    unit = Decimal(1).scaleb(exponent)
    return [str(Decimal(text) + n * unit) for n in (-1, 1)]


# Measures


def measure_mutants(name: str) -> Iterator[tuple[str, str, str, Mapping[str, Structure]]]:
    """The measures of a pack with one thing changed in each: the measure, the kind of the change, what it changes."""
    language = pack(name).language({})
    for measure, said in pack(name).measures.items():
        for key, value in said.items():
            if isinstance(value, dict):
                yield measure, "negated", key, {**said, key: {"not": value}}
                for kind, what, other in _of_condition(value, language):
                    yield measure, kind, f"{key} {what}", {**said, key: other}
            if key == "where":
                yield measure, "dropped", key, without(said, key)
        for low, high in (("min", "max"), ("sum", "max"), ("distinct", "count")):
            if low in said:
                of: Structure = {str(said[low]): "present"} if high == "count" else said[low]
                yield measure, "otherwise taken", high, {**without(said, low), high: of}
