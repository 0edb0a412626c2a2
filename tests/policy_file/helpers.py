"""What the tests of the policy files share: a vocabulary, and a policy of one rule written in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from facelint.conditions import Condition
from facelint.errors import PolicyError
from facelint.facts import CARD_FACTS, CONSENT_FACTS, RECORD_FACTS, Fact, Realm, Vocabulary
from facelint.policy import Policy, Require, Rule
from facelint.policy_file import Settings, load
from facelint.values import BOOLEAN, DATE, INTEGER, LIST, TEXT

VOCABULARY = Vocabulary.of(
    [
        *RECORD_FACTS,
        *CONSENT_FACTS,
        *CARD_FACTS,
        Fact("consent.found", BOOLEAN, "found out", Realm.CONSENT, always=True),
        Fact("file.exists", BOOLEAN, "found out", always=True),
        Fact("file.sha256", TEXT, "found out"),
        Fact("image.gps_in", LIST, "found out"),
        Fact("dataset.records", INTEGER, "found out", Realm.DATASET, always=True),
        Fact("run.as_of", DATE, "the day of the run", Realm.CONSTANT, always=True),
        Fact("run.horizon", DATE, "a later day", Realm.CONSTANT, always=True),
    ]
)

NONE = Settings()
HEAD = 'policy: face\ntitle: Face\nversion: "1"\n'
RULE = "rules:\n  - id: one\n    title: One\n    severity: error\n"


def policy(require: str, head: str = "", rest: str = "") -> str:
    """A policy of one rule; without `head` its `require` stands on line 8 and its value in column 14."""
    return HEAD + head + RULE + f"    require: {require}\n" + rest


def load_text(text: str, settings: Settings = NONE, strict: bool = False) -> Policy:
    """Loads a policy as `face.yaml` of the current folder."""
    Path("face.yaml").write_text(text, encoding="utf-8")
    return load(["face.yaml"], VOCABULARY, settings, strict=strict)


def problems(text: str, settings: Settings = NONE, strict: bool = False) -> list[str]:
    """The problems of a policy, as lines without the file's name."""
    with pytest.raises(PolicyError) as raised:
        load_text(text, settings, strict)
    return [str(problem).removeprefix("face.yaml:") for problem in raised.value.problems]


def write(**files: str) -> None:
    """Policies into the current folder: `a=TEXT` is `a.yaml`."""
    for name, text in files.items():
        Path(f"{name}.yaml").write_text(text, encoding="utf-8")


def rule(policy: Policy, name: str) -> Rule:
    return next(rule for rule in policy.rules if rule.id == name)


def required(policy: Policy) -> Condition:
    """The condition of the policy's only rule."""
    (only,) = policy.rules
    assert isinstance(only.form, Require)
    return only.form.condition
