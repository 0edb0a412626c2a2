"""Measures from their nodes, with the facts that rules name them by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from facelint.facts import Fact, Realm
from facelint.policy import Measure, Statistic
from facelint.policy_file.conditions import condition
from facelint.policy_file.declarations import named
from facelint.policy_file.names import Context, Names, Unusable, Use
from facelint.policy_file.reading import mapping, under
from facelint.values import INTEGER, NUMBER, NUMERIC, ORDERED, FactType, Kind
from facelint.yaml_tree import Member, Node, quoted

PREFIX = "measure."

_OF_CONDITION = frozenset({Statistic.COUNT, Statistic.SHARE})
_OWN_TYPE = frozenset({Statistic.SUM, Statistic.MIN, Statistic.MAX})
_TYPES: Mapping[Statistic, FactType] = {
    Statistic.COUNT: INTEGER,
    Statistic.SHARE: NUMBER,
    Statistic.DISTINCT: INTEGER,
}
_KINDS: Mapping[Statistic, frozenset[Kind]] = {
    Statistic.SUM: NUMERIC,
    Statistic.MIN: ORDERED,
    Statistic.MAX: ORDERED,
    Statistic.DISTINCT: frozenset(Kind) - {Kind.LIST},
}


def read_measures(node: Node, key: str, at: Context, own: Names) -> None:
    """Adds a document's measures to its own names."""
    at = replace(at, use=Use.MEASURE)
    for said, member, path in named(node, key, at.problems):
        measure = _measure(member, path, at)
        if measure is None:
            own.facts[PREFIX + said] = Unusable()
        else:
            own.facts[PREFIX + said] = _fact(said, measure)
            own.measures[PREFIX + said] = measure


def _measure(member: Member, key: str, at: Context) -> Measure | None:
    members = mapping(member.value, key, at.problems, (*Statistic, "where"))
    statistics = [word for word in members if word != "where"]
    if len(statistics) != 1:
        if member.value.members is not None and len(members) == len(member.value.members):
            found = " and ".join(statistics) or "none"
            at.problems.add(member.key, key, f"exactly one of {', '.join(Statistic)} is wanted, found {found}")
        return None
    statistic = Statistic(statistics[0])
    read = _of_condition if statistic in _OF_CONDITION else _of_fact
    measure = read(statistic, members[statistic].value, under(key, statistic), at)
    if "where" not in members:
        return measure
    where = condition(members["where"].value, under(key, "where"), at)
    return None if measure is None or where is None else replace(measure, where=where)


def _of_condition(statistic: Statistic, node: Node, key: str, at: Context) -> Measure | None:
    of = condition(node, key, at)
    return None if of is None else Measure(statistic, of)


def _of_fact(statistic: Statistic, node: Node, key: str, at: Context) -> Measure | None:
    fact = at.fact(node, key)
    if fact is None:
        return None
    kinds = _KINDS[statistic]
    if fact.type.kind not in kinds:
        takes = "anything but a list" if statistic is Statistic.DISTINCT else " or ".join(sorted(kinds))
        at.problems.add(node, key, f"{quoted(fact.name)} is {fact.type.kind}; {statistic} takes {takes}")
        return None
    return Measure(statistic, fact)


def _fact(said: str, measure: Measure) -> Fact:
    """A sum, a least and a greatest value may be one person's, and so as personal as what they are made of."""
    of = measure.of if isinstance(measure.of, Fact) else None
    own = of if measure.statistic in _OWN_TYPE else None
    return Fact(
        PREFIX + said,
        own.type if own else _TYPES[measure.statistic],
        f"The measure {said} of the policy",
        Realm.DATASET,
        personal=own is not None and own.personal,
        always=measure.statistic in (Statistic.COUNT, Statistic.DISTINCT),
    )
