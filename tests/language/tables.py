"""The same things and policies as facelint holds them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pyarrow as pa
import yaml

from facelint import policy_file, probes
from facelint.columns import Column, from_python
from facelint.facts import Fact
from facelint.policy import Policy
from facelint.truth import Facts
from facelint.values import Value

from .model import State, Structure, Thing
from .strategies import COLUMNS, CONSTANT_TYPES, LISTS, PARAMS


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """A folder with the list files, for as long as the tests run."""
    folder = tempfile.TemporaryDirectory(prefix="facelint-language-")
    for name, texts in LISTS.items():
        Path(folder.name, f"{name}.yaml").write_text(_yaml(list(texts)), encoding="utf-8")
    return folder


def _yaml(structure: Structure) -> str:
    return yaml.safe_dump(structure, allow_unicode=True, sort_keys=False)


def load(rules: Sequence[dict[str, Structure]], measures: Mapping[str, dict[str, Structure]] | None = None) -> Policy:
    """The policy of these rules, through a file and the loader."""
    policy: dict[str, Structure] = {
        "policy": "laws",
        "title": "Laws",
        "version": "1",
        "params": {name: said if isinstance(said, str) else [*said] for name, said in PARAMS.items()},
        "lists": {name: f"{name}.yaml" for name in LISTS},
        "facts": COLUMNS,
        "measures": dict(measures or {}),
        "rules": [
            {"id": f"rule-{number:03}", "title": "A rule", "severity": "error", **rule}
            for number, rule in enumerate(rules)
        ],
    }
    folder = Path(_folder().name)
    (folder / "policy.yaml").write_text(_yaml(policy), encoding="utf-8")
    return policy_file.load(["policy.yaml"], probes.vocabulary(), base=folder)


def fact_named(name: str, policy: Policy) -> Fact:
    return policy.columns.get(name) or probes.vocabulary()[name]


def column(fact: Fact, states: Sequence[State], constant: bool = False) -> Column:
    """A column of these states, or of the first one for all things.

    A record that is taken away again leaves values that no thing has, as cutting a batch does.
    """
    decoy = states[-1] if states else ("blank",)
    rows: list[State] = [decoy, *(states[:1] if constant else states)]
    values: list[Value | None] = [state[1] if len(state) == 2 else None for state in rows]
    bad = pa.array(["bad" if state[0] == "bad" else None for state in rows], pa.string())
    unknown = pa.array(["unknown" if state[0] in ("unknown", "some") else None for state in rows], pa.string())
    made = from_python(fact.type, values, unknown)
    if bad.null_count < len(bad):
        made = replace(made, bad=bad)
    return replace(made.take(pa.array(range(1, len(rows)), pa.int64())), constant=constant)


def facts(policy: Policy, names: Iterable[str], things: Sequence[Thing]) -> Facts:
    """The things as a table with the facts of these names; constants are told once."""
    columns = {
        name: column(fact_named(name, policy), [thing[name] for thing in things], name in CONSTANT_TYPES)
        for name in dict.fromkeys(names)
    }
    return Facts(len(things), columns)


def states_of(column: Column) -> list[State]:
    """What a column says of each thing."""
    told: list[State] = []
    unknown = column.unknown or pa.nulls(len(column), pa.string())
    bad = column.bad or pa.nulls(len(column), pa.string())
    for value, why, wrong in zip(column.plain().to_pylist(), unknown.to_pylist(), bad.to_pylist(), strict=True):
        if why is not None and value is not None:
            told.append(("some", tuple(value)))
        elif why is not None:
            told.append(("unknown",))
        elif wrong is not None:
            told.append(("bad",))
        else:
            told.append(("blank",) if value is None else ("value", tuple(value) if isinstance(value, list) else value))
    return told
