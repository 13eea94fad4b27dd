"""Which things to do come of which event: each once, at its time, with ids and cents only."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from uuid import UUID

import msgspec
import pytest

from adapters.stripe_provider.identifiers import StripeIds
from domain.events import EVENT_TYPES, Event
from domain.events.bank import AdjustmentApproved, AdjustmentReversed, AdjustmentTransferred, BankAccountConfirmed
from domain.events.base import InstalmentDue
from domain.events.contribution import (
    ContributionPlaced,
    PaymentCaptured,
    PaymentFailed,
    PaymentPutOnHold,
    TransferReversed,
)
from domain.events.dispute import DisputeLost, DisputeOpened, DisputeWon, LostDisputeReinstated
from domain.events.external import ExternalPaymentRecorded
from domain.events.held.money import ContributionSuspenseCleared, RefundBackOnHold, ReturnedRefundSettled
from domain.events.instalment import InstalmentFailed, InstalmentsScheduled
from domain.events.payout import PayoutRequested
from domain.events.refund import ExternalRefundAllocated, RefundFailed, RefundRequested
from domain.recorded_event import RecordedEvent
from service.worker.task_handlers import HANDLERS
from service.worker.task_plan import at_eight, tasks_for
from tests.kit import example
from tests.kit.example_events import EXAMPLES

IDS = StripeIds()
COOP, STREAM = UUID(int=900), UUID(int=901)
PLANNED = {
    ContributionPlaced: ["expire"],
    PaymentCaptured: ["align", "fee"],
    PaymentFailed: ["card-refused"],
    PaymentPutOnHold: ["return", "fee"],
    RefundRequested: ["refund"],
    RefundFailed: ["align-all"],
    ExternalRefundAllocated: ["align"],
    ReturnedRefundSettled: ["align"],
    ContributionSuspenseCleared: ["align"],
    RefundBackOnHold: ["return"],
    TransferReversed: ["align"],
    DisputeOpened: ["align"],
    DisputeWon: ["align-all", "return"],
    LostDisputeReinstated: ["align-all"],
    DisputeLost: ["align-all"],
    InstalmentsScheduled: ["charge", "give-up", "charge", "give-up"],
    PayoutRequested: ["payout"],
    AdjustmentApproved: ["grant"],
    AdjustmentTransferred: ["take-back"],
    AdjustmentReversed: ["take-back"],
    BankAccountConfirmed: ["bank-account"],
}


def recorded(event: Event, position: int = 7) -> RecordedEvent:
    """An event as the log tells it."""
    return RecordedEvent(position, STREAM, 3, COOP, example.NOW, event)


def example_of(kind: type[Event]) -> Event:
    """An example whose payment was made at the provider."""
    event = EXAMPLES[kind]
    return msgspec.structs.replace(event, payment_id="ch_1") if hasattr(event, "payment_id") else event


@pytest.mark.parametrize("kind", EVENT_TYPES, ids=lambda kind: kind.__name__)
def test_each_event_asks_for_what_the_table_says(kind: type[Event]) -> None:
    tasks = list(tasks_for(recorded(example_of(kind)), IDS))
    assert [task.kind for task in tasks] == PLANNED.get(kind, [])
    assert {task.kind for task in tasks} <= HANDLERS.keys()


@pytest.mark.parametrize("kind", PLANNED, ids=lambda kind: kind.__name__)
def test_what_is_planned_is_the_same_each_time_and_holds_ids_and_numbers_only(kind: type[Event]) -> None:
    first, again = (list(tasks_for(recorded(example_of(kind)), IDS)) for _ in range(2))
    assert first == again
    assert len({(task.kind, task.subject) for task in first}) == len(first)
    for task in first:
        facts = json.loads(json.dumps(task.facts))
        assert all(isinstance(value, int) or len(value) <= 40 for value in facts.values())
        assert "reason" not in facts


def test_a_payment_that_was_not_made_at_the_provider_asks_for_nothing_there() -> None:
    invented = msgspec.structs.replace(EXAMPLES[PaymentCaptured], payment_id="demo_payment_1")
    assert list(tasks_for(recorded(invented), IDS)) == []
    assert list(tasks_for(recorded(EXAMPLES[ExternalPaymentRecorded]), IDS)) == []
    tip_alone = msgspec.structs.replace(EXAMPLES[PaymentCaptured], payment_id="ch_1", cents=0, shares=())
    assert [task.kind for task in tasks_for(recorded(tip_alone), IDS)] == ["fee"]


def test_an_instalment_is_taken_at_eight_in_paris_also_after_the_clocks_changed() -> None:
    days = (date(2026, 3, 28), date(2026, 3, 30), date(2026, 10, 26))
    due = tuple(InstalmentDue(number=n, due_on=day, cents=100, shares=()) for n, day in enumerate(days, start=2))
    event = msgspec.structs.replace(EXAMPLES[InstalmentsScheduled], instalments=due, cents=300)
    charges = [task for task in tasks_for(recorded(event), IDS) if task.kind == "charge"]
    assert [task.run_at.astimezone(UTC).hour for task in charges] == [7, 6, 7]
    assert at_eight(days[0]) == datetime(2026, 3, 28, 7, 0, tzinfo=UTC)


def test_a_refused_instalment_is_tried_again_on_the_day_the_event_says_under_a_name_of_its_own() -> None:
    refused = msgspec.structs.replace(EXAMPLES[InstalmentFailed], final=False, retry_on=date(2026, 3, 30))
    (first,) = tasks_for(recorded(refused, 11), IDS)
    (second,) = tasks_for(recorded(refused, 19), IDS)
    assert first.run_at == at_eight(date(2026, 3, 30))
    assert (first.kind, first.facts["number"]) == ("charge", 3)
    assert first.subject != second.subject


def test_what_concerns_one_contribution_shares_a_lane() -> None:
    kinds = (ContributionPlaced, PaymentCaptured, RefundRequested, InstalmentsScheduled)
    lanes = {task.lane for kind in kinds for task in tasks_for(recorded(example_of(kind)), IDS)}
    assert lanes == {f"contribution:{example.CONTRIBUTION}"}
