"""A family fills in its basket while sixteen others attack the service, and hardly notices."""

from __future__ import annotations

import asyncio
import contextlib
import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from typing import Final

import msgspec

from adapters.people_vault import TokenPurpose
from tests.hostile.attackers import ATTACKERS, Target
from tests.hostile.deployment import ROOT, Deployment
from tests.hostile.test_worst_fields import BLANKS, basket
from tests.hostile.visitors import Family
from tests.service.pages.families.basket_forms import address

SLOWER: Final = 3
"""How much longer a family may wait, at most, for the pages of its basket: of a hundred baskets, the slowest."""
ROUNDS: Final = 3
BASKETS: Final = 10
"""Of a round; each is eleven requests."""
LOAD: Final = 0.5
"""What all attackers ask for together, as a part of what the service answers one after the other on this machine.

Without a pause sixteen connections simply share the processor with the family: that is the proxy's to refuse.
"""
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


def baskets(service: Deployment) -> list[list[float]]:
    """What a family waits for each page of some baskets, in seconds."""
    family, filled = Family(service.visitor(100), address(service.live)), list[list[float]]()
    for _ in range(BASKETS):
        filled.append([])
        asyncio.run(family.fill_in(spent=filled[-1]))
    return filled


def p99(filled: list[list[float]]) -> float:
    """The time that one basket of a hundred takes longer than."""
    return statistics.quantiles(map(sum, filled), n=100, method="inclusive")[98]


def test_a_family_waits_at_most_three_times_as_long_while_sixteen_attack(service: Deployment) -> None:
    hostile, known = basket(service, 6)
    contribution = service.live.family_link(TokenPurpose.CONTRIBUTION, service.live.world.place())
    form = {**known, **{f"class-child{n}": BLANKS for n in range(6)}}
    pages = [page for filled in baskets(service) for page in filled]
    pause = ATTACKERS * statistics.median(pages) / LOAD
    target = Target(service.proxy[1], service.proxy[0], "ad06", hostile, form, f"{contribution}/flux", pause)
    quiet, loud, told = list[float](), list[float](), dict[str, int]()
    for _ in range(ROUNDS):
        quiet.append(p99(baskets(service)))
        with attacked(target, told):
            loud.append(p99(baskets(service)))
    assert {answer.split()[0] for answer in told} == {"form", "token", "stream"}
    assert told.keys() <= ANSWERS
    assert statistics.median(loud) <= SLOWER * statistics.median(quiet), (quiet, loud, told)
