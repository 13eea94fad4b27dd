"""A payout leaves once, to a confirmed account of a certified coop, and never above what is available."""

import pytest

from domain.coop.bank_accounts import ConfirmBankAccount, RegisterBankAccount
from domain.coop.certification import RecordCertificationRevoked, RecordCertified
from domain.coop.payouts import CancelPayout, RecordPayoutFailed, RecordPayoutPaid, RecordPayoutSent, RequestPayout
from domain.errors import (
    AlreadyExists,
    AmountInvalid,
    BankAccountNotConfirmed,
    Conflict,
    InsufficientBalance,
    NotCertified,
    NotFound,
)
from domain.events.payout import PayoutCancelled, PayoutFailed, PayoutPaid, PayoutRequested, PayoutReturned, PayoutSent
from tests.kit import example
from tests.kit.in_memory_ledger import InMemoryLedger, ask_refund, available, certified, paid

ASKED = {"payout_id": example.PAYOUT, "cents": 2_000}
SENT = {"payout_id": example.PAYOUT, "provider_payout": "po_1", "sent_at": example.NOW}
ARRIVED = {"payout_id": example.PAYOUT, "provider_payout": "po_1", "paid_at": example.NOW}
FAILED = {"payout_id": example.PAYOUT, "reason": "account_closed", "failed_at": example.NOW}


def asked() -> InMemoryLedger:
    """A certified coop with 24,00 € of which 20,00 € are asked for."""
    ledger = certified(paid())
    ledger.do(RequestPayout, **ASKED)
    return ledger


def sent() -> InMemoryLedger:
    """The same, sent."""
    ledger = asked()
    ledger.do(RecordPayoutSent, **SENT)
    return ledger


def arrived() -> InMemoryLedger:
    """The same, arrived."""
    ledger = sent()
    ledger.do(RecordPayoutPaid, **ARRIVED)
    return ledger


def test_a_payout_takes_what_is_available_to_the_confirmed_account() -> None:
    ledger = asked()
    event = ledger.events[-1]
    assert isinstance(event, PayoutRequested)
    assert (event.cents, event.bank_account_id) == (2_000, example.BANK_ACCOUNT)
    assert available(ledger) == "4,00\u00a0€"


def test_a_payout_may_take_everything_but_not_a_cent_more() -> None:
    ledger = certified(paid())
    refusal = ledger.refused(InsufficientBalance, RequestPayout, payout_id=example.PAYOUT, cents=2_401)
    assert "24,00\u00a0€" in refusal.french
    assert ledger.do(RequestPayout, payout_id=example.PAYOUT, cents=2_400)
    ledger.refused(InsufficientBalance, RequestPayout, payout_id=example.uid(1), cents=1)


def test_what_a_refund_reserves_is_not_available_to_a_payout() -> None:
    ledger = certified(paid())
    ask_refund(ledger, cents=1_000)
    ledger.refused(InsufficientBalance, RequestPayout, payout_id=example.PAYOUT, cents=1_401)
    assert ledger.do(RequestPayout, payout_id=example.PAYOUT, cents=1_400)


def test_no_payout_leaves_without_certification() -> None:
    ledger = paid()
    ledger.refused(NotCertified, RequestPayout, **ASKED)
    certified(ledger).do(RecordCertificationRevoked, reason="document_expired")
    ledger.refused(NotCertified, RequestPayout, **ASKED)


def test_no_payout_leaves_without_a_confirmed_account() -> None:
    ledger = paid()
    ledger.do(RecordCertified, provider_account="acct_900")
    ledger.refused(BankAccountNotConfirmed, RequestPayout, **ASKED)
    ledger.do(RegisterBankAccount, bank_account_id=example.BANK_ACCOUNT, iban_masked="FR76…", iban_fingerprint="f1")
    ledger.refused(BankAccountNotConfirmed, RequestPayout, **ASKED)


def test_an_account_confirmed_later_does_not_move_a_payout_already_asked() -> None:
    ledger = asked()
    other = example.uid(5_001)
    ledger.do(RegisterBankAccount, bank_account_id=other, iban_masked="FR76…", iban_fingerprint="f2")
    ledger.do(ConfirmBankAccount, by=example.SECOND, bank_account_id=other, payee_check="close")
    assert ledger.coop.payouts[example.PAYOUT].bank_account_id == example.BANK_ACCOUNT
    (event,) = ledger.do(RequestPayout, payout_id=example.uid(1), cents=1)
    assert isinstance(event, PayoutRequested)
    assert event.bank_account_id == other


