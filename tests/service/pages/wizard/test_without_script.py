"""The five steps by forms alone: each is validated and saved before the next, and defaults do for a first campaign."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from uuid import UUID

from adapters.people_vault import Person
from domain.campaign.state import CampaignStatus
from domain.events.base import InstalmentTerms
from tests.kit.example_files import PDF, picture
from tests.service.pages.wizard.forms import STEPS, FormFields, Runner, said


def test_a_first_campaign_takes_a_purpose_an_amount_and_the_day_of_a_decision(mandataire: Runner) -> None:
    """S-21: five short steps, nothing else is mandatory; all the rest has a default."""
    to = mandataire.go("informations", {"title": "Sortie", "purpose": "sortie-scolaire"})
    assert to.endswith("/etapes/tarifs?fait=cree")
    assert "Le brouillon est créé." in said(mandataire.read(to))
    assert mandataire.go("tarifs", {"amount-0-0": "12"}).endswith("/etapes/formulaire")
    assert mandataire.go("formulaire").endswith("/etapes/paiement")
    assert mandataire.go("paiement").endswith("/etapes/publication")
    assert mandataire.go("publication", {"decided_on": "2026-09-10"}, "publier").endswith("/diffusion?fait=publie")
    state = mandataire.state()
    assert state.status is CampaignStatus.PUBLISHED
    assert (state.means, state.instalments, state.by_link) == (("card",), None, True)
    assert [(tariff.label, tariff.tiers) for tariff in state.tariffs.values()] == [("Par enfant", (1200,))]
    public = mandataire.client.get(f"/ad06/contribuer/{mandataire.campaign_id}")
    assert public.status_code == 200
    assert "Je contribue" in public.text


def test_all_that_the_guide_shows_can_be_set_by_forms_alone(mandataire: Runner) -> None:
    """S-50…S-112: every field of every step, in one go."""
    answer = mandataire.send(
        "informations",
        {
            "title": "Contributions volontaires des familles",
            "purpose": "contribution-volontaire",
            "description": "Nous sollicitons votre contribution.\n\nMerci\u00a0!",
            "terms": "La contribution est volontaire.",
            "email": "ecole@example.org",
            "phone": "04 93 12 34 56",
        },
        files=[("photo", ("ecole.jpg", picture())), ("pieces", ("Budget.pdf", PDF))],
    )
    assert answer.status_code == 303
    mandataire.campaign_id = answer.headers["location"].split("/")[3]
    assert "data:image/webp;base64," in mandataire.read(mandataire.step("informations"))
    added = mandataire.send(
        "tarifs", {"amount-0-0": "12,00", "amount-0-1": "10,00", "amount-0-2": "0"}, action="ajouter"
    )
    fields = FormFields(added.text).fields
    second = dict(fields)["id-1"]
    assert second
    changed = {"label-1": "Soutien", "free-1": "1", "amount-1-0": "5", "group-1": "Autres"}
    sent = mandataire.send("tarifs", changed, fields=fields)
    assert sent.status_code == 303, said(sent.text)
    mandataire.go("formulaire", {"class": "required", "mobile": "optional", "photo": "hidden"})
    mandataire.go(
        "paiement",
        {
            "split": "1",
            "count": "3",
            "interval": "1",
            "message": "Merci pour la classe.",
            "notified": "dominique@example.org, claire@example.org",
        },
    )
    mandataire.go(
        "publication",
        {
            "from_day": "2026-12-01",
            "from_hour": "00:00",
            "to_day": "2027-07-28",
            "to_hour": "19:00",
            "decided_on": "2026-09-10",
            "minutes": "2026-3",
        },
        "publier",
    )
    state = mandataire.state()
    assert state.details is not None
    assert state.details.description == "Nous sollicitons votre contribution.\n\nMerci\u00a0!"
    assert len(state.details.attachments) == 1
    contact = mandataire.api.opened.vault.get(state.details.contact_id or UUID(int=0))
    assert contact == Person("", "", "ecole@example.org", "+33493123456")
    first, free = state.tariffs.values()
    assert (first.tiers, first.valid_from, first.valid_to) == ((1200, 1000, 0), date(2026, 9, 1), date(2027, 8, 31))
    assert (free.label, free.tiers, free.free, free.group) == ("Soutien", (500,), True, "Autres")
    asked = {field.name: field.state for field in state.fields}
    assert (asked["class"], asked["mobile"], asked["photo"]) == ("required", "optional", "hidden")
    assert state.instalments == InstalmentTerms(count=3, interval_months=1)
    assert state.message == "Merci pour la classe."
    known = mandataire.api.opened.vault.get_many(state.notified)
    assert [known[one].email for one in state.notified] == ["dominique@example.org", "claire@example.org"]
    assert state.opens_at == datetime(2026, 11, 30, 23, tzinfo=UTC)
    assert state.closes_at == datetime(2027, 7, 28, 17, tzinfo=UTC)
    assert "@example.org" not in str(mandataire.api.opened.ledger.store.newer({state.id: 0}))


def test_a_step_that_is_sent_as_it_is_shown_changes_nothing(mandataire: Runner) -> None:
    """What is read is what is written: no step invents a change."""
    mandataire.publish()
    before = mandataire.topics()
    mandataire.go("formulaire", {"class": "hidden"})
    for name in STEPS:
        mandataire.go(name)
    assert mandataire.topics() == before


def test_the_steps_are_reached_in_any_order_and_skipping_the_third_asks_for_names_alone(mandataire: Runner) -> None:
    """S-50, S-84."""
    mandataire.draft()
    for name in reversed(STEPS):
        page = mandataire.read(mandataire.step(name))
        assert 'aria-current="step"' in page
    third = mandataire.read(mandataire.step("formulaire"))
    assert "systématiquement demandées" in third
    assert dict(FormFields(third).fields)["class"] == "required"
    assert "Passer : ne demander que les noms" in said(third)
    assert mandataire.go("formulaire", action="passer").endswith("/etapes/paiement")
    assert {field.state for field in mandataire.state().fields} == {"hidden"}
    assert 'value="passer"' not in mandataire.read(mandataire.step("formulaire"))


def test_each_step_bears_the_guide_s_title_and_leads_to_its_article(mandataire: Runner) -> None:
    """S-51, S-53, S-63, S-72, S-87, S-102."""
    mandataire.draft()
    expected = {
        "informations": "1 Informations générales",
        "tarifs": "2 Tarifs et formules de contribution",
        "formulaire": "3 Formulaire",
        "paiement": "4 Paiement et confirmation",
        "publication": "5 Publication",
    }
    article = mandataire.read("/ad06/aide")
    for name, title in expected.items():
        page = mandataire.read(mandataire.step(name))
        assert title in said(page)
        assert f'href="/ad06/aide#etape-{name}" target="_blank"' in page
        assert f'id="etape-{name}"' in article


def test_a_button_that_is_pressed_twice_begins_one_campaign_and_what_changed_in_between_is_not_lost(
    mandataire: Runner,
) -> None:
    """A form is good once: sent again unchanged it leads on, with other words it shows both."""
    fields = mandataire.fields("informations")
    changes = {"title": "Spectacle", "purpose": "contribution-volontaire", "email": "spectacle@example.org"}
    first = mandataire.send("informations", changes, fields=fields)
    again = mandataire.send("informations", changes, fields=fields)
    assert first.headers["location"] == again.headers["location"]
    other = mandataire.send("informations", {**changes, "title": "Spectacle de danse"}, fields=fields)
    assert other.status_code == 409
    assert "Spectacle de danse" in said(other.text)
    listed = mandataire.read(f"{mandataire.coop}/collectes")
    assert listed.count(">Spectacle</a>") == 1


def test_going_back_saves_what_was_typed_into_a_draft(mandataire: Runner) -> None:
    """S-180 for the wizard: « Retour » is a button of the form; a step that nothing was typed into is no error."""
    mandataire.draft("Fête")
    assert mandataire.go("tarifs", action="retour").endswith("/etapes/informations")
    assert mandataire.state().tariffs == {}
    assert mandataire.go("tarifs", {"amount-0-0": "12,00"}, action="retour").endswith("/etapes/informations")
    assert [one.tiers for one in mandataire.state().tariffs.values()] == [(1200,)]
    to = mandataire.go("informations", {"description": "Pour la fête."}, action="retour")
    assert to == f"{mandataire.coop}/collectes"
    assert "Pour la fête." in mandataire.read(mandataire.step("informations"))
    for name, before in (("formulaire", "tarifs"), ("paiement", "formulaire"), ("publication", "paiement")):
        assert mandataire.go(name, action="retour").endswith(f"/etapes/{before}")


def test_going_back_with_something_wrong_says_so_and_offers_to_go_without_saving(mandataire: Runner) -> None:
    mandataire.draft("Fête")
    answer = mandataire.send("tarifs", {"amount-0-0": "douze"}, action="retour")
    assert answer.status_code == 422
    assert 'value="douze"' in answer.text
    link = f'href="{mandataire.here}/etapes/informations" data-leaves>Revenir sans enregistrer</a>'
    assert link in answer.text
    assert link not in mandataire.read(mandataire.step("tarifs"))


def test_what_is_on_line_is_left_by_a_link_which_saves_nothing(mandataire: Runner) -> None:
    mandataire.publish("Vie de classe")
    for name in STEPS:
        assert f'href="{mandataire.here}/configuration">Retour</a>' in mandataire.read(mandataire.step(name))


def test_the_answer_to_a_form_is_kept_by_the_browser_alone_and_a_page_by_no_one(mandataire: Runner) -> None:
    """A browser shows it again for « back », where it would ask to send the form anew."""
    mandataire.draft()
    fields = mandataire.fields("tarifs")
    shown = mandataire.send("tarifs", {"amount-0-0": "douze"}, fields=fields)
    mandataire.go("tarifs", {"amount-0-0": "12"})
    both = mandataire.send("tarifs", {"amount-0-0": "13"}, fields=fields)
    assert [one.status_code for one in (shown, both)] == [422, 409]
    assert {one.headers["cache-control"] for one in (shown, both)} == {"private, no-cache"}
    assert mandataire.client.get(mandataire.step("tarifs")).headers["cache-control"] == "no-store"


def test_only_steps_that_were_saved_look_done_and_a_draft_goes_on_at_the_first_that_was_not(
    mandataire: Runner,
) -> None:
    mandataire.draft()
    steps = list(STEPS)

    def done() -> list[str]:
        page = mandataire.read(mandataire.step("publication"))
        return re.findall(r'class="one done" href="[^"]+/etapes/(\w+)"', page)

    for at, (name, changes) in enumerate(
        (("tarifs", {"amount-0-0": "12"}), ("formulaire", {}), ("paiement", {})), start=1
    ):
        assert done() == steps[:at]
        to = mandataire.client.get(f"{mandataire.here}/etapes").headers["location"]
        assert to == mandataire.step(name)
        mandataire.go(name, changes)
    assert done() == steps[:4]
    assert mandataire.client.get(f"{mandataire.here}/etapes").headers["location"] == mandataire.step("publication")
    listed = mandataire.read(f"{mandataire.coop}/collectes")
    assert f'href="{mandataire.here}/etapes" aria-label="Continuer' in listed


def test_the_identification_of_the_coop_is_shown_and_cannot_be_written(mandataire: Runner) -> None:
    """S-56: it is made of the coop's data, whatever a form says."""
    line = "Coopérative scolaire OCCE de l’école maternelle Jules FERRY - Cannes - affiliée et autorisée par l’OCCE 06"
    mandataire.draft()
    fields = mandataire.fields("informations")
    assert line in said(mandataire.read(mandataire.step("informations")))
    assert [name for name, value in fields if "Jules" in value] == []
    mandataire.go("informations", {"identification": "Une autre école"})
    assert "Une autre école" not in mandataire.read(mandataire.step("informations"))


