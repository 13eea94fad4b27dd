"""A contested payment is blocked, then given back or lost; what is lost was never paid after all."""

import pytest

from domain.campaign.basket import CorrectContribution
from domain.campaign.disputes import RecordDisputeLost, RecordDisputeOpened, RecordDisputeWon
from domain.campaign.payments import RecordTransferReversed
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
    """The guide's basket, paid, transferred and contested: all of it by default."""
    ledger = paid()
    transfer(ledger)
    ledger.do(RecordDisputeOpened, **{**OPENED, **fields})
    return ledger


def held(ledger: InMemoryLedger) -> list[int]:
    """What each child's line holds."""
    return [line.held for line in ledger.campaign.contribution(example.CONTRIBUTION).lines.values()]


def test_a_contested_payment_is_blocked_and_still_held() -> None:
    ledger = contested()
    event = ledger.events[-1]
    assert isinstance(event, DisputeOpened)
    assert (event.cents, event.tip_cents, event.fee_cents) == (2_400, 192, 2_000)
    assert [(share.line, share.cents, share.balance) for share in event.shares] == [
        (1, 1_200, 1_200),
        (2, 1_200, 1_200),
    ]
    assert available(ledger) == "0,00\u00a0€"
    assert ledger.campaign.contribution(example.CONTRIBUTION).disputed


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
    ledger = paid()
    ask_refund(ledger, cents=1_000, tip_cents=100)
    ledger.refused(Conflict, RecordDisputeOpened, **{**OPENED, "cents": 1_401, "tip_cents": 0})
    ledger.refused(Conflict, RecordDisputeOpened, **{**OPENED, "cents": 0, "tip_cents": 93})
    ledger.do(RecordRefundSettled, refund_id=example.REFUND, provider_refund="re_1", settled_at=example.NOW)
    ledger.refused(Conflict, RecordDisputeOpened, **{**OPENED, "cents": 1_401, "tip_cents": 0})
    assert ledger.do(RecordDisputeOpened, **{**OPENED, "cents": 1_400, "tip_cents": 92})


def test_a_dispute_of_the_tip_alone_leaves_the_coop_alone() -> None:
    ledger = contested(cents=0)
    assert available(ledger) == "24,00\u00a0€"
    ledger.do(RecordDisputeLost, **CLOSED)
    assert available(ledger) == "24,00\u00a0€"
    assert ledger.campaign.contribution(example.CONTRIBUTION).tip_held == 0


def test_a_dispute_that_is_won_makes_the_money_available_again() -> None:
    ledger = contested()
    (event,) = ledger.do(RecordDisputeWon, **CLOSED)
    assert isinstance(event, DisputeWon)
    assert (event.cents, event.tip_cents) == (2_400, 192)
    assert available(ledger) == "24,00\u00a0€"
    assert held(ledger) == [1_200, 1_200]
    assert ledger.does_nothing(RecordDisputeWon, **CLOSED)
    ledger.refused(Conflict, RecordDisputeLost, **CLOSED)
    assert ledger.do(RequestRefund, **REFUND)


def test_a_dispute_that_is_lost_leaves_nothing_to_refund() -> None:
    ledger = contested()
    (event,) = ledger.do(RecordDisputeLost, **CLOSED)
    assert isinstance(event, DisputeLost)
    assert [(share.class_code, share.cents, share.balance) for share in event.shares] == [
        ("CPA", 1_200, 0),
        ("CE1", 1_200, 0),
    ]
    assert held(ledger) == [0, 0]
    assert ledger.does_nothing(RecordDisputeLost, **CLOSED)
    ledger.refused(Conflict, RecordDisputeWon, **CLOSED)
    ledger.refused(RefundTooLarge, RequestRefund, **{**REFUND, "cents": 1, "tip_cents": 0})


def test_a_contested_child_is_corrected_only_after_the_outcome() -> None:
    ledger = contested()
    correction = {"line": 1, "class_label": "CE2", "tariff_id": "t1", "reason": "mistake"}
    ledger.refused(Conflict, CorrectContribution, contribution_id=example.CONTRIBUTION, **correction)
    ledger.do(RecordDisputeWon, **CLOSED)
    assert ledger.do(CorrectContribution, contribution_id=example.CONTRIBUTION, **correction)


def to_transfer(ledger: InMemoryLedger) -> list[int]:
    """What is still to move to the coop's account for each payment; negative: to be taken back."""
    contribution = ledger.campaign.contribution(example.CONTRIBUTION)
    return [contribution.to_transfer(payment_id) for payment_id in contribution.payments]


def take_back(ledger: InMemoryLedger, cents: int, payment_id: str = "pi_2") -> None:
    """Money of a payment comes back from the coop's account."""
    moved = {"transfer_id": f"tr_{payment_id}", "reversal_id": f"trr_{payment_id}", "moved_at": example.NOW}
    ledger.do(RecordTransferReversed, contribution_id=example.CONTRIBUTION, payment_id=payment_id, cents=cents, **moved)


def test_a_contested_payment_is_taken_back_and_moved_again_when_it_is_won() -> None:
    ledger = paid_in(2)
    contested_second = {"payment_id": "pi_2", "cents": 1_200, "tip_cents": 0}
    ledger.do(RecordDisputeOpened, **{**OPENED, **contested_second})
    assert to_transfer(ledger) == [0, -1_200]
    take_back(ledger, 1_200)
    assert to_transfer(ledger) == [0, 0]
    ledger.do(RecordDisputeWon, **CLOSED)
    assert to_transfer(ledger) == [0, 1_200]
    transfer(ledger, 1_200, "pi_2", "tr_again")
    assert to_transfer(ledger) == [0, 0]


def test_a_refund_takes_back_what_had_moved_of_the_payment_it_returns() -> None:
    ledger = paid_in(2)
    ask_refund(ledger, cents=1_500, tip_cents=0)
    assert to_transfer(ledger) == [-300, -1_200]


def test_a_second_dispute_takes_what_the_first_left_of_the_payment() -> None:
    ledger = paid_in(2)
    ledger.do(RecordDisputeOpened, **{**OPENED, "cents": 1_000, "tip_cents": 0})
    second = {**OPENED, "dispute_id": "dp_2", "tip_cents": 0}
    ledger.refused(Conflict, RecordDisputeOpened, **{**second, "cents": 201})
    assert ledger.decide(RecordDisputeOpened, **{**second, "cents": 200})
    ledger.do(RecordDisputeLost, **CLOSED)
    ledger.refused(Conflict, RecordDisputeOpened, **{**second, "cents": 201})
    assert ledger.decide(RecordDisputeOpened, **{**second, "cents": 1_200, "payment_id": "pi_2"})


def test_a_payment_whose_dispute_was_won_can_be_contested_again() -> None:
    ledger = contested()
    ledger.do(RecordDisputeWon, **CLOSED)
    assert ledger.do(RecordDisputeOpened, **{**OPENED, "dispute_id": "dp_2"})
