"""Which classes may show figures of their own: a figure of few families would say who gave what.

The association sets how many families are enough (``Policy.anonymity_threshold``). Classes with fewer are added up
together; where even that is too few, or where it would be one class alone, the smallest class that has enough is added
to them, so that nothing can be found by taking what is shown from the total.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class ClassGroups(NamedTuple):
    """The classes that are shown each by itself, and those that are shown as one sum; others are in the total only."""

    alone: frozenset[str]
    together: frozenset[str]

    def codes_of(self, group: str | None) -> frozenset[str] | None:
        """Return the classes of a group: one that is shown by itself, by its code, or the sum of others, by None.

        None where there is no such group: its figures are not to be shown.
        """
        if group is None:
            return self.together or None
        return frozenset((group,)) if group in self.alone else None


def group_classes(families: Mapping[str, int], threshold: int, in_small_ones: int) -> ClassGroups:
    """Say which classes are shown, by how many families each has.

    ``in_small_ones`` is how many different families the classes below the threshold have together: a family with
    children in two of them counts once.
    """
    small = {code for code, count in families.items() if count < threshold}
    others = sorted(families.keys() - small, key=lambda code: (families[code], code))
    if not small:
        return ClassGroups(frozenset(others), frozenset())
    enough = len(small) > 1 and in_small_ones >= threshold
    together = small if enough else small | set(others[:1])
    alone = frozenset(families.keys() - together)
    # One group that is all classes is the total: nothing is shown beside it.
    return ClassGroups(alone, frozenset(together) if alone else frozenset())


def enough_each(parts: Sequence[int], rest: int, threshold: int) -> bool:
    """Tell whether parts of a whole may be shown beside it: each has enough families, and so has the rest, or none."""
    return all(part >= threshold for part in parts) and (not rest or rest >= threshold)


def join_few(families: Sequence[int], threshold: int) -> tuple[tuple[int, int], ...]:
    """Join neighbours of a distribution until each part has enough families: its first and its last place.

    Nothing where there would not be two parts at least: one part is the total.
    """
    parts, first, count = list[tuple[int, int]](), 0, 0
    for place, number in enumerate(families):
        count += number
        if count >= threshold:
            parts.append((first, place))
            first, count = place + 1, 0
    if parts and first < len(families):
        parts[-1] = (parts[-1][0], len(families) - 1)
    return tuple(parts) if len(parts) > 1 else ()
