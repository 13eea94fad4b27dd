"""The inbox: webhook events of the provider, kept as they came and looked into later, each once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, LiteralString, NamedTuple

from psycopg.rows import class_row

from adapters.connections import Lender
from adapters.jobs.queue import Queue, QueuedItem
from adapters.payments.values import WebhookEvent

_SELECT: Final[LiteralString] = """
SELECT event, endpoint, kind, object_id, account, api_version, received_at, attempts FROM work.notifications
"""


class ReceivedWebhook(NamedTuple):
    """A webhook event as it is kept, without its body."""

    event: str
    endpoint: str
    kind: str
    object_id: str
    account: str | None
    api_version: str | None
    received_at: datetime
    attempts: int


class WebhookInbox(Queue):
    """The webhook events of one provider."""

    def __init__(self, pool: Lender) -> None:
        """Use a pool of the worker role."""
        super().__init__(pool, "notifications", "event")

    def keep(self, endpoint: str, webhook_event: WebhookEvent, body: bytes | None, now: datetime) -> bool:
        """Keep a webhook event; False when it had come before, by this way or another."""
        with self.pool.connection() as connection:
            return (
                connection.execute(
                    "INSERT INTO work.notifications"
                    " (event, endpoint, kind, object_id, account, api_version, created_at, received_at, body, run_at)"
                    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
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
                    ),
                ).rowcount
                > 0
            )

    def due(self, now: datetime, limit: int = 100) -> list[QueuedItem]:
        """Return what is due, the longest waiting first; what concerns one object is looked into one at a time."""
        with self.pool.connection() as connection:
            rows = connection.execute(
                "SELECT event, 'object:' || object_id FROM work.notifications WHERE state = 'waiting' AND run_at <= %s"
                " ORDER BY run_at, event LIMIT %s",
                (now, limit),
            ).fetchall()
        return [QueuedItem(*row) for row in rows]

    def read(self, event: str, now: datetime) -> ReceivedWebhook | None:
        """Return a webhook event if it is still due."""
        query: LiteralString = f"""{_SELECT}
        WHERE event = %s AND state = 'waiting' AND run_at <= %s"""
        with self.pool.connection() as connection, connection.cursor(row_factory=class_row(ReceivedWebhook)) as cursor:
            return cursor.execute(query, (event, now)).fetchone()

    def waiting_about(self, object_id: str, kinds: Sequence[str]) -> list[str]:
        """Return the events of some kinds that wait about an object: the next look at it answers them all."""
        with self.pool.connection() as connection:
            rows = connection.execute(
                "SELECT event FROM work.notifications"
                " WHERE object_id = %s AND state = 'waiting' AND kind = ANY(%s) ORDER BY event",
                (object_id, list(kinds)),
            ).fetchall()
        return [event for (event,) in rows]

    def answered(self, events: Sequence[str], now: datetime) -> None:
        """Note that a look answered some webhook events."""
        with self.pool.connection() as connection:
            connection.execute(
                "UPDATE work.notifications SET state = 'done', ended_at = %s, error = NULL"
                " WHERE event = ANY(%s) AND state = 'waiting'",
                (now, list(events)),
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
