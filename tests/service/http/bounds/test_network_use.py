"""What a network asked for counts for as long as it matters, in bounded memory, and by nobody’s word but its own."""

from __future__ import annotations

import sys
from typing import Final

import pytest

from service.http.bounds.concurrency import visitor_address, visitor_site
from service.http.bounds.network_use import (
    MAX_NETWORKS,
    QUICK_BURST,
    QUICK_REFILL,
    SITE_SHARE,
    STRANGERS,
    NetworkUse,
    Use,
)

BURST: Final = 1_000
PER_SECOND: Final = 30.0
TAKEN: Final = Use()


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        """Begin somewhere."""
        self.now = 5_000.0

    def __call__(self) -> float:
        """Read it."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The clock of a test."""
    return Clock()


@pytest.fixture
def use(clock: Clock) -> NetworkUse:
    """What nobody asked anything of yet."""
    return NetworkUse(BURST, PER_SECOND, clock=clock)


def test_a_network_asks_a_thousand_times_at_once_and_then_thirty_times_a_second(use: NetworkUse, clock: Clock) -> None:
    assert [use.take("a").wait for _ in range(BURST)] == [0.0] * BURST
    assert use.take("a").wait > 0
    for _ in range(5):
        clock.now += 1
        assert [use.take("a").wait > 0 for _ in range(31)] == [False] * 30 + [True]


def test_who_waits_as_long_as_was_said_is_taken_and_a_refusal_costs_nothing(use: NetworkUse, clock: Clock) -> None:
    for _ in range(BURST):
        use.take("a")
    said = {use.take("a").wait for _ in range(50)}
    assert len(said) == 1
    wait = said.pop()
    clock.now += wait * 0.9
    assert use.take("a").wait > 0
    clock.now += wait * 0.1 + 1e-6
    assert use.take("a").wait == 0


def test_another_network_is_not_counted_with_it(use: NetworkUse) -> None:
    for _ in range(2 * BURST):
        use.take("a")
    assert use.take("b") == TAKEN


def test_a_family_at_home_waits_for_nobody_and_who_asks_for_more_waits_for_a_turn(use: NetworkUse) -> None:
    assert [use.take("a").queue for _ in range(QUICK_BURST)] == [None] * QUICK_BURST
    assert use.take("a").queue == "a"


def test_who_asked_for_much_is_forgiven_some_minutes_later(use: NetworkUse, clock: Clock) -> None:
    for _ in range(BURST):
        use.take("a")
    clock.now += QUICK_BURST * QUICK_REFILL - 2
    assert use.take("a").queue == "a"
    clock.now += 2 * QUICK_REFILL + 2
    assert use.take("a").queue is None


def test_who_goes_on_without_a_pause_is_never_taken_for_a_family_again(use: NetworkUse, clock: Clock) -> None:
    queues = []
    for _ in range(3_000):
        clock.now += 1 / 6  # what one of sixteen gets that share a process
        queues.append(use.take("a").queue)
    assert set(queues[60:]) == {"a"}


def test_networks_that_rest_are_forgotten(use: NetworkUse, clock: Clock) -> None:
    for number in range(500):
        use.take(f"once {number}")
    clock.now += QUICK_REFILL
    for number in range(250):
        use.take(f"later {number}")
    assert len(use) == 250


def test_memory_has_a_bound_that_no_number_of_networks_passes_and_nobody_is_forgotten_for_them(clock: Clock) -> None:
    use = NetworkUse(BURST, PER_SECOND, clock=clock, most=100)
    for _ in range(BURST):
        use.take("busy")
    crowd = [use.take(f"stranger {number}") for number in range(5_000)]
    assert len(use) <= 101
    assert use.take("busy").wait > 0
    assert crowd[0] == TAKEN
    assert crowd[-1].wait > 0, "strangers without a place are counted together"
    clock.now += 3 * QUICK_BURST * QUICK_REFILL
    assert use.take("a family, after the crowd") == TAKEN
    assert STRANGERS not in {f"stranger {number}" for number in range(5_000)}


def test_the_bound_is_beyond_what_one_process_can_be_asked_and_some_megabytes(clock: Clock) -> None:
    use = NetworkUse(BURST, PER_SECOND, clock=clock)
    for number in range(30_000):
        clock.now += 0.001
        use.take(f"network {number}")
        assert len(use) <= 4_000  # a thousand new ones a second, remembered for two, each seen again two seconds later
    entry = sys.getsizeof("2001:db8:ffff:ffff::/64") + sys.getsizeof(use._kept["network 29999"]) + 2 * 24 + 150
    assert MAX_NETWORKS * entry < 8_000_000


def test_the_addresses_of_one_ipv6_network_share_its_buckets(use: NetworkUse) -> None:
    waits = [
        use.take(visitor_address((f"2001:db8:1:2::{number:x}", 1)), visitor_site((f"2001:db8:1:2::{number:x}", 1))).wait
        for number in range(BURST + 1)
    ]
    assert [wait > 0 for wait in waits] == [False] * BURST + [True]


def test_the_networks_of_one_ipv6_site_have_no_more_than_eight_of_them_would(use: NetworkUse) -> None:
    clients = [(f"2001:db8:1:{number:x}::7", 1) for number in range(SITE_SHARE * BURST + 1)]
    uses = [use.take(visitor_address(client), visitor_site(client)) for client in clients]
    assert {one.queue for one in uses[: SITE_SHARE * QUICK_BURST]} == {None}
    assert {one.queue for one in uses[SITE_SHARE * QUICK_BURST : -1]} == {visitor_site(clients[0])}
    assert [one.wait > 0 for one in uses] == [False] * (SITE_SHARE * BURST) + [True]
    assert use.take(visitor_address(("2001:db8:2:1::7", 1)), visitor_site(("2001:db8:2:1::7", 1))) == TAKEN


@pytest.mark.parametrize("client", [None, ("203.0.113.9", 1), ("::ffff:203.0.113.9", 1), ("not: an address", 1)])
def test_only_an_ipv6_visitor_has_a_site(client: tuple[str, int] | None) -> None:
    assert visitor_site(client) is None


def test_what_was_given_back_was_never_counted(use: NetworkUse) -> None:
    for _ in range(3 * BURST):
        assert use.take("a", "site") == TAKEN
        use.give_back("a", "site")
