"""The inbox: webhook events of the provider, kept as they came and looked into later, each once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, LiteralString, NamedTuple

from psycopg.rows import class_row
from psycopg.sql import SQL

from adapters.connections import Lender
from adapters.jobs.queue import ALL, Queue, QueuedItem, Selection
from adapters.payments.subjects import Subject
from adapters.payments.values import WebhookEvent

_SELECT: Final[LiteralString] = """
SELECT event, endpoint, kind, object_id, payment, account, api_version, received_at, attempts, wants, (
    SELECT max(told.shown) FROM work.notifications AS told WHERE told.payment = waiting.payment
) AS shown FROM work.notifications AS waiting
"""


class ReceivedWebhook(NamedTuple):
    """A webhook event as it is kept, without its body; what ``shown`` looks at its payment have shown so far."""

    event: str
    endpoint: str
    kind: str
    object_id: str
    payment: str | None
    account: str | None
    api_version: str | None
    received_at: datetime
    attempts: int
    wants: int | None
    shown: int | None

    @property
    def answered(self) -> bool:
        """Whether an earlier look at its payment showed all that it can tell."""
        return self.wants is not None and self.shown is not None and self.wants <= self.shown


class ParkedWebhook(NamedTuple):
    """A webhook event that waits for an operator, and why; without its body, which may name people."""

    event: str
    kind: str
    object_id: str
    account: str | None
    received_at: datetime
    attempts: int
    error: str | None


class WebhookInbox(Queue):
    """The webhook events of one provider."""

    def __init__(self, pool: Lender) -> None:
        """Use a pool of the worker role."""
        super().__init__(pool, "notifications", "event")

    def keep(
        self, endpoint: str, webhook_event: WebhookEvent, body: bytes | None, now: datetime, subject: Subject | None
    ) -> bool:
        """Keep a webhook event; False when it had come before, by this way or another.

        One that is about no ``subject`` says nothing to us: it is kept as done.
        """
        with self.pool.connection() as connection:
            return (
                connection.execute(
                    "INSERT INTO work.notifications"
                    " (event, endpoint, kind, object_id, account, api_version, created_at, received_at, body, run_at,"
                    " payment, ledger, wants, state, ended_at)"
                    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
                    (
                        webhook_event.event,
                        endpoint,
                        webhook_event.kind,
                        webhook_event.object_id or "",
                        webhook_event.account,
                        webhook_event.api_version,
                        webhook_event.created_at,
                        now,
                        body,
                        now,
                        webhook_event.payment,
                        webhook_event.ledger,
                        None if subject is None else subject.wants,
                        "done" if subject is None else "waiting",
                        now if subject is None else None,
                    ),
                ).rowcount
                > 0
            )

    def due(self, now: datetime, wanted: Selection = ALL) -> list[QueuedItem]:
        """Return what is due, the longest waiting first; what concerns one payment or object is looked into in turn."""
        with self.pool.connection() as connection:
            rows = connection.execute(
                "SELECT event, lane, ledger FROM (SELECT event, run_at, coalesce(ledger, '') AS ledger,"
                "  coalesce('payment:' || payment, 'object:' || object_id) AS lane"
                "  FROM work.notifications WHERE state = 'waiting' AND run_at <= %(now)s) AS waiting"
                " WHERE lane <> ALL(string_to_array(%(lanes)s, E'\\n'))"
                " AND ledger <> ALL(string_to_array(%(ledgers)s, E'\\n')) ORDER BY run_at, event LIMIT %(limit)s",
                {"now": now, **wanted.values()},
            ).fetchall()
        return [QueuedItem(*row) for row in rows]

    def read(self, event: str, now: datetime) -> ReceivedWebhook | None:
        """Return a webhook event if it is still due."""
        query: LiteralString = f"""{_SELECT}
        WHERE event = %s AND state = 'waiting' AND run_at <= %s"""
        with self.pool.connection() as connection, connection.cursor(row_factory=class_row(ReceivedWebhook)) as cursor:
            return cursor.execute(query, (event, now)).fetchone()

    def parked(self, limit: int = 1_000) -> list[ParkedWebhook]:
        """Return the webhook events that wait for an operator, the oldest first."""
        query: LiteralString = (
            "SELECT event, kind, object_id, account, received_at, attempts, error FROM work.notifications"
            " WHERE state = 'parked' ORDER BY received_at, event LIMIT %s"
        )
        with self.pool.connection() as connection, connection.cursor(row_factory=class_row(ParkedWebhook)) as cursor:
            return cursor.execute(query, (limit,)).fetchall()

    def waiting_about(self, received: ReceivedWebhook, kinds: Sequence[str]) -> list[str]:
        """Return the events of some kinds that wait about the same payment or object: one look answers them all."""
        about: LiteralString = "object_id = %s" if received.payment is None else "payment = %s"
        query = SQL(
            "SELECT event FROM work.notifications WHERE {} AND state = 'waiting' AND kind = ANY(%s) ORDER BY event"
        ).format(SQL(about))
        with self.pool.connection() as connection:
            rows = connection.execute(query, (received.payment or received.object_id, list(kinds))).fetchall()
        return [event for (event,) in rows]

    def answered(
        self, events: Sequence[str], now: datetime, *, payment: str | None = None, shown: int | None = None
    ) -> None:
        """Note that a look answered some webhook events, and all that wait about a payment and say no more.

        ``shown`` is how much the look showed of the payment.
        """
        with self.pool.connection() as connection:
            connection.execute(
                "UPDATE work.notifications SET state = 'done', ended_at = %s, error = NULL, shown = %s"
                " WHERE state = 'waiting' AND (event = ANY(%s) OR (payment = %s AND wants <= %s))",
                (now, shown, list(events), payment, shown),
            )

    def swept_at(self, account: str | None) -> datetime | None:
        """Return up to when the provider was asked about an account (None: the platform's own), if ever."""
        with self.pool.connection() as connection:
            query = "SELECT swept_at FROM work.sweeps WHERE account = %s"
            row = connection.execute(query, (account or "",)).fetchone()
        return row[0] if row else None

    def note_sweep(self, account: str | None, now: datetime) -> None:
        """Remember that all webhooks of an account up to now were listed."""
        with self.pool.connection() as connection:
            connection.execute(
                "INSERT INTO work.sweeps (account, swept_at) VALUES (%s, %s)"
                " ON CONFLICT (account) DO UPDATE SET swept_at = excluded.swept_at",
                (account or "", now),
            )

    def erase_done(self, ended_before: datetime) -> int:
        """Erase webhook events that were looked into before an instant; return how many."""
        with self.pool.connection() as connection:
            return connection.execute(
                "DELETE FROM work.notifications WHERE state = 'done' AND ended_at < %s", (ended_before,)
            ).rowcount

    def empty_bodies(self, received_before: datetime) -> int:
        """Throw away the bodies of what ended and came before an instant: they may name people."""
        with self.pool.connection() as connection:
            return connection.execute(
                "UPDATE work.notifications SET body = NULL WHERE body IS NOT NULL AND received_at < %s"
                " AND state <> 'waiting'",
                (received_before,),
            ).rowcount

    def empty_bodies_holding(self, texts: Sequence[str]) -> int:
        """Throw away the bodies in which one of some texts occurs, whatever their age; return how many."""
        with self.pool.connection() as connection:
            return connection.execute(
                "UPDATE work.notifications SET body = NULL WHERE body IS NOT NULL AND EXISTS ("
                " SELECT FROM unnest(%s::text[]) AS held WHERE position(convert_to(held, 'UTF8') IN body) > 0)",
                (list(texts),),
            ).rowcount
