"""Random things, conditions and measures over facts of every type, as the structures that YAML holds."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from .model import BAD, BLANK, UNKNOWN, Language, Plain, State, Structure, Thing

RECORD_TYPES = {
    "source_name": "text", "source_url": "text", "camera_zone": "text", "lawful_basis": "enum", "zone": "enum",
    "subject_age": "integer", "face_count": "integer", "price": "number", "score": "number",
    "masked": "boolean", "synthetic": "boolean", "consent.allow_publish": "boolean",
    "collected_at": "date", "captured_at": "date", "consent.given_at": "date",
    "labels": "list", "recipients": "list", "consent.purposes": "list",
}  # fmt: skip
CONSTANT_TYPES = {
    "card.name": "text", "card.use_class": "enum", "card.sample_size": "integer", "card.price_per_image": "number",
    "card.commercial": "boolean", "card.retention_until": "date", "card.recipients": "list", "run.as_of": "date",
}  # fmt: skip
TYPES = {**RECORD_TYPES, **CONSTANT_TYPES}
COLUMNS: dict[str, Structure] = {"camera_zone": "text", "score": "number", "zone": {"enum": ["consent", "a", "ab"]}}
"""The user's own columns, as a policy declares them."""

CLAIMED = frozenset({"synthetic", "consent.allow_publish"})
ALWAYS = frozenset({"run.as_of"})

_TEXTS = ("a", "b", "ab", "A", "consent", "caf\u00e9", "a\nb", "NO", "012", "research")
_DAYS = ("0001-01-31", "2023-02-28", "2024-01-31", "2024-02-29", "2024-03-31", "2024-12-31", "2025-01-31", "9999-12-30")
MEMBERS: Mapping[str, tuple[str, ...]] = {
    "lawful_basis": ("consent", "contract", "research"),
    "zone": ("consent", "a", "ab"),
    "card.use_class": ("training", "release"),
    "consent.purposes": ("research", "publication", "other:a"),
}

LABELS = ("a", "b", "ab", "research", "NO", "a; b")

POOLS: Mapping[str, tuple[Plain, ...]] = {
    "text": _TEXTS,
    "integer": (0, 1, 3, 14, -2, 2**63 - 1, -(2**63)),
    "number": tuple(map(Decimal, ("0", "0.1", "0.2", "0.3", "1", "3", "14.5", "-2", "1E-38", "9" * 25))),
    "boolean": (True, False),
    "date": tuple(map(date.fromisoformat, _DAYS)),
}

PARAMS: dict[str, str | list[str]] = {
    "text": "ab", "texts": ["a", "b"], "enum": "consent", "enums": ["consent"],
    "integer": "3", "integers": ["1", "14.0"], "number": "1.50", "numbers": ["0.1", "3e0"],
    "boolean": "yes", "booleans": ["no"], "date": "2024-02-29", "dates": ["2024-01-31", "2025-01-31"],
    "list": "research", "lists": ["research"], "period": "13 months",
}  # fmt: skip
LISTS: dict[str, list[str]] = {
    "texts": ["ab", "caf\u00e9", "NO"], "enums": ["consent"], "lists": ["research"], "integers": ["14", "0"],
    "numbers": ["0.30", "-2"], "dates": ["2024-12-31"], "booleans": ["0"],
}  # fmt: skip

LANGUAGE = Language(TYPES, CLAIMED, PARAMS, LISTS)

_ORDERED = ("is", "is_not", "lt", "le", "gt", "ge")
_TEXTUAL = ("text", "enum")
_PATTERNS = ("a", "a.*", ".*b", "[ab]+", "a|b", "(?i)A", ".", "a.b", "caf\u00e9?", "", ".*")


# Things


def value(fact: str) -> st.SearchStrategy[Plain]:
    kind = TYPES[fact]
    members = MEMBERS.get(fact)
    if kind == "list":
        pool = members or LABELS
        return st.lists(st.sampled_from(pool), min_size=1, max_size=3).map(tuple)
    return st.sampled_from(members or POOLS[kind])


def state(fact: str) -> st.SearchStrategy[State]:
    known: st.SearchStrategy[State] = value(fact).map(lambda v: ("value", v))
    if fact in ALWAYS:
        return known
    other = st.sampled_from((BLANK, BAD, UNKNOWN))
    if TYPES[fact] == "list":
        other |= value(fact).map(lambda v: ("some", v))
    return st.one_of(known, known, known, other)


def facts_in(structure: Structure) -> Iterator[str]:
    """The facts that a structure names anywhere, in the order met, with repetitions."""
    if isinstance(structure, str):
        if structure in TYPES:
            yield structure
        return
    parts: Iterable[Structure] = structure
    if isinstance(structure, dict):
        yield from (name for name in structure if name in TYPES)
        parts = structure.values()
    for part in parts:
        yield from facts_in(part)


