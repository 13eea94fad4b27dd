"""The statements of the coop's bank, and what their lines are: a payout, its return, a deposit of cash."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from domain.calendar import french_date, paris_date
from domain.coop.state import BankMatch, Coop, CoopCommand, Payout, PayoutStatus
from domain.errors import Conflict, DayOutOfRange, InvalidInput, NotFound
from domain.events.bank import (
    BankLineMatched,
    BankLineUnmatched,
    BankReturnMatched,
    BankReturnUnmatched,
    BankStatementImported,
)
from domain.events.base import Event
from domain.events.by_hand.cash import CashDepositUnmatched
from domain.money import check_amount
from domain.vocabulary.bank_lines import MatchKind
from domain.vocabulary.keys import Key
from domain.vocabulary.reasons import UnmatchReason, listed_reason
from domain.vocabulary.references import check_reference


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


def check_line(state: Coop, bank_line_id: str, booked_on: date, today: date) -> None:
    """Refuse a line of the bank statement that is none, is of a day to come, or was recognised as something already.

    Raises:
        ReferenceInvalid: what is given as its number might be a name.
        DayOutOfRange: the bank cannot have booked it yet, or it is older than the coop.
        Conflict: it is matched.

    """
    check_reference(bank_line_id)
    if not state.registered_on <= booked_on <= today:
        raise DayOutOfRange(first=french_date(state.registered_on), last=french_date(today), day=booked_on)
    if bank_line_id in state.matches:
        raise Conflict(bank_line=bank_line_id, kind=state.matches[bank_line_id].kind)


class MatchBankLine(CoopCommand, frozen=True, kw_only=True):
    """Recognise a line of the bank statement as the arrival of one payout, to the cent."""

    KIND: ClassVar[str] = "MatchBankLine"
    bank_line_id: Key
    payout_id: UUID
    cents: int
    booked_on: date

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Refuse another amount, a payout that never left, or one already matched.

        One that the bank sent back arrived first, as its statement shows: it is matched too.
        """
        payout = _left(state, self.payout_id)
        wish = BankMatch(MatchKind.PAYOUT, self.payout_id, self.cents, self.booked_on)
        if state.matches.get(self.bank_line_id) == wish:
            return ()
        check_line(state, self.bank_line_id, self.booked_on, paris_date(self.at))
        if state.is_matched(MatchKind.PAYOUT, self.payout_id) or payout.cents != self.cents:
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


class MatchBankReturn(CoopCommand, frozen=True, kw_only=True):
    """Recognise a line of the bank statement as the bank's return of one payout, to the cent."""

    KIND: ClassVar[str] = "MatchBankReturn"
    bank_line_id: Key
    payout_id: UUID
    cents: int
    booked_on: date

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Refuse another amount, a payout that did not come back, or one whose return is matched; in any order."""
        payout = _left(state, self.payout_id)
        wish = BankMatch(MatchKind.RETURN, self.payout_id, self.cents, self.booked_on)
        if state.matches.get(self.bank_line_id) == wish:
            return ()
        check_line(state, self.bank_line_id, self.booked_on, paris_date(self.at))
        again = state.is_matched(MatchKind.RETURN, self.payout_id)
        if again or payout.cents != self.cents or payout.status not in (PayoutStatus.RETURNED, PayoutStatus.FAILED):
            raise Conflict(bank_line=self.bank_line_id, payout=self.payout_id, status=payout.status)
        return (
            BankReturnMatched(
                at=self.at,
                by=self.by,
                bank_line_id=self.bank_line_id,
                payout_id=self.payout_id,
                cents=self.cents,
                booked_on=self.booked_on,
            ),
        )


def _left(state: Coop, payout_id: UUID) -> Payout:
    """Return a payout of the coop that had left for the bank, whatever became of it."""
    payout = state.payouts.get(payout_id)
    if payout is None:
        raise NotFound(payout=payout_id)
    if not payout.provider_payout:
        raise Conflict(payout=payout_id, status=payout.status)
    return payout


class UnmatchBankLine(CoopCommand, frozen=True, kw_only=True):
    """Undo what a line of the bank statement was recognised as, for an ``UnmatchReason``, on the day of the line."""

    KIND: ClassVar[str] = "UnmatchBankLine"
    bank_line_id: Key
    reason: str
    note_id: UUID | None = None

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Refuse a line that is not matched, or a reason that is not listed."""
        reason = listed_reason(UnmatchReason, self.reason)
        match = state.matches.get(self.bank_line_id)
        if match is None:
            raise NotFound(bank_line=self.bank_line_id)
        if match.kind is MatchKind.DEPOSIT:
            return (
                CashDepositUnmatched(
                    at=self.at,
                    by=self.by,
                    bank_line_id=self.bank_line_id,
                    deposit_id=match.subject_id,
                    cents=match.cents,
                    booked_on=match.booked_on,
                    reason=reason,
                    note_id=self.note_id,
                ),
            )
        undone = BankLineUnmatched if match.kind is MatchKind.PAYOUT else BankReturnUnmatched
        return (
            undone(
                at=self.at,
                by=self.by,
                bank_line_id=self.bank_line_id,
                payout_id=match.subject_id,
                cents=match.cents,
                booked_on=match.booked_on,
                reason=reason,
                note_id=self.note_id,
            ),
        )
