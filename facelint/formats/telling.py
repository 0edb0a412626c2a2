"""What the formats tell alike: which rules in which order, which findings of each, in which words.

Every text is one printable line, cut where it is long; what the markup around it takes for its own is still to be
escaped. Titles and remedies of rules are asked for here, so that there is one place that chooses their language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from facelint.findings import Finding
from facelint.formats.escape import line
from facelint.policy import Answer, Citation, Scope
from facelint.report import NotExamined, Report, RuleResult, Verdict
from facelint.values import quantity
from facelint.waivers import State, Used

_RULES = 3
"""Rules that a line about waivers names."""
_THINGS = {Scope.RECORD: "record", Scope.CONSENT: "consent", Scope.DATASET: "dataset"}


def title(rule: RuleResult) -> str:
    return line(rule.title.en.strip()) or rule.id


def dataset(report: Report) -> str:
    return line(report.dataset.name.strip()) or "dataset"


def remedy(rule: RuleResult) -> str:
    return line(rule.remedy.en, 400)


def law(rule: RuleResult) -> str:
    return "; ".join(map(citation, rule.cite))


def foot(rule: RuleResult) -> Iterator[tuple[str, str]]:
    """Ground, remedy and note of a rule, each behind its word, as far as it has them."""
    if rule.cite:
        yield "law", law(rule)
    if rule.remedy.en:
        yield "mend", remedy(rule)
    if rule.note:
        yield "note", rule.note


def citation(cite: Citation) -> str:
    return f"{ground(cite)} ({cite.kind}, checked: {cite.checked})"


def ground(cite: Citation) -> str:
    return line(f"{cite.name} {cite.article}".strip())


def troubled(report: Report) -> list[RuleResult]:
    """The rules that failed or are unsure: errors first, then failures before doubts, many before few."""
    told = [rule for rule in report.rules if rule.counts[Answer.FAIL] or rule.counts[Answer.UNSURE]]
    return sorted(
        told, key=lambda rule: (-rule.severity, not rule.counts[Answer.FAIL], -rule.counts[Answer.FAIL], rule.id)
    )


def tally(rule: RuleResult) -> str:
    """`15 failed, 1 unsure of 18 records`"""
    words = {Answer.FAIL: "failed", Answer.UNSURE: "unsure"}
    parts = [f"{rule.counts[answer]:,} {word}" for answer, word in words.items() if rule.counts[answer]]
    return f"{', '.join(parts)} of {things(rule.of, rule.scope)}"


def things(n: int, scope: Scope) -> str:
    return quantity(n, _THINGS[scope])


def shown(report: Report) -> Mapping[tuple[str, Answer], Sequence[Finding]]:
    """What the report holds of each rule's failures and doubts, in order; at least the rule's samples."""
    held: dict[tuple[str, Answer], dict[Finding, None]] = {}
    samples = [one for rule in report.rules for one in rule.samples]
    words = {answer.word: answer for answer in (Answer.FAIL, Answer.UNSURE)}
    for one in [*samples, *report.findings]:
        if one.answer in words:
            held.setdefault((one.rule, words[one.answer]), {})[one] = None
    return {kind: list(found) for kind, found in held.items()}


def place(finding: Finding) -> str:
    """`manifest.csv:2`; empty for the dataset as a whole."""
    return "" if finding.row is None else f"{line(finding.source or '')}:{finding.row}"


def record(finding: Finding) -> str:
    """The record's id and path, as far as they are known and differ."""
    names = [line(finding.record, 60)] if finding.record is not None else []
    if finding.path is not None and finding.path != finding.record:
        names.append(line(finding.path, 80))
    return " ".join(names)


def subject(finding: Finding) -> str:
    """Where the finding is: `manifest.csv:2 m-01 crawl/0001.jpg`, or `dataset`."""
    return f"{place(finding)} {record(finding)}".strip() or "dataset"


