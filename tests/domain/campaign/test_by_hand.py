"""What a coop itself pays a family leaves the account it was paid from, once, on a day that is possible."""

from datetime import date

import pytest

from domain.campaign.basket import AbandonContribution
from domain.campaign.by_hand.cash import CorrectCashSlip, ReturnCash
from domain.campaign.by_hand.refunds import PayRefundOutOfBand, RepayFailedRefund, WithdrawPaymentToFamily
from domain.campaign.disputes.facts import RecordDisputeOpened
from domain.campaign.payments import RecordCashReceived
from domain.campaign.refunds import LineAmount, RecordRefundFailed, RecordRefundSettled
from domain.chart_of_accounts import Account
from domain.coop.by_hand.deposits import DepositCash
from domain.coop.payouts import RecordPayoutSent, RequestPayout
from domain.errors import (
    AlreadyExists,
    AmountInvalid,
    CashBoxTooLow,
    Conflict,
    DayOutOfRange,
    InvalidInput,
    NotFound,
    ReasonInvalid,
    ReferenceInvalid,
    RefundByCard,
    RefundTooLarge,
)
from domain.events.by_hand.cash import CashReturned, CashSlipCorrected
from domain.events.by_hand.refund import FailedRefundRepaid, PaymentToFamilyWithdrawn, RefundPaidOutOfBand
from domain.journal import postings
from tests.kit import example
from tests.kit.in_memory_ledger import CASH, InMemoryLedger, ask_refund, available, certified, in_cash, paid, placed

TODAY = example.NOW.date()
TOMORROW, DAY_BEFORE = date(2024, 6, 24), date(2024, 6, 22)
REPAY = {"refund_id": example.REFUND, "means": "cheque", "paid_on": TODAY}
BY_HAND = {
    "refund_id": example.REFUND,
    "contribution_id": example.CONTRIBUTION,
    "cents": 1_000,
    "means": "transfer",
    "paid_on": TODAY,
    "reason": "child_left",
}
RETURN = {
    "refund_id": example.REFUND,
    "contribution_id": example.CONTRIBUTION,
    "slip": "B-2",
    "cents": 1_000,
    "returned_on": TODAY,
    "reason": "child_left",
}
CORRECT = {"slip": "B-1", "cents": 240, "reason": "mistake"}
WITHDRAW = {"refund_id": example.REFUND, "reason": "mistake"}
OTHER = example.uid(7_001)


def balance(ledger: InMemoryLedger, account: Account) -> int:
    """What the events of a ledger left on an account."""
    legs = [leg for event in ledger.events for leg in postings(event) if leg.account is account]
    return sum(leg.debit - leg.credit for leg in legs)


def held(ledger: InMemoryLedger) -> list[int]:
    """What each child's line holds."""
    return [one.held for one in ledger.campaign.contribution(example.CONTRIBUTION).lines.values()]


def came_back() -> InMemoryLedger:
    """The guide's basket given back to its card, tip included, from which it came back."""
    ledger = paid()
    ask_refund(ledger)
    ledger.do(RecordRefundSettled, refund_id=example.REFUND, provider_refund="re_1", settled_at=example.NOW)
    ledger.do(RecordRefundFailed, refund_id=example.REFUND, reason="card_closed", failed_at=example.NOW)
    return ledger


def paid_out() -> InMemoryLedger:
    """The guide's basket, all of it paid out."""
    ledger = certified(paid())
    ledger.do(RequestPayout, payout_id=example.PAYOUT, cents=2_400)
    ledger.do(RecordPayoutSent, payout_id=example.PAYOUT, provider_payout="po_1", sent_at=example.NOW)
    return ledger


