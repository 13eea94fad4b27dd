"""A running service for the tests: real Postgres, real HTTP, the guide's ledger, a token for each role."""

from __future__ import annotations

import contextlib
import socket
import tempfile
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

import httpx2
import pytest

from adapters.local_postgres import LocalPostgres
from adapters.log.command_bus import CommandOutcome
from adapters.member_accounts import SessionOpenedBy
from adapters.stripe_provider import StripeIds
from domain.aggregate import Intent, Stamp
from domain.rights.roles import Role
from service.demo.scenario import DemoIds, DemoScenario
from service.runtime.open_ledger import OpenLedger
from service.runtime.projectors import Projectors
from service.runtime.runtime import Runtime
from service.settings import Settings
from service.web.server import Server
from service.worker.clocks import machine_clock
from service.worker.worker import Worker
from tests.kit.association import VAULT_KEY, play_guide
from tests.kit.databases import database_with
from tests.kit.members import access
from tests.kit.members.access import give_access
from tests.kit.members.sessions import open_session, owner_of
from tests.kit.waiting import wait_until

SLUG: Final = "ad06"
PROBLEM: Final = "application/problem+json"
STAFF: Final = Role.STAFF.value
TREASURER: Final = Role.TREASURER.value
MANDATAIRE: Final = Role.MANDATAIRE.value
FOREIGN: Final = "foreign mandataire"
AUDITOR: Final = Role.AUDITOR.value
TEACHER: Final = Role.TEACHER.value
PLATFORM: Final = Role.PLATFORM.value
EVERYONE: Final = (STAFF, TREASURER, MANDATAIRE, FOREIGN, AUDITOR, TEACHER, PLATFORM)
_PATIENCE: Final = 20.0


class ApiServer(NamedTuple):
    """The service at its address, with who may come in and what the guide made."""

    url: str
    database_url: str
    tokens: Mapping[str, str]
    ids: DemoIds
    foreign_coop_id: UUID
    client: httpx2.Client
    opened: OpenLedger

    def session(self, who: str, opened_by: SessionOpenedBy = SessionOpenedBy.LINK) -> str:
        """Sign in the owner of a token, and return the session's token."""
        return open_session(self.opened, owner_of(self.database_url, self.tokens[who]), opened_by=opened_by)

    def call(
        self,
        who: str | None,
        method: str,
        path: str,
        body: object = None,
        *,
        key: str | None = None,
        **more: Any,  # noqa: ANN401 - passed to the client as given
    ) -> httpx2.Response:
        """Send one request below ``/api/v1/ad06`` with a token, or without one."""
        headers = dict(more.pop("headers", {}))
        if who is not None:
            headers["Authorization"] = f"Bearer {self.tokens[who]}"
        if key is not None:
            headers["Idempotency-Key"] = key
        if body is not None:
            more["json"] = body
        return self.client.request(method, f"/api/v1/{SLUG}{path}", headers=headers, **more)

    def done(self, who: str, method: str, path: str, body: object = None, *, key: str | None = None) -> dict[str, Any]:
        """Send a command that must be carried out, and return its outcome."""
        answer = self.call(who, method, path, body, key=key)
        assert answer.status_code in {200, 201}, (method, path, answer.status_code, answer.text)
        outcome: dict[str, Any] = answer.json()
        return outcome

    def get(self, who: str, path: str, *, at_least: int | None = None, **query: object) -> Any:  # noqa: ANN401 - any JSON
        """Read something that must be there, as true as the given position."""
        params = {**query, **({} if at_least is None else {"at_least": at_least})}
        answer = self.call(who, "GET", path, params=params)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return answer.json()

    def fact(self, kind: type[Intent[Any]], stream_id: UUID | str, **fields: Any) -> CommandOutcome:  # noqa: ANN401 - its fields
        """Record a fact as the workers do: no route takes one."""
        stamp = Stamp(at=datetime.now(UTC), by="system:payments")
        command = kind(stream_id=UUID(str(stream_id)), stamp=stamp, **fields)
        (outcome,) = self.opened.ledger.bus.submit(command).result(_PATIENCE)
        return outcome

    def head(self) -> int:
        """Return the last position of the log, as the API tells it."""
        position: int = self.get(AUDITOR, "/head")["position"]
        return position


