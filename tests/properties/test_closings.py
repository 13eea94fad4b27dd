"""Whatever happens on whichever day, and whenever it becomes known: a closing says what a fold of its own would say."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import add_months, end_of_month, paris_date, paris_noon
from domain.chart_of_accounts import Account
from domain.events.closings.period import PeriodClosed, RunningTotals
from domain.events.contribution import PaymentCaptured
from domain.events.payout import PayoutFailed, PayoutSent
from domain.journal import postings
from domain.recorded_event import RecordedEvent
from tests.projections.history import PRICE, History

_ONLINE = (Account.ONLINE, Account.ONLINE_BLOCKED)
Movement = tuple[date, str, int]
"""The first day of the month it counts in, where it comes from, and what it adds to the account."""


def origin(fact: RecordedEvent) -> str:
    """Where a movement comes from, by the kind of its event."""
    if isinstance(fact.event, PayoutSent | PayoutFailed):
        return "payouts"
    if isinstance(fact.event, PaymentCaptured):
        return "families"
    return "platform" if fact.stream_id == fact.coop_id else "refunds"


def movements(facts: Iterable[RecordedEvent]) -> list[Movement]:
    """Every movement, in the first month from its own on that no closing before it in the log has closed."""
    found: list[Movement] = []
    closed: set[date] = set()
    for fact in facts:
        if isinstance(fact.event, PeriodClosed) and fact.event.kind == "month":
            closed.add(fact.event.first_day)
        cents = sum(leg.debit - leg.credit for leg in postings(fact.event) if leg.account in _ONLINE)
        month = paris_date(fact.event.happened_at).replace(day=1)
        while closed and month <= max(closed):
            month = add_months(month, 1)
        if cents:
            found.append((month, origin(fact), cents))
    return found


def sums(moved: Iterable[Movement], first: date, last: date) -> Counter[tuple[str, bool]]:
    """What came in (True) and went out of some months, by where it comes from."""
    found: Counter[tuple[str, bool]] = Counter()
    for month, kind, cents in moved:
        if first <= month <= last:
            found[kind, cents > 0] += abs(cents)
    return found


def check(closed: PeriodClosed, before: list[RecordedEvent]) -> None:
    """Compare a closing with the fold of what stood before it."""
    moved = movements(before)
    mine = sums(moved, closed.first_day, closed.last_day)
    year = closed.last_day.replace(month=9, day=1)
    year = year if year <= closed.last_day else year.replace(year=year.year - 1)
    for stated, came in ((closed.receipts, True), (closed.disbursements, False)):
        for kind in ("families", "refunds", "platform"):
            assert getattr(stated, kind) == mine[kind, came]
    assert closed.boxes.receipts == closed.receipts.total
    assert closed.boxes.disbursements == closed.disbursements.total
    assert closed.boxes.transfers == mine["payouts", False] - mine["payouts", True]
    assert closed.boxes.closing == sum(cents for month, _, cents in moved if month <= closed.last_day)
    assert closed.boxes.opening == sum(cents for month, _, cents in moved if month < closed.first_day)
    for totals, since in ((closed.year_to_date, year), (closed.perpetual, date.min)):
        whole = sums(moved, since, closed.last_day)
        in_, out = (sum(whole[kind, came] for kind in ("families", "refunds", "platform")) for came in (True, False))
        back, left = whole["payouts", True], whole["payouts", False]
        assert totals == RunningTotals(receipts=in_, disbursements=out, payouts=left, payouts_back=back)


class RandomYear:
    """A coop to which things happen, some of them told late."""

    def __init__(self, seed: int) -> None:
        """Open it on 2 September."""
        self.history = History(seed)
        self.random = random.Random(seed)  # noqa: S311 - a made-up school
        self.coop_id = self.history.coop()
        self.campaign_id = self.history.campaign(self.coop_id)
        self.paid: list[UUID] = []

    def happen(self) -> None:
        """Let one thing happen."""
        history, choice = self.history, self.random.random()
        history.now += timedelta(days=self.random.randint(0, 12))
        if choice < 0.5:
            contribution_id = history.place(self.campaign_id, "CP")
            told_after = timedelta(days=self.random.choice((0, 0, 3, 40)))
            paid_at = max(history.now - told_after, paris_noon(date(2024, 9, 2)))
            history.pay(self.campaign_id, contribution_id, paid_at=paid_at)
            self.paid.append(contribution_id)
        elif choice < 0.6 and self.paid and history.available(self.coop_id) >= PRICE:
            refund_id = history.refund(self.campaign_id, self.paid.pop(), PRICE)
            history.settle_refund(self.campaign_id, refund_id)
        elif choice < 0.7:
            history.adjust(self.coop_id, self.random.randint(1, 999))
        elif choice < 0.85 and history.available(self.coop_id) > 0:
            payout_id = history.payout(self.coop_id, self.random.randint(1, history.available(self.coop_id)))
            if self.random.random() < 0.4:
                history.now += timedelta(days=self.random.randint(0, 20))
                history.fail(self.coop_id, payout_id)
        else:
            self.close()

    def close(self) -> None:
        """Close the next period if it is over."""
        period = self.history.next_period(self.coop_id)
        if paris_date(self.history.now) > period.last_day:
            self.history.close(self.coop_id, period.kind, period.first_day)


@given(st.integers(0, 2**32))
@settings(max_examples=60, derandomize=True, database=None, deadline=None, print_blob=True)
def test_a_closing_says_what_a_fold_of_its_own_says_and_perpetual_totals_never_fall(seed: int) -> None:
    world = RandomYear(seed)
    for _ in range(60):
        world.happen()
    while paris_date(world.history.now) <= end_of_month(date(2025, 10, 1)):
        world.history.now += timedelta(days=31)
    for _ in range(16):
        world.close()
    facts = [fact for fact in world.history.facts if fact.coop_id == world.coop_id]
    closings = [(number, fact.event) for number, fact in enumerate(facts) if isinstance(fact.event, PeriodClosed)]
    assert {closed.kind for _, closed in closings} == {"month", "year"}
    for number, closed in closings:
        check(closed, facts[:number])
    for (_, before), (_, after) in pairwise(closings):
        for name in RunningTotals.__struct_fields__:
            assert getattr(before.perpetual, name) <= getattr(after.perpetual, name)
