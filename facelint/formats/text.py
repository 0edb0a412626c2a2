"""The report as text for a terminal or a log: what failed, worst first, then the ledger and the verdict."""

from __future__ import annotations

from collections.abc import Iterator

from facelint.findings import Finding
from facelint.formats import telling
from facelint.policy import Answer
from facelint.report import Report, RuleResult

_SHOWN_UNEXAMINED = 5
_SHOWN_WAIVERS = 50


def render(report: Report) -> str:
    blocks = [*map(_rule, telling.troubled(report)), _not_examined(report), _waivers(report), _end(report)]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _rule(rule: RuleResult) -> list[str]:
    head = f"{rule.severity.word}: {rule.id}: {telling.tally(rule)}"
    return [head, f"  {telling.title(rule)}", *map(_sample, rule.samples), *_foot(rule)]


def _sample(finding: Finding) -> str:
    doubt = "unsure: " if finding.answer == Answer.UNSURE.word else ""
    return f"    {telling.subject(finding)}: {doubt}{telling.said(finding)}"


def _foot(rule: RuleResult) -> Iterator[str]:
    more = rule.counts[Answer.FAIL] + rule.counts[Answer.UNSURE] - len(rule.samples)
    if more > 0:
        yield f"    … and {more:,} more"
    yield from (f"  {word}: {said}" for word, said in telling.foot(rule))


def _not_examined(report: Report) -> list[str]:
    total = report.not_examined_total
    if not total:
        return []
    told = [telling.unexamined(one) for one in report.not_examined[:_SHOWN_UNEXAMINED]]
    lines = [telling.unexamined_in_all(report), *(f"    {where}: {why}" for where, why in told)]
    return lines if total == len(told) else [*lines, f"    … and {total - len(told):,} more"]


def _waivers(report: Report) -> list[str]:
    told = list(telling.waivers(report))
    lines = ["waivers:", *(f"    {one}" for one in told[:_SHOWN_WAIVERS])] if told else []
    return [*lines, f"    … and {len(told) - _SHOWN_WAIVERS:,} more"] if len(told) > _SHOWN_WAIVERS else lines


def _end(report: Report) -> list[str]:
    return [*telling.ledger(report), *telling.remarks(report), telling.basis(report), telling.verdict(report)]
