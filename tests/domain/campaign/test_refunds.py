"""Money goes back once: in full, by child or the tip alone, never above what was paid or what is available."""

import pytest

from domain.campaign.basket import PlaceContribution
from domain.campaign.disputes.facts import RecordDisputeLost, RecordDisputeOpened
from domain.campaign.payments import RecordCashReceived, RecordTransferReversed
from domain.campaign.refunds import (
    LineAmount,
    RecordRefundFailed,
    RecordRefundSettled,
    RequestRefund,
)
from domain.coop.payouts import RecordPayoutSent, RequestPayout
from domain.errors import (
    AlreadyExists,
    AmountInvalid,
    Conflict,
    InsufficientBalance,
    InvalidInput,
    NotFound,
    ReasonInvalid,
    RefundTooLarge,
)
from domain.events.contribution import TransferReversed
from domain.events.refund import RefundFailed, RefundRequested, RefundSettled
from domain.vocabulary.keys import KeyMissing
from tests.kit import example
from tests.kit.example_events import EXAMPLES
from tests.kit.in_memory_ledger import (
    BASKET,
    CARD_ONLY,
    REFUND,
    InMemoryLedger,
    ask_refund,
    available,
    capture,
    certified,
    child,
    paid,
    paid_in,
    placed,
    published,
    tariff,
    transfer,
)

SETTLED = {"refund_id": example.REFUND, "provider_refund": "re_1", "settled_at": example.NOW}
FAILED = {"refund_id": example.REFUND, "reason": "card_closed", "failed_at": example.NOW}
OTHER = example.uid(7_001)


def line(number: int, cents: int) -> LineAmount:
    """Some cents of one child."""
    return LineAmount(line=number, cents=cents)


def asked(**fields: object) -> InMemoryLedger:
    """The guide's basket, paid, and a refund asked for: of everything by default."""
    ledger = paid()
    ask_refund(ledger, **fields)
    return ledger


def settled(**fields: object) -> InMemoryLedger:
    """The same, given back to the card."""
    ledger = asked(**fields)
    ledger.do(RecordRefundSettled, **SETTLED)
    return ledger


def overdrawn() -> InMemoryLedger:
    """A coop whose money left by a payout before the family contested 10,00 € of it at its bank, and lost."""
    ledger = certified(paid())
    ledger.do(RequestPayout, payout_id=example.PAYOUT, cents=2_400)
    ledger.do(RecordPayoutSent, payout_id=example.PAYOUT, provider_payout="po_1", sent_at=example.NOW)
    dispute = {"dispute_id": "dp_1", "payment_id": example.PAYMENT, "cents": 1_000, "provider_movement": "txn_1"}
    ledger.do(RecordDisputeOpened, **dispute, fee_cents=0, opened_at=example.NOW)
    ledger.do(RecordDisputeLost, dispute_id="dp_1", closed_at=example.NOW)
    return ledger


def held(ledger: InMemoryLedger) -> list[int]:
    """What each child's line holds."""
    return [one.held for one in ledger.campaign.contribution(example.CONTRIBUTION).lines.values()]


def test_a_full_refund_is_set_aside_until_it_is_settled() -> None:
    ledger = asked()
    event = ledger.events[-1]
    assert isinstance(event, RefundRequested)
    assert [(share.line, share.cents, share.balance) for share in event.shares] == [(1, 1_200, 0), (2, 1_200, 0)]
    assert available(ledger) == "0,00\u00a0€"
    assert held(ledger) == [1_200, 1_200]
    (done,) = ledger.do(RecordRefundSettled, **SETTLED)
    assert isinstance(done, RefundSettled)
    assert (done.cents, done.tip_cents) == (2_400, 192)
    assert held(ledger) == [0, 0]


def test_a_partial_refund_is_spread_over_what_each_child_holds() -> None:
    ledger = asked(cents=1_001, tip_cents=0)
    event = ledger.events[-1]
    assert isinstance(event, RefundRequested)
    assert [(share.line, share.cents) for share in event.shares] == [(1, 501), (2, 500)]


def test_10_euros_back_over_children_of_20_and_2_euros_are_909_and_91_cents() -> None:
    family = (child(1, "CPa"), child(2, "CE1", tariff_id="t2"))
    ledger = placed(tariff(2_000), tariff(200, tariff_id="t2"), children=family)
    capture(ledger, cents=2_200)
    ask_refund(ledger, cents=1_000, tip_cents=0)
    event = ledger.events[-1]
    assert isinstance(event, RefundRequested)
    assert [(share.line, share.cents, share.balance) for share in event.shares] == [(1, 909, 1_091), (2, 91, 109)]


def test_a_refund_of_one_child_leaves_the_other_alone() -> None:
    ledger = settled(cents=1_200, tip_cents=0, by_line=(line(2, 1_200),))
    assert held(ledger) == [1_200, 0]


