"""JSON Lines: the keys are those of report.json, and the kinds of lines come in order."""

from __future__ import annotations

import json

from hypothesis import given

from facelint.formats import jsonl
from facelint.formats.json import shape
from facelint.report import Report

from .reports import reports


@given(reports())
def test_the_lines_hold_the_report(report: Report) -> None:
    told = [json.loads(line) for line in jsonl.render(report).splitlines()]
    kinds = [one.pop("line") for one in told]
    whole = json.loads(json.dumps(shape(report)))
    parts = {"rule": "rules", "finding": "findings", "not_examined": "not_examined"}
    assert kinds == ["run", *(word for word, key in parts.items() for _ in whole[key]), "verdict"]
    for word, key in parts.items():
        assert [one for one, kind in zip(told, kinds, strict=True) if kind == word] == whole[key]
    assert {**told[0], **told[-1]}.items() >= {k: v for k, v in whole.items() if k not in parts.values()}.items()
    assert told[0].keys().isdisjoint(told[-1])