def said(finding: Finding) -> str:
    """What was found and what was wanted: `license is blank, wanted a value`."""
    reason = line(finding.reason or "")
    if finding.found is not None:
        found = f"{finding.fact} is {_quoted(finding.found)}" + (f" ({reason})" if reason else "")
    else:
        found = f"{finding.fact} is blank" if reason == "blank" else f"{finding.fact}: {reason}"
    return f"{found}, wanted {line(finding.wanted or '')}"


def _quoted(text: str) -> str:
    cut = line(text, 80)
    return cut if cut.startswith("hmac:") else f'"{cut}"'


def unexamined(one: NotExamined) -> tuple[str, str]:
    """Where, and why."""
    where = f"{line(one.source or '')}:{one.row}" + (f" {line(one.path, 80)}" if one.path else "")
    return where, line(one.reason)


def unexamined_in_all(report: Report) -> str:
    return f"not examined, in whole or in part: {quantity(report.not_examined_total, 'record')}"


def waivers(report: Report) -> Iterator[str]:
    """What became of each waiver, who answers for it, until when and why; those that are alike but for the rule, as a
    baseline's are, in one line."""
    alike: dict[tuple[object, ...], list[Used]] = {}
    for one in report.waivers:
        given = one.waiver
        kind = (one.state, given.owner, given.approver, given.reason, given.expires, given.place.file)
        alike.setdefault(kind, []).append(one)
    yield from map(_waiver, alike.values())


def _waiver(alike: Sequence[Used]) -> str:
    first = alike[0].waiver
    rules = ", ".join(line(one.waiver.rule, 130) for one in alike[:_RULES])
    more = f" and {quantity(len(alike) - _RULES, 'more rule')}" if len(alike) > _RULES else ""
    who = f"owner {line(first.owner)}, approved by {line(first.approver)}: {line(first.reason)}"
    return f"{line(first.place.file)}:{first.place.line}: {rules}{more}: {_became(alike)}; {who}"


def _became(alike: Sequence[Used]) -> str:
    day = alike[0].waiver.expires.isoformat()
    failures = quantity(sum(one.use.matched for one in alike), "failure")
    match alike[0].state:
        case State.USED:
            return f"{failures} waived until {day}"
        case State.UNUSED:
            return f"unused: no failure is named (until {day})"
        case State.EXPIRED:
            return f"expired on {day}, no longer waiving {failures}"
        case State.CHANGED:
            changed = quantity(sum(one.use.changed for one in alike), "record")
            return f"{changed} changed and no longer waived, {failures} waived until {day}"
        case State.NOT_CHECKED:
            return f"not asked about in this run (until {day})"


def ledger(report: Report) -> Iterator[str]:
    """A line for each scope."""
    for scope, (n, rules, counts) in report.ledger().items():
        answers = ", ".join(f"{counts[answer]:,} {answer.word}" for answer in Answer)
        yield f"{things(n, scope)} × {quantity(rules, 'rule')}: {answers}"


def remarks(report: Report) -> Iterator[str]:
    """What else one should know of the policies: what is not applicable, overridden, not yet in force, or off."""
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


def basis(report: Report) -> str:
    policies = ", ".join(f"{line(one.pack.id)} {line(one.pack.version)}" for one in report.packs)
    return f"as of {report.as_of} under {policies or 'no policy'}; evidence for a decision, not legal advice"


def verdict(report: Report) -> str:
    rules = counted(report)
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
    waived = sum(rule.counts[Answer.WAIVED] for rule in rules)
    also += f"; {quantity(waived, 'failure')} waived" if waived else ""
    return f"PASS: {quantity(held, 'rule')} held for everything they are about{also}"


def counted(report: Report) -> list[RuleResult]:
    """The rules that count towards the verdict."""
    return [rule for rule in report.rules if rule.severity >= report.fail_on]


def nothing_to_blame(report: Report) -> bool:
    """Whether the run is incomplete though no rule that counts is unsure: there was nothing to check."""
    return report.verdict is Verdict.INCOMPLETE and not any(rule.counts[Answer.UNSURE] for rule in counted(report))
