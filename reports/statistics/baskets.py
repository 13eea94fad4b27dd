"""Baskets that were paid, by means of payment, by day of the week and by part of the day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from domain.vocabulary.means import CARD
from projections.figures.basket_rows import BasketGroup
from reports.parts.frames import frame_of
from reports.statistics.words import HOURS, WEEKDAYS


class MeansSum(NamedTuple):
    """How many baskets were paid by one means, and how much they paid in cents."""

    means: str
    baskets: int
    cents: int


class BasketSums(NamedTuple):
    """Baskets by means, and those paid by card by day of the week (Monday first) and by part of the day."""

    by_means: tuple[MeansSum, ...]
    by_weekday: tuple[int, ...]
    by_hours: tuple[int, ...]

    @property
    def baskets(self) -> int:
        """How many baskets were paid."""
        return sum(one.baskets for one in self.by_means)

    @property
    def cents(self) -> int:
        """How much they paid."""
        return sum(one.cents for one in self.by_means)

    def average(self, unnamed: int = 0, unnamed_cents: int = 0) -> int:
        """Return the cents of a basket on average, rounded to the nearest; 0 without a basket.

        So many baskets that paid so much are left out: those without a name.
        """
        baskets, cents = self.baskets - unnamed, self.cents - unnamed_cents
        return (2 * cents + baskets) // (2 * baskets) if baskets else 0


def add_up(groups: Sequence[BasketGroup]) -> BasketSums:
    """Add grouped baskets up; the most frequent means comes first."""
    frame = frame_of(
        {
            "means": (False, [one.means for one in groups]),
            "weekday": (True, [one.weekday or 0 for one in groups]),
            "part": (True, [_part(one.hour) for one in groups]),
            "baskets": (True, [one.baskets for one in groups]),
            "cents": (True, [one.cents for one in groups]),
        }
    )
    sums = frame.groupby("means")[["baskets", "cents"]].sum()
    means = [MeansSum(str(row.Index), int(row.baskets), int(row.cents)) for row in sums.itertuples()]  # type: ignore[arg-type]
    by_card = frame[frame["means"] == CARD]
    weekdays = by_card.groupby("weekday")["baskets"].sum().reindex(range(1, len(WEEKDAYS) + 1), fill_value=0)
    parts = by_card.groupby("part")["baskets"].sum().reindex(range(len(HOURS)), fill_value=0)
    return BasketSums(
        tuple(sorted(means, key=lambda one: (-one.baskets, one.means))),
        tuple(int(count) for count in weekdays),
        tuple(int(count) for count in parts),
    )


def _part(hour: int | None) -> int:
    """The part of the day that an hour is in; none of them where it is not known."""
    return next((at for at, (first, last) in enumerate(HOURS) if hour is not None and first <= hour <= last), -1)
