"""Sending a message: kept once, sealed, and one task for each family, which holds ids alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from adapters.jobs import NewTask, Outbox
from adapters.messages import FamilyMessage, SentMessage
from adapters.people_vault import Purpose, retention_end
from domain.calendar import PARIS, paris_date
from domain.texts.addresses import address_form
from service.emails.email_plan import PREFIX
from service.messages.errors import NoAddressKnown, TooManyMessages
from service.runtime.open_ledger import OpenLedger

MESSAGE: Final = f"{PREFIX}family-message"
"""The kind of task that sends a message to one family."""
MOST: Final = 5
"""Messages of a coop in one Paris day."""


class ChosenOrder(NamedTuple):
    """An order of the selection: who paid is who is written to."""

    contribution_id: UUID
    payer_id: UUID


class ChosenFamilies(NamedTuple):
    """The families of a selection: each address with an order of theirs; ``without`` are the orders without one."""

    orders: dict[str, UUID]
    without: int


def families_of(opened: OpenLedger, orders: Iterable[ChosenOrder]) -> ChosenFamilies:
    """Return the families of a selection: each address once; those without one are left out, and counted.

    Raises:
        NoAddressKnown: no address is known of any.

    """
    chosen = dict.fromkeys(orders)
    people = opened.people({order.payer_id for order in chosen})
    found: dict[str, UUID] = {}
    without = 0
    for order in chosen:
        payer = people.get(order.payer_id)
        if payer is None or not payer.email.strip():
            without += 1
        else:
            found.setdefault(address_form(payer.email), order.contribution_id)
    if not found:
        raise NoAddressKnown(orders=len(chosen))
    return ChosenFamilies(found, without)


class NewMessage(NamedTuple):
    """A message that is to be sent: its id, whose it is, and what it says."""

    message_id: UUID
    coop_id: UUID
    campaign_id: UUID
    sent_by: UUID
    message: FamilyMessage


def send_message(
    opened: OpenLedger, outbox: Outbox, new: NewMessage, families: Mapping[str, UUID], now: datetime
) -> None:
    """Keep a message and plan a letter to each family; sent again under its id, it is the same message.

    Raises:
        TooManyMessages: the coop has written as often today as it may; nothing is sent.

    """
    today = paris_date(now)
    sent = SentMessage(new.message_id, new.coop_id, new.campaign_id, now, len(families), new.message)
    midnight = datetime.combine(today, time(), tzinfo=PARIS)
    if not opened.messages.add(sent, new.sent_by, retention_end(Purpose.CLASS_LIFE, today), midnight, MOST):
        raise TooManyMessages(coop=new.coop_id)
    for place, contribution_id in enumerate(families.values()):
        facts = {
            "message_id": str(new.message_id),
            "coop_id": str(new.coop_id),
            "campaign_id": str(new.campaign_id),
            "contribution_id": str(contribution_id),
        }
        # A mail server takes some at a time; those of a family that is forgotten meanwhile are given up by their lane.
        at = now + timedelta(milliseconds=place)
        task = NewTask(MESSAGE, f"{new.message_id}:{contribution_id}", f"letters:{contribution_id}", at, facts)
        outbox.add(opened.ledger.slug, task)
