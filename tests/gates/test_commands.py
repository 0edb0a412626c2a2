"""`facelint keygen`, `attest` and `verify` as commands: what they say and how they end."""

from __future__ import annotations

import base64
import json
import os
import re
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from running import command, environment, facelint, policy, spawned

from facelint.gates import keys

from .helpers import CONFIGURATION, RULE, dataset


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a dataset `set` that passes its own policy, and keys."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv(keys.VARIABLE, raising=False)
    dataset(tmp_path / "set")
    own = policy(tmp_path, RULE)
    (tmp_path / "set" / "facelint.yaml").write_text(f"{CONFIGURATION}policies: [../{own.name}]\n", encoding="utf-8")
    assert facelint("keygen", "k").code == 0
    return tmp_path


def attest(*more: str | Path, at: str = "set") -> tuple[int, str, str]:
    ended = facelint("attest", at, "--key", "k.key", "--output", "a.json", *more)
    return ended.code, ended.out, ended.err


def verify(*more: str | Path, at: str = "set") -> tuple[int, str, str]:
    ended = facelint("verify", "a.json", at, "--key", "k.pub", *more)
    return ended.code, ended.out, ended.err


def last(out: str) -> str:
    return out.splitlines()[-1]


def test_keys_attest_verify(here: Path) -> None:
    code, out, err = attest("--leaves", "l.txt")
    assert (code, last(out), err) == (0, "ATTESTED: PASS, in a.json", "")
    assert "3 records, 7 files, " in out
    assert " under own 1\n" in out
    code, out, err = verify("--policy", "own-policy.yaml", "--max-age", "1d")
    assert (code, last(out), err) == (0, "VERIFIED: PASS, every byte of 7 files is as attested", "")
    code, out, err = verify("--leaves", "l.txt", "--sample", "1")
    told = "VERIFIED IN PART: PASS, 5 of 7 files are as attested; of the others only names and sizes were compared"
    assert (code, last(out), err) == (3, told, "")
    (here / "set" / "images" / "a.jpg").write_bytes(b"FIRST")
    assert verify()[:2] == (
        1, "REFUSED: the dataset is not the one attested: as many files and bytes, but some of them differ "
        "(a list by --leaves would tell which)\n",
    )  # fmt: skip
    assert verify("--leaves", "l.txt")[:2] == (
        1, "REFUSED: the dataset is not the one attested: changed: images/a.jpg\n"
    )  # fmt: skip


def test_keygen_in_a_folder_and_by_prefix(here: Path) -> None:
    (here / "keys").mkdir()
    for place, names in (
        ("keys", ("keys/facelint.key", "keys/facelint.pub")),
        ("keys/x.y", ("keys/x.y.key", "keys/x.y.pub")),
    ):
        ended = facelint("keygen", place)
        assert (ended.code, ended.err) == (0, "")
        assert all(name in ended.out and (here / name).is_file() for name in names)
        assert stat.S_IMODE((here / names[0]).stat().st_mode) == 0o600
        assert "PRIVATE KEY" not in ended.out
        again = facelint("keygen", place)
        assert (again.code, again.out) == (2, "")
        assert again.err == f"facelint: {names[0]}: is there already, and a key is never replaced\n"


def test_a_failed_verdict_is_attested_and_refused(here: Path) -> None:
    (here / "set" / "manifest.csv").write_text("path,license\na.jpg,\n")
    code, out, _ = attest()
    assert (code, last(out)) == (1, "ATTESTED: FAIL, in a.json")
    assert verify()[:2] == (1, "REFUSED: its verdict is fail\n")
    (here / "set" / "manifest.csv").write_text("path,license\n")
    code, out, _ = attest()
    assert (code, last(out)) == (3, "ATTESTED: INCOMPLETE, in a.json")
    assert verify()[:2] == (1, "REFUSED: its verdict is incomplete: the dataset has no records\n")


def test_several_reasons_stand_on_lines_of_their_own(here: Path) -> None:
    past = (datetime.now(UTC) - timedelta(days=50)).date().isoformat()
    code, out, _ = attest("--as-of", past, "--expires", "1d")
    assert (code, "expired already, at " in out) == (0, True)
    code, out, _ = verify("--max-age", "30", "--policy", "essentials")
    assert code == 1
    assert [line[: len("REFUSED: it ")] for line in out.splitlines()] == ["REFUSED: it "] * 3


