"""The card page, as a program without scripts sees it."""

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from tests.adapters.stripe_sandbox.pages.merchant import ASKS, CANCEL, DISPUTED, EXPIRED, GOOD, ONCE, POOR, Merchant

TYPED = {"number": GOOD, "expiry": "04/29", "cvc": "123", "name": "Camille Test"}
NBSP = "\u00a0"


def path(session: str) -> str:
    """Return where the card page of a session is."""
    return f"/c/pay/{session}"


def test_the_page_shows_the_order_and_the_total_in_french_typography(merchant: Merchant, visitor: TestClient) -> None:
    text = visitor.get(path(merchant.session())).text
    assert "Contribution volontaire – Coop Jules Ferry" in text
    assert f"24,00{NBSP}€" in text
    assert f"1,92{NBSP}€" in text
    assert f'<button class="primary">Payer 25,92{NBSP}€</button>' in text
    assert f"Banque de démonstration{NBSP}: aucun argent réel".replace(NBSP, "&nbsp;") in text
    assert f'href="{CANCEL}"' in text


@pytest.mark.parametrize("expiry", ["04/29", "4/29", "04 / 2029", "0429", "04/2029"])
def test_a_good_card_pays_and_leads_back_to_the_shop(merchant: Merchant, visitor: TestClient, expiry: str) -> None:
    session = merchant.session()
    answer = visitor.post(path(session), data=TYPED | {"expiry": expiry})
    assert (answer.status_code, answer.headers["location"]) == (303, f"http://shop.example/merci?session_id={session}")
    assert merchant.object("checkout.session", session)["payment_status"] == "paid"


def test_the_same_form_sent_twice_charges_once(merchant: Merchant, visitor: TestClient) -> None:
    session = merchant.session()
    first, second = (visitor.post(path(session), data=TYPED) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert second.headers["location"] == path(session)
    assert len(merchant.sandbox.state.table("charge")) == 1
    assert "Paiement reçu" in visitor.get(path(session)).text


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"number": ""}, "number", "Indiquez le numéro de la carte."),
        ({"number": "4242 4242 4242 4241"}, "number", "Ce numéro de carte n’est pas valable."),
        ({"expiry": ""}, "expiry", "Indiquez le mois et l’année"),
        ({"expiry": "13/29"}, "expiry", "Indiquez le mois et l’année"),
        ({"expiry": "bientôt"}, "expiry", "Indiquez le mois et l’année"),
        ({"expiry": "10/26"}, "expiry", "Cette carte a expiré."),
        ({"cvc": "12"}, "cvc", "Indiquez les trois chiffres"),
        ({"name": "  "}, "name", "Indiquez le nom du titulaire"),
    ],
)
def test_a_mistake_is_told_at_its_field_and_asks_no_bank(
    merchant: Merchant, visitor: TestClient, typed: dict[str, str], field: str, sentence: str
) -> None:
    answer = visitor.post(path(merchant.session()), data=TYPED | typed)
    assert answer.status_code == 422
    error = answer.text.partition(f'id="{field}-error">')[2].partition("<")[0]
    assert sentence in error
    assert f'aria-describedby="{field}-error' in answer.text
    assert answer.text.count('aria-invalid="true"') == 1
    assert merchant.sandbox.state.table("charge") == {}


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (POOR, f"Votre banque a refusé le paiement{NBSP}: la provision est insuffisante. Rien n’a été débité."),
        ("4000 0000 0000 0002", "Votre banque a refusé le paiement. Rien n’a été débité. Essayez une autre carte"),
        (EXPIRED, "Cette carte a expiré. Rien n’a été débité."),
        ("4000 0000 0000 0119", "La banque n’a pas répondu. Rien n’a été débité. Réessayez dans un moment."),
        ("4000 0000 0000 0127", "Le code de sécurité ne correspond pas à cette carte."),
        ("4000 0000 0000 9987", "Votre banque a refusé le paiement. Rien n’a été débité."),
        ("4111 1111 1111 1111", "ne connaît que les cartes d’essai"),
    ],
)
def test_a_declined_card_says_what_happened_and_another_one_may_pay(
    merchant: Merchant, visitor: TestClient, number: str, sentence: str
) -> None:
    session = merchant.session()
    answer = visitor.post(path(session), data=TYPED | {"number": number})
    assert answer.status_code == 402
    assert sentence in answer.text
    assert sentence in visitor.get(path(session)).text
    assert visitor.post(path(session), data=TYPED).status_code == 303


def test_numbers_and_codes_are_neither_shown_again_nor_kept(merchant: Merchant, visitor: TestClient) -> None:
    session = merchant.session()
    typed = TYPED | {"number": POOR, "cvc": "9876"}
    text = visitor.post(path(session), data=typed).text
    assert 'value="04/29"' in text
    assert 'value="Camille Test"' in text
    # The page offers test cards by their numbers; what it must not do is fill them in.
    assert f'value="{POOR}"' not in text
    assert "9876" not in text
    state = str(merchant.sandbox.state)
    assert POOR.replace(" ", "") not in state
    assert "9876" not in state


def test_a_card_that_asks_leads_to_the_bank(merchant: Merchant, visitor: TestClient) -> None:
    for number in (ASKS, ONCE):
        answer = visitor.post(path(merchant.session()), data=TYPED | {"number": number})
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/3ds/auth_sbx_")


def test_a_disputed_card_pays_like_any_other(merchant: Merchant, visitor: TestClient) -> None:
    assert visitor.post(path(merchant.session()), data=TYPED | {"number": DISPUTED}).status_code == 303


def test_a_session_that_keeps_a_card_says_that_nothing_is_taken(merchant: Merchant, visitor: TestClient) -> None:
    session = merchant.setup_session()
    text = visitor.get(path(session)).text
    assert "Rien n’est débité aujourd’hui." in text
    assert '<button class="primary">Enregistrer la carte</button>' in text
    assert visitor.post(path(session), data=TYPED).status_code == 303
    assert "Carte enregistrée" in visitor.get(path(session)).text


def test_a_payment_that_keeps_the_card_for_later_says_so(merchant: Merchant, visitor: TestClient) -> None:
    later = merchant.session(payment_intent_data={"setup_future_usage": "off_session"})
    assert "débiter cette carte aux échéances convenues" in visitor.get(path(later)).text
    assert "échéances convenues" not in visitor.get(path(merchant.session())).text


def test_an_expired_session_takes_no_card(merchant: Merchant, visitor: TestClient) -> None:
    session = merchant.session()
    merchant.pass_time(timedelta(hours=25))
    answer = visitor.get(path(session))
    assert answer.status_code == 410
    assert "Cette page a expiré" in answer.text
    assert visitor.post(path(session), data=TYPED).headers["location"] == path(session)
    assert merchant.sandbox.state.table("charge") == {}


def test_an_unknown_session_is_told_in_french(visitor: TestClient) -> None:
    answer = visitor.get(path("cs_test_sbx_0000000000000000"))
    assert answer.status_code == 404
    assert "Cette page n’existe pas, ou n’existe plus." in answer.text


def test_text_of_the_shop_cannot_become_markup(merchant: Merchant, visitor: TestClient) -> None:
    line = {
        "price_data": {"currency": "eur", "unit_amount": 100, "product_data": {"name": "<script>alert(1)</script>"}}
    }
    session = merchant.session(line_items=[line])
    text = visitor.post(path(session), data=TYPED | {"cvc": "", "name": '"><b>'}).text
    assert "<script" not in text
    assert "<b>" not in text
