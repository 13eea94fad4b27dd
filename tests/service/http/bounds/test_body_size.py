"""What a request says of its length is a number of few digits, or the request is refused unread."""

from __future__ import annotations

import asyncio
from typing import Final

import pytest
from starlette.types import Message, Receive, Scope, Send

from service.http.bounds.body_size import MAX_BYTES, BodyLimitMiddleware

_PATH: Final = "/api/v1/ad06/coops"


def status_of(length: str) -> int:
    """The status of the answer to a request that says its length; 200 where it is let through."""
    sent: list[Message] = []

    async def served(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"content-length", length.encode())]
    scope = {"type": "http", "method": "POST", "path": _PATH, "headers": headers, "query_string": b""}
    asyncio.run(BodyLimitMiddleware(served)(scope, receive, send))
    status: int = sent[0]["status"]
    return status


@pytest.mark.parametrize("length", ["0", "12", str(MAX_BYTES)])
def test_a_length_within_bounds_is_let_through(length: str) -> None:
    assert status_of(length) == 200


@pytest.mark.parametrize("length", [str(MAX_BYTES + 1), "9" * 5_000, "-1", "1e3", ""])
def test_any_other_length_is_refused(length: str) -> None:
    assert status_of(length) == 413
