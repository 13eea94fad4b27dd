"""Days are the days of Paris, and a school's year begins on 1 September."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.calendar import (
    PARIS,
    add_months,
    end_of_month,
    first_of_month,
    fiscal_year,
    fiscal_year_bounds,
    fiscal_year_label,
    french_date,
    french_hour,
    french_moment,
    french_month,
    paris_date,
    paris_noon,
)


def test_half_past_eleven_utc_on_31_october_is_november_in_paris() -> None:
    assert paris_date(datetime(2024, 10, 31, 23, 30, tzinfo=UTC)) == date(2024, 11, 1)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2024, 3, 30, 22, 59, tzinfo=UTC), date(2024, 3, 30)),
        (datetime(2024, 3, 30, 23, 0, tzinfo=UTC), date(2024, 3, 31)),
        (datetime(2024, 3, 31, 21, 59, tzinfo=UTC), date(2024, 3, 31)),
        (datetime(2024, 3, 31, 22, 0, tzinfo=UTC), date(2024, 4, 1)),
    ],
)
def test_the_night_the_clocks_go_forward_moves_midnight_by_an_hour(instant: datetime, day: date) -> None:
    assert paris_date(instant) == day


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2024, 10, 26, 21, 59, tzinfo=UTC), date(2024, 10, 26)),
        (datetime(2024, 10, 26, 22, 0, tzinfo=UTC), date(2024, 10, 27)),
        (datetime(2024, 10, 27, 22, 59, tzinfo=UTC), date(2024, 10, 27)),
        (datetime(2024, 10, 27, 23, 0, tzinfo=UTC), date(2024, 10, 28)),
    ],
)
def test_the_night_the_clocks_go_back_moves_midnight_by_an_hour(instant: datetime, day: date) -> None:
    assert paris_date(instant) == day


def test_the_day_does_not_depend_on_the_zone_an_instant_is_written_in() -> None:
    instant = datetime(2024, 6, 30, 23, 30, tzinfo=UTC)
    assert paris_date(instant.astimezone(PARIS)) == paris_date(instant) == date(2024, 7, 1)


def test_noon_in_paris_stands_for_a_day_in_winter_and_in_summer() -> None:
    assert paris_noon(date(2024, 1, 15)) == datetime(2024, 1, 15, 11, 0, tzinfo=UTC)
    assert paris_noon(date(2024, 7, 15)) == datetime(2024, 7, 15, 10, 0, tzinfo=UTC)
    assert paris_noon(date(2024, 7, 15)).utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("day", "months", "moved"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 1, 31), 2, date(2024, 3, 31)),
        (date(2024, 8, 31), 1, date(2024, 9, 30)),
        (date(2024, 12, 31), 1, date(2025, 1, 31)),
        (date(2024, 11, 30), 3, date(2025, 2, 28)),
        (date(2024, 6, 23), 0, date(2024, 6, 23)),
        (date(2024, 1, 31), -1, date(2023, 12, 31)),
        (date(2024, 3, 31), -1, date(2024, 2, 29)),
        (date(2024, 6, 23), 24, date(2026, 6, 23)),
    ],
)
def test_a_month_later_is_held_at_the_end_of_the_month(day: date, months: int, moved: date) -> None:
    assert add_months(day, months) == moved


def test_a_month_has_its_first_and_its_last_day() -> None:
    assert first_of_month(date(2024, 2, 14)) == date(2024, 2, 1)
    assert end_of_month(date(2024, 2, 14)) == date(2024, 2, 29)
    assert end_of_month(date(2024, 12, 31)) == date(2024, 12, 31)


def test_the_fiscal_year_turns_on_1_september() -> None:
    assert fiscal_year(date(2024, 8, 31)) == 2023
    assert fiscal_year(date(2024, 9, 1)) == 2024
    assert fiscal_year(date(2025, 1, 1)) == 2024


def test_the_fiscal_year_runs_from_1_september_to_31_august() -> None:
    assert fiscal_year_bounds(2024) == (date(2024, 9, 1), date(2025, 8, 31))
    assert fiscal_year_label(2024) == "2024-2025"


def test_a_day_and_a_month_are_written_in_full_french() -> None:
    assert french_date(date(2024, 7, 1)) == "1er juillet 2024"
    assert french_date(date(2024, 8, 31)) == "31 août 2024"
    assert french_month(date(2024, 2, 1)) == "février 2024"


def test_an_hour_is_written_as_in_paris_with_two_digits_only_where_asked() -> None:
    instant = datetime(2024, 7, 1, 3, 5, tzinfo=UTC)
    assert french_hour(instant) == "5\u00a0h\u00a005"
    assert french_hour(instant, two_digits=True) == "05\u00a0h\u00a005"


def test_a_moment_takes_its_day_and_its_hour_from_paris() -> None:
    instant = datetime(2024, 6, 30, 23, 30, tzinfo=UTC)
    assert french_moment(instant) == "1er juillet 2024 à 1\u00a0h\u00a030"
    assert french_moment(instant, two_digits=True) == "1er juillet 2024 à 01\u00a0h\u00a030"
