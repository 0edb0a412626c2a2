"""The table of broken and hostile datasets before `attest` and `verify`: a verdict, a refusal or one clear line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hostile.cases import CASES, TOKEN, Case
from hostile.test_broken_input import WATCH, ends_within
from running import AS_OF, Ended, facelint, policy

from facelint.gates.keys import write_pair

from .helpers import PAIR


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_broken_input(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder, out = tmp_path / "data", tmp_path / "out"
    folder.mkdir()
    out.mkdir()
    case.build(folder)
    own = folder / "own-policy.yaml"
    if not own.exists():
        policy(folder, *case.rules, WATCH)
    write_pair(PAIR, out / "k.key", out / "k.pub")
    case.hook(folder, monkeypatch)
    with ends_within(20):
        ended = facelint(
            "attest", folder / case.given, "--policy", own, "--as-of", AS_OF, "--key", out / "k.key",
            "--output", out / "a.json", "--leaves", out / "l.txt", "--expires", "36500d",
        )  # fmt: skip
    is_well_told(ended)
    assert (ended.code != 2) == (out / "a.json").exists()
    assert not list(out.glob(".*"))
    if ended.code != 2:
        assert TOKEN not in (out / "a.json").read_text()
        with ends_within(20):
            verified = facelint("verify", out / "a.json", folder / case.given, "--key", out / "k.pub")
        is_well_told(verified)
        assert verified.code == (0 if ended.code == 0 else 1)


def is_well_told(ended: Ended) -> None:
    assert ended.code in (0, 1, 2, 3)
    assert all(character.isprintable() or character == "\n" for character in ended.out + ended.err)
    assert "internal error" not in ended.err
    assert TOKEN not in ended.out + ended.err
    if ended.code == 2:
        assert (ended.out, ended.err.count("\n")) == ("", len(ended.err.splitlines()))
        assert all(line.startswith("facelint: ") for line in ended.err.splitlines())
