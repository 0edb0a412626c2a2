"""Image files by themselves, checked by the rules that a file answers alone."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from facelint import probes
from facelint.errors import UserError
from facelint.file_rules import of_files
from facelint.formats.findings_by_file import render
from facelint.policy import Policy
from facelint.records import Config, Dataset
from facelint.records.dataset import in_memory
from facelint.records.memory import Memory
from facelint.redact import Redactor, load_key
from facelint.run import Options, policy_for
from facelint.run import check as run_check

DEFAULT_POLICY = ("file-privacy",)


def check(
    images: Iterable[str | Path],
    policies: Sequence[str] = DEFAULT_POLICY,
    params: Mapping[str, str] | None = None,
    options: Options | None = None,
) -> tuple[str, int]:
    """What is to be told of the files, in order of name, and the exit code. Raises UserError as a check does."""
    named = sorted({os.path.normpath(image) for image in images})
    dataset = _dataset(named)
    policy = policy_for(dataset, policies, params or {})
    chosen = _of_files(policy)
    options = options or Options(datetime.now(UTC).date(), Redactor(load_key(None)))
    report = run_check(dataset, chosen, replace(options, shown=len(named) * len(chosen.rules)))
    return render(report, len(policy.rules) - len(chosen.rules)), report.exit_code


def _dataset(names: list[str]) -> Dataset:
    """A record for each name; paths are relative to the current folder where all are in it, else to one they share.

    A name that is no text is one that cannot be read.
    """
    here = os.getcwd()  # noqa: PTH109
    absolute = [os.path.abspath(name) for name in names]  # noqa: PTH100
    inside = all(path.startswith(here.rstrip("/") + "/") for path in absolute)
    root = here if inside else os.path.commonpath([os.path.dirname(path) for path in absolute])  # noqa: PTH120
    paths = pa.array([os.fsencode(os.path.relpath(path, root)) for path in absolute], pa.binary())
    return in_memory(Memory(pa.table({"path": paths})), None, Path(root), Config(), probes.vocabulary())


def _of_files(policy: Policy) -> Policy:
    chosen = of_files(policy, probes.with_columns(policy.columns))
    if not chosen.rules:
        raise UserError("no rule of the policy is answered by a file alone; facelint check takes the dataset")
    return chosen
