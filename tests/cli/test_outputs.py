"""What a run writes: reports and findings, whole or not at all; and what stands for a personal value in them."""

from __future__ import annotations

import csv
import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet
from running import AS_OF, KEY, facelint, jsonl, lines, policy

from facelint.redact import Redactor

KEYS = [
    "rule", "answer", "record", "path", "source", "row", "fact", "found", "wanted", "reason", "fingerprint", "waiver",
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    rows = [{"path": f"{i}.jpg", "subject_id": f"s-{i % 3}", "license": "" if i % 2 else "MIT"} for i in range(20)]
    jsonl(tmp_path / "data" / "manifest.jsonl", rows)
    return tmp_path / "data"


def check(folder: Path, *options: str | Path) -> Any:
    rules = (
        "id: a, require: {license: present}",
        "id: b, require: {subject_id: s-0}",
        "id: c, require: {masked: true}",
    )
    return facelint("check", folder, "--policy", policy(folder, *rules), "--as-of", AS_OF, *options)


def read(path: Path) -> list[dict[str, Any]]:
    """A findings file of any kind, as its rows."""
    if path.suffix == ".parquet":
        return parquet.read_table(path).to_pylist()  # type: ignore[no-any-return]
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    with path.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    return [{k: int(v) if k in ("row", "waiver") and v else v or None for k, v in row.items()} for row in rows]


def test_a_report_to_a_file_beside_the_one_on_the_terminal(folder: Path, tmp_path: Path) -> None:
    text, data = tmp_path / "report.txt", tmp_path / "report.json"
    ended = check(folder, "--output", f"json={data}", "--output", f"text={text}")
    assert text.read_text("utf-8") == ended.out
    assert json.loads(data.read_text("utf-8"))["findings_total"] == 10 + 13 + 20
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "report.json", "report.txt"]


def test_a_report_replaces_the_one_before(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    target.write_text("x" * 1_000_000)
    check(folder, "--output", f"json={target}")
    assert json.loads(target.read_text("utf-8"))["schema"] == "facelint/report/1"


@pytest.mark.parametrize("target", ["/nowhere/report.json", "/proc/report.json", "{tmp}/file/report.json", "{tmp}"])
def test_a_report_that_cannot_be_written_is_a_mistake(folder: Path, tmp_path: Path, target: str) -> None:
    (tmp_path / "file").write_text("")
    target = target.format(tmp=tmp_path)
    ended = check(folder, "--output", f"json={target}")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"facelint: {target}: cannot be written (")
    assert ended.err.count("\n") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_a_mistake(folder: Path) -> None:
    ended = check(folder, "--output", "json=/dev/full")
    assert (ended.code, ended.err) == (2, "facelint: /dev/full: cannot be written (No space left on device)\n")


def test_what_stood_there_stays_where_the_run_fails(folder: Path, tmp_path: Path) -> None:
    before = {tmp_path / name: f"old {name}" for name in ("report.json", "a.csv", "a.jsonl", "a.parquet")}
    for path, text in before.items():
        path.write_text(text)
    (folder / "manifest.jsonl").unlink()
    lines(folder / "manifest.csv", ["path", '"a.jpg'])
    for path in before:
        option = "--output" if path.suffix == ".json" else "--findings"
        ended = check(folder, option, f"json={path}" if path.suffix == ".json" else path)
        assert ended.code == 2
    assert {path: path.read_text() for path in before} == before
    assert {path.name for path in tmp_path.iterdir()} == {"data", *(path.name for path in before)}


@pytest.mark.parametrize("kind", ["jsonl", "csv", "parquet"])
def test_a_findings_file_holds_every_finding(folder: Path, tmp_path: Path, kind: str) -> None:
    """With the keys and values of the report's own, in the order of the records."""
    target = tmp_path / f"findings.{kind}"
    report = check(folder, "--findings", target, "--format", "json").json
    found = read(target)
    assert [list(one) for one in found] == [KEYS] * report["findings_total"]
    assert found == sorted(report["findings"], key=lambda one: (one["row"], one["rule"]))


@pytest.mark.parametrize("kind", ["jsonl", "csv", "parquet"])
def test_a_findings_file_of_nothing_is_still_one(folder: Path, tmp_path: Path, kind: str) -> None:
    target = tmp_path / f"findings.{kind}"
    own = policy(folder, "id: a, require: {path: present}")
    assert facelint("check", folder, "--policy", own, "--findings", target).code == 0
    assert read(target) == []
    if kind == "csv":
        assert target.read_text("utf-8").strip() == ",".join(KEYS)


HOSTILE = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\tx", "＝1+1", "a\r=1+1", "a\n=1+1", 'a","b', "\x1b[31mred",
    "x\u202egpj.exe", "😀 é 中", "hmac:\x1b[31m", "plain",
]  # fmt: skip


