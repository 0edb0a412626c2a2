"""The shipped packs and profiles hold what the law's table says, whole and in both languages."""

from __future__ import annotations

from functools import cache

import pytest

from facelint import policy_file, probes
from facelint.examples import wrong_examples
from facelint.policy import Policy, Rule, Scope, Severity

from . import law
from .shelf import PACKS, RULES, listed, pack

SEVERITIES = law.severities()
EVERY = (*PACKS, *law.PROFILES)


@cache
def loaded(name: str) -> Policy:
    """Strict in everything: a problem of any kind ends it."""
    return policy_file.load([name], probes.vocabulary(), strict=True)


def rules(name: str) -> dict[str, Rule]:
    policy = loaded(name)
    return {rule.id: rule for rule in (*policy.rules, *policy.off)}


def test_there_are_no_other_packs_and_profiles() -> None:
    assert set(policy_file.shipped()) == set(EVERY)
    assert set(PACKS) == law.COUNTS.keys() == law.SEVERITIES.keys()


@pytest.mark.parametrize("name", EVERY)
def test_examples_are_answered_as_they_say(name: str) -> None:
    wrong = [f"{one.rule.id}: {one.example.place.line}" for one in wrong_examples(loaded(name))]
    assert wrong == []


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_holds_the_rules_of_the_law_with_its_severities_and_days(name: str) -> None:
    found = rules(name)
    assert {rule.id: rule.severity.word for rule in found.values()} == {
        rule: severity for rule, severity in SEVERITIES.items() if rule.startswith(f"{name}/")
    }
    assert len(found) == law.COUNTS[name]
    for attribute, days in (("in_force", law.IN_FORCE), ("error_from", law.ERROR_FROM)):
        told = {rule.id: str(day) for rule in found.values() if (day := getattr(rule, attribute))}
        assert told == {rule: day for rule, day in days.items() if rule in found}
    assert {rule.id for rule in loaded(name).off} == law.OFF & found.keys()
    assert [str(one.law_read_on) for one in loaded(name).packs] == [law.LAW_READ_ON]


@pytest.mark.parametrize("name", PACKS)
def test_a_rule_ranges_over_what_the_law_says(name: str) -> None:
    consents = Scope.CONSENT if name == "consent-record" else Scope.RECORD
    for rule in rules(name).values():
        assert rule.scope is (Scope.DATASET if rule.id in law.OF_DATASETS else consents), rule.id


@pytest.mark.parametrize("name", PACKS)
def test_every_rule_is_told_in_both_languages_and_cites_its_ground(name: str) -> None:
    titles = set()
    for rule in rules(name).values():
        for text in (rule.title, rule.remedy):
            assert text.en.isascii() or not _chinese(text.en), rule.id
            assert _chinese(text.zh), rule.id
        titles.add((rule.title.en, rule.title.zh))
        assert rule.cite, rule.id
        assert all(one.checked in ("primary", "secondary", "memory") and one.name for one in rule.cite), rule.id
        assert all(one.article and one.in_force for one in rule.cite if one.kind == "law"), rule.id
    assert len(titles) == law.COUNTS[name]


def _chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


@pytest.mark.parametrize("name", EVERY)
def test_what_rests_on_memory_is_never_an_error(name: str) -> None:
    on_memory = {rule.id for rule in rules(name).values() if all(one.checked == "memory" for one in rule.cite)}
    assert on_memory == law.ON_MEMORY & rules(name).keys()
    assert [rule for rule in on_memory if rules(name)[rule].severity is Severity.ERROR] == []


def test_a_number_that_an_article_names_is_the_packs() -> None:
    params = {name: said for one in PACKS for name, said in loaded(one).params.items() if isinstance(said, str)}
    assert params == law.PARAMS


@pytest.mark.parametrize("name", PACKS)
def test_every_list_is_there_and_sound(name: str) -> None:
    lists = {key: listed(RULES / path) for key, path in pack(name).said.get("lists", {}).items()}
    lists |= {key: said for key, said in pack(name).said.get("params", {}).items() if isinstance(said, list)}
    for key, members in lists.items():
        assert len(set(members)) == len(members), key
        assert law.SOUND[f"{name}/{key}"](members), key


def test_every_list_file_is_read_by_a_pack_or_a_probe() -> None:
    named = {RULES / path for one in PACKS for path in pack(one).said.get("lists", {}).values()}
    by_probes = {RULES / "lists" / name for name in law.READ_BY_CODE}
    assert {*(RULES / "lists").iterdir()} == named | by_probes


# Profiles


@pytest.mark.parametrize("name", law.PROFILES)
def test_a_profile_is_its_packs_without_the_twins(name: str) -> None:
    policy = loaded(name)
    every = {rule for rule in SEVERITIES if rule.partition("/")[0] in law.PROFILES[name]}
    off = {rule for rule in law.OFF if rule in every} if name != "strict" else set()
    assert {rule.id for rule in policy.rules} == every - law.TWINS - off
    assert set(policy.disabled) == law.TWINS | off
    assert pack(name).said.get("rules", []) == []


@pytest.mark.parametrize("name", law.RAISED)
def test_a_profile_raises_what_the_law_says_and_no_other(name: str) -> None:
    told = {rule.id: rule.severity.word for rule in loaded(name).rules}
    assert told == {rule: "error" if rule in law.RAISED[name] else SEVERITIES[rule] for rule in told}


def test_strict_raises_every_warning_whose_ground_was_checked() -> None:
    for rule in loaded("strict").rules:
        shipped = SEVERITIES[rule.id]
        raised = shipped == "warning" and rule.id not in law.ON_MEMORY
        assert rule.severity.word == ("error" if raised else shipped), rule.id
