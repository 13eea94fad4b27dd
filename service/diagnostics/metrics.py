"""Figures for a monitoring system, in Prometheus' format, on a listener of this machine alone (ADR 51).

A scrape asks bounded queries (`service.diagnostics.figures`); labels are the process, the queue and the ledger, so that
their number is that of the associations. Nothing is said of a coop, a campaign or a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final, Self

import psycopg
from prometheus_client import CollectorRegistry, Histogram, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from adapters.postgres import DatabaseRole
from service.diagnostics.figures import last_reconciliation, queue_figures, reader_figures
from service.logging import logger
from service.runtime.runtime import Runtime

log = logger(__name__)
_HERE: Final = "127.0.0.1"
_SECONDS: Final = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 20.0)
"""Upper bounds of the classes of latency; a command is given up after twenty seconds."""


class InstallationCollector(Collector):
    """Asks the database when it is scraped; where that fails, says that and nothing else."""

    def __init__(self, runtime: Runtime, process: str, clock: Callable[[], datetime]) -> None:
        """Look at a runtime's database; queues keep the clock of the worker."""
        self._runtime = runtime
        self._process = process
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        """Give the figures of this moment."""
        try:
            found = list(self._figures())
        except psycopg.Error as error:
            log.warning("figures wait for the database", kind=type(error).__name__)
            found = []
        up = GaugeMetricFamily("coopledger_database_up", "Whether the database answered", labels=["process"])
        up.add_metric([self._process], 1.0 if found else 0.0)
        yield up
        yield from found

    def _figures(self) -> Iterator[Metric]:
        labels = ["process", "queue", "ledger"]
        due = GaugeMetricFamily("coopledger_queue_due", "What is due and not done (10000: or more)", labels=labels)
        oldest = GaugeMetricFamily("coopledger_queue_oldest_seconds", "Since when the first of it waits", labels=labels)
        parked = GaugeMetricFamily("coopledger_queue_parked", "What an operator must look at", labels=labels)
        with self._runtime.pool(DatabaseRole.WORKER).connection() as connection:
            queues, reconciled = queue_figures(connection, self._clock()), last_reconciliation(connection)
        for one in queues:
            of = [self._process, one.queue, one.ledger]
            due.add_metric(of, one.due)
            oldest.add_metric(of, one.oldest_seconds)
            parked.add_metric(of, one.parked)
        yield from (due, oldest, parked)
        yield from self._readers()
        if reconciled is not None:
            at = GaugeMetricFamily(
                "coopledger_last_reconciliation_timestamp_seconds",
                "When the provider's books were compared",
                labels=["process"],
            )
            at.add_metric([self._process], reconciled.timestamp())
            yield at

    def _readers(self) -> Iterator[Metric]:
        labels = ["process", "ledger"]
        events = GaugeMetricFamily("coopledger_projection_lag_events", "Events not applied yet", labels=labels)
        seconds = GaugeMetricFamily("coopledger_projection_lag_seconds", "Age of the first of them", labels=labels)
        here = [entry.slug for entry in self._runtime.associations() if entry.dsn is None]
        with self._runtime.pool(DatabaseRole.APP).connection(used_for="figures") as connection:
            for slug in here:
                one = reader_figures(connection, slug)
                events.add_metric([self._process, slug], one.events)
                seconds.add_metric([self._process, slug], one.seconds)
        yield from (events, seconds)


def utc_now() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)


class MetricsListener:
    """Answers scrapes on a port of 127.0.0.1 until closed, and measures how long commands take meanwhile."""

    def __init__(self, runtime: Runtime, process: str, port: int, clock: Callable[[], datetime] = utc_now) -> None:
        """Begin to listen and to measure.

        Raises:
            OSError: the port is taken, or not ours to listen at.

        """
        registry = CollectorRegistry()
        registry.register(InstallationCollector(runtime, process, clock))
        latency = Histogram(
            "coopledger_command_seconds",
            "How long callers waited for the command bus",
            ["process", "ledger"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._server, self._thread = start_http_server(port, addr=_HERE, registry=registry)
        runtime.watch_commands = lambda slug, seconds: latency.labels(process, slug).observe(seconds)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_port)

    def close(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        """Use it for a while."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()
