"""Days and hours as people read them: Europe/Paris dates, months, and the fiscal year 1 September – 31 August."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from domain.money import NBSP

PARIS: Final = ZoneInfo("Europe/Paris")
_FIRST_MONTH: Final = 9
_MONTHS: Final = 12
_WHOLE_HOURS: Final = 1970
"""Since long before this year, the clocks of Paris have been whole hours away from UTC."""
MONTHS_FR: Final = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


def paris_date(instant: datetime) -> date:
    """Return the calendar day in Paris of a UTC instant: 23:30 UTC on 31 October is 1 November."""
    year = instant.year
    if instant.tzinfo is UTC and year >= _WHOLE_HOURS:
        return _paris_day_of_hour(year, instant.month, instant.day, instant.hour)
    return instant.astimezone(PARIS).date()


@lru_cache(maxsize=4_096)
def _paris_day_of_hour(year: int, month: int, day: int, hour: int) -> date:
    """The day in Paris of all instants of one UTC hour: the events of a log share few."""
    return datetime(year, month, day, hour, tzinfo=UTC).astimezone(PARIS).date()


def paris_noon(day: date) -> datetime:
    """Return the instant that stands for a day known without its hour: noon in Paris, in UTC."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=PARIS).astimezone(UTC)


def end_of_paris_day(day: date) -> datetime:
    """Return the first instant after a day in Paris, in UTC: the end, excluded, of what is valid up to that day."""
    following = day + timedelta(days=1)
    return datetime(following.year, following.month, following.day, tzinfo=PARIS).astimezone(UTC)


def first_of_month(day: date) -> date:
    """Return the first day of the month of a day."""
    return day.replace(day=1)


def end_of_month(day: date) -> date:
    """Return the last day of the month of a day."""
    return add_months(first_of_month(day), 1) - timedelta(days=1)


def add_months(day: date, months: int) -> date:
    """Move a day by whole months, held at the month's end: 31 January + 1 is the last day of February (S-96)."""
    index = day.year * _MONTHS + day.month - 1 + months
    first = date(index // _MONTHS, index % _MONTHS + 1, 1)
    length = (date(first.year + first.month // _MONTHS, first.month % _MONTHS + 1, 1) - first).days
    return first.replace(day=min(day.day, length))


def fiscal_year(day: date) -> int:
    """Return the year in which the fiscal year of a day begins: 2024 for 1 Sept 2024 – 31 Aug 2025."""
    return day.year if day.month >= _FIRST_MONTH else day.year - 1


def fiscal_year_bounds(year: int) -> tuple[date, date]:
    """Return the first and last day of the fiscal year that begins on 1 September of ``year`` (S-65)."""
    return date(year, _FIRST_MONTH, 1), date(year + 1, _FIRST_MONTH, 1) - timedelta(days=1)


def end_of_school_year(today: date) -> date:
    """Return the last day of the school year that runs, 31 August."""
    return fiscal_year_bounds(fiscal_year(today))[1]


def fiscal_year_label(year: int) -> str:
    """Name a fiscal or school year as people do: ``2024-2025``."""
    return f"{year}-{year + 1}"


def french_date(day: date) -> str:
    """Write a day in full French: ``1er juillet 2024``."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {MONTHS_FR[day.month - 1]} {day.year}"


def french_month(day: date) -> str:
    """Write a month in full French: ``juillet 2024``."""
    return f"{MONTHS_FR[day.month - 1]} {day.year}"


def french_hour(instant: datetime, *, two_digits: bool = False) -> str:
    """Write the hour and minute in Paris of an instant: ``9 h 05``, or ``09 h 05`` as documents and lists have it."""
    there = instant.astimezone(PARIS)
    hour = f"{there.hour:02d}" if two_digits else str(there.hour)
    return f"{hour}{NBSP}h{NBSP}{there.minute:02d}"


def french_moment(instant: datetime, *, two_digits: bool = False) -> str:
    """Write an instant in Paris to the minute: ``1er juillet 2024 à 19 h 00``; the hour as ``french_hour``."""
    return f"{french_date(paris_date(instant))} à {french_hour(instant, two_digits=two_digits)}"
