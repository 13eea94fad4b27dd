"""A token opens what it was made for: nothing of another kind, another family or another association."""

from __future__ import annotations

import asyncio
from typing import Final
from uuid import UUID

import pytest

from adapters.people_vault import TokenPurpose
from domain.rights.roles import Role
from service.family_links import PATHS
from service.http.cookies import Cookie, cookie_name
from tests.hostile.deployment import Deployment
from tests.hostile.visitors import Answer
from tests.kit.api_server import create_token
from tests.kit.members.sessions import new_member, open_session
from tests.kit.waiting import wait_until
from tests.service.pages.families.basket_forms import draft, kept, put

SECRET_PATHS: Final = sorted({"paniers", *PATHS.values()})
LINKS: Final = (TokenPurpose.CONTRIBUTION, TokenPurpose.RECEIPT, TokenPurpose.PLAN, TokenPurpose.INSTALMENT)
"""What families hold; ways back from a payment page are exchanged once."""
CLOSED: Final = {403, 404, 405, 410}


def asked(service: Deployment, path: str, method: str = "GET", **headers: str) -> Answer:
    """Ask from the internet."""
    return asyncio.run(service.visitor(1).ask(method, path, headers=headers))


@pytest.mark.parametrize("purpose", LINKS)
def test_a_familys_link_opens_no_page_of_another_kind_or_association(
    service: Deployment, purpose: TokenPurpose
) -> None:
    link = service.live.family_link(purpose, service.live.world.place("CP A"))
    token = link.rsplit("/", 1)[1]
    others = [path for path in SECRET_PATHS if path != PATHS[purpose]]
    for association, paths in (("ad06", others), (service.second, SECRET_PATHS)):
        for path in paths:
            answer = asked(service, f"/{association}/{path}/{token}")
            assert answer.status in CLOSED, (association, path, answer.status)
            assert "location" not in answer.headers
    assert asked(service, f"/ad06/contributions/{UUID(int=1)}").status in CLOSED
    if purpose is TokenPurpose.CONTRIBUTION:
        assert asked(service, link).status == 200


def test_a_basket_takes_nothing_from_the_form_of_another_basket(service: Deployment) -> None:
    own, other = put(service.live, draft(service.live, "Marie")), draft(service.live, "Julien")
    other.children[0].key = "elsewhere"
    other_address = put(service.live, other)
    form = {"first_name-elsewhere": "Intrus", "last_name-elsewhere": "INTRUS", "action": "compute"}
    assert asyncio.run(service.visitor(1).ask("POST", own, form)).status == 303
    assert [child.first_name for child in kept(service.live, own).children] == ["Marie"]
    assert [child.first_name for child in kept(service.live, other_address).children] == ["Julien"]
    token = own.rsplit("/", 1)[1]
    assert asked(service, f"/{service.second}/paniers/{token}").status in CLOSED


def cookie(association: str, session: str) -> str:
    """A session as a browser sends it to an association."""
    return f"{cookie_name(Cookie.MEMBER, association, secure=True)}={session}"


def test_a_session_opens_nothing_of_another_association_and_is_no_token(service: Deployment) -> None:
    world = service.live.world
    session = service.live.mandataire_session()
    second = world.runtime.ledger(service.second)
    staff = open_session(second, new_member(second, Role.STAFF), world.now())
    campaign = f"collectes/{world.campaign_id}"
    wait_until(lambda: asked(service, f"/ad06/{campaign}", Cookie=cookie("ad06", session)).status == 200)
    both = "; ".join(cookie(slug, staff) for slug in ("ad06", service.second))
    for path, sent in (
        (f"/{service.second}/{campaign}", cookie("ad06", session)),
        (f"/{service.second}/collectes", cookie(service.second, session)),
        (f"/ad06/{campaign}", both),
        (f"/{service.second}/{campaign}", both),
    ):
        answer = asked(service, path, Cookie=sent)
        led = answer.headers.get("location", "").startswith(f"/{path.split('/')[1]}/connexion")
        assert answer.status in {401, 403, 404} or (answer.status == 303 and led), (path, answer.status)
    for bearer in (session, staff):
        assert asked(service, "/api/v1/ad06/head", Authorization=f"Bearer {bearer}").status == 401


def test_an_access_code_of_an_association_opens_nothing_of_another(service: Deployment) -> None:
    code = create_token(service.live.database, Role.AUDITOR.value, None)
    wait_until(lambda: asked(service, "/api/v1/ad06/head", Authorization=f"Bearer {code}").status == 200)
    for path in ("head", "coops", f"campaigns/{service.live.world.campaign_id}/contributions"):
        answer = asked(service, f"/api/v1/{service.second}/{path}", Authorization=f"Bearer {code}")
        assert answer.status in {401, 403, 404}, (path, answer.status)
