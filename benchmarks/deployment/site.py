"""A school on line as it is deployed: Postgres, the sandbox, the web server and the worker, which also projects."""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import psycopg
from psycopg.sql import SQL, Identifier

from adapters.local_postgres import LocalPostgres
from adapters.stripe_sandbox.testing import KEY, SECRETS
from benchmarks.deployment.processes import Far, free_port, process, sandbox, wait_for
from benchmarks.load.parents import PaymentSite
from benchmarks.profile.sampler import words_before
from projections.engine.runner import tracked
from tests.kit.api_server import MANDATAIRE, create_token
from tests.kit.association import found_association
from tests.kit.service_world import SLUG, ServiceWorld, open_world

PROXY: Final = "127.0.0.9"
"""An address of this machine from which requests are taken as a proxy's: it may say whose each is."""
WEB: Final = "web"
WORKER: Final = "worker"
"""Files of what the two processes do, where that is wanted."""
_PATIENCE: Final = 120.0
_CALLS: Final = "10000"
"""Calls a second to a provider that is near: more than it or we can carry out."""
_VAULT_KEY: Final = base64.b64encode(bytes(range(32))).decode()


class Site(NamedTuple):
    """A school on line: its world, where parents pay, and the ids of its processes."""

    world: ServiceWorld
    place: PaymentSite
    port: int
    web: int
    worker: int
    postgres: int
    provider: int
    settings: dict[str, str]

    @property
    def campaign(self) -> str:
        """Where the API has its campaign."""
        return f"/api/v1/{SLUG}/coops/{self.place.coop_id}/campaigns/{self.place.campaign_id}"

    @property
    def authorization(self) -> dict[str, str]:
        """The header of a mandataire."""
        return bearer(self.place.token)

    def wait_until_projected(self) -> float:
        """Wait until the read models show all that the log holds now; return the seconds that took."""
        ledger = self.world.context.ledger
        head, begun = ledger.store.head()[0], time.perf_counter()
        with psycopg.connect(ledger.projector_dsn, autocommit=True) as connection:
            connection.execute(SQL("SET search_path TO {}").format(Identifier(ledger.read_schema)))
            while tracked(connection) < head:
                assert time.perf_counter() - begun < _PATIENCE, "the read models never follow"
                time.sleep(0.005)
        return time.perf_counter() - begun


def bearer(token: str) -> dict[str, str]:
    """Write the header of somebody with a token."""
    return {"Authorization": f"Bearer {token}"}


@contextmanager
def open_site(
    postgres: LocalPostgres,
    *,
    certified: bool = False,
    prepare: Callable[[ServiceWorld], None] | None = None,
    far: Far | None = None,
    samples: Path | None = None,
) -> Iterator[Site]:
    """Put a school on line on a server: with ``certified`` families can pay it by card, at a provider that is ``far``.

    What ``prepare`` records is history: read models show it, and no task comes of it. ``samples`` is a folder for
    what the web server and the worker do when they are told to write it (``benchmarks.profile``).
    """
    with psycopg.connect(postgres.dsn(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE school")
    database, port = postgres.dsn("school"), free_port()
    url, server = f"http://127.0.0.1:{port}", postgres.pid()
    assert server is not None
    os.environ["COOPLEDGER_VAULT_KEY"] = _VAULT_KEY
    with ExitStack() as opened:
        told = {kind: f"{url}/provider/notifications/{kind}" for kind in SECRETS}
        provider = opened.enter_context(sandbox(told, far=far))
        found_association(database)
        world = opened.enter_context(open_world(database, provider))
        if certified:
            world.certify()
        if prepare is not None:
            prepare(world)
            outbox, slug = world.context.outbox, world.context.slug
            outbox.follow(slug, outbox.followed(slug), world.context.ledger.store.head()[0], [])
        settings = {f"COOPLEDGER_STRIPE_{kind.upper()}_SECRETS": secret for kind, secret in SECRETS.items()}
        settings |= {"COOPLEDGER_STRIPE_KEY": KEY, "COOPLEDGER_STRIPE_URL": provider.url}
        if far is None:  # it takes as many calls as come: how fast we can ask is what is measured
            settings["COOPLEDGER_STRIPE_CALLS"] = _CALLS
        settings |= {"COOPLEDGER_DATABASE_URL": database, "COOPLEDGER_LOG_LEVEL": "WARNING"}
        files = postgres.root.with_name(f"{postgres.root.name}-files")
        settings |= {"COOPLEDGER_TRUSTED_PROXIES": PROXY, "COOPLEDGER_DATA_DIR": str(files)}
        run_web, run_worker = (() if samples is None else words_before(samples / name) for name in (WEB, WORKER))
        web = opened.enter_context(process(*run_web, "service.cli", "web", "--port", str(port), **settings))
        worker = opened.enter_context(process(*run_worker, "service.cli", "worker", **settings))
        wait_for(f"{url}/api/v1/{SLUG}/head")
        token = create_token(database, MANDATAIRE, world.coop_id)
        place = PaymentSite(url, provider.url, SLUG, world.coop_id, world.campaign_id, token)
        site = Site(world, place, port, web, worker, server, provider.pid or os.getpid(), settings)
        site.wait_until_projected()
        yield site


@contextmanager
def beside(site: Site) -> Iterator[PaymentSite]:
    """Run a second web server and a second worker on the same database for a while; give where parents find it."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with (
        process("service.cli", "web", "--port", str(port), **site.settings),
        process("service.cli", "worker", **site.settings),
    ):
        wait_for(f"{url}/api/v1/{SLUG}/head")
        yield site.place.at(url)