def test_a_refund_of_the_tip_alone_leaves_the_coop_alone() -> None:
    ledger = settled(cents=0)
    assert available(ledger) == "24,00\u00a0€"
    assert held(ledger) == [1_200, 1_200]
    assert ledger.campaign.contribution(example.CONTRIBUTION).tip_held == 0


def test_the_tip_goes_back_even_when_the_coop_has_less_than_nothing() -> None:
    ledger = overdrawn()
    assert available(ledger) == "−10,00\u00a0€"
    ledger.refused(InsufficientBalance, RequestRefund, **{**REFUND, "cents": 1})
    assert ledger.do(RequestRefund, **{**REFUND, "cents": 0})


@pytest.mark.parametrize("wrong", [{"cents": 2_401}, {"tip_cents": 193}, {"cents": 0, "tip_cents": 193}])
def test_no_more_than_what_was_paid_goes_back(wrong: dict[str, int]) -> None:
    refusal = paid().refused(RefundTooLarge, RequestRefund, **{**REFUND, **wrong})
    assert "24,00\u00a0€" in refusal.french


def test_no_more_than_what_was_paid_less_what_was_refunded_goes_back() -> None:
    for ledger in (asked(cents=2_000, tip_cents=100), settled(cents=2_000, tip_cents=100)):
        ledger.refused(RefundTooLarge, RequestRefund, **{**REFUND, "refund_id": OTHER, "cents": 401, "tip_cents": 0})
        ledger.refused(RefundTooLarge, RequestRefund, **{**REFUND, "refund_id": OTHER, "cents": 0, "tip_cents": 93})
        assert ledger.decide(RequestRefund, **{**REFUND, "refund_id": OTHER, "cents": 400, "tip_cents": 92})


def test_no_more_than_what_a_child_holds_goes_back_for_it() -> None:
    by_line = (line(1, 1_201),)
    refusal = paid().refused(RefundTooLarge, RequestRefund, **{**REFUND, "cents": 1_201, "by_line": by_line})
    assert "12,00\u00a0€" in refusal.french


@pytest.mark.parametrize(
    "by_line",
    [
        (line(1, 1_000),),
        (line(1, 600), line(1, 600)),
        (line(3, 1_200),),
        (line(1, 1_200), line(2, 1)),
    ],
)
def test_lines_that_do_not_make_the_amount_are_refused(by_line: tuple[LineAmount, ...]) -> None:
    paid().refused(InvalidInput, RequestRefund, **{**REFUND, "cents": 1_200, "by_line": by_line})


def test_amounts_below_nothing_are_refused() -> None:
    ledger = paid()
    ledger.refused(AmountInvalid, RequestRefund, **{**REFUND, "cents": -1})
    ledger.refused(AmountInvalid, RequestRefund, **{**REFUND, "tip_cents": -1})
    ledger.refused(AmountInvalid, RequestRefund, **{**REFUND, "cents": 1_200, "by_line": (line(1, 1_200), line(2, 0))})


def test_a_refund_of_nothing_or_without_reason_is_refused() -> None:
    paid().refused(InvalidInput, RequestRefund, **{**REFUND, "cents": 0, "tip_cents": 0})
    for words in (" ", "Départ de la famille Martin"):
        paid().refused(ReasonInvalid, RequestRefund, **{**REFUND, "reason": words})


def test_as_much_of_the_tip_as_of_the_contribution_may_go_back() -> None:
    assert paid().do(RequestRefund, **{**REFUND, "cents": 192, "tip_cents": 192})


def test_no_more_than_what_the_coop_has_left_goes_back() -> None:
    ledger = certified(paid())
    ledger.do(RequestPayout, payout_id=example.PAYOUT, cents=1_401)
    refusal = ledger.refused(InsufficientBalance, RequestRefund, **{**REFUND, "cents": 1_000})
    assert "9,99\u00a0€" in refusal.french
    assert ledger.do(RequestRefund, **{**REFUND, "cents": 999})


def test_nothing_goes_back_that_was_not_paid() -> None:
    placed().refused(RefundTooLarge, RequestRefund, **{**REFUND, "cents": 1, "tip_cents": 0})
    published().refused(NotFound, RequestRefund, **REFUND)


def test_a_contribution_in_cash_is_not_refunded_to_a_card() -> None:
    ledger = published()
    ledger.do(PlaceContribution, **{**BASKET, "tip_cents": 0}, means="cash", desk=True)
    cash = {"slip": "B-1", "cents": 2_400, "paid_at": example.NOW, "policy": CARD_ONLY}
    ledger.do(RecordCashReceived, contribution_id=example.CONTRIBUTION, **cash)
    ledger.refused(Conflict, RequestRefund, **{**REFUND, "tip_cents": 0})


def test_a_contested_contribution_is_not_refunded() -> None:
    ledger = paid()
    dispute = {"dispute_id": "dp_1", "payment_id": example.PAYMENT, "cents": 1_200, "provider_movement": "txn_1"}
    ledger.do(RecordDisputeOpened, **dispute, fee_cents=0, opened_at=example.NOW)
    ledger.refused(Conflict, RequestRefund, **{**REFUND, "cents": 1, "tip_cents": 0})