class TestWhatCameBackFromACard:
    """25,92 €, of which 1,92 € of tip: online again, and owed to the family."""

    def test_is_a_debt_until_the_coop_has_paid_it_from_its_bank(self) -> None:
        ledger = came_back()
        assert (balance(ledger, Account.ONLINE), balance(ledger, Account.DUE_TO_FAMILIES)) == (2_592, -2_592)
        (event,) = ledger.do(RepayFailedRefund, **REPAY)
        assert isinstance(event, FailedRefundRepaid)
        assert (event.cents, event.tip_cents) == (2_400, 192)
        assert (balance(ledger, Account.DUE_TO_FAMILIES), balance(ledger, Account.BANK)) == (0, -2_592)
        assert available(ledger) == "25,92\u00a0€"
        assert ledger.does_nothing(RepayFailedRefund, **REPAY)

    def test_is_paid_in_cash_from_what_the_cash_box_holds(self) -> None:
        ledger = came_back()
        refusal = ledger.refused(CashBoxTooLow, RepayFailedRefund, **{**REPAY, "means": "cash"})
        assert "0,00\u00a0€" in refusal.french
        ledger.funds.cash.add(TODAY, 2_592)
        ledger.do(RepayFailedRefund, **{**REPAY, "means": "cash"})
        assert (balance(ledger, Account.CASH), balance(ledger, Account.BANK)) == (-2_592, 0)

    def test_is_not_repaid_before_it_came_back_or_by_other_means_or_on_another_day(self) -> None:
        never_left = paid()
        ask_refund(never_left)
        never_left.refused(Conflict, RepayFailedRefund, **REPAY)
        never_left.do(RecordRefundFailed, refund_id=example.REFUND, reason="x", failed_at=example.NOW)
        never_left.refused(Conflict, RepayFailedRefund, **REPAY)
        ledger = came_back()
        ledger.refused(InvalidInput, RepayFailedRefund, **{**REPAY, "means": "gold"})
        ledger.refused(NotFound, RepayFailedRefund, **{**REPAY, "refund_id": OTHER})
        for day in (TOMORROW, DAY_BEFORE):
            ledger.refused(DayOutOfRange, RepayFailedRefund, **{**REPAY, "paid_on": day})

    def test_is_owed_again_when_it_was_not_paid_after_all(self) -> None:
        ledger = came_back()
        ledger.do(RepayFailedRefund, **REPAY)
        (event,) = ledger.do(WithdrawPaymentToFamily, **WITHDRAW)
        assert isinstance(event, PaymentToFamilyWithdrawn)
        assert (event.cents, event.shares) == (2_592, ())
        assert (balance(ledger, Account.DUE_TO_FAMILIES), balance(ledger, Account.BANK)) == (-2_592, 0)
        assert ledger.does_nothing(WithdrawPaymentToFamily, **WITHDRAW)
        assert ledger.do(RepayFailedRefund, **{**REPAY, "means": "transfer"})


