"""The address book: pasted or imported, seen before it is kept, searched, changed and erased (S-29, S-40)."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Final

import psycopg
import pytest
import xlsxwriter

from adapters.contact_vault import ClassOfYear
from domain.calendar import fiscal_year
from domain.money import grouped
from service.contacts.address_book import MOST_AT_ONCE, all_contacts, in_group
from service.trail import TrailKind
from tests.kit.api_server import AUDITOR, FOREIGN, MANDATAIRE, SLUG, STAFF, TREASURER, ApiServer
from tests.kit.members.visits import visit_as, words
from tests.service.pages.community.pages import rows
from tests.service.pages.contacts.addresses import add, below, carried, send

_PASTED: Final = """Zéphyrine QUATREBARBES <zephyrine@example.org>, "Lebon, Paul" <paul@example.org>
anna@example.org
ANNA@example.org
sans adresse
\u202ejoe@example.org\u0007
"""


def book_of(api: ApiServer) -> dict[str, str]:
    """The coop's contacts: names by address."""
    return {one.profile.email: one.profile.name for one in all_contacts(api.opened, api.ids.coop_id)}


def test_pasted_addresses_are_shown_before_anything_is_kept_then_added_once(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        address = below(api, "/carnet/ajouter")
        preview = send(visit, address, {"adresses": _PASTED, "action": "voir"})
        said = words(preview.text)
        assert "4 nouveaux contacts" in said
        assert "1 adresse en double, gardée une fois" in said
        assert "Ligne 4\u00a0: sans adresse" in said
        assert "zephyrine@example.org" not in book_of(api)
        done = add(visit, api, _PASTED)
        assert done.status_code == 303
        assert "4 contacts ajoutés." in words(visit.get(done.headers["location"]).text)
        again = add(visit, api, "zephyrine@EXAMPLE.org\nPaul Lebon <PAUL@example.org>")
        assert "0 contact ajouté, 2 étaient déjà connus." in words(visit.get(again.headers["location"]).text)
    assert book_of(api) == {
        "zephyrine@example.org": "Zéphyrine QUATREBARBES",
        "paul@example.org": "Paul Lebon",
        "anna@example.org": "",
        "joe@example.org": "",
    }


def test_a_name_that_was_missing_is_completed_and_one_that_is_known_stays(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        add(visit, api, "complete@example.org\nMarie Un <known@example.org>")
        add(visit, api, "Luce Deux <complete@example.org>\nOther Name <known@example.org>")
    known = book_of(api)
    assert (known["complete@example.org"], known["known@example.org"]) == ("Luce Deux", "Marie Un")


def _workbook(*lines: tuple[object, ...]) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, line in enumerate(lines):
            sheet.write_row(at, 0, line)
    return made.getvalue()


def test_a_workbook_with_the_seven_fields_and_a_class_is_imported(api: ApiServer) -> None:
    titles = ("Nom", "Prénom", "Email", "Adresse postale", "Date de naissance", "Téléphone mobile", "Classe")
    content = _workbook(
        titles,
        ("ROSE", "Ève", "eve@example.org", "1 rue X", "03/07/1985", 612345678, "CP a"),
        ("LIS", "Tom", "tom@example.org", "", "jamais", "x", "Inconnue"),
        ("Sans", "Adresse", "", "", "", "", ""),
    )
    with visit_as(api, MANDATAIRE) as visit:
        address = below(api, "/carnet/ajouter")
        preview = visit.post(address, files=[("fichier", ("liste.xlsx", content)), ("action", (None, "voir"))])
        listed = {row[0]: row[1:] for row in rows(preview.text)}
        remark = "Illisible, laissé vide\u00a0: Date de naissance, Téléphone mobile, Classe"
        assert listed["tom@example.org"] == ["Tom LIS", "", remark]
        assert "Ligne 4" in words(preview.text)

        send(visit, address, {**carried(preview.text), "action": "ajouter"})
    (eve,) = [one for one in all_contacts(api.opened, api.ids.coop_id) if one.profile.email == "eve@example.org"]
    assert (eve.profile.birth_date, eve.profile.mobile, eve.profile.address) == (
        "1985-07-03",
        "+33612345678",
        "1 rue X",
    )


def test_ten_thousand_lines_are_refused_in_a_sentence_and_nothing_typed_is_lost(api: ApiServer) -> None:
    lines = "\n".join(f"nom{at}@example.org" for at in range(10_000))
    before = len(book_of(api))
    with visit_as(api, MANDATAIRE) as visit:
        answer = send(visit, below(api, "/carnet/ajouter"), {"adresses": lines, "action": "voir"})
    assert answer.status_code == 422
    assert f"{grouped(MOST_AT_ONCE)} contacts au plus à la fois" in words(answer.text)
    assert "nom9999@example.org" in answer.text
    assert len(book_of(api)) == before


def test_a_form_without_an_address_or_a_file_that_is_none_is_refused_where_it_stands(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        address = below(api, "/carnet/ajouter")
        for typed in ("", "pas d’arobase ici"):
            answer = send(visit, address, {"adresses": typed, "action": "voir"})
            assert answer.status_code == 422
            assert 'id="adresses-error"' in answer.text
        for content in (b"PK\x03\x04 no workbook", b"Nom;Ville\nA;B\n", b"\x00\x01"):
            answer = visit.post(address, files=[("fichier", ("x.xlsx", content)), ("action", (None, "voir"))])
            assert answer.status_code == 422
            assert 'id="fichier-error"' in answer.text


def test_what_the_form_carries_is_read_again_and_never_believed(api: ApiServer) -> None:
    before = book_of(api)
    with visit_as(api, MANDATAIRE) as visit:
        for carried in ("", "[1]", "{}", '[{"email":"no address"}]', '[{"email":"x@example.org","other":1}]'):
            answer = send(visit, below(api, "/carnet/ajouter"), {"liste": carried, "action": "ajouter"})
            assert answer.status_code == 303
    assert book_of(api) == before


def test_contacts_are_added_to_a_class_and_found_by_it(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        year = fiscal_year(datetime.now(UTC).date())
        visit.post(below(api, "/parametres/classes"), data={"classes": "CP\nCE1", "annee": str(year)})
        add(visit, api, "cp1@example.org\ncp2@example.org", group="classe-CP")
        listed = visit.get(below(api, "/carnet"), params={"groupe": "classe-CP"})
        assert [row[1] for row in rows(listed.text)] == ["cp1@example.org", "cp2@example.org"]
        assert "CP" in rows(listed.text)[0][2]
        found = visit.post(below(api, "/carnet"), data={"recherche": "CP2@"})
        assert [row[1] for row in rows(found.text)] == ["cp2@example.org"]
    inside = in_group(api.opened, api.ids.coop_id, ClassOfYear(year, "CP"))
    assert [one.profile.email for one in inside] == ["cp1@example.org", "cp2@example.org"]
    assert in_group(api.opened, api.foreign_coop_id, ClassOfYear(year, "CP")) == []


def test_a_record_is_changed_field_by_field_and_what_is_wrong_is_said_with_what_was_typed(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        add(visit, api, "fiche@example.org\nautre@example.org")
        (contact,) = [one for one in all_contacts(api.opened, api.ids.coop_id) if one.profile.email[:5] == "fiche"]
        address = below(api, f"/carnet/{contact.contact_id}")
        page = visit.get(address).text
        for label in ("Nom", "Prénom", "Email", "Adresse postale", "Date de naissance"):
            assert f">{label}" in page
        assert "Fiche de contact type" in page
        assert "Téléphone fixe" in page
        assert "Téléphone mobile" in page
        wrong = {"email": "AUTRE@example.org", "last_name": "LOUP", "mobile": "12"}
        refused = visit.post(address, data=wrong)
        assert refused.status_code == 422
        assert "Ce numéro de téléphone n’est pas valable" in refused.text
        assert 'value="LOUP"' in refused.text
        taken = visit.post(address, data={**wrong, "mobile": "06 12 34 56 78"})
        assert "déjà celle d’un autre contact" in words(taken.text)
        assert visit.post(address, data={"email": "fiche@example.org", "last_name": "LOUP"}).status_code == 303
    assert book_of(api)["fiche@example.org"] == "LOUP"


def test_an_erased_contact_is_gone_for_good_and_its_id_is_on_the_list_of_erasures(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        add(visit, api, "Adieu <adieu@example.org>")
        (contact,) = [one for one in all_contacts(api.opened, api.ids.coop_id) if one.profile.email[:5] == "adieu"]
        address = below(api, f"/carnet/{contact.contact_id}")
        assert visit.post(f"{address}/effacer").status_code == 303
        assert visit.get(address).status_code == 404
        assert visit.post(f"{address}/effacer").status_code == 404
    assert "adieu@example.org" not in book_of(api)
    with psycopg.connect(api.database_url) as owner:
        query = "SELECT kind FROM vault.erasures WHERE subject_id = %s"
        assert owner.execute(query, (contact.contact_id,)).fetchall() == [("contact",)]


@pytest.mark.parametrize("path", ["/carnet", "/carnet/ajouter", "/groupes/nouveau", "/parametres/fiches"])
def test_only_who_runs_the_coop_opens_its_address_book(api: ApiServer, path: str) -> None:
    for who, status in ((MANDATAIRE, 200), (TREASURER, 200), (STAFF, 403), (AUDITOR, 403), (FOREIGN, 404)):
        with visit_as(api, who) as visit:
            assert visit.get(below(api, path)).status_code == status


def test_another_coop_sees_no_contact_and_opens_none(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        add(visit, api, "secret@example.org")
    (contact,) = [one for one in all_contacts(api.opened, api.ids.coop_id) if one.profile.email[:6] == "secret"]
    with visit_as(api, FOREIGN) as visit:
        theirs = below(api, "/carnet", api.foreign_coop_id)
        assert "secret@example.org" not in visit.get(theirs).text
        assert visit.get(f"{theirs}/{contact.contact_id}").status_code == 404
        assert visit.post(f"{theirs}/{contact.contact_id}/effacer").status_code == 404
    assert "secret@example.org" in book_of(api)


def test_reading_the_book_is_written_down_and_no_name_stands_in_the_trail(api: ApiServer) -> None:
    with psycopg.connect(api.database_url, autocommit=True) as owner:
        owner.execute("DELETE FROM trail.entries")
        with visit_as(api, MANDATAIRE) as visit:
            add(visit, api, "Trace LOUVE <trace@example.org>")
            visit.get(below(api, "/carnet"))
        kinds = [kind for (kind,) in owner.execute("SELECT kind FROM trail.entries").fetchall()]
        said = owner.execute("SELECT string_agg(e::text, ' ') FROM trail.entries AS e").fetchone()
    assert TrailKind.NAMES_READ in kinds
    assert said is not None
    assert "LOUVE" not in said[0]
    assert "trace@" not in said[0]


def test_a_collection_works_without_contacts_and_the_contacts_page_leads_to_the_book(api: ApiServer) -> None:
    with visit_as(api, FOREIGN) as visit:
        empty = visit.get(below(api, "/carnet", api.foreign_coop_id))
        assert "Rien ne vous y oblige" in empty.text
        contacts = visit.get(below(api, "/contacts", api.foreign_coop_id))
    assert f"/{SLUG}/coops/{api.foreign_coop_id}/carnet" in contacts.text
