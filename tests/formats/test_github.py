"""Workflow commands, read as GitHub's runner reads them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import pytest
from hypothesis import given

from facelint.formats import github
from facelint.policy import Answer, Scope, Severity
from facelint.report import DatasetInfo, Input, Report

from .reports import finding, made, reports, rule


@dataclass(frozen=True)
class Command:
    name: str
    properties: dict[str, str]
    message: str


def commands(report: Report) -> list[Command]:
    """The lines that begin with two colons: up to the next two its name and properties, then the message."""
    made = []
    for line in github.render(report).splitlines():
        if line.lstrip().startswith("::"):
            head, message = line.lstrip()[2:].split("::", 1)
            name, _, said = head.partition(" ")
            pairs = (one.split("=", 1) for one in said.split(","))
            made.append(Command(name, {key: unescaped(value) for key, value in pairs}, unescaped(message)))
    return made


def unescaped(text: str) -> str:
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text


@given(reports())
def test_at_most_ten_of_a_kind_stand_for_all(report: Report) -> None:
    told: Counter[str] = Counter()
    names: Counter[str] = Counter()
    for one in commands(report):
        names[one.name] += 1
        assert one.properties.keys() <= {"file", "line", "title"}
        more = re.match(r"([\d,]+) more: ", one.message) if one.properties["title"] == "facelint" else None
        told[one.name] += int(more[1].replace(",", "")) if more else 1
    assert names.keys() <= {"error", "warning", "notice"}
    assert max(names.values(), default=0) <= 10
    fails, doubts = (
        {s: sum(r.counts[a] for r in report.rules if r.severity is s) for s in Severity}
        for a in (Answer.FAIL, Answer.UNSURE)
    )
    expected = {
        "error": fails[Severity.ERROR],
        "warning": fails[Severity.WARNING] + doubts[Severity.ERROR],
        "notice": fails[Severity.NOTE] + doubts[Severity.WARNING] + doubts[Severity.NOTE],
    }
    assert told == Counter(expected)


def test_each_rule_comes_before_any_comes_twice() -> None:
    many = [finding(i) for i in range(2, 52)]
    told = [(rule(f"p/{name}"), (0, 50, 0, 0, 0), many) for name in "abc"]
    *some, last = commands(made(told, {Scope.RECORD: 50}))
    assert [one.properties["title"] for one in some] == ["p/a", "p/b", "p/c"] * 3
    assert last.message == "141 more: p/a 47, p/b 47, p/c 47"


def test_ten_are_told_whole() -> None:
    report = made([(rule("p/a"), (0, 10, 0, 0, 0), [finding(i) for i in range(10)])], {Scope.RECORD: 10})
    assert [one.properties["title"] for one in commands(report)] == ["p/a"] * 10


@pytest.mark.parametrize(
    ("path", "name", "file", "line"),
    [
        ("data", "manifest.csv", "data/manifest.csv", "7"),
        ("/srv/data", "m.jsonl", "/srv/data/m.jsonl", "7"),
        ("data", "m.parquet", "data/m.parquet", None),
        ("a,b", "50% c:d.csv", "a,b/50% c:d.csv", "7"),
    ],
)
def test_an_annotation_is_at_its_row(path: str, name: str, file: str, line: str | None) -> None:
    data = DatasetInfo("d", path, (Input(name, "sha256:0"),))
    (one,) = commands(made([(rule("p/a"), (0, 1, 0, 0, 0), [finding(7)])], {Scope.RECORD: 1}, data=data))
    assert (one.properties["file"], one.properties.get("line")) == (file, line)


def test_a_message_says_what_it_says() -> None:
    text = "100% %0A ::error::\r\n##[add-mask]"
    (one,) = commands(made([(rule("p/a", title=text), (0, 1, 0, 0, 0), [finding(7)])], {Scope.RECORD: 1}))
    assert one.message.startswith("100% %0A ::error::\\u000d\\u000a\\u0023#[add-mask]: ")
