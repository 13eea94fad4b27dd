"""Cash goes to the bank by account 5802, never more than the box held on that day or on a later one."""

from datetime import UTC, date, datetime

from domain.chart_of_accounts import Account
from domain.coop.banking import UnmatchBankLine
from domain.coop.by_hand.deposits import DepositCash, MatchCashDeposit, WithdrawCashDeposit
from domain.errors import (
    AlreadyExists,
    AmountInvalid,
    CashBoxTooLow,
    Conflict,
    DayOutOfRange,
    NotFound,
    ReasonInvalid,
    ReferenceInvalid,
)
from domain.events.by_hand.cash import CashDepositMatched, CashDepositUnmatched, CashDepositWithdrawn
from domain.funds.cash_box import CashBox
from domain.journal import postings
from tests.kit import example
from tests.kit.in_memory_ledger import InMemoryLedger, in_cash, registered

TODAY = example.NOW.date()
SEEN = datetime(2024, 7, 10, 8, 0, tzinfo=UTC)
DEPOSIT = {"deposit_id": example.DEPOSIT, "slip": "R-1", "cents": 1_000, "deposited_on": TODAY}
LINE = {
    "at": SEEN,
    "bank_line_id": "L-1",
    "deposit_id": example.DEPOSIT,
    "cents": 1_000,
    "booked_on": date(2024, 7, 5),
}
WITHDRAW = {"deposit_id": example.DEPOSIT, "reason": "mistake"}


def balances(ledger: InMemoryLedger) -> tuple[int, int, int]:
    """What is in the cash box, on its way and at the bank: 530, 5802 and 512."""
    found = dict.fromkeys((Account.CASH, Account.CASH_DEPOSITS, Account.BANK), 0)
    for event in ledger.events:
        for leg in postings(event):
            if leg.account in found:
                found[leg.account] += leg.debit - leg.credit
    return found[Account.CASH], found[Account.CASH_DEPOSITS], found[Account.BANK]


def deposited() -> InMemoryLedger:
    """10,00 € of 24,00 € taken to the bank."""
    ledger = in_cash()
    ledger.do(DepositCash, **DEPOSIT)
    return ledger


def test_cash_is_on_its_way_until_the_bank_shows_it() -> None:
    ledger = deposited()
    assert balances(ledger) == (1_400, 1_000, 0)
    assert ledger.does_nothing(DepositCash, **DEPOSIT)
    (event,) = ledger.do(MatchCashDeposit, **LINE)
    assert isinstance(event, CashDepositMatched)
    assert event.happened_at == datetime(2024, 7, 5, 10, 0, tzinfo=UTC)
    assert balances(ledger) == (1_400, 0, 1_000)
    assert ledger.does_nothing(MatchCashDeposit, **LINE)


def test_no_more_than_the_box_holds_is_taken_to_the_bank() -> None:
    refusal = deposited().refused(
        CashBoxTooLow, DepositCash, **{**DEPOSIT, "deposit_id": example.uid(1), "slip": "R-2", "cents": 1_401}
    )
    assert "14,00\u00a0€" in refusal.french
    registered().refused(CashBoxTooLow, DepositCash, **DEPOSIT)


def test_a_deposit_of_nothing_of_an_impossible_day_or_under_a_name_is_refused() -> None:
    ledger = in_cash()
    ledger.refused(AmountInvalid, DepositCash, **{**DEPOSIT, "cents": 0})
    ledger.refused(ReferenceInvalid, DepositCash, **{**DEPOSIT, "slip": "DUPONT"})
    for day in (date(2024, 6, 22), date(2024, 6, 24)):
        ledger.refused(DayOutOfRange, DepositCash, **{**DEPOSIT, "deposited_on": day})


def test_a_slip_of_the_bank_is_used_once() -> None:
    ledger = deposited()
    ledger.refused(AlreadyExists, DepositCash, **{**DEPOSIT, "deposit_id": example.uid(1)})
    ledger.refused(AlreadyExists, DepositCash, **{**DEPOSIT, "cents": 999})


def test_a_deposit_that_was_written_down_wrong_is_in_the_box_again_and_its_slip_is_free() -> None:
    ledger = deposited()
    ledger.refused(NotFound, WithdrawCashDeposit, **{**WITHDRAW, "deposit_id": example.uid(1)})
    ledger.refused(ReasonInvalid, WithdrawCashDeposit, **{**WITHDRAW, "reason": "Mme Durand"})
    (event,) = ledger.do(WithdrawCashDeposit, **WITHDRAW)
    assert isinstance(event, CashDepositWithdrawn)
    assert (event.cents, balances(ledger)) == (1_000, (2_400, 0, 0))
    assert ledger.does_nothing(WithdrawCashDeposit, **WITHDRAW)
    ledger.refused(AlreadyExists, DepositCash, **DEPOSIT)
    assert ledger.do(DepositCash, **{**DEPOSIT, "deposit_id": example.uid(1)})


def test_a_deposit_that_the_bank_shows_is_withdrawn_after_its_match_is_undone() -> None:
    ledger = deposited()
    ledger.do(MatchCashDeposit, **LINE)
    ledger.refused(Conflict, WithdrawCashDeposit, **WITHDRAW)
    (event,) = ledger.do(UnmatchBankLine, bank_line_id="L-1", reason="other_account")
    assert isinstance(event, CashDepositUnmatched)
    assert (event.happened_at.date(), balances(ledger)) == (date(2024, 7, 5), (1_400, 1_000, 0))
    assert ledger.do(WithdrawCashDeposit, **WITHDRAW)


def test_a_line_and_a_deposit_are_matched_with_one_another_only_and_to_the_cent() -> None:
    ledger = deposited()
    ledger.refused(Conflict, MatchCashDeposit, **{**LINE, "cents": 999})
    ledger.refused(NotFound, MatchCashDeposit, **{**LINE, "deposit_id": example.uid(1)})
    ledger.refused(DayOutOfRange, MatchCashDeposit, **{**LINE, "booked_on": date(2024, 7, 11)})
    ledger.do(MatchCashDeposit, **LINE)
    ledger.refused(Conflict, MatchCashDeposit, **{**LINE, "bank_line_id": "L-2"})


def test_what_may_leave_a_box_on_a_day_is_still_in_it_on_every_later_one() -> None:
    box, first, third = CashBox(), date(2024, 6, 1), date(2024, 6, 3)
    box.add(first, 1_000)
    box.add(third, -800)
    assert [box.free_on(date(2024, 6, day)) for day in (1, 2, 3, 4)] == [200, 200, 200, 200]
    box.add(date(2024, 6, 4), 500)
    assert (box.free_on(first), box.free_on(date(2024, 6, 4)), box.cents) == (200, 700, 700)
    assert box.free_on(date(2024, 5, 31)) == 0
