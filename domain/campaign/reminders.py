"""Asking that the families of a class be reminded of a campaign: how often, how far apart, for how many at least.

Contributions are voluntary, and who has not paid is told to no one: what is decided here depends on the campaign and on
the list of contacts alone, never on a contribution (ADR 73).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import ClassVar, Final

from domain.calendar import french_date, paris_date
from domain.campaign.basket import is_open
from domain.campaign.state import Campaign, CampaignCommand, CampaignStatus
from domain.errors import CampaignClosed, Conflict
from domain.events.base import Event
from domain.events.campaign import ReminderAsked

MOST_REMINDERS: Final = 3
"""Reminders of a class in one campaign."""
REMINDERS_APART: Final = timedelta(days=5)
"""How many Paris days pass between two of them, at least."""
LEAST_FAMILIES: Final = 5
"""Families on a list that is reminded, at least; the association may want more (``Policy.anonymity_threshold``)."""


class RemindersUsedUp(Conflict):
    """The class was reminded as often as it may be."""

    code = "reminders-used-up"
    sentence = f"Cette classe a déjà eu ses {MOST_REMINDERS} rappels pour cette collecte. Aucun autre ne part."


class ReminderTooSoon(Conflict):
    """The last reminder of the class is less than five days old."""

    code = "reminder-too-soon"
    sentence = (
        "Deux rappels sont séparés de cinq jours au moins\u00a0: le prochain est possible le {day}. Rien ne part."
    )


class TooFewFamilies(Conflict):
    """The list of the class is so short that who answers a reminder would be known."""

    code = "too-few-families"
    sentence = (
        "Un rappel s’adresse à {least} familles au moins, pour que personne ne puisse deviner à qui il est envoyé. "
        "La liste de cette classe est plus courte. Rien ne part."
    )


class ReminderNotOpen(CampaignClosed):
    """The campaign takes no contributions now."""

    code = "reminder-not-open"
    sentence = "Un rappel n’est possible que pendant que la collecte est ouverte. Rien ne part."


class AskReminder(CampaignCommand, frozen=True, kw_only=True):
    """Have the families of a class reminded; ``contacts`` and ``families`` are those of its list, ``least`` the rule's.

    Whom a letter goes to is decided when it leaves, by the service alone.
    """

    KIND: ClassVar[str] = "AskReminder"
    class_code: str
    contacts: int
    families: int
    least: int

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Refuse a closed campaign, a short list, a fourth reminder, or one that comes too soon."""
        check_reminder(state, self)
        number = len(state.reminders.get(self.class_code, ())) + 1
        return (
            ReminderAsked(at=self.at, by=self.by, class_code=self.class_code, number=number, contacts=self.contacts),
        )


def check_reminder(state: Campaign, asked: AskReminder) -> None:
    """Refuse a reminder that may not be asked for now.

    Raises:
        ReminderNotOpen: families cannot contribute now.
        RemindersUsedUp: the class had its last one.
        ReminderTooSoon: the one before is not old enough.
        TooFewFamilies: the list is too short.

    """
    if not may_remind(state, asked.at):
        raise ReminderNotOpen(campaign=state.id, status=state.status)
    days = state.reminders.get(asked.class_code, [])
    if len(days) >= MOST_REMINDERS:
        raise RemindersUsedUp(campaign=state.id, number=len(days))
    if days and (first := next_day(days)) > paris_date(asked.at):
        raise ReminderTooSoon(campaign=state.id, day=french_date(first))
    if asked.families < max(asked.least, LEAST_FAMILIES):
        raise TooFewFamilies(campaign=state.id, least=max(asked.least, LEAST_FAMILIES))


def may_remind(state: Campaign, instant: datetime) -> bool:
    """Tell whether families can contribute at an instant by the link that a reminder would lead to."""
    return state.status is CampaignStatus.PUBLISHED and state.by_link and is_open(state, instant)


def next_day(days: list[date]) -> date:
    """Return the first Paris day on which a class may be reminded again, after reminders on some days."""
    return max(days) + REMINDERS_APART
