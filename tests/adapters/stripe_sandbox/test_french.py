"""The sandbox writes days and amounts by itself, and as the service does: a family reads both on the same day."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from adapters.stripe_sandbox import french
from domain import calendar, money

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))


@given(DAYS)
def test_days_and_months_are_those_of_the_service(day: date) -> None:
    assert french.first_of_month(day) == calendar.first_of_month(day)
    assert french.end_of_month(day) == calendar.end_of_month(day)
    assert french.next_month(day) == calendar.add_months(calendar.first_of_month(day), 1)
    assert french.french_date(day) == calendar.french_date(day)
    assert french.french_month(day) == calendar.french_month(day)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds have no zone
def test_the_day_of_an_instant_is_that_of_paris(instant: datetime) -> None:
    assert french.paris_date(instant) == calendar.paris_date(instant)


@given(st.integers(-money.MAX_CENTS, money.MAX_CENTS))
def test_amounts_are_written_alike(cents: int) -> None:
    assert french.euros(cents) == money.euros(cents)
    assert french.plain_euros(cents) == money.plain_euros(cents)
