"""A list too long for one request is prepared by the worker and taken away among the exports; a short one is not."""

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

from adapters.exports import ChosenRows, ExportKind, ExportRequest
from adapters.people_vault import Person
from adapters.retention import Erasure, ErasureKind
from domain.rights.roles import Role
from service.pages.community import export as page_of_rows
from tests.kit.browser import SIZES, shoot, too_wide, violations, wrong_french
from tests.kit.live_server import LiveServer
from tests.kit.members.office import desk
from tests.kit.members.sessions import SLUG, new_member, open_session, sign_in_browser
from tests.kit.members.visits import words
from tests.service.pages.exports.test_prepared import page_of, ready, take

_LONGEST: Final = 2
"""Rows that are handed over at once here."""
_FILE: Final = re.compile(r'name="fichier" value="([0-9a-f-]{36})"')


@pytest.fixture(scope="module", autouse=True)
def paid(live_server: LiveServer) -> None:
    """Three children of two families, one more than is handed over at once."""
    live_server.world.pay_for(Person("Sinéad", "O'BRIEN", "sinead@famille.example"), "CP A", "CE1")
    live_server.world.pay_for(Person("Zéphyrine", "QUATREBARBES", "z@famille.example"), "CM2")


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take a list of three rows for a long one."""
    monkeypatch.setattr(page_of_rows, "AT_ONCE", _LONGEST)


@pytest.fixture
def owner(live_server: LiveServer) -> Iterator[psycopg.Connection]:
    """The database."""
    with psycopg.connect(live_server.database, autocommit=True) as connection:
        yield connection


def _rows_of(live_server: LiveServer) -> str:
    return f"/{SLUG}/collectes/{live_server.world.campaign_id}/participants/exporter"


def _asked(live_server: LiveServer, who: httpx2.Client, **form: str) -> httpx2.Response:
    sent = {"etape": "fichier", "toutes": "1", "format": "xlsx", "cle": str(uuid4()), **form}
    return who.post(_rows_of(live_server), data=sent)


def _prepared(live_server: LiveServer, who: httpx2.Client, **form: str) -> UUID:
    before = set(_FILE.findall(who.get(page_of(live_server)).text))
    answer = _asked(live_server, who, **form)
    assert answer.status_code == 303, words(answer.text)
    assert answer.headers["location"] == f"{page_of(live_server)}?demande=1#prepares"
    return ready(live_server, who, before)


def _sheet(content: bytes) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(io.BytesIO(content))["Participants"].values)


def test_a_long_list_is_prepared_and_is_the_file_that_a_short_one_is(
    live_server: LiveServer, mandataire: httpx2.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S-142, S-143, S-144."""
    for columns in ("toutes", "affichees"):
        answer = take(live_server, mandataire, _prepared(live_server, mandataire, colonnes=columns))
        assert answer.status_code == 200
        with monkeypatch.context() as patch:
            patch.setattr(page_of_rows, "AT_ONCE", 1_000)
            at_once = _asked(live_server, mandataire, colonnes=columns)
        assert at_once.status_code == 200
        assert _sheet(answer.content) == _sheet(at_once.content)
        assert len(_sheet(answer.content)) == 5
        assert answer.headers["content-disposition"] == at_once.headers["content-disposition"]


def test_the_page_that_asks_says_before_that_a_long_list_is_prepared_and_of_which_rows_that_holds(
    live_server: LiveServer, mandataire: httpx2.Client
) -> None:
    said = words(mandataire.post(_rows_of(live_server), data={}).text)
    assert "Ce fichier de 3 lignes se prépare en quelques secondes\u00a0; vous le trouverez dans Exports." in said
    few = words(mandataire.post(_rows_of(live_server), data={"classe": "CM2"}).text)
    assert "Toutes les lignes trouvées (1)" in few
    assert "se prépare en quelques secondes" not in few


def test_rows_within_the_limit_are_handed_over_at_once(live_server: LiveServer, mandataire: httpx2.Client) -> None:
    answer = _asked(live_server, mandataire, classe="CM2")
    assert answer.status_code == 200
    assert len(_sheet(answer.content)) == 3


def test_the_same_form_sent_twice_is_one_file_and_another_choice_is_another(
    live_server: LiveServer, mandataire: httpx2.Client
) -> None:
    before = set(_FILE.findall(mandataire.get(page_of(live_server)).text))
    key = str(uuid4())
    first = _prepared(live_server, mandataire, cle=key)
    assert _asked(live_server, mandataire, cle=key).status_code == 303
    second = _prepared(live_server, mandataire, cle=key, colonnes="affichees")
    assert set(_FILE.findall(mandataire.get(page_of(live_server)).text)) - before == {str(first), str(second)}
    assert len(_sheet(take(live_server, mandataire, second).content)[0]) == 9


def test_neither_what_was_searched_for_nor_any_name_is_kept_with_the_request(
    live_server: LiveServer, mandataire: httpx2.Client, owner: psycopg.Connection
) -> None:
    export_id = _prepared(live_server, mandataire, recherche="quatrebarbes")
    kept = owner.execute("SELECT file::text, chosen FROM vault.exports AS file WHERE export_id = %s", (export_id,))
    row = kept.fetchone()
    assert row is not None
    assert row[1] is None
    assert not any(word in row[0].casefold() for word in ("quatrebarbes", "brien", "sinéad"))


