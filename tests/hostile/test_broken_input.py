"""Law 5 against broken and hostile input: a clear error or a doubt; nothing lost, nothing leaked, no traceback."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest
from running import AS_OF, ROOT, Ended, policy

from .cases import CASES, DISKS, GROUPS, TOKEN, Case

WATCH = "id: who, severity: note, require: {subject_id: nobody}"
"""In every policy here: it fails for every record, so that each personal value has to be shown in some form."""
DOC = ROOT / "docs" / "broken-input.md"
OLD = "what stood there before"


class Hangs(BaseException):
    """The run did not end; no `except Exception` may keep it."""


@contextmanager
def ends_within(seconds: int) -> Iterator[None]:
    def ring(number: int, frame: FrameType | None) -> None:
        raise Hangs

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_broken_input(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, out = tmp_path / "data", tmp_path / "out"
    folder.mkdir()
    out.mkdir()
    case.build(folder)
    own = folder / "own-policy.yaml"
    if not own.exists():
        policy(folder, *case.rules, WATCH)
    kept = [out / name for option in case.options for name in re.findall(r"kept\.\w+", option)]
    for path in kept:
        path.write_text(OLD)
    case.hook(folder, monkeypatch)
    with ends_within(20):
        ended = case.program(
            "check", folder / case.given, "--policy", own, "--as-of", AS_OF, "--output", f"json={out / 'report.json'}",
            "--findings", out / "found.jsonl", *(option.format(out=out, data=folder) for option in case.options),
        )  # fmt: skip
    monkeypatch.undo()
    assert ended.code == case.code, ended
    told = ended.err if case.code == 2 else ended.out
    assert [words for words in case.says if words not in told] == [], told[:3000]
    _is_fit_for_a_terminal(ended)
    _leaks_nothing(case, ended, out)
    if case.code == 2:
        _says_so_and_leaves_nothing(case, ended, out, kept)
    else:
        _loses_nothing(case, ended, out)


def _is_fit_for_a_terminal(ended: Ended) -> None:
    assert all(character.isprintable() or character == "\n" for character in ended.out + ended.err)
    assert "Traceback" not in ended.err
    assert "internal error" not in ended.err


def _leaks_nothing(case: Case, ended: Ended, out: Path) -> None:
    everything = [ended.out, ended.err, *(path.read_bytes().decode("utf-8", "replace") for path in out.iterdir())]
    assert [words for words in (TOKEN, *case.never) for text in everything if words in text] == []


def _says_so_and_leaves_nothing(case: Case, ended: Ended, out: Path, kept: list[Path]) -> None:
    """One line; what stood there before as it was; beside it other outputs only where they were whole before it."""
    assert ended.out == ""
    assert [line.startswith("facelint: ") for line in ended.err.splitlines()] == [True]
    assert [path.read_text() for path in kept] == [OLD] * len(kept)
    left = {path.name: path.read_text("utf-8") for path in out.iterdir() if path not in kept}
    if left:
        assert case in DISKS
        assert left.keys() <= {"report.json", "found.jsonl"}
        assert [
            json.loads(part)
            for text in left.values()
            for part in ([text] if text.startswith("{\n") else text.splitlines())
        ]


def _loses_nothing(case: Case, ended: Ended, out: Path) -> None:
    """Every record is counted, every rule answers for each, and every finding is in the file of findings."""
    assert ended.err == ""
    report = json.loads((out / "report.json").read_text("utf-8"))
    assert report["dataset"]["records"] == case.records
    assert [sum(rule["answers"].values()) for rule in report["rules"]] == [case.records] * len(report["rules"])
    told = sum(rule["answers"]["fail"] + rule["answers"]["unsure"] for rule in report["rules"])
    assert report["findings_total"] == told
    if "--findings" not in case.options:
        assert len((out / "found.jsonl").read_text("utf-8").splitlines()) == told


def test_the_documentation_lists_these_very_inputs() -> None:
    """In the order of the table, each with its exit code."""
    listed: list[tuple[str, str, str]] = []
    group = ""
    for line in DOC.read_text("utf-8").splitlines():
        if line.startswith("## "):
            group = line.removeprefix("## ")
        elif found := re.fullmatch(r"\| (.+) \| .+ \| (\d) \|", line):
            listed.append((group, found[1], found[2]))
    assert listed == [(group, case.name, str(case.code)) for group, cases in GROUPS.items() for case in cases]
