"""One log line per request, with its id and the ids of its address, without its query; the id goes back in a header."""

from __future__ import annotations

import time
from uuid import uuid4

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.http.trail import ids_of
from service.logging import logger

log = logger(__name__)


class RequestMiddleware:
    """Give each request an id, bind it to its log lines, and log how it ended."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        begun = time.perf_counter()
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        finally:
            log.info(
                "request",
                **ids_of(scope.get("path_params", {})),
                method=scope["method"],
                route=_route_of(scope),
                status=status,
                milliseconds=round((time.perf_counter() - begun) * 1000, 1),
            )


def _route_of(scope: Scope) -> str:
    """The route as the application has it: one of the API begins with the prefix under which it was included."""
    included = scope.get("fastapi", {}).get("effective_route_context")
    path = getattr(included, "path", None) or getattr(scope.get("route"), "path", None)
    return "unknown" if path is None else str(path)
