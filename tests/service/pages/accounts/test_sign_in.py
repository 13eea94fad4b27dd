"""Opening an account, signing in, a forgotten password: and no answer shows whose address has an account."""

from __future__ import annotations

import httpx2
import pytest

from adapters.family_accounts import attempts
from service.accounts import account_service
from tests.kit.email_world import body
from tests.kit.live_server import LiveServer
from tests.kit.waiting import wait_until
from tests.service.pages.accounts.conftest import (
    HOME,
    OTHER,
    PASSWORD,
    fields,
    letters_to,
    link_to,
    open_account,
    sign_in,
)

COOKIE = "coopledger_family"


def test_an_account_is_open_once_its_letter_and_its_password_are_both_there(
    live_server: LiveServer, family: httpx2.Client, email: str
) -> None:
    """S-188: signing in needs the e-mail's link and the password."""
    sent = family.post(f"{HOME}/creer", data=fields(email))
    assert (sent.status_code, "Vérifiez vos e-mails" in sent.text) == (200, True)
    link = link_to(live_server, email, "confirmation")
    assert sign_in(family, email).status_code == 401
    assert "Ouvrir mon compte" in family.get(link).text
    wrong = family.post(link, data={"password": OTHER})
    assert (wrong.status_code, "que vous avez choisi" in wrong.text) == (422, True)
    assert COOKIE not in family.cookies
    right = family.post(link, data={"password": PASSWORD})
    assert (right.status_code, right.headers["location"]) == (303, HOME)
    cookie = right.headers["set-cookie"]
    assert [word for word in ("HttpOnly", "SameSite=lax", "Path=/ad06/") if word not in cookie] == []
    mine = family.get(HOME)
    assert "Mon compte" in mine.text
    assert email in mine.text
    assert family.get(link).status_code == 410
    assert family.post(link, data={"password": PASSWORD}).status_code == 410


def test_whoever_asks_for_an_account_that_exists_sees_the_same_and_its_holder_is_told(
    live_server: LiveServer, family: httpx2.Client, email: str
) -> None:
    open_account(live_server, family, email)
    with httpx2.Client(base_url=live_server.url, headers={"Accept": "text/html"}, timeout=30) as stranger:
        again = stranger.post(f"{HOME}/creer", data=fields(email.upper(), first_name="Autre", password=OTHER))
        fresh = stranger.post(f"{HOME}/creer", data=fields(f"n{email}", first_name="Autre", password=OTHER))
    assert again.text.replace(email.upper(), "…") == fresh.text.replace(f"n{email}", "…")
    assert "set-cookie" not in again.headers
    wait_until(lambda: any("déjà un compte" in body(letter) for letter in letters_to(live_server, email)))
    assert sign_in(family, email, OTHER).status_code == 401
    assert "Zéphyrine" in family.get(HOME).text


def test_an_unconfirmed_account_gives_way_to_whoever_reads_the_letters(
    live_server: LiveServer, family: httpx2.Client, email: str
) -> None:
    family.post(f"{HOME}/creer", data=fields(email, first_name="Intrus", password=OTHER))
    link_to(live_server, email, "confirmation")
    family.post(f"{HOME}/creer", data=fields(email))
    second = link_to(live_server, email, "confirmation", 2)
    assert family.post(second, data={"password": OTHER}).status_code == 422
    assert family.post(second, data={"password": PASSWORD}).status_code == 303
    assert "Intrus" not in family.get(HOME).text


def test_every_wrong_field_gets_a_sentence_and_no_password_is_shown_again(family: httpx2.Client) -> None:
    wrong = {"first_name": "", "last_name": "12", "email": "personne", "password": "court"}
    answer = family.post(f"{HOME}/creer", data=wrong)
    assert answer.status_code == 422
    for name in wrong:
        assert f'id="{name}-error"' in answer.text
    assert 'value="personne"' in answer.text
    assert "court" not in answer.text.replace("courte", "")


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("onze lettre", "12 caractères au moins"),
        ("aaaaaaaaaaaaaaaa", "trop facile"),
        ("motdepasse123456", "trop facile"),
        ("QUATREBARBES Zéphyrine", "trop facile"),
        ("x" * 201, "200 caractères au plus"),
    ],
)
def test_a_password_that_would_be_guessed_is_refused(
    family: httpx2.Client, email: str, password: str, sentence: str
) -> None:
    answer = family.post(f"{HOME}/creer", data=fields(email, password=password))
    assert (answer.status_code, sentence in answer.text) == (422, True)


