"""Who opens pages and requests and leaves them open gets so many and no more, and takes nothing from others."""

from __future__ import annotations

import asyncio
from typing import Final

from adapters.people_vault import TokenPurpose
from service.http.bounds.concurrency import MAX_OF_ADDRESS, MAX_STREAMS_OF_ADDRESS
from service.settings import Settings
from service.web.connections import HEAD_SECONDS
from tests.hostile.deployment import Deployment
from tests.hostile.visitors import Visitor, at_once, read_head, request
from tests.kit.waiting import wait_for

HALF_A_HEAD: Final = b"GET /api/v1/health HTTP/1.1\r\nHost: coop.example\r\nX-Slow: "
GROWTH: Final = 1.1
"""What the web process may hold afterwards, as a part of what it held before."""
_OPENED_AT_ONCE: Final = 50
_LOOKS: Final = 20
"""How often it is asked whether all that was begun has arrived."""
Opened = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def hold(visitor: Visitor, sent: bytes, count: int) -> list[Opened]:
    """Begin so many requests and leave them open."""
    return await at_once((visitor.begin(sent) for _ in range(count)), _OPENED_AT_ONCE)


async def status(visitor: Visitor, sent: bytes) -> int:
    """Begin one more request; the status of its answer."""
    reader, writer = await visitor.begin(sent)
    try:
        async with asyncio.timeout(30):
            return (await read_head(reader)).status
    finally:
        writer.close()


async def leave(held: list[Opened]) -> None:
    """Close everything."""
    for _, writer in held:
        writer.close()
    await asyncio.gather(*(writer.wait_closed() for _, writer in held), return_exceptions=True)


async def streams(service: Deployment, sent: bytes, number: int) -> tuple[set[int], int, int]:
    """Open as many streams as one address may: their statuses, that of one more, and that of another visitor's."""
    held = await hold(service.visitor(number), sent, MAX_STREAMS_OF_ADDRESS)
    statuses = {(await read_head(reader)).status for reader, _ in held}
    told = statuses, await status(service.visitor(number), sent), await status(service.visitor(number + 1), sent)
    await leave(held)
    return told


def stream(service: Deployment) -> bytes:
    """A request for the stream of a contribution's page."""
    contribution = service.live.family_link(TokenPurpose.CONTRIBUTION, service.live.world.place())
    return request("GET", f"{contribution}/flux")


def test_a_stream_too_many_of_an_address_is_refused_and_its_neighbours_is_not(service: Deployment) -> None:
    assert MAX_STREAMS_OF_ADDRESS == 1_000
    assert asyncio.run(streams(service, stream(service), 10)) == ({200}, 503, 200)


async def half_sent(service: Deployment, number: int) -> tuple[int, int]:
    """Begin as many requests as one address may: the statuses of one more, and of another visitor's.

    A network may send a thousand at once and then some a second: pages that stay open come first, forms after them.
    """
    whole = request("POST", "/ad06/compte/connexion", {"email": "marie@famille.example"})
    attacker = service.visitor(number)
    held = await hold(attacker, stream(service), MAX_STREAMS_OF_ADDRESS)
    assert {(await read_head(reader)).status for reader, _ in held} == {200}
    forms = MAX_OF_ADDRESS - MAX_STREAMS_OF_ADDRESS
    await asyncio.sleep((forms + 2 * _LOOKS) / Settings().network_per_second)
    held += await hold(attacker, whole[:-3], forms)
    page = request("GET", "/api/v1/health")
    # Each of these asks waits for those before it: the service has then seen all that was begun.
    told = [await status(attacker, page) for _ in range(_LOOKS)][-1]
    other = await status(service.visitor(number + 1), page)
    await leave(held)
    return told, other


def test_a_request_too_many_of_an_address_is_refused_while_the_others_are_half_sent(service: Deployment) -> None:
    assert MAX_OF_ADDRESS == 1_500
    assert asyncio.run(half_sent(service, 20)) == (503, 200)


async def half_heads(service: Deployment) -> tuple[int, int, bool]:
    """The statuses of a connection too many and of another's, and whether all were closed in their time."""
    intruder = service.intruder()
    held = await hold(intruder, HALF_A_HEAD, MAX_OF_ADDRESS)
    page = request("GET", "/api/v1/health")
    told = await status(intruder, page), await status(intruder._replace(source="127.0.0.10"), page)
    async with asyncio.timeout(2 * HEAD_SECONDS):
        ends = await asyncio.gather(*(reader.read() for reader, _ in held), return_exceptions=True)
    await leave(held)
    return *told, all(isinstance(end, ConnectionError) or not end for end in ends)


def test_a_connection_too_many_of_an_address_is_refused_and_half_heads_are_cut_in_ten_seconds(
    service: Deployment,
) -> None:
    assert HEAD_SECONDS == 10
    assert asyncio.run(half_heads(service)) == (503, 200, True)


def test_the_web_process_holds_no_more_after_an_attack_than_before(service: Deployment) -> None:
    sent = stream(service)
    asyncio.run(status_of_many(service))
    before = service.web.memory()
    asyncio.run(streams(service, sent, 30))
    asyncio.run(half_sent(service, 32))
    wait_for(service.web.memory, lambda held: held <= before * GROWTH, seconds=20, pause=0.2)


async def status_of_many(service: Deployment) -> None:
    """Have the service answered a crowd once, so that all its threads and connections are there."""
    page = request("GET", f"/ad06/contribuer/{service.live.world.campaign_id}")
    await at_once((status(service.visitor(40), page) for _ in range(200)), _OPENED_AT_ONCE)
