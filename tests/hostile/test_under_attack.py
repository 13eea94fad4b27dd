"""A family fills in its basket while sixteen others attack the service, and hardly notices."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from typing import Final

import msgspec
import pytest

from adapters.people_vault import TokenPurpose
from service.http.bounds.network_use import QUICK_BURST
from tests.hostile.attackers import ATTACKERS, Target
from tests.hostile.deployment import ROOT, Deployment
from tests.hostile.test_worst_fields import BLANKS, basket
from tests.hostile.visitors import Family
from tests.kit.run.extent import Extent
from tests.service.pages.families.basket_forms import address

SLOWER: Final = 3
"""How much longer a family may wait, at most, for the pages of its basket: of a hundred baskets, the slowest."""
BASKETS: Final = 10
"""Of a round; each is eleven requests."""
KNOWN: Final = QUICK_BURST + 5
"""Answers after which a network is not taken for a family any more, and is not again within a round."""
ANSWERS: Final = {"form 200", "form 303", "form 429", "token 404", "token 410", "stream 200", "stream 503"}
"""What attackers may be answered, all kinds of them: nothing fails."""


@contextlib.contextmanager
def attacked(target: Target, told: dict[str, int]) -> Iterator[None]:
    """Have the service attacked for a while; ``told`` gets how often attackers were answered what."""
    command = [sys.executable, "-m", "tests.hostile.attackers"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        process.stdin.write(msgspec.json.encode(target).decode() + "\n")
        process.stdin.flush()
        assert process.stdout is not None
        assert process.stdout.readline() == "attacking\n"
        yield
        said, _ = process.communicate(timeout=60)
        for answer, count in json.loads(said).items():
            told[answer] = told.get(answer, 0) + count


def baskets(service: Deployment, first: int) -> list[list[float]]:
    """What families wait for each page of a basket, in seconds: each its own, from its home."""
    filled = list[list[float]]()
    for number in range(first, first + BASKETS):
        filled.append([])
        asyncio.run(Family(service.visitor(number), address(service.live)).fill_in(spent=filled[-1]))
    return filled


def p99(filled: list[list[float]]) -> float:
    """The time that one basket of a hundred takes longer than."""
    return statistics.quantiles(map(sum, filled), n=100, method="inclusive")[98]


@pytest.mark.parametrize("networks", [1, ATTACKERS])
def test_a_family_waits_at_most_three_times_as_long_while_sixteen_attack(
    service: Deployment, extent: Extent, networks: int
) -> None:
    hostile, known = basket(service, 6)
    contribution = service.live.family_link(TokenPurpose.CONTRIBUTION, service.live.world.place())
    form = {**known, **{f"class-child{n}": BLANKS for n in range(6)}}
    target = Target(
        service.proxy[1], service.proxy[0], "ad06", hostile, form, f"{contribution}/flux", networks, networks * KNOWN
    )
    quiet, loud, told = list[float](), list[float](), dict[str, int]()
    homes = itertools.count(1_000 * networks, BASKETS)
    baskets(service, next(homes))
    for _ in range(extent.count(ci=3, long=5)):
        quiet.append(p99(baskets(service, next(homes))))
        with attacked(target, told):
            loud.append(p99(baskets(service, next(homes))))
        target = msgspec.structs.replace(target, known=ATTACKERS)
    assert {answer.split()[0] for answer in told} == {"form", "token", "stream"}
    assert told.keys() <= ANSWERS
    slower = [attack / before for attack, before in zip(loud, quiet, strict=True)]
    assert statistics.median(slower) <= SLOWER, (slower, quiet, loud, told)
