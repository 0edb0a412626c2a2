"""Policies from YAML: the packs that are named, what they extend and what the user lays over them, as one Policy."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from facelint.errors import PolicyError, Problem, UserError
from facelint.facts import Fact, Vocabulary
from facelint.policy import Answer, Policy
from facelint.policy_file import settle
from facelint.policy_file.compose import Composition
from facelint.policy_file.documents import Shelf
from facelint.policy_file.names import Param
from facelint.policy_file.packs import primary, shipped, shipped_file
from facelint.policy_file.reading import Problems
from facelint.yaml_tree import Node

__all__ = ["Settings", "load", "primary", "shipped", "shipped_file", "warnings"]


@dataclass(frozen=True)
class Settings:
    """What a user lays over the packs: facelint.yaml's keys as nodes, and `--set` by NAME or PACK.NAME."""

    params: Node | None = None
    override: Node | None = None
    disable: Node | None = None
    set: Mapping[str, str] = field(default_factory=dict)


def load(
    names: Sequence[str],
    vocabulary: Vocabulary,
    settings: Settings = Settings(),
    base: Path | None = None,
    strict: bool = False,
) -> Policy:
    """The policy that shipped packs (by id) and policy files (by path from `base`) make together.

    `strict` asks of every rule what a shipped one must have. Raises PolicyError with every problem of every file, and
    UserError for an unknown pack or an impossible `--set`.
    """
    with _without_collection():
        return _load(names, vocabulary, settings, base or Path(), strict)


def _load(names: Sequence[str], vocabulary: Vocabulary, settings: Settings, base: Path, strict: bool) -> Policy:
    problems = Problems()
    shelf = Shelf(vocabulary, problems, strict)
    for name in names:
        shelf.root(name, base)
    settle.extend_params(shelf.order, problems)
    by_name = settle.held(shelf.order)
    if settings.params is not None:
        settle.lay_settings(settings.params, by_name, problems)
    wrong = settle.lay_set(settings.set, by_name)
    composition = Composition(vocabulary, problems, strict)
    for document in shelf.order:
        composition.add(document)
    composition.settle(settings.override, settings.disable)
    settle.check_used(shelf.order, problems)
    if problems.found:
        raise PolicyError(problems.found)
    if wrong:
        raise UserError("; ".join(wrong))
    return _policy(shelf, composition)


def _policy(shelf: Shelf, composition: Composition) -> Policy:
    composed = composition.rules.values()
    return Policy(
        packs=tuple(document.pack for document in shelf.order),
        rules=tuple(one.rule for one in composed if one.rule is not None and one.on),
        columns={name: fact for name, (fact, _) in shelf.columns.items() if isinstance(fact, Fact)},
        params={
            f"{document.pack.id}.{name}": param.plain
            for document in shelf.order
            for name, param in document.own.params.items()
            if isinstance(param, Param)
        },
        off=tuple(one.rule for one in composed if one.rule is not None and not one.on),
    )


def warnings(policy: Policy) -> tuple[Problem, ...]:
    """What is allowed and yet not well: rules of users' own packs without an example that passes or one that fails."""
    own = {pack.id for pack in policy.packs if not pack.shipped}
    return tuple(
        Problem(rule.place.file, rule.place.line, rule.place.column, rule.id, f"no example of {answer.word}")
        for rule in (*policy.rules, *policy.off)
        for answer in (Answer.PASS, Answer.FAIL)
        if rule.pack in own and all(example.answer is not answer for example in rule.examples)
    )


@contextmanager
def _without_collection() -> Iterator[None]:
    """Trees of 10,000 rules are half a million objects, none of them garbage: looking for it doubles the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
