"""Whether an attestation holds for a dataset, here and now."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePath

from facelint import probes
from facelint.errors import DatasetError, UserError
from facelint.formats.escape import line
from facelint.gates import tree
from facelint.gates.attest import leaves_of, unchanged
from facelint.gates.contents import Contents, Entry, contents, shown
from facelint.gates.envelope import opened
from facelint.gates.hashing import digests
from facelint.gates.keys import Verifier
from facelint.gates.leaves import read as read_leaves
from facelint.gates.refused import Refused
from facelint.gates.statement import Statement, moment, read
from facelint.gates.tree import Leaf
from facelint.policy import Policy
from facelint.probes.dataset import IMAGES
from facelint.records import Dataset, open_dataset
from facelint.records.files import nature
from facelint.report import Verdict
from facelint.values import quantity

SKEW = timedelta(minutes=5)
"""How far apart two sound clocks may be."""
_SHOWN = 5


@dataclass(frozen=True)
class Terms:
    """What is asked of an attestation beside that it holds."""

    now: datetime
    policy: Policy | None = None
    """It must be of these policies, with these params, unaltered by the dataset's own configuration."""
    max_age: timedelta | None = None


@dataclass(frozen=True)
class Verified:
    statement: Statement
    keyid: str
    files: int
    hashed: int
    """How many of the files were read; the others have the name and the size that is attested."""

    @property
    def whole(self) -> bool:
        return self.hashed == self.files


def verify(
    envelope: bytes, keys: Sequence[Verifier], path: Path, terms: Terms, listing: Iterable[bytes] | None = None,
    sample: int | None = None,
) -> Verified:  # fmt: skip
    """Whether the dataset at `path` is the one that an envelope attests, and the verdict may be relied on.

    Every file is hashed, unless `sample` says how many pictures, drawn at random; names and sizes of all are compared
    even so with `listing`, the lines of the list of files, which otherwise only tells what differs. No cache is used:
    it says what files were, by stamps that whoever may write the dataset may have a say in, and it is their word that
    is put to the test here.

    Raises Refused with the reasons, UserError where there is no dataset, or a sample is asked for without a listing.
    """
    if sample is not None and listing is None:
        raise UserError("a sample is compared with the list of attested files, which is wanted too")
    payload, keyid = opened(envelope, keys)
    statement = read(payload)
    reasons = [*_of_time(statement, terms), *_of_verdict(statement), *_of_policy(statement, terms.policy)]
    if reasons:
        raise Refused(*reasons)
    known = None if listing is None else _known(listing, statement)
    dataset, found = _found(path)
    differing = [] if known is None else _unlike(known, found.entries)
    if not differing:
        hashed = _hashed(dataset, found, _drawn(found.entries, sample))
        if known is not None:
            differing = _some("changed", [leaf.name for leaf in hashed if known[leaf.name] != leaf])
        elif tree.root(hashed) != statement.root:
            differing = [_other(statement, hashed)]
    if differing:
        raise Refused(*(f"the dataset is not the one attested: {one}" for one in differing))
    return Verified(statement, keyid, len(found.entries), len(hashed))


def _of_time(statement: Statement, terms: Terms) -> Iterator[str]:
    latest = terms.now + SKEW
    if statement.created > latest:
        yield f"it was made at {moment(statement.created)}, which is to come: the clock here says {moment(terms.now)}"
    elif statement.as_of > latest.date():
        yield f"it judges as of {statement.as_of}, which is to come"
    if statement.expires <= terms.now:
        yield f"it expired at {moment(statement.expires)}"
    if terms.max_age is not None and terms.now - statement.holds_from > terms.max_age:
        yield f"it is of {statement.holds_from.date()}, more than {quantity(terms.max_age.days, 'day')} ago"


def _of_verdict(statement: Statement) -> Iterator[str]:
    if statement.verdict != Verdict.PASS.value:
        why = f": {line('; '.join(statement.why))}" if statement.why else ""
        yield f"its verdict is {line(statement.verdict, 20)}{why}"


