"""A network over its limit is answered before anything is done, calmly and truly; nobody else notices."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

import pytest
from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from service.http.bounds import turns
from service.http.bounds.concurrency import MAX_OF_ADDRESS
from service.http.bounds.network_use import QUICK_BURST
from service.settings import Settings
from service.web import fair_share, webhooks
from service.web.fair_share import WEBHOOKS, FairShareMiddleware
from tests.kit.api_server import PROBLEM
from tests.service.http.bounds.test_network_use import Clock
from tests.service.web.conftest import PROXY, PUBLIC, DeployedServer

VISITOR: Final = "203.0.113.9"
SETTINGS: Final = Settings(public_url=PUBLIC, network_burst=50, network_per_second=2)
HTML: Final = {"accept": "text/html,application/xhtml+xml"}


class Answer:
    """What was answered: a status, headers and a body."""

    def __init__(self, sent: list[Message]) -> None:
        """Put together what was sent."""
        self.status: int = sent[0]["status"]
        self.headers = Headers(raw=sent[0]["headers"])
        self.body = b"".join(message["body"] for message in sent[1:])


class Site:
    """An application behind the middleware, and how often it was reached."""

    def __init__(self, clock: Clock, settings: Settings = SETTINGS) -> None:
        """Serve everything but webhooks that are not signed."""
        self.clock = clock
        self.reached = Counter[str]()
        self.limited = FairShareMiddleware(self._serve, settings, clock=clock)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.reached[scope["path"]] += 1
        signed = (b"stripe-signature", b"good") in scope["headers"]
        status = (204 if signed else 400) if scope["path"].startswith(WEBHOOKS) else 200
        await PlainTextResponse("", status)(scope, receive, send)

    async def ask(self, address: str | None = VISITOR, path: str = "/", **headers: str) -> Answer:
        """Ask once."""
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": b""}

        async def send(message: Message) -> None:
            sent.append(message)

        lines = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        client = None if address is None else (address, 50_000)
        scope = {"type": "http", "method": "GET", "path": path, "headers": lines, "client": client}
        await self.limited(scope, receive, send)
        return Answer(sent)

    async def statuses(self, addresses: Iterable[str | None], path: str = "/", **headers: str) -> Counter[int]:
        """Ask from each address, one after the other; how often was answered what."""
        return Counter([(await self.ask(address, path, **headers)).status for address in addresses])


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    """The event loop of a test, which has one as a server has."""
    with asyncio.Runner() as running:
        yield running


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site whose refusals are not kept back."""
    monkeypatch.setattr(fair_share, "HOLD", 0.0)
    return Site(Clock())


def test_over_the_limit_nothing_is_reached_and_the_answer_is_a_calm_page(site: Site, runner: asyncio.Runner) -> None:
    assert runner.run(site.statuses([VISITOR] * 200)) == {200: 50, 429: 150}
    assert site.reached.total() == 50
    answer = runner.run(site.ask(**HTML))
    assert (answer.status, answer.headers["content-type"]) == (429, "text/html; charset=utf-8")
    page = answer.body.decode()
    assert "Un instant, s’il vous plaît" in page
    assert "Réessayez dans une seconde\u00a0: rien n’est perdu, et rien n’a été débité." in page
    assert int(answer.headers["content-length"]) == len(answer.body)


def test_a_program_is_told_the_same_as_a_problem_document(site: Site, runner: asyncio.Runner) -> None:
    runner.run(site.statuses([VISITOR] * 50))
    for answer in (runner.run(site.ask()), runner.run(site.ask(path="/api/v1/health", **HTML))):
        assert (answer.status, answer.headers["content-type"]) == (429, PROBLEM)
        told = json.loads(answer.body)
        assert (told["type"], told["status"]) == ("urn:coopledger:too-many-attempts", 429)
        assert "Réessayez dans une seconde" in told["detail"]


def test_a_refusal_carries_what_every_answer_carries_and_its_connection_ends(
    site: Site, runner: asyncio.Runner
) -> None:
    runner.run(site.statuses([VISITOR] * 50))
    headers = runner.run(site.ask(**HTML)).headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["strict-transport-security"].startswith("max-age=")
    assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "no-referrer")
    assert (headers["cache-control"], headers["connection"]) == ("no-store", "close")


