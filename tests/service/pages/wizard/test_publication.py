"""Step 5: who is responsible, the charter, by link or not, the window, what families see before and after."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from domain.aggregate import Stamp
from domain.calendar import PARIS
from domain.campaign.state import CampaignStatus
from domain.coop.state import Coop
from domain.events.campaign import CampaignPublished
from service.charters import charter_publication
from tests.kit.api_server import SLUG, ApiServer
from tests.kit.members.access import give_mandate
from tests.kit.postgres_ledger import run
from tests.service.pages.wizard.forms import FormFields, Runner, errors_of, said

DECIDED = {"decided_on": "2026-09-10"}


def _public(mandataire: Runner) -> int:
    return mandataire.client.get(f"/{SLUG}/contribuer/{mandataire.campaign_id}").status_code


def _tariff(mandataire: Runner) -> None:
    mandataire.draft()
    mandataire.go("tarifs", {"amount-0-0": "12,00"})


def test_publishing_names_the_mandate_holder_and_the_decision_of_the_conseil(mandataire: Runner) -> None:
    """S-49, S-112."""
    _tariff(mandataire)
    assert _public(mandataire) == 404
    mandataire.go("publication", {**DECIDED, "minutes": "PV 12"}, "publier")
    facts = mandataire.api.opened.ledger.store.newer({mandataire.state().id: 0})
    published = next(fact.event for fact in facts if isinstance(fact.event, CampaignPublished))
    assert published.by == str(published.responsible_id)
    assert published.council_decision == "2026-09-10 PV 12"
    assert _public(mandataire) == 200


def test_a_draft_is_saved_without_being_published_and_the_list_has_it(mandataire: Runner) -> None:
    """S-110, S-115: the day of the decision that was typed is there again, in the address."""
    _tariff(mandataire)
    typed = {"to_day": "2027-03-01", "decided_on": "10/09/2026", "minutes": "PV 12"}
    to = mandataire.go("publication", typed, "brouillon")
    page = mandataire.read(to)
    assert "Le brouillon est enregistré" in said(page)
    assert [dict(FormFields(page).fields)[name] for name in ("decided_on", "minutes")] == ["2026-09-10", "PV 12"]
    assert "Brouillons" in said(mandataire.read(f"{mandataire.coop}/collectes"))
    assert mandataire.state().status is CampaignStatus.DRAFT
    assert mandataire.state().closes_at == datetime(2027, 3, 1, 22, 59, tzinfo=UTC)
    assert _public(mandataire) == 404


def test_the_preview_of_a_draft_is_the_families_page_without_a_way_to_pay(mandataire: Runner) -> None:
    """S-111."""
    _tariff(mandataire)
    mandataire.send("informations", {"description": "Pour la classe de mer."})
    page = mandataire.read(mandataire.go("publication", {}, "apercu"))
    assert "Aperçu" in said(page)
    assert "Aucun paiement n’est possible ici" in said(page)
    assert [words for words in ("Pour la classe de mer.", "12,00\u00a0€", "Je contribue") if words not in page] == []
    assert "<form" not in page
    assert '<button class="primary" disabled>' in page
    assert _public(mandataire) == 404


def test_a_preview_hands_the_decision_back_so_that_publishing_works_after_it(mandataire: Runner) -> None:
    """S-49, S-111."""
    _tariff(mandataire)
    page = mandataire.read(mandataire.go("publication", {**DECIDED, "minutes": "PV 12"}, "apercu"))
    back = re.search(r'href="([^"]+)">Quitter l’aperçu</a>', page)
    assert back is not None
    fields = FormFields(mandataire.read(unescape(back[1]))).fields
    sent = mandataire.send("publication", fields=fields, action="publier")
    assert sent.headers["location"].endswith("/diffusion?fait=publie")
    shared = mandataire.read(sent.headers["location"])
    assert "C’est publié. Partagez le lien" in said(shared)
    assert f"/{SLUG}/contribuer/{mandataire.campaign_id}" + '">Voir la page des familles</a>' in shared
    assert mandataire.state().status is CampaignStatus.PUBLISHED


@pytest.mark.parametrize("action", ["brouillon", "apercu", "retour"])
def test_a_decision_that_is_wrong_is_said_before_a_draft_is_left(mandataire: Runner, action: str) -> None:
    """No text that may be a name gets into an address."""
    _tariff(mandataire)
    answer = mandataire.send("publication", {"minutes": "Mme Martin"}, action=action)
    assert answer.status_code == 422
    assert "minutes" in errors_of(answer.text)


def test_what_a_publication_says_follows_the_form_and_its_window(mandataire: Runner) -> None:
    """S-105, S-107."""
    for changes, words in (
        ({"by_link": "aucun"}, "C’est publié, sans formulaire public"),
        ({"from_day": "2099-01-05", "from_hour": "08:00"}, "il s’ouvre le 5 janvier 2099 à 8 h 00"),
    ):
        _tariff(mandataire)
        to = mandataire.go("publication", {**DECIDED, **changes}, "publier")
        assert words in said(mandataire.read(to))
    _tariff(mandataire)
    assert "C’est publié" not in said(mandataire.read(f"{mandataire.here}/diffusion?fait=publie"))


def test_what_is_wrong_is_listed_in_the_order_of_the_page(mandataire: Runner) -> None:
    mandataire.draft()
    bad = {"to_day": "hier", "from_hour": "midi", "from_day": "2026-10-01", "decided_on": ""}
    answer = mandataire.send("publication", bad, action="publier")
    assert [*errors_of(answer.text)] == ["from_hour", "to_day", "decided_on"]
    fields = {"email": "ecole@", "title": "", "phone": "12"}
    assert [*errors_of(mandataire.send("informations", fields).text)] == ["title", "email", "phone"]
    options = {"notified": "claire@", "split": "1", "message": "x" * 10_001}
    assert [*errors_of(mandataire.send("paiement", options).text)] == ["count", "interval", "message", "notified"]
    row = {"group-0": "x" * 101, "to-0": "", "amount-0-1": "x", "amount-0-0": "12", "label-0": ""}
    told = [*errors_of(mandataire.send("tarifs", row).text)]
    assert told == ["label-0", "amount-0-1", "to-0", "group-0"]


def test_no_public_form_answers_404_and_the_choice_can_be_changed_after_publication(mandataire: Runner) -> None:
    """S-103, S-105, S-120: the link is the same again."""
    mandataire.publish()
    assert _public(mandataire) == 200
    mandataire.go("publication", {"by_link": "aucun"})
    assert _public(mandataire) == 404
    mandataire.go("publication", {"by_link": "lien"})
    assert _public(mandataire) == 200
    assert mandataire.topics().count("campaign.published.1") == 1


def test_the_window_is_of_paris_to_the_minute_and_holds_at_once(mandataire: Runner) -> None:
    """S-107, S-108, S-109."""
    mandataire.publish()
    now = datetime.now(PARIS)
    for ends, words in ((now - timedelta(minutes=2), "close depuis"), (now + timedelta(days=2), "Je contribue")):
        begins = now - timedelta(days=3)
        window = {
            "from_day": begins.date().isoformat(),
            "from_hour": "08:05",
            "to_day": ends.date().isoformat(),
            "to_hour": ends.strftime("%H:%M"),
        }
        mandataire.go("publication", window)
        public = mandataire.client.get(f"/{SLUG}/contribuer/{mandataire.campaign_id}").text
        assert words in public
        assert "8\u00a0h\u00a005" in public
        shown = dict(mandataire.fields("publication"))
        assert {name: shown[name] for name in window} == window


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (("2026-07-01", "00:00"), datetime(2026, 6, 30, 22, tzinfo=UTC)),
        (("01/12/2026", "19 h 00"), datetime(2026, 12, 1, 18, tzinfo=UTC)),
        (("2026-12-01", ""), datetime(2026, 12, 1, 22, 59, tzinfo=UTC)),
        (("2027-03-28", "03:00"), datetime(2027, 3, 28, 1, tzinfo=UTC)),
    ],
)
def test_days_and_hours_are_read_as_browsers_give_them_and_as_people_write_them(
    mandataire: Runner, typed: tuple[str, str], stored: datetime
) -> None:
    _tariff(mandataire)
    mandataire.go("publication", {"to_day": typed[0], "to_hour": typed[1]}, "brouillon")
    assert mandataire.state().closes_at == stored


def test_the_charter_is_shown_with_its_version_and_published_only_once_it_is_accepted(
    api: ApiServer, mandataire: Runner, treasurer: Runner
) -> None:
    """S-48: the text itself, the box, and the version that is accepted by the same click."""
    opened = api.opened
    text = "Charte des collectes, nouvelle version.\nAucun enfant n’est exclu."
    stamp = Stamp(at=datetime.now(UTC), by="test")
    run(opened.ledger.bus, charter_publication(opened.charters, opened.ledger.association_id, stamp, text))
    version = opened.association().charter_version
    _tariff(mandataire)
    page = mandataire.read(mandataire.step("publication"))
    assert f"Charte des collectes, version {version}" in said(page)
    assert "Aucun enfant n’est exclu." in page
    refused = mandataire.send("publication", DECIDED, action="publier")
    assert errors_of(refused.text)["charter"].startswith("Cochez la case")
    assert 'value="2026-09-10"' in refused.text
    earlier = mandataire.send("publication", {**DECIDED, "charter": str(version - 1)}, action="publier")
    assert earlier.status_code == 422
    treasurer.campaign_id = mandataire.campaign_id
    without = treasurer.send("publication", DECIDED, action="publier")
    assert "Un mandataire" in errors_of(without.text)["charter"]
    mandataire.go("publication", {**DECIDED, "charter": str(version)}, "publier")
    assert mandataire.state().status is CampaignStatus.PUBLISHED
    assert opened.ledger.store.load(Coop, api.ids.coop_id).charter_accepted == version
    assert "Charte des collectes, version" not in said(mandataire.read(mandataire.step("publication")))


def test_a_treasurer_without_a_mandate_publishes_under_the_responsibility_of_one_who_has_it(
    api: ApiServer, mandataire: Runner, treasurer: Runner
) -> None:
    """S-49: whoever presses the button, a mandate holder of today is responsible."""
    second, _ = give_mandate(api.opened.ledger, api.ids.coop_id)
    _tariff(mandataire)
    treasurer.campaign_id = mandataire.campaign_id
    page = treasurer.read(treasurer.step("publication"))
    assert "Mandataire responsable" in said(page)
    refused = treasurer.send("publication", {**DECIDED, "responsible": ""}, action="publier")
    assert "responsible" in errors_of(refused.text)
    treasurer.go("publication", {**DECIDED, "responsible": str(second)}, "publier")
    assert treasurer.state().responsible_id == second
