"""What became of the money of one contribution, read from its events: paid, given back, contested, still to come.

Cents; days in Paris by the clock of each event (ledger.md « Clocks »). Fees and transfers are the platform's affair
and are left out; so are unexpected payments, which go back to their card whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.calendar import paris_date
from domain.events.base import Event
from domain.events.by_hand.cash import CashReturned, CashSlipCorrected
from domain.events.by_hand.refund import FailedRefundRepaid, PaymentToFamilyWithdrawn, RefundPaidOutOfBand
from domain.events.contribution import CashReceived, PaymentCaptured
from domain.events.dispute import DisputeLost, DisputeOpened, DisputeWon, LostDisputeReinstated
from domain.events.external import ExternalPaymentRecorded, ExternalPaymentRefunded, ExternalPaymentWithdrawn
from domain.events.held.money import ReturnedRefundSettled
from domain.events.instalment import InstalmentFailed, InstalmentsCancelled, InstalmentsScheduled
from domain.events.refund import (
    ExternalRefundAllocated,
    ExternalRefundFound,
    RefundFailed,
    RefundSettled,
)


class ReversalOutcome(StrEnum):
    """What became of money that left, or may leave, the coop again."""

    REFUNDED = "refunded"
    """It went back to the card."""
    RETURNED = "returned"
    """It came back from the card: the family is still owed it."""
    REPAID = "repaid"
    """The coop paid it to the family itself."""
    CONTESTED = "contested"
    """The bank holds it until the dispute is decided."""
    WON = "won"
    """The bank decided for the coop."""
    LOST = "lost"
    """The bank gave it back to the family."""
    REFUNDED_ELSEWHERE = "refunded_elsewhere"
    """The other platform, where it was paid, gave it back there."""


class ReceivedPayment(NamedTuple):
    """Money received. ``instalment`` counts from 1: 0 is cash, under a ``slip``, or elsewhere; the tip is apart."""

    on: date
    means: str
    cents: int
    tip_cents: int
    instalment: int
    slip: str = ""


class MoneyReversal(NamedTuple):
    """A refund or a dispute: when it began, what of it is the coop's and the tip's, where it stands."""

    on: date
    cents: int
    tip_cents: int
    outcome: ReversalOutcome
    means: str = ""
    """How the coop paid it itself: ``cheque``, ``transfer`` or ``cash``."""
    ended_on: date | None = None


class UpcomingInstalment(NamedTuple):
    """An instalment that is still to be collected."""

    number: int
    on: date
    cents: int


@dataclass
class ContributionHistory:
    """The money of one contribution; filled by ``fold`` and only read afterwards."""

    payments: list[ReceivedPayment] = field(default_factory=list)
    refunds: dict[UUID, MoneyReversal] = field(default_factory=dict)
    disputes: dict[tuple[str, ReversalOutcome], MoneyReversal] = field(default_factory=dict)
    """What is contested, was won and was lost of each dispute."""
    schedule: dict[int, UpcomingInstalment] = field(default_factory=dict)
    external: dict[UUID, ReceivedPayment] = field(default_factory=dict)
    """What was paid on another platform, by payment: one that was recorded by mistake leaves it again."""
    external_refunds: dict[UUID, UUID] = field(default_factory=dict)
    """The payment that each refund made there is of."""
    found: dict[UUID, date] = field(default_factory=dict)
    """The days of refunds made at the provider, until a person says whose money they were."""
    came_back: dict[UUID, date] = field(default_factory=dict)
    """The days on which refunds came back from their card."""

    def without_tip(self) -> ContributionHistory:
        """Return the same money without what went to the platform: for readers who must not learn who gave a tip."""
        return replace(
            self,
            payments=[one._replace(tip_cents=0) for one in self.payments],
            refunds={key: one._replace(tip_cents=0) for key, one in self.refunds.items()},
            disputes={key: one._replace(tip_cents=0) for key, one in self.disputes.items()},
        )

    @property
    def paid(self) -> int:
        """What the coop received, in cents."""
        return sum(payment.cents for payment in self.received)

    @property
    def received(self) -> list[ReceivedPayment]:
        """All payments, here and on other platforms, by day."""
        return sorted((*self.payments, *self.external.values()), key=lambda one: one.on)

    @property
    def tip(self) -> int:
        """What the platform received as a tip, in cents."""
        return sum(payment.tip_cents for payment in self.payments)

    @property
    def refunded(self) -> int:
        """What the coop gave back, in cents: to the card where it stayed there, or itself."""
        return sum(one.cents for one in self.refunds.values() if one.outcome is not ReversalOutcome.RETURNED)

    @property
    def owed(self) -> int:
        """What came back from the card and the coop has not paid itself yet, in cents."""
        return sum(one.cents for one in self.refunds.values() if one.outcome is ReversalOutcome.RETURNED)

    @property
    def contested(self) -> int:
        """What is contested at a bank now, in cents; it still belongs to the coop."""
        return self._disputed(ReversalOutcome.CONTESTED)

    @property
    def lost(self) -> int:
        """What banks took back for good, in cents."""
        return self._disputed(ReversalOutcome.LOST)

    @property
    def kept(self) -> int:
        """What the coop keeps, in cents: received less given back, owed and taken back."""
        return self.paid - self.refunded - self.owed - self.lost

    @property
    def tip_returned(self) -> int:
        """What of the tip went back, in cents, by refunds or lost disputes."""
        lost = (one.tip_cents for one in self.disputes.values() if one.outcome is ReversalOutcome.LOST)
        return sum(refund.tip_cents for refund in self.refunds.values()) + sum(lost)

    @property
    def reversals(self) -> list[MoneyReversal]:
        """Refunds and disputes, by day."""
        return sorted((*self.refunds.values(), *self.disputes.values()), key=lambda one: one.on)

    @property
    def to_come(self) -> list[UpcomingInstalment]:
        """The instalments still to be collected, in order."""
        return sorted(self.schedule.values())

    def _disputed(self, outcome: ReversalOutcome) -> int:
        return sum(dispute.cents for dispute in self.disputes.values() if dispute.outcome is outcome)


def _captured(history: ContributionHistory, event: PaymentCaptured) -> None:
    history.payments.append(ReceivedPayment(_day(event), "card", event.cents, event.tip_cents, event.instalment))
    history.schedule.pop(event.instalment, None)


def _cash(history: ContributionHistory, event: CashReceived) -> None:
    history.payments.append(ReceivedPayment(_day(event), "cash", event.cents, 0, 0, event.slip))


def _slip_corrected(history: ContributionHistory, event: CashSlipCorrected) -> None:
    """A slip is what it was corrected to; one that is nothing was no payment."""
    known = [one._replace(cents=event.cents) if one.slip == event.slip else one for one in history.payments]
    if all(one.slip != event.slip for one in known):
        known.append(ReceivedPayment(_day(event), "cash", event.cents, 0, 0, event.slip))
    history.payments = [one for one in known if one.slip != event.slip or one.cents]


def _paid_by_coop(history: ContributionHistory, event: RefundPaidOutOfBand | CashReturned) -> None:
    means = event.means if isinstance(event, RefundPaidOutOfBand) else "cash"
    day, outcome = _day(event), ReversalOutcome.REPAID
    history.refunds[event.refund_id] = MoneyReversal(day, event.cents, 0, outcome, means, ended_on=day)


def _payment_withdrawn(history: ContributionHistory, event: PaymentToFamilyWithdrawn) -> None:
    """The family is still owed what had come back from its card; what never was given back is held as before."""
    if event.shares:
        del history.refunds[event.refund_id]
        return
    _ended(history, event.refund_id, ReversalOutcome.RETURNED, history.came_back[event.refund_id])


def _external(history: ContributionHistory, event: ExternalPaymentRecorded) -> None:
    history.external[event.external_payment_id] = ReceivedPayment(_day(event), "external", event.cents, 0, 0)


def _external_refunded(history: ContributionHistory, event: ExternalPaymentRefunded) -> None:
    history.external_refunds[event.refund_id] = event.external_payment_id
    history.refunds[event.refund_id] = MoneyReversal(_day(event), event.cents, 0, ReversalOutcome.REFUNDED_ELSEWHERE)


def _external_withdrawn(history: ContributionHistory, event: ExternalPaymentWithdrawn) -> None:
    del history.external[event.external_payment_id]
    for refund_id in [key for key, of in history.external_refunds.items() if of == event.external_payment_id]:
        del history.external_refunds[refund_id], history.refunds[refund_id]


def _scheduled(history: ContributionHistory, event: InstalmentsScheduled) -> None:
    history.schedule |= {due.number: UpcomingInstalment(due.number, due.due_on, due.cents) for due in event.instalments}


def _instalment_failed(history: ContributionHistory, event: InstalmentFailed) -> None:
    if event.final:
        history.schedule.pop(event.number, None)


def _instalments_cancelled(history: ContributionHistory, event: InstalmentsCancelled) -> None:
    for number in event.numbers:
        history.schedule.pop(number, None)


def _refunded(history: ContributionHistory, event: RefundSettled) -> None:
    history.refunds[event.refund_id] = MoneyReversal(
        _day(event), event.cents, event.tip_cents, ReversalOutcome.REFUNDED
    )


def _found(history: ContributionHistory, event: ExternalRefundFound) -> None:
    history.found[event.refund_id] = _day(event)


def _allocated(history: ContributionHistory, event: ExternalRefundAllocated) -> None:
    day = history.found.pop(event.refund_id, _day(event))
    outcome = ReversalOutcome.RETURNED if event.owed else ReversalOutcome.REFUNDED
    ended_on = history.came_back.get(event.refund_id) if event.owed else None
    history.refunds[event.refund_id] = MoneyReversal(day, event.cents, event.tip_cents, outcome, ended_on=ended_on)


def _refund_failed(history: ContributionHistory, event: RefundFailed) -> None:
    if event.was_settled:
        history.came_back[event.refund_id] = _day(event)
        _ended(history, event.refund_id, ReversalOutcome.RETURNED, _day(event))


def _repaid(history: ContributionHistory, event: FailedRefundRepaid) -> None:
    _ended(history, event.refund_id, ReversalOutcome.REPAID, _day(event), event.means)


def _returned_settled(history: ContributionHistory, event: ReturnedRefundSettled) -> None:
    """The provider gave the family its money after all; a refund that settled itself never was one."""
    if event.made_id == event.refund_id:
        history.found.pop(event.refund_id, None)
    _ended(history, event.refund_id, ReversalOutcome.REFUNDED, None)


def _ended(
    history: ContributionHistory, refund_id: UUID, outcome: ReversalOutcome, day: date | None, means: str = ""
) -> None:
    """Say where a refund stands; one that nobody has explained took nothing from this contribution."""
    before = history.refunds.get(refund_id)
    if before is not None:
        history.refunds[refund_id] = before._replace(outcome=outcome, means=means, ended_on=day)


def _contested(history: ContributionHistory, event: DisputeOpened) -> None:
    _add(history, (event.dispute_id, ReversalOutcome.CONTESTED), _day(event), event.cents, event.tip_cents)


def _decided(history: ContributionHistory, event: DisputeWon | DisputeLost | LostDisputeReinstated) -> None:
    """A bank may decide about a part, and change its mind: what it decides about goes from one outcome to another."""
    lost = isinstance(event, DisputeLost)
    before = ReversalOutcome.LOST if isinstance(event, LostDisputeReinstated) else ReversalOutcome.CONTESTED
    of = event.dispute_id
    if (of, before) in history.disputes:
        day = history.disputes[of, before].on
        _add(history, (of, before), day, -event.cents, -event.tip_cents)
        after = ReversalOutcome.LOST if lost else ReversalOutcome.WON
        _add(history, (of, after), day, event.cents, event.tip_cents, _day(event))


def _add(
    history: ContributionHistory,
    key: tuple[str, ReversalOutcome],
    day: date,
    cents: int,
    tip_cents: int,
    ended_on: date | None = None,
) -> None:
    """Add to what a dispute has come to; what comes to nothing is not shown."""
    known = history.disputes.get(key, MoneyReversal(day, 0, 0, key[1]))
    changed = known._replace(cents=known.cents + cents, tip_cents=known.tip_cents + tip_cents)
    if changed.cents or changed.tip_cents:
        history.disputes[key] = changed._replace(ended_on=ended_on or known.ended_on)
    else:
        history.disputes.pop(key, None)


_HANDLERS: Final[dict[type[Event], Callable[[ContributionHistory, Any], None]]] = {
    PaymentCaptured: _captured,
    CashReceived: _cash,
    InstalmentsScheduled: _scheduled,
    InstalmentFailed: _instalment_failed,
    InstalmentsCancelled: _instalments_cancelled,
    RefundSettled: _refunded,
    RefundFailed: _refund_failed,
    FailedRefundRepaid: _repaid,
    ReturnedRefundSettled: _returned_settled,
    RefundPaidOutOfBand: _paid_by_coop,
    CashReturned: _paid_by_coop,
    CashSlipCorrected: _slip_corrected,
    PaymentToFamilyWithdrawn: _payment_withdrawn,
    ExternalRefundFound: _found,
    ExternalRefundAllocated: _allocated,
    DisputeOpened: _contested,
    DisputeWon: _decided,
    DisputeLost: _decided,
    LostDisputeReinstated: _decided,
    ExternalPaymentRecorded: _external,
    ExternalPaymentRefunded: _external_refunded,
    ExternalPaymentWithdrawn: _external_withdrawn,
}
TOPICS: Final = frozenset(kind.TOPIC for kind in _HANDLERS)
"""The topics of the events that a history is made from."""


def fold(events: Iterable[Event]) -> ContributionHistory:
    """Return the history of one contribution from its events, in the order of the log; others are passed over."""
    history = ContributionHistory()
    for event in events:
        handler = _HANDLERS.get(type(event))
        if handler is not None:
            handler(history, event)
    return history


def _day(event: Event) -> date:
    return paris_date(event.happened_at)