@pytest.mark.parametrize("kind", ["jsonl", "csv", "parquet"])
def test_hostile_text_stays_in_its_cell(folder: Path, tmp_path: Path, kind: str) -> None:
    jsonl(folder / "manifest.jsonl", ({"path": f"{i}.jpg", "source_name": text} for i, text in enumerate(HOSTILE)))
    target = tmp_path / f"findings.{kind}"
    own = policy(folder, "id: a, require: {source_name: nobody}")
    ended = facelint("check", folder, "--policy", own, "--findings", target)
    told = [one["found"] for one in read(target)]
    trimmed = [text.strip() for text in HOSTILE]
    if kind == "csv":
        assert told == ["'" + text if text[0] in "=+-@＝" else text for text in trimmed]
    else:
        assert told == trimmed
    assert ended.out.replace("\n", "").isprintable()
    if kind == "jsonl":
        assert "\x1b" not in target.read_text("utf-8")
        assert "\u202e" not in target.read_text("utf-8")


def test_a_lone_carriage_return_begins_no_row_of_a_spreadsheet(folder: Path, tmp_path: Path) -> None:
    jsonl(folder / "manifest.jsonl", [{"path": "a.jpg", "source_name": "a\r=cmd|x"}])
    own = policy(folder, "id: a, require: {source_name: nobody}")
    facelint("check", folder, "--policy", own, "--findings", tmp_path / "a.csv")
    assert b'"a\r=cmd|x"' in (tmp_path / "a.csv").read_bytes()


@pytest.mark.parametrize("kind", ["jsonl", "csv", "parquet"])
def test_a_manifest_whose_name_is_no_text(folder: Path, tmp_path: Path, kind: str) -> None:
    try:
        name = os.fsdecode(b"m\xff.jsonl")
        (folder / "manifest.jsonl").rename(folder / name)
    except OSError:
        pytest.skip("this file system takes names of text only")
    own = policy(folder, "id: a, require: {license: present}")
    target = tmp_path / f"a.{kind}"
    ended = facelint(
        "check", folder / name, "--policy", own, "--findings", target, "--output", f"json={tmp_path / 'r.json'}"
    )
    assert (ended.code, ended.err) == (1, "")
    assert len(read(target)) == 10
    (tmp_path / "r.json").read_bytes().decode("utf-8")


def subjects(ended: Any) -> list[str]:
    return [one["found"] for one in ended.json["findings"] if one["fact"] == "subject_id"]


def test_a_keyed_hash_stands_for_a_personal_value(folder: Path, tmp_path: Path) -> None:
    keys = [tmp_path / name for name in ("one.key", "two.key")]
    for path, key in zip(keys, (KEY, KEY[::-1]), strict=True):
        path.write_bytes(key)
    one, again, two = (
        check(folder, "--format", "json", "--hash-key-file", path) for path in (keys[0], keys[0], keys[1])
    )
    assert subjects(one) == subjects(again)
    assert len(set(subjects(one))) == 2
    assert not set(subjects(one)) & set(subjects(two))
    assert all(text.startswith("hmac:") and len(text) == 21 for text in subjects(one) + subjects(two))
    assert one.json["hash_key"] == Redactor(KEY).key_id != two.json["hash_key"]
    assert not any(f"s-{i}" in one.out for i in range(3))


def test_nothing_is_hashed_where_it_may_be_revealed(folder: Path) -> None:
    assert set(subjects(check(folder, "--format", "json", "--reveal"))) == {"s-1", "s-2"}


@pytest.mark.parametrize("kind", ["jsonl", "csv", "parquet"])
def test_findings_files_hash_as_reports_do(folder: Path, tmp_path: Path, kind: str) -> None:
    target = tmp_path / f"a.{kind}"
    report = check(folder, "--findings", target, "--format", "json")
    told = {one["found"] for one in read(target) if one["fact"] == "subject_id"}
    assert told == set(subjects(report))
    assert b"s-1" not in target.read_bytes()


def test_the_rule_does_not_repeat_the_personal_value_that_it_names(folder: Path) -> None:
    ended = check(folder, "--format", "json")
    assert {one["wanted"] for one in ended.json["findings"] if one["fact"] == "subject_id"} == {"what the rule names"}


def test_the_own_key_is_made_once_for_its_owner_alone(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "configuration"))
    own = tmp_path / "configuration" / "facelint" / "hash.key"
    first = check(folder, "--format", "json").json["hash_key"]
    made = own.read_bytes()
    assert stat.S_IMODE(own.stat().st_mode) == 0o600
    assert stat.S_IMODE(own.parent.stat().st_mode) == 0o700
    assert [path.name for path in own.parent.iterdir()] == ["hash.key"]
    assert check(folder, "--format", "json").json["hash_key"] == first
    assert own.read_bytes() == made
    assert made.decode() not in check(folder, "--format", "json").out
    own.unlink()
    assert check(folder, "--format", "json").json["hash_key"] != first


def test_a_key_that_was_cut_short_is_not_used(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "configuration"))
    own = tmp_path / "configuration" / "facelint" / "hash.key"
    own.parent.mkdir(parents=True)
    own.write_text("abc")
    ended = check(folder)
    assert (ended.code, ended.out) == (2, "")
    assert "not a hash key that facelint made; delete it and a new one is made" in ended.err
    own.unlink()
    own.parent.rmdir()
    own.parent.write_text("a file in the folder's place")
    assert check(folder).code == 2


def test_a_relative_configuration_folder_is_ignored(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the XDG specification asks."""
    monkeypatch.setenv("XDG_CONFIG_HOME", "here")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(folder)
    check(folder)
    assert not (folder / "here").exists()
    assert (tmp_path / "home" / ".config" / "facelint" / "hash.key").is_file()
