"""The same events give the same rows, in batches of any size, once and once only."""

import threading
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection

from domain.errors import LedgerCorrupt
from projections.base.read_model import ReadModelOutdatedError, TrackingMovedError, set_schema
from projections.catalogue import MODELS
from projections.engine.parity import compare
from projections.engine.runner import catch_up, install, tracked
from tests.projections.history import History
from tests.projections.projected_ledger import LOG, READ, ProjectedLedger, append, connect


def differing(connection: Connection[Any], one: str, other: str) -> list[str]:
    """The tables of two schemas that do not hold the same rows."""
    pairs = [(model.name, table) for model in MODELS for table in model.tables]
    return [table for model, table in pairs if compare(connection, model, table, one, other).differences]


def project_in_steps(ledger: ProjectedLedger, schema: str, stops: Sequence[int]) -> None:
    """Project the log into a new schema, stopping at some positions on the way."""
    ledger.read.execute(f"CREATE SCHEMA {schema}".encode())
    install(ledger.read, schema)
    for stop in sorted(stops):
        catch_up(ledger.log, ledger.read, LOG, schema, upto=stop)
    catch_up(ledger.log, ledger.read, LOG, schema, batch_size=97)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stops=st.sets(st.integers(1, 600), max_size=12))
def test_batches_cut_anywhere_give_the_same_rows(ledger: ProjectedLedger, stops: set[int]) -> None:
    ledger.catch_up()
    schema = f"cut_{uuid4().hex}"
    project_in_steps(ledger, schema, sorted(stops))
    assert differing(ledger.read, READ, schema) == []
    ledger.read.execute(f"DROP SCHEMA {schema} CASCADE".encode())
    set_schema(ledger.read, READ)


def test_one_event_at_a_time_gives_the_same_rows(ledger: ProjectedLedger, year: History) -> None:
    ledger.catch_up()
    ledger.read.execute("CREATE SCHEMA single")
    install(ledger.read, "single")
    assert catch_up(ledger.log, ledger.read, LOG, "single", batch_size=1) == len(year.facts)
    assert differing(ledger.read, READ, "single") == []


def test_two_runners_apply_each_batch_once_between_them(ledger: ProjectedLedger, year: History) -> None:
    ledger.read.execute("CREATE SCHEMA shared")
    install(ledger.read, "shared")
    beaten = []

    def run() -> None:
        with connect(ledger.dsn) as log, connect(ledger.dsn) as read:
            while True:
                try:
                    catch_up(log, read, LOG, "shared", batch_size=20)
                except TrackingMovedError as error:
                    beaten.append(error)
                else:
                    return

    runners = [threading.Thread(target=run) for _ in range(2)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()
    ledger.catch_up()
    assert beaten
    assert differing(ledger.read, READ, "shared") == []
    set_schema(ledger.read, "shared")
    assert tracked(ledger.read) == len(year.facts)


def test_a_batch_read_before_another_runner_applied_it_writes_nothing(ledger: ProjectedLedger, year: History) -> None:
    def overtake(_position: int) -> None:
        with connect(ledger.dsn) as log, connect(ledger.dsn) as read:
            catch_up(log, read, LOG, READ)

    with pytest.raises(TrackingMovedError):
        ledger.catch_up(batch_size=100, on_progress=overtake)
    assert ledger.rows("SELECT DISTINCT position FROM tracking") == [(len(year.facts),)]
    assert ledger.rows("SELECT count(*) FROM contributions") == ledger.rows(
        "SELECT count(*) FROM ad06.ledger_events WHERE topic = 'campaign.contribution_placed.1'"
    )


def test_a_hole_in_the_log_stops_the_read_models_before_it(database: str, ledger: ProjectedLedger) -> None:
    ledger.catch_up()
    before = ledger.rows("SELECT * FROM tracking")
    history = History(2)
    history.coop()
    append(database, [fact._replace(position=fact.position + 10_000) for fact in history.facts])
    with pytest.raises(LedgerCorrupt):
        ledger.catch_up()
    assert ledger.rows("SELECT * FROM tracking") == before


def test_tables_of_another_version_do_not_advance(ledger: ProjectedLedger) -> None:
    ledger.catch_up(upto=100)
    ledger.read.execute("UPDATE tracking SET version = 0 WHERE model = 'payouts'")
    with pytest.raises(ReadModelOutdatedError):
        ledger.catch_up()
    with pytest.raises(ReadModelOutdatedError):
        install(ledger.read, READ)
    assert ledger.rows("SELECT DISTINCT position FROM tracking") == [(100,)]
