"""Who asks for little is served at once; who asks for much has one request worked on at a time, in turn."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

import pytest

from service.http.bounds import turns as bounds
from service.http.bounds.turns import LEASE, PATIENCE, REST, Turn, Turns

_SOON: Final = 2.0
"""Seconds that a test waits for what should be there at once."""


def play(told: Coroutine[Any, Any, None]) -> None:
    """Run a test in a loop of its own."""
    asyncio.run(asyncio.wait_for(told, 10 * _SOON))


async def served(turns: Turns, order: list[str], queue: str) -> None:
    """Wait for a turn, note it, and let the next have it."""
    turn = await turns.wait(queue)
    assert turn is not None
    order.append(queue)
    turn.end()


def test_networks_have_turns_one_after_the_other_however_much_each_asks_for() -> None:
    async def told() -> None:
        turns, order = Turns(), list[str]()
        first = await turns.wait("a")
        assert first is not None
        asked = ["a", "a", "a", "a", "b", "b", "c"]
        waiting = [asyncio.create_task(served(turns, order, queue)) for queue in asked]
        await asyncio.sleep(0)
        assert order == []
        first.end()
        await asyncio.gather(*waiting)
        assert order == ["a", "b", "c", "a", "b", "a", "a"]

    play(told())


def test_a_quick_request_waits_for_nobody_and_the_next_turn_waits_for_it() -> None:
    async def told() -> None:
        turns, order = Turns(), list[str]()
        slow = await turns.wait("a")
        quick = turns.quick()
        waiting = asyncio.create_task(served(turns, order, "b"))
        await asyncio.sleep(0)
        assert slow is not None
        slow.end()
        await asyncio.sleep(0.01)
        assert order == []
        quick.end()
        await waiting
        assert order == ["b"]

    play(told())


def test_where_the_quick_never_end_the_others_have_a_turn_now_and_then() -> None:
    async def told() -> None:
        turns, loop = Turns(), asyncio.get_running_loop()
        quick = [turns.quick()]

        async def go_on() -> None:
            while True:
                quick.append(turns.quick())
                quick.pop(0).end()
                await asyncio.sleep(LEASE / 10)

        going = asyncio.create_task(go_on())
        begun = loop.time()
        for number in range(1, 4):
            assert await turns.wait("a") is not None
            assert loop.time() - begun >= number * PATIENCE * 0.9
        going.cancel()

    play(told())


def test_who_holds_a_turn_for_long_keeps_it_for_a_moment_only() -> None:
    async def told() -> None:
        turns = Turns()
        held = [await turns.wait("a"), await turns.wait("b"), await turns.wait("c")]
        assert None not in held
        for turn in held:
            assert turn is not None
            turn.end()  # long after its lease: nothing is let go twice
        assert (dict(turns._quick), dict(turns._waiting)) == ({}, {})

    play(told())


@pytest.mark.parametrize("families", [0, 1])
def test_while_families_are_about_three_quarters_of_the_time_are_left_to_them(families: int) -> None:
    async def told() -> None:
        turns, loop = Turns(), asyncio.get_running_loop()
        for _ in range(families):
            turns.quick().end()
        first = await turns.wait("a")
        assert first is not None
        await asyncio.sleep(LEASE / 2)
        begun = loop.time()
        first.end()
        assert await turns.wait("a") is not None
        assert (loop.time() - begun >= REST * LEASE / 2 * 0.9) == bool(families)

    play(told())


def test_who_waited_long_has_its_turn_without_that_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "REST", 100)
    monkeypatch.setattr(bounds, "LONG", LEASE / 4)

    async def told() -> None:
        turns = Turns()
        turns.quick().end()
        first = await turns.wait("a")
        assert first is not None
        second = asyncio.create_task(turns.wait("b"))
        await asyncio.sleep(LEASE / 2)
        first.end()
        assert await asyncio.wait_for(second, LEASE * 100 / 4) is not None

    play(told())


def test_who_waited_too_long_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "LONGEST_WAIT", 0.01)
    monkeypatch.setattr(bounds, "LEASE", 5.0)

    async def told() -> None:
        turns = Turns()
        assert await turns.wait("a") is not None
        assert await asyncio.wait_for(turns.wait("b"), _SOON) is None

    play(told())


def test_who_leaves_while_waiting_or_at_the_very_moment_of_its_turn_stops_nobody() -> None:
    async def told() -> None:
        turns = Turns()
        first = await turns.wait("a")
        assert first is not None
        gone, at_its_turn, next_one = (asyncio.create_task(turns.wait(name)) for name in "bcd")
        await asyncio.sleep(0)
        gone.cancel()
        first.end()
        turns._rested()
        at_its_turn.cancel()
        turn = await asyncio.wait_for(next_one, _SOON)
        assert isinstance(turn, Turn)
        assert at_its_turn.cancelled() or at_its_turn.done()
        assert turns._waiting == {}

    play(told())
