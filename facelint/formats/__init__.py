"""The formats: one module each, with `render(report) -> str`."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from facelint.errors import UserError, nearest

if TYPE_CHECKING:
    from facelint.report import Report

FORMATS = ("text", "json", "jsonl", "sarif", "junit", "markdown", "github")


def renderer(name: str) -> Callable[[Report], str]:
    """The `render` of a format. Raises UserError for one that there is not."""
    if name not in FORMATS:
        raise UserError(f'no format "{name[:40]}"; there are {", ".join(FORMATS)}{nearest(name, FORMATS)}')
    render: Callable[[Report], str] = import_module(f"{__name__}.{name}").render
    return render
