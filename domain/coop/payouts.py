"""Paying the online balance out to the coop's bank (S-147, S-152, S-153).

A payout takes what is available, only when the account is certified and its IBAN confirmed; the IBAN is frozen
at the request. What the provider reports later is a fact: it is recorded once, whatever the order it comes in.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar, NamedTuple
from uuid import UUID

from domain.coop.state import Coop, CoopCommand, CoopFundsCommand, Payout, PayoutStatus
from domain.errors import (
    AlreadyExists,
    BankAccountNotConfirmed,
    BankAccountUnconfirmed,
    Conflict,
    LedgerError,
    NotCertified,
    NotFound,
    PayoutsAreFrozen,
)
from domain.events.base import Event
from domain.events.payout import PayoutCancelled, PayoutFailed, PayoutPaid, PayoutRequested, PayoutReturned, PayoutSent
from domain.funds import CoopFunds
from domain.money import check_amount
from domain.vocabulary.keys import Key
from domain.vocabulary.reasons import provider_code


def _find(state: Coop, payout_id: UUID) -> Payout:
    """Return a payout of the coop, or refuse."""
    payout = state.payouts.get(payout_id)
    if payout is None:
        raise NotFound(payout=payout_id)
    return payout


class PayoutStanding(NamedTuple):
    """What of a coop decides whether it may be paid out, whatever it holds; ``account`` is its confirmed one."""

    coop_id: UUID
    certified: bool
    account: UUID | None
    frozen: bool
    unconfirmed: bool


def payout_refusals(coop: PayoutStanding) -> Iterator[LedgerError]:
    """Yield why a coop may not be paid out; the first is what a request is refused with."""
    if not coop.certified:
        yield NotCertified(coop=coop.coop_id)
    if coop.account is None:
        yield BankAccountNotConfirmed(coop=coop.coop_id)
    if coop.frozen:
        yield PayoutsAreFrozen(coop=coop.coop_id)
    if coop.unconfirmed:
        yield BankAccountUnconfirmed(coop=coop.coop_id)


class RequestPayout(CoopFundsCommand, frozen=True, kw_only=True):
    """Ask for a payout of some cents to the coop's confirmed bank account."""

    KIND: ClassVar[str] = "RequestPayout"
    payout_id: UUID
    cents: int

    def decide_with_funds(self, state: Coop, funds: CoopFunds) -> tuple[Event, ...]:
        """Refuse without certification or confirmed IBAN, and above the available balance (invariant 4)."""
        check_amount(self.cents)
        if self.payout_id in state.payouts or self.payout_id in funds.reserved:
            raise AlreadyExists(payout=self.payout_id)
        account, unconfirmed = state.current_account, bool(state.unconfirmed_accounts)
        standing = PayoutStanding(state.id, state.certified, account, state.frozen, unconfirmed)
        refusal = next(payout_refusals(standing), None)
        if refusal is not None or account is None:
            raise refusal or BankAccountNotConfirmed(coop=state.id)
        funds.check(self.cents)
        return (
            PayoutRequested(
                at=self.at,
                by=self.by,
                payout_id=self.payout_id,
                cents=self.cents,
                bank_account_id=account,
                content=funds.content_for(self.cents),
            ),
        )


class CancelPayout(CoopCommand, frozen=True, kw_only=True):
    """Take a payout back before the provider hears of it; who asks must keep it from leaving meanwhile."""

    KIND: ClassVar[str] = "CancelPayout"
    payout_id: UUID

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Refuse one that has left; cancelling twice changes nothing."""
        payout = _find(state, self.payout_id)
        if payout.status is PayoutStatus.CANCELLED:
            return ()
        if payout.status is not PayoutStatus.REQUESTED:
            raise Conflict(payout=self.payout_id, status=payout.status)
        return (PayoutCancelled(at=self.at, by=self.by, payout_id=self.payout_id, cents=payout.cents),)


class RecordPayoutSent(CoopCommand, frozen=True, kw_only=True):
    """Record that the provider accepted a payout."""

    KIND: ClassVar[str] = "SendPayout"
    payout_id: UUID
    provider_payout: Key
    sent_at: datetime

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Recorded once; another provider reference for the same payout is refused."""
        payout = _find(state, self.payout_id)
        if payout.status is PayoutStatus.REQUESTED:
            return (
                PayoutSent(
                    at=self.at,
                    by=self.by,
                    payout_id=self.payout_id,
                    cents=payout.cents,
                    provider_payout=self.provider_payout,
                    sent_at=self.sent_at,
                ),
            )
        if payout.provider_payout != self.provider_payout:
            raise Conflict(payout=self.payout_id, status=payout.status)
        return ()


class RecordPayoutPaid(CoopCommand, frozen=True, kw_only=True):
    """Record that the provider says a payout reached the bank, even if its sending was not heard of."""

    KIND: ClassVar[str] = "ArrivePayout"
    payout_id: UUID
    provider_payout: Key
    paid_at: datetime

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Recorded once; it books the sending first when that webhook is still to come."""
        payout = _find(state, self.payout_id)
        paid = PayoutPaid(at=self.at, by=self.by, payout_id=self.payout_id, cents=payout.cents, paid_at=self.paid_at)
        if payout.status is PayoutStatus.REQUESTED:
            sent = PayoutSent(
                at=self.at,
                by=self.by,
                payout_id=self.payout_id,
                cents=payout.cents,
                provider_payout=self.provider_payout,
                sent_at=self.paid_at,
            )
            return (sent, paid)
        if payout.provider_payout != self.provider_payout or payout.status is PayoutStatus.FAILED:
            raise Conflict(payout=self.payout_id, status=payout.status)
        return (paid,) if payout.status is PayoutStatus.SENT else ()


class RecordPayoutFailed(CoopCommand, frozen=True, kw_only=True):
    """Record that a payout failed, before or after it had arrived; its amount is available again.

    ``reason`` is the provider's code, or one of ours where it was not let go.
    """

    KIND: ClassVar[str] = "FailPayout"
    payout_id: UUID
    reason: str
    failed_at: datetime

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """After arrival it is a return by the bank; a second report changes nothing."""
        payout = _find(state, self.payout_id)
        if payout.status in (PayoutStatus.FAILED, PayoutStatus.RETURNED, PayoutStatus.CANCELLED):
            return ()
        if payout.status is PayoutStatus.PAID:
            return (
                PayoutReturned(
                    at=self.at,
                    by=self.by,
                    payout_id=self.payout_id,
                    cents=payout.cents,
                    reason=provider_code(self.reason),
                    returned_at=self.failed_at,
                ),
            )
        return (
            PayoutFailed(
                at=self.at,
                by=self.by,
                payout_id=self.payout_id,
                cents=payout.cents,
                was_sent=payout.status is PayoutStatus.SENT,
                reason=provider_code(self.reason),
                failed_at=self.failed_at,
            ),
        )
