"""What families do on the pages of a basket, again and again."""

from __future__ import annotations

import re
from typing import Any

import httpx2
from playwright.sync_api import Page, expect

from adapters.people_vault import BasketVault
from domain.campaign.settings import EditDetails, SetFormFields, SetTariffs
from domain.events.base import Tariff
from domain.events.campaign import CampaignDetails, FormField
from service.baskets.basket import Basket, BasketChild, from_bytes, to_bytes
from tests.kit.live_server import LiveServer
from tests.kit.waiting import wait_until

DETAILS = CampaignDetails(
    title="Contributions volontaires des familles",
    description="La coopérative scolaire, par ses projets, contribue à l’éducation des enfants.\n\nMerci\u00a0!",
    terms="La contribution est volontaire.",
)


def address(live_server: LiveServer) -> str:
    """The public page of the campaign."""
    return f"/ad06/contribuer/{live_server.world.campaign_id}"


def describe(live_server: LiveServer) -> None:
    """Have the campaign describe itself."""
    live_server.world.do(EditDetails, details=DETAILS)
    shown(live_server)


def offer(live_server: LiveServer, *tariffs: Tariff) -> None:
    """Have the campaign offer tariffs."""
    live_server.world.do(SetTariffs, tariffs=tariffs)
    shown(live_server)


def shown(live_server: LiveServer) -> None:
    """Wait until pages show all that was recorded."""
    runtime, (head, _) = live_server.world.runtime, live_server.world.context.ledger.store.head()
    wait_until(lambda: runtime.feed.position("ad06_read") >= head)


def ask(live_server: LiveServer, **states: str) -> None:
    """Have the campaign ask something about each child, and describe itself."""
    describe(live_server)
    world = live_server.world
    fields = tuple(FormField(name=name.replace("class_", "class"), state=state) for name, state in states.items())
    world.do(SetFormFields, fields=fields)
    shown(live_server)


def open_basket(page: Page, live_server: LiveServer) -> None:
    """Go from the public page to the basket."""
    page.goto(address(live_server))
    page.get_by_role("button", name="Je contribue").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Pour qui contribuez-vous")


def name_child(page: Page, number: int, first_name: str, last_name: str = "GALANTE") -> None:
    """Name a child, numbered from 1."""
    child = page.get_by_role("group", name=f"Enfant {number}")
    child.get_by_label("Prénom de l’enfant").fill(first_name)
    child.get_by_label("Nom de l’enfant", exact=False).last.fill(last_name)


def name_payer(page: Page, email: str = "famille.galante@example.org") -> None:
    """Say who pays."""
    page.get_by_label("Votre prénom").fill("Zéphyrine")
    page.get_by_label("Votre nom").fill("QUATREBARBES")
    page.get_by_label("Adresse e-mail pour la confirmation").fill(email)


def proceed(page: Page) -> None:
    """Go on to the next page."""
    page.get_by_role("button", name="Continuer", exact=True).last.click()


def token_of(page: Page) -> str:
    """The token in the address of a basket."""
    return page.url.split("/paniers/")[1].split("/")[0].split("?")[0].split("#")[0]


def events_of(live_server: LiveServer, kind: type[Any]) -> list[Any]:
    """The events of a kind, in order."""
    return [event for event in live_server.world.events() if isinstance(event, kind)]


def draft(live_server: LiveServer, *first_names: str, **more: Any) -> Basket:  # noqa: ANN401 - a basket's own
    """A basket that is filled in, with a child in each class in turn."""
    children = [
        BasketChild(f"child{number}", name, "GALANTE", "t1", answers={"class": ("CP A", "CE1")[number % 2]})
        for number, name in enumerate(first_names or ("Marie", "Julien"))
    ]
    who = {"first_name": "Zéphyrine", "last_name": "QUATREBARBES", "email": "famille.galante@example.org"}
    return Basket(live_server.world.campaign_id, children, **{**who, "guest": True, **more})


def put(live_server: LiveServer, basket: Basket | None = None) -> str:
    """Keep a basket, and return its address."""
    world, token = live_server.world, BasketVault.new_token()
    world.runtime.ledger("ad06").baskets.write(token, to_bytes(basket or draft(live_server)), world.now())
    return f"/ad06/paniers/{token}"


def kept(live_server: LiveServer, address: str) -> Basket:
    """The basket of an address, as it is kept."""
    found = live_server.world.runtime.ledger("ad06").baskets.read(address.split("/")[3], live_server.world.now())
    assert found is not None
    return from_bytes(found.content)


def paying(family: httpx2.Client, address: str) -> dict[str, str]:
    """What the payment page of a basket would send, as it is shown now, with the terms accepted."""
    page = family.get(f"{address}/paiement").text
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w*)"', page))
    return {**hidden, "tip": "none", "terms": "1", "action": "pay"}
