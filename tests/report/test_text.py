"""The report as text: what it says, in which order, and that nothing from input takes effect on a terminal."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from running import AS_OF, KEY, Ended, facelint, jsonl, lines, policy

from facelint.formats.escape import csv_cell, json_text, line
from facelint.redact import Redactor


def check(folder: Path, *rules: str, options: tuple[str, ...] = (), head: str = "") -> Ended:
    (folder / "key").write_bytes(KEY)
    own = policy(folder, *rules, head=head)
    return facelint("check", folder, "--policy", own, "--as-of", AS_OF, "--hash-key-file", folder / "key", *options)


def test_a_whole_report(tmp_path: Path) -> None:
    lines(
        tmp_path / "manifest.csv",
        [
            "path,record_id,subject_id,license,subject_age",
            "a.jpg,r1,s-1,MIT,30",
            "b.jpg,r2,s-2,,17",
            "c.jpg,r3,s-1,MIT,x",
        ],
    )
    ended = check(
        tmp_path,
        "id: licensed, severity: warning, require: {license: present}, title: A licence is stated, remedy: State it.",
        "id: adult, require: {subject_age: {ge: 18}}, cite: [{law: PIPL, article: '31', checked: primary}]",
        "id: alone, unique: [subject_id]",
        "id: fine, require: {path: present}",
    )
    assert ended.code == 1
    one, young = (Redactor(KEY).hash(value) for value in ("s-1", "17"))
    report = f"""\
error: own/alone: 2 failed of 3 records
  T
    manifest.csv:2 r1 a.jpg: subject_id is {one} (2 share it, the first at row 2), wanted unique subject_id
    manifest.csv:4 r3 c.jpg: subject_id is {one} (2 share it, the first at row 2), wanted unique subject_id

error: own/adult: 1 failed, 1 unsure of 3 records
  T
    manifest.csv:3 r2 b.jpg: subject_age is {young}, wanted at least 18
    manifest.csv:4 r3 c.jpg: unsure: subject_age: not an integer, wanted at least 18
  law: PIPL 31 (law, checked: primary)

warning: own/licensed: 1 failed of 3 records
  A licence is stated
    manifest.csv:3 r2 b.jpg: license is blank, wanted a value
  mend: State it.

