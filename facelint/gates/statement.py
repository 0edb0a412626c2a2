"""What is attested: an in-toto Statement v1 whose predicate says how a dataset fared under which policies."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar

from facelint.formats.escape import line
from facelint.gates import tree
from facelint.gates.envelope import parsed
from facelint.gates.refused import Refused
from facelint.policy import Answer
from facelint.report import Report
from facelint.waivers import State

TYPE = "https://in-toto.io/Statement/v1"
FAMILY = "urn:uuid:c131dd46-6511-4d65-814e-8bd068fa308a"
"""A name that needs no host (RFC 9562), and is facelint's by being drawn at random."""
PREDICATE_TYPE = f"{FAMILY}#facelint-attestation-1"
NAMELESS = "_"
"""What in-toto has as the name of a subject that has no meaningful one."""
_TIME_FORM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_DAY_FORM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

T = TypeVar("T")
Params = Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True)
class PolicyRef:
    id: str
    version: str
    digest: str
    verdict: str


@dataclass(frozen=True)
class Ledger:
    """Of the rules of one scope: how many things they are about, how many they are, and the sum of their answers."""

    scope: str
    things: int
    rules: int
    answers: Mapping[str, int]


@dataclass(frozen=True)
class Waived:
    """Failures that somebody answers for until a day."""

    rule: str
    failures: int
    owner: str
    approver: str
    reason: str
    expires: date


@dataclass(frozen=True)
class Statement:
    name: str
    """What the dataset's card calls it, else `_`."""
    root: str
    """The root digest of its files, in hex."""
    files: int
    bytes: int
    verdict: str
    why: tuple[str, ...]
    """Why the verdict is incomplete, in words."""
    as_of: date
    fail_on: str
    records: int
    images: int
    ledger: tuple[Ledger, ...]
    policies: tuple[PolicyRef, ...]
    params: Params
    """Every param as applied, by `pack.name`."""
    disabled: tuple[str, ...]
    """The rules that were off, whoever did that."""
    overridden: tuple[str, ...]
    """The rules that the dataset's own `facelint.yaml` changed."""
    waivers: tuple[Waived, ...]
    """Those that the verdict rests on."""
    facelint: str
    created: datetime
    """In UTC, to the second."""
    expires: datetime

    @property
    def holds_from(self) -> datetime:
        """What its age counts from: the day it judges by, where that was over when it was made."""
        return from_when(self.created, self.as_of)


def from_when(created: datetime, as_of: date) -> datetime:
    return min(created, datetime.combine(as_of, time(23, 59, 59), UTC))


def of_report(
    report: Report, name: str, leaves: Sequence[tree.Leaf], overridden: Sequence[str], created: datetime,
    lasts: timedelta,
) -> Statement:  # fmt: skip
    """The statement about a report and the files that it is of, which stays good for `lasts`, and no longer than the
    waivers that it rests on.

    Raises OverflowError where that leads beyond the year 9999.
    """
    created = created.astimezone(UTC).replace(microsecond=0)
    waivers = tuple(
        Waived(given.rule, one.use.matched, given.owner, given.approver, given.reason, given.expires)
        for one in report.waivers
        if one.state in (State.USED, State.CHANGED) and (given := one.waiver)
    )
    ends = [datetime.combine(one.expires, time(23, 59, 59), UTC) for one in waivers]
    return Statement(
        name=name or NAMELESS,
        root=tree.root(leaves),
        files=len(leaves),
        bytes=sum(leaf.size for leaf in leaves),
        verdict=report.verdict.value,
        why=report.why,
        as_of=report.as_of,
        fail_on=report.fail_on.word,
        records=report.records,
        images=report.images,
        ledger=tuple(
            Ledger(scope.value, things, rules, {answer.word: counts[answer] for answer in Answer})
            for scope, (things, rules, counts) in report.ledger().items()
        ),
        policies=tuple(
            PolicyRef(one.pack.id, one.pack.version, one.pack.digest, one.verdict.value) for one in report.packs
        ),
        params=report.params,
        disabled=tuple(sorted(report.disabled)),
        overridden=tuple(sorted(overridden)),
        waivers=waivers,
        facelint=report.facelint,
        created=created,
        expires=min([from_when(created, report.as_of) + lasts, *ends]),
    )


def moment(at: datetime) -> str:
    """A time in UTC as in-toto writes it."""
    return at.strftime("%Y").zfill(4) + at.strftime("-%m-%dT%H:%M:%SZ")


