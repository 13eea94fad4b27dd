"""What the online account of a coop held at the end of a past day, by all that the log knows of that day now."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from adapters.log.event_store import EventStore
from domain.calendar import paris_date
from domain.journal import postings
from domain.roll_forward import statement_movement


def balance_on(store: EventStore, coop_id: UUID, day: date) -> tuple[int, int]:
    """Return the balance at the end of a Paris day, blocked sums included, and what of it was blocked; in cents."""
    total = blocked = 0
    for recorded in store.coop_events(coop_id):
        event = recorded.event
        movement = statement_movement(event, postings(event))
        if movement is not None and paris_date(event.happened_at) <= day:
            total += movement.receipts - movement.disbursements - movement.transfers
            blocked += movement.blocked
    return total, blocked
