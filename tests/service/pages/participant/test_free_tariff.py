"""A tariff at which families choose what they give: on their pages, in imports, in the list and the form by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import uuid4

import httpx2
import pytest

from domain.campaign.imports import ImportContribution, ImportedChild
from domain.campaign.settings import SetTariffs
from service import people
from tests.kit.live_server import LiveServer
from tests.kit.members.sessions import MEMBER_COOKIE
from tests.kit.members.visits import words
from tests.kit.service_world import TIERS, family
from tests.kit.waiting import wait_until

_GIVEN = 7_50


@pytest.fixture(scope="module")
def desk(live_server: LiveServer) -> Iterator[httpx2.Client]:
    """The mandate holder, at a campaign with a tariff by rank and a free one."""
    world = live_server.world
    world.do(SetTariffs, tariffs=TIERS)
    headers = {"Accept": "text/html", "Origin": live_server.url}
    cookies = {MEMBER_COOKIE: live_server.mandataire_session()}
    with httpx2.Client(base_url=live_server.url, cookies=cookies, headers=headers, timeout=30) as client:
        shown(live_server)
        yield client


def shown(live_server: LiveServer) -> None:
    """Wait until pages show all that was recorded."""
    runtime, (head, _) = live_server.world.runtime, live_server.world.context.ledger.store.head()
    wait_until(lambda: runtime.feed.position("ad06_read") >= head)


def test_families_read_what_they_give_at_least_and_no_period(live_server: LiveServer, desk: httpx2.Client) -> None:
    page = desk.get(f"/ad06/contribuer/{live_server.world.campaign_id}").text
    rows = [words(row) for row in re.findall(r'<li class="row">(.*?)</li>', page, re.DOTALL)]
    free = next(row for row in rows if "Soutien" in row)
    fixed = next(row for row in rows if "Tarif par enfant" in row)
    assert "Libre, dès 5,00" in free
    assert "Valable du" in fixed
    assert "Valable du" not in free


def test_an_import_at_a_free_tariff_is_called_by_it_in_the_list_and_its_detail(
    live_server: LiveServer, desk: httpx2.Client
) -> None:
    world = live_server.world
    world.do(SetTariffs, tariffs=TIERS[1:])
    payer_id, child_id, contribution_id = uuid4(), uuid4(), uuid4()
    vault = world.context.vault
    commitment = people.keep_payer(vault, world.coop_id, payer_id, family("Odile", "LIBRE"), world.now())
    people.keep_children(vault, world.coop_id, {child_id: family("Lou", "LIBRE")}, world.now())
    child = ImportedChild(participant_id=child_id, class_label="CP A", cents=_GIVEN)
    world.do(
        ImportContribution,
        contribution_id=contribution_id,
        payer_id=payer_id,
        commitment=commitment,
        children=(child,),
        means="external",
        platform="helloasso",
        reference="HA-750",
        external_payment_id=uuid4(),
        import_id=uuid4(),
        paid_at=world.now(),
    )
    shown(live_server)
    home = f"/ad06/collectes/{world.campaign_id}/participants"
    listed = words(desk.post(home, data={"recherche": "Libre"}).text)
    assert "Lou LIBRE 7,50\u00a0€ Soutien" in listed
    detail = words(desk.get(f"{home}/{contribution_id}").text)
    assert "CP A · Soutien" in detail


def test_the_form_by_hand_asks_for_the_amount_where_every_tariff_is_free(
    live_server: LiveServer, desk: httpx2.Client
) -> None:
    address = f"/ad06/collectes/{live_server.world.campaign_id}/participants/ajouter"
    live_server.world.do(SetTariffs, tariffs=TIERS)
    shown(live_server)
    assert "À remplir pour une formule à montant libre." in words(desk.get(address).text)
    live_server.world.do(SetTariffs, tariffs=TIERS[1:])
    shown(live_server)
    page = desk.get(address).text
    field = page[page.index('for="montant-0"') :][:400]
    assert "Montant choisi, en euros" in field
    assert "facultatif" not in field
    assert "required" in field
