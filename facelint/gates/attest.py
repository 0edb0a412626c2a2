"""A dataset checked and hashed as one, so that the statement is about the very bytes that were judged."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from facelint import run
from facelint.gates import digest_cache
from facelint.gates.contents import CONFIGURATION, Contents, Entry, contents
from facelint.gates.hashing import changed, digests
from facelint.gates.statement import Statement, of_report
from facelint.gates.tree import Leaf
from facelint.policy import Policy
from facelint.records import Dataset


@dataclass(frozen=True)
class Attested:
    statement: Statement
    leaves: tuple[Leaf, ...]
    """In order of name."""
    notes: tuple[str, ...]
    """What went otherwise than asked for, and changes nothing about the statement."""


def attest(
    dataset: Dataset, policy: Policy, options: run.Options, created: datetime, lasts: timedelta, *,
    cached: bool = True, look: Callable[[Contents], None] = run.ignore,
) -> Attested:  # fmt: skip
    """Checks a dataset and hashes what belongs to it.

    Files are listed before and after, so that none changed in between; `look` is shown them before anything else is
    done, and may raise. Raises UserError where the dataset cannot be checked or hashed as a whole, or changed.
    """
    listed_ns = time.time_ns()
    listed = contents(dataset)
    look(listed)
    report = run.check(dataset, policy, options)
    leaves, notes = _hashed(listed.entries, _cache_of(dataset) if cached else None, listed_ns)
    unchanged(dataset, listed, leaves)
    name = dataset.card.get("card.name", "").strip()
    statement = of_report(report, name, leaves, _overridden(policy, dataset), created, lasts)
    return Attested(statement, leaves, notes)


def unchanged(dataset: Dataset, before: Contents, leaves: Sequence[Leaf]) -> None:
    """Raises DatasetError where a file came, went or changed since the listing, or `facelint.yaml` since it was read
    to know what there is to list."""
    different = set(before.entries) ^ set(contents(dataset).entries)
    if different:
        raise changed(min(different).name)
    for leaf in leaves:
        if leaf.name.startswith(CONFIGURATION) and f"sha256:{leaf.digest.hex()}" != dataset.config.digest:
            raise changed(leaf.name)


def leaves_of(entries: Sequence[Entry], found: Sequence[bytes]) -> tuple[Leaf, ...]:
    return tuple(Leaf(one.name, one.stamp.size, digest) for one, digest in zip(entries, found, strict=True))


def _cache_of(dataset: Dataset) -> Path:
    return digest_cache.file_for(Path(os.path.realpath(dataset.root)))


def _hashed(entries: Sequence[Entry], cache: Path | None, listed_ns: int) -> tuple[tuple[Leaf, ...], tuple[str, ...]]:
    """The leaves; files that the cache knows are not read."""
    known, trouble = digest_cache.load(cache) if cache else ({}, "")
    keys = [digest_cache.key(entry) for entry in entries]
    new = {key: entry for key, entry in zip(keys, entries, strict=True) if key not in known}
    fresh = dict(zip(new, digests(list(new.values())), strict=True))
    found = [known.get(key) or fresh[key] for key in keys]
    if cache and not trouble:
        trouble = digest_cache.save(cache, zip(entries, found, strict=True), listed_ns)
    notes = (f"the cache {cache} is not used: {trouble}; delete it, or say --no-cache",) if trouble else ()
    return leaves_of(entries, found), notes


def _overridden(policy: Policy, dataset: Dataset) -> list[str]:
    """The rules of which the dataset's own configuration says something else than their pack."""
    own = dataset.config.name
    rules = (*policy.rules, *policy.off)
    return [rule.id for rule in rules if own and any(at.file == own for at in rule.origins.values())]
