"""facelint in a Python program: check a dataset, take the records that pass, guard the function that trains on it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import ContextDecorator
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Unpack, overload

import pyarrow as pa
import pyarrow.compute as pc

from facelint import report, tables
from facelint.errors import UserError
from facelint.findings import Names
from facelint.formats import json, telling, text
from facelint.formats.escape import line
from facelint.formats.finding_files import KEYS
from facelint.judge import Things
from facelint.policy import Answer, Scope
from facelint.question import How, PathLike, Question, Settled
from facelint.run import check as run_check
from facelint.values import quantity

if TYPE_CHECKING:
    import pandas as pd

_WORST = 3
"""Rules that the message of a refusal names."""


@dataclass(frozen=True)
class Report:
    """What a check found."""

    whole: report.Report

    @property
    def verdict(self) -> str:
        """`pass`, `fail` or `incomplete`: no failure seen, but not everything was examined."""
        return str(self.whole.verdict)

    @property
    def complete(self) -> bool:
        """Whether every answer could be established."""
        return self.whole.complete

    @property
    def findings_total(self) -> int:
        return self.whole.findings_total

    @property
    def findings(self) -> pd.DataFrame:
        """What failed or is unsure, by rule and row, as far as shown; the columns are those of `--findings`. Rows of
        what no file holds count from 1."""
        import pandas as pd

        rows = [json.finding(one) for one in self.whole.findings]
        return pd.DataFrame(rows, columns=list(KEYS)).astype({"row": "Int64"})

    @property
    def ledger(self) -> pd.DataFrame:
        """A row for each rule: how many things it ranges over, and its answers, which add up to that."""
        import pandas as pd

        answers = [answer.word for answer in Answer]
        rows = [
            (rule.id, rule.scope.value, rule.severity.word, rule.title.en, rule.of, *rule.counts, rule.verdict.value)
            for rule in self.whole.rules
        ]
        return pd.DataFrame(rows, columns=["rule", "scope", "severity", "title", "of", *answers, "verdict"])

    def require(self) -> Report:
        """This report where the verdict is a pass. Raises NotCompliant otherwise: for what is unsure too."""
        if self.whole.verdict is not report.Verdict.PASS:
            raise NotCompliant(self)
        return self

    def to_json(self) -> str:
        """The report in its public shape, `facelint/report/1`."""
        return json.render(self.whole)

    def __str__(self) -> str:
        """As `facelint check` prints it."""
        return text.render(self.whole)

    def __repr__(self) -> str:
        return f"<facelint.Report of {line(self.whole.dataset.name, 60)!r}: {self.verdict}>"


class NotCompliant(UserError):
    """A dataset that may not be used: its verdict is not a pass. `report` tells all."""

    def __init__(self, report: Report) -> None:
        self.report = report
        super().__init__("\n".join(_refusal(report.whole)))

    def __reduce__(self) -> tuple[type[NotCompliant], tuple[Report]]:
        return type(self), (self.report,)


class Record(NamedTuple):
    """A record of a dataset on disk."""

    id: str | None
    path: str | None
    """As the manifest has it."""


def check(dataset: Any, **how: Unpack[How]) -> Report:
    """The report of a dataset under policies; it does not raise for what it finds (see `Report.require`).

    `dataset` is a path as for `facelint check`; a pandas frame or Arrow table with a row for each picture, its columns
    named as a manifest's; a `datasets.Dataset`; or anything with `__len__` and `__getitem__`, as a list or a
    `torch.utils.data.Dataset`, whose items are paths, dicts with a path, or tuples that begin with one. Paths name
    files; pictures that are bytes within a dataset are not examined, and so never pass a rule about the file.

    Raises UserError for a mistake in what is asked, or where the dataset cannot be read.
    """
    return _report(Question(dataset, **how))


@overload
def compliant(dataset: PathLike, **how: Unpack[How]) -> list[Record]: ...
@overload
def compliant(dataset: Any, **how: Unpack[How]) -> Any: ...
def compliant(dataset: Any, **how: Unpack[How]) -> Any:
    """The records that no rule about records which counts failed for, or was unsure of.

    Of a path a list of `Record`; of a frame, Arrow table or `datasets.Dataset` the same with these rows alone; of
    another sequence the positions, as for `torch.utils.data.Subset`. A row that names several pictures passes when all
    of them do. Rules about consents or the dataset as a whole name no record: only `check` tells of them.

    Raises UserError as `check` does, and where no rule that counts was about any record, so that nothing was checked.
    """
    question = Question(dataset, **how)
    settled = question.settled()
    passing = _Passing(settled)
    made = run_check(settled.dataset, settled.policy, settled.options, passing.on_findings, passing.on_records)
    about = [rule for rule in made.rules if rule.scope is Scope.RECORD and rule.severity >= made.fail_on]
    if made.records and all(rule.counts[Answer.SKIP] == rule.of for rule in about):
        raise UserError("no rule that counts is about any of the records, so that nothing was checked")
    if question.on_disk:
        return [
            Record(record, path)
            for _, ids, paths in passing.kept()
            for record, path in zip(ids.to_pylist(), paths.to_pylist(), strict=True)
        ]
    rows = sorted({row for rows, _, _ in passing.kept() for row in rows.to_pylist()})
    return tables.taken(dataset, [row - 1 for row in rows])


class Gate(ContextDecorator):
    """A check before something is done: before a `with` block, or each call of the function that it decorates."""

    def __init__(self, question: Question) -> None:
        self._question = question

    def __enter__(self) -> Report:
        return _report(self._question).require()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """What was done is not looked at."""


def gate(dataset: Any, **how: Unpack[How]) -> Gate:
    """A guard that lets nothing be done with a dataset that does not pass: `check(dataset, …).require()`, each time.

    `with facelint.gate("data") as report: …`, or `@facelint.gate("data")` above the function that trains. Raises
    NotCompliant, or UserError as `check` does, in place of the block or the call.
    """
    return Gate(Question(dataset, **how))


def _report(question: Question) -> Report:
    settled = question.settled()
    return Report(run_check(settled.dataset, settled.policy, settled.options))


class _Passing:
    """The records of a run that no rule about records which counts failed for, or was unsure of."""

    def __init__(self, settled: Settled) -> None:
        options, rules = settled.options, settled.policy.rules
        counted = [rule.severity_on(options.as_of) >= options.fail_on for rule in rules]
        self.rules = pa.array(
            [i for i, rule in enumerate(rules) if counted[i] and rule.scope is Scope.RECORD], pa.int32()
        )
        self.refused: dict[int, list[pa.Array]] = {}
        """By manifest, the rows that such a rule failed for or was unsure of."""
        self.seen: list[tuple[int, pa.Array, pa.Array, pa.Array]] = []
        """Of each batch the manifest, and of each record in it the row, the id and the path."""

    def on_findings(self, found: pa.Table, names: Names) -> None:
        against = pc.and_(
            pc.is_in(found["rule"], self.rules),
            pc.is_in(found["answer"], pa.array([Answer.FAIL, Answer.UNSURE], pa.int8())),
        )
        rows = found.filter(against).select(["source", "row"])
        for source in pc.unique(rows["source"]).to_pylist():
            of_source = rows.filter(pc.equal(rows["source"], source))["row"].combine_chunks()
            self.refused.setdefault(source, []).append(pc.unique(of_source))

    def on_records(self, things: Things) -> None:
        self.seen.append((things.source, things.rows, things.record, things.path))

    def kept(self) -> Iterator[tuple[pa.Array, pa.Array, pa.Array]]:
        """Of each batch the rows, ids and paths of the records that pass."""
        refused = {source: pc.unique(pa.concat_arrays(rows)) for source, rows in self.refused.items()}
        nothing = pa.array([], pa.int64())
        for source, *columns in self.seen:
            mask = pc.invert(pc.is_in(columns[0], refused.get(source, nothing)))
            rows, ids, paths = (column.filter(mask) for column in columns)
            yield rows, ids, paths


def _refusal(whole: report.Report) -> Iterator[str]:
    """What a refusal says: the verdict, the worst of the rules that count, and where the rest is told."""
    policies = ", ".join(line(one.pack.id, 60) for one in whole.packs)
    what = line(whole.dataset.path or whole.dataset.name)
    yield f"{what} as of {whole.as_of} under {policies}: {telling.verdict(whole)}"
    against = [rule for rule in telling.troubled(whole) if rule.severity >= whole.fail_on]
    for rule in against[:_WORST]:
        yield f"  {rule.id}: {telling.tally(rule)}: {telling.title(rule)}"
    if len(against) > _WORST:
        yield f"  … and {quantity(len(against) - _WORST, 'more rule')}"
    yield "  every finding: .report.findings of this exception" + (
        f", or facelint check {shlex.quote(line(whole.dataset.path))}" if whole.dataset.path else ""
    )
