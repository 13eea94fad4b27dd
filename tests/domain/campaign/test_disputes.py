"""A contested payment is blocked, then given back or lost, in any parts; whatever a bank does is a fact, never refused.

The guide's basket: 24,00 € of two children, and 1,92 € of tip.
"""

from typing import Any, Final
from uuid import UUID

from domain.campaign.basket import CorrectContribution
from domain.campaign.contribution import Contribution
from domain.campaign.disputes.dispute import DisputeStatus
from domain.campaign.disputes.explanation import ClearDispute
from domain.campaign.disputes.facts import RecordDisputeLost, RecordDisputeOpened, RecordDisputeWon
from domain.campaign.held.explained import SettleReturnedRefund
from domain.campaign.payments import (
    RecordTransferReversed,
)
from domain.campaign.refunds import RecordExternalRefund, RecordRefundFailed, RecordRefundSettled, RequestRefund
from domain.chart_of_accounts import Account
from domain.errors import (
    AmountInvalid,
    Conflict,
    NotFound,
    RefundTooLarge,
)
from domain.events.dispute import DisputeLost, DisputeOpened, DisputeWon, LostDisputeReinstated
from domain.journal import postings
from tests.kit import example
from tests.kit.in_memory_ledger import REFUND, InMemoryLedger, ask_refund, available, paid, paid_in, transfer

ALL: Final = 2_592
OPENED = {
    "dispute_id": example.DISPUTE,
    "provider_movement": "txn_1",
    "payment_id": example.PAYMENT,
    "cents": ALL,
    "fee_cents": 2_000,
    "opened_at": example.NOW,
}
BACK = {
    "dispute_id": example.DISPUTE,
    "provider_movement": "txn_2",
    "cents": ALL,
    "fee_cents": 0,
    "closed_at": example.NOW,
}
CLOSED = {"dispute_id": example.DISPUTE, "closed_at": example.NOW}
SETTLED = {"refund_id": example.REFUND, "provider_refund": "re_1", "settled_at": example.NOW}
CONTRIBUTION: Final = {"contribution_id": example.CONTRIBUTION}
CLEARED: Final[dict[str, Any]] = {
    "dispute_id": example.DISPUTE,
    "account": "goodwill",
    "approvers": ("ad-1", "ad-2"),
    "reason": "dispute_cost",
}


def contested(**fields: object) -> InMemoryLedger:
    """The guide's basket, paid, transferred and contested: all of it by default."""
    ledger = paid()
    transfer(ledger)
    ledger.do(RecordDisputeOpened, **{**OPENED, **fields})
    return ledger


def refunded(cents: int, tip_cents: int = 0) -> InMemoryLedger:
    """The guide's basket, of which some went back to the card."""
    ledger = paid()
    ask_refund(ledger, cents=cents, tip_cents=tip_cents)
    ledger.do(RecordRefundSettled, **SETTLED)
    return ledger


def of(ledger: InMemoryLedger) -> Contribution:
    """The contested contribution."""
    return ledger.campaign.contribution(example.CONTRIBUTION)


def held(ledger: InMemoryLedger) -> list[int]:
    """What each child's line holds."""
    return [line.held for line in of(ledger).lines.values()]


def balance(ledger: InMemoryLedger, account: Account) -> int:
    """Debits less credits of an account."""
    legs = [leg for event in ledger.events for leg in postings(event) if leg.account is account]
    return sum(leg.debit - leg.credit for leg in legs)


def nothing_pending(ledger: InMemoryLedger) -> None:
    """Nothing is blocked, contested or in suspense."""
    for account in (Account.SUSPENSE, Account.DISPUTES_PENDING, Account.ONLINE_BLOCKED, Account.DUE_TO_COOP_BLOCKED):
        assert balance(ledger, account) == 0, account


def test_a_contested_payment_is_blocked_and_still_held() -> None:
    ledger = contested()
    event = ledger.events[-1]
    assert isinstance(event, DisputeOpened)
    assert (event.cents, event.tip_cents, event.suspense_cents, event.fee_cents) == (2_400, 192, 0, 2_000)
    assert [(share.line, share.cents, share.balance) for share in event.shares] == [
        (1, 1_200, 1_200),
        (2, 1_200, 1_200),
    ]
    assert available(ledger) == "0,00\u00a0€"
    assert of(ledger).disputed


def test_a_movement_is_recorded_once() -> None:
    ledger = contested()
    assert ledger.does_nothing(RecordDisputeOpened, **OPENED)
    ledger.do(RecordDisputeWon, **BACK)
    assert ledger.does_nothing(RecordDisputeOpened, **OPENED)
    assert ledger.does_nothing(RecordDisputeWon, **BACK)


def test_a_dispute_on_an_unknown_payment_is_not_found() -> None:
    paid().refused(NotFound, RecordDisputeOpened, **{**OPENED, "payment_id": "pi_9"})
    paid().refused(NotFound, RecordDisputeWon, **BACK)
    paid().refused(NotFound, RecordDisputeLost, **CLOSED)
    paid().refused(NotFound, ClearDispute, **CLEARED)


