"""What no card can pay is met with a sentence, in the basket and by the API; a basket of nothing needs no card."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import httpx2
import pytest
from playwright.sync_api import BrowserContext, expect
from structlog.testing import capture_logs

from adapters.payments.errors import ProviderMisuse
from adapters.stripe_provider import StripeProvider
from domain.events.base import Tariff
from domain.events.campaign import PaymentOptionsSet, TariffsSet
from domain.events.contribution import ContributionPlaced, PaymentCaptured
from domain.rights.roles import Role
from tests.kit import example
from tests.kit.browser import WAIT, shoot
from tests.kit.example_emails import letters_in
from tests.kit.live_server import LiveServer
from tests.kit.members.access import give_access
from tests.kit.waiting import wait_until
from tests.service.pages.families.basket_forms import (
    ask,
    draft,
    events_of,
    name_child,
    name_payer,
    offer,
    open_basket,
    paying,
    proceed,
    put,
    shown,
)


def tariff(*tiers: int, tariff_id: str = "t1", label: str = "Un enfant", free: bool = False) -> Tariff:
    """A tariff of the school year."""
    days: dict[str, Any] = {"valid_from": example.FIRST_DAY, "valid_to": example.LAST_DAY}
    return Tariff(tariff_id=tariff_id, label=label, tiers=tiers, free=free, **days)


@pytest.fixture
def family(live_server: LiveServer) -> Iterator[httpx2.Client]:
    """A browser without JavaScript, that follows no redirection by itself."""
    with httpx2.Client(base_url=live_server.url, headers={"Accept": "text/html"}, timeout=30) as client:
        yield client


def api(live_server: LiveServer, method: str, path: str, body: object) -> httpx2.Response:
    """Ask the API as the coop's mandate holder."""
    world = live_server.world
    token = give_access(world.context.ledger, live_server.database, Role.MANDATAIRE, world.coop_id)
    shown(live_server)
    headers = {"Authorization": f"Bearer {token}"}
    return httpx2.request(method, f"{live_server.url}/api/v1/ad06{path}", headers=headers, json=body, timeout=30)


def said(answer: httpx2.Response) -> str:
    """The text of a page, with plain spaces."""
    text = re.sub(r"<[^>]*>", " ", answer.text)
    return " ".join(text.replace("&nbsp;", " ").replace("\u00a0", " ").replace("\u202f", " ").split())


def tariffs_body(*tiers: int, free: bool = False) -> dict[str, Any]:
    """The body that sets one tariff."""
    days = {"valid_from": str(example.FIRST_DAY), "valid_to": str(example.LAST_DAY)}
    return {"tariffs": [{"tariff_id": "t1", "label": "Un enfant", "tiers": list(tiers), "free": free, **days}]}


def test_a_price_that_no_card_can_pay_is_refused_when_it_is_set_by_the_api(live_server: LiveServer) -> None:
    """Also with the campaign's three payments; the guide's falling tariffs, and a tariff of nothing, are taken."""
    path, before = f"/campaigns/{live_server.world.campaign_id}", len(events_of(live_server, TariffsSet))
    for tiers, code, words in (
        ((30,), "tariff-not-chargeable", "est d’au moins 0,50\u00a0€"),
        ((0, 20), "tariff-not-chargeable", "Le tarif de 0,20\u00a0€"),
        ((100,), "instalments-not-chargeable", "des échéances de 0,33\u00a0€"),
    ):
        refused = api(live_server, "PUT", f"{path}/tariffs", tariffs_body(*tiers))
        assert (refused.status_code, refused.json()["type"]) == (422, f"urn:coopledger:{code}")
        assert words in refused.json()["detail"]
    assert len(events_of(live_server, TariffsSet)) == before
    for taken in ((1_000, 500, 0), (0,), (150,)):
        assert api(live_server, "PUT", f"{path}/tariffs", tariffs_body(*taken)).status_code == 200
    terms = {"count": 4, "interval_months": 1}
    options = len(events_of(live_server, PaymentOptionsSet))
    refused = api(live_server, "PUT", f"{path}/payment-options", {"means": ["card"], "instalments": terms})
    assert refused.json()["type"] == "urn:coopledger:instalments-not-chargeable"
    assert len(events_of(live_server, PaymentOptionsSet)) == options


