"""Raw one-row commits: what a plain, durable table takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import uuid4

import psycopg

from benchmarks.deployment.meter import Meter
from benchmarks.figures import Run
from benchmarks.load.threads import prepared, run_threads

_PAYLOAD: Final = b"x" * 420
"""As many bytes as the canonical content of a placed contribution."""


def raw_inserts(url: str, clients: int, seconds: float, meter: Meter | None = None) -> Run:
    """Commit one row at a time on as many connections as clients: what a plain, durable table takes."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS raw (id uuid PRIMARY KEY, body bytea, at timestamptz DEFAULT now())"
        )
    opened: list[psycopg.Connection] = []

    def make() -> Callable[[], None]:
        connection = psycopg.connect(url, autocommit=True)
        opened.append(connection)

        ids = prepared(uuid4, clients, seconds)

        def insert() -> None:
            connection.execute("INSERT INTO raw (id, body) VALUES (%s, %s)", (next(ids), _PAYLOAD), prepare=True)

        return insert

    try:
        return run_threads(clients, seconds, make, meter)
    finally:
        for connection in opened:
            connection.close()
