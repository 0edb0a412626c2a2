"""A dataset as what is known of each thing in it, and how its records, consents and card hang together."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Literal, NamedTuple

from language.model import BAD, BLANK, UNKNOWN, State, Structure, Thing, both, compared, plain_read
from running import AS_OF, ROOT

from .shelf import TYPES, read

AS_OF_DAY = date.fromisoformat(AS_OF)
YES: State = ("value", True)
NO: State = ("value", False)

Scope = Literal["record", "consent", "dataset"]
SCOPES: tuple[Scope, ...] = ("record", "consent", "dataset")


class At(NamedTuple):
    """One thing of a dataset: which record, which row of the registry, or the dataset itself."""

    scope: Scope
    row: int = 0


@dataclass(frozen=True)
class World:
    """A dataset: what its manifest, its registry and its card state, and what its files tell."""

    records: tuple[Thing, ...]
    consents: tuple[Thing, ...]
    whole: Thing
    """`card.*`, `run.*`, `dataset.*`"""
    changes: tuple[str, ...] = ()
    """How it differs from the compliant one, in words."""

    @cached_property
    def rows_by_id(self) -> Mapping[State, Sequence[int]]:
        found: dict[State, list[int]] = {}
        for row, consent in enumerate(self.consents):
            if consent["consent.id"] != BLANK:
                found.setdefault(consent["consent.id"], []).append(row)
        return found

    @cached_property
    def things(self) -> Mapping[str, Sequence[Thing]]:
        """What rules of each scope range over; measures are not among it."""
        return {
            "record": [self._record(row) for row in range(len(self.records))],
            "consent": [self._consent(row) for row in range(len(self.consents))],
            "dataset": [self.whole],
        }

    def thing(self, at: At) -> Thing:
        match at.scope:
            case "record":
                return self._record(at.row)
            case "consent":
                return self._consent(at.row)
            case "dataset":
                return self.whole

    def _record(self, row: int) -> Thing:
        record = self.records[row]
        return {**self.whole, **record, **self._priced(record), **self._joined(record)}

    def _consent(self, row: int) -> Thing:
        return {**self.whole, **self.consents[row], **self._used(self.consents[row])}

    def consent_of(self, row: int) -> int | None:
        """The row of the registry that a record's id resolves to."""
        found = self.rows_by_id.get(self.records[row]["consent_id"], ())
        return found[0] if len(found) == 1 else None

    def _priced(self, record: Thing) -> Thing:
        """What the card states of prices stands for what a record does not."""
        cards = {"price": "card.price_per_image", "currency": "card.currency"}
        return {fact: self.whole[card] if record[fact] == BLANK else record[fact] for fact, card in cards.items()}

    def _joined(self, record: Thing) -> Thing:
        rows = self.rows_by_id.get(record["consent_id"], ()) if record["consent_id"] != BLANK else ()
        if len(rows) > 1:
            return {**dict.fromkeys(OF_CONSENTS, UNKNOWN), "consent.found": NO, "consent.active": UNKNOWN}
        if not rows:
            return {**dict.fromkeys(OF_CONSENTS, BLANK), "consent.found": NO, "consent.active": NO}
        consent = self.consents[rows[0]]
        return {**consent, "consent.found": YES, "consent.active": _active(consent, record)}

    def _used(self, consent: Thing) -> Thing:
        """What only all records together tell of a row of the registry."""
        using = [one for one in self.records if one["consent_id"] == consent["consent.id"] != BLANK]
        days = sorted(str(state[1]) for one in using for state in [one["collected_at"]] if state[0] == "value")
        return {
            "consent.found": ("value", len(self.rows_by_id.get(consent["consent.id"], ())) == 1),
            "consent.active": _active(consent, {"subject_id": BLANK}),
            "consent.used_by": ("value", len(using)),
            "consent.first_collected_at": ("value", date.fromisoformat(days[0])) if days else BLANK,
        }

    # Changes

    def with_state(self, at: At, fact: str, state: State) -> World:
        """With one fact stated otherwise: of the thing itself, of its consent, or of the whole."""
        said = f"{fact}: {_shown(state)}"
        if fact in self.whole:
            return replace(self, whole={**self.whole, fact: state}, changes=(*self.changes, said))
        if at.scope == "record" and fact in OF_CONSENTS:
            world = self if self.consent_of(at.row) is not None else self.with_consent(at.row)
            return world.with_state(At("consent", world.consent_of(at.row) or 0), fact, state)
        changes = (*self.changes, f"{at.scope} {at.row} {said}")
        rows = [*(self.records if at.scope == "record" else self.consents)]
        rows[at.row] = {**rows[at.row], fact: state}
        if at.scope == "record":
            return replace(self, records=tuple(rows), changes=changes)
        return replace(self, consents=tuple(rows), changes=changes)

    def with_consent(self, row: int) -> World:
        """With a consent of its own for a record that has none."""
        state: State = ("value", f"c-own-{row}")
        consent = {**self.consents[0], "consent.id": state, "consent.subject_id": self.records[row]["subject_id"]}
        world = replace(self, consents=(*self.consents, consent))
        return world.with_state(At("record", row), "consent_id", state)

    def with_person(self, row: int) -> World:
        """With one more record like that one, of another person with another picture and a consent of their own."""
        number = len(self.records)
        fresh: dict[str, State] = {
            fact: ("value", f"{fact}-{number}") for fact in (*OWN, "file.sha256") if self.records[row][fact] != BLANK
        }
        fresh["record_id"] = ("value", f"r-new-{number}")
        world = replace(
            self, records=(*self.records, {**self.records[row], **fresh}), changes=(*self.changes, f"record {number}")
        )
        own = self.consent_of(row)
        if own is None:
            return world
        consent = {
            **self.consents[own],
            "consent.id": fresh["consent_id"],
            "consent.subject_id": fresh.get("subject_id", BLANK),
        }
        return replace(world, consents=(*world.consents, consent))

    def repeated(self, at: At) -> World:
        """With the same record, or row of the registry, once more."""
        said = (*self.changes, f"{at.scope} {at.row} twice")
        if at.scope == "record":
            return replace(self, records=(*self.records, self.records[at.row]), changes=said)
        return replace(self, consents=(*self.consents, self.consents[at.row]), changes=said)


