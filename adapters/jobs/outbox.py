"""The outbox: what is to be done outside the ledger because of what was recorded in it, each thing once.

A follower of a log adds tasks in the transaction that moves its place in it. Before a call to the provider the task
keeps the call and its idempotency key; the worker that finds the task after a crash repeats exactly that call.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar, Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from adapters.connections import Lender
from adapters.jobs.calls import C, Call, StoredCall, UnexpectedCall, decode_call, encode_call
from adapters.jobs.lanes import take_turns
from adapters.jobs.queue import ALL, Queue, QueuedItem, Selection
from domain.errors import Conflict
from domain.vocabulary.keys import key

Facts = Mapping[str, str | int]
"""Ids, cents and days, as JSON; never a person's data."""
_SELECT: Final[LiteralString] = """
SELECT task_id, ledger, kind, subject, lane, facts, run_at, attempts, call, called_at, error FROM work.tasks
"""
_INSERT: Final[LiteralString] = """
INSERT INTO work.tasks (ledger, kind, subject, lane, run_at, facts)
SELECT row ->> 0, row ->> 1, row ->> 2, row ->> 3, (row ->> 4)::timestamptz, row -> 5
FROM jsonb_array_elements(%(tasks)s) WITH ORDINALITY AS given (row, number)
"""
_MOVE: Final[LiteralString] = """
INSERT INTO work.followed AS known (ledger, position) VALUES (%(ledger)s, %(position)s)
ON CONFLICT (ledger) DO UPDATE SET position = excluded.position WHERE known.position = %(before)s RETURNING 1
"""
_FOLLOW: Final[LiteralString] = f"""
WITH moved AS ({_MOVE}), added AS (
    {_INSERT} WHERE EXISTS (SELECT FROM moved) ORDER BY number ON CONFLICT DO NOTHING RETURNING 1
) SELECT (SELECT count(*) FROM moved), (SELECT count(*) FROM added)
"""  # noqa: S608 (made of constants)
# Where no task comes of the events, a crash may forget that they were read: none comes of them the next time.
_FOLLOW_NOTHING: Final[LiteralString] = f"""
WITH moved AS ({_MOVE})
SELECT count(*), 0, set_config('synchronous_commit', 'off', true) FROM moved
"""  # noqa: S608 (made of constants)


class NewTask(NamedTuple):
    """Something to do: what kind, about what (once in a ledger), alone in which lane, from when on."""

    kind: str
    subject: str
    lane: str
    run_at: datetime
    facts: Facts


class Task(NamedTuple):
    """A task as it is kept; ``call`` is one that was about to be made at ``called_at``, as it is stored."""

    task_id: int
    ledger: str
    kind: str
    subject: str
    lane: str
    facts: Facts
    run_at: datetime
    attempts: int
    call: StoredCall | None
    called_at: datetime | None
    error: str | None

    def id(self, name: str) -> UUID:
        """One of its facts, as an identifier of ours."""
        return UUID(self.text(name))

    def text(self, name: str) -> str:
        """One of its facts, as a name: the provider's ids."""
        return key(str(self.facts[name]))

    def number(self, name: str) -> int:
        """One of its facts, as a number: cents, or a place in a row."""
        return int(self.facts[name])

    def pending_call(self) -> Call | None:
        """Return the call that was about to be made, if there is one.

        Raises:
            UnexpectedCall: it is none of ours.

        """
        return None if self.call is None else decode_call(self.call)

    def pending(self, kind: type[C]) -> C | None:
        """Return the call that was about to be made, if there is one; the task makes calls of this kind alone.

        Raises:
            UnexpectedCall: it is of another kind.

        """
        call = self.pending_call()
        if call is None or isinstance(call, kind):
            return call
        raise UnexpectedCall(task=self.task_id, kind=type(call).__name__, expected=kind.__name__)

    def without_call(self) -> Task:
        """Return the task without its call: how the call ended is recorded."""
        return self._replace(call=None, called_at=None)


