"""A baseline of whatever dataset: nothing personal is in it, and nothing that it records fails any more."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from laws.datasets import Sheet
from laws.test_no_leak import AGE, CONSENTS, MARK, RECORDS, called, dataset, program

from facelint import cli
from facelint.formats import FORMATS


@settings(max_examples=max(settings().max_examples // 4, 1))
@given(RECORDS, st.one_of(st.none(), CONSENTS), st.sampled_from([*FORMATS]))
def test_a_baseline_holds_and_leaks_nothing(records: Sheet, consents: Sheet | None, form: str) -> None:
    with dataset(records, consents) as folder:
        command = ["facelint", "baseline", str(folder), "--owner", "o", "--approver", "a", "--expires", "9999-12-31"]
        code, out, err = called(cli.run, command)
        assert (code == 2) == bool(err), (code, err)
        assert "internal error" not in err, err
        written = [path.read_text("utf-8") for path in folder.glob("baseline.yaml")]
        told = program(folder, ["--waivers", str(folder / "baseline.yaml"), "--format", form]) if written else []
        for output in (out, err, *written, *told):
            assert MARK not in output
            assert AGE not in output
        if told and (folder / "report.json").exists():
            report = json.loads((folder / "report.json").read_text("utf-8"))
            assert not any(rule["answers"]["fail"] for rule in report["rules"])
            assert {one["state"] for one in report["waivers"]} <= {"used"}
