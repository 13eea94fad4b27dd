"""The service as it runs: Postgres, the sandbox, the web server and the worker, each a process of its own."""

from __future__ import annotations

import base64
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import httpx2
import psycopg

from adapters.local_postgres import LocalPostgres
from adapters.stripe_sandbox.app import new_sandbox
from adapters.stripe_sandbox.settings import SandboxSettings
from adapters.stripe_sandbox.testing import KEY, SECRETS, SandboxServer, client_of
from benchmarks.parents import PaymentSite
from tests.kit.api_server import MANDATAIRE, create_token
from tests.kit.association import found_association
from tests.kit.service_world import SLUG, ServiceWorld, open_world

_ROOT: Final = Path(__file__).resolve().parents[1]
_PATIENCE: Final = 30.0
_VAULT_KEY: Final = base64.b64encode(bytes(range(32))).decode()


@contextmanager
def process(*words: str, **more: str) -> Iterator[None]:
    """Run a Python module beside us for a while, with more in its environment; it ends with us."""
    running = subprocess.Popen(
        [sys.executable, "-m", *words], cwd=_ROOT, env=os.environ | more, stdout=subprocess.DEVNULL
    )
    try:
        yield
        assert running.poll() is None, f"{words[0]} ended by itself"
    finally:
        running.terminate()
        running.wait(_PATIENCE)


def free_port() -> int:
    """A free port of this machine."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
    return port


@contextmanager
def sandbox(tells: Mapping[str, str]) -> Iterator[SandboxServer]:
    """Run a sandbox that tells its events to an address for each kind of endpoint; its clock is the machine's."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    endpoints = [word for kind, told in tells.items() for word in ("--endpoint", kind, told, SECRETS[kind])]
    with process("adapters.stripe_sandbox", "--key", KEY, "--port", str(port), *endpoints):
        wait_for(f"{url}/_sandbox/clock")
        with httpx2.Client(base_url=url, timeout=_PATIENCE) as control:
            # The object is another one of the same clock: the one that serves is in its own process.
            yield SandboxServer(url, new_sandbox(SandboxSettings(key=KEY)), client_of(url), control)


def wait_for(url: str) -> None:
    """Wait until something answers at an address."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            httpx2.get(url)
        except httpx2.HTTPError:
            assert time.monotonic() < end, f"nothing answers at {url}"
            time.sleep(0.05)
        else:
            return


@contextmanager
def payment_site(postgres: LocalPostgres) -> Iterator[tuple[ServiceWorld, PaymentSite]]:
    """Open a certified coop with a campaign on a server, and the service that serves it."""
    with psycopg.connect(postgres.dsn(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE paying")
    database, port = postgres.dsn("paying"), free_port()
    url = f"http://127.0.0.1:{port}"
    os.environ["COOPLEDGER_VAULT_KEY"] = _VAULT_KEY
    with ExitStack() as opened:
        provider = opened.enter_context(sandbox({kind: f"{url}/provider/notifications/{kind}" for kind in SECRETS}))
        found_association(database)
        world = opened.enter_context(open_world(database, provider))
        world.certify()
        settings = {f"COOPLEDGER_STRIPE_{kind.upper()}_SECRETS": secret for kind, secret in SECRETS.items()}
        settings |= {"COOPLEDGER_STRIPE_KEY": KEY, "COOPLEDGER_STRIPE_URL": provider.url}
        settings |= {"COOPLEDGER_DATABASE_URL": database, "COOPLEDGER_LOG_LEVEL": "WARNING"}
        opened.enter_context(process("service.cli", "web", "--port", str(port), **settings))
        opened.enter_context(process("service.cli", "worker", **settings))
        wait_for(f"{url}/api/v1/{SLUG}/head")
        token = create_token(database, MANDATAIRE, world.coop_id)
        yield world, PaymentSite(url, provider.url, SLUG, world.coop_id, world.campaign_id, token)
