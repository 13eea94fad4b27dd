"""Whatever the day on which the story is told, it lies in the past and in its order, in a school year that fits."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

from adapters.people_vault import Purpose, retention_end
from domain.calendar import end_of_month, end_of_paris_day, fiscal_year, paris_date
from domain.closings.due import due_through
from domain.events.association import Policy
from service.demo.families import FAMILIES, TWICE_PAID
from service.demo.season import GUIDE, Season

CLOSING_DAY: Final = Policy().closes_on
DAYS: Final = [date(2023, 9, 1) + timedelta(days=days) for days in range(6 * 365)]
"""Six years of days: every weekday of every month, two 29 Februaries, every change of the clock."""


def moments(season: Season) -> list[datetime]:
    """The instants of the story, as the scenario plays it."""
    paid = sorted(season.at(*family.paid) for family in (*FAMILIES, TWICE_PAID))
    asked, arrived = season.payout
    return [
        season.opened,
        season.at(0, 1, 0),
        season.at(0, 10, 11),
        *paid[:3],
        season.at(1, 1, 10),
        paid[3],
        asked,
        arrived,
    ]


def test_the_guide_s_own_dates_are_the_guide_s() -> None:
    assert moments(GUIDE) == [
        datetime(2024, 5, 20, 8, 0, tzinfo=UTC),
        datetime(2024, 5, 31, 22, 0, tzinfo=UTC),
        datetime(2024, 6, 10, 9, 0, tzinfo=UTC),
        datetime(2024, 6, 27, 7, 12, tzinfo=UTC),
        datetime(2024, 6, 27, 16, 40, tzinfo=UTC),
        datetime(2024, 6, 28, 6, 30, tzinfo=UTC),
        datetime(2024, 7, 1, 8, 0, tzinfo=UTC),
        datetime(2024, 7, 4, 18, 5, tzinfo=UTC),
        datetime(2024, 7, 8, 9, 30, tzinfo=UTC),
        datetime(2024, 7, 9, 9, 30, tzinfo=UTC),
    ]
    assert [*GUIDE.closings(10)] == [datetime(2024, month, 10, 6, 0, tzinfo=UTC) for month in (6, 7, 8, 9)]
    assert (GUIDE.school_year, GUIDE.school_years) == (2024, (2023, 2024))
    assert GUIDE.mandate == (date(2023, 9, 1), date(2025, 8, 31))
    assert GUIDE.months == (date(2024, 6, 1), date(2024, 7, 1))


def test_all_has_happened_before_the_day_it_is_told_and_not_long_ago() -> None:
    for today in DAYS:
        story = moments(Season.before(today))
        assert story == sorted(story), today
        assert story[-1] < end_of_paris_day(today - timedelta(days=1)), today
        assert all(today - paris_date(one) < timedelta(days=125) for one in story), today


def test_a_payout_is_asked_for_and_arrives_on_working_days_once_all_have_paid_and_before_the_month_is_closed() -> None:
    for today in DAYS:
        season = Season.before(today)
        days = [paris_date(one) for one in season.payout]
        assert all(day.weekday() < 5 for day in days), today
        assert season.day(1, 4) < days[0] < days[1] < season.day(1, CLOSING_DAY), today


def test_every_month_that_was_due_by_the_day_before_is_closed_on_its_day() -> None:
    for today in DAYS:
        season = Season.before(today)
        closed = [due_through(paris_date(at), CLOSING_DAY) for at in season.closings(CLOSING_DAY)]
        assert closed[0] == end_of_month(paris_date(season.opened)), today
        assert closed[-1] == due_through(today - timedelta(days=1), CLOSING_DAY), today
        assert closed == sorted(set(closed)), today
        assert closed[-1] >= end_of_month(season.first_month), today


def test_the_campaign_is_for_the_school_year_that_runs_and_its_coop_has_classes_and_a_mandate_then() -> None:
    for today in DAYS:
        season = Season.before(today)
        assert season.school_year == fiscal_year(today), today
        assert season.school_year in season.school_years, today
        assert season.mandate[0] <= season.day(-1, 20) <= today <= season.mandate[1], today


def test_nobody_of_the_story_is_past_the_day_on_which_people_are_erased() -> None:
    for today in DAYS:
        first_known = paris_date(Season.before(today).opened)
        kept = min(retention_end(purpose, first_known) for purpose in Purpose)
        assert kept >= today + timedelta(days=200), today
