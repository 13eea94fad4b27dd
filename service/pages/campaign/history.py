"""The history of the settings of a campaign: who changed what, when, and from what; nothing of families (S-52)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Final, NamedTuple

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from domain.calendar import fiscal_year_label, french_date, french_moment
from domain.campaign.reminders import MOST_REMINDERS
from domain.campaign.state import Campaign
from domain.events import campaign as events
from domain.events.base import Event
from domain.events.upcasting import UPCASTERS
from domain.recorded_event import RecordedEvent
from service.auth.actions import Action
from service.contacts.person_fields import own_labels
from service.fields import FieldError
from service.members.names import person_names
from service.pages.campaign.persons import actor_names
from service.pages.campaign.words import NOTHING, SettingChange, all_lines, changes, purpose_name
from service.pages.frame.visit import CampaignVisit, campaign_visit
from service.pages.wizard.days import read_day
from service.runtime.open_ledger import OpenLedger

router = APIRouter()
Reader = Annotated[CampaignVisit, Depends(campaign_visit(Action.READ))]
SETTINGS: Final[tuple[type[Event], ...]] = (
    events.CampaignDrafted,
    events.DetailsEdited,
    events.TariffsSet,
    events.FormFieldsSet,
    events.PaymentOptionsSet,
    events.NotificationsSet,
    events.PublicationSet,
    events.EmbeddingSet,
    events.ReminderAsked,
    events.CampaignPublished,
    events.CampaignSuspended,
    events.CampaignArchived,
)
"""What is set of a campaign and its status; no event of a family."""
_TOPICS: Final = frozenset(event.TOPIC for event in SETTINGS)
TOPICS: Final = _TOPICS | {old for old, (topic, _) in UPCASTERS.items() if topic in _TOPICS}
"""Their topics, with those that they had before."""


class HistoryEntry(NamedTuple):
    """One change: what happened, when in Paris, who did it, and each difference."""

    title: str
    at: datetime
    when: str
    actor: str
    changes: list[SettingChange]


def settings_events(opened: OpenLedger, campaign: CampaignVisit) -> list[RecordedEvent]:
    """Return the events of a campaign's settings and status, in order."""
    return opened.ledger.store.events_of(campaign.campaign.campaign_id, TOPICS)


def last_publication(campaign: CampaignVisit) -> events.CampaignPublished | None:
    """Return how a campaign was last put on line, None if it never was."""
    facts = (fact.event for fact in reversed(settings_events(campaign.opened, campaign)))
    return next((event for event in facts if isinstance(event, events.CampaignPublished)), None)


def history_of(
    facts: Sequence[RecordedEvent], names: dict[str, str], responsible: dict[str, str], own: Mapping[str, str]
) -> list[HistoryEntry]:
    """Fold the settings event by event, and say what each changed; the latest first."""
    return list(_entries(facts, names, responsible, own))[::-1]


def _entries(
    facts: Sequence[RecordedEvent], names: dict[str, str], responsible: dict[str, str], own: Mapping[str, str]
) -> Iterator[HistoryEntry]:
    state = Campaign(facts[0].stream_id) if facts else None
    before = [] if state is None else all_lines(state, own)
    for fact in facts:
        if state is None:
            return
        state.evolve(fact.event)
        after = all_lines(state, own)
        said = [*_said(fact.event, responsible), *changes(before, after)]
        yield HistoryEntry(fact.event.LABEL, fact.event.at, french_moment(fact.event.at), names[fact.event.by], said)
        before = after


def _said(event: Event, responsible: dict[str, str]) -> Iterator[SettingChange]:
    """Say what an event tells beside the settings."""
    if isinstance(event, events.CampaignDrafted):
        yield SettingChange("Objet", NOTHING, purpose_name(event.purpose))
        yield SettingChange("Année scolaire", NOTHING, fiscal_year_label(event.school_year))
        if event.copied_from is not None:
            yield SettingChange("Origine", NOTHING, "Copie d’une autre collecte")
    if isinstance(event, events.CampaignPublished):
        yield SettingChange("Mandataire responsable", NOTHING, responsible[str(event.responsible_id)])
        yield SettingChange("Décision du Conseil", NOTHING, decision_sentence(event.council_decision))
    if isinstance(event, events.ReminderAsked):
        yield SettingChange("Classe", NOTHING, event.class_code)
        yield SettingChange("Rappel", NOTHING, f"{event.number} sur {MOST_REMINDERS}")


def decision_sentence(decision: str) -> str:
    """Write a decision of the Conseil: its day, and the number of its minutes; older ones are as they were written."""
    day, _, minutes = decision.partition(" ")
    try:
        written = french_date(read_day(day))
    except FieldError:
        return decision
    return f"{written}, procès-verbal {minutes}" if minutes else written


@router.get("/{association}/collectes/{campaign_id}/historique")
async def history(visit: Reader) -> Response:
    """Show every change of the settings of a campaign (S-52, S-109)."""

    def read() -> list[HistoryEntry]:
        facts = settings_events(visit.opened, visit)
        names = actor_names(visit.opened, {fact.event.by for fact in facts})
        published = (fact.event for fact in facts if isinstance(fact.event, events.CampaignPublished))
        holders = person_names(visit.opened, {one.responsible_id for one in published})
        own = own_labels(visit.opened, visit.coop.coop_id)
        return history_of(facts, names, {str(key): name for key, name in holders.items()}, own)

    entries = await run_in_threadpool(read)
    return await visit.show(
        "campaign/history.html",
        "collectes",
        help_key="historique",
        tab="configuration",
        tab_title="Historique",
        entries=entries,
        nothing=NOTHING,
    )
