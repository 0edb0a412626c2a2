"""What finds one form of personal data in a text: an RE2 screen, and the close look at what passes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from facelint.personal.headers import Hint

MOST = 1000
"""How many strings of a cell that look like a kind are examined closely."""

T = TypeVar("T")


class Unsure(Exception):
    """A cell was not examined to its end; the message says why and quotes nothing of it."""


@dataclass(frozen=True)
class Detector:
    kind: str
    holds: Callable[[str, frozenset[Hint]], bool]
    """Whether a text of a column of such hints holds the form. Linear in the text's length. Raises Unsure."""
    screen: str = ""
    """RE2, matching every text that `holds` is true of; ordinary cells should not match."""
    hints: frozenset[Hint] = frozenset()
    """In place of a screen: every text of columns so headed is looked at, and of no others."""


def any_good(kind: str, candidates: Iterable[T], good: Callable[[T], bool]) -> bool:
    """Whether one of the candidates is good. Raises Unsure where there are more than MOST and the first are not."""
    found = iter(candidates)
    for candidate in islice(found, MOST):
        try:
            if good(candidate):
                return True
        except Exception as error:  # the libraries' own checks: some raise on numbers that they were not made for
            raise Unsure(f"a check of what looks like {kind} failed ({type(error).__name__})") from None
    if next(found, None) is not None:
        raise Unsure(f"a cell has more than {MOST:,} strings that look like {kind}: not all were examined")
    return False
