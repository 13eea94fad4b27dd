"""Refusals that were written before anybody asked: sending one costs as little as asking for it.

They say what any refusal of their kind says, as ``answer_problem`` writes it; only the time to wait and the id of the
request are filled in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from starlette.requests import Request
from starlette.types import Scope, Send
from structlog.contextvars import bound_contextvars

from service.logging import request_id
from service.pages.problems import answer_problem

_ID: Final = "id-of-the-request"
DELAY: Final = "delay-in-french"
"""What stands in the sentence for the time to wait."""
_HTML: Final = b"text/html"
_FILLED_IN: Final = (b"content-length", b"retry-after")
"""Headers that are known when the answer is sent."""
Headers = list[tuple[bytes, bytes]]


class _Written(NamedTuple):
    """One form of an answer."""

    headers: Headers
    body: bytes


class ReadyAnswer:
    """One refusal, as a page and as a problem document."""

    def __init__(self, status: int, code: str, sentence: str, headers: Mapping[str, str]) -> None:
        """Write both; ``sentence`` may hold DELAY."""
        self._status = status
        self._page = _written("/", _HTML, status, code, sentence, headers)
        self._document = _written("/api/", b"", status, code, sentence, headers)

    async def send(self, scope: Scope, send: Send, *, seconds: int, delay: str = "") -> None:
        """Answer with how long to wait, without a look at what was sent."""
        written = self._page if _is_for_a_person(scope) else self._document
        body = written.body.replace(_ID.encode(), request_id().encode()).replace(DELAY.encode(), delay.encode())
        lengths = [(b"retry-after", b"%d" % seconds), (b"content-length", b"%d" % len(body))]
        await send(
            {"type": "http.response.start", "status": self._status, "headers": [*written.headers, *lengths]},
        )
        await send({"type": "http.response.body", "body": body})


def _written(path: str, accept: bytes, status: int, code: str, sentence: str, headers: Mapping[str, str]) -> _Written:
    scope = {"type": "http", "path": path, "headers": [(b"accept", accept)]}
    with bound_contextvars(request_id=_ID):
        given = {**headers, "Connection": "close", "Retry-After": "0"}
        answer = answer_problem(Request(scope), status, code, sentence, headers=given)
    return _Written([pair for pair in answer.raw_headers if pair[0] not in _FILLED_IN], bytes(answer.body))


def _is_for_a_person(scope: Scope) -> bool:
    """Tell the same as ``service.pages.problems.is_for_a_person``, at a tenth of the cost."""
    headers: Headers = scope["headers"]
    accepts = any(name == b"accept" and _HTML in value for name, value in headers)
    return accepts and not scope["path"].startswith("/api/")