class TestARefundByTheCoopItself:
    """Of 10,00 € from a basket whose money is not online any more."""

    def test_is_given_by_the_children_s_classes_from_the_bank(self) -> None:
        ledger = paid_out()
        (event,) = ledger.do(PayRefundOutOfBand, **BY_HAND)
        assert isinstance(event, RefundPaidOutOfBand)
        assert [(share.line, share.cents, share.balance) for share in event.shares] == [(1, 500, 700), (2, 500, 700)]
        assert (balance(ledger, Account.BANK), held(ledger)) == (-1_000, [700, 700])
        assert balance(ledger, Account.CONTRIBUTIONS) == -1_400
        ledger.refused(AlreadyExists, PayRefundOutOfBand, **BY_HAND)

    def test_is_refused_while_the_card_can_get_it_back(self) -> None:
        refusal = paid().refused(RefundByCard, PayRefundOutOfBand, **BY_HAND)
        assert "24,00\u00a0€" in refusal.french

    def test_is_never_more_than_what_the_children_hold(self) -> None:
        ledger = paid_out()
        ledger.refused(RefundTooLarge, PayRefundOutOfBand, **{**BY_HAND, "cents": 2_401})
        by_line = (LineAmount(line=1, cents=1_201),)
        ledger.refused(RefundTooLarge, PayRefundOutOfBand, **{**BY_HAND, "cents": 1_201, "by_line": by_line})
        ledger.do(PayRefundOutOfBand, **BY_HAND)
        ledger.refused(RefundTooLarge, PayRefundOutOfBand, **{**BY_HAND, "refund_id": OTHER, "cents": 1_401})

    def test_is_refused_without_amount_means_reason_or_possible_day(self) -> None:
        ledger = paid_out()
        ledger.refused(AmountInvalid, PayRefundOutOfBand, **{**BY_HAND, "cents": 0})
        ledger.refused(InvalidInput, PayRefundOutOfBand, **{**BY_HAND, "means": "gold"})
        ledger.refused(ReasonInvalid, PayRefundOutOfBand, **{**BY_HAND, "reason": "À la demande de Mme Durand"})
        ledger.refused(DayOutOfRange, PayRefundOutOfBand, **{**BY_HAND, "paid_on": date(2031, 1, 1)})
        ledger.refused(CashBoxTooLow, PayRefundOutOfBand, **{**BY_HAND, "means": "cash"})

    def test_waits_for_the_outcome_of_a_dispute(self) -> None:
        ledger = paid_out()
        dispute = {"dispute_id": "dp_1", "payment_id": example.PAYMENT, "cents": 1_200, "provider_movement": "txn_1"}
        ledger.do(RecordDisputeOpened, **dispute, fee_cents=0, opened_at=example.NOW)
        ledger.refused(Conflict, PayRefundOutOfBand, **BY_HAND)

    def test_of_what_was_paid_in_cash_is_made_from_the_bank_or_by_a_slip(self) -> None:
        ledger = in_cash()
        ledger.refused(Conflict, PayRefundOutOfBand, **{**BY_HAND, "means": "cash"})
        assert ledger.do(PayRefundOutOfBand, **BY_HAND)

    def test_is_held_again_when_it_was_not_paid_after_all(self) -> None:
        ledger = paid_out()
        ledger.refused(NotFound, WithdrawPaymentToFamily, **WITHDRAW)
        ledger.do(PayRefundOutOfBand, **BY_HAND)
        (event,) = ledger.do(WithdrawPaymentToFamily, **WITHDRAW)
        assert isinstance(event, PaymentToFamilyWithdrawn)
        assert [(share.cents, share.balance) for share in event.shares] == [(500, 1_200), (500, 1_200)]
        assert (balance(ledger, Account.BANK), held(ledger)) == (0, [1_200, 1_200])
        ledger.refused(ReasonInvalid, WithdrawPaymentToFamily, **{**WITHDRAW, "reason": "Mme Durand"})


class TestCashGivenBack:
    """Of 10,00 € from 24,00 € that a family had paid in cash."""

    def test_leaves_the_cash_box_and_the_classes(self) -> None:
        ledger = in_cash()
        (event,) = ledger.do(ReturnCash, **RETURN)
        assert isinstance(event, CashReturned)
        assert (balance(ledger, Account.CASH), balance(ledger, Account.CONTRIBUTIONS)) == (1_400, -1_400)
        assert held(ledger) == [700, 700]
        ledger.refused(AlreadyExists, ReturnCash, **RETURN)
        ledger.refused(AlreadyExists, ReturnCash, **{**RETURN, "refund_id": OTHER})

    def test_is_never_more_than_what_the_box_or_the_children_hold(self) -> None:
        ledger = in_cash()
        ledger.refused(RefundTooLarge, ReturnCash, **{**RETURN, "cents": 2_401})
        ledger.do(DepositCash, deposit_id=example.DEPOSIT, slip="R-1", cents=2_000, deposited_on=TODAY)
        refusal = ledger.refused(CashBoxTooLow, ReturnCash, **RETURN)
        assert "4,00\u00a0€" in refusal.french

    def test_is_refused_for_a_card_a_name_or_an_impossible_day(self) -> None:
        paid().refused(Conflict, ReturnCash, **RETURN)
        ledger = in_cash()
        ledger.refused(ReferenceInvalid, ReturnCash, **{**RETURN, "slip": "MARTIN"})
        ledger.refused(DayOutOfRange, ReturnCash, **{**RETURN, "returned_on": TOMORROW})
        ledger.refused(AlreadyExists, ReturnCash, **{**RETURN, "slip": "B-1"})

    def test_is_in_the_box_again_when_it_was_not_given_back_after_all(self) -> None:
        ledger = in_cash()
        ledger.do(ReturnCash, **RETURN)
        ledger.do(WithdrawPaymentToFamily, **WITHDRAW)
        assert (balance(ledger, Account.CASH), held(ledger)) == (2_400, [1_200, 1_200])


