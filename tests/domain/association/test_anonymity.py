"""A class of few families shows no figure of its own, and none can be found by subtraction."""

from __future__ import annotations

from itertools import combinations

import hypothesis.strategies as st
from hypothesis import given

from domain.association.anonymity import ClassGroups, group_classes

CLASSES = ("CP", "CE1", "CE2", "CM1", "CM2")


def grouped(families: dict[str, set[int]], threshold: int = 5) -> ClassGroups:
    """The groups of some classes, by the families that each has."""
    small = [members for members in families.values() if len(members) < threshold]
    counts = {code: len(members) for code, members in families.items()}
    return group_classes(counts, threshold, len(set().union(*small)))


def test_classes_with_enough_families_are_shown_each_by_itself() -> None:
    assert grouped({"CP": set(range(5)), "CE1": set(range(9))}) == (frozenset(("CP", "CE1")), frozenset())


def test_small_classes_are_added_up_together() -> None:
    families = {"CP": set(range(8)), "CE1": {1, 2, 3}, "CE2": {4, 5}}
    assert grouped(families) == (frozenset(("CP",)), frozenset(("CE1", "CE2")))


def test_one_small_class_takes_the_smallest_other_with_it() -> None:
    families = {"CP": set(range(8)), "CE1": set(range(6)), "CE2": {1}}
    assert grouped(families) == (frozenset(("CP",)), frozenset(("CE1", "CE2")))


def test_families_with_children_in_several_small_classes_count_once() -> None:
    families = {"CP": set(range(8)), "CE1": set(range(20, 29)), "CE2": {1, 2, 3}, "CM1": {1, 2, 3}}
    assert grouped(families) == (frozenset(("CE1",)), frozenset(("CP", "CE2", "CM1")))


def test_a_campaign_of_few_families_shows_its_total_only() -> None:
    assert grouped({"CP": {1, 2}, "CE1": {3}}) == (frozenset(), frozenset())
    assert grouped({"CP": {1, 2, 3}, "CE1": {3, 4, 5}}) == (frozenset(), frozenset())
    assert grouped({"CP": set(range(8)), "CE1": {3}}) == (frozenset(), frozenset())


def test_a_group_that_is_not_shown_has_no_classes() -> None:
    groups = grouped({"CP": set(range(8)), "CE1": {1, 2, 3}, "CE2": {4, 5}})
    assert groups.codes_of("CP") == frozenset(("CP",))
    assert groups.codes_of(None) == frozenset(("CE1", "CE2"))
    assert groups.codes_of("CE1") is None
    assert grouped({"CP": {1}}).codes_of(None) is None


@given(
    st.dictionaries(st.sampled_from(CLASSES), st.sets(st.integers(0, 12), min_size=1), min_size=1),
    st.integers(1, 7),
)
def test_whatever_sums_and_differences_are_taken_no_class_of_few_families_comes_out(
    families: dict[str, set[int]], threshold: int
) -> None:
    groups = grouped(families, threshold)
    shown = [frozenset((code,)) for code in groups.alone] + ([groups.together] if groups.together else [])
    assert all(len(set().union(*(families[code] for code in group))) >= threshold for group in shown)
    known = [*shown, frozenset(families)]
    found = {
        frozenset(families).difference(*some) for count in range(len(shown) + 1) for some in combinations(shown, count)
    }
    alone = {next(iter(group)) for group in found if len(group) == 1} | {
        next(iter(group)) for group in known if len(group) == 1
    }
    few = {code for code in alone if len(families[code]) < threshold}
    # A campaign of one class is its total.
    assert few <= (set(families) if len(families) == 1 else set())
