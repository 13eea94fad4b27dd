"""What was received month by month over a school year, added up as the year goes on, beside the year before.

A school year here is that of the collections: what families pay in June for September counts in the year to come, so
that a year may begin before September. Months of two years are compared by their place, counted from September.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from domain.calendar import add_months, fiscal_year_bounds
from reports.parts.frames import frame_of

_MONTHS: Final = 12


class YearReceipt(NamedTuple):
    """What was received in a month, by its first day, for collections of a school year; in cents."""

    school_year: int
    month: date
    cents: int


class MonthSum(NamedTuple):
    """A month of a school year: its cents, those up to its end, and those up to the same month of the year before."""

    month: date
    cents: int
    so_far: int
    before: int


def by_month(receipts: Sequence[YearReceipt], year: int) -> list[MonthSum]:
    """Return each month of a school year, from the first one in which it, or the year before, received something."""
    two = [one for one in receipts if one.school_year in (year - 1, year)]
    frame = frame_of(
        {
            "place": (True, [_place(one) for one in two]),
            "year": (True, [one.school_year for one in two]),
            "cents": (True, [one.cents for one in two]),
        }
    )
    sums = frame.groupby(["place", "year"])["cents"].sum().unstack(fill_value=0)
    places = range(min([0, *sums.index]), max([_MONTHS - 1, *sums.index]) + 1)
    sums = sums.reindex(index=places, columns=[year - 1, year], fill_value=0)
    so_far = sums.cumsum()
    september, _ = fiscal_year_bounds(year)
    return [
        MonthSum(add_months(september, place), int(cents), int(up_to), int(before))
        for place, cents, up_to, before in zip(places, sums[year], so_far[year], so_far[year - 1], strict=True)
    ]


def by_year(receipts: Sequence[YearReceipt]) -> dict[int, int]:
    """Return what was received for the collections of each school year, oldest first."""
    frame = frame_of(
        {
            "year": (True, [one.school_year for one in receipts]),
            "cents": (True, [one.cents for one in receipts]),
        }
    )
    sums = frame.groupby("year")["cents"].sum()
    return {int(year): int(cents) for year, cents in zip(sums.index, sums, strict=True)}


def _place(one: YearReceipt) -> int:
    september, _ = fiscal_year_bounds(one.school_year)
    return (one.month.year - september.year) * _MONTHS + one.month.month - september.month