def test_a_refund_is_asked_once() -> None:
    asked(cents=1).refused(AlreadyExists, RequestRefund, **{**REFUND, "cents": 1})


def test_a_refund_that_another_campaign_of_the_coop_reserved_is_not_asked_again() -> None:
    ledger = paid()
    elsewhere = EXAMPLES[RefundRequested]
    ledger.funds.apply(elsewhere)
    ledger.refused(AlreadyExists, RequestRefund, **{**REFUND, "cents": 1})
    assert ledger.do(RequestRefund, **{**REFUND, "refund_id": OTHER, "cents": 1})


def to_transfer(ledger: InMemoryLedger) -> int:
    """What is still to move to the coop's account at the provider; negative: to be taken back."""
    return ledger.campaign.contribution(example.CONTRIBUTION).to_transfer(example.PAYMENT)


def test_money_that_had_moved_to_the_coop_is_taken_back_as_soon_as_a_refund_is_asked_and_no_more() -> None:
    ledger = paid()
    transfer(ledger, 1_000)
    assert to_transfer(ledger) == 1_400
    ask_refund(ledger, cents=1_500, tip_cents=0)
    assert to_transfer(ledger) == -100
    moved = {"transfer_id": f"tr_{example.PAYMENT}", "reversal_id": "trr_1", "moved_at": example.NOW}
    of = {"contribution_id": example.CONTRIBUTION, "payment_id": example.PAYMENT}
    ledger.refused(NotFound, RecordTransferReversed, **of, **{**moved, "transfer_id": "tr_0"}, cents=100)
    (event,) = ledger.do(RecordTransferReversed, **of, **moved, cents=100)
    assert isinstance(event, TransferReversed)
    assert ledger.does_nothing(RecordTransferReversed, **of, **moved, cents=100)
    assert to_transfer(ledger) == 0
    ledger.do(RecordRefundFailed, refund_id=example.REFUND, reason="x", failed_at=example.NOW)
    assert to_transfer(ledger) == 1_500


def test_a_refund_goes_back_to_the_payments_that_brought_the_money_the_latest_first() -> None:
    ledger = paid_in(3)
    ask_refund(ledger, cents=1_500, tip_cents=192)
    first, second, third = (event for event in ledger.events if isinstance(event, RefundRequested))
    assert (first.refund_id, first.payment_id, first.cents, first.tip_cents) == (example.REFUND, "pi_3", 800, 0)
    assert (second.payment_id, second.cents) == ("pi_2", 700)
    assert [(share.line, share.cents) for share in first.shares] == [(1, 400), (2, 400)]
    assert [(share.line, share.cents) for share in second.shares] == [(1, 350), (2, 350)]
    assert (third.payment_id, third.cents, third.tip_cents, third.shares) == ("pi_1", 0, 192, ())
    assert len({first.refund_id, second.refund_id, third.refund_id}) == 3


def test_a_refund_is_settled_once() -> None:
    ledger = settled()
    assert ledger.does_nothing(RecordRefundSettled, **SETTLED)
    ledger.refused(Conflict, RecordRefundSettled, **{**SETTLED, "provider_refund": "re_2"})


def test_a_settlement_without_reference_is_no_settlement() -> None:
    asked().refused(KeyMissing, RecordRefundSettled, **{**SETTLED, "provider_refund": ""})


def test_a_refund_that_nobody_asked_for_is_not_found() -> None:
    paid().refused(NotFound, RecordRefundSettled, **SETTLED)
    paid().refused(NotFound, RecordRefundFailed, **FAILED)


def test_a_refund_that_fails_before_settlement_is_available_again() -> None:
    ledger = asked()
    (event,) = ledger.do(RecordRefundFailed, **FAILED)
    assert isinstance(event, RefundFailed)
    assert not event.was_settled
    assert available(ledger) == "24,00\u00a0€"
    assert ledger.does_nothing(RecordRefundFailed, **FAILED)
    ledger.refused(Conflict, RecordRefundSettled, **SETTLED)
    assert ledger.do(RequestRefund, **{**REFUND, "refund_id": OTHER})


def test_a_refund_that_fails_after_settlement_is_owed_and_not_asked_again() -> None:
    ledger = settled()
    (event,) = ledger.do(RecordRefundFailed, **FAILED)
    assert isinstance(event, RefundFailed)
    assert event.was_settled
    assert (available(ledger), to_transfer(ledger)) == ("25,92\u00a0€", 2_592)
    assert ledger.does_nothing(RecordRefundFailed, **FAILED)
    assert ledger.does_nothing(RecordRefundSettled, **SETTLED)
    ledger.refused(RefundTooLarge, RequestRefund, **{**REFUND, "refund_id": OTHER})
