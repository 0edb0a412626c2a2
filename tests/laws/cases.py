"""Random policies with random things to judge, and the steps from there to a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import pyarrow as pa
from hypothesis import strategies as st
from language.model import Structure, Thing
from language.strategies import comparisons, facts_in, measure_kind, measures, rules, tables
from language.tables import column, fact_named, facts, load

from facelint import probes
from facelint.columns import constant
from facelint.formats import json
from facelint.judge import Outcome, Things, finish, judge, merge
from facelint.plan import Plan, make_plan
from facelint.policy import Policy, Rule, Scope, Severity
from facelint.redact import Redactor
from facelint.report import DatasetInfo, Input, Report, make_report
from facelint.truth import Facts
from facelint.values import INTEGER
from facelint.waivers import Ints, Waiver, Waivers

REDACTOR = Redactor(b"a key for tests, of enough bytes")
AS_OF = date(2026, 11, 22)
INFO = DatasetInfo("laws", "laws", (Input("one.csv", "sha256:1"), Input("two.csv", "sha256:2")))
FACTS = ("source_name", "lawful_basis", "subject_age", "price", "masked", "synthetic", "collected_at", "labels")
CONSTANTS = ("card.commercial", "card.sample_size")
MAX_THINGS = 9


@dataclass(frozen=True)
class Case:
    """Records of two manifests, with the rules of a policy as structures and as a plan."""

    things: list[Thing]
    named: list[tuple[str | None, str | None, str | None]]
    """Of each: its id, its path, and why it was not wholly examined."""
    first: int
    """How many of them are of the first manifest."""
    constants: Thing
    rules: list[dict[str, Structure]]
    measures: dict[str, dict[str, Structure]]
    waivers: tuple[Waiver, ...] = ()

    @cached_property
    def policy(self) -> Policy:
        return load(self.rules, self.measures)

    @cached_property
    def plan(self) -> Plan:
        return make_plan(self.policy, probes.with_columns(self.policy.columns), AS_OF, Waivers(self.waivers))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    of_records = draw(st.lists(rules(FACTS), min_size=1, max_size=4))
    measured = {f"m{i}": measure for i, measure in enumerate(draw(st.lists(measures(), max_size=2)))}
    of_dataset = [draw(dataset_rules(name, measured)) for name in measured]
    all_rules = [*of_records, *of_dataset]
    length = draw(st.integers(0, MAX_THINGS))
    return Case(
        draw(tables(_record_facts(all_rules, measured), length)),
        draw(st.lists(places, min_size=length, max_size=length)),
        draw(st.integers(0, length)),
        draw(tables(CONSTANTS, 1))[0],
        all_rules,
        measured,
    )


def _record_facts(all_rules: list[dict[str, Structure]], measured: dict[str, dict[str, Structure]]) -> list[str]:
    return sorted({name for name in facts_in([*all_rules, *measured.values()]) if name not in CONSTANTS})


def _some(*texts: str) -> st.SearchStrategy[str | None]:
    return st.sampled_from((*texts, None))


places = st.tuples(_some("one", "two", "\u202ethree"), _some("a.png", "b.png"), _some("cannot be read"))


_GATES: list[Structure] = [{"card.commercial": "true"}, {"dataset.records": {"ge": "3"}}]


@st.composite
def dataset_rules(draw: st.DrawFn, name: str, measured: Mapping[str, dict[str, Structure]]) -> dict[str, Structure]:
    """A rule over the dataset as a whole: its measures against numbers, one another, and the card."""
    kinds = {other: measure_kind(measure) for other, measure in measured.items()}
    comparison = draw(comparisons(kinds[name]))
    others = [f"measure.{other}" for other, kind in kinds.items() if (kind == "date") is (kinds[name] == "date")]
    others += ["card.sample_size", "dataset.records"] if kinds[name] != "date" else []
    against: Structure = {draw(st.sampled_from(("le", "lt", "is", "is_not"))): {"fact": draw(st.sampled_from(others))}}
    rule: dict[str, Structure] = {"scope": "dataset"}
    rule["require"] = {f"measure.{name}": draw(st.sampled_from((comparison, against)))}
    if draw(st.booleans()):
        rule["when"] = draw(st.sampled_from(_GATES))
    return rule


@dataclass(frozen=True)
class Contents:
    """Digests of things that are at these places in their case."""

    at: Sequence[int]

    def digests(self, rule: Rule, at: Ints) -> list[str]:
        return [digest(self.at[i]) for i in at.tolist()]


def digest(i: int) -> str:
    """Some things hold the same."""
    return f"d{i % 6}"


def judged(case: Case, at: Sequence[int]) -> Outcome:
    """The outcome of some records of one manifest."""
    table = facts(case.policy, _record_facts(case.rules, case.measures), [case.things[i] for i in at])
    record, path, trouble = (pa.array([case.named[i][n] for i in at], pa.string()) for n in range(3))
    rows = pa.array([i + 2 for i in at], pa.int64())
    source = 0 if at and at[0] < case.first else 1
    things = Things(Scope.RECORD, table, source, rows, record, path, trouble, contents=Contents(at))
    return judge(case.plan, things, REDACTOR)


def concluded(case: Case, outcome: Outcome) -> Outcome:
    """With what only the whole can tell."""
    known = {name: column(fact_named(name, case.policy), [state], True) for name, state in case.constants.items()}
    known["dataset.records"] = constant(INTEGER, len(case.things))
    measured = {measure: tally.interval() for measure, tally in outcome.tallies.items()}
    nothing = pa.nulls(1, pa.string())
    whole = Things(Scope.DATASET, Facts(1, known), -1, pa.nulls(1, pa.int64()), nothing, nothing, measured=measured,
                   contents=Contents([MAX_THINGS]))  # fmt: skip
    return merge(replace(outcome, groups={}), finish(case.plan, whole, outcome, REDACTOR))


def report(case: Case, outcome: Outcome, limit: int) -> Report:
    return make_report(
        case.plan, concluded(case, outcome), INFO,
        limit=limit, fail_on=Severity.ERROR, hash_key="key", version="0",
    )  # fmt: skip


def text(case: Case, outcome: Outcome, limit: int) -> str:
    return json.render(report(case, outcome, limit))
