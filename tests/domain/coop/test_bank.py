"""The coop's bank and cash box: statements, matches, counts, adjustments, findings."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain.aggregate import Intent
from domain.chart_of_accounts import Account
from domain.coop.banking import ImportBankStatement, MatchBankLine, MatchBankReturn, UnmatchBankLine
from domain.coop.by_hand.adjustments import RecordAdjustmentTransferReversed, ReverseAdjustment
from domain.coop.closing import ApproveAdjustment, RecordCashCounted, RecordFinding
from domain.coop.payouts import RecordPayoutFailed, RecordPayoutPaid, RecordPayoutSent, RequestPayout
from domain.coop.suspense import RecordAdjustmentTransfer
from domain.errors import (
    AmountInvalid,
    Conflict,
    DayOutOfRange,
    InsufficientBalance,
    InvalidInput,
    NotAllowed,
    NotFound,
    ReasonInvalid,
    ReferenceInvalid,
)
from domain.events.bank import (
    AdjustmentReversed,
    AdjustmentTransferReversed,
    BankLineMatched,
    BankLineUnmatched,
    BankReturnMatched,
    BankReturnUnmatched,
    CashCounted,
)
from domain.journal import postings
from domain.money import MAX_CENTS
from domain.vocabulary.keys import KeyMissing
from tests.kit import example
from tests.kit.in_memory_ledger import InMemoryLedger, available, certified, in_cash, paid, registered

STATEMENT = {
    "statement_id": example.STATEMENT,
    "bank_account_id": example.BANK_ACCOUNT,
    "first_day": date(2024, 7, 1),
    "last_day": date(2024, 7, 31),
    "opening": -1_500,
    "closing": 500,
    "lines": 1,
    "file_sha256": example.DIGEST,
}
SEEN = datetime(2024, 7, 10, 8, 0, tzinfo=UTC)
LINE = {
    "at": SEEN,
    "bank_line_id": "L-1",
    "payout_id": example.PAYOUT,
    "cents": 2_000,
    "booked_on": date(2024, 7, 5),
}
RETURN = {**LINE, "bank_line_id": "L-2", "booked_on": date(2024, 7, 8)}
UNDO = {"bank_line_id": "L-1", "reason": "other_account"}
RETURNED = {"payout_id": example.PAYOUT, "reason": "account_closed", "failed_at": example.NOW}
ADJUSTMENT = {
    "adjustment_id": example.ADJUSTMENT,
    "cents": 2_000,
    "approvers": ("actor-7", "actor-8"),
    "reason": "dispute_cost",
}
TAKE_BACK = {"adjustment_id": example.ADJUSTMENT, "approvers": ("actor-7", "actor-8"), "reason": "made_twice"}
FINDING = {"finding_id": example.FINDING, "subject": "cash_box", "severity": "remark", "up_to_position": 12}


def under_way() -> InMemoryLedger:
    """A payout of 20,00 € that was sent."""
    ledger = certified(paid())
    ledger.do(RequestPayout, payout_id=example.PAYOUT, cents=2_000)
    ledger.do(RecordPayoutSent, payout_id=example.PAYOUT, provider_payout="po_1", sent_at=example.NOW)
    return ledger


def balance(ledger: InMemoryLedger, account: Account) -> int:
    """What the events of a ledger left on an account."""
    legs = [leg for event in ledger.events for leg in postings(event) if leg.account is account]
    return sum(leg.debit - leg.credit for leg in legs)


def internal_transfers(ledger: InMemoryLedger) -> int:
    """The balance of account 5801."""
    return balance(ledger, Account.PAYOUT_TRANSFERS)


def test_a_statement_file_is_imported_once() -> None:
    ledger = certified(registered())
    assert ledger.do(ImportBankStatement, **STATEMENT)
    assert ledger.does_nothing(ImportBankStatement, **{**STATEMENT, "statement_id": example.uid(1)})


def test_a_statement_of_an_unknown_account_or_a_reversed_period_is_refused() -> None:
    registered().refused(NotFound, ImportBankStatement, **STATEMENT)
    certified(registered()).refused(InvalidInput, ImportBankStatement, **{**STATEMENT, "last_day": date(2024, 6, 30)})


def test_a_statement_of_one_day_from_nothing_to_nothing_is_imported() -> None:
    one_day = {"last_day": STATEMENT["first_day"], "opening": 0, "closing": 0}
    assert certified(registered()).do(ImportBankStatement, **{**STATEMENT, **one_day})


@pytest.mark.parametrize("balance", ["opening", "closing"])
def test_a_statement_whose_balance_could_not_be_read_back_is_refused(balance: str) -> None:
    ledger = certified(registered())
    ledger.refused(AmountInvalid, ImportBankStatement, **{**STATEMENT, balance: -MAX_CENTS - 1})


def test_a_bank_line_is_matched_with_a_payout_once_and_clears_account_5801() -> None:
    ledger = under_way()
    assert internal_transfers(ledger) == 2_000
    (event,) = ledger.do(MatchBankLine, **LINE)
    assert isinstance(event, BankLineMatched)
    assert event.happened_at == datetime(2024, 7, 5, 10, 0, tzinfo=UTC)
    assert internal_transfers(ledger) == 0
    assert ledger.does_nothing(MatchBankLine, **LINE)


def test_a_payout_that_arrived_is_matched_too() -> None:
    ledger = under_way()
    ledger.do(RecordPayoutPaid, payout_id=example.PAYOUT, provider_payout="po_1", paid_at=example.NOW)
    assert ledger.do(MatchBankLine, **LINE)


def test_a_bank_line_is_not_matched_with_another_amount_or_an_unknown_payout() -> None:
    under_way().refused(Conflict, MatchBankLine, **{**LINE, "cents": 1_999})
    under_way().refused(NotFound, MatchBankLine, **{**LINE, "payout_id": example.uid(1)})


def test_a_payout_that_is_not_under_way_is_not_matched() -> None:
    ledger = under_way()
    ledger.do(RequestPayout, payout_id=example.uid(1), cents=100)
    ledger.refused(Conflict, MatchBankLine, **{**LINE, "payout_id": example.uid(1), "cents": 100})


def test_a_line_and_a_payout_are_matched_with_one_another_only() -> None:
    ledger = under_way()
    ledger.do(RequestPayout, payout_id=example.uid(1), cents=400)
    ledger.do(RecordPayoutSent, payout_id=example.uid(1), provider_payout="po_2", sent_at=example.NOW)
    ledger.do(MatchBankLine, **LINE)
    ledger.refused(Conflict, MatchBankLine, **{**LINE, "payout_id": example.uid(1), "cents": 400})
    ledger.refused(Conflict, MatchBankLine, **{**LINE, "bank_line_id": "L-2"})


def test_a_match_is_undone_once_and_can_be_made_again() -> None:
    ledger = under_way()
    ledger.refused(NotFound, UnmatchBankLine, **UNDO)
    ledger.do(MatchBankLine, **LINE)
    (event,) = ledger.do(UnmatchBankLine, **UNDO)
    assert isinstance(event, BankLineUnmatched)
    assert (event.cents, event.happened_at) == (2_000, datetime(2024, 7, 5, 10, 0, tzinfo=UTC))
    assert internal_transfers(ledger) == 2_000
    assert ledger.do(MatchBankLine, **LINE)


@pytest.mark.parametrize("returned", ["before its match", "after its match"])
def test_a_payout_that_the_bank_sent_back_leaves_512_and_5801_at_nothing_in_both_orders(returned: str) -> None:
    ledger = under_way()
    ledger.do(RecordPayoutPaid, payout_id=example.PAYOUT, provider_payout="po_1", paid_at=example.NOW)
    steps: list[tuple[type[Intent[Any]], dict[str, Any]]] = [(RecordPayoutFailed, RETURNED), (MatchBankLine, LINE)]
    for kind, fields in steps if returned == "before its match" else reversed(steps):
        ledger.do(kind, **fields)
    assert (balance(ledger, Account.BANK), internal_transfers(ledger)) == (2_000, -2_000)
    (event,) = ledger.do(MatchBankReturn, **RETURN)
    assert isinstance(event, BankReturnMatched)
    assert event.happened_at == datetime(2024, 7, 8, 10, 0, tzinfo=UTC)
    assert (balance(ledger, Account.BANK), internal_transfers(ledger)) == (0, 0)
    assert ledger.does_nothing(MatchBankReturn, **RETURN)


def test_the_line_of_a_return_is_recognised_before_that_of_the_payout_too() -> None:
    ledger = under_way()
    ledger.do(RecordPayoutFailed, **RETURNED)
    ledger.do(MatchBankReturn, **RETURN)
    ledger.do(MatchBankLine, **LINE)
    assert (balance(ledger, Account.BANK), internal_transfers(ledger)) == (0, 0)


def test_a_return_is_matched_once_to_the_cent_and_only_where_there_was_one() -> None:
    under_way().refused(Conflict, MatchBankReturn, **RETURN)
    ledger = under_way()
    ledger.do(RecordPayoutFailed, **RETURNED)
    ledger.refused(Conflict, MatchBankReturn, **{**RETURN, "cents": 1_999})
    ledger.do(MatchBankReturn, **RETURN)
    ledger.refused(Conflict, MatchBankReturn, **{**RETURN, "bank_line_id": "L-3"})
    ledger.refused(Conflict, MatchBankLine, **{**LINE, "bank_line_id": "L-2"})


def test_the_match_of_a_return_is_undone_on_the_day_of_its_line() -> None:
    ledger = under_way()
    ledger.do(RecordPayoutFailed, **RETURNED)
    ledger.do(MatchBankReturn, **RETURN)
    (event,) = ledger.do(UnmatchBankLine, **{**UNDO, "bank_line_id": "L-2"})
    assert isinstance(event, BankReturnUnmatched)
    assert event.happened_at == datetime(2024, 7, 8, 10, 0, tzinfo=UTC)
    assert balance(ledger, Account.BANK) == 0
    assert ledger.do(MatchBankReturn, **RETURN)


def test_a_line_of_a_day_to_come_or_before_the_coop_or_with_a_name_for_a_number_is_refused() -> None:
    for day in (date(2024, 7, 11), date(2024, 6, 22), date(2031, 7, 5)):
        refusal = under_way().refused(DayOutOfRange, MatchBankLine, **{**LINE, "booked_on": day})
        assert "du 23 juin 2024 au 10 juillet 2024" in refusal.french
    for name in ("MARTIN", "l-1", "L" * 20 + "1"):
        under_way().refused(ReferenceInvalid, MatchBankLine, **{**LINE, "bank_line_id": name})
    under_way().refused(KeyMissing, MatchBankLine, **{**LINE, "bank_line_id": ""})


def test_a_count_of_the_cash_box_is_recorded_beside_what_its_book_holds() -> None:
    ledger = in_cash()
    (event,) = ledger.do(RecordCashCounted, counted=1_450)
    assert isinstance(event, CashCounted)
    assert (event.counted, event.expected) == (1_450, 2_400)


@pytest.mark.parametrize("counted", [-1, MAX_CENTS + 1])
def test_a_count_that_could_not_be_read_back_is_refused(counted: int) -> None:
    registered().refused(AmountInvalid, RecordCashCounted, counted=counted)


def test_an_empty_cash_box_is_counted() -> None:
    assert registered().do(RecordCashCounted, counted=0)


def test_an_adjustment_is_made_once_by_two_people() -> None:
    ledger = registered()
    assert ledger.do(ApproveAdjustment, **ADJUSTMENT)
    assert available(ledger) == "20,00\u00a0€"
    assert ledger.does_nothing(ApproveAdjustment, **ADJUSTMENT)


def test_an_adjustment_by_one_person_without_reason_or_amount_is_refused() -> None:
    ledger = registered()
    ledger.refused(NotAllowed, ApproveAdjustment, **{**ADJUSTMENT, "approvers": ("actor-7", "actor-7")})
    ledger.refused(ReasonInvalid, ApproveAdjustment, **{**ADJUSTMENT, "reason": " "})
    ledger.refused(AmountInvalid, ApproveAdjustment, **{**ADJUSTMENT, "cents": 0})


def test_an_adjustment_is_taken_back_once_by_two_people() -> None:
    ledger = registered()
    ledger.refused(NotFound, ReverseAdjustment, **TAKE_BACK)
    ledger.do(ApproveAdjustment, **ADJUSTMENT)
    ledger.refused(NotAllowed, ReverseAdjustment, **{**TAKE_BACK, "approvers": ("actor-7", "actor-7")})
    (event,) = ledger.do(ReverseAdjustment, **TAKE_BACK)
    assert isinstance(event, AdjustmentReversed)
    assert (event.cents, available(ledger)) == (2_000, "0,00\u00a0€")
    assert ledger.does_nothing(ReverseAdjustment, **TAKE_BACK)


def test_an_adjustment_that_the_coop_has_spent_is_not_taken_back() -> None:
    ledger = certified(registered())
    ledger.do(ApproveAdjustment, **ADJUSTMENT)
    ledger.do(RequestPayout, payout_id=example.PAYOUT, cents=1)
    ledger.refused(InsufficientBalance, ReverseAdjustment, **TAKE_BACK)


def test_what_had_moved_of_a_reversed_adjustment_comes_back_once() -> None:
    ledger, moved = registered(), {"adjustment_id": example.ADJUSTMENT, "moved_at": example.NOW}
    ledger.do(ApproveAdjustment, **ADJUSTMENT)
    back = {**moved, "reversal_id": "trr_1"}
    ledger.refused(Conflict, RecordAdjustmentTransferReversed, **back)
    ledger.do(RecordAdjustmentTransfer, **moved, transfer_id="tr_1")
    ledger.refused(Conflict, RecordAdjustmentTransferReversed, **back)
    ledger.do(ReverseAdjustment, **TAKE_BACK)
    (event,) = ledger.do(RecordAdjustmentTransferReversed, **back)
    assert isinstance(event, AdjustmentTransferReversed)
    assert (event.transfer_id, event.cents) == ("tr_1", 2_000)
    assert ledger.does_nothing(RecordAdjustmentTransferReversed, **back)
    assert balance(ledger, Account.PSP_COOP) == balance(ledger, Account.GOODWILL) == 0


def test_a_finding_is_recorded_once() -> None:
    ledger = registered()
    assert ledger.do(RecordFinding, **FINDING)
    assert ledger.does_nothing(RecordFinding, **FINDING)


def test_a_finding_without_known_subject_or_severity_is_refused() -> None:
    registered().refused(ReasonInvalid, RecordFinding, **{**FINDING, "subject": "Caisse tenue par Mme Durand"})
    registered().refused(InvalidInput, RecordFinding, **{**FINDING, "severity": "outrage"})
