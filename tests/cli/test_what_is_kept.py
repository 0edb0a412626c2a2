"""What a run must not do to what it reads, and what it must not hide."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running import facelint

POLICY = """
policy: own
title: own
version: "1"
rules:
  - {id: named, title: t, severity: error, require: {source_name: present}}
  - {id: adult, title: t, severity: error, when: {card.commercial: true}, require: {subject_id: present}}
  - {id: later, title: t, severity: error, in_force: 2099-01-01, require: {source_name: absent}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "a.jpg").write_bytes(b"picture")
    (tmp_path / "manifest.csv").write_text("path,source_name\na.jpg,Studio\n", encoding="utf-8")
    (tmp_path / "consents.csv").write_text("consent_id\nc-1\n", encoding="utf-8")
    (tmp_path / "own.yaml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "facelint.yaml").write_text(
        "images: images\nconsents: consents.csv\npolicies: [own.yaml]\noverride: {own/named: {severity: warning}}\n",
        encoding="utf-8",
    )
    return tmp_path


@pytest.mark.parametrize("name", ["manifest.csv", "consents.csv", "facelint.yaml", "own.yaml", "images/a.jpg"])
@pytest.mark.parametrize("option", ["output", "findings"])
def test_an_input_is_never_overwritten(folder: Path, name: str, option: str) -> None:
    target = folder / name
    if option == "findings" and target.suffix != ".csv":
        pytest.skip("no ending of a findings file")
    kept = target.read_bytes()
    ended = facelint("check", str(folder), f"--{option}", f"json={target}" if option == "output" else str(target))
    assert ended.code == 2
    assert "is an input of this run" in ended.err
    assert target.read_bytes() == kept


def test_two_outputs_do_not_share_a_file(folder: Path) -> None:
    both = str(folder / "report")
    ended = facelint("check", str(folder), "--output", f"json={both}", "--output", f"text={both}")
    assert (ended.code, Path(both).exists()) == (2, False)


def test_what_a_dataset_changes_about_a_rule_is_told(folder: Path) -> None:
    ended = facelint("check", str(folder))
    assert "overridden: own/named (severity)\n" in ended.out
    assert "note: own/later: in force from 2099-01-01\n" in ended.out
    report = json.loads(facelint("check", str(folder), "--format", "json").out)
    assert [rule.get("overridden") for rule in report["rules"]] == [["severity"], None, None]


def test_a_rule_that_may_not_apply_asks_for_what_would_tell(folder: Path) -> None:
    report = json.loads(facelint("check", str(folder), "--format", "json").out)
    told = [one for one in report["findings"] if one["rule"] == "own/adult"]
    assert [(one["fact"], one["wanted"]) for one in told] == [
        ("card.commercial", "known, to tell whether the rule applies")
    ]


def test_a_long_text_is_cut(folder: Path) -> None:
    (folder / "manifest.csv").write_text(f"path,source_name\na.jpg,{'x' * 5000}\n", encoding="utf-8")
    (folder / "own.yaml").write_text(POLICY.replace("source_name: present", "source_name: absent"), encoding="utf-8")
    report = json.loads(facelint("check", str(folder), "--format", "json").out)
    found = next(one["found"] for one in report["findings"] if one["rule"] == "own/named")
    assert found == "x" * 1000 + "…"


def test_the_vocabulary_is_listed() -> None:
    listed = facelint("facts", "consent.")
    assert listed.code == 0
    assert "consent.used_by" in listed.out
    assert facelint("facts", "consnt.").code == 2