@st.composite
def tables(draw: st.DrawFn, facts: Iterable[str], length: int) -> list[Thing]:
    """Things with a state of each fact; constants are the same for all."""
    columns: dict[str, list[State]] = {}
    for fact in dict.fromkeys(facts):
        size = 1 if fact in CONSTANT_TYPES else length
        states = draw(st.lists(state(fact), min_size=size, max_size=size))
        columns[fact] = states * length if fact in CONSTANT_TYPES else states
    return [{fact: states[i] for fact, states in columns.items()} for i in range(length)]


# Conditions


@st.composite
def conditions(draw: st.DrawFn, facts: tuple[str, ...] = tuple(TYPES), depth: int = 2) -> Structure:
    """A mapping of tests and joins, up to `depth` joins deep."""
    members: dict[str, Structure] = {}
    names = draw(st.lists(st.sampled_from(facts), min_size=0 if depth else 1, max_size=2, unique=True))
    for name in names:
        members[name] = draw(tests(name, facts))
    joins = draw(st.lists(st.sampled_from(("all", "any", "not")), max_size=2, unique=True)) if depth else []
    if not members and not joins:
        joins = ["any"]
    for join in joins:
        part = conditions(facts, depth - 1)
        members[join] = draw(part if join == "not" else st.lists(part, min_size=1, max_size=3))
    return members


@st.composite
def tests(draw: st.DrawFn, fact: str, facts: tuple[str, ...]) -> Structure:
    """What stands beside a fact: a word, a value, a list, another fact, or operators."""
    words = () if fact in ALWAYS else ("present", "absent")
    form: str = draw(st.sampled_from((*words, "is", "in", "fact", "operators", "operators", "operators")))
    if form in words:
        return form
    if form == "is":
        return draw(_one(fact))
    if form == "in":
        return draw(_several(fact))
    if form == "fact":
        others = _fact_operands(fact, "is", facts) + _fact_operands(fact, "in", facts)
        return draw(st.sampled_from(others).flatmap(_shifted)) if others else draw(_one(fact))
    ops = draw(st.lists(st.sampled_from(operators(fact)), min_size=1, max_size=2, unique=True))
    return {op: draw(operand(fact, op, facts)) for op in ops}


def operators(fact: str) -> tuple[str, ...]:
    kind = TYPES[fact]
    if kind in _TEXTUAL:
        return ("is", "is_not", "in", "not_in", "matches", "contains", "within", "starts_with", "ends_with")
    if kind == "list":
        return ("is", "is_not", "in", "not_in", "matches", "contains", "contains_any", "contains_all", "within")
    return ("is", "is_not", "in", "not_in") if kind == "boolean" else (*_ORDERED, "in", "not_in")


def operand(fact: str, op: str, facts: tuple[str, ...]) -> st.SearchStrategy[Structure]:
    if op == "matches":
        return st.sampled_from([pattern for pattern in _PATTERNS if pattern])
    several = op in ("in", "not_in", "contains_any", "contains_all", "within")
    literals = _several(fact) if several else _one(fact)
    if op in ("contains", "starts_with", "ends_with") and TYPES[fact] in _TEXTUAL:
        literals = st.sampled_from(("a", "b", "con", "\n", "e\u0301", "cafe\u0301")).filter(str.strip)
    others = _fact_operands(fact, op, facts)
    return st.one_of(literals, st.sampled_from(others).flatmap(_shifted)) if others else literals


def _fact_operands(fact: str, op: str, facts: tuple[str, ...]) -> list[str]:
    """The facts that may stand on the other side."""
    kind = TYPES[fact]
    if op in ("in", "not_in", "contains_any", "contains_all", "within"):
        wanted: tuple[str, ...] = ("list",) if kind in _TEXTUAL else ("list", *_TEXTUAL) if kind == "list" else ()
    elif kind in (*_TEXTUAL, "list"):
        wanted = _TEXTUAL
    else:
        wanted = ("integer", "number") if kind in ("integer", "number") else (kind,)
    return [other for other in facts if TYPES[other] in wanted]


def _shifted(fact: str) -> st.SearchStrategy[Structure]:
    if TYPES[fact] != "date":
        return st.just({"fact": fact})
    period: st.SearchStrategy[Structure] = st.one_of(
        st.builds("{} {}".format, st.integers(0, 40), st.sampled_from(("days", "months", "years", "day"))),
        st.just({"param": "period"}),
    )
    far = st.sampled_from(("plus", "minus"))
    return st.one_of(st.just({"fact": fact}), st.builds(lambda word, p: {"fact": fact, word: p}, far, period))


def _literal(fact: str) -> st.SearchStrategy[str]:
    """A literal of the fact's type, in one of the ways that it can be written."""
    kind = TYPES[fact]
    if kind == "list":
        return st.sampled_from(MEMBERS.get(fact) or LABELS).flatmap(_written)
    return st.sampled_from(MEMBERS.get(fact) or POOLS[kind]).flatmap(_written)


