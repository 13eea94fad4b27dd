"""What a monitoring system is told: figures of this moment, few labels, bounded queries, from this machine alone."""

from __future__ import annotations

import socket
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families
from psycopg.sql import SQL

from adapters.jobs import Outbox
from adapters.jobs.outbox import NewTask
from adapters.postgres import DatabaseRole
from adapters.reconciliation.breaks import BreakStore
from domain.aggregate import Stamp
from domain.association.commands import ChangePolicy
from domain.events.association import Policy
from domain.reconciliation.run import ReconciliationRun
from domain.reconciliation.totals import Totals
from service.diagnostics import figures
from service.diagnostics.metrics import MetricsListener
from service.runtime.runtime import Runtime
from service.settings import Settings
from tests.kit.association import ASSOCIATION_ID, VAULT_KEY, found_association
from tests.kit.service_world import SLUG

NOW: Final = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
Sample = tuple[str, frozenset[tuple[str, str]]]


@pytest.fixture
def runtime(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runtime]:
    """An installation with one association."""
    found_association(database)
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", VAULT_KEY)
    with Runtime(Settings(), None, database) as opened:
        yield opened


@pytest.fixture
def listener(runtime: Runtime) -> Iterator[MetricsListener]:
    """Its listener, on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with MetricsListener(runtime, "worker", port, lambda: NOW) as listening:
        yield listening


def scraped(listener: MetricsListener) -> dict[Sample, float]:
    """Everything that a scrape says of ours."""
    with urllib.request.urlopen(f"http://127.0.0.1:{listener.port}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def of(name: str, **labels: str) -> Sample:
    """One of them, by its labels."""
    return f"coopledger_{name}", frozenset({"process": "worker", **labels}.items())


def test_queues_readers_and_the_last_reconciliation_are_told(runtime: Runtime, listener: MetricsListener) -> None:
    outbox = Outbox(runtime.pool(DatabaseRole.WORKER))
    for number in range(3):
        outbox.add(SLUG, NewTask("payout", str(number), "lane", NOW - timedelta(seconds=60 + number), {}))
    outbox.add(SLUG, NewTask("payout", "later", "lane", NOW + timedelta(days=1), {}))
    outbox.park(outbox.due(NOW)[0].key, "no account", NOW)
    at = NOW - timedelta(hours=5)
    BreakStore(outbox.pool).record_run(ReconciliationRun("", at, at, 0, 0, True, Totals(0, 0, 0, 0, 0)))  # noqa: FBT003
    told = scraped(listener)
    tasks = {"queue": "tasks", "ledger": SLUG}
    assert told[of("database_up")] == 1
    assert told[of("queue_due", **tasks)] == 2
    assert told[of("queue_parked", **tasks)] == 1
    assert told[of("queue_oldest_seconds", **tasks)] == 61
    assert told[of("queue_due", queue="notifications", ledger="")] == 0
    assert told[of("projection_lag_events", ledger=SLUG)] == 1
    assert told[of("projection_lag_seconds", ledger=SLUG)] > 0
    assert told[of("last_reconciliation_timestamp_seconds")] == at.timestamp()


def test_how_long_commands_take_is_told_by_ledger(runtime: Runtime, listener: MetricsListener) -> None:
    assert of("command_seconds_count", ledger=SLUG) not in scraped(listener)
    opened = runtime.ledger(SLUG)
    for limit in (2, 3):
        stamp = Stamp(at=NOW, by="test")
        opened.ledger.bus.submit(
            ChangePolicy(stream_id=ASSOCIATION_ID, stamp=stamp, policy=Policy(max_instalments=limit))
        ).result()
    opened.ledger.bus.close()  # the writer has told of all it answered
    told = scraped(listener)
    assert told[of("command_seconds_count", ledger=SLUG)] == 2
    assert told[of("command_seconds_sum", ledger=SLUG)] > 0


def test_labels_name_the_process_a_queue_and_a_ledger_alone(listener: MetricsListener) -> None:
    names = {name for _, labels in scraped(listener) for name, _ in labels}
    assert names - {"le"} <= {"process", "queue", "ledger"}


def test_it_listens_on_this_machine_alone(listener: MetricsListener) -> None:
    assert listener._server.server_address[0] == "127.0.0.1"


def test_a_database_that_is_away_is_told_and_ends_nothing(runtime: Runtime, listener: MetricsListener) -> None:
    with psycopg.connect(runtime.database_url, autocommit=True) as administrator:
        administrator.execute("ALTER SCHEMA work RENAME TO elsewhere")
        assert {name: value for (name, _), value in scraped(listener).items() if "queue" in name} == {}
        assert scraped(listener)[of("database_up")] == 0
        administrator.execute("ALTER SCHEMA elsewhere RENAME TO work")
    assert scraped(listener)[of("database_up")] == 1


@pytest.mark.parametrize(
    "query",
    [
        figures._DUE_TASKS,
        figures._PARKED_TASKS,
        figures._DUE_NOTIFICATIONS,
        figures._PARKED_NOTIFICATIONS,
        figures._RECONCILED,
    ],
)
def test_a_scrape_reads_no_more_of_a_long_history(runtime: Runtime, query: str) -> None:
    """A hundred thousand rows that were done are not read: what waits has an index of its own."""
    values = {2: (NOW, 10), 1: ("" if "crawls" in query else 10,)}[query.count("%s")]
    with psycopg.connect(runtime.database_url, autocommit=True) as administrator:
        administrator.execute("SET enable_seqscan = off")  # small tables are read whole: ask for the plan of large ones
        plan = "\n".join(str(row[0]) for row in administrator.execute(SQL("EXPLAIN ").as_string() + query, values))
    assert "Seq Scan" not in plan
    assert "Index" in plan
