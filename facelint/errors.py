"""What a user can mend: every mistake that ends a run with exit code 2."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches


class UserError(Exception):
    """A mistake in what the user gave. Its text is one line with place, what was found, what would be right."""


class DatasetError(UserError):
    """The dataset (manifest, registry, `facelint.yaml`) cannot be read at all."""


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in a YAML file; `line` and `column` count from 1, `key` is the path of keys to it."""

    file: str
    line: int
    column: int
    key: str
    message: str

    def __str__(self) -> str:
        at = f"{self.key}: " if self.key else ""
        return f"{self.file}:{self.line}:{self.column}: {at}{self.message}"


class PolicyError(UserError):
    """Every mistake found in the policies or in `facelint.yaml`, in order of place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[PolicyError], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


def nearest(name: str, names: Sequence[str]) -> str:
    """`; did you mean "…"?` for a name close to `name`, else an empty string."""
    close = get_close_matches(name[:100], names, n=1, cutoff=0.6)
    return f'; did you mean "{close[0]}"?' if close else ""
