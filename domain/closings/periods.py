"""Which period a fact counts in, and what a closed period is: a month, or the year of its months.

A closed month never changes. A fact that comes in after its month was closed counts in the month after the last closed
one and is late: it stands on the annex « corrections de périodes closes ».
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, Self

from domain.calendar import (
    add_months,
    end_of_month,
    first_of_month,
    fiscal_year_bounds,
    fiscal_year_label,
    french_month,
)
from domain.errors import InvalidInput


class PeriodKind(StrEnum):
    """The lengths of time that are closed; days are not."""

    MONTH = "month"
    YEAR = "year"


class Period(NamedTuple):
    """A month, or a fiscal year (1 September – 31 August), by its kind and its days in Paris."""

    kind: PeriodKind
    first_day: date
    last_day: date

    @classmethod
    def beginning(cls, kind: str, first_day: date) -> Self:
        """Return the period of a kind that begins on a day.

        Raises:
            InvalidInput: no such kind, or none begins on that day.

        """
        if kind == PeriodKind.MONTH and first_day == first_of_month(first_day):
            return cls(PeriodKind.MONTH, first_day, end_of_month(first_day))
        first, last = fiscal_year_bounds(first_day.year)
        if kind != PeriodKind.YEAR or first_day != first:
            raise InvalidInput(kind=kind, first_day=first_day)
        return cls(PeriodKind.YEAR, first, last)

    @property
    def french(self) -> str:
        """The period as people say it: ``juillet 2024``, ``exercice 2024-2025``."""
        if self.kind is PeriodKind.MONTH:
            return french_month(self.first_day)
        return f"exercice {fiscal_year_label(self.first_day.year)}"


@lru_cache(maxsize=4_096)
def period_of(paid_on: date, closed_through: date | None) -> tuple[date, bool]:
    """Return the first day of the month that a fact of a Paris day counts in, and whether it came too late for its own.

    ``closed_through`` is the last day of the last month closed for its coop when it was recorded; None if none was.
    """
    if closed_through is None or paid_on > closed_through:
        return first_of_month(paid_on), False
    return add_months(first_of_month(closed_through), 1), True
