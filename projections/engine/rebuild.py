"""Making the read models anew from position 0, and proving that they are what the live ones are (invariant 8).

The new tables fill in a shadow schema while the live ones serve. Then the live projector is paused, the new ones come
to the position of the live ones, and both are compared row by row. Only when nothing differs do they change places, in
one transaction, so that readers never see a gap. Otherwise the live tables stay, and the report names what differs.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from time import monotonic, sleep
from typing import Any, Final, NamedTuple

import psycopg
from psycopg import Connection
from psycopg.sql import SQL, Identifier

from projections.base.read_model import set_schema
from projections.catalogue import MODELS, stored_versions
from projections.engine.live import LedgerSchemas, leading
from projections.engine.parity import TableParity, compare
from projections.engine.runner import BATCH, catch_up, head, install, tracked

_TRIES: Final = 300
_PAUSE_SECONDS: Final = 0.2
# All tables together must take less than the second after which Postgres would end a reader as part of a deadlock.
_LOCK_TIMEOUT: Final = "50ms"


class RebuildReport(NamedTuple):
    """What a rebuild did and proved.

    ``compared`` has one entry for each table that was compared; ``not_comparable`` names the models whose live tables
    were of another version, or did not exist; ``swapped`` tells if the rebuilt tables are the live ones now.
    """

    read_schema: str
    position: int
    seconds: float
    paused_seconds: float
    compared: tuple[TableParity, ...]
    not_comparable: tuple[str, ...]
    swapped: bool

    @property
    def differing(self) -> tuple[TableParity, ...]:
        """The tables that differ."""
        return tuple(table for table in self.compared if table.differences)

    @property
    def first_position(self) -> int | None:
        """The first event concerned by a difference."""
        return min((table.first_position for table in self.differing if table.first_position is not None), default=None)


def rebuild(
    log: Connection[Any],
    read: Connection[Any],
    ledger: LedgerSchemas,
    *,
    batch_size: int = BATCH,
    accept_differences: bool = False,
    on_progress: Callable[[int], None] | None = None,
) -> RebuildReport:
    """Rebuild all read models of a ledger; both connections are the projector's, in autocommit mode.

    ``accept_differences`` swaps whatever was found: for an operator who has read the report and knows that the live
    tables are wrong.
    """
    began = monotonic()
    shadow = f"{ledger.log}_shadow"
    with leading(read, shadow, wait=True):
        _begin_shadow(read, shadow)
        fill = partial(catch_up, log, read, ledger.log, shadow, batch_size=batch_size, on_progress=on_progress)
        fill(upto=_live_position(log, read, ledger))
        _analyse(read, shadow)
        with leading(read, ledger.read, wait=True):
            paused = monotonic()
            position = fill(upto=_live_position(log, read, ledger))
            compared, others = _compare(read, ledger, shadow)
            equal = not any(table.differences for table in compared)
            if equal or accept_differences:
                _swap(read, ledger.read, shadow, position)
    return RebuildReport(
        read_schema=ledger.read,
        position=position,
        seconds=monotonic() - began,
        paused_seconds=monotonic() - paused,
        compared=compared,
        not_comparable=others,
        swapped=equal or accept_differences,
    )


def _begin_shadow(read: Connection[Any], shadow: str) -> None:
    """Make an empty shadow schema; one left by an interrupted rebuild is dropped."""
    with read.transaction():
        read.execute(SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(Identifier(shadow)))
        read.execute(SQL("CREATE SCHEMA {}").format(Identifier(shadow)))
    install(read, shadow)


def _analyse(read: Connection[Any], shadow: str) -> None:
    """Tell the planner what the new tables hold, before readers ask."""
    for model in MODELS:
        for table in model.tables:
            read.execute(SQL("ANALYZE {}").format(Identifier(shadow, table)))


def _live_position(log: Connection[Any], read: Connection[Any], ledger: LedgerSchemas) -> int:
    """Return where the live tables stand, which is where both are compared; without any, the end of the log."""
    set_schema(read, ledger.read)
    return tracked(read) if stored_versions(read) else head(log, ledger.log)


def _compare(
    read: Connection[Any], ledger: LedgerSchemas, shadow: str
) -> tuple[tuple[TableParity, ...], tuple[str, ...]]:
    """Compare the models that are live in the same version, and name the others."""
    set_schema(read, ledger.read)
    live = stored_versions(read)
    same = [model for model in MODELS if live.get(model.name) == model.version]
    compared = tuple(compare(read, model.name, table, ledger.read, shadow) for model in same for table in model.tables)
    return compared, tuple(model.name for model in MODELS if model not in same)


def _swap(read: Connection[Any], live: str, shadow: str, position: int) -> None:
    """Have the shadow take the place of the live schema, in one transaction.

    Readers of the old tables finish first, and those who come meanwhile wait; when a long one holds them, they are let
    through and it is tried again.

    Raises:
        psycopg.errors.LockNotAvailable: readers never left a moment; nothing changed.

    """
    for attempt in range(1, _TRIES + 1):
        try:
            _swap_once(read, live, shadow, position)
        except psycopg.errors.LockNotAvailable:
            if attempt == _TRIES:
                raise
            sleep(_PAUSE_SECONDS)
        else:
            return


def _swap_once(read: Connection[Any], live: str, shadow: str, position: int) -> None:
    """Lock the old tables, rename both schemas, drop the old one and tell of it."""
    old = f"{live}_old"
    with read.transaction():
        read.execute("SELECT set_config('lock_timeout', %s, true)", (_LOCK_TIMEOUT,))
        tables = read.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1", (live,)).fetchall()
        for (table,) in tables:
            read.execute(SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(Identifier(live, table)))
        read.execute(SQL("ALTER SCHEMA {} RENAME TO {}").format(Identifier(live), Identifier(old)))
        read.execute(SQL("ALTER SCHEMA {} RENAME TO {}").format(Identifier(shadow), Identifier(live)))
        read.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(old)))
        # Open pages read again: they cannot tell what differs.
        read.execute("SELECT pg_notify('coopledger_read', %s)", (f"{live}:{position}",))
