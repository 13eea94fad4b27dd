"""Money that comes in: cards, cash, fees, transfers and payment in several times, each recorded once."""

from datetime import date

import pytest

from domain.campaign.basket import PlaceContribution
from domain.campaign.instalments import CancelInstalments, RecordInstalmentFailed
from domain.campaign.payments import (
    RecordCashReceived,
    RecordPaymentCaptured,
    RecordPaymentFailed,
    RecordProviderFee,
    RecordTransfer,
)
from domain.campaign.publication import ArchiveCampaign, SuspendCampaign
from domain.campaign.settings import SetPaymentOptions
from domain.errors import AmountInvalid, Conflict, NotFound, PolicyForbids
from domain.events.association import Policy
from domain.events.base import InstalmentTerms
from domain.events.contribution import CashReceived, FundsTransferred, PaymentCaptured, ProviderFeeCharged
from domain.events.instalment import InstalmentFailed, InstalmentsCancelled, InstalmentsScheduled
from tests.kit import example
from tests.kit.in_memory_ledger import (
    BASKET,
    CARD_ONLY,
    InMemoryLedger,
    available,
    capture,
    child,
    paid,
    placed,
    published,
    tariff,
    transfer,
)

OF = {"contribution_id": example.CONTRIBUTION}
PAYMENT = {**OF, "payment_id": example.PAYMENT, "cents": 2_400, "tip_cents": 192, "paid_at": example.NOW}
FEE = {**OF, "payment_id": example.PAYMENT, "cents": 68, "charged_at": example.NOW}
TRANSFER = {**OF, "payment_id": example.PAYMENT, "transfer_id": "tr_1", "cents": 2_400, "moved_at": example.NOW}
CASH = {**OF, "slip": "2024-017", "cents": 1_500, "paid_at": example.NOW, "policy": CARD_ONLY}
FAILURE = {**OF, "number": 2, "attempt_id": "at_2", "reason": "expired_card", "final": True}


def in_times(count: int, *children: int, interval: int = 1) -> InMemoryLedger:
    """A basket of these amounts, one child each, to be paid in several times without tip."""
    tariffs = [tariff(cents, tariff_id=f"t{number}") for number, cents in enumerate(children)]
    ledger = published(*tariffs)
    terms = InstalmentTerms(count=count, interval_months=interval)
    ledger.do(SetPaymentOptions, means=("card",), instalments=terms, message="", policy=CARD_ONLY)
    basket = tuple(child(number, "CP", tariff_id=f"t{number}") for number in range(len(children)))
    ledger.do(PlaceContribution, **{**BASKET, "children": basket, "tip_cents": 0}, instalments=count)
    return ledger


def in_three_times() -> InMemoryLedger:
    """25,00 € in three times, the first paid."""
    ledger = in_times(3, 2_500)
    capture(ledger, cents=834, tip_cents=0)
    return ledger


def in_cash() -> InMemoryLedger:
    """The guide's basket, to be paid in cash to the mandate holder."""
    ledger = published()
    ledger.do(PlaceContribution, **{**BASKET, "tip_cents": 0}, means="cash", desk=True)
    return ledger


def test_a_payment_brings_the_contribution_to_the_coop_and_not_the_tip() -> None:
    ledger = paid()
    event = ledger.events[-1]
    assert isinstance(event, PaymentCaptured)
    assert [(share.class_code, share.cents, share.balance) for share in event.shares] == [
        ("CPA", 1_200, 1_200),
        ("CE1", 1_200, 1_200),
    ]
    assert available(ledger) == "24,00\u00a0€"


def test_a_payment_is_recorded_once() -> None:
    assert paid().does_nothing(RecordPaymentCaptured, **PAYMENT)


@pytest.mark.parametrize("other", [{"cents": 2_399}, {"tip_cents": 191}])
def test_the_same_reference_with_another_content_is_refused(other: dict[str, int]) -> None:
    paid().refused(Conflict, RecordPaymentCaptured, **{**PAYMENT, **other})


def test_the_same_reference_for_another_contribution_is_refused() -> None:
    ledger = paid()
    ledger.do(PlaceContribution, **{**BASKET, "contribution_id": example.uid(1)})
    ledger.refused(Conflict, RecordPaymentCaptured, **{**PAYMENT, "contribution_id": example.uid(1)})


@pytest.mark.parametrize(
    "other", [{"cents": 2_000}, {"cents": 2_592, "tip_cents": 0}, {"tip_cents": 0}, {"instalment": 2}]
)
def test_an_amount_that_is_not_expected_is_refused(other: dict[str, int]) -> None:
    placed().refused(Conflict, RecordPaymentCaptured, **{**PAYMENT, **other})


def test_a_contribution_is_not_paid_twice() -> None:
    paid().refused(Conflict, RecordPaymentCaptured, **{**PAYMENT, "payment_id": "pi_2"})
    paid().refused(Conflict, RecordPaymentCaptured, **{**PAYMENT, "payment_id": "pi_2", "cents": 0, "tip_cents": 0})


