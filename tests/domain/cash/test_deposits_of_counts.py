"""What is taken to the bank comes from counts, each once, and is what its notes and coins add up to."""

from typing import Any, Final

from domain.cash.deposits import DepositCounts
from domain.cash.pieces import pieces_of
from domain.coop.by_hand.deposits import MatchCashDeposit, WithdrawCashDeposit
from domain.errors import AlreadyExists, AmountInvalid, CashBoxTooLow
from domain.events.by_hand.cash import CashCountsDeposited, CashDeposited
from tests.kit import example
from tests.kit.in_memory_ledger import InMemoryLedger, in_cash

TODAY: Final = example.NOW.date()
DEPOSIT: Final[dict[str, Any]] = {
    "deposit_id": example.DEPOSIT,
    "slip": "R-1",
    "counts": (example.COUNT,),
    "pieces": pieces_of({1_000: 1, 200: 2}),
    "deposited_on": TODAY,
}
OTHER: Final = {**DEPOSIT, "deposit_id": example.uid(9_101), "slip": "R-2"}


def deposited() -> InMemoryLedger:
    """14,00 € of 24,00 € taken to the bank, from one count."""
    ledger = in_cash()
    ledger.do(DepositCounts, **DEPOSIT)
    return ledger


def test_a_deposit_is_its_notes_and_coins_and_says_which_counts_it_takes() -> None:
    money, detail = in_cash().do(DepositCounts, **DEPOSIT)
    assert isinstance(money, CashDeposited)
    assert isinstance(detail, CashCountsDeposited)
    assert (money.cents, money.slip) == (1_400, "R-1")
    assert (detail.counts, detail.deposit_id) == ((example.COUNT,), money.deposit_id)


def test_it_is_one_line_of_the_bank() -> None:
    ledger = deposited()
    line = {"bank_line_id": "L-1", "deposit_id": example.DEPOSIT, "cents": 1_400, "booked_on": TODAY}
    assert ledger.do(MatchCashDeposit, **line)


def test_a_count_goes_to_the_bank_once_and_again_after_its_deposit_was_withdrawn() -> None:
    ledger = deposited()
    assert ledger.does_nothing(DepositCounts, **DEPOSIT)
    ledger.refused(AlreadyExists, DepositCounts, **{**OTHER, "pieces": pieces_of({100: 1})})
    ledger.do(WithdrawCashDeposit, deposit_id=example.DEPOSIT, reason="mistake")
    assert ledger.do(DepositCounts, **OTHER)


def test_no_more_leaves_the_box_than_it_holds_and_nothing_is_no_deposit() -> None:
    in_cash().refused(CashBoxTooLow, DepositCounts, **{**DEPOSIT, "pieces": pieces_of({5_000: 1})})
    in_cash().refused(AmountInvalid, DepositCounts, **{**DEPOSIT, "pieces": ()})
    twice = {**DEPOSIT, "counts": (example.COUNT, example.COUNT)}
    in_cash().refused(AlreadyExists, DepositCounts, **twice)
