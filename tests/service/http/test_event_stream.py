"""An open page follows what it shows, and ends with the right of who reads it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

from fastapi import Request

from service.http.event_stream import Allowance, StreamLimit, changes


class Count(NamedTuple):
    """A view that holds its own position."""

    position: int

    def figures(self) -> dict[str, Any]:
        """The only figure."""
        return {"count": self.position}


class Feed:
    """Notices that come after some waits; it keeps how long each wait would have been."""

    def __init__(self, notices: int) -> None:
        """Have some notices to give, then none."""
        self.notices, self.waits, self.ended = notices, list[float](), False

    async def wait(self, _schema: str, after: int, timeout: float) -> int:  # noqa: ASYNC109 - as the feed's own
        """Give the next notice at once, or wait."""
        self.waits.append(timeout)
        if self.notices:
            self.notices -= 1
            return after + 1
        await asyncio.sleep(timeout)
        return after


class Page:
    """An open page."""

    def __init__(self, feed: Feed) -> None:
        """Open it in an application that has a feed."""
        state = SimpleNamespace(runtime=SimpleNamespace(feed=feed), streams=StreamLimit())
        self.app = SimpleNamespace(state=state)

    async def is_disconnected(self) -> bool:
        """Nobody closes it."""
        return False


def follow(feed: Feed, may: Callable[[], Allowance]) -> list[int]:
    """Follow a page to its end; return what it showed."""
    seen = 0

    async def read() -> Count:
        nonlocal seen
        seen += 1
        return Count(seen)

    async def asked() -> Allowance:
        return may()

    async def run() -> list[int]:
        page = cast("Request", Page(feed))
        return [view.position async for view in changes(page, "ad06_read", read, asked)]

    return asyncio.run(asyncio.wait_for(run(), 20))


def test_nothing_is_shown_without_a_right() -> None:
    assert follow(Feed(3), lambda: Allowance(allowed=False)) == []


def test_a_right_that_was_withdrawn_ends_the_page_at_the_next_notice_before_anything_more_is_shown() -> None:
    answers = iter([Allowance(allowed=True), Allowance(allowed=True), Allowance(allowed=False)])
    feed = Feed(10)
    assert follow(feed, lambda: next(answers)) == [1, 2]
    assert feed.waits == [5.0, 5.0]


def test_a_page_ends_at_the_last_instant_of_the_right() -> None:
    end = datetime.now(UTC) + timedelta(seconds=0.4)
    begun = monotonic()
    feed = Feed(0)
    assert follow(feed, lambda: Allowance(allowed=datetime.now(UTC) < end, until=end)) == [1]
    assert 0.3 < monotonic() - begun < 2
    assert max(feed.waits) <= 0.4
