"""Following the read models from an open page: what it shows, read again and sent whenever it changed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, Protocol, TypeVar

from fastapi import Request

from service.http.dependencies import runtime_of

_HEARTBEAT: Final = 15.0
_ASK_AGAIN: Final = 5.0
"""How long a reader's right is believed at most, in seconds, while nothing happens."""
_MOMENT: Final = 0.01
"""The shortest wait, in seconds: a clock that is read a little early must not spin."""


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
    feed = runtime_of(request).feed
    shown: dict[str, Any] | None = None
    heard, patience = 0, _HEARTBEAT
    while not feed.ended and not await request.is_disconnected():
        if may is not None:
            right = await may()
            if not right.allowed:
                return
            patience = _patience(right)
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
