"""The caller that waits for commands, a coroutine or a thread: answered once, even if it was cancelled meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress

from adapters.log.bus.submission import CommandOutcomes, Submission


class PendingReply:
    """Submissions that stand or fall together, and the future of the caller that waits for them."""

    __slots__ = ("answer", "asked_at", "attempts", "error", "future", "loop", "submissions")

    def __init__(
        self, submissions: Sequence[Submission], future: Future[CommandOutcomes] | asyncio.Future[CommandOutcomes]
    ) -> None:
        self.submissions = submissions
        self.asked_at = time.perf_counter()
        self.future = future
        self.loop: asyncio.AbstractEventLoop | None = None
        if isinstance(future, asyncio.Future):
            self.loop = future.get_loop()
        else:
            # From here on it cannot be cancelled: what is queued is carried out.
            future.set_running_or_notify_cancel()
        self.answer: CommandOutcomes | None = None
        self.error: BaseException | None = None
        self.attempts = 0

    @property
    def open(self) -> bool:
        """Whether it still has no answer."""
        return self.answer is None and self.error is None

    def settle(self) -> None:
        """Give the caller its outcomes or the error, unless its future is done already."""
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.answer or ())


def _settle(replies: Sequence[PendingReply]) -> None:
    for reply in replies:
        reply.settle()


def fail(replies: Sequence[PendingReply], error: BaseException) -> None:
    """Give those without an answer an error."""
    for reply in replies:
        if reply.open:
            reply.error = error


def wake(replies: Sequence[PendingReply]) -> None:
    """Tell all who wait: threads at once, coroutines by one wake-up of their event loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[PendingReply]] = {}
    for reply in replies:
        if reply.loop is None:
            reply.settle()
        else:
            by_loop.setdefault(reply.loop, []).append(reply)
    for loop, waiting in by_loop.items():
        with suppress(RuntimeError):  # the loop was closed: its caller is gone
            loop.call_soon_threadsafe(_settle, waiting)
