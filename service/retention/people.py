"""Erasing people: those past their day, those who gave up before paying, contacts that no campaign shows any more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from psycopg import Connection

from domain.calendar import paris_date
from projections import contributions, journal, participants, storefront
from projections.engine.runner import tracked
from service.retention.context import RetentionContext
from service.retention.unconfirmed import settle_unconfirmed
from service.runtime.open_ledger import OpenLedger

UNPAID: Final = timedelta(days=45)
"""How long the people of a contribution that was given up unpaid are kept: a late payment would be known by then."""


def erase_expired_people(context: RetentionContext) -> int:
    """Erase people, photos included, past the day that their purpose gives them."""
    return len(context.opened.vault.erase_expired(paris_date(context.now)))


def erase_expired_payer_names(context: RetentionContext) -> int:
    """Destroy the names of the accounting archive whose ten exercises are over."""
    return context.opened.archive.erase_expired(paris_date(context.now))


def erase_unconfirmed_people(context: RetentionContext) -> int:
    """Erase people whose command was cut short and whom no event names; confirm the others."""
    return settle_unconfirmed(context.opened)


def erase_unpaid_people(context: RetentionContext) -> int:
    """Erase the payers and children of contributions that were given up, for which no money ever moved."""
    opened = context.opened
    return sum(opened.vault.erase(one) for one in opened.read(_unpaid_people, context.now - UNPAID))


def erase_former_contacts(context: RetentionContext) -> int:
    """Erase contacts that no campaign shows or writes to any more, a day after they were written."""
    opened = context.opened
    if not is_current(opened):
        return 0
    return opened.vault.erase_contacts_except(opened.read(storefront.all_contacts))


def is_current(opened: OpenLedger) -> bool:
    """Whether the read models show all of the log: what they do not show yet must not be taken for what is gone."""
    head, _ = opened.ledger.store.head()
    return opened.read(tracked) >= head


def _unpaid_people(connection: Connection[Any], placed_before: Any) -> list[UUID]:  # noqa: ANN401 - an instant
    found: list[UUID] = []
    for one in contributions.abandoned_unpaid(connection, placed_before):
        if not journal.lines_of_subject(connection, one.campaign_id, one.contribution_id):
            children = participants.of_contribution(connection, one.contribution_id)
            found += [one.payer_id, *(child.participant_id for child in children)]
    return found
