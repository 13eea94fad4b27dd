"""Whatever is changed, removed, added or moved behind the log's back is found, and its place is named."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import Connection

from adapters.log.chain import ChainRow, chain_excerpt, chain_hash, genesis
from adapters.log.chain_reading import ChainFault, ChainReport
from adapters.log.event_store import Append, EventStore, NewEvent
from tests.kit.postgres_ledger import SLUG, any_event, make_ledger, opened_store
from tests.projections.whole_log import broken_at, verify_chain

COUNT = 7
OFF = "SET session_replication_role = replica; ALTER TABLE ad06.ledger_events DISABLE TRIGGER ALL;"
LINKS = (
    "SELECT position, originator_id, originator_version, coop_id, topic, state, recorded_at, hash"
    " FROM ad06.ledger_events"
)


class Log:
    """A ledger with a few events of two streams, and its forger."""

    def __init__(self, dsn: str, association_id: UUID) -> None:
        """Remember where it is."""
        self.dsn = dsn
        self.association_id = association_id

    def tamper(self, *statements: str) -> None:
        """Do what only an administrator of the server can."""
        with psycopg.connect(self.dsn) as connection:
            for statement in (OFF, "ALTER TABLE ad06.ledger_head DISABLE TRIGGER ALL", *statements):
                connection.execute(statement.encode())

    def verify(self) -> ChainReport:
        """Verify the chain."""
        with psycopg.connect(self.dsn) as connection:
            return verify_chain(connection, SLUG, self.association_id)


def fill(store: EventStore) -> None:
    """Append events of two streams, one of them of a coop, in three batches."""
    bare, of_coop, coop = uuid4(), uuid4(), uuid4()
    facts = [
        NewEvent(of_coop if n % 2 else bare, n // 2 + 1, coop if n % 2 else None, any_event()) for n in range(COUNT)
    ]
    for batch in (facts[:3], facts[3:4], facts[4:]):
        store.append(Append(uuid4(), batch, (), ()))


@pytest.fixture
def log(database: str) -> Log:
    """A ledger of seven events."""
    entry = make_ledger(database)
    with opened_store(database) as store:
        fill(store)
    return Log(database, entry.association_id)


@pytest.fixture
def reader(log: Log) -> Iterator[Connection]:
    """A connection to read it."""
    with psycopg.connect(log.dsn) as connection:
        yield connection


def test_postgres_and_python_chain_alike(log: Log, reader: Connection) -> None:
    previous = genesis(log.association_id)
    for raw in reader.execute(f"{LINKS} ORDER BY position".encode()):
        row = ChainRow(*raw)
        assert chain_hash(previous, row) == row.hash
        previous = row.hash
    assert previous == reader.execute("SELECT hash FROM ad06.ledger_head").fetchall()[0][0]


def test_a_sound_log_is_said_to_be_sound(log: Log) -> None:
    report = log.verify()
    assert report.sound
    assert (report.events, broken_at(report)) == (COUNT, None)


def test_an_empty_log_is_sound(database: str) -> None:
    entry = make_ledger(database)
    assert Log(database, entry.association_id).verify().sound


def test_the_log_of_another_association_does_not_fit(log: Log) -> None:
    log.association_id = uuid4()
    assert broken_at(log.verify()) == 1


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ("SET state = set_byte(state, 10, get_byte(state, 10) # 1) WHERE position = 4", 4),
        ("SET topic = topic || '0' WHERE position = 2", 2),
        ("SET coop_id = gen_random_uuid() WHERE position = 3", 3),
        ("SET coop_id = NULL WHERE position = 4", 4),
        ("SET recorded_at = recorded_at + interval '1 microsecond' WHERE position = 7", 7),
        ("SET originator_id = gen_random_uuid() WHERE position = 7", 7),
        ("SET originator_version = 9 WHERE position = 7", 7),
        ("SET hash = set_byte(hash, 0, get_byte(hash, 0) # 1) WHERE position = 5", 5),
        ("SET drains = NOT drains WHERE position = 6", 6),
        ("SET happened_on = happened_on + 1 WHERE position = 6", 6),
    ],
)
def test_a_changed_row_is_named(log: Log, change: str, place: int) -> None:
    log.tamper(f"UPDATE ad06.ledger_events {change}")
    report = log.verify()
    assert broken_at(report) == place
    assert report.faults[0].reason


@pytest.mark.parametrize("place", [1, 4, COUNT])
def test_a_removed_event_is_named(log: Log, place: int) -> None:
    log.tamper(f"DELETE FROM ad06.ledger_events WHERE position = {place}")  # noqa: S608 (a number)
    assert broken_at(log.verify()) == place


def test_a_cut_tail_is_found_by_the_head(log: Log) -> None:
    log.tamper("DELETE FROM ad06.ledger_events WHERE position > 5")
    assert broken_at(log.verify()) == 6


def test_an_event_beyond_the_head_is_found(log: Log) -> None:
    log.tamper(
        "UPDATE ad06.ledger_head SET position = 6, hash = (SELECT hash FROM ad06.ledger_events WHERE position = 6)"
    )
    assert broken_at(log.verify()) == COUNT


def test_two_events_that_changed_places_are_found(log: Log) -> None:
    log.tamper("UPDATE ad06.ledger_events SET position = -position WHERE position IN (2, 3)")
    log.tamper("UPDATE ad06.ledger_events SET position = 5 + position WHERE position < 0")
    assert broken_at(log.verify()) == 2


def test_a_version_left_out_is_found_although_the_chain_was_made_over_it(log: Log) -> None:
    with opened_store(log.dsn) as store:
        store.append(Append(uuid4(), (NewEvent(uuid4(), 2, None, any_event()),), (), ()))
    report = log.verify()
    assert report.faults == (ChainFault(COUNT + 1, "la version 1 de son flux manque"),)


def test_a_verification_meanwhile_written_to_stays_sound(log: Log) -> None:
    with opened_store(log.dsn) as store, psycopg.connect(log.dsn) as connection:

        def write(_: int) -> None:
            fill(store)

        assert verify_chain(connection, SLUG, log.association_id, write).sound


def broken(log: Log, *positions: int) -> tuple[int, ...]:
    """Where the chain does not hold, of some positions."""
    with psycopg.connect(log.dsn) as connection:
        return chain_excerpt(connection, SLUG, log.association_id, positions).broken


def test_the_links_of_a_few_events_are_checked_alone(log: Log, reader: Connection) -> None:
    found = chain_excerpt(reader, SLUG, log.association_id, (1, 4, COUNT))
    assert ([row.position for row in found.rows], found.broken) == ([1, 4, COUNT], ())
    assert chain_excerpt(reader, SLUG, uuid4(), (1, 4)).broken == (1,)
    assert broken(log) == ()
    log.tamper("UPDATE ad06.ledger_events SET state = state || ' ' WHERE position = 4")
    assert broken(log, 1, 4, 5) == (4,)
    log.tamper("DELETE FROM ad06.ledger_events WHERE position = 6")
    assert broken(log, 5, 6, COUNT) == (6, COUNT)
    assert broken(log, COUNT + 1) == (COUNT + 1,)


def test_no_two_different_rows_have_the_same_bytes(reader: Connection) -> None:
    row = ChainRow(*reader.execute(f"{LINKS} WHERE position = 1".encode()).fetchall()[0])
    moved = row._replace(topic=row.topic[:-1], state=row.topic[-1:].encode() + row.state)
    assert chain_hash(b"", row) != chain_hash(b"", moved)
