"""Many associations on a few connections: none ever sees what is another's, whatever the one before left behind."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

import psycopg
import pytest
from psycopg import Connection

from projections import directory
from service.associations import open_association
from service.runtime.open_ledger import OpenLedger
from service.runtime.projectors import Projectors
from service.runtime.runtime import Runtime
from service.settings import Settings
from tests.adapters.connections.sessions import count_sessions, end_sessions
from tests.kit.postgres_ledger import publish_campaign

_SLUGS: Final = ("ad06", "ad13", "ad83")
_ROUNDS: Final = 60


@pytest.fixture
def runtime(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runtime]:
    """Three associations in one database, with a coop each, in one process."""
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", base64.b64encode(bytes(range(32))).decode())
    at = datetime(2026, 9, 1, tzinfo=UTC)
    for slug in _SLUGS:
        open_association(
            database, association_id=uuid4(), slug=slug, name=slug, siren="123456782", demo=True, at=at, by="test"
        )
    with Runtime(Settings(), None, database) as opened:
        projectors = Projectors(opened)
        for slug in _SLUGS:
            ledger = opened.ledger(slug).ledger
            publish_campaign(ledger.bus, ledger)
            assert projectors.wait_for(slug, ledger.store.head()[0], 20)
        projectors.close()
        yield opened


def own(opened: OpenLedger) -> set[Any]:
    """The coops of an association, as its log tells them."""
    head, _ = opened.head()
    return {recorded.coop_id for recorded in opened.ledger.store.events(1, head)} - {None}


def shown(opened: OpenLedger) -> set[Any]:
    """The coops of an association, as its read models tell them."""
    return {coop.coop_id for coop in opened.read(directory.coops)}


def test_reads_of_several_associations_in_turn_and_at_once_see_their_own(runtime: Runtime) -> None:
    ledgers = [runtime.ledger(slug) for slug in _SLUGS]
    expected = [own(opened) for opened in ledgers]
    assert len(set().union(*expected)) == len(_SLUGS)
    # Often enough for every statement to be a prepared one, on connections that served the others before.
    for number in range(_ROUNDS):
        opened = ledgers[number % len(ledgers)]
        assert shown(opened) == own(opened) == expected[number % len(ledgers)]
    with ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(lambda number: shown(ledgers[number % 3]), range(6 * _ROUNDS)))
    assert answers == [expected[number % 3] for number in range(6 * _ROUNDS)]


def test_nothing_of_a_read_outlives_it_even_when_it_fails(runtime: Runtime) -> None:
    opened, other = runtime.ledger(_SLUGS[0]), runtime.ledger(_SLUGS[1])

    def fail(connection: Connection[Any]) -> None:
        connection.execute("SELECT missing FROM coops")

    def write(connection: Connection[Any]) -> None:
        connection.execute("DELETE FROM coops")

    def path(connection: Connection[Any]) -> str:
        row = connection.execute("SELECT current_setting('search_path')").fetchone()
        assert row is not None
        return str(row[0])

    for _ in range(10):
        with pytest.raises(psycopg.errors.UndefinedColumn):
            opened.read(fail)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            opened.read(write)
        assert path_outside(runtime) == '"$user", public'
        assert opened.read(path).strip('"') == f"{_SLUGS[0]}_read"
        assert other.read(path).strip('"') == f"{_SLUGS[1]}_read"


def path_outside(runtime: Runtime) -> str:
    """Where a connection looks that no reader has taken."""
    with runtime._registry.connection() as connection:
        row = connection.execute("SELECT current_setting('search_path')").fetchone()
    assert row is not None
    return str(row[0])


def test_a_read_is_asked_once_more_when_its_connection_ends_in_the_middle(runtime: Runtime) -> None:
    opened, asked = runtime.ledger(_SLUGS[0]), []

    def ask(connection: Connection[Any]) -> list[Any]:
        asked.append(connection.info.backend_pid)
        if len(asked) == 1:
            end_sessions(runtime.database_url)
        return connection.execute("SELECT coop_id FROM coops").fetchall()

    assert len(opened.read(ask)) == 1
    assert len(set(asked)) == 2


def test_writers_of_several_logs_share_few_connections(runtime: Runtime) -> None:
    before = [own(runtime.ledger(slug)) for slug in _SLUGS]
    for _ in range(3):
        for slug in _SLUGS:
            ledger = runtime.ledger(slug).ledger
            publish_campaign(ledger.bus, ledger)
        end_sessions(runtime.database_url)
    assert [len(own(runtime.ledger(slug))) for slug in _SLUGS] == [4, 4, 4]
    assert all(first <= own(runtime.ledger(slug)) for first, slug in zip(before, _SLUGS, strict=True))
    assert count_sessions(runtime.database_url) <= 20
