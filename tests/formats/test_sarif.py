"""SARIF: valid by its schema, within GitHub's limits, and every failure and doubt counted."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from jsonschema import Draft4Validator
from running import ROOT, facelint, jsonl, policy

from facelint.formats import sarif
from facelint.policy import Answer, Scope, Severity
from facelint.report import DatasetInfo, Input, Report

from .reports import SCHEMAS, finding, made, reports, rule

SCHEMA = SCHEMAS / "sarif-schema-2.1.0.json"
needs_schema = pytest.mark.skipif(not SCHEMA.is_file(), reason=f"SARIF's schema is not at {SCHEMA}")
URI = re.compile(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+")
"""What is left of a relative reference where all else is percent-encoded."""


@cache
def validator() -> Draft4Validator:
    return Draft4Validator(json.loads(SCHEMA.read_text("utf-8")))


def run_of(report: Report) -> Any:
    (run,) = json.loads(sarif.render(report))["runs"]
    return run


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from texts(one)


def counted(run: Any) -> Counter[tuple[str, str]]:
    """How many findings the results stand for, by rule and kind."""
    told: Counter[tuple[str, str]] = Counter()
    for one in run["results"]:
        told[one["ruleId"], one["kind"]] += one.get("occurrenceCount", 1)
    return told


@needs_schema
@given(reports())
def test_it_is_valid_by_the_schema(report: Report) -> None:
    assert [error.message for error in validator().iter_errors(json.loads(sarif.render(report)))] == []


@needs_schema
@pytest.mark.parametrize("example", ["studio-portraits", "masked-face-market"])
def test_an_example_is_valid_by_the_schema(example: str) -> None:
    told = facelint("check", ROOT / "examples" / example, "--format", "sarif").json
    assert [error.message for error in validator().iter_errors(told)] == []
    assert [*validator().iter_errors({**told, "version": "2.0.0"})]


@given(reports())
def test_it_is_as_github_wants_it(report: Report) -> None:
    run = run_of(report)
    assert "" not in texts(run)
    described = run["tool"]["driver"]["rules"]
    for one in described:
        assert len(one["name"]) <= 255
        assert max(len(one[key]["text"]) for key in ("shortDescription", "fullDescription")) <= 1024
        assert len(one.get("properties", {}).get("tags", ())) <= 10
        assert re.match("https?://", one.get("helpUri", "https://"))
    for one in run["results"]:
        assert described[one["ruleIndex"]]["id"] == one["ruleId"]
        assert (one["kind"], one["level"]) in {
            ("fail", "error"),
            ("fail", "warning"),
            ("fail", "note"),
            ("review", "none"),
        }
        ((place,),) = [location.values() for location in one["locations"]]
        assert URI.fullmatch(place["artifactLocation"]["uri"])
        assert not re.search(r"(?<!\\)\[", one["message"]["text"])
    marks = [one["partialFingerprints"]["primaryLocationLineHash"] for one in run["results"]]
    assert len(set(marks)) == len(marks)


@given(reports())
def test_every_failure_and_doubt_is_counted(report: Report) -> None:
    """The report may hold few of them; a run that is not green has a result whatever it holds."""
    kinds = {"fail": Answer.FAIL, "review": Answer.UNSURE}
    expected = {(r.id, kind): r.counts[a] for r in report.rules for kind, a in kinds.items() if r.counts[a]}
    run = run_of(report)
    told = counted(run)
    told.pop(("facelint/Examined", "review"), None)
    assert told == expected
    assert run["results"] or report.exit_code == 0


def test_the_severity_that_github_shows() -> None:
    fails = [(rule(f"p/{s.word}", s), (0, 1, 0, 0, 0), [finding(2)]) for s in Severity]
    rules = run_of(made(fails, {Scope.RECORD: 1}))["tool"]["driver"]["rules"]
    told = {
        one["id"]: (one["defaultConfiguration"]["level"], one["properties"].get("security-severity")) for one in rules
    }
    assert told == {"p/error": ("error", "8.0"), "p/warning": ("warning", "5.0"), "p/note": ("note", None)}


@pytest.mark.parametrize(
    ("path", "name", "uri", "line"),
    [
        ("data", "manifest.csv", "data/manifest.csv", 7),
        (".", "manifest.jsonl", "manifest.jsonl", 7),
        ("./data/", "a b/人.NDJSON", "data/a b/人.NDJSON", 7),
        ("data/manifest.csv", "manifest.csv", "data/manifest.csv", 7),
        ("data/facelint.yaml", "m.parquet", "data/m.parquet", None),
        ("data", "../more/m.csv", "more/m.csv", 7),
        ("/home/anna/data", "m.csv", "m.csv", 7),
        ("../data", "m.csv", "m.csv", 7),
        ("data", "a:b#?%41.csv", "data/a:b#?%41.csv", 7),
    ],
)
def test_a_finding_is_at_its_row_where_the_manifest_is_text(path: str, name: str, uri: str, line: int | None) -> None:
    data = DatasetInfo("d", path, (Input(name, "sha256:0"),))
    report = made([(rule("p/a"), (0, 1, 0, 0, 0), [finding(7)])], {Scope.RECORD: 1}, data=data)
    (result,) = run_of(report)["results"]
    place = result["locations"][0]["physicalLocation"]
    assert unquote(place["artifactLocation"]["uri"]) == uri
    assert place.get("region", {}).get("startLine") == line
    assert f"{name}:7 r7" in result["message"]["text"]


def test_waived_ones_are_left_out() -> None:
    report = made([(rule("p/a"), (0, 0, 0, 1, 0), [finding(2, Answer.WAIVED)])], {Scope.RECORD: 1})
    assert run_of(report)["results"] == []


def test_records_of_one_id_keep_results_of_their_own() -> None:
    twins = [{**finding(row), "record": "twin"} for row in (2, 3)]
    results = run_of(made([(rule("p/a"), (0, 2, 0, 0, 0), twins)], {Scope.RECORD: 2}))["results"]
    one, other = (each["partialFingerprints"]["primaryLocationLineHash"] for each in results)
    assert one.removesuffix(":1") == other.removesuffix(":2")
    assert one != other


def test_a_fingerprint_outlives_the_value() -> None:
    def mark(text: str) -> Any:
        found = {**finding(2, text=text), "fact": "license"}
        return run_of(made([(rule("p/a"), (0, 1, 0, 0, 0), [found])], {Scope.RECORD: 1}))["results"][0][
            "partialFingerprints"
        ]

    assert mark("MIT") == mark("GPL")


@pytest.mark.parametrize("limit", [1_000, 26_000])
def test_26_000_findings_are_within_the_limits(limit: int) -> None:
    text = "".join(chr(0x4E00 + i % 5_000) for i in range(1_000))
    few, many = [finding(i, text=text) for i in range(500)], [finding(i, text=text) for i in range(26_000)]
    told = [(rule("p/few"), (25_500, 500, 0, 0, 0), few), (rule("p/many"), (0, 26_000, 0, 0, 0), many)]
    report = made(told, {Scope.RECORD: 26_000}, limit=limit)
    out = sarif.render(report)
    run = json.loads(out)["runs"][0]
    assert len(run["results"]) == 501
    assert counted(run) == {("p/few", "fail"): 500, ("p/many", "fail"): 26_000}
    assert len(gzip.compress(out.encode())) < 10_000_000
    (whole,) = [one for one in run["results"] if one["ruleId"] == "p/many"]
    assert "26,000 of 26,000 records failed" in whole["message"]["text"]


def test_no_more_results_than_github_keeps_whatever_the_number_of_rules() -> None:
    told = [(rule(f"p/r-{i}"), (0, 1, 0, 0, 0), [finding(2)]) for i in range(5_010)]
    run = run_of(made(told, {Scope.RECORD: 1}))
    assert len(run["results"]) == 5_000
    assert (
        run["invocations"][0]["toolExecutionNotifications"][-1]["message"]["text"] == "10 rules more failed or unsure"
    )


def test_what_was_not_examined_is_told(tmp_path: Path) -> None:
    jsonl(tmp_path / "manifest.jsonl", ({"path": f"{i}.jpg"} for i in range(150)))
    own = policy(tmp_path, "id: a, require: {file.size: {gt: 0}}")
    run = facelint("check", tmp_path, "--policy", own, "--format", "sarif").json["runs"][0]
    first, *others = run["invocations"][0]["toolExecutionNotifications"]
    assert first["message"]["text"] == "not examined, in whole or in part: 150 records"
    assert others[0]["message"]["text"] == "manifest.jsonl:1 0.jpg: no such file"
    assert others[0]["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}
