"""Where the shipped packs and lists are: inside the package when it is installed, beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

import facelint
from facelint.errors import UserError


def folder() -> Path | None:
    package = Path(facelint.__file__).resolve().parent
    return next((rules for rules in (package / "rules", package.parent / "rules") if rules.is_dir()), None)


def list_file(name: str) -> Path:
    """The file of a shipped list. Raises UserError where the installation lacks it."""
    rules = folder()
    file = None if rules is None else rules / "lists" / name
    if file is None or not file.is_file():
        raise UserError(f"facelint is not installed whole: rules/lists/{name} is missing")
    return file
