"""What one contribution holds: its lines, its payments, its instalments, refunds and disputes."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from domain.allocation import split_within
from domain.campaign.disputes.dispute import Dispute
from domain.campaign.held.state import ExternalRefund, HeldPayment
from domain.events.base import InstalmentDue, Line, Share
from domain.events.contribution import ContributionPlaced
from domain.events.external import ExternalPaymentRecorded


class LineState:
    """One child of a contribution: what is due, what is held (paid less refunded or lost), what is set aside."""

    __slots__ = ("class_code", "due", "held", "line", "paid", "participant_id", "reserved", "tariff_id")

    def __init__(self, line: Line) -> None:
        """Begin unpaid."""
        self.line = line.line
        self.participant_id = line.participant_id
        self.class_code = line.class_code
        self.tariff_id = line.tariff_id
        self.due = line.cents
        self.paid = 0
        self.held = 0
        self.reserved = 0

    @property
    def outstanding(self) -> int:
        """What is still to be paid, in cents."""
        return self.due - self.paid

    @property
    def refundable(self) -> int:
        """What may still be given back, in cents."""
        return self.held - self.reserved


class Payment:
    """One captured payment: the coop's cents and the tip, what of them goes or went back, and what moved to the coop.

    ``transfers`` is what lies on the coop's account at the provider, by transfer: moved there less taken back;
    ``moves`` counts both. ``given_back`` and ``tip_given_back`` are refunds asked for or made; a refund that failed
    before it was settled no longer counts. ``came_back`` is what of settled ones came back from the card, the tip with
    the rest: it lies at the coop, which owes it to the family or has paid it.
    """

    __slots__ = ("came_back", "cents", "given_back", "moves", "tip_cents", "tip_given_back", "transfers")

    def __init__(self, cents: int, tip_cents: int) -> None:
        """Begin with nothing moved and nothing given back."""
        self.cents = cents
        self.tip_cents = tip_cents
        self.given_back = self.tip_given_back = 0
        self.came_back = 0
        self.transfers: dict[str, int] = {}
        self.moves = 0

    @property
    def transferred(self) -> int:
        """What lies on the coop's account at the provider, in cents."""
        return sum(self.transfers.values())


class RefundStatus(StrEnum):
    """Where a refund stands."""

    REQUESTED = "requested"
    SETTLED = "settled"
    FAILED = "failed"
    """It never left: what it set aside is free again."""
    RETURNED = "returned"
    """It left and came back from the card: the family is still owed it."""
    REPAID = "repaid"
    """It came back, and the family is owed it no more: the coop paid it, or the provider did after all."""


class Refund:
    """One refund: its payment, its cents by line, its tip cents, its status."""

    __slots__ = ("by_line", "cents", "payment_id", "provider_refund", "status", "tip_cents")

    def __init__(self, payment_id: str, by_line: dict[int, int], cents: int, tip_cents: int) -> None:
        """Begin as requested."""
        self.payment_id = payment_id
        self.by_line = by_line
        self.cents = cents
        self.tip_cents = tip_cents
        self.status = RefundStatus.REQUESTED
        self.provider_refund: str | None = None


class Slip(NamedTuple):
    """One slip of cash received: its cents, as corrected, and when it was paid."""

    cents: int
    paid_at: datetime


class PaidByHand(NamedTuple):
    """What the coop itself paid a family, from its bank or cash box, and from which lines.

    No line gives what a failed refund had taken from it already: that was owed.
    """

    cents: int
    by_line: dict[int, int]
    means: str
    paid_on: date


class ExternalPayment:
    """One payment made on another platform: what was recorded, and what was given back there, by line."""

    __slots__ = ("by_line", "cents", "import_id", "paid_at", "platform", "reference", "refunded")

    def __init__(self, event: ExternalPaymentRecorded) -> None:
        """Begin with nothing given back."""
        self.platform = event.platform
        self.reference = event.reference
        self.import_id = event.import_id
        self.cents = event.cents
        self.by_line = {share.line: share.cents for share in event.shares}
        self.paid_at = event.paid_at
        self.refunded: dict[int, int] = {}

    @property
    def left(self) -> dict[int, int]:
        """What may still be given back there, by line, in cents."""
        return {line: cents - self.refunded.get(line, 0) for line, cents in self.by_line.items()}


