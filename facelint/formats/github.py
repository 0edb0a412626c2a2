"""The report as workflow commands of GitHub Actions: annotations at rows of the manifest, then the ledger.

GitHub keeps ten annotations of each kind (error, warning, notice) a step. Each rule gets one before any gets a second,
and where there are more than ten findings of a kind, the tenth says how many are left. A doubt is one kind milder than
a failure of its rule would be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice, zip_longest

from facelint.findings import Finding
from facelint.formats import places, telling
from facelint.formats.escape import line
from facelint.policy import Answer, Severity
from facelint.report import Report, RuleResult

MAX_OF_A_KIND = 10
_NAMED = 5
_KINDS = {
    "error": ((Severity.ERROR, Answer.FAIL),),
    "warning": ((Severity.WARNING, Answer.FAIL), (Severity.ERROR, Answer.UNSURE)),
    "notice": ((Severity.NOTE, Answer.FAIL), (Severity.WARNING, Answer.UNSURE), (Severity.NOTE, Answer.UNSURE)),
}

Found = list[tuple[RuleResult, Answer, Sequence[Finding]]]


def render(report: Report) -> str:
    shown = telling.shown(report)
    rules = telling.troubled(report)
    lines: list[str] = []
    for kind, members in _KINDS.items():
        found: Found = [
            (rule, answer, shown.get((rule.id, answer), ()))
            for severity, answer in members
            for rule in rules
            if rule.severity is severity and rule.counts[answer]
        ]
        lines += _annotations(report, kind, found)
    return "".join(f"{one}\n" for one in [*lines, *_end(report)])


def _annotations(report: Report, kind: str, found: Found) -> Iterator[str]:
    total = sum(rule.counts[answer] for rule, answer, _ in found)
    left = {(rule.id, answer): rule.counts[answer] for rule, answer, _ in found}
    for rule, answer, one in islice(_in_turn(found), MAX_OF_A_KIND if total <= MAX_OF_A_KIND else MAX_OF_A_KIND - 1):
        left[rule.id, answer] -= 1
        path = places.path(report, one.source)
        at = places.line(one.source, one.row)
        yield _command(kind, _said(rule, answer, one), file=path, line=str(at or ""), title=rule.id)
    more = Counter[str]()
    for (name, _), n in left.items():
        more[name] += n
    more = +more
    if more:
        some = ", ".join(f"{name} {n:,}" for name, n in islice(more.items(), _NAMED))
        rest = f" and {len(more) - _NAMED:,} more rules" if len(more) > _NAMED else ""
        yield _command(kind, f"{more.total():,} more: {some}{rest}", title="facelint")


def _in_turn(found: Found) -> Iterator[tuple[RuleResult, Answer, Finding]]:
    """The first of each rule, then the second of each."""
    of_rules = ([(rule, answer, one) for one in shown] for rule, answer, shown in found)
    for turn in zip_longest(*of_rules):
        yield from (one for one in turn if one is not None)


def _said(rule: RuleResult, answer: Answer, finding: Finding) -> str:
    doubt = "unsure: " if answer is Answer.UNSURE else ""
    lines = [f"{telling.title(rule)}: {doubt}{telling.said(finding)}"]
    lines.append(f"{telling.record(finding)} ({telling.tally(rule)})".strip())
    if rule.remedy.en:
        lines.append(telling.remedy(rule))
    return "\n".join(lines)


def _end(report: Report) -> Iterator[str]:
    if report.not_examined_total:
        yield telling.unexamined_in_all(report)
    yield from (f"waiver: {one}" for one in telling.waivers(report))
    yield from telling.ledger(report)
    yield telling.basis(report)
    yield telling.verdict(report)


def _command(kind: str, message: str, **properties: str) -> str:
    said = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value)
    return f"::{kind} {said}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(line(text, 4096)).replace(":", "%3A").replace(",", "%2C")
