"""The report as JSON: a public shape with a version of its own, `facelint/report/1`."""

from __future__ import annotations

import json
from typing import Final, Literal, NotRequired

from typing_extensions import TypedDict  # typing's own, before Python 3.12, is none that pydantic can read

from facelint.findings import Finding
from facelint.formats.escape import json_text
from facelint.judge import Counts
from facelint.policy import Answer, Citation
from facelint.report import Input, Report, RuleResult, fingerprint
from facelint.waivers import Used

SCHEMA: Final = "facelint/report/1"

VerdictJson = Literal["pass", "fail", "incomplete"]
PartVerdictJson = Literal["pass", "fail", "incomplete", "not_applicable"]
SeverityJson = Literal["error", "warning", "note"]


class InputJson(TypedDict):
    """A file that was read."""

    name: str
    digest: str


class DatasetJson(TypedDict):
    name: str
    path: str
    records: int
    images: int
    manifests: list[InputJson]
    consents: InputJson | None
    configuration: InputJson | None


class PolicyJson(TypedDict):
    id: str
    version: str
    digest: str
    verdict: PartVerdictJson


class CiteJson(TypedDict):
    """The ground of a rule: one of law, standard and practice."""

    law: NotRequired[str]
    standard: NotRequired[str]
    practice: NotRequired[str]
    article: NotRequired[str]
    in_force: NotRequired[str]
    checked: str
    in_force_checked: NotRequired[str]
    url: NotRequired[str]


AnswersJson = TypedDict("AnswersJson", {"pass": int, "fail": int, "skip": int, "waived": int, "unsure": int})


class LedgerJson(TypedDict):
    """What all rules of a scope answered."""

    scope: Literal["record", "consent", "dataset"]
    of: int
    rules: int
    answers: AnswersJson


class RuleJson(TypedDict):
    id: str
    scope: Literal["record", "consent", "dataset"]
    of: int
    severity: SeverityJson
    title: str
    answers: AnswersJson
    cite: list[CiteJson]
    remedy: str
    verdict: PartVerdictJson
    note: NotRequired[str]
    overridden: NotRequired[list[str]]


class FindingJson(TypedDict):
    """One thing that a rule failed, left unsure or found waived."""

    rule: str
    answer: Literal["fail", "unsure", "waived"]
    record: str | None
    path: str | None
    source: str | None
    row: int | None
    fact: str | None
    found: str | None
    wanted: str | None
    reason: str | None
    fingerprint: str
    waiver: int | None
    """Of a failure that is waived, the place of the waiver in `waivers`, from 0; null else."""


class NotExaminedJson(TypedDict):
    path: str | None
    source: str | None
    row: int | None
    reason: str


class WaiverJson(TypedDict):
    """A waiver, and what became of it: only failures are waived, and each stays a finding."""

    rule: str
    owner: str
    approver: str
    reason: str
    expires: str
    """The last day on which it holds."""
    state: Literal["used", "unused", "expired", "changed", "not_checked"]
    records_matched: int
    """Failures that it names. If it has expired, they count as failures."""
    records_changed: int
    """Records that it names and that fail with other content than it was given for."""
    records_unused: int
    """Of what it lists, how many name nothing that fails."""
    file: InputJson
    line: int


class TimingJson(TypedDict):
    seconds: float
    files_opened: int
    pictures_decoded: int


class ReportJson(TypedDict):
    """What a run of facelint found."""

    schema: Literal["facelint/report/1"]
    verdict: VerdictJson
    why: list[str]
    as_of: str
    fail_on: SeverityJson
    facelint: str
    dataset: DatasetJson
    policies: list[PolicyJson]
    params: dict[str, str | list[str]]
    disabled: list[str]
    complete: bool
    hash_key: str
    rules: list[RuleJson]
    findings: list[FindingJson]
    findings_total: int
    findings_shown: int
    not_examined: list[NotExaminedJson]
    not_examined_total: int
    waivers: list[WaiverJson]
    timing: TimingJson


def render(report: Report) -> str:
    return json_text(json.dumps(shape(report), ensure_ascii=False, indent=2)) + "\n"


