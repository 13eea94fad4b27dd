"""An as-of replay gives the tables as they were known at a moment, and leaves nothing behind."""

from datetime import timedelta

import pytest

from domain.errors import InvalidInput
from projections import directory
from projections.base.read_model import set_schema
from projections.engine.replay import replay_as_of
from tests.projections.engine.test_batches import differing
from tests.projections.history import History
from tests.projections.projected_ledger import LOG, READ, ProjectedLedger


def schemas(ledger: ProjectedLedger) -> list[str]:
    """The schemas of the ledger."""
    return [row[0] for row in ledger.rows("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'ad06%' ORDER BY 1")]


@pytest.mark.parametrize("position", [0, 1, 250, 10_000])
def test_a_replay_up_to_a_position_is_what_the_live_tables_were_there(ledger: ProjectedLedger, position: int) -> None:
    ledger.catch_up(upto=position)
    with replay_as_of(ledger.log, ledger.read, LOG, position=position, batch_size=70) as schema:
        assert differing(ledger.read, READ, schema) == []
    assert schemas(ledger) == [LOG, READ]


def test_a_replay_knows_what_the_log_had_recorded_at_an_instant(ledger: ProjectedLedger, year: History) -> None:
    moment = year.facts[299].recorded_at
    ledger.catch_up(upto=300)
    with replay_as_of(ledger.log, ledger.read, LOG, known_at=moment) as schema:
        assert differing(ledger.read, READ, schema) == []
    before = moment - timedelta(microseconds=1)
    with replay_as_of(ledger.log, ledger.read, LOG, known_at=before) as schema:
        set_schema(ledger.read, schema)
        assert ledger.rows("SELECT DISTINCT position FROM tracking") == [(299,)]


def test_the_reading_functions_read_a_replay(ledger: ProjectedLedger, year: History) -> None:
    coop_id = next(fact.coop_id for fact in year.facts if fact.coop_id is not None)
    with replay_as_of(ledger.log, ledger.read, LOG, position=300) as schema:
        set_schema(ledger.read, schema)
        (coop,) = directory.coops(ledger.read, (coop_id,))
        assert 0 < coop.position <= 300


def test_an_error_in_the_reading_leaves_no_schema_behind(ledger: ProjectedLedger) -> None:
    with pytest.raises(ZeroDivisionError), replay_as_of(ledger.log, ledger.read, LOG, position=10):
        raise ZeroDivisionError
    assert schemas(ledger) == [LOG, READ]


def test_what_a_killed_replay_left_behind_is_dropped_by_the_next(ledger: ProjectedLedger) -> None:
    ledger.read.execute("CREATE SCHEMA ad06_asof_000000000000")
    with replay_as_of(ledger.log, ledger.read, LOG, position=10) as schema:
        assert schemas(ledger) == [LOG, schema, READ]
    assert schemas(ledger) == [LOG, READ]


def test_a_replay_stops_at_one_moment_only(ledger: ProjectedLedger, year: History) -> None:
    with pytest.raises(InvalidInput), replay_as_of(ledger.log, ledger.read, LOG):
        raise AssertionError
    both = {"position": 1, "known_at": year.facts[0].recorded_at}
    with pytest.raises(InvalidInput), replay_as_of(ledger.log, ledger.read, LOG, **both):  # type: ignore[arg-type]
        raise AssertionError
