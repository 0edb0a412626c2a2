"""Some thousand mutated files; `make fuzz` reads a million."""

from __future__ import annotations

import pytest

from facelint.imagemeta import in_memory, read

from .__main__ import BATCH, batch
from .seeds import seeds


@pytest.mark.parametrize("name", seeds())
def test_a_seed_is_sound(name: str) -> None:
    """Mutations of what is not read to begin with would show nothing."""
    found = read(in_memory(seeds()[name]))
    assert found.format
    assert not any("not known here" in one.reason for one in found.unreadable)


@pytest.mark.parametrize("seed", range(3))
def test_no_mutation_escapes(seed: int) -> None:
    """But for the clock: on a busy machine a second may pass at any input."""
    tally = batch((seed * BATCH, BATCH, ""))
    assert tally.read == BATCH
    assert [failure for failure in tally.failures if "took" not in failure] == []