def _of_policy(statement: Statement, policy: Policy | None) -> Iterator[str]:
    """A verdict under other rules is no answer to whoever asks for these."""
    if policy is None:
        return
    wanted = {pack.id: pack.digest for pack in policy.packs}
    had = {one.id: one.digest for one in statement.policies}
    if had.keys() != wanted.keys():
        yield f"it is of {_names(had)}, not of {_names(wanted)}"
        return
    for name in sorted(wanted):
        if had[name] != wanted[name]:
            version = next(one.version for one in statement.policies if one.id == name)
            yield f"its policy {name} (version {line(version, 40)}) is not the one here: its digest is another"
    different = {name for name, _ in statement.params.items() ^ dict(policy.params).items()}
    if different:
        yield f"params differ: {_names(different)}"
    if set(statement.disabled) != set(policy.disabled):
        yield f"rules are off or on otherwise: {_names(set(statement.disabled) ^ set(policy.disabled))}"
    if statement.overridden:
        yield f"the dataset's facelint.yaml changed rules: {_names(statement.overridden)}"


def _names(names: Collection[str]) -> str:
    ordered = sorted(names)
    more = f" and {len(ordered) - _SHOWN} more" if len(ordered) > _SHOWN else ""
    return line(", ".join(ordered[:_SHOWN]) or "no policy", 300) + more


def _known(listing: Iterable[bytes], statement: Statement) -> Mapping[bytes, Leaf]:
    """The attested files by name: the list is what its root digest says, whoever wrote it."""
    leaves = read_leaves(listing, statement.files)
    if tree.root(leaves) != statement.root:
        raise Refused("the list of files is of another attestation, or was altered: its root digest is another")
    return {leaf.name: leaf for leaf in leaves}


def _found(path: Path) -> tuple[Dataset, Contents]:
    """The dataset as it is; one that cannot even be opened is another than the one attested."""
    kind = nature(path)
    if kind not in ("file", "folder"):
        raise DatasetError(f"{path}: {kind}")
    with _refusing():
        dataset = open_dataset(path, probes.vocabulary())
        return dataset, contents(dataset)


def _hashed(dataset: Dataset, listed: Contents, drawn: Sequence[Entry]) -> tuple[Leaf, ...]:
    with _refusing():
        leaves = leaves_of(drawn, digests(drawn))
        unchanged(dataset, listed, leaves)
        return leaves


@contextmanager
def _refusing() -> Iterator[None]:
    """What was attested could be read: what cannot be now is no mistake of whoever asks."""
    try:
        yield
    except UserError as error:
        raise Refused(f"the dataset is not the one attested: {str(error).splitlines()[0]}") from None


def _drawn(entries: Sequence[Entry], sample: int | None) -> list[Entry]:
    """All that is no picture, and as many of the pictures as are wanted, drawn so that nobody can foresee which."""
    if sample is None:
        return list(entries)
    pictures = [entry for entry in entries if PurePath(shown(entry.name)).suffix.lower() in IMAGES]
    chosen = {entry.name for entry in random.SystemRandom().sample(pictures, min(sample, len(pictures)))}
    left = {entry.name for entry in pictures} - chosen
    return [entry for entry in entries if entry.name not in left]


def _unlike(known: Mapping[bytes, Leaf], entries: Sequence[Entry]) -> list[str]:
    """What differs in names and sizes."""
    there = {entry.name: entry.stamp.size for entry in entries}
    return [
        *_some("added", there.keys() - known.keys()),
        *_some("missing", known.keys() - there.keys()),
        *_some("changed", {name for name, leaf in known.items() if there.get(name, leaf.size) != leaf.size}),
    ]


def _other(statement: Statement, leaves: Sequence[Leaf]) -> str:
    """That the root digest is another, with what can be told without a list of files."""
    size = sum(leaf.size for leaf in leaves)
    if (len(leaves), size) == (statement.files, statement.bytes):
        return "as many files and bytes, but some of them differ (a list by --leaves would tell which)"
    return (
        f"{quantity(len(leaves), 'file')} of {quantity(size, 'byte')}, "
        f"where {quantity(statement.files, 'file')} of {quantity(statement.bytes, 'byte')} were attested"
    )


def _some(what: str, names: Collection[bytes]) -> list[str]:
    ordered = sorted(names)
    more = f" and {len(ordered) - _SHOWN:,} more" if len(ordered) > _SHOWN else ""
    return [f"{what}: {', '.join(line(shown(name), 80) for name in ordered[:_SHOWN])}{more}"] if ordered else []
