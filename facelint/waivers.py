"""Waivers: failures that someone answers for until a day, which of a rule's failures they cover, and whether they hold.

Pure: where a waiver is written down, and what a digest is of, is told elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from facelint.conditions import All
from facelint.measures import Codes
from facelint.policy import Answer, Place, Require, Rule, Scope, Severity, Texts

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

RULE = Rule(
    "facelint/waivers-hold",
    "facelint",
    Texts("Every waiver is in force and covers a failure", "每项豁免均在有效期内，且对应一项不合格"),
    Severity.WARNING,
    Scope.DATASET,
    Require(All(())),
    Place("facelint", 1, 1),
    why=Texts(
        "A waiver that covers nothing hides the next failure that it happens to name.",
        "不再对应任何不合格项的豁免，会掩盖其恰好指名的下一项不合格。",
    ),
    remedy=Texts(
        "Take out what is no longer needed; have what lapsed, or whose record changed, decided anew.",
        "删去不再需要的豁免；已到期或记录已变更的，应重新审批。",
    ),
)
"""What a run with waivers asks beside the policy's own rules."""


class State(StrEnum):
    USED = "used"
    UNUSED = "unused"
    """It names no failure."""
    EXPIRED = "expired"
    CHANGED = "changed"
    """A record that it names fails with other content than it was given for."""
    NOT_CHECKED = "not_checked"
    """Its rule is of no policy of the run, off, or not yet in force."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing, or more, that a waiver names."""

    digest: str | None
    """`sha256:…` of the content that it was given for; None where it is for whatever the thing holds."""
    name: str | None = None
    """Beside a digest, the record's id, by which a changed record is told; else the ids that are meant, with `*` for
    any characters and `?` for one. None stands for everything that the rule ranges over."""


@dataclass(frozen=True)
class Use:
    """What a waiver covered; that of parts adds up to that of the whole."""

    matched: int = 0
    """Failures that it names, though it may have expired."""
    lines: frozenset[int] = frozenset()
    """Of its lines, those that name a failure."""
    met: frozenset[int] = frozenset()
    """Of its lines, those whose record was met with other content, failing."""

    def __add__(self, other: Use) -> Use:
        return Use(self.matched + other.matched, self.lines | other.lines, self.met | other.met)

    @property
    def changed(self) -> int:
        """How many of the records that it names changed and fail."""
        return len(self.met - self.lines)


Uses = Mapping[int, Use]
"""By index of the waiver."""


@dataclass(frozen=True)
class Waiver:
    rule: str
    """The whole name."""
    lines: tuple[Line, ...]
    """Each once."""
    owner: str
    approver: str
    reason: str
    expires: date
    """The last day on which it holds."""
    place: Place
    file_digest: str = ""
    """`sha256:…` of the file that it stands in."""

    def holds_on(self, day: date) -> bool:
        return day <= self.expires

    @cached_property
    def pinned(self) -> Mapping[str, tuple[int, ...]]:
        """By digest, the lines."""
        return _lines_by((line.digest, i) for i, line in enumerate(self.lines))

    @cached_property
    def _ids(self) -> Mapping[str, tuple[int, ...]]:
        """By id that stands beside a digest, the lines."""
        return _lines_by((line.name, i) for i, line in enumerate(self.lines) if line.digest is not None)

    def covering(self, names: pa.Array, digests: Sequence[str | None]) -> tuple[Mask, frozenset[int]]:
        """Which failures it names, and by which of its lines."""
        by_digest = [() if one is None else self.pinned.get(one, ()) for one in digests]
        mask = np.array([bool(lines) for lines in by_digest], bool)
        found = {line for lines in by_digest for line in lines}
        for i, line in enumerate(self.lines if len(self.pinned) < len(self.lines) else ()):
            if line.digest is None:
                meant = named(line.name, names)
                mask = mask | meant
                found.update([i] if meant.any() else [])
        return mask, frozenset(found)

    def met(self, names: Iterable[str | None]) -> frozenset[int]:
        """The lines that name one of these records beside a digest."""
        return frozenset(line for name in names if name is not None for line in self._ids.get(name, ()))


