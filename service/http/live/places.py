"""How many pages may be open at once, and how many views may be read at once; one limit for the application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

from anyio import CapacityLimiter
from fastapi import Depends, Request

from service.http.bounds.concurrency import (
    MAX_STREAMS,
    MAX_STREAMS_OF_ADDRESS,
    ConcurrencyLimit,
    TooManyOpen,
    visitor_address,
)

_READERS: Final = 8
"""Views that are read at once: fewer than the threads there are, so that who pays does not wait for who watches."""


class StreamLimit:
    """How many pages may follow what they show, and how many views may be read for them at once."""

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