@contextlib.contextmanager
def run_api_server(postgres: LocalPostgres) -> Iterator[ApiServer]:
    """Serve the guide's season from a database of its own on a free port of this machine, for a while."""
    with pytest.MonkeyPatch.context() as patch, database_with(postgres, play_guide) as url:
        patch.setenv("COOPLEDGER_VAULT_KEY", VAULT_KEY)
        with _guide_ledger(url) as api:
            yield api


@contextlib.contextmanager
def _guide_ledger(url: str) -> Iterator[ApiServer]:
    """Put the guide's ledger on line."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Runtime(Settings(secure_cookies=False, data_dir=Path(folder)), None, url) as runtime,
    ):
        projectors = Projectors(runtime)
        try:
            opened = runtime.ledger(SLUG)
            ids = DemoScenario(opened).ids
            with run_web_server(runtime) as address, httpx2.Client(base_url=address, timeout=_PATIENCE) as client:
                ledger = opened.ledger
                treasurer = give_access(ledger, url, Role.TREASURER)
                foreign = _register_other_coop(client, treasurer)
                tokens = {
                    STAFF: give_access(ledger, url, Role.STAFF),
                    TREASURER: treasurer,
                    MANDATAIRE: give_access(ledger, url, Role.MANDATAIRE, ids.coop_id),
                    FOREIGN: give_access(ledger, url, Role.MANDATAIRE, foreign),
                    AUDITOR: give_access(ledger, url, Role.AUDITOR),
                    TEACHER: give_access(ledger, url, Role.TEACHER, ids.coop_id),
                    PLATFORM: give_access(ledger, url, Role.PLATFORM),
                }
                assert projectors.wait_for(SLUG, opened.ledger.store.head()[0], _PATIENCE)
                yield ApiServer(address, url, tokens, ids, foreign, client, opened)
        finally:
            projectors.close()


@contextlib.contextmanager
def free_port() -> Iterator[socket.socket]:
    """Hold a free port of this machine, for a server whose address must be known before it runs."""
    # Saying « TCP » lets asyncio send small answers at once: without it each would wait 40 ms.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as held:
        held.bind(("127.0.0.1", 0))
        yield held


def address_of(held: socket.socket) -> str:
    """The address of a server at a held port."""
    return f"http://127.0.0.1:{held.getsockname()[1]}"


@contextlib.contextmanager
def run_web_server(runtime: Runtime, worker: Worker | None = None, held: socket.socket | None = None) -> Iterator[str]:
    """Run the web server of a runtime in a thread, at a held port or a free one, and give its address.

    Without a ``worker`` it is an installation without a payment provider, whose letters nobody sends.
    """
    server = Server(runtime, "127.0.0.1", 0, worker or worker_without_provider(runtime), closes=False)
    with run_server(server, held) as url:
        yield url


def worker_without_provider(runtime: Runtime) -> Worker:
    """The worker of an installation that has no payment provider."""
    return Worker(runtime, None, machine_clock, ids=StripeIds())


@contextlib.contextmanager
def run_server(server: Server, held: socket.socket | None = None) -> Iterator[str]:
    """Run a web server in a thread, at a held port or its own, and give its address."""
    sockets = None if held is None else [held]
    thread = threading.Thread(target=server.run, args=(sockets,), name="served", daemon=True)
    thread.start()

    def started() -> bool:
        assert server.started or thread.is_alive(), "the server did not start"
        return server.started

    wait_until(started, seconds=_PATIENCE)
    try:
        yield address_of(server.servers[0].sockets[0])
    finally:
        server.should_exit = True
        thread.join(_PATIENCE)


def create_token(url: str, role: str, coop_id: UUID | None) -> str:
    """Give somebody new a role or the mandate of a coop, and an access code, as an administrator does."""
    return access.create_token(url, SLUG, Role(role), coop_id)


def _register_other_coop(client: httpx2.Client, token: str) -> UUID:
    """Open a coop beside the one of the guide."""
    identity = {
        "name": "Coop Voisine",
        "school": "école élémentaire Jean MACÉ",
        "town": "Grasse",
        "affiliation_number": "175",
    }
    answer = client.post(f"/api/v1/{SLUG}/coops", json=identity, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["ids"]["coop_id"])
