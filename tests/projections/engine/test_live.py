"""The live projector follows the log, whatever happens to its connections, and never runs ahead of its tables."""

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import psycopg
import pytest

from adapters.local_postgres import LocalPostgres
from adapters.postgres import DatabaseRole, conninfo_for
from domain.errors import LedgerCorrupt
from projections.base.read_model import set_schema
from projections.engine.live import LedgerSchemas, LiveProjector, leading
from tests.kit.waiting import wait_until
from tests.projections.history import History
from tests.projections.projected_ledger import LOG, READ, append, connect, make_log

LEDGER = LedgerSchemas(LOG, READ)
PATIENCE = 15.0


class Errors(list[tuple[str, Exception]]):
    """Remembers the errors that a projector reported."""

    def tell(self, where: str, error: Exception) -> None:
        """Remember one."""
        self.append((where, error))


@contextmanager
def live(dsn: str, errors: Errors, **options: Any) -> Iterator[LiveProjector]:  # noqa: ANN401 - handed on
    """A running projector of one ledger."""
    with LiveProjector(conninfo_for(dsn, DatabaseRole.PROJECTOR), lambda: [LEDGER], errors.tell, **options) as running:
        yield running


@pytest.fixture
def history() -> History:
    """A coop and its campaign."""
    begun = History()
    begun.campaign(begun.coop())
    return begun


@pytest.fixture
def dsn(database: str, history: History) -> str:
    """A log that holds the history so far."""
    make_log(database, history.forget())
    return database


def grow(dsn: str, history: History) -> int:
    """Add a coop to the log; returns the last position."""
    history.coop()
    append(dsn, history.forget())
    return history.position


def positions(dsn: str) -> set[int]:
    """Where the models of the live tables stand."""
    with connect(dsn) as connection:
        set_schema(connection, READ)
        return {row[0] for row in connection.execute("SELECT position FROM tracking")}


def kill(dsn: str, said: str) -> bool:
    """End the projector's connection that said this last; False when none did."""
    with psycopg.connect(dsn, autocommit=True) as administrator:
        ended = administrator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE usename = 'coopledger_projector' AND query LIKE %s",
            (said,),
        ).fetchall()
    return bool(ended)


def test_whoever_writes_reads_it_at_once(dsn: str, history: History) -> None:
    errors = Errors()
    with live(dsn, errors, poll_seconds=60) as projector:
        assert projector.wait_for(READ, history.position, PATIENCE)
        for _ in range(3):
            position = grow(dsn, history)
            began = monotonic()
            assert projector.wait_for(READ, position, PATIENCE)
            assert monotonic() - began < 1
            assert positions(dsn) == {position}
    assert errors == []


def test_waiting_for_what_does_not_come_ends_in_time(dsn: str, history: History) -> None:
    with live(dsn, Errors()) as projector:
        assert not projector.wait_for(READ, history.position + 1, 0.2)


def test_each_batch_is_announced_to_other_processes(dsn: str, history: History) -> None:
    with connect(dsn) as page:
        page.execute("LISTEN coopledger_read")
        with live(dsn, Errors(), batch_size=5) as projector:
            assert projector.wait_for(READ, history.position, PATIENCE)
            heard = [notice.payload for notice in page.notifies(timeout=1)]
    assert heard == [f"{READ}:{min(n, history.position)}" for n in range(5, history.position + 5, 5)]


@pytest.mark.parametrize("killed", ["LISTEN coopledger_read", "%ledger_events WHERE position%", "%pg_advisory%"])
def test_a_killed_connection_is_opened_again(dsn: str, history: History, killed: str) -> None:
    errors = Errors()
    with live(dsn, errors, poll_seconds=0.2) as projector:
        assert projector.wait_for(READ, history.position, PATIENCE)
        # Its readers are woken before its last words are said: what a connection said last is looked for again.
        wait_until(lambda: kill(dsn, killed), seconds=PATIENCE, pause=0.02)
        assert projector.wait_for(READ, grow(dsn, history), PATIENCE)
    assert errors
    assert {where for where, _ in errors} == {"connection"}
    assert positions(dsn) == {history.position}


def test_a_restarted_server_is_found_again(history: History) -> None:
    server = LocalPostgres(Path(tempfile.mkdtemp(prefix="coopledger-tests-")), durable=False)
    errors = Errors()
    try:
        server.start()
        make_log(server.dsn(), history.forget())
        with live(server.dsn(), errors) as projector:
            assert projector.wait_for(READ, history.position, PATIENCE)
            server.stop()
            wait_until(lambda: len(errors) > 1, seconds=PATIENCE, pause=0.02)
            server.start()
            assert projector.wait_for(READ, grow(server.dsn(), history), PATIENCE)
    finally:
        server.destroy()


