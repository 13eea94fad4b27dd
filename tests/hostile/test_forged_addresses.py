"""A name or an address that somebody only claims is refused or ignored, and no address that we give comes from it."""

from __future__ import annotations

import asyncio
import time
from typing import Final
from urllib.parse import urlsplit

import pytest

from service.rate_limits.catalogue import MEMBER_SIGN_IN
from tests.hostile.deployment import Deployment
from tests.hostile.test_anonymous_writes import let_through
from tests.hostile.visitors import HOST, Answer, Family, Visitor, at_once
from tests.service.pages.families.basket_forms import address, draft, put

FOREIGN: Final = ("evil.example", f"{HOST}.evil.example", f"{HOST}@evil.example", "127.0.0.1", "localhost", "[::1]")
FORGED: Final = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Server": "evil.example",
    "X-Original-URL": "https://evil.example/",
    "Forwarded": "host=evil.example;proto=http",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Port": "666",
}
"""What some frameworks make addresses of."""
TRIES: Final = 2 * MEMBER_SIGN_IN.by_network[0].burst
"""Twice what one address may do at once."""


@pytest.mark.parametrize("host", FOREIGN)
def test_a_request_for_another_name_is_refused_and_not_repeated(service: Deployment, host: str) -> None:
    for visitor in (service.visitor(1), service.intruder()._replace(source="127.0.0.1")):
        if visitor.source == "127.0.0.1" and "evil" not in host:
            continue  # a health check on this machine may call the service so
        answer = asyncio.run(visitor.ask("GET", address(service.live), host=host))
        assert (answer.status, "evil" in answer.body) == (421, False)


def test_no_page_and_no_redirection_repeats_a_forged_name(service: Deployment) -> None:
    page, visitor = address(service.live), service.visitor(1)
    for door in (visitor, service.intruder()):
        for method, path in (("GET", page), ("POST", f"{page}/panier"), ("GET", "/ad06/connexion"), ("GET", "/")):
            answer = asyncio.run(door.ask(method, path, headers=FORGED))
            assert answer.status in {200, 303, 404}, (path, answer.status)
            assert "evil" not in answer.body + str(answer.headers)
            assert urlsplit(answer.headers.get("location", "")).netloc == ""


def test_the_provider_leads_back_to_our_public_address_whatever_was_forged(service: Deployment) -> None:
    basket = put(service.live, draft(service.live, "Marie"))
    family = Family(service.visitor(1), address(service.live))
    paying = asyncio.run(family.pay(basket, headers=FORGED))
    assert paying.location.startswith(f"{service.live.world.sandbox.url}/")
    session = paying.location.rsplit("/", 1)[1]
    known = service.live.world.sandbox.stripe.v1.checkout.sessions.retrieve(session)
    for back in (known.success_url, known.cancel_url):
        assert str(back).startswith(f"https://{HOST}/ad06/retour/")


async def tries(visitor: Visitor) -> tuple[list[Answer], float]:
    """Try to sign in again and again, each time as if from another address; how long it took."""
    begun = time.monotonic()

    async def once(number: int) -> Answer:
        claimed = {"X-Forwarded-For": f"203.0.113.{number}", "X-Real-IP": f"203.0.113.{number}"}
        return await visitor.ask("POST", "/ad06/connexion", {"email": "nobody"}, headers=claimed)

    return await at_once((once(number) for number in range(TRIES)), 8), time.monotonic() - begun


def test_who_claims_another_address_each_time_is_counted_as_one(service: Deployment) -> None:
    for visitor in (service.visitor(1), service.intruder()):
        answers, seconds = asyncio.run(tries(visitor))
        through = [answer.status for answer in answers].count(422)
        assert {answer.status for answer in answers} == {422, 429}
        assert through <= let_through(MEMBER_SIGN_IN.by_network[0], seconds)
    neighbour = asyncio.run(service.visitor(2).ask("POST", "/ad06/connexion", {"email": "nobody"}))
    assert neighbour.status == 422
