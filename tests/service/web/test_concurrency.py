"""What is open is counted by address: of IPv6 by the network that a household owns."""

from __future__ import annotations

import pytest

from service.http.bounds.concurrency import (
    MAX_CONNECTIONS,
    MAX_OF_ADDRESS,
    MAX_STREAMS,
    MAX_STREAMS_OF_ADDRESS,
    ConcurrencyLimit,
    visitor_address,
)

ADDRESSES = {
    "203.0.113.9": "203.0.113.9",
    "::ffff:203.0.113.9": "203.0.113.9",
    "2001:db8:1:2::7": "2001:db8:1:2::/64",
    "2001:db8:1:2:ffff:ffff:ffff:ffff": "2001:db8:1:2::/64",
    "2001:db8:1:3::7": "2001:db8:1:3::/64",
    "fe80::1%eth0": "fe80::/64",
    "not an address": "unknown",
}


@pytest.mark.parametrize(("given", "counted"), ADDRESSES.items())
def test_a_visitor_counts_under_an_address_or_a_network(given: str, counted: str) -> None:
    assert visitor_address((given, 50_000)) == counted


def test_a_visitor_without_an_address_counts_too() -> None:
    assert visitor_address(None) == "unknown"


def test_no_more_than_so_many_of_one_address_and_in_all() -> None:
    limit = ConcurrencyLimit(total=3, per_address=2)
    assert [limit.acquire("a"), limit.acquire("a"), limit.acquire("a")] == [True, True, False]
    assert [limit.acquire("b"), limit.acquire("c")] == [True, False]
    limit.release("a")
    assert [limit.acquire(None), limit.acquire(None)] == [True, False]
    assert limit.count == 3


def test_what_belongs_to_no_one_visitor_counts_in_all_only() -> None:
    limit = ConcurrencyLimit(total=10, per_address=1)
    assert [limit.acquire(None) for _ in range(11)] == [True] * 10 + [False]


def test_what_was_given_back_leaves_nothing_behind() -> None:
    limit = ConcurrencyLimit(total=10, per_address=10)
    for address in ("a", "a", "b", None):
        limit.acquire(address)
    for address in ("a", "b", None, "a"):
        limit.release(address)
    assert (limit.count, dict(limit._open)) == (0, {})


def test_a_school_behind_one_address_has_room_and_so_have_others() -> None:
    assert MAX_STREAMS_OF_ADDRESS > 300
    assert MAX_STREAMS_OF_ADDRESS < MAX_OF_ADDRESS < MAX_CONNECTIONS
    assert MAX_STREAMS_OF_ADDRESS * 3 < MAX_STREAMS < MAX_CONNECTIONS
