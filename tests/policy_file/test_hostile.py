"""Policies from strangers: whatever they hold, a policy or a PolicyError comes of it, soon."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from facelint.errors import PolicyError, Problem, UserError
from facelint.policy_file import Settings, load
from facelint.policy_file.names import Memo
from facelint.yaml_tree import parse

from .helpers import HEAD, VOCABULARY, policy

VALID = """\
policy: face
title: {en: Face, zh: 人脸}
version: "1"
law_read_on: 2026-08-31
params: {age: 14, regions: [a, b]}
lists: {sets: sets.yaml}
facts: {zone: text, level: {enum: [low, high]}}
measures:
  subjects: {distinct: subject_id}
  web: {share: {source_type: [social_public]}, where: {not: {synthetic: true}}}
extends: [./below.yaml]
override: {below/one: {severity: error}}
disable: [below/two]
raise: {from: note, to: warning, checked: [primary]}
rules:
  - id: consent
    title: {en: One, zh: 一}
    severity: error
    when: {lawful_basis: consent, all: [{subject_age: {ge: {param: age}}}], any: [{zone: x}, {level: low}]}
    require: {consent.type: [separate, written], captured_at: {le: {fact: consent.given_at, plus: 3 years}}}
    cite: [{law: PIPL, article: "29", in_force: 2021-11-01, checked: primary}]
    remedy: Ask.
    in_force: 2021-11-01
    waivable: false
    examples:
      - pass: {lawful_basis: consent, consent.type: separate, recipients: [a, b]}
      - unsure: {missing: [consent.type], unknown: [zone]}
  - {id: key, title: K, severity: note, unique: [path], among: {source_dataset: {list: sets}}}
  - {id: same, title: S, severity: note, agree: {on: subject_id, within: [file.sha256]}}
  - {id: few, title: F, severity: note, scope: dataset, require: {measure.subjects: {lt: 9}, measure.web: 0.5}}
  - {id: text, title: T, severity: note, require: {source_name: {matches: "a.*", within: [{param: regions}, c]}}}
"""
BELOW = """\
policy: below
title: B
version: "1"
params: {age: 12}
rules:
  - {id: one, title: O, severity: note, require: {subject_age: {lt: {param: age}}}}
  - {id: two, title: T, severity: note, require: {path: present}}
