"""Messages of coops: sealed, so many a day, known to their campaign, gone on their day; and who wants no more."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import psycopg
import pytest

from adapters.connections import Pool
from adapters.messages import FamilyMessage, MessageStore, SentMessage
from adapters.migrate import migrate_database
from adapters.people_vault import Keyring, VaultUnreadable
from adapters.postgres import DatabaseRole, conninfo_for

KEY, NEXT_KEY = os.urandom(32), os.urandom(32)
ASSOCIATION, COOP, CAMPAIGN, MEMBER = uuid4(), uuid4(), uuid4(), uuid4()
NOW: Final = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
LAST: Final = date(2028, 8, 31)
SAID: Final = FamilyMessage("Sortie", "Anatole QUATREBARBES a oublié son manteau.")


@pytest.fixture
def pool(database: str) -> Iterator[Pool]:
    """Connections of the vault's own role."""
    migrate_database(database)
    with Pool(conninfo_for(database, DatabaseRole.VAULT), size=2) as pool:
        yield pool


@pytest.fixture
def store(pool: Pool) -> MessageStore:
    """The messages of one association."""
    return MessageStore(pool, ASSOCIATION, Keyring([KEY]))


def sent(message_id: UUID | None = None, at: datetime = NOW) -> SentMessage:
    """A message to three families."""
    return SentMessage(message_id or uuid4(), COOP, CAMPAIGN, at, 3, SAID)


def add(store: MessageStore, one: SentMessage, most: int = 2) -> bool:
    """Keep a message, of so many in a day."""
    return store.add(one, MEMBER, LAST, NOW - timedelta(hours=9), most)


def test_a_message_is_kept_once_and_read_as_it_was(store: MessageStore) -> None:
    one = sent()
    assert add(store, one)
    assert add(store, one)
    assert store.find(one.message_id) == one
    assert store.of_campaign(CAMPAIGN) == [one]
    assert store.of_campaign(uuid4()) == []
    assert store.find(uuid4()) is None


def test_no_more_are_kept_than_may_be_sent_in_a_day(store: MessageStore) -> None:
    assert [add(store, sent()) for _ in range(3)] == [True, True, False]
    assert add(store, sent(at=NOW - timedelta(days=1)), most=3)


def test_the_database_holds_no_word_of_it(store: MessageStore, database: str) -> None:
    add(store, sent())
    with psycopg.connect(database) as owner:
        (row,) = owner.execute("SELECT kept::text FROM vault.messages AS kept").fetchall()
    assert not any(form in row[0] for form in ("QUATREBARBES", b"QUATREBARBES".hex(), "Sortie", b"Sortie".hex()))
    assert "QUATREBARBES" not in repr(SAID)


def test_a_message_that_was_moved_is_not_read(store: MessageStore, database: str) -> None:
    one, other = sent(), uuid4()
    add(store, one)
    with psycopg.connect(database) as owner:
        owner.execute("UPDATE vault.messages SET message_id = %s", (other,))
    with pytest.raises(VaultUnreadable):
        store.find(other)


def test_a_refusal_holds_for_one_coop_and_one_address_until_its_day(pool: Pool, store: MessageStore) -> None:
    digest = os.urandom(32)
    for _ in range(2):
        store.refuse(COOP, digest, LAST)
    assert store.refuses(COOP, digest)
    assert not store.refuses(uuid4(), digest)
    assert not store.refuses(COOP, os.urandom(32))
    assert not MessageStore(pool, uuid4(), Keyring([KEY])).refuses(COOP, digest)
    add(store, sent())
    assert store.erase_expired(LAST) == 0
    assert store.erase_expired(LAST + timedelta(days=1)) == 2
    assert not store.refuses(COOP, digest)


def test_a_rotation_of_the_keys_keeps_messages(pool: Pool, store: MessageStore) -> None:
    one = sent()
    add(store, one)
    rotating = MessageStore(pool, ASSOCIATION, Keyring([NEXT_KEY, KEY]))
    assert (rotating.rewrap(), rotating.rewrap(), rotating.reseal()) == (1, 0, 1)
    assert MessageStore(pool, ASSOCIATION, Keyring([NEXT_KEY])).find(one.message_id) == one
