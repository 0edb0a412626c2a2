"""The report as JUnit XML: a test suite for each policy pack, a test case for each rule.

It is red where the exit code is not 0: a rule that counts fails where it failed, and is an error where all that speaks
against it are doubts. One that failed or is unsure and does not count is skipped, as are one that is about nothing here
and one that holds for the sake of waivers; each says so. A run that had nothing to check has a test case of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as Xml

from facelint import waivers
from facelint.findings import Finding
from facelint.formats import telling
from facelint.formats.escape import line
from facelint.policy import Answer, Severity
from facelint.report import PackResult, Report, RuleResult, Verdict

MAX_SAMPLES = 10
"""Failures or doubts of a rule that its test case shows."""
_RUN = "(run)"
"""A name that no policy has."""

Shown = dict[tuple[str, Answer], Sequence[Finding]]


def render(report: Report) -> str:
    shown = dict(telling.shown(report))
    suites = [_suite(report, pack, shown) for pack in report.packs]
    own = [_case(rule, report.fail_on, shown) for rule in report.rules if rule.pack == waivers.RULE.pack]
    if own:
        suites.append(_suite_of(waivers.RULE.pack, own, _about(report)))
    if telling.nothing_to_blame(report):
        suites.append(_nothing_checked(report))
    whole = Xml.Element("testsuites", name="facelint", time=f"{report.timing.seconds:.3f}")
    for key in ("tests", "failures", "errors"):
        whole.set(key, str(sum(int(suite.get(key, "0")) for suite in suites)))
    whole.extend(suites)
    Xml.indent(whole)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(whole, "unicode") + "\n"


def _suite(report: Report, pack: PackResult, shown: Shown) -> Xml.Element:
    cases = [_case(rule, report.fail_on, shown) for rule in report.rules if rule.pack == pack.pack.id]
    about = {
        "policy.version": line(pack.pack.version),
        "policy.digest": pack.pack.digest,
        "policy.verdict": pack.verdict.value,
        **_about(report),
    }
    return _suite_of(pack.pack.id, cases, about)


def _suite_of(name: str, cases: Sequence[Xml.Element], about: dict[str, str]) -> Xml.Element:
    counts = {
        key: str(sum(case.find(tag) is not None for case in cases))
        for key, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped"))
    }
    suite = Xml.Element("testsuite", {"name": name, "tests": str(len(cases)), **counts})
    properties = Xml.SubElement(suite, "properties")
    for key, value in about.items():
        Xml.SubElement(properties, "property", name=key, value=value)
    suite.extend(cases)
    return suite


def _about(report: Report) -> dict[str, str]:
    ledger = {f"ledger.{scope}": said for scope, said in zip(report.ledger(), telling.ledger(report), strict=True)}
    basis = {"as_of": report.as_of.isoformat(), "dataset": telling.dataset(report), "facelint": report.facelint}
    return {"verdict": telling.verdict(report), **ledger, **basis}


def _case(rule: RuleResult, fail_on: Severity, shown: Shown) -> Xml.Element:
    case = Xml.Element("testcase", classname=rule.pack, name=rule.id.removeprefix(f"{rule.pack}/"))
    answer = next((answer for answer in (Answer.FAIL, Answer.UNSURE) if rule.counts[answer]), None)
    if answer is None:
        why = _skipped(rule)
        if why:
            Xml.SubElement(case, "skipped", message=why)
        return case
    said = f"{telling.tally(rule)}: {telling.title(rule)}"
    if rule.severity < fail_on:
        Xml.SubElement(case, "skipped", message=f"does not count, being a {rule.severity.word}: {said}")
        Xml.SubElement(case, "system-out").text = "\n".join(_body(rule, shown))
        return case
    tag = "failure" if answer is Answer.FAIL else "error"
    Xml.SubElement(case, tag, type=rule.severity.word, message=said).text = "\n".join(_body(rule, shown))
    return case


def _skipped(rule: RuleResult) -> str:
    if rule.verdict is Verdict.NOT_APPLICABLE:
        return f"about nothing here ({rule.note})" if rule.note else "about nothing here"
    waived = rule.counts[Answer.WAIVED]
    return f"{waived:,} waived of {telling.things(rule.of, rule.scope)}" if waived else ""


def _body(rule: RuleResult, shown: Shown) -> Iterator[str]:
    yield ""
    for answer, doubt in ((Answer.FAIL, ""), (Answer.UNSURE, "unsure: ")):
        found = shown.get((rule.id, answer), ())[:MAX_SAMPLES]
        for one in found:
            yield f"{telling.subject(one)}: {doubt}{telling.said(one)}"
        if rule.counts[answer] > len(found):
            yield f"… and {rule.counts[answer] - len(found):,} more {'unsure' if doubt else 'failed'}"
    yield from (f"{word}: {said}" for word, said in telling.foot(rule))
    yield ""


def _nothing_checked(report: Report) -> Xml.Element:
    case = Xml.Element("testcase", classname=_RUN, name="there is something to check")
    Xml.SubElement(case, "error", type="incomplete", message="; ".join(report.why))
    return _suite_of(_RUN, [case], _about(report))
