"""The other commands: rules, explain, policy lint, policy test."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import facelint, policy

GOOD = "id: masked, require: {masked: true}, examples: [{pass: {masked: true}}, {fail: {masked: false}}]"


def test_rules_lists_every_shipped_rule() -> None:
    ended = facelint("rules")
    assert (ended.code, ended.err) == (0, "")
    assert "essentials/no-gps" in ended.out
    assert all(len(row.split(None, 3)) == 4 and "/" in row.split()[0] for row in ended.out.splitlines())
    assert {row.split()[1] for row in ended.out.splitlines()} <= {"error", "warning", "note"}


def test_rules_of_a_file_of_ones_own(tmp_path: Path) -> None:
    own = policy(
        tmp_path, "id: a, severity: note, require: {masked: true}", "id: bb, scope: consent, unique: [consent.id]"
    )
    assert facelint("rules", "--policy", own).out == "own/a   note     record   T\nown/bb  error    consent  T\n"


@pytest.mark.parametrize("name", ["essentials/no-gps", "no-gps"])
def test_explain_says_all_of_a_rule(name: str) -> None:
    ended = facelint("explain", name, "--policy", "essentials")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("essentials/no-gps (error, for each record)\n")
    for part in ("image.gps: false", "ground", "PIPL", "mend", "facts", "examples", "  fail: image.gps: true"):
        assert part in ended.out


def test_explain_shows_every_form(tmp_path: Path) -> None:
    own = policy(
        tmp_path,
        "id: a, when: {any: [{masked: true}, {not: {all: [{license: MIT}, {price: {gt: 1}}]}}]}, require: {path: x}",
        "id: b, unique: [path, license], among: {masked: true}",
        "id: c, agree: {on: subject_id, within: source_name}",
        "id: d, scope: dataset, require: {card.name: present}",
    )
    shown = {name: facelint("explain", f"own/{name}", "--policy", own) for name in "abcd"}
    assert all((ended.code, ended.err) == (0, "") for ended in shown.values())
    assert "any of" in shown["a"].out
    assert "not" in shown["a"].out
    assert "require\n  no two share: path, license" in shown["b"].out
    assert "among those with\n    masked: true" in shown["b"].out
    assert "require\n  one subject_id for all with the same source_name" in shown["c"].out
    assert "subject_id: A pseudonym of the person shown (text; shown as a hash)" in shown["c"].out
    assert shown["d"].out.startswith("own/d (error, for the dataset)\n")


@pytest.mark.parametrize(
    ("asked", "offered"),
    [("essentials/no-gsp", "essentials/no-gps"), ("no-gsp", "no-gps"), ("file-presnt", "file-present")],
)
def test_an_unknown_rule_offers_the_nearest(asked: str, offered: str) -> None:
    ended = facelint("explain", asked, "--policy", "essentials")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == f'facelint: no rule "{asked}"; did you mean "{offered}"?\n'
    assert facelint("explain", "nothing-like-it").err == 'facelint: no rule "nothing-like-it"\n'


def test_a_bare_name_that_two_rules_have(tmp_path: Path) -> None:
    own = policy(tmp_path, GOOD.replace("masked,", "no-gps,"))
    ended = facelint("explain", "no-gps", "--policy", "essentials", "--policy", own)
    assert (ended.code, ended.err) == (2, 'facelint: several rules are named "no-gps": essentials/no-gps, own/no-gps\n')


def test_lint_of_a_sound_policy(tmp_path: Path) -> None:
    own = policy(tmp_path, GOOD)
    ended = facelint("policy", "lint", own)
    assert (ended.code, ended.out, ended.err) == (0, f"{own}: 1 rule, no mistakes\n", "")


def test_lint_tells_every_mistake_with_its_place(tmp_path: Path) -> None:
    own = policy(tmp_path, "id: a, require: {maskd: true}", GOOD, "id: masked, require: {masked: perhaps}")
    ended = facelint("policy", "lint", own)
    assert (ended.code, ended.out) == (1, "")
    told = ended.err.splitlines()
    assert len(told) == 3
    assert all(line.startswith(f"{own}:") for line in told)
    assert 'unknown fact "maskd"; did you mean "masked"?' in told[0]


def test_lint_goes_on_to_the_next_file(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("rules: 1\n")
    ended = facelint("policy", "lint", tmp_path / "bad.yaml", policy(tmp_path, GOOD), "essentials")
    assert ended.code == 1
    first, second = ended.out.splitlines()
    assert first.endswith(": 1 rule, no mistakes")
    assert second.startswith("essentials: ")


def test_lint_warns_of_rules_without_examples(tmp_path: Path) -> None:
    ended = facelint("policy", "lint", policy(tmp_path, "id: a, require: {masked: true}"))
    assert ended.code == 0
    assert [line.partition("own/a: ")[2] for line in ended.err.splitlines()] == [
        "no example of pass (warning)",
        "no example of fail (warning)",
    ]


def test_policy_test_of_sound_examples(tmp_path: Path) -> None:
    own = policy(tmp_path, GOOD, "id: b, require: {license: present}")
    ended = facelint("policy", "test", own)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == f"{own}: 2 of 2 examples of 2 rules answered as they say; 1 rule without any\n"


def test_policy_test_tells_a_wrong_example_with_its_place(tmp_path: Path) -> None:
    own = policy(
        tmp_path,
        GOOD,
        "id: b, require: {license: MIT}, examples: [{pass: {license: MIT}}, {unsure: {license: GPL-2.0}}]",
    )
    ended = facelint("policy", "test", own)
    assert ended.code == 1
    column = own.read_text().splitlines()[5].index("unsure") + 1
    place, _, said = ended.err.strip().partition(": own/b: ")
    assert place.startswith(f"{own}:6:")
    assert abs(int(place.rpartition(":")[2]) - column) <= len("unsure: ")
    assert said == "the example says unsure, the rule answers fail"
    assert "3 of 4 examples" in ended.out


def test_policy_test_of_the_shipped_packs() -> None:
    ended = facelint("policy", "test", "essentials")
    assert (ended.code, ended.err) == (0, "")
    assert "rules have none" not in ended.out


@pytest.mark.parametrize("command", ["lint", "test"])
def test_a_file_that_is_not_there(tmp_path: Path, command: str) -> None:
    ended = facelint("policy", command, tmp_path / "no.yaml")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == f"{tmp_path / 'no.yaml'}:1:1: cannot be read: No such file or directory\n"
    assert facelint("policy", command, "essentail").code == 2
