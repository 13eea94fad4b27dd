"""Which tasks come of a reminder that was asked for: one for each contact of the list, all of one shape.

A task names a place of the list, never a contact; its instant is drawn from the event, and places were drawn when the
list was fixed: when a letter leaves says nothing of whose it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from adapters.jobs import NewTask
from domain.events.campaign import ReminderAsked
from domain.provider_ids import ProviderIds
from domain.recorded_event import RecordedEvent
from service.emails.email_plan import PREFIX

KIND: Final = f"{PREFIX}collection-reminder"
"""The kind of these tasks."""
SPREAD: Final = timedelta(hours=2)
"""How long after it was asked for the last task of a reminder is due."""


def reminders_for(fact: RecordedEvent, _ids: ProviderIds) -> Iterator[NewTask]:
    """Yield the tasks of one reminder."""
    event = fact.event
    if not isinstance(event, ReminderAsked) or fact.coop_id is None:
        return
    for place in range(1, event.contacts + 1):
        subject = f"collection-reminder@{fact.position}:{place}"
        facts: dict[str, str | int] = {"position": fact.position, "coop_id": str(fact.coop_id), "place": place}
        yield NewTask(KIND, subject, f"reminders:{fact.position}:{place}", event.at + _delay(fact, place), facts)


def _delay(fact: RecordedEvent, place: int) -> timedelta:
    """Return how long after the event a task is due: spread over all that time, the same whenever it is planned."""
    drawn = hashlib.sha256(f"{fact.stream_id}\n{fact.position}\n{place}".encode()).digest()
    return SPREAD * int.from_bytes(drawn[:4]) // (1 << 32)
