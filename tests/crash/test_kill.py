"""kill -9 of the service and of Postgres while families contribute: nothing acknowledged is lost, nothing is twice."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import psycopg
import pytest

from adapters.local_postgres import LocalPostgres
from adapters.log.ledger import Ledger
from adapters.postgres import DatabaseRole, conninfo_for
from adapters.registry import AssociationEntry
from domain.events.contribution import ContributionPlaced
from projections.engine.live import LedgerSchemas
from projections.engine.rebuild import rebuild
from projections.engine.runner import catch_up, install
from tests.crash.contribution_loader import contribution_id
from tests.kit.postgres_ledger import SLUG, make_ledger, publish_campaign
from tests.projections.whole_log import run_checks, verify_chain

ROOT = Path(__file__).resolve().parents[2]
WITHOUT_END = 1_000_000


class DurableLedger(NamedTuple):
    """A durable server with a published campaign."""

    server: LocalPostgres
    entry: AssociationEntry
    campaign_id: UUID

    def load(self, name: str, last: int = WITHOUT_END) -> subprocess.Popen[str]:
        """Start a process that contributes."""
        dsn = conninfo_for(self.server.dsn(), DatabaseRole.APP)
        words = [
            sys.executable,
            "-m",
            "tests.crash.contribution_loader",
            dsn,
            SLUG,
            str(self.campaign_id),
            name,
            str(last),
        ]
        return subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def placed(self) -> dict[UUID, int]:
        """The contributions of the log and their positions, after proof that none is there twice."""
        with Ledger(self.entry, self.server.dsn()) as ledger:
            head, _ = ledger.store.head()
            events = [one for one in ledger.store.events(1, head) if isinstance(one.event, ContributionPlaced)]
        found = {one.event.contribution_id: one.position for one in events if isinstance(one.event, ContributionPlaced)}
        assert len(found) == len(events)
        return found

    def assert_sound(self) -> None:
        """The chain fits, the log is gapless, and the read models are, row by row, what a replay makes of it."""
        with psycopg.connect(self.server.dsn()) as connection:
            report = verify_chain(connection, SLUG, self.entry.association_id)
        assert report.sound, report.faults
        dsn, read_schema = conninfo_for(self.server.dsn(), DatabaseRole.PROJECTOR), f"{SLUG}_read"
        with psycopg.connect(dsn, autocommit=True) as log, psycopg.connect(dsn, autocommit=True) as read:
            install(read, read_schema)
            reached = catch_up(log, read, SLUG, read_schema)
            assert reached == report.events
            rebuilt = rebuild(log, read, LedgerSchemas(SLUG, read_schema))
            assert rebuilt.swapped
            assert (rebuilt.position, rebuilt.differing) == (report.events, ())
            assert run_checks(read, SLUG, read_schema) == ()


@pytest.fixture
def durable_ledger() -> Iterator[DurableLedger]:
    """A server of our own, durable: it will be killed."""
    server = LocalPostgres(Path(tempfile.mkdtemp(prefix="coopledger-crash-")), durable=True)
    try:
        server.start()
        entry = make_ledger(server.dsn())
        with Ledger(entry, server.dsn()) as ledger:
            campaign_id = publish_campaign(ledger.bus, ledger).campaign_id
        yield DurableLedger(server, entry, campaign_id)
    finally:
        server.destroy()


def read_until(process: subprocess.Popen[str], lines: int) -> dict[UUID, int]:
    """Read so many acknowledgements."""
    assert process.stdout is not None
    return dict(map(acknowledged, (process.stdout.readline() for _ in range(lines))))


def acknowledged(line: str) -> tuple[UUID, int]:
    """One acknowledgement."""
    contribution, position = line.split()
    return UUID(contribution), int(position)


def drain(process: subprocess.Popen[str]) -> dict[UUID, int]:
    """Read what a process said before it ended; a last line cut in half was never said."""
    assert process.stdout is not None
    lines = process.stdout.read().split("\n")[:-1]
    process.stdout.close()
    process.wait(30)
    return dict(map(acknowledged, lines))


@pytest.mark.parametrize("after", [1, 150, 400])
def test_what_a_killed_service_acknowledged_is_stored_once(durable_ledger: DurableLedger, after: int) -> None:
    process = durable_ledger.load("a")
    said = read_until(process, after)
    process.kill()
    said |= drain(process)
    placed = durable_ledger.placed()
    assert len(said) >= after
    assert said.items() <= placed.items()
    durable_ledger.assert_sound()


def test_a_service_started_again_repeats_what_it_does_not_know_and_doubles_nothing(
    durable_ledger: DurableLedger,
) -> None:
    process = durable_ledger.load("a")
    said = read_until(process, 200)
    process.kill()
    said |= drain(process)
    last = 600
    again = drain(durable_ledger.load("a", last))
    placed = durable_ledger.placed()
    assert placed.keys() >= {contribution_id("a", number) for number in range(last)}
    assert said.items() <= placed.items()
    assert again.items() <= placed.items()
    durable_ledger.assert_sound()


def test_what_was_acknowledged_before_postgres_was_killed_is_stored_once_after_it_restarts(
    durable_ledger: DurableLedger,
) -> None:
    process = durable_ledger.load("a")
    try:
        said = read_until(process, 150)
        for _ in range(2):
            durable_ledger.server.kill()
            time.sleep(0.3)
            durable_ledger.server.start()
            # The same process goes on: it found out by itself what had become of its last batch.
            said |= read_until(process, 150)
    finally:
        process.kill()
        said |= drain(process)
    placed = durable_ledger.placed()
    assert said.items() <= placed.items()
    assert max(Counter(placed.values()).values()) == 1
    durable_ledger.assert_sound()
