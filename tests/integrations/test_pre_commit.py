"""pre-commit itself: a repository whose commits the three hooks refuse or let through."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from probes.pictures import NEMO, picture
from running import ROOT

from .tools import EXAMPLES, VARIABLE, environment, run

CONFIG = """\
repos:
  - repo: {hooks}
    rev: {rev}
    hooks:
      - id: facelint
        args: [data, --as-of, "2026-11-22", --policy, essentials]
      - id: facelint-images
      - id: facelint-policy
"""
POLICY = """\
policy: house
title: House rules
version: "1"
rules:
  - {id: source, title: The source is named, severity: error, require: {source_name: present}}
"""


@pytest.fixture(scope="module")
def programs() -> Path:
    return environment("pre-commit", "pre-commit>=4", facelint=False)


def git(folder: Path, *command: str, programs: Path = Path(), **more: str) -> subprocess.CompletedProcess[str]:
    who = {f"GIT_{role}_{what}": "x@x.example" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    nobody = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    return run(programs, "git", *command, cwd=folder, **who, **nobody, **more)


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """This checkout as a repository of hooks, and its revision."""
    folder = tmp_path_factory.mktemp("hooks")
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, folder)
    for name in ("facelint", "rules"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    assert git(folder, "commit", "--quiet", "--message", "hooks").returncode == 0
    return folder, git(folder, "rev-parse", "HEAD").stdout.strip()


@pytest.fixture(scope="module")
def repository(
    programs: Path, hooks: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, dict[str, str]]]:
    folder = tmp_path_factory.mktemp("repository")
    shutil.copytree(EXAMPLES / "studio-portraits", folder / "data")
    (folder / ".pre-commit-config.yaml").write_text(CONFIG.format(hooks=hooks[0], rev=hooks[1]))
    (folder / "policies").mkdir()
    (folder / "policies" / "house.yaml").write_text(POLICY)
    home = {"PRE_COMMIT_HOME": str(Path(os.environ[VARIABLE]).resolve() / "pre-commit-home")}
    git(folder, "init", "--quiet")
    installed = run(programs, "pre-commit", "install", "--install-hooks", cwd=folder, **home)
    assert installed.returncode == 0, installed.stdout + installed.stderr
    git(folder, "add", ".")
    first = git(folder, "commit", "--message", "a clean commit", programs=programs, **home)
    assert first.returncode == 0, first.stdout + first.stderr
    yield folder, home
    shutil.rmtree(home["PRE_COMMIT_HOME"])


@pytest.fixture
def clean(repository: tuple[Path, dict[str, str]]) -> Iterator[Path]:
    yield repository[0]
    git(repository[0], "reset", "--quiet", "--hard")
    git(repository[0], "clean", "--quiet", "-fd")


def committed(programs: Path, repository: tuple[Path, dict[str, str]]) -> tuple[int, dict[str, str], str]:
    """The exit code of a commit of everything, what became of each hook, and all that was said."""
    folder, home = repository
    git(folder, "add", "--all")
    before = git(folder, "rev-parse", "HEAD").stdout
    ended = git(folder, "commit", "--message", "more", programs=programs, **home)
    said = ended.stdout + ended.stderr
    assert (git(folder, "rev-parse", "HEAD").stdout == before) is (ended.returncode != 0)
    names = {"whole dataset": "facelint", "changed images": "facelint-images", "changed policies": "facelint-policy"}
    lines = {hook: line for line in said.splitlines() for shown, hook in names.items() if shown in line}
    states = {hook: line.rpartition(".")[2].rpartition(")")[2] for hook, line in lines.items()}
    return ended.returncode, states, said


def test_a_picture_with_coordinates(programs: Path, repository: tuple[Path, dict[str, str]], clean: Path) -> None:
    (clean / "photo.jpg").write_bytes(picture("JPEG", exif=NEMO))
    code, states, said = committed(programs, repository)
    assert code == 1
    assert states == {"facelint": "Passed", "facelint-images": "Failed", "facelint-policy": "Skipped"}
    assert "photo.jpg: error: file-privacy/gps: " in said


def test_a_deletion_that_leaves_a_row_of_the_manifest_hanging(
    programs: Path, repository: tuple[Path, dict[str, str]], clean: Path
) -> None:
    (clean / "data" / "images" / "s-002.jpg").unlink()
    code, states, said = committed(programs, repository)
    assert code == 1
    assert states == {"facelint": "Failed", "facelint-images": "Skipped", "facelint-policy": "Skipped"}
    assert "essentials/file-present: 1 failed" in said


def test_a_broken_policy(programs: Path, repository: tuple[Path, dict[str, str]], clean: Path) -> None:
    (clean / "policies" / "house.yaml").write_text(POLICY.replace("source_name", "source_nam"))
    code, states, said = committed(programs, repository)
    assert code == 1
    assert states == {"facelint": "Passed", "facelint-images": "Skipped", "facelint-policy": "Failed"}
    assert "policies/house.yaml:5:" in said
    assert 'did you mean "source_name"' in said


def test_many_clean_pictures_in_one_commit(
    programs: Path, repository: tuple[Path, dict[str, str]], clean: Path
) -> None:
    for n in range(40):
        (clean / f"{n}.png").write_bytes(picture("PNG"))
    (clean / "policies" / "house.yaml").write_text(POLICY.replace("House rules", "The rules of the house"))
    code, states, said = committed(programs, repository)
    assert code == 0, said
    assert states == {"facelint": "Passed", "facelint-images": "Passed", "facelint-policy": "Passed"}
