"""The library's tracked runner: one event a transaction, an upsert and a row of tracking."""

from __future__ import annotations

import time
from typing import Any, Final
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.sql import SQL, Identifier

from benchmarks.rivals.library import Basket, library_environment

_PART: Final = 200


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
    env = library_environment(url, "rival")
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
