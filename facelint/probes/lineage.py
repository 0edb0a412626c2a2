"""Which listed datasets a record comes from, found by name in what the manifest says of its sources.

A name is matched on whole tokens. Texts and names are brought to NFKC and small letters and cut into tokens: runs of
Latin letters and digits, any other letter by itself, so that a name stands out from Chinese text around it. Hyphens,
dots, underscores and blanks between the tokens of a name are alike, or missing; any other sign ends a name. From left
to right the longest name is taken, and what lies within it is not looked at again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from facelint.columns import NO_COLUMN, Column, from_python, missing
from facelint.errors import PolicyError
from facelint.facts import Fact
from facelint.plan import Ask, Probe
from facelint.shipped import list_file
from facelint.values import LIST
from facelint.yaml_tree import Member, Node, read

if TYPE_CHECKING:
    from facelint.probes import Context

FILE = "retracted-datasets.yaml"
STATES = ("retracted", "research_only", "restricted", "noted")

MAX_LENGTH = 20_000
"""Characters of a cell; in a longer one no name is looked for."""
TOO_LONG = f"longer than {MAX_LENGTH:,} characters"
KEPT_LENGTH = 1_000
"""Characters of a text whose names are kept for the next time it comes."""

FACTS = (
    Fact(
        "lineage.datasets",
        LIST,
        "Listed datasets that source_dataset or derived_from names, in any spelling; "
        "where one of the two columns is missing, those that the other names",
    ),
    Fact("lineage.retracted", LIST, "Those that source_dataset names and that were withdrawn"),
    Fact("lineage.restricted", LIST, "Those that source_dataset names and that may not be had or passed on freely"),
    Fact("lineage.research_only", LIST, "Those that source_dataset names and that are not for commercial use"),
    Fact(
        "lineage.derived_from_retracted",
        LIST,
        "Withdrawn datasets that derived_from names, or from which one that either column names was made; "
        "where one of the two columns is missing, by the other",
    ),
)


# The list


@dataclass(frozen=True)
class Dataset:
    """One entry of the list."""

    name: str
    aliases: tuple[str, ...]
    status: str
    derived_from: tuple[str, ...]


@cache
def datasets() -> Mapping[str, Dataset]:
    """The listed datasets by name. Raises PolicyError where the list is not well formed."""
    root, _ = read(list_file(FILE), f"rules/lists/{FILE}")
    listed: dict[str, Dataset] = {}
    for entry in root.items or ():
        one = _dataset(entry)
        if not one.name or one.status not in STATES or one.name in listed:
            raise PolicyError([entry.problem(one.name, "a name that stands once and a status are wanted")])
        listed[one.name] = one
    strange = {parent for one in listed.values() for parent in one.derived_from} - listed.keys()
    if strange or not listed:
        raise PolicyError([root.problem("derived_from", f"not listed: {', '.join(sorted(strange)) or 'anything'}")])
    return listed


def _dataset(entry: Node) -> Dataset:
    members = entry.members or {}
    return Dataset(
        _text(members, "name"), _texts(members, "aliases"), _text(members, "status"), _texts(members, "derived_from")
    )


def _text(members: Mapping[str, Member], key: str) -> str:
    return (members[key].value.text or "") if key in members else ""


def _texts(members: Mapping[str, Member], key: str) -> tuple[str, ...]:
    return tuple(item.text or "" for item in members[key].value.items or ()) if key in members else ()


@cache
def ancestors(name: str) -> frozenset[str]:
    """The datasets that a listed one was made from, directly or through others."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        parents = set(datasets()[waiting.pop()].derived_from) - found
        found |= parents
        waiting += parents
    return frozenset(found - {name})


# Names in text