def test_the_payment_of_an_unknown_contribution_is_not_found() -> None:
    published().refused(NotFound, RecordPaymentCaptured, **PAYMENT)


def test_money_that_comes_after_the_sales_were_suspended_is_recorded() -> None:
    ledger = placed()
    ledger.do(SuspendCampaign)
    assert capture(ledger)


def test_a_refused_attempt_is_recorded_once_and_the_payment_can_follow() -> None:
    ledger = placed()
    assert ledger.do(RecordPaymentFailed, **OF, attempt_id="at_1", reason="funds")
    assert ledger.does_nothing(RecordPaymentFailed, **OF, attempt_id="at_1", reason="funds")
    assert capture(ledger)


def test_a_fee_is_recorded_once_by_payment() -> None:
    ledger = paid()
    (event,) = ledger.do(RecordProviderFee, **FEE)
    assert isinstance(event, ProviderFeeCharged)
    assert event.cents == 68
    assert ledger.does_nothing(RecordProviderFee, **FEE)
    assert available(ledger) == "24,00\u00a0€"


def test_a_fee_on_an_unknown_payment_waits_for_it() -> None:
    placed().refused(NotFound, RecordProviderFee, **FEE)
    paid().refused(AmountInvalid, RecordProviderFee, **{**FEE, "cents": -1})
    assert paid().do(RecordProviderFee, **{**FEE, "cents": 0})


def test_a_transfer_is_recorded_once() -> None:
    ledger = paid()
    (event,) = ledger.do(RecordTransfer, **TRANSFER)
    assert isinstance(event, FundsTransferred)
    assert ledger.does_nothing(RecordTransfer, **TRANSFER)


def test_a_transfer_of_more_than_the_coop_s_part_is_a_fact_and_is_taken_back_afterwards() -> None:
    ledger = paid()
    ledger.refused(AmountInvalid, RecordTransfer, **{**TRANSFER, "cents": 0})
    transfer(ledger, 2_000)
    assert ledger.do(RecordTransfer, **{**TRANSFER, "cents": 401})
    assert ledger.campaign.contribution(example.CONTRIBUTION).to_transfer(example.PAYMENT) == -1


def test_the_transfer_of_an_unknown_payment_waits_for_it() -> None:
    placed().refused(NotFound, RecordTransfer, **TRANSFER)


def test_cash_is_recorded_once_by_slip_and_in_parts() -> None:
    ledger = in_cash()
    (event,) = ledger.do(RecordCashReceived, **CASH)
    assert isinstance(event, CashReceived)
    assert [share.cents for share in event.shares] == [750, 750]
    assert ledger.does_nothing(RecordCashReceived, **CASH)
    ledger.refused(Conflict, RecordCashReceived, **{**CASH, "cents": 1_499})
    ledger.refused(Conflict, RecordCashReceived, **{**CASH, "slip": "2024-018", "cents": 901})
    assert ledger.do(RecordCashReceived, **{**CASH, "slip": "2024-018", "cents": 900})
    assert available(ledger) == "0,00\u00a0€"


def test_a_slip_is_not_used_for_two_contributions() -> None:
    ledger = in_cash()
    ledger.do(RecordCashReceived, **CASH)
    other = {**BASKET, "contribution_id": example.uid(1), "tip_cents": 0}
    ledger.do(PlaceContribution, **other, means="cash", desk=True)
    ledger.refused(Conflict, RecordCashReceived, **{**CASH, "contribution_id": example.uid(1)})


def test_cash_is_refused_where_the_association_does_not_allow_it() -> None:
    in_cash().refused(PolicyForbids, RecordCashReceived, **{**CASH, "policy": Policy(cash_recording=False)})


def test_cash_is_refused_for_a_contribution_by_card_or_in_a_campaign_put_away() -> None:
    placed().refused(Conflict, RecordCashReceived, **CASH)
    ledger = in_cash()
    ledger.do(ArchiveCampaign)
    ledger.refused(Conflict, RecordCashReceived, **CASH)


def test_cash_of_nothing_is_refused() -> None:
    in_cash().refused(AmountInvalid, RecordCashReceived, **{**CASH, "cents": 0})


def test_a_basket_in_cash_has_no_tip() -> None:
    published().refused(Conflict, PlaceContribution, **BASKET, means="cash", desk=True)


def test_100_euros_in_4_monthly_parts_from_23_june() -> None:
    ledger = in_times(4, 10_000)
    _, schedule = capture(ledger, cents=2_500, tip_cents=0)
    assert isinstance(schedule, InstalmentsScheduled)
    assert schedule.cents == 7_500
    assert [(due.number, due.due_on, due.cents) for due in schedule.instalments] == [
        (2, date(2024, 7, 23), 2_500),
        (3, date(2024, 8, 23), 2_500),
        (4, date(2024, 9, 23), 2_500),
    ]


