"""Opening an account, signing in, a forgotten password: and no answer shows whose address has an account."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import LiteralString
from uuid import uuid4

import httpx2
import psycopg
import pytest

from adapters.rate_limits import Charge, TooManyAttempts
from service.accounts import account_limits
from service.runtime.open_ledger import OpenLedger
from tests.kit.email_world import body
from tests.kit.live_server import LiveServer
from tests.kit.members.sessions import FAMILY_COOKIE
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
from tests.service.pages.families.basket_forms import draft, put


def takes(opened: OpenLedger, charges: Iterator[Charge], at: datetime) -> bool:
    """Whether one more is taken."""
    try:
        opened.families.limits.take([*charges], at)
    except TooManyAttempts:
        return False
    return True


def buckets(live_server: LiveServer) -> int:
    """How many rows the limits have."""
    return _count(live_server, "SELECT count(*) FROM vault.rate_limits")


def tasks(live_server: LiveServer) -> int:
    """How many e-mails about accounts were ever planned."""
    return _count(live_server, "SELECT count(*) FROM work.tasks WHERE kind LIKE 'letter:account%'")


def _count(live_server: LiveServer, query: LiteralString) -> int:
    with psycopg.connect(live_server.database) as owner:
        found = owner.execute(query).fetchone()
    assert found is not None
    return int(found[0])


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
    assert FAMILY_COOKIE not in family.cookies
    right = family.post(link, data={"password": PASSWORD})
    assert (right.status_code, right.headers["location"]) == (303, HOME)
    attributes = right.headers["set-cookie"].split("; ")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(attributes)
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


def test_nobody_undoes_the_account_that_another_asked_for(
    live_server: LiveServer, family: httpx2.Client, email: str
) -> None:
    family.post(f"{HOME}/creer", data=fields(email))
    mine = link_to(live_server, email, "confirmation")
    with httpx2.Client(base_url=live_server.url, headers={"Accept": "text/html"}, timeout=30) as stranger:
        stranger.post(f"{HOME}/creer", data=fields(email, first_name="Intrus", password=OTHER))
        theirs = link_to(live_server, email, "confirmation", 2)
    assert family.post(theirs, data={"password": PASSWORD}).status_code == 422
    assert family.post(mine, data={"password": PASSWORD}).status_code == 303
    assert "Intrus" not in family.get(HOME).text
    assert family.post(theirs, data={"password": OTHER}).status_code == 410
    family.cookies.clear()
    assert [sign_in(family, email, password).status_code for password in (OTHER, PASSWORD)] == [401, 303]


def test_an_address_gets_a_few_letters_a_day_whoever_asks(
    live_server: LiveServer, family: httpx2.Client, email: str
) -> None:
    answers = [family.post(f"{HOME}/creer", data=fields(email)).status_code for _ in range(25)]
    assert answers == [200] * 3 + [429] * 22
    assert family.post(f"{HOME}/mot-de-passe", data={"email": email}).status_code == 429
    link_to(live_server, email, "confirmation", 3)
    live_server.world.worker.work_off()
    assert len(letters_to(live_server, email)) == 3
    opened, at = live_server.world.runtime.ledger("ad06"), live_server.world.now()
    digest = opened.families.accounts.address_digest(email).hex()
    elsewhere = [f"198.51.100.{number}" for number in range(20)]
    assert sum(takes(opened, account_limits.letter_charges(digest, network), at) for network in elsewhere) == 3


def test_a_family_that_meets_the_limit_of_its_address_goes_on_without_an_account(
    live_server: LiveServer, family: httpx2.Client, email: str
) -> None:
    for _ in range(3):
        family.post(f"{HOME}/creer", data=fields(email))
    basket = put(live_server, draft(live_server, "Marie", guest=False))
    refused = family.post(f"{basket}/compte", data={**fields(email), "action": "create"})
    assert (refused.status_code, "continuez sans compte" in refused.text) == (200, True)
    assert family.post(f"{basket}/compte", data={"action": "guest"}).status_code == 303


def test_every_wrong_field_gets_a_sentence_and_no_password_is_shown_again(family: httpx2.Client) -> None:
    wrong = {"first_name": "", "last_name": "12", "email": "personne", "password": "court"}
    answer = family.post(f"{HOME}/creer", data=wrong)
    assert answer.status_code == 422
    for name in wrong:
        assert f'id="{name}-error"' in answer.text
    assert 'value="personne"' in answer.text
    summary = re.findall(r'<li><a href="#\w+">([^<]+)</a>', answer.text)
    assert summary == [
        "Indiquez votre prénom.",
        "Votre nom\u00a0: ce nom ne contient aucune lettre.",
        "Cette adresse e-mail n’est pas valable. Vérifiez-la\u00a0: par exemple prenom.nom@courriel.fr.",
        "Choisissez un mot de passe de 12 caractères au moins.",
    ]
    assert "court" not in answer.text.replace("courte", "")


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("onze lettre", "12 caractères au moins"),
        ("aaaaaaaaaaaaaaaa", "trop facile"),
        ("motdepasse123456", "trop facile"),
        ("marseille2024", "trop facile"),
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
    assert FAMILY_COOKIE not in family.cookies


def test_wrong_passwords_of_strangers_never_stop_the_holder(
    live_server: LiveServer, family: httpx2.Client, email: str
) -> None:
    open_account(live_server, family, email)
    family.post(f"{HOME}/deconnexion")
    with httpx2.Client(base_url=live_server.url, headers={"Accept": "text/html"}, timeout=30) as stranger:
        tried = [sign_in(stranger, email, f"{OTHER} {number}") for number in range(11)]
        assert [answer.status_code for answer in tried] == [401] * 10 + [429]
        assert int(tried[-1].headers["retry-after"]) <= 90
        assert sign_in(stranger, email).status_code == 429
    assert sign_in(family, email).status_code == 303
    live_server.world.sandbox.do("/clock", seconds=90)
    with httpx2.Client(base_url=live_server.url, headers={"Accept": "text/html"}, timeout=30) as telephone:
        assert sign_in(telephone, email).status_code == 303


def test_a_browser_is_known_for_the_address_that_signed_in_from_it_alone(
    live_server: LiveServer, family: httpx2.Client, email: str
) -> None:
    open_account(live_server, family, email)
    assert "coopledger-browser-ad06" in family.cookies
    other = f"o{email}"
    codes = [sign_in(family, other, OTHER).status_code for _ in range(11)]
    assert codes == [401] * 10 + [429]
    assert [sign_in(family, email, OTHER).status_code for _ in range(11)] == [401] * 10 + [429]


def test_a_link_that_nobody_sent_is_counted_by_the_network_and_leaves_no_row(
    live_server: LiveServer, family: httpx2.Client
) -> None:
    before = buckets(live_server)
    answers = {
        family.post(f"{HOME}/confirmation/{uuid4().hex}", data={"password": PASSWORD}).status_code for _ in range(40)
    }
    assert answers == {410}
    assert buckets(live_server) - before <= 2


def test_a_known_and_an_unknown_address_ask_for_the_same_work(
    live_server: LiveServer, family: httpx2.Client, email: str
) -> None:
    open_account(live_server, family, email)
    asked = []
    for address in (email, f"x{email}"):
        before = tasks(live_server)
        family.post(f"{HOME}/mot-de-passe", data={"email": address})
        asked.append(tasks(live_server) - before)
    for address in (email, f"y{email}"):
        before = tasks(live_server)
        family.post(f"{HOME}/creer", data=fields(address))
        asked.append(tasks(live_server) - before)
    assert asked == [1, 1, 1, 1]


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


def test_a_reset_ends_every_other_link(live_server: LiveServer, family: httpx2.Client, email: str) -> None:
    open_account(live_server, family, email)
    links = []
    for number in (1, 2):
        family.post(f"{HOME}/mot-de-passe", data={"email": email})
        links.append(link_to(live_server, email, "mot-de-passe", number))
        live_server.world.sandbox.do("/clock", seconds=6 * 60)
    assert family.post(links[1], data={"password": OTHER}).status_code == 303
    assert family.get(links[0]).status_code == 410
    assert family.post(links[0], data={"password": PASSWORD}).status_code == 410
    assert sign_in(family, email, OTHER).status_code == 303


def test_signing_out_ends_the_session_in_the_database_too(
    live_server: LiveServer, family: httpx2.Client, email: str
) -> None:
    open_account(live_server, family, email)
    token = family.cookies[FAMILY_COOKIE]
    assert family.post(f"{HOME}/deconnexion").status_code == 303
    assert FAMILY_COOKIE not in family.cookies
    family.cookies.set(FAMILY_COOKIE, token)
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


def test_the_trail_says_by_id_who_signed_in_and_who_did_not(
    live_server: LiveServer, family: httpx2.Client, email: str
) -> None:
    open_account(live_server, family, email)
    account = live_server.world.runtime.ledger("ad06").families.accounts.by_email(email)
    assert account is not None
    assert sign_in(family, email, OTHER).status_code == 401
    assert sign_in(family, "nobody@famille.example").status_code == 401
    assert sign_in(family, email).status_code == 303
    entries = live_server.world.runtime.trail.read("ad06")[-4:]
    assert [(one.kind, one.subject_id) for one in entries] == [
        ("signed-in", account.account_id),
        ("sign-in-failed", account.account_id),
        ("sign-in-failed", None),
        ("signed-in", account.account_id),
    ]
    assert email not in str(entries)
