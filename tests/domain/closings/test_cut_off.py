"""What of income is for later years: by the days of the tariff that was paid, to the cent, line by line."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import paris_noon
from domain.closings.cut_off import cut_off, later_part, spread
from domain.closings.held_income import HeldIncome, HeldLine
from domain.events.base import Tariff

AUGUST = date(2025, 8, 31)
CAMPAIGN = UUID(int=1)


def tariff(first: date, last: date, *, free: bool = False) -> Tariff:
    """A tariff of some days."""
    return Tariff(tariff_id="t", label="Enfant", tiers=(1_200,), valid_from=first, valid_to=last, free=free)


@pytest.mark.parametrize(
    ("first", "last", "later"),
    [
        (date(2024, 9, 1), date(2025, 8, 31), 0),
        (date(2025, 9, 1), date(2026, 8, 31), 1_200),
        (date(2025, 8, 31), date(2025, 9, 1), 600),
        (date(2025, 8, 30), date(2025, 9, 1), 400),
        (date(2025, 1, 1), date(2025, 12, 31), 401),
        (date(2025, 9, 1), date(2027, 8, 31), 1_200),
    ],
)
def test_a_line_is_spread_by_the_days_of_its_tariff(first: date, last: date, later: int) -> None:
    """122 of the 365 days of 2025 come after August: 401,09… cents of 12,00 €."""
    assert later_part(HeldLine(CAMPAIGN, tariff(first, last), 1_200), AUGUST) == later


def test_nothing_is_spread_without_a_validity() -> None:
    everything = tariff(date(2025, 9, 1), date(2026, 8, 31), free=True)
    lines = [HeldLine(CAMPAIGN, None, 700), HeldLine(CAMPAIGN, everything, 900)]
    assert [(one.held, one.own, one.later) for one in spread(lines, AUGUST)] == [(700, 700, 0), (900, 900, 0)]


@given(
    st.lists(st.tuples(st.integers(1, 10**6), st.dates(date(2024, 1, 1), date(2027, 1, 1)), st.integers(0, 800))),
    st.dates(date(2024, 1, 1), date(2027, 12, 31)),
)
@settings(max_examples=150, derandomize=True, database=None, deadline=None, print_blob=True)
def test_no_cent_is_lost_and_a_later_day_never_leaves_more_for_later(
    lines: list[tuple[int, date, int]], day: date
) -> None:
    held = [
        HeldLine(CAMPAIGN, tariff(first, date.fromordinal(first.toordinal() + days)), cents)
        for cents, first, days in lines
    ]
    now, next_year = spread(held, day), spread(held, day.replace(day=1, year=day.year + 1))
    for result in (now, next_year):
        assert sum(one.own + one.later for one in result) == sum(line.held for line in held)
        assert all(0 <= one.later <= one.held for one in result)
    assert sum(one.later for one in next_year) <= sum(one.later for one in now)


def test_what_was_collected_under_the_other_rule_is_income_already_and_is_not_spread() -> None:
    next_year = tariff(date(2025, 9, 1), date(2026, 8, 31))
    assert later_part(HeldLine(CAMPAIGN, next_year, 1_200, "CP", before=700), AUGUST) == 500
    assert later_part(HeldLine(CAMPAIGN, next_year, 0, "CP", before=700), AUGUST) == 0
    assert later_part(HeldLine(CAMPAIGN, next_year, 500, "CP", before=-700), AUGUST) == 500


@pytest.mark.parametrize("since", [None, 2024])
def test_a_year_without_anything_for_later_has_no_inventory_entry(since: int | None) -> None:
    assert cut_off(HeldIncome(), AUGUST, since=since, at=paris_noon(AUGUST), by="system") == ()