def test_25_euros_in_3_parts_are_834_then_833_then_833() -> None:
    ledger = in_three_times()
    ledger.refused(
        Conflict, RecordPaymentCaptured, **{**PAYMENT, "payment_id": "pi_2", "cents": 834, "tip_cents": 0}, instalment=2
    )
    for number in (2, 3):
        capture(ledger, payment_id=f"pi_{number}", cents=833, tip_cents=0, instalment=number)
    contribution = ledger.campaign.contribution(example.CONTRIBUTION)
    assert (contribution.outstanding, contribution.expected_later, contribution.schedule) == (0, 0, {})


def test_every_child_is_paid_to_the_cent_by_the_last_instalment() -> None:
    ledger = in_times(3, 1_001, 500, 4)
    capture(ledger, cents=502, tip_cents=0)
    schedule = dict(ledger.campaign.contribution(example.CONTRIBUTION).schedule)
    for number, due in schedule.items():
        assert sum(share.cents for share in due.shares) == due.cents
        capture(ledger, payment_id=f"pi_{number}", cents=due.cents, tip_cents=0, instalment=number)
    lines = ledger.campaign.contribution(example.CONTRIBUTION).lines.values()
    assert [(line.paid, line.held, line.outstanding) for line in lines] == [(1_001, 1_001, 0), (500, 500, 0), (4, 4, 0)]


def test_the_whole_tip_comes_with_the_first_instalment() -> None:
    ledger = in_times(2, 1_000)
    other = {
        **BASKET,
        "contribution_id": example.uid(1),
        "children": (child(1, "CP", tariff_id="t0"),),
        "tip_cents": 80,
    }
    ledger.do(PlaceContribution, **other, instalments=2)
    first = {**PAYMENT, "contribution_id": example.uid(1), "cents": 500}
    ledger.refused(Conflict, RecordPaymentCaptured, **{**first, "tip_cents": 40})
    ledger.do(RecordPaymentCaptured, **{**first, "tip_cents": 80})
    ledger.refused(Conflict, RecordPaymentCaptured, **{**first, "payment_id": "pi_2", "tip_cents": 80, "instalment": 2})
    assert ledger.do(RecordPaymentCaptured, **{**first, "payment_id": "pi_2", "tip_cents": 0, "instalment": 2})


def test_instalments_withdrawn_meanwhile_are_still_scheduled_a_month_apart() -> None:
    ledger = in_times(2, 1_000, interval=2)
    ledger.do(SetPaymentOptions, means=("card",), instalments=None, message="", policy=CARD_ONLY)
    _, schedule = capture(ledger, cents=500, tip_cents=0)
    assert isinstance(schedule, InstalmentsScheduled)
    assert schedule.instalments[0].due_on == date(2024, 7, 23)


def test_an_instalment_is_paid_once() -> None:
    ledger = in_three_times()
    second = {**PAYMENT, "payment_id": "pi_2", "cents": 833, "tip_cents": 0, "instalment": 2}
    assert ledger.do(RecordPaymentCaptured, **second)
    assert ledger.does_nothing(RecordPaymentCaptured, **second)
    ledger.refused(Conflict, RecordPaymentCaptured, **{**second, "payment_id": "pi_2b"})


def test_an_instalment_that_fails_for_now_can_still_be_paid() -> None:
    ledger = in_three_times()
    (event,) = ledger.do(RecordInstalmentFailed, **{**FAILURE, "final": False})
    assert isinstance(event, InstalmentFailed)
    assert event.cents == 833
    assert ledger.does_nothing(RecordInstalmentFailed, **{**FAILURE, "final": False})
    assert capture(ledger, payment_id="pi_2", cents=833, tip_cents=0, instalment=2)


def test_an_instalment_that_failed_for_good_is_no_longer_expected() -> None:
    ledger = in_three_times()
    ledger.do(RecordInstalmentFailed, **FAILURE)
    assert ledger.campaign.contribution(example.CONTRIBUTION).expected_later == 833
    second = {**PAYMENT, "payment_id": "pi_2", "cents": 833, "tip_cents": 0, "instalment": 2}
    ledger.refused(Conflict, RecordPaymentCaptured, **second)
    ledger.refused(Conflict, RecordInstalmentFailed, **{**FAILURE, "attempt_id": "at_3"})


def test_the_instalments_to_come_are_cancelled_once_without_refund() -> None:
    ledger = in_three_times()
    (event,) = ledger.do(CancelInstalments, **OF, reason="child_left")
    assert isinstance(event, InstalmentsCancelled)
    assert (event.numbers, event.cents) == ((2, 3), 1_666)
    assert ledger.does_nothing(CancelInstalments, **OF, reason="child_left")
    assert available(ledger) == "8,34\u00a0€"
