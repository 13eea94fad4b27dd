"""Files that the worker prepares: told by one letter, opened by who asked alone, dropped with who is forgotten."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID, uuid4

import httpx2
import openpyxl
import psycopg
import pytest
from playwright.sync_api import Browser

from adapters.people_vault import Person
from adapters.retention import Erasure, ErasureKind
from domain.association.roles import RevokeRole
from domain.rights.roles import Role, RoleRevocationReason
from service.trail import TrailKind
from tests.kit.browser import SIZES, shoot, too_wide, violations, wrong_french
from tests.kit.email_world import PAYER, body
from tests.kit.example_emails import letters_in
from tests.kit.live_server import LiveServer
from tests.kit.members.office import desk, desk_of
from tests.kit.members.sessions import SLUG, address_of, new_member, sign_in_browser
from tests.kit.pdf_text import pages
from tests.kit.waiting import wait_until

_FILE: Final = re.compile(r'name="fichier" value="([0-9a-f-]{36})"')
HOSTILE: Final = Person('=HYPERLINK("http://evil")', "@SUM(1+1)", "mechant@famille.example")
"""A payer who is called like a formula."""


def page_of(live_server: LiveServer) -> str:
    """The address of the coop's exports."""
    return f"/{SLUG}/coops/{live_server.world.coop_id}/exports"


def asked(live_server: LiveServer, who: httpx2.Client, kind: str = "contributions", form: str = "xlsx") -> UUID:
    """Ask for a file about the campaign, wait until it is ready, and return its id."""
    page = page_of(live_server)
    before = set(_FILE.findall(who.get(page).text))
    sent = {"contenu": kind, "choix": str(live_server.world.campaign_id), "format": form, "cle": str(uuid4())}
    answer = who.post(page, data=sent)
    assert answer.status_code == 303, answer.text
    return ready(live_server, who, before)


def ready(live_server: LiveServer, who: httpx2.Client, before: set[str]) -> UUID:
    """Wait until there is one more file to take away, and return its id."""
    found: list[str] = []

    def is_ready() -> bool:
        found[:] = [one for one in _FILE.findall(who.get(page_of(live_server)).text) if one not in before]
        return bool(found)

    wait_until(is_ready, seconds=30)
    return UUID(found[0])


def take(live_server: LiveServer, who: httpx2.Client, export_id: UUID) -> httpx2.Response:
    """Take a file away."""
    return who.post(page_of(live_server), data={"fichier": str(export_id)})


def ready_letters(live_server: LiveServer, member: UUID) -> list[Any]:
    """The letters that tell a member that a file is ready."""
    letters = letters_in(live_server.letters)
    mine = [letter for letter in letters if str(letter["To"]).casefold() == address_of(member).casefold()]
    return [letter for letter in mine if letter["Subject"] == "Votre export est prêt"]


@pytest.fixture(scope="module", autouse=True)
def paid(live_server: LiveServer) -> None:
    """Some families paid to the campaign; one of them left its basket."""
    world = live_server.world
    world.pay_for(PAYER, "CP A", "CE1")
    world.pay_for(HOSTILE, "CM2")
    world.place_for(Person("Toussaint", "OUVERTURE", "t@famille.example"), "CM2")


@pytest.fixture
def owner(live_server: LiveServer) -> Iterator[psycopg.Connection]:
    """The database."""
    with psycopg.connect(live_server.database, autocommit=True) as connection:
        yield connection


def test_a_file_holds_payers_and_children_joined_by_the_number_of_the_order(
    live_server: LiveServer, mandataire: httpx2.Client
) -> None:
    """S-34, S-164, S-166, S-167."""
    answer = take(live_server, mandataire, asked(live_server, mandataire))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, no-store"
    assert re.search(r'filename="contributions-[a-z0-9-]+\.xlsx"', answer.headers["content-disposition"])
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["Synthèse", "Payeurs", "Enfants", "Preuve"]
    payers, children = (list(book[name].values) for name in ("Payeurs", "Enfants"))
    assert [row[0] for row in children[0:1]] == ["Prénom participant"]
    assert list(children[0][:6]) == [
        "Prénom participant",
        "Nom participant",
        "Paiement",
        "Montant dû",
        "Moyen de paiement",
        "Date de paiement",
    ]
    order = next(row[0] for row in payers if row[2] == PAYER.last_name)
    own = [row for row in children if row[-1] == order]
    assert [(row[0], row[3]) for row in own] == [("Anatole", 12), ("Léontine", 12)]
    assert not any("OUVERTURE" in str(cell) for row in payers for cell in row)
    assert payers[-1][0] == "Total"


def test_no_cell_is_a_formula_whatever_families_are_called(live_server: LiveServer, mandataire: httpx2.Client) -> None:
    book = openpyxl.load_workbook(io.BytesIO(take(live_server, mandataire, asked(live_server, mandataire)).content))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [cell.value for cell in cells if cell.value == HOSTILE.first_name] == [HOSTILE.first_name]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    csv = take(live_server, mandataire, asked(live_server, mandataire, form="csv")).content.decode("utf-8-sig")
    assert "'=HYPERLINK" in csv
    assert not re.search(r'(?m)(^|;)"?[=@]', csv)