OWN = ("path", "record_id", "subject_id", "consent_id", "sha256")
"""What no two records share."""
OF_CONSENTS = tuple(
    name
    for name in TYPES
    if name.startswith("consent.")
    and name not in ("consent.found", "consent.active", "consent.used_by", "consent.first_collected_at")
)
"""What a row of the registry states, and what is found of it alone."""

ACTIVE: Structure = {
    "all": [
        {"consent.status": ["given", "renewed"]},
        {"consent.given_at": {"le": {"fact": "run.as_of"}}},
        {"any": [{"consent.valid_until": "absent"}, {"consent.valid_until": {"ge": {"fact": "run.as_of"}}}]},
    ]
}
"""When a consent that is found is active, but for whose it is."""


def _active(consent: Thing, record: Thing) -> State:
    status, given, until = (consent[f"consent.{name}"] for name in ("status", "given_at", "valid_until"))
    ours, theirs = record["subject_id"], consent["consent.subject_id"]
    truths = [
        _told(status, "in", ["given", "renewed"]),
        _told(given, "le", AS_OF_DAY),
        until == BLANK or _told(until, "ge", AS_OF_DAY),
        BLANK in (ours, theirs) or ours == theirs,
    ]
    truth = both(truths)
    return UNKNOWN if truth is None else ("value", truth)


def _told(state: State, op: str, operand: date | list[str]) -> bool | None:
    if state in (BAD, UNKNOWN):
        return None
    return state[0] == "value" and compared(op, state[1], [*operand] if isinstance(operand, list) else operand)


def _shown(state: State) -> str:
    return str(state[1]) if len(state) == 2 else state[0]


# The compliant dataset


@cache
def compliant() -> World:
    """The example that is right in everything, with what its files would tell set as facts."""
    folder = ROOT / "examples" / "studio-portraits"
    config = read(folder / "facelint.yaml")
    whole: dict[str, State] = {name: BAD for name in TYPES if name.startswith("card.")}
    whole |= {f"card.{key}": _cell(said, f"card.{key}") for key, said in _dotted(config["card"]).items()}
    whole |= {"run.as_of": ("value", AS_OF_DAY), "run.horizon": ("value", AS_OF_DAY + timedelta(days=30))}
    whole["dataset.unlisted_files"] = ("value", 0)
    records = tuple({**_found(row), **_stated(row, "")} for row in _rows(folder / config["manifest"]))
    whole["dataset.records"] = ("value", len(records))
    consents = tuple({**_FOUND_OF_CONSENTS, **_stated(row, "consent.")} for row in _rows(folder / config["consents"]))
    return World(records, consents, whole)


def _dotted(card: Mapping[str, Structure]) -> dict[str, Structure]:
    flat: dict[str, Structure] = {}
    for key, said in card.items():
        flat |= {f"{key}.{inner}": of for inner, of in said.items()} if isinstance(said, dict) else {key: said}
    return flat


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def _stated(row: Mapping[str, str], prefix: str) -> dict[str, State]:
    return {
        name: _cell(cell, name)
        for head, cell in row.items()
        for name in [prefix + head.removeprefix("consent_" if head == "consent_id" and prefix else "")]
    }


def _cell(said: Structure, fact: str) -> State:
    return plain_read(";".join(map(str, said)) if isinstance(said, list) else str(said), TYPES[fact])


_FOUND_OF_CONSENTS: Thing = {
    **dict.fromkeys(OF_CONSENTS, BLANK), "consent.evidence": ("value", "matches"), "consent.transition_legal": YES,
}  # fmt: skip

_FOUND: Thing = {
    "file.exists": YES, "file.size": ("value", 4096), "file.inside_root": YES, "file.is_link": NO,
    "file.readable": YES, "file.digest_matches": YES,
    "image.format": ("value", "jpeg"), "image.extension_matches": YES, "image.width": ("value", 96),
    "image.height": ("value", 96), "image.frames": ("value", 1), "image.decodes": YES,
    "image.gps_state": ("value", "none"), "image.opt_out_training": ("value", "none"),
    "image.opt_out_generative": ("value", "none"), "image.phash": ("value", "0" * 64),
    "image.metadata_kinds": ("value", ("size", "color-profile")),
    "license.valid": YES, "license.known": YES, "license.commercial": YES, "license.derivatives": YES,
    "license.share_alike": NO,
}  # fmt: skip
"""What a picture tells that carries nothing of anyone, under a licence that allows everything; what is not here is
false or blank."""


def _found(row: Mapping[str, str]) -> Thing:
    blank: dict[str, State] = {
        name: NO if TYPES[name] == "boolean" and name.startswith("image.") else BLANK
        for name in TYPES
        if not name.startswith(("card.", "consent.", "run.", "dataset."))
    }
    asks = row["license"] != "CC0-1.0"
    return {
        **blank,
        **_FOUND,
        "file.sha256": ("value", row["sha256"]),
        "license.attribution": ("value", asks),
    }