3 records × 4 rules: 7 pass, 4 fail, 0 skip, 0 waived, 1 unsure
as of 2026-11-22 under own 1; evidence for a decision, not legal advice
FAIL: 3 failures of 2 rules; some answers are unsure
"""
    assert ended.out == report


def test_failures_come_before_doubts_in_the_samples(tmp_path: Path) -> None:
    ages = ["x", "y", "z", "17", "w", "16"]
    lines(tmp_path / "manifest.csv", ["path,subject_age", *(f"{i}.jpg,{age}" for i, age in enumerate(ages))])
    ended = check(tmp_path, "id: adult, require: {subject_age: {ge: 18}}")
    told = [row for row in ended.out.splitlines() if row.startswith("    ")]
    assert [row.split()[0] for row in told] == ["manifest.csv:5", "manifest.csv:7", "manifest.csv:2", "…"]
    assert "unsure:" not in told[0] + told[1]
    assert "unsure:" in told[2]
    assert told[3] == "    … and 3 more"


def test_errors_come_before_warnings_and_many_before_few(tmp_path: Path) -> None:
    rows = ({"path": f"{i}.jpg", "license": "" if i < 2 else "MIT", "source_name": ""} for i in range(4))
    jsonl(tmp_path / "manifest.jsonl", rows)
    ended = check(
        tmp_path,
        "id: note, severity: note, require: {source_name: present}",
        "id: unsure, require: {attribution: {is: x}}",
        "id: few, require: {license: present}",
        "id: warning, severity: warning, require: {source_name: present}",
        "id: many, require: {source_name: present}",
    )
    heads = [
        row.split(":")[1].strip() for row in ended.out.splitlines() if row.startswith(("error", "warning", "note"))
    ]
    assert heads == ["own/many", "own/few", "own/unsure", "own/warning", "own/note"]


def test_what_was_not_examined(tmp_path: Path) -> None:
    jsonl(tmp_path / "manifest.jsonl", ({"path": f"../{i}.jpg" if i % 2 else f"{i}.jpg"} for i in range(15)))
    ended = check(tmp_path, "id: sized, require: {file.size: {gt: 0}}")
    block = next(block for block in ended.out.split("\n\n") if block.startswith("not examined"))
    told = block.splitlines()
    assert told[0] == "not examined, in whole or in part: 15 records"
    assert told[1] == "    manifest.jsonl:1 0.jpg: no such file"
    assert told[2] == "    manifest.jsonl:2 ../1.jpg: leads out of the dataset's folder"
    assert told[6:] == ["    … and 10 more"]
    assert ended.code == 3


def test_the_dataset_as_a_whole_has_no_row(tmp_path: Path) -> None:
    jsonl(tmp_path / "manifest.jsonl", [{"path": "a.jpg"}])
    ended = check(
        tmp_path, "id: named, scope: dataset, require: {card.name: present}", "id: a, require: {path: present}"
    )
    assert "error: own/named: 1 failed of 1 dataset\n" in ended.out
    assert "    dataset: card.name: the card does not state it, wanted a value\n" in ended.out
    assert "1 record × 1 rule: 1 pass" in ended.out
    assert "1 dataset × 1 rule: 0 pass, 1 fail" in ended.out


def test_nothing_from_input_takes_effect_on_a_terminal(tmp_path: Path) -> None:
    evil = "\x1b]0;owned\x07\x9b31m\r\n\u202egpj.exe\u2066\u200b\u00ad"
    rows = [{"path": evil + "a", "record_id": evil + "r", "source_name": evil + "s", "attribution": "hmac:" + evil}]
    jsonl(tmp_path / "manifest.jsonl", rows)
    title = '"\\e[31mred\\u202e"'
    ended = check(
        tmp_path,
        f"id: a, require: {{source_name: x}}, title: {title}, remedy: {title}",
        "id: b, require: {attribution: x}",
        "id: c, unique: [path], severity: note",
        "id: d, require: {file.exists: true}",
    )
    assert ended.code == 1
    assert ended.out.replace("\n", "").isprintable()
    assert "\\u001b]0;owned\\u0007" in ended.out
    assert "\\u202egpj.exe" in ended.out


def test_long_text_is_cut(tmp_path: Path) -> None:
    jsonl(tmp_path / "manifest.jsonl", [{"path": "p" * 5_000, "record_id": "r" * 5_000, "source_name": "s" * 5_000}])
    ended = check(tmp_path, "id: a, require: {source_name: x}")
    assert max(map(len, ended.out.splitlines())) < 400
    assert "…" in ended.out


def test_personal_values_are_hashed_wherever_they_stand(tmp_path: Path) -> None:
    row = {
        "path": "a.jpg",
        "subject_id": "anna",
        "consent_id": "c-anna",
        "labels": ["scar", "beard"],
        "subject_age": 17,
    }
    jsonl(tmp_path / "manifest.jsonl", [row, row])
    rules = (
        "id: a, require: {subject_id: {in: [berta, carla]}}",
        "id: b, require: {labels: {within: [glasses]}}",
        "id: c, require: {subject_age: {ge: 18}}",
        "id: d, unique: [consent_id, subject_id]",
        "id: e, require: {subject_id: {is: {fact: consent_id}}}",
        "id: f, require: {path: {is: {fact: subject_id}}}",
    )
    for options in ((), ("--format", "json")):
        shown = check(tmp_path, *rules, options=options).out
        assert "hmac:" in shown
        assert not [word for word in ("anna", "scar", "beard", "berta", "carla", "glasses") if word in shown]
    revealed = check(tmp_path, *rules, options=("--reveal",)).out
    assert 'subject_id is "anna"' in revealed


@given(st.text())
def test_a_line_stays_on_its_line(text: str) -> None:
    assert line(text).isprintable()


@given(st.text(st.characters(min_codepoint=32, exclude_categories=["Cc", "Cs"])))
def test_json_says_the_same_when_it_is_made_safe(text: str) -> None:
    import json

    assert json.loads(json_text(json.dumps(text, ensure_ascii=False))) == text


@given(st.text(min_size=1))
def test_no_cell_begins_as_a_formula_does(text: str) -> None:
    assert csv_cell(text)[0] not in "=+-@\t\r\n"
    assert csv_cell(text).removeprefix("'") == text.removeprefix("'")
