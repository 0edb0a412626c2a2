"""What the conditions of a document can name, and where each kind of fact may stand."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from enum import StrEnum

from facelint.conditions import Many
from facelint.facts import Fact, Realm
from facelint.policy import Measure, Scope
from facelint.policy_file.reading import Problems
from facelint.values import FactType
from facelint.yaml_tree import Node, quoted


@dataclass(frozen=True)
class Unusable:
    """A name that is declared and cannot be used; without a reason where its own declaration has the problem."""

    reason: str = ""


@dataclass(frozen=True, eq=False)
class Listed:
    """The values of a list file or a list param: one object each, so that conversions can be remembered."""

    texts: tuple[str, ...]


@dataclass
class Param:
    """A param of a pack with the value that applies, which an extending policy or a setting may change."""

    node: Node
    value: str | Listed
    origin: str
    """Where the value was written, for messages."""
    used: bool = False

    @property
    def plain(self) -> str | tuple[str, ...]:
        return self.value.texts if isinstance(self.value, Listed) else self.value


@dataclass(frozen=True)
class Names:
    """The names of a document, by kind; facts and measures by their whole name."""

    facts: MutableMapping[str, Fact | Unusable] = field(default_factory=dict)
    measures: MutableMapping[str, Measure] = field(default_factory=dict)
    params: MutableMapping[str, Param | Unusable] = field(default_factory=dict)
    lists: MutableMapping[str, Listed | Unusable] = field(default_factory=dict)


def layered(layers: Iterable[Names]) -> Names:
    """Names looked up in one layer after another."""
    layers = tuple(layers)
    return Names(
        ChainMap(*(layer.facts for layer in layers)),
        ChainMap(*(layer.measures for layer in layers)),
        ChainMap(*(layer.params for layer in layers)),
        ChainMap(*(layer.lists for layer in layers)),
    )


class Use(StrEnum):
    """Where a condition stands."""

    RECORD = Scope.RECORD
    CONSENT = Scope.CONSENT
    DATASET = Scope.DATASET
    MEASURE = "measure"
    ANY = "any"


_RECORDS = frozenset({Realm.RECORD, Realm.CONSENT, Realm.CONSTANT})
_REALMS: Mapping[Use, frozenset[Realm]] = {
    Use.RECORD: _RECORDS,
    Use.CONSENT: frozenset({Realm.CONSENT, Realm.REGISTRY, Realm.CONSTANT}),
    Use.DATASET: frozenset({Realm.DATASET, Realm.CONSTANT}),
    Use.MEASURE: _RECORDS,
    Use.ANY: frozenset(Realm),
}
_OUT_OF_PLACE: Mapping[Use, str] = {
    Use.RECORD: "is known of the whole dataset only; a rule that names it says scope: dataset",
    Use.CONSENT: "is no fact of a consent; a rule of scope: consent names consent.*, card.* and run.*",
    Use.DATASET: "is a fact of each record or consent; a rule of scope: dataset names a measure of it",
    Use.MEASURE: "is known of the whole dataset only; a measure is made of facts of records",
    Use.ANY: "",
}


@dataclass
class Memo:
    """What the conditions of a load share: lists as converted for each type, and bounds on what they may cost."""

    lists: dict[tuple[Listed, FactType], Many | str] = field(default_factory=dict)
    copies: int = 1_000_000
    """Values of lists that may yet be copied into other lists."""
    seconds: float = 20.0
    """Time that RE2 may yet take to compile patterns: each may be short and cost 0.06 s."""


@dataclass(frozen=True)
class Context:
    """What reading a condition takes."""

    problems: Problems
    names: Names
    use: Use
    memo: Memo

    def fact(self, node: Node, key: str) -> Fact | None:
        """The fact that a node names, usable here."""
        name = node.text
        if name is None:
            self.problems.add(node, key, f"the name of a fact is wanted, found {node.what}")
            return None
        fact = self.names.facts.get(name)
        if fact is None and self.use is Use.MEASURE and name.startswith("measure."):
            self.problems.add(node, key, f"{quoted(name)} {_OUT_OF_PLACE[self.use]}")
            return None
        if fact is None:
            near = self.problems.nearest(name, self.names.facts)
            self.problems.add(node, key, f"unknown fact {quoted(name)}{near}")
            return None
        if isinstance(fact, Unusable):
            if fact.reason:
                self.problems.add(node, key, fact.reason)
            return None
        if fact.realm not in _REALMS[self.use]:
            self.problems.add(node, key, f"{quoted(name)} {_OUT_OF_PLACE[self.use]}")
            return None
        return fact

    def param(self, node: Node, key: str) -> Param | None:
        found = self._named(node, key, "param", self.names.params)
        if isinstance(found, Param):
            found.used = True
            return found
        return None

    def list(self, node: Node, key: str) -> Listed | None:
        found = self._named(node, key, "list", self.names.lists)
        return found if isinstance(found, Listed) else None

    def _named(self, node: Node, key: str, kind: str, known: Mapping[str, object]) -> object:
        if node.text is None:
            self.problems.add(node, key, f"the name of a {kind} is wanted, found {node.what}")
            return None
        found = known.get(node.text)
        if found is None:
            self.problems.add(node, key, f"unknown {kind} {quoted(node.text)}{self.problems.nearest(node.text, known)}")
        return found
