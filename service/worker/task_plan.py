"""Which things to do come of which event: pure, so that following a log again plans the same, and nothing twice.

Facts are ids and cents. A contribution's tasks share a lane, and so do a coop's payouts. Days are Paris days; what is
planned for a day is due at eight in the morning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from adapters.jobs import NewTask
from domain.calendar import PARIS
from domain.campaign.instalments import GIVE_UP_AFTER
from domain.events.bank import AdjustmentApproved, AdjustmentReversed, AdjustmentTransferred, BankAccountConfirmed
from domain.events.base import Event
from domain.events.contribution import (
    ContributionPlaced,
    PaymentCaptured,
    PaymentFailed,
    PaymentPutOnHold,
    TransferReversed,
)
from domain.events.dispute import DisputeLost, DisputeOpened, DisputeWon, LostDisputeReinstated
from domain.events.held.money import ContributionSuspenseCleared, RefundBackOnHold, ReturnedRefundSettled
from domain.events.instalment import InstalmentFailed, InstalmentsScheduled
from domain.events.payout import PayoutRequested
from domain.events.refund import ExternalRefundAllocated, RefundFailed, RefundRequested
from domain.provider_ids import ProviderIds
from domain.recorded_event import RecordedEvent

BASKET_LIFE: Final = timedelta(hours=24)
"""After this time an unpaid basket is given up; the provider's own page closes no later."""
FEE_LATEST: Final = timedelta(days=3)
"""So long after a payment its fee is looked up if no webhook told it, however long the service was down."""
GIVEN_BACK_AGAIN: Final = timedelta(days=1)
"""How long after it came back from its card a payment that was not expected is given back again."""
_HOUR: Final = time(8, 0)
_OF_A_PAYMENT: Final = (
    *(PaymentCaptured, RefundRequested, DisputeOpened, DisputeWon, LostDisputeReinstated),
    *(ExternalRefundAllocated, ReturnedRefundSettled, ContributionSuspenseCleared, TransferReversed),
)
"""Events that ask for something only where their payment was made at the provider: a demonstration's were not."""


def tasks_for(fact: RecordedEvent, ids: ProviderIds) -> Iterator[NewTask]:
    """Yield what is to be done because of one event of a log; ``ids`` tells what the provider has."""
    event, planner = fact.event, _PLANNERS.get(type(fact.event))
    if planner is None or fact.coop_id is None:
        return
    if not isinstance(event, _OF_A_PAYMENT) or ids.is_payment(event.payment_id):
        yield from planner(fact, event)


def at_eight(day: date) -> datetime:
    """Eight in the morning in Paris."""
    return datetime.combine(day, _HOUR, tzinfo=PARIS)


def _of(fact: RecordedEvent, event: Any, **more: object) -> dict[str, Any]:  # noqa: ANN401 - any event of a contribution
    """The ids that every task of a contribution needs."""
    facts = {"coop_id": fact.coop_id, "campaign_id": fact.stream_id, "contribution_id": event.contribution_id, **more}
    return {name: value if isinstance(value, int) else str(value) for name, value in facts.items()}


def _lane(event: Any) -> str:  # noqa: ANN401 - any event of a contribution
    return f"contribution:{event.contribution_id}"


def _align(fact: RecordedEvent, event: Any, payment_id: str) -> Iterator[NewTask]:  # noqa: ANN401 - same
    """Bring what lies at the coop in line with what is the coop's of a payment."""
    subject = f"{payment_id}@{fact.position}"
    yield NewTask("align", subject, _lane(event), event.at, _of(fact, event, payment_id=payment_id))


def _placed(fact: RecordedEvent, event: ContributionPlaced) -> Iterator[NewTask]:
    if event.means == "card" and any(line.cents for line in event.lines):
        subject = str(event.contribution_id)
        yield NewTask("expire", subject, _lane(event), event.at + BASKET_LIFE, _of(fact, event))


def _captured(fact: RecordedEvent, event: PaymentCaptured) -> Iterator[NewTask]:
    if event.cents:
        yield from _align(fact, event, event.payment_id)
    yield _fee(fact, event)


def _refused(fact: RecordedEvent, event: PaymentFailed) -> Iterator[NewTask]:
    """Have the refusals of a campaign looked at, in a lane of their own: they keep no money waiting."""
    facts = _of(fact, event, position=fact.position)
    yield NewTask("card-refused", event.attempt_id, f"cards:{fact.stream_id}", event.at, facts)


def _on_hold(fact: RecordedEvent, event: PaymentPutOnHold) -> Iterator[NewTask]:
    facts = _of(fact, event, payment_id=event.payment_id)
    yield NewTask("return", event.payment_id, _lane(event), event.at, facts)
    yield _fee(fact, event)


def _back_on_hold(fact: RecordedEvent, event: RefundBackOnHold) -> Iterator[NewTask]:
    """What came back of a payment that was not expected is given back again, to a card that may be renewed by then."""
    if event.refund_id is None:
        subject = f"{event.payment_id}@{fact.position}"
        facts = _of(fact, event, payment_id=event.payment_id)
        yield NewTask("return", subject, _lane(event), event.at + GIVEN_BACK_AGAIN, facts)


def _fee(fact: RecordedEvent, event: PaymentCaptured | PaymentPutOnHold) -> NewTask:
    facts = _of(fact, event, payment_id=event.payment_id)
    return NewTask("fee", event.payment_id, _lane(event), event.at + FEE_LATEST, facts)


