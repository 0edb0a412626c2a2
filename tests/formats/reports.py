"""Reports of every kind, as a run would make them, with texts from whoever means harm."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st
from running import ROOT

from facelint import findings
from facelint.conditions import Op, Test
from facelint.facts import RECORD_FACTS
from facelint.judge import Counts, Outcome
from facelint.plan import Plan
from facelint.policy import Answer, Citation, Pack, Place, Policy, Require, Rule, Scope, Severity, Texts
from facelint.report import DatasetInfo, Input, Report, make_report

SCHEMAS = ROOT.parent / "shared" / "data" / "schemas"

HOSTILE = (
    "plain", "", "a|b", "a\\|b", "`code` ``", "<script>alert(1)</script>", "<!-- x", "]]>", "&lt;&#64;", "</details>",
    "100%25 %0A", "\n::error::x", "::stop-commands::x", "##[add-mask]a", "##vso[task.complete]", "=1+1", "{0} {{",
    "@octocat", "a@b.example #12", "[a](https://x.example)", "![a](b)", "https://x.example/?a=1", "www.x.example",
    ":+1:", "**b** __i__ ~~s~~", "$a$", "# h", "- [ ] t", "\x00\x08\x1b[31m", "\u202egpj.exe", "\ufffe\uffff", "\ud800",
    "\u2028\u2029\x85", "a,b:c", "人脸 é 😀", "w" * 900, "|" * 300, "@" * 300,
)  # fmt: skip
hostile = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=12))
texts = hostile.map(lambda text: text.encode("utf-8", "replace").decode())
"""Those that Arrow can hold."""
names = st.sampled_from(("manifest.csv", "a b.jsonl", "deep/%41.parquet", "x:y.ndjson", "../up.csv", "\u202e|@.csv"))

_FORM = Require(Test(RECORD_FACTS[0], Op.PRESENT))
_PLACE = Place("p.yaml", 1, 1)
_NOTHING: dict[Scope, tuple[()]] = dict.fromkeys(Scope, ())


def made(
    rules: Sequence[tuple[Rule, Counts, Sequence[dict[str, Any]]]],
    things: dict[Scope, int],
    packs: Sequence[Pack] = (),
    *,
    data: DatasetInfo | None = None,
    limit: int = 1000,
    fail_on: Severity = Severity.ERROR,
    not_examined: Sequence[dict[str, Any]] = (),
) -> Report:
    """The report of rules with their answers and findings."""
    rows = [{**one, "rule": index} for index, (_, _, found) in enumerate(rules) for one in found]
    outcome = Outcome(
        {index: counts for index, (_, counts, _) in enumerate(rules)},
        pa.Table.from_pylist(rows, findings.SCHEMA),
        things=things,
        images=things.get(Scope.RECORD, 0),
        not_examined=pa.Table.from_pylist(list(not_examined), findings.UNEXAMINED),
        unexamined=len(not_examined),
    )
    policy = Policy(tuple(packs) or (pack("p"),), tuple(rule for rule, _, _ in rules))
    plan = Plan(policy=policy, as_of=date(2026, 11, 22), rules=_NOTHING, steps=_NOTHING, measures=())
    info = data or DatasetInfo("d", "data", (Input("manifest.csv", "sha256:0"),))
    return make_report(plan, outcome, info, limit=limit, fail_on=fail_on, hash_key="k", version="0.1.0")


def pack(name: str, version: str = "1") -> Pack:
    return Pack(name, Texts("P"), version, "sha256:0", f"{name}.yaml")


def rule(name: str, severity: Severity = Severity.ERROR, scope: Scope = Scope.RECORD, title: str = "T") -> Rule:
    return Rule(name, name.partition("/")[0], Texts(title), severity, scope, _FORM, _PLACE)


def finding(row: int, answer: Answer = Answer.FAIL, text: str = "x", source: int = 0) -> dict[str, Any]:
    told = dict.fromkeys(("path", "fact", "found", "wanted", "reason"), text)
    return {"source": source, "row": row, "answer": answer, "record": f"r{row}", **told}


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """Of a few rules in one or two packs, over records of two manifests, consents and the dataset."""
    things = {Scope.RECORD: draw(st.integers(0, 30)), Scope.CONSENT: draw(st.integers(0, 3)), Scope.DATASET: 1}
    packs = [pack(name, draw(hostile)) for name in draw(st.sampled_from((("p",), ("p", "q-2"))))]
    rules = [draw(_rules(f"{draw(st.sampled_from(packs)).id}/r-{i}", things)) for i in range(draw(st.integers(0, 5)))]
    sources = [Input(draw(names), "sha256:1"), Input(draw(names), "sha256:2")]
    extra = draw(st.tuples(*[st.one_of(st.none(), st.just(Input("consents.csv", "sha256:3")))] * 2))
    path = draw(st.one_of(st.sampled_from((".", "data", "/abs/data", "../up", "data/facelint.yaml", "d é/%")), hostile))
    data = DatasetInfo(draw(hostile), path, tuple(sources), *extra)
    left = [{"source": 0, "row": row, "path": draw(texts), "reason": draw(texts)} for row in draw(_rows)]
    limit, fail_on = draw(st.sampled_from((0, 2, 7, 1000))), draw(st.sampled_from(Severity))
    return made(rules, things, packs, data=data, limit=limit, fail_on=fail_on, not_examined=left)


_rows = st.lists(st.integers(1, 99), max_size=3, unique=True)


@st.composite
def _rules(draw: st.DrawFn, name: str, things: dict[Scope, int]) -> tuple[Rule, Counts, list[dict[str, Any]]]:
    scope, severity = draw(st.sampled_from(Scope)), draw(st.sampled_from(Severity))
    cite = st.builds(
        Citation,
        st.sampled_from(("law", "practice")),
        hostile,
        hostile,
        url=st.one_of(hostile, st.just("https://a.b/c")),
    )
    told = Rule(
        name, name.partition("/")[0], Texts(draw(hostile)), severity, scope, _FORM, _PLACE,
        cite=tuple(draw(st.lists(cite, max_size=2))), remedy=Texts(draw(hostile)),
    )  # fmt: skip
    answers = [draw(st.sampled_from(Answer)) for _ in range(things[scope])]
    counts = tuple(answers.count(answer) for answer in Answer)
    found = [
        {
            "source": -1 if scope is Scope.DATASET else row % 2,
            "row": None if scope is Scope.DATASET else row + 2,
            "answer": answer,
            **{key: draw(st.one_of(st.none(), texts)) for key in ("record", "path", "found", "reason")},
            "fact": "source_name",
            "wanted": draw(texts),
        }
        for row, answer in enumerate(answers)
        if answer in (Answer.FAIL, Answer.WAIVED, Answer.UNSURE)
    ]
    return told, counts, found  # type: ignore[return-value]
