"""Each example folder beside its golden report; `--update-goldens` writes them anew."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from running import AS_OF, KEY, ROOT, facelint

EXAMPLES = ROOT / "examples"
CODES = {"studio-portraits": 0, "masked-face-market": 1, "attendance-reuse": 1, "withdrawn": 1, "children": 1}
NAMES = sorted(path.parent.name for path in EXAMPLES.glob("*/facelint.yaml"))
EMPTY = hashlib.sha256(b"").hexdigest()
"""What is declared where a digest is wrong on purpose."""


def test_the_examples_are_those_that_are_known() -> None:
    assert set(CODES) == set(NAMES)


@pytest.mark.parametrize("name", [name for name, code in CODES.items() if code])
def test_the_readme_names_every_failure_and_no_other(name: str) -> None:
    """In its tables of records, by the bare name of the rule, with (w) at warnings and (n) at notes."""
    ended = facelint("check", EXAMPLES / name, "--as-of", AS_OF, "--reveal", "--format", "json")
    marks = {
        rule["id"]: {"error": "", "warning": " (w)", "note": " (n)"}[rule["severity"]] for rule in ended.json["rules"]
    }
    failures = {
        (one["record"] or "dataset", one["rule"].partition("/")[2] + marks[one["rule"]])
        for one in ended.json["findings"]
        if one["answer"] == "fail"
    }
    assert ended.json["findings_total"] == len(ended.json["findings"])
    assert set(named_failures((EXAMPLES / name / "README.md").read_text("utf-8"))) == failures


def named_failures(readme: str) -> Iterator[tuple[str, str]]:
    groups = {
        name: rules_in(said) for name, said in re.findall(r"\*([a-z ]+)\*(?:\s+stands)?\s+for\s+([^;.]*)[;.]", readme)
    }
    for table in re.findall(r"^\| record \|.*\| rules that catch it \|\n\|[-|]+\n((?:\|.*\n)+)", readme, re.MULTILINE):
        for row in table.splitlines():
            cells = [cell.strip() for cell in row.strip("|").split("|")]
            caught = rules_in(cells[-1])
            caught += [rule for group in re.findall(r"\*([a-z ]+)\*", cells[-1]) for rule in groups[group]]
            yield from ((record, rule) for record in cells[0].split(", ") for rule in caught)


def rules_in(text: str) -> list[str]:
    return [name + (mark or "") for name, mark in re.findall(r"`([a-z0-9-]+)`((?: \([wn]\))?)", text)]


@pytest.mark.parametrize("policy", ["cn-training", "eu-training", "strict"])
def test_the_careful_studio_passes_every_profile(policy: str) -> None:
    ended = facelint("check", EXAMPLES / "studio-portraits", "--as-of", AS_OF, "--policy", policy)
    assert (ended.code, ended.err) == (0, ""), ended.out


@pytest.mark.parametrize("name", NAMES)
def test_the_report_is_the_golden_one(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, update_goldens: bool
) -> None:
    """The text as it is; the JSON without `timing` and `facelint`, which change with every run and release."""
    monkeypatch.chdir(ROOT)
    key = tmp_path / "hash.key"
    key.write_bytes(KEY)
    data = tmp_path / "report.json"
    ended = facelint("check", f"examples/{name}", "--as-of", AS_OF, "--hash-key-file", key, "--output", f"json={data}")
    assert ended.err == ""
    assert ended.code == CODES.get(name, ended.code)
    report = json.loads(data.read_text("utf-8"))
    del report["timing"], report["facelint"]
    made = {"report.txt": ended.out, "report.json": json.dumps(report, ensure_ascii=False, indent=2) + "\n"}
    for file, content in made.items():
        golden = EXAMPLES / name / file
        if update_goldens:
            golden.write_text(content, encoding="utf-8", newline="\n")
        assert content == golden.read_text("utf-8"), f"examples/{name}/{file} (see pytest --update-goldens)"


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_that_is_named_is_as_its_record_declares(name: str) -> None:
    """But for those that the example's story says are not."""
    with (EXAMPLES / name / "manifest.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    named = [EXAMPLES / name / "images" / row["path"] for row in rows]
    gone = [row["path"] for row, path in zip(rows, named, strict=True) if not path.is_file()]
    wrong = [
        row["path"]
        for row, path in zip(rows, named, strict=True)
        if row["sha256"] and path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() != row["sha256"]
    ]
    assert gone == {"masked-face-market": ["reseller/0007.jpg"]}.get(name, [])
    assert wrong == {"masked-face-market": ["door/0012.jpg"]}.get(name, [])
    assert {row["sha256"] for row in rows if row["path"] in wrong} <= {EMPTY}


@pytest.mark.parametrize("name", NAMES)
def test_every_proof_is_as_its_consent_declares(name: str) -> None:
    with (EXAMPLES / name / "consents.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    declared = {row["evidence_path"]: row["evidence_sha256"] for row in rows if row["evidence_path"]}
    actual = {path: hashlib.sha256((EXAMPLES / name / path).read_bytes()).hexdigest() for path in declared}
    assert declared == actual
    notices = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (EXAMPLES / name / "notices").iterdir()}
    assert {row["notice_sha256"] for row in rows if row["notice_sha256"]} <= notices


def test_each_example_has_a_readme_that_is_listed() -> None:
    listed = (EXAMPLES / "README.md").read_text("utf-8")
    for name in NAMES:
        assert (EXAMPLES / name / "README.md").is_file()
        assert f"]({name}/)" in listed