def _written(value: Plain) -> st.SearchStrategy[str]:
    if isinstance(value, bool):
        return st.sampled_from(("true", "yes", "1", "TRUE") if value else ("false", "no", "0", "False"))
    if isinstance(value, int):
        return st.sampled_from((str(value), f" {value} ", f"{value}.0", f"{value:+}"))
    if isinstance(value, Decimal):
        return st.sampled_from((str(value), f"{value:f}", f"{value:e}", f"{value:+f}"))
    if isinstance(value, date):
        return st.sampled_from((value.isoformat(), f"{value}T23:59:59+08:00", f"{value} 00:00"))
    assert isinstance(value, str)
    return st.sampled_from((value, f"  {value}\t", unicodedata.normalize("NFD", value)))


def _one(fact: str) -> st.SearchStrategy[Structure]:
    params = [name for name in (TYPES[fact],) if fact not in MEMBERS or name in ("enum", "list")]
    usable: list[Structure] = [{"param": name} for name in params if _fits(fact, PARAMS[name])]
    return st.one_of(_literal(fact), st.sampled_from(usable)) if usable else _literal(fact)


def _several(fact: str) -> st.SearchStrategy[Structure]:
    plural = TYPES[fact] + "s"
    spliced: list[Structure] = []
    if _fits(fact, PARAMS[plural]):
        spliced.append({"param": plural})
    if _fits(fact, LISTS[plural]):
        spliced.append({"list": plural})
    items: st.SearchStrategy[Structure] = _literal(fact)
    if spliced:
        items = st.one_of(items, items, st.sampled_from(spliced))
    written: st.SearchStrategy[Structure] = st.lists(items, min_size=1, max_size=3)
    return st.one_of(written, written, st.sampled_from(spliced)) if spliced else written


def _fits(fact: str, texts: str | list[str]) -> bool:
    members = MEMBERS.get(fact)
    return members is None or all(text in members for text in ([texts] if isinstance(texts, str) else texts))


# Measures

_MEASURED = {
    "distinct": ("source_name", "lawful_basis", "subject_age", "price", "collected_at", "synthetic"),
    "sum": ("subject_age", "price", "face_count"),
    "min": ("subject_age", "price", "collected_at"),
    "max": ("subject_age", "price", "collected_at"),
}


@st.composite
def measures(draw: st.DrawFn) -> dict[str, Structure]:
    statistic = draw(st.sampled_from(("count", "share", *_MEASURED)))
    narrow = conditions(("masked", "synthetic", "source_name", "face_count"), 1)
    of = st.sampled_from(_MEASURED[statistic]) if statistic in _MEASURED else narrow
    measure: dict[str, Structure] = {statistic: draw(of)}
    if draw(st.booleans()):
        measure["where"] = draw(narrow)
    return measure


def measure_kind(measure: Mapping[str, Structure]) -> str:
    """The type of a measure's own number."""
    statistic, of = next((name, said) for name, said in measure.items() if name != "where")
    if statistic in ("sum", "min", "max"):
        return TYPES[str(of)]
    return "number" if statistic == "share" else "integer"


MEASURE_LITERALS = {
    "integer": ("0", "1", "2", "3", "14"),
    "number": ("0", "0.5", "1", "0.3", "14.5"),
    "date": ("2024-02-29", "2024-12-31"),
}


def comparisons(kind: str) -> st.SearchStrategy[Structure]:
    """A comparison of a measure of that type with a literal."""
    literal = st.sampled_from(MEASURE_LITERALS[kind])
    single = st.builds(lambda op, text: {op: text}, st.sampled_from(_ORDERED), literal)
    several = st.builds(
        lambda op, texts: {op: texts}, st.sampled_from(("in", "not_in")), st.lists(literal, min_size=1, max_size=2)
    )
    return st.one_of(single, single, several)


# Rules


@st.composite
def rules(draw: st.DrawFn, facts: tuple[str, ...] = tuple(RECORD_TYPES)) -> dict[str, Structure]:
    """A rule over records without its id: a requirement, or what is to be unique or to agree."""
    narrow = conditions(facts, 1)
    form = draw(st.sampled_from(("require", "require", "unique", "agree")))
    rule: dict[str, Structure] = {}
    if draw(st.booleans()):
        rule["when"] = draw(narrow)
    if form == "require":
        return {**rule, "require": draw(narrow)}
    keys = draw(st.lists(st.sampled_from(GROUPED), min_size=1, max_size=2, unique=True))
    if draw(st.booleans()):
        rule["among"] = draw(narrow)
    if form == "unique":
        return {**rule, "unique": [*keys]}
    on = draw(st.sampled_from([fact for fact in GROUPED if fact not in keys]))
    return {**rule, "agree": {"on": on, "within": keys[0] if len(keys) == 1 and draw(st.booleans()) else [*keys]}}


GROUPED = ("source_name", "lawful_basis", "masked", "synthetic", "price", "collected_at", "labels")
