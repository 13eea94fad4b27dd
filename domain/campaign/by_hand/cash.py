"""Cash that goes back to a family, and slips whose amount was typed wrong; cash received is in ``payments``."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from domain.calendar import paris_date
from domain.campaign.contribution import Contribution
from domain.campaign.refunds import LineAmount, split_refund
from domain.campaign.state import Campaign, CampaignFundsCommand
from domain.errors import AlreadyExists, Conflict, NotFound
from domain.events.base import Event, Share
from domain.events.by_hand.cash import CashReturned, CashSlipCorrected
from domain.funds import CoopFunds
from domain.money import check_amount
from domain.vocabulary.reasons import EntryReason, RefundReason, listed_reason
from domain.vocabulary.references import check_reference


class ReturnCash(CampaignFundsCommand, frozen=True, kw_only=True):
    """Write down that cash went back to a family that had paid in cash, for a ``RefundReason``, under its own slip."""

    KIND: ClassVar[str] = "ReturnCash"
    refund_id: UUID
    contribution_id: UUID
    slip: str
    cents: int
    returned_on: date
    reason: str
    by_line: tuple[LineAmount, ...] = ()
    note_id: UUID | None = None

    def decide_with_funds(self, state: Campaign, funds: CoopFunds) -> tuple[Event, ...]:
        """Refuse above what the family's lines hold, above what the box held, and a slip that is taken."""
        if self.refund_id in state.by_hand or self.refund_id in state.refunds:
            raise AlreadyExists(refund=self.refund_id)
        if check_reference(self.slip) in state.slips:
            raise AlreadyExists(slip=self.slip)
        contribution = state.contribution(self.contribution_id)
        check_amount(self.cents)
        listed_reason(RefundReason, self.reason)
        if contribution.means != "cash":
            raise Conflict(contribution=self.contribution_id, means=contribution.means)
        split = split_refund(contribution, self.cents, 0, self.by_line)
        state.check_day(self.returned_on, self.at)
        funds.cash.check(self.returned_on, self.cents)
        return (
            CashReturned(
                at=self.at,
                by=self.by,
                refund_id=self.refund_id,
                contribution_id=self.contribution_id,
                slip=self.slip,
                cents=self.cents,
                shares=contribution.taken(split),
                returned_on=self.returned_on,
                reason=self.reason,
                note_id=self.note_id,
            ),
        )


class CorrectCashSlip(CampaignFundsCommand, frozen=True, kw_only=True):
    """Say, for an ``EntryReason``, what a slip really was: nothing at all, if it belongs elsewhere."""

    KIND: ClassVar[str] = "CorrectCashSlip"
    slip: str
    cents: int
    reason: str
    note_id: UUID | None = None

    def decide_with_funds(self, state: Campaign, funds: CoopFunds) -> tuple[Event, ...]:
        """Refuse above what is due, below what was given back, and what the cash box has no longer."""
        reason = listed_reason(EntryReason, self.reason)
        contribution_id = state.slips.get(self.slip)
        known = None if contribution_id is None else state.contributions[contribution_id].slips.get(self.slip)
        if contribution_id is None or known is None:
            raise NotFound(slip=self.slip)
        contribution = state.contributions[contribution_id]
        difference = check_amount(self.cents, minimum=0) - known.cents
        if difference == 0:
            return ()
        if difference < 0:
            funds.cash.check(paris_date(known.paid_at), -difference)
        return (
            CashSlipCorrected(
                at=self.at,
                by=self.by,
                contribution_id=contribution_id,
                slip=self.slip,
                typed=known.cents,
                cents=self.cents,
                shares=self._shares(contribution, difference),
                paid_at=known.paid_at,
                reason=reason,
                note_id=self.note_id,
            ),
        )

    def _shares(self, contribution: Contribution, difference: int) -> tuple[Share, ...]:
        """The difference by child: more in proportion to what is due, less in proportion to what is held."""
        if difference > contribution.outstanding:
            raise Conflict(slip=self.slip, outstanding=contribution.outstanding, cents=self.cents)
        if difference > 0:
            return contribution.split_payment(difference)
        return contribution.taken(split_refund(contribution, -difference, 0, ()))
