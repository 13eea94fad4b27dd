"""Associations and tokens: found by what they are called, never mixed, never shown twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest
from psycopg import Connection

from adapters.log.ledger import Ledger
from adapters.migrate import migrate_database
from adapters.postgres import DatabaseRole, conninfo_for
from adapters.registry import (
    AssociationEntry,
    TokenHolder,
    add_association,
    associations,
    create_token,
    revoke_tokens,
    token_holder,
)
from domain.association.state import Association
from domain.errors import AlreadyExists, Conflict, NotFound, NotSignedIn
from tests.kit.postgres_ledger import make_ledger, opened_ledger, publish_campaign, register_association, register_coop

ENTRY = AssociationEntry("ad06", uuid4(), None, demo=False)
TREASURER = TokenHolder("u1", "treasurer", "ad06", uuid4())


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


def tomorrow() -> datetime:
    """An expiry that is not reached."""
    return datetime.now(UTC) + timedelta(days=1)


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


def test_a_token_stands_for_its_holder_until_it_expires_or_is_revoked(
    administrator: Connection, app: Connection
) -> None:
    token = create_token(administrator, TREASURER, tomorrow())
    late = create_token(administrator, TREASURER._replace(actor="u2"), datetime.now(UTC) - timedelta(seconds=1))
    assert token_holder(app, token) == TREASURER
    for wrong in (late, token[:-1], token + "A", "", "é"):
        with pytest.raises(NotSignedIn):
            token_holder(app, wrong)
    assert revoke_tokens(administrator, TREASURER.actor) == 1
    assert revoke_tokens(administrator, TREASURER.actor) == 0
    with pytest.raises(NotSignedIn):
        token_holder(app, token)


def test_a_token_is_long_random_and_kept_as_a_hash_only(administrator: Connection) -> None:
    tokens = {create_token(administrator, TREASURER, tomorrow()) for _ in range(20)}
    assert len(tokens) == 20
    assert min(map(len, tokens)) >= 43
    stored = {bytes(row[0]) for row in administrator.execute("SELECT token_sha256 FROM registry.tokens")}
    assert stored == {hashlib.sha256(token.encode()).digest() for token in tokens}


def test_a_token_for_an_association_that_is_not_there_is_refused(administrator: Connection) -> None:
    with pytest.raises(NotFound):
        create_token(administrator, TREASURER._replace(slug="ad99"), tomorrow())


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
