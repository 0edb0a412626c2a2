"""Personal data that a manifest's own columns hold in the open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from facelint.columns import Column, read
from facelint.facts import CONSENT_FACTS, RECORD_FACTS, Fact, Realm
from facelint.personal import KINDS, holds_personal, search
from facelint.plan import Ask, Probe
from facelint.values import LIST, FactType, Kind, list_of

if TYPE_CHECKING:
    from facelint.probes import Context

KINDS_TYPE = list_of(*KINDS)
WITHHELD = "(name withheld)"
"""Stands for a column whose very header holds personal data: a file without a header has a record in its place."""

FACTS = (
    Fact("pii.kinds", KINDS_TYPE, "Kinds of personal data that its cells hold in the open"),
    Fact("pii.in", LIST, "Columns that hold it"),
)
IN_CONSENTS = Fact(
    "consent.pii_kinds", KINDS_TYPE, "Kinds of personal data that the registry's row holds in the open", Realm.REGISTRY
)

_STATED = frozenset({Kind.DATE, Kind.ENUM, Kind.BOOLEAN, Kind.INTEGER, Kind.NUMBER})
_OF_THE_CONTROLLER = ("controller_", "withdrawal_method", "guardian_relation")
"""What in a registry is of the organisation, or tells no person."""


@dataclass(frozen=True)
class Searched:
    """Some rows, searched: the two columns of facts."""

    kinds: Column
    where: Column


def look(ask: Ask, wanted: Mapping[str, Fact], context: Context) -> Mapping[str, Column]:
    found = searched(ask.raw, ask.length, RECORD_FACTS)
    columns = {"pii.kinds": found.kinds, "pii.in": found.where}
    return {name: columns[name].with_unknown(ask.broken) for name in wanted}


def look_at_consents(ask: Ask, wanted: Mapping[str, Fact], context: Context) -> Mapping[str, Column]:
    return dict.fromkeys(wanted, kinds_in(ask.raw, ask.length, CONSENT_FACTS).with_unknown(ask.broken))


def kinds_in(columns: Mapping[str, pa.Array], length: int, known: Iterable[Fact]) -> Column:
    """The kinds that the rows of a consent registry hold, in all columns but those of the organisation itself.

    `columns` by fact or own header; `known` the registry's facts, whose columns hold no names of people by header.
    """
    own = {name: column for name, column in columns.items() if not _bare(name).startswith(_OF_THE_CONTROLLER)}
    return searched(own, length, known).kinds


def _bare(name: str) -> str:
    return name.lower().removeprefix("consent.")


def searched(columns: Mapping[str, pa.Array], length: int, known: Iterable[Fact]) -> Searched:
    """What the rows of some columns hold. A column of a fact of a narrow type is searched where it is not of it."""
    facts = {fact.name: fact for fact in known}
    theirs = {_bare(name) for fact in facts.values() for name in (fact.name, *fact.aliases)}
    all_bits = np.zeros(length, np.uint8)
    where = _Where(length)
    unsure: pa.Array | None = None
    for name in sorted(columns):
        column = columns[name]
        found = search(name.removeprefix("consent."), column, named=_bare(name) not in theirs)
        bits = found.bits
        if name in facts and facts[name].type.kind in _STATED and bits.any():
            bits = np.where(_of_type(column, facts[name]), np.uint8(0), bits)
        if found.unsure is not None:
            unsure = found.unsure if unsure is None else pc.coalesce(unsure, found.unsure)
        if bits.any():
            all_bits |= bits
            where.add(_shown(name), bits != 0)
    return Searched(_kinds(all_bits).with_unknown(unsure), where.column().with_unknown(unsure))


class _Where:
    """The columns that hit in each row, by set: many columns may, and few sets of them occur."""

    def __init__(self, length: int) -> None:
        self._codes = np.zeros(length, np.int64)
        self._sets: list[tuple[str, ...]] = [()]

    def add(self, name: str, hit: npt.NDArray[np.bool_]) -> None:
        kept, self._codes = np.unique(2 * self._codes + hit, return_inverse=True)
        self._sets = [self._sets[code // 2] + ((name,) if code % 2 else ()) for code in kept.tolist()]

    def column(self) -> Column:
        canonical = [tuple(sorted(set(names))) for names in self._sets]
        numbers = {names: at for at, names in enumerate(dict.fromkeys(names for names in canonical if names))}
        renumbered = np.array([numbers.get(names, -1) for names in canonical], np.int32)
        return _lists(LIST, [list(names) for names in numbers], renumbered[self._codes])


def _of_type(column: pa.Array, fact: Fact) -> npt.NDArray[np.bool_]:
    unsure = read(column, fact.type).unsure()
    if unsure is None:
        return np.ones(len(column), np.bool_)
    return ~np.asarray(unsure.to_numpy(zero_copy_only=False), np.bool_)


@lru_cache(maxsize=10_000)
def _shown(name: str) -> str:
    text = name.encode("utf-8", "replace").decode()
    return WITHHELD if holds_personal(pa.array([text]))[0].as_py() else text


def _kinds(bits: npt.NDArray[np.uint8]) -> Column:
    """A column from the bits of each row; blank where there are none."""
    sets = [[kind for at, kind in enumerate(KINDS) if number & 1 << at] for number in range(1, 1 << len(KINDS))]
    return _lists(KINDS_TYPE, sets, bits.astype(np.int32) - 1)


def _lists(type: FactType, values: list[list[str]], codes: npt.NDArray[np.int32]) -> Column:
    return Column(type, pa.array(values, pa.list_(pa.string())), pa.array(codes, mask=codes < 0))


PROBE = Probe(
    "pii",
    "Personal data in the manifest's own columns",
    (*FACTS, IN_CONSENTS),
    look,
    look_at_consents=look_at_consents,
    all_columns=True,
)
