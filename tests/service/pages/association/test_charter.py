"""The office publishes the charter's text after a look at it; everybody who may read a coop reads it (S-48)."""

from __future__ import annotations

from typing import Final

import httpx2

from service.charters import charter_in_force
from service.runtime.open_ledger import OpenLedger
from tests.kit.members.office import form_key
from tests.kit.members.sessions import SLUG

ADDRESS: Final = f"/{SLUG}/charte"
NEXT: Final = f"/{SLUG}/charte/nouvelle"


def publish(office: httpx2.Client, text: str) -> httpx2.Response:
    """Look at a text, then publish it."""
    fields = {"cle": form_key(office.post(NEXT, data={"text": text, "etape": "verifier"}).text), "text": text}
    return office.post(NEXT, data={**fields, "etape": "publier"})


def test_a_text_is_looked_at_then_published_and_read_by_everybody(
    office: httpx2.Client, mandataire: httpx2.Client, opened: OpenLedger
) -> None:
    text = "Charte des collectes\r\n1. Objet\r\nUne collecte finance un projet.\r\nAucun enfant n’est exclu."
    looked_at = office.post(NEXT, data={"text": text, "etape": "verifier"})
    assert "<h2>1. Objet</h2>" in looked_at.text
    assert charter_in_force(opened, opened.association()) is None
    assert publish(office, text).headers["location"] == ADDRESS
    charter = charter_in_force(opened, opened.association())
    assert charter is not None
    assert (charter.version, charter.text) == (1, text.replace("\r\n", "\n"))
    for reader in (office, mandataire):
        page = reader.get(ADDRESS).text
        assert "<p>Aucun enfant n’est exclu.</p>" in page
        assert "Version 1, publiée le" in page
    assert NEXT in office.get(ADDRESS).text
    assert NEXT not in mandataire.get(ADDRESS).text
    assert mandataire.get(NEXT).status_code == 403


def test_earlier_versions_stay_readable(office: httpx2.Client, mandataire: httpx2.Client) -> None:
    for text in ("Charte d’avant", "Charte de maintenant"):
        assert publish(office, text).status_code == 303
    page = mandataire.get(ADDRESS).text
    assert "Charte de maintenant" in page
    assert "Charte d’avant" not in page
    latest = max(int(part.split('"')[0]) for part in page.split("?version=")[1:])
    before = mandataire.get(ADDRESS, params={"version": latest - 1}).text
    assert "Charte d’avant" in before
    assert "remplacée" in before


def test_an_empty_text_and_the_one_in_force_are_refused_with_a_sentence(
    office: httpx2.Client, opened: OpenLedger
) -> None:
    publish(office, "Une charte qui reste")
    head = opened.head()[0]
    for text, said in (("  \n ", "obligatoire"), ("Une charte qui reste", "déjà celui de la charte en vigueur")):
        answer = office.post(NEXT, data={"text": text, "etape": "verifier", "cle": "k"})
        assert answer.status_code == 422
        assert said in answer.text
    assert "Une charte qui reste" in office.get(NEXT).text
    assert opened.head()[0] == head


def test_a_double_click_publishes_one_version(office: httpx2.Client, opened: OpenLedger) -> None:
    before = charter_in_force(opened, opened.association())
    fields = {"text": "Une charte publiée deux fois", "cle": "one-key", "etape": "publier"}
    assert [office.post(NEXT, data=fields).status_code for _ in range(2)] == [303, 303]
    charter = charter_in_force(opened, opened.association())
    assert charter is not None
    assert (charter.version, charter.text) == ((before.version if before else 0) + 1, fields["text"])
