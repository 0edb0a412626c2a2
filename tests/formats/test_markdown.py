"""Markdown, rendered as GitHub renders it: the report's own structure alone, below a megabyte."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given

from facelint.formats import markdown
from facelint.formats.escape import line
from facelint.formats.escape import markdown as escaped
from facelint.judge import Counts
from facelint.policy import Answer, Scope
from facelint.report import Report

from .reports import finding, hostile, made, reports, rule

cmark: Any = pytest.importorskip("cmarkgfm")
OPTIONS = 1 << 17
"""Raw HTML is kept, so that it is seen."""
TAGS = {
    "h2",
    "h3",
    "p",
    "strong",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "code",
    "details",
    "summary",
    "ul",
    "li",
}


def rendered(text: str) -> str:
    return str(cmark.github_flavored_markdown_to_html(text, OPTIONS))


class Page(HTMLParser):
    """The tags, the cells of each row, and the text with what parts it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.rows: list[list[int]] = []
        self.pieces: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag == "table":
            self.rows.append([])
        elif tag == "tr":
            self.rows[-1].append(0)
        elif tag in ("td", "th"):
            self.rows[-1][-1] += 1

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)


@given(hostile)
def test_escaped_words_mean_themselves(text: str) -> None:
    for put, begin, end in (("x {} y", "<p>x ", " y</p>"), ("|a|\n|-|\n| x {} y |", "<td>x ", " y</td>")):
        out = rendered(put.format(escaped(line(text))))
        inner = out[out.index(begin) + len(begin) : out.rindex(end)]
        assert "<" not in inner
        said = html.unescape(inner).replace("\u200b", "")
        assert re.sub(" +", " ", said) == re.sub(" +", " ", line(text))


@given(hostile)
def test_escaped_words_link_to_no_one(text: str) -> None:
    """What GitHub looks for in the text between tags."""
    for piece in Page(rendered(escaped(line(text)))).pieces:
        assert not re.search(r"@\w|#\d|https?://|www\.\w|:[\w+-]+:", piece, re.IGNORECASE)


@given(reports())
def test_the_structure_is_the_reports_own(report: Report) -> None:
    page = Page(rendered(markdown.render(report)))
    assert set(page.tags) <= TAGS
    assert page.attributes <= {"align"}
    assert [len(set(rows)) for rows in page.rows] == [1] * len(page.rows)
    failed = sum(bool(rule.counts[Answer.FAIL] or rule.counts[Answer.UNSURE]) for rule in report.rules)
    assert page.tags.count("details") == 1 + failed + (failed < len(report.rules))


def test_the_verdict_comes_first_then_the_ledger() -> None:
    report = made([(rule("p/a"), (1, 1, 0, 0, 0), [finding(2)])], {Scope.RECORD: 2})
    head, _, ledger, *_ = markdown.render(report).split("\n\n")
    assert head == "## ❌ FAIL: 1 failure of 1 rule"
    assert ledger.splitlines()[-1] == "| 2 records × 1 rule | 1 | 1 | 0 | 0 | 0 |"


@pytest.mark.parametrize("text", ["@" * 1_000, "人" * 1_000])
@pytest.mark.parametrize(("rules", "records"), [(1, 26_000), (3_000, 3)])
def test_it_stays_below_a_megabyte(text: str, rules: int, records: int) -> None:
    found = [finding(i, text=text) for i in range(records)]
    counts: Counts = (0, records, 0, 0, 0)
    left = [{"source": 0, "row": i, "path": text, "reason": text} for i in range(1_000)]
    told = [(rule(f"p/r-{i}", title=text), counts, found) for i in range(rules)]
    out = markdown.render(made(told, {Scope.RECORD: records}, not_examined=left, limit=26_000))
    assert len(out.encode()) < 1_000_000
    assert f"{rules * records:,} failures of {rules:,} rule" in out.splitlines()[0]
    assert "### Not examined, in whole or in part: 1,000 records" in out
    assert "- … and 980 more" in out
    assert "Provenance" in out
