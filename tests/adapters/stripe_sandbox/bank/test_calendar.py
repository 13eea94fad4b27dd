"""The days on which banks settle euros."""

from datetime import date, timedelta

import pytest

from adapters.stripe_sandbox.bank.calendar import easter, is_business_day, next_business_day

EASTERS = ["2000-04-23", "2008-03-23", "2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2038-04-25"]


@pytest.mark.parametrize("sunday", [date.fromisoformat(text) for text in EASTERS])
def test_easter_falls_where_the_almanac_says(sunday: date) -> None:
    assert easter(sunday.year) == sunday


def test_banks_rest_on_six_holidays_besides_weekends() -> None:
    year = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    closed = [day for day in year if day.weekday() < 5 and not is_business_day(day)]
    # 26 December 2026 is a Saturday.
    assert [day.isoformat() for day in closed] == ["2026-01-01", "2026-04-03", "2026-04-06", "2026-05-01", "2026-12-25"]


def test_french_holidays_that_are_not_european_are_business_days() -> None:
    assert is_business_day(date(2026, 7, 14))
    assert is_business_day(date(2026, 11, 11))


@pytest.mark.parametrize(
    ("day", "following"),
    [
        ("2026-11-23", "2026-11-24"),
        ("2026-11-27", "2026-11-30"),
        ("2026-11-28", "2026-11-30"),
        ("2026-04-02", "2026-04-07"),
        ("2026-04-30", "2026-05-04"),
        ("2026-12-24", "2026-12-28"),
        ("2025-12-24", "2025-12-29"),
        ("2026-12-31", "2027-01-04"),
    ],
)
def test_the_next_business_day_jumps_over_weekends_and_holidays(day: str, following: str) -> None:
    assert next_business_day(date.fromisoformat(day)) == date.fromisoformat(following)
