"""facelint: a compliance linter for face-image datasets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from facelint.api import Gate, NotCompliant, Record, Report, check, compliant, gate
    from facelint.errors import UserError

__all__ = ["Gate", "NotCompliant", "Record", "Report", "UserError", "check", "compliant", "gate"]
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """The functions bring the engine, which is imported when one is asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module("facelint.errors" if name == "UserError" else "facelint.api"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
