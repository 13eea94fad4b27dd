"""The account's own page: own contributions and receipts alone; and giving the account up."""

from __future__ import annotations

from uuid import UUID, uuid4

import httpx2
import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from domain.events.contribution import ContributionPlaced
from tests.kit.live_server import LiveServer
from tests.kit.waiting import wait_until
from tests.service.pages.accounts.conftest import HOME, OTHER, PASSWORD, link_to, open_account, sign_in
from tests.service.pages.families.basket_forms import address, ask, draft, events_of, kept, offer, paying, put, shown


def pay_signed_in(live_server: LiveServer, family: httpx2.Client) -> UUID:
    """Have the signed-in visitor fill in a basket and pay."""
    opened = family.post(f"{address(live_server)}/panier").headers["location"]
    basket = kept(live_server, opened)
    filled = draft(live_server, "Marie", account_id=basket.account_id, email=basket.email)
    path = put(live_server, filled)
    answer = family.post(f"{path}/paiement", data=paying(family, path))
    session = answer.headers["location"].rsplit("/", 1)[1]
    live_server.world.sandbox.do(f"/checkout/{session}/card", number="4242424242424242")
    contribution_id: UUID = events_of(live_server, ContributionPlaced)[-1].contribution_id
    wait_until(lambda: "Attestation de paiement" in family.get(HOME).text)
    return contribution_id


def test_whoever_is_signed_in_pays_under_their_name_and_finds_the_receipt(
    live_server: LiveServer, family: httpx2.Client, email: str
) -> None:
    """S-189: own data and receipts; the basket is prefilled and asks for no account."""
    ask(live_server)
    open_account(live_server, family, email)
    begun = family.post(f"{address(live_server)}/panier").headers["location"]
    basket = kept(live_server, begun)
    assert (basket.first_name, basket.email) == ("Zéphyrine", email)
    with capture_logs() as logs:
        contribution_id = pay_signed_in(live_server, family)
        receipt = family.post(f"{HOME}/attestations/{contribution_id}")
    assert receipt.status_code == 303
    assert family.get(f"{receipt.headers['location']}/attestation-de-paiement.pdf").content.startswith(b"%PDF")
    assert "12,00\u00a0€" in family.get(HOME).text
    assert [word for word in (email, "Zéphyrine", "QUATREBARBES") if word in str(logs)] == []


def test_a_basket_that_was_given_up_leaves_the_account_again(
    live_server: LiveServer, family: httpx2.Client, email: str
) -> None:
    ask(live_server)
    open_account(live_server, family, email)
    begun = kept(live_server, family.post(f"{address(live_server)}/panier").headers["location"])
    path = put(live_server, draft(live_server, "Marie", account_id=begun.account_id))
    family.post(f"{path}/paiement", data=paying(family, path))
    wait_until(lambda: "paiement non reçu" in family.get(HOME).text)
    contribution_id = events_of(live_server, ContributionPlaced)[-1].contribution_id
    mine = family.post(f"{HOME}/contributions/{contribution_id}").headers["location"]
    again = family.post(f"{mine}/modifier").headers["location"]
    assert kept(live_server, again).account_id == begun.account_id
    wait_until(lambda: "paiement non reçu" not in family.get(HOME).text)


def test_a_contribution_of_nothing_is_in_the_account_as_one_with_nothing_to_pay(
    live_server: LiveServer, family: httpx2.Client, email: str
) -> None:
    ask(live_server)
    before = live_server.world.context.campaign(live_server.world.campaign_id).tariffs["t1"]
    offer(live_server, replace(before, tiers=(0,)))
    open_account(live_server, family, email)
    begun = kept(live_server, family.post(f"{address(live_server)}/panier").headers["location"])
    path = put(live_server, draft(live_server, "Marie", account_id=begun.account_id))
    family.post(f"{path}/paiement", data=paying(family, path))
    wait_until(lambda: "rien à payer" in family.get(HOME).text)
    page = family.get(HOME).text
    assert "paiement non reçu" not in page
    assert "Attestation de paiement" not in page
    offer(live_server, before)


