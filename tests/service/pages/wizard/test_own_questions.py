"""Step 3 with the fields of the coop: reached and left without a loss, asked of families, answered (S-39, S-44)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from domain.errors import Conflict
from domain.people.person_fields import (
    MOST_ASKED,
    FieldCategory,
    FieldKind,
    PersonField,
    own_id,
    with_category,
    with_field,
    without_field,
)
from service.contacts.field_changes import FieldAsked, check_unasked
from tests.kit.api_server import MANDATAIRE, SLUG, ApiServer
from tests.kit.browser import SIZES
from tests.service.pages.families.basket_forms import name_child, name_payer, proceed
from tests.service.pages.wizard.browsing import look, signed_in, silent
from tests.service.pages.wizard.forms import Runner, errors_of, said

_DIET, _SWIMS = own_id("0000000a"), own_id("0000000b")


@pytest.fixture(autouse=True)
def _fields(api: ApiServer) -> None:
    """The coop has two fields about children."""
    store, coop_id = api.opened.contacts.fields, api.ids.coop_id
    with psycopg.connect(api.database_url, autocommit=True) as owner:
        owner.execute("DELETE FROM vault.person_fields")
    fields = with_category(store.read(coop_id), FieldCategory("cat_1", "Informations sur les enfants"))
    fields = with_field(fields, "cat_1", PersonField(_DIET, "Régime alimentaire", FieldKind.TEXT))
    store.change(coop_id, with_field(fields, "cat_1", PersonField(_SWIMS, "Sait nager", FieldKind.YES_NO)))


def test_leaving_for_the_fields_and_coming_back_loses_nothing_and_saves_nothing(mandataire: Runner) -> None:
    mandataire.publish("Retour")
    ticked = {"mobile": "required", "photo": "optional", _DIET: "required"}
    left = mandataire.send("formulaire", ticked, action="champs")
    assert left.status_code == 303
    page = mandataire.read(str(left.headers["location"]))
    back = re.search(r'href="([^"]+)">Retour au formulaire', page)
    assert back
    assert mandataire.state().fields == ()
    shown = dict(_ticked(mandataire.read(back[1].replace("&amp;", "&"))))
    assert {name: shown[name] for name in ticked} == ticked
    assert shown["email"] == "hidden"
    for hostile in ("class.x", "unknown.r-own_ffffffff.r", "." * 900, "class.r" * 500):
        assert mandataire.read(f"{mandataire.step('formulaire')}?choix={hostile}")


def _ticked(page: str) -> Iterator[tuple[str, str]]:
    yield from re.findall(r'<input type="radio" name="([^"]+)" value="([^"]+)" checked>', page)


def test_a_field_is_asked_shown_in_words_and_cannot_be_deleted_under_the_form(
    api: ApiServer, mandataire: Runner
) -> None:
    mandataire.publish("Avec un champ")
    mandataire.go("formulaire", {_DIET: "required", "class": "optional"})
    names = {field.name: field.state for field in mandataire.state().fields}
    assert (names[_DIET], names["class"]) == ("required", "optional")
    assert _SWIMS not in names
    configuration = said(mandataire.read(f"{mandataire.here}/configuration"))
    assert "Régime alimentaire Obligatoire" in configuration
    assert "Sait nager" not in configuration
    assert "Régime alimentaire" in said(mandataire.read(f"{mandataire.here}/historique"))
    with pytest.raises(FieldAsked):
        check_unasked(api.opened, api.ids.coop_id, _DIET)
    with pytest.raises(Conflict):
        check_unasked(api.opened, api.ids.coop_id, "cat_1")
    check_unasked(api.opened, api.ids.coop_id, _SWIMS)
    mandataire.go("formulaire", {_DIET: "hidden"})
    assert _DIET not in {field.name for field in mandataire.state().fields}
    check_unasked(api.opened, api.ids.coop_id, "cat_1")


def test_a_field_that_another_tab_adds_is_no_other_version_of_the_step(api: ApiServer, mandataire: Runner) -> None:
    mandataire.publish("Deux onglets")
    shown = mandataire.fields("formulaire")
    store, coop_id = api.opened.contacts.fields, api.ids.coop_id
    more = PersonField(own_id("0000000c"), "Doudou", FieldKind.TEXT)
    store.change(coop_id, with_field(store.read(coop_id), "cat_1", more))
    assert mandataire.send("formulaire", {_DIET: "optional"}, fields=shown).status_code == 303


def test_a_form_asks_no_more_fields_than_it_says(api: ApiServer, mandataire: Runner) -> None:
    store, coop_id = api.opened.contacts.fields, api.ids.coop_id
    fields = store.read(coop_id)
    kinds = [FieldKind.TEXT] * 11 + [FieldKind.NUMBER] * 8
    ids = [own_id(f"{at:08x}") for at in range(16, 16 + len(kinds))]
    for field_id, kind in zip(ids, kinds, strict=True):
        fields = with_field(fields, "cat_1", PersonField(field_id, field_id, kind))
    store.change(coop_id, fields)
    mandataire.publish("Trop de champs")
    everything = dict.fromkeys((*ids, _DIET, _SWIMS), "optional")
    assert len(everything) == MOST_ASKED + 1
    refused = mandataire.send("formulaire", everything)
    assert refused.status_code == 422
    assert f"{MOST_ASKED} de vos champs au plus" in " ".join(errors_of(refused.text).values())
    mandataire.go("formulaire", {**everything, _SWIMS: "hidden"})


def test_the_api_sets_and_shows_fields_of_the_coop_and_refuses_others(api: ApiServer, mandataire: Runner) -> None:
    mandataire.publish("Par programme")
    path = f"/campaigns/{mandataire.campaign_id}/fields"
    asked = [{"name": "class", "state": "required"}, {"name": _SWIMS, "state": "optional"}]
    api.done(MANDATAIRE, "PUT", path, {"fields": asked})
    assert api.get(MANDATAIRE, path)["fields"] == asked
    for unknown in (own_id("ffffffff"), "own_x", "address "):
        refused = api.call(MANDATAIRE, "PUT", path, {"fields": [{"name": unknown, "state": "optional"}]})
        assert refused.status_code == 422, unknown


def test_an_archived_field_keeps_its_name_for_the_answers(api: ApiServer) -> None:
    fields = without_field(api.opened.contacts.fields.read(api.ids.coop_id), _DIET)
    assert fields.label(_DIET) == "Régime alimentaire"
    assert fields.label(own_id("ffffffff")) == "Champ supprimé"


@pytest.fixture(params=SIZES)
def device(browser: Browser, api: ApiServer, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A mandate holder's browser, at a desk or a telephone."""
    with signed_in(browser, api, request.param) as opened:
        yield opened


