"""The statements of the coop's bank, and their lines that are its payouts."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from domain.coop.state import Coop, CoopCommand, PayoutStatus
from domain.errors import Conflict, InvalidInput, NotFound
from domain.events.bank import BankLineMatched, BankLineUnmatched, BankStatementImported
from domain.events.base import Event
from domain.money import check_amount
from domain.vocabulary.reasons import UnmatchReason, listed_reason


class ImportBankStatement(CoopCommand, frozen=True, kw_only=True):
    """Record that a statement file was read; the same file twice changes nothing."""

    KIND: ClassVar[str] = "ImportBankStatement"
    statement_id: UUID
    bank_account_id: UUID
    first_day: date
    last_day: date
    opening: int
    closing: int
    lines: int
    file_sha256: str

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Refuse an unknown account, a reversed period or a balance that is no amount."""
        if self.bank_account_id not in state.bank_accounts:
            raise NotFound(bank_account=self.bank_account_id)
        if self.last_day < self.first_day:
            raise InvalidInput(first_day=self.first_day, last_day=self.last_day)
        for balance in (self.opening, self.closing):
            check_amount(abs(balance), minimum=0)
        if self.file_sha256 in state.statements:
            return ()
        return (
            BankStatementImported(
                at=self.at,
                by=self.by,
                statement_id=self.statement_id,
                bank_account_id=self.bank_account_id,
                first_day=self.first_day,
                last_day=self.last_day,
                opening=self.opening,
                closing=self.closing,
                lines=self.lines,
                file_sha256=self.file_sha256,
            ),
        )


class MatchBankLine(CoopCommand, frozen=True, kw_only=True):
    """Recognise a line of the bank statement as one payout, to the cent."""

    KIND: ClassVar[str] = "MatchBankLine"
    bank_line_id: str
    payout_id: UUID
    cents: int
    booked_on: date

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Refuse another amount, a payout that is not under way or arrived, or one already matched."""
        payout = state.payouts.get(self.payout_id)
        if payout is None:
            raise NotFound(payout=self.payout_id)
        if state.matches.get(self.bank_line_id) == self.payout_id:
            return ()
        taken = self.bank_line_id in state.matches or self.payout_id in state.matches.values()
        if taken or payout.cents != self.cents or payout.status not in (PayoutStatus.SENT, PayoutStatus.PAID):
            raise Conflict(bank_line=self.bank_line_id, payout=self.payout_id, cents=self.cents)
        return (
            BankLineMatched(
                at=self.at,
                by=self.by,
                bank_line_id=self.bank_line_id,
                payout_id=self.payout_id,
                cents=self.cents,
                booked_on=self.booked_on,
            ),
        )


class UnmatchBankLine(CoopCommand, frozen=True, kw_only=True):
    """Undo a match, for an ``UnmatchReason``."""

    KIND: ClassVar[str] = "UnmatchBankLine"
    bank_line_id: str
    booked_on: date
    reason: str
    note_id: UUID | None = None

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Refuse a line that is not matched, or a reason that is not listed."""
        reason = listed_reason(UnmatchReason, self.reason)
        payout_id = state.matches.get(self.bank_line_id)
        if payout_id is None:
            raise NotFound(bank_line=self.bank_line_id)
        return (
            BankLineUnmatched(
                at=self.at,
                by=self.by,
                bank_line_id=self.bank_line_id,
                payout_id=payout_id,
                cents=state.payouts[payout_id].cents,
                booked_on=self.booked_on,
                reason=reason,
                note_id=self.note_id,
            ),
        )
