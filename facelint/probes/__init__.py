"""The probes: one module each, found here and by the entry point `facelint.probes`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules

from facelint.errors import UserError
from facelint.facts import Fact, Realm, Vocabulary
from facelint.files import Root
from facelint.plan import Probe
from facelint.records import RegistryTable
from facelint.values import INTEGER


@dataclass
class Context:
    """What a run knows that probes look with, and what it counts while they do."""

    as_of: date
    horizon: date
    images: Root
    card: Mapping[str, str] = field(default_factory=dict)
    registry: RegistryTable | None = None
    consents: object = None
    """What the consent probe keeps of the registry from one batch to the next."""
    sidecars: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """By folder of pictures, what the image probe keeps of the XMP files in it."""
    files_opened: int = 0
    pictures_decoded: int = 0


RECORDS = Fact(
    "dataset.records", INTEGER, "How many records the manifests hold", Realm.DATASET, always=True
)  # counted by the run itself


@cache
def own_probes() -> tuple[Probe, ...]:
    """Every probe but the manifest's, by name. Raises UserError where an installed one does not load."""
    found = {name: import_module(f"{__name__}.{name}").PROBE for _, name, _ in iter_modules(__path__)}
    for entry in entry_points(group="facelint.probes"):
        try:
            probe = entry.load()
        except Exception as error:  # other people's code: any failure of theirs is told as the user's to mend
            raise UserError(f"the probe {entry.name} of {entry.value} does not load ({type(error).__name__})") from None
        if not isinstance(probe, Probe):
            raise UserError(f"the probe {entry.name} of {entry.value} is not a facelint.plan.Probe")
        found[entry.name] = probe
    return tuple(found[name] for name in sorted(found))


@cache
def vocabulary() -> Vocabulary:
    """Every fact that some probe can tell."""
    return Vocabulary.of([RECORDS, *(fact for probe in own_probes() for fact in probe.facts)])


def with_columns(columns: Mapping[str, Fact]) -> tuple[Probe, ...]:
    """The probes, with the manifest's also telling the columns that a policy declares."""
    return tuple(
        replace(probe, facts=(*probe.facts, *columns.values())) if probe.name == "manifest" else probe
        for probe in own_probes()
    )
