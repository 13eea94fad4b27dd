"""Sixteen connections of one network that is over its limit cost the web process little, however fast they ask."""

from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from tests.hostile.attackers import ATTACKERS
from tests.hostile.deployment import COOPLEDGER, Deployment, environment, listens, port_of, run
from tests.hostile.proxy import PROXY, SERVICE, public_address
from tests.hostile.visitors import Visitor
from tests.kit.waiting import wait_until

PAGE: Final = "/api/v1/health"
"""The cheapest there is: what is over the limit is counted, not what it asks for."""
SECONDS: Final = 5.0
BURST, PER_SECOND = 20, 2.0
"""A limit that is met on any machine, however slow it is just then."""
CPU: Final = 0.1
"""Of one processor: two requests a second are served and sixteen refused, each of 1 to 4 ms with all that it takes."""


@pytest.fixture
def strict(service: Deployment, tmp_path: Path) -> Iterator[Deployment]:
    """Another web process of the deployment, with a low limit, behind a proxy of its own."""
    direct, proxy = (SERVICE, port_of(SERVICE)), (PROXY, port_of(PROXY))
    env = environment(service.live.database, service.live.world.sandbox.url, tmp_path, direct[1])
    env |= {"COOPLEDGER_NETWORK_BURST": str(BURST), "COOPLEDGER_NETWORK_PER_SECOND": str(PER_SECOND)}
    before = (sys.executable, "-m", "tests.hostile.proxy", str(proxy[1]), str(direct[1]))
    with run((*COOPLEDGER, "web"), tmp_path / "web.log", env) as web, run(before, tmp_path / "proxy.log", env):
        for door in (direct, proxy):
            wait_until(partial(listens, door), seconds=120, pause=0.05)
        yield replace(service, proxy=proxy, direct=direct, web=web, log=tmp_path / "web.log")


async def ask(visitor: Visitor, until: float, told: Counter[int]) -> None:
    """Ask without a pause until an instant; note what was answered."""
    while time.monotonic() < until:
        answer = await visitor.get(PAGE)
        told[answer.status] += 1
        if answer.status == 429:
            assert answer.headers["retry-after"] == "1"


async def attack(service: Deployment, visitor: Visitor) -> tuple[Counter[int], float, float, int]:
    """What all were answered, how long it took, the processor's time in it, and what a neighbour was answered after."""
    while (await visitor.get(PAGE)).status != 429:
        pass
    told, begun, before = Counter[int](), time.monotonic(), service.web.cpu_seconds()
    await asyncio.gather(*(ask(visitor, begun + SECONDS, told) for _ in range(ATTACKERS)))
    spent, took = service.web.cpu_seconds() - before, time.monotonic() - begun
    return told, took, spent, (await service.visitor(61).get(PAGE)).status


def test_who_is_over_the_limit_asks_as_fast_as_it_can_and_costs_little(strict: Deployment) -> None:
    visitor = strict.visitor(60)
    told, took, spent, neighbour = asyncio.run(attack(strict, visitor))
    assert set(told) == {200, 429}
    assert told[200] <= PER_SECOND * (took + 1)
    assert told[429] <= ATTACKERS * (took + 1)
    assert spent <= CPU * took, (told, took, spent)
    assert neighbour == 200
    log = strict.log.read_text(encoding="utf-8")
    assert '"refused": "requests by network"' in log
    assert public_address(visitor.source) not in log
