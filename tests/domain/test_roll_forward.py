"""A statement adds up to the cent, and says what each event did to the online account."""

import msgspec
import pytest

from domain.errors import InsufficientBalance, StatementDoesNotAddUp
from domain.events.bank import AdjustmentApproved, AdjustmentReversed, BankLineMatched
from domain.events.base import Event, StatementBoxes
from domain.events.by_hand.refund import FailedRefundRepaid, RefundPaidOutOfBand
from domain.events.contribution import CashReceived, PaymentCaptured, ProviderFeeCharged
from domain.events.dispute import DisputeCleared, DisputeLost, DisputeOpened, DisputeWon, LostDisputeReinstated
from domain.events.payout import PayoutFailed, PayoutPaid, PayoutRequested, PayoutReturned, PayoutSent
from domain.events.refund import RefundFailed, RefundRequested, RefundSettled
from domain.funds import CoopFunds, funds_of
from domain.journal import postings
from domain.roll_forward import StatementMovement, check_roll_forward, roll_forward_gap, statement_movement
from tests.kit import example
from tests.kit.example_events import BOXES, EXAMPLES


def move(kind: type[Event]) -> StatementMovement | None:
    """What the example of an event does to the online account."""
    return statement_movement(EXAMPLES[kind], postings(EXAMPLES[kind]))


def funds_after(*kinds: type[Event]) -> CoopFunds:
    """The coop's money after the examples of these events."""
    return funds_of(EXAMPLES[kind] for kind in kinds)


def test_the_guide_s_own_page_is_refused_with_its_gap() -> None:
    boxes = StatementBoxes(opening=1_939, receipts=0, disbursements=0, transfers=0, closing=180_000)
    with pytest.raises(StatementDoesNotAddUp) as caught:
        check_roll_forward(boxes)
    assert "écart 1\u202f780,61\u00a0€" in caught.value.french
    assert roll_forward_gap(boxes) == 178_061


def test_a_gap_is_shown_without_sign_when_money_is_missing() -> None:
    with pytest.raises(StatementDoesNotAddUp) as caught:
        check_roll_forward(msgspec.structs.replace(BOXES, closing=60_938))
    assert "écart 0,01\u00a0€" in caught.value.french


def test_a_statement_that_adds_up_is_accepted() -> None:
    assert check_roll_forward(BOXES) is BOXES
    assert roll_forward_gap(BOXES) == 0


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (PaymentCaptured, StatementMovement(receipts=2_000)),
        (AdjustmentApproved, StatementMovement(receipts=2_000)),
        (RefundSettled, StatementMovement(disbursements=1_000)),
        (DisputeOpened, StatementMovement(blocked=2_000)),
        (DisputeWon, StatementMovement(blocked=-2_000)),
        (DisputeLost, StatementMovement(disbursements=2_000, blocked=-2_000)),
        (LostDisputeReinstated, StatementMovement(receipts=2_000)),
        (DisputeCleared, None),
        (PayoutSent, StatementMovement(transfers=2_000)),
        (PayoutFailed, StatementMovement(transfers=-2_000)),
        (PayoutReturned, StatementMovement(transfers=-2_000)),
        (CashReceived, None),
        (ProviderFeeCharged, None),
        (PayoutPaid, None),
        (BankLineMatched, None),
        (RefundFailed, StatementMovement(receipts=1_200)),
        (FailedRefundRepaid, None),
        (RefundPaidOutOfBand, None),
        (AdjustmentReversed, StatementMovement(disbursements=2_000)),
    ],
)
def test_a_statement_s_box_for_an_event(kind: type[Event], expected: StatementMovement | None) -> None:
    assert move(kind) == expected


def test_what_is_asked_for_is_set_aside_until_it_leaves() -> None:
    asked = funds_after(PaymentCaptured, RefundRequested)
    assert (asked.online, asked.available) == (2_000, 1_000)
    settled = funds_after(PaymentCaptured, RefundRequested, RefundSettled)
    assert (settled.online, settled.available) == (1_000, 1_000)


def test_a_refund_that_failed_before_settlement_is_available_again() -> None:
    failed = msgspec.structs.replace(EXAMPLES[RefundFailed], was_settled=False)
    funds = funds_of((EXAMPLES[PaymentCaptured], EXAMPLES[RefundRequested], failed))
    assert (funds.online, funds.available) == (2_000, 2_000)


def test_a_payout_is_set_aside_then_gone_then_back() -> None:
    assert funds_after(PaymentCaptured, PayoutRequested).available == 0
    assert funds_after(PaymentCaptured, PayoutRequested).online == 2_000
    assert funds_after(PaymentCaptured, PayoutRequested, PayoutSent).online == 0
    assert funds_after(PaymentCaptured, PayoutRequested, PayoutSent, PayoutFailed).available == 2_000


def test_a_late_failure_frees_nothing_that_another_request_reserved_since() -> None:
    refund = funds_after(PaymentCaptured, RefundRequested, RefundSettled)
    refund.apply(msgspec.structs.replace(EXAMPLES[RefundRequested], contribution_id=example.uid(1), cents=300))
    refund.apply(EXAMPLES[RefundFailed])
    assert (refund.online, refund.available) == (2_200, 1_900)
    payout = funds_after(PaymentCaptured, PayoutRequested, PayoutSent)
    payout.apply(msgspec.structs.replace(EXAMPLES[RefundRequested], refund_id=example.PAYOUT, cents=300))
    payout.apply(EXAMPLES[PayoutFailed])
    assert (payout.online, payout.available) == (2_000, 1_700)


def test_a_dispute_after_a_payout_leaves_less_than_nothing() -> None:
    funds = funds_after(PaymentCaptured, PayoutRequested, PayoutSent, DisputeOpened)
    assert funds.available == -2_000


def test_no_more_than_what_is_available_may_leave() -> None:
    funds = funds_after(PaymentCaptured)
    funds.check(2_000)
    with pytest.raises(InsufficientBalance) as caught:
        funds.check(2_001)
    assert "20,00\u00a0€" in caught.value.french
