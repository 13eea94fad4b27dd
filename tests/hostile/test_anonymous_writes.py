"""Thousands of anonymous writes: no more get through than the stated limits let, and families go on meanwhile."""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter
from collections.abc import Iterable
from typing import Final

from adapters.rate_limits import RateLimit
from domain.events.contribution import ContributionPlaced
from service.rate_limits import VisitorAction
from service.rate_limits.catalogue import OPEN_BASKET, PLACE
from tests.hostile.deployment import Deployment
from tests.hostile.visitors import Answer, Family, at_once
from tests.kit.run.extent import Extent
from tests.service.pages.families.basket_forms import address, draft, events_of, put

OF_ADDRESS: Final = 200
"""Writes of one address at least: as many as it may do at once."""
MOST: Final = 50
"""Addresses that write."""
SCHOOL: Final = 25
"""Families behind one address; tests/service/rate_limits/test_school.py has three hundred of them pay."""
_AT_ONCE: Final = 16


def let_through(limit: RateLimit, seconds: float) -> int:
    """How many a limit lets through in some seconds at most."""
    return limit.burst + math.ceil(seconds / limit.refill.total_seconds())


def bound(action: VisitorAction, addresses: int, seconds: float) -> int:
    """How many times visitors from so many addresses may do something on one campaign in some seconds, at most."""
    by_network = min(let_through(limit, seconds) for limit in action.by_network)
    assert action.by_campaign is not None
    wider = (let_through(limit, seconds) for limit in (action.by_campaign, action.by_association))
    return min(addresses * by_network, *wider)


async def beside_a_family(service: Deployment, writes: Iterable[Family], path: str) -> tuple[list[Answer], int]:
    """Send a form from many visitors, while a family of another address fills in its basket: how many times it could.

    It opened the basket before: all visitors of a campaign together open no more than its limit.
    """
    family, filled = Family(service.visitor(200), address(service.live)), 0
    basket = await family.open_basket()
    attack = asyncio.create_task(_all(writes, path))
    while not filled or not attack.done():
        await family.fill_in(basket)
        filled += 1
    return await attack, filled


async def _all(writes: Iterable[Family], path: str) -> list[Answer]:
    return await at_once((one.visitor.post(path) for one in writes), _AT_ONCE)


def test_writes_from_many_addresses_get_through_within_the_limits_and_an_honest_family_is_served(
    service: Deployment, extent: Extent
) -> None:
    writes = extent.count(ci=500, long=10000)
    addresses = min(MOST, writes // OF_ADDRESS)
    page, head = address(service.live), service.live.world.context.ledger.store.head()
    visitors = [Family(service.visitor(number % addresses), page) for number in range(writes)]
    begun = time.monotonic()
    answers, filled = asyncio.run(beside_a_family(service, visitors, f"{page}/panier"))
    seconds = time.monotonic() - begun
    statuses = Counter(answer.status for answer in answers)
    assert set(statuses) == {303, 429}
    assert statuses[303] <= bound(OPEN_BASKET, addresses, seconds)
    assert all(int(one.headers["retry-after"]) >= 1 for one in answers if one.status == 429)
    assert service.live.world.context.ledger.store.head() == head
    assert filled >= 1


async def _pay(baskets: list[tuple[Family, str]]) -> list[Answer]:
    return await at_once((family.pay(basket) for family, basket in baskets), _AT_ONCE)


def placed(service: Deployment) -> int:
    """How many contributions the log tells of."""
    return len(events_of(service.live, ContributionPlaced))


def test_the_log_has_as_many_contributions_as_one_address_may_place_and_a_neighbour_pays(service: Deployment) -> None:
    attacker, neighbour = (Family(service.visitor(number), address(service.live)) for number in (1, 2))
    before, begun = placed(service), time.monotonic()
    hostile = [(attacker, put(service.live, draft(service.live, "Marie"))) for _ in range(90)]
    statuses = Counter(answer.status for answer in asyncio.run(_pay(hostile)))
    let = let_through(PLACE.by_network[0], time.monotonic() - begun)
    assert set(statuses) == {303, 429}
    assert PLACE.by_network[0].burst <= statuses[303] <= let
    assert placed(service) == before + statuses[303]
    paid = asyncio.run(neighbour.pay(put(service.live, draft(service.live, "Marie"))))
    assert (paid.status, placed(service)) == (303, before + statuses[303] + 1)


def test_a_school_behind_one_address_pays(service: Deployment) -> None:
    before = placed(service)

    async def school() -> list[Answer]:
        families = [Family(service.visitor(3), address(service.live)) for _ in range(SCHOOL)]

        async def contribute(family: Family) -> Answer:
            return await family.pay(await family.fill_in())

        return await at_once((contribute(family) for family in families), _AT_ONCE)

    answers = asyncio.run(school())
    assert {answer.status for answer in answers} == {303}
    assert {answer.location.startswith(service.live.world.sandbox.url) for answer in answers} == {True}
    assert placed(service) == before + SCHOOL