def test_an_amount_below_nothing_is_no_fact() -> None:
    paid().refused(AmountInvalid, RecordDisputeOpened, **{**OPENED, "cents": -1})
    contested().refused(AmountInvalid, RecordDisputeWon, **{**BACK, "cents": -1})


def test_a_dispute_of_a_part_takes_the_coops_money_before_the_tip() -> None:
    (event,) = paid().decide(RecordDisputeOpened, **{**OPENED, "cents": 2_450})
    assert isinstance(event, DisputeOpened)
    assert (event.cents, event.tip_cents) == (2_400, 50)


def test_a_dispute_that_is_won_makes_the_money_available_again() -> None:
    ledger = contested()
    (event,) = ledger.do(RecordDisputeWon, **BACK)
    assert isinstance(event, DisputeWon)
    assert (event.cents, event.tip_cents) == (2_400, 192)
    assert available(ledger) == "24,00\u00a0€"
    assert held(ledger) == [1_200, 1_200]
    assert ledger.does_nothing(RecordDisputeLost, **CLOSED)
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
    ledger.refused(RefundTooLarge, RequestRefund, **{**REFUND, "cents": 1, "tip_cents": 0})


def test_a_dispute_lost_and_then_won_pays_the_contribution_again() -> None:
    ledger = contested()
    ledger.do(RecordDisputeLost, **CLOSED)
    (event,) = ledger.do(RecordDisputeWon, **{**BACK, "fee_cents": -1_500})
    assert isinstance(event, LostDisputeReinstated)
    assert [(share.class_code, share.cents, share.balance) for share in event.shares] == [
        ("CPA", 1_200, 1_200),
        ("CE1", 1_200, 1_200),
    ]
    assert (event.cents, event.tip_cents, event.fee_cents) == (2_400, 192, -1_500)
    assert held(ledger) == [1_200, 1_200]
    assert of(ledger).tip_held == 192
    assert available(ledger) == "24,00\u00a0€"
    assert of(ledger).disputes[example.DISPUTE].status is DisputeStatus.WON
    assert balance(ledger, Account.DISPUTE_FEES) == 500
    nothing_pending(ledger)
    assert ledger.do(RequestRefund, **REFUND)


def test_a_bank_may_change_its_mind_as_often_as_it_likes() -> None:
    ledger = contested()
    for turn in range(3):
        ledger.do(RecordDisputeWon, **{**BACK, "provider_movement": f"txn_won_{turn}"})
        assert held(ledger) == [1_200, 1_200]
        ledger.do(RecordDisputeOpened, **{**OPENED, "provider_movement": f"txn_again_{turn}", "fee_cents": 0})
        assert of(ledger).disputed
        ledger.do(RecordDisputeLost, **CLOSED)
        assert held(ledger) == [0, 0]
        nothing_pending(ledger)


def test_only_what_is_given_back_is_held_again_and_the_rest_is_lost() -> None:
    ledger = contested()
    ledger.do(RecordDisputeWon, **{**BACK, "cents": 801})
    assert balance(ledger, Account.ONLINE_BLOCKED) == 1_599
    assert of(ledger).disputed
    (lost,) = ledger.do(RecordDisputeLost, **CLOSED)
    assert isinstance(lost, DisputeLost)
    assert (lost.cents, lost.tip_cents) == (1_599, 192)
    assert held(ledger) == [401, 400]
    assert available(ledger) == "8,01\u00a0€"
    nothing_pending(ledger)
    ledger.do(RecordDisputeWon, **{**BACK, "provider_movement": "txn_3", "cents": 1_791})
    assert held(ledger) == [1_200, 1_200]
    assert of(ledger).tip_held == 192


def test_one_movement_may_give_back_what_is_contested_and_what_was_lost() -> None:
    ledger = contested(cents=1_000)
    ledger.do(RecordDisputeLost, **CLOSED)
    ledger.do(RecordDisputeOpened, **{**OPENED, "provider_movement": "txn_more", "cents": 600, "fee_cents": 0})
    won, again = ledger.do(RecordDisputeWon, **{**BACK, "cents": 1_600, "fee_cents": -100})
    assert isinstance(won, DisputeWon)
    assert isinstance(again, LostDisputeReinstated)
    assert (won.cents, won.fee_cents, again.cents, again.fee_cents) == (600, -100, 1_000, 0)
    assert held(ledger) == [1_200, 1_200]
    nothing_pending(ledger)


def test_a_contested_child_is_corrected_only_after_the_outcome() -> None:
    ledger = contested()
    correction = {"line": 1, "class_label": "CE2", "tariff_id": "t1", "reason": "mistake"}
    ledger.refused(Conflict, CorrectContribution, contribution_id=example.CONTRIBUTION, **correction)
    ledger.do(RecordDisputeWon, **BACK)
    assert ledger.do(CorrectContribution, contribution_id=example.CONTRIBUTION, **correction)


