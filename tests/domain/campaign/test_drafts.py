"""A draft until it is on line or put away: what was chosen of it, and how it is abandoned."""

from __future__ import annotations

from datetime import UTC, datetime

from domain.campaign.publication import AbandonDraft, ArchiveCampaign, SetPublication, SuspendCampaign
from domain.campaign.settings import SetPaymentOptions
from domain.campaign.state import Campaign, CampaignStatus
from domain.errors import Conflict
from tests.kit.in_memory_ledger import CARD_ONLY, InMemoryLedger, drafted, published

_OPENS, _CLOSES = datetime(2024, 5, 31, 22, 0, tzinfo=UTC), datetime(2024, 7, 28, 17, 0, tzinfo=UTC)


def _seen(ledger: InMemoryLedger) -> Campaign:
    """The campaign as it is now."""
    return ledger.campaign


def test_the_payment_options_that_a_campaign_begins_with_are_recorded_once_they_are_chosen() -> None:
    ledger = drafted()
    as_begun = {"means": ("card",), "instalments": None, "message": "", "policy": CARD_ONLY}
    assert not _seen(ledger).payment_chosen
    assert ledger.do(SetPaymentOptions, **as_begun)
    assert _seen(ledger).payment_chosen
    assert ledger.does_nothing(SetPaymentOptions, **as_begun)


def test_a_draft_is_abandoned_once_and_has_no_form_for_families() -> None:
    ledger = drafted()
    ledger.do(SetPublication, by_link=True, opens_at=_OPENS, closes_at=_CLOSES)
    assert ledger.do(AbandonDraft)
    campaign = _seen(ledger)
    assert (campaign.status, campaign.by_link) == (CampaignStatus.ARCHIVED, False)
    assert (campaign.opens_at, campaign.closes_at) == (_OPENS, _CLOSES)
    assert ledger.does_nothing(AbandonDraft)


def test_a_draft_without_a_form_for_families_is_archived_by_one_event() -> None:
    ledger = drafted()
    ledger.do(SetPublication, by_link=False, opens_at=None, closes_at=None)
    assert len(ledger.do(AbandonDraft)) == 1


def test_what_was_on_line_is_not_abandoned_whatever_it_is_now() -> None:
    ledger = published()
    for after in (SuspendCampaign, ArchiveCampaign):
        ledger.refused(Conflict, AbandonDraft)
        ledger.do(after)
    ledger.refused(Conflict, AbandonDraft)