def test_who_comes_again_after_as_long_as_was_said_is_served(
    monkeypatch: pytest.MonkeyPatch, runner: asyncio.Runner
) -> None:
    monkeypatch.setattr(fair_share, "HOLD", 0.0)
    for pace in (0.05, 0.3, 2, 30):
        site = Site(Clock(), Settings(network_burst=3, network_per_second=pace))
        for _ in range(20):
            while (answer := runner.run(site.ask())).status == 200:
                pass
            wait = int(answer.headers["retry-after"])
            assert 1 <= wait <= 1 / pace + 1
            site.clock.now += wait
            assert runner.run(site.ask()).status == 200


def test_sixteen_networks_have_a_limit_each_and_another_is_served(site: Site, runner: asyncio.Runner) -> None:
    attackers = [f"198.51.100.{number}" for number in range(16)]
    assert runner.run(site.statuses(attackers * 100)) == {200: 16 * 50, 429: 16 * 50}
    assert runner.run(site.ask("203.0.113.10")).status == 200


def test_the_addresses_of_one_ipv6_network_are_one(site: Site, runner: asyncio.Runner) -> None:
    assert runner.run(site.statuses(f"2001:db8:1:2::{n:x}" for n in range(100))) == {200: 50, 429: 50}
    assert runner.run(site.ask("2001:db8:1:3::1")).status == 200


def test_whoever_has_no_address_that_can_be_read_counts_as_one(site: Site, runner: asyncio.Runner) -> None:
    assert runner.run(site.statuses([None, "somewhere"] * 30)) == {200: 50, 429: 10}


def test_what_begins_on_this_machine_is_not_counted_unless_a_proxy_brought_it(
    site: Site, runner: asyncio.Runner
) -> None:
    for home in ("127.0.0.1", "127.0.0.9", "::1"):
        assert runner.run(site.statuses([home] * 300)) == {200: 300}
    told = itertools.count(1)
    brought = [runner.run(site.ask("127.0.0.1", x_forwarded_for=f"203.0.113.{next(told)}")).status for _ in range(100)]
    assert Counter(brought) == {200: 50, 429: 50}


def test_a_forged_header_makes_no_new_bucket(deployed: DeployedServer) -> None:
    limited = fair_share_of(deployed)
    before = len(limited._use)
    with deployed.client("127.0.0.77") as client:
        for number in range(20):
            forged = {"X-Forwarded-For": f"198.51.100.{number}", "Forwarded": f"for=198.51.100.{number}"}
            assert client.get("/api/v1/health", headers=forged).status_code == 200
    with deployed.client(PROXY) as client:
        for number in range(20):
            claimed = {"X-Forwarded-For": f"198.51.100.{number}, 203.0.113.77", "X-Real-IP": f"198.51.100.{number}"}
            assert client.get("/api/v1/health", headers=claimed).status_code == 200
    with deployed.client(PROXY, "evil.example") as client:  # what is refused for another reason is counted before
        assert client.get("/", headers={"X-Forwarded-For": "203.0.113.78"}).status_code == 421
    assert set(limited._use._kept) >= {"127.0.0.77", "203.0.113.77", "203.0.113.78"}
    assert not {one for one in limited._use._kept if one.startswith("198.51.100.")}
    assert len(limited._use) <= before + 3


def fair_share_of(deployed: DeployedServer) -> FairShareMiddleware:
    """The middleware of a running server."""
    found = deployed.server.config.app.middleware_stack  # type: ignore[union-attr] # a FastAPI
    while not isinstance(found, FairShareMiddleware):
        found = found.app
    return found


def test_webhooks_with_their_signature_all_arrive_and_others_meet_the_limit(site: Site, runner: asyncio.Runner) -> None:
    path = f"{WEBHOOKS}platform"
    assert [route.path for route in webhooks.router.routes if isinstance(route, APIRoute)] == [
        f"{WEBHOOKS}{{endpoint}}"
    ]
    assert runner.run(site.statuses(["198.51.100.1"] * 1_000, path, stripe_signature="good")) == {204: 1_000}
    assert runner.run(site.statuses(["198.51.100.2"] * 1_000, path, stripe_signature="bad")) == {400: 50, 429: 950}
    assert runner.run(site.statuses(["198.51.100.1"] * 1_000, path, stripe_signature="good")) == {204: 1_000}


def test_a_page_that_is_answered_like_a_webhook_is_counted(site: Site, runner: asyncio.Runner) -> None:
    assert runner.run(site.statuses([VISITOR] * 60, "/elsewhere", stripe_signature="good")) == {200: 50, 429: 10}


