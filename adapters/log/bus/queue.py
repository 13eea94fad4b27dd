"""What waits for the writer: pending replies in order, drained in batches as large as the callers allow."""

from __future__ import annotations

import threading
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Final, NamedTuple

from adapters.log.bus.pending_reply import PendingReply
from domain.errors import TooBusy

_MOMENT: Final = 0.0014
"""How long the writer waits, in seconds, for callers that it has just answered to ask again."""
_NEARLY: Final = 90
"""Per cent of the batch before: with as many, the writer does not wait for more."""
_MAX_WAITING: Final = 20_000


class DrainedBatch(NamedTuple):
    """A batch of pending replies; ``last`` when nothing can follow it."""

    replies: list[PendingReply]
    last: bool


class SubmissionQueue:
    """A queue between many callers and one writer."""

    def __init__(self, max_batch: int) -> None:
        """Begin empty and open; ``max_batch`` is the most replies that are drained at once."""
        self._max_batch = max_batch
        self._queue: SimpleQueue[PendingReply | None] = SimpleQueue()
        self._gate = threading.Lock()
        self._closed = False
        self._enough = threading.Event()
        self._wanted = _MAX_WAITING

    def put(self, reply: PendingReply) -> None:
        """Queue a pending reply.

        Raises:
            TooBusy: the inbox is closed, or holds more than any caller would wait for.

        """
        with self._gate:
            waiting = self._queue.qsize()
            if self._closed or waiting >= _MAX_WAITING:
                raise TooBusy(closed=self._closed, waiting=waiting)
            self._queue.put(reply)
        # The writer is woken once, when it has what it waits for: waking it for every reply would take the
        # interpreter from the very callers it waits for.
        if waiting + 1 >= self._wanted:
            self._enough.set()

    def close(self) -> None:
        """Take nothing more; what is queued is still drained. Closing twice changes nothing."""
        with self._gate:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._enough.set()

    def drain(self, size: int) -> DrainedBatch:
        """Take what is queued, waiting for a first reply; ``size`` is that of the batch before.

        Callers just answered are about to submit again: while there are fewer than in the batch before, waiting a
        fraction of an append makes one flush serve them all. A lone caller is never waited for.
        """
        drained = [self._queue.get()]
        wanted = min(size, self._max_batch) * _NEARLY // 100 - 1
        if drained[0] is not None and self._queue.qsize() < wanted:
            self._enough.clear()
            self._wanted = wanted
            if not self._closed and self._queue.qsize() < wanted:
                self._enough.wait(_MOMENT)
            self._wanted = _MAX_WAITING
        with suppress(Empty):
            while drained[-1] is not None and len(drained) < self._max_batch:
                drained.append(self._queue.get_nowait())
        replies = [reply for reply in drained if reply is not None]
        return DrainedBatch(replies, last=len(replies) < len(drained))
