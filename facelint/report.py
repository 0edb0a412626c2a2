"""The report: what every rule answered, the ledger, the verdict and what was not examined. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from facelint import findings
from facelint.findings import Finding
from facelint.judge import Counts, Outcome, used_waivers
from facelint.plan import Plan
from facelint.policy import Answer, Citation, Pack, Rule, Scope, Severity, Texts
from facelint.values import quantity
from facelint.waivers import Used


class Verdict(StrEnum):
    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    INCOMPLETE = "incomplete"
    NOT_APPLICABLE = "not_applicable"


EXIT_CODES = {Verdict.PASS: 0, Verdict.FAIL: 1, Verdict.INCOMPLETE: 3}


@dataclass(frozen=True)
class Input:
    """A file that was read, and its digest."""

    name: str
    digest: str


@dataclass(frozen=True)
class DatasetInfo:
    name: str
    path: str
    manifests: tuple[Input, ...]
    consents: Input | None = None
    configuration: Input | None = None


@dataclass(frozen=True)
class RuleResult:
    id: str
    pack: str
    scope: Scope
    severity: Severity
    """The one that counted on the day of the run."""
    title: Texts
    remedy: Texts
    cite: tuple[Citation, ...]
    counts: Counts
    note: str = ""
    overridden: tuple[str, ...] = ()
    """Keys of the rule that some other file than its pack's has set."""
    samples: tuple[Finding, ...] = ()

    @property
    def of(self) -> int:
        """How many things the rule ranges over: the sum of its answers."""
        return sum(self.counts)

    @property
    def verdict(self) -> Verdict:
        if self.counts[Answer.FAIL]:
            return Verdict.FAIL
        if self.counts[Answer.UNSURE]:
            return Verdict.INCOMPLETE
        return Verdict.NOT_APPLICABLE if self.counts[Answer.SKIP] == self.of else Verdict.PASS


@dataclass(frozen=True)
class NotExamined:
    path: str | None
    source: str | None
    row: int | None
    reason: str


@dataclass(frozen=True)
class PackResult:
    pack: Pack
    verdict: Verdict


@dataclass(frozen=True)
class Timing:
    seconds: float = 0.0
    files_opened: int = 0
    pictures_decoded: int = 0


@dataclass(frozen=True)
class Report:
    verdict: Verdict
    why: tuple[str, ...]
    """Why the verdict is incomplete, in words."""
    as_of: date
    fail_on: Severity
    facelint: str
    dataset: DatasetInfo
    records: int
    images: int
    packs: tuple[PackResult, ...]
    params: Mapping[str, str | tuple[str, ...]]
    disabled: tuple[str, ...]
    complete: bool
    hash_key: str
    rules: tuple[RuleResult, ...]
    findings: tuple[Finding, ...]
    findings_total: int
    not_examined: tuple[NotExamined, ...]
    not_examined_total: int
    waivers: tuple[Used, ...] = ()
    """In the order in which they apply."""
    timing: Timing = Timing()

    @property
    def exit_code(self) -> int:
        return EXIT_CODES[self.verdict]

    def ledger(self) -> Mapping[Scope, tuple[int, int, Counts]]:
        """By scope that has rules: how many things, how many rules, and the sum of the rules' answers."""
        sums: dict[Scope, tuple[int, int, Counts]] = {}
        for rule in self.rules:
            _, n, counts = sums.get(rule.scope, (0, 0, (0,) * 5))
            total = tuple(a + b for a, b in zip(counts, rule.counts, strict=True))
            sums[rule.scope] = (rule.of, n + 1, total)  # type: ignore[assignment]
        return {scope: sums[scope] for scope in Scope if scope in sums}


def fingerprint(finding: Finding) -> str:
    """The same for the same rule, record and fact, whatever the value: 32 hex digits."""
    record = finding.record if finding.record is not None else f"{finding.source}#{finding.row}"
    return hashlib.sha256("\0".join([finding.rule, record, finding.fact or ""]).encode("utf-8", "replace")).hexdigest()[
        :32
    ]


def names(plan: Plan, dataset: DatasetInfo) -> findings.Names:
    """What the indexes in tables of findings stand for."""
    sources = [one.name for one in dataset.manifests] + ([dataset.consents.name] if dataset.consents else [])
    return findings.Names([rule.id for rule in plan.policy.rules], sources, [answer.word for answer in Answer])


