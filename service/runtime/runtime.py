"""What a running process holds open: the registry, the ledgers that were asked for, the feed of read models."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Self

from adapters import api_tokens, registry
from adapters.connections import Connections, Pool
from adapters.local_postgres import LocalPostgres
from adapters.postgres import DatabaseRole, conninfo_for
from adapters.trail import TrailStore
from domain.errors import NotFound
from domain.rights.grants import RoleGrant
from domain.rights.roles import Role
from service.auth.actions import Action
from service.auth.authority import Authority
from service.auth.principal import Principal
from service.auth.token_cache import TokenCache
from service.runtime.open_ledger import OpenLedger
from service.runtime.read_feed import ReadFeed
from service.runtime.remembered_states import RememberedStates
from service.settings import Settings


class Runtime:
    """The running service: opens ledgers when they are first asked for."""

    def __init__(self, settings: Settings, postgres: LocalPostgres | None, database_url: str) -> None:
        """Open the registry and the feed; ``postgres`` is the embedded server, when it is ours to stop."""
        self.settings = settings
        self.database_url = database_url
        self._postgres = postgres
        app = conninfo_for(database_url, DatabaseRole.APP)
        self._connections = Connections()
        self._registry = self._connections.pool(app)
        self.trail = TrailStore(self._registry)
        self.feed = ReadFeed(app)
        self._tokens = TokenCache(self.feed)
        self.watch_commands: Callable[[str, float], None] | None = None
        """Hears of which association each command was, and how many seconds its caller waited."""
        self._ledgers: dict[str, OpenLedger] = {}
        self._remembered = RememberedStates()
        self._lock = threading.Lock()
        self.authority = Authority(lambda slug: self.ledger(slug).ledger.store, self.feed)

    def ledger(self, slug: str) -> OpenLedger:
        """Return the open ledger of an association.

        Raises:
            NotFound: no such association.

        """
        known = self._ledgers.get(slug)
        if known is not None:  # nobody waits for one that is being opened
            return known
        with self._lock:
            if slug not in self._ledgers:
                entry = next((found for found in self.associations() if found.slug == slug), None)
                if entry is None:
                    raise NotFound(association=slug)
                self._ledgers[slug] = OpenLedger(
                    entry,
                    self.database_url,
                    self._connections,
                    self.settings.phone_region(slug),
                    partial(self._heard, slug),
                    self._remembered,
                )
            return self._ledgers[slug]

    def _heard(self, slug: str, seconds: float) -> None:
        """Pass on how long a command took, where somebody measures."""
        if self.watch_commands is not None:
            self.watch_commands(slug, seconds)

    def pool(self, role: DatabaseRole) -> Pool:
        """Return the process's connections to the service's own database, as a role."""
        return self._connections.pool(conninfo_for(self.database_url, role))

    def associations(self) -> list[registry.AssociationEntry]:
        """Return all associations of the registry."""
        with self._registry.connection() as connection:
            return list(registry.associations(connection))

    def opened(self, slug: str) -> OpenLedger | None:
        """Return the ledger of an association if this process has opened it already; nothing is asked for it."""
        return self._ledgers.get(slug)

    def principal(self, token: str, *, fresh: bool = False) -> Principal:
        """Return who holds a token of the API, with the rights of this moment: never more than its owner's.

        With ``fresh`` the ledger itself is asked for them, not what this process believes.

        Raises:
            NotSignedIn: unknown, expired or revoked.

        """
        heard = self._tokens.before()
        with self._registry.connection() as connection:
            held = api_tokens.use_token(connection, token)
        self._tokens.keep(token, held, heard)
        if held.member_id is None:
            return _program(held)
        owner = self.authority.principal(held.slug, held.member_id, datetime.now(UTC), fresh=fresh)
        return _within(owner, held)

    def believed_principal(self, token: str) -> Principal | None:
        """Return the same from what this process believes, without asking anybody; None when it must ask."""
        held = self._tokens.find(token)
        if held is None:
            return None
        if held.member_id is None:
            return _program(held)
        owner = self.authority.believed(held.slug, held.member_id, datetime.now(UTC))
        return None if owner is None else _within(owner, held)

    def close(self) -> None:
        """Close everything, in the reverse order."""
        for opened in self._ledgers.values():
            opened.close()
        self.feed.close()
        self._connections.close()
        if self._postgres is not None:
            self._postgres.stop()

    def __enter__(self) -> Self:
        """Use it for a while."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()


def _program(held: api_tokens.ApiToken) -> Principal:
    """A program of the platform. Events carry the token's id: a program's name is typed, and might be somebody's."""
    return _within(Principal(f"program:{held.token_id}", held.slug, (RoleGrant(Role.PLATFORM),)), held)


def _within(owner: Principal, held: api_tokens.ApiToken) -> Principal:
    """The owner of a token, within what the token may do at most."""
    return owner.within(frozenset(action for action in Action if action in held.actions), held.coop_id)
