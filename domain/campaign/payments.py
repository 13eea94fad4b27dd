"""Money that comes in for a contribution: card payments, cash, and what the provider says about them.

What the provider or the cash box reports is a fact: it is recorded exactly once, keyed by its own reference.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from domain.allocation import split_equally
from domain.calendar import paris_date
from domain.campaign.contribution import Contribution
from domain.campaign.instalments import plan_instalments
from domain.campaign.state import Campaign, CampaignCommand, CampaignStatus
from domain.errors import Conflict, NotFound, PolicyForbids
from domain.events.association import Policy
from domain.events.base import Event, Share
from domain.events.contribution import (
    CashReceived,
    FundsTransferred,
    PaymentCaptured,
    PaymentFailed,
    PaymentPutOnHold,
    ProviderFeeCharged,
    TransferReversed,
)
from domain.money import check_amount
from domain.vocabulary.keys import Key
from domain.vocabulary.reasons import provider_code
from domain.vocabulary.references import check_reference


class RecordPaymentCaptured(CampaignCommand, frozen=True, kw_only=True):
    """Record a card payment: the whole, or instalment 1, 2, 3… of a contribution."""

    KIND: ClassVar[str] = "CapturePayment"
    contribution_id: UUID
    payment_id: Key
    cents: int
    tip_cents: int
    paid_at: datetime
    instalment: int = 1

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Recorded once by payment; an amount that is not the expected one is refused, to be looked at.

        The first of several instalments also fixes the schedule of the others (S-96).
        """
        known = state.payments.get(self.payment_id)
        if known is not None:
            self._check_same(state, known)
            return ()
        contribution = state.contribution(self.contribution_id)
        if self.payment_id in state.on_hold:
            raise Conflict(payment=self.payment_id, on_hold=True)
        captured = PaymentCaptured(
            at=self.at,
            by=self.by,
            contribution_id=self.contribution_id,
            payment_id=self.payment_id,
            instalment=self.instalment,
            cents=self.cents,
            tip_cents=self.tip_cents,
            shares=self._shares(contribution),
            paid_at=self.paid_at,
        )
        if self.instalment == 1 and contribution.instalments > 1:
            interval = state.instalments.interval_months if state.instalments else 1
            day = paris_date(self.paid_at)
            schedule = plan_instalments(contribution, captured, day, interval, at=self.at, by=self.by)
            return (captured, schedule)
        return (captured,)

    def _check_same(self, state: Campaign, contribution_id: UUID) -> None:
        """Refuse the same payment reference with another content."""
        payment = state.contributions[contribution_id].payments[self.payment_id]
        same = (contribution_id, payment.cents, payment.tip_cents)
        if same != (self.contribution_id, self.cents, self.tip_cents):
            raise Conflict(payment=self.payment_id, recorded=same)

    def _shares(self, contribution: Contribution) -> tuple[Share, ...]:
        """The split by line of the expected amount, else refuse."""
        tip_expected = contribution.tip_due - contribution.tip_paid
        if self.instalment > 1:
            due = contribution.schedule.get(self.instalment)
            if due is None or (due.cents, 0) != (self.cents, self.tip_cents):
                raise Conflict(payment=self.payment_id, instalment=self.instalment, cents=self.cents)
            return tuple(
                Share(
                    line=share.line,
                    class_code=contribution.lines[share.line].class_code,
                    cents=share.cents,
                    balance=contribution.lines[share.line].held + share.cents,
                )
                for share in due.shares
            )
        expected = split_equally(contribution.outstanding, contribution.instalments)[0]
        if contribution.received or (expected, tip_expected) != (self.cents, self.tip_cents):
            raise Conflict(payment=self.payment_id, expected=expected, tip=tip_expected, cents=self.cents)
        return contribution.split_payment(self.cents)


class RecordPaymentOnHold(CampaignCommand, frozen=True, kw_only=True):
    """Record a card payment that the contribution does not expect: it is kept apart and given back in full."""

    KIND: ClassVar[str] = "SuspendPayment"
    contribution_id: UUID
    payment_id: Key
    cents: int
    reason: str
    paid_at: datetime

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Return the event, once for a payment; one that was captured is a conflict."""
        state.contribution(self.contribution_id)
        if self.payment_id in state.payments:
            raise Conflict(payment=self.payment_id, captured=True)
        if self.payment_id in state.on_hold:
            return ()
        return (
            PaymentPutOnHold(
                at=self.at,
                by=self.by,
                contribution_id=self.contribution_id,
                payment_id=self.payment_id,
                cents=check_amount(self.cents),
                reason=provider_code(self.reason),
                paid_at=self.paid_at,
            ),
        )


class RecordPaymentFailed(CampaignCommand, frozen=True, kw_only=True):
    """Record that an attempt to pay was refused; nothing was debited."""

    KIND: ClassVar[str] = "RecordPaymentFailure"
    contribution_id: UUID
    attempt_id: Key
    reason: str

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Recorded once by attempt."""
        if self.attempt_id in state.contribution(self.contribution_id).attempts:
            return ()
        return (
            PaymentFailed(
                at=self.at,
                by=self.by,
                contribution_id=self.contribution_id,
                attempt_id=self.attempt_id,
                reason=provider_code(self.reason),
            ),
        )


