"""An MLflow run that bears the verdict: as tags, with the whole report as an artifact, and FAILED where it refuses.

python examples/gate/mlflow_run.py examples/studio-portraits
"""

from __future__ import annotations

import sys
from pathlib import Path

import mlflow  # type: ignore[import-not-found]
from train import train

import facelint


def main(dataset: Path) -> None:
    with mlflow.start_run(run_name=dataset.name):
        report = facelint.check(dataset, as_of="2026-11-22")
        mlflow.set_tags({"facelint.verdict": report.verdict, "facelint.version": facelint.__version__})
        mlflow.log_text(report.to_json(), "facelint.json")
        report.require()
        mlflow.log_metrics(train(dataset))


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except facelint.UserError as refused:
        sys.exit(f"no training: {refused}")