def test_a_basket_at_the_desk_keeps_the_same_limits(live_server: LiveServer) -> None:
    world = live_server.world
    offer(live_server, tariff(30))
    child = {"first_name": "Marie", "last_name": "GALANTE", "class_label": "CP A", "tariff_id": "t1", "cents": 30}
    body = {"payer": {"first_name": "Zoé", "last_name": "GALANTE"}, "children": [child], "means": "card"}
    path = f"/coops/{world.coop_id}/campaigns/{world.campaign_id}/contributions"
    refused = api(live_server, "POST", path, body)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:coopledger:basket-not-chargeable")
    offer(live_server, tariff(0))
    placed = api(live_server, "POST", path, {**body, "children": [{**child, "cents": 0}]})
    assert placed.status_code == 201
    checkout = f"{path}/{placed.json()['ids']['contribution_id']}/checkout"
    refused = api(live_server, "POST", checkout, None)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:coopledger:nothing-to-pay")


def test_a_campaign_that_holds_a_price_below_the_least_is_met_with_a_sentence_in_the_basket(
    live_server: LiveServer, family: httpx2.Client
) -> None:
    ask(live_server)
    offer(live_server, tariff(30))
    before = len(events_of(live_server, ContributionPlaced))
    address = put(live_server, draft(live_server, "Marie"))
    led = family.get(f"{address}/paiement")
    assert (led.status_code, led.headers["Location"]) == (303, f"{address}?verifier")
    page = said(family.get(led.headers["Location"]))
    assert "Le montant à payer est de 0,30 € : un paiement par carte est d’au moins 0,50 €." in page
    assert "Choisissez un autre tarif" in page
    assert len(events_of(live_server, ContributionPlaced)) == before
    two = put(live_server, draft(live_server, "Marie", "Julien"))
    assert family.get(f"{two}/paiement").status_code == 200


def test_an_amount_of_one_s_own_below_the_least_is_said_at_its_field(
    live_server: LiveServer, family: httpx2.Client
) -> None:
    ask(live_server)
    offer(live_server, tariff(0, free=True))
    basket = draft(live_server, "Marie")
    basket.children[0].amount = "0,20"
    page = family.get(f"{put(live_server, basket)}?verifier").text
    assert 'href="#amount-child0"' in page
    assert "un paiement par carte est d’au moins 0,50" in page
    basket.children[0].amount = ""
    assert "Ce montant n’est pas valable" in family.get(f"{put(live_server, basket)}?verifier").text


def test_instalments_are_offered_only_where_each_can_be_charged(live_server: LiveServer, family: httpx2.Client) -> None:
    ask(live_server)
    for price, offered in ((149, False), (150, True)):
        offer(live_server, tariff(price))
        address = put(live_server, draft(live_server, "Marie"))
        assert ("Payer en plusieurs fois" in family.get(f"{address}/paiement").text) is offered
    offer(live_server, tariff(100))
    address = put(live_server, draft(live_server, "Marie"))
    asked = {**paying(family, address), "instalments": "yes"}
    assert family.post(f"{address}/paiement", data=asked).status_code == 303
    assert events_of(live_server, ContributionPlaced)[-1].instalments == 1