def _refund_requested(fact: RecordedEvent, event: RefundRequested) -> Iterator[NewTask]:
    facts = _of(fact, event, payment_id=event.payment_id, refund_id=event.refund_id)
    yield NewTask("refund", str(event.refund_id), _lane(event), event.at, facts)


def _payment_again(
    fact: RecordedEvent,
    event: ExternalRefundAllocated
    | ReturnedRefundSettled
    | ContributionSuspenseCleared
    | DisputeOpened
    | TransferReversed,
) -> Iterator[NewTask]:
    yield from _align(fact, event, event.payment_id)


def _cleared(fact: RecordedEvent, event: ContributionSuspenseCleared) -> Iterator[NewTask]:
    """What a coop owes a family of a refund that came back, and two people say the platform bears, moves to it."""
    if event.refund_id is not None:
        yield from _payment_again(fact, event)


def _contested(fact: RecordedEvent, event: DisputeOpened) -> Iterator[NewTask]:
    """What a bank took beyond a payment, or of one on hold, is nothing that lies at the coop."""
    if event.cents:
        yield from _payment_again(fact, event)


def _won(fact: RecordedEvent, event: DisputeWon) -> Iterator[NewTask]:
    """What comes back of a payment that was not expected is to go back to its card after all."""
    yield from _contribution_again(fact, event)
    if event.suspense_cents:
        subject = f"{event.payment_id}@{fact.position}"
        yield NewTask("return", subject, _lane(event), event.at, _of(fact, event, payment_id=event.payment_id))


def _contribution_again(
    fact: RecordedEvent, event: RefundFailed | DisputeWon | DisputeLost | LostDisputeReinstated
) -> Iterator[NewTask]:
    """All payments of the contribution are looked at, and what a bank took beyond one of them."""
    subject = f"{event.contribution_id}@{fact.position}"
    yield NewTask("align-all", subject, _lane(event), event.at, _of(fact, event))


def _scheduled(fact: RecordedEvent, event: InstalmentsScheduled) -> Iterator[NewTask]:
    for due in event.instalments:
        yield _attempt(fact, event, due.number, 1, due.due_on)
        facts = _of(fact, event, number=due.number)
        subject = f"{event.contribution_id}:{due.number}"
        yield NewTask("give-up", subject, _lane(event), at_eight(due.due_on + GIVE_UP_AFTER), facts)


def _instalment_failed(fact: RecordedEvent, event: InstalmentFailed) -> Iterator[NewTask]:
    """The next attempt has the number of the event in the log: each refusal plans one, and only one."""
    if event.retry_on is not None:
        yield _attempt(fact, event, event.number, fact.position, event.retry_on)


def _attempt(fact: RecordedEvent, event: Any, number: int, attempt: int, day: date) -> NewTask:  # noqa: ANN401 - same
    subject = f"{event.contribution_id}:{number}:{attempt}"
    facts = _of(fact, event, number=number, attempt=attempt)
    return NewTask("charge", subject, _lane(event), at_eight(day), facts)


def _payout(fact: RecordedEvent, event: PayoutRequested) -> Iterator[NewTask]:
    facts = {"coop_id": str(fact.stream_id), "payout_id": str(event.payout_id)}
    yield NewTask("payout", str(event.payout_id), f"coop:{fact.stream_id}", event.at, facts)


def _adjusted(fact: RecordedEvent, event: AdjustmentApproved) -> Iterator[NewTask]:
    facts = {"coop_id": str(fact.stream_id), "adjustment_id": str(event.adjustment_id)}
    yield NewTask("grant", str(event.adjustment_id), f"coop:{fact.stream_id}", event.at, facts)


def _take_back(fact: RecordedEvent, event: AdjustmentReversed | AdjustmentTransferred) -> Iterator[NewTask]:
    """Have what moved come back if it was reversed: one that moves after its reversal is looked at again."""
    facts = {"coop_id": str(fact.stream_id), "adjustment_id": str(event.adjustment_id)}
    subject = f"{event.adjustment_id}@{fact.position}"
    yield NewTask("take-back", subject, f"coop:{fact.stream_id}", event.at, facts)


def _confirmed(fact: RecordedEvent, event: BankAccountConfirmed) -> Iterator[NewTask]:
    facts = {"coop_id": str(fact.stream_id), "bank_account_id": str(event.bank_account_id)}
    subject = f"{event.bank_account_id}@{fact.position}"
    yield NewTask("bank-account", subject, f"coop:{fact.stream_id}", event.at, facts)


_PLANNERS: Final[dict[type[Event], Callable[[RecordedEvent, Any], Iterator[NewTask]]]] = {
    ContributionPlaced: _placed,
    PaymentCaptured: _captured,
    PaymentFailed: _refused,
    PaymentPutOnHold: _on_hold,
    RefundBackOnHold: _back_on_hold,
    ReturnedRefundSettled: _payment_again,
    ContributionSuspenseCleared: _cleared,
    TransferReversed: _payment_again,
    RefundRequested: _refund_requested,
    RefundFailed: _contribution_again,
    ExternalRefundAllocated: _payment_again,
    DisputeOpened: _contested,
    DisputeWon: _won,
    LostDisputeReinstated: _contribution_again,
    DisputeLost: _contribution_again,
    InstalmentsScheduled: _scheduled,
    InstalmentFailed: _instalment_failed,
    PayoutRequested: _payout,
    AdjustmentApproved: _adjusted,
    AdjustmentTransferred: _take_back,
    AdjustmentReversed: _take_back,
    BankAccountConfirmed: _confirmed,
}
