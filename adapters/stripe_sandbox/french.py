"""Days and amounts as people in France read them; the sandbox has its own, as a foreign service would."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

PARIS: Final = ZoneInfo("Europe/Paris")
_MONTHS: Final = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
_NBSP: Final = "\u00a0"
_NARROW_NBSP: Final = "\u202f"
_MINUS: Final = "\u2212"
_CENTS: Final = 100
_LONGEST_MONTH: Final = timedelta(days=31)


def paris_date(instant: datetime) -> date:
    """Return the day of an instant in Paris."""
    return instant.astimezone(PARIS).date()


def first_of_month(day: date) -> date:
    """Return the first day of the month of a day."""
    return day.replace(day=1)


def next_month(day: date) -> date:
    """Return the first day of the month after that of a day."""
    return first_of_month(first_of_month(day) + _LONGEST_MONTH)


def end_of_month(day: date) -> date:
    """Return the last day of the month of a day."""
    return next_month(day) - timedelta(days=1)


def french_date(day: date) -> str:
    """Write a day in full French: ``1er juillet 2024``."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {french_month(day)}"


def french_month(day: date) -> str:
    """Write a month in full French: ``juillet 2024``."""
    return f"{_MONTHS[day.month - 1]} {day.year}"


def euros(cents: int) -> str:
    """Write cents as a French amount: ``−1 800,00 €`` with no-break spaces and a real minus."""
    whole, rest = divmod(abs(cents), _CENTS)
    grouped = f"{whole:,}".replace(",", _NARROW_NBSP)
    return f"{_MINUS if cents < 0 else ''}{grouped},{rest:02d}{_NBSP}€"


def plain_euros(cents: int) -> str:
    """Write cents as a number for a cell of a table: ``-1800,00``."""
    whole, rest = divmod(abs(cents), _CENTS)
    return f"{'-' if cents < 0 else ''}{whole},{rest:02d}"
