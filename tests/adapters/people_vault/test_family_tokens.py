"""What families hold: tokens of which the database knows digests alone, each for one thing, ended at any time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import permutations
from typing import Final
from uuid import uuid4

import psycopg
import pytest

from adapters.connections import Pool
from adapters.local_postgres import LocalPostgres
from adapters.migrate import migrate_database
from adapters.people_vault import FamilyGrant, FamilyTokens, LinkExpired, LinkInvalid, TokenPurpose
from adapters.postgres import DatabaseRole, conninfo_for
from tests.kit.databases import fresh_database

TODAY: Final = date(2026, 11, 30)
LATER: Final = TODAY + timedelta(days=30)
GRANT: Final = FamilyGrant(TokenPurpose.INSTALMENT, uuid4(), uuid4(), TODAY, 3)


@pytest.fixture(scope="module")
def migrated(postgres: LocalPostgres) -> Iterator[str]:
    """A database for the module: each test has an association of its own."""
    with fresh_database(postgres) as database:
        migrate_database(database)
        yield database


@pytest.fixture(scope="module")
def pool(migrated: str) -> Iterator[Pool]:
    """Connections of the vault's own role."""
    with Pool(conninfo_for(migrated, DatabaseRole.VAULT), size=2) as pool:
        yield pool


@pytest.fixture
def tokens(pool: Pool) -> FamilyTokens:
    """The tokens of an association of its own."""
    return FamilyTokens(pool, uuid4())


@pytest.mark.parametrize("purpose", TokenPurpose)
def test_a_token_reads_as_it_was_made_up_to_its_last_day(tokens: FamilyTokens, purpose: TokenPurpose) -> None:
    grant = GRANT._replace(purpose=purpose)
    token = tokens.create(grant)
    assert tokens.find(token, purpose, TODAY) == grant
    with pytest.raises(LinkExpired):
        tokens.find(token, purpose, TODAY + timedelta(days=1))
    assert tokens.find_old(token, purpose) == grant


def test_a_token_is_256_random_bits_and_each_is_another(tokens: FamilyTokens) -> None:
    made = {tokens.create(GRANT) for _ in range(50)}
    assert len(made) == 50
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", token) for token in made)


def test_the_database_holds_no_token(tokens: FamilyTokens, pool: Pool) -> None:
    token = tokens.create(GRANT)
    with pool.connection() as connection:
        rows = connection.execute("SELECT kept::text FROM vault.family_tokens AS kept").fetchall()
    assert [row for (row,) in rows if token in row or token.encode().hex() in row] == []


@pytest.mark.parametrize(("made", "asked"), list(permutations(TokenPurpose, 2)))
def test_a_token_for_one_purpose_is_none_for_another(
    tokens: FamilyTokens, made: TokenPurpose, asked: TokenPurpose
) -> None:
    token = tokens.create(GRANT._replace(purpose=made))
    with pytest.raises(LinkInvalid):
        tokens.find(token, asked, TODAY)


def test_a_token_of_another_association_is_none(tokens: FamilyTokens, pool: Pool) -> None:
    token, elsewhere = tokens.create(GRANT), FamilyTokens(pool, uuid4())
    with pytest.raises(LinkInvalid):
        elsewhere.find(token, GRANT.purpose, TODAY)
    assert elsewhere.revoke(GRANT.contribution_id) == 0
    elsewhere.keep(token, GRANT._replace(until=LATER))
    assert tokens.find(token, GRANT.purpose, TODAY).until == TODAY


@pytest.mark.parametrize("token", ["", "x", "é", "=", "A" * 10_000, "\x00", "../.."])
def test_what_is_no_token_at_all_opens_nothing(tokens: FamilyTokens, token: str) -> None:
    with pytest.raises(LinkInvalid):
        tokens.find(token, GRANT.purpose, TODAY)


def test_the_identifiers_of_a_contribution_open_nothing(tokens: FamilyTokens) -> None:
    tokens.create(GRANT)
    for guess in (str(GRANT.contribution_id), GRANT.contribution_id.hex, str(GRANT.campaign_id)):
        with pytest.raises(LinkInvalid):
            tokens.find(guess, GRANT.purpose, TODAY)