def test_another_familys_receipt_and_contribution_do_not_exist(
    live_server: LiveServer, family: httpx2.Client, email: str
) -> None:
    ask(live_server)
    open_account(live_server, family, email)
    contribution_id = pay_signed_in(live_server, family)
    with httpx2.Client(base_url=live_server.url, headers={"Accept": "text/html"}, timeout=30) as other:
        own = [f"{HOME}/{kind}/{contribution_id}" for kind in ("attestations", "contributions")]
        assert {other.post(path).headers["location"] for path in own} == {f"{HOME}/connexion"}
        open_account(live_server, other, f"o{email}")
        assert [other.post(path).status_code for path in own] == [404, 404]
        assert str(contribution_id) not in other.get(HOME).text


def test_names_and_the_password_are_changed(live_server: LiveServer, family: httpx2.Client, email: str) -> None:
    open_account(live_server, family, email)
    refused = family.post(f"{HOME}/nom", data={"first_name": " ", "last_name": ""})
    assert refused.status_code == 422
    assert "Indiquez votre prénom." in refused.text
    assert "Indiquez votre nom." in refused.text
    family.post(f"{HOME}/nom", data={"first_name": "Zoé", "last_name": "<b>GALANTE</b>"})
    assert "&lt;b&gt;GALANTE" in family.get(HOME).text
    wrong = family.post(f"{HOME}/nouveau-mot-de-passe", data={"current": OTHER, "password": OTHER})
    assert (wrong.status_code, "mot de passe actuel" in wrong.text) == (422, True)
    changed = family.post(f"{HOME}/nouveau-mot-de-passe", data={"current": PASSWORD, "password": OTHER})
    assert changed.status_code == 303
    assert family.get(HOME).status_code == 200
    family.cookies.clear()
    assert [sign_in(family, email, password).status_code for password in (PASSWORD, OTHER)] == [401, 303]


def test_an_account_that_is_given_up_is_gone_and_the_ledger_keeps_the_contribution(
    live_server: LiveServer, family: httpx2.Client, email: str
) -> None:
    ask(live_server)
    open_account(live_server, family, email)
    contribution_id = pay_signed_in(live_server, family)
    assert family.post(f"{HOME}/supprimer", data={"erase_password": PASSWORD}).status_code == 422
    given_up = {"sure": "yes", "erase_password": PASSWORD}
    assert "est supprimé" in family.post(f"{HOME}/supprimer", data=given_up).text
    assert family.get(HOME).headers["location"] == f"{HOME}/connexion"
    assert sign_in(family, email).status_code == 401
    shown(live_server)
    assert contribution_id in [placed.contribution_id for placed in events_of(live_server, ContributionPlaced)]


@pytest.mark.parametrize("given", [{}, {"erase_password": ""}, {"erase_password": OTHER}])
def test_an_open_browser_is_not_enough_to_give_an_account_up(
    live_server: LiveServer, family: httpx2.Client, email: str, given: dict[str, str]
) -> None:
    open_account(live_server, family, email)
    refused = family.post(f"{HOME}/supprimer", data={"sure": "yes", **given})
    assert (refused.status_code, "n’est pas supprimé" in refused.text) == (422, True)
    assert email in family.get(HOME).text


@pytest.mark.parametrize("page", ["attestations", "contributions"])
def test_whoever_is_not_signed_in_is_asked_to(family: httpx2.Client, page: str) -> None:
    assert family.get(HOME).headers["location"] == f"{HOME}/connexion"
    assert family.post(f"{HOME}/{page}/{uuid4()}").headers["location"] == f"{HOME}/connexion"


def test_no_page_sets_a_cookie_before_somebody_signs_in(live_server: LiveServer, family: httpx2.Client) -> None:
    ask(live_server)
    basket = family.post(f"{address(live_server)}/panier")
    pages = [family.get(path) for path in (address(live_server), basket.headers["location"], HOME, f"{HOME}/creer")]
    assert [answer.headers.get("set-cookie") for answer in (basket, *pages)] == [None] * 5


def test_the_letters_of_an_account_are_planned_by_its_id_alone(
    live_server: LiveServer, family: httpx2.Client, email: str
) -> None:
    with capture_logs() as logs:
        open_account(live_server, family, email)
        link = link_to(live_server, email, "confirmation")
    with live_server.world.worker.outbox.pool.connection() as connection:
        told = str(
            connection.execute(
                "SELECT kind, subject, lane, facts FROM work.tasks WHERE kind LIKE 'letter:account%'"
            ).fetchall()
        )
    assert "account-confirm" in told
    secrets = (email, "Zéphyrine", "QUATREBARBES", PASSWORD, link.rsplit("/", 1)[1])
    assert [word for word in secrets if word in told or word in str(logs)] == []
