"""When periods are due: on a day of the month that the association chooses, for all that ended before that month."""

from __future__ import annotations

from datetime import date, timedelta

from domain.calendar import add_months, end_of_month, fiscal_year, fiscal_year_bounds
from domain.coop.state import Coop


def due_through(today: date, closing_day: int) -> date:
    """Return the last day of the months that are due on a Paris day: of last month, or of the one before it."""
    months = 1 if today.day >= closing_day else 2
    return end_of_month(add_months(today.replace(day=1), -months))


def is_closed_through(state: Coop, through: date) -> bool:
    """Tell whether a coop's months are closed up to a day, and the years of them too; without reading its money."""
    if state.first_closed is None or state.closed_through is None or state.closed_through < through:
        return False
    year = fiscal_year(state.closed_through + timedelta(days=1)) - 1
    _, last_day = fiscal_year_bounds(year)
    return last_day < state.first_closed or year in state.closed_years
