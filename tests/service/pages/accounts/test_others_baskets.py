"""A basket's address may be sent to anybody: who is signed in leaves nothing in a basket that somebody else holds."""

from __future__ import annotations

import httpx2
import pytest

from domain.events.contribution import ContributionPlaced
from service.baskets.basket import Basket, new_child, to_bytes
from tests.kit.live_server import LiveServer
from tests.service.pages.accounts.conftest import open_account
from tests.service.pages.families.basket_forms import address, ask, draft, events_of, kept, paying, put

STEPS = ("", "/collecte", "/compte", "/informations", "/recapitulatif", "/paiement")


@pytest.mark.parametrize("filled", [False, True], ids=("blank", "filled in"))
def test_a_basket_that_others_hold_learns_nothing_of_who_opens_it(
    live_server: LiveServer,
    family: httpx2.Client,
    email: str,
    filled: bool,  # noqa: FBT001 - a value of the table above
) -> None:
    ask(live_server)
    open_account(live_server, family, email)
    blank = Basket(live_server.world.campaign_id, [new_child(tariff_id="t1")])
    theirs = put(live_server, draft(live_server, "Marie", guest=False) if filled else blank)
    before = to_bytes(kept(live_server, theirs))
    pages = [family.get(f"{theirs}{step}", headers={"Sec-Fetch-Site": "cross-site"}) for step in STEPS]
    assert [page for page in pages if email in page.text] == []
    family.post(f"{theirs}/compte", data={"action": "account"})
    assert to_bytes(kept(live_server, theirs)) == before


def test_an_account_is_used_in_a_new_basket_that_its_holder_alone_has(
    live_server: LiveServer, family: httpx2.Client, email: str
) -> None:
    ask(live_server)
    open_account(live_server, family, email)
    old = put(live_server, draft(live_server, "Marie", guest=False))
    assert "Utiliser mon compte (Zéphyrine)" in family.get(f"{old}/compte").text
    led = family.post(f"{old}/compte", data={"action": "account"}).headers["location"]
    mine = led.rsplit("/", 1)[0]
    assert led.startswith("/ad06/paniers/")
    assert mine != old
    basket = kept(live_server, mine)
    assert (basket.children[0].first_name, basket.email) == ("Marie", "famille.galante@example.org")
    assert kept(live_server, old).account_id is None
    before = len(events_of(live_server, ContributionPlaced))
    family.post(f"{mine}/paiement", data=paying(family, mine))
    placed = events_of(live_server, ContributionPlaced)
    accounts = live_server.world.runtime.ledger("ad06").families.accounts
    assert basket.account_id is not None
    linked = [one.contribution_id for one in accounts.contributions_of(basket.account_id)]
    assert (len(placed), linked) == (before + 1, [placed[-1].contribution_id])


def test_a_form_of_another_site_uses_no_account(live_server: LiveServer, family: httpx2.Client, email: str) -> None:
    ask(live_server)
    open_account(live_server, family, email)
    theirs = put(live_server, draft(live_server, "Marie", guest=False))
    foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://ailleurs.example"}
    assert family.post(f"{theirs}/compte", data={"action": "account"}, headers=foreign).status_code == 403
    opened = family.post(f"{address(live_server)}/panier", headers=foreign)
    assert opened.status_code == 403


def test_whoever_is_not_signed_in_any_more_is_asked_again(live_server: LiveServer, family: httpx2.Client) -> None:
    ask(live_server)
    basket = put(live_server, draft(live_server, "Marie", guest=False))
    answer = family.post(f"{basket}/compte", data={"action": "account"})
    assert answer.headers["location"] == f"{basket}/compte"
    assert "Utiliser mon compte" not in family.get(f"{basket}/compte").text
