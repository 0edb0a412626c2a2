"""`facelint.yaml`: what it may say, and every mistake in it at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from facelint.errors import PolicyError
from facelint.records import Config
from facelint.records.config import read

from .helpers import VOCABULARY


def config(folder: Path, text: str, **how: bool) -> Config:
    (folder / "m.csv").write_text("path\n", encoding="utf-8")
    (folder / "facelint.yaml").write_text(text, encoding="utf-8")
    return read(folder / "facelint.yaml", VOCABULARY, **how)


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        config(folder, text)
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


def test_all_of_it(tmp_path: Path) -> None:
    (tmp_path / "img").mkdir()
    found = config(
        tmp_path,
        """
card:
  name: Faces
  version: 1.0
  commercial: no
  controller:
  purposes: [train-recognition, 'other:a "b"', ~]
  storage_regions: []
  impact_assessment:
    id: IA-1
    covers: [purpose, rights]
  impact_assessment.keep_until: 2030-01-01
manifest: ../"""
        + tmp_path.name
        + """/m.csv
images: img
consents: """
        + str(tmp_path)
        + """/m.csv
columns: {path: bild, consent.status: Stand, kamera: Zone 1}
policies: [cn-pipl, ./own.yaml]
params: {guardian_below_age: 16}
override: {a/b: {severity: error}}
disable: [c/d]
""",
    )
    assert dict(found.card) == {
        "card.name": "Faces",
        "card.version": "1.0",
        "card.commercial": "no",
        "card.controller": "",
        "card.purposes": '["train-recognition", "other:a \\"b\\""]',
        "card.storage_regions": "[]",
        "card.impact_assessment.id": "IA-1",
        "card.impact_assessment.covers": '["purpose", "rights"]',
        "card.impact_assessment.keep_until": "2030-01-01",
    }
    assert found.manifests
    assert found.manifests[0].samefile(tmp_path / "m.csv")
    assert found.images == tmp_path / "img"
    assert found.consents == tmp_path / "m.csv"
    assert found.columns == {"path": "bild", "consent.status": "Stand", "kamera": "Zone 1"}
    assert found.policies == ("cn-pipl", "./own.yaml")
    assert found.params is not None
    assert found.params.members is not None
    assert found.disable is not None
    assert found.name == str(tmp_path / "facelint.yaml")
    assert found.digest is not None
    assert found.digest.startswith("sha256:")


@pytest.mark.parametrize("text", ["~", "---\n", "card:\nmanifest:\npolicies: ~\n"])
def test_nothing_stated(tmp_path: Path, text: str) -> None:
    found = config(tmp_path, text)
    assert (found.card, found.manifests, found.policies, found.params) == ({}, (), (), None)


def test_a_group_left_blank_states_all_of_it_blank(tmp_path: Path) -> None:
    assert config(tmp_path, "card: {impact_assessment: }").card == {
        f"card.impact_assessment.{name}": "" for name in ("id", "completed_on", "covers", "keep_until")
    }


def test_every_mistake_at_once(tmp_path: Path) -> None:
    (tmp_path / "m.txt").touch()
    found = problems(
        tmp_path,
        """cards: {}
card:
  nam: x
  controller: {name: y}
  impact_assessment: done
  currency: [[CNY]]
  impact_assessment.id: 1
  impact_assessment.idd: 1
manifest: gone.csv
images: m.csv
consents: m.txt
columns:
  file.sha256: digest
  run.as_of: day
  consent.statu: x
  path: ''
  subject-id: y
  license: [z]
policies: cn-pipl
"a\\nb": 1
""",
    )
    assert found == [
        'facelint.yaml:1:1: unknown key "cards"; did you mean "card"?',
        'facelint.yaml:3:3: card: unknown key "nam"; did you mean "name"?',
        "facelint.yaml:4:15: card.controller: wants text or a list of texts, found a mapping",
        "facelint.yaml:5:22: card.impact_assessment: wants a mapping of: id, completed_on, covers, keep_until; "
        'found "done"',
        "facelint.yaml:6:13: card.currency: wants text or a list of texts, found a list with more than texts in it",
        'facelint.yaml:8:3: card: unknown key "impact_assessment.idd"; did you mean "impact_assessment.id"?',
        'facelint.yaml:9:11: manifest: "gone.csv" does not exist',
        'facelint.yaml:10:9: images: "m.csv" is a file, not a folder',
        'facelint.yaml:11:11: consents: "m.txt" is of no known format; wants one of: .csv, .jsonl, .ndjson, .parquet',
        'facelint.yaml:13:3: columns: "file.sha256" is not read from a column',
        'facelint.yaml:14:3: columns: "run.as_of" is not read from a column',
        'facelint.yaml:15:3: columns: unknown fact "consent.statu"; did you mean "consent.status"?',
        'facelint.yaml:16:9: columns.path: wants the name of a column, found ""',
        'facelint.yaml:17:3: columns: unknown fact "subject-id"; did you mean "subject_id"?',
        "facelint.yaml:18:12: columns.license: wants the name of a column, found a list",
        'facelint.yaml:19:11: policies: wants a list, found "cn-pipl"',
        'facelint.yaml:20:1: unknown key "a\\u000ab"',
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "facelint.yaml:1:1: wants a mapping, found a list"),
        ("card: x", 'facelint.yaml:1:7: card: wants a mapping of: name, version'),
        ("card: {impact_assessment: {id: 1}, impact_assessment.id: 2}", "card.impact_assessment.id: stated twice"),
        ("columns: []", "wants a mapping from fact to column, found a list"),
        ("policies: [a, [b], '']", "policies[1]: wants the name or the file of a policy, found a list"),
        ("manifest: {}", "manifest: wants a path, found a mapping"),
        ("manifest: .", 'manifest: "." is a folder, not a file'),
        ('manifest: "a\\0b"', r'manifest: "a\u0000b" is not a possible path'),
        ("images: nowhere", 'images: "nowhere" does not exist'),
        ("manifest: /dev/null", 'manifest: "/dev/null" is not a regular file'),
        ("a: 1\na: 2", 'duplicate key "a"'),
        ("", "one YAML document is wanted"),
    ],
)  # fmt: skip
def test_refused(tmp_path: Path, text: str, message: str) -> None:
    assert message in problems(tmp_path, text)[0]


def test_where_a_replaced_manifest_leads_does_not_matter(tmp_path: Path) -> None:
    assert config(tmp_path, "manifest: gone.txt", other_manifest=True).manifests == (tmp_path / "gone.txt",)
