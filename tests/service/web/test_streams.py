"""Pages that follow what they show: so many and no more, only of what exists, and nothing stays when they close."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Final, NamedTuple, cast
from urllib.parse import urlsplit
from uuid import uuid4

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.types import Message

from service.http.bounds.concurrency import MAX_OF_ADDRESS, MAX_STREAMS, MAX_STREAMS_OF_ADDRESS
from service.http.live.channel import Source
from service.http.live.pages import LivePages
from service.http.live.places import OneStream, StreamLimit
from service.http.live.response import LiveStream
from service.http.live.viewer import Viewer
from service.runtime.runtime import Runtime
from service.web.server import Server
from tests.kit.api_server import run_server
from tests.kit.live_server import LiveServer
from tests.kit.waiting import wait_until

SCHOOLS: Final = ("127.0.0.11", "127.0.0.12", "127.0.0.13", "127.0.0.14")
"""Addresses of this machine that visitors come from: together they may hold more pages than there are places."""


class FollowedServer:
    """A server, and what it counts."""

    def __init__(self, server: Server, url: str) -> None:
        """Look into a running server."""
        assert isinstance(server.config.app, FastAPI)
        self.server = server
        self.app = server.config.app
        self.url = url

    @property
    def streams(self) -> StreamLimit:
        """The limit of open pages."""
        limit: StreamLimit = self.app.state.streams
        return limit

    @property
    def pages(self) -> LivePages:
        """The open pages."""
        pages: LivePages = self.app.state.live_pages
        return pages

    def held(self) -> tuple[int, int, int, int, int]:
        """All that open pages hold: places, connections, tasks, pages, and who hears notices for them."""
        state, hearing = self.server.server_state, self.app.state.runtime.feed._hearing
        tasks = len(state.tasks)
        return self.streams.open.count, self.server.bounds.limit.count, tasks, len(self.pages), len(hearing)


@pytest.fixture
def followed(live_server: LiveServer) -> Iterator[FollowedServer]:
    """A server of the live world's own runtime."""
    world = live_server.world
    server = Server(world.runtime, "127.0.0.1", 0, world.worker, closes=False)
    with run_server(server) as url:
        yield FollowedServer(server, url)


async def _follow(url: str, path: str, source: str) -> tuple[int, asyncio.StreamWriter]:
    """Open a page that follows, and return the status of the answer."""
    where = urlsplit(url)
    reader, writer = await asyncio.open_connection(where.hostname, where.port, local_addr=(source, 0))
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n".encode())
    line = await reader.readline()
    return int(line.split()[1]), writer


async def _crowd(url: str, path: str, sources: list[str], last: str) -> tuple[set[int], int, int]:
    """Open a page from each source, then one more; return the statuses of the first, their number, and the last."""
    opened = [await _follow(url, path, source) for source in sources]
    refused, writer = await _follow(url, path, last)
    writer.close()
    for _, one in opened:
        one.close()
    return {status for status, _ in opened}, len(opened), refused


def test_a_page_too_many_is_refused_and_everything_is_given_back(
    live_server: LiveServer, followed: FollowedServer
) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8_192), hard))  # both ends of each connection are here
    assert (MAX_STREAMS, MAX_STREAMS_OF_ADDRESS, MAX_OF_ADDRESS) == (5_000, 1_000, 1_500)
    followed.app.state.streams = StreamLimit(total=1_500)
    path = f"{live_server.address(live_server.world.pay())}/flux"
    sources = [SCHOOLS[number % len(SCHOOLS)] for number in range(1_500)]
    before = followed.held()
    statuses, opened, refused = asyncio.run(_crowd(followed.url, path, sources, "127.0.0.15"))
    assert (statuses, opened, refused) == ({200}, 1_500, 503)
    wait_until(lambda: followed.held() == before, seconds=30)
    assert before == (0, 0, 0, 0, 0)
    assert asyncio.run(_crowd(followed.url, path, [], SCHOOLS[0]))[2] == 200


def test_one_address_holds_no_more_than_its_part(live_server: LiveServer, followed: FollowedServer) -> None:
    path = f"{live_server.address(live_server.world.pay())}/flux"
    followed.app.state.streams = StreamLimit(per_address=20)
    assert asyncio.run(_crowd(followed.url, path, [SCHOOLS[0]] * 20, SCHOOLS[0])) == ({200}, 20, 503)
    wait_until(lambda: followed.held() == (0, 0, 0, 0, 0), seconds=30)
    assert asyncio.run(_crowd(followed.url, path, [], SCHOOLS[1]))[2] == 200


def test_a_token_that_nobody_was_given_has_no_stream(live_server: LiveServer, followed: FollowedServer) -> None:
    token = live_server.address(live_server.world.pay()).rsplit("/", 1)[1]
    answer = httpx2.get(f"{followed.url}/ad06/contributions/{token[::-1]}/flux", timeout=5)
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:coopledger:link-invalid")
    assert followed.streams.open.count == 0


def test_every_route_that_answers_with_a_stream_takes_a_place(followed: FollowedServer) -> None:
    routes = [route.original_route for route in iter_route_contexts(followed.app.routes)]
    streams = [one for one in routes if isinstance(one, APIRoute) and _class_of(one) is LiveStream]
    assert len(streams) >= 2
    assert [route.path for route in streams if OneStream.dependency not in _calls(route)] == []


def _class_of(route: APIRoute) -> object:
    """The class of a route's answers."""
    return getattr(route.response_class, "value", route.response_class)


def _calls(route: APIRoute) -> list[object]:
    """What a route depends on, directly."""
    return [one.call for one in route.dependant.dependencies]


class OneFigure(NamedTuple):
    """What a page shows."""

    def figures(self) -> dict[str, int]:
        """The same for ever."""
        return {"figure": 1}


class Quiet:
    """A feed that hears nothing."""

    ended, listening = False, True

    def subscribe(self, _heard: object) -> None:
        """Nobody is told."""

    unsubscribe = subscribe


def test_who_pays_does_not_wait_for_who_watches() -> None:
    """Views that are read at once are fewer than the threads there are, however many of them are looked at."""
    reading: list[int] = []
    most = 0

    async def read() -> OneFigure:
        nonlocal most
        reading.append(1)
        most = max(most, len(reading))
        await asyncio.sleep(0.001)
        reading.pop()
        return OneFigure()

    async def crowd() -> int:
        """Look at three hundred views until each was shown."""
        shown: list[Message] = []
        all_shown = asyncio.Event()

        async def send(message: Message) -> None:
            shown.append(message)
            if len(shown) == len(looking):
                all_shown.set()

        pages = LivePages(cast("Runtime", SimpleNamespace(feed=Quiet())), StreamLimit().reading)
        looking = [
            (
                Viewer(send, lambda: None, None),
                Source("ad06_read", "figure", uuid4(), frozenset(), read, lambda _: b"1"),
            )
            for _ in range(300)
        ]
        for viewer, source in looking:
            await pages.join(viewer, source, None)
        async with asyncio.timeout(30):
            await all_shown.wait()
        for viewer, source in looking:
            pages.leave(viewer, source)
        return len(shown)

    assert asyncio.run(crowd()) == 300
    assert most == 8
