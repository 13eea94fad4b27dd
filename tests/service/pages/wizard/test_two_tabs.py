"""Two tabs, two people: a step that was saved elsewhere meanwhile is never overwritten without being asked."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import pytest

from tests.kit.api_server import MANDATAIRE, TREASURER, ApiServer
from tests.kit.example_files import picture
from tests.service.api.routes import ROUTES
from tests.service.pages.wizard.forms import STEPS, FormFields, Runner, runner, said

ONE: Final = {
    "informations": {"title": "Ma sortie"},
    "tarifs": {"amount-0-0": "15,00"},
    "formulaire": {"mobile": "required"},
    "paiement": {"message": "Merci de la part de la classe."},
    "publication": {"to_day": "2027-01-15"},
}
OTHER: Final = {
    "informations": {"title": "Sa sortie"},
    "tarifs": {"amount-0-0": "18,00"},
    "formulaire": {"mobile": "optional"},
    "paiement": {"message": "Un grand merci."},
    "publication": {"to_day": "2027-02-20"},
}
SHOWN: Final = {
    "informations": ("Ma sortie", "Sa sortie"),
    "tarifs": ("15,00", "18,00"),
    "formulaire": ("Obligatoire", "Facultatif"),
    "paiement": ("Merci de la part de la classe.", "Un grand merci."),
    "publication": ("15 janvier 2027", "20 février 2027"),
}
"""How both versions of a step are said."""


def _saved(mandataire: Runner, step: str) -> None:
    """Have a step saved with something, so that both tabs begin from there."""
    mandataire.publish()
    if step == "formulaire":
        mandataire.go(step, {"mobile": "hidden"})


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_was_saved_elsewhere_shows_both_versions_and_keeps_the_one_that_is_chosen(
    mandataire: Runner, step: str
) -> None:
    """A calm page, 409: nothing is overwritten, nothing that was typed is lost."""
    _saved(mandataire, step)
    first = mandataire.fields(step)
    assert mandataire.send(step, OTHER[step]).status_code == 303
    theirs = mandataire.topics()
    both = mandataire.send(step, ONE[step], fields=first)
    assert both.status_code == 409
    text = said(both.text)
    assert [words for words in SHOWN[step] if words not in text] == []
    assert mandataire.topics() == theirs
    assert f'href="{mandataire.step(step)}">Garder ce qui est enregistré</a>' in both.text
    carried = [(name, value) for name, value in FormFields(both.text).fields if name != "action"]
    kept = mandataire.send(step, {}, fields=carried)
    assert kept.status_code == 303, said(kept.text)[:300]
    assert len(mandataire.topics()) == len(theirs) + 1
    assert SHOWN[step][0] in said(mandataire.read(f"{mandataire.here}/historique"))


@pytest.mark.parametrize("step", STEPS)
def test_the_same_words_from_two_tabs_are_one_change(mandataire: Runner, step: str) -> None:
    _saved(mandataire, step)
    first = mandataire.fields(step)
    assert mandataire.send(step, ONE[step], fields=first).status_code == 303
    once = mandataire.topics()
    assert mandataire.send(step, ONE[step], fields=first).status_code == 303
    assert mandataire.topics() == once


def test_a_picture_that_was_chosen_goes_along_with_the_choice_between_two_versions(mandataire: Runner) -> None:
    mandataire.publish()
    first = mandataire.fields("informations")
    mandataire.send("informations", {"description": "Une autre description."})
    both = mandataire.send("informations", {}, fields=first, files=[("photo", ("a.jpg", picture()))])
    assert both.status_code == 409
    assert "600 × 400 pixels" in said(both.text)
    carried = [(name, value) for name, value in FormFields(both.text).fields if name != "action"]
    assert mandataire.send("informations", {}, fields=carried).status_code == 303
    details = mandataire.state().details
    assert details is not None
    assert details.picture
    assert details.description == ""


def test_contributions_that_come_meanwhile_hold_up_no_change(api: ApiServer, mandataire: Runner) -> None:
    """They move the version of the campaign, and none of its settings."""
    mandataire.publish()
    fields = mandataire.fields("tarifs")
    address = "/coops/{coop_id}/campaigns/{campaign_id}/contributions"
    body = ROUTES["POST", address][1]
    tariff = dict(fields)["id-0"]
    basket = {**body, "children": [{**one, "tariff_id": tariff, "cents": None} for one in body["children"]]}
    api.done(MANDATAIRE, "POST", address.format(coop_id=api.ids.coop_id, campaign_id=mandataire.campaign_id), basket)
    assert len(mandataire.state().contributions) == 1
    assert mandataire.send("tarifs", {"amount-0-0": "13,00"}, fields=fields).status_code == 303
    assert [one.tiers for one in mandataire.state().tariffs.values()] == [(1300,)]


def test_a_change_is_saved_while_families_keep_contributing(api: ApiServer, mandataire: Runner) -> None:
    """What is stored between the comparison and the write makes it compare again, and nothing more."""
    mandataire.publish()
    address = "/coops/{coop_id}/campaigns/{campaign_id}/contributions"
    path = address.format(coop_id=api.ids.coop_id, campaign_id=mandataire.campaign_id)
    body, tariff = ROUTES["POST", address][1], next(iter(mandataire.state().tariffs))
    basket = {**body, "children": [{**one, "tariff_id": tariff, "cents": None} for one in body["children"]]}
    ended = threading.Event()

    def contribute() -> int:
        placed = 0
        while not ended.is_set():
            api.done(MANDATAIRE, "POST", path, basket)
            placed += 1
        return placed

    with ThreadPoolExecutor(2) as families:
        giving = [families.submit(contribute) for _ in range(2)]
        try:
            answers = [mandataire.send("informations", {"title": f"Titre {number}"}) for number in range(10)]
        finally:
            ended.set()
    assert [answer.status_code for answer in answers] == [303] * 10
    assert sum(one.result() for one in giving) > 10
    details = mandataire.state().details
    assert details is not None
    assert details.title == "Titre 9"


def test_of_two_people_who_save_at_the_same_moment_one_is_shown_what_the_other_saved(
    api: ApiServer, mandataire: Runner
) -> None:
    """The comparison and the write are one: whatever the order, no version is lost without a word."""
    mandataire.publish()
    with runner(api, TREASURER) as treasurer:
        treasurer.campaign_id = mandataire.campaign_id
        for round_ in range(5):
            people = (mandataire, treasurer)
            forms = [one.fields("informations") for one in people]
            titles = [f"Titre {round_} de {name}" for name in ("mandataire", "trésorière")]
            with ThreadPoolExecutor(2) as at_once:
                sent = [
                    at_once.submit(one.send, "informations", {"title": title}, fields=form)
                    for one, title, form in zip(people, titles, forms, strict=True)
                ]
            answers = [one.result() for one in sent]
            assert sorted(answer.status_code for answer in answers) == [303, 409]
            won = titles[[answer.status_code for answer in answers].index(303)]
            lost = next(answer for answer in answers if answer.status_code == 409)
            assert won in said(lost.text)
            details = mandataire.state().details
            assert details is not None
            assert details.title == won


def test_a_form_without_the_digest_of_what_it_was_made_from_changes_nothing_unasked(mandataire: Runner) -> None:
    mandataire.publish()
    answer = mandataire.send("informations", {"title": "Autre", "empreinte": ""})
    assert answer.status_code == 409
