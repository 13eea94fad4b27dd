"""The worker closes what is due on the association's day, once, when the provider's books cover it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import msgspec

from domain.aggregate import Stamp
from domain.association.commands import ChangePolicy
from domain.calendar import end_of_paris_day
from domain.campaign.basket import Child, PlaceContribution
from domain.campaign.payments import RecordCashReceived
from domain.events.association import Policy
from domain.events.closings.period import CoverageState, PeriodClosed
from domain.reconciliation.expected import PLATFORM
from domain.reconciliation.matching import MatchState
from service.closings.closing import Asked, closing_of
from service.closings.runner import ClosingThread
from service.papers.due_papers import papers_seen
from tests.kit.service_world import PRICE, SLUG, ServiceWorld
from tests.kit.waiting import wait_until
from tests.service.closings.conftest import Close
from tests.service.payments.test_calendar import go_to
from tests.service.reconciliation.checked_reconciler import LATER, CheckedReconciler

NOTHING: Counter[str] = Counter()
NOVEMBER = date(2026, 11, 1)


def closings(world: ServiceWorld) -> list[PeriodClosed]:
    """The closings of the world's log."""
    return [event for event in world.events() if isinstance(event, PeriodClosed)]


def test_a_month_is_closed_on_the_tenth_with_what_the_provider_confirms_and_once(
    world: ServiceWorld, reconciler: CheckedReconciler, close: Close
) -> None:
    world.certify()
    world.pay("CP A", card="instant", tip=0)
    go_to(world, datetime(2026, 12, 5, 9, tzinfo=UTC))
    world.settle()
    reconciler.clean()
    go_to(world, datetime(2026, 12, 9, 22, tzinfo=UTC))
    assert close() == NOTHING
    go_to(world, datetime(2026, 12, 9, 23, 30, tzinfo=UTC))
    assert close() == Counter(month=1)
    (closed,) = closings(world)
    assert (closed.first_day, closed.boxes.receipts, closed.by) == (NOVEMBER, PRICE, "system:closings")
    assert closed.provider.state is CoverageState.READ
    assert closed.provider.read_at is not None
    assert closed.provider.read_at > end_of_paris_day(date(2026, 12, 3))
    assert closed.provider.breaks == ()
    assert close() == NOTHING


def test_a_month_waits_for_the_provider_to_be_read_three_days_past_it_and_keeps_its_differences(
    world: ServiceWorld, reconciler: CheckedReconciler, close: Close
) -> None:
    account = world.certify()
    world.pay("CP A", card="instant", tip=0)
    reconciler.clean(seconds=LATER)
    payout = reconciler.pay_out_by_hand(account, 5_00)
    go_to(world, datetime(2026, 12, 10, 9, tzinfo=UTC))
    assert close() == NOTHING
    assert closings(world) == []
    assert [one.state.value for one in reconciler.run().breaks] == ["new"]
    assert close() == Counter(month=1)
    (closed,) = closings(world)
    (listed,) = closed.provider.breaks
    assert (listed.object_id, listed.kind) == (payout, MatchState.PROVIDER_ONLY.value)
    assert (listed.ledger_cents, listed.provider_cents) == (0, -5_00)
    assert closed.provider.platform_breaks == 0


def test_the_month_of_an_idle_coop_waits_until_all_that_moved_was_read_not_the_balance_alone(
    world: ServiceWorld, reconciler: CheckedReconciler, close: Close
) -> None:
    account = world.certify()
    world.pay("CP A", card="instant", tip=0)
    world.settle()
    reconciler.clean(seconds=LATER)
    go_to(world, datetime(2026, 12, 10, 9, tzinfo=UTC))
    book, last = world.worker.breaks, world.worker.breaks.runs(account, 1)[0]
    book.record_run(book.runs(PLATFORM, 1)[0]._replace(ran_at=world.now()))
    book.record_run(last._replace(ran_at=world.now(), whole=False))
    assert close() == NOTHING
    book.record_run(last._replace(ran_at=world.now()))
    assert close() == Counter(month=1)


def test_months_that_were_missed_are_caught_up_in_their_order_and_the_year_after_them(
    world: ServiceWorld, reconciler: CheckedReconciler, close: Close
) -> None:
    world.certify()
    world.pay("CP A", card="instant", tip=0)
    go_to(world, datetime(2027, 9, 12, 9, tzinfo=UTC))
    world.settle()
    reconciler.run()
    assert close() == Counter(month=10, year=1)
    found = closings(world)
    assert [one.first_day.month for one in found] == [11, 12, *range(1, 9), 9]
    assert found[-1].kind == "year"
    assert found[-1].boxes == found[0].boxes
    assert close() == NOTHING


def test_a_year_waits_for_its_papers_and_the_worker_issues_them_before_it_closes(
    world: ServiceWorld, reconciler: CheckedReconciler, close: Close
) -> None:
    """Cash of November 2026, whose piece the worker had no time to issue; September is the tenth month after it."""
    world.certify()
    contribution_id = uuid4()
    child = Child(participant_id=uuid4(), class_label="CP A", tariff_id="t1")
    basket: dict[str, Any] = {
        "payer_id": uuid4(),
        "commitment": "0" * 64,
        "children": (child,),
        "terms_version": "1",
        "tip_cents": 0,
    }
    world.do(PlaceContribution, contribution_id=contribution_id, means="cash", desk=True, **basket)
    given: dict[str, Any] = {"contribution_id": contribution_id, "slip": "B-1", "cents": PRICE, "paid_at": world.now()}
    go_to(world, datetime(2027, 9, 12, 9, tzinfo=UTC))
    world.do(RecordCashReceived, **given, policy=Policy())
    reconciler.run()
    opened, stamp = world.runtime.ledger(SLUG), Stamp(at=world.now(), by="treasurer")
    assert papers_seen(opened.ledger, world.coop_id, stamp).waiting
    year = Asked(world.coop_id, "year", date(2026, 9, 1))
    refused = closing_of(opened, world.worker, year, stamp)
    assert refused.papers is not None
    assert refused.papers.waiting
    assert close() == Counter(month=10, year=1)
    named = [name for one in closings(world) for name in one.papers_issued if one.kind == "month"]
    assert named == ["R-2026-2027-0001/1"]
    assert closings(world)[-1].papers_issued == ("R-2026-2027-0001/1",)


def test_the_association_chooses_its_day(world: ServiceWorld, reconciler: CheckedReconciler, close: Close) -> None:
    policy = msgspec.structs.replace(world.runtime.ledger("ad06").association().policy, closing_day=15)
    world.do(ChangePolicy, world.context.ledger.association_id, policy=policy)
    go_to(world, datetime(2026, 12, 14, 9, tzinfo=UTC))
    reconciler.clean()
    assert close() == NOTHING
    go_to(world, datetime(2026, 12, 15, 9, tzinfo=UTC))
    assert close() == Counter(month=1)
    assert closings(world)[0].provider.state is CoverageState.NO_ACCOUNT


def test_the_thread_closes_by_itself_without_a_provider(world: ServiceWorld, close: Close) -> None:
    go_to(world, datetime(2026, 12, 12, 9, tzinfo=UTC))
    head, _ = world.context.ledger.store.head()
    assert close() == Counter(month=1)
    go_to(world, datetime(2027, 1, 12, 9, tzinfo=UTC))
    with ClosingThread(world.runtime, None, world.now):
        wait_until(lambda: len(closings(world)) > 1, seconds=30, pause=0.05)
    assert closings(world)[-1].provider.state is CoverageState.NO_PROVIDER
    assert world.context.ledger.store.head()[0] == head + 2
