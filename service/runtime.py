"""The composition root: opens the database, the ledgers, the vaults and the read models, and closes them."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from typing import Any, Self, TypeVar
from uuid import UUID

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Identifier
from psycopg_pool import ConnectionPool

from adapters import registry
from adapters.family_accounts import Families
from adapters.files import FileStore
from adapters.ledger import Ledger
from adapters.local_postgres import LocalPostgres
from adapters.people_vault import BasketVault, PeopleVault, PhotoVault, keyring_from_environment
from adapters.postgres import DatabaseRole, conninfo_for
from domain.association.state import Association
from domain.errors import NotFound
from domain.funds import funds_of
from projections.base.read_model import set_schema
from service.auth.principal import Principal, Role
from service.feed import ReadFeed
from service.settings import Settings

T = TypeVar("T")
Pool = ConnectionPool[Connection[TupleRow]]


class OpenLedger:
    """One association's ledger with its vault and its read models."""

    def __init__(self, entry: registry.AssociationEntry, database_url: str) -> None:
        """Open it; the vault's key comes from the environment."""
        self.ledger = Ledger(entry, database_url)
        self._vault_pool: Pool = ConnectionPool(self.ledger.vault_dsn, min_size=0, max_size=4, open=True)
        keyring = keyring_from_environment(entry.association_id, entry.slug)
        self.vault = PeopleVault(self._vault_pool, entry.association_id, keyring)
        self.baskets = BasketVault(self._vault_pool, entry.association_id, keyring)
        self.families = Families.open(self._vault_pool, entry.association_id, keyring, cache(self.vault.secret))
        self.photos = PhotoVault(self._vault_pool, entry.association_id, keyring)
        self._file_pool: Pool = ConnectionPool(self.ledger.app_dsn, min_size=0, max_size=4, open=True)
        self.files = FileStore(self._file_pool, entry.association_id)
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

    def available(self, coop_id: UUID) -> int:
        """Return what a coop may spend now, in cents, from its events: the figure that payouts are decided on."""
        store = self.ledger.store
        head, _ = store.head()
        return funds_of(recorded.event for recorded in store.coop_events(coop_id, head)).available

    def close(self) -> None:
        """Carry out what is queued, then close."""
        self.ledger.close()
        self._read_pool.close()
        self._vault_pool.close()
        self._file_pool.close()


class Runtime:
    """The running service: opens ledgers when they are first asked for."""

    def __init__(self, settings: Settings, postgres: LocalPostgres | None, database_url: str) -> None:
        """Open the registry and the feed; ``postgres`` is the embedded server, when it is ours to stop."""
        self.settings = settings
        self.database_url = database_url
        self._postgres = postgres
        app = conninfo_for(database_url, DatabaseRole.APP)
        self._registry: Pool = ConnectionPool(app, min_size=1, max_size=4, open=True)
        self.feed = ReadFeed(app)
        self._ledgers: dict[str, OpenLedger] = {}
        self._lock = threading.Lock()

    def ledger(self, slug: str) -> OpenLedger:
        """Return the open ledger of an association.

        Raises:
            NotFound: no such association.

        """
        with self._lock:
            if slug not in self._ledgers:
                entry = next((found for found in self.associations() if found.slug == slug), None)
                if entry is None:
                    raise NotFound(association=slug)
                self._ledgers[slug] = OpenLedger(entry, self.database_url)
            return self._ledgers[slug]

    def associations(self) -> list[registry.AssociationEntry]:
        """Return all associations of the registry."""
        with self._registry.connection() as connection:
            return list(registry.associations(connection))

    def principal(self, token: str) -> Principal:
        """Return whom a token stands for.

        Raises:
            NotSignedIn: unknown, expired or revoked.

        """
        with self._registry.connection() as connection:
            holder = registry.token_holder(connection, token)
        return Principal(holder.actor, Role(holder.role), holder.slug, holder.coop_id)

    def close(self) -> None:
        """Close everything, in the reverse order."""
        for opened in self._ledgers.values():
            opened.close()
        self.feed.close()
        self._registry.close()
        if self._postgres is not None:
            self._postgres.stop()

    def __enter__(self) -> Self:
        """Use it for a while."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()


def start_embedded(settings: Settings, name: str, *, fresh: bool = False) -> tuple[LocalPostgres, str]:
    """Start the embedded Postgres below the data folder, and return it with the address of its database.

    ``fresh`` throws away what the database held: for the demonstration only.
    """
    postgres = LocalPostgres(settings.data_dir / name)
    postgres.start()
    database = Identifier("coopledger")
    with psycopg.connect(postgres.dsn(), autocommit=True) as connection:
        if fresh:
            connection.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database))
        with contextlib.suppress(psycopg.errors.DuplicateDatabase):
            connection.execute(SQL("CREATE DATABASE {}").format(database))
    return postgres, postgres.dsn("coopledger")


@contextlib.contextmanager
def administrator(settings: Settings) -> Iterator[str]:
    """Give the database's address to an administrator's command; the embedded server runs meanwhile, if it is ours."""
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    postgres, url = start_embedded(settings, "postgres")
    try:
        yield url
    finally:
        postgres.stop()


def open_runtime(settings: Settings) -> Runtime:
    """Open the service on the configured database, or on an embedded one."""
    if settings.database_url is not None:
        return Runtime(settings, None, settings.database_url.get_secret_value())
    postgres, url = start_embedded(settings, "postgres")
    return Runtime(settings, postgres, url)