@pytest.mark.browser
def test_families_answer_the_coop_s_own_questions(device: BrowserContext, mandataire: Runner) -> None:
    mandataire.publish("Questions de la coopérative")
    mandataire.go("formulaire", {_DIET: "required", _SWIMS: "required"})
    page = silent(device.new_page())
    page.goto(mandataire.step("formulaire"))
    look(page, "3-own-questions")
    _fill_basket(page, mandataire)
    proceed(page)
    expect(page.locator("#errors a")).to_have_count(2)
    expect(page.locator("#errors")).to_contain_text("Régime alimentaire")
    page.get_by_label("Régime alimentaire").fill("Sans arachide")
    page.get_by_label("Sait nager").select_option("Oui")
    look(page, "own-questions-family")
    proceed(page)
    expect(page.get_by_text("Sans arachide")).to_be_visible()


def _fill_basket(page: Page, mandataire: Runner) -> None:
    """Fill in a basket with one child, up to what the campaign asks about it."""
    page.goto(f"/{SLUG}/contribuer/{mandataire.campaign_id}")
    page.get_by_role("button", name="Je contribue").click()
    name_child(page, 1, "Marie")
    page.get_by_role("group", name="Enfant 1").get_by_role("radio").check()
    name_payer(page)
    proceed(page)
    page.get_by_role("button", name="Continuer sans compte").click()
    expect(page).to_have_url(re.compile("/informations"))
