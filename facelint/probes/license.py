"""What the stated licence allows and asks for: SPDX expressions and their classes.

An expression is read by SPDX 3 annex B with two bounds of our own, on its length and its nesting. `NONE` and
`NOASSERTION` state no licence and are not valid here. What a licence allows is what *every* part of an AND and *some*
part of an OR allows, for the licensee may choose; what it asks for is what some part of an AND and every part of an OR
asks for. A part whose terms are not known leaves the whole unestablished unless the other parts settle it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from facelint.columns import NO_COLUMN, Column, from_python
from facelint.errors import PolicyError, UserError
from facelint.facts import Fact
from facelint.plan import Ask, Probe
from facelint.shipped import list_file
from facelint.values import BOOLEAN
from facelint.yaml_tree import Member, Node, read

if TYPE_CHECKING:
    from facelint.probes import Context

MAX_LENGTH = 2_000
"""Characters of an expression; a longer text is not valid."""
MAX_DEPTH = 50
"""Parentheses within parentheses; what nests deeper is not valid."""

LIST = "licence-classes.yaml"

FACTS = (
    Fact("license.valid", BOOLEAN, "The licence is an SPDX expression of listed ids or LicenseRef-…; blank if blank"),
    Fact("license.known", BOOLEAN, "It is valid, and each part is an id of the SPDX list or of the licence classes"),
    Fact("license.commercial", BOOLEAN, "Commercial use is allowed"),
    Fact("license.derivatives", BOOLEAN, "What is made from it may be passed on"),
    Fact("license.share_alike", BOOLEAN, "What is made from it must go under the same licence"),
    Fact("license.attribution", BOOLEAN, "Credit must be given; a notice that only stays with copies is none"),
)

_ALLOWED = ("commercial", "derivatives")
_DEMANDED = ("share_alike", "attribution")
TERMS = (*_ALLOWED, *_DEMANDED)

_SHAPE = re.compile(r"[A-Za-z0-9.+:() -]*\Z")
_WORD = re.compile(r"[()]|[^ ()]+")
_REF = re.compile(r"(?:DocumentRef-[A-Za-z0-9.-]+:)?LicenseRef-[A-Za-z0-9.-]+\Z")
_ADDITION = re.compile(r"(?:DocumentRef-[A-Za-z0-9.-]+:)?AdditionRef-[A-Za-z0-9.-]+\Z")
_KINDS = {"(": "(", ")": ")", "WITH": "with", "with": "with", **dict.fromkeys(("AND", "OR", "and", "or"), "operator")}
"""Of every word but ids; SPDX 3 annex B has operators all upper case or all lower case."""
_FOLLOWS = {
    "(": ("(", "id"),
    "operator": ("(", "id"),
    "id": ("operator", "with", ")"),
    "with": ("exception",),
    "exception": ("operator", ")"),
    ")": ("operator", ")"),
}
"""What may stand behind what; the beginning is as an opening parenthesis."""

_NOT_SPDX = frozenset({"bsd-2", "gpl", "verbatim-man-pages"})
"""Other names in ScanCode's index that SPDX licence list 3.27 does not hold."""

Terms = Mapping[str, bool]
"""The four booleans by name, or none of them where they are not known."""


@dataclass(frozen=True)
class Licence:
    """What is known of one text: its four terms each true, false or None, and why one is None."""

    valid: bool = False
    known: bool = False
    terms: Mapping[str, bool | None] | None = None
    why: str = "the licence is no SPDX expression"


NOT_VALID = Licence()


def look(ask: Ask, wanted: Mapping[str, Fact], context: Context) -> Mapping[str, Column]:
    stated = ask.known["license"]
    licences = [None if text is None else licence(text) for text in stated.values.to_pylist()]
    return {name: _column(stated, [_LOOK[name](one) if one else (None, None) for one in licences]) for name in wanted}


def _column(stated: Column, found: Sequence[tuple[bool | None, str | None]]) -> Column:
    """A column over the things of `stated`, from what was found of each of its values, or why nothing was.

    A missing column stays missing; a cell that is no text could not be established.
    """
    column = from_python(BOOLEAN, [value for value, _ in found], pa.array([why for _, why in found], pa.string()))
    made = replace(column.take(stated.codes), constant=stated.constant)
    if stated.bad is not None:
        absent = pc.equal(stated.bad, NO_COLUMN)
        nothing = pa.scalar(None, pa.string())
        made = replace(made, bad=pc.if_else(absent, stated.bad, nothing))
        made = made.with_unknown(pc.if_else(absent, nothing, stated.bad))
    return made.with_unknown(stated.unknown)


def _of_term(name: str) -> Callable[[Licence], tuple[bool | None, str | None]]:
    def found(one: Licence) -> tuple[bool | None, str | None]:
        value = None if one.terms is None else one.terms[name]
        return value, one.why if value is None else None

    return found


_LOOK: dict[str, Callable[[Licence], tuple[bool | None, str | None]]] = {
    "license.valid": lambda one: (one.valid, None),
    "license.known": lambda one: (one.known, None),
    **{f"license.{name}": _of_term(name) for name in TERMS},
}


# One expression


def licence(text: str) -> Licence:
    """What is known of a licence as stated. Never fails, whatever the text; a long one is not kept."""
    return _licence(text) if len(text) <= MAX_LENGTH and _SHAPE.match(text) else NOT_VALID


