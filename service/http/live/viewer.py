"""One open page: told the newest state and nothing in between, however slowly it reads.

It has no task of its own beside its request's, which waits for the browser to leave. Who has news sends them, and what
a slow browser does not take waits in one place, where newer news replace them.
"""

from __future__ import annotations

import asyncio
import types
from collections.abc import Callable, Coroutine, Generator, Hashable
from typing import Any, Final, Self

from starlette.types import Scope, Send

from service.logging import logger

log = logger(__name__)
WRITE: Final = "coopledger.write"
"""What our server adds to a request: a function that writes bytes as they are, or says that they must wait."""
Write = Callable[[bytes], bool]


class News:
    """What pages are told, made once for all of them; ``framed`` is a part of an answer of HTTP/1.1 (RFC 9112, 7.1)."""

    __slots__ = ("framed", "message")

    def __init__(self, data: bytes) -> None:
        """Make both forms."""
        self.message = {"type": "http.response.body", "body": data, "more_body": True}
        self.framed = b"%x\r\n%s\r\n" % (len(data), data)


class Viewer:
    """An open page, from its first byte until it is left or ended."""

    __slots__ = ("_end", "_next", "_send", "_write", "_writing", "claim", "gone", "shown", "told_at")

    def __init__(self, send: Send, end: Callable[[], None], claim: Hashable, write: Write | None = None) -> None:
        """Show nothing yet; ``end`` has its request finish, ``claim`` is what its right is asked by.

        ``write`` is where parts are written that are framed already: half of what a sending costs, where the server
        offers it.
        """
        self._send = send
        self._write = write
        self._end = end
        self._next: News | None = None
        self._writing: asyncio.Task[None] | None = None
        self.claim = claim
        self.shown: News | None = None
        """The last news that it was given."""
        self.told_at = 0.0
        """When it was last told anything, by the loop's clock."""
        self.gone = False
        """It is told nothing more."""

    @classmethod
    def of(cls, scope: Scope, send: Send, end: Callable[[], None], claim: Hashable) -> Self:
        """Make the viewer of a request."""
        write = scope.get("extensions", {}).get(WRITE) if scope["http_version"] == "1.1" else None
        return cls(send, end, claim, write)

    def show(self, news: News, now: float) -> None:
        """Tell the newest state, once."""
        if self.shown is not news:
            self.shown = news
            self.tell(news, now)

    def tell(self, news: News, now: float) -> None:
        """Send what is new at once, or as soon as the browser has taken what was sent before."""
        if self.gone:
            return
        if self._writing is not None:
            self._next = news
            return
        self.told_at = now
        try:
            if self._write is None or not self._write(news.framed):
                self._writing = begun(self._send(news.message))
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one page, the others are told
            log.info("open page lost", kind=type(error).__name__)
            self.end()
            return
        if self._writing is not None:
            self._writing.add_done_callback(self._taken)

    def _taken(self, written: asyncio.Task[None]) -> None:
        """Send what came meanwhile."""
        self._writing = None
        if written.cancelled() or written.exception() is not None:
            self.end()
        elif self._next is not None:
            news, self._next = self._next, None
            self.tell(news, asyncio.get_running_loop().time())

    @property
    def idle(self) -> bool:
        """Whether the browser has taken all that it was told."""
        return self._writing is None

    def end(self) -> None:
        """Tell nothing more, from now on, and have the request finish."""
        if not self.gone:
            self.leave()
            self._end()

    def leave(self) -> None:
        """Tell nothing more: what the browser did not take is dropped."""
        self.gone, self._next = True, None
        if self._writing is not None:
            self._writing.cancel()


def begun(work: Any) -> asyncio.Task[None] | None:  # noqa: ANN401 - what ``Send`` returns is a coroutine, and typed as less
    """Carry work out as far as it goes without waiting; what is left is a task, and there is hardly ever any.

    Python has this as eager tasks from 3.12 on. A task for each page and each change costs more than the sending.
    """
    coroutine: Coroutine[Any, Any, None] = work
    try:
        awaited = coroutine.send(None)
    except StopIteration:
        return None
    return asyncio.get_running_loop().create_task(_rest(coroutine, awaited))


async def _rest(work: Coroutine[Any, Any, None], awaited: object) -> None:
    await _go_on(work, awaited)


@types.coroutine
def _go_on(work: Coroutine[Any, Any, None], awaited: object) -> Generator[object, Any, None]:
    """Wait for what the work waits for, until it is done."""
    try:
        while True:
            try:
                result = yield awaited
            except BaseException as error:  # noqa: BLE001 - a cancellation, which the work is to see
                awaited = work.throw(error)
            else:
                awaited = work.send(result)
    except StopIteration:
        return