def test_a_price_that_falls_below_the_least_while_a_basket_is_filled_stops_it_with_a_sentence(
    live_server: LiveServer, family: httpx2.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the page was shown with is old; the ledger has the last word, and its refusal is a sentence."""
    ask(live_server)
    offer(live_server, tariff(1_200))
    address = put(live_server, draft(live_server, "Marie"))
    asked, before = paying(family, address), len(events_of(live_server, ContributionPlaced))
    monkeypatch.setattr("service.pages.families.basket.dependencies.check_children", lambda *_: {})
    monkeypatch.setattr("service.pages.families.basket.payment.price_change", lambda *_: "")
    offer(live_server, tariff(30))
    page = family.post(f"{address}/paiement", data={**asked, "shown": "30"})
    assert page.status_code == 200
    assert "Le montant à payer est de 0,30 €" in said(page)
    assert len(events_of(live_server, ContributionPlaced)) == before


def test_what_the_provider_refuses_for_a_reason_of_ours_is_a_sentence_with_a_reference_and_logged(
    live_server: LiveServer, family: httpx2.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ProviderMisuse(kind="InvalidRequestError", reason="amount_too_small", request="req_7", parameter="amount")

    ask(live_server)
    offer(live_server, tariff(1_200))
    monkeypatch.setattr(StripeProvider, "start_checkout", refuse)
    address = put(live_server, draft(live_server, "Marie"))
    with capture_logs() as logs:
        answer = family.post(f"{address}/paiement", data=paying(family, address))
    assert answer.status_code == 503
    assert "Retry-After" not in answer.headers
    page = said(answer)
    assert "Le prestataire de paiement a refusé cette demande. Rien n’a été débité." in page
    assert "Une erreur est survenue" in page
    (told,) = [one for one in logs if one.get("code") == "provider-misuse"]
    assert told["log_level"] == "error"
    assert "req_7" in told["reason"]
    assert "amount_too_small" in told["reason"]
    assert re.search(r"la référence [0-9a-f]{32}", page)
    again = family.get(answer.request.url.path.removesuffix("/paiement"))
    assert (again.status_code, "/contributions/" in again.headers["Location"]) == (303, True)
    monkeypatch.undo()
    resumed = family.post(f"{again.headers['Location']}/payer")
    assert resumed.status_code == 303
    assert resumed.headers["Location"].startswith(live_server.world.worker.provider.pages_origin)


def test_a_basket_of_nothing_is_placed_without_a_card_and_said_to_be_so(
    live_server: LiveServer, family: httpx2.Client
) -> None:
    ask(live_server)
    live_server.world.appoint()
    offer(live_server, tariff(0, label="Troisième enfant"))
    before = len(events_of(live_server, PaymentCaptured))
    address = put(live_server, draft(live_server, "Marie"))
    page = family.get(f"{address}/paiement").text
    assert "Rien à payer" in page
    assert 'name="tip"' not in page
    assert 'name="means"' not in page
    assert ">Confirmer</button>" in page
    left = family.post(f"{address}/paiement", data={**paying(family, address), "tip": "100", "instalments": "yes"})
    assert left.status_code == 303
    assert left.headers["Location"].startswith("/ad06/contributions/")
    placed = events_of(live_server, ContributionPlaced)[-1]
    assert (placed.tip_cents, placed.instalments, [line.cents for line in placed.lines]) == (0, 1, [0])
    shown(live_server)
    page = said(family.get(left.headers["Location"]))
    assert "Votre contribution est bien enregistrée. Il n’y a rien à payer." in page
    twice = family.post(f"{left.headers['Location']}/payer")
    assert (twice.status_code, twice.headers["Location"]) == (303, left.headers["Location"])
    changed = family.post(f"{left.headers['Location']}/modifier")
    assert (changed.status_code, changed.headers["Location"]) == (303, left.headers["Location"])
    no_receipt = family.post(f"{left.headers['Location']}/attestation")
    assert no_receipt.status_code == 409
    assert "Aucun paiement n’est enregistré" in said(no_receipt)
    check_nothing_is_asked_of_the_provider(live_server, placed.contribution_id)
    assert len(events_of(live_server, PaymentCaptured)) == before
    check_letter(live_server)


def check_nothing_is_asked_of_the_provider(live_server: LiveServer, contribution_id: UUID) -> None:
    """No task but e-mails is planned for it, and two days later it still stands."""
    live_server.world.settle(days=2)
    with live_server.world.worker.outbox.pool.connection() as connection:
        planned = connection.execute(
            "SELECT kind FROM work.tasks WHERE facts::text LIKE %s AND kind NOT LIKE 'letter:%%'",
            (f"%{contribution_id}%",),
        ).fetchall()
    assert planned == []
    assert not live_server.world.contribution(contribution_id).abandoned


def check_letter(live_server: LiveServer) -> None:
    """The family and the mandate holder are written to, as for a payment."""
    wait_until(lambda: len(letters_in(live_server.letters, "famille.galante@example.org")) == 1)
    (letter,) = letters_in(live_server.letters, "famille.galante@example.org")
    part = letter.get_body(("plain",))
    assert part is not None
    text = " ".join(part.get_content().replace("\u00a0", " ").split())
    assert "Contribution enregistrée" in str(letter["Subject"])
    assert "Il n’y a rien à payer" in text
    assert "Troisième enfant" in text
    assert "attestation" not in text
    wait_until(lambda: any("Nouvelle contribution" in str(one["Subject"]) for one in letters_in(live_server.letters)))


@pytest.mark.browser
def test_a_parent_of_three_sees_the_third_child_cost_nothing_and_one_who_has_nothing_to_pay_confirms(
    telephone: BrowserContext, live_server: LiveServer
) -> None:
    ask(live_server)
    offer(live_server, tariff(1_000, 500, 0), tariff(0, tariff_id="t2", label="Gratuit"))
    page = telephone.new_page()
    open_basket(page, live_server)
    for number, name in enumerate(("Marie", "Julien", "Ava"), start=1):
        if number > 1:
            page.get_by_role("button", name="Ajouter un autre enfant").click()
        name_child(page, number, name)
        page.get_by_role("group", name=f"Enfant {number}").get_by_label("Un enfant").check()
    expect(page.locator("[data-total]")).to_have_text("15,00\u00a0€")
    expect(page.locator("[data-price]").last).to_have_text("0,00\u00a0€")
    shoot(page, "limits-third-child")
    for number in (1, 2, 3):
        page.get_by_role("group", name=f"Enfant {number}").get_by_label("Gratuit").check()
    expect(page.locator("[data-total]")).to_have_text("0,00\u00a0€")
    name_payer(page)
    proceed(page)
    page.get_by_role("button", name="Continuer sans compte").click()
    expect(page.get_by_text("Montant du panier")).to_be_visible()
    shoot(page, "limits-nothing-recap")
    page.get_by_role("button", name="Confirmer").click()
    expect(page.get_by_role("heading", name="Rien à payer")).to_be_visible()
    expect(page.get_by_role("group", name="Pourboire")).to_have_count(0)
    shoot(page, "limits-nothing-payment")
    page.get_by_label("J’accepte les").check()
    page.get_by_role("button", name="Confirmer").click()
    expect(page.get_by_role("status")).to_contain_text("Il n’y a rien à payer", timeout=WAIT)
    expect(page.locator("#mailed")).to_be_visible()
    expect(page.locator("#resume")).to_be_hidden()
    shoot(page, "limits-nothing-thanks")


@pytest.mark.browser
def test_a_parent_reads_why_a_small_amount_cannot_be_paid(telephone: BrowserContext, live_server: LiveServer) -> None:
    ask(live_server)
    offer(live_server, tariff(0, free=True))
    page = telephone.new_page()
    open_basket(page, live_server)
    name_child(page, 1, "Marie")
    name_payer(page)
    page.get_by_label("Montant que vous choisissez").fill("0,30")
    proceed(page)
    expect(page.locator("#errors")).to_contain_text("un paiement par carte est d’au moins 0,50\u00a0€")
    shoot(page, "limits-too-small")
    page.get_by_label("Montant que vous choisissez").fill("0,50")
    proceed(page)
    expect(page.get_by_role("button", name="Continuer sans compte")).to_be_visible()
