"""Where the coop's money goes is decided by two people, and nothing leaves while one of them is awaited."""

from datetime import timedelta

import pytest

from domain.association.ties import Tie
from domain.coop.bank_accounts import ConfirmBankAccount, RegisterBankAccount, WithdrawBankAccount
from domain.coop.payouts import RequestPayout
from domain.coop.suspense import FreezePayouts
from domain.errors import (
    AlreadyExists,
    BankAccountUnconfirmed,
    Conflict,
    InvalidInput,
    NotFound,
    PayeeMismatch,
    SecondPersonNeeded,
)
from tests.kit import example
from tests.kit.in_memory_ledger import InMemoryLedger, certified, paid, registered

ACCOUNT = {"bank_account_id": example.BANK_ACCOUNT, "iban_masked": "FR76 … 189", "iban_fingerprint": "f1"}
OTHER = {"bank_account_id": example.uid(5_001), "iban_masked": "FR76 … 190", "iban_fingerprint": "f2"}
CONFIRMED = {"bank_account_id": example.BANK_ACCOUNT, "payee_check": "match"}
OTHER_CONFIRMED = {"bank_account_id": example.uid(5_001), "payee_check": "match"}
PAYOUT = {"payout_id": example.PAYOUT, "cents": 100}


def waiting() -> InMemoryLedger:
    """A coop whose first account was registered and waits for a second person."""
    ledger = registered()
    ledger.do(RegisterBankAccount, **ACCOUNT)
    return ledger


def changing() -> InMemoryLedger:
    """A coop that could be paid out, with another account waiting for a second person."""
    ledger = certified(paid())
    ledger.do(RegisterBankAccount, **OTHER)
    return ledger


def test_an_account_is_registered_once_by_id_and_by_iban() -> None:
    ledger = waiting()
    ledger.refused(AlreadyExists, RegisterBankAccount, **{**ACCOUNT, "iban_fingerprint": "f2"})
    ledger.refused(AlreadyExists, RegisterBankAccount, **{**ACCOUNT, "bank_account_id": example.uid(1)})


def test_an_account_is_confirmed_by_another_person_and_becomes_the_coop_s() -> None:
    ledger = waiting()
    assert ledger.coop.current_account is None
    ledger.do(ConfirmBankAccount, by=example.SECOND, **CONFIRMED)
    assert ledger.coop.current_account == example.BANK_ACCOUNT
    assert ledger.does_nothing(ConfirmBankAccount, by=example.SECOND, **CONFIRMED)
    assert ledger.does_nothing(ConfirmBankAccount, **CONFIRMED)


def test_the_person_who_registered_an_account_does_not_confirm_it() -> None:
    waiting().refused(SecondPersonNeeded, ConfirmBankAccount, **CONFIRMED)


@pytest.mark.parametrize(
    "ties",
    [
        ((example.BY, example.SECOND),),
        ((example.SECOND, example.BY),),
        (("third", example.BY), ("third", example.SECOND)),
        ((example.BY, "third"), ("third", example.SECOND)),
    ],
    ids=["invited by the first", "invited the first", "both invited by a third", "invited through a third"],
)
def test_two_people_with_a_tie_of_less_than_thirty_days_count_as_one(ties: tuple[tuple[str, str], ...]) -> None:
    def made(days: int) -> tuple[Tie, ...]:
        at = example.NOW - timedelta(days=days)
        return tuple(Tie(controller=controller, member=member, at=at) for controller, member in ties)

    ledger = waiting()
    ledger.refused(SecondPersonNeeded, ConfirmBankAccount, by=example.SECOND, ties=made(30), **CONFIRMED)
    assert ledger.do(ConfirmBankAccount, by=example.SECOND, ties=made(31), **CONFIRMED)


def test_waiting_does_not_undo_a_tie_that_stood_when_the_account_was_registered() -> None:
    invited = Tie(controller=example.BY, member=example.SECOND, at=example.NOW - timedelta(days=1))
    later = example.NOW + timedelta(days=60)
    ledger = waiting()
    ledger.refused(SecondPersonNeeded, ConfirmBankAccount, by=example.SECOND, at=later, ties=(invited,), **CONFIRMED)


def test_a_person_invited_after_the_account_was_registered_does_not_confirm_it() -> None:
    invited = Tie(controller=example.BY, member=example.SECOND, at=example.NOW + timedelta(days=1))
    later = example.NOW + timedelta(days=60)
    ledger = waiting()
    ledger.refused(SecondPersonNeeded, ConfirmBankAccount, by=example.SECOND, at=later, ties=(invited,), **CONFIRMED)


def test_an_account_in_another_name_is_not_confirmed() -> None:
    refused = {**CONFIRMED, "payee_check": "none"}
    waiting().refused(PayeeMismatch, ConfirmBankAccount, by=example.SECOND, **refused)


def test_an_unknown_account_or_answer_is_not_confirmed() -> None:
    registered().refused(NotFound, ConfirmBankAccount, **CONFIRMED)
    waiting().refused(InvalidInput, ConfirmBankAccount, **{**CONFIRMED, "payee_check": "perhaps"})


def test_no_payout_is_asked_for_while_another_account_waits() -> None:
    ledger = changing()
    ledger.refused(BankAccountUnconfirmed, RequestPayout, **PAYOUT)
    ledger.do(ConfirmBankAccount, by=example.SECOND, **OTHER_CONFIRMED)
    assert ledger.do(RequestPayout, **PAYOUT)


def test_an_account_that_is_withdrawn_waits_no_more_and_may_be_brought_in_again() -> None:
    ledger = changing()
    ledger.do(WithdrawBankAccount, by=example.SECOND, bank_account_id=example.uid(5_001))
    assert ledger.do(RequestPayout, **PAYOUT)
    ledger.refused(NotFound, ConfirmBankAccount, by=example.SECOND, **OTHER_CONFIRMED)
    assert ledger.do(RegisterBankAccount, **{**OTHER, "bank_account_id": example.uid(5_002)})


def test_a_confirmed_or_unknown_account_is_not_withdrawn() -> None:
    ledger = changing()
    ledger.refused(NotFound, WithdrawBankAccount, bank_account_id=example.BANK_ACCOUNT)
    ledger.refused(NotFound, WithdrawBankAccount, bank_account_id=example.uid(1))


def test_an_account_that_was_replaced_comes_back_only_through_two_people() -> None:
    ledger = changing()
    ledger.do(ConfirmBankAccount, by=example.SECOND, **OTHER_CONFIRMED)
    ledger.refused(Conflict, ConfirmBankAccount, by=example.SECOND, **CONFIRMED)
    back = {**ACCOUNT, "bank_account_id": example.uid(5_002), "iban_fingerprint": example.DIGEST}
    ledger.do(RegisterBankAccount, **back)
    ledger.do(ConfirmBankAccount, by=example.SECOND, bank_account_id=example.uid(5_002), payee_check="match")
    assert ledger.coop.current_account == example.uid(5_002)


def test_after_a_freeze_the_account_of_two_people_is_given_again_by_one() -> None:
    ledger = certified(paid())
    ledger.do(FreezePayouts, reason="bank_account_changed")
    assert ledger.do(ConfirmBankAccount, **CONFIRMED)
    assert ledger.do(RequestPayout, **PAYOUT)
