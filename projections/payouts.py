"""Each payout of each coop, from its request to the line of the bank statement that shows it (S-147, S-169).

``cents`` goes to ``bank_account_id``, frozen at the request. ``status`` is that of the domain: requested, sent, paid,
failed, returned, cancelled. The instants are UTC: ours for the request, the provider's for the others; ``failed_at``
is also that of a return. ``booked_on`` is the bank's day, ``return_line_id`` its line that sent the payout back;
``statement`` is the number of the statement issued when it arrived. Payouts are few: the rows concerned are read,
folded and written whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from domain.coop.state import PayoutStatus
from domain.errors import LedgerCorrupt
from domain.events.bank import BankLineMatched, BankLineUnmatched, BankReturnMatched, BankReturnUnmatched
from domain.events.base import Event
from domain.events.papers.issued import PayoutStatementIssued
from domain.events.payout import PayoutCancelled, PayoutFailed, PayoutPaid, PayoutRequested, PayoutReturned, PayoutSent
from domain.papers.references import statement_reference
from projections.base.read_model import BookedEvent, Write
from projections.base.rows import write_rows

_DDL: Final[LiteralString] = """
CREATE TABLE payouts (
    payout_id       uuid        PRIMARY KEY,
    coop_id         uuid        NOT NULL,
    cents           bigint      NOT NULL,
    status          text        NOT NULL,
    bank_account_id uuid        NOT NULL,
    provider_payout text,
    requested_at    timestamptz NOT NULL,
    sent_at         timestamptz,
    paid_at         timestamptz,
    failed_at       timestamptz,
    reason          text,
    bank_line_id    text,
    booked_on       date,
    return_line_id  text,
    returned_on     date,
    statement       text        NOT NULL,
    position        bigint      NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX payouts_by_coop ON payouts (coop_id, requested_at);
CREATE INDEX payouts_by_status ON payouts (status) WHERE status IN ('requested', 'sent');
"""
_PUT: Final[LiteralString] = """
INSERT INTO payouts (payout_id, coop_id, cents, status, bank_account_id, provider_payout, requested_at, sent_at,
                     paid_at, failed_at, reason, bank_line_id, booked_on, return_line_id, returned_on, statement,
                     position)
SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::bigint[], %s::text[], %s::uuid[], %s::text[], %s::timestamptz[],
                     %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::text[], %s::text[], %s::date[],
                     %s::text[], %s::date[], %s::text[], %s::bigint[])
ON CONFLICT (payout_id) DO UPDATE SET
    status = excluded.status, provider_payout = excluded.provider_payout, sent_at = excluded.sent_at,
    paid_at = excluded.paid_at, failed_at = excluded.failed_at, reason = excluded.reason,
    bank_line_id = excluded.bank_line_id, booked_on = excluded.booked_on,
    return_line_id = excluded.return_line_id, returned_on = excluded.returned_on,
    statement = excluded.statement, position = excluded.position