Names = frozenset[str]
NOTHING: Names = frozenset()

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")
_TOKEN = re.compile("[0-9a-z\u00df-\u024f]+|[^\\W_]")
_JOINT = re.compile("[\\s._\u2010-\u2015\u2212-]{1,8}\\Z")
_BLANK, _MARK, _BREAK = " ", "-", "|"


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """The tokens of a text, each after what stands between it and the one before."""
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold()
    end = 0
    for found in _TOKEN.finditer(text):
        yield text[end : found.start()], found[0]
        end = found.end()


@lru_cache(maxsize=1024)
def _gap(between: str) -> str:
    """Nothing (letters of two kinds meet), a mark, a blank with or without marks, or a break."""
    if not between:
        return ""
    if not _JOINT.match(between):
        return _BREAK
    return _BLANK if any(map(str.isspace, between)) else _MARK


@dataclass(frozen=True)
class Index:
    """Every way to write the listed names."""

    written: Mapping[str, str]
    """By tokens and gaps joined, the dataset."""
    longest: Mapping[str, int]
    """By first token, the most tokens that a name beginning with it has."""


@cache
def index() -> Index:
    """Raises PolicyError where two datasets may be written alike."""
    written: dict[str, str] = {}
    longest: dict[str, int] = {}
    for dataset in datasets().values():
        for name in (dataset.name, *dataset.aliases):
            for first, count, spelled in _spellings(name):
                longest[first] = max(longest.get(first, 0), count)
                if written.setdefault(spelled, dataset.name) != dataset.name:
                    root, _ = read(list_file(FILE), f"rules/lists/{FILE}")
                    message = f"{name} of {dataset.name} may be read as {written[spelled]}"
                    raise PolicyError([root.problem("aliases", message)])
    return Index(written, longest)


def _spellings(name: str) -> Iterator[tuple[str, int, str]]:
    """The ways to write a name: the first token of each, its number of tokens, and tokens and gaps joined."""
    parts = list(_tokens(name))
    for gaps in product(*(_gaps(between) for between, _ in parts[1:])):
        spelled = parts[0][1] + "".join(gap + token for gap, (_, token) in zip(gaps, parts[1:], strict=True))
        tokens = [token for _, token in _tokens(spelled)]
        yield tokens[0], len(tokens), spelled


def _gaps(between: str) -> tuple[str, ...]:
    """What may stand where a name has `between`: after an underscore no blank."""
    if not between:
        return ("",)
    return ("", _MARK) if "_" in between else ("", _MARK, _BLANK)


def named(text: str) -> Names:
    """The listed datasets that a text names, in time linear in its length."""
    return _kept(text) if len(text) <= KEPT_LENGTH else _found(text)


@lru_cache(maxsize=65_536)
def _kept(text: str) -> Names:
    return _found(text)


def _found(text: str) -> Names:
    parts = list(_tokens(text))
    known = index()
    found: set[str] = set()
    at = 0
    while at < len(parts):
        name, count = _longest(parts, at, known)
        at += count
        if name is not None:
            found.add(name)
    return frozenset(found)


def _longest(parts: Sequence[tuple[str, str]], at: int, known: Index) -> tuple[str | None, int]:
    """The longest name that begins at a token, with its number of tokens; None and 1 where none does."""
    key = parts[at][1]
    best: tuple[str | None, int] = (None, 1)
    for count in range(1, known.longest.get(key, 0) + 1):
        if key in known.written:
            best = (known.written[key], count)
        if at + count == len(parts):
            break
        between, token = parts[at + count]
        key += _gap(between) + token
    return best


# The facts


def _with_status(status: str) -> Callable[[Names, Names], Iterable[str]]:
    return lambda source, derived: (name for name in source if datasets()[name].status == status)


def _derived_from_retracted(source: Names, derived: Names) -> Iterable[str]:
    made_from = derived.union(*map(ancestors, source | derived))
    return (name for name in made_from if datasets()[name].status == "retracted")


_BOTH = ("source_dataset", "derived_from")
_SOURCE = _BOTH[:1]

