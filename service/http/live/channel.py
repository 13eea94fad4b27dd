"""One view that open pages show: read when it moved, rendered once, and the same bytes sent to all who look at it.

The first change after a quiet moment goes out at once, then four a second at most; whatever moved meanwhile, the last
state is read. It has no task while nothing moves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import Context
from typing import Any, Final, NamedTuple, Protocol
from uuid import UUID

from anyio import CapacityLimiter

from adapters.connections import DatabaseAwayError
from service.http.live.rights import SharedRights
from service.http.live.viewer import News, Viewer
from service.logging import logger

log = logger(__name__)
PAUSE: Final = 0.25
"""Seconds between two readings of a view at least: four a second are as good as any to an eye."""
_FOR_EACH: Final = 0.000_1
"""The same for each page: three times what it takes to tell one, so that thousands leave time to others."""
AGAIN: Final = 2.0
"""Seconds after which a view is read again that could not be, or whose notices are not heard."""
_TURN: Final = 50
"""Pages that are told before other requests have their turn."""


class View(Protocol):
    """What a page shows."""

    def figures(self) -> dict[str, Any]:
        """The values that the page shows: it is told when one of them changes."""
        ...


class Source(NamedTuple):
    """Where a view comes from.

    ``names`` are the ids of what moves it, as notices tell them of ``schema`` (projections.engine.moved); they come
    here if it ``hears``. ``write`` makes of what ``read`` returns the bytes that pages are sent.
    """

    schema: str
    kind: str
    about: UUID
    names: frozenset[UUID]
    read: Callable[[], Awaitable[Any]]
    write: Callable[[Any], bytes]
    hears: bool = True

    @property
    def key(self) -> tuple[str, str, UUID]:
        """Which view it is: two pages with the same key show the same."""
        return self.schema, self.kind, self.about


class Channel:
    """A view and the pages that show it, from the first to the last."""

    def __init__(self, source: Source, reading: CapacityLimiter) -> None:
        """Read nothing yet."""
        self.source = source
        self.viewers: dict[Viewer, SharedRights | None] = {}
        self._reading = reading
        self._loop = asyncio.get_running_loop()
        self._figures: dict[str, Any] | None = None
        self._news: News | None = None
        self._work: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._moved = False
        self._again_at = 0.0

    def move(self) -> None:
        """Have the view read again, now or as soon as it may be."""
        self._moved = True
        if self._work is None and self._timer is None:
            self._begin_at(self._again_at)

    async def welcome(self, viewer: Viewer, *, heard: bool) -> None:
        """Tell a new page what is known, where that would have been ``heard`` of and nothing moved since."""
        if not heard or self._news is None or self._moved or self._work is not None:
            self.move()
            return
        try:
            await self._send({viewer: self.viewers[viewer]})
        except DatabaseAwayError:
            self.move()

    def close(self) -> None:
        """Do nothing more: nobody looks."""
        for work in (self._work, self._timer):
            if work is not None:
                work.cancel()

    def _begin_at(self, instant: float) -> None:
        """Begin to read at an instant of the loop's clock, at once when it is over."""
        if instant <= self._loop.time():
            self._begin()
        else:
            self._timer = self._loop.call_at(instant, self._begin)

    def _begin(self) -> None:
        self._timer = None
        # Of no request: its log lines name nobody, and it keeps nothing of who came first.
        self._work = self._loop.create_task(self._refresh(), context=Context())

    async def _refresh(self) -> None:
        """Read the view, and tell all pages where its figures changed."""
        begun = self._loop.time()
        try:
            self._moved = False
            await self._read_and_send()
            self._again_at = begun + max(PAUSE, _FOR_EACH * len(self.viewers))
        except DatabaseAwayError as error:
            log.info("open pages wait", kind=type(error).__name__)
            self._moved, self._again_at = True, begun + AGAIN
        except Exception as error:
            log.exception("open pages end", exc_info=error)
            for viewer in tuple(self.viewers):
                viewer.end()
        finally:
            self._work = None
        if self._moved and self._timer is None:
            self._begin_at(self._again_at)

    async def _read_and_send(self) -> None:
        async with self._reading:
            view: View = await self.source.read()
        figures = view.figures()
        if self._news is None or figures != self._figures:
            self._figures, self._news = figures, News(self.source.write(view))
        await self._send(dict(self.viewers))

    async def _send(self, viewers: dict[Viewer, SharedRights | None]) -> None:
        """Tell the latest news to some pages, those whose readers may see them."""
        for shared in {rights for rights in viewers.values() if rights is not None}:
            await shared.confirm()
        for number, (viewer, rights) in enumerate(viewers.items(), start=1):
            if self._news is not None and (rights is None or rights.knows(viewer)):
                viewer.show(self._news, self._loop.time())
            if number % _TURN == 0:
                await asyncio.sleep(0)
