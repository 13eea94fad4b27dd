"""Payments of another platform: entered once, given back there, withdrawn when they were a mistake."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import pytest

from domain.aggregate import Intent
from domain.campaign.basket import CorrectContribution, PlaceContribution
from domain.campaign.imports import ImportContribution, ImportedChild
from domain.campaign.payments import RecordPaymentCaptured
from domain.campaign.publication import ArchiveCampaign
from domain.campaign.refunds import LineAmount
from domain.campaign.state import Campaign
from domain.chart_of_accounts import Account
from domain.errors import AmountInvalid, Conflict, DayOutOfRange, InvalidInput, LedgerError, NotFound, RefundTooLarge
from domain.events.coop import CoopRegistered
from domain.events.external import ExternalPaymentWithdrawn
from domain.external.errors import (
    ExternalPaymentKnown,
    ExternalPaymentPaidOut,
    PlatformReferenceInvalid,
    PlatformUnknown,
)
from domain.external.payments import (
    EnterExternalPayment,
    EnterExternalPaymentRefund,
    WithdrawExternalPayment,
    WithdrawImport,
)
from domain.external.payouts import EnterExternalPayout, WithdrawExternalPayout
from domain.journal import postings
from domain.money import euros
from tests.kit import example
from tests.kit.in_memory_ledger import BASKET, EXTERNAL_PAYOUT, IMPORTED, InMemoryLedger, drafted, published

_BY_HAND: Final[dict[str, Any]] = {
    "contribution_id": example.CONTRIBUTION,
    "external_payment_id": example.EXTERNAL_PAYMENT,
    "platform": "cotizup",
    "reference": "CZ-9",
    "cents": 2_400,
    "paid_at": datetime(2024, 6, 21, 9, 0, tzinfo=UTC),
}
_BACK: Final[dict[str, Any]] = {
    "refund_id": example.REFUND,
    "external_payment_id": example.EXTERNAL_PAYMENT,
    "cents": 800,
    "refunded_at": datetime(2024, 6, 22, 9, 0, tzinfo=UTC),
}
_WRONG: Final[dict[str, Any]] = {"external_payment_id": example.EXTERNAL_PAYMENT, "reason": "wrong_amount"}
_WHOLE: Final[dict[str, Any]] = {"import_id": example.IMPORT, "reason": "wrong_file"}
_OUT: Final = {"external_payout_id": example.EXTERNAL_PAYOUT, "reason": "mistake"}


def placed_at_the_desk() -> InMemoryLedger:
    """The guide's basket, to be paid on another platform."""
    ledger = published()
    ledger.do(PlaceContribution, **{**BASKET, "means": "external", "tip_cents": 0}, desk=True)
    return ledger


def entered() -> InMemoryLedger:
    """The same, paid there."""
    ledger = placed_at_the_desk()
    ledger.do(EnterExternalPayment, **_BY_HAND)
    return ledger


def imported(count: int = 1) -> InMemoryLedger:
    """Families that one import brought, 32,00 € each."""
    ledger = published()
    for number in range(count):
        more = {"external_payment_id": example.uid(8_100 + number), "reference": f"HA-{number + 1}"}
        ledger.do(ImportContribution, **{**IMPORTED, "contribution_id": example.uid(2_000 + number), **more})
    return ledger


def held(ledger: InMemoryLedger) -> dict[str, int]:
    """What the books say of the account of money collected elsewhere and of each class; accounts at zero left out."""
    found: dict[str, int] = {}
    for event in ledger.events:
        for leg in postings(event):
            name = leg.class_code or leg.account.value
            found[name] = found.get(name, 0) + leg.debit - leg.credit
    return {name: cents for name, cents in found.items() if cents}


