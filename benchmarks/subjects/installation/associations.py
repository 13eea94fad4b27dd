"""Two hundred associations in one process that does everything: what they hold, and what they cost while idle."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Final
from uuid import uuid4

import httpx2
import psycopg

from adapters.local_postgres import LocalPostgres
from benchmarks.bench import Bench
from benchmarks.deployment.processes import free_port, process, wait_for
from benchmarks.deployment.site import bearer
from benchmarks.deployment.usage import busy_seconds
from benchmarks.figures import Figure, at_most
from benchmarks.subject import Subject
from domain.rights.roles import Role
from service.associations import open_association
from tests.kit.association import VAULT_KEY
from tests.kit.members.access import create_token

MANY: Final = 200
QUICK: Final = 10
_CLIENTS: Final = 16
_CONNECTIONS: Final = at_most("connections to Postgres while all are visited", "connections", 20)
_CPU: Final = at_most("processor while nobody comes", "% of a core", 3)
_STATEMENTS: Final = at_most("statements while nobody comes", "a second", 50)
_OURS: Final = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND datname = 'many'"
_STATEMENT: Final = re.compile(r"LOG:  (statement|execute [^:]*):")
_SETTLE: Final = 5.0
"""Seconds after the last visit until nothing is under way any more."""


def _found(database: str, count: int) -> dict[str, str]:
    """Open associations as an administrator does; return a treasurer's token of each, by slug."""
    at, tokens = datetime(2026, 9, 1, tzinfo=UTC), {}
    for number in range(count):
        slug = f"many{number}"
        given = {"slug": slug, "name": slug, "siren": "123456782", "by": "bench"}
        open_association(database, association_id=uuid4(), demo=True, at=at, **given)
        tokens[slug] = create_token(database, slug, Role.TREASURER)
    return tokens


def _visit(url: str, tokens: dict[str, str]) -> None:
    """Have a treasurer of each read, sixteen at a time."""
    with httpx2.Client(base_url=url, timeout=120) as client, ThreadPoolExecutor(_CLIENTS) as visitors:

        def read(slug: str) -> int:
            return client.get(f"/api/v1/{slug}/coops", headers=bearer(tokens[slug])).status_code

        assert set(visitors.map(read, tokens)) == {200}


@contextmanager
def _counted(dsn: str, seen: list[int]) -> Iterator[None]:
    """Count the connections of the database for a while, ten times a second."""
    over = Event()

    def watch() -> None:
        with psycopg.connect(dsn, autocommit=True) as connection:
            while not over.wait(0.1):
                row = connection.execute(_OURS).fetchone()
                assert row is not None
                seen.append(row[0])

    watcher = Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _statements(postgres: LocalPostgres, seconds: float) -> int:
    """Have Postgres write every statement into its log for a while, and count them."""
    with psycopg.connect(postgres.dsn(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET log_statement = 'all'")
        connection.execute("SELECT pg_reload_conf()")
        time.sleep(1)
        begun = postgres.log.stat().st_size
        time.sleep(seconds)
        told = _since(postgres.log, begun)
        connection.execute("ALTER SYSTEM RESET log_statement")
        connection.execute("SELECT pg_reload_conf()")
    return len(_STATEMENT.findall(told))


def _since(log: Path, begun: int) -> str:
    with log.open("rb") as file:
        file.seek(begun)
        return file.read().decode("utf-8", "replace")


def _measure(bench: Bench) -> Iterator[Figure]:
    """Open them, have each visited, then watch the process that serves them while nobody comes."""
    count, seconds = bench.choose((MANY, 30.0), (QUICK, 6.0))
    about = f", {count} associations"
    os.environ["COOPLEDGER_VAULT_KEY"] = VAULT_KEY
    with bench.postgres("associations") as postgres:
        with psycopg.connect(postgres.dsn(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE many")
        tokens, port = _found(postgres.dsn("many"), count), free_port()
        settings = {
            "COOPLEDGER_DATABASE_URL": postgres.dsn("many"),
            "COOPLEDGER_DATA_DIR": str(bench.folder / "associations-files"),
            "COOPLEDGER_LOG_LEVEL": "WARNING",
        }
        seen: list[int] = []
        with process("service.cli", "web", "--with-worker", "--port", str(port), **settings) as web:
            wait_for(f"http://127.0.0.1:{port}/api/v1/health")
            with _counted(postgres.dsn(), seen):
                _visit(f"http://127.0.0.1:{port}", tokens)
                time.sleep(_SETTLE)
            yield _CONNECTIONS.figure(max(seen), max(seen) / 20, about)
            before = busy_seconds(web)
            time.sleep(seconds)
            share = 100 * (busy_seconds(web) - before) / seconds
            yield _CPU.figure(share, share / 3, about)
            statements = _statements(postgres, seconds) / seconds
            yield _STATEMENTS.figure(statements, statements / 50, about)


ASSOCIATIONS: Final = Subject(
    "associations",
    f"{MANY} associations in one process: web, worker and projector",
    5,
    (_CONNECTIONS, _CPU, _STATEMENTS),
    _measure,
)
