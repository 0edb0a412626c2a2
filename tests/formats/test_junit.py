"""JUnit XML: valid by Jenkins' schema, unique names, red where the exit code is not 0."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import given
from running import ROOT, facelint

from facelint.formats import junit
from facelint.judge import Counts
from facelint.policy import Answer, Scope, Severity
from facelint.report import Report

from .reports import SCHEMAS, finding, made, reports, rule

SCHEMA = SCHEMAS / "junit-10.xsd"
needs_schema = pytest.mark.skipif(not SCHEMA.is_file(), reason=f"Jenkins' schema is not at {SCHEMA}")
etree: Any = pytest.importorskip("lxml.etree")


@cache
def schema() -> Any:
    return etree.XMLSchema(etree.parse(str(SCHEMA)))


def tree(text: str) -> Any:
    return etree.fromstring(text.encode())


@needs_schema
@given(reports())
def test_it_is_valid_by_jenkins_schema(report: Report) -> None:
    whole = tree(junit.render(report))
    assert schema().validate(whole), schema().error_log


@needs_schema
@pytest.mark.parametrize("example", ["studio-portraits", "masked-face-market"])
def test_an_example_is_valid_by_jenkins_schema(example: str) -> None:
    whole = tree(facelint("check", ROOT / "examples" / example, "--format", "junit").out)
    assert schema().validate(whole), schema().error_log
    whole.find("testsuite").attrib.pop("failures")
    assert not schema().validate(whole)


@given(reports())
def test_a_suite_a_pack_and_a_case_a_rule(report: Report) -> None:
    whole = tree(junit.render(report))
    cases = [case for case in whole.iter("testcase") if case.get("classname") != "(run)"]
    assert [f"{one.get('classname')}/{one.get('name')}" for one in cases] == [
        r.id for p in report.packs for r in report.rules if r.pack == p.pack.id
    ]
    assert len(cases) == len(report.rules)
    for suite in whole:
        for key, tag in (("tests", ""), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(key)) == len(suite.findall(f"testcase/{tag}" if tag else "testcase"))
    for key in ("tests", "failures", "errors"):
        assert int(whole.get(key)) == sum(int(suite.get(key)) for suite in whole)


@given(reports())
def test_it_is_red_where_the_exit_code_is_not_0(report: Report) -> None:
    whole = tree(junit.render(report))
    failures, errors = int(whole.get("failures")), int(whole.get("errors"))
    assert {1: failures > 0, 3: failures == 0 < errors, 0: failures == errors == 0}[report.exit_code]


@pytest.mark.parametrize(
    ("severity", "counts", "tag", "message"),
    [
        (Severity.ERROR, (2, 0, 0, 0, 0), None, None),
        (Severity.ERROR, (0, 2, 0, 0, 0), "failure", "2 failed of 2 records: T"),
        (Severity.ERROR, (0, 1, 0, 0, 1), "failure", "1 failed, 1 unsure of 2 records: T"),
        (Severity.ERROR, (1, 0, 0, 0, 1), "error", "1 unsure of 2 records: T"),
        (Severity.ERROR, (0, 0, 2, 0, 0), "skipped", "about nothing here"),
        (Severity.ERROR, (1, 0, 0, 1, 0), "skipped", "1 waived of 2 records"),
        (Severity.WARNING, (0, 2, 0, 0, 0), "skipped", "does not count, being a warning: 2 failed of 2 records: T"),
    ],
)
def test_what_becomes_of_a_rule(severity: Severity, counts: Counts, tag: str | None, message: str | None) -> None:
    kinds = [answer for answer in Answer for _ in range(counts[answer])]
    found = [finding(i, a) for i, a in enumerate(kinds) if a in (Answer.FAIL, Answer.WAIVED, Answer.UNSURE)]
    report = made([(rule("p/a", severity), counts, found)], {Scope.RECORD: 2})
    case = tree(junit.render(report)).find("testsuite/testcase")
    told = [child for child in case if child.tag != "system-out"]
    assert [(one.tag, one.get("message")) for one in told] == ([(tag, message)] if tag else [])


def test_the_samples_say_how_many_more_there_are() -> None:
    found = [finding(i) for i in range(2, 2_002)]
    report = made([(rule("p/a"), (0, 2_000, 0, 0, 0), found)], {Scope.RECORD: 2_000})
    text = tree(junit.render(report)).findtext("testsuite/testcase/failure")
    assert text.strip().splitlines()[0] == 'manifest.csv:2 r2 x: x is "x" (x), wanted x'
    assert text.strip().splitlines()[10:] == ["… and 1,990 more failed"]