def test_a_payment_there_is_entered_once_by_its_number() -> None:
    ledger = entered()
    assert held(ledger) == {"collected_elsewhere": 2_400, "CPA": -1_200, "CE1": -1_200}
    assert ledger.does_nothing(EnterExternalPayment, **_BY_HAND)
    assert ledger.does_nothing(EnterExternalPayment, **{**_BY_HAND, "external_payment_id": example.uid(1)})
    ledger.refused(Conflict, EnterExternalPayment, **{**_BY_HAND, "cents": 2_300})


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"platform": "paypal"}, PlatformUnknown),
        ({"reference": "DURAND"}, PlatformReferenceInvalid),
        ({"reference": "cz-9"}, PlatformReferenceInvalid),
        ({"cents": 2_401}, Conflict),
        ({"cents": 0}, AmountInvalid),
        ({"paid_at": datetime(2024, 6, 23, 22, 0, tzinfo=UTC)}, DayOutOfRange),
        ({"paid_at": datetime(2001, 6, 23, tzinfo=UTC)}, DayOutOfRange),
        ({"contribution_id": example.uid(1)}, NotFound),
    ],
)
def test_a_payment_that_cannot_be_is_refused(wrong: dict[str, object], error: type[LedgerError]) -> None:
    placed_at_the_desk().refused(error, EnterExternalPayment, **{**_BY_HAND, **wrong})


def test_a_day_that_cannot_be_is_refused_with_the_days_that_can() -> None:
    wrong = {**_BY_HAND, "paid_at": datetime(2001, 6, 23, tzinfo=UTC)}
    refusal = placed_at_the_desk().refused(DayOutOfRange, EnterExternalPayment, **wrong)
    assert "du 1er septembre 2023 au 23 juin 2024" in refusal.french


def test_a_basket_to_be_paid_by_card_or_one_put_away_takes_no_payment_of_another_platform() -> None:
    by_card = published()
    by_card.do(PlaceContribution, **BASKET)
    by_card.refused(Conflict, EnterExternalPayment, **_BY_HAND)
    put_away = placed_at_the_desk()
    put_away.do(ArchiveCampaign)
    put_away.refused(Conflict, EnterExternalPayment, **_BY_HAND)


def test_the_provider_cannot_capture_what_was_paid_there() -> None:
    captured = {"contribution_id": example.CONTRIBUTION, "payment_id": "pi_1", "paid_at": example.NOW}
    entered().refused(Conflict, RecordPaymentCaptured, **captured, cents=2_400, tip_cents=0)


def test_a_refund_there_leaves_the_class_that_the_child_is_in_now() -> None:
    ledger = entered()
    moved = {"contribution_id": example.CONTRIBUTION, "line": 1, "class_label": "CM2", "tariff_id": "t1"}
    ledger.do(CorrectContribution, **moved, reason="mistake")
    ledger.do(EnterExternalPaymentRefund, **_BACK, by_line=(LineAmount(line=1, cents=800),))
    assert held(ledger) == {"collected_elsewhere": 1_600, "CM2": -400, "CE1": -1_200}
    assert ledger.does_nothing(EnterExternalPaymentRefund, **_BACK, by_line=(LineAmount(line=1, cents=800),))
    ledger.refused(Conflict, EnterExternalPaymentRefund, **{**_BACK, "cents": 700})


def test_a_refund_there_without_lines_is_split_over_what_is_left_of_them() -> None:
    ledger = imported()
    ledger.do(EnterExternalPaymentRefund, **_BACK)
    assert held(ledger) == {"collected_elsewhere": 2_400, "CPA": -900, "SANS-CLASSE": -1_500}


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"cents": 2_401}, RefundTooLarge),
        ({"by_line": (LineAmount(line=1, cents=1_201), LineAmount(line=2, cents=-401))}, AmountInvalid),
        ({"cents": 1_201, "by_line": (LineAmount(line=1, cents=1_201),)}, RefundTooLarge),
        ({"by_line": (LineAmount(line=3, cents=800),)}, RefundTooLarge),
        ({"by_line": (LineAmount(line=1, cents=400), LineAmount(line=1, cents=400))}, InvalidInput),
        ({"by_line": (LineAmount(line=1, cents=799),)}, InvalidInput),
        ({"refunded_at": datetime(2024, 6, 20, 9, 0, tzinfo=UTC)}, DayOutOfRange),
        ({"refunded_at": datetime(2024, 6, 24, 9, 0, tzinfo=UTC)}, DayOutOfRange),
        ({"external_payment_id": example.uid(1)}, NotFound),
    ],
)
def test_a_refund_there_that_cannot_be_is_refused(wrong: dict[str, object], error: type[LedgerError]) -> None:
    entered().refused(error, EnterExternalPaymentRefund, **{**_BACK, **wrong})


