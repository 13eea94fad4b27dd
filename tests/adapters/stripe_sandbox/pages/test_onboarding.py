"""The certification page."""

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from adapters.stripe_sandbox.interactions.onboarding import find_account
from tests.adapters.stripe_sandbox.pages.merchant import CANCEL, IBAN, Merchant

SPACED = "FR14 2004 1010 0505 0001 3M02 606"


def decide(visitor: TestClient, link: str, *decisions: str) -> None:
    """Press buttons of the page, one after the other."""
    for decision in decisions:
        assert visitor.post(f"{link}/decision", data={"decision": decision}).headers["location"] == link


def test_a_new_account_is_told_what_it_lacks(merchant: Merchant, visitor: TestClient) -> None:
    text = visitor.get(merchant.link(merchant.account())).text
    assert "<h1>Coop Jules Ferry</h1>" in text
    assert "Non commencée" in text
    assert "le compte bancaire de la coopérative (IBAN)" in text
    assert "le document qui prouve que la coopérative existe" in text
    assert "identity." not in text


def test_an_iban_a_document_and_an_acceptance_certify_an_account(merchant: Merchant, visitor: TestClient) -> None:
    account = merchant.account()
    link = merchant.link(account)
    answer = visitor.post(f"{link}/compte-bancaire", data={"iban": SPACED, "holder": "Coop Jules Ferry"})
    assert answer.headers["location"] == link
    decide(visitor, link, "give_document", "accept")
    found = find_account(merchant.sandbox, account)
    assert (found.state, found.may_receive, found.may_pay_out) == ("verified", True, True)
    text = visitor.get(link).text
    assert "Vérifiée" in text
    assert "2606" in text
    assert "Il manque" not in text


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"iban": "", "holder": "Coop"}, "iban", "Cet IBAN n’est pas valable."),
        ({"iban": "FR14 2004 1010 0505 0001 3M02 607", "holder": "Coop"}, "iban", "Cet IBAN n’est pas valable."),
        ({"iban": "DE89370400440532013000", "holder": "Coop"}, "iban", "un compte tenu en France"),
        ({"iban": IBAN, "holder": " "}, "holder", "Indiquez le nom du titulaire"),
    ],
)
def test_a_wrong_account_is_told_at_its_field_and_kept_to_be_corrected(
    merchant: Merchant, visitor: TestClient, typed: dict[str, str], field: str, sentence: str
) -> None:
    answer = visitor.post(f"{merchant.link(merchant.account())}/compte-bancaire", data=typed)
    assert answer.status_code == 422
    assert sentence in answer.text.partition(f'id="{field}-error">')[2].partition("<")[0]
    assert f'value="{typed["iban"]}"' in answer.text
    assert merchant.sandbox.state.table("bank_account") == {}


def test_each_decision_is_offered_where_it_makes_sense(merchant: Merchant, visitor: TestClient) -> None:
    link = merchant.link(merchant.certified())
    text = visitor.get(link).text
    assert 'value="ask_revision"' in text
    assert 'value="revoke"' in text
    assert 'value="accept"' not in text
    decide(visitor, link, "ask_revision")
    text = visitor.get(link).text
    assert "À compléter" in text
    assert "22 janvier 2027" in text
    decide(visitor, link, "revoke")
    assert "Suspendue" in visitor.get(link).text


def test_a_rejected_account_is_asked_for_nothing_more(merchant: Merchant, visitor: TestClient) -> None:
    link = merchant.link(merchant.account())
    decide(visitor, link, "refuse")
    text = visitor.get(link).text
    assert "Rejetée" in text
    assert 'name="iban"' not in text
    assert "Terminer et revenir" in text


def test_leaving_leads_back_to_the_program(merchant: Merchant, visitor: TestClient) -> None:
    link = merchant.link(merchant.account())
    assert visitor.post(f"{link}/terminer").headers["location"] == "http://shop.example/retour"


def test_an_expired_link_changes_nothing_and_leads_to_a_new_one(merchant: Merchant, visitor: TestClient) -> None:
    account = merchant.account()
    link = merchant.link(account)
    merchant.pass_time(timedelta(minutes=16))
    answer = visitor.get(link)
    assert (answer.status_code, answer.headers["location"]) == (303, CANCEL)
    visitor.post(f"{link}/compte-bancaire", data={"iban": IBAN, "holder": "Coop"})
    visitor.post(f"{link}/decision", data={"decision": "refuse"})
    assert find_account(merchant.sandbox, account).state == "not_started"


def test_an_unknown_decision_is_refused(merchant: Merchant, visitor: TestClient) -> None:
    link = merchant.link(merchant.account())
    assert visitor.post(f"{link}/decision", data={"decision": "promote"}).status_code == 422
    answer = visitor.post(f"{link}/decision", data={"decision": "revoke"})
    assert answer.status_code == 400
    assert "la situation a changé" in answer.text
