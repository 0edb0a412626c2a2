"""What a digest is of, worked out again from the files as its documentation says."""

from __future__ import annotations

import json
import tempfile
import unicodedata
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from laws.cases import AS_OF, REDACTOR
from laws.datasets import Cell, Sheet
from laws.test_whole_check import CONSENTS, RECORDS

from facelint import policy_file, probes
from facelint.gates.waiving import failures
from facelint.policy import Answer
from facelint.records import open_dataset
from facelint.run import Options, check
from facelint.waivers import Line, Waiver, Waivers

POLICY = """
policy: own
title: t
version: "1"
rules:
  - {id: row, title: t, severity: error, require: {path: nothing}}
  - {id: file, title: t, severity: error, require: {file.size: {lt: 0}}}
  - {id: consent, title: t, severity: error, require: {consent.found: true, path: nothing}}
  - {id: both, title: t, severity: error, require: {path: nothing, file.exists: true, consent.found: false}}
  - {id: once, title: t, severity: error, unique: [path]}
  - {id: rows, title: t, severity: error, scope: consent, require: {consent.id: nothing}}
  - {id: whole, title: t, severity: error, scope: dataset, require: {card.name: nothing}}
"""


@settings(max_examples=max(settings().max_examples // 4, 1))
@given(RECORDS, st.one_of(st.none(), CONSENTS))
def test_digests_are_as_documented_and_waive_what_they_are_of(records: Sheet, consents: Sheet | None) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "a.jpg").write_bytes(b"a picture, of a kind")
        records.write(folder, "metadata")
        config = "card: {name: ' Faces ', version: '1', controller: ''}\npolicies: [own.yaml]\n"
        config += f"consents: {consents.write(folder, 'consents').name}\n" if consents else ""
        (folder / "facelint.yaml").write_text(config, encoding="utf-8")
        (folder / "own.yaml").write_text(POLICY, encoding="utf-8")
        dataset = open_dataset(folder, probes.vocabulary())
        policy = policy_file.load(["own.yaml"], probes.vocabulary(), base=folder)
        found = failures(dataset, policy, Options(AS_OF, REDACTOR))
        told = {rule.removeprefix("own/"): {line.digest for line in lines} for rule, lines in found.lines.items()}
        assert told == {rule: digests for rule, digests in expected(records, consents).items() if digests}

        entries = tuple(
            Waiver(rule, tuple(Line(line.digest) for line in lines), "o", "a", "r", AS_OF, policy.rules[0].place)
            for rule, lines in found.lines.items()
        )
        waived = check(dataset, policy, Options(AS_OF, REDACTOR, waivers=Waivers(entries)))
        assert not any(rule.counts[Answer.FAIL] for rule in waived.rules)
        assert all(one.state == "used" and not one.unused for one in waived.waivers)


def expected(records: Sheet, consents: Sheet | None) -> dict[str, set[str]]:
    rows = [dict(zip(records.header, row, strict=True)) for row in records.rows]
    asked = [dict(zip(consents.header, row, strict=True)) for row in consents.rows] if consents else []
    registry = [stated({f"consent.{key.removeprefix('consent_')}": cell for key, cell in row.items()}) for row in asked]
    digests: dict[str, set[str]] = {rule: set() for rule in ("row", "file", "consent", "both", "once", "rows", "whole")}
    for row in rows:
        record = stated(row)
        theirs = [one for one in registry if "consent_id" in record and one["consent.id"] == record["consent_id"]]
        consent = theirs[0] if len(theirs) == 1 else sorted(theirs, key=canonical) or None
        file = sha256(b"a picture, of a kind").hexdigest() if record["path"] == "a.jpg" else None
        digests["row"].add(digest(record=record))
        digests["consent"].add(digest(record=record, consent=consent))
        digests["both"].add(digest(record=record, consent=consent, file=file))
        if file:
            digests["file"].add(digest(record=record, file=file))
        if sum(other["path"] == row["path"] for other in rows) > 1:
            digests["once"].add(digest(record=record))
    digests["rows"] = {digest(consent=row) for row in registry}
    digests["whole"] = {digest(card={"card.name": "Faces", "card.version": "1"})}
    return digests


def stated(row: Mapping[str, Cell]) -> dict[str, str]:
    """The cells that are not blank."""
    texts = {key: unicodedata.normalize("NFC", cell).strip() for key, cell in row.items() if cell is not None}
    return {key: text for key, text in texts.items() if text.lower() not in ("", "nan", "null", "n/a", "#n/a")}


def canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(**parts: object) -> str:
    return f"sha256:{sha256(canonical(parts).encode()).hexdigest()}"
