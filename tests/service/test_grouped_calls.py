"""Calls of many requests are carried out together: each gets its own answer, and nobody another's error."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from service.grouped_calls import MOST, GroupedCalls, both


class Doubling:
    """Doubles numbers; refuses those below zero one by one, and everything while it is broken."""

    def __init__(self) -> None:
        """Begin well, and open."""
        self.groups: list[list[int]] = []
        self.broken = False
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self, numbers: Sequence[int]) -> list[int | Exception]:
        """Double them all, once the gate is open."""
        self.gate.wait(10)
        self.groups.append(list(numbers))
        if self.broken:
            raise ConnectionError("away")
        return [2 * number if number >= 0 else ValueError(number) for number in numbers]


async def while_one_is_under_way(doubling: Doubling, numbers: Sequence[int]) -> list[int | BaseException]:
    """Ask for one number, and for the others before it is answered."""
    calls = GroupedCalls(doubling)
    doubling.gate.clear()
    first = asyncio.ensure_future(calls.ask(1))
    await asyncio.sleep(0.05)
    others = [asyncio.ensure_future(calls.ask(number)) for number in numbers]
    await asyncio.sleep(0.05)
    doubling.gate.set()
    return list(await asyncio.gather(first, *others, return_exceptions=True))


def test_whoever_asks_while_one_is_under_way_shares_the_next() -> None:
    doubling = Doubling()
    assert asyncio.run(while_one_is_under_way(doubling, [2, 3, 4])) == [2, 4, 6, 8]
    assert doubling.groups == [[1], [2, 3, 4]]


def test_a_refusal_is_one_caller_s_own() -> None:
    one, two, refused, three = asyncio.run(while_one_is_under_way(Doubling(), [2, -1, 3]))
    assert (one, two, three) == (2, 4, 6)
    assert isinstance(refused, ValueError)


def test_what_stops_all_is_told_to_all_and_the_next_begin_anew() -> None:
    doubling = Doubling()

    async def twice() -> tuple[list[int | BaseException], int]:
        calls = GroupedCalls(doubling)
        doubling.broken = True
        failed = list(await asyncio.gather(calls.ask(1), calls.ask(2), return_exceptions=True))
        doubling.broken = False
        return failed, await calls.ask(3)

    failed, after = asyncio.run(twice())
    assert [type(one) for one in failed] == [ConnectionError, ConnectionError]
    assert after == 6


def test_a_caller_that_goes_away_takes_nobody_s_answer() -> None:
    doubling = Doubling()

    async def leave() -> int:
        calls = GroupedCalls(doubling)
        doubling.gate.clear()
        gone, stays = asyncio.ensure_future(calls.ask(1)), asyncio.ensure_future(calls.ask(2))
        await asyncio.sleep(0.05)
        gone.cancel()
        doubling.gate.set()
        with pytest.raises(asyncio.CancelledError):
            await gone
        return await stays

    assert asyncio.run(leave()) == 4


def test_a_crowd_is_served_in_groups_of_bounded_size() -> None:
    doubling = Doubling()
    numbers = list(range(MOST + 50))
    assert asyncio.run(while_one_is_under_way(doubling, numbers)) == [2, *(2 * number for number in numbers)]
    assert [len(group) for group in doubling.groups] == [1, MOST, 50]


def test_several_event_loops_may_ask_one_after_the_other() -> None:
    doubling = Doubling()
    calls = GroupedCalls(doubling)
    assert [asyncio.run(calls.ask(number)) for number in (1, 2)] == [2, 4]


def test_two_things_go_on_at_once_and_both_are_over_when_one_is_refused() -> None:
    ended: list[str] = []

    async def ending(name: str, *, refused: bool = False) -> str:
        await asyncio.sleep(0.01 if refused else 0.05)
        ended.append(name)
        if refused:
            raise ValueError(name)
        return name

    async def told(*, refused: bool) -> tuple[str, str]:
        return await both(ending("first", refused=refused), asyncio.ensure_future(ending("second")))

    assert asyncio.run(told(refused=False)) == ("first", "second")
    with pytest.raises(ValueError, match="first"):
        asyncio.run(told(refused=True))
    assert ended == ["first", "second"] * 2
