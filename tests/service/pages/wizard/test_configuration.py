"""The pages about a campaign as a whole: its list, what is set, its status, copies of it, its history."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

import msgspec

from domain.aggregate import Stamp
from domain.association.commands import ChangePolicy
from domain.campaign.payments import RecordPaymentCaptured
from domain.campaign.state import Campaign, CampaignStatus
from tests.kit.api_server import AUDITOR, MANDATAIRE, SLUG, STAFF, TREASURER, ApiServer
from tests.kit.example_files import picture
from tests.kit.postgres_ledger import run
from tests.service.api.routes import ROUTES
from tests.service.pages.wizard.forms import FormFields, Runner, runner, said

_BASKETS: Final = "/coops/{coop_id}/campaigns/{campaign_id}/contributions"


def _press(mandataire: Runner, below: str, status: int = 303) -> str:
    """Press a button of the configuration, and return where it leads, or what it says."""
    answer = mandataire.client.post(f"{mandataire.here}{below}", data={"cle": "k"})
    assert answer.status_code == status, said(answer.text)[:300]
    return answer.headers.get("location", answer.text)


def _path(api: ApiServer, mandataire: Runner) -> str:
    return _BASKETS.format(coop_id=api.ids.coop_id, campaign_id=mandataire.campaign_id)


def _place(api: ApiServer, mandataire: Runner) -> str:
    """Have a family fill a basket with a child, and return its contribution."""
    tariff, body = next(iter(mandataire.state().tariffs)), ROUTES["POST", _BASKETS][1]
    children = [{**one, "tariff_id": tariff, "cents": None} for one in body["children"][:1]]
    placed = api.done(MANDATAIRE, "POST", _path(api, mandataire), {**body, "children": children})
    return str(placed["ids"]["contribution_id"])


def test_the_configuration_says_what_is_set_step_by_step_and_leads_to_each(mandataire: Runner) -> None:
    """S-113, S-119."""
    mandataire.publish("Classe de mer")
    mandataire.go("informations", {"email": "mer@example.org", "terms": "Contribution volontaire."})
    page = mandataire.read(f"{mandataire.here}/configuration")
    text = said(page)
    for words in ("Classe de mer", "mer@example.org", "Par enfant : 12,00 €", "Carte bancaire", "Sans date de fin"):
        assert words in text
    for name in ("informations", "tarifs", "formulaire", "paiement", "publication"):
        assert f'href="{mandataire.here}/etapes/{name}"' in page
    assert f'href="{mandataire.here}/historique"' in page
    assert [tab for tab in ("Configuration", "Diffusion", "Participants") if f">{tab}</a>" not in page] == []


def test_sales_are_suspended_and_put_back_on_line_at_the_same_link(mandataire: Runner) -> None:
    """S-114, S-116, S-120."""
    mandataire.publish()
    assert "Ventes suspendues" in said(mandataire.read(_press(mandataire, "/suspension")))
    public = mandataire.client.get(f"/{SLUG}/contribuer/{mandataire.campaign_id}")
    assert public.status_code == 200
    assert 'class="primary" disabled>' in public.text
    assert "de nouveau en ligne" in said(mandataire.read(_press(mandataire, "/reprise")))
    again = mandataire.client.get(f"/{SLUG}/contribuer/{mandataire.campaign_id}")
    assert 'class="primary" disabled>' not in again.text
    assert mandataire.topics().count("campaign.published.1") == 2


def test_archiving_is_locked_for_the_mandate_holder_who_is_told_who_can(mandataire: Runner, treasurer: Runner) -> None:
    """S-117: the association alone puts a campaign away; then it is read-only and folded away in the list."""
    mandataire.publish("Vieille collecte")
    page = mandataire.read(f"{mandataire.here}/configuration")
    assert "disabled>Archiver</button>" in page
    assert "seule l’association départementale archive" in said(page)
    assert mandataire.client.post(f"{mandataire.here}/archivage").status_code == 403
    treasurer.campaign_id = mandataire.campaign_id
    assert treasurer.client.post(f"{treasurer.here}/archivage").status_code == 303
    assert mandataire.state().status is CampaignStatus.ARCHIVED
    archived = mandataire.read(f"{mandataire.here}/configuration")
    assert "/etapes/" not in archived
    assert mandataire.client.post(mandataire.step("informations"), data={"title": "x"}).status_code in (409, 422)
    listed = mandataire.read(f"{mandataire.coop}/collectes")
    folded = listed[listed.index('<details class="card">') :]
    assert "Vieille collecte" in folded
    assert "Vieille collecte" not in listed[: listed.index('<details class="card">')]


def test_a_draft_is_abandoned_by_who_runs_it_and_families_reach_it_by_no_link(mandataire: Runner) -> None:
    """S-105, S-115, S-117: nothing is deleted, it is put away; what was on line is not."""
    mandataire.draft("Essai sans suite")
    page = mandataire.read(f"{mandataire.here}/configuration")
    assert ">Abandonner ce brouillon</button>" in page
    assert "seule l’association départementale archive" not in said(page)
    listed = mandataire.read(_press(mandataire, "/abandon"))
    assert "Le brouillon est abandonné." in said(listed)
    assert "Essai sans suite" in listed[listed.index('<details class="card">') :]
    assert mandataire.state().status is CampaignStatus.ARCHIVED
    assert mandataire.client.get(f"/{SLUG}/contribuer/{mandataire.campaign_id}").status_code == 404
    _press(mandataire, "/abandon")
    assert mandataire.topics().count("campaign.archived.1") == 1
    mandataire.publish()
    assert "/abandon" not in mandataire.read(f"{mandataire.here}/configuration")
    assert "déjà été publiée" in said(_press(mandataire, "/abandon", 409))
    _press(mandataire, "/suspension")
    assert "déjà été publiée" in said(_press(mandataire, "/abandon", 409))
    assert mandataire.state().status is CampaignStatus.SUSPENDED


def test_the_configuration_shows_the_picture_itself_and_buttons_beside_the_status_that_they_lead_to(
    mandataire: Runner,
) -> None:
    """S-55, S-114, S-116."""
    mandataire.draft()
    mandataire.send("informations", files=[("photo", ("a.jpg", picture()))])
    mandataire.go("tarifs", {"amount-0-0": "12,00"})
    mandataire.go("publication", {"decided_on": "2026-09-10"}, action="publier")
    page = mandataire.read(f"{mandataire.here}/configuration")
    assert 'class="small-picture" src="data:image/webp;base64,' in page
    rows = [said(row) for row in page.split('<li class="row"')[1:5]]
    assert "Publié Statut actuel" in rows[0]
    assert "Suspendre la collecte" in rows[2]
    assert "Archiver Verrouillé" in rows[3]


def test_a_campaign_of_which_money_is_to_move_is_not_archived_and_the_page_says_why(
    api: ApiServer, mandataire: Runner, treasurer: Runner
) -> None:
    mandataire.publish()
    contribution_id, at = _place(api, mandataire), datetime.now(UTC)
    paid = {"payment_id": f"ch_{contribution_id}", "cents": 1200, "tip_cents": 0, "paid_at": at}
    api.fact(RecordPaymentCaptured, mandataire.campaign_id, contribution_id=UUID(contribution_id), **paid)
    path = f"{_path(api, mandataire)}/{contribution_id}/refunds"
    api.done(TREASURER, "POST", path, {"cents": 1200, "reason": "duplicate"})
    treasurer.campaign_id = mandataire.campaign_id
    answer = treasurer.client.post(f"{treasurer.here}/archivage")
    assert answer.status_code == 409
    assert "ne peut pas encore être archivée : remboursement en cours" in said(answer.text)
    assert mandataire.state().status is CampaignStatus.PUBLISHED


def test_a_copy_has_all_settings_and_nothing_of_the_families(api: ApiServer, mandataire: Runner) -> None:
    """S-118: a draft, without participants, payments or window; its people are kept anew."""
    mandataire.publish("Contribution 2026-2027")
    mandataire.go("informations", {"email": "ecole@example.org", "description": "Merci."})
    mandataire.go("formulaire", {"class": "required"})
    mandataire.go("paiement", {"split": "1", "count": "3", "interval": "2", "notified": "claire@example.org"})
    mandataire.go("publication", {"to_day": "2027-01-31"})
    _place(api, mandataire)
    source = mandataire.state()
    page = mandataire.read(f"{mandataire.here}/configuration")
    assert ">Dupliquer</button>" in page
    to = _press(mandataire, "/copie")
    assert _press(mandataire, "/copie") == to
    assert "C’est dupliqué" in said(mandataire.read(to))
    mandataire.campaign_id = to.split("/")[3]
    copy = mandataire.state()
    assert (copy.status, copy.contributions, copy.closes_at) == (CampaignStatus.DRAFT, {}, None)
    assert copy.details is not None
    assert source.details is not None
    assert copy.details.title == "Contribution 2026-2027 (copie)"
    assert (copy.details.description, copy.tariffs) == (source.details.description, source.tariffs)
    assert (copy.fields, copy.instalments, copy.means) == (source.fields, source.instalments, source.means)
    assert copy.details.contact_id != source.details.contact_id
    known = api.opened.vault.get_many([*copy.notified, copy.details.contact_id or UUID(int=0)])
    assert sorted(person.email for person in known.values()) == ["claire@example.org", "ecole@example.org"]
    assert copy.notified != source.notified


def test_last_year_s_campaign_is_begun_again_with_one_click(api: ApiServer, mandataire: Runner) -> None:
    """S-118: the school year of today, tariffs valid a year later, no window; the title follows."""
    assert "Reprendre celle de 2024-2025" in said(mandataire.read(f"{mandataire.coop}/collectes"))
    coop = str(api.ids.coop_id)
    draft = {"title": "Contributions 2025-2026", "purpose": "contribution-volontaire", "school_year": 2025}
    made = api.done(MANDATAIRE, "POST", f"/coops/{coop}/campaigns", draft)
    campaign_id = made["stream_id"]
    tariff = {
        "tariff_id": "t1",
        "label": "1 enfant",
        "tiers": [1200, 1000],
        "valid_from": "2025-09-01",
        "valid_to": "2026-08-31",
    }
    done = api.done(MANDATAIRE, "PUT", f"/campaigns/{campaign_id}/tariffs", {"tariffs": [tariff]})
    api.get(MANDATAIRE, f"/campaigns/{campaign_id}", at_least=done["position"])
    mandataire.campaign_id = campaign_id
    published = {"decided_on": "2025-09-10", "to_day": "2026-06-30"}
    mandataire.go("publication", published, "publier")
    page = mandataire.read(f"{mandataire.coop}/collectes")
    assert "Reprendre celle de l’an dernier" in said(page)
    fields = [("cle", "again"), ("reprendre", "1")]
    answer = mandataire.client.post(f"{mandataire.here}/copie", data=dict(fields))
    assert answer.status_code == 303
    mandataire.campaign_id = answer.headers["location"].split("/")[3]
    copy = mandataire.state()
    assert copy.details is not None
    assert (copy.details.title, copy.school_year) == ("Contributions 2026-2027", 2026)
    assert (copy.opens_at, copy.closes_at) == (None, None)
    (same,) = copy.tariffs.values()
    assert (same.tiers, same.valid_from, same.valid_to) == ((1200, 1000), date(2026, 9, 1), date(2027, 8, 31))
    facts = api.opened.ledger.store.newer({copy.id: 0})
    assert str(facts[0].event.copied_from) == campaign_id  # type: ignore[attr-defined]


def test_a_campaign_of_an_earlier_year_is_offered_again_where_last_year_had_none(mandataire: Runner) -> None:
    """The guide's own, of 2024-2025: its validity moves by as many years."""
    mandataire.campaign_id = str(mandataire.api.ids.campaign_id)
    answer = mandataire.client.post(f"{mandataire.here}/copie", data={"cle": "later", "reprendre": "1"})
    mandataire.campaign_id = answer.headers["location"].split("/")[3]
    (tariff,) = mandataire.state().tariffs.values()
    assert (tariff.valid_from, tariff.valid_to) == (date(2026, 9, 1), date(2027, 8, 31))
    assert mandataire.state().school_year == 2026


