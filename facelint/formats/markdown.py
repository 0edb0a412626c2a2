"""The report as GitHub's Markdown, for the summary of a step or a comment: the verdict and the ledger come first.

It stays below the megabyte that GitHub takes for a step: rules that no longer fit are counted, while what was not
examined and the provenance always have room.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from facelint.findings import Finding
from facelint.formats import telling
from facelint.formats.escape import line, markdown
from facelint.policy import Answer, Severity
from facelint.report import Report, RuleResult, Verdict
from facelint.values import quantity

MAX_SAMPLES = 10
"""Findings of a rule that are shown."""
_MAX_UNEXAMINED = 20
_MAX_INPUTS = 40
_MAX_REMARKS = 40
_TABLE = 150_000
"""Bytes of each of the two tables of rules."""
_DETAILS = 400_000
"""Bytes of the rules that are told in full."""

_MARKS = {Verdict.PASS: "✅", Verdict.FAIL: "❌", Verdict.INCOMPLETE: "❓", Verdict.NOT_APPLICABLE: "➖"}
_ANSWERS = (Answer.FAIL, Answer.UNSURE, Answer.WAIVED, Answer.SKIP, Answer.PASS)

Shown = Mapping[tuple[str, Answer], Sequence[Finding]]


def render(report: Report) -> str:
    told = telling.troubled(report)
    names = {rule.id for rule in told}
    others = [rule for rule in report.rules if rule.id not in names]
    blocks = [
        f"## {_MARKS[report.verdict]} {markdown(telling.verdict(report))}",
        f"**{markdown(telling.dataset(report))}**, {markdown(line(telling.basis(report), 1000))}",
        _ledger(report),
        _rules(told),
        _details(told, telling.shown(report)),
        _folded(f"{quantity(len(others), 'rule')} without a failure or a doubt", _rules(others)) if others else "",
        _not_examined(report),
        _waivers(report),
        _provenance(report),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _waivers(report: Report) -> str:
    told = list(telling.waivers(report))
    shown = [f"- {markdown(one)}" for one in told[:_MAX_REMARKS]]
    more = [f"- … and {len(told) - _MAX_REMARKS:,} more"] if len(told) > _MAX_REMARKS else []
    return "\n".join(["### Waivers", "", *shown, *more]) if told else ""


def _ledger(report: Report) -> str:
    sums = zip(telling.ledger(report), report.ledger().values(), strict=True)
    rows = (_row([said.partition(":")[0], *_counts(counts, Answer)]) for said, (_, _, counts) in sums)
    return _table(["", *(answer.word for answer in Answer)], 1, rows)


def _rules(rules: Sequence[RuleResult]) -> str:
    if not rules:
        return ""
    rows, left = _fitting(rules, lambda rule: _row(_cells(rule)), _TABLE)
    head = ["", "rule", "ground", *(answer.word for answer in _ANSWERS)]
    return _table(head, 3, rows) + (f"\n\n… and {left:,} more" if left else "")


def _cells(rule: RuleResult) -> list[str]:
    ground = markdown(line("; ".join(map(telling.ground, rule.cite))))
    return [f"{_mark(rule)} {rule.severity.word}", f"`{rule.id}`", ground, *_counts(rule.counts, _ANSWERS)]


def _mark(rule: RuleResult) -> str:
    mild = {Severity.WARNING: "⚠️", Severity.NOTE: "ℹ️"}
    return mild.get(rule.severity, "❌") if rule.verdict is Verdict.FAIL else _MARKS[rule.verdict]


def _counts(counts: Sequence[int], answers: Iterable[Answer]) -> list[str]:
    return [f"{counts[answer]:,}" for answer in answers]


def _details(rules: Sequence[RuleResult], shown: Shown) -> str:
    blocks, left = _fitting(rules, lambda rule: _detail(rule, shown), _DETAILS)
    return "\n\n".join([*blocks, f"… and {left:,} more rules"] if left else blocks)


def _detail(rule: RuleResult, shown: Shown) -> str:
    rows: list[str] = []
    for answer, doubt in ((Answer.FAIL, ""), (Answer.UNSURE, "unsure: ")):
        some = shown.get((rule.id, answer), ())[: MAX_SAMPLES - len(rows)]
        rows += [_row(_told(one, doubt)) for one in some]
    more = rule.counts[Answer.FAIL] + rule.counts[Answer.UNSURE] - len(rows)
    parts = [
        f"**{markdown(telling.title(rule))}**",
        _table(["where", "record", "found and wanted"], 3, rows) if rows else "",
        f"… and {more:,} more" if more else "",
        f"**Law:** {markdown(line(telling.law(rule), 1000))}" if rule.cite else "",
        f"**Mend:** {markdown(telling.remedy(rule))}" if rule.remedy.en else "",
        f"**Note:** {markdown(rule.note)}" if rule.note else "",
    ]
    summary = f"{_mark(rule)} <code>{rule.id}</code>: {telling.tally(rule)}"
    return _folded(summary, "\n\n".join(part for part in parts if part))


def _told(finding: Finding, doubt: str) -> list[str]:
    return [_code(telling.place(finding)), _code(telling.record(finding)), markdown(doubt + telling.said(finding))]


def _not_examined(report: Report) -> str:
    if not report.not_examined_total:
        return ""
    some = [telling.unexamined(one) for one in report.not_examined[:_MAX_UNEXAMINED]]
    items = [f"- {_code(where)}: {markdown(why)}" for where, why in some]
    left = report.not_examined_total - len(some)
    said = telling.unexamined_in_all(report)
    return "\n".join([f"### {said[0].upper()}{said[1:]}", "", *items, *([f"- … and {left:,} more"] if left else [])])


def _provenance(report: Report) -> str:
    data = report.dataset
    read = [*data.manifests, *(one for one in (data.consents, data.configuration) if one)]
    inputs = [(one.name, "", one.digest) for one in read]
    inputs = [(p.pack.id, p.pack.version, p.pack.digest) for p in report.packs] + inputs
    rows = [_row([_code(line(a)), markdown(line(b)), _code(line(c))]) for a, b, c in inputs[:_MAX_INPUTS]]
    remarks = [f"- {markdown(line(one))}" for one in telling.remarks(report)]
    dataset = f"{telling.dataset(report)}: {quantity(report.records, 'record')}, {quantity(report.images, 'image')}"
    parts = [
        markdown(dataset),
        _table(["read", "version", "digest"], 3, rows) + _left(len(inputs) - len(rows)),
        "\n".join(remarks[:_MAX_REMARKS]) + _left(len(remarks) - _MAX_REMARKS),
        f"facelint {markdown(report.facelint)}, hash key {_code(line(report.hash_key))}",
    ]
    return _folded("Provenance", "\n\n".join(part for part in parts if part))


def _left(n: int) -> str:
    return f"\n\n… and {n:,} more" if n > 0 else ""


def _folded(summary: str, body: str) -> str:
    """What Markdown leaves alone in the summary's line: names of rules and numbers only."""
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"


def _table(head: Sequence[str], texts: int, rows: Iterable[str]) -> str:
    """A table whose first columns, so many as `texts`, are text, and the others numbers."""
    ruler = [":--"] * texts + ["--:"] * (len(head) - texts)
    return "\n".join([_row(head), _row(ruler), *rows])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _code(text: str) -> str:
    return f"<code>{markdown(text)}</code>" if text else ""


def _fitting(rules: Sequence[RuleResult], tell: Callable[[RuleResult], str], room: int) -> tuple[list[str], int]:
    """The first of the rules that have room together, told, and how many are left; `room` is in bytes."""
    kept: list[str] = []
    for rule in rules:
        told = tell(rule)
        room -= len(told.encode())
        if room < 0:
            break
        kept.append(told)
    return kept, len(rules) - len(kept)