def test_an_event_that_cannot_be_read_is_told_and_nothing_passes_it(dsn: str, history: History) -> None:
    errors = Errors()
    before = history.position
    with live(dsn, errors) as projector:
        assert projector.wait_for(READ, before, PATIENCE)
        with psycopg.connect(dsn) as owner:
            owner.execute(
                "INSERT INTO ad06.ledger_events"
                " SELECT position + 1, gen_random_uuid(), 1, coop_id, 'coop.unheard.1', '{}', false, happened_on,"
                " recorded_at, hash"
                " FROM ad06.ledger_events ORDER BY position DESC LIMIT 1"
            )
        history.position += 1
        after = grow(dsn, history)
        wait_until(lambda: len(errors) > 1, seconds=PATIENCE, pause=0.02)
        assert not projector.wait_for(READ, after, 0.3)
    assert positions(dsn) == {before}
    assert {where for where, _ in errors} == {LOG}
    assert all(isinstance(error, LedgerCorrupt) for _, error in errors)


def test_a_list_of_ledgers_that_fails_is_told_and_asked_again(dsn: str, history: History) -> None:
    errors = Errors()
    answers = iter([ZeroDivisionError()])

    def ledgers() -> list[LedgerSchemas]:
        for failure in answers:
            raise failure
        return [LEDGER]

    with LiveProjector(conninfo_for(dsn, DatabaseRole.PROJECTOR), ledgers, errors.tell) as projector:
        assert projector.wait_for(READ, history.position, PATIENCE)
    assert [where for where, _ in errors] == ["projector"]


def test_two_projectors_share_a_ledger_and_both_know_how_far_it_is(dsn: str, history: History) -> None:
    errors = Errors()
    with live(dsn, errors) as one, live(dsn, errors) as other:
        for _ in range(5):
            position = grow(dsn, history)
            assert one.wait_for(READ, position, PATIENCE)
            assert other.wait_for(READ, position, PATIENCE)
    assert errors == []
    assert positions(dsn) == {history.position}


def test_a_projector_stands_by_while_another_session_leads(dsn: str, history: History) -> None:
    errors = Errors()
    with connect(dsn) as leader, leading(leader, READ) as leads:
        assert leads
        with live(dsn, errors, poll_seconds=0.2) as projector:
            assert not projector.wait_for(READ, history.position, 0.7)
            assert positions(dsn) == {0}
            leader.close()
            assert projector.wait_for(READ, history.position, PATIENCE)
    assert errors == []


def test_a_projector_stops_between_two_batches(dsn: str, history: History) -> None:
    append(dsn, [])
    for _ in range(30):
        grow(dsn, history)
    with live(dsn, Errors(), batch_size=1) as projector:
        assert projector.wait_for(READ, 3, PATIENCE)
    (reached,) = positions(dsn)
    assert 3 <= reached < history.position
    assert not any(thread.name == "live-projector" for thread in threading.enumerate())


def test_a_ledger_that_is_heard_of_before_it_is_listed_is_followed(dsn: str, history: History) -> None:
    errors, listed, asked = Errors(), list[LedgerSchemas](), threading.Event()

    def ledgers() -> list[LedgerSchemas]:
        asked.set()
        return listed

    projector = LiveProjector(conninfo_for(dsn, DatabaseRole.PROJECTOR), ledgers, errors.tell, poll_seconds=0.05)
    with projector:
        assert asked.wait(PATIENCE)
        asked.clear()
        position = grow(dsn, history)
        assert asked.wait(PATIENCE)  # it was heard of, and is not listed yet
        listed.append(LEDGER)
        assert projector.wait_for(READ, position, PATIENCE)
    assert errors == []


def test_which_ledgers_there_are_is_not_asked_again_while_only_known_ones_grow(dsn: str, history: History) -> None:
    asked = []

    def ledgers() -> list[LedgerSchemas]:
        asked.append(monotonic())
        return [LEDGER]

    with LiveProjector(conninfo_for(dsn, DatabaseRole.PROJECTOR), ledgers, Errors().tell) as projector:
        for _ in range(5):
            assert projector.wait_for(READ, grow(dsn, history), PATIENCE)
    assert len(asked) == 1
