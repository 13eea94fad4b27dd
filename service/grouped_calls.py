"""Calls of many requests carried out together: those that come while one is under way share the next.

A lone call is carried out at once; a crowd costs one round trip to the database instead of one each.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Final, Generic, TypeVar

from starlette.concurrency import run_in_threadpool

A = TypeVar("A")
R = TypeVar("R")
MOST: Final = 200
"""How many calls are carried out together at most: a transaction that stays short."""


async def both(first: Awaitable[A], begun: asyncio.Future[R]) -> tuple[A, R]:
    """Wait for something while something else is under way, to the end of both; errors as the first that has one."""
    try:
        one = await first
    except BaseException:
        await asyncio.wait([begun])
        begun.exception()  # it is heard: the first error is the one that is told
        raise
    return one, await begun


class GroupedCalls(Generic[A, R]):
    """One function of many arguments, for callers of any event loop that each have one; each gets its own answer."""

    def __init__(self, together: Callable[[Sequence[A]], Sequence[R | Exception]]) -> None:
        """Carry out calls by ``together``, in a thread; an exception among its answers is one caller's own."""
        self._together = together
        self._lines: dict[asyncio.AbstractEventLoop, _Line[A, R]] = {}

    async def ask(self, argument: A) -> R:
        """Have one call carried out, with those of others, and return its answer."""
        return await self.begin(argument)

    def begin(self, argument: A) -> asyncio.Future[R]:
        """Have one call carried out, with those of others, without waiting for its answer here."""
        loop = asyncio.get_running_loop()
        line = self._lines.get(loop)
        if line is None:
            self._lines = {known: one for known, one in self._lines.items() if not known.is_closed()}
            line = self._lines[loop] = _Line(self._together)
        return line.join(argument, loop)


class _Line(Generic[A, R]):
    """Those of one event loop who wait."""

    def __init__(self, together: Callable[[Sequence[A]], Sequence[R | Exception]]) -> None:
        self._together = together
        self._waiting: deque[tuple[A, asyncio.Future[R]]] = deque()
        self._work: asyncio.Task[None] | None = None

    def join(self, argument: A, loop: asyncio.AbstractEventLoop) -> asyncio.Future[R]:
        """Wait in line; the first one has the work begun."""
        future: asyncio.Future[R] = loop.create_future()
        self._waiting.append((argument, future))
        if self._work is None:
            self._work = loop.create_task(self._carry_out())
        return future

    async def _carry_out(self) -> None:
        """Answer until the line is empty."""
        try:
            while self._waiting:
                taken = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST))]
                try:
                    answers = await run_in_threadpool(self._together, [argument for argument, _ in taken])
                except Exception as error:  # noqa: BLE001 - it is handed to those who wait
                    answers = [error] * len(taken)
                for (_, future), answer in zip(taken, answers, strict=True):
                    with suppress(asyncio.InvalidStateError):  # who asked has gone
                        if isinstance(answer, Exception):
                            future.set_exception(answer)
                        else:
                            future.set_result(answer)
        finally:
            self._work = None
