"""The inbox: webhook events of the provider, kept as they came and looked into later, each once."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime
from typing import Final, LiteralString, NamedTuple

import psycopg
from psycopg.rows import class_row

from adapters.connections import Lender
from adapters.jobs.queue import ALL, Queue, QueuedItem, Selection
from adapters.payments.subjects import Subject
from adapters.payments.values import WebhookEvent

_SELECT: Final[LiteralString] = """
SELECT event, endpoint, kind, object_id, payment, account, api_version, received_at, attempts, wants, (
    SELECT max(told.shown) FROM work.notifications AS told WHERE told.payment = waiting.payment
) AS shown, (
    SELECT jsonb_object_agg(other.event, other.kind) FROM work.notifications AS other WHERE other.state = 'waiting'
    AND (other.payment = waiting.payment OR waiting.payment IS NULL AND other.object_id = waiting.object_id)
) AS waiting FROM work.notifications AS waiting
"""


_KEEP: Final[LiteralString] = """
INSERT INTO work.notifications (event, endpoint, kind, object_id, account, api_version, created_at, received_at, body,
    run_at, payment, ledger, wants, shown, state, ended_at)
SELECT %(event)s::text, %(endpoint)s::text, %(kind)s::text, %(object_id)s::text, %(account)s::text,
    %(api_version)s::text, %(created_at)s::timestamptz, %(now)s::timestamptz, %(body)s::bytea, %(now)s::timestamptz,
    %(payment)s::text, %(ledger)s::text, %(wants)s::smallint, known.shown,
    CASE WHEN %(quiet)s OR known.shown IS NOT NULL THEN 'done' ELSE 'waiting' END,
    CASE WHEN %(quiet)s OR known.shown IS NOT NULL THEN %(now)s::timestamptz END
FROM (SELECT max(shown) FROM work.notifications
      WHERE payment = %(payment)s::text AND shown >= %(wants)s::smallint) AS known (shown)
ON CONFLICT DO NOTHING RETURNING true
"""


class _Arrival:
    """A webhook event on its way into the inbox; ``kept`` is None until it is known whether it is new."""

    __slots__ = ("alone", "kept", "values")

    def __init__(self, values: dict[str, object]) -> None:
        """Remember what is to be kept; with ``alone`` it is kept by itself."""
        self.values = values
        self.kept: bool | None = None
        self.alone = False


class ReceivedWebhook(NamedTuple):
    """A webhook event as it is kept, without its body; what ``shown`` looks at its payment have shown so far.

    ``waiting`` are the events that wait about the same payment or object, itself included, with their kinds.
    """

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
    waiting: dict[str, str]

    @property
    def answered(self) -> bool:
        """Whether an earlier look at its payment showed all that it can tell."""
        return self.wants is not None and self.shown is not None and self.wants <= self.shown

    def waiting_with(self, kinds: Sequence[str]) -> list[str]:
        """Return the events of some kinds that waited about the same when it was read: one look answers them all."""
        return sorted(event for event, kind in self.waiting.items() if kind in kinds)


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
        self._arriving: deque[_Arrival] = deque()
        self._keeping = threading.Lock()

    def keep(
        self, endpoint: str, webhook_event: WebhookEvent, body: bytes | None, now: datetime, subject: Subject | None
    ) -> bool:
        """Keep a webhook event; False when it had come before, by this way or another.

        One that is about no ``subject`` says nothing to us, and one whose payment was seen to have come to what it
        tells says nothing new: they are kept as done. What comes at once is kept by one transaction.
        """
        arrival = _Arrival(
            {
                "event": webhook_event.event,
                "endpoint": endpoint,
                "kind": webhook_event.kind,
                "object_id": webhook_event.object_id or "",
                "account": webhook_event.account,
                "api_version": webhook_event.api_version,
                "created_at": webhook_event.created_at,
                "now": now,
                "body": body,
                "payment": webhook_event.payment,
                "ledger": webhook_event.ledger,
                "wants": None if subject is None else subject.wants,
                "quiet": subject is None,
            }
        )
        self._arriving.append(arrival)
        with self._keeping:
            if arrival.kept is None and not arrival.alone:
                self._keep_together()
            if arrival.kept is None:
                self._keep([arrival])
        return bool(arrival.kept)

    def _keep_together(self) -> None:
        """Keep all that came meanwhile; where that fails, each is kept by itself."""
        arrived = [self._arriving.popleft() for _ in range(len(self._arriving))]
        try:
            self._keep(arrived)
        except psycopg.Error:
            for one in arrived:
                one.alone = True

    def _keep(self, arrived: Sequence[_Arrival]) -> None:
        """Keep several or none."""
        together = len(arrived) > 1
        with self.pool.connection() as connection, connection.cursor() as cursor:
            with connection.transaction() if together else nullcontext():
                cursor.executemany(_KEEP, [one.values for one in arrived], returning=True)
                told = [cursor.fetchone() is not None for _ in cursor.results()]
            for one, kept in zip(arrived, told, strict=True):
                one.kept = kept

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