def test_what_is_on_line_is_edited_in_the_same_steps_which_say_that_families_see_it_at_once(mandataire: Runner) -> None:
    """S-52, S-120: no publication anew, the same link, the families' page changes at once."""
    mandataire.publish("Vie de classe")
    for name in STEPS:
        page = said(mandataire.read(mandataire.step(name)))
        assert "Cette collecte est en ligne : les familles voient vos changements" in page
    to = mandataire.go("informations", {"title": "Vie de la classe", "description": "Pour les sorties."})
    assert to.endswith("/configuration?fait=enregistre")
    public = mandataire.client.get(f"/ad06/contribuer/{mandataire.campaign_id}").text
    assert "Vie de la classe" in public
    assert "Pour les sorties." in public
    assert mandataire.topics().count("campaign.published.1") == 1


def test_card_alone_is_on_and_what_the_association_forbids_is_locked_with_the_reason(mandataire: Runner) -> None:
    """S-23, S-26, S-68, S-88…S-93."""
    mandataire.draft()
    page = mandataire.read(mandataire.step("paiement"))
    assert [value for name, value in FormFields(page).fields if name == "means"] == ["card"]
    assert said(page).count("Verrouillé par votre association.") == 2
    assert said(page).count("Les espèces ne sont pas proposées en ligne") == 1
    assert "Ajouter une TVA" in said(mandataire.read(mandataire.step("tarifs")))
    assert 'type="checkbox" disabled aria-label="Ajouter une TVA"' in mandataire.read(mandataire.step("tarifs"))


