"""Tokens of the API: whose they are, what they allow at most, shown once, revoked each within its association."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest
from psycopg import Connection

from adapters.api_tokens import TokenScope, create_token, revoke_token, tokens_of, use_token
from adapters.migrate import migrate_database
from adapters.postgres import DatabaseRole, conninfo_for
from adapters.registry import AssociationEntry, add_association
from domain.errors import InvalidInput, NotFound, NotSignedIn

OWNER = TokenScope("ad06", uuid4(), None, ("read", "run"), uuid4())


@pytest.fixture
def administrator(database: str) -> Iterator[Connection]:
    """A migrated database with two associations."""
    migrate_database(database)
    with psycopg.connect(database, autocommit=True) as connection:
        for slug in ("ad06", "ad13"):
            add_association(connection, AssociationEntry(slug, uuid4(), None, demo=False))
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


def test_a_token_stands_for_its_owner_until_it_expires_or_is_revoked(
    administrator: Connection, app: Connection
) -> None:
    token_id, token = create_token(administrator, OWNER, tomorrow())
    _, late = create_token(administrator, OWNER, datetime.now(UTC) - timedelta(seconds=1))
    held = use_token(app, token)
    assert (held.slug, held.member_id, held.program, tuple(held.actions), held.coop_id) == OWNER
    for wrong in (late, token[:-1], token + "a", token[3:], "", "é"):
        with pytest.raises(NotSignedIn):
            use_token(app, wrong)
    revoke_token(administrator, "ad06", token_id)
    with pytest.raises(NotSignedIn):
        use_token(app, token)


def test_a_token_is_revoked_alone_and_within_its_association_only(administrator: Connection, app: Connection) -> None:
    first_id, first = create_token(administrator, OWNER, tomorrow())
    _, second = create_token(administrator, OWNER, tomorrow())
    for slug, token_id in (("ad13", first_id), ("ad06", uuid4())):
        with pytest.raises(NotFound):
            revoke_token(administrator, slug, token_id)
    assert use_token(app, first).token_id == first_id
    for _again in range(2):
        revoke_token(administrator, "ad06", first_id)
    assert use_token(app, second).revoked_at is None
    assert [token.revoked_at is None for token in tokens_of(administrator, "ad06")] == [False, True]
    assert tokens_of(administrator, "ad13") == []


def test_a_token_is_long_random_found_by_scanners_and_kept_as_a_hash_only(administrator: Connection) -> None:
    tokens = {create_token(administrator, OWNER, tomorrow())[1] for _ in range(20)}
    assert len(tokens) == 20
    assert all(re.fullmatch(r"cl_[0-9a-f]{64}", token) for token in tokens)
    stored = {bytes(row[0]) for row in administrator.execute("SELECT token_sha256 FROM registry.api_tokens")}
    assert stored == {hashlib.sha256(token.encode()).digest() for token in tokens}


def test_the_last_use_is_noted_once_a_minute(administrator: Connection, app: Connection) -> None:
    token_id, token = create_token(administrator, OWNER, tomorrow())
    (unused,) = tokens_of(administrator, "ad06")
    assert unused.last_used_at is None
    use_token(app, token)
    noted = tokens_of(administrator, "ad06")[0].last_used_at
    assert noted is not None
    use_token(app, token)
    assert tokens_of(administrator, "ad06")[0].last_used_at == noted
    query = "UPDATE registry.api_tokens SET last_used_at = now() - interval '61 seconds' WHERE token_id = %s"
    administrator.execute(query, (token_id,))
    use_token(app, token)
    last = tokens_of(administrator, "ad06")[0].last_used_at
    assert last is not None
    assert last > noted


@pytest.mark.parametrize(
    "wrong",
    [
        OWNER._replace(member_id=None),
        OWNER._replace(program="facturation"),
        OWNER._replace(member_id=None, program="Mme Dupont"),
        OWNER._replace(actions=()),
    ],
)
def test_a_token_of_nobody_of_two_or_for_nothing_is_refused(administrator: Connection, wrong: TokenScope) -> None:
    with pytest.raises(InvalidInput):
        create_token(administrator, wrong, tomorrow())


def test_a_token_for_an_association_that_is_not_there_is_refused(administrator: Connection) -> None:
    with pytest.raises(NotFound):
        create_token(administrator, OWNER._replace(slug="ad99"), tomorrow())


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO registry.api_tokens SELECT * FROM registry.api_tokens",
        "UPDATE registry.api_tokens SET revoked_at = NULL",
        "UPDATE registry.api_tokens SET member_id = gen_random_uuid()",
        "DELETE FROM registry.api_tokens",
    ],
)
def test_the_service_can_make_no_token_and_widen_none(app: Connection, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(statement)
