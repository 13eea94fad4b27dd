"""The letters of reminders: each contact of a list is looked at three times, whatever becomes of it.

A look ends in the same way whether a letter left, could not leave, or was none: the same state, the same number of
looks at the same instants, the same length, and nothing logged. A letter that certainly did not leave is tried again by
the next look; one that may have left is not.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

from adapters.email import DeliveryUnknown, Email, TransportUnavailable
from adapters.jobs import Task
from adapters.reminder_vault import ListedContact
from domain.calendar import french_moment, paris_date
from domain.campaign.reminders import MOST_REMINDERS, REMINDERS_APART, may_remind
from domain.errors import LedgerCorrupt
from domain.events.campaign import ReminderAsked
from service.emails import content
from service.emails.context import EmailContext
from service.emails.sender import EmailSender, Handler, coop_envelope
from service.emails.transports import reminders_place
from service.payments.context import PaymentContext
from service.payments.idempotent_calls import WaitUntil
from service.reminders.addressees import Collection, address_to_remind
from service.reminders.plan import KIND
from service.runtime.open_ledger import OpenLedger

LOOKS: Final = 3
"""How often a contact is looked at for one reminder."""
BETWEEN: Final = timedelta(hours=3)
"""How long after a look the next one is due."""
LONGEST_WAIT: Final = timedelta(days=2)
"""After this time a reminder is no news any more, as after a long outage: no letter leaves for it."""
BEAT: Final = 2.0
"""Seconds that a look lasts at least: handing a letter over takes less."""
_NOBODY: Final = "personne@coopledger.invalid"
"""Stands in a letter that is written and never sent."""


def reminder_handlers(email_sender: EmailSender, opened_of: Callable[[str], OpenLedger]) -> dict[str, Handler]:
    """Return the handler of these tasks, for the worker."""
    return {KIND: ReminderSender(email_sender, opened_of).reminder_task}


class ReminderSender:
    """Carries out the tasks of reminders; threads may share it."""

    def __init__(
        self,
        email_sender: EmailSender,
        opened_of: Callable[[str], OpenLedger],
        rest: Callable[[float], None] = time.sleep,
    ) -> None:
        """Use the transports of other e-mails, and the vaults of each association; ``rest`` fills a look up."""
        self._email_sender = email_sender
        self._opened_of = opened_of
        self._rest = rest

    def reminder_task(self, context: PaymentContext, task: Task) -> None:
        """Look at one contact of a list; send it the letter if it concerns it.

        Raises:
            WaitUntil: there is another look to come, for every contact alike.

        """
        begun = time.monotonic()
        self._look(context, task)
        with context.out_of_turn():
            self._rest(max(0.0, begun + BEAT - time.monotonic()))
        if task.attempts + 1 < LOOKS:
            raise WaitUntil(task.run_at + BETWEEN)

    def _look(self, context: PaymentContext, task: Task) -> None:
        opened, (fact,) = self._opened_of(context.slug), context.ledger.store.events(task.number("position"), 1)
        event = fact.event
        if not isinstance(event, ReminderAsked):
            raise LedgerCorrupt(ledger=context.slug, position=fact.position, kind=task.kind)
        email_context = EmailContext(context, fact, task.id("coop_id"), self._email_sender.public_url)
        campaign = email_context.campaign()
        listed = opened.reminders.at(campaign.id, event.class_code, task.number("place"))
        about = Collection(campaign, email_context.coop())
        address = address_to_remind(opened, about, listed) if listed else None
        letter = self._letter(email_context, opened, task, listed)
        now = context.now()
        if listed and address and may_remind(campaign, now) and now - event.at <= LONGEST_WAIT:
            self._send(context, opened, listed, event, partial(replace, letter, to=address))

    def _letter(
        self, email_context: EmailContext, opened: OpenLedger, task: Task, listed: ListedContact | None
    ) -> Email:
        """Write the letter, whether it leaves or not: what could fail in writing fails for all alike."""
        context = email_context.payment_context
        link = f"{self._email_sender.public_url}/{context.slug}/rappel/"
        link += opened.reminders.token(listed.list_id, listed.contact_id) if listed else ""
        envelope = coop_envelope(email_context, _NOBODY, f"{context.ledger.association_id}:{task.subject}", "")
        closes_at = email_context.campaign().closes_at
        closes = french_moment(closes_at) if closes_at else ""
        reminder = content.ReminderEmail(email_context.title, closes, link, f"{link}/arret")
        return content.collection_reminder(envelope, reminder)

    def _send(
        self,
        context: PaymentContext,
        opened: OpenLedger,
        listed: ListedContact,
        event: ReminderAsked,
        addressed: Callable[[], Email],
    ) -> None:
        """Send a letter at most once, and keep to oneself how that went."""
        asked_on = paris_date(event.at)
        claim = opened.reminders.claim(listed, event.number, asked_on, MOST_REMINDERS, REMINDERS_APART)
        if claim is None:
            return
        place = reminders_place(context.ledger.association_id)
        try:
            with context.out_of_turn(), suppress(DeliveryUnknown):
                self._email_sender.transports(context.slug, place).send(addressed())
        except TransportUnavailable:
            opened.reminders.give_back(claim)
        except Exception:  # noqa: BLE001 - whatever it is, telling it would say that a letter had been meant to leave
            return
