"""The five steps of a campaign, and its status from draft to archive."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from domain.campaign.basket import PlaceContribution
from domain.campaign.disputes.facts import RecordDisputeLost, RecordDisputeOpened
from domain.campaign.instalments import CancelInstalments
from domain.campaign.publication import (
    ArchiveCampaign,
    CampaignNotFinished,
    PublishCampaign,
    SetEmbedding,
    SetPublication,
    SuspendCampaign,
    _orders,
)
from domain.campaign.refunds import RecordRefundFailed, RecordRefundSettled
from domain.campaign.settings import (
    FIELD_NAMES,
    FIELD_STATES,
    MAX_NOTIFIED,
    MAX_TARIFFS,
    CheckSettings,
    DraftCampaign,
    EditDetails,
    SetFormFields,
    SetNotifications,
    SetPaymentOptions,
    SetTariffs,
)
from domain.campaign.state import CampaignStatus
from domain.errors import (
    AmountInvalid,
    CampaignClosed,
    Conflict,
    CouncilDecisionInvalid,
    InvalidInput,
    NotAllowed,
    PolicyForbids,
    StaleVersion,
)
from domain.events.association import Policy
from domain.events.base import InstalmentTerms
from domain.events.campaign import CampaignDetails, CampaignDrafted, CampaignPublished, FormField
from domain.money import MAX_CENTS
from domain.vocabulary.orders import order_number
from tests.kit import example
from tests.kit.in_memory_ledger import (
    BASKET,
    CARD_ONLY,
    InMemoryLedger,
    ask_refund,
    capture,
    drafted,
    paid,
    publish,
    published,
    registered,
    tariff,
)

TITLED = CampaignDetails(title="Sorties")
DRAFT = {
    "coop_id": example.COOP,
    "details": TITLED,
    "purpose": "contribution-volontaire",
    "school_year": 2024,
    "demo": True,
    "policy": CARD_ONLY,
}
OPTIONS = {"means": ("card",), "instalments": None, "message": "Merci", "policy": CARD_ONLY}
OPENS, CLOSES = datetime(2024, 5, 31, 22, 0, tzinfo=UTC), datetime(2024, 7, 28, 17, 0, tzinfo=UTC)
WINDOW = {"by_link": True, "opens_at": OPENS, "closes_at": CLOSES}
ON_LINE = {
    "responsible_id": example.HOLDER,
    "council_decision": "2024-06-03 PV 12",
    "policy": CARD_ONLY,
    "mandated": True,
    "charter_version": 1,
    "charter_accepted": 1,
}


def priced() -> InMemoryLedger:
    """A draft with a tariff."""
    ledger = drafted()
    ledger.do(SetTariffs, tariffs=(tariff(1_200),))
    return ledger


def test_a_campaign_begins_as_a_draft_of_its_coop() -> None:
    ledger = registered()
    (event,) = ledger.do(DraftCampaign, **DRAFT, copied_from=example.uid(999))
    assert isinstance(event, CampaignDrafted)
    assert event.copied_from == example.uid(999)
    campaign = ledger.campaign
    assert (campaign.coop_id, campaign.status, campaign.means) == (example.COOP, CampaignStatus.DRAFT, ("card",))
    assert (campaign.details, campaign.purpose, campaign.school_year) == (TITLED, "contribution-volontaire", 2024)


def test_a_campaign_without_title_or_for_a_purpose_outside_the_charter_is_refused() -> None:
    ledger = registered()
    ledger.refused(InvalidInput, DraftCampaign, **{**DRAFT, "details": CampaignDetails(title="  ")})
    ledger.refused(PolicyForbids, DraftCampaign, **{**DRAFT, "purpose": "loterie"})


def test_general_information_is_edited_even_on_line() -> None:
    ledger = published()
    assert ledger.do(EditDetails, details=TITLED)
    assert ledger.campaign.details == TITLED
    assert ledger.does_nothing(EditDetails, details=TITLED)
    ledger.refused(InvalidInput, EditDetails, details=CampaignDetails(title=""))


def test_tariffs_are_set_once() -> None:
    ledger = drafted()
    tariffs = (tariff(1_200), tariff(1_200, 1_000, 800, tariff_id="t2"), tariff(0, tariff_id="t3", free=True))
    assert ledger.do(SetTariffs, tariffs=tariffs)
    assert tuple(ledger.campaign.tariffs.values()) == tariffs
    assert ledger.does_nothing(SetTariffs, tariffs=tariffs)


@pytest.mark.parametrize(
    "tariffs",
    [
        (),
        tuple(tariff(100, tariff_id=f"t{number}") for number in range(MAX_TARIFFS + 1)),
        (tariff(100), tariff(200)),
        (tariff(100, label=" "),),
        (tariff(),),
        (msgspec.structs.replace(tariff(100), valid_to=date(2024, 8, 31)),),
    ],
)
def test_tariffs_without_meaning_are_refused(tariffs: tuple[object, ...]) -> None:
    drafted().refused(InvalidInput, SetTariffs, tariffs=tariffs)


@pytest.mark.parametrize("wrong", [tariff(-1, free=True), tariff(MAX_CENTS + 1), tariff(1_200, -5), tariff(-1)])
def test_a_tariff_out_of_bounds_is_refused(wrong: object) -> None:
    drafted().refused(AmountInvalid, SetTariffs, tariffs=(wrong,))


@pytest.mark.parametrize(
    "tiers",
    [(1_000, 500, 0), (1_000, 0), (1_000, 800, 600, 0), (0,), (0, 0), (1_200, 0, 1_200), tuple([100] * 9 + [0])],
)
def test_any_child_of_a_family_may_cost_nothing(tiers: tuple[int, ...]) -> None:
    assert drafted().do(SetTariffs, tariffs=(tariff(*tiers),))


def test_fifty_tariffs_are_accepted() -> None:
    assert drafted().do(SetTariffs, tariffs=tuple(tariff(100, tariff_id=f"t{n}") for n in range(MAX_TARIFFS)))


def test_every_question_of_the_form_is_hidden_optional_or_required() -> None:
    ledger = drafted()
    for state in FIELD_STATES:
        fields = tuple(FormField(name=name, state=state) for name in FIELD_NAMES)
        assert ledger.do(SetFormFields, fields=fields)
        assert ledger.campaign.fields == fields
        assert ledger.does_nothing(SetFormFields, fields=fields)


@pytest.mark.parametrize(
    "fields",
    [
        (FormField(name="first_name", state="hidden"),),
        (FormField(name="class", state="maybe"),),
        (FormField(name="class", state="hidden"), FormField(name="class", state="required")),
    ],
)
def test_an_unknown_question_or_state_or_a_question_twice_is_refused(fields: tuple[FormField, ...]) -> None:
    drafted().refused(InvalidInput, SetFormFields, fields=fields)


def test_payment_options_are_set_once() -> None:
    ledger = drafted()
    terms = InstalmentTerms(count=4, interval_months=3)
    assert ledger.do(SetPaymentOptions, **{**OPTIONS, "instalments": terms})
    assert (ledger.campaign.instalments, ledger.campaign.message) == (terms, "Merci")
    assert ledger.does_nothing(SetPaymentOptions, **{**OPTIONS, "instalments": terms})
    assert ledger.do(SetPaymentOptions, **OPTIONS)


@pytest.mark.parametrize("means", [(), ("card", "card")])
def test_no_means_or_the_same_twice_is_refused(means: tuple[str, ...]) -> None:
    drafted().refused(InvalidInput, SetPaymentOptions, **{**OPTIONS, "means": means})


@pytest.mark.parametrize("means", [("cash",), ("card", "cheque"), ("other",)])
def test_other_means_than_the_card_are_refused_under_the_policy_card_only(means: tuple[str, ...]) -> None:
    drafted().refused(PolicyForbids, SetPaymentOptions, **{**OPTIONS, "means": means})


@pytest.mark.parametrize(("count", "interval"), [(1, 1), (0, 1), (2, 0)])
def test_instalments_are_at_least_two_and_a_month_apart(count: int, interval: int) -> None:
    terms = InstalmentTerms(count=count, interval_months=interval)
    drafted().refused(InvalidInput, SetPaymentOptions, **{**OPTIONS, "instalments": terms})


@pytest.mark.parametrize(("count", "interval"), [(5, 1), (2, 4)])
def test_instalments_beyond_the_policy_are_refused(count: int, interval: int) -> None:
    terms = InstalmentTerms(count=count, interval_months=interval)
    drafted().refused(PolicyForbids, SetPaymentOptions, **{**OPTIONS, "instalments": terms})


def test_the_window_and_the_link_are_edited_even_on_line() -> None:
    ledger = published()
    assert ledger.do(SetPublication, **WINDOW)
    assert ledger.does_nothing(SetPublication, **WINDOW)
    assert ledger.do(SetPublication, by_link=False, opens_at=None, closes_at=CLOSES)
    assert (ledger.campaign.by_link, ledger.campaign.opens_at, ledger.campaign.closes_at) == (False, None, CLOSES)
    assert ledger.do(SetPublication, by_link=False, opens_at=OPENS, closes_at=None)


@pytest.mark.parametrize("closes_at", [OPENS, datetime(2024, 5, 1, tzinfo=UTC)])
def test_a_window_that_ends_before_it_begins_is_refused(closes_at: datetime) -> None:
    drafted().refused(InvalidInput, SetPublication, **{**WINDOW, "closes_at": closes_at})


def test_a_campaign_goes_on_line_under_a_named_responsibility() -> None:
    ledger = priced()
    (event,) = ledger.do(PublishCampaign, **ON_LINE)
    assert isinstance(event, CampaignPublished)
    assert (event.responsible_id, event.council_decision) == (example.HOLDER, "2024-06-03 PV 12")
    assert (ledger.campaign.status, ledger.campaign.responsible_id) == (CampaignStatus.PUBLISHED, example.HOLDER)
    assert ledger.does_nothing(PublishCampaign, **ON_LINE)


def test_a_campaign_is_not_published_without_a_mandate() -> None:
    priced().refused(NotAllowed, PublishCampaign, **{**ON_LINE, "mandated": False})


def test_a_campaign_is_not_published_under_an_older_charter() -> None:
    priced().refused(PolicyForbids, PublishCampaign, **{**ON_LINE, "charter_version": 2})


def test_a_charter_that_never_was_is_no_consent_to_the_one_that_is() -> None:
    priced().refused(PolicyForbids, PublishCampaign, **{**ON_LINE, "charter_accepted": 100})


def test_a_campaign_whose_means_the_policy_no_longer_allows_is_not_published() -> None:
    ledger = priced()
    wide = Policy(means=("card", "cash"))
    ledger.do(SetPaymentOptions, **{**OPTIONS, "means": ("card", "cash"), "policy": wide})
    ledger.refused(PolicyForbids, PublishCampaign, **ON_LINE)
    assert ledger.do(PublishCampaign, **{**ON_LINE, "policy": wide})


def test_a_campaign_without_tariff_or_decision_of_the_conseil_is_not_published() -> None:
    drafted().refused(Conflict, PublishCampaign, **ON_LINE)
    for words in ("  ", "Conseil du 3 juin 2024", "2024-06-03 Mme Durand"):
        priced().refused(CouncilDecisionInvalid, PublishCampaign, **{**ON_LINE, "council_decision": words})


def test_sales_are_suspended_and_resumed() -> None:
    ledger = published()
    assert ledger.do(SuspendCampaign)
    assert ledger.does_nothing(SuspendCampaign)
    ledger.refused(CampaignClosed, PlaceContribution, **BASKET)
    assert publish(ledger)
    assert ledger.do(PlaceContribution, **BASKET)


def test_only_a_published_campaign_is_suspended() -> None:
    drafted().refused(Conflict, SuspendCampaign)


def archived() -> InMemoryLedger:
    """An archived campaign."""
    ledger = published()
    ledger.do(ArchiveCampaign)
    return ledger


def test_a_campaign_is_archived_once_whatever_its_status() -> None:
    assert archived().does_nothing(ArchiveCampaign)
    assert drafted().do(ArchiveCampaign)


def test_an_archived_campaign_is_read_only() -> None:
    ledger = archived()
    ledger.refused(Conflict, SuspendCampaign)
    ledger.refused(Conflict, EditDetails, details=TITLED)
    ledger.refused(Conflict, SetTariffs, tariffs=(tariff(100),))
    ledger.refused(Conflict, SetFormFields, fields=())
    ledger.refused(Conflict, SetPaymentOptions, **OPTIONS)
    ledger.refused(Conflict, SetPublication, **WINDOW)
    ledger.refused(Conflict, PublishCampaign, **ON_LINE)


def test_a_campaign_that_expects_instalments_is_not_archived() -> None:
    ledger = drafted()
    ledger.do(SetTariffs, tariffs=(tariff(1_200),))
    terms = InstalmentTerms(count=2, interval_months=1)
    ledger.do(SetPaymentOptions, **{**OPTIONS, "instalments": terms})
    publish(ledger)
    ledger.do(PlaceContribution, **{**BASKET, "instalments": 2})
    capture(ledger, cents=1_200)
    refusal = ledger.refused(CampaignNotFinished, ArchiveCampaign)
    assert f"échéances à venir ({order_number(example.CONTRIBUTION)})" in refusal.french
    ledger.do(CancelInstalments, contribution_id=example.CONTRIBUTION, reason="child_left")
    assert ledger.do(ArchiveCampaign)


def test_a_campaign_with_a_refund_under_way_or_a_dispute_open_is_not_archived() -> None:
    ledger = paid()
    ask_refund(ledger, cents=1_000)
    assert "remboursement en cours" in ledger.refused(CampaignNotFinished, ArchiveCampaign).french
    settled = {"refund_id": example.REFUND, "provider_refund": "re_1", "settled_at": example.NOW}
    ledger.do(RecordRefundSettled, **settled)
    failed = {"refund_id": example.REFUND, "reason": "expired_card", "failed_at": example.NOW}
    ledger.do(RecordRefundFailed, **failed)
    assert "à régler par la coopérative" in ledger.refused(CampaignNotFinished, ArchiveCampaign).french


def test_a_campaign_with_a_dispute_open_is_archived_once_it_is_over() -> None:
    ledger = paid()
    opened = {
        "dispute_id": "dp_1",
        "payment_id": example.PAYMENT,
        "cents": 500,
        "provider_movement": "txn_1",
        "fee_cents": 0,
    }
    ledger.do(RecordDisputeOpened, **opened, opened_at=example.NOW)
    assert "paiement contesté" in ledger.refused(CampaignNotFinished, ArchiveCampaign).french
    ledger.do(RecordDisputeLost, dispute_id="dp_1", closed_at=example.NOW)
    assert ledger.do(ArchiveCampaign)


def test_many_open_orders_are_named_up_to_five_and_counted() -> None:
    assert _orders([example.uid(number) for number in range(7)]).endswith(" et 2 de plus")


def test_who_hears_of_registrations_is_named_by_ids_ten_at_most_each_once() -> None:
    """S-99."""
    ledger, ids = published(), tuple(example.uid(number) for number in range(MAX_NOTIFIED + 1))
    ledger.refused(InvalidInput, SetNotifications, contact_ids=ids)
    ledger.refused(InvalidInput, SetNotifications, contact_ids=(ids[0], ids[0]))
    assert ledger.do(SetNotifications, contact_ids=ids[1:])
    assert ledger.campaign.notified == ids[1:]
    assert ledger.does_nothing(SetNotifications, contact_ids=ids[1:])
    assert ledger.do(SetNotifications, contact_ids=())


def test_settings_are_checked_by_their_own_version_which_families_do_not_move() -> None:
    ledger = published()
    version = ledger.campaign.settings_version
    assert 0 < version < ledger.campaign.version
    ledger.do(SuspendCampaign)
    assert ledger.does_nothing(CheckSettings, settings_version=version)
    ledger.do(SetNotifications, contact_ids=(example.uid(1),))
    assert ledger.campaign.settings_version == ledger.campaign.version
    ledger.refused(StaleVersion, CheckSettings, settings_version=version)


def test_a_campaign_is_framed_by_the_sites_that_were_named_and_by_no_other() -> None:
    ledger = published()
    assert ledger.do(
        SetEmbedding, origins=("https://ecole.example", "https://ecole.example", "https://blog.example:8443")
    )
    assert ledger.campaign.embedding == ("https://ecole.example", "https://blog.example:8443")
    assert ledger.does_nothing(SetEmbedding, origins=("https://ecole.example", "https://blog.example:8443"))


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "https:",
        "ecole.example",
        "https://ecole.example/page",
        "https://a; script-src *",
        "https://*.example",
        "javascript:x",
        "",
    ],
)
def test_what_is_no_origin_frames_nothing(origin: str) -> None:
    published().refused(InvalidInput, SetEmbedding, origins=(origin,))
