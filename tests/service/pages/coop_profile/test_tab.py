"""The coop's own page lists its mandate holders, its collections, its accounts and the messages to it (S-27)."""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

import httpx2
import pytest

from domain.calendar import french_date
from domain.rights.roles import MemberRole, Role
from service.coops.emails import SUBJECTS
from service.emails.mandate_holder_emails import WRITERS
from tests.kit.live_server import LiveServer
from tests.kit.members.office import DAYS, TODAY, desk, register_coop
from tests.kit.members.sessions import SLUG
from tests.kit.waiting import wait_for

_TAGS: Final = re.compile(r"<[^>]+>|\s+")


def tab_of(coop_id: UUID) -> str:
    """The address of a coop's own page."""
    return f"/{SLUG}/coops/{coop_id}/cooperative"


def said(page: str) -> str:
    """What a page says, without its marks."""
    return _TAGS.sub(" ", page.replace("&nbsp;", "\u00a0"))


def test_the_tab_names_the_holders_with_their_days_the_collections_and_the_account(
    live_server: LiveServer, office: httpx2.Client
) -> None:
    coop_id = register_coop(office, affiliation_number="630", email="tab@ecole.example")
    page = office.get(tab_of(coop_id)).text
    assert "Nadia BENALI" in page
    for day in DAYS:
        assert french_date(day) in page
    assert "En cours" in page
    assert "Crédit Mutuel" in page
    assert "FR08 •••• 7866" in page
    assert "À confirmer" in page
    assert "Aucune collecte pour le moment." in page
    ours = office.get(tab_of(live_server.world.coop_id)).text
    assert re.search(r"/collectes/[0-9a-f-]{36}", ours)
    assert "Publié" in ours


def test_the_message_to_the_holder_is_listed_by_subject_day_and_state(office: httpx2.Client) -> None:
    coop_id = register_coop(office, affiliation_number="631", email="message@ecole.example")
    for subject in ("Invitation du mandataire", r"Compte bancaire enregistré( \(\d+\xa0messages\))?"):
        sent = re.compile(rf"{french_date(TODAY)}\s+{subject}\s+Envoyé")
        wait_for(lambda: sent.search(said(office.get(tab_of(coop_id)).text)), bool)  # noqa: B023 - waited for here
    page = office.get(tab_of(coop_id)).text
    assert "message@ecole.example" not in page, "subjects and days, no address and no body"


def test_every_message_to_holders_has_a_subject_on_the_page() -> None:
    assert set(SUBJECTS) == {*WRITERS, "member-invitation"}


def test_what_is_done_and_what_is_left_is_said_until_all_is_done(office: httpx2.Client) -> None:
    coop_id = register_coop(office, affiliation_number="632", email="reste@ecole.example")
    page = office.get(tab_of(coop_id)).text
    assert "Ce qui est fait, ce qui reste à faire" in page
    assert "Son mandataire est nommé et invité." in page
    assert "L’IBAN attend la confirmation d’une deuxième personne de l’association." in page
    assert "Les classes de l’année sont à lister." in page


def test_a_mandate_holder_reads_the_tab_and_manages_nothing_of_it(
    live_server: LiveServer, mandataire: httpx2.Client
) -> None:
    page = mandataire.get(tab_of(live_server.world.coop_id)).text
    assert "Mandataires habilités" in page
    for word in ("Ajouter un mandataire", "Enregistrer un IBAN", "Gérer"):
        assert word not in page


def test_whom_to_write_to_is_who_works_for_the_association(
    live_server: LiveServer, office: httpx2.Client, mandataire: httpx2.Client
) -> None:
    assert office.get(tab_of(live_server.world.coop_id)).status_code == 200, "somebody works for it"
    opened = live_server.world.runtime.ledger(SLUG)
    roles = opened.association().roles.values()
    staff = [opened.members.members.by_id(one.member_id) for one in roles if one.role is MemberRole.STAFF]
    addresses = {one.profile.email for one in staff if one is not None}
    written = set(re.findall(r'href="mailto:([^"]+)"', mandataire.get(tab_of(live_server.world.coop_id)).text))
    assert written
    assert written <= addresses


@pytest.mark.parametrize("below", ["", "/cooperative", "/parametres", "/fonctionnalites", "/charte"])
def test_another_coop_is_not_found_at_any_of_its_addresses(
    office: httpx2.Client, mandataire: httpx2.Client, below: str
) -> None:
    coop_id = register_coop(office, affiliation_number=f"64{len(below)}", email=f"foreign{len(below)}@ecole.example")
    assert office.get(f"/{SLUG}/coops/{coop_id}{below}").status_code == 200
    assert mandataire.get(f"/{SLUG}/coops/{coop_id}{below}").status_code == 404


def test_a_right_that_ended_shows_nothing_any_more(live_server: LiveServer) -> None:
    with desk(live_server, Role.AUDITOR) as auditor:
        page = auditor.get(tab_of(live_server.world.coop_id))
        assert page.status_code == 200
        assert "Ajouter un mandataire" not in page.text
