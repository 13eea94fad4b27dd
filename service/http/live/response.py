"""The answer that does not end: it begins, its page is told what it shows, and it waits for the browser to leave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from anyio import CancelScope
from fastapi import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from service.http.live.channel import Source
from service.http.live.pages import live_pages_of
from service.http.live.rights import Credential
from service.http.live.viewer import Viewer

_HEADERS: Final = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
"""No proxy keeps it or holds it back (nginx)."""


class LiveStream(Response):
    """A stream of server-sent events about one view, as long as the right of its reader lasts."""

    media_type = "text/event-stream"

    def __init__(self, request: Request, source: Source, credential: Credential) -> None:
        """Prepare to show a view."""
        self.status_code = 200
        self.background = None
        self.init_headers(_HEADERS)
        self._pages = live_pages_of(request)
        self._source = source
        self._credential = credential

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer until the browser leaves, the reader's right ends or the service stops."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        with CancelScope() as until_ended:
            viewer = Viewer.of(scope, send, until_ended.cancel, self._credential.claim)
            try:
                await self._pages.join(viewer, self._source, self._credential)
                while (await receive())["type"] != "http.disconnect":
                    pass
            finally:
                self._pages.leave(viewer, self._source)
        if until_ended.cancelled_caught:
            await send({"type": "http.response.body", "body": b"", "more_body": False})


def event(name: str, data: Mapping[str, Any]) -> bytes:
    """Write a server-sent event with data as JSON (WHATWG HTML, 9.2)."""
    return b"event: %s\ndata: %s\n\n" % (name.encode(), msgspec.json.encode(data))
