"""What the coop itself pays a family, beside the card: what had come back from it, or what it has no longer online.

These are wishes of a person: refused when the day, the cash box or the state of the contribution says that they cannot
be, and taken back when they were written down wrong.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Final
from uuid import UUID

from domain.campaign.contribution import RefundStatus
from domain.campaign.refunds import LineAmount, split_refund
from domain.campaign.state import Campaign, CampaignCommand, CampaignFundsCommand
from domain.errors import AlreadyExists, Conflict, InvalidInput, NotFound, RefundByCard
from domain.events.base import Event
from domain.events.by_hand.refund import FailedRefundRepaid, PaymentToFamilyWithdrawn, RefundPaidOutOfBand
from domain.funds import CoopFunds
from domain.money import check_amount, euros
from domain.vocabulary.reasons import EntryReason, RefundReason, listed_reason

MEANS: Final = ("cheque", "transfer", "cash")
"""How a coop pays a family itself."""


def _check_means(means: str) -> None:
    if means not in MEANS:
        raise InvalidInput(means=means)


class RepayFailedRefund(CampaignFundsCommand, frozen=True, kw_only=True):
    """Write down that the coop paid a family what had come back from its card, the tip with it."""

    KIND: ClassVar[str] = "RepayFailedRefund"
    refund_id: UUID
    means: str
    paid_on: date

    def decide_with_funds(self, state: Campaign, funds: CoopFunds) -> tuple[Event, ...]:
        """Recorded once; refuse what is not owed to a family, and cash that is not in the box."""
        contribution_id = state.refunds.get(self.refund_id)
        if contribution_id is None:
            raise NotFound(refund=self.refund_id)
        _check_means(self.means)
        refund = state.contributions[contribution_id].refunds[self.refund_id]
        if refund.status is RefundStatus.REPAID:
            return ()
        if refund.status is not RefundStatus.RETURNED:
            raise Conflict(refund=self.refund_id, status=refund.status)
        state.check_day(self.paid_on, self.at)
        if self.means == "cash":
            funds.cash.check(self.paid_on, refund.cents + refund.tip_cents)
        return (
            FailedRefundRepaid(
                at=self.at,
                by=self.by,
                refund_id=self.refund_id,
                contribution_id=contribution_id,
                payment_id=refund.payment_id,
                cents=refund.cents,
                tip_cents=refund.tip_cents,
                means=self.means,
                paid_on=self.paid_on,
            ),
        )


class PayRefundOutOfBand(CampaignFundsCommand, frozen=True, kw_only=True):
    """Write down that the coop gave money back itself, for a ``RefundReason``, from its bank or its cash box.

    For money that was paid by card and has left the online account, or was paid in cash and has left the cash box.
    """

    KIND: ClassVar[str] = "PayRefundOutOfBand"
    refund_id: UUID
    contribution_id: UUID
    cents: int
    means: str
    paid_on: date
    reason: str
    by_line: tuple[LineAmount, ...] = ()
    note_id: UUID | None = None

    def decide_with_funds(self, state: Campaign, funds: CoopFunds) -> tuple[Event, ...]:
        """Refuse above what is refundable, during a dispute, and while the card can get the money back.

        Cash for cash is given back from the cash box under a slip: ``ReturnCash``.
        """
        if self.refund_id in state.by_hand or self.refund_id in state.refunds:
            raise AlreadyExists(refund=self.refund_id)
        contribution = state.contribution(self.contribution_id)
        check_amount(self.cents)
        _check_means(self.means)
        listed_reason(RefundReason, self.reason)
        in_cash = contribution.means == "cash"
        if contribution.disputed or contribution.unexplained or (in_cash and self.means == "cash"):
            raise Conflict(contribution=self.contribution_id, disputed=contribution.disputed)
        split = split_refund(contribution, self.cents, 0, self.by_line)
        if not in_cash and self.cents <= funds.available:
            raise RefundByCard(available_euros=euros(funds.available), cents=self.cents)
        state.check_day(self.paid_on, self.at)
        if self.means == "cash":
            funds.cash.check(self.paid_on, self.cents)
        return (
            RefundPaidOutOfBand(
                at=self.at,
                by=self.by,
                refund_id=self.refund_id,
                contribution_id=self.contribution_id,
                cents=self.cents,
                shares=contribution.taken(split),
                means=self.means,
                paid_on=self.paid_on,
                reason=self.reason,
                note_id=self.note_id,
            ),
        )


class WithdrawPaymentToFamily(CampaignCommand, frozen=True, kw_only=True):
    """Take back, for an ``EntryReason``, what was written down as paid to a family by the coop itself.

    Any of the three: a refund repaid, one paid out of band, cash given back. The money is held, or owed, as before.
    """

    KIND: ClassVar[str] = "WithdrawPaymentToFamily"
    refund_id: UUID
    reason: str
    note_id: UUID | None = None

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Recorded once; what the lines hold again is in the classes of today."""
        reason = listed_reason(EntryReason, self.reason)
        contribution_id = state.by_hand.get(self.refund_id)
        if contribution_id is None:
            raise NotFound(refund=self.refund_id)
        contribution = state.contributions[contribution_id]
        paid = contribution.by_hand.get(self.refund_id)
        if paid is None:
            return ()
        return (
            PaymentToFamilyWithdrawn(
                at=self.at,
                by=self.by,
                refund_id=self.refund_id,
                contribution_id=contribution_id,
                cents=paid.cents,
                shares=contribution.given(paid.by_line),
                means=paid.means,
                paid_on=paid.paid_on,
                reason=reason,
                note_id=self.note_id,
            ),
        )
