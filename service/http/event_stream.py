"""Following the read models from an open page: what it shows, read again and sent whenever it changed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, Protocol, TypeVar

from anyio import CapacityLimiter
from fastapi import Depends, Request

from service.http.bounds.concurrency import (
    MAX_STREAMS,
    MAX_STREAMS_OF_ADDRESS,
    ConcurrencyLimit,
    TooManyOpen,
    visitor_address,
)
from service.http.dependencies import runtime_of

_HEARTBEAT: Final = 15.0
_ASK_AGAIN: Final = 5.0
"""How long a reader's right is believed at most, in seconds, while nothing happens."""
_MOMENT: Final = 0.01
"""The shortest wait, in seconds: a clock that is read a little early must not spin."""
_READERS: Final = 8
"""Open pages that read at once: fewer than the threads there are, so that who pays does not wait for who watches."""


class StreamLimit:
    """How many pages may follow what they show, and how many of them may read at once; one for the application."""

    def __init__(self, total: int = MAX_STREAMS, per_address: int = MAX_STREAMS_OF_ADDRESS) -> None:
        """Allow so many in all, and so many of one address."""
        self.open = ConcurrencyLimit(total, per_address)
        self.reading = CapacityLimiter(_READERS)


def stream_limit_of(request: Request) -> StreamLimit:
    """Return the limit of the running application."""
    limit: StreamLimit = request.app.state.streams
    return limit


async def _place(request: Request) -> AsyncIterator[None]:
    """Hold a place among the open pages for as long as the answer lasts.

    Raises:
        TooManyOpen: there is none.

    """
    limit, address = stream_limit_of(request).open, visitor_address(request.scope["client"])
    if not limit.acquire(address):
        raise TooManyOpen
    try:
        yield
    finally:
        limit.release(address)


OneStream = Depends(_place)
"""What every route that answers with a stream depends on."""


class View(Protocol):
    """What a page shows, at a position of the log."""

    @property
    def position(self) -> int:
        """The position of the last event that the view holds."""
        ...

    def figures(self) -> dict[str, Any]:
        """The values that the page shows: the page is updated when one of them changes."""
        ...


ViewT = TypeVar("ViewT", bound=View)


class Allowance(NamedTuple):
    """Whether the reader may see the view now, and the instant at which that right ends by itself, if it does."""

    allowed: bool
    until: datetime | None = None


async def changes(
    request: Request,
    schema: str,
    read: Callable[[], Awaitable[ViewT]],
    may: Callable[[], Awaitable[Allowance]] | None = None,
) -> AsyncIterator[ViewT]:
    """Give the view of a schema of read models now, then each time its figures changed, until the page is left.

    With ``may`` it ends with the reader's right, which is asked for at every notice and every five seconds.
    """
    feed, reading = runtime_of(request).feed, stream_limit_of(request).reading
    shown: dict[str, Any] | None = None
    heard, patience = 0, _HEARTBEAT
    while not feed.ended and not await request.is_disconnected():
        if may is not None:
            right = await may()
            if not right.allowed:
                return
            patience = _patience(right)
        async with reading:
            view = await read()
        heard = max(heard, view.position)
        figures = view.figures()
        if figures != shown:
            shown = figures
            yield view
        heard = await feed.wait(schema, heard, patience)


def _patience(right: Allowance) -> float:
    """How long to wait before the right is asked for again: to its last instant at most."""
    if right.until is None:
        return _ASK_AGAIN
    return max(_MOMENT, min(_ASK_AGAIN, (right.until - datetime.now(UTC)).total_seconds()))
