"""A pool that lends no dead connection, never more than it may, and forgets nothing that the next one would see."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any

import psycopg
import pytest

from adapters.connections import ConnectionLostError, DatabaseAwayError, Pool
from adapters.postgres import DatabaseRole
from tests.adapters.connections.sessions import count_sessions, end_sessions

_SIZE = 3


@pytest.fixture
def pool(database: str) -> Iterator[Pool]:
    """A pool on a database of its own, with little patience."""
    opened = Pool(database, size=_SIZE, patience=0.5, wait=0.5)
    yield opened
    opened.close()


def one(pool: Pool) -> int:
    """Ask something, and return who answered."""
    with pool.connection() as connection:
        return connection.info.backend_pid


def test_a_connection_is_lent_again(pool: Pool) -> None:
    assert one(pool) == one(pool)


def test_a_connection_that_the_server_ended_is_never_lent(pool: Pool, database: str) -> None:
    with ThreadPoolExecutor(_SIZE) as threads:
        together = threading.Barrier(_SIZE)

        def use(_: int) -> int:
            with pool.connection() as connection:
                together.wait(10)
                return connection.info.backend_pid

        before = set(threads.map(use, range(_SIZE)))
    assert len(before) == end_sessions(database) == _SIZE
    after = set()
    for _ in range(_SIZE + 1):
        with pool.connection() as connection:
            connection.execute("SELECT 1")
            after.add(connection.info.backend_pid)
    assert not after & before


def test_no_more_connections_are_made_than_it_may_have(pool: Pool, database: str) -> None:
    def use(number: int) -> None:
        with pool.connection(used_for=str(number % 7)) as connection:
            connection.execute("SELECT pg_sleep(0.005)")

    with ThreadPoolExecutor(2 * _SIZE) as threads:
        assert max(count_sessions(database) for _ in threads.map(use, range(100))) == _SIZE


def test_who_finds_none_free_is_told_after_a_while(pool: Pool) -> None:
    with pool.connection(), pool.connection(), pool.connection():
        began = time.monotonic()
        with pytest.raises(DatabaseAwayError) as told, pool.connection():
            pass
        assert 0.4 < time.monotonic() - began < 5
    assert not isinstance(told.value, ConnectionLostError)
    assert one(pool)


def test_who_reads_while_its_thread_holds_a_shared_one_gets_that_and_as_many_readers_as_connections_do_not_wait(
    pool: Pool,
) -> None:
    together = threading.Barrier(_SIZE)

    def read(_: int) -> bool:
        with pool.connection(shared=True) as outer:
            together.wait(10)
            with pool.joined() as inner:
                return inner is outer

    with ThreadPoolExecutor(_SIZE) as threads:
        assert all(threads.map(read, range(_SIZE)))
    with pool.connection() as first, pool.joined() as second:
        assert first is not second


def test_who_would_join_a_connection_that_ended_is_told(pool: Pool, database: str) -> None:
    def join_a_dead_one() -> None:
        with pool.connection(shared=True) as outer:
            end_sessions(database)
            with pytest.raises(psycopg.OperationalError):
                outer.execute("SELECT 1")
            with pool.joined():
                pass

    with pytest.raises(ConnectionLostError, match="that this thread reads with"):
        join_a_dead_one()
    assert one(pool)


def test_a_use_gets_the_connection_that_it_had_before(pool: Pool) -> None:
    with pool.connection(used_for="a") as first, pool.connection(used_for="b") as second:
        pids = first.info.backend_pid, second.info.backend_pid
    for _ in range(2):
        with pool.connection(used_for="a") as connection:
            assert connection.info.backend_pid == pids[0]
        with pool.connection(used_for="b") as connection:
            assert connection.info.backend_pid == pids[1]


def test_what_was_done_in_a_transaction_is_committed_and_after_an_error_taken_back(pool: Pool) -> None:
    with pool.connection() as connection:
        connection.execute("CREATE TABLE public.things (thing int)")
        connection.execute("INSERT INTO public.things VALUES (1)")

    def add(thing: int, then: str) -> None:
        with pool.connection(autocommit=False) as connection:
            connection.execute("INSERT INTO public.things VALUES (%s)", (thing,))
            assert connection.execute(then.encode()).fetchone() is None

    with pytest.raises(AssertionError):
        add(2, "SELECT 1")
    with pytest.raises(psycopg.errors.UndefinedColumn):
        add(3, "SELECT missing FROM public.things")
    with pool.connection() as connection:
        assert connection.execute("SELECT thing FROM public.things").fetchall() == [(1,)]


def test_without_a_transaction_each_statement_stands_by_itself(pool: Pool) -> None:
    def add_and_fail() -> None:
        with pool.connection() as connection:
            connection.execute("CREATE TABLE public.kept (thing int)")
            connection.execute("SELECT missing FROM public.kept")

    with pytest.raises(psycopg.errors.UndefinedColumn):
        add_and_fail()
    with pool.connection() as connection:
        assert connection.execute("SELECT thing FROM public.kept").fetchall() == []


def test_a_transaction_left_open_ends_with_the_lending(pool: Pool) -> None:
    with pool.connection() as connection:
        connection.execute("BEGIN; SET LOCAL search_path TO elsewhere", prepare=False)
    with pool.connection() as connection:
        assert connection.execute("SHOW search_path").fetchone() == ('"$user", public',)


def test_a_connection_that_ends_while_it_is_lent_says_so(pool: Pool, database: str) -> None:
    def ask() -> None:
        with pool.connection() as connection:
            end_sessions(database)
            connection.execute("SELECT 1")

    with pytest.raises(ConnectionLostError):
        ask()
    assert one(pool)


def test_a_commit_whose_answer_never_came_is_no_success(pool: Pool, database: str) -> None:
    def ask() -> None:
        with pool.connection(autocommit=False) as connection:
            connection.execute("SELECT 1")
            end_sessions(database)

    with pytest.raises(ConnectionLostError):
        ask()


def test_while_the_server_is_away_callers_are_told_soon_and_later_at_once() -> None:
    away = Pool(f"host=/tmp/no-such-folder dbname=x user={DatabaseRole.APP}", size=1, patience=0.5)
    began = time.monotonic()
    with pytest.raises(DatabaseAwayError), away.connection():
        pass
    first = time.monotonic()
    assert 0.3 < first - began < 5
    for _ in range(5):
        with pytest.raises(DatabaseAwayError), away.connection():
            pass
    assert time.monotonic() - first < 0.4


def test_a_closed_pool_lends_nothing_and_keeps_nothing(pool: Pool, database: str) -> None:
    with pool.connection() as connection:
        pool.close()
        connection.execute("SELECT 1")
    assert connection.closed
    with pytest.raises(DatabaseAwayError), pool.connection():
        pass
    assert end_sessions(database) == 0


def test_the_tests_fail_where_the_service_asks_for_a_second_connection_while_its_thread_holds_one(pool: Pool) -> None:
    service: dict[str, Any] = {"__name__": "service.anywhere"}
    exec("def ask(pool): return pool.connection()", service)  # noqa: S102 - tests themselves may ask for several
    ask: Callable[[Pool], AbstractContextManager[object]] = service["ask"]
    with ask(pool), pytest.raises(AssertionError, match=r"while service\.anywhere:1 holds one"), ask(pool):
        pass
    with ask(pool), pool.connection():
        pass