def test_several_campaigns_stand_beside_each_other_each_with_its_own_settings(mandataire: Runner) -> None:
    """S-22."""
    states: list[Campaign] = []
    for title, amount in (("Sortie au zoo", "8,00"), ("Fête", "0,00")):
        mandataire.draft(title)
        mandataire.go("tarifs", {"amount-0-0": amount})
        states.append(mandataire.state())
    listed = said(mandataire.read(f"{mandataire.coop}/collectes"))
    assert "Sortie au zoo" in listed
    assert "Fête" in listed
    assert [next(iter(one.tariffs.values())).tiers for one in states] == [(800,), (0,)]


def test_the_history_says_who_changed_what_when_and_from_what_to_what(mandataire: Runner) -> None:
    """S-52, S-109: tariffs line by line, instants of Paris, and nothing of the vault."""
    mandataire.publish("Vie de classe")
    mandataire.go("informations", {"title": "Vie de la classe", "email": "secret@example.org"})
    mandataire.go("tarifs", {"amount-0-0": "15,00"})
    mandataire.go("publication", {"to_day": "2027-01-15"})
    mandataire.go("paiement", {"notified": "claire@example.org"})
    page = mandataire.read(f"{mandataire.here}/historique")
    text = said(page)
    for before, after in (
        ("Vie de classe", "Vie de la classe"),
        ("Par enfant\u00a0: 12,00\u00a0€", "Par enfant\u00a0: 15,00\u00a0€"),
        ("Sans date de fin", "15 janvier 2027 à 23\u00a0h\u00a059"),
    ):
        old, new = " ".join(before.split()), " ".join(after.split())
        assert old in text, before
        assert new in text, after
    assert "Laurence MARDEGAN" in text
    assert "Collecte publiée" in text
    assert "10 septembre 2026" in text
    assert "1 adresse" in text
    assert "@example.org" not in text
    today = datetime.now(UTC).year
    assert f"{today} à " in text


