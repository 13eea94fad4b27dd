"""The online account's journal lines as statements take them: one entry an event."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from psycopg import Connection

from domain.calendar import paris_date
from domain.events import EVENT_TYPES
from domain.roll_forward import origin_of
from projections import payouts
from projections.journal import JournalRow
from reports.parts.wording import payment_reference, payout_reference
from reports.statement import Entry

_LABELS: Final = {kind.TOPIC: kind.LABEL for kind in EVENT_TYPES}
_PAYOUT: Final = "coop.payout_"


def entries(rows: Iterable[JournalRow], payout_references: dict[UUID, str]) -> list[Entry]:
    """Make one statement entry of each event's legs on the online account, blocked part included."""
    return [_entry(legs, payout_references) for legs in _by_event(rows)]


def _by_event(rows: Iterable[JournalRow]) -> Iterator[list[JournalRow]]:
    for _, legs in groupby(rows, key=lambda row: row.position):
        yield list(legs)


def _effect(legs: Iterable[JournalRow]) -> tuple[int, int]:
    """What an event adds to the account, and to its blocked part, in cents."""
    total = blocked = 0
    for leg in legs:
        total += leg.debit - leg.credit
        blocked += leg.debit - leg.credit if leg.account == "online_blocked" else 0
    return total, blocked


def _entry(legs: list[JournalRow], payout_references: dict[UUID, str]) -> Entry:
    first, (total, blocked) = legs[0], _effect(legs)
    transfer = first.topic.startswith(_PAYOUT)
    subject = first.subject_id
    reference = "" if subject is None else payout_references.get(subject) or payment_reference(subject)
    return Entry(
        position=first.position,
        paid_on=first.paid_on,
        recorded_on=paris_date(first.recorded_at),
        label=_LABELS[first.topic],
        reference=reference,
        origin=origin_of(first.topic),
        receipts=0 if transfer else max(total, 0),
        disbursements=0 if transfer else max(-total, 0),
        transfers=-total if transfer else 0,
        blocked=blocked,
        period=first.period,
        late=first.late,
    )


def references(connection: Connection[Any], coop_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return how each payout of some coops is called: by the number of its statement, before that by its request."""
    return {
        row.payout_id: row.statement or payout_reference(paris_date(row.requested_at), row.cents)
        for row in payouts.of_coop(connection, *coop_ids)
    }
