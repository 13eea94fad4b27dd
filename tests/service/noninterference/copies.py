"""One school, and its copies on line: worlds that begin as the same bytes, since the log's hashes hold a clock.

A world is a copy of the school's database and files. What it adds lies in the vault alone, which no observer reads.
"""

from __future__ import annotations

import contextlib
import pickle
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar
from uuid import UUID

import httpx2
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier

from adapters.local_postgres import LocalPostgres
from adapters.processes import LimitedProcesses, Limits
from adapters.stripe_provider import StripeIds, StripeProvider
from domain.rights.roles import Role
from service.emails.sender import open_email_sender
from service.runtime.open_ledger import OpenLedger
from service.runtime.projectors import Projectors
from service.runtime.runtime import Runtime
from service.settings import Settings
from service.worker.worker import Worker
from tests.kit.api_server import run_web_server
from tests.kit.databases import copied_database
from tests.kit.members.access import give_access
from tests.kit.members.sessions import MEMBER_COOKIE, SLUG, new_member, open_session
from tests.kit.stripe.provider_requests import settings_for
from tests.service.noninterference.observation import Seen, pages, plain, read_templates, reads

PUBLIC: Final = "http://localhost"
"""What the addresses in letters begin with: of every world, wherever it listens."""
_OF_A_COOP: Final = (Role.MANDATAIRE, Role.TEACHER)
_PATIENCE: Final = 20.0
_CLOCKS: Final = {
    "trail.entries": {"at", "request_id"},
    "work.tasks": {"added_at"},
    f"{SLUG}.ledger_appends": {"recorded_at"},
    f"{SLUG}.ledger_events": {"recorded_at"},
    "registry.api_tokens": {"last_used_at"},
}
"""Columns that the database's own clock fills in, and ids of requests, which are drawn."""


class Observers(NamedTuple):
    """Who looks: the member of each role, and a token of the API for that role."""

    members: dict[Role, UUID]
    tokens: dict[Role, str]


def let_in(opened: OpenLedger, database: str, coop_id: UUID, roles: Iterable[Role]) -> Observers:
    """Give each observer its role, and an access to the API; the teacher has the class of every teacher."""
    observers = Observers({}, {})
    for role in roles:
        place = coop_id if role in _OF_A_COOP else None
        observers.members[role] = new_member(opened, role, place)
        observers.tokens[role] = give_access(opened.ledger, database, role, place)
    return observers


@contextlib.contextmanager
def documents_drawn_once() -> Iterator[None]:
    """Have what is drawn in processes of its own drawn once, for all who ask for the same.

    Such a process gets its arguments and nothing else: no database, no vault. What differs between worlds reaches a
    document through them alone, so equal arguments are compared instead of being drawn again.
    """
    run, drawn = LimitedProcesses.run, dict[bytes, Any]()

    def remembered(self: LimitedProcesses, limits: Limits, work: Callable[..., Any], *args: Any) -> Any:  # noqa: ANN401 - as it is given
        key = pickle.dumps((work.__qualname__, args))
        if key not in drawn:
            drawn[key] = run(self, limits, work, *args)
        return drawn[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LimitedProcesses, "run", remembered)
        yield


@dataclass
class Founded:
    """The school that every world begins as; ``provider_url`` is where its payment provider is, if it has one."""

    database: str
    files: Path
    now: datetime
    coop_id: UUID
    campaign_id: UUID
    observers: Observers
    provider_url: str = field(default="", kw_only=True)

    def ids(self, contribution_id: UUID) -> dict[str, str]:
        """What addresses of the API name, with one contribution."""
        return {
            "association": SLUG,
            "coop_id": str(self.coop_id),
            "campaign_id": str(self.campaign_id),
            "contribution_id": str(contribution_id),
            "school_year": "2026",
        }


@dataclass
class World:
    """One copy of the school on line, with a clock that stands still until it is moved.

    ``templates`` are the addresses that its API reads, once they were asked for.
    """

    school: Founded
    runtime: Runtime
    worker: Worker
    url: str
    database: str
    files: Path
    clock: list[datetime]
    seen: Seen = field(default_factory=dict)
    templates: list[str] = field(default_factory=list)

    @property
    def opened(self) -> OpenLedger:
        """The ledger of the association with its vaults."""
        return self.runtime.ledger(SLUG)

    def session(self, role: Role) -> str:
        """Sign an observer in now."""
        return open_session(self.opened, self.school.observers.members[role], self.clock[0])

    def browser(self, role: Role) -> httpx2.Client:
        """Give an observer a browser without scripts."""
        cookies = {MEMBER_COOKIE: self.session(role)}
        return httpx2.Client(base_url=self.url, cookies=cookies, headers={"Origin": self.url}, timeout=60)

    def look_as(self, role: Role, ids: Mapping[str, str]) -> None:
        """Note all that a member of a role is led to by links, and all that its token of the API reads."""
        self.templates = self.templates or read_templates(self.url)
        found = pages(self.url, {MEMBER_COOKIE: self.session(role)})
        found |= reads(self.url, self.school.observers.tokens[role], self.templates, ids)
        self.seen |= {f"{role.value} {path}": answer for path, answer in found.items()}


W = TypeVar("W", bound=World)


@contextlib.contextmanager
def copy_on_line(kind: type[W], postgres: LocalPostgres, school: Founded, files: Path) -> Iterator[W]:
    """Put a copy of the school on line, with its provider if it has one."""
    shutil.copytree(school.files, files)
    clock = [school.now]
    settings = Settings(secure_cookies=False, data_dir=files, public_url=PUBLIC)
    with contextlib.ExitStack() as stack:
        name = str(conninfo_to_dict(school.database)["dbname"])
        database = stack.enter_context(copied_database(postgres, name))
        runtime = stack.enter_context(Runtime(settings, None, database))
        provider = None
        if school.provider_url:
            provider = StripeProvider(settings_for(school.provider_url), clock=lambda: clock[0])
            stack.callback(provider.close)
        emails = open_email_sender(settings)
        worker = Worker(runtime, provider, lambda: clock[0], ids=StripeIds(), email_sender=emails)
        projectors = Projectors(runtime)
        stack.callback(projectors.close)
        assert projectors.wait_for(SLUG, runtime.ledger(SLUG).ledger.store.head()[0], _PATIENCE)
        url = stack.enter_context(run_web_server(runtime, worker))
        yield kind(school, runtime, worker, url, database, files, clock)


def line_of(entry: Mapping[str, Any]) -> str:
    """A line of the log, without the id of a request and how long it took."""
    return repr({key: value for key, value in entry.items() if key not in {"request_id", "milliseconds"}})


def rows_outside_the_vault(database: str) -> Seen:
    """Every row outside of the vault, without what the database's own clock fills in and ids of requests."""
    found: Seen = {}
    query = """
        SELECT table_schema, table_name, array_agg(column_name::text ORDER BY ordinal_position)
        FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
        WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema', 'vault')
        GROUP BY 1, 2 ORDER BY 1, 2
    """
    with psycopg.connect(database) as connection:
        for schema, table, columns in connection.execute(query).fetchall():
            left_out = _CLOCKS.get(f"{schema}.{table}", set())
            kept = [Identifier(one) for one in columns if one not in left_out]
            rows = connection.execute(
                SQL("SELECT {} FROM {}.{}").format(SQL(", ").join(kept), Identifier(schema), Identifier(table))
            ).fetchall()
            found[f"rows of {schema}.{table}"] = plain("\n".join(sorted(map(repr, rows))).encode())
    return found
