"""The bare route, run beside the service on the same server of Postgres."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import psycopg

from adapters.local_postgres import LocalPostgres
from benchmarks.deployment.processes import free_port, process, wait_for
from benchmarks.rivals.bare_route import CAMPAIGN, prepare

PLACE = "/contributions"
BALANCE = f"/balance/{CAMPAIGN}"


class Rival(NamedTuple):
    """The bare route: its port and the id of its process."""

    port: int
    web: int


@contextmanager
def open_rival(postgres: LocalPostgres) -> Iterator[Rival]:
    """Run the bare route on a database of its own for a while."""
    with psycopg.connect(postgres.dsn(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE bare")
    prepare(postgres.dsn("bare"))
    port = free_port()
    with process("benchmarks.rivals.bare_route", postgres.dsn("bare"), str(port)) as web:
        wait_for(f"http://127.0.0.1:{port}{BALANCE}")
        yield Rival(port, web)