def test_a_wrong_password_an_unknown_address_and_an_unconfirmed_one_get_the_same_answer(
    live_server: LiveServer, family: httpx2.Client, email: str
) -> None:
    open_account(live_server, family, email)
    family.cookies.clear()
    family.post(f"{HOME}/creer", data=fields(f"n{email}"))
    answers = [
        sign_in(family, email, OTHER).text.replace(email, "…"),
        sign_in(family, f"x{email}").text.replace(f"x{email}", "…"),
        sign_in(family, f"n{email}").text.replace(f"n{email}", "…"),
    ]
    assert len(set(answers)) == 1
    assert "inconnus" in answers[0]
    assert COOKIE not in family.cookies


def test_ten_wrong_passwords_close_the_door_for_a_quarter_of_an_hour(
    live_server: LiveServer, family: httpx2.Client, email: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_account(live_server, family, email)
    monkeypatch.setattr(account_service, "BY_ADDRESS", attempts.RateLimit(account_service.BY_ADDRESS.name, 2))
    assert [sign_in(family, email, OTHER).status_code for _ in range(2)] == [401, 401]
    closed = sign_in(family, email)
    assert (closed.status_code, "Attendez un quart d’heure" in closed.text) == (429, True)
    live_server.world.sandbox.do("/clock", seconds=15 * 60)
    assert sign_in(family, email).status_code == 303


def test_a_forgotten_password_is_replaced_by_the_link_of_a_letter_and_all_sessions_end(
    live_server: LiveServer, family: httpx2.Client, email: str
) -> None:
    open_account(live_server, family, email)
    asked = family.post(f"{HOME}/mot-de-passe", data={"email": email})
    unknown = family.post(f"{HOME}/mot-de-passe", data={"email": f"x{email}"})
    assert asked.text.replace(email, "…") == unknown.text.replace(f"x{email}", "…")
    link = link_to(live_server, email, "mot-de-passe")
    with httpx2.Client(base_url=live_server.url, headers={"Accept": "text/html"}, timeout=30) as elsewhere:
        assert elsewhere.post(link, data={"password": "court"}).status_code == 422
        assert elsewhere.post(link, data={"password": OTHER}).status_code == 303
        assert "Mon compte" in elsewhere.get(HOME).text
        assert elsewhere.get(link).status_code == 410
    assert family.get(HOME).status_code == 303
    assert sign_in(family, email, PASSWORD).status_code == 401
    assert sign_in(family, email, OTHER).status_code == 303
    assert letters_to(live_server, f"x{email}") == []


def test_signing_out_ends_the_session_in_the_database_too(
    live_server: LiveServer, family: httpx2.Client, email: str
) -> None:
    open_account(live_server, family, email)
    token = family.cookies[COOKIE]
    assert family.post(f"{HOME}/deconnexion").status_code == 303
    assert COOKIE not in family.cookies
    family.cookies.set(COOKIE, token)
    assert family.get(HOME).headers["location"] == f"{HOME}/connexion"


@pytest.mark.parametrize(
    "suite",
    [
        "https://ailleurs.example",
        "//ailleurs.example",
        "/ad06/collectes",
        "/ad75/compte",
        "/ad06/paniers/../../x",
        "\\",
    ],
)
def test_nobody_is_led_elsewhere_after_signing_in(
    live_server: LiveServer, family: httpx2.Client, email: str, suite: str
) -> None:
    open_account(live_server, family, email)
    assert sign_in(family, email, suite=suite).headers["location"] == HOME


def test_a_form_of_another_site_signs_nobody_in(family: httpx2.Client, email: str) -> None:
    data = {"email": email, "password": PASSWORD}
    answer = family.post(f"{HOME}/connexion", data=data, headers={"Origin": "https://ailleurs.example"})
    assert answer.status_code == 403
