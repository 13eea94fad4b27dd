"""A world whose coop has written down contacts, and asks for reminders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from adapters.contact_vault import ClassOfYear, ContactProfile
from domain.aggregate import Stamp
from domain.calendar import paris_date
from domain.campaign.reminders import LEAST_FAMILIES
from service.contacts.address_book import add_contacts
from service.reminders.addressees import Collection
from service.reminders.plan import SPREAD
from service.reminders.requests import reminder_of
from service.reminders.sender import BETWEEN, LOOKS
from service.runtime.open_ledger import OpenLedger
from tests.kit.email_world import EmailWorld, ReceivedEmails
from tests.kit.service_world import SLUG

YEAR: Final = 2026
CP: Final = "CPA"
CE1: Final = "CE1"
REMINDER: Final = "letter:collection-reminder"
ABOUT: Final = "La collecte « Vie de classe » est ouverte"
TO_THE_END: Final = SPREAD + LOOKS * BETWEEN
"""After this time nothing of a reminder waits."""


def address(name: str) -> str:
    """The address of a family."""
    return f"{name}@famille.example"


@dataclass
class ReminderWorld(EmailWorld):
    """A world whose class has contacts."""

    @property
    def opened(self) -> OpenLedger:
        """The ledger of the association with its vaults."""
        return self.runtime.ledger(SLUG)

    @property
    def about(self) -> Collection:
        """The campaign and its coop, as they are now."""
        return Collection(self.context.campaign(self.campaign_id), self.context.coop(self.coop_id))

    def write_down(self, *names: str, code: str = CP) -> dict[str, UUID]:
        """Write families down as contacts of a class; return the contacts by name."""
        profiles = [ContactProfile(address(name), last_name=name) for name in names]
        add_contacts(self.opened, self.coop_id, profiles, paris_date(self.now()), [ClassOfYear(YEAR, code)])
        found = self.opened.contacts.people.by_addresses(self.coop_id, [address(name) for name in names])
        return {name: found[address(name)].contact_id for name in names}

    def write_down_as(self, last_name: str, email: str, code: str = CP) -> None:
        """Write one contact of a class down."""
        profile = ContactProfile(email, last_name=last_name)
        add_contacts(self.opened, self.coop_id, [profile], paris_date(self.now()), [ClassOfYear(YEAR, code)])

    def ask(self, code: str = CP, least: int = LEAST_FAMILIES) -> None:
        """Have a class reminded, as its mandate holder does."""
        stamp = Stamp(at=self.now(), by="test")
        self.context.ledger.bus.submit(reminder_of(self.opened, self.about, code, least, stamp)).result(30)

    def remind(self, code: str = CP) -> None:
        """Have a class reminded, and everything done that comes of it."""
        self.ask(code)
        self.run_to_the_end()

    def run_to_the_end(self) -> None:
        """Have everything done that comes of the reminders asked for."""
        for _ in range(LOOKS + 1):
            self.settle(seconds=TO_THE_END.total_seconds() / LOOKS)

    def days_later(self, days: int) -> None:
        """Let days pass."""
        self.settle(seconds=timedelta(days=days).total_seconds())

    def reminder_tasks(self) -> list[tuple[Any, ...]]:
        """All that the outbox keeps of reminders but ids and instants, in the order of their planning."""
        with self.worker.outbox.pool.connection() as connection:
            return connection.execute(
                "SELECT kind, state, attempts, error, call, (facts - 'place')::text, run_at - added_at > '-1 day'"
                " FROM work.tasks WHERE kind = %s ORDER BY task_id",
                (REMINDER,),
            ).fetchall()


def reminded(emails: ReceivedEmails) -> list[str]:
    """Who got the letter of a reminder, by name, once for each letter."""
    return sorted(to.partition("@")[0] for to, about in emails.subjects() if about == ABOUT)
