"""What a document declares before its rules: params, lists and columns of the user's own manifest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from facelint.conditions import Op
from facelint.errors import PolicyError
from facelint.facts import Fact, Realm, Vocabulary
from facelint.policy_file.conditions import JOINS
from facelint.policy_file.names import Listed, Param, Unusable
from facelint.policy_file.reading import MAX_NAME, NAME, Problems, choice, each, mapping, name, text, under, words
from facelint.values import BOOLEAN, DATE, INTEGER, LIST, NUMBER, TEXT, FactType, enum
from facelint.yaml_tree import Member, Node, quoted, read

MAX_LISTED = 200_000
"""Values of a list file."""
MAX_MEMBERS = 1_000
"""Values of a declared enum."""

_COLUMN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_TYPES: Mapping[str, FactType] = {made.kind.value: made for made in (TEXT, INTEGER, NUMBER, BOOLEAN, DATE, LIST)}
_RESERVED = frozenset({*JOINS, "missing", "unknown", *Op})


def named(
    node: Node, key: str, problems: Problems, pattern: re.Pattern[str] = NAME, shape: str = "a name (A-Z a-z 0-9 _ -)"
) -> Iterator[tuple[str, Member, str]]:
    """The members of a mapping whose keys are names that the file defines, each with its path of keys."""
    for said, member in mapping(node, key, problems).items():
        if name(member.key, key, problems, pattern, shape) is not None:
            yield said, member, under(key, said)


def params(node: Node, key: str, problems: Problems) -> dict[str, Param | Unusable]:
    """The params of a pack: texts, or lists of texts."""
    found: dict[str, Param | Unusable] = {}
    for said, member, path in named(node, key, problems):
        value = param_value(member.value, path, problems)
        origin = f"{member.key.file}:{member.key.line}"
        found[said] = Unusable() if value is None else Param(member.key, value, origin)
    return found


def param_value(node: Node, key: str, problems: Problems) -> str | Listed | None:
    if node.items is None:
        return text(node, key, problems, "a text or a list of texts")
    said = words(node, key, problems, "texts")
    return Listed(tuple(word for _, _, word in said)) if said and len(said) == len(node.items) else None


# Lists


def list_file(path: Path, shown: str, problems: Problems) -> tuple[Listed | Unusable, bytes]:
    """The names and aliases of a list file, with its bytes."""
    try:
        root, data = read(path, shown)
    except PolicyError as error:
        problems.found.extend(error.problems)
        return Unusable(), b""
    before = len(problems.found)
    values = tuple(dict.fromkeys(_entries(root, problems)))
    if len(values) > MAX_LISTED:
        problems.add(root, "", f"more than {MAX_LISTED:,} values")
    return (Listed(values) if len(problems.found) == before else Unusable()), data


def _entries(root: Node, problems: Problems) -> Iterator[str]:
    for item, key in each(root, "", problems, "values, or of mappings with a name"):
        if item.members is None:
            said = text(item, key, problems, "a value, or a mapping with a name,")
            if said is not None:
                yield said
        elif "name" not in item.members:
            problems.add(item, key, "the name is missing (key name)")
        else:
            said = text(item.members["name"].value, under(key, "name"), problems)
            if said is not None:
                yield said
            if "aliases" in item.members:
                aliases = item.members["aliases"].value
                for alias, path in each(aliases, under(key, "aliases"), problems, "other names", empty=True):
                    said = text(alias, path, problems)
                    if said is not None:
                        yield said


# Columns

Columns = dict[str, tuple[Fact | Unusable, Node]]
"""Declared columns by name, each with the place of its name."""


def columns(node: Node, key: str, vocabulary: Vocabulary, problems: Problems) -> Columns:
    """The facts that a pack declares about columns of the user's manifest."""
    found: Columns = {}
    for said, member, path in named(node, key, problems, _COLUMN, "the name of a column (A-Z a-z 0-9 _)"):
        made = _type(member.value, path, problems)
        clash = _clash(said, vocabulary)
        if clash:
            problems.add(member.key, key, clash)
        elif made is None:
            found[said] = (Unusable(), member.key)
        else:
            found[said] = (Fact(said, made, "A column of the manifest"), member.key)
    return found


def _clash(said: str, vocabulary: Vocabulary) -> str:
    if said in _RESERVED:
        return f"{quoted(said)} is a word of the language; the column needs another name"
    if said in vocabulary:
        return f"{quoted(said)} is a fact of facelint already; it needs no declaration"
    taken = (f.name for f in vocabulary.values() if f.realm is Realm.RECORD and said in f.aliases)
    fact = next(taken, None)
    return f"a column {quoted(said)} is read as the fact {quoted(fact)}; name that one" if fact else ""


def _type(node: Node, key: str, problems: Problems) -> FactType | None:
    if node.members is None:
        return choice(_TYPES)(node, key, problems)
    members = mapping(node, key, problems, ("enum",))
    if "enum" not in members and not node.members:
        problems.add(node, key, "a type is wanted: " + ", ".join(_TYPES) + " or {enum: [a, b]}")
    if "enum" not in members:
        return None
    return _enum(members["enum"].value, under(key, "enum"), problems)


def _enum(node: Node, key: str, problems: Problems) -> FactType | None:
    said = words(node, key, problems, "values")
    for item, path, word in said:
        if len(word) > MAX_NAME or not word.isprintable():
            problems.add(item, path, f"a value of an enum has at most {MAX_NAME} printable characters")
            return None
    if len(said) > MAX_MEMBERS:
        problems.add(node, key, f"an enum of at most {MAX_MEMBERS:,} values is wanted, found {len(said):,}")
        return None
    return enum(*dict.fromkeys(word for _, _, word in said)) if said else None


def merge_columns(declared: Columns, known: Columns, key: str, problems: Problems) -> None:
    """Adds a pack's columns to those of all packs; a column means one thing in the whole of a policy."""
    for said, (fact, node) in declared.items():
        first, at = known.setdefault(said, (fact, node))
        if isinstance(first, Fact) and isinstance(fact, Fact) and first.type != fact.type:
            message = f"{quoted(said)} is declared as {first.type} at {at.file}:{at.line}, here as {fact.type}"
            problems.add(node, key, message)
