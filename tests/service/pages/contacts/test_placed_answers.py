"""Answers to the coop's own questions: asked by their ids, kept in the vault alone, refused where they cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import httpx2
import msgspec
import pytest

from domain.events.contribution import ContributionPlaced
from domain.people.person_fields import FieldCategory, FieldKind, PersonField, own_id, with_category, with_field
from tests.kit.live_server import LiveServer
from tests.service.pages.families.basket_forms import ask, draft, events_of, paying, put

_DIET, _SIZE, _MEAL = own_id("0000000a"), own_id("0000000b"), own_id("0000000c")
_ANSWER: Final = "Sans arachide ni QUATREBARBES"


@pytest.fixture
def family(live_server: LiveServer) -> Iterator[httpx2.Client]:
    """A browser that follows no redirection by itself."""
    with httpx2.Client(base_url=live_server.url, headers={"Accept": "text/html"}, timeout=30) as client:
        yield client


@pytest.fixture(autouse=True)
def _fields(live_server: LiveServer) -> None:
    """The coop asks three fields of its own."""
    opened, coop_id = live_server.world.runtime.ledger("ad06"), live_server.world.coop_id
    fields = with_category(opened.contacts.fields.read(coop_id), FieldCategory("cat_1", "Enfants"))
    for field in (
        PersonField(_DIET, "Régime alimentaire", FieldKind.TEXT),
        PersonField(_SIZE, "Taille", FieldKind.NUMBER),
        PersonField(_MEAL, "Repas", FieldKind.CHOICE, ("Végétarien", "Standard")),
    ):
        fields = with_field(fields, "cat_1", field)
    opened.contacts.fields.change(coop_id, fields)
    ask(live_server, **{_DIET: "required", _SIZE: "optional", _MEAL: "optional"})


def answer(family: httpx2.Client, address: str, **answers: str) -> str:
    """Answer for the child of a basket, and return where that leads."""
    names = {"first_name-child0": "Marie", "last_name-child0": "GALANTE"}
    typed = {f"{name}-child0": value for name, value in answers.items()}
    return str(family.post(f"{address}/informations", data={**names, **typed}).headers["location"])


def test_answers_go_to_the_vault_alone(live_server: LiveServer, family: httpx2.Client) -> None:
    address = put(live_server, draft(live_server, "Marie"))
    assert not answer(family, address, **{_DIET: _ANSWER, _SIZE: "1.3", _MEAL: "Végétarien"}).endswith("?verifier")
    recap = family.get(f"{address}/recapitulatif").text
    assert _ANSWER in recap
    assert family.post(f"{address}/paiement", data=paying(family, address)).status_code == 303
    (placed,) = events_of(live_server, ContributionPlaced)[-1:]
    said = msgspec.json.encode(placed).decode()
    assert "QUATREBARBES" not in said
    assert "arachide" not in said
    child = live_server.world.runtime.ledger("ad06").vault.get(placed.lines[0].participant_id)
    assert child is not None
    assert child.extra == {_DIET: _ANSWER, _SIZE: "1,3", _MEAL: "Végétarien"}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({_DIET: "", _SIZE: "1"}, "Régime alimentaire\u00a0: répondez à cette question"),
        ({_DIET: "oui", _SIZE: "grande"}, "Taille\u00a0: indiquez un nombre"),
        ({_DIET: "oui", _MEAL: "Autre"}, "Repas\u00a0: choisissez une des réponses proposées"),
        ({_DIET: "x" * 301}, "Régime alimentaire\u00a0: ce texte est trop long"),
    ],
)
def test_an_answer_that_cannot_be_is_said_under_the_name_of_its_question(
    live_server: LiveServer, family: httpx2.Client, given: dict[str, str], sentence: str
) -> None:
    address = put(live_server, draft(live_server, "Marie"))
    to = answer(family, address, **given)
    assert to.endswith("/informations?verifier")
    assert sentence in family.get(to).text
