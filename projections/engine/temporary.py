"""The read models replayed into tables that only one session sees and that end with it: how an auditor replays.

The code that folds and writes is the projector's. A log that was tampered with does not stop it: what cannot be read
or booked is left out and named, and the events behind it are replayed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import psycopg
from psycopg import Connection

from projections.base.read_model import set_schema
from projections.catalogue import MODELS, make_tables
from projections.engine.runner import BATCH, catch_up, tracked

TEMPORARY: Final = "pg_temp"
"""The schema of a session's own tables, by the name that every session has for it."""
_ROOM: Final = "256MB"
"""What the session may hold of its tables in memory; asked for before the first of them is touched."""
_SAMPLE: Final = "10"
"""How closely the planner looks at tables of a few questions: a tenth of what it does for those that last."""


class Omission(NamedTuple):
    """An event that the replay left out, and the error that it met."""

    position: int
    error: Exception


def make_temporary(connection: Connection[Any]) -> None:
    """Make the tables of all read models, empty, for this session alone."""
    connection.execute("SELECT set_config('temp_buffers', %s, false)", (_ROOM,))
    set_schema(connection, TEMPORARY)
    make_tables(connection, lasting=False)


def replay_temporary(
    log: Connection[Any],
    read: Connection[Any],
    log_schema: str,
    upto: int,
    *,
    on_progress: Callable[[int], None] | None = None,
) -> tuple[Omission, ...]:
    """Replay a log up to a position into temporary tables; returns the events that had to be left out.

    Both connections may be inside a transaction: then nothing else is seen, and a rollback empties the tables.
    """

    def fill(last: int) -> None:
        """Replay up to a position."""
        catch_up(log, read, log_schema, TEMPORARY, upto=last, on_progress=on_progress)

    omissions: list[Omission] = []
    while tracked(read) < upto:
        try:
            fill(upto)
        except psycopg.OperationalError:
            raise
        except Exception:  # noqa: BLE001 - whatever a forged event makes of our code is looked at below
            omissions += _narrow(read, fill, min(tracked(read) + BATCH, upto))
        else:
            _step_to(read, upto)
    # What the batches asked the planner for would hold to the end of the transaction around them.
    read.execute(
        "SELECT set_config('enable_seqscan', 'on', true), set_config('default_statistics_target', %s, true)", (_SAMPLE,)
    )
    for table in (table for model in MODELS for table in model.tables):
        read.execute(f"ANALYZE {table}".encode())
    return tuple(omissions)


def _narrow(read: Connection[Any], fill: Callable[[int], None], last: int) -> list[Omission]:
    """Replay up to a position, halving what fails until the events that fail stand alone; step over these."""
    try:
        fill(last)
    except psycopg.OperationalError:
        raise
    except Exception as error:  # noqa: BLE001 - as above
        reached = tracked(read)
        if last - reached <= 1:
            _step_to(read, last)
            return [Omission(last, error)]
        return _narrow(read, fill, (reached + last) // 2) + _narrow(read, fill, last)
    _step_to(read, last)
    return []


def _step_to(read: Connection[Any], position: int) -> None:
    """Move over positions that hold nothing, or nothing that can be replayed."""
    read.execute("UPDATE tracking SET position = %s WHERE position < %s", (position, position))