def test_a_prepared_list_opens_for_who_asked_alone_and_is_dropped_with_who_is_forgotten(
    live_server: LiveServer, mandataire: httpx2.Client
) -> None:
    world = live_server.world
    world.pay_for(Person("Olympe", "GOUGES", "olympe@famille.example"), "CM2")
    forgotten = world.payer_id
    export_id = _prepared(live_server, mandataire)
    with desk(live_server, Role.MANDATAIRE, world.coop_id) as colleague:
        assert take(live_server, colleague, export_id).status_code == 404
    opened = world.runtime.ledger(SLUG)
    opened.erasures.carry_out([Erasure(opened.ledger.association_id, ErasureKind.PERSON, forgotten, world.now())])
    assert take(live_server, mandataire, export_id).status_code == 422
    again = _sheet(take(live_server, mandataire, _prepared(live_server, mandataire)).content)
    payer = again[0].index("Nom payeur")
    assert "GOUGES" not in [row[payer] for row in again]


def test_a_fourth_file_waits_and_the_page_that_asks_says_why_with_the_choice_kept(
    live_server: LiveServer, mandataire: httpx2.Client, owner: psycopg.Connection
) -> None:
    kinds = ("contributions", "participants")
    ids = [_prepared(live_server, mandataire), *(_asked_kind(live_server, mandataire, kind) for kind in kinds)]
    hold = "UPDATE vault.exports SET state = 'waiting', chosen = '' WHERE export_id = %s AND kind = 'list'"
    owner.execute(hold, (ids[0],))
    owner.execute("UPDATE vault.exports SET state = 'waiting' WHERE export_id = ANY(%s)", (ids[1:],))
    refused = _asked(live_server, mandataire, colonnes="affichees", format="csv")
    owner.execute("DELETE FROM vault.exports WHERE export_id = ANY(%s)", (ids,))
    assert refused.status_code == 409
    assert "Trois fichiers au plus se préparent à la fois" in words(refused.text)
    assert 'value="affichees" checked' in refused.text
    assert 'value="csv" checked' in refused.text


def _asked_kind(live_server: LiveServer, who: httpx2.Client, kind: str) -> UUID:
    before = set(_FILE.findall(who.get(page_of(live_server)).text))
    sent = {"contenu": kind, "choix": str(live_server.world.campaign_id), "format": "csv", "cle": str(uuid4())}
    assert who.post(page_of(live_server), data=sent).status_code == 303
    return ready(live_server, who, before)


@pytest.mark.browser
@pytest.mark.parametrize("size", SIZES)
def test_a_long_list_is_asked_for_and_taken_away(browser: Browser, live_server: LiveServer, size: str) -> None:
    visit = browser.new_context(base_url=live_server.url, locale="fr-FR", viewport=SIZES[size])
    sign_in_browser(visit, live_server.url, live_server.mandataire_session())
    seen = visit.new_page()
    seen.goto(f"/{SLUG}/collectes/{live_server.world.campaign_id}/participants")
    seen.get_by_role("button", name=re.compile("^Exporter")).first.click()
    seen.get_by_text("se prépare en quelques secondes").wait_for()
    shoot(seen, f"long-list-ask-{size}")
    assert too_wide(seen) == []
    assert wrong_french(seen) == []
    assert violations(seen) == []
    seen.get_by_role("button", name="Continuer").click()
    taking = seen.get_by_role("button", name=re.compile("^Télécharger")).first
    taking.wait_for()
    shoot(seen, f"long-list-ready-{size}")
    assert too_wide(seen) == []
    assert wrong_french(seen) == []
    assert violations(seen) == []
    with seen.expect_download() as download:
        taking.click()
    assert download.value.suggested_filename.startswith("participants-")
    taken_away = words(seen.content())
    assert "3\u00a0lignes, toutes les colonnes" in taken_away or "4\u00a0lignes, toutes les colonnes" in taken_away
    visit.close()


@pytest.mark.browser
@pytest.mark.parametrize("size", SIZES)
def test_a_list_under_way_says_how_far_it_is_how_long_and_with_which_columns(
    browser: Browser, live_server: LiveServer, size: str
) -> None:
    world, opened = live_server.world, live_server.world.runtime.ledger(SLUG)
    member = new_member(opened, Role.MANDATAIRE, world.coop_id)
    rows = ChosenRows("every", [(uuid4(), 1) for _ in range(10_000)])
    request = ExportRequest(uuid4(), world.coop_id, member, ExportKind.LIST, world.campaign_id, None, "xlsx", rows)
    asked = opened.exports.ask(request, world.now())
    assert asked is not None
    begun = opened.exports.begin(asked.export_id)
    assert begun is not None
    opened.exports.tell(begun[0], 9_000, 20_000)
    visit = browser.new_context(base_url=live_server.url, locale="fr-FR", viewport=SIZES[size])
    sign_in_browser(visit, live_server.url, open_session(opened, member, world.now()))
    seen = visit.new_page()
    seen.goto(f"{page_of(live_server)}?demande=1#prepares")
    said = words(seen.content())
    assert "XLSX, 10\u202f000\u00a0lignes, toutes les colonnes, demandé le" in said
    assert "En préparation\u00a0: 45\u00a0%" in said
    assert "Le fichier apparaît ici dès qu’il est prêt\u00a0; un e-mail vous prévient aussi." in said
    shoot(seen, f"long-list-under-way-{size}")
    assert too_wide(seen) == []
    assert wrong_french(seen) == []
    assert violations(seen) == []
    visit.close()
    opened.exports.fail(asked.export_id)
