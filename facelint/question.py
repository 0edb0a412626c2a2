"""What a Python program asks of a check, settled: the dataset, the policy, the day."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypedDict

from facelint import probes, tables
from facelint.errors import DatasetError, UserError
from facelint.policy import Policy, Severity
from facelint.records import Dataset, config, open_dataset
from facelint.records.columns import CONSENT, Names, assign, consent_names, record_names
from facelint.records.dataset import RECORDS, in_memory
from facelint.records.memory import Memory
from facelint.redact import Redactor, load_key
from facelint.run import MAX_SHOWN, Options, policy_for, waivers_for

PathLike = str | os.PathLike[str]
_OF_MEMORY = ("images", "consents", "card", "columns")


class How(TypedDict, total=False):
    """How to check, the same for `check`, `compliant` and `gate`; every key may be left out."""

    policies: PathLike | Sequence[PathLike]
    """Packs by name, policy files by path; else those of `facelint.yaml`, else `essentials`."""
    as_of: date | str
    """The day to judge as of; else today in UTC."""
    params: Mapping[str, object]
    """Params of policies, by NAME or PACK.NAME: a text, a number, or a list of texts."""
    horizon: timedelta | int
    """How far `run.horizon` looks ahead; a number is of days."""
    fail_on: str
    """The least severity that counts: `error` (as usual), `warning` or `note`."""
    shown: int
    """How many findings the report holds: 1,000 as usual. `findings_total` counts all."""
    reveal: bool
    """Personal values in clear in place of keyed hashes."""
    hash_key_file: PathLike
    """The key behind the hashes; else the user's own."""
    images: PathLike
    """The folder that paths are relative to. This and what follows are of datasets in memory: of one on disk,
    `facelint.yaml` says them. Else the folder that all pictures are in, if every path is absolute, else the current
    one."""
    consents: Any
    """The consent registry: a path, or a table in memory as the dataset may be."""
    card: Mapping[str, object]
    """What the dataset states of itself, as `card:` of `facelint.yaml`."""
    columns: Mapping[str, str]
    """Fact to column, as `columns:` of `facelint.yaml`."""


@dataclass(frozen=True)
class Settled:
    dataset: Dataset
    policy: Policy
    options: Options


@dataclass(frozen=True)
class Question:
    """A dataset and `How` to check it, as given."""

    given: Any
    policies: PathLike | Sequence[PathLike] = ()
    as_of: date | str | None = None
    params: Mapping[str, object] = field(default_factory=dict)
    horizon: timedelta | int = 0
    fail_on: str = Severity.ERROR.word
    shown: int = MAX_SHOWN
    reveal: bool = False
    hash_key_file: PathLike | None = None
    images: PathLike | None = None
    consents: Any = None
    card: Mapping[str, object] | None = None
    columns: Mapping[str, str] | None = None

    @property
    def on_disk(self) -> bool:
        return tables.is_path(self.given)

    def settled(self) -> Settled:
        """Raises UserError for a mistake in it, or where the dataset cannot be read."""
        day = self._day()
        key = load_key(None if self.hash_key_file is None else Path(self.hash_key_file))
        options = Options(day, Redactor(key, self.reveal), self._ahead(day), self._severity(), self.shown)
        dataset = self._on_disk() if self.on_disk else self._in_memory()
        names: Sequence[PathLike] = [self.policies] if isinstance(self.policies, str | os.PathLike) else self.policies
        params = {name: _param(value) for name, value in self.params.items()}
        policy = policy_for(dataset, [os.fspath(name) for name in names], params)
        return Settled(dataset, policy, replace(options, waivers=waivers_for(dataset, policy)))

    def _on_disk(self) -> Dataset:
        said = [name for name in _OF_MEMORY if getattr(self, name) is not None]
        if said:
            raise UserError(f"{', '.join(said)}: of a dataset on disk, {config.FILE} says that")
        return open_dataset(Path(self.given), probes.vocabulary())

    def _in_memory(self) -> Dataset:
        vocabulary = probes.vocabulary()
        keys: dict[str, object] = {"card": self.card, "columns": self.columns}
        table_of_consents = None
        if self.consents is not None and not tables.is_path(self.consents):
            ids = _names(self.columns, consent_names(vocabulary)).of(f"{CONSENT}id")
            table_of_consents = Memory(tables.table_of(self.consents, ids))
        elif self.consents is not None:
            consents = os.fspath(self.consents)
            keys["consents"] = consents if consents == config.SIDECARS else os.path.abspath(consents)  # noqa: PTH100
        stated = config.stated({name: said for name, said in keys.items() if said is not None}, Path(), vocabulary)
        names = _names(self.columns, record_names(vocabulary))
        table = tables.table_of(self.given, names.of("path"))
        column = assign([one.strip() for one in table.column_names], ["path"], names, RECORDS, numbered=True)
        table, root = tables.rooted(table, column.get("path"), None if self.images is None else Path(self.images))
        if not root.is_dir():
            raise DatasetError(f"{root}: no such folder of images")
        return in_memory(Memory(table), table_of_consents, root, stated, vocabulary)

    def _day(self) -> date:
        if self.as_of is None:
            return datetime.now(UTC).date()
        if isinstance(self.as_of, datetime):
            return self.as_of.date()
        try:
            return self.as_of if isinstance(self.as_of, date) else date.fromisoformat(self.as_of)
        except (TypeError, ValueError):
            raise UserError(f"as_of={self.as_of!r:.60}: a date is wanted, as 2026-11-22") from None

    def _ahead(self, day: date) -> timedelta:
        try:
            ahead = self.horizon if isinstance(self.horizon, timedelta) else timedelta(days=self.horizon)
            if ahead >= timedelta(0) and day + ahead:
                return ahead
        except (TypeError, OverflowError):
            pass
        raise UserError(f"horizon={self.horizon!r:.60}: a number of days is wanted, up to the year {date.max.year}")

    def _severity(self) -> Severity:
        words = {severity.word: severity for severity in Severity}
        if self.fail_on not in words:
            raise UserError(f"fail_on={self.fail_on!r:.60}: one of {', '.join(words)} is wanted")
        return words[self.fail_on]


def _names(mapping: Mapping[str, str] | None, known: Mapping[str, tuple[str, ...]]) -> Names:
    return Names({fact: column for fact, column in (mapping or {}).items() if fact in ("path", f"{CONSENT}id")}, known)


def _param(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return json.dumps([str(member) for member in value], ensure_ascii=False)
    return str(value)