def test_rows_are_added_and_taken_away_without_a_script_and_keep_what_was_typed(mandataire: Runner) -> None:
    """S-66, S-67."""
    mandataire.draft()
    typed = {"amount-0-0": "12", "label-0": "Un enfant", "group-0": "Classe"}
    added = mandataire.send("tarifs", typed, action="ajouter")
    fields = FormFields(added.text).fields
    kept = [dict(fields)[name] for name in ("amount-0-0", "label-0", "group-0", "label-1")]
    assert kept == ["12", "Un enfant", "Classe", ""]
    assert "3 enfants" in said(added.text)
    assert "36,00 €" in said(added.text)
    taken = mandataire.send("tarifs", {"label-1": "Deux enfants"}, fields=fields, action="retirer-0")
    left = dict(FormFields(taken.text).fields)
    assert (left["label-0"], "label-1" in left, left["id-0"]) == ("Deux enfants", False, dict(fields)["id-1"])
    assert mandataire.state().tariffs == {}


def test_tariffs_of_a_group_stand_together_under_its_name_on_the_families_page(mandataire: Runner) -> None:
    """S-67."""
    mandataire.draft()
    rows = {"label-0": "Un enfant", "amount-0-0": "12", "group-0": "Classe"}
    fields = FormFields(mandataire.send("tarifs", rows, action="ajouter").text).fields
    more = {"label-1": "Soutien", "amount-1-0": "5", "group-1": "Autres"}
    fields = FormFields(mandataire.send("tarifs", more, fields=fields, action="ajouter").text).fields
    last = {"label-2": "Fratrie", "amount-2-0": "20", "group-2": "Classe"}
    assert mandataire.send("tarifs", last, fields=fields).status_code == 303
    mandataire.go("publication", {"decided_on": "2026-09-10"}, "publier")
    public = said(mandataire.client.get(f"/ad06/contribuer/{mandataire.campaign_id}").text)
    places = [public.index(words) for words in ("Classe", "Un enfant", "Fratrie", "Autres", "Soutien")]
    assert places == sorted(places)
    assert public.count("Classe ") == 1
