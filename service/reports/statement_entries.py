"""The online account's journal lines as statements and vouchers take them: one entry an event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from psycopg import Connection

from domain.calendar import paris_date
from domain.events import EVENT_TYPES
from projections import payouts
from projections.journal import JournalRow
from reports.parts.payout_parts import Covered
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
        receipts=0 if transfer else max(total, 0),
        disbursements=0 if transfer else max(-total, 0),
        transfers=-total if transfer else 0,
        blocked=blocked,
        late=first.late,
    )


def references(connection: Connection[Any], coop_id: UUID) -> dict[UUID, str]:
    """Return the reference of each payout of a coop."""
    return {
        row.payout_id: payout_reference(row.fiscal_year, row.number) for row in payouts.of_coop(connection, coop_id)
    }


def covered_by(
    connection: Connection[Any], payout_ids: Iterable[UUID], contribution_ids: AbstractSet[UUID]
) -> dict[UUID, list[Covered]]:
    """Return what payouts cover of some contributions, by payout; a payout that covers none of them is left out."""
    found: dict[UUID, list[Covered]] = {}
    for payout_id in payout_ids:
        for item in payouts.items_of(connection, payout_id):
            if item.contribution_id is not None and item.contribution_id in contribution_ids:
                one = Covered(payout_id, item.contribution_id, item.kind, item.cents)
                found.setdefault(payout_id, []).append(one)
    return found
