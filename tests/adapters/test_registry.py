"""Associations: found by what they are called, never mixed."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from psycopg import Connection

from adapters.log.ledger import Ledger
from adapters.migrate import migrate_database
from adapters.postgres import DatabaseRole, conninfo_for
from adapters.registry import AssociationEntry, add_association, associations
from domain.association.state import Association
from domain.errors import AlreadyExists, Conflict
from tests.kit.postgres_ledger import make_ledger, opened_ledger, publish_campaign, register_association, register_coop

ENTRY = AssociationEntry("ad06", uuid4(), None, demo=False)


@pytest.fixture
def administrator(database: str) -> Iterator[Connection]:
    """A migrated database with one association."""
    migrate_database(database)
    with psycopg.connect(database, autocommit=True) as connection:
        add_association(connection, ENTRY)
        yield connection


@pytest.fixture
def app(administrator: Connection, database: str) -> Iterator[Connection]:
    """The application's view of it."""
    assert not administrator.closed
    with psycopg.connect(conninfo_for(database, DatabaseRole.APP), autocommit=True) as connection:
        yield connection


def test_an_association_added_twice_is_there_once(administrator: Connection, app: Connection) -> None:
    add_association(administrator, ENTRY)
    add_association(administrator, ENTRY._replace(slug="ad13", association_id=uuid4(), dsn="host=elsewhere"))
    assert [entry.slug for entry in associations(app)] == ["ad06", "ad13"]
    assert next(associations(app)) == ENTRY


@pytest.mark.parametrize(
    "other",
    [
        ENTRY._replace(association_id=uuid4()),
        ENTRY._replace(demo=True),
        ENTRY._replace(slug="ad07"),
    ],
)
def test_one_name_never_stands_for_two_associations(administrator: Connection, other: AssociationEntry) -> None:
    with pytest.raises(AlreadyExists):
        add_association(administrator, other)


@pytest.mark.parametrize("demo", [True, False])
def test_fictitious_and_real_data_never_meet_in_one_ledger(database: str, *, demo: bool) -> None:
    entry = make_ledger(database, demo=demo)
    with Ledger(entry, database) as ledger:
        for wrong in (
            register_association(entry._replace(demo=not demo)),
            register_coop(entry, uuid4(), demo=not demo),
        ):
            with pytest.raises(Conflict):
                ledger.bus.submit(wrong).result(10)
        with pytest.raises(Conflict):
            publish_campaign(ledger.bus, entry._replace(demo=not demo))
        assert ledger.store.head()[0] == 0
        ledger.bus.submit(register_association(entry)).result(10)
        publish_campaign(ledger.bus, entry)


def test_what_belongs_to_another_association_is_refused(database: str) -> None:
    with opened_ledger(database) as ledger:
        entry = AssociationEntry(ledger.slug, uuid4(), None, ledger.demo)
        with pytest.raises(Conflict):
            ledger.bus.submit(register_coop(entry, uuid4())).result(10)
        with pytest.raises(Conflict):
            ledger.bus.submit(register_association(entry._replace(slug="ad13"))).result(10)


def test_two_associations_in_one_database_have_ledgers_of_their_own(database: str) -> None:
    first, second = make_ledger(database), make_ledger(database, "ad13")
    with Ledger(first, database) as one, Ledger(second, database) as two:
        one.bus.submit(register_association(first)).result(10)
        two.bus.submit(register_association(second)).result(10)
        assert one.store.head()[0] == two.store.head()[0] == 1
        assert one.store.head() != two.store.head()
        assert one.store.load(Association, second.association_id).version == 0
        assert two.store.load(Association, second.association_id).slug == "ad13"
