"""What all formats have in common: the verdict, the ledger, the exit code, and that nothing in them is a command."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws.cases import Case, cases, judged
from laws.cases import report as law_report
from running import AS_OF, ROOT, facelint, jsonl, policy

from facelint.formats import FORMATS, renderer
from facelint.judge import merge
from facelint.policy import Answer
from facelint.report import Report

from .reports import reports

HIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Characters that control a terminal, or break or reorder lines."""

Ledger = list[list[int]]
"""Of each scope: how many things, how many rules, and their answers."""


def ledger(report: Report) -> Ledger:
    scopes = list(dict.fromkeys(rule.scope for rule in report.rules))
    of = {scope: [rule for rule in report.rules if rule.scope is scope] for scope in scopes}
    return sorted(
        [rules[0].of, len(rules), *(sum(r.counts[a] for r in rules) for a in Answer)] for rules in of.values()
    )


def numbers(text: str) -> list[int]:
    return [int(one.replace(",", "")) for one in re.findall(r"\d[\d,]*", text)]


def _of_lines(lines: list[str]) -> tuple[str, Ledger]:
    sums = [numbers(one) for one in lines if re.match(r"[\d,]+ (record|consent|dataset)s? × ", one)]
    return lines[-1].partition(":")[0].lower(), sums


def _of_json(told: dict[str, object]) -> tuple[object, Ledger]:
    sums = told["ledger"]
    assert isinstance(sums, list)
    return told["verdict"], [[one["of"], one["rules"], *one["answers"].values()] for one in sums]


def _of_junit(text: str) -> tuple[str, Ledger]:
    told = {one.get("name", ""): one.get("value", "") for one in next(Xml.fromstring(text).iter("properties"))}  # noqa: S314
    sums = [numbers(value) for name, value in told.items() if name.startswith("ledger.")]
    return told["verdict"].partition(":")[0].lower(), sums


def _of_markdown(text: str) -> tuple[str, Ledger]:
    head, _, table, *_ = text.split("\n\n")
    sums = [numbers(row) for row in table.splitlines() if " × " in row]
    return head.split()[2].rstrip(":").lower(), sums


TOLD: dict[str, Callable[[str], tuple[object, Ledger]]] = {
    "text": lambda text: _of_lines(text.splitlines()),
    "github": lambda text: _of_lines(text.splitlines()),
    "jsonl": lambda text: _of_json(json.loads(text.splitlines()[-1])),
    "sarif": lambda text: _of_json(json.loads(text)["runs"][0]["properties"]),
    "junit": _of_junit,
    "markdown": _of_markdown,
}


@pytest.mark.parametrize("name", TOLD)
@given(report=reports())
def test_verdict_and_ledger_are_the_same_in_every_format(name: str, report: Report) -> None:
    verdict, told = TOLD[name](renderer(name)(report))
    assert (verdict, sorted(told)) == (report.verdict.value, ledger(report))


@given(cases(), st.integers(0, 7))
def test_they_are_for_every_policy_of_the_language(case: Case, limit: int) -> None:
    at = range(len(case.things))
    report = law_report(case, merge(judged(case, at[: case.first]), judged(case, at[case.first :])), limit)
    for name, read in TOLD.items():
        verdict, told = read(renderer(name)(report))
        assert (verdict, sorted(told)) == (report.verdict.value, ledger(report)), name


@pytest.mark.parametrize("name", FORMATS)
@given(report=reports())
def test_no_text_takes_effect_in_a_terminal_or_a_log(name: str, report: Report) -> None:
    """But for the annotations, which are commands themselves, no line is one to what runs the job."""
    out = renderer(name)(report)
    assert out.endswith("\n")
    assert not HIDDEN.search(out.encode().decode())
    lines = [one for one in out.split("\n") if name != "github" or not re.match("::(error|warning|notice) ", one)]
    assert not [one for one in lines if re.search(r"^\s*::|##\[|##vso\[", one)]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(("example", "code"), [("studio-portraits", 0), ("masked-face-market", 1)])
def test_a_format_is_printed_and_written_with_the_same_exit_code(
    name: str, example: str, code: int, tmp_path: Path
) -> None:
    target = tmp_path / "out"
    check = ("check", ROOT / "examples" / example, "--as-of", AS_OF)
    printed, written = facelint(*check, "--format", name), facelint(*check, "--output", f"{name}={target}")
    assert (printed.code, written.code, printed.err, written.err) == (code, code, "", "")
    assert timeless(printed.out) == timeless(target.read_text("utf-8"))


def timeless(text: str) -> str:
    return re.sub(r'"seconds": [\d.]+| time="[\d.]+"', "", text)


@pytest.mark.parametrize("name", FORMATS)
def test_a_run_with_nothing_to_check_is_incomplete_in_every_format(name: str, tmp_path: Path) -> None:
    jsonl(tmp_path / "manifest.jsonl", [])
    own = policy(tmp_path, "id: a, require: {license: present}")
    ended = facelint("check", tmp_path, "--policy", own, "--format", name)
    assert ended.code == 3
    assert "the dataset has no records" in ended.out
