"""A bound on what a request may send: more than a command or a form could need is refused unread."""

from __future__ import annotations

import re
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.http.problems import TOO_LARGE, http_problem

MAX_BYTES: Final = 1_000_000
"""The largest body of the API, a basket of twenty children with all its texts, is a tenth of it."""
_LARGER: Final = (
    (re.compile(r"/api/v1/[^/]+/campaigns/[^/]+/(picture|attachments)"), 10_000_000),
    (re.compile(r"/[^/]+/paniers/[^/]+/informations"), 32_000_000),
)
"""Where files are given: one to a campaign, a photo of each child to a basket."""


def limit_of(path: str) -> int:
    """Return how many bytes a request to a path may send."""
    return next((most for where, most in _LARGER if where.fullmatch(path)), MAX_BYTES)


class BodyLimitMiddleware:
    """Refuse a body that says or turns out to be too large."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = limit_of(scope["path"])
        said = Headers(scope=scope).get("content-length", "0")
        if not said.isdecimal() or int(said) > most:
            await http_problem(TOO_LARGE)(scope, receive, send)
            return
        received = 0

        async def receive_some() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > most:
                raise HTTPException(TOO_LARGE)
            return message

        await self.app(scope, receive_some, send)
