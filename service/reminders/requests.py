"""Asking for a reminder: the list of a class as it stands, fixed by the first one, and what may be said of it.

What is shown are the days of reminders and the number of contacts on the list. How many letters left, and
who got one, is neither kept nor shown.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from adapters.contact_vault import ClassOfYear, Contact
from adapters.people_vault import Purpose, retention_end
from adapters.reminder_vault import FixedContact, ListSize
from domain.aggregate import Stamp
from domain.calendar import paris_date
from domain.campaign.reminders import MOST_REMINDERS, AskReminder, check_reminder, next_day
from domain.campaign.state import Campaign
from domain.coop.state import Coop
from domain.texts.visible import plain_letters
from service.contacts.address_book import in_group
from service.reminders.addressees import Collection, digests, working_addresses
from service.runtime.open_ledger import OpenLedger


class ClassReminders(NamedTuple):
    """A class as the page of reminders shows it: contacts on its list, the days of its reminders, when the next may be.

    ``families`` is how many families the contacts are counted as; ``next_on`` is None where there may be none any more.
    """

    code: str
    label: str
    contacts: int
    families: int
    days: tuple[date, ...]
    next_on: date | None


class _CurrentList(NamedTuple):
    """The contacts of a class as they stand now, and how many families these are."""

    contacts: list[FixedContact]
    families: int

    @property
    def size(self) -> ListSize:
        return ListSize(len(self.contacts), self.families)


def class_reminders(
    opened: OpenLedger, about: Collection, classes: dict[str, str], today: date
) -> list[ClassReminders]:
    """Return the classes of a campaign's school year, each with its list and its reminders."""
    found = []
    for code, label in classes.items():
        days = tuple(about.campaign.reminders.get(code, ()))
        later = max(next_day(list(days)), today) if days else today
        size = opened.reminders.size(about.campaign.id, code) or _current(opened, about, code).size
        next_on = later if len(days) < MOST_REMINDERS else None
        found.append(ClassReminders(code, label, size.contacts, size.families, days, next_on))
    return found


def reminder_of(opened: OpenLedger, about: Collection, code: str, least: int, stamp: Stamp) -> AskReminder:
    """Return the command that has a class reminded; the first one fixes its list.

    Raises:
        ReminderNotOpen: families cannot contribute now.
        TooFewFamilies: the list is too short; it is not fixed.

    """
    campaign_id = about.campaign.id
    size = opened.reminders.size(campaign_id, code)
    if size is not None:
        return _command(campaign_id, code, size, least, stamp)
    current = _current(opened, about, code)
    command = _command(campaign_id, code, current.size, least, stamp)
    check_reminder(about.campaign, command)
    until = retention_end(Purpose.CLASS_LIFE, paris_date(stamp.at))
    opened.reminders.fix(campaign_id, code, current.contacts, current.families, until)
    fixed = opened.reminders.size(campaign_id, code) or current.size
    return _command(campaign_id, code, fixed, least, stamp)


def stop_reminders(opened: OpenLedger, coop_id: UUID, digest: bytes, today: date) -> None:
    """Have a coop remind an address no more, as long as its contacts of today are kept."""
    opened.reminders.stop(coop_id, digest, retention_end(Purpose.CLASS_LIFE, today))


def _command(campaign_id: UUID, code: str, size: ListSize, least: int, stamp: Stamp) -> AskReminder:
    return AskReminder(
        stream_id=campaign_id,
        stamp=stamp,
        class_code=code,
        contacts=size.contacts,
        families=size.families,
        least=least,
    )


def _current(opened: OpenLedger, about: Collection, code: str) -> _CurrentList:
    """Read the contacts of a class without who works with the coop; those of one last name count as one family."""
    working = digests(opened, working_addresses(opened, about))
    people = opened.contacts.people
    found = [(one, people.digest(one.profile.email)) for one in _contacts(opened, about.coop, about.campaign, code)]
    kept = [(one, digest) for one, digest in found if digest not in working]
    families = {plain_letters(one.profile.last_name) or str(one.contact_id) for one, _ in kept}
    return _CurrentList([FixedContact(one.contact_id, digest) for one, digest in kept], len(families))


def _contacts(opened: OpenLedger, coop: Coop, campaign: Campaign, code: str) -> list[Contact]:
    return in_group(opened, coop.id, ClassOfYear(campaign.school_year, code))
