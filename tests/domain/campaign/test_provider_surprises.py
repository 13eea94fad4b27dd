"""What the provider tells without our asking: kept apart, explained later, and never silently the coop's loss."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.association.platform import ClearPlatformSuspense, RecordPlatformMovement
from domain.association.state import Association
from domain.campaign.held.explained import ClearContributionSuspense
from domain.campaign.held.returns import RecordOnHoldPaymentReturned, RecordOnHoldReturnFailed
from domain.campaign.held.state import TRIED_FOR
from domain.campaign.instalments import next_attempt
from domain.campaign.payments import RecordPaymentCaptured, RecordPaymentOnHold
from domain.campaign.refunds import AllocateExternalRefund, LineAmount, RecordExternalRefund, RequestRefund
from domain.coop.bank_accounts import ConfirmBankAccount, RegisterBankAccount
from domain.coop.certification import RecordCertified
from domain.coop.debts import SettleDebt
from domain.coop.payouts import RequestPayout
from domain.coop.suspense import ClearSuspense, FreezePayouts, RecordMovementOnHold
from domain.errors import (
    Conflict,
    InvalidInput,
    NotAllowed,
    NotFound,
    PayoutsAreFrozen,
    RefundTooLarge,
    StillGivenBack,
)
from domain.events.association import PlatformMovementRecorded
from domain.events.payout import DebtRecovered, NegativeBalanceCovered
from domain.events.refund import ExternalRefundAllocated
from tests.kit import example
from tests.kit.in_memory_ledger import REFUND, InMemoryLedger, available, paid, placed

OF = {"contribution_id": example.CONTRIBUTION}
SURPRISE = {**OF, "payment_id": "ch_2", "cents": 2_592, "reason": "twice", "paid_at": example.NOW}
EXTERNAL = {
    "refund_id": example.REFUND,
    "payment_id": example.PAYMENT,
    "provider_refund": "re_dash",
    "cents": 1_300,
    "settled_at": example.NOW,
}
TWO = ("actor-1", "actor-2")


def test_a_second_payment_of_a_basket_is_kept_apart_and_goes_back_once() -> None:
    ledger = paid()
    second = {"payment_id": "ch_2", "cents": 2_400, "tip_cents": 192, "paid_at": example.NOW}
    ledger.refused(Conflict, RecordPaymentCaptured, **OF, **second)
    assert ledger.do(RecordPaymentOnHold, **SURPRISE)
    assert ledger.does_nothing(RecordPaymentOnHold, **SURPRISE)
    assert available(ledger) == "24,00\u00a0€"
    back = {"payment_id": "ch_2", "cents": 2_592, "provider_refund": "re_2", "returned_at": example.NOW}
    assert ledger.do(RecordOnHoldPaymentReturned, **back)
    assert ledger.does_nothing(RecordOnHoldPaymentReturned, **back)
    ledger.refused(NotFound, RecordOnHoldPaymentReturned, **{**back, "payment_id": "ch_3"})
    ledger.refused(Conflict, RecordPaymentOnHold, **{**SURPRISE, "payment_id": example.PAYMENT})


def test_a_payment_that_was_kept_apart_is_never_captured_afterwards() -> None:
    ledger = placed()
    payment = {"payment_id": "ch_2", "paid_at": example.NOW}
    ledger.do(RecordPaymentOnHold, **SURPRISE)
    ledger.refused(Conflict, RecordPaymentCaptured, **OF, **payment, cents=2_400, tip_cents=192)
    ledger.do(
        RecordOnHoldPaymentReturned, payment_id="ch_2", cents=2_592, provider_refund="re_2", returned_at=example.NOW
    )
    ledger.refused(Conflict, RecordPaymentCaptured, **OF, **payment, cents=2_400, tip_cents=192)
    assert ledger.does_nothing(RecordPaymentOnHold, **SURPRISE)


def test_nobody_explains_what_the_service_still_gives_back_by_itself() -> None:
    ledger = paid()
    ledger.do(RecordPaymentOnHold, **SURPRISE)
    explained = {**OF, "payment_id": "ch_2", "account": "goodwill", "approvers": TWO, "reason": "goodwill"}
    ledger.refused(StillGivenBack, ClearContributionSuspense, **explained, cents=2_592)
    for number in ("re_1", "re_2"):
        ledger.refused(StillGivenBack, ClearContributionSuspense, **explained, cents=2_592)
        went = {"payment_id": "ch_2", "provider_refund": number}
        ledger.do(RecordOnHoldPaymentReturned, **went, cents=2_592, returned_at=example.NOW)
        ledger.do(RecordOnHoldReturnFailed, **went, reason="unknown", failed_at=example.NOW)
    assert ledger.do(ClearContributionSuspense, **explained, cents=2_592)


def test_what_the_provider_does_not_let_go_for_a_month_may_be_explained() -> None:
    ledger = paid()
    ledger.do(RecordPaymentOnHold, **SURPRISE)
    explained = {**OF, "payment_id": "ch_2", "account": "goodwill", "approvers": TWO, "reason": "goodwill"}
    ledger.refused(StillGivenBack, ClearContributionSuspense, **explained, cents=1_000, at=example.NOW + TRIED_FOR / 2)
    assert ledger.do(ClearContributionSuspense, **explained, cents=1_000, at=example.NOW + TRIED_FOR)


def test_a_refund_made_at_the_provider_is_set_aside_until_it_is_allocated() -> None:
    ledger = paid()
    assert ledger.do(RecordExternalRefund, **EXTERNAL)
    assert ledger.does_nothing(RecordExternalRefund, **EXTERNAL)
    assert available(ledger) == "11,00\u00a0€"
    ledger.refused(Conflict, RequestRefund, **{**REFUND, "refund_id": example.PAYOUT, "cents": 1})
    allocation = {"refund_id": example.REFUND, "tip_cents": 100}
    (event,) = ledger.do(AllocateExternalRefund, **allocation, by_line=(LineAmount(line=2, cents=1_200),))
    assert isinstance(event, ExternalRefundAllocated)
    assert [(share.class_code, share.cents, share.balance) for share in event.shares] == [("CE1", 1_200, 0)]
    assert available(ledger) == "12,00\u00a0€"
    assert ledger.does_nothing(AllocateExternalRefund, **allocation)
    assert ledger.campaign.contribution(example.CONTRIBUTION).to_transfer(example.PAYMENT) == 1_200
    assert ledger.do(RequestRefund, **{**REFUND, "refund_id": example.PAYOUT, "cents": 1_200, "tip_cents": 92})


def test_an_allocation_takes_no_more_than_is_there() -> None:
    ledger = paid()
    ledger.do(RecordExternalRefund, **EXTERNAL)
    ledger.refused(InvalidInput, AllocateExternalRefund, refund_id=example.REFUND, tip_cents=1_301)
    ledger.refused(RefundTooLarge, AllocateExternalRefund, refund_id=example.REFUND, tip_cents=193)
    ledger.refused(NotFound, AllocateExternalRefund, refund_id=example.PAYOUT, tip_cents=0)


def ready() -> InMemoryLedger:
    """A certified coop with a confirmed account and the guide's basket."""
    ledger = paid()
    ledger.do(RecordCertified, provider_account="acct_1")
    ledger.do(RegisterBankAccount, bank_account_id=example.BANK_ACCOUNT, iban_masked="FR", iban_fingerprint="f")
    ledger.do(ConfirmBankAccount, by=example.SECOND, bank_account_id=example.BANK_ACCOUNT, payee_check="match")
    return ledger


