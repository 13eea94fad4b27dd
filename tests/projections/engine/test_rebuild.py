"""A rebuild proves that the live tables are what a replay gives, row by row, or says where they are not."""

import threading
from collections.abc import Callable
from uuid import UUID

import pytest

from adapters.postgres import DatabaseRole, conninfo_for
from projections import class_balances
from projections.base.read_model import set_schema
from projections.catalogue import MODELS
from projections.engine.live import LedgerSchemas, LiveProjector
from projections.engine.rebuild import RebuildReport, rebuild
from projections.engine.runner import tracked
from tests.projections.history import History
from tests.projections.projected_ledger import LOG, READ, ProjectedLedger, append, connect

LEDGER = LedgerSchemas(LOG, READ)


def rebuilt(ledger: ProjectedLedger, *, accept_differences: bool = False) -> RebuildReport:
    """Rebuild, and look at the live tables again."""
    report = rebuild(ledger.log, ledger.read, LEDGER, batch_size=200, accept_differences=accept_differences)
    set_schema(ledger.read, READ)
    return report


def oid(ledger: ProjectedLedger) -> object:
    """The identity of the live schema."""
    return ledger.rows("SELECT oid FROM pg_namespace WHERE nspname = 'ad06_read'")[0][0]


def test_tables_that_are_what_a_replay_gives_are_swapped(ledger: ProjectedLedger, year: History) -> None:
    ledger.catch_up()
    before = oid(ledger)
    report = rebuilt(ledger)
    assert (report.swapped, report.differing, report.not_comparable) == (True, (), ())
    assert (report.position, tracked(ledger.read)) == (len(year.facts), len(year.facts))
    assert {table.table for table in report.compared} == {table for model in MODELS for table in model.tables}
    assert sum(table.rows for table in report.compared) > 500
    assert oid(ledger) != before
    assert ledger.rows("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'ad06%' ORDER BY 1") == [(LOG,), (READ,)]


TAMPERINGS = {
    "contributions": (
        "SELECT max(position) FROM contributions",
        "UPDATE contributions SET paid = paid + 1 WHERE position = (SELECT max(position) FROM contributions)",
        "changed",
    ),
    "participants": (
        "SELECT max(position) FROM participants",
        "DELETE FROM participants WHERE position = (SELECT max(position) FROM participants)",
        "missing",
    ),
    "tariffs": (
        "SELECT 77",
        "INSERT INTO tariffs SELECT campaign_id, 't99', label, rank, 77 FROM tariffs LIMIT 1",
        "added",
    ),
    "journal": (
        "SELECT max(position) FROM journal",
        "UPDATE journal SET account = 'cash' WHERE leg = 1 AND position = (SELECT max(position) FROM journal)",
        "changed",
    ),
}


@pytest.mark.parametrize("table", TAMPERINGS)
def test_a_row_tampered_with_is_named_and_nothing_is_swapped(ledger: ProjectedLedger, table: str) -> None:
    where, statement, what = TAMPERINGS[table]
    ledger.catch_up()
    before = oid(ledger)
    ((position,),) = ledger.rows(where)
    ledger.read.execute("ALTER TABLE journal DISABLE TRIGGER USER")
    ledger.read.execute(statement.encode())
    report = rebuilt(ledger)
    assert not report.swapped
    assert oid(ledger) == before
    (differing,) = report.differing
    assert differing.table == table
    assert report.first_position == position
    assert {difference.what for difference in differing.sample} == {what}
    assert all(difference.key for difference in differing.sample)


def test_an_operator_who_read_the_report_may_replace_wrong_tables(ledger: ProjectedLedger) -> None:
    ledger.catch_up()
    (before,) = ledger.rows("SELECT sum(paid) FROM contributions")
    ledger.read.execute("UPDATE contributions SET paid = paid + 1")
    report = rebuilt(ledger, accept_differences=True)
    assert (report.swapped, len(report.differing)) == (True, 1)
    assert ledger.rows("SELECT sum(paid) FROM contributions") == [before]


def test_a_model_of_another_version_is_rebuilt_and_the_report_says_it_could_not_be_compared(
    ledger: ProjectedLedger,
) -> None:
    ledger.catch_up()
    ledger.read.execute("UPDATE tracking SET version = 0 WHERE model = 'payouts'; DROP TABLE payouts")
    report = rebuilt(ledger)
    assert (report.swapped, report.not_comparable) == (True, ("payouts",))
    assert "payouts" not in {table.table for table in report.compared}
    assert ledger.rows("SELECT count(*) > 0 FROM payouts") == [(True,)]


def test_read_models_that_stand_behind_are_compared_where_they_stand(ledger: ProjectedLedger, year: History) -> None:
    ledger.catch_up(upto=200)
    report = rebuilt(ledger)
    assert (report.swapped, report.position) == (True, 200)
    assert ledger.catch_up() == len(year.facts)


def test_readers_see_no_gap_while_tables_are_swapped(ledger: ProjectedLedger) -> None:
    ledger.catch_up()
    campaign_id: UUID = ledger.rows("SELECT campaign_id FROM campaigns LIMIT 1")[0][0]
    expected = class_balances.of_campaign(ledger.read, campaign_id)
    seen: list[bool] = []
    failures: list[Exception] = []
    done = threading.Event()

    def read_on() -> None:
        with connect(ledger.dsn) as reader:
            set_schema(reader, READ)
            while not done.is_set():
                try:
                    seen.append(class_balances.of_campaign(reader, campaign_id) == expected)
                except Exception as error:  # noqa: BLE001 - whatever it is, it is a gap
                    failures.append(error)

    readers = [threading.Thread(target=read_on) for _ in range(2)]
    for reader in readers:
        reader.start()
    swaps = [rebuilt(ledger).swapped for _ in range(2)]
    done.set()
    for reader in readers:
        reader.join()
    assert swaps == [True, True]
    assert failures == []
    assert all(seen)


def in_another_thread(work: Callable[[], None]) -> threading.Thread:
    """Start some work."""
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_a_ledger_that_grows_is_rebuilt_beside_its_live_projector(
    ledger: ProjectedLedger, database: str, year: History
) -> None:
    ledger.catch_up()
    errors: list[Exception] = []
    dsn = conninfo_for(database, DatabaseRole.PROJECTOR)
    more = History(9)
    more.position = len(year.facts)

    def grow() -> None:
        for _ in range(10):
            more.coop()
            append(database, [fact for fact in more.forget() if fact.position > len(year.facts)])

    with LiveProjector(dsn, lambda: [LEDGER], lambda _where, error: errors.append(error)) as projector:
        growing = in_another_thread(grow)
        report = rebuilt(ledger)
        growing.join()
        assert projector.wait_for(READ, more.position, 15)
    assert report.swapped
    assert errors == []
    assert rebuilt(ledger).swapped
    assert tracked(ledger.read) == more.position
