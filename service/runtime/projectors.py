"""Keeping the read models of all associations true, in this process: one projector per database."""

from __future__ import annotations

from collections.abc import Callable

import psycopg

from adapters.postgres import DatabaseRole, conninfo_for
from adapters.registry import AssociationEntry
from projections.engine.live import LedgerSchemas, LiveProjector
from service.logging import logger
from service.runtime.runtime import Runtime

log = logger(__name__)


def _report(ledger: str, error: Exception) -> None:
    """Log what stopped a projector; it tries again by itself, and a database that is away is no fault of it."""
    if isinstance(error, psycopg.OperationalError):
        log.warning("projection waits for the database", ledger=ledger, kind=type(error).__name__)
        return
    log.error("projection stopped", ledger=ledger, exc_info=error)


class Projectors:
    """The projectors of all databases that hold a ledger."""

    def __init__(self, runtime: Runtime) -> None:
        """Start one per database; an association opened later in one of them is found at the next poll."""
        self._runtime = runtime
        databases = {self._database(entry) for entry in runtime.associations()} or {runtime.database_url}
        self._projectors = {
            database: LiveProjector(
                conninfo_for(database, DatabaseRole.PROJECTOR), self._ledgers_of(database), _report
            ).start()
            for database in sorted(databases)
        }

    def close(self) -> None:
        """Finish the batches under way, then stop."""
        for projector in self._projectors.values():
            projector.stop()

    def wait_for(self, slug: str, position: int, patience: float) -> bool:
        """Wait until an association's read models show a position; False when ``patience`` seconds have passed."""
        database = next(self._database(entry) for entry in self._runtime.associations() if entry.slug == slug)
        return self._projectors[database].wait_for(f"{slug}_read", position, patience)

    def _database(self, entry: AssociationEntry) -> str:
        return entry.dsn or self._runtime.database_url

    def _ledgers_of(self, database: str) -> Callable[[], list[LedgerSchemas]]:
        def ledgers() -> list[LedgerSchemas]:
            entries = self._runtime.associations()
            return [
                LedgerSchemas(entry.slug, f"{entry.slug}_read")
                for entry in entries
                if self._database(entry) == database
            ]

        return ledgers