def test_payouts_wait_when_the_provider_knows_another_bank_account() -> None:
    ledger = ready()
    assert ledger.do(FreezePayouts, reason="bank_account_changed")
    assert ledger.does_nothing(FreezePayouts, reason="bank_account_changed")
    ledger.refused(PayoutsAreFrozen, RequestPayout, payout_id=example.PAYOUT, cents=100)
    other = {"bank_account_id": example.FINDING, "iban_masked": "FR", "iban_fingerprint": "g"}
    ledger.do(RegisterBankAccount, **other)
    ledger.do(ConfirmBankAccount, by=example.SECOND, bank_account_id=example.FINDING, payee_check="match")
    assert ledger.do(RequestPayout, payout_id=example.PAYOUT, cents=100)


def test_the_same_bank_account_confirmed_again_ends_the_freeze() -> None:
    ledger = ready()
    ledger.do(FreezePayouts, reason="bank_account_changed")
    assert ledger.do(ConfirmBankAccount, bank_account_id=example.BANK_ACCOUNT, payee_check="match")
    assert ledger.do(RequestPayout, payout_id=example.PAYOUT, cents=100)
    assert ledger.does_nothing(ConfirmBankAccount, bank_account_id=example.BANK_ACCOUNT, payee_check="match")


def test_a_balance_below_zero_is_covered_once_and_recovered_from_what_comes_next() -> None:
    ledger = paid()
    assert ledger.does_nothing(SettleDebt, move_id=example.uid(1))
    ledger.funds.online -= 3_000
    (covered,) = ledger.do(SettleDebt, move_id=example.uid(1))
    assert isinstance(covered, NegativeBalanceCovered)
    assert (covered.cents, ledger.funds.online, ledger.funds.debt) == (600, 0, 600)
    assert ledger.does_nothing(SettleDebt, move_id=example.uid(1))
    assert ledger.does_nothing(SettleDebt, move_id=example.uid(2))
    ledger.funds.online += 400
    (recovered,) = ledger.do(SettleDebt, move_id=example.uid(3))
    assert isinstance(recovered, DebtRecovered)
    assert (recovered.cents, ledger.funds.online, ledger.funds.debt) == (400, 0, 200)


