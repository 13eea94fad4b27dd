"""What another platform pays out to the coop's bank, entered by hand from its statement and the bank's line."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from domain.calendar import paris_date
from domain.coop.state import Coop, CoopCommand, CoopFundsCommand
from domain.errors import AlreadyExists, Conflict, InvalidInput, NotFound
from domain.events.base import Event
from domain.events.external import ExternalPayoutRecorded, ExternalPayoutWithdrawn
from domain.external.errors import DayToCome
from domain.funds import CoopFunds
from domain.money import check_amount
from domain.vocabulary.keys import Key
from domain.vocabulary.platforms import listed_platform, platform_reference
from domain.vocabulary.reasons import WithdrawalReason, listed_reason


class EnterExternalPayout(CoopFundsCommand, frozen=True, kw_only=True):
    """Enter a payout of another platform: what it took from what it held (``cents``), and its fees out of that."""

    KIND: ClassVar[str] = "EnterExternalPayout"
    external_payout_id: UUID
    platform: str
    reference: Key
    cents: int
    fee_cents: int
    booked_on: date

    def decide_with_funds(self, state: Coop, funds: CoopFunds) -> tuple[Event, ...]:
        """Entered once by platform and reference; refused above what the platform held on the bank's day."""
        platform, reference = listed_platform(self.platform), platform_reference(self.reference)
        known = state.external_references.get((platform, reference))
        if known is not None:
            event = state.external_payouts[known]
            if (event.cents, event.fee_cents, event.booked_on) != (self.cents, self.fee_cents, self.booked_on):
                raise Conflict(payout=known)
            return ()
        if self.external_payout_id in state.external_payouts:
            raise AlreadyExists(payout=self.external_payout_id)
        if check_amount(self.fee_cents, minimum=0) > check_amount(self.cents):
            raise InvalidInput(cents=self.cents, fee_cents=self.fee_cents)
        if self.booked_on > paris_date(self.at):
            raise DayToCome(booked_on=self.booked_on)
        return (
            ExternalPayoutRecorded(
                at=self.at,
                by=self.by,
                external_payout_id=self.external_payout_id,
                platform=platform,
                reference=reference,
                cents=self.cents,
                fee_cents=self.fee_cents,
                content=funds.external.content_for(platform, self.cents, self.booked_on),
                booked_on=self.booked_on,
            ),
        )


class WithdrawExternalPayout(CoopCommand, frozen=True, kw_only=True):
    """Take back a payout of another platform that was entered by mistake, for a ``WithdrawalReason``."""

    KIND: ClassVar[str] = "WithdrawExternalPayout"
    external_payout_id: UUID
    reason: str
    note_id: UUID | None = None

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Refuse one that is not there; what it covered is in hand at the platform again."""
        reason = listed_reason(WithdrawalReason, self.reason)
        payout = state.external_payouts.get(self.external_payout_id)
        if payout is None:
            raise NotFound(payout=self.external_payout_id)
        return (
            ExternalPayoutWithdrawn(
                at=self.at,
                by=self.by,
                external_payout_id=self.external_payout_id,
                platform=payout.platform,
                cents=payout.cents,
                fee_cents=payout.fee_cents,
                booked_on=payout.booked_on,
                reason=reason,
                note_id=self.note_id,
            ),
        )
