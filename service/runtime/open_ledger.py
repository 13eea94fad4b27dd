"""One association's ledger, open in this process with its vault, its files and its read models."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property
from typing import Any, TypeVar
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool

from adapters import registry
from adapters.family_accounts import FamilyStores
from adapters.fields import FRANCE
from adapters.files import FileStore, PrintStore
from adapters.log.ledger import Ledger
from adapters.member_accounts import MemberStores
from adapters.people_vault import (
    BasketVault,
    FamilyTokens,
    NoteVault,
    PayerNameArchive,
    PeopleVault,
    Person,
    PhotoVault,
    keyring_from_environment,
)
from adapters.retention import ErasureStore
from domain.association.state import Association
from domain.closings.cut_off import SpreadIncome, held_later
from domain.funds import funds_of
from domain.recorded_event import RecordedEvent
from projections.base.read_model import set_schema

T = TypeVar("T")
Pool = ConnectionPool[Connection[TupleRow]]


class OpenLedger:
    """One association's ledger with its vault and its read models."""

    def __init__(self, entry: registry.AssociationEntry, database_url: str, phone_region: str = FRANCE) -> None:
        """Open it; the vault's key comes from the environment. Its families dial as the region does."""
        self.phone_region = phone_region
        self.ledger = Ledger(entry, database_url)
        self._vault_pool: Pool = ConnectionPool(self.ledger.vault_dsn, min_size=0, max_size=4, open=True)
        keyring = keyring_from_environment(entry.association_id, entry.slug)
        self.vault = PeopleVault(self._vault_pool, entry.association_id, keyring)
        self.baskets = BasketVault(self._vault_pool, entry.association_id, keyring)
        self.tokens = FamilyTokens(self._vault_pool, entry.association_id)
        self.secret: Callable[[str], bytes] = cache(self.vault.secret)
        self.families = FamilyStores.open(self._vault_pool, entry.association_id, keyring, self.secret)
        self.members = MemberStores.open(self._vault_pool, entry.association_id, keyring, self.secret)
        self.photos = PhotoVault(self._vault_pool, entry.association_id, keyring)
        self.notes = NoteVault(self._vault_pool, entry.association_id, keyring)
        self.archive = PayerNameArchive(self._vault_pool, entry.association_id, keyring)
        self.erasures = ErasureStore(self._vault_pool, entry.association_id, self.archive)
        self._file_pool: Pool = ConnectionPool(self.ledger.app_dsn, min_size=0, max_size=4, open=True)
        self.files = FileStore(self._file_pool, entry.association_id)
        self.prints = PrintStore(self._file_pool, entry.association_id)
        self._coops: dict[UUID, UUID] = {}
        self._read_pool: Pool = ConnectionPool(
            self.ledger.app_dsn, min_size=1, max_size=8, open=True, configure=self._configure
        )

    def _configure(self, connection: Connection[TupleRow]) -> None:
        """A reader's connection sees the read models only, and never writes."""
        connection.autocommit = True
        set_schema(connection, self.ledger.read_schema)
        connection.execute("SET default_transaction_read_only = on")

    def read(self, query: Callable[..., T], *args: Any) -> T:  # noqa: ANN401 - passed through as given
        """Run a query on the read models, all its statements on one snapshot."""
        with self._read_pool.connection() as connection, connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            return query(connection, *args)

    def association(self) -> Association:
        """Return the association's policy and charter, from its stream."""
        return self.ledger.store.load(Association, self.ledger.association_id)

    @cached_property
    def name(self) -> str:
        """What the association is called: it never changes."""
        return self.association().name

    @property
    def log_schema(self) -> str:
        """Where its log is."""
        return self.ledger.log_schema

    def people(self, ids: Iterable[UUID]) -> dict[UUID, Person]:
        """Return people of the vault by id; those that are missing have been erased."""
        return self.vault.get_many(ids)

    def head(self) -> tuple[int, bytes]:
        """Return the last position of the log and the chain's hash there."""
        return self.ledger.store.head()

    def held_later(self, coop_id: UUID, year: int, up_to: int) -> list[SpreadIncome]:
        """Fold what of a coop's income of a fiscal year is for later ones, as it was known at a position."""
        since = self.association().deferring_since(year)
        return held_later(self.coop_events(coop_id, up_to), year, since=since)

    def coop_events(self, coop_id: UUID, up_to: int) -> Iterator[RecordedEvent]:
        """Yield the events of a coop, of any stream, up to a position, in order."""
        return self.ledger.store.coop_events(coop_id, up_to)

    def coop_of(self, stream_id: UUID) -> UUID | None:
        """Return the coop that a campaign belongs to, which never changes; None when there is no such campaign."""
        found = self._coops.get(stream_id) or self.ledger.store.coop_of(stream_id)
        if found is not None:
            self._coops[stream_id] = found
        return found

    def available(self, coop_id: UUID) -> int:
        """Return what a coop may spend now, in cents, from its events: the figure that payouts are decided on."""
        head, _ = self.head()
        return funds_of(recorded.event for recorded in self.coop_events(coop_id, head)).available

    def close(self) -> None:
        """Carry out what is queued, then close."""
        self.ledger.close()
        self._read_pool.close()
        self._vault_pool.close()
        self._file_pool.close()
