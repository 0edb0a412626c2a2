"""Law 1 for whole runs: how a manifest is cut into batches changes no byte of the report and of the findings."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facelint import findings, policy_file, probes
from facelint.formats import json, text
from facelint.records import Batch, Dataset, Manifest, open_dataset
from facelint.redact import Redactor
from facelint.report import Timing, timed
from facelint.run import Options, check

from .datasets import Sheet, sheets

POLICY = """
policy: batches
title: Rules of every form
version: "1"
measures:
  people: {distinct: subject_id}
  paid: {sum: price}
  youngest: {min: subject_age}
  synthetic: {share: {synthetic: true}, where: {masked: {is_not: true}}}
  consented: {count: {consent.active: true}}
rules:
  - {id: paid, title: t, severity: error, require: {price: {ge: 2}, currency: CNY}}
  - {id: consent, title: t, severity: error, when: {not: {synthetic: true}}, require: {consent.active: true}}
  - {id: same-subject, title: t, severity: warning, require: {subject_id: {fact: consent.subject_id}}}
  - {id: listed, title: t, severity: error, require: {labels: {within: [a, b]}}}
  - {id: in-time, title: t, severity: error, require: {collected_at: {le: {fact: run.as_of, minus: 1 month}}}}
  - {id: once, title: t, severity: error, unique: [path]}
  - {id: record-once, title: t, severity: error, unique: [record_id], among: {masked: {is_not: true}}}
  - {id: one-age, title: t, severity: error, when: {masked: present}, agree: {on: subject_age, within: subject_id}}
  - {id: there, title: t, severity: error, require: {file.exists: true}}
  - {id: rows, title: t, severity: error, scope: consent, require: {consent.status: given}}
  - {id: one-subject, title: t, severity: error, scope: consent, agree: {on: consent.type, within: consent.subject_id}}
  - {id: used, title: t, severity: error, scope: consent,
     require: {consent.used_by: {ge: 2}, consent.first_collected_at: {le: 2026-10-22}}}
  - {id: nothing-personal, title: t, severity: error, require: {pii.kinds: absent, pii.in: absent}}
  - {id: licensed, title: t, severity: note, require: {license.known: true}}
  - {id: listed-files, title: t, severity: error, scope: dataset, require: {dataset.unlisted_files: 0}}
  - {id: people, title: t, severity: error, scope: dataset, require: {measure.people: {ge: 3}}}
  - {id: sums, title: t, severity: error, scope: dataset, require: {measure.paid: {lt: 4}, measure.youngest: {ge: 14}}}
  - {id: shares, title: t, severity: error, scope: dataset,
     require: {measure.synthetic: {le: {fact: measure.consented}}, dataset.records: {gt: 2}}}
"""
CARDS = ("", "card: {price_per_image: '2.5', currency: CNY}\n", "card: {price_per_image: two, currency: ''}\n")


def some(*cells: str | None) -> st.SearchStrategy[str | None]:
    return st.sampled_from(cells)


RECORDS = sheets(
    {
        "path": some("a.png", "b.png", "../x", "", "no/such.png"),
        "record_id": some("1", "2", "3", "", None),
        "subject_id": some("p", "q", "", None),
        "subject_age": some("13", "14", "14.0", "old", ""),
        "consent_id": some("c1", "c2", "c3", "none", ""),
        "price": some("2", "2.0", "1.9999999999", "free", "", None),
        "currency": some("CNY", "USD", ""),
        "synthetic": some("true", "no", "maybe", ""),
        "masked": some("yes", "no", "", None),
        "labels": some("a;b", "a", '["c"]', "", '["\\ud800"]'),
        "license": some("MIT", "CC-BY-4.0 AND x", "", None),
        "phone": some("13800138000", "a@b.example", ""),
        "collected_at": some("2026-10-22", "2026-10-23T10:00:00Z", "soon", ""),
    },
    always=("path",),
    most=12,
)
CONSENTS = sheets(
    {
        "id": some("c1", "c2", "c3", "c3", ""),
        "subject_id": some("p", "q", ""),
        "status": some("given", "withdrawn", "odd", ""),
        "given_at": some("2026-01-01", "2027-01-01", ""),
        "valid_until": some("2026-12-31", "2026-01-01", ""),
        "type": some("written", "implied", ""),
    },
    always=("id", "status"),
)


class Cut(Manifest):
    """A manifest that is read in batches of another size."""

    size = 1

    def batches(self, wanted: Collection[str], size: int = 0) -> Iterator[Batch]:
        return super().batches(wanted, self.size)


@settings(max_examples=max(settings().max_examples // 2, 1))
@given(RECORDS, st.one_of(st.none(), CONSENTS), st.sampled_from(CARDS), st.integers(1, 6), st.integers(0, 5))
def test_batches_change_nothing(records: Sheet, consents: Sheet | None, card: str, size: int, shown: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
        (folder / "a.png").write_bytes(b"any")
        records.write(folder, "metadata")
        config = card + (f"consents: {consents.write(folder, 'consents').name}\n" if consents else "")
        (folder / "facelint.yaml").write_text(config or "{}", encoding="utf-8")
        dataset = open_dataset(folder, probes.vocabulary())
        whole = ran(dataset, folder, shown)
        assert ran(replace(dataset, manifests=(cut(dataset.manifests[0], size),)), folder, shown) == whole


def cut(manifest: Manifest, size: int) -> Manifest:
    made = Cut(manifest.name, manifest.path, manifest.mapping, manifest.known, manifest.source)
    object.__setattr__(made, "size", size)
    return made


def ran(dataset: Dataset, folder: Path, shown: int) -> tuple[str, str, list[dict[str, object]]]:
    """Both renderings of the report, and every finding in the order in which it is streamed."""
    policy = policy_file.load(["policy.yaml"], probes.vocabulary(), base=folder)
    streamed: list[pa.Table] = []
    options = Options(date(2026, 11, 22), Redactor(b"a key for tests, of enough bytes"), shown=shown)
    made = check(dataset, policy, options, lambda table, _: streamed.append(table))
    report = timed(made, Timing())
    found = pa.concat_tables([findings.empty(), *streamed]).to_pylist()
    assert len(found) == report.findings_total
    return json.render(report), text.render(report), found


@pytest.mark.parametrize("broken", ["", "x,y,z\n"])
def test_a_broken_row_changes_nothing_for_its_neighbours(tmp_path: Path, broken: str) -> None:
    """What takes the place of a missing column does so in every batch, also in one with a row that cannot be read."""
    (tmp_path / "metadata.csv").write_text("path,synthetic\n" + broken + "a.png,true\n", encoding="utf-8")
    (tmp_path / "facelint.yaml").write_text("card: {price_per_image: '1', currency: CNY}\n", encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    _, _, found = ran(open_dataset(tmp_path, probes.vocabulary()), tmp_path, 100)
    (paid,) = [one for one in found if one["rule"] == 0 and one["path"] == "a.png"]
    assert (paid["answer"], paid["found"], paid["record"]) == (1, "1", "a.png")
