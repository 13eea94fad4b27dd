"""The web server: uvicorn, made to let open pages go before it waits for them."""

from __future__ import annotations

import signal
import socket
from collections.abc import Sequence
from contextlib import suppress

import uvicorn
from fastapi import APIRouter

from service.runtime.runtime import Runtime
from service.web.admission import MAX_HEAD_BYTES
from service.web.app import create_app
from service.web.connections import KEEP_ALIVE_SECONDS, ConnectionBounds, connections_allowed, protocol_within
from service.worker.worker import Worker

_GRACE = 10  # seconds for requests under way, less than the ten to thirty that process managers give


class Server(uvicorn.Server):
    """A server of one runtime; live pages end when it stops, and browsers find them again."""

    def __init__(
        self,
        runtime: Runtime,
        host: str,
        port: int,
        worker: Worker,
        *,
        closes: bool = True,
        before: Sequence[APIRouter] = (),
    ) -> None:
        """Prepare to serve at an address; with ``closes``, the runtime is closed at the end; ``before`` as the app."""
        proxies = runtime.settings.trusted_proxies
        self.bounds = ConnectionBounds(proxies, connections_allowed())
        super().__init__(
            uvicorn.Config(
                create_app(runtime, worker, closes=closes, before=before),
                host,
                port,
                http=protocol_within(self.bounds),
                ws="none",
                log_config=None,
                server_header=False,
                proxy_headers=bool(proxies),
                forwarded_allow_ips=[str(network) for network in proxies],
                h11_max_incomplete_event_size=MAX_HEAD_BYTES,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=_GRACE,
            )
        )
        self._feed = runtime.feed

    def serve_until_told(self) -> None:
        """Serve until SIGINT or SIGTERM, then return: the caller still has a database to close.

        Raises:
            OSError: the address is taken, or not ours to listen at.

        """
        held = _listen(self.config.host, self.config.port)
        before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # uvicorn raises its signal again when done
        try:
            with suppress(KeyboardInterrupt):
                self.run([held])
        finally:
            held.close()
            signal.signal(signal.SIGTERM, before)

    async def shutdown(self, sockets: Sequence[socket.socket] | None = None) -> None:
        """Let the live pages go, then finish the requests under way."""
        self._feed.end()
        await super().shutdown(None if sockets is None else list(sockets))


def _listen(host: str, port: int) -> socket.socket:
    """Take an address; uvicorn itself would end the process where that fails."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Saying « TCP » lets asyncio send small answers at once: without it each would wait 40 ms.
    held = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind((host, port))
    except OSError:
        held.close()
        raise
    return held
