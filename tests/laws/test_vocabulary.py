"""Law 4: what the shipped packs say of themselves is so, and every fact has a name, a place and a meaning."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from facelint import policy_file, probes
from facelint.examples import wrong_examples
from facelint.facts import Cost, Realm
from facelint.plan import rule_facts
from facelint.policy import Answer, Policy, Scope
from facelint.policy_file import Settings

PACKS = policy_file.shipped()


def load(pack: str) -> Policy:
    return policy_file.load([pack], probes.vocabulary(), Settings(), strict=True)


def test_there_are_packs() -> None:
    assert "essentials" in PACKS


@pytest.mark.parametrize("pack", PACKS)
def test_every_example_is_answered_as_it_says(pack: str) -> None:
    assert [f"{w.rule.id} at line {w.example.place.line}: {w.answer.word}" for w in wrong_examples(load(pack))] == []


@pytest.mark.parametrize("pack", PACKS)
def test_every_rule_has_examples_that_pass_and_fail(pack: str) -> None:
    for rule in load(pack).rules:
        assert {Answer.PASS, Answer.FAIL} <= {example.answer for example in rule.examples}, rule.id


@pytest.mark.parametrize("pack", PACKS)
def test_every_fact_of_a_pack_is_in_the_vocabulary_and_can_be_found_out(pack: str) -> None:
    policy = load(pack)
    vocabulary = probes.vocabulary()
    told = {fact.name for probe in probes.with_columns(policy.columns) for fact in probe.facts}
    told_of_consents = {f.name for probe in probes.own_probes() if probe.look_at_consents for f in probe.facts}
    for rule in policy.rules:
        for fact in rule_facts(rule):
            if fact.name.startswith("measure."):
                assert fact.name in rule.measures, rule.id
                continue
            assert vocabulary.get(fact.name) == fact, rule.id
            assert fact.name in (told_of_consents if rule.scope is Scope.CONSENT else told | {probes.RECORDS.name})


def test_no_two_probes_tell_the_same_fact() -> None:
    names = Counter(fact.name for probe in probes.own_probes() for fact in probe.facts)
    assert [name for name, n in names.items() if n > 1] == []
    assert len(Counter(probe.name for probe in probes.own_probes())) == len(probes.own_probes())


def test_every_fact_is_documented_and_rightly_named() -> None:
    for name, fact in probes.vocabulary().items():
        assert name == fact.name
        assert fact.doc.strip(), name
        assert re.fullmatch(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*", name), name
        assert str(fact.type), name
        if name.startswith(("card.", "run.")):
            assert fact.realm is Realm.CONSTANT, name
        if name.startswith("consent."):
            assert fact.realm not in (Realm.RECORD, Realm.DATASET, Realm.CONSTANT), name
        if fact.cost > Cost.NONE:
            assert fact.realm is not Realm.CONSTANT, name


def test_every_probe_is_documented_and_needs_what_others_tell() -> None:
    vocabulary = probes.vocabulary()
    for probe in probes.own_probes():
        assert probe.doc.strip(), probe.name
        own = {fact.name for fact in probe.facts}
        for fact, needed in probe.needs.items():
            assert fact == "" or fact in own, f"{probe.name} speaks of {fact}"
            assert set(needed) <= vocabulary.keys(), f"{probe.name} needs what nobody tells"


def test_no_alias_is_a_fact_or_stands_for_two() -> None:
    """Of the manifest's columns; `consent.*` have aliases of their own, in the registry."""
    columns = [fact for fact in probes.vocabulary().values() if fact.realm is Realm.RECORD and "." not in fact.name]
    names = Counter(name for fact in columns for name in (fact.name, *fact.aliases))
    assert [name for name, n in names.items() if n > 1] == []
