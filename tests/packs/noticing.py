"""Which tests notice that a rule was changed: its own examples, the datasets, the table of the law."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from facelint import policy_file, probes
from facelint.errors import PolicyError
from facelint.examples import answered
from facelint.policy import Rule

from . import changes, law
from .mutants import Mutant, mutants, without
from .shelf import PACKS, RULES, Said, pack
from .world import compliant


@dataclass(frozen=True)
class Noticed:
    """Which tests a mutant fails."""

    mutant: Mutant
    by: tuple[str, ...]


@cache
def noticed(name: str) -> tuple[Noticed, ...]:
    """Of every mutant of a pack's rules."""
    every = [mutant for rule in pack(name).rules for mutant in mutants(rule)]
    loaded = _loaded(name, [mutant.said for mutant in every])
    return tuple(_noticed(mutant, rule) for mutant, rule in zip(every, loaded, strict=True))


def _noticed(mutant: Mutant, rule: Rule | None) -> Noticed:
    if mutant.said is None:
        return Noticed(mutant, ("table",) if mutant.rule in law.severities() else ())
    return Noticed(mutant, tuple(name for name, notices in TESTS.items() if notices(mutant, mutant.said, rule)))


def _by_loader(mutant: Mutant, said: Said, rule: Rule | None) -> bool:
    return rule is None


def _by_examples(mutant: Mutant, said: Said, rule: Rule | None) -> bool:
    """Some example of the rule is answered otherwise than it says."""
    if rule is None:
        return False
    examples = shipped()[mutant.rule].examples
    return any(answered(rule, example) is not example.answer for example in examples)


def _by_datasets(mutant: Mutant, said: Said, rule: Rule | None) -> bool:
    """The compliant dataset breaks it, or nothing can be made that keeps it, or that breaks it."""
    if rule is None or mutant.kind in ("severity", "day dropped", "day by one", "listed member"):
        return False
    if mutant.kind == "unit" and "measure." in mutant.what:  # thresholds are other ones there
        return False
    if set(changes.answers(mutant.rule, said, compliant())) - {"pass", "skip"}:
        return True
    kept = changes.bases(mutant.rule, said, most=1)
    return not kept or not changes.breaks(mutant.rule, said, kept, most=1)


def _by_table(mutant: Mutant, said: Said, rule: Rule | None) -> bool:
    """The rule, or a list that it names, is not as the law has it."""
    if mutant.left is not None:
        name, left = mutant.left
        return not law.SOUND[name](left)
    return (
        said["severity"] != law.severities().get(mutant.rule)
        or said.get("in_force") != law.IN_FORCE.get(mutant.rule)
        or said.get("error_from") != law.ERROR_FROM.get(mutant.rule)
    )


TESTS: Mapping[str, Callable[[Mutant, Said, Rule | None], bool]] = {
    "loader": _by_loader, "examples": _by_examples, "datasets": _by_datasets, "table": _by_table,
}  # fmt: skip


@cache
def shipped() -> Mapping[str, Rule]:
    policy = policy_file.load(PACKS, probes.vocabulary())
    return {rule.id: rule for rule in (*policy.rules, *policy.off)}


def _loaded(name: str, said: Sequence[Said | None]) -> list[Rule | None]:
    """Rules of a pack in their loaded form; None for one that the loader refuses."""
    left = {f"m{i}": one for i, one in enumerate(said) if one is not None}
    head = {key: pack(name).said[key] for key in ("params", "measures") if key in pack(name).said}
    head["lists"] = {key: str(Path("lists", Path(path).name)) for key, path in pack(name).said.get("lists", {}).items()}
    with TemporaryDirectory() as folder:
        Path(folder, "lists").symlink_to(RULES / "lists")
        while True:
            rules = [{**without(one, "examples"), "id": name} for name, one in left.items()]
            policy = {"policy": "mutants", "title": "Mutants", "version": "1", **head, "rules": rules}
            Path(folder, "mutants.yaml").write_text(yaml.safe_dump(policy, allow_unicode=True), encoding="utf-8")
            try:
                loaded = policy_file.load(["mutants.yaml"], probes.vocabulary(), base=Path(folder))
            except PolicyError as error:
                keys = list(left)
                refused = {keys[int(one.key.split("[")[1].split("]")[0])] for one in error.problems}
                left = {key: one for key, one in left.items() if key not in refused}
            else:
                found = {rule.id.partition("/")[2]: rule for rule in (*loaded.rules, *loaded.off)}
                return [found.get(f"m{i}") for i in range(len(said))]
