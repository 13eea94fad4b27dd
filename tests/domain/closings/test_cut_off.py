"""What of income is for later years: by the days of the tariff that was paid, to the cent, line by line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import paris_noon
from domain.closings.cut_off import cut_off, later_part, spread
from domain.closings.held_income import HeldIncome, HeldLine
from domain.closings.periods import PeriodKind
from domain.events.base import Event, Tariff
from domain.events.closings.cut_off import DeferredIncomeReleased, IncomeDeferred
from domain.events.closings.period import PeriodClosed
from tests.projections.history import PRICE, History

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


class Books:
    """A coop with one campaign, whose months are closed up to August whenever its year is."""

    def __init__(self, *valid: date) -> None:
        """Open it on 2 September 2024; its tariff is valid between two days."""
        self.history = History()
        self.coop_id = self.history.coop()
        self.campaign_id = self.history.campaign(self.coop_id, valid=(valid[0], valid[1]))

    def pay(self, class_code: str, day: date) -> UUID:
        """Have a child paid for on a day."""
        self.history.now = max(self.history.now, paris_noon(day))
        contribution_id = self.history.place(self.campaign_id, class_code)
        self.history.pay(self.campaign_id, contribution_id, paid_at=paris_noon(day))
        return contribution_id

    def refund(self, contribution_id: UUID, day: date) -> None:
        """Give a child's money back."""
        self.history.now = paris_noon(day)
        refund_id = self.history.refund(self.campaign_id, contribution_id, PRICE)
        self.history.settle_refund(self.campaign_id, refund_id)

    def close(self, year: int, since: int | None) -> list[Event]:
        """Close the months of a year, then the year; return its inventory entries."""
        self.history.now = max(self.history.now, paris_noon(date(year + 1, 9, 10)))
        while (period := self.history.next_period(self.coop_id)).first_day < date(year + 1, 9, 1):
            known = len(self.history.facts)
            self.history.close(self.coop_id, period.kind, period.first_day, deferring_since=since)
            entries = [fact.event for fact in self.history.facts[known:] if not isinstance(fact.event, PeriodClosed)]
            if period.kind is PeriodKind.YEAR:
                return entries
            assert entries == []
        raise AssertionError(year)


def said(events: Iterable[Event]) -> list[tuple[type[Event], date, dict[str, int]]]:
    """What inventory entries say: which, on what day, and how much of which class."""
    found: list[tuple[type[Event], date, dict[str, int]]] = []
    for event in events:
        assert isinstance(event, IncomeDeferred | DeferredIncomeReleased)
        found.append((type(event), event.entered_on, {part.class_code: part.cents for part in event.parts}))
    return found


def test_the_closing_of_a_year_defers_what_is_for_the_next_and_gives_it_back_on_1_september() -> None:
    books = Books(date(2025, 9, 1), date(2026, 8, 31))
    books.pay("CP", date(2025, 6, 3))
    books.pay("CE1", date(2025, 7, 3))
    carried = {"CP": PRICE, "CE1": PRICE}
    assert said(books.close(2024, 2024)) == [
        (IncomeDeferred, AUGUST, carried),
        (DeferredIncomeReleased, date(2025, 9, 1), carried),
    ]
    assert books.close(2025, 2024) == []


def test_income_that_belongs_to_the_year_of_its_collection_is_never_deferred() -> None:
    books = Books(date(2025, 9, 1), date(2026, 8, 31))
    books.pay("CP", date(2025, 6, 3))
    assert books.close(2024, None) == []


def test_what_is_for_a_year_beyond_the_next_stays_deferred() -> None:
    """Two years of 365 days, 20,00 €: half is given back each 1 September, and nothing is deferred a second time."""
    books = Books(date(2025, 9, 1), date(2027, 8, 31))
    books.pay("CP", date(2025, 6, 3))
    half = {"CP": PRICE // 2}
    assert said(books.close(2024, 2024)) == [
        (IncomeDeferred, AUGUST, {"CP": PRICE}),
        (DeferredIncomeReleased, date(2025, 9, 1), half),
    ]
    assert said(books.close(2025, 2024)) == [(DeferredIncomeReleased, date(2026, 9, 1), half)]
    assert books.close(2026, 2024) == []


def test_what_was_deferred_and_refunded_since_is_taken_back_by_the_next_closing() -> None:
    """The refund lowered the next year's income by all of it: the half that was still deferred makes up for it."""
    books = Books(date(2025, 9, 1), date(2027, 8, 31))
    given_back = books.pay("CP", date(2025, 6, 3))
    books.close(2024, 2024)
    books.refund(given_back, date(2025, 10, 1))
    assert said(books.close(2025, 2024)) == [(IncomeDeferred, date(2026, 8, 31), {"CP": -(PRICE // 2)})]


def test_what_is_still_deferred_is_income_again_when_the_rule_is_given_up() -> None:
    books = Books(date(2025, 9, 1), date(2027, 8, 31))
    books.pay("CP", date(2025, 6, 3))
    books.close(2024, 2024)
    assert said(books.close(2025, None)) == [(IncomeDeferred, date(2026, 8, 31), {"CP": -(PRICE // 2)})]
    assert books.close(2026, None) == []


def test_what_was_collected_before_the_rule_is_not_carried_over() -> None:
    books = Books(date(2025, 9, 1), date(2027, 8, 31))
    books.pay("CP", date(2025, 6, 3))
    assert books.close(2024, None) == []
    books.pay("CE1", date(2025, 10, 3))
    assert said(books.close(2025, 2025))[0] == (IncomeDeferred, date(2026, 8, 31), {"CE1": PRICE // 2})


def test_what_comes_in_after_august_was_closed_is_not_carried_over_from_it() -> None:
    books = Books(date(2025, 9, 1), date(2026, 8, 31))
    books.pay("CP", date(2025, 6, 3))
    while (period := books.history.next_period(books.coop_id)).kind is PeriodKind.MONTH:
        books.history.now = max(books.history.now, paris_noon(date(2025, 9, 5)))
        books.history.close(books.coop_id, period.kind, period.first_day)
    books.pay("CE1", AUGUST)
    assert said(books.close(2024, 2024))[0] == (IncomeDeferred, AUGUST, {"CP": PRICE})