def to_transfer(ledger: InMemoryLedger) -> list[int]:
    """What is still to move to the coop's account for each payment; negative: to be taken back."""
    return [of(ledger).to_transfer(payment_id) for payment_id in of(ledger).payments]


def take_back(ledger: InMemoryLedger, cents: int, payment_id: str = "pi_2") -> None:
    """Money of a payment comes back from the coop's account."""
    moved = {"transfer_id": f"tr_{payment_id}", "reversal_id": f"trr_{payment_id}", "moved_at": example.NOW}
    ledger.do(RecordTransferReversed, contribution_id=example.CONTRIBUTION, payment_id=payment_id, cents=cents, **moved)


def test_a_contested_payment_is_taken_back_and_moved_again_when_it_is_won() -> None:
    ledger = paid_in(2)
    ledger.do(RecordDisputeOpened, **{**OPENED, "payment_id": "pi_2", "cents": 1_200})
    assert to_transfer(ledger) == [0, -1_200]
    take_back(ledger, 1_200)
    assert to_transfer(ledger) == [0, 0]
    ledger.do(RecordDisputeLost, **CLOSED)
    assert to_transfer(ledger) == [0, 0]
    ledger.do(RecordDisputeWon, **{**BACK, "cents": 500})
    assert to_transfer(ledger) == [0, 500]
    transfer(ledger, 500, "pi_2", "tr_again")
    assert to_transfer(ledger) == [0, 0]


def test_a_refund_takes_back_what_had_moved_of_the_payment_it_returns() -> None:
    ledger = paid_in(2)
    ask_refund(ledger, cents=1_500, tip_cents=0)
    assert to_transfer(ledger) == [-300, -1_200]


def test_nothing_more_is_taken_back_than_lies_at_the_coop() -> None:
    ledger = paid()
    transfer(ledger)
    made = {"payment_id": example.PAYMENT, "cents": 1_300, "settled_at": example.NOW}
    first, second = UUID(int=901), UUID(int=902)
    ledger.do(RecordExternalRefund, **made, refund_id=first, provider_refund="re_1")
    ledger.do(RecordExternalRefund, **made, refund_id=second, provider_refund="re_2")
    ledger.do(RecordRefundFailed, refund_id=first, reason="unknown", failed_at=example.NOW)
    ledger.do(RecordDisputeOpened, **OPENED)
    assert to_transfer(ledger) == [-2_400]
    moved = {"transfer_id": f"tr_{example.PAYMENT}", "reversal_id": "trr_1", "moved_at": example.NOW}
    ledger.do(RecordTransferReversed, **CONTRIBUTION, payment_id=example.PAYMENT, cents=2_400, **moved)
    assert to_transfer(ledger) == [0]
    # What came back paid for nothing: the second refund was the claim's. Its money left the platform, the coop owes it.
    ledger.do(SettleReturnedRefund, refund_id=first, made_id=second)
    assert to_transfer(ledger) == [0]


def test_a_dispute_of_one_instalment_takes_nothing_of_another() -> None:
    ledger = paid_in(2)
    ask_refund(ledger, cents=1_200, tip_cents=0)
    ledger.do(RecordRefundSettled, **SETTLED)
    (event,) = ledger.do(RecordDisputeOpened, **{**OPENED, "payment_id": "pi_2", "cents": 1_200})
    assert isinstance(event, DisputeOpened)
    assert (event.cents, event.tip_cents, event.suspense_cents) == (0, 0, 1_200)
    assert sum(held(ledger)) == 1_200


def test_a_second_dispute_takes_what_the_first_left_of_the_payment() -> None:
    ledger = paid_in(2)
    ledger.do(RecordDisputeOpened, **{**OPENED, "payment_id": "pi_2", "cents": 1_000})
    second = {**OPENED, "dispute_id": "dp_2", "provider_movement": "txn_9"}
    (event,) = ledger.do(RecordDisputeOpened, **{**second, "payment_id": "pi_2", "cents": 500})
    assert isinstance(event, DisputeOpened)
    assert (event.cents, event.suspense_cents) == (200, 300)
    other = {"dispute_id": "dp_3", "provider_movement": "txn_10"}
    (event,) = ledger.decide(RecordDisputeOpened, **{**OPENED, **other, "cents": 1_200})
    assert isinstance(event, DisputeOpened)
    assert (event.cents, event.suspense_cents) == (1_200, 0)


def test_a_payment_whose_dispute_was_won_can_be_contested_again() -> None:
    ledger = contested()
    ledger.do(RecordDisputeWon, **BACK)
    (event,) = ledger.do(RecordDisputeOpened, **{**OPENED, "dispute_id": "dp_2", "provider_movement": "txn_9"})
    assert isinstance(event, DisputeOpened)
    assert event.suspense_cents == 0
