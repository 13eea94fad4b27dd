"""When the demonstration's story happens: the guide's own summer, or the two months before the day that it is played.

All is counted from the first of the two months in which families pay. Whatever that day is, the story lies in the past
and is told in the same order; it depends on nothing but the day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Self

from domain.calendar import PARIS, add_months, fiscal_year, fiscal_year_bounds

_MONTHS_BEFORE: Final = 2
_CLOSING: Final = time(8, 0)
_SATURDAY: Final = 5


@dataclass(frozen=True)
class Season:
    """The days of one story: ``first_month`` begins the month of the first payments, ``told_on`` is the day after all.

    Moments are named as (months after ``first_month``, day of the month, hour in Paris): 24 June is (0, 24, …).
    """

    first_month: date
    told_on: date

    @classmethod
    def before(cls, today: date) -> Self:
        """The story that ended by a Paris day: families paid in the two months before its own."""
        return cls(add_months(today.replace(day=1), -_MONTHS_BEFORE), today)

    def day(self, month: int, day: int) -> date:
        """Return a day of a month; every month has the first 28."""
        return add_months(self.first_month, month) + timedelta(days=day - 1)

    def at(self, month: int, day: int, hour: int, minute: int = 0) -> datetime:
        """Return the instant of an hour in Paris, in UTC."""
        return datetime.combine(self.day(month, day), time(hour, minute), PARIS).astimezone(UTC)

    @property
    def opened(self) -> datetime:
        """When the association and the coop are opened: in the month before families pay."""
        return self.at(-1, 20, 10)

    @property
    def months(self) -> tuple[date, date]:
        """The two months in which money moves."""
        return self.first_month, self.day(1, 1)

    @property
    def school_year(self) -> int:
        """The school year that the campaign is for: the one that runs when the story is told."""
        return fiscal_year(self.told_on)

    @property
    def school_years(self) -> tuple[int, int]:
        """The one in which the coop is opened, and the next; the campaign's is one of them."""
        year = fiscal_year(self.day(-1, 20))
        return year, year + 1

    @property
    def mandate(self) -> tuple[date, date]:
        """From when and to when the mandate holder is appointed: over both school years."""
        first, last = self.school_years
        return fiscal_year_bounds(first)[0], fiscal_year_bounds(last)[1]

    @property
    def payout(self) -> tuple[datetime, datetime]:
        """When a payout is asked for, and when it is at the bank: two working days that follow, once all have paid."""
        asked = _working_day(self.day(1, 6))
        arrived = _working_day(asked + timedelta(days=1))
        instants = [datetime.combine(day, time(11, 30), PARIS).astimezone(UTC) for day in (asked, arrived)]
        return instants[0], instants[1]

    def closings(self, closing_day: int) -> Iterator[datetime]:
        """When months are closed: on a day of each month, as long as the story lasts."""
        day = self.day(0, closing_day)
        while day < self.told_on:
            yield datetime.combine(day, _CLOSING, PARIS).astimezone(UTC)
            day = add_months(day, 1)


def _working_day(day: date) -> date:
    """The day itself, or the Monday after it."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= _SATURDAY else day


GUIDE: Final = Season(date(2024, 6, 1), date(2024, 9, 11))
"""The guide's own dates (S-167): the campaign of 2024-2025, paid for in June and July 2024."""
