"""What a bank takes beyond a payment, or of one that was to go back: it waits, finds its place or is explained."""

import pytest

from domain.campaign.disputes.dispute import DisputeStatus
from domain.campaign.disputes.explanation import ClearDispute, RecordDisputePlaced
from domain.campaign.disputes.facts import RecordDisputeLost, RecordDisputeOpened, RecordDisputeWon
from domain.campaign.held.returns import RecordOnHoldPaymentReturned
from domain.campaign.payments import RecordPaymentOnHold
from domain.campaign.publication import ArchiveCampaign, CampaignNotFinished
from domain.campaign.refunds import RecordRefundFailed
from domain.chart_of_accounts import Account
from domain.errors import (
    InvalidInput,
    NotAllowed,
    NotFound,
    ReasonInvalid,
)
from domain.events.dispute import DisputeCleared, DisputeLost, DisputeOpened, DisputeWon
from tests.domain.campaign.test_disputes import (
    ALL,
    BACK,
    CLEARED,
    CLOSED,
    OPENED,
    balance,
    contested,
    held,
    nothing_pending,
    of,
    refunded,
)
from tests.kit import example
from tests.kit.in_memory_ledger import ask_refund, available, paid


def test_what_a_bank_takes_beyond_a_refunded_payment_waits_in_suspense() -> None:
    ledger = refunded(1_000, 100)
    (event,) = ledger.do(RecordDisputeOpened, **OPENED)
    assert isinstance(event, DisputeOpened)
    assert (event.cents, event.tip_cents, event.suspense_cents) == (1_400, 92, 1_100)
    assert balance(ledger, Account.SUSPENSE) == 1_100
    assert of(ledger).unexplained
    ledger.do(RecordDisputeLost, **CLOSED)
    assert held(ledger) == [0, 0]
    assert "au-delà du paiement" in ledger.refused(CampaignNotFinished, ArchiveCampaign).french
    ledger.refused(NotAllowed, ClearDispute, **{**CLEARED, "approvers": ("ad-1", "ad-1")})
    ledger.refused(InvalidInput, ClearDispute, **{**CLEARED, "account": "due_to_coop"})
    ledger.refused(ReasonInvalid, ClearDispute, **{**CLEARED, "reason": "Mme Durand"})
    (cleared,) = ledger.do(ClearDispute, **CLEARED)
    assert isinstance(cleared, DisputeCleared)
    assert (cleared.cents, balance(ledger, Account.GOODWILL)) == (1_100, 1_100)
    nothing_pending(ledger)
    ledger.refused(NotFound, ClearDispute, **CLEARED)
    assert ledger.do(ArchiveCampaign)


def test_a_payment_given_back_in_full_is_contested_in_full_and_the_coop_loses_nothing() -> None:
    ledger = refunded(2_400, 192)
    (event,) = ledger.do(RecordDisputeOpened, **OPENED)
    assert isinstance(event, DisputeOpened)
    assert (event.cents, event.tip_cents, event.suspense_cents, event.shares) == (0, 0, ALL, ())
    (lost,) = ledger.do(RecordDisputeLost, **CLOSED)
    assert isinstance(lost, DisputeLost)
    assert (lost.cents, lost.tip_cents) == (0, 0)
    assert ledger.does_nothing(RecordDisputeLost, **CLOSED)
    assert ledger.does_nothing(RecordDisputePlaced, dispute_id=example.DISPUTE)
    assert balance(ledger, Account.SUSPENSE) == ALL


def test_what_was_taken_too_much_comes_back_first() -> None:
    ledger = refunded(1_000)
    ledger.do(RecordDisputeOpened, **OPENED)
    (won,) = ledger.do(RecordDisputeWon, **{**BACK, "cents": 1_000})
    assert isinstance(won, DisputeWon)
    assert (won.cents, won.tip_cents, won.suspense_cents) == (0, 0, 1_000)
    ledger.do(RecordDisputeLost, **CLOSED)
    assert held(ledger) == [0, 0]
    nothing_pending(ledger)


@pytest.mark.parametrize("order", [("clear", "win"), ("win", "clear")])
def test_what_comes_back_after_the_platform_bore_it_is_the_platforms_gain(order: tuple[str, str]) -> None:
    ledger = refunded(1_000)
    ledger.do(RecordDisputeOpened, **OPENED)
    ledger.do(RecordDisputeLost, **CLOSED)
    for step in order:
        if step == "clear":
            ledger.do(ClearDispute, **CLEARED)
        else:
            ledger.do(RecordDisputeWon, **{**BACK, "cents": 400})
    if order[0] == "clear":
        assert balance(ledger, Account.SUSPENSE) == -400
        ledger.do(ClearDispute, **CLEARED)
    assert balance(ledger, Account.GOODWILL) == 600
    assert held(ledger) == [0, 0]
    nothing_pending(ledger)


def test_what_a_bank_gives_back_and_never_took_waits_in_suspense() -> None:
    ledger = contested(cents=1_000)
    (won,) = ledger.do(RecordDisputeWon, **{**BACK, "cents": 1_300})
    assert isinstance(won, DisputeWon)
    assert (won.cents, won.suspense_cents) == (1_000, 300)
    assert balance(ledger, Account.SUSPENSE) == -300
    ledger.do(ClearDispute, **CLEARED)
    assert balance(ledger, Account.GOODWILL) == -300
    nothing_pending(ledger)