@lru_cache(maxsize=4096)
def _licence(text: str) -> Licence:
    tree = _parse(text)
    if tree is None:
        return NOT_VALID
    parts = [_part(symbol) for symbol in _symbols(tree)]
    if not all(part.valid for part in parts):
        return NOT_VALID
    terms = {name: _settle(tree, name) for name in TERMS}
    doubts = [part.why for part in parts if part.terms is None]
    return Licence(True, all(part.known for part in parts), terms, doubts[0] if doubts else "")


def _parse(text: str) -> Any:
    """The tree of `license_expression`, or None where the text is no expression.

    Its parser trips over some texts that are none (`()` and `( AND MIT` in 30.4.4), so it is given none of them.
    """
    from license_expression import ExpressionError

    if not _well_formed(_WORD.findall(text)):
        return None
    try:
        return _library().parse(text, simple=True)
    except ExpressionError:
        return None


def _well_formed(words: Iterable[str]) -> bool:
    last, depth = "(", 0
    for word in words:
        kind = _KINDS.get(word, "exception" if last == "with" else "id")
        depth += (kind == "(") - (kind == ")")
        in_mixed_case = word not in _KINDS and word.lower() in _KINDS
        if kind not in _FOLLOWS[last] or in_mixed_case or not 0 <= depth <= MAX_DEPTH:
            return False
        last = kind
    return depth == 0 and last in ("id", "exception", ")")


@cache
def _library() -> Any:
    """The parser without symbols of its own: its index takes some SPDX licences for exceptions, and knows aliases."""
    from license_expression import Licensing

    return Licensing()


def _symbols(tree: Any) -> list[Any]:
    return [tree] if tree.isliteral else [symbol for part in tree.args for symbol in _symbols(part)]


def _settle(tree: Any, name: str) -> bool | None:
    """One term of the whole, in Kleene's logic."""
    if tree.isliteral:
        terms = _part(tree).terms
        return None if terms is None else terms[name]
    parts = [_settle(part, name) for part in tree.args]
    decisive = (tree.operator.strip() == "OR") is (name in _ALLOWED)
    return decisive if decisive in parts else None if None in parts else not decisive


def _part(symbol: Any) -> Licence:
    """What is known of one licence within an expression; with an exception it has the terms of the licence."""
    addition = getattr(symbol, "exception_symbol", None)
    if addition is not None:
        named = addition.key
        if named.lower() not in _exceptions() and not _ADDITION.match(named):
            return NOT_VALID
        symbol = symbol.license_symbol
    return _single(symbol.key)


def _single(key: str) -> Licence:
    classes, ids = _classes(), _ids()
    name = key.lower()
    if _REF.match(key):
        terms = classes.get(name)
        return Licence(True, terms is not None, terms or None, "what a LicenseRef allows is not known")
    listed = name if name in ids else name.removesuffix("+")
    if listed not in ids:
        return NOT_VALID
    terms = classes.get(listed, classes.get(listed.removesuffix("+")))
    why = f"{ids[listed]} needs a lawyer's reading" if terms == {} else f"{ids[listed]} has no class in {LIST}"
    return Licence(True, True, terms or None, why)


# The lists


@cache
def _index() -> tuple[dict[str, str], frozenset[str]]:
    """Ids of SPDX licences by lower case, and of exceptions in lower case, as `license_expression` lists them."""
    from license_expression import get_license_index

    licences: dict[str, str] = {}
    exceptions: set[str] = set()
    for entry in get_license_index():
        for key in (entry["spdx_license_key"], *entry["other_spdx_license_keys"]):
            if not key or key.startswith("LicenseRef-"):
                continue
            if entry["is_exception"]:
                exceptions.add(key.lower())
            elif key.lower() not in _NOT_SPDX:
                licences[key.lower()] = key
    return licences, frozenset(exceptions)


def _exceptions() -> frozenset[str]:
    return _index()[1]


@cache
def _ids() -> dict[str, str]:
    """Ids of licences by lower case: the index, and what it lacks or takes for exceptions (`GPL-2.0-with-…`)."""
    return {**_index()[0], **{name: name for name in _classes() if name not in _index()[0]}}


@cache
def _classes() -> dict[str, Terms]:
    """The terms of each licence that has a class, by id in lower case; empty where the class states none."""
    root, _ = read(list_file(LIST), f"rules/lists/{LIST}")
    classes: dict[str, Terms] = {}
    for entry in root.items or ():
        members = entry.members or {}
        terms = _terms(entry, members)
        listed = members["licences"].value.items if "licences" in members else None
        if "name" not in members or not listed:
            raise PolicyError([entry.problem("", "a class needs a name and licences")])
        for item in listed:
            if item.text is None or classes.setdefault(item.text.lower(), terms) is not terms:
                raise PolicyError(
                    [item.problem("licences", f"an id that stands here once is wanted, found {item.what}")]
                )
    if not classes:
        raise UserError(f"rules/lists/{LIST} holds no class")
    return classes


def _terms(entry: Node, members: Mapping[str, Member]) -> Terms:
    said = {name: members[name].value.text for name in TERMS if name in members}
    if said and (len(said) < len(TERMS) or not set(said.values()) <= {"true", "false"}):
        raise PolicyError(
            [entry.problem("", "a class states all of " + ", ".join(TERMS) + " as true or false, or none")]
        )
    return {name: text == "true" for name, text in said.items()}


PROBE = Probe(
    "license", "What the stated licence allows and asks for, as SPDX has it", FACTS, look, needs={"": ("license",)}
)
