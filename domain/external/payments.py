"""Payments made on another platform: recorded once, given back there, withdrawn when they were recorded by mistake.

A corrected amount is withdrawn and recorded anew: what was said stays in the log, with the reason it was wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID

from domain.allocation import split_within
from domain.campaign.contribution import Contribution, ExternalPayment
from domain.campaign.refunds import LineAmount
from domain.campaign.state import Campaign, CampaignCommand, CampaignFundsCommand, CampaignStatus
from domain.errors import Conflict, InvalidInput, NotFound, RefundTooLarge
from domain.events.base import Event, Share
from domain.events.external import ExternalPaymentRecorded, ExternalPaymentRefunded, ExternalPaymentWithdrawn
from domain.external.errors import ExternalPaymentPaidOut
from domain.funds import CoopFunds
from domain.money import check_amount, euros
from domain.vocabulary.keys import Key
from domain.vocabulary.platforms import french_platform, listed_platform, platform_reference
from domain.vocabulary.reasons import WithdrawalReason, listed_reason

MEANS: Final = "external"
"""The means of a contribution that is paid on another platform."""
_NAMED: Final = 10
"""How many payments a refusal names."""


class EnterExternalPayment(CampaignFundsCommand, frozen=True, kw_only=True):
    """Enter what another platform received for a placed contribution, under its reference there."""

    KIND: ClassVar[str] = "EnterExternalPayment"
    contribution_id: UUID
    external_payment_id: UUID
    platform: str
    reference: Key
    cents: int
    paid_at: datetime

    def decide_with_funds(self, state: Campaign, funds: CoopFunds) -> tuple[Event, ...]:
        """Entered once by platform and reference, in one collection of the coop; never more than is due."""
        contribution = state.contribution(self.contribution_id)
        platform, reference = listed_platform(self.platform), platform_reference(self.reference)
        known = state.external_references.get((platform, reference))
        if known is not None:
            owner = state.external_payments[known]
            if (owner, state.contributions[owner].external_payments[known].cents) != (self.contribution_id, self.cents):
                raise Conflict(contribution=self.contribution_id, recorded=known)
            return ()
        if state.status is CampaignStatus.ARCHIVED or contribution.means != MEANS:
            raise Conflict(contribution=self.contribution_id, means=contribution.means, status=state.status)
        if self.external_payment_id in state.external_payments or check_amount(self.cents) > contribution.outstanding:
            raise Conflict(contribution=self.contribution_id, outstanding=contribution.outstanding, cents=self.cents)
        state.check_external_day(self.paid_at, self.at)
        funds.external.check_new(platform, reference)
        return (
            ExternalPaymentRecorded(
                at=self.at,
                by=self.by,
                external_payment_id=self.external_payment_id,
                contribution_id=self.contribution_id,
                platform=platform,
                reference=reference,
                cents=self.cents,
                shares=contribution.split_payment(self.cents),
                paid_at=self.paid_at,
            ),
        )


class EnterExternalPaymentRefund(CampaignCommand, frozen=True, kw_only=True):
    """Enter that the other platform gave money back to the family: by line, or in proportion to what is left."""

    KIND: ClassVar[str] = "EnterExternalPaymentRefund"
    refund_id: UUID
    external_payment_id: UUID
    cents: int
    refunded_at: datetime
    by_line: tuple[LineAmount, ...] = ()

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Entered once; refused above what is left of the payment, and before it."""
        contribution, payment = _found(state, self.external_payment_id)
        known = state.external_refunds.get(self.refund_id)
        if known is not None:
            if known != (self.external_payment_id, self.cents):
                raise Conflict(refund=self.refund_id)
            return ()
        split = self._split(payment)
        state.check_external_day(self.refunded_at, self.at, since=payment.paid_at)
        return (
            ExternalPaymentRefunded(
                at=self.at,
                by=self.by,
                refund_id=self.refund_id,
                external_payment_id=self.external_payment_id,
                contribution_id=state.external_payments[self.external_payment_id],
                platform=payment.platform,
                cents=self.cents,
                shares=contribution.taken(split),
                refunded_at=self.refunded_at,
            ),
        )

    def _split(self, payment: ExternalPayment) -> dict[int, int]:
        """The cents that each line gives back."""
        left = payment.left
        total = sum(left.values())
        if check_amount(self.cents) > total:
            raise RefundTooLarge(refundable_euros=euros(total), asked=self.cents)
        if not self.by_line:
            parts = zip(left, split_within(self.cents, list(left.values())), strict=True)
            return {number: part for number, part in parts if part}
        split = {part.line: check_amount(part.cents) for part in self.by_line}
        if len(split) != len(self.by_line) or sum(split.values()) != self.cents:
            raise InvalidInput(by_line=[part.line for part in self.by_line])
        for number, part in split.items():
            if part > left.get(number, 0):
                raise RefundTooLarge(refundable_euros=euros(left.get(number, 0)), line=number, asked=part)
        return split


