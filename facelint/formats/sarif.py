"""The report as SARIF 2.1.0, within what GitHub code scanning takes and the way it shows it.

A result is a failure or a doubt at its row of the manifest; where the report does not hold all of a rule's, one result
stands for all of them and says how many they are. Doubts are of kind `review`, which has the level `none`: GitHub shows
them as it shows failures, so that they say at once that something could not be established. Waived ones are left out,
since GitHub would open an alert for each. What was not examined is told in notifications.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from facelint.findings import Finding
from facelint.formats import places, telling
from facelint.formats.escape import json_text, line, markdown, utf8
from facelint.formats.json import ledger, shape
from facelint.policy import Answer, Severity
from facelint.report import Report, RuleResult, fingerprint
from facelint.values import quantity

Json = dict[str, object]

MAX_RESULTS = 5_000
"""GitHub drops what is more, and refuses a file with more than 25,000."""
_MAX_NOTIFICATIONS = 100
_MAX_TAGS = 10
_MAX_NAME = 255
_BASE = "SRCROOT"
_SCORES = {Severity.ERROR: "8.0", Severity.WARNING: "5.0"}
"""What GitHub calls high and medium; a note has none."""
_PROBLEMS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "recommendation"}
_URL = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+")
_EXAMINED = "facelint/Examined"
"""No policy has a rule of that name, for theirs are in small letters."""
_RUN = ("verdict", "why", "as_of", "complete", "dataset", "policies", "params", "disabled", "hash_key")


def render(report: Report) -> str:
    told: Json = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [_run(report)],
    }
    return json_text(json.dumps(told, ensure_ascii=False, indent=1)) + "\n"


def _run(report: Report) -> Json:
    empty = telling.nothing_to_blame(report)
    results = [_nothing_checked(report)] if empty else []
    results += _results(report, MAX_RESULTS - len(results))
    driver: Json = {
        "name": "facelint",
        "version": report.facelint,
        "rules": [*map(_rule, report.rules), *([_examined()] if empty else [])],
    }
    shaped = {key: value for key, value in shape(report).items() if key in _RUN}
    return {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"facelint/{_uri(telling.dataset(report))}/"},
        "originalUriBaseIds": {_BASE: {"description": _message("Where facelint ran, or else the dataset's folder")}},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": list(_notifications(report))}],
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": _filled({**shaped, "ledger": ledger(report), "waivers": list(telling.waivers(report))}),
    }


def _rule(rule: RuleResult) -> Json:
    title = telling.title(rule)
    grounds = dict.fromkeys(telling.ground(cite) for cite in rule.cite)
    tags = [tag for tag in ("privacy", "compliance", rule.pack, *grounds) if tag]
    properties: Json = {"tags": tags[:_MAX_TAGS], "precision": "high", "problem.severity": _PROBLEMS[rule.severity]}
    if rule.severity in _SCORES:
        properties["security-severity"] = _SCORES[rule.severity]
        properties["tags"] = ["security", *tags][:_MAX_TAGS]
    described: Json = {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in re.split(r"[^a-zA-Z0-9]+", rule.id))[:_MAX_NAME],
        "shortDescription": _message(title),
        "fullDescription": _message(". ".join(part for part in (title, telling.remedy(rule)) if part)),
        "help": {"text": "\n".join(_help(rule)), "markdown": "\n\n".join(_help_in_markdown(rule))},
        "defaultConfiguration": {"level": rule.severity.word},
        "properties": properties,
    }
    pages = [cite.url for cite in rule.cite if _URL.fullmatch(cite.url)]
    return {**described, "helpUri": pages[0]} if pages else described


def _help(rule: RuleResult) -> Iterator[str]:
    yield telling.title(rule)
    yield from (f"{word.capitalize()}: {said}" for word, said in telling.foot(rule))


def _help_in_markdown(rule: RuleResult) -> Iterator[str]:
    head, *others = _help(rule)
    yield f"**{markdown(head)}**"
    for other in others:
        word, _, said = other.partition(": ")
        yield f"**{word}:** {markdown(said)}"


def _results(report: Report, room: int) -> list[Json]:
    """Those of each rule and answer, worst rule first, singly where the report holds all of them and there is room."""
    shown = telling.shown(report)
    at = {rule.id: index for index, rule in enumerate(report.rules)}
    kinds = _kinds(report)[:room]
    room -= len(kinds)
    seen = Counter[str]()
    results: list[Json] = []
    for rule, answer in kinds:
        found = shown.get((rule.id, answer), [])
        single = len(found) == rule.counts[answer] <= room + 1
        room -= len(found) - 1 if single else 0
        made = _single(report, rule, found, seen) if single else [_together(report, rule, answer, found)]
        results += [{"ruleId": rule.id, "ruleIndex": at[rule.id], **_kind(rule, answer), **one} for one in made]
    return results


def _kinds(report: Report) -> list[tuple[RuleResult, Answer]]:
    told = telling.troubled(report)
    return [(rule, answer) for answer in (Answer.FAIL, Answer.UNSURE) for rule in told if rule.counts[answer]]


def _kind(rule: RuleResult, answer: Answer) -> Json:
    if answer is Answer.UNSURE:
        return {"kind": "review", "level": "none"}
    return {"kind": "fail", "level": rule.severity.word}


def _single(report: Report, rule: RuleResult, found: Sequence[Finding], seen: Counter[str]) -> Iterator[Json]:
    """`seen` counts the fingerprints."""
    for one in found:
        mark = fingerprint(one)
        seen[mark] += 1
        yield {
            "message": _message(f"{_begin(rule, one.answer)}: {telling.said(one)}. {_at(one)}"),
            "locations": [_location(report, one.source, one.row)],
            "partialFingerprints": _fingerprint(mark, seen[mark]),
        }


def _together(report: Report, rule: RuleResult, answer: Answer, found: Sequence[Finding]) -> Json:
    """One result for all failures or doubts of a rule."""
    n = rule.counts[answer]
    said = "could not be established" if answer is Answer.UNSURE else "failed"
    some = "; ".join(f"{telling.subject(one)}: {telling.said(one)}" for one in found[:3])
    source, row = (found[0].source, found[0].row) if found else (None, None)
    return {
        "message": _message(
            f"{_begin(rule, answer.word)}: {n:,} of {telling.things(rule.of, rule.scope)} {said}. "
            + (f"Among them {some}." if some else "")
        ),
        "occurrenceCount": n,
        "locations": [_location(report, source, row)],
        "partialFingerprints": _fingerprint(_whole(rule.id, answer), 1),
    }


def _fingerprint(mark: str, number: int) -> Json:
    """Findings with one fingerprint, those of records with one id, are told apart by their order."""
    return {"primaryLocationLineHash": f"{mark}:{number}"}


def _whole(rule: str, answer: Answer) -> str:
    """The fingerprint of all of a rule's failures or doubts."""
    return fingerprint(Finding(rule, answer.word, None, None, "*", None, answer.word, None, None, None))


