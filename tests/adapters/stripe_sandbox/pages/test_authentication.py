"""The bank's 3-D Secure page."""

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from tests.adapters.stripe_sandbox.pages.merchant import ASKS, GOOD, Merchant

TYPED = {"number": ASKS, "expiry": "04/29", "cvc": "123", "name": "Camille Test"}


def ask(visitor: TestClient, session: str) -> str:
    """Send a card that asks, and return where the bank's page is."""
    return visitor.post(f"/c/pay/{session}", data=TYPED).headers["location"]


def test_the_page_says_who_wants_how_much_from_which_card(merchant: Merchant, visitor: TestClient) -> None:
    text = visitor.get(ask(visitor, merchant.session())).text
    for shown in ("Coopledger", "25,92\u00a0€", "3184", "23 novembre 2026, 10\u00a0h\u00a000"):
        assert shown in text


def test_confirming_pays_and_leads_back_to_the_shop(merchant: Merchant, visitor: TestClient) -> None:
    session = merchant.session()
    answer = visitor.post(ask(visitor, session), data={"reponse": "confirmer"})
    assert answer.headers["location"] == f"http://shop.example/merci?session_id={session}"
    assert merchant.object("checkout.session", session)["payment_status"] == "paid"


def test_refusing_leads_back_to_the_card_page_which_says_why(merchant: Merchant, visitor: TestClient) -> None:
    session = merchant.session()
    answer = visitor.post(ask(visitor, session), data={"reponse": "refuser"})
    assert answer.headers["location"] == f"/c/pay/{session}"
    text = visitor.get(answer.headers["location"]).text
    assert "Vous n’avez pas confirmé auprès de votre banque. Rien n’a été débité." in text
    assert merchant.object("checkout.session", session)["payment_status"] == "unpaid"


def test_closing_the_tab_leaves_everything_open_and_the_card_page_leads_back_to_the_bank(
    merchant: Merchant, visitor: TestClient
) -> None:
    session = merchant.session()
    question = ask(visitor, session)
    left = visitor.get(f"{question}/quitter")
    assert "n’est ni confirmé ni refusé" in left.text
    assert f'href="{question}"' in visitor.get(f"/c/pay/{session}").text
    assert visitor.post(question, data={"reponse": "confirmer"}).headers["location"].startswith("http://shop.example/")


def test_an_answer_counts_once(merchant: Merchant, visitor: TestClient) -> None:
    session = merchant.session()
    question = ask(visitor, session)
    visitor.post(question, data={"reponse": "confirmer"})
    for again in (visitor.post(question, data={"reponse": "refuser"}), visitor.get(question)):
        assert (again.status_code, again.headers["location"]) == (303, f"/c/pay/{session}")
    assert len(merchant.sandbox.state.table("charge")) == 1


def test_a_question_overtaken_by_another_card_is_closed(merchant: Merchant, visitor: TestClient) -> None:
    session = merchant.session()
    question = ask(visitor, session)
    visitor.post(f"/c/pay/{session}", data=TYPED | {"number": GOOD})
    assert visitor.post(question, data={"reponse": "confirmer"}).headers["location"] == f"/c/pay/{session}"
    assert len(merchant.sandbox.state.table("charge")) == 1


def test_a_question_of_an_expired_session_is_closed(merchant: Merchant, visitor: TestClient) -> None:
    question = ask(visitor, merchant.session())
    merchant.pass_time(timedelta(hours=25))
    visitor.post(question, data={"reponse": "confirmer"})
    assert merchant.sandbox.state.table("charge") == {}


def test_keeping_a_card_names_no_amount(merchant: Merchant, visitor: TestClient) -> None:
    session = merchant.setup_session()
    question = ask(visitor, session)
    text = visitor.get(question).text
    assert "l’enregistrement de votre carte" in text
    assert "€" not in text
    assert visitor.post(question, data={"reponse": "confirmer"}).status_code == 303
    assert merchant.object("checkout.session", session)["status"] == "complete"


@pytest.mark.parametrize("said", ["", "oui"])
def test_another_answer_changes_nothing(merchant: Merchant, visitor: TestClient, said: str) -> None:
    question = ask(visitor, merchant.session())
    assert visitor.post(question, data={"reponse": said}).status_code == 422
    assert visitor.get(question).status_code == 200


def test_an_unknown_question_is_told_in_french(visitor: TestClient) -> None:
    assert visitor.get("/3ds/auth_sbx_0").status_code == 404
