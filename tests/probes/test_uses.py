"""What all records tell of a consent, and of the images root."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import facelint

POLICY = """
policy: own
title: own
version: "1"
rules:
  - {id: used, title: used, severity: error, scope: consent, require: {consent.used_by: {ge: 1}}}
  - {id: before, title: before, severity: error, scope: consent,
     require: {consent.given_at: {le: {fact: consent.first_collected_at}}}}
  - {id: moves, title: moves, severity: error, scope: consent, require: {consent.transition_legal: true}}
  - {id: listed, title: listed, severity: error, scope: dataset, require: {dataset.unlisted_files: 0}}
"""


def counts(folder: Path, manifest: str, consents: str) -> dict[str, dict[str, int]]:
    """The answers of each rule of POLICY, by its bare id."""
    import json

    (folder / "manifest.csv").write_text(manifest, encoding="utf-8")
    (folder / "consents.csv").write_text(consents, encoding="utf-8")
    (folder / "own.yaml").write_text(POLICY, encoding="utf-8")
    (folder / "facelint.yaml").write_text("consents: consents.csv\npolicies: [own.yaml]\n", encoding="utf-8")
    report = json.loads(facelint("check", str(folder), "--format", "json").out)
    return {rule["id"].partition("/")[2]: rule["answers"] for rule in report["rules"]}


def test_uses_and_first_day(tmp_path: Path) -> None:
    """Two records use c-1, the first of them collected before it was given; nothing uses c-2."""
    told = counts(
        tmp_path,
        "path,consent_id,collected_at\na,c-1,2024-05-02\nb,c-1,2024-05-01\nc,,2020-01-01\n",
        "consent_id,given_at\nc-1,2024-05-02\nc-2,2024-05-02\n",
    )
    assert (told["used"]["pass"], told["used"]["fail"]) == (1, 1)
    assert told["before"]["fail"] == 2, "a day before it was given; and none at all, which is blank"


def test_a_day_that_is_not_known_leaves_the_first_day_unsure(tmp_path: Path) -> None:
    told = counts(tmp_path, "path,consent_id,collected_at\na,c-1,2024-02-30\n", "consent_id,given_at\nc-1,2024-01-01\n")
    assert told["used"]["pass"] == told["before"]["unsure"] == 1


def test_a_record_that_cannot_be_read_may_use_any_consent(tmp_path: Path) -> None:
    told = counts(
        tmp_path, "path,consent_id,collected_at\na\nb,c-1,2024-01-01\n", "consent_id,given_at\nc-1,2024-01-01\n"
    )
    assert told["used"]["unsure"] == told["before"]["unsure"] == 1


@pytest.mark.parametrize(
    ("status", "history", "answer"),
    [
        ("given", "", "pass"),
        ("given", "unknown@2024-01-01;requested@2024-01-02;given@2024-01-03", "pass"),
        ("withdrawn", "requested@2024-01-02;given@2024-01-03", "pass"),
        ("renewed", "given@2024-01-01;expired@2024-02-01", "pass"),
        ("given", "withdrawn@2024-01-02", "fail"),
        ("given", "given@2024-01-01;withdrawn@2024-02-01", "fail"),
        ("given", "refused@2024-01-01", "fail"),
        ("given", "requested", "unsure"),
        ("given", "requested@2024-02-30", "unsure"),
        ("given", "asked@2024-01-01", "unsure"),
        ("given", "requested@2024-01-02;deferred@2024-01-01", "unsure"),
        ("perhaps", "requested@2024-01-01", "unsure"),
    ],
)
def test_states_follow_one_another_as_they_may(tmp_path: Path, status: str, history: str, answer: str) -> None:
    told = counts(tmp_path, "path\na\n", f"consent_id,status,history\nc-1,{status},{history}\n")
    assert told["moves"][answer] == 1


def test_a_registry_without_histories_has_no_unlawful_move(tmp_path: Path) -> None:
    assert counts(tmp_path, "path\na\n", "consent_id\nc-1\n")["moves"]["pass"] == 1


def test_files_that_no_record_names(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a.jpg", "in/b.PNG", "in/notes.txt"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "link.jpg").symlink_to("in/b.PNG")
    consents = "consent_id\nc-1\n"
    assert counts(tmp_path, "path\na.jpg\n", consents)["listed"]["fail"] == 1
    assert counts(tmp_path, "path\n./a.jpg\nin/../in/b.PNG\n", consents)["listed"]["pass"] == 1
    assert counts(tmp_path, "path\na.jpg\nlink.jpg\n", consents)["listed"]["pass"] == 1
    unread = "path,record_id\na.jpg,1\nin/b.PNG\n"
    assert counts(tmp_path, unread, consents)["listed"]["unsure"] == 1, "the record that cannot be read may name it"
