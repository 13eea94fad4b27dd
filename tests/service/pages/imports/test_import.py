"""Files that are imported on pages: a preview, decisions, once and no more; hostile ones refused in words (S-135)."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import httpx2
import psycopg
import pytest
from openpyxl import load_workbook

from adapters.files.waiting_imports import LIFE, FileGiver
from adapters.imports.rows import MAX_BYTES
from domain.calendar import paris_date
from domain.campaign.state import Campaign
from tests.kit.api_server import FOREIGN, MANDATAIRE, SLUG, STAFF, TREASURER, ApiServer
from tests.kit.members.visits import visit_as, words
from tests.kit.payment_files import HEADER, TICKETS, Cell, as_csv, as_xlsx, marie, sample, ticket, with_part
from tests.service.pages.participant.families import list_of, shown

_CLASS: Final = {"Classe de l’enfant 1": "CP a"}


def _address(api: ApiServer) -> str:
    return f"{list_of(api)}/importer"


def _lines(first: int, *lines: dict[str, Cell]) -> bytes:
    """A workbook of tickets of one family, from a number on; each with some cells changed."""
    rows = [
        ticket(first + at, **{**_CLASS, "Nom participant": f"TESTARD{first}", **line}) for at, line in enumerate(lines)
    ]
    return as_xlsx(TICKETS, *rows)


def _give(visit: httpx2.Client, api: ApiServer, content: bytes, name: str = "paiements.xlsx") -> httpx2.Response:
    """Give a file; it leads to its preview."""
    return visit.post(_address(api), files={"fichier": (name, content)}, follow_redirects=True)


def _import(visit: httpx2.Client, preview: httpx2.Response, **form: str) -> httpx2.Response:
    return visit.post(str(preview.url), data={**form, "etape": "importer"})


def _held(api: ApiServer, name: str) -> list[int]:
    """What is held of each child of a family, in cents."""
    state = api.opened.ledger.store.load(Campaign, api.ids.campaign_id)
    lines = [line for one in state.contributions.values() for line in one.lines.values()]
    people = api.opened.people({line.participant_id for line in lines})
    return sorted(
        line.held
        for line in lines
        if (person := people.get(line.participant_id)) is not None and person.last_name == name and line.held
    )


def _waiting(api: ApiServer) -> int:
    with psycopg.connect(api.database_url) as owner:
        row = owner.execute("SELECT count(*) FROM vault.import_files").fetchone()
    assert row is not None
    return int(row[0])


def test_a_file_is_previewed_then_imported_and_gone(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        preview = _give(visit, api, _lines(1100, {}, {"Prénom participant": "Nil"}))
        assert "2 lignes à importer" in words(preview.text)
        assert "CP a 2 enfants 24,00\u00a0€" in words(preview.text)
        assert "TESTARD" not in preview.text
        assert (_waiting(api), _held(api, "TESTARD1100")) == (1, [])
        done = _import(visit, preview)
        assert done.headers["location"] == f"{_address(api)}?lignes=2&ecarts=0"
        assert (_waiting(api), _held(api, "TESTARD1100")) == (0, [1200, 1200])
        again = _import(visit, preview)
        assert again.headers["location"].endswith("?fait=parti")
        assert "Ce fichier n’est plus là" in words(visit.get(again.headers["location"]).text)
        same = _give(visit, api, _lines(1100, {}, {"Prénom participant": "Nil"}))
    assert "Aucune ligne à importer" in words(same.text)
    assert "2 lignes lues, 2 déjà là" in words(same.text)
    assert _held(api, "TESTARD1100") == [1200, 1200]


def test_an_order_corrected_in_a_later_file_is_decided_and_recorded_anew(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        _import(visit, _give(visit, api, _lines(1200, {}, {"Prénom participant": "Nil"})))
        later = _give(
            visit, api, _lines(1200, {"Montant dû": 15}, {"Prénom participant": "Nil", "Paiement": "Remboursé"})
        )
        said = words(later.text)
        assert "Écarts à décider (2)" in said
        assert "Corrigée depuis\u00a0: 12,00\u00a0€ ici, 15,00\u00a0€ dans le fichier" in said
        assert re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", said) is None
        assert "Nil TESTARD1200, CP a Ligne 3." in said
        assert len(re.findall(rf'href="{list_of(api)}/[0-9a-f-]{{36}}">Voir le détail', later.text)) == 2
        nothing = _import(visit, later)
        assert nothing.status_code == 422
        assert "Il n’y a rien à importer" in words(nothing.text)
        unfit = _import(visit, later, **{"decision-2": "refund"})
        assert unfit.status_code == 422
        assert "ne peut pas être décidée ainsi" in words(unfit.text)
        assert _held(api, "TESTARD1200") == [1200, 1200]
        choices = {"decision-2": "correct", "decision-3": "refund"}
        seen = visit.post(str(later.url), data={**choices, "etape": "verifier"})
        assert "2 écarts à enregistrer comme vous l’avez décidé." in words(seen.text)
        assert _held(api, "TESTARD1200") == [1200, 1200]
        done = _import(visit, later, **choices)
    assert done.headers["location"] == f"{_address(api)}?lignes=1&ecarts=2"
    assert _held(api, "TESTARD1200") == [1500]


def test_refused_lines_stop_the_file_unless_they_are_left_out(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        preview = _give(visit, api, _lines(1300, {}, {"Prénom participant": "Nil", "Moyen de paiement": "Chèque"}))
        assert "Ligne 3" in words(preview.text)
        assert "Importer 1 ligne, sans 1 refusée" in words(preview.text)
        assert '<input type="hidden" name="ignorer" value="1">' in preview.text
        stopped = _import(visit, preview)
        assert (stopped.status_code, _held(api, "TESTARD1300")) == (422, [])
        assert "Des lignes sont refusées" in words(stopped.text)
        done = _import(visit, preview, ignorer="1")
    assert (done.status_code, _held(api, "TESTARD1300")) == (303, [1200])


def test_all_that_is_wrong_with_a_line_is_said_at_once_and_counted_as_one_line(api: ApiServer) -> None:
    wrong: dict[str, Cell] = {"Montant dû": "douze", "Moyen de paiement": "Chèque", "Email acheteur": "pas une adresse"}
    with visit_as(api, MANDATAIRE) as visit:
        said = words(_give(visit, api, _lines(1350, wrong)).text)
    assert "1 ligne lue, 1 refusée" in said
    assert "Lignes refusées (1)" in said
    assert "Seuls les paiements par carte, en espèces ou sur une autre plateforme sont repris" in said
    assert "Adresse e-mail illisible" in said
    assert said.count("Ligne 2, colonne") == 3
    assert "Importer " not in said.split("Aucune ligne à importer")[1].replace("Importer une", "")


def test_the_model_is_read_by_the_import_and_names_every_column_that_is_needed(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        page = words(visit.get(_address(api)).text)
        model = visit.get(f"{_address(api)}/modele.xlsx")
        preview = _give(visit, api, model.content)
    (heads, example) = load_workbook(io.BytesIO(model.content)).worksheets[0].iter_rows(values_only=True)
    assert [title for title in heads[:7] if str(title) not in page] == []
    assert example[:2] == ("Léa", "EXEMPLE")
    said = words(preview.text)
    assert "1 ligne à importer" in said
    assert "1 ligne lue. Rien n’est encore enregistré." in said
    assert "Colonnes non reprises" not in said


def test_an_import_is_taken_back_whole_once_its_consequences_are_said(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        _import(visit, _give(visit, api, _lines(1400, {}, {"Prénom participant": "Nil"})))
        shown(api)
        listed = visit.get(_address(api)).text
        below = re.findall(r'href="([^"]+/imports/[^"]+/retirer)"', listed)[0]
        assert "2 paiements de AssoConnect ne sont plus comptés" in words(visit.get(below).text)
        assert visit.post(below, data={"motif": ""}).status_code == 422
        gone = visit.post(below, data={"motif": "wrong_file", "note": "Mauvaise année."})
        assert gone.headers["location"] == f"{_address(api)}?fait=retire"
        assert _held(api, "TESTARD1400") == []
        assert "déjà retiré en entier" in words(visit.get(below).text)
        assert visit.get(f"{list_of(api)}/imports/{UUID(int=3)}/retirer").status_code == 404


def test_what_the_platform_has_paid_out_is_not_taken_back(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        _import(visit, _give(visit, api, _lines(1500, {})))
        payout = {
            "platform": "assoconnect",
            "reference": "V-31",
            "booked_on": paris_date(datetime.now(UTC)).isoformat(),
        }
        in_hand = api.get(MANDATAIRE, f"/coops/{api.ids.coop_id}/external-funds", at_least=api.head())["platforms"]
        (cents,) = [one["in_hand_cents"] for one in in_hand if one["platform"] == "assoconnect"]
        api.done(TREASURER, "POST", f"/coops/{api.ids.coop_id}/external-payouts", {**payout, "cents": cents})
        shown(api)
        below = re.findall(r'href="([^"]+/imports/[^"]+/retirer)"', visit.get(_address(api)).text)[0]
        refused = visit.post(below, data={"motif": "wrong_file"})
    assert refused.status_code == 409
    assert "la plateforme a déjà versé" in words(refused.text)
    assert _held(api, "TESTARD1500") == [1200]


_BOMB: Final = with_part("xl/worksheets/sheet1.xml", b"\x20" * (101 * 1024 * 1024))
_FORMULA: Final = as_csv(HEADER, marie(first_name="=CMD|' /C calc'!A0", last_name="FORMULE"))
HOSTILE: Final = {
    "nothing": (b"", 422, "Choisissez le fichier à importer."),
    "21 MB": (b"a" * (MAX_BYTES + 1), 413, "20\u00a0Mo au plus"),
    "a bomb": (_BOMB, 413, "trop volumineux"),
    "100,000 lines": (as_csv(HEADER, *[marie()] * 100_000), 413, "50\u202f000 lignes au plus"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(500), 422, "n’a été importé"),
    "a page": (b"<!doctype html><table><tr><td>Nom", 422, "n’a été importé"),
    "another table": (as_csv(("a", "b"), ("1", "2")), 422, "aucun des exports connus"),
    "a password": (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(4000), 422, "n’a été importé"),
    "cut short": (sample("guide.xlsx")[:900], 422, "n’a été importé"),
}
"""What is given, and how it is refused."""


@pytest.mark.parametrize(("content", "status", "sentence"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence_and_kept_nowhere(
    api: ApiServer, content: bytes, status: int, sentence: str
) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        answer = _give(visit, api, content)
    assert answer.status_code == status
    assert sentence in words(answer.text)
    assert _waiting(api) == 0


def test_merged_cells_are_read_as_what_stands_in_them_and_a_formula_is_text(api: ApiServer) -> None:
    workbook = load_workbook(io.BytesIO(_lines(1600, {}, {"Prénom participant": "Nil"})))
    sheet = workbook.active
    assert sheet is not None
    sheet.merge_cells("S1:T3")
    merged = io.BytesIO()
    workbook.save(merged)
    with visit_as(api, MANDATAIRE) as visit:
        assert "2 lignes à importer" in words(_give(visit, api, merged.getvalue()).text)
        preview = _give(visit, api, _FORMULA, "paiements.csv")
        _import(visit, preview, ignorer="1")
    assert "CMD" not in preview.text


def test_a_file_waits_for_who_gave_it_alone_and_for_one_campaign(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit, visit_as(api, TREASURER) as other:
        mine = _give(visit, api, _lines(1700, {}))
        seen = other.get(str(mine.url))
        assert (seen.status_code, seen.headers["location"]) == (303, f"{_address(api)}?fait=parti")
        assert other.post(str(mine.url), data={"etape": "importer"}).headers["location"].endswith("fait=parti")
        assert visit.get(str(mine.url)).status_code == 200
        next_one = _give(visit, api, _lines(1701, {}))
        assert visit.get(str(mine.url)).status_code == 303
        _import(visit, next_one)
    with visit_as(api, FOREIGN) as stranger:
        assert stranger.get(str(mine.url)).status_code == 404
    with visit_as(api, STAFF) as staff:
        assert staff.get(_address(api)).status_code == 403


def test_a_file_lies_sealed_for_an_hour_and_is_erased(api: ApiServer) -> None:
    files, given_by, now = api.opened.import_files, FileGiver(api.ids.campaign_id, "someone"), datetime.now(UTC)
    kept = files.keep(given_by, b"Odile TESTARD", now)
    with psycopg.connect(api.database_url) as owner:
        (row,) = owner.execute("SELECT kept::text FROM vault.import_files AS kept").fetchall()
    assert b"Odile".hex() not in row[0]
    assert files.read(kept, given_by, now + LIFE - timedelta(seconds=1)) == b"Odile TESTARD"
    assert files.read(kept, given_by._replace(actor="another"), now) is None
    assert files.read(kept, given_by._replace(campaign_id=UUID(int=1)), now) is None
    assert files.read(kept, given_by, now + LIFE) is None
    assert (files.erase_expired(now), files.erase_expired(now + LIFE)) == (0, 1)
    assert _waiting(api) == 0


def test_no_name_of_a_file_is_in_an_address_or_a_log_line(api: ApiServer, capsys: pytest.CaptureFixture[str]) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        preview = _give(visit, api, _lines(1800, {}), "Odile TESTARD.xlsx")
        done = _import(visit, preview)
    told: Any = capsys.readouterr()
    assert "TESTARD" not in f"{preview.url} {done.headers['location']} {told.out} {told.err}"
    assert f"/{SLUG}/collectes/" in str(preview.url)


def test_the_detail_of_an_imported_participant_shows_what_the_file_said_of_the_child(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        _import(visit, _give(visit, api, _lines(1900, {})))
        listed = visit.post(list_of(api), data={"recherche": "TESTARD1900"}).text
        detail = words(visit.get(re.findall(r'href="([^"]+)">Détail', listed)[0]).text)
    assert "Réponses pour Lou" in detail
    assert "N° de transaction 2400" in detail[detail.index("Réponses pour Lou") :]
    assert "Paiement reçu sur une autre plateforme (AssoConnect) le 4 septembre 2024, importé." in detail
    assert "odile@exemple.invalid" in detail


def _list(*lines: tuple[str, str, str]) -> bytes:
    """A list of one's own, made on the model: first name, amount and means of each child."""
    rows = [(name, "LISTE", "Paiement reçu", amount, means, "04/09/2024", "CP a") for name, amount, means in lines]
    return as_csv(HEADER, *rows)


