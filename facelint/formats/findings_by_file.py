"""The report of files by themselves as text: a line for each finding, `FILE: severity: rule: …`."""

from __future__ import annotations

from collections.abc import Iterator

from facelint.formats.escape import line
from facelint.formats.telling import said, title, verdict
from facelint.policy import Answer
from facelint.report import Report
from facelint.values import quantity


def render(report: Report, left: int) -> str:
    """`left` is how many rules of the policy need more than the file, and were left out."""
    return "\n".join(_lines(report, left)) + "\n"


def _lines(report: Report, left: int) -> Iterator[str]:
    rules = {rule.id: rule for rule in report.rules}
    for one in sorted(report.findings, key=lambda one: (one.row or 0, -rules[one.rule].severity, one.rule)):
        rule = rules[one.rule]
        doubt = "unsure: " if one.answer == Answer.UNSURE.word else ""
        name = line(one.path or f"file {one.row} of those given", 400)
        yield f"{name}: {rule.severity.word}: {rule.id}: {title(rule)}: {doubt}{said(one)}"
    others = f"; {quantity(left, 'rule')} of the policy asked for more than the file" if left else ""
    yield f"{quantity(report.records, 'file')} × {quantity(len(report.rules), 'rule')}{others}"
    yield verdict(report)