def _lines_by(pairs: Iterable[tuple[str | None, int]]) -> Mapping[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for key, line in pairs:
        if key is not None:
            found[key] = (*found.get(key, ()), line)
    return found


def named(pattern: str | None, names: pa.Array) -> Mask:
    """Which ids a pattern means, as `Line.name` says."""
    if pattern is None:
        return np.ones(len(names), bool)
    said = "".join({"*": ".*", "?": "."}.get(c) or re.escape(c) for c in pattern)
    matched = pc.match_substring_regex(names, rf"(?s)\A{said}\z")
    mask: Mask = pc.fill_null(matched, False).to_numpy(zero_copy_only=False)
    return mask


@dataclass(frozen=True)
class Waivers:
    """Those of a run."""

    entries: tuple[Waiver, ...] = ()
    recording: bool = False
    """Whether every failure that could be waived is found with the digest that a waiver would name it by."""


NONE = Waivers()


@dataclass(frozen=True)
class Answered:
    """What a rule says of some things, and which waiver covers a failure."""

    answers: Codes
    """As if there were no waivers."""
    waiver: Ints
    """The index of the waiver, -1 where there is none."""
    digests: npt.NDArray[np.object_] | None = None
    """Of each failure the digest of its content; None where it was not asked for."""

    def take(self, at: Ints | Mask) -> Answered:
        return Answered(self.answers[at], self.waiver[at], None if self.digests is None else self.digests[at])

    @cached_property
    def told(self) -> Codes:
        """The answers that count."""
        if (self.waiver < 0).all():
            return self.answers
        told: Codes = np.where(self.waiver >= 0, Answer.WAIVED, self.answers).astype(np.int8)
        return told


def bare(answers: Codes) -> Answered:
    """Answers that nothing is waived of."""
    return Answered(answers, np.full(len(answers), -1, np.int64))


def answered(
    answers: Codes, names: pa.Array, digests: Sequence[str | None], waivers: Iterable[tuple[int, Waiver]], as_of: date
) -> tuple[Answered, Uses]:
    """The answers, of which failures are waived, and what that made of each of the rule's waivers.

    `names` are the ids of the failures, `digests` those of their content. Of several waivers the first covers.
    """
    failures = np.flatnonzero(answers == Answer.FAIL)
    covers = [(i, waiver, *waiver.covering(names, digests)) for i, waiver in waivers]
    by = np.full(len(failures), -1, np.int64)
    for i, waiver, mask, _ in covers:
        if waiver.holds_on(as_of):
            by = np.where((by < 0) & mask, i, by)
    left = names.filter(pa.array(by < 0)).to_pylist() if covers else []
    uses = {i: Use(int(mask.sum()), lines, waiver.met(left)) for i, waiver, mask, lines in covers}
    every, known = bare(answers), np.full(len(answers), None, object)
    every.waiver[failures] = by
    known[failures] = digests
    return replace(every, digests=known), uses


def added(a: Uses, b: Uses) -> Uses:
    return {**a, **{i: a[i] + use if i in a else use for i, use in b.items()}}


@dataclass(frozen=True)
class Used:
    """A waiver, and what became of it in a run."""

    waiver: Waiver
    state: State
    use: Use = field(default_factory=Use)

    @property
    def unused(self) -> int:
        """How many of its lines name nothing that fails."""
        return len(self.waiver.lines) - len(self.use.lines | self.use.met)


def used(entries: Sequence[Waiver], uses: Uses, checked: frozenset[str], as_of: date) -> tuple[Used, ...]:
    """What became of each; `checked` are the names of the rules that were."""

    def of(index: int, waiver: Waiver) -> Used:
        use = uses.get(index, Use())
        if waiver.rule not in checked:
            return Used(waiver, State.NOT_CHECKED)
        if not waiver.holds_on(as_of):
            return Used(waiver, State.EXPIRED, use)
        return Used(waiver, State.CHANGED if use.changed else State.USED if use.lines else State.UNUSED, use)

    return tuple(of(index, waiver) for index, waiver in enumerate(entries))
