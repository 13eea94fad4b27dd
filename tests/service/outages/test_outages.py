"""While Postgres is away: reads are asked once more, writes are answered calmly, open pages end and come back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse, Response, StreamingResponse

from adapters.connections import ConnectionLostError, DatabaseAwayError
from service.web.outages import RETRY_AFTER, OutageMiddleware
from tests.kit.api_server import PROBLEM

_PAGE: Final = {"Accept": "text/html"}


class Trouble:
    """An application that meets the trouble it is told of, once for each."""

    def __init__(self, *errors: Exception) -> None:
        """Make it."""
        self.asked = 0
        self._errors = list(errors)
        self.app = FastAPI()
        self.app.add_middleware(OutageMiddleware)
        self.app.add_api_route("/thing/{thing_id}", self._thing, methods=["GET", "HEAD", "POST"])
        self.app.add_api_route("/stream", self._stream, methods=["GET"])
        self.app.add_api_route("/file", self._file, methods=["GET"])

    def call(self, method: str, path: str, headers: dict[str, str] | None = None) -> httpx2.Response:
        """Send a request."""

        async def send() -> httpx2.Response:
            transport = httpx2.ASGITransport(self.app)
            async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
                return await client.request(method, path, headers=headers)

        return asyncio.run(send())

    def _meet(self) -> None:
        self.asked += 1
        if self._errors:
            raise self._errors.pop(0)

    async def _thing(self, thing_id: str) -> Response:
        self._meet()
        return PlainTextResponse(thing_id)

    async def _stream(self) -> Response:
        return StreamingResponse(self._parts(), media_type="text/event-stream")

    async def _file(self) -> Response:
        return StreamingResponse(self._parts(), media_type="text/csv")

    async def _parts(self) -> AsyncIterator[bytes]:
        yield b"data: 1\n\n"
        self._meet()


def test_a_read_whose_connection_ended_is_asked_once_more() -> None:
    trouble = Trouble(ConnectionLostError("gone"))
    answer = trouble.call("GET", "/thing/7")
    assert (answer.status_code, answer.text, trouble.asked) == (200, "7", 2)


def test_a_read_is_not_asked_a_third_time() -> None:
    trouble = Trouble(*(ConnectionLostError("gone") for _ in range(3)))
    answer = trouble.call("GET", "/thing/7")
    assert (answer.status_code, trouble.asked) == (503, 2)


@pytest.mark.parametrize("error", [ConnectionLostError("gone"), DatabaseAwayError("away")])
def test_a_write_is_never_sent_twice(error: Exception) -> None:
    trouble = Trouble(error)
    answer = trouble.call("POST", "/thing/7")
    assert (answer.status_code, trouble.asked) == (503, 1)
    assert answer.headers["retry-after"] == str(RETRY_AFTER)
    assert answer.headers["content-type"] == PROBLEM
    told = answer.json()
    assert (told["type"], told["status"]) == ("urn:coopledger:database-away", 503)
    unknown = "pas eu la confirmation" in told["detail"]
    assert unknown is isinstance(error, ConnectionLostError)


def test_who_could_not_be_served_at_once_is_not_made_to_wait_again() -> None:
    trouble = Trouble(DatabaseAwayError("away"))
    assert (trouble.call("GET", "/thing/7")).status_code == 503
    assert trouble.asked == 1


def test_a_person_reads_a_calm_page() -> None:
    answer = Trouble(DatabaseAwayError("away")).call("GET", "/thing/7", _PAGE)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, str(RETRY_AFTER))
    assert "Un instant, s’il vous plaît" in answer.text
    assert "Réessayez dans quelques secondes" in answer.text
    assert "erreur" not in answer.text.lower()


def test_an_open_page_ends_well_and_a_file_is_cut() -> None:
    answer = Trouble(ConnectionLostError("gone")).call("GET", "/stream")
    assert (answer.status_code, answer.text) == (200, "data: 1\n\n")
    with pytest.raises(ConnectionLostError):
        Trouble(ConnectionLostError("gone")).call("GET", "/file")


def test_what_is_no_outage_is_passed_on() -> None:
    with pytest.raises(ZeroDivisionError):
        Trouble(ZeroDivisionError()).call("GET", "/thing/7")