def _details(api: ApiServer, page: str) -> list[str]:
    return re.findall(rf'href="({list_of(api)}/[0-9a-f-]{{36}})"', page)


def test_cash_of_an_own_list_is_corrected_by_the_next_list_and_its_old_address_leads_to_the_new(api: ApiServer) -> None:
    elsewhere = ("Zoé", "9,00", "Autre plateforme")
    with visit_as(api, MANDATAIRE) as visit:
        _import(visit, _give(visit, api, _list(("Léo", "15,00", "Espèces"), elsewhere), "liste.csv"))
        shown(api)
        listed = words(visit.get(_address(api)).text)
        assert (
            "2 paiements 9,00\u00a0€ par carte ou ailleurs (AssoConnect, ou votre liste) 15,00\u00a0€ en espèces"
            in listed
        )
        later = _give(visit, api, _list(("Léo", "18,00", "Espèces"), elsewhere), "liste.csv")
        assert "Corriger comme dans le fichier" in words(later.text)
        (old, *_) = _details(api, later.text[later.text.index('id="decision-2-hint"') :])
        assert "sans numéro de bordereau" in words(visit.get(old).text)
        done = _import(visit, later, **{"decision-2": "correct"})
        assert done.headers["location"] == f"{_address(api)}?lignes=1&ecarts=1"
        shown(api)
        assert _held(api, "LISTE") == [900, 1800]
        new = visit.get(old)
        assert (new.status_code, visit.get(new.headers["location"]).status_code) == (303, 200)
        assert "voici celui qui le remplace" in words(visit.get(new.headers["location"]).text)
        listed = words(visit.get(_address(api)).text)
        assert "1 paiement 18,00\u00a0€ en espèces" in listed
        assert "1 corrigé ou retiré depuis, sur 2 (24,00\u00a0€ à l’import)" in listed
        found = visit.post(list_of(api), data={"recherche": "Léo LISTE"}).text
        assert set(_details(api, found)) == {new.headers["location"].partition("?")[0]}


