"""The rows that are chosen as a file: only they, all columns or those of the list, and read again (S-142…S-145)."""

from __future__ import annotations

import csv
import io
import re
from typing import Any, Final

import httpx2
import msgspec
import psycopg
import pytest
from openpyxl import load_workbook

from adapters.imports import FileKind, parse_payments
from domain.money import plain_euros
from domain.people.person_fields import FieldCategory, FieldKind, PersonField, own_id
from reports.participants.export import DISPLAYED
from reports.render.csv_ import ABOUT
from service.pages.community.choices import Choices
from service.pages.community.participant_rows import ListedChild, read_chosen
from service.pages.community.selected import FILTERS
from service.trail import TrailKind
from tests.kit.api_server import AUDITOR, FOREIGN, MANDATAIRE, STAFF, ApiServer
from tests.kit.members.visits import visit_as, words
from tests.service.pages.community.pages import campaign_of, rows, tab

_GUIDE: Final = (
    "Prénom participant",
    "Nom participant",
    "Paiement",
    "Montant dû",
    "Moyen de paiement",
    "Date de paiement",
)


def _everybody(api: ApiServer) -> tuple[ListedChild, ...]:
    return read_chosen(api.opened, campaign_of(api), Choices(dict.fromkeys(FILTERS, "")))


def _file(api: ApiServer, **form: Any) -> httpx2.Response:  # noqa: ANN401 - fields of a form
    with visit_as(api, MANDATAIRE) as visit:
        return visit.post(f"{tab(api)}/exporter", data={"etape": "fichier", **form})


def _sheet(content: bytes) -> list[list[Any]]:
    """The rows of the sheet of participants, without its totals."""
    sheet = load_workbook(io.BytesIO(content))["Participants"]
    return [[cell.value for cell in row] for row in sheet.iter_rows() if row[0].value != "Total"]


def _lines(content: bytes) -> list[list[str]]:
    """The lines of the table of a CSV, without its totals and what proves it."""
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    return [line for line in lines[: lines.index([ABOUT]) - 1] if line[0] != "Total"]


def _galante(api: ApiServer) -> list[ListedChild]:
    return [child for child in _everybody(api) if child.last_name == "GALANTE"]


def test_the_dialog_says_which_rows_there_are_and_cancelling_exports_nothing(api: ApiServer) -> None:
    marie, *_ = _galante(api)
    with visit_as(api, MANDATAIRE) as visit:
        asked = visit.post(f"{tab(api)}/exporter", data={"ligne": marie.key, "etat": "received"})
        shown = words(asked.text)
        assert "Les lignes sélectionnées (1)" in shown
        assert f"Toutes les lignes trouvées ({sum(one.status == 'received' for one in _everybody(api))})" in shown
        for label in ("Exporter toutes les colonnes", "Exporter uniquement les colonnes affichées"):
            assert label in shown
        assert re.search(r'<button[^>]*form="cancel">Annuler</button>', asked.text)
        assert "Continuer" in shown
        assert "content-disposition" not in asked.headers
        cancelled = visit.post(tab(api), data={"etat": "received"})
    assert cancelled.headers["location"] == f"{tab(api)}?etat=received"


def test_one_payment_for_two_children_gives_two_rows_with_the_guide_s_columns_first(api: ApiServer) -> None:
    answer = _file(api, ligne=[child.key for child in _galante(api)], colonnes="toutes", format="xlsx")
    heads, *listed = _sheet(answer.content)
    assert tuple(heads[:6]) == _GUIDE
    assert {"Classe", "Prénom payeur", "Nom payeur", "E-mail payeur", "N° de commande"} <= set(heads)
    by_name = {row[0]: dict(zip(heads, row, strict=True)) for row in listed}
    assert set(by_name) == {"Marie", "Julien"}
    for row in by_name.values():
        assert (row["Nom participant"], row["Montant réglé"], row["Montant dû"]) == ("GALANTE", 12, 12)
        assert f"{row['Date de paiement']:%d/%m/%Y}" == "04/07/2024"
        assert (row["Prénom payeur"], row["E-mail payeur"]) == ("Camille", "test@example.org")
    assert (by_name["Marie"]["Classe"], by_name["Julien"]["Classe"]) == ("CP a", "CE1")
    tariffs = {child.first_name: child.tariff for child in _galante(api)}
    assert {name: row["Formule"] for name, row in by_name.items()} == tariffs
    assert all(tariffs.values())
    assert [row[0] for row in listed] == ["Marie", "Julien"]


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_displayed_columns_are_those_of_the_list_and_say_the_same(api: ApiServer, form: str) -> None:
    answer = _file(api, toutes="1", colonnes="affichees", format=form)
    heads, *listed = _sheet(answer.content) if form == "xlsx" else _lines(answer.content)
    assert tuple(heads) == DISPLAYED
    with visit_as(api, MANDATAIRE) as visit:
        shown = rows(visit.get(tab(api)).text)
    told = [(row[0] or "", row[1], row[3], row[4], row[5] or "", row[6], row[7]) for row in listed]
    assert told == [(row[0], row[1], row[3], row[4], row[5], row[7], row[8]) for row in shown]
    cents = [child.paid for child in _everybody(api)]
    assert [row[2] for row in listed] == [one / 100 if form == "xlsx" else plain_euros(one) for one in cents]


