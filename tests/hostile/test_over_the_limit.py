"""Sixteen connections of one network that is over its limit cost the web process little, however fast they ask."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import Final

from service.settings import Settings
from tests.hostile.attackers import ATTACKERS
from tests.hostile.deployment import Deployment
from tests.hostile.proxy import public_address
from tests.hostile.visitors import Visitor

PAGE: Final = "/api/v1/health"
"""The cheapest there is: what is over the limit is counted, not what it asks for."""
SECONDS: Final = 5.0
CPU: Final = 0.25
"""Of one processor: thirty requests a second are served, sixteen refused, each of 1 to 3 ms with all that it takes."""


async def ask(visitor: Visitor, until: float, told: Counter[int]) -> None:
    """Ask without a pause until an instant; note what was answered."""
    while time.monotonic() < until:
        answer = await visitor.get(PAGE)
        told[answer.status] += 1
        if answer.status == 429:
            assert answer.headers["retry-after"] == "1"


async def use_up(visitor: Visitor) -> None:
    """Ask until there is nothing left to ask for."""

    async def one() -> None:
        while (await visitor.get(PAGE)).status != 429:
            pass

    await asyncio.gather(*(one() for _ in range(ATTACKERS)))


async def attack(service: Deployment, visitor: Visitor) -> tuple[Counter[int], float, float, int]:
    """What all were answered, how long it took, the processor's time in it, and what a neighbour was answered after."""
    await use_up(visitor)
    told, begun, before = Counter[int](), time.monotonic(), service.web.cpu_seconds()
    await asyncio.gather(*(ask(visitor, begun + SECONDS, told) for _ in range(ATTACKERS)))
    spent, took = service.web.cpu_seconds() - before, time.monotonic() - begun
    return told, took, spent, (await service.visitor(61).get(PAGE)).status


def test_who_is_over_the_limit_asks_as_fast_as_it_can_and_costs_little(service: Deployment) -> None:
    visitor = service.visitor(60)
    told, took, spent, neighbour = asyncio.run(attack(service, visitor))
    print("COST", told, took, spent, spent / took)  # noqa: T201
    assert set(told) == {200, 429}
    assert told[200] <= Settings().network_per_second * (took + 1)
    assert told[429] <= ATTACKERS * (took + 1)
    assert spent <= CPU * took, (told, took, spent)
    assert neighbour == 200
    log = service.log.read_text(encoding="utf-8")
    assert '"refused": "requests by network"' in log
    assert public_address(visitor.source) not in log
