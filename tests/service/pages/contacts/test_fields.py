"""« Propriétés des fiches personnes »: categories, fields and limits, and the way back to the form (S-38…S-46)."""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

import httpx2
import psycopg
import pytest

from domain.people.person_fields import MOST_CATEGORIES, MOST_OF_KIND, FieldKind
from service.contacts.address_book import all_contacts
from tests.kit.api_server import FOREIGN, MANDATAIRE, SLUG, ApiServer
from tests.kit.members.visits import visit_as, words
from tests.service.pages.contacts.addresses import add, below

_PAGE: Final = "/parametres/fiches"


@pytest.fixture(autouse=True)
def _no_fields(api: ApiServer) -> None:
    """Begin each test without fields."""
    with psycopg.connect(api.database_url, autocommit=True) as owner:
        owner.execute("DELETE FROM vault.person_fields")


def change(
    visit: httpx2.Client, api: ApiServer, action: str, coop_id: UUID | None = None, **fields: str
) -> httpx2.Response:
    """Press a button of the page as it is shown now."""
    page = visit.get(below(api, _PAGE, coop_id)).text
    hidden = {name: re.search(rf'name="{name}" value="([^"]*)"', page) for name in ("version", "cle")}
    shown = {name: found[1] for name, found in hidden.items() if found}
    of = fields.get("de", "")
    place = f"new-{of}" if action == "ajouter-champ" else of or "ajouter-categorie"
    return visit.post(below(api, _PAGE, coop_id), data={**shown, "action": action, "place": place, **fields})


def fields_of(api: ApiServer) -> dict[str, list[str]]:
    """The names of fields by the name of their category."""
    read = api.opened.contacts.fields.read(api.ids.coop_id)
    return {category.name: [field.name for field in category.fields] for category in read.categories}


def id_of(api: ApiServer, name: str) -> str:
    """The id of a category or field by its name."""
    read = api.opened.contacts.fields.read(api.ids.coop_id)
    known = {one.name: one.category_id for one in read.categories} | {one.name: one.field_id for one in read}
    return known[name]


def category(visit: httpx2.Client, api: ApiServer, name: str) -> str:
    """Add a category, and return its id."""
    assert change(visit, api, "ajouter-categorie", nom=name).status_code == 303
    return id_of(api, name)


