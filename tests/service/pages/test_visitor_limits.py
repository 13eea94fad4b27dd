"""Every route that an anonymous visitor may write by names its limit; who meets one reads a calm page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from types import SimpleNamespace
from typing import Any, Final, cast
from uuid import uuid4

import httpx2
import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from adapters.family_accounts import Profile
from adapters.rate_limits import Charge, RateLimit, TooManyAttempts
from service.api.contract.rights import allowed_to
from service.http.members import signed_in_member
from service.pages.accounts.dependencies import holder
from service.pages.frame.visit import association_visit, campaign_visit, coop_visit, member_visit
from service.pages.visitor_limits import VisitorLimit
from service.rate_limits import catalogue
from service.runtime.runtime import Runtime
from service.settings import Settings
from service.web.app import create_app
from service.web.webhooks import receive
from tests.kit.live_server import LiveServer
from tests.kit.members.sessions import FAMILY_COOKIE
from tests.service.pages.families.basket_forms import address, ask, draft, paying, put

WRITING: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
VISITS: Final = (member_visit, association_visit, coop_visit, campaign_visit)
"""What makes the dependencies of members' pages."""
SIGNED_IN: Final = {holder.__qualname__, f"{allowed_to.__qualname__}.<locals>.find_context"} | {
    *(f"{made.__qualname__}.<locals>.find_visit" for made in VISITS),
    signed_in_member.__qualname__,
}
"""Dependencies that let nobody in who is not known, by their names: each route makes its own."""
SIGNED_BY_THE_PROVIDER: Final = receive
"""A webhook is refused unread without the provider's signature; slowing it would slow money."""
LEADING_OUT: Final = ("/{association}/compte/google/retour",)
"""Links that make something all the same: a page at the payment provider, an account."""


def calls(dependant: Dependant) -> Iterator[Any]:
    """All functions that a route depends on."""
    yield dependant.call
    for below in dependant.dependencies:
        yield from calls(below)


def routes() -> list[APIRoute]:
    """The routes of the application."""
    app = create_app(cast("Runtime", SimpleNamespace(settings=Settings())), cast("Any", None))

    def walk(found: Any) -> Iterator[APIRoute]:  # noqa: ANN401 - the framework nests routers as it likes
        for route in found:
            if isinstance(route, APIRoute):
                yield route
            else:
                yield from walk(getattr(getattr(route, "original_router", route), "routes", ()))

    return list(walk(app.routes))


def is_anonymous(route: APIRoute) -> bool:
    """Whether a visitor that nobody knows may come in and write."""
    asks = list(calls(route.dependant))
    writes = bool(WRITING & (route.methods or set())) or route.path in LEADING_OUT
    return (
        writes
        and not any(getattr(ask, "__qualname__", "") in SIGNED_IN for ask in asks)
        and route.endpoint is not SIGNED_BY_THE_PROVIDER
    )


def limits_of(route: APIRoute) -> list[VisitorLimit]:
    """The limits that a route names."""
    owners = (getattr(call, "__self__", None) for call in calls(route.dependant))
    return [owner for owner in owners if isinstance(owner, VisitorLimit)]


def test_every_route_that_an_anonymous_visitor_may_write_by_names_its_limit() -> None:
    anonymous = [route for route in routes() if is_anonymous(route)]
    assert len(anonymous) > 15
    assert [f"{sorted(route.methods or ())} {route.path}" for route in anonymous if not limits_of(route)] == []
    assert {path for path in LEADING_OUT if path not in [route.path for route in anonymous]} == set()


def test_a_limit_is_counted_before_anything_of_the_request_is_read() -> None:
    for route in routes():
        if limits_of(route):
            first = route.dependant.dependencies[0].call
            assert isinstance(getattr(first, "__self__", None), VisitorLimit), route.path


@pytest.fixture
def family(live_server: LiveServer) -> Iterator[httpx2.Client]:
    """A browser without JavaScript."""
    with httpx2.Client(base_url=live_server.url, headers={"Accept": "text/html"}, timeout=30) as client:
        yield client


def drain(live_server: LiveServer, limit: RateLimit, who: str) -> None:
    """Empty a bucket."""
    opened = live_server.world.runtime.ledger("ad06")
    with suppress(TooManyAttempts):
        while True:
            opened.families.limits.take([Charge(limit, who)], live_server.world.now())


def test_one_too_many_gets_a_calm_page_that_says_when_to_come_back(
    live_server: LiveServer, family: httpx2.Client
) -> None:
    ask(live_server)
    limit = catalogue.OPEN_BASKET.by_network[1]
    drain(live_server, limit, "127.0.0.1")
    met = family.post(f"{address(live_server)}/panier")
    assert met.status_code == 429
    assert 1 <= int(met.headers["retry-after"]) <= 20
    assert "Un instant, s’il vous plaît" in met.text
    assert "rien n’est perdu, et rien n’a été débité" in met.text
    live_server.world.sandbox.do("/clock", seconds=21)
    assert family.post(f"{address(live_server)}/panier").status_code == 303


def test_a_program_gets_the_same_as_a_problem_document(live_server: LiveServer, family: httpx2.Client) -> None:
    drain(live_server, catalogue.ASK_EMAIL.by_network[1], "127.0.0.1")
    met = family.post("/ad06/attestation/none/nouveau-lien", headers={"Accept": "application/json"})
    assert (met.status_code, met.headers["content-type"]) == (429, "application/problem+json")
    assert met.json()["type"] == "urn:coopledger:too-many-attempts"
    assert 1 <= int(met.headers["retry-after"]) <= 60


def test_a_contribution_too_many_is_not_placed_and_the_basket_is_still_there(
    live_server: LiveServer, family: httpx2.Client
) -> None:
    ask(live_server)
    path = put(live_server, draft(live_server, "Marie"))
    drain(live_server, catalogue.PLACE.by_network[1], "127.0.0.1")
    before = len(live_server.world.events())
    assert family.post(f"{path}/paiement", data=paying(family, path)).status_code == 429
    assert len(live_server.world.events()) == before
    live_server.world.sandbox.do("/clock", seconds=31)
    assert family.post(f"{path}/paiement", data=paying(family, path)).status_code == 303
    assert len(live_server.world.events()) > before


def test_no_photo_is_drawn_beyond_the_limit(live_server: LiveServer, family: httpx2.Client) -> None:
    ask(live_server, photo="required")
    path = put(live_server, draft(live_server, "Marie"))
    drain(live_server, catalogue.ADD_PHOTO.by_network[1], "127.0.0.1")
    names = {"first_name-child0": "Marie", "last_name-child0": "GALANTE"}
    photo = {"photo-child0": ("marie.png", b"no picture", "image/png")}
    assert family.post(f"{path}/informations", data=names, files=photo).status_code == 429
    live_server.world.sandbox.do("/clock", seconds=21)
    assert family.post(f"{path}/informations", data=names, files=photo).status_code == 303


def test_a_family_that_is_signed_in_is_counted_alone(live_server: LiveServer, family: httpx2.Client) -> None:
    ask(live_server)
    opened, now = live_server.world.runtime.ledger("ad06"), live_server.world.now()
    account_id = uuid4()
    opened.families.accounts.create(account_id, Profile("A", "B", "a@famille.example"), now, confirmed=True)
    drain(live_server, catalogue.OPEN_BASKET.by_network[1], "127.0.0.1")
    assert family.post(f"{address(live_server)}/panier").status_code == 429
    family.cookies.set(FAMILY_COOKIE, opened.families.sessions.open(account_id, now))
    assert family.post(f"{address(live_server)}/panier").status_code == 303
