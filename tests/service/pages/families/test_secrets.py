"""What opens a family's pages is what only the family holds: no identifier, no old address, no provider's copy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

import httpx2
import pytest
from playwright.sync_api import Page, expect

from adapters.people_vault import TokenPurpose
from domain.events.contribution import ContributionAbandoned, ContributionPlaced
from service.family_links import PATHS, RETURN
from tests.kit.browser import WAIT, type_card
from tests.kit.live_server import LiveServer
from tests.kit.waiting import wait_until
from tests.service.pages.families.basket_forms import ask, draft, events_of, kept, paying, put

HELD: Final = {"referrer-policy": "no-referrer", "cache-control": "no-store", "x-robots-tag": "noindex, nofollow"}


@pytest.fixture
def family(live_server: LiveServer) -> Iterator[httpx2.Client]:
    """A browser without JavaScript."""
    with httpx2.Client(base_url=live_server.url, headers={"Accept": "text/html"}, timeout=30) as client:
        yield client


def leave_to_pay(live_server: LiveServer, family: httpx2.Client) -> tuple[str, str, UUID]:
    """Fill in a basket and go to its payment page: the basket's address, the page's session, the contribution."""
    ask(live_server)
    address = put(live_server, draft(live_server, "Marie"))
    page = family.post(f"{address}/paiement", data=paying(family, address)).headers["location"]
    contribution_id: UUID = events_of(live_server, ContributionPlaced)[-1].contribution_id
    return address, page.rsplit("/", 1)[1], contribution_id


def ways_back(live_server: LiveServer, session: str) -> tuple[str, str]:
    """Where a payment page leads back to at the provider: paid, and left."""
    known = live_server.world.sandbox.stripe.v1.checkout.sessions.retrieve(session)
    return str(known.success_url), str(known.cancel_url)


def path_of(live_server: LiveServer, url: str) -> str:
    """The path of an address of ours."""
    assert url.startswith(f"{live_server.url}/")
    return url.removeprefix(live_server.url)


def test_the_identifiers_of_a_contribution_open_none_of_its_pages(
    live_server: LiveServer, family: httpx2.Client
) -> None:
    """An auditor, the provider and the log know them: they change nothing, show nothing and name nobody."""
    _, _, contribution_id = leave_to_pay(live_server, family)
    campaign_id, abandoned = live_server.world.campaign_id, len(events_of(live_server, ContributionAbandoned))
    for ids in (f"{campaign_id}/{contribution_id}", str(contribution_id), contribution_id.hex):
        for path in sorted(set(PATHS.values())):
            for method, rest in (
                ("GET", ""),
                ("GET", "/flux"),
                ("GET", "/payer"),
                ("POST", "/payer"),
                ("POST", "/modifier"),
                ("GET", "/attestation"),
                ("POST", "/attestation"),
                ("POST", "/arreter"),
                ("POST", "/nouveau-lien"),
            ):
                answer = family.request(method, f"/ad06/{path}/{ids}{rest}")
                assert answer.status_code in {404, 405, 410}, (method, path, rest)
                assert "location" not in answer.headers
    assert len(events_of(live_server, ContributionAbandoned)) == abandoned


def test_a_link_opens_what_it_is_for_and_no_page_of_another_kind(
    live_server: LiveServer, family: httpx2.Client
) -> None:
    contribution_id = live_server.world.place("CP A")
    for made in TokenPurpose:
        token = live_server.family_link(made, contribution_id).rsplit("/", 1)[1]
        for path in set(PATHS.values()) - {PATHS[made], RETURN}:
            assert family.get(f"/ad06/{path}/{token}").status_code == 404, (made, path)
        assert family.get(f"/ad06/paniers/{token}").status_code == 410


def test_links_that_were_revoked_open_nothing_any_more(live_server: LiveServer, family: httpx2.Client) -> None:
    contribution_id = live_server.world.place("CP A")
    link = live_server.address(contribution_id)
    assert family.get(link).status_code == 200
    assert live_server.world.context.tokens.revoke(contribution_id) == 1
    answers = [family.get(link), family.get(f"{link}/flux"), family.post(f"{link}/payer")]
    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_every_answer_under_an_address_that_holds_a_token_keeps_it_there(
    live_server: LiveServer, family: httpx2.Client
) -> None:
    """Pages, refusals, redirections and what no route knows: no referrer, no cache, no search engine."""
    contribution_id, basket = live_server.world.place("CP A"), put(live_server)
    links = [live_server.family_link(purpose, contribution_id) for purpose in TokenPurpose]
    answers = [family.get(link) for link in links]
    others = ("/ad06/retour/x", "/ad06/preuve/x", "/ad06/compte/confirmation/x", "/ad06/compte/mot-de-passe/x")
    under = (basket, f"{basket}/compte", f"{basket}/nothing", f"{basket}x", f"{links[0]}/rien")
    answers += [family.get(path) for path in (*others, *under)]
    answers += [family.post(basket, data={"action": "add"}), family.post(f"{links[0]}/payer")]
    assert len({answer.status_code for answer in answers}) >= 4
    for answer in answers:
        assert {name: answer.headers.get(name) for name in HELD} == HELD, answer.url


@pytest.mark.parametrize("path", ["/ad06/cguv", "/ad06/compte/connexion", "/health"])
def test_other_pages_are_not_hidden(family: httpx2.Client, path: str) -> None:
    answer = family.get(path)
    assert (answer.headers["referrer-policy"], "x-robots-tag" in answer.headers) == ("same-origin", False)


def test_an_old_browser_that_says_no_more_than_null_sends_the_forms_of_these_pages(
    live_server: LiveServer, family: httpx2.Client
) -> None:
    """Under no-referrer it says « Origin: null »; another site, and other pages, are refused as before."""
    basket = put(live_server)
    for origin, status in (("null", 303), ("https://ailleurs.example", 403)):
        answer = family.post(basket, data={"action": "add"}, headers={"Origin": origin})
        assert answer.status_code == status
    foreign = {"Origin": "null", "Sec-Fetch-Site": "cross-site"}
    assert family.post(basket, data={"action": "add"}, headers=foreign).status_code == 403
    assert family.post("/ad06/compte/creer", headers={"Origin": "null"}).status_code == 403


def test_a_payment_page_leads_back_to_the_public_address_whatever_the_request_says(
    live_server: LiveServer, family: httpx2.Client
) -> None:
    """A forged host is turned away: it neither leads the family elsewhere nor closes its payment page for a day."""
    address, _, contribution_id = leave_to_pay(live_server, family)
    mine = address.replace("/paniers/", "/contributions/")
    ours = live_server.url.removeprefix("http://")
    pages = {
        host: family.post(f"{mine}/payer", headers={"Host": host, "X-Forwarded-Proto": "https"})
        for host in ("evil.example", "localhost:1", ours)
    }
    assert {host: page.status_code for host, page in pages.items()} == {
        "evil.example": 421,
        "localhost:1": 303,
        ours: 303,
    }
    assert pages["localhost:1"].headers["location"] == pages[ours].headers["location"]
    for url in ways_back(live_server, pages[ours].headers["location"].rsplit("/", 1)[1]):
        assert url.startswith(f"{live_server.url}/ad06/retour/")
        assert str(contribution_id) not in url


def test_what_the_provider_holds_is_exchanged_once_after_each_departure(
    live_server: LiveServer, family: httpx2.Client
) -> None:
    address, session, _ = leave_to_pay(live_server, family)
    mine = address.replace("/paniers/", "/contributions/")
    paid, left = (path_of(live_server, url) for url in ways_back(live_server, session))
    assert paid != left
    first = family.get(left).headers["location"]
    assert family.get(first).status_code == 200
    assert first.rsplit("/", 1)[1] not in (left, mine)
    again = family.get(left)
    assert (again.status_code, "location" in again.headers) == (410, False)
    assert "un e-mail de confirmation" in again.text
    family.post(f"{first}/payer")
    second = family.get(left).headers["location"]
    assert second not in (first, mine)
    assert live_server.world.submit(session) == "Paid"
    back = family.get(paid).headers["location"]
    assert back.endswith("?paye")
    wait_until(lambda: "bien reçue" in family.get(back).text)
    assert [family.get(paid).status_code, family.head(paid).status_code] == [410, 405]
    assert family.get(first).status_code == 200
    assert family.get(mine).status_code == 200


def test_once_the_payer_is_erased_nothing_that_was_typed_comes_back(
    live_server: LiveServer, family: httpx2.Client
) -> None:
    address, _, contribution_id = leave_to_pay(live_server, family)
    mine = address.replace("/paniers/", "/contributions/")
    wait_until(lambda: "Modifier ma contribution" in family.get(mine).text)
    link, placed = live_server.address(contribution_id), events_of(live_server, ContributionPlaced)[-1]
    assert live_server.world.context.vault.erase(placed.payer_id)
    assert "Modifier ma contribution" not in family.get(link).text
    for path in (f"{link}/modifier", f"{mine}/modifier"):
        answer = family.post(path)
        assert "/paniers/" not in answer.headers.get("location", "")
    assert family.get(address).status_code == 410
    assert ContributionAbandoned not in [type(event) for event in live_server.world.events()[-1:]]


def test_a_contribution_that_is_filled_in_again_has_another_basket(
    live_server: LiveServer, family: httpx2.Client
) -> None:
    address, _, contribution_id = leave_to_pay(live_server, family)
    changed = family.post(f"{live_server.address(contribution_id)}/modifier").headers["location"]
    assert changed.startswith("/ad06/paniers/")
    assert changed != address
    assert kept(live_server, changed).email == kept(live_server, address).email
    assert family.get(address).headers["location"] == address.replace("/paniers/", "/contributions/")


@pytest.mark.browser
def test_a_family_that_leaves_the_payment_page_goes_back_and_pays_lands_on_its_own_page(
    page: Page, live_server: LiveServer
) -> None:
    ask(live_server)
    page.goto(f"{put(live_server, draft(live_server, 'Marie'))}/paiement")
    page.get_by_label("J’accepte les").check()
    page.get_by_role("button", name="Payer").click()
    expect(page.get_by_label("Numéro de carte")).to_be_visible()
    page.get_by_role("link", name="Annuler et revenir").click()
    expect(page.get_by_role("button", name="Reprendre le paiement")).to_be_visible()
    assert "/contributions/" in page.url
    page.get_by_role("button", name="Reprendre le paiement").click()
    type_card(page, "good")
    expect(page.get_by_role("status")).to_contain_text("bien reçue", timeout=WAIT)
    page.reload()
    expect(page.get_by_role("status")).to_contain_text("bien reçue", timeout=WAIT)
