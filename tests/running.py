"""What the tests of the whole program share: running it, and asking it what it knows of a fact."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

from facelint.cli import run
from facelint.probes import vocabulary
from facelint.values import Kind

ROOT = Path(__file__).resolve().parent.parent
AS_OF = "2026-11-22"
KEY = b"facelint's tests hash with this."


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def facelint(*arguments: str | Path) -> Ended:
    """The program in this process."""
    out, err = StringIO(), StringIO()
    with patch.object(sys, "argv", ["facelint", *map(str, arguments)]), redirect_stdout(out), redirect_stderr(err):
        code = run()
    return Ended(code, out.getvalue(), err.getvalue())


def environment(**more: str) -> dict[str, str]:
    """That of a process which finds facelint where these tests do, and whose output is buffered as usual."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONUNBUFFERED", "COVERAGE_FILE")}
    return {**kept, "PYTHONPATH": str(ROOT), **more}


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "facelint", *map(str, arguments)]


def spawned(*arguments: str | Path, cwd: Path | None = None, **environ: str) -> Ended:
    """The program in a process of its own."""
    ended = subprocess.run(
        command(*arguments), capture_output=True, text=True, encoding="utf-8", cwd=cwd, env=environment(**environ),
        timeout=60, check=False,
    )  # fmt: skip
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def policy(folder: Path, *rules: str, head: str = "") -> Path:
    """A policy file from rules in YAML's flow style: `id: a, require: {…}`; errors, titled T, unless they say so."""
    text = 'policy: own\ntitle: Own\nversion: "1"\n' + head + "rules:\n"
    for rule in rules:
        more = "".join(
            f", {key}: {value}" for key, value in (("title", "T"), ("severity", "error")) if f" {key}:" not in rule
        )
        text += f"  - {{{rule}{more}}}\n"
    path = folder / "own-policy.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def lines(path: Path, rows: Iterable[str]) -> Path:
    path.write_text("\n".join(rows) + "\n", encoding="utf-8", newline="")
    return path


def jsonl(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    return lines(path, map(json.dumps, rows))


class Unsure(str):
    """Why a fact is not known."""

    __slots__ = ()


Known = str | Unsure | None
"""A fact's value in its canonical text, None where blank, Unsure."""


def known(dataset: Path, names: Sequence[str], *options: str | Path, scope: str = "record") -> dict[str, list[Known]]:
    """By fact, what is known of it for each record (or row of the registry), in order.

    Asked of the program itself: `not: {fact: {is: the same fact}}` fails where there is a value, which the finding
    shows, passes where the fact is blank, and is unsure where it is not known. Not for exemptions, which are false
    when blank. Keeps to datasets of one manifest.
    """
    folder = dataset if dataset.is_dir() else dataset.parent
    each = "path" if scope == "record" else "consent.id"
    rules = [f"id: each, scope: {scope}, require: {{all: [{{{each}: present}}, {{{each}: absent}}]}}"]
    for i, name in enumerate(names):
        same = "within" if vocabulary()[name].type.kind is Kind.LIST else "is"
        thing = f"{each}: present, " if name.startswith(("card.", "run.")) else ""  # a rule must be about the thing
        rules.append(f"id: r{i}, scope: {scope}, require: {{{thing}not: {{{name}: {{{same}: {{fact: {name}}}}}}}}}")
    findings = folder / ".known.jsonl"
    ended = facelint(
        "check", dataset, "--policy", policy(folder, *rules), "--as-of", AS_OF, "--reveal", "--findings", findings,
        *options,
    )  # fmt: skip
    assert ended.code in (0, 1, 3), ended.err
    told: dict[str, dict[int, Known]] = {}
    for one in map(json.loads, findings.read_text("utf-8").splitlines()):
        state = Unsure(one["reason"]) if one["answer"] == "unsure" else one["found"]
        told.setdefault(one["rule"].removeprefix("own/"), {})[one["row"]] = state
    rows = sorted(told.get("each", {}))
    return {name: [told.get(f"r{i}", {}).get(row) for row in rows] for i, name in enumerate(names)}
