"""Bounds on what a request may send, and on its time: more than a command or a form could need is refused unread."""

from __future__ import annotations

import re
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.http.problems import TOO_LARGE, http_problem

MAX_BYTES: Final = 1_000_000
"""The largest body of the API, a basket of twenty children with all its texts, is a tenth of it."""
FORM_BYTES: Final = 65_536
"""The largest form without files: the names of twenty children, all as long as may be and of letters of twelve bytes.

Decoding one takes up to 25 ms of the event loop, whatever is in it; a megabyte would take 400 ms.
"""
_FORM: Final = "application/x-www-form-urlencoded"
_DIGITS: Final = 15
"""Of a length that is read at all."""
_LARGER: Final = (
    (re.compile(r"/api/v1/[^/]+/campaigns/[^/]+/(picture|attachments)"), 10_000_000),
    (re.compile(r"/[^/]+/paniers/[^/]+/informations"), 32_000_000),
    (re.compile(r"/[^/]+/coops/[^/]+/carnet/ajouter"), 6_000_000),
    (re.compile(r"/[^/]+/(coops/[^/]+/collectes/nouvelle|collectes/[^/]+/etapes/informations)"), 64_000_000),
    (re.compile(r"/[^/]+/collectes/[^/]+/participants/importer"), 22_000_000),
)
"""Where files are given: one to a campaign, a photo of each child to a basket, a table of contacts, all that a
campaign shows to its page, the payments of another platform.

The pages of members are read for members alone, whose right is looked at before; a file that is too large for what it
is to be is refused on them, with what was typed.
"""
BODY_SECONDS: Final = 30.0
"""Time for the body of a form or a command: 1 MB at 270 kbit/s, the slowest network that telephones still use."""
FILES_SECONDS: Final = 300.0
"""Time for the body where files are given: 32 MB at 850 kbit/s."""


def limit_of(path: str, media_type: str = "") -> int:
    """Return how many bytes a request to a path may send; few where all of them are a form without files."""
    if _FORM in media_type.lower():
        return FORM_BYTES
    return next((most for where, most in _LARGER if where.fullmatch(path)), MAX_BYTES)


def body_seconds(path: str) -> float:
    """Return how many seconds a request to a path may take to send its body."""
    return FILES_SECONDS if limit_of(path) > MAX_BYTES else BODY_SECONDS


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
        headers = Headers(scope=scope)
        most = limit_of(scope["path"], headers.get("content-type", ""))
        said = headers.get("content-length", "0")
        if not said.isdecimal() or len(said) > _DIGITS or int(said) > most:
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
