"""How much of this process one network gets: so many requests, so many under way, and turns.

It comes before everything but the request's log line: whatever else may be refused would be work already. What it
counts is this process's own, since it is about this process's time; what visitors write is counted by all processes
together, in the database (``service.rate_limits``). See docs/adr/0037-busy-networks-take-turns.md.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.rate_limits import TooManyAttempts
from service.http.bounds.concurrency import (
    MAX_CONNECTIONS,
    MAX_OF_ADDRESS,
    ConcurrencyLimit,
    TooManyOpen,
    visitor_address,
    visitor_site,
)
from service.http.bounds.network_use import NetworkUse
from service.http.bounds.turns import Turns
from service.http.this_machine import began_here
from service.pages.security import ANY_ANSWER, HTTPS_ONLY
from service.settings import Settings
from service.web.ready_answers import DELAY, ReadyAnswer

HOLD: Final = 1.0
"""Seconds that a refusal is kept back: who asks again as soon as it is answered asks that much less often."""
MAX_HELD: Final = 1_000
"""Refusals that are kept back at a time; the next are sent at once."""
MAX_HELD_OF_NETWORK: Final = 300
LATER: Final = 10
"""Seconds after which who had too much under way may come again."""
WEBHOOKS: Final = "/provider/notifications/"
"""Where facts come in: what its signature proves is not counted, so that an outage's events all arrive."""
_LIMIT: Final = "requests by network"


class FairShareMiddleware:
    """Take the requests of quiet networks at once, of busy ones in turn, and none of those over the limit."""

    def __init__(self, app: ASGIApp, settings: Settings, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Wrap the application."""
        self._app = app
        self._use = NetworkUse(settings.network_burst, settings.network_per_second, clock=clock)
        self._under_way = ConcurrencyLimit(MAX_CONNECTIONS, MAX_OF_ADDRESS)
        self._turns = Turns()
        self._held = ConcurrencyLimit(MAX_HELD, MAX_HELD_OF_NETWORK)
        headers = {**ANY_ANSWER, **(HTTPS_ONLY if settings.address.startswith("https://") else {})}
        sentence = TooManyAttempts.sentence.format(delay=DELAY)
        self._over = ReadyAnswer(TooManyAttempts.status, TooManyAttempts.code, sentence, headers)
        self._crowd = ReadyAnswer(TooManyOpen.status, TooManyOpen.code, TooManyOpen.sentence, headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, now or in its turn, or turn it away."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        network, site, queue = visitor_address(scope["client"]), visitor_site(scope["client"]), None
        counted = not began_here(scope)  # who runs programs here needs no leave
        if counted:
            wait, queue = self._use.take(network, site)
            if wait:
                await self._hold(network)
                await self._refuse(scope, send, wait)
                return
        if not self._under_way.acquire(network):
            await self._crowd.send(scope, send, seconds=LATER)
            return
        try:
            if counted:
                await self._serve(scope, receive, send, (network, site), queue)
            else:
                await self._app(scope, receive, send)
        finally:
            self._under_way.release(network)

    async def _serve(
        self, scope: Scope, receive: Receive, send: Send, networks: tuple[str, str | None], queue: str | None
    ) -> None:
        """Serve one request in its turn, which ends when its answer begins."""
        turn = self._turns.quick() if queue is None else await self._turns.wait(queue)
        if turn is None:
            await self._crowd.send(scope, send, seconds=LATER)
            return
        is_webhook = scope["path"].startswith(WEBHOOKS)

        async def send_and_let_go(message: Message) -> None:
            if message["type"] == "http.response.start":
                turn.end()
                if is_webhook and message["status"] == HTTPStatus.NO_CONTENT:
                    self._use.give_back(*networks)
            await send(message)

        try:
            await self._app(scope, receive, send_and_let_go)
        finally:
            turn.end()

    async def _refuse(self, scope: Scope, send: Send, wait: float) -> None:
        """Say when to come again; the request's own log line tells which limit was met."""
        structlog.contextvars.bind_contextvars(refused=_LIMIT)
        error = TooManyAttempts(limit=_LIMIT, wait=timedelta(seconds=wait))
        await self._over.send(scope, send, seconds=error.retry_after, delay=str(error.values["delay"]))

    async def _hold(self, network: str) -> None:
        """Keep a refusal back for a moment, unless many are already."""
        if self._held.acquire(network):
            try:
                await asyncio.sleep(HOLD)
            finally:
                self._held.release(network)
