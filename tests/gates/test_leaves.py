"""The list of attested files: written and read alike, and nothing else read."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facelint.gates.leaves import HEAD, MAX_LINE, read, written
from facelint.gates.refused import Refused
from facelint.gates.tree import Leaf

from .test_tree import documented, leaf_sets

DIGEST = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"


def lines(text: str) -> list[bytes]:
    return text.encode("latin-1").splitlines(keepends=True)


@given(leaf_sets)
def test_what_is_written_is_read(leaves: list[Leaf]) -> None:
    text = written(leaves)
    assert read(lines(text), len(leaves)) == tuple(sorted(leaves))
    assert text.isascii()
    assert text.count("\n") == len(leaves) + 1


@given(leaf_sets, st.data())
def test_a_list_in_which_anything_is_changed_is_another_or_refused(leaves: list[Leaf], data: st.DataObject) -> None:
    text = written(leaves)
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from([c for c in "0aZ% \n~/" if c != text[at]] + [""]))
    with suppress(Refused):
        assert read(lines(text[:at] + other + text[at + 1 :]), len(leaves)) != tuple(sorted(leaves))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("facelint-leaves/2\n", "does not begin with facelint-leaves/1"),
        (f"{HEAD}\n{DIGEST} 1 a", "is cut short at line 2"),
        (f"{HEAD}\n{DIGEST} 01 a\n", "is damaged at line 2"),
        (f"{HEAD}\n{DIGEST.upper()} 1 a\n", "is damaged at line 2"),
        (f"{HEAD}\n{DIGEST} 1 %61\n", "is damaged at line 2"),
        (f"{HEAD}\n{DIGEST} 1 a\n{DIGEST} 1 a\n", "is damaged at line 3"),
        (f"{HEAD}\n{DIGEST} 1 b\n{DIGEST} 1 a\n", "is damaged at line 3"),
        (f"{HEAD}\n{DIGEST} 1 a\n\n", "is damaged at line 3"),
        (f"{HEAD}\n{DIGEST} 1 a\n{DIGEST} 1 b\n{DIGEST} 1 c\n", "holds more than the 2"),
        (f"{HEAD}\n{DIGEST} 1 \xe9\n", "is damaged at line 2"),
    ],
)
def test_what_is_refused(text: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        read(lines(text), 2)


def test_a_line_holds_the_longest_path() -> None:
    longest = Leaf(b"evidence/" + b"\xff" * 4096, 2**63 - 1, bytes(32))
    assert max(map(len, lines(written([longest, *documented()])))) <= MAX_LINE