def test_who_asks_again_at_once_is_kept_waiting_a_moment_and_so_asks_seldom(runner: asyncio.Runner) -> None:
    site = Site(Clock())

    async def loop(until: float) -> int:
        asked = 0
        while time.monotonic() < until:
            asked += (await site.ask()).status == 429
        return asked

    async def attack() -> int:
        await site.statuses([VISITOR] * 50)
        until = time.monotonic() + 1.5
        return sum(await asyncio.gather(*(loop(until) for _ in range(16))))

    assert fair_share.HOLD == 1
    assert runner.run(attack()) == 2 * 16


def test_only_so_many_refusals_are_kept_back(monkeypatch: pytest.MonkeyPatch, runner: asyncio.Runner) -> None:
    monkeypatch.setattr(fair_share, "MAX_HELD", 3)
    monkeypatch.setattr(fair_share, "MAX_HELD_OF_NETWORK", 2)
    site = Site(Clock())

    async def crowd() -> list[bool]:
        for visitor in ("198.51.100.1", "198.51.100.2"):
            await site.statuses([visitor] * 50)
        held = [asyncio.create_task(site.ask("198.51.100.1")) for _ in range(3)]
        await asyncio.sleep(0)
        second = [asyncio.create_task(site.ask("198.51.100.2")) for _ in range(2)]
        await asyncio.sleep(0.05)
        at_once = [one.done() for one in (*held, *second)]
        assert site.limited._held.count == 3
        await asyncio.gather(*held, *second)
        assert site.limited._held.count == 0
        return at_once

    assert runner.run(crowd()) == [False, False, True, False, True]


@pytest.mark.parametrize("address", [VISITOR, "127.0.0.1"])
def test_one_address_cannot_hold_every_place(runner: asyncio.Runner, address: str) -> None:
    going = asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await going.wait()
        await PlainTextResponse("late")(scope, receive, send)

    site = Site(Clock(), Settings(network_burst=2 * MAX_OF_ADDRESS))
    site.limited._app = slow

    async def crowd() -> Counter[int]:
        """Hold every place of one address, then ask once more from it and once from another."""
        held = [asyncio.create_task(site.ask(address)) for _ in range(MAX_OF_ADDRESS)]
        await asyncio.sleep(0)
        refused, other = await site.ask(address, **HTML), asyncio.create_task(site.ask("203.0.113.10"))
        assert (refused.status, refused.headers["retry-after"]) == (503, "10")
        assert "Beaucoup de monde en même temps" in refused.body.decode()
        going.set()
        return Counter(one.status for one in await asyncio.gather(other, *held))

    assert runner.run(crowd()) == {200: MAX_OF_ADDRESS + 1}
    assert site.limited._under_way.count == 0


def test_who_had_no_turn_for_too_long_is_asked_to_come_again(
    monkeypatch: pytest.MonkeyPatch, runner: asyncio.Runner
) -> None:
    monkeypatch.setattr(turns, "LONGEST_WAIT", 0.01)
    site = Site(Clock(), Settings())

    async def one_too_many() -> int:
        await site.statuses([VISITOR] * QUICK_BURST)
        site.limited._turns.quick()  # somebody else's, which goes on
        return (await site.ask()).status

    assert runner.run(one_too_many()) == 503
    assert site.limited._under_way.count == 0


def test_the_operator_chooses_both_numbers(monkeypatch: pytest.MonkeyPatch, runner: asyncio.Runner) -> None:
    assert (Settings().network_burst, Settings().network_per_second) == (1_000, 30)
    monkeypatch.setenv("COOPLEDGER_NETWORK_BURST", "7")
    monkeypatch.setenv("COOPLEDGER_NETWORK_PER_SECOND", "0.5")
    monkeypatch.setattr(fair_share, "HOLD", 0.0)
    site = Site(Clock(), Settings())
    assert runner.run(site.statuses([VISITOR] * 10)) == {200: 7, 429: 3}


def test_a_request_that_is_let_through_pays_microseconds(runner: asyncio.Runner) -> None:
    site, bare = Site(Clock()), Site(Clock())

    async def cost(served: Site, count: int = 2_000) -> float:
        begun = time.process_time()
        for number in range(count):
            await served.ask(f"203.0.{number // 200}.{number % 200}")
        return (time.process_time() - begun) / count

    bare.limited = bare._serve  # type: ignore[assignment] # the application without anything before it
    rounds = [(runner.run(cost(site)), runner.run(cost(bare))) for _ in range(5)]
    least = min(one for one, _ in rounds) - min(other for _, other in rounds)
    assert least < 60e-6, rounds
