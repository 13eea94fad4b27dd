"""A form without files is small, whatever page it is for: decoding it takes milliseconds of the event loop."""

from __future__ import annotations

import asyncio
import time
from typing import Final

import pytest
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from service.http.bounds.body_size import FORM_BYTES, BodyLimitMiddleware

FORM: Final = "application/x-www-form-urlencoded"
PAGES: Final = ("/ad06/compte/connexion", "/ad06/paniers/token/informations", "/api/v1/ad06/coops")
_SECONDS: Final = 0.4
"""Of the processor, on a machine that does other things: a sixteenth is what the worst of them takes."""


async def _read(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with how many fields a form has."""
    async with Request(scope, receive).form() as form:
        await PlainTextResponse(str(len(form)))(scope, receive, send)


def status(path: str, content_type: str, body: bytes) -> int:
    """Send a form, and return the status of the answer."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"content-type", content_type.encode()), (b"content-length", str(len(body)).encode())]
    scope = {"type": "http", "method": "POST", "path": path, "headers": headers, "query_string": b""}
    asyncio.run(BodyLimitMiddleware(_read)(scope, receive, send))
    told: int = sent[0]["status"]
    return told


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("content_type", [FORM, f"{FORM}; charset=utf-8", FORM.upper()])
def test_a_form_without_files_has_one_bound_on_every_page(path: str, content_type: str) -> None:
    assert status(path, content_type, b"a=" + b"b" * (FORM_BYTES - 2)) == 200
    assert status(path, content_type, b"a=" + b"b" * (FORM_BYTES - 1)) == 413


@pytest.mark.parametrize("typed", [b"%26", b"&", b"+", b"%C3%A9", b"a&", b"=", b"%"])
def test_the_worst_form_is_decoded_at_once(typed: bytes) -> None:
    begun = time.process_time()
    told = asyncio.run(_decoded(typed * (FORM_BYTES // len(typed))))
    assert time.process_time() - begun < _SECONDS
    assert told in {200, 400}


async def _decoded(body: bytes) -> int:
    """Decode a form, and tell what became of it."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body}

    try:
        await Request({"type": "http", "method": "POST", "headers": [(b"content-type", FORM.encode())]}, receive).form()
    except MultiPartException:
        return 400
    return 200


def test_a_form_with_files_may_be_as_large_as_its_page_says() -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n'
    body = part + bytes(2_000_000) + b"\r\n--x--\r\n"
    told = [status(path, "multipart/form-data; boundary=x", body) for path in PAGES]
    assert told == [413, 200, 413]
