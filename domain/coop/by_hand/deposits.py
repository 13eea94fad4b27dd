"""Cash that is taken from the cash box to the bank, and the line of the bank statement that shows it."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from domain.calendar import french_date, paris_date
from domain.coop.banking import check_line
from domain.coop.state import BankMatch, Coop, CoopCommand, CoopFundsCommand, Deposit
from domain.errors import AlreadyExists, Conflict, DayOutOfRange, NotFound
from domain.events.base import Event
from domain.events.by_hand.cash import CashDeposited, CashDepositMatched, CashDepositWithdrawn
from domain.funds import CoopFunds
from domain.money import check_amount
from domain.vocabulary.bank_lines import MatchKind
from domain.vocabulary.keys import Key
from domain.vocabulary.reasons import EntryReason, listed_reason
from domain.vocabulary.references import check_reference


class DepositCash(CoopFundsCommand, frozen=True, kw_only=True):
    """Write down that cash was taken to the bank, under the number of the bank's slip."""

    KIND: ClassVar[str] = "DepositCash"
    deposit_id: UUID
    slip: str
    cents: int
    deposited_on: date

    def decide_with_funds(self, state: Coop, funds: CoopFunds) -> tuple[Event, ...]:
        """Refuse more than the cash box held that day and since, a slip that is taken, and a day to come."""
        wish = Deposit(check_reference(self.slip), check_amount(self.cents), self.deposited_on)
        if state.deposits.get(self.deposit_id) == wish:
            return ()
        slips = {deposit.slip for deposit in state.deposits.values()}
        if self.deposit_id in state.deposits or self.deposit_id in state.withdrawn_deposits or self.slip in slips:
            raise AlreadyExists(deposit=self.deposit_id, slip=self.slip)
        today = paris_date(self.at)
        if not state.registered_on <= self.deposited_on <= today:
            raise DayOutOfRange(first=french_date(state.registered_on), last=french_date(today), day=self.deposited_on)
        funds.cash.check(self.deposited_on, self.cents)
        return (
            CashDeposited(
                at=self.at,
                by=self.by,
                deposit_id=self.deposit_id,
                slip=self.slip,
                cents=self.cents,
                deposited_on=self.deposited_on,
            ),
        )


class WithdrawCashDeposit(CoopCommand, frozen=True, kw_only=True):
    """Take back, for an ``EntryReason``, a deposit that was written down wrong."""

    KIND: ClassVar[str] = "WithdrawCashDeposit"
    deposit_id: UUID
    reason: str
    note_id: UUID | None = None

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Recorded once; refuse one that the bank statement shows."""
        reason = listed_reason(EntryReason, self.reason)
        if self.deposit_id in state.withdrawn_deposits:
            return ()
        deposit = _find(state, self.deposit_id)
        if state.is_matched(MatchKind.DEPOSIT, self.deposit_id):
            raise Conflict(deposit=self.deposit_id, matched=True)
        return (
            CashDepositWithdrawn(
                at=self.at,
                by=self.by,
                deposit_id=self.deposit_id,
                slip=deposit.slip,
                cents=deposit.cents,
                deposited_on=deposit.deposited_on,
                reason=reason,
                note_id=self.note_id,
            ),
        )


class MatchCashDeposit(CoopCommand, frozen=True, kw_only=True):
    """Recognise a line of the bank statement as one deposit of cash, to the cent."""

    KIND: ClassVar[str] = "MatchCashDeposit"
    bank_line_id: Key
    deposit_id: UUID
    cents: int
    booked_on: date

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Refuse another amount, or a deposit that is matched; a line is undone as every other one."""
        deposit = _find(state, self.deposit_id)
        wish = BankMatch(MatchKind.DEPOSIT, self.deposit_id, self.cents, self.booked_on)
        if state.matches.get(self.bank_line_id) == wish:
            return ()
        check_line(state, self.bank_line_id, self.booked_on, paris_date(self.at))
        if state.is_matched(MatchKind.DEPOSIT, self.deposit_id) or deposit.cents != self.cents:
            raise Conflict(bank_line=self.bank_line_id, deposit=self.deposit_id, cents=self.cents)
        return (
            CashDepositMatched(
                at=self.at,
                by=self.by,
                bank_line_id=self.bank_line_id,
                deposit_id=self.deposit_id,
                cents=self.cents,
                booked_on=self.booked_on,
            ),
        )


def _find(state: Coop, deposit_id: UUID) -> Deposit:
    """Return a deposit of the coop, or refuse."""
    deposit = state.deposits.get(deposit_id)
    if deposit is None:
        raise NotFound(deposit=deposit_id)
    return deposit