class TestASlipOfCash:
    """Of 24,00 €, typed by hand."""

    def test_that_was_typed_ten_times_too_high_is_corrected_on_its_own_day(self) -> None:
        ledger = in_cash()
        (event,) = ledger.do(CorrectCashSlip, **CORRECT)
        assert isinstance(event, CashSlipCorrected)
        assert (event.typed, event.cents, event.happened_at) == (2_400, 240, example.NOW)
        assert (balance(ledger, Account.CASH), held(ledger)) == (240, [120, 120])
        assert ledger.campaign.contribution(example.CONTRIBUTION).outstanding == 2_160
        assert ledger.does_nothing(CorrectCashSlip, **CORRECT)

    def test_that_was_typed_too_low_is_corrected_up_to_what_is_due(self) -> None:
        ledger = in_cash()
        ledger.do(CorrectCashSlip, **CORRECT)
        ledger.refused(Conflict, CorrectCashSlip, **{**CORRECT, "cents": 2_401})
        ledger.do(CorrectCashSlip, **{**CORRECT, "cents": 2_400})
        assert (balance(ledger, Account.CASH), held(ledger)) == (2_400, [1_200, 1_200])

    def test_that_belongs_to_another_family_is_nothing_and_the_basket_may_be_abandoned(self) -> None:
        ledger = in_cash()
        abandon = {"contribution_id": example.CONTRIBUTION, "reason": "given_up"}
        ledger.refused(Conflict, AbandonContribution, **abandon)
        ledger.do(CorrectCashSlip, **{**CORRECT, "cents": 0, "reason": "other_family"})
        assert (balance(ledger, Account.CASH), balance(ledger, Account.CONTRIBUTIONS)) == (0, 0)
        assert ledger.do(AbandonContribution, **abandon)

    def test_is_not_corrected_below_what_was_given_back_or_taken_to_the_bank(self) -> None:
        ledger = in_cash()
        ledger.do(ReturnCash, **RETURN)
        ledger.funds.cash.add(TODAY, 5_000)
        ledger.refused(RefundTooLarge, CorrectCashSlip, **{**CORRECT, "cents": 999})
        deposited = in_cash()
        deposited.do(DepositCash, deposit_id=example.DEPOSIT, slip="R-1", cents=2_300, deposited_on=TODAY)
        deposited.refused(CashBoxTooLow, CorrectCashSlip, **CORRECT)

    def test_that_is_unknown_or_is_one_of_cash_given_back_is_not_corrected(self) -> None:
        ledger = in_cash()
        ledger.refused(NotFound, CorrectCashSlip, **{**CORRECT, "slip": "B-9"})
        ledger.do(ReturnCash, **RETURN)
        ledger.refused(NotFound, CorrectCashSlip, **{**CORRECT, "slip": "B-2"})
        ledger.refused(ReasonInvalid, CorrectCashSlip, **{**CORRECT, "reason": "À Mme Durand"})

    @pytest.mark.parametrize("year", [2001, 2031])
    def test_of_an_impossible_day_is_refused_with_the_possible_ones(self, year: int) -> None:
        ledger = placed(means="cash", tip_cents=0, desk=True)
        refusal = ledger.refused(
            DayOutOfRange, RecordCashReceived, **{**CASH, "paid_at": example.NOW.replace(year=year)}
        )
        assert "du 23 juin 2024 au 23 juin 2024" in refusal.french

    @pytest.mark.parametrize("slip", ["MARTIN", "b-1", "B 1", "B" * 20 + "1", ""])
    def test_with_a_name_for_a_number_is_refused(self, slip: str) -> None:
        ledger = placed(means="cash", tip_cents=0, desk=True)
        ledger.refused(ReferenceInvalid, RecordCashReceived, **{**CASH, "slip": slip})
