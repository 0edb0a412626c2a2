"""Refusing and admitting: `require`, `compliant`, `gate`, from threads and processes too."""

from __future__ import annotations

import json
import pickle
import shutil
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from running import AS_OF, ROOT, environment, lines, policy
from running import facelint as program

import facelint

from .test_datasets import MARKET, STUDIO, Items, frame, stated


def refused(*arguments: Any, **how: Any) -> facelint.NotCompliant:
    with pytest.raises(facelint.NotCompliant) as caught:
        facelint.check(*arguments, **how).require()
    return caught.value


def test_the_report_is_that_of_the_command_line(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(b"k" * 32)
    report = facelint.check(MARKET, as_of=AS_OF, hash_key_file=key)
    ended = program("check", MARKET, "--as-of", AS_OF, "--hash-key-file", key, "--format", "json")
    mine, theirs = json.loads(report.to_json()), ended.json
    assert {**mine, "timing": 0} == {**theirs, "timing": 0}


def test_what_passes_gives_the_report_back() -> None:
    report = facelint.check(STUDIO, as_of=AS_OF)
    assert report.require() is report
    assert (report.verdict, report.complete) == ("pass", True)


def test_a_refusal_is_short_and_says_the_worst() -> None:
    said = str(refused(MARKET, as_of=AS_OF, policies="essentials")).splitlines()
    assert len(said) <= 6
    assert all(len(line) < 200 for line in said)
    assert f"as of {AS_OF} under essentials: FAIL: " in said[0]
    assert said[1].startswith("  essentials/consent-active: 15 failed of 18 records")
    assert str(MARKET) in said[-1]


def test_what_is_unsure_is_refused_too() -> None:
    error = refused(pd.DataFrame({"path": ["nowhere.jpg"]}), policies="file-privacy")
    assert error.report.verdict == "incomplete"
    assert "INCOMPLETE" in str(error)


def test_an_empty_dataset_is_refused() -> None:
    assert refused(pd.DataFrame({"path": []}), policies="essentials").report.verdict == "incomplete"
    assert refused([], policies="essentials").report.verdict == "incomplete"


def test_a_refusal_survives_pickling() -> None:
    error = refused(MARKET, as_of=AS_OF)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (str(again), again.report) == (str(error), error.report)


def test_the_ledger_closes_and_the_findings_are_those_of_the_json() -> None:
    report = facelint.check(MARKET, as_of=AS_OF)
    ledger = report.ledger
    assert (ledger[["pass", "fail", "skip", "waived", "unsure"]].sum(axis=1) == ledger["of"]).all()
    shown = json.loads(report.to_json())["findings"]
    assert report.findings_total == len(shown) == len(report.findings)
    assert list(report.findings.fingerprint) == [one["fingerprint"] for one in shown]
    few = facelint.check(MARKET, as_of=AS_OF, shown=3)
    assert (len(few.findings), few.findings_total) == (3, report.findings_total)


def passing(report: facelint.Report, ids: list[str], least: str = "error") -> list[str]:
    """By the findings of a whole report, the records that pass."""
    counted = set(report.ledger[(report.ledger.scope == "record") & (report.ledger.severity == least)].rule)
    against = report.findings[report.findings.rule.isin(counted)]
    return [one for one in ids if one not in set(against.record)]


def test_the_records_that_pass() -> None:
    report = facelint.check(MARKET, as_of=AS_OF, policies="file-privacy")
    ids = list(frame(MARKET)["record_id"])
    kept = facelint.compliant(MARKET, as_of=AS_OF, policies="file-privacy")
    assert [one.id for one in kept] == passing(report, ids)
    assert 0 < len(kept) < len(ids)
    assert all((MARKET / "images" / str(one.path)).is_file() for one in kept)


def test_the_rows_that_pass() -> None:
    how: dict[str, Any] = {"as_of": AS_OF, "policies": "file-privacy", "images": MARKET / "images"}
    rows = frame(MARKET)
    rows.index = pd.Index([f"row {n}" for n in range(len(rows))])
    ids = [one.id for one in facelint.compliant(MARKET, as_of=AS_OF, policies="file-privacy")]
    kept = facelint.compliant(rows, **how)
    assert list(kept["record_id"]) == ids
    assert kept.equals(rows[rows["record_id"].isin(ids)])
    table = facelint.compliant(pa.Table.from_pandas(rows, preserve_index=False), **how)
    assert table["record_id"].to_pylist() == ids
    positions = facelint.compliant(Items(list(rows["path"])), **how)
    assert list(rows["record_id"].iloc[positions]) == ids


def test_rules_over_groups_condemn_their_records(tmp_path: Path) -> None:
    own = policy(tmp_path, "id: a, unique: [path]")
    assert facelint.compliant(["a.jpg", "b.jpg", "a.jpg"], policies=own) == [1]


def test_a_row_that_names_several_pictures_stands_or_falls_whole(tmp_path: Path) -> None:
    own = policy(tmp_path, 'id: a, require: {path: {matches: "good.*"}}')
    rows = pd.DataFrame({"file_names": [["good-1.jpg", "bad.jpg"], ["good-2.jpg", "good-3.jpg"]]})
    assert list(facelint.compliant(rows, policies=own).index) == [1]


def test_nothing_passes_where_nothing_is_checked(tmp_path: Path) -> None:
    own = policy(tmp_path, "id: a, when: {synthetic: true}, require: {license: present}")
    lines(tmp_path / "manifest.csv", ["path,synthetic", "a.jpg,false"])
    with pytest.raises(facelint.UserError, match="nothing was checked"):
        facelint.compliant(tmp_path, policies=own)
    warning = policy(tmp_path, "id: a, severity: warning, require: {license: present}")
    with pytest.raises(facelint.UserError, match="nothing was checked"):
        facelint.compliant(tmp_path, policies=warning)
    assert facelint.compliant(tmp_path, policies=warning, fail_on="warning") == []


def test_a_gate_lets_nothing_be_done() -> None:
    done: list[str] = []

    @facelint.gate(MARKET, as_of=AS_OF, policies="essentials")
    def train(what: str) -> str:
        done.append(what)
        return what

    with pytest.raises(facelint.NotCompliant):
        train("a")
    with pytest.raises(facelint.NotCompliant), facelint.gate(MARKET, as_of=AS_OF):
        done.append("b")
    assert done == []


def test_a_gate_that_is_open_each_time_anew(tmp_path: Path) -> None:
    own = policy(tmp_path, "id: a, require: {license: MIT}")
    manifest = lines(tmp_path / "manifest.csv", ["path,license", "a.jpg,MIT"])

    @facelint.gate(tmp_path, policies=own)
    def train(factor: int) -> int:
        """Trains."""
        return factor * 2

    assert (train(3), train.__name__, train.__doc__) == (6, "train", "Trains.")
    with facelint.gate(tmp_path, policies=own) as report:
        assert report.verdict == "pass"
    lines(manifest, ["path,license", "a.jpg,GPL-3.0-only"])
    with pytest.raises(facelint.NotCompliant):
        train(3)


def test_an_error_behind_the_gate_is_its_own(tmp_path: Path) -> None:
    lines(tmp_path / "manifest.csv", ["path,license", "a.jpg,MIT"])
    own = policy(tmp_path, "id: a, require: {license: MIT}")
    with pytest.raises(ZeroDivisionError), facelint.gate(tmp_path, policies=own):
        raise ZeroDivisionError


def outcome(folder: str) -> tuple[str, str]:
    report = facelint.check(folder, as_of=AS_OF)
    whole = json.loads(report.to_json())
    del whole["timing"]
    return report.verdict, json.dumps(whole)


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_checks_side_by_side(kind: str) -> None:
    folders = [str(STUDIO), str(MARKET)] * 2
    alone = [outcome(folder) for folder in folders[:2]] * 2
    pool = ThreadPoolExecutor(4) if kind == "threads" else ProcessPoolExecutor(2, get_context("spawn"))
    with pool:
        assert list(pool.map(outcome, folders)) == alone


def test_a_refusal_crosses_processes() -> None:
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        error = pool.submit(_required, str(MARKET)).exception()
    assert isinstance(error, facelint.NotCompliant)
    assert error.report.verdict == "fail"


def _required(folder: str) -> None:
    facelint.check(folder, as_of=AS_OF).require()


def test_a_link_put_in_the_place_of_a_folder_is_seen_by_the_next_check(tmp_path: Path) -> None:
    images, outside = tmp_path / "images", tmp_path / "outside"
    (images / "a").mkdir(parents=True)
    outside.mkdir()
    for folder in (images / "a", outside):
        (folder / "1.jpg").write_bytes(b"x")
    own = policy(tmp_path, "id: a, require: {file.inside_root: true}")
    assert facelint.check(["a/1.jpg"], images=images, policies=own).verdict == "pass"
    (images / "a").rename(images / "b")
    (images / "a").symlink_to(outside)
    assert facelint.check(["a/1.jpg"], images=images, policies=own).verdict == "fail"


def test_no_personal_value_in_a_refusal(tmp_path: Path) -> None:
    own = policy(tmp_path, "id: a, require: {subject_id: nobody}")
    report = facelint.check(pd.DataFrame({"path": ["a.jpg"], "subject_id": ["Zhang San"]}), policies=own)
    with pytest.raises(facelint.NotCompliant) as caught:
        report.require()
    assert "Zhang San" not in str(caught.value) + str(report) + report.to_json() + report.findings.to_string()
    assert "hmac:" in report.findings.found[0]


def example(*arguments: Path) -> subprocess.CompletedProcess[str]:
    script = [sys.executable, str(ROOT / "examples" / "gate" / "train.py"), *map(str, arguments)]
    return subprocess.run(script, capture_output=True, text=True, env=environment(), timeout=60, check=False)


def test_the_example_starts_on_the_studio_and_not_on_the_market() -> None:
    admitted, kept_out = example(STUDIO), example(MARKET)
    assert (admitted.returncode, admitted.stderr) == (0, "")
    assert "'masked': " in admitted.stdout
    assert (kept_out.returncode, kept_out.stdout) == (1, "")
    assert kept_out.stderr.startswith("no training: ")
    assert "FAIL" in kept_out.stderr
    assert "Traceback" not in kept_out.stderr


def test_the_example_holds_a_dataset_to_its_attestation(tmp_path: Path) -> None:
    copied = tmp_path / "studio"
    shutil.copytree(STUDIO, copied)
    key, public, sealed = tmp_path / "k.key", tmp_path / "k.pub", tmp_path / "a.json"
    assert program("keygen", tmp_path / "k").code == 0
    assert program("attest", copied, "--key", key, "--output", sealed, "--no-cache").code == 0
    admitted = example(copied, sealed, public)
    assert (admitted.returncode, admitted.stderr) == (0, "")
    with (copied / "images" / "s-002.jpg").open("ab") as picture:
        picture.write(b"x")
    kept_out = example(copied, sealed, public)
    assert (kept_out.returncode, kept_out.stdout) == (1, "")
    assert kept_out.stderr.startswith("no training: the dataset is not the one attested")


def test_the_studio_in_memory_passes_what_it_passes_on_disk() -> None:
    assert facelint.check(frame(STUDIO), as_of=AS_OF, policies="cn-training", **stated(STUDIO)).verdict == "pass"
