"""Calls of many requests carried out together: those that come while one is under way share the next.

A lone call is carried out at once; a crowd costs one round trip to the database instead of one each.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Final, Generic, TypeAlias, TypeVar

A = TypeVar("A")
R = TypeVar("R")
MOST: Final = 200
"""How many calls are carried out together at most: a transaction that stays short."""
_THREADS: Final = 32
_threads: Final = ThreadPoolExecutor(_THREADS, "grouped")
"""What carries them out: handing over to these takes less than to the web framework’s own, which also mind
who gives up."""
_Group: TypeAlias = list[tuple[A, "asyncio.Future[R]"]]


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

    def __init__(self, together: Callable[[Sequence[A]], Sequence[R | Exception]], *, pause: float = 0.0) -> None:
        """Carry out calls by ``together``, in a thread; an exception among its answers is one caller's own.

        ``pause`` is how many seconds the first of a group waits for others, where no request waits for the answers.
        """
        self._together = together
        self._pause = pause
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
            line = self._lines[loop] = _Line(self._together, self._pause)
        return line.join(argument, loop)


class _Line(Generic[A, R]):
    """Those of one event loop who wait."""

    def __init__(self, together: Callable[[Sequence[A]], Sequence[R | Exception]], pause: float) -> None:
        self._together = together
        self._pause = pause
        self._waiting: deque[tuple[A, asyncio.Future[R]]] = deque()
        self._under_way = False

    def join(self, argument: A, loop: asyncio.AbstractEventLoop) -> asyncio.Future[R]:
        """Wait in line; the first one has the work begun, together with those who ask in the same turn of the loop."""
        future: asyncio.Future[R] = loop.create_future()
        self._waiting.append((argument, future))
        if not self._under_way:
            self._under_way = True
            self._begin_soon(loop)
        return future

    def _begin_soon(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._pause:
            loop.call_later(self._pause, self._begin, loop)
        else:
            loop.call_soon(self._begin, loop)

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Hand the work of those who wait to a thread."""
        taken = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST))]
        _threads.submit(self._carry_out, loop, taken)

    def _carry_out(self, loop: asyncio.AbstractEventLoop, taken: _Group[A, R]) -> None:
        """Do the work, in a thread, and have the event loop tell how it ended."""
        answers: Sequence[R | Exception]
        try:
            answers = self._together([argument for argument, _ in taken])
        except Exception as error:  # noqa: BLE001 - it is handed to those who wait
            answers = [error] * len(taken)
        with suppress(RuntimeError):  # the loop was closed: those who asked have gone
            loop.call_soon_threadsafe(self._answer, loop, taken, answers)

    def _answer(self, loop: asyncio.AbstractEventLoop, taken: _Group[A, R], answers: Sequence[R | Exception]) -> None:
        """Tell those who waited, and go on with those who came meanwhile."""
        if self._waiting:
            self._begin_soon(loop)
        else:
            self._under_way = False
        for (_, future), answer in zip(taken, answers, strict=True):
            if future.done():
                continue  # who asked has gone
            if isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)
