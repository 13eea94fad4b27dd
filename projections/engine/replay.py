"""The read models as they were known at an earlier moment: replayed by the same code into a schema of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from domain.errors import InvalidInput
from projections.engine.live import leading
from projections.engine.runner import BATCH, catch_up, install, position_known_at

_LEFT_BEHIND: Final = "SELECT nspname::text FROM pg_namespace WHERE starts_with(nspname, %s) ORDER BY nspname"


@contextmanager
def replay_as_of(
    log: Connection[Any],
    read: Connection[Any],
    log_schema: str,
    *,
    position: int | None = None,
    known_at: datetime | None = None,
    batch_size: int = BATCH,
) -> Iterator[str]:
    """Replay a log up to a position, or to what it had recorded at an instant (UTC); give the schema to read.

    The schema is dropped at the end; one that a killed process left behind is dropped by the next replay. A session
    (``read``) holds one replay at a time. For what had happened by a day, as known then, give the day as ``true_at``
    to ``journal.book_totals`` as well.

    Raises:
        InvalidInput: neither or both of ``position`` and ``known_at``.

    """
    if (position is None) is (known_at is None):
        raise InvalidInput(position=position, known_at=known_at)
    upto = position if known_at is None else position_known_at(log, log_schema, known_at)
    schema = f"{log_schema}_asof_{uuid4().hex[:12]}"
    with ExitStack() as stack:
        stack.enter_context(leading(read, schema))
        _drop_left_behind(read, log_schema)
        read.execute(SQL("CREATE SCHEMA {}").format(Identifier(schema)))
        stack.callback(read.execute, SQL("DROP SCHEMA {} CASCADE").format(Identifier(schema)))
        install(read, schema)
        catch_up(log, read, log_schema, schema, upto=upto, batch_size=batch_size)
        yield schema


def _drop_left_behind(read: Connection[Any], log_schema: str) -> None:
    """Drop the schemas of replays whose process is gone: a living one holds its schema's lock."""
    for (schema,) in read.execute(_LEFT_BEHIND, (f"{log_schema}_asof_",)).fetchall():
        with leading(read, schema) as abandoned:
            if abandoned:
                read.execute(SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(Identifier(schema)))