_LOOK: dict[str, tuple[tuple[str, ...], Callable[[Names, Names], Iterable[str]]]] = {
    "lineage.datasets": (_BOTH, lambda source, derived: source | derived),
    "lineage.retracted": (_SOURCE, _with_status("retracted")),
    "lineage.restricted": (_SOURCE, _with_status("restricted")),
    "lineage.research_only": (_SOURCE, _with_status("research_only")),
    "lineage.derived_from_retracted": (_BOTH, _derived_from_retracted),
}
"""For each fact, the columns it rests on and how it follows from the names in source_dataset and in derived_from."""


@dataclass(frozen=True)
class Sources:
    """What one column says of sources."""

    named: Sequence[tuple[Names, str | None]]
    """Each set of names that some cell has, or why a cell's names are not known; first that of a blank cell."""
    codes: npt.NDArray[np.int64]
    """For each record, which of them its cell has."""
    absent: pa.Array
    """Boolean: there is no such column."""
    unknown: pa.Array
    """string: why what the record says is not known; null where it is."""


def _sources(column: Column, length: int) -> Sources:
    column = column.spread(length)
    seen: dict[tuple[Names, str | None], int] = {(NOTHING, None): 0}
    cells = [0, *(seen.setdefault(_of_cell(cell), len(seen)) for cell in column.values.to_pylist())]
    none = pa.nulls(length, pa.string())
    bad = none if column.bad is None else column.bad
    absent = pc.fill_null(pc.equal(bad, NO_COLUMN), False)
    unknown = pc.coalesce(none if column.unknown is None else column.unknown, pc.if_else(absent, none, bad))
    codes = pc.add(column.codes, 1).fill_null(0).to_numpy()
    return Sources(list(seen), np.array(cells, np.int64)[codes], absent, unknown)


def _of_cell(cell: str | Sequence[str] | None) -> tuple[Names, str | None]:
    texts = () if cell is None else (cell,) if isinstance(cell, str) else cell
    if sum(map(len, texts)) > MAX_LENGTH:
        return NOTHING, TOO_LONG
    return NOTHING.union(*map(named, texts)), None


def look(ask: Ask, wanted: Mapping[str, Fact], context: Context) -> Mapping[str, Column]:
    """Each fact is worked out once for every pair of sets of names that occurs."""
    sources = {name: _sources(ask.known[name], ask.length) for name in _BOTH}
    source, derived = sources.values()
    distinct, rows = np.unique(source.codes * len(derived.named) + derived.codes, return_inverse=True)
    pairs = [divmod(int(pair), len(derived.named)) for pair in distinct]
    columns = {}
    for name, fact in wanted.items():
        rests_on, follow = _LOOK[name]
        found: list[tuple[str, ...] | None] = []
        trouble: list[str | None] = []
        for i, j in pairs:
            (of_source, why), (of_derived, why_too) = source.named[i], derived.named[j]
            trouble.append(why or (why_too if rests_on is _BOTH else None))
            found.append(
                None if trouble[-1] else tuple(sorted(follow(of_source, of_derived), key=str.casefold)) or None
            )
        column = from_python(LIST, found, pa.array(trouble, pa.string())).take(pa.array(rows.reshape(-1)))
        columns[name] = _stated(column, [sources[one] for one in rests_on])
        if all(ask.known[one].constant and ask.known[one].bad is not None for one in rests_on):
            columns[name] = missing(fact.type)
    return columns


def _stated(column: Column, parts: Sequence[Sources]) -> Column:
    """The column, missing where every column it rests on is, and unknown where one of them is."""
    absent = parts[0].absent if len(parts) == 1 else pc.and_(parts[0].absent, parts[1].absent)
    bad = pc.if_else(absent, NO_COLUMN, pa.scalar(None, pa.string()))
    if bad.null_count < len(bad):
        column = Column(column.type, column.values, column.codes, bad, column.unknown)
    return column.with_unknown(pc.coalesce(*(part.unknown for part in parts)))


PROBE = Probe("lineage", "Listed datasets that a record comes from, by name", FACTS, look, needs={"": _BOTH})
