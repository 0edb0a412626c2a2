"""The rules that a picture's file answers alone: without manifest, consents, card or the other files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from facelint.facts import Cost, Fact, Realm
from facelint.plan import Probe, rule_facts
from facelint.policy import Policy, Require, Rule, Scope

_GIVEN = frozenset({"path", "run.as_of", "run.horizon"})


def of_files(policy: Policy, probes: Iterable[Probe]) -> Policy:
    """The policy with these rules only."""
    finders = {fact.name: probe for probe in probes for fact in probe.facts}
    return replace(policy, rules=tuple(rule for rule in policy.rules if _of_file(rule, finders)))


def _of_file(rule: Rule, finders: dict[str, Probe]) -> bool:
    facts = {fact.name: fact for fact in rule_facts(rule)}
    if rule.scope is not Scope.RECORD or not isinstance(rule.form, Require) or facts.keys() <= _GIVEN:
        return False
    return all(_in_file(fact, finders) for fact in facts.values())


def _in_file(fact: Fact, finders: dict[str, Probe]) -> bool:
    """Whether it is found out from the file, and with nothing known but its path."""
    if fact.name in _GIVEN:
        return True
    probe = finders.get(fact.name)
    if probe is None or probe.all_columns or fact.realm is not Realm.RECORD or fact.cost is Cost.NONE:
        return False
    return probe.needed([fact.name]) <= _GIVEN