class RecordProviderFee(CampaignCommand, frozen=True, kw_only=True):
    """Record the provider's fee on a payment, which may be known long after it."""

    KIND: ClassVar[str] = "RecordFee"
    contribution_id: UUID
    payment_id: Key
    cents: int
    charged_at: datetime

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Recorded once by payment, expected or not; a fee on an unknown payment waits for it."""
        contribution = state.contribution(self.contribution_id)
        if self.payment_id not in contribution.payments and self.payment_id not in state.on_hold:
            raise NotFound(payment=self.payment_id)
        if self.payment_id in contribution.fees:
            return ()
        return (
            ProviderFeeCharged(
                at=self.at,
                by=self.by,
                contribution_id=self.contribution_id,
                payment_id=self.payment_id,
                cents=check_amount(self.cents, minimum=0),
                charged_at=self.charged_at,
            ),
        )


class RecordTransfer(CampaignCommand, frozen=True, kw_only=True):
    """Record that the coop's part of a payment moved to its account at the provider."""

    KIND: ClassVar[str] = "RecordTransfer"
    contribution_id: UUID
    payment_id: Key
    transfer_id: Key
    cents: int
    moved_at: datetime

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Recorded once by transfer, whatever its amount: what is too much is taken back by the next look."""
        if self.payment_id not in state.contribution(self.contribution_id).payments:
            raise NotFound(payment=self.payment_id)
        if self.transfer_id in state.transfers:
            return ()
        return (
            FundsTransferred(
                at=self.at,
                by=self.by,
                contribution_id=self.contribution_id,
                payment_id=self.payment_id,
                transfer_id=self.transfer_id,
                cents=check_amount(self.cents),
                moved_at=self.moved_at,
            ),
        )


class RecordTransferReversed(CampaignCommand, frozen=True, kw_only=True):
    """Record that money came back from the coop's account at the provider."""

    KIND: ClassVar[str] = "RecordReversal"
    contribution_id: UUID
    payment_id: Key
    transfer_id: Key
    reversal_id: Key
    cents: int
    moved_at: datetime

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Recorded once by reversal, whoever asked for it: what is missing there is moved by the next look.

        One of a transfer that is not known yet, or of more than is known of it, waits for what is still to be heard.
        """
        payment = state.contribution(self.contribution_id).payments.get(self.payment_id)
        if self.reversal_id in state.reversals:
            return ()
        left = 0 if payment is None else payment.transfers.get(self.transfer_id, 0)
        if check_amount(self.cents) > left:
            raise NotFound(payment=self.payment_id, transfer=self.transfer_id, left=left, cents=self.cents)
        return (
            TransferReversed(
                at=self.at,
                by=self.by,
                contribution_id=self.contribution_id,
                payment_id=self.payment_id,
                transfer_id=self.transfer_id,
                reversal_id=self.reversal_id,
                cents=self.cents,
                moved_at=self.moved_at,
            ),
        )


class RecordCashReceived(CampaignCommand, frozen=True, kw_only=True):
    """Record cash for a placed contribution, under the number of its slip; it goes to the cash box (S-24)."""

    KIND: ClassVar[str] = "ReceiveCash"
    contribution_id: UUID
    slip: str
    cents: int
    paid_at: datetime
    policy: Policy

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Recorded once by slip; never more than what is due, and only where the association allows it.

        Its day is one of the campaign's, today at the latest: a mistyped year would be cash out of sight.
        """
        if not self.policy.cash_recording:
            raise PolicyForbids(means="cash")
        contribution = state.contribution(self.contribution_id)
        known = state.slips.get(check_reference(self.slip))
        if known is not None:
            slip = state.contributions[known].slips.get(self.slip)
            if slip is None or (known, slip.cents) != (self.contribution_id, self.cents):
                raise Conflict(slip=self.slip)
            return ()
        state.check_day(paris_date(self.paid_at), self.at)
        if state.status is CampaignStatus.ARCHIVED or contribution.means != "cash":
            raise Conflict(contribution=self.contribution_id, means=contribution.means, status=state.status)
        if check_amount(self.cents) > contribution.outstanding:
            raise Conflict(slip=self.slip, outstanding=contribution.outstanding, cents=self.cents)
        return (
            CashReceived(
                at=self.at,
                by=self.by,
                contribution_id=self.contribution_id,
                slip=self.slip,
                cents=self.cents,
                shares=contribution.split_payment(self.cents),
                paid_at=self.paid_at,
            ),
        )
