"""Writes the files that are derived from the code; a test shows that they are fresh."""

from __future__ import annotations

import json
from pathlib import Path

import rule_pages
from pydantic import TypeAdapter

from facelint.formats.json import SCHEMA, ReportJson

ROOT = Path(__file__).parent.parent


def report_schema() -> str:
    schema = TypeAdapter(ReportJson).json_schema()
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA}
    return json.dumps({**head, **schema}, indent=2, ensure_ascii=False) + "\n"


def generated() -> dict[Path, str]:
    """Each generated file, and what it must hold."""
    rules = {rule_pages.FOLDER / name: page for name, page in rule_pages.pages().items()}
    return {ROOT / "facelint" / "schemas" / "report.schema.json": report_schema(), **rules}


def main() -> None:
    made = generated()
    for stale in set(rule_pages.FOLDER.glob("*.md")) - made.keys():
        stale.unlink()
    for path, content in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