class Contribution:
    """A family's contribution to a campaign."""

    __slots__ = (
        "abandoned",
        "attempts",
        "by_hand",
        "disputes",
        "external",
        "external_payments",
        "fees",
        "instalments",
        "lines",
        "means",
        "on_hold",
        "payer_id",
        "payments",
        "placed_at",
        "refunds",
        "refusals",
        "schedule",
        "slips",
        "tip_due",
        "tip_held",
        "tip_paid",
        "tip_reserved",
    )

    def __init__(self, event: ContributionPlaced) -> None:
        """Begin as placed, unpaid."""
        self.payer_id = event.payer_id
        self.placed_at = event.at
        self.means = event.means
        self.instalments = event.instalments
        self.lines = {line.line: LineState(line) for line in event.lines}
        self.tip_due = event.tip_cents
        self.tip_paid = self.tip_held = self.tip_reserved = 0
        self.abandoned = False
        self.payments: dict[str, Payment] = {}
        self.schedule: dict[int, InstalmentDue] = {}
        self.refunds: dict[UUID, Refund] = {}
        self.disputes: dict[str, Dispute] = {}
        self.slips: dict[str, Slip] = {}
        self.by_hand: dict[UUID, PaidByHand] = {}
        self.fees: set[str] = set()
        self.attempts: set[str] = set()
        self.refusals: dict[int, int] = {}
        self.on_hold: dict[str, HeldPayment] = {}
        self.external: dict[UUID, ExternalRefund] = {}
        self.external_payments: dict[UUID, ExternalPayment] = {}

    @property
    def due(self) -> int:
        """The coop's total due, tip excluded, in cents."""
        return sum(line.due for line in self.lines.values())

    @property
    def outstanding(self) -> int:
        """What is still to be paid to the coop, in cents."""
        return sum(line.outstanding for line in self.lines.values())

    @property
    def paid_in_cash(self) -> bool:
        """Whether a slip of cash stands: one that was corrected to nothing does not."""
        return any(slip.cents for slip in self.slips.values())

    @property
    def expected_later(self) -> int:
        """What the remaining instalments will bring, in cents."""
        return sum(due.cents for due in self.schedule.values())

    @property
    def received(self) -> bool:
        """Whether any payment of it was received, by whatever means."""
        return bool(self.payments or self.paid_in_cash or self.external_payments)

    @property
    def unexplained(self) -> bool:
        """Whether a refund made at the provider, or what a bank took too much, waits for people to say whose it was."""
        return any(one.left for one in self.external.values()) or self.taken_beyond

    @property
    def taken_beyond(self) -> bool:
        """Whether a bank took more than was left of a payment, or gave back more, and nobody has explained it."""
        return any(dispute.suspense for dispute in self.disputes.values())

    @property
    def disputed(self) -> bool:
        """Whether a dispute is open: the money is at the bank's, not ours to give back."""
        return any(dispute.open for dispute in self.disputes.values())

    def contestable(self, payment_id: str) -> tuple[int, int]:
        """What a bank may take of a payment, in cents and tip cents: what is left of it, and we still hold."""
        left, tip_left = self.returnable(payment_id)
        free = sum(max(line.refundable, 0) for line in self.lines.values())
        return min(left, free), max(min(tip_left, self.tip_held - self.tip_reserved), 0)

    def returnable(self, payment_id: str) -> tuple[int, int]:
        """What may still be given back of a payment, in cents and tip cents: less refunds and disputes on it."""
        payment = self.payments[payment_id]
        taken, tip_taken = self._contested(payment_id)
        left = payment.cents - payment.given_back - taken
        return max(left, 0), max(payment.tip_cents - payment.tip_given_back - tip_taken, 0)

    def to_transfer(self, payment_id: str) -> int:
        """What is still to move to the coop's account for a payment, in cents; negative: what is to be taken back.

        What came back of a refund that nobody has explained never left the coop's account. No more is taken back than
        lies there: what a refund and a bank took beyond it is the coop's debt.
        """
        payment = self.payments[payment_id]
        stayed = sum(max(one.left, 0) for one in self.external.values() if one.back and one.payment_id == payment_id)
        return max(self.returnable(payment_id)[0] + payment.came_back - stayed, 0) - payment.transferred

    def _contested(self, payment_id: str) -> tuple[int, int]:
        """What disputes take of a payment, contested or lost, in cents and tip cents."""
        taken = [case.taken for case in self.disputes.values() if case.payment_id == payment_id]
        return sum(cents for cents, _ in taken), sum(tip_cents for _, tip_cents in taken)

    @property
    def on_hold_cents(self) -> int:
        """What waits of payments that were not expected, in cents."""
        return sum(one.left for one in self.on_hold.values())

    def split_payment(self, cents: int) -> tuple[Share, ...]:
        """Split an amount received over the lines in proportion to what each still owes."""
        lines = tuple(self.lines.values())
        parts = split_within(cents, [line.outstanding for line in lines])
        return tuple(
            Share(line=line.line, class_code=line.class_code, cents=part, balance=line.held + part)
            for line, part in zip(lines, parts, strict=True)
            if part
        )

    def split_held(self, cents: int) -> dict[int, int]:
        """Split an amount taken back over the lines in proportion to what each may give."""
        lines = tuple(self.lines.values())
        parts = split_within(cents, [max(line.refundable, 0) for line in lines])
        return {line.line: part for line, part in zip(lines, parts, strict=True) if part}

    def given(self, by_line: dict[int, int]) -> tuple[Share, ...]:
        """Describe cents that lines hold again, with what each holds afterwards."""
        return tuple(
            Share(
                line=number,
                class_code=self.lines[number].class_code,
                cents=cents,
                balance=self.lines[number].held + cents,
            )
            for number, cents in by_line.items()
        )

    def taken(self, by_line: dict[int, int]) -> tuple[Share, ...]:
        """Describe cents leaving lines, with what each line holds afterwards."""
        return tuple(
            Share(
                line=number,
                class_code=self.lines[number].class_code,
                cents=cents,
                balance=self.lines[number].held - cents,
            )
            for number, cents in by_line.items()
        )
