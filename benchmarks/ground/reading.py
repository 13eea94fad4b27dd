"""Projecting the log of the ground into fresh tables, and reading from them."""

from __future__ import annotations

import statistics
import time
from uuid import UUID

import psycopg
from psycopg import Connection
from psycopg.sql import SQL, Identifier

from benchmarks.ground.ledger import Ground
from projections import class_balances
from projections.engine.runner import catch_up, install


def project_all(ground: Ground, schema: str) -> tuple[float, int]:
    """Project the whole log into fresh tables, and return events a second and how many there were."""
    with _connect(ground) as log, _connect(ground) as read:
        read.execute(SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(Identifier(schema)))
        read.execute(SQL("CREATE SCHEMA {}").format(Identifier(schema)))
        install(read, schema)
        begun = time.perf_counter()
        events = catch_up(log, read, ground.entry.slug, schema)
        return events / (time.perf_counter() - begun), events


def _connect(ground: Ground) -> Connection:
    return psycopg.connect(ground.ledger.projector_dsn, autocommit=True)


def time_to_read(ground: Ground, schema: str, campaigns: list[UUID]) -> float:
    """Return the median time of reading one campaign's class balance sheet, in milliseconds."""
    times = []
    with _connect(ground) as connection:
        connection.execute(SQL("SET search_path TO {}").format(Identifier(schema)))
        connection.execute("ANALYZE participants")
        for number in range(400):
            begun = time.perf_counter()
            class_balances.of_campaign(connection, campaigns[number % len(campaigns)])
            times.append(time.perf_counter() - begun)
    return statistics.median(times) * 1e3
