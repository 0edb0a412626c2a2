"""Waivers hold at every gate alike: a check, the Python API, an attestation; which names them and ends with them."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from running import AS_OF, ROOT, facelint

import facelint as library
from facelint.gates import keys
from facelint.gates.envelope import opened
from facelint.gates.statement import read

UNTIL = "2027-03-31"


@pytest.fixture
def waived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An example that fails, with all of its failures in a baseline."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    shutil.copytree(ROOT / "examples" / "children", tmp_path / "children")
    who = ("--owner", "Data team", "--approver", "Chen Yu", "--expires", UNTIL, "--as-of", AS_OF)
    assert facelint("baseline", "children", *who).code == 0
    with Path("children", "facelint.yaml").open("a", encoding="utf-8") as stream:
        stream.write("waivers: baseline.yaml\n")
    assert facelint("keygen", "k").code == 0
    return tmp_path / "children"


def test_a_check_and_the_api_agree(waived: Path) -> None:
    assert facelint("check", waived, "--as-of", AS_OF).code == 0
    report = library.check(waived, as_of=AS_OF)
    assert report.verdict == "pass"
    assert {"waived"} == set(report.findings["answer"])
    assert library.check(waived, as_of="2027-04-01").verdict == "fail"


def test_an_attestation_names_what_it_rests_on(waived: Path) -> None:
    ended = facelint("attest", waived, "--key", "k.key", "--as-of", AS_OF, "--expires", "3650d", "--output", "a.json")
    assert (ended.code, ended.err) == (0, "")
    assert "failures waived" in ended.out
    assert facelint("verify", "a.json", waived, "--key", "k.pub").code == 0
    payload, _ = opened(Path("a.json").read_bytes(), [keys.verifier(Path("k.pub"))])
    statement = read(payload)
    rules = {one.rule for one in statement.waivers}
    assert {"cn-pipl/guardian-consent", "cn-pipl/childrens-rules", "opt-out-and-provenance/minor-release"} <= rules
    assert {one.owner for one in statement.waivers} == {"Data team"}
    assert statement.expires.date() == date.fromisoformat(UNTIL)


def test_other_formats_tell_of_waivers(waived: Path) -> None:
    junit = facelint("check", waived, "--as-of", "2027-04-01", "--format", "junit").out
    assert '<testsuite name="facelint"' in junit
    assert 'name="waivers-hold"' in junit
    github = facelint("check", waived, "--as-of", AS_OF, "--format", "github").out
    assert "waiver: " in github
    sarif = facelint("check", waived, "--as-of", AS_OF, "--format", "sarif").json
    assert any("Data team" in one for one in sarif["runs"][0]["properties"]["waivers"])
    markdown = facelint("check", waived, "--as-of", AS_OF, "--format", "markdown").out
    assert "### Waivers" in markdown
    assert "Data team" in markdown