def test_a_movement_without_explanation_waits_for_two_people() -> None:
    ledger = paid()
    found = {"movement_id": "txn_1", "kind": "adjustment", "cents": -250, "moved_at": example.NOW}
    assert ledger.do(RecordMovementOnHold, **found)
    assert ledger.does_nothing(RecordMovementOnHold, **found)
    assert available(ledger) == "24,00\u00a0€"
    told = {"movement_id": "txn_1", "account": "psp_fees", "approvers": TWO, "reason": "provider_fee"}
    ledger.refused(NotAllowed, ClearSuspense, **{**told, "approvers": ("a", "a")})
    ledger.refused(InvalidInput, ClearSuspense, **{**told, "account": "due_to_coop"})
    assert ledger.do(ClearSuspense, **told)
    ledger.refused(NotFound, ClearSuspense, **told)


def test_a_fee_of_the_provider_s_own_needs_no_explanation() -> None:
    state = Association(example.ASSOCIATION)
    stream_id, stamp, now = example.ASSOCIATION, example.STAMP, example.NOW
    fee = RecordPlatformMovement(
        stream_id=stream_id, stamp=stamp, movement_id="txn_1", kind="stripe_fee", cents=-250, moved_at=now
    )
    (event,) = fee.decide(state)
    assert isinstance(event, PlatformMovementRecorded)
    assert event.account == "psp_fees"
    other = RecordPlatformMovement(
        stream_id=stream_id, stamp=stamp, movement_id="txn_2", kind="reserve_transaction", cents=130, moved_at=now
    )
    (event,) = other.decide(state)
    state.evolve(event)
    assert other.decide(state) == ()
    clear = ClearPlatformSuspense(
        stream_id=stream_id, stamp=stamp, movement_id="txn_2", account="goodwill", approvers=TWO, reason="other"
    )
    (cleared,) = clear.decide(state)
    state.evolve(cleared)
    assert state.suspense == {}


DAY = date(2024, 10, 1)


@pytest.mark.parametrize(("refusals", "days"), [(1, 3), (2, 7), (3, 14), (4, None)])
def test_an_instalment_is_tried_four_times_at_growing_distance(refusals: int, days: int | None) -> None:
    expected = None if days is None else DAY + timedelta(days=days)
    assert next_attempt("insufficient_funds", "try_again_later", refusals, DAY) == expected


@pytest.mark.parametrize(
    ("reason", "advice"),
    [("authentication_required", ""), ("expired_card", ""), ("generic_decline", "do_not_try_again")],
)
def test_an_instalment_is_not_tried_again_where_only_the_holder_can_mend_it(reason: str, advice: str) -> None:
    assert next_attempt(reason, advice, 1, DAY) is None
