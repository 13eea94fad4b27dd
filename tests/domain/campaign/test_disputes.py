"""A contested payment is blocked, then given back or lost; what is lost was never paid after all."""

import pytest

from domain.campaign.basket import CorrectContribution
from domain.campaign.disputes import RecordDisputeLost, RecordDisputeOpened, RecordDisputeWon
from domain.campaign.payments import RecordTransfer, RecordTransferReversed
from domain.campaign.refunds import RecordRefundSettled, RequestRefund
from domain.errors import AmountInvalid, Conflict, NotFound, RefundTooLarge
from domain.events.dispute import DisputeLost, DisputeOpened, DisputeWon
from tests.kit import example
from tests.kit.in_memory_ledger import REFUND, InMemoryLedger, ask_refund, available, paid, paid_in, transfer

OPENED = {
    "dispute_id": example.DISPUTE,
    "payment_id": example.PAYMENT,
    "cents": 2_400,
    "tip_cents": 192,
    "fee_cents": 2_000,
    "opened_at": example.NOW,
}
CLOSED = {"dispute_id": example.DISPUTE, "closed_at": example.NOW}


def contested(**fields: object) -> InMemoryLedger:
    """The guide's basket, paid, transferred and contested: all of it, unless told otherwise."""
    play = paid()
    transfer(play)
    play.do(RecordDisputeOpened, **{**OPENED, **fields})
    return play


def held(play: InMemoryLedger) -> list[int]:
    """What each child's line holds."""
    return [line.held for line in play.campaign.contribution(example.CONTRIBUTION).lines.values()]


def test_a_contested_payment_is_blocked_and_still_held() -> None:
    play = contested()
    event = play.events[-1]
    assert isinstance(event, DisputeOpened)
    assert (event.cents, event.tip_cents, event.fee_cents) == (2_400, 192, 2_000)
    assert [(share.line, share.cents, share.balance) for share in event.shares] == [
        (1, 1_200, 1_200),
        (2, 1_200, 1_200),
    ]
    assert available(play) == "0,00\u00a0€"
    assert play.campaign.contribution(example.CONTRIBUTION).disputed


def test_a_dispute_is_opened_once() -> None:
    assert contested().does_nothing(RecordDisputeOpened, **OPENED)


def test_a_dispute_on_an_unknown_payment_is_not_found() -> None:
    paid().refused(NotFound, RecordDisputeOpened, **{**OPENED, "payment_id": "pi_9"})
    paid().refused(NotFound, RecordDisputeWon, **CLOSED)
    paid().refused(NotFound, RecordDisputeLost, **CLOSED)


@pytest.mark.parametrize("wrong", [{"cents": 2_401}, {"tip_cents": 193}])
def test_no_more_than_the_payment_is_contested(wrong: dict[str, int]) -> None:
    paid().refused(Conflict, RecordDisputeOpened, **{**OPENED, **wrong})


@pytest.mark.parametrize("wrong", [{"cents": -1}, {"tip_cents": -1}, {"fee_cents": -1}])
def test_an_amount_below_nothing_is_not_contested(wrong: dict[str, int]) -> None:
    paid().refused(AmountInvalid, RecordDisputeOpened, **{**OPENED, **wrong})


def test_what_was_refunded_or_is_on_its_way_back_is_not_contested() -> None:
    play = paid()
    ask_refund(play, cents=1_000, tip_cents=100)
    play.refused(Conflict, RecordDisputeOpened, **{**OPENED, "cents": 1_401, "tip_cents": 0})
    play.refused(Conflict, RecordDisputeOpened, **{**OPENED, "cents": 0, "tip_cents": 93})
    play.do(RecordRefundSettled, refund_id=example.REFUND, provider_refund="re_1", settled_at=example.NOW)
    play.refused(Conflict, RecordDisputeOpened, **{**OPENED, "cents": 1_401, "tip_cents": 0})
    assert play.do(RecordDisputeOpened, **{**OPENED, "cents": 1_400, "tip_cents": 92})


def test_a_dispute_of_the_tip_alone_leaves_the_coop_alone() -> None:
    play = contested(cents=0)
    assert available(play) == "24,00\u00a0€"
    play.do(RecordDisputeLost, **CLOSED)
    assert available(play) == "24,00\u00a0€"
    assert play.campaign.contribution(example.CONTRIBUTION).tip_held == 0


