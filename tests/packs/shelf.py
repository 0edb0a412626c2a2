"""The shipped packs as the structures that their YAML holds, and what the model of the language needs to judge them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml
from language.model import Language, Structure
from running import ROOT

from facelint.probes import vocabulary

RULES = ROOT / "rules"
PACKS = (
    "essentials", "cn-pipl", "cn-portrait-trade", "cn-deployment-2025", "eu-gdpr-face", "eu-ai-act", "us-biometric",
    "consent-record", "file-privacy", "opt-out-and-provenance", "license-and-lineage",
)  # fmt: skip

Said = Mapping[str, Structure]


@cache
def read(path: Path) -> Any:
    """A YAML file with every scalar as text."""
    return yaml.load(path.read_text("utf-8"), yaml.BaseLoader)  # noqa: S506 (it makes texts only)


@dataclass(frozen=True)
class Pack:
    """One shipped pack."""

    id: str

    @cached_property
    def said(self) -> Any:
        return read(RULES / f"{self.id}.yaml")

    @cached_property
    def rules(self) -> dict[str, Said]:
        """By whole name."""
        return {f"{self.id}/{rule['id']}": rule for rule in self.said.get("rules", [])}

    @cached_property
    def measures(self) -> dict[str, dict[str, Structure]]:
        return {f"measure.{name}": said for name, said in self.said.get("measures", {}).items()}

    def language(self, params: Mapping[str, str]) -> Language:
        """What the pack's conditions can name, with some params set otherwise."""
        own = self.said.get("params", {})
        lists = {name: listed(RULES / path) for name, path in self.said.get("lists", {}).items()}
        types = {**TYPES, **{name: _type_of(said) for name, said in self.measures.items()}}
        return Language(types, CLAIMED, {**own, **{n: said for n, said in params.items() if n in own}}, lists)


def listed(path: Path) -> list[str]:
    """The names and aliases of a list file."""
    entries = read(path)
    return [
        text
        for entry in entries
        for text in ([entry] if isinstance(entry, str) else [entry["name"], *entry.get("aliases", [])])
    ]


TYPES = {name: fact.type.kind.value for name, fact in vocabulary().items()}
MEMBERS = {name: fact.type.members for name, fact in vocabulary().items() if fact.type.members}
CLAIMED = frozenset(name for name, fact in vocabulary().items() if fact.claimed)
ALWAYS = frozenset(name for name, fact in vocabulary().items() if fact.always)


def _type_of(measure: Mapping[str, Structure]) -> str:
    statistic, of = next((name, said) for name, said in measure.items() if name != "where")
    if statistic in ("sum", "min", "max"):
        return TYPES[str(of)]
    return "number" if statistic == "share" else "integer"


@cache
def pack(name: str) -> Pack:
    return Pack(name)


@cache
def every_rule() -> dict[str, Said]:
    """The rules of every pack, by whole name."""
    return {name: rule for one in PACKS for name, rule in pack(one).rules.items()}


FORMS = ("require", "unique", "agree")
CONDITIONS = ("when", "require", "among")


def conditions(rule: Said) -> Iterator[Structure]:
    yield from (rule[key] for key in CONDITIONS if key in rule)


def facts_of(rule: Said) -> tuple[str, ...]:
    """The facts that a rule names, each once, sorted."""
    found = {name for condition in conditions(rule) for name in named(condition)}
    for form in ("unique", "agree"):
        found |= set(_texts(rule.get(form, [])))
    return tuple(sorted(found))


def named(said: Structure) -> Iterator[str]:
    """The facts that a condition names, operands included, with repetitions."""
    if isinstance(said, list):
        for part in said:
            yield from named(part)
    if isinstance(said, dict):
        for key, value in said.items():
            if key == "fact":
                yield str(value)
            elif key in TYPES or key.startswith("measure."):
                yield key
            yield from named(value)


def texts(said: Structure, language: Language) -> list[str]:
    """The literals of an operand, with params and lists put in their place."""
    if isinstance(said, str):
        return [said]
    if isinstance(said, list):
        return [text for part in said for text in texts(part, language)]
    if "list" in said:
        return language.lists[str(said["list"])]
    value = language.params[str(said["param"])]
    return value if isinstance(value, list) else [value]


def _texts(said: Structure) -> Iterable[str]:
    if isinstance(said, str):
        return [said]
    return [text for part in (said.values() if isinstance(said, dict) else said) for text in _texts(part)]
