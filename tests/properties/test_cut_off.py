"""Over random years: account 487 holds what the report says, and what a year defers another one is given back."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.association.commands import ChangePolicy
from domain.calendar import paris_date, paris_noon
from domain.campaign.basket import CorrectContribution
from domain.chart_of_accounts import Account
from domain.closings.cut_off import spread
from domain.closings.held_income import held_income
from domain.closings.periods import PeriodKind
from domain.events import encode
from domain.events.association import CutOff, Policy
from domain.events.base import Event
from domain.events.closings.cut_off import DeferredIncomeReleased, IncomeDeferred
from domain.events.closings.period import PeriodClosed
from domain.journal import postings
from domain.recorded_event import RecordedEvent
from tests.oracle.checks import check
from tests.projections.history import CLASSES, PRICE, START, History

SINCE = 2024
VALIDITIES = (
    (date(2024, 9, 1), date(2025, 8, 31)),
    (date(2025, 1, 1), date(2025, 12, 31)),
    (date(2025, 9, 1), date(2026, 8, 31)),
    (date(2025, 8, 20), date(2025, 9, 12)),
)
"""All of them end within the exercise after the first one."""
LONG = (*VALIDITIES, (date(2025, 3, 1), date(2027, 2, 28)), (date(2025, 9, 1), date(2028, 8, 31)))
Held = Counter[tuple[UUID, str]]
"""Cents by campaign and class."""


class RandomYears:
    """A coop with a campaign of each validity, in which things happen for two exercises, some of them told late."""

    def __init__(self, seed: int, validities: Iterable[tuple[date, date]]) -> None:
        """Open it on 2 September 2024."""
        self.history = History(seed)
        self.history.now = paris_noon(date(SINCE, 6, 1))
        self.history.do(ChangePolicy, self.history.association_id, policy=Policy(cut_off=CutOff.BY_VALIDITY))
        self.history.now = START
        self.random = random.Random(seed)  # noqa: S311 - a made-up school
        self.coop_id = self.history.coop()
        self.valid = {self.history.campaign(self.coop_id, valid=valid): valid for valid in validities}
        self.paid: list[tuple[UUID, UUID]] = []

    def happen(self) -> None:
        """Let one thing happen."""
        history, choice = self.history, self.random.random()
        history.now += timedelta(days=self.random.randint(0, 25))
        if choice < 0.5:
            campaign_id = self.random.choice(list(self.valid))
            contribution_id = history.place(campaign_id, self.random.choice(CLASSES))
            told_after = timedelta(days=self.random.choice((0, 0, 3, 40)))
            paid_at = max(history.now - told_after, paris_noon(date(2024, 9, 2)))
            history.pay(campaign_id, contribution_id, paid_at=paid_at)
            self.paid.append((campaign_id, contribution_id))
        elif choice < 0.65 and self.paid:
            campaign_id, contribution_id = self.paid[-1]
            if self.random.random() < 0.5:
                self.paid.pop()
                history.settle_refund(campaign_id, history.refund(campaign_id, contribution_id, PRICE))
            else:
                refund_id = history.refund(campaign_id, contribution_id, self.random.randint(1, PRICE // 4))
                history.settle_refund(campaign_id, refund_id)
                self.paid.pop()
        elif choice < 0.75 and self.paid:
            campaign_id, contribution_id = self.random.choice(self.paid)
            change = {"line": 1, "class_label": self.random.choice(CLASSES), "tariff_id": "t1", "reason": "mistake"}
            history.do(CorrectContribution, campaign_id, contribution_id=contribution_id, **change)
        else:
            self.close()

    def close(self) -> None:
        """Close the next period if it is over."""
        period = self.history.next_period(self.coop_id)
        if paris_date(self.history.now) > period.last_day:
            self.history.close(self.coop_id, period.kind, period.first_day, deferring_since=SINCE)

    def live(self) -> None:
        """Let two exercises pass, and close both."""
        while paris_date(self.history.now) < date(2026, 10, 1):
            self.happen()
        for _ in range(30):
            self.close()

    def year_closings(self) -> list[tuple[int, PeriodClosed]]:
        """The closings of exercises, with how many facts stand before each."""
        facts = enumerate(self.history.facts)
        found = [(number, fact.event) for number, fact in facts if isinstance(fact.event, PeriodClosed)]
        return [(number, event) for number, event in found if event.kind == PeriodKind.YEAR]


def carried(events: Iterable[Event], account: Account) -> Held:
    """Credits less debits of inventory entries on an account."""
    found: Held = Counter()
    for event in events:
        if isinstance(event, IncomeDeferred | DeferredIncomeReleased):
            for leg in postings(event):
                if leg.account is account:
                    assert leg.campaign_id is not None
                    assert leg.class_code is not None
                    found[leg.campaign_id, leg.class_code] += leg.credit - leg.debit
    return found


def deferred_on(facts: Iterable[RecordedEvent], day: date) -> Held:
    """What account 487 holds at the end of a day."""
    events = (fact.event for fact in facts)
    return carried((event for event in events if event.entered is not None and event.entered <= day), Account.DEFERRED)


def owed_to_later_years(world: RandomYears, facts: list[RecordedEvent], last_day: date) -> Counter[UUID]:
    """By campaign, from the entries alone: what families' money of the months up to a day pays for days after it.

    Every contribution of these worlds is one child, and its money is one line.
    """
    held: Counter[tuple[UUID, UUID]] = Counter()
    closed = date.min
    for fact in facts:
        event = fact.event
        if isinstance(event, PeriodClosed) and event.kind == PeriodKind.MONTH:
            closed = event.last_day
        if event.subject_id is not None and max(paris_date(event.happened_at), closed + timedelta(days=1)) <= last_day:
            for leg in postings(event):
                if leg.account is Account.CONTRIBUTIONS:
                    held[fact.stream_id, event.subject_id] += leg.credit - leg.debit
    found: Counter[UUID] = Counter()
    for (campaign_id, _), cents in held.items():
        first, last = world.valid[campaign_id]
        days = (last - first).days + 1
        after = sum(first + timedelta(days=number) > last_day for number in range(days))
        found[campaign_id] += (2 * cents * after + days - 1) // (2 * days)  # the nearest cent, half a cent to this year
    return found


@given(st.integers(0, 2**32))
@settings(max_examples=40, derandomize=True, database=None, deadline=None, print_blob=True)
def test_account_487_holds_on_31_august_what_the_report_says(seed: int) -> None:
    world = RandomYears(seed, LONG)
    world.live()
    closings = world.year_closings()
    assert [closed.last_day.year for _, closed in closings] == [2025, 2026]
    for number, closed in closings:
        booked, year = deferred_on(world.history.facts, closed.last_day), closed.first_day.year
        report = spread(held_income(world.history.facts[:number]).lines(year, since=SINCE), closed.last_day)
        assert sum(one.later for one in report) == booked.total()
        by_campaign: Counter[UUID] = Counter()
        for (campaign_id, _), cents in booked.items():
            assert cents >= 0
            by_campaign[campaign_id] += cents
        assert +by_campaign == +owed_to_later_years(world, world.history.facts[:number], closed.last_day)


@given(st.integers(0, 2**32))
@settings(max_examples=40, derandomize=True, database=None, deadline=None, print_blob=True)
def test_what_an_exercise_defers_the_next_one_is_given_back_class_by_class(seed: int) -> None:
    world = RandomYears(seed, VALIDITIES)
    world.live()
    events = [fact.event for fact in world.history.facts]
    assert any(isinstance(event, IncomeDeferred) for event in events)
    for account in (Account.CONTRIBUTIONS, Account.DEFERRED):
        assert set(carried(events, account).values()) == {0}


@given(st.integers(0, 2**32))
@settings(max_examples=20, derandomize=True, database=None, deadline=None, print_blob=True)
def test_inventory_entries_change_no_box_of_a_statement(seed: int) -> None:
    world, plain = RandomYears(seed, LONG), RandomYears(seed, LONG)
    plain.close = lambda: _close_plainly(plain)  # type: ignore[method-assign]
    world.live()
    plain.live()
    boxes = [
        [(fact.event.first_day, fact.event.boxes) for fact in one.history.facts if isinstance(fact.event, PeriodClosed)]
        for one in (world, plain)
    ]
    assert boxes[0] == boxes[1]
    assert not any(isinstance(fact.event, IncomeDeferred) for fact in plain.history.facts)


@given(st.integers(0, 2**32))
@settings(max_examples=15, derandomize=True, database=None, deadline=None, print_blob=True)
def test_the_second_engine_defers_and_releases_the_same_cents(seed: int) -> None:
    world = RandomYears(seed, LONG)
    world.live()
    facts = world.history.facts
    assert check((one.position, one.stream_id, one.event.TOPIC, encode(one.event)) for one in facts) == []


def _close_plainly(world: RandomYears) -> None:
    period = world.history.next_period(world.coop_id)
    if paris_date(world.history.now) > period.last_day:
        world.history.close(world.coop_id, period.kind, period.first_day)