"""


class PayoutRow(NamedTuple):
    """One payout."""

    payout_id: UUID
    coop_id: UUID
    cents: int
    status: str
    bank_account_id: UUID
    provider_payout: str | None
    requested_at: datetime
    sent_at: datetime | None
    paid_at: datetime | None
    failed_at: datetime | None
    reason: str | None
    bank_line_id: str | None
    booked_on: date | None
    return_line_id: str | None
    returned_on: date | None
    statement: str
    position: int


def _sent(row: PayoutRow, event: PayoutSent) -> PayoutRow:
    return row._replace(status=PayoutStatus.SENT.value, provider_payout=event.provider_payout, sent_at=event.sent_at)


def _paid(row: PayoutRow, event: PayoutPaid) -> PayoutRow:
    return row._replace(status=PayoutStatus.PAID.value, paid_at=event.paid_at)


def _failed(row: PayoutRow, event: PayoutFailed) -> PayoutRow:
    return row._replace(status=PayoutStatus.FAILED.value, failed_at=event.failed_at, reason=event.reason)


def _cancelled(row: PayoutRow, _event: PayoutCancelled) -> PayoutRow:
    return row._replace(status=PayoutStatus.CANCELLED.value)


def _returned(row: PayoutRow, event: PayoutReturned) -> PayoutRow:
    return row._replace(status=PayoutStatus.RETURNED.value, failed_at=event.returned_at, reason=event.reason)


def _matched(row: PayoutRow, event: BankLineMatched) -> PayoutRow:
    return row._replace(bank_line_id=event.bank_line_id, booked_on=event.booked_on)


def _unmatched(row: PayoutRow, _event: BankLineUnmatched) -> PayoutRow:
    return row._replace(bank_line_id=None, booked_on=None)


def _return_matched(row: PayoutRow, event: BankReturnMatched) -> PayoutRow:
    return row._replace(return_line_id=event.bank_line_id, returned_on=event.booked_on)


def _return_unmatched(row: PayoutRow, _event: BankReturnUnmatched) -> PayoutRow:
    return row._replace(return_line_id=None, returned_on=None)


def _stated(row: PayoutRow, event: PayoutStatementIssued) -> PayoutRow:
    """The statement of its arrival is its number; that of its return names this one."""
    return row if event.returns else row._replace(statement=statement_reference(event.exercise, event.number))


_HANDLERS: Final[dict[type[Event], Callable[[PayoutRow, Any], PayoutRow]]] = {
    PayoutSent: _sent,
    PayoutPaid: _paid,
    PayoutFailed: _failed,
    PayoutCancelled: _cancelled,
    PayoutReturned: _returned,
    BankLineMatched: _matched,
    BankLineUnmatched: _unmatched,
    BankReturnMatched: _return_matched,
    BankReturnUnmatched: _return_unmatched,
    PayoutStatementIssued: _stated,
}


def _requested(fact: BookedEvent, event: PayoutRequested) -> PayoutRow:
    """The row of a payout as requested."""
    return PayoutRow(
        payout_id=event.payout_id,
        coop_id=fact.stream_id,
        cents=event.cents,
        status=PayoutStatus.REQUESTED.value,
        bank_account_id=event.bank_account_id,
        provider_payout=None,
        requested_at=event.at,
        sent_at=None,
        paid_at=None,
        failed_at=None,
        reason=None,
        bank_line_id=None,
        booked_on=None,
        return_line_id=None,
        returned_on=None,
        statement="",
        position=fact.position,
    )


class Payouts:
    """The read model of payouts."""

    name = "payouts"
    version = 3
    tables = ("payouts",)
    ddl: LiteralString = _DDL

    def fold(self, batch: Sequence[BookedEvent]) -> Write:
        """Keep the events about payouts; they are folded into the rows that the write reads."""
        facts: list[tuple[BookedEvent, Any]] = [
            (fact, fact.event)
            for fact in batch
            if isinstance(fact.event, PayoutRequested) or type(fact.event) in _HANDLERS
        ]

        def write(connection: Connection[Any]) -> None:
            """Read the payouts concerned, fold the events into them, and write them whole."""
            if not facts:
                return
            rows = {row.payout_id: row for row in _read(connection, [event.payout_id for _, event in facts])}
            for fact, event in facts:
                if isinstance(event, PayoutRequested):
                    rows[event.payout_id] = _requested(fact, event)
                    continue
                row = rows.get(event.payout_id)
                if row is None:
                    raise LedgerCorrupt(position=fact.position, payout=event.payout_id, known=False)
                changed = _HANDLERS[type(event)](row, event)
                rows[event.payout_id] = changed._replace(position=fact.position)
            write_rows(connection, _PUT, list(rows.values()))

        return write


_SELECT: Final[LiteralString] = """
SELECT payout_id, coop_id, cents, status, bank_account_id, provider_payout, requested_at, sent_at, paid_at, failed_at,
       reason, bank_line_id, booked_on, return_line_id, returned_on, statement, position
FROM payouts
"""


def _read(connection: Connection[Any], payout_ids: list[UUID]) -> list[PayoutRow]:
    """Return the payouts with these ids."""
    with connection.cursor(row_factory=class_row(PayoutRow)) as cursor:
        return cursor.execute(f"{_SELECT} WHERE payout_id = ANY(%s)", (payout_ids,)).fetchall()


def of_coop(connection: Connection[Any], *coop_ids: UUID) -> list[PayoutRow]:
    """Return the payouts of a coop, or of several, in the order in which they were asked for."""
    query: LiteralString = f"{_SELECT} WHERE coop_id = ANY(%s) ORDER BY requested_at, payout_id"
    with connection.cursor(row_factory=class_row(PayoutRow)) as cursor:
        return cursor.execute(query, (list(coop_ids),)).fetchall()
