"""What a thing holds, as one digest: by it a waiver knows that it is still for what it was given for.

The digest of a record is SHA-256 over JSON in UTF-8, with sorted keys and no space between its parts:
`{"consent":…,"file":…,"record":{…}}`. `record` holds the cells of its row that are not blank, by fact or by the
column's own name; `consent`, where the rule rests on the consent, the row of the registry in the same way, a list of
rows where several have its id, null where none has; `file`, where the rule rests on the file, the SHA-256 of its
bytes, null where there is none to read. Of a row of the registry it is `{"consent":{…}}`, of the dataset as a whole
`{"card":{…}}`. Texts are trimmed and in NFC.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from facelint.columns import Column, read
from facelint.facts import Cost, Realm
from facelint.plan import rule_facts
from facelint.policy import Rule
from facelint.probes import Context
from facelint.probes.digest import file_digest
from facelint.records import RegistryTable
from facelint.values import TEXT, clean, is_blank
from facelint.waivers import Ints

_ID = "consent.id"


def rests_on_file(rule: Rule) -> bool:
    return any(fact.realm is Realm.RECORD and fact.cost > Cost.NONE for fact in rule_facts(rule))


def rests_on_consent(rule: Rule) -> bool:
    return any(fact.realm is Realm.CONSENT for fact in rule_facts(rule))


class Consents:
    """The rows of the registry, as JSON."""

    def __init__(self, table: RegistryTable | None) -> None:
        self.table = table

    @cached_property
    def rows(self) -> list[str]:
        return [] if self.table is None else _objects(self.table.columns, np.arange(self.table.length))

    @cached_property
    def _by_id(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        if self.table is not None:
            raw = self.table.columns.get(_ID, pa.nulls(self.table.length, pa.string()))
            for name, row in zip(read(raw, TEXT).texts().to_pylist(), self.rows, strict=True):
                found.setdefault(name, []).append(row)
        return {name: sorted(rows) for name, rows in found.items()}

    def of(self, name: str | None) -> str:
        """The row that has an id; null where none has, or no id is asked for."""
        rows = [] if name is None else self._by_id.get(name, [])
        return rows[0] if len(rows) == 1 else f"[{','.join(rows)}]" if rows else "null"

    def digests(self, rule: Rule, at: Ints) -> list[str]:
        """Of the rows themselves."""
        return [_digest({"consent": self.rows[i]}) for i in at.tolist()]


@dataclass(frozen=True)
class Records:
    """Those of a batch."""

    columns: Mapping[str, pa.Array]
    """Every column of the manifest."""
    known: Mapping[str, Column]
    length: int
    context: Context
    consents: Consents

    def digests(self, rule: Rule, at: Ints) -> list[str]:
        parts = {"record": _objects(self.columns, at)}
        if rests_on_consent(rule):
            parts["consent"] = [self.consents.of(name) for name in self._texts("consent_id", at)]
        if rests_on_file(rule):
            parts["file"] = [json.dumps(digest) for digest in self._files(at)]
        return [_digest({name: part[i] for name, part in parts.items()}) for i in range(len(at))]

    def _texts(self, name: str, at: Ints) -> list[str | None]:
        column = self.known[name].spread(self.length)
        texts: list[str | None] = column.take(pa.array(at)).texts().to_pylist()
        return texts

    def _files(self, at: Ints) -> list[str | None]:
        if "file.sha256" in self.known:
            return self._texts("file.sha256", at)
        from concurrent.futures import ThreadPoolExecutor

        paths = self._texts("path", at)
        distinct = list(dict.fromkeys(path for path in paths if path is not None))
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            found = [d for d, _ in pool.map(file_digest, map(self.context.images.locate, distinct))]
        self.context.files_opened += sum(digest is not None for digest in found)
        digests = dict(zip(distinct, found, strict=True))
        return [None if path is None else digests[path] for path in paths]


@dataclass(frozen=True)
class Whole:
    """The dataset."""

    card: Mapping[str, str]

    def digests(self, rule: Rule, at: Ints) -> list[str]:
        stated = {name: clean(text) for name, text in self.card.items() if not is_blank(text)}
        card = json.dumps(stated, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return [_digest({"card": card})] * len(at)


def _digest(parts: Mapping[str, str]) -> str:
    text = "{" + ",".join(f'"{name}":{parts[name]}' for name in sorted(parts)) + "}"
    return f"sha256:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _objects(columns: Mapping[str, pa.Array], at: Ints) -> list[str]:
    """The cells of each row, as a JSON object."""
    rows = pa.array(at)
    members: list[Sequence[str | None]] = []
    for name in sorted(columns):
        key = json.dumps(name, ensure_ascii=False)
        members.append([None if cell is None else f"{key}:{cell}" for cell in _cells(columns[name].take(rows))])
    if not members:
        return ["{}"] * len(at)
    return ["{" + ",".join(cell for cell in row if cell is not None) + "}" for row in zip(*members, strict=True)]


def _cells(raw: pa.Array) -> list[str | None]:
    """Each cell as JSON, null where it is blank."""
    column = read(raw, TEXT)
    if column.bad is not None:  # a list, or text that is not of its type
        return [_written(value) for value in raw.to_pylist()]
    distinct = [None if text is None else json.dumps(text, ensure_ascii=False) for text in column.values.to_pylist()]
    return [None if code is None else distinct[code] for code in column.codes.to_pylist()]


def _written(value: object) -> str | None:
    if isinstance(value, list):
        members = [clean(str(member)) for member in value if member is not None]
        return json.dumps(members, ensure_ascii=False, separators=(",", ":")) if members else None
    return None if value is None or is_blank(str(value)) else json.dumps(clean(str(value)), ensure_ascii=False)
