"""Writes the files that are derived from the code; a test shows that they are fresh."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import TypeAdapter

from facelint.formats.json import SCHEMA, ReportJson

ROOT = Path(__file__).parent.parent


def report_schema() -> str:
    schema = TypeAdapter(ReportJson).json_schema()
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA}
    return json.dumps({**head, **schema}, indent=2, ensure_ascii=False) + "\n"


GENERATED = {ROOT / "facelint" / "schemas" / "report.schema.json": report_schema}
"""Each generated file, and what it must hold."""


def main() -> None:
    for path, content in GENERATED.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content(), encoding="utf-8")


if __name__ == "__main__":
    main()