def test_a_dispute_that_is_won_makes_the_money_available_again() -> None:
    play = contested()
    (event,) = play.do(RecordDisputeWon, **CLOSED)
    assert isinstance(event, DisputeWon)
    assert (event.cents, event.tip_cents) == (2_400, 192)
    assert available(play) == "24,00\u00a0€"
    assert held(play) == [1_200, 1_200]
    assert play.does_nothing(RecordDisputeWon, **CLOSED)
    play.refused(Conflict, RecordDisputeLost, **CLOSED)
    assert play.do(RequestRefund, **REFUND)


def test_a_dispute_that_is_lost_leaves_nothing_to_refund() -> None:
    play = contested()
    (event,) = play.do(RecordDisputeLost, **CLOSED)
    assert isinstance(event, DisputeLost)
    assert [(share.class_code, share.cents, share.balance) for share in event.shares] == [
        ("CPA", 1_200, 0),
        ("CE1", 1_200, 0),
    ]
    assert held(play) == [0, 0]
    assert play.does_nothing(RecordDisputeLost, **CLOSED)
    play.refused(Conflict, RecordDisputeWon, **CLOSED)
    play.refused(RefundTooLarge, RequestRefund, **{**REFUND, "cents": 1, "tip_cents": 0})


def test_a_contested_child_is_corrected_only_after_the_outcome() -> None:
    play = contested()
    correction = {"line": 1, "class_label": "CE2", "tariff_id": "t1", "reason": "Erreur"}
    play.refused(Conflict, CorrectContribution, contribution_id=example.CONTRIBUTION, **correction)
    play.do(RecordDisputeWon, **CLOSED)
    assert play.do(CorrectContribution, contribution_id=example.CONTRIBUTION, **correction)


def to_transfer(play: InMemoryLedger) -> list[int]:
    """What is still to move to the coop's account for each payment; negative: to be taken back."""
    contribution = play.campaign.contribution(example.CONTRIBUTION)
    return [contribution.to_transfer(payment_id) for payment_id in contribution.payments]


def take_back(play: InMemoryLedger, cents: int, payment_id: str = "pi_2") -> None:
    """Money of a payment comes back from the coop's account."""
    moved = {"transfer_id": f"tr_{payment_id}", "reversal_id": f"trr_{payment_id}", "moved_at": example.NOW}
    play.do(RecordTransferReversed, contribution_id=example.CONTRIBUTION, payment_id=payment_id, cents=cents, **moved)


def test_a_contested_payment_is_taken_back_and_moved_again_when_it_is_won() -> None:
    play = paid_in(2)
    contested_second = {"payment_id": "pi_2", "cents": 1_200, "tip_cents": 0}
    play.do(RecordDisputeOpened, **{**OPENED, **contested_second})
    assert to_transfer(play) == [0, -1_200]
    take_back(play, 1_200)
    assert to_transfer(play) == [0, 0]
    play.do(RecordDisputeWon, **CLOSED)
    assert to_transfer(play) == [0, 1_200]
    transfer(play, 1_200, "pi_2", "tr_again")
    assert to_transfer(play) == [0, 0]
    once_more = {"transfer_id": "tr_once_more", "cents": 1_200, "moved_at": example.NOW}
    play.refused(Conflict, RecordTransfer, contribution_id=example.CONTRIBUTION, payment_id="pi_2", **once_more)


def test_a_refund_takes_back_what_had_moved_of_the_payment_it_returns() -> None:
    play = paid_in(2)
    ask_refund(play, cents=1_500, tip_cents=0)
    assert to_transfer(play) == [-300, -1_200]


def test_a_second_dispute_takes_what_the_first_left_of_the_payment() -> None:
    play = paid_in(2)
    play.do(RecordDisputeOpened, **{**OPENED, "cents": 1_000, "tip_cents": 0})
    second = {**OPENED, "dispute_id": "dp_2", "tip_cents": 0}
    play.refused(Conflict, RecordDisputeOpened, **{**second, "cents": 201})
    assert play.decide(RecordDisputeOpened, **{**second, "cents": 200})
    play.do(RecordDisputeLost, **CLOSED)
    play.refused(Conflict, RecordDisputeOpened, **{**second, "cents": 201})
    assert play.decide(RecordDisputeOpened, **{**second, "cents": 1_200, "payment_id": "pi_2"})


def test_a_payment_whose_dispute_was_won_can_be_contested_again() -> None:
    play = contested()
    play.do(RecordDisputeWon, **CLOSED)
    assert play.do(RecordDisputeOpened, **{**OPENED, "dispute_id": "dp_2"})
