"""Connections of the web server: few enough, and none that keeps a place without sending or reading.

uvicorn bounds the pause between two requests only. Here a request's head, its body and the reading of its answer have
their time too: a visitor who sends a byte now and then (« slowloris ») loses the connection, and nothing else happens.
"""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from enum import Enum, auto
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any, ClassVar, Final

import h11
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle
from uvicorn.server import ServerState

from service.http.bounds.body_size import body_seconds
from service.http.bounds.concurrency import MAX_CONNECTIONS, MAX_OF_ADDRESS, ConcurrencyLimit, visitor_address
from service.http.live.viewer import WRITE
from service.logging import logger

log = logger(__name__)
KEEP_ALIVE_SECONDS: Final = 5
"""How long a connection without a request is kept: a browser's next click of the same page, not a person's pause."""
HEAD_SECONDS: Final = 10.0
"""Time for a request's head, from its first byte or from the opening of the connection; a slow telephone needs two."""
READ_SECONDS: Final = 60.0
"""How long a visitor may read nothing of an answer that waits."""
_OTHER_FILES: Final = 256
"""What a process holds open beside its visitors: the database, the provider, its own code."""
_FULL: Final = b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\nretry-after: 10\r\ncontent-length: 0\r\n\r\n"
Networks = Sequence[IPv4Network | IPv6Network]
"""Addresses of the proxies that are ours."""


class ConnectionBounds:
    """How many connections a server takes, in all and of one address; a proxy of ours brings many visitors."""

    def __init__(self, proxies: Networks, total: int = MAX_CONNECTIONS, per_address: int = MAX_OF_ADDRESS) -> None:
        """Take connections from these proxies without a limit of their own."""
        self._proxies = tuple(proxies)
        self.limit = ConcurrencyLimit(total, per_address)

    def owner(self, client: tuple[str, int] | None) -> str | None:
        """Return the address that a connection counts under; None for a proxy's."""
        if client is not None:
            with suppress(ValueError):
                address = ip_address(client[0])
                if any(address in network for network in self._proxies):
                    return None
        return visitor_address(client)


class _Awaited(Enum):
    """What a connection waits for from its visitor."""

    NOTHING = auto()
    HEAD = auto()
    BODY = auto()


class BoundedProtocol(H11Protocol):
    """A connection that is closed when its visitor takes too long; ``bounds`` are those of the server."""

    bounds: ClassVar[ConnectionBounds]

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        """Prepare a connection that is about to open."""
        super().__init__(config, server_state, app_state, _loop)
        self._serve: ASGIApp = self.app
        self.app = self._offer
        self._offered: dict[str, Any] = {}
        self._owner: str | None = None
        self._counted = False
        self._awaited: tuple[_Awaited, object] = (_Awaited.NOTHING, None)
        self._sending: asyncio.TimerHandle | None = None
        self._reading: asyncio.TimerHandle | None = None

    def _offer(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Serve a request, to which pages that stay open may answer by parts that are framed already."""
        scope["extensions"] = self._offered = {WRITE: self.write_framed}
        return self._serve(scope, receive, send)

    def write_framed(self, part: bytes) -> bool:
        """Write a part of the answer under way as it is; False where the visitor has to read what was sent before."""
        cycle, flow = self.cycle, self.flow
        if flow.write_paused or cycle.disconnected or cycle.response_complete or not cycle.response_started:
            return False
        self.transport.write(part)
        return True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in uvicorn
        """Count the connection, or close it when there are too many."""
        super().connection_made(transport)
        self._owner = self.bounds.owner(self.client)
        self._counted = self.bounds.limit.acquire(self._owner)
        if not self._counted:
            transport.write(_FULL)
            transport.close()
            return
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clocks, and count one less; what was offered leads back here, and would keep all of it."""
        self._offered.clear()
        for clock in (self._sending, self._reading):
            if clock is not None:
                clock.cancel()
        if self._counted:
            self._counted = False
            self.bounds.limit.release(self._owner)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read, then look at what is still to come."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """Go on with the next request of the connection, which may have begun already."""
        super().on_response_complete()
        self._watch()

    def pause_writing(self) -> None:
        """Begin to count the time in which the visitor reads nothing."""
        super().pause_writing()
        self._reading = self.loop.call_later(READ_SECONDS, self._give_up, "answer")

    def resume_writing(self) -> None:
        """The visitor reads again."""
        super().resume_writing()
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def _watch(self) -> None:
        """Start the clock of what the visitor has to send; what goes on keeps the clock it has."""
        awaited = (self._now_awaited(), self._latest())
        if awaited == self._awaited:
            return
        self._awaited = awaited
        if self._sending is not None:
            self._sending.cancel()
            self._sending = None
        if awaited[0] is _Awaited.HEAD:
            self._sending = self.loop.call_later(HEAD_SECONDS, self._give_up, "head")
        elif awaited[0] is _Awaited.BODY:
            self._sending = self.loop.call_later(body_seconds(self.scope["path"]), self._give_up, "body")

    def _now_awaited(self) -> _Awaited:
        if self.conn.their_state is h11.SEND_BODY:
            return _Awaited.BODY
        if self.conn.their_state is h11.IDLE and (self._latest() is None or self.conn.trailing_data[0]):
            return _Awaited.HEAD
        return _Awaited.NOTHING

    def _latest(self) -> RequestResponseCycle | None:
        """The latest request of the connection; uvicorn's own annotation leaves out that there may be none yet."""
        return self.cycle

    def _give_up(self, missing: str) -> None:
        """Cut the connection: who sends nothing would not read an answer either."""
        log.info("slow visitor", missing=missing)
        self.transport.abort()


def protocol_within(bounds: ConnectionBounds) -> type[BoundedProtocol]:
    """Return the protocol of a server: uvicorn makes one of it for each connection."""
    return type("ServerProtocol", (BoundedProtocol,), {"bounds": bounds})


def connections_allowed() -> int:
    """Return how many connections this process may hold, after asking the system for as many files as they need."""
    wanted = MAX_CONNECTIONS + _OTHER_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        soft = most
    return MAX_CONNECTIONS if soft == resource.RLIM_INFINITY else min(MAX_CONNECTIONS, soft - _OTHER_FILES)