def test_who_only_reads_sees_settings_and_history_and_no_address_and_no_button(
    api: ApiServer, mandataire: Runner
) -> None:
    mandataire.publish()
    mandataire.go("informations", {"email": "ecole@example.org"})
    for who in (AUDITOR, STAFF):
        with runner(api, who) as reader:
            reader.campaign_id = mandataire.campaign_id
            page = reader.read(f"{reader.here}/configuration")
            assert "@example.org" not in page
            assert "/etapes/" not in page
            assert ("/archivage" in page) is (who == STAFF)
            assert FormFields(reader.read(f"{reader.here}/historique")).fields == []
            assert reader.client.get(reader.step("informations")).status_code == 403


def test_a_copy_for_a_purpose_that_is_no_longer_allowed_is_refused_with_a_sentence(
    api: ApiServer, mandataire: Runner
) -> None:
    """S-26, S-32: the rules of today hold for a copy of yesterday."""
    mandataire.campaign_id = ""
    mandataire.go("informations", {"title": "Fête de juin", "purpose": "fete-de-l-ecole"})
    association, bus = api.opened.association(), api.opened.ledger.bus
    stamp = Stamp(at=datetime.now(UTC), by="test")
    strict = msgspec.structs.replace(association.policy, purposes=("contribution-volontaire",))
    run(bus, ChangePolicy(stream_id=association.id, stamp=stamp, policy=strict))
    try:
        answer = mandataire.client.post(f"{mandataire.here}/copie", data={"cle": "refused"})
    finally:
        run(bus, ChangePolicy(stream_id=association.id, stamp=stamp, policy=association.policy))
    assert answer.status_code == 409
    assert "n’autorise plus l’objet de cette collecte" in said(answer.text)
    assert "Fête de juin (copie)" not in said(mandataire.read(f"{mandataire.coop}/collectes"))


def test_a_campaign_is_put_back_by_step_five_too_which_remembers_the_decision(mandataire: Runner) -> None:
    """S-49, S-116."""
    mandataire.publish()
    _press(mandataire, "/suspension")
    fields = dict(mandataire.fields("publication"))
    assert fields["decided_on"] == "2026-09-10"
    mandataire.go("publication", {}, "publier")
    assert mandataire.state().status is CampaignStatus.PUBLISHED
