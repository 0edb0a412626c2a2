"""Law 1: parts give the whole, however they are cut, in whatever order they come back, and however early bounded."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from facelint.judge import Outcome, merge

from .cases import Case, cases, judged, text


@given(st.data(), cases(), st.integers(0, 7))
def test_parts_give_the_whole(data: st.DataObject, case: Case, limit: int) -> None:
    at = range(len(case.things))
    whole = merge(judged(case, at[: case.first]), judged(case, at[case.first :]))
    expected = text(case, whole, limit)
    order = data.draw(st.permutations(at))
    parts = [judged(case, part) for part in data.draw(cut([i for i in order if i < case.first]))]
    parts += [judged(case, part) for part in data.draw(cut([i for i in order if i >= case.first]))]
    assert text(case, data.draw(merged(parts, limit)), limit) == expected


@st.composite
def cut(draw: st.DrawFn, at: list[int]) -> list[list[int]]:
    """Pieces of a list, some perhaps empty."""
    ends = sorted(draw(st.lists(st.integers(0, len(at)), max_size=4)))
    return [at[start:end] for start, end in zip([0, *ends], [*ends, len(at)], strict=True)]


@st.composite
def merged(draw: st.DrawFn, parts: list[Outcome], limit: int) -> Outcome:
    """Any two together until one is left, each bounded or not."""
    while len(parts) > 1:
        one, other = draw(st.permutations(range(len(parts))).map(lambda order: order[:2]))
        joined = merge(parts[one], parts[other])
        rest = [part for i, part in enumerate(parts) if i not in (one, other)]
        parts = [*rest, joined.bounded(limit) if draw(st.booleans()) else joined]
    return parts[0]