"""

PIECES = st.sampled_from([
    "{", "}", "[", "]", ":", ",", "-", "&a ", "*a", "!!int ", "~", "null", "present", "absent", "{}", "[]", '"', "'",
    "\n", "  ", "\0", "\ufeff", "\x1b[31m", "é", "9" * 30, "1e999", "2021-02-30", "(", "<<: *a", "? ", "fact", "param",
    "list", "all", "not", "is", "in", "matches", "within", "missing", "enabled", "measure.web", "subject_age", "path",
    "face/consent", "below/one", "../../x.yaml", "./face.yaml", "dataset", "plus", "1 days", "%YAML 9.9\n---\n", "...",
])  # fmt: skip
KEYS = st.sampled_from(sorted({word.strip(" -{") for line in VALID.splitlines() for word in line.split(":")[:1]}))
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | PIECES
TREES = st.recursive(
    LEAVES, lambda below: st.lists(below, max_size=4) | st.dictionaries(KEYS | PIECES, below, max_size=4), max_leaves=12
)


@pytest.fixture(autouse=True)
def _beside() -> None:
    Path("sets.yaml").write_text("- {name: a, aliases: [b]}\n- c\n")
    Path("below.yaml").write_text(BELOW)


def found(data: bytes) -> tuple[Problem, ...]:
    """What is wrong with a policy; anything but a PolicyError fails the test."""
    Path("face.yaml").write_bytes(data)
    try:
        load(["face.yaml"], VOCABULARY)
    except PolicyError as error:
        return error.problems
    return ()


def attempt(data: bytes) -> None:
    for problem in found(data):
        assert "\n" not in str(problem)
        assert len(str(problem)) < 1_000


def test_the_policy_that_is_mutated_is_valid() -> None:
    Path("face.yaml").write_text(VALID)
    loaded = load(["face.yaml"], VOCABULARY)
    assert loaded.rules[0].id == "below/one"
    assert len(loaded.rules) == 6


SLOW = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SLOW
@given(st.lists(st.tuples(st.integers(0, len(VALID)), st.integers(0, 12), PIECES), min_size=1, max_size=3))
def test_mutations(cuts: list[tuple[int, int, str]]) -> None:
    text = VALID
    for at, length, piece in cuts:
        text = text[:at] + piece + text[at + length :]
    attempt(text.encode())


@SLOW
@given(st.integers(0, VALID.count(": ") - 1), TREES)
def test_any_value_in_any_place(index: int, tree: object) -> None:
    lines = VALID.splitlines()
    places = [(row, line.index(": ") + 2) for row, line in enumerate(lines) if ": " in line]
    row, column = places[index % len(places)]
    end = "}" * (lines[row][:column].count("{") - lines[row][:column].count("}"))
    lines[row] = lines[row][:column] + json.dumps(tree) + end
    attempt("\n".join(lines).encode())


@SLOW
@given(TREES.filter(lambda tree: isinstance(tree, dict)))
def test_any_tree(tree: object) -> None:
    attempt(json.dumps(tree).encode())


@SLOW
@given(st.binary(max_size=60))
def test_any_bytes(data: bytes) -> None:
    attempt(data)


@SLOW
@given(TREES, TREES, TREES, st.dictionaries(st.sampled_from(["age", "face.age", "below.age", "x", ""]), st.text()))
def test_any_settings(params: object, override: object, disable: object, given_set: dict[str, str]) -> None:
    Path("face.yaml").write_text(VALID)
    with suppress(UserError):
        first, second, third = (parse(json.dumps(tree), "facelint.yaml") for tree in (params, override, disable))
        load(["face.yaml"], VOCABULARY, Settings(first, second, third, given_set))


def seconds(text: str) -> float:
    began = time.perf_counter()
    found(text.encode())
    return time.perf_counter() - began


RULE = "  - {{id: r{0}, title: T, severity: error, require: {{{1}: {2}}}}}\n"
MANY = 5_000

CROWDS = {
    "valid": HEAD + "rules:\n" + "".join(RULE.format(n, "path", "x") for n in range(MANY)),
    "unknown facts": HEAD + "rules:\n" + "".join(RULE.format(n, f"pathh{n}", "x") for n in range(MANY)),
    "unknown rules": HEAD + "rules:\n" + "".join(RULE.format(n, "path", "x") for n in range(MANY))
    + "disable:\n" + "".join(f"  - face/s{n}\n" for n in range(MANY)),
    "overrides": HEAD + "rules:\n" + "".join(RULE.format(n, "path", "x") for n in range(MANY))
    + "override:\n" + "".join(f"  face/r{n}: {{severity: note}}\n" for n in range(MANY)),
    "patterns": HEAD + "rules:\n" + "".join(RULE.format(n, "path", f"{{matches: a{n}}}") for n in range(MANY)),
    "columns": HEAD + "facts: {" + ", ".join(f"c{n}: text" for n in range(MANY)) + "}\nrules:\n"
    + "".join(RULE.format(n, f"d{n}", "x") for n in range(MANY)),
    "members": HEAD + "rules:\n" + RULE.format(0, "lawful_basis", "[" + ", ".join(f"x{n}" for n in range(MANY)) + "]"),
    "aliases": HEAD + "params: {p: &a [" + "x, " * 1000 + "]}\nrules:\n"
    + "".join(RULE.format(n, "path", "{in: [{param: p}, {param: p}]}") for n in range(MANY)),
}  # fmt: skip


@pytest.mark.parametrize("crowd", CROWDS)
def test_crowds_take_seconds(crowd: str) -> None:
    assert seconds(CROWDS[crowd]) < 15


def test_patterns_may_not_take_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Memo, "__init__", lambda memo: memo.__dict__.update(lists={}, copies=1, seconds=0.0))
    (problem,) = found(policy("{source_name: {matches: a}}").encode())
    assert problem.message == "the patterns of the policies take too long to compile"


def test_nesting_by_aliases_is_bounded() -> None:
    chain = "".join(f"  p{n}: &a{n} [{'*a' + str(n - 1) if n else 'x'}]\n" for n in range(2_000))
    assert seconds(HEAD + "params:\n" + chain + "rules: []\n") < 5
    deep = "{not: " * 60 + "{path: present}" + "}" * 60
    assert seconds(policy(deep)) < 5
