"""Every setting of a campaign has its line of words, so that no change of it is missing in the history."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID, uuid4

import msgspec
import pytest

from domain.campaign.state import Campaign
from domain.events import EVENT_TYPES, Event
from domain.events import campaign as events
from domain.events.base import InstalmentTerms, Tariff
from domain.events.campaign import CampaignDetails, FormField
from domain.recorded_event import RecordedEvent
from domain.vocabulary.references import council_decision
from service.pages.campaign.history import SETTINGS, TOPICS, decision_sentence, history_of
from service.pages.campaign.words import SettingLine, all_lines, changes, instalments_sentence, purpose_name
from tests.kit.example_events import EXAMPLES

_AT: Final = datetime(2026, 9, 1, tzinfo=UTC)
_DETAILS: Final = CampaignDetails(title="Un", description="Deux", terms="Trois", picture=f"{'0' * 64}-600x400")
_TARIFF: Final = Tariff(
    tariff_id="t1", label="Un enfant", tiers=(12_00, 10_00), valid_from=date(2026, 9, 1), valid_to=date(2027, 8, 31)
)
CHANGED: Final = [
    ("details", _DETAILS, "description"),
    ("details", _DETAILS, "terms"),
    ("details", _DETAILS, "picture"),
    ("details", msgspec.structs.replace(_DETAILS, attachments=(f"{'1' * 64}/12/Budget.pdf",)), "attachments"),
    ("details", msgspec.structs.replace(_DETAILS, contact_id=UUID(int=1)), "contact_id"),
    ("tariffs", {"t1": _TARIFF}, "label"),
    ("fields", (FormField(name="class", state="required"),), "state"),
    ("means", ("card", "cash"), "means"),
    ("instalments", InstalmentTerms(count=3, interval_months=2), "count"),
    ("message", "Merci", "message"),
    ("notified", (UUID(int=2),), "contact_ids"),
    ("by_link", False, "by_link"),
    ("opens_at", _AT, "opens_at"),
    ("closes_at", _AT, "closes_at"),
    ("embedding", ("https://ecole.example",), "origins"),
]
"""A setting of the state, another value of it, and what of it changes."""


def _campaign() -> Campaign:
    campaign = Campaign(uuid4())
    campaign.details = CampaignDetails(title="Un")
    return campaign


@pytest.mark.parametrize(("name", "value", "part"), CHANGED)
def test_a_change_of_any_setting_is_told(name: str, value: object, part: str) -> None:
    campaign = _campaign()
    before = all_lines(campaign, {})
    setattr(campaign, name, value)
    told = changes(before, all_lines(campaign, {}))
    assert told, part
    assert all(one.before != one.after for one in told)


def test_another_picture_contact_or_addressee_of_the_same_looks_is_told_as_changed() -> None:
    before = SettingLine("picture", "Photo", "600 × 400 pixels", "a")
    (told,) = changes([before], [before._replace(basis="b")])
    assert (told.before, told.after) == ("600 × 400 pixels", "modifié")


def test_a_tariff_that_is_taken_away_is_told_and_one_that_stays_is_not() -> None:
    campaign = _campaign()
    campaign.tariffs = {"t1": _TARIFF, "t2": msgspec.structs.replace(_TARIFF, tariff_id="t2", label="Soutien")}
    before = all_lines(campaign, {})
    campaign.tariffs = {"t2": campaign.tariffs["t2"]}
    (told,) = changes(before, all_lines(campaign, {}))
    assert told.before.startswith("Un enfant\u00a0: 12,00\u00a0€, à partir du 2e enfant\u00a0: 10,00\u00a0€")
    assert told.after == "–"


def test_the_history_knows_every_event_of_a_campaign_that_is_of_no_family() -> None:
    ours = {event for event in EVENT_TYPES if event.__module__ == events.__name__}
    assert set(SETTINGS) == ours
    assert "campaign.payment_options_set.1" in TOPICS


def test_the_history_folds_every_kind_of_event_and_names_who_did_it() -> None:
    examples: list[Event] = [EXAMPLES[kind] for kind in SETTINGS]
    facts = [RecordedEvent(at, uuid4(), at, None, _AT, one) for at, one in enumerate(examples, start=1)]
    names = dict.fromkeys((one.by for one in examples), "Laurence")
    holders = {str(one.responsible_id): "Laurence" for one in examples if isinstance(one, events.CampaignPublished)}
    told = history_of(facts, names, holders, {})
    assert [entry.title for entry in told] == [one.LABEL for one in reversed(examples)]
    assert {entry.actor for entry in told} == {"Laurence"}
    assert history_of([], {}, {}, {}) == []


@pytest.mark.parametrize(
    ("decision", "written"),
    [
        (council_decision(date(2026, 7, 1)), "1er juillet 2026"),
        (council_decision(date(2026, 7, 1), "PV 12"), "1er juillet 2026, procès-verbal PV 12"),
        ("Conseil du 3 juin 2024", "Conseil du 3 juin 2024"),
    ],
)
def test_a_decision_of_the_conseil_is_written_as_people_do(decision: str, written: str) -> None:
    assert decision_sentence(decision) == written


def test_a_purpose_that_is_not_known_is_read_from_its_code() -> None:
    assert purpose_name("sortie-scolaire") == "Sortie scolaire"
    assert purpose_name("jardin-de-l-ecole") == "Jardin de l ecole"


@pytest.mark.parametrize(("months", "said"), [(1, "3 fois, chaque mois"), (2, "3 fois, tous les 2 mois")])
def test_instalments_are_said_in_words(months: int, said: str) -> None:
    assert instalments_sentence(InstalmentTerms(count=3, interval_months=months)) == said
