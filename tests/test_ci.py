"""The action and the documented jobs: their own shell, with the environment that the services give."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from running import AS_OF, ROOT, environment

ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}
STUDIO, MARKET = (ROOT / "examples" / name for name in ("studio-portraits", "masked-face-market"))


@dataclass(frozen=True)
class Step:
    code: int
    out: str
    outputs: dict[str, str]
    summary: str


def facelint_in(folder: Path) -> None:
    """A program `facelint` in the folder that runs this checkout."""
    folder.mkdir(parents=True)
    program = folder / "facelint"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m facelint "$@"\n')
    program.chmod(0o755)


def step(temp: Path, **inputs: Any) -> Step:
    """The step that checks, as GitHub runs `shell: bash` of a composite action."""
    facelint_in(temp / "facelint" / "bin")
    given = {name: declared["default"] for name, declared in ACTION["inputs"].items()} | inputs
    own = {
        name: re.sub(r"\$\{\{ inputs\.([a-z-]+) \}\}", lambda match: str(given[match[1]]), value)
        for name, value in STEPS["Check the dataset"]["env"].items()
    }
    files = {name: temp / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for file in files.values():
        file.touch()
    script = temp / "step.sh"
    script.write_text(STEPS["Check the dataset"]["run"])
    ended = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)], capture_output=True, text=True, check=False,
        cwd=temp, timeout=120,
        env=environment(RUNNER_TEMP=str(temp), GITHUB_ACTIONS="true", **own, **{k: str(v) for k, v in files.items()}),
    )  # fmt: skip
    outputs = dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines())
    return Step(ended.returncode, ended.stdout + ended.stderr, outputs, files["GITHUB_STEP_SUMMARY"].read_text("utf-8"))


@pytest.mark.parametrize(("folder", "code", "word"), [(STUDIO, 0, "PASS"), (MARKET, 1, "FAIL")])
def test_the_action(tmp_path: Path, folder: Path, code: int, word: str) -> None:
    ended = step(tmp_path, path=folder, policy="essentials\nfile-privacy\n", **{"as-of": AS_OF})
    assert (ended.code, ended.outputs["exit-code"]) == (code, str(code)), ended.out
    sarif = json.loads(Path(ended.outputs["sarif"]).read_text("utf-8"))
    assert sarif["version"] == "2.1.0"
    levels = [one["level"] for one in sarif["runs"][0]["results"]]
    assert ("error" in levels) is bool(code)
    assert word in ended.summary
    assert ("::error" in ended.out) is bool(code)


def test_the_action_where_nothing_can_be_checked(tmp_path: Path) -> None:
    ended = step(tmp_path, path="nowhere")
    assert (ended.code, ended.summary) == (2, "")
    assert ended.outputs == {"exit-code": "2"}


def test_inputs_are_words_and_no_shell(tmp_path: Path) -> None:
    ended = step(
        tmp_path, path="$(touch here)`touch here`; touch here", policy="--reveal\n-x; touch here", **{"as-of": ""}
    )
    assert ended.code == 2
    assert not (tmp_path / "here").exists()


def test_no_expression_stands_in_a_script() -> None:
    assert all("${{" not in one["run"] for one in STEPS.values())


def test_the_action_and_its_docs_name_the_same_inputs() -> None:
    said = (ROOT / "docs" / "gates.md").read_text("utf-8")
    assert all(f"`{name}`" in said for name in [*ACTION["inputs"], *ACTION["outputs"]])


def blocks() -> list[Any]:
    text = (ROOT / "docs" / "gates.md").read_text("utf-8")
    return [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)]


def test_the_documented_hooks_are_there() -> None:
    hooks = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}
    (config,) = (block for block in blocks() if "repos" in block)
    assert {hook["id"] for hook in config["repos"][0]["hooks"]} == hooks


@pytest.mark.parametrize(("folder", "codes"), [(STUDIO, {0}), (MARKET, {1})])
def test_the_documented_gitlab_job(tmp_path: Path, folder: Path, codes: set[int]) -> None:
    (job,) = (block["facelint"] for block in blocks() if "facelint" in block)
    install, *rest = job["script"]
    assert install == "pip install facelint"
    (tmp_path / "data").symlink_to(folder)
    facelint_in(tmp_path / "bin")
    path = f"{tmp_path / 'bin'}:{environment()['PATH']}"
    script = "\n".join(f"{line} --as-of {AS_OF}" for line in rest)
    ended = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False,
        env=environment(PATH=path, CI="true", GITLAB_CI="true"), timeout=120,
    )  # fmt: skip
    assert ended.returncode in codes, ended.stderr
    for artifact in [*job["artifacts"]["paths"], job["artifacts"]["reports"]["junit"]]:
        assert (tmp_path / artifact).stat().st_size
