"""Policies as data: rules, measures, packs, and the policy that their composition gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum

from facelint.conditions import Condition
from facelint.facts import Fact
from facelint.values import Value


class Severity(IntEnum):
    NOTE = 0
    WARNING = 1
    ERROR = 2

    @property
    def word(self) -> str:
        return self.name.lower()


class Scope(StrEnum):
    RECORD = "record"
    CONSENT = "consent"
    DATASET = "dataset"


class Answer(IntEnum):
    """What a rule says of one thing; the order is that of the ledger."""

    PASS = 0
    FAIL = 1
    SKIP = 2
    WAIVED = 3
    UNSURE = 4

    @property
    def word(self) -> str:
        return self.name.lower()


@dataclass(frozen=True)
class Texts:
    """A text in English and perhaps Chinese."""

    en: str
    zh: str = ""


@dataclass(frozen=True)
class Place:
    """Where something is written; lines and columns count from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True)
class Citation:
    """The ground of a rule: a law's article, a standard, or a practice; how well it was checked."""

    kind: str
    """`law`, `standard` or `practice`."""
    name: str
    article: str = ""
    in_force: date | None = None
    checked: str = "memory"
    """`primary`, `secondary` or `memory`."""
    in_force_checked: str = ""
    url: str = ""


@dataclass(frozen=True)
class Require:
    condition: Condition


@dataclass(frozen=True)
class Unique:
    """No two things share the key; a blank key skips."""

    key: tuple[Fact, ...]
    among: Condition | None = None


@dataclass(frozen=True)
class Agree:
    """All things with the same key have the same value of `on`."""

    on: Fact
    within: tuple[Fact, ...]
    among: Condition | None = None


Form = Require | Unique | Agree


@dataclass(frozen=True)
class Example:
    """A rule's own test: the answer for the first of `things`."""

    answer: Answer
    things: tuple[ExampleThing, ...]
    place: Place


@dataclass(frozen=True)
class ExampleThing:
    """Values by fact name; facts not named are blank."""

    values: Mapping[str, Value]
    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


class Statistic(StrEnum):
    COUNT = "count"
    SHARE = "share"
    DISTINCT = "distinct"
    SUM = "sum"
    MIN = "min"
    MAX = "max"


@dataclass(frozen=True)
class Measure:
    """A number about all records: of a condition (count, share) or of a fact, among those that `where` holds for."""

    statistic: Statistic
    of: Condition | Fact
    where: Condition | None = None


@dataclass(frozen=True)
class Rule:
    id: str
    """The whole name, `pack/rule`."""
    pack: str
    title: Texts
    severity: Severity
    scope: Scope
    form: Form
    place: Place
    when: Condition | None = None
    cite: tuple[Citation, ...] = ()
    why: Texts = Texts("")
    """Why it matters: what a failure does to the people in the pictures, or to who holds them."""
    remedy: Texts = Texts("")
    in_force: date | None = None
    error_from: date | None = None
    waivable: bool = True
    measures: Mapping[str, Measure] = field(default_factory=dict)
    """Those that the rule names, by the whole name of their fact (`measure.subjects`)."""
    examples: tuple[Example, ...] = ()
    origins: Mapping[str, Place] = field(default_factory=dict)
    """Where each key was written: in its own pack, or in the `override` or `raise` that replaced it."""

    def severity_on(self, as_of: date) -> Severity:
        """The severity that counts on a day: a warning at most before `error_from`."""
        early = self.error_from is not None and as_of < self.error_from
        return min(self.severity, Severity.WARNING) if early else self.severity

    def awaits(self, as_of: date) -> bool:
        """Whether the rule skips everything because it is not in force yet."""
        return self.in_force is not None and as_of < self.in_force


@dataclass(frozen=True)
class Pack:
    """One policy file as it was read."""

    id: str
    title: Texts
    version: str
    digest: str
    """`sha256:…` over the file and the list files that it names."""
    file: str
    law_read_on: date | None = None
    shipped: bool = False
    extends: tuple[str, ...] = ()
    """Ids of the packs that it builds on directly."""


@dataclass(frozen=True)
class Policy:
    """What a run checks: every rule that is on, in the order of loading."""

    packs: tuple[Pack, ...]
    rules: tuple[Rule, ...]
    columns: Mapping[str, Fact] = field(default_factory=dict)
    """Facts that the packs declare about the user's own manifest columns, by name."""
    params: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    """Every param as applied, by `pack.name`."""
    off: tuple[Rule, ...] = ()
    """The rules that are not judged, whether disabled or not enabled."""

    @property
    def disabled(self) -> tuple[str, ...]:
        """Whole names of the rules that are off."""
        return tuple(rule.id for rule in self.off)
