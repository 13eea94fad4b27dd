"""The reminder of a collection, to whom it concerns: it names no one, and asks for nothing that is owed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from adapters.email import Email
from service.emails.content.rendering import compose
from service.emails.content.values import EmailEnvelope


@dataclass(frozen=True)
class ReminderEmail:
    """A collection that is open: its title, until when in words if it closes, its page, where to say « no more »."""

    campaign: str
    closes: str
    url: str
    stop_url: str


def collection_reminder(envelope: EmailEnvelope, reminder: ReminderEmail) -> Email:
    """Remind a family of a collection; whether the letter arrived is told to no one."""
    written = compose("collection_reminder", envelope, reminder=reminder)
    return replace(written, silent=True)
