"""A request for another name, with too large a head, or from one with too many open, is turned away before anything."""

from __future__ import annotations

import asyncio

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from service.http.bounds.concurrency import MAX_OF_ADDRESS
from service.settings import Settings
from service.web.admission import MAX_HEAD_BYTES, MAX_HEADERS, AdmissionMiddleware
from tests.kit.api_server import PROBLEM, ApiServer
from tests.service.web.conftest import PROXY, DeployedServer

HERE = "127.0.0.1"
VISITOR = {"X-Forwarded-For": "203.0.113.9"}
FOREIGN = [
    "evil.example",
    "coop.example.evil.example",
    "coop.example@evil.example",
    "127.0.0.1",
    "localhost:8000",
    "[::1]",
]


@pytest.mark.parametrize("host", FOREIGN)
def test_a_name_that_is_not_ours_is_refused_calmly(deployed: DeployedServer, host: str) -> None:
    with deployed.client(PROXY, host) as client:
        answer = client.get("/", headers={"Accept": "text/html", **VISITOR})
    assert answer.status_code == 421
    assert "Cette adresse n’est pas celle du service." in answer.text
    assert "evil" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_a_program_is_told_the_same_as_a_problem_document(deployed: DeployedServer) -> None:
    with deployed.client(PROXY, "evil.example") as client:
        answer = client.get("/api/v1/health", headers=VISITOR)
    assert (answer.status_code, answer.headers["content-type"]) == (421, PROBLEM)
    assert answer.json()["type"] == "urn:coopledger:misdirected-request"


@pytest.mark.parametrize("host", ["coop.example", "COOP.example", "coop.example:443"])
def test_our_own_name_is_served_however_it_is_written(deployed: DeployedServer, host: str) -> None:
    with deployed.client(PROXY, host) as client:
        assert client.get("/api/v1/health", headers=VISITOR).status_code == 200


def test_a_health_check_on_this_machine_may_call_it_by_its_loopback_name(deployed: DeployedServer) -> None:
    with deployed.client(HERE, "localhost:8000") as client:
        assert client.get("/api/v1/health").status_code == 200


def test_the_demonstration_answers_to_both_names_of_this_machine(api: ApiServer) -> None:
    for host in ("localhost:8000", "127.0.0.1:8000"):
        assert api.client.get("/api/v1/health", headers={"Host": host}).status_code == 200
    assert api.client.get("/api/v1/health", headers={"Host": "evil.example"}).status_code == 421


def test_a_head_of_too_many_lines_or_bytes_is_refused(api: ApiServer) -> None:
    many = {f"X-{number}": "1" for number in range(MAX_HEADERS)}
    assert api.client.get("/api/v1/health", headers=many).status_code == 431
    assert api.client.get("/api/v1/health", headers={"Cookie": "a" * MAX_HEAD_BYTES}).status_code in {400, 431}
    assert api.client.get("/api/v1/health", headers={"Cookie": "a" * (MAX_HEAD_BYTES // 2)}).status_code == 200


def test_one_address_cannot_hold_every_place() -> None:
    done = asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await done.wait()
        await PlainTextResponse("late")(scope, receive, send)

    limited = AdmissionMiddleware(slow, Settings(public_url="http://testserver"))

    async def ask(address: str) -> int:
        """Ask once, and return the status of the answer."""
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": b""}

        async def send(message: Message) -> None:
            sent.append(message)

        headers = [(b"host", b"testserver")]
        scope = {"type": "http", "method": "GET", "path": "/", "headers": headers, "client": (address, 1)}
        await limited(scope, receive, send)
        status: int = sent[0]["status"]
        return status

    async def crowd() -> tuple[int, int, list[int]]:
        """Hold every place of one address, then ask once more from it and once from another."""
        held = [asyncio.create_task(ask("203.0.113.9")) for _ in range(MAX_OF_ADDRESS)]
        await asyncio.sleep(0)
        refused, other = await ask("203.0.113.9"), asyncio.create_task(ask("203.0.113.10"))
        done.set()
        return refused, await other, await asyncio.gather(*held)

    refused, other, held = asyncio.run(crowd())
    assert (refused, other, set(held)) == (503, 200, {200})


def test_browsers_keep_to_https_where_the_service_is_reached_so(deployed: DeployedServer, api: ApiServer) -> None:
    with deployed.client(PROXY) as client:
        answer = client.get("/api/v1/health", headers=VISITOR)
    assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
    assert "strict-transport-security" not in api.client.get("/api/v1/health").headers


def test_no_answer_of_the_api_is_kept_by_anybody(api: ApiServer) -> None:
    for path in ("/api/v1/ad06/coops", "/api/v1/ad06/head", "/api/v1/nowhere", "/api/v1/health"):
        assert api.client.get(path).headers["cache-control"] == "no-store"