def _rows(ledger: str, tasks: Iterable[NewTask]) -> list[list[object]]:
    """Return tasks as the statements that add them take them."""
    return [
        [ledger, task.kind, task.subject, f"{ledger}:{task.lane}", task.run_at.isoformat(), dict(task.facts)]
        for task in tasks
    ]


class Outbox(Queue):
    """The tasks of all ledgers of a database."""

    DONE: ClassVar[LiteralString] = f"{Queue.DONE}, call = NULL, called_at = NULL"
    """The same, and that its call is forgotten."""

    def __init__(self, pool: Lender) -> None:
        """Use a pool of the worker role."""
        super().__init__(pool, "tasks", "task_id")

    def followed(self, ledger: str) -> int:
        """Return how far a log was read for tasks."""
        with self.pool.connection() as connection:
            row = connection.execute("SELECT position FROM work.followed WHERE ledger = %s", (ledger,)).fetchone()
        return row[0] if row else 0

    def follow(self, ledger: str, before: int, position: int, tasks: Iterable[NewTask]) -> int:
        """Add the tasks that come of a log's events after ``before`` up to ``position``; return how many are new.

        Raises:
            Conflict: another follower was faster; nothing was added.

        """
        rows = _rows(ledger, tasks)
        with self.pool.connection() as connection:
            query = _FOLLOW if rows else _FOLLOW_NOTHING
            values = {"ledger": ledger, "before": before, "position": position, "tasks": Jsonb(rows)}
            found = connection.execute(query, values).fetchone()
        if found is None or not found[0]:
            raise Conflict(ledger=ledger, expected=before)
        return int(found[1])

    def add(self, ledger: str, task: NewTask) -> bool:
        """Add one task that no event asks for; False when it is there already."""
        with self.pool.connection() as connection:
            return bool(self._add(connection, ledger, [task]))

    def add_after(self, ledger: str, task: NewTask, earlier: str) -> bool:
        """Add one task that a person asks for, unless there is one of its name from after ``earlier``; False then.

        The subjects of such tasks are a name, a colon and an instant in a form that sorts; those who ask at once take
        turns.
        """
        name, colon, _ = task.subject.rpartition(":")
        with self.pool.connection() as connection, connection.transaction():
            take_turns(connection, f"{ledger}:{task.lane}")
            recent = connection.execute(
                "SELECT FROM work.tasks WHERE ledger = %s AND kind = %s"
                ' AND starts_with(subject, %s) AND subject COLLATE "C" > %s LIMIT 1',
                (ledger, task.kind, f"{name}{colon}", earlier),
            ).fetchone()
            return recent is None and bool(self._add(connection, ledger, [task]))

    def _add(self, connection: Connection[Any], ledger: str, tasks: Iterable[NewTask]) -> int:
        """Add tasks that are not there yet, all by one statement; return how many those are."""
        rows = _rows(ledger, tasks)
        if not rows:
            return 0
        query = f"{_INSERT} ORDER BY number ON CONFLICT DO NOTHING"
        return connection.execute(query, {"tasks": Jsonb(rows)}).rowcount

    def due(self, now: datetime, wanted: Selection = ALL) -> list[QueuedItem]:
        """Return what is due, the longest waiting first."""
        with self.pool.connection() as connection:
            rows = connection.execute(
                "SELECT task_id, lane, ledger FROM work.tasks WHERE state = 'waiting' AND run_at <= %(now)s"
                " AND lane <> ALL(string_to_array(%(lanes)s, E'\\n'))"
                " AND ledger <> ALL(string_to_array(%(ledgers)s, E'\\n'))"
                " AND (kind = ANY(string_to_array(%(kinds)s, E'\\n'))) <> %(others)s"
                " ORDER BY run_at, task_id LIMIT %(limit)s",
                {"now": now, **wanted.values()},
            ).fetchall()
        return [QueuedItem(*row) for row in rows]

    def read(self, task_id: int, now: datetime) -> Task | None:
        """Return a task if it is still due and the first of its lane; who holds the lane may then carry it out."""
        query: LiteralString = f"""{_SELECT} AS mine
        WHERE task_id = %s AND state = 'waiting' AND run_at <= %s AND NOT EXISTS (
            SELECT FROM work.tasks AS earlier
            WHERE earlier.lane = mine.lane AND earlier.state = 'waiting'
              AND (earlier.run_at, earlier.task_id) < (mine.run_at, mine.task_id)
            OFFSET 0
        )"""
        # OFFSET 0 keeps it a question about one lane: a plan made without statistics would join all that waits.
        with self.pool.connection() as connection, connection.cursor(row_factory=class_row(Task)) as cursor:
            return cursor.execute(query, (task_id, now)).fetchone()

    def named(self, ledger: str, kind: str, subject: str) -> Task | None:
        """Return the task of a kind about a subject, whatever its state; None while none was planned."""
        query: LiteralString = f"{_SELECT} WHERE ledger = %s AND kind = %s AND subject = %s"
        with self.pool.connection() as connection, connection.cursor(row_factory=class_row(Task)) as cursor:
            return cursor.execute(query, (ledger, kind, subject)).fetchone()

    def begin_call(self, task_id: int, call: Call, now: datetime) -> None:
        """Keep a call before it is made."""
        self._set("call = %(call)s, called_at = %(now)s", task_id, call=Jsonb(encode_call(call)), now=now)

    def end_call(self, task_id: int) -> None:
        """Forget a task's call, once how it ended is recorded."""
        self._set("call = NULL, called_at = NULL", task_id)

    def note_unsent(self, task_id: int, reason: str) -> None:
        """Note beside the facts of an e-mail's task why nothing was sent: a code, or words without a name."""
        with self.pool.connection() as connection:
            connection.execute(
                "UPDATE work.tasks SET facts = facts || jsonb_build_object('unsent', %s::text) WHERE task_id = %s",
                (reason, task_id),
            )

    def wake(self, ledger: str, kinds: Iterable[str], name: str, value: str, now: datetime) -> int:
        """Have waiting tasks of some kinds with a fact tried at once: what they waited for may have come."""
        with self.pool.connection() as connection:
            return connection.execute(
                "UPDATE work.tasks SET run_at = %s WHERE ledger = %s AND kind = ANY(%s) AND state = 'waiting'"
                " AND run_at > %s AND attempts > 0 AND facts ->> %s = %s",
                (now, ledger, list(kinds), now, name, value),
            ).rowcount

    def erase_ended(self, ledger: str, kinds: Iterable[str], ended_before: datetime) -> int:
        """Erase tasks of some kinds that ended before an instant: for those that no event asks for; return how many."""
        with self.pool.connection() as connection:
            return connection.execute(
                "DELETE FROM work.tasks WHERE ledger = %s AND kind = ANY(%s) AND state = 'done' AND ended_at < %s",
                (ledger, list(kinds), ended_before),
            ).rowcount

    def erase_done(self, ledger: str, ended_before: datetime) -> int:
        """Erase what was done before an instant; return how many tasks. What waits or is parked stays, however old."""
        with self.pool.connection() as connection:
            return connection.execute(
                "DELETE FROM work.tasks WHERE ledger = %s AND state = 'done' AND ended_at < %s", (ledger, ended_before)
            ).rowcount

    def give_up_lane(self, ledger: str, lane: str, reason: str, now: datetime) -> int:
        """Give up whatever still waits in a lane, or waits for an operator; return how many tasks."""
        with self.pool.connection() as connection:
            return connection.execute(
                "UPDATE work.tasks SET state = 'done', ended_at = %s, error = %s"
                " WHERE ledger = %s AND lane = %s AND state <> 'done'",
                (now, reason, ledger, f"{ledger}:{lane}"),
            ).rowcount

    def parked(self, ledger: str) -> list[Task]:
        """Return the tasks of a ledger that wait for an operator."""
        query: LiteralString = f"""{_SELECT}
        WHERE ledger = %s AND state = 'parked' ORDER BY task_id"""
        with self.pool.connection() as connection, connection.cursor(row_factory=class_row(Task)) as cursor:
            return cursor.execute(query, (ledger,)).fetchall()
