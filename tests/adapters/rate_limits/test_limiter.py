"""Buckets: some at once, then one at a time; shared by processes, apart for associations, naming nobody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from adapters.connections import Pool
from adapters.local_postgres import LocalPostgres
from adapters.rate_limits import Charge, RateLimit, RateLimiter, TooManyAttempts
from tests.adapters.rate_limits.buckets import new_limiter, vault_pool

NOW: Final = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)
LIMIT: Final = RateLimit("sign in", 3, timedelta(seconds=10))
WIDE: Final = RateLimit("sign in, everybody", 5, timedelta(seconds=1))
SECONDS: Final = timedelta(seconds=1)


@pytest.fixture(scope="module")
def pool(postgres: LocalPostgres) -> Iterator[Pool]:
    """Connections of the vault's own role, for a module."""
    with vault_pool(postgres) as opened:
        yield opened


@pytest.fixture
def limiter(pool: Pool) -> RateLimiter:
    """An association of the test's own."""
    return new_limiter(pool)


def takes(limiter: RateLimiter, at: datetime, charges: Sequence[Charge] = (Charge(LIMIT, "a"),)) -> bool:
    """Whether one more is taken."""
    try:
        limiter.take(charges, at)
    except TooManyAttempts:
        return False
    return True


def test_some_are_taken_at_once_and_then_one_at_a_time(limiter: RateLimiter) -> None:
    assert [takes(limiter, NOW) for _ in range(4)] == [True, True, True, False]
    assert [takes(limiter, NOW + 10 * SECONDS) for _ in range(2)] == [True, False]
    assert [takes(limiter, NOW + 3600 * SECONDS) for _ in range(4)] == [True, True, True, False]


def test_a_refusal_says_how_long_to_wait_and_takes_nothing(limiter: RateLimiter) -> None:
    for _ in range(3):
        limiter.take([Charge(LIMIT, "a")], NOW)
    for _ in range(5):
        with pytest.raises(TooManyAttempts) as refused:
            limiter.take([Charge(LIMIT, "a")], NOW + 4 * SECONDS)
        assert (refused.value.retry_after, refused.value.status) == (6, 429)
    assert not takes(limiter, NOW + 9 * SECONDS)
    assert takes(limiter, NOW + 10 * SECONDS)


@pytest.mark.parametrize(
    ("wait", "french"),
    [(0.2, "une seconde"), (42, "42 secondes"), (60, "une minute"), (700, "12 minutes"), (9000, "3 heures")],
)
def test_the_wait_is_said_as_people_say_it(wait: float, french: str) -> None:
    assert f"dans {french}\u00a0:" in TooManyAttempts(limit="x", wait=timedelta(seconds=wait)).french


def test_who_is_refused_alone_takes_nothing_from_the_others(limiter: RateLimiter) -> None:
    greedy, calm = ([Charge(LIMIT, who), Charge(WIDE, "")] for who in ("greedy", "calm"))
    assert [takes(limiter, NOW, greedy) for _ in range(20)].count(True) == 3
    assert [takes(limiter, NOW, calm) for _ in range(3)] == [True, True, False]
    assert takes(limiter, NOW + SECONDS, calm)


def test_the_wider_limit_stops_whoever_comes_from_many_places(limiter: RateLimiter) -> None:
    crowd = [takes(limiter, NOW, [Charge(LIMIT, str(number)), Charge(WIDE, "")]) for number in range(20)]
    assert crowd.count(True) == 5


def test_names_and_associations_are_counted_apart(limiter: RateLimiter, pool: Pool) -> None:
    assert [takes(limiter, NOW) for _ in range(4)].count(True) == 3
    assert takes(limiter, NOW, [Charge(LIMIT, "b")])
    assert takes(limiter, NOW, [Charge(RateLimit("other", 1, SECONDS), "a")])
    assert takes(new_limiter(pool), NOW)


def test_what_turned_out_right_is_given_back(limiter: RateLimiter) -> None:
    for _ in range(50):
        limiter.take([Charge(LIMIT, "a")], NOW)
        limiter.give_back([Charge(LIMIT, "a")])
    assert [takes(limiter, NOW) for _ in range(4)].count(True) == 3


def test_a_crowd_at_once_gets_exactly_what_there_is(limiter: RateLimiter) -> None:
    limit = [Charge(RateLimit("crowd", 40, timedelta(minutes=1)), "a"), Charge(WIDE._replace(burst=1000), "")]
    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(lambda _: takes(limiter, NOW, limit), range(200)))
    assert taken.count(True) == 40


def test_a_clock_that_was_put_back_makes_nobody_wait_longer_than_a_turn(limiter: RateLimiter) -> None:
    for _ in range(3):
        limiter.take([Charge(LIMIT, "a")], NOW)
    with pytest.raises(TooManyAttempts) as refused:
        limiter.take([Charge(LIMIT, "a")], NOW - timedelta(days=3))
    assert refused.value.retry_after == 10


def test_the_database_names_nobody_and_forgets_full_buckets(limiter: RateLimiter, pool: Pool) -> None:
    limiter.erase_expired(NOW + timedelta(days=30))
    for address in ("203.0.113.7", "z@famille.example"):
        limiter.take([Charge(LIMIT, address)], NOW)
    with pool.connection() as connection:
        told = str(connection.execute("SELECT t::text FROM vault.rate_limits AS t").fetchall())
    assert "203.0.113.7" not in told
    assert b"203.0.113.7".hex() not in told
    assert limiter.erase_expired(NOW + 9 * SECONDS) == 0
    assert limiter.erase_expired(NOW + 10 * SECONDS) == 2


def test_buckets_cost_no_write_ahead_log(pool: Pool) -> None:
    with pool.connection() as connection:
        kind = "SELECT relpersistence FROM pg_class WHERE oid = 'vault.rate_limits'::regclass"
        assert connection.execute(kind).fetchone() == ("u",)