def make_report(
    plan: Plan, outcome: Outcome, dataset: DatasetInfo, *, limit: int, fail_on: Severity, hash_key: str, version: str
) -> Report:
    """The report of a whole run; `limit` is how many findings it shows."""
    called = names(plan, dataset)
    bounded = outcome.bounded(limit)
    rendered = findings.rendered(bounded.found, called)
    rules = _rules(plan, outcome, rendered)
    total = sum(r.counts[a] for r in rules for a in (Answer.FAIL, Answer.WAIVED, Answer.UNSURE))
    counted = [rule for rule in rules if rule.severity >= fail_on]
    records = outcome.things.get(Scope.RECORD, 0)
    verdict, why = _verdict(counted, records)
    return Report(
        verdict=verdict,
        why=why,
        as_of=plan.as_of,
        fail_on=fail_on,
        facelint=version,
        dataset=dataset,
        records=records,
        images=outcome.images,
        packs=_packs(plan.policy.packs, rules, fail_on),
        params=plan.policy.params,
        disabled=plan.policy.disabled,
        complete=verdict is not Verdict.INCOMPLETE and not any(rule.counts[Answer.UNSURE] for rule in rules),
        hash_key=hash_key,
        rules=rules,
        findings=tuple(rendered[:limit]),
        findings_total=total,
        not_examined=tuple(
            NotExamined(row["path"], called.sources[row["source"]], row["row"], row["reason"])
            for row in bounded.not_examined.to_pylist()
        ),
        not_examined_total=outcome.unexamined,
        waivers=used_waivers(plan, outcome.uses),
    )


def _rules(plan: Plan, outcome: Outcome, rendered: Sequence[Finding]) -> tuple[RuleResult, ...]:
    samples: dict[str, list[Finding]] = {}
    for answer in (Answer.FAIL, Answer.UNSURE):
        for finding in rendered:
            kept = samples.setdefault(finding.rule, [])
            if finding.answer == answer.word and len(kept) < findings.SAMPLES:
                kept.append(finding)
    ranges = {**{scope: outcome.things.get(scope, 0) for scope in Scope}, Scope.DATASET: 1}
    return tuple(
        _result(plan, rule, outcome.counts.get(i), ranges[rule.scope], tuple(samples.get(rule.id, ())))
        for i, rule in enumerate(plan.policy.rules)
    )


def _result(plan: Plan, rule: Rule, counts: Counts | None, of: int, samples: tuple[Finding, ...]) -> RuleResult:
    severity = rule.severity_on(plan.as_of)
    notes = []
    if rule.awaits(plan.as_of):
        notes.append(f"in force from {rule.in_force}")
    if severity != rule.severity:
        notes.append(f"{rule.severity.word} from {rule.error_from}")
    result = RuleResult(
        rule.id, rule.pack, rule.scope, severity, rule.title, rule.remedy, rule.cite, counts or (0, 0, of, 0, 0),
        "; ".join(notes), tuple(key for key, at in rule.origins.items() if at.file != rule.place.file), samples,
    )  # fmt: skip
    if result.of != of:
        raise AssertionError(f"{rule.id}: the ledger does not close: {result.of} answers for {of} things")
    return result


def _verdict(counted: Sequence[RuleResult], records: int) -> tuple[Verdict, tuple[str, ...]]:
    """Of the rules that count; a run that examined nothing is never green."""
    if any(rule.counts[Answer.FAIL] for rule in counted):
        return Verdict.FAIL, ()
    unsure = sum(rule.counts[Answer.UNSURE] for rule in counted)
    why = []
    if not records:
        why.append("the dataset has no records")
    if not counted:
        why.append("no rule counts towards the verdict")
    elif records and all(rule.counts[Answer.SKIP] == rule.of for rule in counted):
        why.append("every rule that counts was skipped for everything, so that nothing that counts was checked")
    if unsure:
        rules = sum(1 for rule in counted if rule.counts[Answer.UNSURE])
        why.append(f"{quantity(unsure, 'answer')} of {quantity(rules, 'rule')} could not be established")
    return (Verdict.INCOMPLETE if why else Verdict.PASS), tuple(why)


def _packs(packs: Sequence[Pack], rules: Sequence[RuleResult], fail_on: Severity) -> tuple[PackResult, ...]:
    """Each pack by its own rules that count, and those of the packs that it extends; not applicable if all skip."""
    extends = {pack.id: pack.extends for pack in packs}

    def family(name: str) -> set[str]:
        return {name}.union(*(family(other) for other in extends.get(name, ())))

    def verdict(pack: Pack) -> Verdict:
        own = [rule for rule in rules if rule.pack in family(pack.id)]
        if all(rule.verdict is Verdict.NOT_APPLICABLE for rule in own):
            return Verdict.NOT_APPLICABLE
        verdicts = {rule.verdict for rule in own if rule.severity >= fail_on}
        return next((v for v in (Verdict.FAIL, Verdict.INCOMPLETE) if v in verdicts), Verdict.PASS)

    return tuple(PackResult(pack, verdict(pack)) for pack in packs)


def timed(report: Report, timing: Timing) -> Report:
    return replace(report, timing=timing)
