"""The coop's bank and cash box: statements, matches, counts, adjustments, findings."""

from datetime import UTC, date, datetime

import pytest

from domain.chart_of_accounts import Account
from domain.coop.banking import ImportBankStatement, MatchBankLine, UnmatchBankLine
from domain.coop.closing import ApproveAdjustment, RecordCashCounted, RecordFinding
from domain.coop.payouts import RecordPayoutFailed, RecordPayoutPaid, RecordPayoutSent, RequestPayout
from domain.errors import (
    AmountInvalid,
    Conflict,
    InvalidInput,
    NotAllowed,
    NotFound,
    ReasonInvalid,
)
from domain.events.bank import BankLineMatched, BankLineUnmatched, CashCounted
from domain.journal import postings
from domain.money import MAX_CENTS
from tests.kit import example
from tests.kit.in_memory_ledger import InMemoryLedger, available, certified, paid, registered

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
LINE = {"bank_line_id": "line-1", "payout_id": example.PAYOUT, "cents": 2_000, "booked_on": date(2024, 7, 5)}
UNDO = {"bank_line_id": "line-1", "booked_on": date(2024, 7, 6), "reason": "other_account"}
ADJUSTMENT = {
    "adjustment_id": example.ADJUSTMENT,
    "cents": 2_000,
    "approvers": ("actor-7", "actor-8"),
    "reason": "dispute_cost",
}
FINDING = {"finding_id": example.FINDING, "subject": "cash_box", "severity": "remark", "up_to_position": 12}


def under_way() -> InMemoryLedger:
    """A payout of 20,00 € that was sent."""
    ledger = certified(paid())
    ledger.do(RequestPayout, payout_id=example.PAYOUT, cents=2_000)
    ledger.do(RecordPayoutSent, payout_id=example.PAYOUT, provider_payout="po_1", sent_at=example.NOW)
    return ledger


def internal_transfers(ledger: InMemoryLedger) -> int:
    """The balance of account 580."""
    legs = [leg for event in ledger.events for leg in postings(event) if leg.account is Account.TRANSFERS]
    return sum(leg.debit - leg.credit for leg in legs)


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


def test_a_bank_line_is_matched_with_a_payout_once_and_clears_account_580() -> None:
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
    ledger.do(RecordPayoutFailed, payout_id=example.PAYOUT, reason="account_closed", failed_at=example.NOW)
    ledger.refused(Conflict, MatchBankLine, **LINE)


def test_a_line_and_a_payout_are_matched_with_one_another_only() -> None:
    ledger = under_way()
    ledger.do(RequestPayout, payout_id=example.uid(1), cents=400)
    ledger.do(RecordPayoutSent, payout_id=example.uid(1), provider_payout="po_2", sent_at=example.NOW)
    ledger.do(MatchBankLine, **LINE)
    ledger.refused(Conflict, MatchBankLine, **{**LINE, "payout_id": example.uid(1), "cents": 400})
    ledger.refused(Conflict, MatchBankLine, **{**LINE, "bank_line_id": "line-2"})


def test_a_match_is_undone_once_and_can_be_made_again() -> None:
    ledger = under_way()
    ledger.refused(NotFound, UnmatchBankLine, **UNDO)
    ledger.do(MatchBankLine, **LINE)
    (event,) = ledger.do(UnmatchBankLine, **UNDO)
    assert isinstance(event, BankLineUnmatched)
    assert (event.cents, event.happened_at) == (2_000, datetime(2024, 7, 6, 10, 0, tzinfo=UTC))
    assert internal_transfers(ledger) == 2_000
    assert ledger.do(MatchBankLine, **LINE)


def test_a_payout_that_came_back_from_the_bank_leaves_it_when_its_match_is_undone() -> None:
    ledger = under_way()
    ledger.do(RecordPayoutPaid, payout_id=example.PAYOUT, provider_payout="po_1", paid_at=example.NOW)
    ledger.do(MatchBankLine, **LINE)
    ledger.do(RecordPayoutFailed, payout_id=example.PAYOUT, reason="account_closed", failed_at=example.NOW)
    assert internal_transfers(ledger) == -2_000
    ledger.do(UnmatchBankLine, **UNDO)
    assert internal_transfers(ledger) == 0
    ledger.refused(Conflict, MatchBankLine, **LINE)


def test_a_count_of_the_cash_box_is_recorded_with_its_difference() -> None:
    (event,) = registered().do(RecordCashCounted, counted=1_450, expected=1_500)
    assert isinstance(event, CashCounted)
    assert (event.counted, event.expected) == (1_450, 1_500)


@pytest.mark.parametrize("count", [{"counted": -1}, {"expected": MAX_CENTS + 1}, {"expected": -MAX_CENTS - 1}])
def test_a_count_that_could_not_be_read_back_is_refused(count: dict[str, int]) -> None:
    registered().refused(AmountInvalid, RecordCashCounted, **{"counted": 0, "expected": 0, **count})


def test_an_empty_cash_box_is_counted() -> None:
    assert registered().do(RecordCashCounted, counted=0, expected=0)


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


def test_a_finding_is_recorded_once() -> None:
    ledger = registered()
    assert ledger.do(RecordFinding, **FINDING)
    assert ledger.does_nothing(RecordFinding, **FINDING)


def test_a_finding_without_known_subject_or_severity_is_refused() -> None:
    registered().refused(ReasonInvalid, RecordFinding, **{**FINDING, "subject": "Caisse tenue par Mme Durand"})
    registered().refused(InvalidInput, RecordFinding, **{**FINDING, "severity": "outrage"})