def test_a_payout_that_has_not_left_is_cancelled_and_its_amount_is_available_again() -> None:
    ledger = asked()
    (event,) = ledger.do(CancelPayout, payout_id=example.PAYOUT)
    assert isinstance(event, PayoutCancelled)
    assert available(ledger) == "24,00\u00a0€"
    assert ledger.does_nothing(CancelPayout, payout_id=example.PAYOUT)
    (again,) = ledger.do(RequestPayout, payout_id=example.uid(1), cents=2_400)
    assert isinstance(again, PayoutRequested)
    assert sum(item.cents for item in again.content) == 2_400


def test_a_payout_that_has_left_or_that_nobody_asked_for_is_not_cancelled() -> None:
    asked().refused(NotFound, CancelPayout, payout_id=example.uid(1))
    sent().refused(Conflict, CancelPayout, payout_id=example.PAYOUT)
    arrived().refused(Conflict, CancelPayout, payout_id=example.PAYOUT)


def test_a_payout_of_nothing_is_refused() -> None:
    certified(paid()).refused(AmountInvalid, RequestPayout, payout_id=example.PAYOUT, cents=0)


def test_a_payout_is_asked_once() -> None:
    asked().refused(AlreadyExists, RequestPayout, **ASKED)


def test_a_payout_does_not_take_the_place_of_what_a_refund_reserved() -> None:
    ledger = certified(paid())
    ask_refund(ledger, refund_id=example.PAYOUT, cents=1_000)
    ledger.refused(AlreadyExists, RequestPayout, **{**ASKED, "cents": 1})


@pytest.mark.parametrize(
    ("kind", "fields"), [(RecordPayoutSent, SENT), (RecordPayoutPaid, ARRIVED), (RecordPayoutFailed, FAILED)]
)
def test_a_payout_that_nobody_asked_for_is_not_found(kind: type[RecordPayoutSent], fields: dict[str, object]) -> None:
    certified(paid()).refused(NotFound, kind, **fields)


def test_a_payout_is_sent_once() -> None:
    ledger = sent()
    event = ledger.events[-1]
    assert isinstance(event, PayoutSent)
    assert (event.cents, ledger.funds.online) == (2_000, 400)
    assert ledger.does_nothing(RecordPayoutSent, **SENT)
    ledger.refused(Conflict, RecordPayoutSent, **{**SENT, "provider_payout": "po_2"})


def test_a_payout_arrives_once() -> None:
    ledger = arrived()
    assert isinstance(ledger.events[-1], PayoutPaid)
    assert ledger.does_nothing(RecordPayoutPaid, **ARRIVED)
    assert ledger.does_nothing(RecordPayoutSent, **SENT)


def test_an_arrival_heard_of_before_the_sending_books_both() -> None:
    ledger = asked()
    dispatch, arrival = ledger.do(RecordPayoutPaid, **ARRIVED)
    assert isinstance(dispatch, PayoutSent)
    assert isinstance(arrival, PayoutPaid)
    assert dispatch.sent_at == arrival.paid_at == example.NOW
    assert ledger.does_nothing(RecordPayoutSent, **SENT)


def test_the_arrival_of_another_payout_is_refused() -> None:
    sent().refused(Conflict, RecordPayoutPaid, **{**ARRIVED, "provider_payout": "po_2"})


def test_a_payout_that_fails_before_it_is_sent_is_available_again() -> None:
    ledger = asked()
    (event,) = ledger.do(RecordPayoutFailed, **FAILED)
    assert isinstance(event, PayoutFailed)
    assert not event.was_sent
    assert available(ledger) == "24,00\u00a0€"
    ledger.refused(Conflict, RecordPayoutSent, **SENT)
    ledger.refused(Conflict, RecordPayoutPaid, **ARRIVED)


def test_a_payout_that_fails_after_it_is_sent_is_available_again() -> None:
    ledger = sent()
    (event,) = ledger.do(RecordPayoutFailed, **FAILED)
    assert isinstance(event, PayoutFailed)
    assert event.was_sent
    assert available(ledger) == "24,00\u00a0€"
    assert ledger.does_nothing(RecordPayoutFailed, **FAILED)
    assert ledger.does_nothing(RecordPayoutSent, **SENT)
    ledger.refused(Conflict, RecordPayoutPaid, **ARRIVED)


def test_a_payout_that_fails_after_it_arrived_is_returned_once() -> None:
    ledger = arrived()
    (event,) = ledger.do(RecordPayoutFailed, **FAILED)
    assert isinstance(event, PayoutReturned)
    assert event.cents == 2_000
    assert available(ledger) == "24,00\u00a0€"
    assert ledger.does_nothing(RecordPayoutFailed, **FAILED)
    assert ledger.does_nothing(RecordPayoutPaid, **ARRIVED)


def test_a_certification_lost_after_the_request_does_not_stop_what_the_provider_reports() -> None:
    ledger = asked()
    ledger.do(RecordCertificationRevoked, reason="document_expired")
    assert ledger.do(RecordPayoutSent, **SENT)