def test_the_key_from_the_environment(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(keys.VARIABLE, (here / "k.key").read_text())
    assert facelint("attest", "set", "--output", "a.json").code == 0
    assert verify()[0] == 0


@pytest.mark.parametrize("place", ["set/images/a.json", "set/images/new/a.json", "set/facelint.yaml", "set/proof/1.txt",
                                   "set/manifest.csv", "own-policy.yaml", "k.key", "set/link/a.json"])  # fmt: skip
@pytest.mark.parametrize("option", ["--output", "--leaves"])
def test_an_output_that_would_change_what_is_attested(here: Path, place: str, option: str) -> None:
    (here / "set" / "link").symlink_to("images")
    before = {path: path.read_bytes() for path in here.rglob("*") if path.is_file()}
    ended = facelint("attest", "set", "--key", "k.key", option, place)
    assert (ended.code, ended.out) == (2, "")
    assert re.fullmatch(rf"facelint: {place}: (would change what is attested|is the private key).*\n", ended.err)
    assert {path: path.read_bytes() for path in here.rglob("*") if path.is_file()} == before


def test_the_folder_of_pictures_is_no_place_for_the_default(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "flat").mkdir()
    (here / "flat" / "metadata.csv").write_text("file_name,license\n")
    monkeypatch.chdir(here / "flat")
    ended = facelint("attest", "--key", "../k.key", "--policy", "../own-policy.yaml")
    assert ended.err == "facelint: facelint.attestation.json: would change what is attested; write it elsewhere\n"
    assert ended.code == 2


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("attest", "set"), "a private key is wanted: --key FILE, or FACELINT_SIGNING_KEY"),
        (("attest", "set", "--key", "none"), "none: the key cannot be read (No such file or directory)"),
        (("attest", "set", "--key", "k.pub"), "k.pub: holds a public key; the private one is wanted"),
        (("attest", "set", "--key", "k.key", "--expires", "soon"), "--expires 'soon': a number of days is wanted"),
        (("attest", "set", "--key", "k.key", "--expires", "-1"), "--expires '-1': a number of days is wanted"),
        (("attest", "none", "--key", "k.key"), "none: does not exist"),
        (("attest", "set", "--key", "k.key", "--set", "x"), "--set 'x': NAME=VALUE is wanted"),
        (("attest", "set", "--key", "k.key", "--output", "no/a.json"), "no/a.json: cannot be written"),
        (("attest", "set", "--key", "k.key", "--output", "b", "--leaves", "b"), "b: two outputs go to it"),
        (("verify", "none", "set", "--key", "k.pub"), "none: cannot be read (No such file or directory)"),
        (("verify", "set", "set", "--key", "k.pub"), "set: cannot be read (not a regular file)"),
        (("verify", "k.pub", "set"), "a public key is wanted: --key FILE"),
        (("verify", "k.pub", "set", "--key", "k.key"), "k.key: holds a private key; the public one is wanted"),
        (("verify", "a.json", "none", "--key", "k.pub"), "none: does not exist"),
        (("verify", "a.json", "set", "--key", "k.pub", "--sample", "1"), "--leaves FILE is wanted too"),
        (("verify", "a.json", "set", "--key", "k.pub", "--sample", "0"), "sample"),
        (("verify", "a.json", "set", "--key", "k.pub", "--set", "a=b"), "--policy is wanted too"),
        (("verify", "a.json", "set", "--key", "k.pub", "--max-age", "1w"), "--max-age '1w': a number of days"),
        (("verify", "a.json", "set", "--key", "k.pub", "--policy", "essentail"), "essentail"),
        (("verify", "a.json", "set", "--key", "k.pub", "--leaves", "none"), "none: cannot be read"),
    ],
)
def test_mistakes_in_what_is_asked(here: Path, arguments: tuple[str, ...], reason: str) -> None:
    assert attest()[0] == 0
    ended = facelint(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("facelint: ")
    assert ended.err.count("\n") == 1
    assert reason in ended.err


@pytest.mark.parametrize("content", [b"", b"{}", b"\x1b[31m", b"x" * 20_000_000, b'{"schema": "facelint/report/1"}'])
def test_a_file_that_is_no_attestation(here: Path, content: bytes) -> None:
    (here / "a.json").write_bytes(content)
    code, out, err = verify()
    assert (code, err) == (1, "")
    assert out.startswith("REFUSED: ")
    assert out.count("\n") == 1
    assert "\x1b" not in out


@pytest.mark.parametrize("content", [b"", b"facelint-leaves/1\n", b"x" * 1_000_000, b"facelint-leaves/1\n" + b"\n" * 9])
def test_a_file_that_is_no_list(here: Path, content: bytes) -> None:
    assert attest()[0] == 0
    (here / "l.txt").write_bytes(content)
    code, out, err = verify("--leaves", "l.txt")
    assert (code, err) == (1, "")
    assert out.startswith("REFUSED: the list of files ")


def test_an_older_attestation_is_replaced_whole_or_not_at_all(here: Path) -> None:
    assert attest()[0] == 0
    kept = (here / "a.json").read_bytes()
    os.mkfifo(here / "set" / "images" / "pipe")
    code, out, err = attest()
    assert (code, out, err) == (2, "", "facelint: images/pipe: is not a regular file\n")
    assert (here / "a.json").read_bytes() == kept


def test_a_dataset_that_nobody_may_write(here: Path) -> None:
    folders = list((here / "set").rglob("*"))
    for path in [*folders, here / "set"]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        before = sorted(here.joinpath("set").rglob("*"))
        assert attest()[0] == 0
        assert verify()[0] == 0
        assert sorted(here.joinpath("set").rglob("*")) == before
    finally:
        for path in [here / "set", *folders]:
            path.chmod(0o755)


def test_two_runs_at_once(here: Path) -> None:
    arguments = command("attest", "set", "--key", "k.key", "--output", "a.json", "--leaves", "l.txt")
    runs = [
        subprocess.Popen(
            arguments, cwd=here, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    ended = [(*run.communicate(timeout=60), run.returncode) for run in runs]
    assert [(err, code) for _, err, code in ended] == [("", 0)] * 3
    assert verify("--leaves", "l.txt")[0] == 0
    left = {path.name for path in here.iterdir()} | {path.name for path in (here / "cache" / "facelint").iterdir()}
    assert not [name for name in left if "tmp" in name]


def test_a_cache_that_cannot_be_used_is_told_on_one_line(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null")
    code, out, err = attest()
    assert (code, last(out)) == (0, "ATTESTED: PASS, in a.json")
    assert re.fullmatch(r"facelint: the cache /dev/null/facelint/\w+\.digests is not used: [^\n]+\n", err)
    assert attest("--no-cache")[2] == ""


def test_verify_never_uses_the_cache(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from facelint.gates import digest_cache

    assert attest()[0] == 0
    monkeypatch.setattr(digest_cache, "load", lambda path: pytest.fail("the cache was read"))
    monkeypatch.setattr(digest_cache, "save", lambda *_: pytest.fail("the cache was written"))
    assert verify()[0] == 0


def test_the_hash_key_is_not_touched(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(here / "configuration"))
    assert attest()[0] == 0
    assert not (here / "configuration").exists()


def test_a_process_of_its_own(here: Path) -> None:
    assert spawned("attest", "set", "--key", "k.key", cwd=here).code == 0
    ended = spawned("verify", "facelint.attestation.json", "set", "--key", "k.pub", cwd=here, LC_ALL="C")
    assert (ended.code, ended.err) == (0, "")


def test_the_envelope_holds_what_the_documentation_says(here: Path) -> None:
    assert attest()[0] == 0
    envelope = json.loads((here / "a.json").read_bytes())
    statement = json.loads(base64.b64decode(envelope["payload"]))
    assert statement["subject"][0]["name"] == "Made up"
    assert statement["predicate"]["waivers"] == []
    (keyid,) = (one["keyid"] for one in envelope["signatures"])
    assert keyid == keys.verifier(here / "k.pub").keyid