def test_the_file_of_participants_says_how_to_reach_who_paid(
    live_server: LiveServer, mandataire: httpx2.Client
) -> None:
    answer = take(live_server, mandataire, asked(live_server, mandataire, "participants"))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert [row[:3] for row in book["Participants"].values if row[1] == "QUATREBARBES"] == [
        ("Anatole", "QUATREBARBES", "CP A"),
        ("Léontine", "QUATREBARBES", "CE1"),
        ("Anatole", "QUATREBARBES", "CM2"),
    ]
    assert PAYER.email in [row[3] for row in book["Payeurs"].values]


def test_where_no_campaign_collects_gifts_the_page_says_so_and_refuses_to_make_an_empty_file(
    live_server: LiveServer, mandataire: httpx2.Client
) -> None:
    assert "Aucune collecte de la coopérative n’a pour objet un don." in mandataire.get(page_of(live_server)).text
    sent = {"contenu": "gifts", "choix": str(live_server.world.campaign_id), "format": "csv", "cle": "g"}
    refused = mandataire.post(page_of(live_server), data=sent)
    assert refused.status_code == 422
    assert "changez le contenu ou la collecte" in refused.text
    assert 'value="csv" checked' in refused.text


def test_one_letter_leads_to_the_page_and_says_nothing_of_the_file(
    live_server: LiveServer, owner: psycopg.Connection
) -> None:
    """S-35."""
    opened = live_server.world.runtime.ledger(SLUG)
    member = new_member(opened, Role.MANDATAIRE, live_server.world.coop_id)
    with desk_of(live_server, member) as who:
        export_id = asked(live_server, who)
        wait_until(lambda: bool(ready_letters(live_server, member)), seconds=20)
        # Once more, as after a crash that came between the file and the end of its task.
        owner.execute(
            "UPDATE work.tasks SET state = 'waiting', ended_at = NULL WHERE subject = %s AND kind = 'export'",
            (str(export_id),),
        )
        live_server.world.worker.work_off()
        told = ready_letters(live_server, member)
    assert len(told) == 1
    said = body(told[-1])
    assert f"{page_of(live_server)}" in said
    assert str(export_id) not in said
    assert not any(name in said for name in ("QUATREBARBES", "Anatole"))


def test_the_file_opens_for_who_asked_and_not_for_another_holder_of_the_same_mandate(
    live_server: LiveServer, mandataire: httpx2.Client
) -> None:
    export_id = asked(live_server, mandataire)
    with desk(live_server, Role.MANDATAIRE, live_server.world.coop_id) as colleague:
        assert take(live_server, colleague, export_id).status_code == 404
        assert str(export_id) not in colleague.get(page_of(live_server)).text
    with desk(live_server, Role.TREASURER) as treasurer:
        assert take(live_server, treasurer, export_id).status_code == 404
    with desk(live_server, Role.AUDITOR) as auditor:
        assert take(live_server, auditor, export_id).status_code == 403
    assert take(live_server, mandataire, export_id).status_code == 200


def test_the_sixth_download_is_refused_in_a_sentence(live_server: LiveServer, mandataire: httpx2.Client) -> None:
    export_id = asked(live_server, mandataire)
    assert [take(live_server, mandataire, export_id).status_code for _ in range(6)] == [200] * 5 + [422]
    assert "il a été téléchargé cinq fois" in take(live_server, mandataire, export_id).text
    assert "Téléchargé cinq fois, effacé" in mandataire.get(page_of(live_server)).text


def test_the_eighth_day_the_file_is_gone(
    live_server: LiveServer, mandataire: httpx2.Client, owner: psycopg.Connection
) -> None:
    export_id = asked(live_server, mandataire)
    past = "UPDATE vault.exports SET expires_at = expires_at - interval '7 days' WHERE export_id = %s"
    owner.execute(past, (export_id,))
    assert take(live_server, mandataire, export_id).status_code == 422
    opened = live_server.world.runtime.ledger(SLUG)
    assert opened.exports.erase_over(live_server.world.now()) >= 1
    assert take(live_server, mandataire, export_id).status_code == 404


def test_each_download_is_written_down(
    live_server: LiveServer, mandataire: httpx2.Client, owner: psycopg.Connection
) -> None:
    export_id = asked(live_server, mandataire)
    for _ in range(2):
        take(live_server, mandataire, export_id)
    query = "SELECT kind FROM trail.entries WHERE subject_id = %s"
    assert owner.execute(query, (export_id,)).fetchall() == [(TrailKind.NAMES_READ,)] * 2


