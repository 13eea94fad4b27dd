"""What is typed at a count, and where its pages are."""

from __future__ import annotations

import re
from typing import Final
from uuid import uuid4

import httpx2

from tests.kit.live_server import LiveServer
from tests.kit.members.access import CLASS
from tests.kit.members.sessions import SLUG

LOCATION: Final = re.compile(r"/comptages/([0-9a-f-]{36})\?fait=envoye$")


def coop_page(live_server: LiveServer, below: str = "") -> str:
    """A page of the coop."""
    return f"/{SLUG}/coops/{live_server.world.coop_id}{below}"


def class_page(live_server: LiveServer, below: str = "", code: str = CLASS) -> str:
    """A page of a class, the teacher's by default."""
    return coop_page(live_server, f"/classes/{code}{below}")


def counting_page(live_server: LiveServer, code: str = CLASS) -> str:
    """The counting page of a class for the coop's campaign."""
    return class_page(live_server, f"/collectes/{live_server.world.campaign_id}/compter", code)


def typed_count(*slips: tuple[str, str], key: str = "", **fields: str) -> dict[str, str]:
    """A count as its form sends it: slips by number and amount, two notes of ten and a coin of two and two of one."""
    lines = {
        f"{part}-{line}": word
        for line, slip in enumerate(slips, start=1)
        for part, word in zip(("number", "amount"), slip, strict=True)
    }
    usual = {"cle": key or str(uuid4()), "action": "envoyer", "witness": "parent"}
    return {**usual, **lines, **fields}


def send_count(client: httpx2.Client, live_server: LiveServer, number: str, **fields: str) -> str:
    """Send a count of one slip of 12,00 €, all of it there, and return the id of the count."""
    pieces = {"piece-1000": "1", "piece-200": "1"}
    answer = client.post(counting_page(live_server), data=typed_count((number, "12"), **{**pieces, **fields}))
    assert answer.status_code == 303, answer.text
    found = LOCATION.search(answer.headers["location"])
    assert found is not None
    return found[1]