def shape(report: Report) -> ReportJson:
    """The report in its public shape."""
    return {
        "schema": SCHEMA,
        "verdict": report.verdict.value,  # type: ignore[typeddict-item]
        "why": list(report.why),
        "as_of": report.as_of.isoformat(),
        "fail_on": report.fail_on.word,  # type: ignore[typeddict-item]
        "facelint": report.facelint,
        "dataset": {
            "name": report.dataset.name,
            "path": report.dataset.path,
            "records": report.records,
            "images": report.images,
            "manifests": [_input(one) for one in report.dataset.manifests],
            "consents": _input(report.dataset.consents) if report.dataset.consents else None,
            "configuration": _input(report.dataset.configuration) if report.dataset.configuration else None,
        },
        "policies": [
            {"id": r.pack.id, "version": r.pack.version, "digest": r.pack.digest, "verdict": r.verdict.value}
            for r in report.packs
        ],
        "params": {name: value if isinstance(value, str) else list(value) for name, value in report.params.items()},
        "disabled": list(report.disabled),
        "complete": report.complete,
        "hash_key": report.hash_key,
        "rules": [_rule(rule) for rule in report.rules],
        "findings": [finding(one) for one in report.findings],
        "findings_total": report.findings_total,
        "findings_shown": len(report.findings),
        "not_examined": [
            {"path": one.path, "source": one.source, "row": one.row, "reason": one.reason}
            for one in report.not_examined
        ],
        "not_examined_total": report.not_examined_total,
        "waivers": [waiver(one) for one in report.waivers],
        "timing": {
            "seconds": round(report.timing.seconds, 3),
            "files_opened": report.timing.files_opened,
            "pictures_decoded": report.timing.pictures_decoded,
        },
    }


def _input(one: Input) -> InputJson:
    return {"name": one.name, "digest": one.digest}


def _rule(rule: RuleResult) -> RuleJson:
    shaped: RuleJson = {
        "id": rule.id,
        "scope": rule.scope.value,
        "of": rule.of,
        "severity": rule.severity.word,  # type: ignore[typeddict-item]
        "title": rule.title.en,
        "answers": _answers(rule.counts),
        "cite": [cite(one) for one in rule.cite],
        "remedy": rule.remedy.en,
        "verdict": rule.verdict.value,
    }
    if rule.note:
        shaped["note"] = rule.note
    if rule.overridden:
        shaped["overridden"] = list(rule.overridden)
    return shaped


def _answers(counts: Counts) -> AnswersJson:
    return {
        "pass": counts[Answer.PASS],
        "fail": counts[Answer.FAIL],
        "skip": counts[Answer.SKIP],
        "waived": counts[Answer.WAIVED],
        "unsure": counts[Answer.UNSURE],
    }


def ledger(report: Report) -> list[LedgerJson]:
    """The sums that the text prints, for formats that hold no rules to add up."""
    return [
        {"scope": scope.value, "of": of, "rules": rules, "answers": _answers(counts)}
        for scope, (of, rules, counts) in report.ledger().items()
    ]


def cite(one: Citation) -> CiteJson:
    shaped: dict[str, str] = {one.kind: one.name}
    optional = {
        "article": one.article,
        "in_force": one.in_force.isoformat() if one.in_force else "",
        "checked": one.checked,
        "in_force_checked": one.in_force_checked,
        "url": one.url,
    }
    return {**shaped, **{key: value for key, value in optional.items() if value}}  # type: ignore[typeddict-item]


def waiver(one: Used) -> WaiverJson:
    return {
        "rule": one.waiver.rule,
        "owner": one.waiver.owner,
        "approver": one.waiver.approver,
        "reason": one.waiver.reason,
        "expires": one.waiver.expires.isoformat(),
        "state": one.state.value,
        "records_matched": one.use.matched,
        "records_changed": one.use.changed,
        "records_unused": one.unused,
        "file": {"name": one.waiver.place.file, "digest": one.waiver.file_digest},
        "line": one.waiver.place.line,
    }


def finding(one: Finding) -> FindingJson:
    return {
        "rule": one.rule,
        "answer": one.answer,  # type: ignore[typeddict-item]
        "record": one.record,
        "path": one.path,
        "source": one.source,
        "row": one.row,
        "fact": one.fact,
        "found": one.found,
        "wanted": one.wanted,
        "reason": one.reason,
        "fingerprint": fingerprint(one),
        "waiver": one.waiver,
    }
