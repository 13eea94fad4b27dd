"""One guard for the door and for the bank: this machine, its names, its own pages, and no real association anywhere."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any, Final
from uuid import uuid4

import httpx2
import psycopg
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from adapters import registry
from service.demo.pages.entry import DemoRole
from service.demo.pages.guard import DemoGuard, GuardedApp, NotFromThisMachine, RealDataHere
from service.demo.run import SLUG
from tests.service.demo.conftest import ServedDemonstration

DOOR: Final = f"/{SLUG}/demonstration/tresorier"
CLOCK: Final = "/operateur/horloge"
CONTROL: Final = "/_sandbox/clock"
FOREIGN: Final[dict[str, dict[str, str]]] = {
    "a foreign name, as after DNS rebinding": {"Host": "coop.example"},
    "a name that begins like ours": {"Host": "localhost.coop.example"},
    "no name": {"Host": ""},
    "a page of another site": {"Origin": "https://mechant.example"},
    "a page of another port of this machine": {"Origin": "http://localhost:1"},
    "a page without an origin": {"Origin": "null"},
    "a page of another site, as browsers say it": {"Sec-Fetch-Site": "cross-site"},
    "a page of another port, as browsers say it": {"Sec-Fetch-Site": "same-site"},
    "a proxy": {"X-Forwarded-For": "192.0.2.7"},
    "a proxy on this machine": {"Via": "1.1 caddy"},
}


@pytest.fixture
def real_association(served: ServedDemonstration) -> Iterator[None]:
    """A real association beside the demonstration's, for one test."""
    entry = registry.AssociationEntry("ad974", uuid4(), None, demo=False)
    with psycopg.connect(served.demonstration.runtime.database_url, autocommit=True) as connection:
        registry.add_association(connection, entry)
        yield
        connection.execute("DELETE FROM registry.associations WHERE slug = 'ad974'")


def post(url: str, path: str, headers: dict[str, str] | None = None, **more: Any) -> httpx2.Response:  # noqa: ANN401
    """Send something that would change something."""
    return httpx2.post(f"{url}{path}", headers={"Accept": "text/html"} | (headers or {}), timeout=20, **more)


@pytest.mark.parametrize("role", DemoRole)
@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN.keys())
def test_the_door_signs_nobody_in_who_asks_from_elsewhere(
    served: ServedDemonstration, headers: dict[str, str], role: DemoRole
) -> None:
    answer = post(served.url, f"/{SLUG}/demonstration/{role}", headers)
    assert answer.status_code in (400, 403, 421)
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", [CLOCK, CONTROL])
@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN.keys())
def test_the_bank_s_control_does_nothing_for_who_asks_from_elsewhere(
    served: ServedDemonstration, headers: dict[str, str], path: str
) -> None:
    before = served.worker.now()
    answer = post(served.bank.url, path, headers, json={"days": 1})
    assert answer.status_code in (400, 403)
    assert (served.worker.now() - before).total_seconds() < 3600


@pytest.mark.parametrize("path", [DOOR, f"/{SLUG}/demonstration"])
@pytest.mark.parametrize("peer", ["192.0.2.7", "10.0.0.1", "2001:db8::1", "testclient"])
def test_another_machine_is_refused_by_name_and_kept_from_every_route_of_the_demonstration(
    served: ServedDemonstration, peer: str, path: str
) -> None:
    async def ask() -> httpx2.Response:
        transport = httpx2.ASGITransport(served.application, client=(peer, 4711))
        async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.request("POST" if path == DOOR else "GET", path)

    answer = asyncio.run(ask())
    assert (answer.status_code, answer.json()["type"]) == (403, f"urn:coopledger:{NotFromThisMachine.code}")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("peer", ["192.0.2.7", "2001:db8::1"])
def test_what_the_guard_wraps_is_not_reached_from_another_machine(served: ServedDemonstration, peer: str) -> None:
    async def reached(_: Request) -> Response:
        return PlainTextResponse("reached")

    async def ask(client: str) -> httpx2.Response:
        inner = Starlette(routes=[Route("/", reached, methods=["GET", "POST"])])
        guarded = GuardedApp(inner, DemoGuard(served.demonstration.runtime))
        transport = httpx2.ASGITransport(guarded, client=(client, 4711))
        async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8001") as visit:
            return await visit.get("/")

    answer = asyncio.run(ask(peer))
    assert (answer.status_code, answer.text) == (403, NotFromThisMachine.sentence)
    assert asyncio.run(ask("127.0.0.1")).text == "reached"


@pytest.mark.parametrize("role", DemoRole)
def test_looking_at_an_entry_opens_nothing(served: ServedDemonstration, role: DemoRole) -> None:
    answer = httpx2.get(f"{served.url}/{SLUG}/demonstration/{role}", timeout=20)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert "set-cookie" not in answer.headers


@pytest.mark.usefixtures("real_association")
def test_with_one_real_association_the_door_and_the_bank_are_closed_to_everybody(served: ServedDemonstration) -> None:
    for role in DemoRole:
        answer = post(served.url, f"/{SLUG}/demonstration/{role}", {"Accept": "application/json"})
        assert (answer.status_code, answer.json()["type"]) == (403, f"urn:coopledger:{RealDataHere.code}")
        assert "set-cookie" not in answer.headers
    assert httpx2.get(f"{served.url}/{SLUG}/demonstration", timeout=20).status_code == 403
    for path in (CLOCK, CONTROL):
        answer = post(served.bank.url, path, json={"days": 1})
        assert (answer.status_code, answer.text) == (403, RealDataHere.sentence)
    assert httpx2.get(served.bank.url, timeout=20).status_code == 403


@pytest.mark.usefixtures("real_association")
def test_with_one_real_association_the_first_page_is_the_one_of_every_installation(served: ServedDemonstration) -> None:
    page = httpx2.get(served.url, headers={"Accept": "text/html"}, timeout=20).text
    assert "Entrer" not in page
    assert "Retrouver une collecte" in page
    assert 'href="/ad974"' in page


def test_whoever_comes_through_a_proxy_sees_the_first_page_of_every_installation(served: ServedDemonstration) -> None:
    page = httpx2.get(served.url, headers={"X-Forwarded-For": "192.0.2.7"}, timeout=20).text
    assert "Entrer" not in page
    assert "Retrouver une collecte" in page
