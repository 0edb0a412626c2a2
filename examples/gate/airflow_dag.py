"""An Airflow DAG whose training waits for the gate: a dataset that does not pass fails the first task, and for good.

airflow dags test facelint_gate --conf '{"dataset": "/data/portraits"}'
"""

# mypy: disable-error-code="import-not-found, untyped-decorator"
from __future__ import annotations

from pathlib import Path

from airflow.sdk import Param, dag, task
from airflow.sdk.exceptions import AirflowFailException


@dag(schedule=None, params={"dataset": Param(type="string")})
def facelint_gate() -> None:
    @task
    def gate(params: dict[str, str]) -> str:
        import facelint

        try:
            facelint.check(params["dataset"], as_of="2026-11-22").require()
        except facelint.UserError as refused:
            raise AirflowFailException(str(refused)) from None  # to try again would not mend it
        return params["dataset"]

    @task
    def training(dataset: str) -> dict[str, float]:
        from train import train

        return train(Path(dataset))

    training(gate())


facelint_gate()
