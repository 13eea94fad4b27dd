"""The days on which banks carry transfers out."""

from __future__ import annotations

from datetime import date

import pytest

from domain.vocabulary.bank_days import easter_sunday, is_bank_day, next_bank_day


@pytest.mark.parametrize(
    "sunday", [date(2000, 4, 23), date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2038, 4, 25)]
)
def test_easter_is_where_almanacs_have_it(sunday: date) -> None:
    assert easter_sunday(sunday.year) == sunday


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (date(2026, 11, 30), date(2026, 12, 1)),
        (date(2026, 12, 4), date(2026, 12, 7)),
        (date(2026, 12, 24), date(2026, 12, 28)),
        (date(2026, 4, 2), date(2026, 4, 7)),
        (date(2026, 4, 30), date(2026, 5, 4)),
        (date(2026, 12, 31), date(2027, 1, 4)),
    ],
)
def test_weekends_easter_and_the_fixed_closing_days_are_passed_over(day: date, following: date) -> None:
    assert next_bank_day(day) == following
    assert is_bank_day(following)
