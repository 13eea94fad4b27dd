"""What an import of another platform's file records: a placed basket, and its money there or in the cash box."""

from datetime import UTC, datetime

import pytest

from domain.campaign.imports import OFF_TARIFF, ImportContribution, ImportedChild
from domain.campaign.publication import ArchiveCampaign
from domain.errors import AmountInvalid, CampaignClosed, ClassNotListed, DayOutOfRange, InvalidInput, LedgerError
from domain.events.base import Tariff
from domain.events.contribution import CashReceived, ContributionPlaced
from domain.events.external import ExternalPaymentRecorded
from domain.external.errors import PlatformReferenceInvalid, PlatformUnknown
from domain.money import MAX_CENTS
from tests.kit import example
from tests.kit.in_memory_ledger import IMPORTED, published, tariff


def test_a_payment_by_card_on_another_platform_is_placed_and_collected_there_at_once() -> None:
    ledger = published()
    basket, payment = ledger.do(ImportContribution, **IMPORTED)
    assert isinstance(basket, ContributionPlaced)
    assert isinstance(payment, ExternalPaymentRecorded)
    assert [(line.class_code, line.tariff_id) for line in basket.lines] == [("CPA", "t1"), ("SANS-CLASSE", OFF_TARIFF)]
    assert (basket.tip_cents, payment.cents, payment.platform, payment.reference) == (0, 3_200, "helloasso", "HA-1")
    assert ledger.does_nothing(ImportContribution, **IMPORTED)
    assert ledger.does_nothing(ImportContribution, **{**IMPORTED, "contribution_id": example.uid(1)})
    assert ledger.does_nothing(ImportContribution, **{**IMPORTED, "reference": "HA-2"})


@pytest.mark.parametrize(
    ("prices", "found"),
    [
        ((tariff(12_00, 8_00),), ["t1", OFF_TARIFF, OFF_TARIFF, OFF_TARIFF]),
        ((), ["libre", "libre", "libre", OFF_TARIFF]),
    ],
)
def test_an_amount_is_of_the_tariff_with_this_price_and_of_a_free_one_where_all_are(
    prices: tuple[Tariff, ...], found: list[str]
) -> None:
    ledger = published(tariff(5_00, tariff_id="libre", label="Soutien", free=True), *prices)
    rows = [
        ImportedChild(participant_id=example.uid(number), class_label="CP", cents=cents)
        for number, cents in enumerate((12_00, 5_00, 7_50, 4_99), start=10)
    ]
    basket, _ = ledger.do(ImportContribution, **{**IMPORTED, "children": tuple(rows)})
    assert isinstance(basket, ContributionPlaced)
    assert [line.tariff_id for line in basket.lines] == found


def test_the_same_number_at_two_platforms_is_two_payments() -> None:
    ledger = published()
    ledger.do(ImportContribution, **IMPORTED)
    other = {"contribution_id": example.uid(1), "external_payment_id": example.uid(2), "platform": "assoconnect"}
    assert len(ledger.do(ImportContribution, **{**IMPORTED, **other})) == 2


def test_cash_of_another_platform_goes_to_the_cash_box() -> None:
    ledger = published()
    cash = {**IMPORTED, "means": "cash"}
    _, received = ledger.do(ImportContribution, **cash)
    assert isinstance(received, CashReceived)
    assert (received.cents, received.slip) == (3_200, "HA-1")
    assert ledger.does_nothing(ImportContribution, **{**cash, "contribution_id": example.uid(1)})


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"children": ()}, InvalidInput),
        ({"means": "card"}, InvalidInput),
        ({"platform": "paypal"}, PlatformUnknown),
        ({"reference": "MARTIN"}, PlatformReferenceInvalid),
        ({"reference": "1" * 21}, PlatformReferenceInvalid),
        ({"paid_at": datetime(2024, 6, 23, 22, 0, tzinfo=UTC)}, DayOutOfRange),
        ({"paid_at": datetime(2023, 8, 31, 21, 59, tzinfo=UTC)}, DayOutOfRange),
    ],
)
def test_an_import_that_cannot_be_is_refused(wrong: dict[str, object], error: type[LedgerError]) -> None:
    published().refused(error, ImportContribution, **{**IMPORTED, **wrong})


def test_an_import_of_amounts_out_of_bounds_is_refused() -> None:
    huge = ImportedChild(participant_id=example.MARIE, class_label="CP", cents=MAX_CENTS)
    published().refused(AmountInvalid, ImportContribution, **{**IMPORTED, "children": (huge, huge)})


def test_nothing_is_imported_into_a_campaign_put_away() -> None:
    ledger = published()
    ledger.do(ArchiveCampaign)
    ledger.refused(CampaignClosed, ImportContribution, **IMPORTED)


def test_a_class_outside_the_coops_list_is_refused_by_the_command_itself() -> None:
    ledger = published()
    year = ledger.campaign.school_year
    listed = {**IMPORTED, "known_classes": {year: ("CE2",)}}
    ledger.refused(ClassNotListed, ImportContribution, **listed)
    assert len(ledger.do(ImportContribution, **{**listed, "known_classes": {year: ("CP-A", "CPA")}})) == 2
