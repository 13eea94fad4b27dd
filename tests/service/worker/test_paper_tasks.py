"""Which events have papers issued, at once or the next morning."""

from __future__ import annotations

from uuid import UUID

import pytest

from adapters.stripe_provider.identifiers import StripeIds
from domain.events import EVENT_TYPES, Event
from domain.events.bank import BankLineMatched, BankLineUnmatched, BankReturnMatched, BankReturnUnmatched
from domain.events.by_hand.cash import CashDeposited, CashDepositWithdrawn, CashReturned, CashSlipCorrected
from domain.events.by_hand.refund import FailedRefundRepaid, PaymentToFamilyWithdrawn, RefundPaidOutOfBand
from domain.events.campaign import CampaignArchived
from domain.events.closings.period import PeriodClosed
from domain.events.contribution import CashReceived, ContributionCorrected, PaymentCaptured
from domain.events.dispute import DisputeLost, DisputeOpened, DisputeWon, LostDisputeReinstated
from domain.events.external import (
    ExternalPaymentRecorded,
    ExternalPaymentRefunded,
    ExternalPaymentWithdrawn,
    ExternalPayoutRecorded,
    ExternalPayoutWithdrawn,
)
from domain.events.held.money import ReturnedRefundSettled
from domain.events.payout import PayoutFailed, PayoutPaid, PayoutReturned
from domain.events.refund import ExternalRefundAllocated, RefundFailed, RefundSettled
from domain.recorded_event import RecordedEvent
from service.worker.paper_tasks import papers_for
from service.worker.task_handlers import HANDLERS
from service.worker.task_plan import at_eight
from tests.kit import example
from tests.kit.example_events import EXAMPLES

COOP, STREAM = UUID(int=900), UUID(int=901)
AT_ONCE = (
    *(PayoutPaid, PayoutReturned, PayoutFailed, ContributionCorrected, CampaignArchived, PeriodClosed),
    *(CashReceived, CashSlipCorrected, CashReturned, FailedRefundRepaid, RefundPaidOutOfBand),
    *(PaymentToFamilyWithdrawn, CashDeposited, CashDepositWithdrawn),
    *(ExternalPayoutRecorded, ExternalPayoutWithdrawn, ExternalPaymentWithdrawn),
    *(BankLineMatched, BankLineUnmatched, BankReturnMatched, BankReturnUnmatched),
)
DAILY = (
    *(PaymentCaptured, RefundSettled, RefundFailed, ExternalRefundAllocated, DisputeOpened, DisputeWon, DisputeLost),
    *(LostDisputeReinstated, ReturnedRefundSettled, ExternalPaymentRecorded, ExternalPaymentRefunded),
)
PLANNED: dict[type[Event], list[str]] = {kind: ["papers"] for kind in AT_ONCE} | {
    kind: ["late-papers"] for kind in DAILY
}


def recorded(event: Event, position: int = 7) -> RecordedEvent:
    """An event as the log tells it."""
    return RecordedEvent(position, STREAM, 3, COOP, example.NOW, event)


@pytest.mark.parametrize("kind", EVENT_TYPES, ids=lambda kind: kind.__name__)
def test_each_event_has_the_papers_issued_that_the_table_says(kind: type[Event]) -> None:
    tasks = list(papers_for(recorded(EXAMPLES[kind]), StripeIds()))
    assert [task.kind for task in tasks] == PLANNED.get(kind, [])
    assert {task.kind for task in tasks} <= HANDLERS.keys()
    assert {task.lane for task in tasks} <= {f"papers:{COOP}"}


def test_what_comes_late_is_seen_once_a_day_in_the_morning_after_it() -> None:
    first, second = (list(papers_for(recorded(EXAMPLES[kind]), StripeIds())) for kind in (PaymentCaptured, DisputeLost))
    assert first == second
    (task,) = first
    assert task.run_at == at_eight(task.run_at.date())
    assert task.run_at.date() > EXAMPLES[PaymentCaptured].at.date()