def test_all_tokens_of_a_contribution_end_at_once_when_they_are_revoked(tokens: FamilyTokens) -> None:
    purposes = (TokenPurpose.CONTRIBUTION, TokenPurpose.RECEIPT, TokenPurpose.RECEIPT)
    mine = [(tokens.create(GRANT._replace(purpose=purpose)), purpose) for purpose in purposes]
    other = tokens.create(GRANT._replace(contribution_id=uuid4()))
    assert tokens.revoke(GRANT.contribution_id) == 3
    for token, purpose in mine:
        with pytest.raises(LinkInvalid):
            tokens.find_old(token, purpose)
    assert tokens.find(other, GRANT.purpose, TODAY)


@pytest.mark.parametrize(
    ("left", "number", "purpose", "paid"),
    [
        (TokenPurpose.RETURN_PAID, 0, TokenPurpose.CONTRIBUTION, True),
        (TokenPurpose.RETURN_LEFT, 0, TokenPurpose.CONTRIBUTION, False),
        (TokenPurpose.RETURN_PAID, 2, TokenPurpose.INSTALMENT, True),
    ],
)
def test_a_return_from_the_payment_page_is_exchanged_once_for_each_departure(
    tokens: FamilyTokens,
    left: TokenPurpose,
    number: int,
    purpose: TokenPurpose,
    paid: bool,  # noqa: FBT001 - a value of the table above
) -> None:
    known, grant = uuid4().hex, GRANT._replace(purpose=left, instalment=number)
    for _ in range(2):
        tokens.keep(known, grant)
        back = tokens.come_back(known, TODAY, LATER)
        assert back is not None
        assert (back.paid, back.purpose) == (paid, purpose)
        assert tokens.find(back.token, purpose, LATER) == grant._replace(purpose=purpose, until=LATER)
        assert tokens.come_back(known, TODAY, LATER) is None


def test_who_comes_back_from_an_accepted_card_ends_the_other_way_back_and_not_the_reverse(
    tokens: FamilyTokens,
) -> None:
    for first, second, works in (
        (TokenPurpose.RETURN_LEFT, TokenPurpose.RETURN_PAID, True),
        (TokenPurpose.RETURN_PAID, TokenPurpose.RETURN_LEFT, False),
    ):
        about = GRANT._replace(contribution_id=uuid4(), instalment=0)
        for purpose in (first, second):
            tokens.keep(f"{purpose} {about.contribution_id}", about._replace(purpose=purpose))
        assert tokens.come_back(f"{first} {about.contribution_id}", TODAY, LATER) is not None
        assert (tokens.come_back(f"{second} {about.contribution_id}", TODAY, LATER) is not None) is works


def test_a_return_of_a_page_that_is_closed_and_a_token_of_another_kind_are_exchanged_for_nothing(
    tokens: FamilyTokens,
) -> None:
    tokens.keep("a return", GRANT._replace(purpose=TokenPurpose.RETURN_PAID))
    assert tokens.come_back("a return", TODAY + timedelta(days=1), LATER) is None
    receipt = tokens.create(GRANT._replace(purpose=TokenPurpose.RECEIPT))
    assert tokens.come_back(receipt, TODAY, LATER) is None
    assert tokens.find(receipt, TokenPurpose.RECEIPT, TODAY)


def test_tokens_are_erased_a_year_after_their_last_day(tokens: FamilyTokens) -> None:
    token, fresh = tokens.create(GRANT), tokens.create(GRANT._replace(until=LATER))
    assert tokens.erase_expired(TODAY + timedelta(days=365)) == 0
    assert tokens.erase_expired(TODAY + timedelta(days=366)) == 1
    with pytest.raises(LinkInvalid):
        tokens.find_old(token, GRANT.purpose)
    assert tokens.find_old(fresh, GRANT.purpose)


def test_other_roles_of_the_database_read_no_digest(migrated: str) -> None:
    for role in (DatabaseRole.APP, DatabaseRole.WORKER, DatabaseRole.PROJECTOR):
        with (
            psycopg.connect(conninfo_for(migrated, role)) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute("SELECT * FROM vault.family_tokens")
