"""Neighbours of a distribution are joined until each part has enough families, and all of it is in some part."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.association.anonymity import join_few


@given(st.lists(st.integers(0, 12), max_size=9), st.integers(1, 12))
def test_parts_have_enough_families_and_cover_everything(families: list[int], threshold: int) -> None:
    parts = join_few(families, threshold)
    assert len(parts) != 1, "one part is the total"
    if parts:
        places = [place for first, last in parts for place in range(first, last + 1)]
        assert places == list(range(len(families)))
        assert all(sum(families[first : last + 1]) >= threshold for first, last in parts)


def test_few_families_are_joined_to_their_neighbours() -> None:
    assert join_few([5, 1, 1, 3, 9], 5) == ((0, 0), (1, 3), (4, 4))
    assert join_few([9, 9, 4], 5) == ((0, 0), (1, 2)), "what is left over goes to the last part"
    assert join_few([9, 9, 0, 0], 5) == ((0, 0), (1, 3))
    assert join_few([4, 9], 5) == ()
    assert join_few([1, 1], 5) == ()
    assert join_few([], 5) == ()
