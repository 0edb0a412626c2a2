"""The report as JSON Lines, for tools that read line by line.

Each line is an object that says in `line` what it is: first one `run` (what was checked against what), then a `rule`
for each rule, a `finding` for each finding that the report shows and a `not_examined` for each thing listed as such,
with the keys of report.json, and at last one `verdict` (with the ledger and the totals). A file whose last line is
something else is cut off.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from facelint.formats.escape import json_text
from facelint.formats.json import ledger, shape
from facelint.report import Report

_RUN = ("schema", "facelint", "as_of", "fail_on", "dataset", "policies", "params", "disabled", "waivers", "hash_key")
_VERDICT = ("verdict", "why", "complete", "findings_total", "findings_shown", "not_examined_total", "timing")


def render(report: Report) -> str:
    lines = (json.dumps(one, ensure_ascii=False) for one in _lines(report))
    return "".join(f"{json_text(one)}\n" for one in lines)


def _lines(report: Report) -> Iterator[Mapping[str, object]]:
    shaped = dict(shape(report))
    yield {"line": "run", **{key: shaped[key] for key in _RUN}}
    for key, word in (("rules", "rule"), ("findings", "finding"), ("not_examined", "not_examined")):
        for one in shaped[key]:  # type: ignore[attr-defined]
            yield {"line": word, **one}
    yield {"line": "verdict", **{key: shaped[key] for key in _VERDICT}, "ledger": ledger(report)}