def test_the_settings_lead_to_the_page_which_has_the_seven_fields_of_the_guide(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        settings = visit.get(below(api, "/parametres")).text
        assert "Personnalisation" in settings
        assert f'href="{below(api, _PAGE)}">Communauté' in settings
        said = words(visit.get(below(api, _PAGE)).text)
    assert "Propriétés des fiches personnes" in said
    seven = ("Nom", "Prénom", "Email", "Adresse postale", "Date de naissance", "Téléphone fixe", "Téléphone mobile")
    assert all(f" {field} " in said for field in seven)
    assert "À quoi sert cette fiche\u00a0?" in said
    assert "informations limitées à" in said
    assert "Informations sur les enfants" in visit_value(api)


def visit_value(api: ApiServer) -> str:
    """What an empty page proposes as the first category: that of the guide."""
    with visit_as(api, FOREIGN) as visit:
        return visit.get(below(api, _PAGE, api.foreign_coop_id)).text


def test_the_settings_lead_to_groups_rights_and_forms(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        page = visit.get(below(api, "/parametres")).text
        for path in ("/groupes", "/collectes", "/cooperative"):
            assert f'href="{below(api, path)}"' in page
            assert visit.get(below(api, path)).status_code == 200
    assert "Droits d’administration" in page


def test_categories_and_fields_are_added_renamed_moved_and_deleted(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        children, more = category(visit, api, "Enfants"), category(visit, api, "Sorties")
        for name, kind in (("Classe de l’enfant 1", "text"), ("Sait nager", "yes-no"), ("Taille", "number")):
            assert change(visit, api, "ajouter-champ", de=children, nom=name, genre=kind).status_code == 303
        assert "Classe de l’enfant 1 (Texte)" in words(visit.get(below(api, _PAGE)).text)
        change(visit, api, "monter-champ", de=id_of(api, "Taille"))
        change(visit, api, "monter-categorie", de=more)
        change(visit, api, "monter-categorie", de=more)
        change(visit, api, "renommer-categorie", de=children, nom="Informations sur les enfants")
        change(visit, api, "modifier-champ", de=id_of(api, "Sait nager"), nom="Nage 50 mètres", genre="yes-no")
        expected = ["Classe de l’enfant 1", "Taille", "Nage 50 mètres"]
        assert fields_of(api) == {"Sorties": [], "Informations sur les enfants": expected}
        assert list(fields_of(api)) == ["Sorties", "Informations sur les enfants"]
        gone = id_of(api, "Taille")
        change(visit, api, "supprimer-champ", de=gone)
        change(visit, api, "supprimer-categorie", de=more)
        assert fields_of(api) == {"Informations sur les enfants": ["Classe de l’enfant 1", "Nage 50 mètres"]}
        assert api.opened.contacts.fields.read(api.ids.coop_id).label(gone) == "Taille"
        change(visit, api, "supprimer-categorie", de=children)
    assert fields_of(api) == {}


def test_each_kind_has_a_limit_that_is_shown_and_enforced(api: ApiServer) -> None:
    most = MOST_OF_KIND[FieldKind.DAY]
    with visit_as(api, MANDATAIRE) as visit:
        dates = category(visit, api, "Dates")
        for at in range(most):
            assert change(visit, api, "ajouter-champ", de=dates, nom=f"Jour {at}", genre="day").status_code == 303
        shown = words(visit.get(below(api, _PAGE)).text)
        assert f"Date une date, par exemple 03/07/2016 {most} sur {most}" in shown
        refused = change(visit, api, "ajouter-champ", de=dates, nom="Un de trop", genre="day")
        assert refused.status_code == 422
        assert "La limite est atteinte" in refused.text
        assert 'value="Un de trop"' in refused.text
        assert len(fields_of(api)["Dates"]) == most
        for at in range(len(fields_of(api)), MOST_CATEGORIES):
            category(visit, api, f"Catégorie {at}")
        assert "Ajouter la catégorie" not in visit.get(below(api, _PAGE)).text
        assert change(visit, api, "ajouter-categorie", nom="Une de trop").status_code == 422


def test_names_and_answers_that_cannot_be_are_refused_and_kept_in_the_form(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        choices = category(visit, api, "Choix")
        refusals = (
            ({"nom": "", "genre": "text"}, "Donnez un nom."),
            ({"nom": "\u200b\u202e", "genre": "text"}, "obligatoire"),
            ({"nom": "x" * 81, "genre": "text"}, "trop long"),
            ({"nom": "Repas", "genre": "other"}, "Choisissez ce que le champ contient."),
            ({"nom": "Repas", "genre": "choice", "reponses": "un seul"}, "de 2 à 20 réponses"),
            ({"nom": "Repas", "genre": "choice", "reponses": "\n".join(map(str, range(21)))}, "de 2 à 20 réponses"),
        )
        for fields, sentence in refusals:
            answer = change(visit, api, "ajouter-champ", None, de=choices, **fields)
            assert answer.status_code == 422
            assert sentence in words(answer.text), sentence
        fields = {"nom": "Repas", "genre": "choice", "reponses": "Végétarien\n\nSans porc\nVégétarien"}
        assert change(visit, api, "ajouter-champ", None, de=choices, **fields).status_code == 303
        assert api.opened.contacts.fields.read(api.ids.coop_id).find(id_of(api, "Repas")).options == (
            "Végétarien",
            "Sans porc",
        )


def test_a_double_click_adds_one_and_a_page_that_is_not_the_latest_changes_nothing(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        page = visit.get(below(api, _PAGE)).text
        version, key = (re.search(rf'name="{name}" value="([^"]*)"', page) for name in ("version", "cle"))
        assert version
        assert key
        form = {"version": version[1], "cle": key[1], "action": "ajouter-categorie", "nom": "Une fois"}
        for _ in range(2):
            assert visit.post(below(api, _PAGE), data=form).status_code == 303
        assert list(fields_of(api)) == ["Une fois"]
        late = visit.post(below(api, _PAGE), data={**form, "cle": "other", "nom": "En retard"})
        assert late.status_code == 409
        assert list(fields_of(api)) == ["Une fois"]


def test_fields_of_a_coop_are_in_no_page_of_another_and_another_changes_none(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        mine = category(visit, api, "À nous seuls")
        change(visit, api, "ajouter-champ", de=mine, nom="Champ secret", genre="text")
    field_id = id_of(api, "Champ secret")
    with visit_as(api, FOREIGN) as visit:
        theirs = visit.get(below(api, _PAGE, api.foreign_coop_id)).text
        assert "Champ secret" not in theirs
        assert "À nous seuls" not in theirs
        for action, of in (("supprimer-champ", field_id), ("renommer-categorie", mine), ("monter-champ", field_id)):
            stolen = change(visit, api, action, api.foreign_coop_id, de=of, nom="Volé")
            assert stolen.status_code == 404
        assert visit.get(below(api, _PAGE)).status_code == 404
    assert fields_of(api) == {"À nous seuls": ["Champ secret"]}


def test_a_contact_s_record_asks_for_the_fields_and_keeps_what_can_be_read(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        of = category(visit, api, "Fiche")
        for name, kind in (("Surnom", "text"), ("Enfants", "number"), ("Né le", "day"), ("Photo permise", "yes-no")):
            change(visit, api, "ajouter-champ", de=of, nom=name, genre=kind)
        add(visit, api, "champs@example.org")
        (contact,) = [one for one in all_contacts(api.opened, api.ids.coop_id) if one.profile.email[:6] == "champs"]
        address = below(api, f"/carnet/{contact.contact_id}")
        ids = {name: id_of(api, name) for name in ("Surnom", "Enfants", "Né le", "Photo permise")}
        typed = {"email": "champs@example.org", ids["Enfants"]: "deux", ids["Surnom"]: "Champi"}
        refused = visit.post(address, data=typed)
        assert refused.status_code == 422
        assert "Indiquez un nombre" in refused.text
        assert 'value="Champi"' in refused.text
        right = {**typed, ids["Enfants"]: "2", ids["Né le"]: "03/07/1985", ids["Photo permise"]: "Oui"}
        assert visit.post(address, data=right).status_code == 303
        (contact,) = [one for one in all_contacts(api.opened, api.ids.coop_id) if one.profile.email[:6] == "champs"]
        expected = {"Surnom": "Champi", "Enfants": "2", "Né le": "1985-07-03", "Photo permise": "Oui"}
        assert contact.profile.own == {ids[name]: value for name, value in expected.items()}


def test_the_way_back_leads_to_the_form_it_was_opened_from_and_nowhere_else(api: ApiServer) -> None:
    step = f"/collectes/{api.ids.campaign_id}/etapes/formulaire"
    with visit_as(api, MANDATAIRE) as visit:
        page = visit.get(below(api, _PAGE), params={"retour": step}).text
        assert f'href="/{SLUG}{step}">Retour au formulaire' in page
        done = change(visit, api, "ajouter-categorie", nom="Retour", retour=step)
        assert f'href="/{SLUG}{step}">Retour au formulaire' in visit.get(done.headers["location"]).text
        for elsewhere in ("//evil.example", "https://evil.example", f"{step}/../..", "/acces"):
            assert "Retour au formulaire" not in visit.get(below(api, _PAGE), params={"retour": elsewhere}).text
