"""DVC itself: a pipeline whose training depends on the gate."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from .tools import EXAMPLES, environment, run


@pytest.fixture(scope="module")
def programs() -> Path:
    return environment("dvc", "dvc>=3.60")


def pipeline(folder: Path, dataset: str) -> None:
    shutil.copy(EXAMPLES / "gate" / "dvc.yaml", folder)
    shutil.copy(EXAMPLES / "gate" / "train.py", folder)
    shutil.copytree(EXAMPLES / dataset, folder / "dataset")


def test_training_follows_a_dataset_that_passes_and_no_other(programs: Path, tmp_path: Path) -> None:
    pipeline(tmp_path, "studio-portraits")
    begun = run(programs, "dvc", "init", "--no-scm", "--quiet", cwd=tmp_path)
    assert begun.returncode == 0, begun.stderr
    admitted = run(programs, "dvc", "repro", cwd=tmp_path)
    assert admitted.returncode == 0, admitted.stderr
    assert json.loads((tmp_path / "facelint.json").read_text("utf-8"))["verdict"] == "pass"
    assert "masked" in (tmp_path / "model.txt").read_text("utf-8")
    again = run(programs, "dvc", "repro", cwd=tmp_path)
    assert "Stage 'gate' didn't change, skipping" in again.stdout + again.stderr

    shutil.rmtree(tmp_path / "dataset")
    (tmp_path / "model.txt").unlink()
    shutil.copytree(EXAMPLES / "masked-face-market", tmp_path / "dataset")
    refused = run(programs, "dvc", "repro", cwd=tmp_path)
    assert refused.returncode != 0
    assert "FAIL: " in refused.stdout + refused.stderr
    assert "failed to reproduce 'gate'" in refused.stdout + refused.stderr
    assert not (tmp_path / "model.txt").exists()