def _at(finding: Finding) -> str:
    return "The dataset as a whole." if finding.row is None else f"At {telling.subject(finding)}."


def _begin(rule: RuleResult, answer: str) -> str:
    doubt = "Could not be established: " if answer == Answer.UNSURE.word else ""
    return doubt + telling.title(rule)


def _nothing_checked(report: Report) -> Json:
    """An empty file would close every alert, as if all were well."""
    return {
        "ruleId": _EXAMINED,
        "ruleIndex": len(report.rules),
        "kind": "review",
        "level": "none",
        "message": _message(f"Could not be established: {'; '.join(report.why)}."),
        "locations": [_location(report, None, None)],
        "partialFingerprints": _fingerprint(_whole(_EXAMINED, Answer.UNSURE), 1),
    }


def _examined() -> Json:
    said = "There is something to check, and rules that count"
    text = {"text": said}
    return {"id": _EXAMINED, "name": "Examined", "shortDescription": text, "fullDescription": text, "help": text}


def _location(report: Report, source: str | None, row: int | None) -> Json:
    """A row of a file that is no text is no line of it, so that the place is the whole file."""
    uri = _uri(places.path_within(report, source))
    where: Json = {"artifactLocation": {"uri": uri, "uriBaseId": _BASE}}
    at = places.line(source, row)
    return {"physicalLocation": {**where, "region": {"startLine": at}} if at else where}


def _notifications(report: Report) -> Iterator[Json]:
    if report.not_examined_total:
        yield {"level": "warning", "message": _message(telling.unexamined_in_all(report))}
    for one in report.not_examined[:_MAX_NOTIFICATIONS]:
        where, why = telling.unexamined(one)
        yield {
            "level": "warning",
            "message": _message(f"{where}: {why}"),
            "locations": [_location(report, one.source, one.row)],
        }
    for why in report.why:
        yield {"level": "warning", "message": _message(why)}
    untold = len(_kinds(report)) - MAX_RESULTS
    if untold > 0:
        yield {"level": "error", "message": _message(f"{quantity(untold, 'rule')} more failed or unsure")}


def _message(text: str) -> Json:
    """Brackets make a link in SARIF's plain text, unless escaped."""
    return {"text": re.sub(r"[\[\]]", r"\\\g<0>", text)}


def _uri(path: str) -> str:
    return quote(utf8(path), safe="/")


def _filled(value: object) -> object:
    """Without empty strings and nulls, which GitHub does not take; free text on printable lines."""
    if isinstance(value, dict):
        return {key: _filled(one) for key, one in value.items() if one not in ("", None)}
    if isinstance(value, list):
        return [_filled(one) for one in value if one != ""]
    return line(value, 1000) if isinstance(value, str) else value
