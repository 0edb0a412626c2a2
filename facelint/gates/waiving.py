"""Writing waivers for what fails now: for records that someone names, or for all there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from facelint import run, waiver_file
from facelint.errors import PolicyError, UserError
from facelint.findings import Names
from facelint.outputs import write
from facelint.policy import Answer, Policy
from facelint.reasons import MAX_SHOWN
from facelint.records import Dataset
from facelint.report import Report
from facelint.waivers import Line, Waiver, Waivers, named

BASELINE = "# The failures that were known when facelint baseline wrote this; others count.\n"
_HASH = "hmac:"


@dataclass(frozen=True)
class Failures:
    """What fails, by rule."""

    lines: Mapping[str, Sequence[Line]]
    """In the order of the report's rules; of each in order of name and digest, each once."""
    report: Report


def failures(
    dataset: Dataset, policy: Policy, options: run.Options, waived: Sequence[Waiver] = (), among: Sequence[str] = ()
) -> Failures:
    """What fails under a policy and is not waived yet: all of it, or what `among` names by ids or patterns.

    A line has no name where the record's would show what no report shows. Rules that cannot be waived have none.
    """
    found: dict[str, set[Line]] = {}

    def collect(table: pa.Table, called: Names) -> None:
        table = table.filter(pc.and_(pc.equal(table["answer"], int(Answer.FAIL)), pc.is_valid(table["digest"])))
        if among:
            table = table.filter(_among(table["record"].combine_chunks(), among, options))
        for row in table.select(["rule", "record", "digest"]).to_pylist():
            found.setdefault(called.rules[row["rule"]], set()).add(Line(row["digest"], _told(row["record"])))

    report = run.check(dataset, policy, replace(options, waivers=Waivers(tuple(waived), recording=True)), collect)
    ordered = [(rule.id, found[rule.id]) for rule in report.rules if rule.id in found]
    return Failures({rule: sorted(lines, key=_order) for rule, lines in ordered}, report)


def _among(records: pa.Array, wanted: Sequence[str], options: run.Options) -> pa.Array:
    """As they are called in findings, where a hash may stand for an id."""
    said = pa.array([text for name in wanted for text in (name, options.redactor.hash(name))])
    same = pc.is_in(records, value_set=said).to_numpy(zero_copy_only=False)
    return pa.array(np.logical_or.reduce([same, *(named(name, records) for name in wanted)]))


def _told(record: str | None) -> str | None:
    whole = record is not None and not record.startswith(_HASH) and len(record) < MAX_SHOWN
    return record if whole else None


def _order(line: Line) -> tuple[str, str]:
    return line.name or "", line.digest or ""


def append(path: Path, entry: str, policy: Policy) -> None:
    """Puts a waiver at the end of a file, which is made if need be; what stands there stays as it is.

    Raises UserError where it is no file of waivers, or none that can be added to.
    """
    before = _text(path)
    if not before.strip() or before.strip() == "[]":
        write(path, entry)
        return
    name = str(path)
    kept = waiver_file.loads(name, before, policy)
    after = before + ("" if before.endswith("\n") else "\n") + entry
    try:
        whole = len(waiver_file.loads(name, after, policy))
    except PolicyError:
        whole = 0
    if whole != len(kept) + 1:
        raise UserError(f"{path}: nothing can be put at its end; write its waivers as items that start with a dash")
    write(path, after)


def put_baseline(path: Path, entries: Sequence[str]) -> None:
    """Writes a baseline in place of an older one. Raises UserError where another file stands there."""
    before = _text(path)
    if before and not before.startswith(BASELINE):
        raise UserError(f"{path}: is no baseline that facelint wrote; give another place with --output")
    write(path, BASELINE + ("\n".join(entries) or "[]\n"))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8") if path.exists() else ""
    except (OSError, ValueError):
        raise UserError(f"{path}: cannot be read as a file of waivers") from None