def test_money_set_aside_for_a_refund_that_fails_is_contested_then() -> None:
    ledger = paid()
    ask_refund(ledger, cents=2_400, tip_cents=192)
    (event,) = ledger.do(RecordDisputeOpened, **OPENED)
    assert isinstance(event, DisputeOpened)
    assert event.suspense_cents == ALL
    assert ledger.does_nothing(RecordDisputePlaced, dispute_id=example.DISPUTE)
    ledger.do(RecordRefundFailed, refund_id=example.REFUND, reason="charge_disputed", failed_at=example.NOW)
    (placed,) = ledger.do(RecordDisputePlaced, dispute_id=example.DISPUTE)
    assert isinstance(placed, DisputeOpened)
    assert (placed.cents, placed.tip_cents, placed.suspense_cents, placed.withdrawn_cents) == (2_400, 192, -ALL, 0)
    assert ledger.does_nothing(RecordDisputePlaced, dispute_id=example.DISPUTE)
    assert available(ledger) == "0,00\u00a0€"
    ledger.do(RecordDisputeLost, **CLOSED)
    assert held(ledger) == [0, 0]
    nothing_pending(ledger)


def test_what_finds_its_place_after_the_bank_decided_is_lost_with_the_rest() -> None:
    ledger = paid()
    ask_refund(ledger, cents=1_000, tip_cents=0)
    ledger.do(RecordDisputeOpened, **OPENED)
    ledger.do(RecordDisputeLost, **CLOSED)
    ledger.do(RecordRefundFailed, refund_id=example.REFUND, reason="charge_disputed", failed_at=example.NOW)
    placed, lost = ledger.do(RecordDisputePlaced, dispute_id=example.DISPUTE)
    assert isinstance(placed, DisputeOpened)
    assert isinstance(lost, DisputeLost)
    assert (placed.cents, lost.cents) == (1_000, 1_000)
    assert held(ledger) == [0, 0]
    nothing_pending(ledger)


def test_a_fee_alone_changes_nothing_of_the_payment() -> None:
    ledger = contested()
    ledger.do(RecordDisputeLost, **CLOSED)
    counter = {"provider_movement": "txn_fee", "cents": 0, "fee_cents": 1_500}
    ledger.do(RecordDisputeOpened, **{**OPENED, **counter})
    assert balance(ledger, Account.DISPUTE_FEES) == 3_500
    assert not of(ledger).disputed
    ledger.do(RecordDisputeWon, **{**BACK, "cents": 0, "fee_cents": -1_500})
    assert balance(ledger, Account.DISPUTE_FEES) == 2_000
    assert held(ledger) == [0, 0]


def test_a_dispute_of_the_tip_alone_leaves_the_coop_alone() -> None:
    ledger = refunded(2_400)
    ledger.do(RecordDisputeOpened, **{**OPENED, "cents": 192})
    assert of(ledger).disputed
    ledger.do(RecordDisputeLost, **CLOSED)
    assert of(ledger).tip_held == 0
    nothing_pending(ledger)


def test_a_payment_on_hold_that_a_bank_takes_back_has_gone_back() -> None:
    ledger = paid()
    twice = {"payment_id": "pi_twice", "cents": ALL, "reason": "twice", "paid_at": example.NOW}
    ledger.do(RecordPaymentOnHold, contribution_id=example.CONTRIBUTION, **twice)
    assert balance(ledger, Account.SUSPENSE) == -ALL
    ledger.do(RecordDisputeOpened, **{**OPENED, "payment_id": "pi_twice"})
    assert of(ledger).on_hold["pi_twice"].left == 0
    assert not of(ledger).unexplained
    ledger.do(RecordDisputeLost, **CLOSED)
    assert held(ledger) == [1_200, 1_200]
    assert available(ledger) == "24,00\u00a0€"
    nothing_pending(ledger)
    assert ledger.do(ArchiveCampaign)


def test_a_payment_on_hold_that_a_bank_gives_back_is_to_go_back_again() -> None:
    ledger = paid()
    twice = {"payment_id": "pi_twice", "cents": ALL, "reason": "twice", "paid_at": example.NOW}
    ledger.do(RecordPaymentOnHold, contribution_id=example.CONTRIBUTION, **twice)
    ledger.do(RecordDisputeOpened, **{**OPENED, "payment_id": "pi_twice"})
    ledger.do(RecordDisputeWon, **BACK)
    assert of(ledger).on_hold["pi_twice"].left == ALL
    assert of(ledger).disputes[example.DISPUTE].status is DisputeStatus.WON
    assert balance(ledger, Account.SUSPENSE) == -ALL


def test_a_payment_on_hold_that_went_back_and_is_contested_too_waits_in_suspense() -> None:
    ledger = paid()
    twice = {"payment_id": "pi_twice", "cents": ALL, "reason": "twice", "paid_at": example.NOW}
    ledger.do(RecordPaymentOnHold, contribution_id=example.CONTRIBUTION, **twice)
    back = {"payment_id": "pi_twice", "cents": ALL, "provider_refund": "re_9", "returned_at": example.NOW}
    ledger.do(RecordOnHoldPaymentReturned, **back)
    ledger.do(RecordDisputeOpened, **{**OPENED, "payment_id": "pi_twice"})
    assert balance(ledger, Account.SUSPENSE) == ALL
    assert of(ledger).unexplained
    ledger.do(ClearDispute, **CLEARED)
    nothing_pending(ledger)
