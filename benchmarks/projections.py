"""Projecting the log: our batches of all read models, against the library's tracked runner; reading and rebuilding."""

from __future__ import annotations

import statistics
import time
from typing import Any, Final
from uuid import UUID

import psycopg
from eventsourcing.application import Application
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier

from benchmarks.bench_ledger import Ground
from benchmarks.commands import Basket
from benchmarks.figures import Figure
from projections import class_balances
from projections.engine.runner import catch_up, install

_PART: Final = 200
_RIVAL = "the library's tracked runner, one event a transaction"


class RivalView(PostgresTrackingRecorder):
    """The library's way to a read model: one upsert and one tracking row an event."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - the library's signature
        """Add the table of the read model."""
        super().__init__(*args, **kwargs)
        self.sql_create_statements.append(
            SQL("CREATE TABLE IF NOT EXISTS {}.rival (id uuid PRIMARY KEY, events bigint NOT NULL)").format(
                Identifier(self.datastore.schema)
            )
        )
        self._upsert = SQL(
            "INSERT INTO {}.rival VALUES (%s, 1) ON CONFLICT (id) DO UPDATE SET events = rival.events + 1"
        ).format(Identifier(self.datastore.schema))

    def count(self, stream_id: UUID, tracking: Tracking) -> None:
        """Count one event of a stream."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(self._upsert, (stream_id,), prepare=True)


class RivalProjection(Projection[RivalView]):
    """Counts events."""

    name = "rival"

    def process_event(self, domain_event: DomainEventProtocol[UUID], tracking: Tracking) -> None:
        """Take one event."""
        self.view.count(domain_event.originator_id, tracking)


class RivalApplication(Application[UUID]):
    """The application whose log the runner follows."""

    name = "rival"


def rival_rate(url: str, events: int) -> float:
    """Let the library's runner follow a log of its own, and return its events a second."""
    given = conninfo_to_dict(url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS rival CASCADE")
        connection.execute("CREATE SCHEMA rival")
    env = {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(given["dbname"]),
        "POSTGRES_HOST": str(given["host"]),
        "POSTGRES_PORT": str(given.get("port", 5432)),
        "POSTGRES_USER": str(given["user"]),
        "POSTGRES_PASSWORD": "",
        "POSTGRES_SCHEMA": "rival",
    }
    with RivalApplication(env=env) as application:
        baskets = [Basket() for _ in range(20)]
        # In parts: a save of some thousand events hangs in the library's pipeline, client and server each full.
        for number in range(events - len(baskets)):
            baskets[number % len(baskets)].place(str(number), "x")
            if number % _PART == 0:
                application.save(*baskets)
        application.save(*baskets)
        last = application.recorder.max_notification_id() or 0
    begun = time.perf_counter()
    with ProjectionRunner(
        application_class=RivalApplication, projection_class=RivalProjection, view_class=RivalView, env=env
    ) as runner:
        runner.wait(last, timeout=120)
    return events / (time.perf_counter() - begun)


def our_rate(ground: Ground, schema: str) -> tuple[float, int]:
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


def measure_projecting(ground: Ground, *, rounds: int, rival_events: int) -> list[Figure]:
    """Measure all read models together beside the library's runner, in turn."""
    ours, ratios, events = [], [], 0
    for _ in range(rounds):
        rate, events = our_rate(ground, "bench_try")
        rival = rival_rate(ground.url, rival_events)
        ours.append(rate)
        ratios.append(rate / rival)
    name = f"project all read models, {events:,} events"
    rate = statistics.median(ours)
    return [
        Figure(name, rate, "per second", _RIVAL, statistics.median(ratios), "≥ 20"),
        Figure(name, rate, "per second", "the wanted 15,000 a second", rate / 15_000, "≥ 1.0"),
    ]


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
