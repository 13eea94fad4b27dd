"""A refusal that was written in advance is the one that would be written now, with its time to wait and its id."""

from __future__ import annotations

import asyncio

import pytest
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Message
from structlog.contextvars import bound_contextvars

from service.pages.problems import answer_problem
from service.web.ready_answers import DELAY, ReadyAnswer

SENTENCE = "Revenez dans {delay}, s’il vous plaît."


@pytest.mark.parametrize("path", ["/", "/ad06/contribuer/x", "/api/v1/health", "/ad06/paniers/x/flux"])
@pytest.mark.parametrize("accept", ["text/html,*/*;q=0.8", "application/json", "text/event-stream", ""])
@pytest.mark.parametrize("number", ["5f2c", "0" * 32])
def test_it_says_what_would_be_said_now(path: str, accept: str, number: str) -> None:
    scope = {"type": "http", "path": path, "headers": [(b"accept", accept.encode())]}
    more = {"Referrer-Policy": "no-referrer"}
    ready = ReadyAnswer(429, "too-many-attempts", SENTENCE.format(delay=DELAY), more)
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    with bound_contextvars(request_id=number):
        asyncio.run(ready.send(scope, send, seconds=75, delay="2 minutes"))
        headers = {**more, "Connection": "close", "Retry-After": "75"}
        now = answer_problem(
            Request(scope), 429, "too-many-attempts", SENTENCE.format(delay="2 minutes"), headers=headers
        )
    assert (sent[0]["status"], sent[1]["body"]) == (429, now.body)
    assert sorted(Headers(raw=sent[0]["headers"]).items()) == sorted(now.headers.items())
