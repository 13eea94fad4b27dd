"""The days on which banks settle euros: TARGET2 rests at weekends and on six holidays, the same in every country.

Source: the long-term calendar of closing days of the European Central Bank (decision of 14 December 2000).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

_FIXED: Final = frozenset({(1, 1), (5, 1), (12, 25), (12, 26)})
_SATURDAY: Final = 5


def is_business_day(day: date) -> bool:
    """Tell whether banks settle on this day."""
    if day.weekday() >= _SATURDAY or (day.month, day.day) in _FIXED:
        return False
    sunday = easter(day.year)
    return day not in (sunday - timedelta(days=2), sunday + timedelta(days=1))


def next_business_day(day: date) -> date:
    """Return the first day after this one on which banks settle."""
    day += timedelta(days=1)
    while not is_business_day(day):
        day += timedelta(days=1)
    return day


def easter(year: int) -> date:
    """Return Easter Sunday of a Gregorian year (the anonymous algorithm of 1876, as Meeus gives it)."""
    golden = year % 19
    century, in_century = divmod(year, 100)
    moon_drift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - century // 4 - moon_drift + 15) % 30
    to_sunday = (32 + 2 * (century % 4) + 2 * (in_century // 4) - epact - in_century % 4) % 7
    correction = (golden + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * correction + 114, 31)
    return date(year, month, day + 1)