def test_a_refund_there_after_the_payout_is_a_fact_and_the_next_payout_brings_less() -> None:
    ledger = imported()
    ledger.do(EnterExternalPayout, **EXTERNAL_PAYOUT)
    ledger.do(EnterExternalPaymentRefund, **_BACK)
    assert ledger.funds.external.in_hand == {"helloasso": -800}


def test_a_wrong_amount_is_withdrawn_and_recorded_anew() -> None:
    ledger = entered()
    (event,) = ledger.do(WithdrawExternalPayment, **_WRONG)
    assert (held(ledger), ledger.funds.external.in_hand) == ({}, {"cotizup": 0})
    assert (event.happened_at, event.reason) == (_BY_HAND["paid_at"], "wrong_amount")  # type: ignore[attr-defined]
    ledger.refused(NotFound, WithdrawExternalPayment, **_WRONG)
    anew = {"external_payment_id": example.uid(1), "cents": 2_200}
    ledger.do(EnterExternalPayment, **{**_BY_HAND, **anew})
    assert held(ledger) == {"collected_elsewhere": 2_200, "CPA": -1_100, "CE1": -1_100}


def test_a_withdrawal_takes_back_the_refunds_made_there_and_the_correction_of_class_with_it() -> None:
    ledger = entered()
    ledger.do(EnterExternalPaymentRefund, **_BACK)
    moved = {"contribution_id": example.CONTRIBUTION, "line": 1, "class_label": "CM2", "tariff_id": "t1"}
    ledger.do(CorrectContribution, **moved, reason="mistake")
    (event,) = ledger.do(WithdrawExternalPayment, **_WRONG)
    assert isinstance(event, ExternalPaymentWithdrawn)
    assert (event.cents, event.refunded_cents) == (2_400, 800)
    assert (held(ledger), ledger.funds.external.in_hand) == ({}, {"cotizup": 0})
    assert {line.held for line in ledger.campaign.contributions[example.CONTRIBUTION].lines.values()} == {0}


def test_the_withdrawal_of_one_of_two_payments_leaves_the_other_and_says_when_that_was_made() -> None:
    ledger = placed_at_the_desk()
    ledger.do(EnterExternalPayment, **{**_BY_HAND, "cents": 1_000})
    later = {"external_payment_id": example.uid(1), "reference": "CZ-10", "cents": 1_400, "paid_at": example.NOW}
    ledger.do(EnterExternalPayment, **{**_BY_HAND, **later})
    (event,) = ledger.do(WithdrawExternalPayment, **_WRONG)
    assert event.paid_since == example.NOW  # type: ignore[attr-defined]
    assert held(ledger)[Account.COLLECTED_ELSEWHERE] == 1_400
    assert not ledger.campaign.contributions[example.CONTRIBUTION].abandoned


def test_a_payment_that_was_paid_out_is_not_withdrawn_before_its_payout_is() -> None:
    ledger = imported()
    ledger.do(EnterExternalPayout, **EXTERNAL_PAYOUT)
    refusal = ledger.refused(ExternalPaymentPaidOut, WithdrawExternalPayment, **_WRONG)
    assert refusal.french.startswith("Rien n’est retiré\u00a0: la plateforme a déjà versé HA-1 (HelloAsso)")
    ledger.do(WithdrawExternalPayout, **_OUT)
    ledger.do(WithdrawExternalPayment, **_WRONG)
    assert held(ledger) == {}


