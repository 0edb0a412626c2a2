"""Law 2: the ledger closes, every answer in it is the language's, and every finding is counted."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from language.strategies import LANGUAGE

from facelint import policy_file, probes
from facelint.formats.json import AnswersJson, shape
from facelint.judge import merge
from facelint.policy import Answer
from facelint.records import open_dataset
from facelint.run import Options, check

from .cases import AS_OF, REDACTOR, Case, cases, concluded, judged, report


@given(cases(), st.integers(0, 7))
def test_the_ledger_closes_with_the_languages_answers(case: Case, limit: int) -> None:
    at = range(len(case.things))
    outcome = merge(judged(case, at[: case.first]), judged(case, at[case.first :]))
    shaped = shape(report(case, outcome, limit))
    found = concluded(case, outcome).found.to_pylist()
    for number, (rule, told) in enumerate(zip(case.rules, shaped["rules"], strict=True)):
        ranges_over = 1 if rule.get("scope") == "dataset" else len(case.things)
        assert told["of"] == ranges_over == total(told["answers"])
        if "scope" not in rule:
            answers = LANGUAGE.answers(rule, case.things)
            counted = Counter[str](answers)
            assert {word: n for word, n in told["answers"].items() if n} == counted, rule
            blamed = {row["row"] - 2: Answer(row["answer"]).word for row in found if row["rule"] == number}
            assert blamed == {i: a for i, a in enumerate(answers) if a in ("fail", "unsure")}
    not_held = sum(total(rule["answers"], "fail", "unsure", "waived") for rule in shaped["rules"])
    assert shaped["findings_total"] == not_held == len(found)
    assert shaped["findings_shown"] == len(shaped["findings"]) == min(limit, not_held)
    assert all(row["wanted"] and row["fact"] and (row["found"] or row["reason"]) for row in found)


def test_a_count_of_no_records_is_nought(tmp_path: Path) -> None:
    (tmp_path / "metadata.csv").write_text("path,price\n", encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(
        """
policy: none
title: t
version: "1"
measures: {n: {count: {path: present}}, d: {distinct: path}, s: {sum: price}, m: {min: price}, h: {share: {price: 1}}}
rules:
  - {id: nought, title: t, severity: error, scope: dataset, require: {measure.n: 0, measure.d: 0, measure.s: 0}}
  - {id: no-value, title: t, severity: error, scope: dataset, require: {measure.m: absent, measure.h: absent}}
""",
        encoding="utf-8",
    )
    policy = policy_file.load(["policy.yaml"], probes.vocabulary(), base=tmp_path)
    made = check(open_dataset(tmp_path, probes.vocabulary()), policy, Options(AS_OF, REDACTOR))
    assert [rule.counts[Answer.PASS] for rule in made.rules] == [1, 1]
    assert made.exit_code == 3


def total(answers: AnswersJson, *words: str) -> int:
    """Of these answers, or of all."""
    return sum(answers[word] for word in answers if not words or word in words)  # type: ignore[literal-required]