def test_the_address_of_a_payment_that_was_withdrawn_says_so(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        _import(visit, _give(visit, api, _list(("Ida", "7,00", "Autre plateforme")), "liste.csv"))
        shown(api)
        found = visit.post(list_of(api), data={"recherche": "Ida LISTE"}).text
        (old, *_) = _details(api, found)
        (below, *_) = re.findall(r'href="([^"]+/imports/[^"]+/retirer)"', visit.get(_address(api)).text)
        visit.post(below, data={"motif": "wrong_file"})
        shown(api)
        gone = visit.get(old)
        assert (gone.status_code, "Ce paiement ne compte plus" in words(gone.text)) == (410, True)
        assert visit.get(f"{list_of(api)}/{UUID(int=7)}").status_code == 404


def test_a_list_without_some_titles_is_told_which_and_shown_the_model(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        few = _give(visit, api, as_csv(("Prénom", "Nom", "Somme"), ("Léo", "LISTE", "15")), "liste.csv")
        more = _give(visit, api, as_csv(HEADER[:5], ("Léo", "LISTE", "Paiement reçu", "15", "Espèces")), "liste.csv")
    assert "il lui manque ces titres\u00a0: Paiement, Montant dû, Moyen de paiement, Date de paiement" in words(
        few.text
    )
    assert "ou à une liste faite sur le fichier modèle. Colonnes manquantes\u00a0: Date de paiement" in words(more.text)
    assert '<details class="card opens" open>' in few.text
