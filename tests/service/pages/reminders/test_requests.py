"""The page on which a reminder is asked for, and where the link of its letter leads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final
from uuid import UUID

import httpx2
import pytest
from playwright.sync_api import Browser, expect

from adapters.contact_vault import ClassOfYear, ContactProfile
from adapters.email import stored_emails
from domain.calendar import paris_date
from domain.rights.roles import Role
from service.contacts.address_book import add_contacts
from service.reminders import sender
from tests.kit.browser import SIZES, shoot, too_wide, violations, wrong_french
from tests.kit.email_world import PUBLIC
from tests.kit.live_server import LiveServer
from tests.kit.members.office import desk, form_key
from tests.kit.members.sessions import SLUG, sign_in_browser
from tests.kit.members.visits import words
from tests.kit.waiting import wait_until

YEAR: Final = 2026
FAMILIES: Final = tuple(f"{name}@famille.example" for name in ("abel", "blin", "cornu", "duval", "evrard", "faure"))


def write_down(live_server: LiveServer, code: str, *emails: str) -> None:
    """Write contacts of a class down."""
    world = live_server.world
    profiles = [ContactProfile(email, last_name=email.partition("@")[0]) for email in emails]
    opened = world.runtime.ledger(SLUG)
    add_contacts(opened, world.coop_id, profiles, paris_date(world.now()), [ClassOfYear(YEAR, code)])


def page_of(campaign_id: UUID) -> str:
    """The address of the page."""
    return f"/{SLUG}/collectes/{campaign_id}/rappels"


@pytest.fixture(scope="module")
def letter(live_server: LiveServer) -> Iterator[str]:
    """The link of a letter that left, without the host; the mandate holder asked for it twice by one form."""
    write_down(live_server, "CPA", *FAMILIES)
    path = page_of(live_server.world.campaign_id)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sender, "BEAT", 0.0)
        with desk(live_server, Role.MANDATAIRE, live_server.world.coop_id) as client:
            form = {"classe": "CPA", "cle": form_key(client.get(f"{path}?classe=CPA").text)}
            answers = [client.post(path, data=form) for _ in range(2)]
            assert [words(one.text) for one in answers] == ["", ""]
            assert [one.headers["location"] for one in answers] == [f"{path}?fait=1"] * 2
        live_server.world.sandbox.pass_time(seconds=10_800)
        wait_until(lambda: bool(_letters(live_server)), seconds=30)
        link = next(word for word in _letters(live_server)[0].split() if word.startswith(f"{PUBLIC}/{SLUG}/rappel/"))
        yield link.removeprefix(PUBLIC)


def _letters(live_server: LiveServer) -> list[str]:
    """The reminders that one of the families got."""
    laid = stored_emails(live_server.letters)
    return [one.text for one in laid if one.to == FAMILIES[0] and "/rappel/" in one.text]


def test_a_reminder_is_asked_for_and_the_page_says_its_day_and_the_contacts_and_no_more(
    live_server: LiveServer, letter: str
) -> None:
    world = live_server.world
    path = page_of(world.campaign_id)
    with desk(live_server, Role.MANDATAIRE, world.coop_id) as client:
        said = words(client.get(path).text)
        refused = client.post(path, data={"classe": "CPA", "cle": "another"})
        history = words(client.get(f"/{SLUG}/collectes/{world.campaign_id}/historique").text)
    assert "CP A 6 1 sur 3, le" in said
    assert "à partir du" in said
    assert not any(email in said for email in FAMILIES)
    assert refused.status_code == 409
    assert "cinq jours au moins" in words(refused.text)
    assert "Rappel demandé pour les familles d’une classe" in history
    assert world.kinds().count("ReminderAsked") == 1
    assert letter.startswith(f"/{SLUG}/rappel/")


def test_the_page_says_before_that_nobody_is_shown_whom_the_letter_goes_to(live_server: LiveServer) -> None:
    write_down(live_server, "CE1", *FAMILIES[:4])
    with desk(live_server, Role.MANDATAIRE, live_server.world.coop_id) as client:
        page = words(client.get(f"{page_of(live_server.world.campaign_id)}?classe=CE1").text)
    assert "se décide au moment de l’envoi, par le service seul. Personne ne le voit" in page
    assert "4 contacts sont sur la liste" in page
    assert "aucun enfant n’est exclu" in page


def test_a_class_of_four_is_refused_in_words_and_one_that_is_not_there_is_not_found(live_server: LiveServer) -> None:
    write_down(live_server, "CE1", *FAMILIES[:4])
    path = page_of(live_server.world.campaign_id)
    with desk(live_server, Role.MANDATAIRE, live_server.world.coop_id) as client:
        few = client.post(path, data={"classe": "CE1", "cle": "a"})
        unknown = client.post(path, data={"classe": "CM2", "cle": "b"})
        again = words(client.get(path).text)
    assert few.status_code == 409
    assert "5 familles au moins" in words(few.text)
    assert unknown.status_code == 404
    assert "CE1 4 aucun 5\u00a0familles au moins au carnet, ajouter des contacts de CE1" in again
    assert again.index("seuls contacts de votre carnet d’adresses") < again.index("CE1 4 aucun")


def test_who_only_reads_asks_for_none(live_server: LiveServer) -> None:
    path = page_of(live_server.world.campaign_id)
    for role in (Role.STAFF, Role.AUDITOR):
        with desk(live_server, role) as client:
            assert client.get(path).status_code == 403
            assert client.post(path, data={"classe": "CPA", "cle": "a"}).status_code == 403


def test_the_link_leads_to_the_campaign_and_a_basket_opened_by_it_is_an_answer(
    live_server: LiveServer, letter: str
) -> None:
    world = live_server.world
    with httpx2.Client(base_url=live_server.url, headers={"Accept": "text/html"}) as family:
        page = family.get(letter)
        assert page.status_code == 200
        assert page.headers["cache-control"] == "no-store"
        token = letter.rpartition("/")[2]
        assert f'name="lettre" value="{token}"' in page.text
        opened = family.post(f"/{SLUG}/contribuer/{world.campaign_id}/panier", data={"lettre": token})
        basket = world.runtime.ledger(SLUG).baskets.read(opened.headers["location"].rpartition("/")[2], world.now())
    assert basket is not None
    assert token.encode() in basket.content
    contribution_id = world.place("CP A")
    reminders = world.runtime.ledger(SLUG).reminders
    reminders.link(world.campaign_id, token, contribution_id)
    reminders.link(world.campaign_id, "x" * 43, contribution_id)
    listed = reminders.by_token(token)
    assert listed is not None
    assert listed.contributions == (contribution_id,)


def test_no_more_is_one_click_and_a_confirmation_without_an_account(live_server: LiveServer, letter: str) -> None:
    world = live_server.world
    reminders = world.runtime.ledger(SLUG).reminders
    listed = reminders.by_token(letter.rpartition("/")[2])
    assert listed is not None
    with httpx2.Client(base_url=live_server.url, headers={"Accept": "text/html"}) as family:
        asked = family.get(f"{letter}/arret")
        assert reminders.stopped(world.coop_id, [listed.digest]) == frozenset()
        done = family.post(f"{letter}/arret")
        said = words(family.get(done.headers["location"]).text)
        unknown = family.get(f"/{SLUG}/rappel/{'x' * 43}")
    assert "Ne plus me rappeler" in asked.text
    assert "n’envoie plus de rappel à votre adresse" in said
    assert reminders.stopped(world.coop_id, [listed.digest]) == {listed.digest}
    assert unknown.status_code == 404


@pytest.mark.browser
@pytest.mark.parametrize("size", SIZES)
def test_the_pages_are_whole_on_a_telephone_and_at_a_desk(
    browser: Browser, live_server: LiveServer, letter: str, size: str
) -> None:
    live_server.world.sandbox.pass_time(seconds=timedelta(days=5).total_seconds())
    path, visit = (
        page_of(live_server.world.campaign_id),
        browser.new_context(base_url=live_server.url, locale="fr-FR", viewport=SIZES[size]),
    )
    sign_in_browser(visit, live_server.url, live_server.mandataire_session())
    page, wrong = visit.new_page(), {}
    for name, address in (
        ("reminders", path),
        ("reminder-asked", f"{path}?classe=CPA"),
        ("reminder-letter", letter),
        ("reminder-stop", f"{letter}/arret"),
    ):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        wrong[name] = [*violations(page), *wrong_french(page), *too_wide(page)]
        shoot(page, f"{name}-{size}")
    visit.close()
    assert {name: found for name, found in wrong.items() if found} == {}
