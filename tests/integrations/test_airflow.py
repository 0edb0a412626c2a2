"""Airflow itself: the task that trains is not run where the gate fails."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from .tools import EXAMPLES, environment, run


@pytest.fixture(scope="module")
def programs() -> Path:
    return environment("airflow", "apache-airflow>=3")


@pytest.fixture
def home(programs: Path, tmp_path: Path) -> dict[str, str]:
    shutil.copytree(EXAMPLES / "gate", tmp_path / "dags")
    home = {
        "AIRFLOW_HOME": str(tmp_path),
        "AIRFLOW__CORE__DAGS_FOLDER": str(tmp_path / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    }
    made = run(programs, "airflow", "db", "migrate", cwd=tmp_path, **home)
    assert made.returncode == 0, made.stderr[-2000:]
    listed = run(programs, "airflow", "dags", "reserialize", cwd=tmp_path, **home)
    assert listed.returncode == 0, listed.stderr[-2000:]
    return home


@pytest.mark.parametrize(("dataset", "trained"), [("studio-portraits", True), ("masked-face-market", False)])
def test_training_waits_for_the_gate(
    programs: Path, home: dict[str, str], tmp_path: Path, dataset: str, trained: bool
) -> None:
    conf = json.dumps({"dataset": str(EXAMPLES / dataset)})
    ended = run(programs, "airflow", "dags", "test", "facelint_gate", "--conf", conf, cwd=tmp_path, **home)
    told = ended.stdout + ended.stderr
    assert ("'masked':" in told or '"masked":' in told) is trained, told[-3000:]
    assert ("FAIL: " in told) is not trained
    assert (ended.returncode == 0) is trained
