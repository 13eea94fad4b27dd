"""A slip of cash without a name is money and an envelope; no list of people, badge, receipt or letter counts it."""

from __future__ import annotations

import re
from typing import Any

import httpx2
import pytest

from projections.figures import child_rows, export_rows
from projections.figures.child_rows import ChildFigure, ChildrenWanted
from service.pages.community.families import name_families, read_families
from service.runtime.open_ledger import OpenLedger
from tests.kit.email_world import PAYER
from tests.kit.live_server import LiveServer
from tests.kit.members.sessions import SLUG
from tests.kit.members.visits import words
from tests.service.pages.cash.typed import coop_page, send_count
from tests.service.pages.community.pages import rows


@pytest.fixture
def slip(live_server: LiveServer, teacher: httpx2.Client, request: pytest.FixtureRequest) -> str:
    """The number of a slip that was counted in class."""
    number = str(1000 + sum(map(ord, request.node.name)) % 8000)
    send_count(teacher, live_server, number)
    return f"CE1-{number}"


def participants(live_server: LiveServer) -> str:
    """The list of participants of the campaign."""
    return f"/{SLUG}/collectes/{live_server.world.campaign_id}/participants"


def line_of(client: httpx2.Client, live_server: LiveServer, slip: str) -> str:
    """The box of a slip in the list of participants."""
    page = client.post(participants(live_server), data={"recherche": slip}).text
    found = re.search(r'name="ligne" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_a_slip_is_in_the_list_once_and_can_be_filtered(
    live_server: LiveServer, mandataire: httpx2.Client, slip: str
) -> None:
    only = mandataire.get(participants(live_server), params={"nomme": "non"}).text
    (shown,) = [row for row in rows(only) if f"Bordereau {slip}" in row]
    assert shown[:2] == ["", f"Bordereau {slip}"]
    assert shown[-2] == "", "the payer is the same slip"
    assert "n’ont pas de nom" in words(only) or "n’a pas de nom" in words(only)
    named = mandataire.get(participants(live_server), params={"nomme": "oui"}).text
    assert f"Bordereau {slip}" not in named


def test_no_slip_is_a_family_or_a_contact(
    live_server: LiveServer, mandataire: httpx2.Client, opened: OpenLedger, slip: str
) -> None:
    live_server.world.pay_for(PAYER, "CE1")
    families = read_families(opened, live_server.world.coop_id)
    contacts = name_families(opened, families.listed, families.words)
    assert contacts
    assert not [one for one in contacts if "Bordereau" in f"{one.first_name} {one.last_name}"]
    assert slip not in mandataire.get(coop_page(live_server, "/contacts")).text


def test_a_slip_has_no_badge_and_no_letter_and_the_page_says_so(
    live_server: LiveServer, mandataire: httpx2.Client, slip: str
) -> None:
    line = line_of(mandataire, live_server, slip)
    badges = mandataire.post(f"{participants(live_server)}/badges", data={"ligne": line})
    assert badges.status_code == 422
    assert "il n’y a pas de badge à imprimer" in words(badges.text)
    family = live_server.world.pay_for(PAYER, "CE1")
    mandataire.get(participants(live_server))
    message = mandataire.post(f"{participants(live_server)}/message", data={"ligne": [line, f"{family}.1"]})
    assert "1\u00a0ligne sans adresse\u00a0: pas de lettre." in words(message.text)


@pytest.mark.usefixtures("slip")
def test_a_slip_has_no_receipt_in_the_file_of_all_and_the_page_says_how_many(
    live_server: LiveServer, mandataire: httpx2.Client, opened: OpenLedger
) -> None:
    live_server.world.pay_for(PAYER, "CE1")
    page = words(mandataire.get(f"{participants(live_server)}/recus").text)
    paid = opened.read(export_rows.number_of_paid, live_server.world.campaign_id)
    assert paid.named
    assert paid.unnamed
    assert "sans nom" in page
    assert "pas d’attestation" in page


@pytest.mark.usefixtures("slip")
def test_statistics_count_slips_apart_from_families_and_children(
    live_server: LiveServer, mandataire: httpx2.Client, opened: OpenLedger
) -> None:
    live_server.world.pay_for(PAYER, "CE1")
    campaigns = (live_server.world.campaign_id,)

    def number(figure: ChildFigure) -> int:
        found: Any = opened.read(child_rows.rows, ChildrenWanted(campaigns), figure)
        return int(found.total)

    assert number(ChildFigure.SLIPS) == opened.read(child_rows.slips, campaigns)[campaigns[0]]
    assert number(ChildFigure.PARTICIPANTS) == number(ChildFigure.NAMED) + number(ChildFigure.SLIPS)
    people = opened.read(child_rows.people, campaigns)[campaigns[0], None]
    assert (people.families, people.children) == (number(ChildFigure.FAMILIES), number(ChildFigure.NAMED))
    page = words(mandataire.get(coop_page(live_server, "/statistiques/communaute")).text)
    assert f"Bordereaux sans nom {number(ChildFigure.SLIPS)}" in page
    sales = words(mandataire.get(coop_page(live_server, "/statistiques/ventes")).text)
    assert re.search(r"divisé par le nombre de paniers, sans .*bordereaux? d’espèces sans nom", sales)
    refused = mandataire.get(
        coop_page(live_server, "/operations"),
        params={"lignes": "enfants", "montant": "bordereaux", "collecte": str(campaigns[0]), "classe": "CE1"},
    )
    assert refused.status_code == 404