def test_a_right_that_was_withdrawn_since_refuses_the_file(live_server: LiveServer, owner: psycopg.Connection) -> None:
    opened = live_server.world.runtime.ledger(SLUG)
    member = new_member(opened, Role.TREASURER, None)
    with desk_of(live_server, member) as who:
        export_id = asked(live_server, who)
        revoke(live_server, member)
        assert take(live_server, who, export_id).status_code in {303, 403, 404}
    query = "SELECT downloads FROM vault.exports WHERE export_id = %s"
    assert owner.execute(query, (export_id,)).fetchone() == (0,)


def revoke(live_server: LiveServer, member: UUID) -> None:
    """Take a member's role away."""
    world = live_server.world
    association_id = world.runtime.ledger(SLUG).ledger.association_id
    (role,) = [one for one in world.context.association().roles.items() if one[1].member_id == member]
    world.do(RevokeRole, association_id, role_id=role[0], reason=RoleRevocationReason.DEPARTURE)


def test_the_same_asked_for_again_by_a_double_click_is_one_file(
    live_server: LiveServer, mandataire: httpx2.Client
) -> None:
    page = page_of(live_server)
    sent = {"contenu": "participants", "choix": f"annee-{_year(live_server)}", "format": "csv", "cle": "double"}
    before = set(_FILE.findall(mandataire.get(page).text))
    assert [mandataire.post(page, data=sent).status_code for _ in range(3)] == [303] * 3
    ready(live_server, mandataire, before)
    assert len(set(_FILE.findall(mandataire.get(page).text)) - before) == 1


def _year(live_server: LiveServer) -> int:
    """The school year of the campaign."""
    campaign = live_server.world.context.campaign(live_server.world.campaign_id)
    return campaign.school_year


def test_a_file_that_names_a_family_is_dropped_when_the_family_is_forgotten(
    live_server: LiveServer, mandataire: httpx2.Client, owner: psycopg.Connection
) -> None:
    world = live_server.world
    world.pay_for(Person("Olympe", "GOUGES", "olympe@famille.example"), "CM2")
    forgotten = world.payer_id
    export_id = asked(live_server, mandataire)
    opened = world.runtime.ledger(SLUG)
    opened.erasures.carry_out([Erasure(opened.ledger.association_id, ErasureKind.PERSON, forgotten, world.now())])
    assert take(live_server, mandataire, export_id).status_code == 422
    assert "des données personnelles ont été effacées depuis" in mandataire.get(page_of(live_server)).text
    query = "SELECT count(*) FROM vault.export_parts WHERE export_id = %s"
    assert owner.execute(query, (export_id,)).fetchone() == (0,)
    again = take(live_server, mandataire, asked(live_server, mandataire)).content
    names = [str(row[2]) for row in openpyxl.load_workbook(io.BytesIO(again))["Payeurs"].values]
    assert "GOUGES" not in names
    assert "Personne effacée" in names


def test_all_receipts_of_a_campaign_are_one_pdf_in_the_order_of_names(
    live_server: LiveServer, mandataire: httpx2.Client
) -> None:
    address = f"/{SLUG}/collectes/{live_server.world.campaign_id}/participants/recus"
    shown = mandataire.get(address)
    assert shown.status_code == 200
    before = set(_FILE.findall(mandataire.get(page_of(live_server)).text))
    assert mandataire.post(address, data={"cle": "all"}).status_code == 303
    answer = take(live_server, mandataire, ready(live_server, mandataire, before))
    assert answer.headers["content-type"] == "application/pdf"
    said = ["".join(page).replace("\u200b", "") for page in pages(answer.content)]
    assert any(PAYER.last_name in page for page in said)
    assert not any("OUVERTURE" in page for page in said)
    assert all("Attestation de paiement" in page for page in said)


@pytest.mark.browser
@pytest.mark.parametrize("size", SIZES)
def test_everybody_can_ask_and_take_away(browser: Browser, live_server: LiveServer, size: str) -> None:
    visit = browser.new_context(base_url=live_server.url, locale="fr-FR", viewport=SIZES[size])
    sign_in_browser(visit, live_server.url, live_server.mandataire_session())
    seen = visit.new_page()
    seen.goto(page_of(live_server))
    shoot(seen, f"exports-ask-{size}")
    assert too_wide(seen) == []
    assert wrong_french(seen) == []
    seen.get_by_role("button", name="Préparer le fichier").click()
    seen.get_by_role("button", name=re.compile("^Télécharger")).first.wait_for()
    shoot(seen, f"exports-ready-{size}")
    assert too_wide(seen) == []
    assert wrong_french(seen) == []
    assert violations(seen) == []
    with seen.expect_download() as download:
        seen.get_by_role("button", name=re.compile("^Télécharger")).first.click()
    assert download.value.suggested_filename.endswith(".xlsx")
    seen.goto(f"/{SLUG}/collectes/{live_server.world.campaign_id}/participants/recus")
    shoot(seen, f"exports-receipts-{size}")
    assert too_wide(seen) == []
    assert wrong_french(seen) == []
    assert violations(seen) == []
    visit.close()