class WithdrawExternalPayment(CampaignFundsCommand, frozen=True, kw_only=True):
    """Take back a payment that was recorded by mistake, for a ``WithdrawalReason``."""

    KIND: ClassVar[str] = "WithdrawExternalPayment"
    external_payment_id: UUID
    reason: str
    note_id: UUID | None = None

    def decide_with_funds(self, state: Campaign, funds: CoopFunds) -> tuple[Event, ...]:
        """Refuse one that its platform has paid out to the coop."""
        reason = listed_reason(WithdrawalReason, self.reason)
        _found(state, self.external_payment_id)
        check_not_paid_out(state, funds, (self.external_payment_id,))
        return (self._withdrawn(state, reason),)

    def _withdrawn(self, state: Campaign, reason: str) -> Event:
        return withdrawn(state, self.external_payment_id, at=self.at, by=self.by, reason=reason, note_id=self.note_id)


class WithdrawImport(CampaignFundsCommand, frozen=True, kw_only=True):
    """Take back every payment that one import recorded, at once or not at all; its cash has gone to the cash box."""

    KIND: ClassVar[str] = "WithdrawImport"
    import_id: UUID
    reason: str
    note_id: UUID | None = None

    def decide_with_funds(self, state: Campaign, funds: CoopFunds) -> tuple[Event, ...]:
        """Refuse, with their list, when some were paid out; an import that was withdrawn changes nothing."""
        reason, payments = listed_reason(WithdrawalReason, self.reason), state.imports.get(self.import_id)
        if payments is None:
            raise NotFound(import_id=self.import_id)
        check_not_paid_out(state, funds, payments)
        return tuple(
            withdrawn(state, payment_id, at=self.at, by=self.by, reason=reason, note_id=self.note_id)
            for payment_id in payments
        )


def _found(state: Campaign, payment_id: UUID) -> tuple[Contribution, ExternalPayment]:
    """Return a payment of another platform and its contribution, or refuse."""
    contribution_id = state.external_payments.get(payment_id)
    if contribution_id is None:
        raise NotFound(payment=payment_id)
    contribution = state.contributions[contribution_id]
    return contribution, contribution.external_payments[payment_id]


def check_not_paid_out(state: Campaign, funds: CoopFunds, payment_ids: Iterable[UUID]) -> None:
    """Refuse to withdraw payments that a payout of their platform covers, even in part.

    Raises:
        ExternalPaymentPaidOut: its sentence names the first of them.

    """
    found = [_found(state, payment_id)[1] for payment_id in payment_ids if _paid_out(state, funds, payment_id)]
    if found:
        named = [f"{payment.reference} ({french_platform(payment.platform)})" for payment in found[:_NAMED]]
        more = [f"et {len(found) - _NAMED} autres"] if len(found) > _NAMED else []
        raise ExternalPaymentPaidOut(paid_out=", ".join((*named, *more)), payments=len(found))


def _paid_out(state: Campaign, funds: CoopFunds, payment_id: UUID) -> bool:
    return funds.external.paid_out(_found(state, payment_id)[1].platform, payment_id)


def withdrawn(
    state: Campaign, payment_id: UUID, *, at: datetime, by: str, reason: str, note_id: UUID | None
) -> ExternalPaymentWithdrawn:
    """Return the exact reverse of a payment and of what was given back of it there, in the classes of today."""
    contribution, payment = _found(state, payment_id)
    held = {number: line.held for number, line in contribution.lines.items()}
    after = {line: held[line] - cents + payment.refunded.get(line, 0) for line, cents in payment.by_line.items()}
    remaining = (one.paid_at for key, one in contribution.external_payments.items() if key != payment_id)
    return ExternalPaymentWithdrawn(
        at=at,
        by=by,
        external_payment_id=payment_id,
        contribution_id=state.external_payments[payment_id],
        platform=payment.platform,
        cents=payment.cents,
        shares=_parts(contribution, payment.by_line, after),
        paid_at=payment.paid_at,
        reason=reason,
        refunded_cents=sum(payment.refunded.values()),
        refunded=_parts(contribution, payment.refunded, after),
        paid_since=min(remaining, default=None),
        note_id=note_id,
    )


def _parts(contribution: Contribution, by_line: Mapping[int, int], after: Mapping[int, int]) -> tuple[Share, ...]:
    """Describe cents by line, with what each line holds when all of a withdrawal is done."""
    return tuple(
        Share(line=line, class_code=contribution.lines[line].class_code, cents=cents, balance=after[line])
        for line, cents in by_line.items()
    )
