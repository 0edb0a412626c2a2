"""MLflow itself: a run bears the verdict, and ends where the dataset does not pass."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .tools import EXAMPLES, environment, run

RUNS = """
import json, mlflow
runs = mlflow.search_runs(search_all_experiments=True, output_format="list")
artifacts = {run.info.run_name: mlflow.artifacts.load_text(f"runs:/{run.info.run_id}/facelint.json") for run in runs}
print(json.dumps([{"name": run.info.run_name, "status": run.info.status, "metrics": run.data.metrics,
                   "verdict": run.data.tags["facelint.verdict"],
                   "report": json.loads(artifacts[run.info.run_name])["verdict"]} for run in runs]))
"""


@pytest.fixture(scope="module")
def programs() -> Path:
    return environment("mlflow", "mlflow-skinny>=3", "sqlalchemy>=2", "alembic")


def test_a_run_bears_the_verdict(programs: Path, tmp_path: Path) -> None:
    store = {"MLFLOW_TRACKING_URI": f"sqlite:///{tmp_path}/runs.db", "GIT_PYTHON_REFRESH": "quiet"}
    script = EXAMPLES / "gate" / "mlflow_run.py"
    admitted = run(programs, "python", script, EXAMPLES / "studio-portraits", cwd=tmp_path, **store)
    refused = run(programs, "python", script, EXAMPLES / "masked-face-market", cwd=tmp_path, **store)
    assert admitted.returncode == 0, admitted.stderr
    assert refused.returncode == 1
    assert "no training: " in refused.stderr
    told = run(programs, "python", "-c", RUNS, cwd=tmp_path, **store)
    assert told.returncode == 0, told.stderr
    runs = {one["name"]: one for one in json.loads(told.stdout.splitlines()[-1])}
    studio, market = runs["studio-portraits"], runs["masked-face-market"]
    assert (studio["status"], studio["verdict"], studio["report"]) == ("FINISHED", "pass", "pass")
    assert studio["metrics"].keys() == {"bare", "masked"}
    assert (market["status"], market["verdict"], market["report"]) == ("FAILED", "fail", "fail")
    assert market["metrics"] == {}
