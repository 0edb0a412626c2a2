"""Typed reading of YAML nodes: each function gives the value, or adds a problem and gives None or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from facelint import errors
from facelint.errors import Problem
from facelint.policy import Place, Texts
from facelint.values import BOOLEAN, DATE, FactType, Kind, NotOfType, Value, clean, convert, type_names
from facelint.yaml_tree import Member, Node, quoted

T = TypeVar("T")

KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")
MAX_NAME = 60
"""Characters of an id or a name that a policy defines, so that messages may carry it whole."""

_STEP = re.compile(r"[\w./-]{1,121}\Z")
_WANTED = {**type_names, Kind.TEXT: "a text", Kind.BOOLEAN: "true or false"}


MAX_OFFERS = 300


@dataclass
class Problems:
    """The mistakes found so far, with a bound on the work of offering nearest names."""

    found: list[Problem] = field(default_factory=list)
    comparisons: int = 60_000
    """How many names may yet be compared: about two seconds of difflib for a file of nothing but typos."""
    offers: int = 0

    def add(self, node: Node, key: str, message: str) -> None:
        self.found.append(node.problem(key, message))

    def nearest(self, name: str, names: Collection[str]) -> str:
        """`; did you mean "…"?` for a name close to `name`, else an empty string."""
        self.offers += 1
        if self.offers > MAX_OFFERS or len(names) > self.comparisons:
            return ""
        self.comparisons -= len(names)
        return errors.nearest(name, list(names))


Reader = Callable[[Node, str, Problems], T | None]
"""Gives the value of a node, or adds a problem with the path of keys and gives None."""


def place(node: Node) -> Place:
    return Place(node.file, node.line, node.column)


def under(key: str, name: str) -> str:
    """The path of keys to a member; a name that is no plain word is quoted and cut."""
    step = name if _STEP.match(name) else quoted(name)
    return f"{key}.{step}" if key else step


def mapping(
    node: Node, key: str, problems: Problems, known: Collection[str] | None = None, what: str = "a mapping"
) -> Mapping[str, Member]:
    """The members of a mapping without those whose key is not in `known`, which are reported."""
    if node.members is None:
        problems.add(node, key, f"{what} is wanted, found {node.what}")
        return {}
    if known is None:
        return node.members
    kept = {}
    for name, member in node.members.items():
        if name in known:
            kept[name] = member
        else:
            near = problems.nearest(name, known) or "; the keys here are: " + ", ".join(known)
            problems.add(member.key, key, f"unknown key {quoted(name)}{near}")
    return kept


def each(node: Node, key: str, problems: Problems, what: str, empty: bool = False) -> Iterator[tuple[Node, str]]:
    """The items of a list, each with its path of keys."""
    if node.items is None:
        problems.add(node, key, f"a list of {what} is wanted, found {node.what}")
    elif not node.items and not empty:
        problems.add(node, key, f"an empty list; a list of {what} is wanted")
    for index, item in enumerate(node.items or ()):
        yield item, f"{key}[{index}]"


def text(node: Node, key: str, problems: Problems, what: str = "a text") -> str | None:
    """A scalar, trimmed; blank is a mistake."""
    if node.text is None or node.null or not clean(node.text):
        problems.add(node, key, f"{what} is wanted, found {'nothing' if node.text is not None else node.what}")
        return None
    return clean(node.text)


def name(node: Node, key: str, problems: Problems, pattern: re.Pattern[str], shape: str) -> str | None:
    """A name that the file defines, of a fixed shape."""
    said = text(node, key, problems, shape)
    if said is not None and (not pattern.match(said) or len(said) > MAX_NAME):
        problems.add(node, key, f"{quoted(said)} is no name; {shape} of at most {MAX_NAME} characters is wanted")
        return None
    return said


def kebab(node: Node, key: str, problems: Problems) -> str | None:
    return name(node, key, problems, KEBAB, "a kebab-case id (a-z, 0-9, hyphens)")


def value(node: Node, key: str, problems: Problems, type: FactType) -> Value | None:
    """A literal of a type; blank is a mistake."""
    said = text(node, key, problems, _WANTED.get(type.kind, str(type)))
    if said is None:
        return None
    try:
        made = convert(said, type)
    except NotOfType:
        problems.add(node, key, misfit(said, type, problems))
        return None
    if made is None:
        problems.add(node, key, f"{quoted(said)} reads as blank; {_WANTED.get(type.kind, str(type))} is wanted")
    return made


def misfit(said: str, type: FactType, problems: Problems, verb: str = " is not") -> str:
    """Why a literal is not of a type: the type's name, and the nearest member of its set."""
    single = FactType(Kind.ENUM, type.members, type.open) if type.kind is Kind.LIST else type
    return f"{quoted(said)}{verb} {single}{problems.nearest(said, type.members)}"


def day(node: Node, key: str, problems: Problems) -> date | None:
    made = value(node, key, problems, DATE)
    return made if isinstance(made, date) else None


def flag(node: Node, key: str, problems: Problems) -> bool | None:
    made = value(node, key, problems, BOOLEAN)
    return made if isinstance(made, bool) else None


def choice(choices: Mapping[str, T]) -> Reader[T]:
    """A reader of one word of a few."""

    def read(node: Node, key: str, problems: Problems) -> T | None:
        said = text(node, key, problems, "one of: " + ", ".join(choices))
        if said is None or said in choices:
            return None if said is None else choices[said]
        message = f"{quoted(said)} is not one of: {', '.join(choices)}{problems.nearest(said, choices)}"
        problems.add(node, key, message)
        return None

    return read


def texts(node: Node, key: str, problems: Problems) -> Texts | None:
    """One text, or a mapping of `en` and perhaps `zh`."""
    if node.members is None:
        said = text(node, key, problems, "a text, or a mapping of en and zh,")
        return None if said is None else Texts(said)
    parts = {
        language: text(member.value, under(key, language), problems) or ""
        for language, member in mapping(node, key, problems, ("en", "zh")).items()
    }
    if "en" not in parts:
        problems.add(node, key, "the English text is missing (key en)")
    return Texts(parts.get("en", ""), parts.get("zh", ""))


def words(node: Node, key: str, problems: Problems, what: str) -> Sequence[tuple[Node, str, str]]:
    """The texts of a list, each with its node and path of keys."""
    found = ((item, path, text(item, path, problems)) for item, path in each(node, key, problems, what))
    return [(item, path, said) for item, path, said in found if said is not None]
