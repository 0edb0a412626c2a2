"""Which column of a file is which fact."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from facelint.errors import DatasetError, nearest
from facelint.facts import Realm, Vocabulary
from facelint.yaml_tree import quoted

CONSENT = "consent."


@dataclass(frozen=True)
class Names:
    """By what names a file may carry the facts."""

    mapping: Mapping[str, str] = field(default_factory=dict)
    """From `columns:` of `facelint.yaml`: fact to column; it beats the names below."""
    known: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Fact to the names it goes by, in order of preference. A name that is not here goes by itself."""

    def of(self, wanted: str) -> tuple[str, ...]:
        if wanted in self.mapping:
            return (self.mapping[wanted],)
        return self.known.get(wanted) or _bare(wanted)


def record_names(vocabulary: Vocabulary) -> dict[str, tuple[str, ...]]:
    """The names of a manifest's columns, by fact."""
    return {
        fact.name: (fact.name, *fact.aliases)
        for fact in vocabulary.values()
        if fact.realm is Realm.RECORD and "." not in fact.name
    }


def consent_names(vocabulary: Vocabulary) -> dict[str, tuple[str, ...]]:
    """The names of a registry's columns, by fact: `status` or `consent.status`, or what a standard calls it."""
    names = {}
    for fact in vocabulary.values():
        if fact.realm is Realm.CONSENT:
            bare = _bare(fact.name)
            # A bare `id` is the weakest name that a registry's own id can have.
            names[fact.name] = (*fact.aliases, *bare) if bare[0] == "id" else (*bare, *fact.aliases)
    return names


def _bare(wanted: str) -> tuple[str, ...]:
    return (wanted.removeprefix(CONSENT), wanted) if wanted.startswith(CONSENT) else (wanted,)


def fold(name: str) -> bytes:
    """What two names share that differ in the case of ASCII letters only."""
    return name.encode("utf-8", "surrogatepass").lower()


def assign(
    header: Sequence[str], wanted: Collection[str], names: Names, file: str, *, numbered: bool
) -> dict[str, int]:
    """The index in `header` of each wanted name that the file has.

    An exact name goes before one in another case, and of several names the first that the file has is taken. Raises
    DatasetError where a mapped column is not there or it is not clear which column is meant; it names the columns of
    a `numbered` header by position, since a file without a header has a record in its place.
    """
    folded: dict[bytes, list[int]] = {}
    for at, name in enumerate(header):
        if name:
            folded.setdefault(fold(name), []).append(at)
    _refuse_duplicates(header, folded, file)
    chosen: dict[str, int] = {}
    for want in sorted({*wanted, *names.mapping}):
        index = _find(header, folded, names.of(want))
        if index is None and want in names.mapping:
            column = names.mapping[want]
            raise DatasetError(f"{file}: no column {quoted(column)} (for {want}, by columns:){nearest(column, header)}")
        if index is None or want not in wanted:
            continue
        rivals = folded[fold(header[index])]
        if len(rivals) > 1:
            which = _positions(rivals) if numbered else ", ".join(quoted(header[i]) for i in rivals)
            raise DatasetError(f"{file}: columns {which} differ only in case, and {want} is wanted: rename one")
        chosen[want] = index
    return chosen


def unclaimed(header: Sequence[str], names: Names, file: str) -> tuple[str, ...]:
    """The named columns that are none of the facts that `names` knows."""
    claimed = set(assign(header, {*names.known, *names.mapping}, names, file, numbered=True).values())
    return tuple(name for index, name in enumerate(header) if name and index not in claimed)


def _find(header: Sequence[str], folded: Mapping[bytes, list[int]], names: tuple[str, ...]) -> int | None:
    for name in names:
        for index in folded.get(fold(name), ()):
            if header[index] == name:
                return index
    return next((folded[fold(name)][0] for name in names if fold(name) in folded), None)


def _refuse_duplicates(header: Sequence[str], folded: Mapping[bytes, list[int]], file: str) -> None:
    for indices in folded.values():
        first: dict[str, int] = {}
        for index in indices:
            if first.setdefault(header[index], index) != index:
                raise DatasetError(f"{file}: columns {_positions([first[header[index]], index])} have the same name")


def _positions(indices: Sequence[int]) -> str:
    numbers = [str(index + 1) for index in indices]
    return ", ".join(numbers[:-1]) + f" and {numbers[-1]}"
