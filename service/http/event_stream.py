"""Following the read models from an open page: what it shows, read again and sent whenever it changed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final, Protocol, TypeVar

from fastapi import Request

from service.http.dependencies import runtime_of

_HEARTBEAT: Final = 15.0


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


async def changes(request: Request, schema: str, read: Callable[[], Awaitable[ViewT]]) -> AsyncIterator[ViewT]:
    """Give the view of a schema of read models now, then each time its figures changed, until the page is left."""
    feed = runtime_of(request).feed
    shown: dict[str, Any] | None = None
    heard = 0
    while not feed.ended and not await request.is_disconnected():
        view = await read()
        heard = max(heard, view.position)
        figures = view.figures()
        if figures != shown:
            shown = figures
            yield view
        heard = await feed.wait(schema, heard, _HEARTBEAT)
