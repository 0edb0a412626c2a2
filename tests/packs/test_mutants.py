"""No rule of a pack can go, or be turned round, unnoticed. `python -m tests.packs` prints how fine the tests see."""

from __future__ import annotations

import pytest

from . import figures
from .noticing import noticed
from .shelf import PACKS

COARSE = ("removed", "require negated", "when negated", "when dropped")


@pytest.mark.parametrize("name", PACKS)
def test_every_removal_and_negation_is_noticed(name: str) -> None:
    of_pack = [one for one in noticed(name) if one.mutant.kind in COARSE]
    assert of_pack
    assert [(one.mutant.rule, one.mutant.kind) for one in of_pack if not one.by] == []


def test_few_finer_changes_go_unnoticed() -> None:
    """The figures are printed with `-s`."""
    found = [one for name in PACKS for one in noticed(name)]
    print(figures.text())  # noqa: T201
    assert sum(not one.by for one in found) * 20 < len(found)
