"""The operator's page and its buttons."""

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from adapters.stripe_sandbox.interactions.onboarding import find_account
from tests.adapters.stripe_sandbox.pages.merchant import GOOD, POOR, Merchant


def test_an_empty_sandbox_has_a_page_too(visitor: TestClient) -> None:
    text = visitor.get("/").text
    for sentence in ("Aucun compte n’est ouvert.", "Aucun paiement.", "Aucun litige.", "Aucun virement."):
        assert sentence in text
    assert "23 novembre 2026, 10\u00a0h\u00a000" in text


def test_the_page_lists_what_is_going_on(merchant: Merchant, visitor: TestClient) -> None:
    account = merchant.certified()
    payout = merchant.payout(account, 2400, "COOP 06 PO000001", arrives=False)
    refund, failed = merchant.refunded(), merchant.paid(POOR)
    text = visitor.get("/").text
    for shown in (account, payout, refund, failed, "COOP 06 PO000001", "Vérifiée", "Demandé", "Effectué", "Refusé"):
        assert shown in text
    assert "0,64\u00a0€" in text  # 1.5 % of 25.92 and 25 cents


def test_a_day_passes_at_the_press_of_a_button(merchant: Merchant, visitor: TestClient) -> None:
    payout = merchant.payout(merchant.certified(), 2400, "COOP 06 PO000001", arrives=False)
    assert visitor.post("/operateur/horloge", data={"avance": "jour"}).headers["location"] == "/"
    assert "24 novembre 2026" in visitor.get("/").text
    assert merchant.object("payout", payout)["status"] == "paid"


def test_a_month_passes_at_the_press_of_a_button(visitor: TestClient) -> None:
    visitor.post("/operateur/horloge", data={"avance": "mois"})
    assert "23 décembre 2026" in visitor.get("/").text


def test_the_clock_goes_to_an_instant_of_paris(visitor: TestClient) -> None:
    visitor.post("/operateur/horloge", data={"instant": "2026-12-31T23:30"})
    assert "31 décembre 2026, 23\u00a0h\u00a030" in visitor.get("/").text


@pytest.mark.parametrize(("instant", "status"), [("", 422), ("demain", 422), ("2026-11-01T10:00", 400)])
def test_the_clock_takes_no_nonsense_and_never_goes_back(visitor: TestClient, instant: str, status: int) -> None:
    assert visitor.post("/operateur/horloge", data={"instant": instant}).status_code == status
    assert "23 novembre 2026" in visitor.get("/").text


def test_an_account_is_decided_from_the_page(merchant: Merchant, visitor: TestClient) -> None:
    account = merchant.certified()
    visitor.post(f"/operateur/comptes/{account}", data={"decision": "revoke"})
    assert find_account(merchant.sandbox, account).state == "suspended"
    assert visitor.post(f"/operateur/comptes/{account}", data={"decision": ""}).status_code == 422


def test_a_payment_is_contested_and_the_bank_decides(merchant: Merchant, visitor: TestClient) -> None:
    charge = merchant.paid()
    assert visitor.post(f"/operateur/paiements/{charge}").headers["location"] == "/#litiges"
    (dispute,) = merchant.sandbox.state.table("dispute")
    assert f"/operateur/paiements/{charge}" not in visitor.get("/").text
    assert visitor.post(f"/operateur/litiges/{dispute}", data={"issue": "peut-être"}).status_code == 422
    visitor.post(f"/operateur/litiges/{dispute}", data={"issue": "gagne"})
    assert merchant.object("dispute", dispute)["status"] == "won"
    again = visitor.post(f"/operateur/litiges/{dispute}", data={"issue": "perdu"})
    assert again.status_code == 400
    assert "This dispute is already closed." in again.text


def test_a_refund_fails_at_the_press_of_a_button(merchant: Merchant, visitor: TestClient) -> None:
    refund = merchant.refunded()
    visitor.post(f"/operateur/remboursements/{refund}")
    assert merchant.object("refund", refund)["status"] == "failed"


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        (["envoyer"], "in_transit"),
        (["envoyer", "arriver"], "paid"),
        (["arriver"], "paid"),
        (["echouer"], "failed"),
        (["arriver", "echouer"], "failed"),
        (["annuler"], "canceled"),
    ],
)
def test_a_payout_goes_the_way_of_the_buttons(
    merchant: Merchant, visitor: TestClient, steps: list[str], status: str
) -> None:
    payout = merchant.payout(merchant.certified(), 2400, "COOP 06 PO000001", arrives=False)
    for step in steps:
        assert f'value="{step}"' in visitor.get("/").text
        visitor.post(f"/operateur/virements/{payout}", data={"suite": step})
    assert merchant.object("payout", payout)["status"] == status
    assert visitor.post(f"/operateur/virements/{payout}", data={"suite": "?"}).status_code == 422


def test_what_is_unknown_is_told_in_french(visitor: TestClient) -> None:
    for place in ("comptes", "paiements", "litiges", "remboursements", "virements"):
        form = {"decision": "accept", "issue": "gagne", "suite": "arriver"}
        answer = visitor.post(f"/operateur/{place}/x_sbx_0", data=form)
        assert (answer.status_code, "n’existe pas" in answer.text) == (404, True)


def test_pending_money_is_shown_apart(merchant: Merchant, visitor: TestClient) -> None:
    merchant.paid(GOOD)
    assert "25,28\u00a0€" in visitor.get("/").text
    merchant.pass_time(timedelta(days=8))
    row = visitor.get("/").text.partition("Coopledger</th>")[2].partition("</tr>")[0]
    assert row.index("25,28") < row.index(">0,00")