def test_a_payment_of_which_a_part_was_paid_out_is_not_withdrawn_either() -> None:
    ledger = imported()
    ledger.do(EnterExternalPayout, **{**EXTERNAL_PAYOUT, "cents": 100, "fee_cents": 0})
    ledger.refused(ExternalPaymentPaidOut, WithdrawExternalPayment, **_WRONG)


def test_a_payment_whose_refund_there_was_settled_by_a_payout_is_not_withdrawn_either() -> None:
    ledger = imported(2)
    ledger.do(EnterExternalPaymentRefund, **_BACK, by_line=(LineAmount(line=1, cents=800),))
    ledger.do(EnterExternalPayout, **{**EXTERNAL_PAYOUT, "cents": 2_400, "fee_cents": 0})
    ledger.refused(ExternalPaymentPaidOut, WithdrawExternalPayment, **_WRONG)
    second = {"external_payment_id": example.uid(8_101), "reason": "duplicate"}
    assert ledger.do(WithdrawExternalPayment, **second)
    assert ledger.funds.external.in_hand == {"helloasso": 0}


def test_a_whole_import_is_withdrawn_at_once_and_the_same_file_may_come_again() -> None:
    ledger = imported(3)
    assert len(ledger.do(WithdrawImport, **_WHOLE)) == 3
    assert held(ledger) == {}
    assert ledger.does_nothing(WithdrawImport, **_WHOLE)
    again = {"contribution_id": example.uid(1), "external_payment_id": example.uid(2), "import_id": example.uid(3)}
    children = (ImportedChild(participant_id=example.uid(4), class_label="CP", cents=3_200),)
    ledger.do(ImportContribution, **{**IMPORTED, **again, "children": children})
    assert held(ledger) == {"collected_elsewhere": 3_200, "CP": -3_200}


def test_an_import_of_which_a_payment_was_paid_out_is_refused_with_the_list_and_nothing_goes() -> None:
    ledger = imported(13)
    ledger.do(EnterExternalPayout, **{**EXTERNAL_PAYOUT, "cents": 12 * 3_200})
    refusal = ledger.refused(ExternalPaymentPaidOut, WithdrawImport, **_WHOLE)
    assert "HA-1 (HelloAsso), HA-2 (HelloAsso)" in refusal.french
    assert "HA-10 (HelloAsso), et 2 autres à la coopérative" in refusal.french
    assert ledger.funds.external.in_hand == {"helloasso": 3_200}


@pytest.mark.parametrize("kind", [ImportContribution, EnterExternalPayment])
def test_a_payment_that_another_collection_of_the_coop_holds_is_not_counted_twice(kind: type[Intent[Any]]) -> None:
    ledger = imported()
    ledger.campaign = Campaign(example.uid(1_001))
    for event in placed_at_the_desk().events if kind is EnterExternalPayment else drafted().events:
        if not isinstance(event, CoopRegistered):
            ledger.campaign.evolve(event)
    of = {"platform": "helloasso", "reference": "HA-1", "external_payment_id": example.uid(8_999)}
    given = {**(IMPORTED if kind is ImportContribution else _BY_HAND), **of}
    refusal = ledger.refused(ExternalPaymentKnown, kind, **given)
    assert "HA-1 (HelloAsso) est déjà dans une autre collecte" in refusal.french
    assert ledger.decide(kind, **{**given, "reference": "HA-2"})


def test_an_import_that_nobody_made_is_not_found() -> None:
    imported().refused(NotFound, WithdrawImport, **{**_WHOLE, "import_id": example.uid(1)})


def test_a_refund_above_what_is_left_says_what_is_left() -> None:
    ledger = entered()
    ledger.do(EnterExternalPaymentRefund, **_BACK)
    more = {"refund_id": example.uid(1), "cents": 1_700}
    assert euros(1_600) in ledger.refused(RefundTooLarge, EnterExternalPaymentRefund, **{**_BACK, **more}).french
