"""The GitHub action with its own installation, in the environment that a runner would give."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml
from running import AS_OF, ROOT

from .tools import EXAMPLES, VARIABLE, run

STEPS = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["runs"]["steps"]


@pytest.mark.skipif(VARIABLE not in os.environ, reason=f"installs facelint: {VARIABLE} is not set")
def test_the_action_installs_what_it_runs(tmp_path: Path) -> None:
    given = {
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        "ACTION_PATH": str(ROOT),
        "VERSION": "",
        "DATASET": str(EXAMPLES / "studio-portraits"),
        "POLICIES": "essentials",
        "AS_OF": AS_OF,
        "FAIL_ON": "error",
    }
    for step in STEPS:
        script = tmp_path / "step.sh"
        script.write_text(step["run"])
        bash = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
        ended = run(Path("/nowhere"), *bash, cwd=tmp_path, **given)
        assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "exit-code=0" in (tmp_path / "output").read_text("utf-8")
    assert "PASS" in (tmp_path / "summary").read_text("utf-8")
