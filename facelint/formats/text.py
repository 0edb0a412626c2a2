"""The report as text for a terminal or a log: what failed, worst first, then the ledger and the verdict."""

from __future__ import annotations

from collections.abc import Iterator

from facelint.findings import Finding
from facelint.formats.escape import line
from facelint.policy import Answer, Citation, Scope, Severity
from facelint.report import Report, RuleResult, Verdict
from facelint.values import quantity

_MARKS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_THINGS = {Scope.RECORD: "record", Scope.CONSENT: "consent", Scope.DATASET: "dataset"}
_SHOWN_UNEXAMINED = 5


def render(report: Report) -> str:
    blocks = [*_rules(report), *_not_examined(report), list(_ledger(report))]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _rules(report: Report) -> Iterator[list[str]]:
    """A block for each rule that failed or is unsure: errors first, then failures before doubts, many before few."""
    told = [rule for rule in report.rules if rule.counts[Answer.FAIL] or rule.counts[Answer.UNSURE]]
    told.sort(key=lambda rule: (-rule.severity, not rule.counts[Answer.FAIL], -rule.counts[Answer.FAIL], rule.id))
    for rule in told:
        yield [*_head(rule), *(_sample(one) for one in rule.samples), *_foot(rule)]


def _head(rule: RuleResult) -> Iterator[str]:
    parts = [
        f"{rule.counts[answer]:,} {word}"
        for answer, word in ((Answer.FAIL, "failed"), (Answer.UNSURE, "unsure"))
        if rule.counts[answer]
    ]
    yield f"{_MARKS[rule.severity]}: {rule.id}: {', '.join(parts)} of {quantity(rule.of, _THINGS[rule.scope])}"
    yield f"  {line(rule.title.en)}"


def _foot(rule: RuleResult) -> Iterator[str]:
    more = rule.counts[Answer.FAIL] + rule.counts[Answer.UNSURE] - len(rule.samples)
    if more > 0:
        yield f"    … and {more:,} more"
    if rule.cite:
        yield "  law: " + "; ".join(map(citation, rule.cite))
    if rule.remedy.en:
        yield f"  mend: {line(rule.remedy.en, 400)}"
    if rule.note:
        yield f"  note: {rule.note}"


def citation(cite: Citation) -> str:
    article = f" {cite.article}" if cite.article else ""
    return line(f"{cite.name}{article}") + f" ({cite.kind}, checked: {cite.checked})"


def _sample(finding: Finding) -> str:
    where = []
    if finding.row is not None:
        where.append(f"{line(finding.source or '')}:{finding.row}")
    if finding.record is not None:
        where.append(line(finding.record, 60))
    if finding.path is not None and finding.path != finding.record:
        where.append(line(finding.path, 80))
    reason = line(finding.reason or "")
    if finding.found is not None:
        said = f"{finding.fact} is {_quoted(finding.found)}" + (f" ({reason})" if reason else "")
    else:
        said = f"{finding.fact} is blank" if reason == "blank" else f"{finding.fact}: {reason}"
    doubt = "unsure: " if finding.answer == Answer.UNSURE.word else ""
    return f"    {' '.join(where) or 'dataset'}: {doubt}{said}, wanted {line(finding.wanted or '')}"


def _quoted(text: str) -> str:
    shown = line(text, 80)
    return shown if shown.startswith("hmac:") else f'"{shown}"'


def _not_examined(report: Report) -> Iterator[list[str]]:
    total = report.not_examined_total
    if not total:
        return
    shown = report.not_examined[:_SHOWN_UNEXAMINED]
    lines = [f"not examined, in whole or in part: {quantity(total, 'record')}"]
    for one in shown:
        where = f"{line(one.source or '')}:{one.row}" + (f" {line(one.path, 80)}" if one.path else "")
        lines.append(f"    {where}: {line(one.reason)}")
    if total > len(shown):
        lines.append(f"    … and {total - len(shown):,} more")
    yield lines


def _ledger(report: Report) -> Iterator[str]:
    for scope, (things, rules, counts) in report.ledger().items():
        answers = ", ".join(f"{counts[answer]:,} {answer.word}" for answer in Answer)
        yield f"{quantity(things, _THINGS[scope])} × {quantity(rules, 'rule')}: {answers}"
    for pack in report.packs:
        if pack.verdict is Verdict.NOT_APPLICABLE:
            yield f"policy {pack.pack.id}: not applicable, its rules are about nothing here"
    for rule in report.rules:
        if rule.overridden:
            yield f"overridden: {rule.id} ({', '.join(rule.overridden)})"
        if rule.note and not rule.counts[Answer.FAIL] and not rule.counts[Answer.UNSURE]:
            yield f"note: {rule.id}: {rule.note}"
    if report.disabled:
        yield f"off: {', '.join(report.disabled)}"
    policies = ", ".join(f"{line(one.pack.id)} {line(one.pack.version)}" for one in report.packs)
    yield f"as of {report.as_of} under {policies or 'no policy'}; evidence for a decision, not legal advice"
    yield _verdict(report)


def _verdict(report: Report) -> str:
    rules = [rule for rule in report.rules if rule.severity >= report.fail_on]
    if report.verdict is Verdict.FAIL:
        failed = [rule for rule in rules if rule.counts[Answer.FAIL]]
        total = sum(rule.counts[Answer.FAIL] for rule in failed)
        also = "" if report.complete else "; some answers are unsure"
        return f"FAIL: {quantity(total, 'failure')} of {quantity(len(failed), 'rule')}{also}"
    if report.verdict is Verdict.INCOMPLETE:
        return "INCOMPLETE: no failure seen, but " + "; ".join(report.why)
    held = sum(rule.verdict is Verdict.PASS for rule in rules)
    idle = sum(rule.verdict is Verdict.NOT_APPLICABLE for rule in rules)
    below = sum(rule.counts[Answer.FAIL] > 0 for rule in report.rules if rule.severity < report.fail_on)
    also = f"; {quantity(idle, 'rule')} about nothing here" if idle else ""
    also += f"; {quantity(below, 'rule')} of lesser severity failed" if below else ""
    return f"PASS: {quantity(held, 'rule')} held for everything they are about{also}"