def test_only_what_is_chosen_is_exported_and_all_that_fits_the_filters_when_all_is(api: ApiServer) -> None:
    every = _everybody(api)
    one = _file(api, ligne=every[0].key, colonnes="affichees")
    assert len(_sheet(one.content)) == 2
    filtered = _file(api, ligne=every[0].key, toutes="1", classe="CPA", recherche="galante", colonnes="affichees")
    assert [row[:2] for row in _sheet(filtered.content)[1:]] == [["Marie", "GALANTE"]]
    whole = _file(api, toutes="1")
    assert len(_sheet(whole.content)) == len(every) + 1
    with visit_as(api, FOREIGN) as visit:
        foreign = visit.post(f"{tab(api)}/exporter", data={"etape": "fichier", "toutes": "1"})
    assert foreign.status_code == 404


def test_every_answer_to_the_form_is_in_the_file_of_all_columns(api: ApiServer) -> None:
    marie = next(child for child in _galante(api) if child.first_name == "Marie")
    person = api.opened.vault.get(marie.participant_id)
    assert person is not None
    answers = {"birth_date": "2016-07-03", "address": "1, rue de l’École\n06000 Nice", "landline": "0493000000"}
    fields = [PersonField(own_id(f"{at:08x}"), "Allergies", FieldKind.TEXT) for at in (1, 2)]
    known = api.opened.contacts.fields.read(api.ids.coop_id)
    category = FieldCategory("cat_00000001", "Santé", tuple(fields))
    api.opened.contacts.fields.change(api.ids.coop_id, msgspec.structs.replace(known, categories=(category,)))
    answers |= {fields[0].field_id: "Arachides", fields[1].field_id: "Aucune"}
    told = msgspec.structs.replace(person, extra=answers, email="marie@example.org", phone="0612345678")
    api.opened.vault.update(marie.participant_id, told)
    try:
        heads, *listed = _sheet(_file(api, toutes="1").content)
    finally:
        api.opened.vault.update(marie.participant_id, person)
    row = next(dict(zip(heads, one, strict=True)) for one in listed if one[:2] == ["Marie", "GALANTE"])
    assert row["Date de naissance"] == "2016-07-03"
    assert row["Adresse postale"] == answers["address"]
    assert (row["Téléphone fixe"], row["Téléphone mobile"]) == ("0493000000", "0612345678")
    assert row["Adresse e-mail"] == "marie@example.org"
    assert (row["Allergies"], row["Allergies (question 2)"]) == ("Arachides", "Aucune")
    assert heads.index("Date de naissance") == len(_GUIDE) < heads.index("Classe")


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_what_is_exported_is_read_again_with_its_payers_and_classes(api: ApiServer, form: str) -> None:
    received = [child for child in _everybody(api) if child.status == "received"]
    answer = _file(api, toutes="1", etat="received", format=form)
    parsed = parse_payments(answer.content)
    assert parsed.kind is FileKind.COOPLEDGER
    assert parsed.errors == ()
    assert {(one.first_name, one.last_name) for one in parsed.rows} == {
        (child.first_name, child.last_name) for child in received
    }
    assert len(parsed.rows) == len(received) > 3
    marie = next(one for one in parsed.rows if one.first_name == "Marie")
    assert marie.payer is not None
    assert (marie.payer.first_name, marie.payer.email, marie.cents) == ("Camille", "test@example.org", 12_00)


def test_an_export_is_written_down_and_only_who_runs_the_coop_asks_for_one(api: ApiServer) -> None:
    with psycopg.connect(api.database_url, autocommit=True) as owner:
        owner.execute("DELETE FROM trail.entries")
        _file(api, toutes="1")
        query = "SELECT campaign_id, coop_id FROM trail.entries WHERE kind = %s"
        assert owner.execute(query, (TrailKind.NAMES_READ,)).fetchall() == [(api.ids.campaign_id, api.ids.coop_id)]
    for who, status in ((STAFF, 403), (AUDITOR, 403), (FOREIGN, 404)):
        with visit_as(api, who) as visit:
            assert visit.post(f"{tab(api)}/exporter", data={"toutes": "1"}).status_code == status
