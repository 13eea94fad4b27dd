"""A message to the families that were chosen: one letter each, as it was looked at, and no more for who wants none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Final
from uuid import uuid4

import httpx2
import psycopg
import pytest
from playwright.sync_api import Browser

from adapters.people_vault import Person
from domain.rights.roles import Role
from service.messages.stop_links import PATH
from tests.kit.browser import SIZES, shoot, too_wide, violations, wrong_french
from tests.kit.email_world import PAYER, PUBLIC, body, links
from tests.kit.example_emails import letters_in
from tests.kit.live_server import LiveServer
from tests.kit.members.office import desk, form_key
from tests.kit.members.sessions import SLUG, sign_in_browser
from tests.kit.waiting import wait_until

OTHER: Final = Person("Olympe", "GOUGES", "olympe@famille.example")
LEFT: Final = Person("Toussaint", "OUVERTURE", "toussaint@famille.example")
TEXT: Final = "La sortie est le 12 octobre : prévoyez un pique-nique !\nÀ bientôt <b>toutes</b> & tous"


@pytest.fixture(scope="module", autouse=True)
def paid(live_server: LiveServer) -> None:
    """A family with two children, who paid twice, another one, and one that left its basket."""
    world = live_server.world
    world.name_contact()
    world.pay_for(PAYER, "CP A", "CE1")
    world.pay_for(Person("Zéphyrine", "QUATREBARBES", PAYER.email.upper()), "CM2")
    world.pay_for(OTHER, "CM2")
    world.place_for(LEFT, "CM2")


@pytest.fixture
def owner(live_server: LiveServer) -> Iterator[psycopg.Connection]:
    """The database."""
    with psycopg.connect(live_server.database, autocommit=True) as connection:
        yield connection


@pytest.fixture(autouse=True)
def a_new_day(owner: psycopg.Connection) -> None:
    """Nothing was written today: five messages are all that a coop may send."""
    owner.execute("DELETE FROM vault.messages")
    owner.execute("DELETE FROM vault.message_refusals")


def address(live_server: LiveServer) -> str:
    """Where a message is written."""
    return f"/{SLUG}/collectes/{live_server.world.campaign_id}/participants/message"


def sent_by(live_server: LiveServer, who: httpx2.Client, subject: str, **chosen: str) -> list[EmailMessage]:
    """Write to a selection, all by default, and return the letters that left."""
    page, fields = address(live_server), chosen or {"toutes": "1"}
    shown = who.post(page, data=fields)
    assert shown.status_code == 200, shown.text
    typed = {**fields, "objet": subject, "texte": TEXT, "cle": form_key(shown.text)}
    looked = who.post(page, data={**typed, "etape": "relire"})
    assert looked.status_code == 200, looked.text
    answer = who.post(page, data={**typed, "etape": "envoyer"})
    assert answer.status_code == 303, answer.text
    assert who.post(page, data={**typed, "etape": "envoyer"}).status_code == 303
    done(live_server)
    return letters(live_server, subject)


def done(live_server: LiveServer) -> None:
    """Wait until no message waits to be sent."""
    query = "SELECT count(*) FROM work.tasks WHERE kind = 'letter:family-message' AND state = 'waiting'"

    def is_done() -> bool:
        with psycopg.connect(live_server.database) as connection:
            return connection.execute(query).fetchone() == (0,)

    wait_until(is_done, seconds=20)


def letters(live_server: LiveServer, subject: str) -> list[EmailMessage]:
    """The letters of a subject."""
    found = letters_in(live_server.letters)
    return [letter for letter in found if str(letter["Subject"]).replace("\u00a0", " ") == subject]


def test_each_family_gets_one_letter_whatever_its_children_and_baskets(
    live_server: LiveServer, mandataire: httpx2.Client
) -> None:
    """S-137."""
    told = sent_by(live_server, mandataire, "Sortie du 12 octobre")
    assert sorted(str(letter["To"]).casefold() for letter in told) == sorted([PAYER.email, OTHER.email])
    assert {str(letter["Reply-To"]).casefold() for letter in told} == {"h.quincampoix@ecole.example"}
    said = body(told[0])
    assert "La sortie est le 12 octobre : prévoyez un pique-nique !" in said
    assert "<b>toutes</b> & tous" in said
    html = told[0].get_body(("html",))
    assert html is not None
    assert "&lt;b&gt;toutes&lt;/b&gt; &amp; tous" in html.get_content()
    assert "octobre\u00a0: prévoyez un pique-nique\u00a0!" in html.get_content()


def test_who_left_a_basket_is_never_written_to(live_server: LiveServer, mandataire: httpx2.Client) -> None:
    sent_by(live_server, mandataire, "À toutes les familles")
    assert not any(LEFT.email in str(letter["To"]) for letter in letters(live_server, "À toutes les familles"))


def test_it_is_shown_as_it_leaves_before_it_leaves_and_nothing_typed_is_lost(
    live_server: LiveServer, mandataire: httpx2.Client
) -> None:
    page = address(live_server)
    empty = mandataire.post(page, data={"toutes": "1", "objet": "", "texte": TEXT, "etape": "relire"})
    assert empty.status_code == 422
    assert "Indiquez l’objet du message." in empty.text
    assert "prévoyez un pique-nique" in empty.text
    looked = mandataire.post(page, data={"toutes": "1", "objet": "Relu", "texte": TEXT, "etape": "relire"})
    assert "Envoyer à 2 familles" in looked.text
    assert "&lt;b&gt;toutes&lt;/b&gt;" in looked.text
    assert letters(live_server, "Relu") == []
    back = mandataire.post(page, data={"toutes": "1", "objet": "Relu", "texte": TEXT, "etape": "modifier"})
    assert 'value="Relu"' in back.text


def test_a_subject_of_several_lines_forges_no_header(live_server: LiveServer, mandataire: httpx2.Client) -> None:
    told = sent_by(live_server, mandataire, "Sortie\r\nBcc: mechant@example.org")
    assert told == []
    (first, *_) = letters(live_server, "Sortie Bcc: mechant@example.org")
    assert first["Bcc"] is None


def test_the_history_says_what_was_sent_and_to_how_many_and_to_whom_it_never_does(
    live_server: LiveServer, mandataire: httpx2.Client, owner: psycopg.Connection
) -> None:
    sent_by(live_server, mandataire, "Dans l’historique")
    shown = mandataire.get(f"{address(live_server)}s").text
    assert "Dans l’historique" in shown
    assert "2 familles" in shown
    assert not any(word in shown for word in (PAYER.email, OTHER.email, OTHER.last_name))
    rows = owner.execute("SELECT m::text FROM vault.messages AS m").fetchall()
    tasks = owner.execute("SELECT facts::text FROM work.tasks WHERE kind = 'letter:family-message'").fetchall()
    assert rows
    assert not any("historique" in str(row) or "pique-nique" in str(row) for row in (*rows, *tasks))


def test_who_wants_no_more_messages_gets_none_of_this_coop(
    live_server: LiveServer, mandataire: httpx2.Client, owner: psycopg.Connection
) -> None:
    first = sent_by(live_server, mandataire, "Le premier")
    (mine,) = [letter for letter in first if str(letter["To"]) == OTHER.email]
    (link,) = [one for one in links(mine) if f"/{PATH}/" in one]
    path = link.removeprefix(PUBLIC)
    with httpx2.Client(base_url=live_server.url, headers={"Accept": "text/html"}, timeout=30) as anyone:
        asked = anyone.get(path)
        assert asked.status_code == 200
        assert "Ne plus recevoir" in asked.text
        assert asked.headers["referrer-policy"] == "no-referrer"
        assert OTHER.email not in asked.text
        assert owner.execute("SELECT count(*) FROM vault.message_refusals").fetchone() == (0,)
        assert "C’est noté" in anyone.post(path).text
        assert anyone.get(f"/{SLUG}/{PATH}/{'A' * 90}").status_code == 404
    second = sent_by(live_server, mandataire, "Le second")
    assert [str(letter["To"]).casefold() for letter in second] == [PAYER.email]
    assert "2 familles" in mandataire.get(f"{address(live_server)}s").text
    row = owner.execute("SELECT encode(email_digest, 'hex') FROM vault.message_refusals").fetchone()
    assert row is not None
    assert OTHER.email.encode().hex() not in row[0]


def test_a_coop_writes_five_times_a_day_and_no_more(live_server: LiveServer, mandataire: httpx2.Client) -> None:
    for number in range(5):
        sent_by(live_server, mandataire, f"Le numéro {number}")
    page, fields = address(live_server), {"toutes": "1", "objet": "De trop", "texte": TEXT, "cle": str(uuid4())}
    refused = mandataire.post(page, data={**fields, "etape": "envoyer"})
    assert refused.status_code == 422
    assert "cinq messages par jour au plus" in refused.text
    done(live_server)
    assert letters(live_server, "De trop") == []


def test_a_letter_that_is_repeated_after_a_crash_is_the_same_letter(
    live_server: LiveServer, mandataire: httpx2.Client, owner: psycopg.Connection
) -> None:
    first = sent_by(live_server, mandataire, "Une seule fois")
    owner.execute(
        "UPDATE work.tasks SET state = 'waiting', ended_at = NULL"
        " WHERE kind = 'letter:family-message' AND state = 'done'"
    )
    done(live_server)
    again = letters(live_server, "Une seule fois")
    assert {str(letter["Message-ID"]) for letter in again} == {str(letter["Message-ID"]) for letter in first}


def test_nothing_chosen_leads_back_to_the_list_with_a_sentence(
    live_server: LiveServer, mandataire: httpx2.Client
) -> None:
    refused = mandataire.post(address(live_server), data={"ligne": f"{uuid4()}.1"})
    assert refused.status_code == 422
    assert "Aucune ligne n’est choisie" in refused.text


def test_who_does_not_run_the_coop_writes_to_nobody(live_server: LiveServer) -> None:
    for role in (Role.STAFF, Role.AUDITOR):
        with desk(live_server, role) as who:
            assert who.post(address(live_server), data={"toutes": "1"}).status_code == 403


@pytest.mark.browser
@pytest.mark.parametrize("size", SIZES)
def test_everybody_can_write_look_and_send(browser: Browser, live_server: LiveServer, size: str) -> None:
    visit = browser.new_context(base_url=live_server.url, locale="fr-FR", viewport=SIZES[size])
    sign_in_browser(visit, live_server.url, live_server.mandataire_session())
    seen = visit.new_page()
    seen.goto(f"/{SLUG}/collectes/{live_server.world.campaign_id}/participants")
    seen.locator('input[name="toutes"]').check()
    seen.get_by_role("button", name=re.compile("message", re.IGNORECASE)).last.click()
    shoot(seen, f"message-write-{size}")
    for check in (too_wide, wrong_french, violations):
        assert check(seen) == []
    seen.get_by_label("Objet").fill("Sortie du 12 octobre")
    seen.locator("#texte").fill(
        "Nous partons au musée à 8 h 30.\n\nPrévoyez un pique-nique et des bottes.\n\nLaurence MARDEGAN"
    )
    seen.get_by_role("button", name="Relire avant l’envoi").click()
    shoot(seen, f"message-look-{size}")
    for check in (too_wide, wrong_french, violations):
        assert check(seen) == []
    seen.get_by_role("button", name=re.compile("^Envoyer à")).click()
    seen.get_by_text("Le message part dans les minutes").wait_for()
    shoot(seen, f"message-history-{size}")
    for check in (too_wide, wrong_french, violations):
        assert check(seen) == []
    done(live_server)
    letter = letters(live_server, "Sortie du 12 octobre")[-1]
    (link,) = [one for one in links(letter) if f"/{PATH}/" in one]
    seen.goto(link.removeprefix(PUBLIC))
    shoot(seen, f"message-stop-{size}")
    for check in (too_wide, violations):
        assert check(seen) == []
    visit.close()
