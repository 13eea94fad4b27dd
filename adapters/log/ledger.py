"""One association's ledger: its log, its bus and its names; a request finds it by the address (``/ad06/…``)."""

from __future__ import annotations

from typing import Self

from adapters.connections import Connections
from adapters.log.bus.state_shelf import StateShelf
from adapters.log.command_bus import CommandBus, Watch, unwatched
from adapters.log.event_store import EventStore
from adapters.postgres import DatabaseRole, conninfo_for
from adapters.registry import AssociationEntry
from domain.errors import Conflict
from domain.events import Event
from domain.events.association import AssociationRegistered
from domain.events.coop import CoopRegistered


class Ledger:
    """The open ledger of one association, in this process."""

    def __init__(
        self,
        entry: AssociationEntry,
        database_url: str,
        *,
        connections: Connections | None = None,
        shelf: StateShelf | None = None,
        watch: Watch = unwatched,
    ) -> None:
        """Open the log as the application role; without ``connections`` to share it has some of its own."""
        base = entry.dsn or database_url
        self.slug = entry.slug
        self.association_id = entry.association_id
        self.demo = entry.demo
        self.log_schema = entry.slug
        self.read_schema = f"{entry.slug}_read"
        self.app_dsn = conninfo_for(base, DatabaseRole.APP)
        self.projector_dsn = conninfo_for(base, DatabaseRole.PROJECTOR)
        self.vault_dsn = conninfo_for(base, DatabaseRole.VAULT)
        self.worker_dsn = conninfo_for(base, DatabaseRole.WORKER)
        self.auditor_dsn = conninfo_for(base, DatabaseRole.AUDITOR)
        self.auditor_registry_dsn = conninfo_for(database_url, DatabaseRole.AUDITOR)
        self.store = EventStore(self.app_dsn, self.log_schema, connections)
        self.shelf = shelf or StateShelf()
        """The room for the states of those that decide here, shared with other ledgers where they were given it."""
        self.bus = CommandBus(self.store, admit=self._admit, shelf=self.shelf, watch=watch)

    def _admit(self, event: Event) -> None:
        """Refuse what belongs elsewhere: fictitious data among real ones or the reverse (S-04), another association's.

        Raises:
            Conflict: with what was said and what the ledger is.

        """
        if getattr(event, "demo", self.demo) is not self.demo:
            raise Conflict(demo=not self.demo, ledger=self.slug)
        if isinstance(event, CoopRegistered) and event.association_id != self.association_id:
            raise Conflict(association=event.association_id, ledger=self.slug)
        if isinstance(event, AssociationRegistered) and event.slug != self.slug:
            raise Conflict(association=event.slug, ledger=self.slug)

    def close(self) -> None:
        """Carry out what is queued, then close."""
        self.bus.close()
        self.store.close()

    def __enter__(self) -> Self:
        """Use it for a while."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()