def payload(statement: Statement) -> bytes:
    """The Statement as JSON in ASCII; the same statement gives the same bytes."""
    predicate = {
        "verdict": statement.verdict,
        "why": list(statement.why),
        "as_of": statement.as_of.isoformat(),
        "fail_on": statement.fail_on,
        "records": statement.records,
        "images": statement.images,
        "ledger": [
            {"scope": one.scope, "things": one.things, "rules": one.rules, "answers": dict(one.answers)}
            for one in statement.ledger
        ],
        "policies": [
            {"id": one.id, "version": one.version, "digest": one.digest, "verdict": one.verdict}
            for one in statement.policies
        ],
        "params": {
            name: value if isinstance(value, str) else list(value) for name, value in sorted(statement.params.items())
        },
        "disabled": list(statement.disabled),
        "overridden": list(statement.overridden),
        "waivers": [{**asdict(one), "expires": one.expires.isoformat()} for one in statement.waivers],
        "tree": {"files": statement.files, "bytes": statement.bytes},
        "facelint": statement.facelint,
        "created": moment(statement.created),
        "expires": moment(statement.expires),
    }
    subject = {"name": statement.name, "digest": {tree.ALGORITHM: statement.root}}
    whole = {"_type": TYPE, "subject": [subject], "predicateType": PREDICATE_TYPE, "predicate": predicate}
    return json.dumps(whole, separators=(",", ":")).encode()


def read(data: bytes) -> Statement:
    """The statement that a signed payload holds; what it has beside that is not looked at, as in-toto asks.

    Raises Refused for a statement of another kind or version, or one that lacks something.
    """
    whole = parsed(data, "what is signed")
    if not isinstance(whole, dict) or whole.get("_type") != TYPE:
        raise Refused(f"what is signed is no in-toto statement of type {TYPE}")
    kind = whole.get("predicateType")
    if kind != PREDICATE_TYPE:
        told = line(json.dumps(kind), 100)
        ours = isinstance(kind, str) and kind.startswith(FAMILY)
        raise Refused(
            f"it is an attestation of another version of facelint's, {told}"
            if ours
            else f"it attests something else: its predicateType is {told}"
        )
    fields = _Fields(whole)
    subjects = fields.list("subject", dict)
    if len(subjects) != 1:
        raise Refused(f"it has {len(subjects)} subjects, where one dataset is wanted")
    subject, said = _Fields(subjects[0]), fields.inner("predicate")
    size, root = said.inner("tree"), subject.inner("digest").text(tree.ALGORITHM)
    if not re.fullmatch(r"[0-9a-f]{64}", root):
        raise Refused(f"its root digest ({tree.ALGORITHM}) is not 64 hex digits")
    return Statement(
        name=subject.text("name"),
        root=root,
        files=size.count("files"),
        bytes=size.count("bytes"),
        verdict=said.text("verdict"),
        why=tuple(said.list("why", str)),
        as_of=said.day("as_of"),
        fail_on=said.text("fail_on"),
        records=said.count("records"),
        images=said.count("images"),
        ledger=tuple(_ledger(_Fields(one)) for one in said.list("ledger", dict)),
        policies=tuple(
            PolicyRef(*(_Fields(one).text(key) for key in ("id", "version", "digest", "verdict")))
            for one in said.list("policies", dict)
        ),
        params=said.params("params"),
        disabled=tuple(said.list("disabled", str)),
        overridden=tuple(said.list("overridden", str)),
        waivers=tuple(_waived(_Fields(one)) for one in said.list("waivers", dict)),
        facelint=said.text("facelint"),
        created=said.time("created"),
        expires=said.time("expires"),
    )


def _ledger(one: _Fields) -> Ledger:
    answers = one.inner("answers")
    counts = {answer.word: answers.count(answer.word) for answer in Answer}
    return Ledger(one.text("scope"), one.count("things"), one.count("rules"), counts)


def _waived(one: _Fields) -> Waived:
    return Waived(
        one.text("rule"), one.count("failures"), one.text("owner"), one.text("approver"), one.text("reason"),
        one.day("expires"),
    )  # fmt: skip


@dataclass(frozen=True)
class _Fields:
    """The members of a JSON object, each of the type that it must have. Every method raises Refused."""

    members: Mapping[str, Any]

    def _get(self, key: str, type: type[T]) -> T:
        value = self.members.get(key)
        if not isinstance(value, type) or (isinstance(value, bool) and type is int):
            raise Refused(f"its statement lacks {key}, or has it in another form")
        return value

    def text(self, key: str) -> str:
        return self._get(key, str)

    def count(self, key: str) -> int:
        return self._get(key, int)

    def inner(self, key: str) -> _Fields:
        return _Fields(self._get(key, dict))

    def list(self, key: str, of: type[T]) -> Sequence[T]:
        found = self._get(key, list)
        return [_Fields({key: one})._get(key, of) for one in found]

    def day(self, key: str) -> date:
        return self._parsed(key, _DAY_FORM, date.fromisoformat)

    def time(self, key: str) -> datetime:
        return self._parsed(key, _TIME_FORM, lambda text: datetime.fromisoformat(text).astimezone(UTC))

    def _parsed(self, key: str, form: re.Pattern[str], read: Callable[[str], T]) -> T:
        text = self.text(key)
        try:
            if form.fullmatch(text):
                return read(text)
        except ValueError:
            pass
        raise Refused(f"its statement lacks {key}, or has it in another form")

    def params(self, key: str) -> Params:
        found = self.inner(key)
        return {
            name: value if isinstance(value, str) else tuple(found.list(name, str))
            for name, value in found.members.items()
        }
