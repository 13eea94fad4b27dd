"""Communauté: families with what reaches them, and classes as groups under the rule of few families (S-09, S-16)."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import psycopg
import pytest
from playwright.sync_api import Browser, expect

from domain.campaign.refunds import RecordRefundSettled
from projections import contributions, participants
from service.pages.community.contacts import class_groups
from service.pages.community.families import Families, read_families
from service.trail import TrailKind
from tests.kit.api_server import AUDITOR, FOREIGN, MANDATAIRE, SLUG, STAFF, TREASURER, ApiServer
from tests.kit.browser import SIZES, shoot, too_wide, violations, wrong_french
from tests.kit.members.visits import browse_as, visit_as, words
from tests.kit.waiting import wait_until
from tests.service.pages.community.pages import contacts_of, contribute, open_account, rows, under_account
from tests.service.pages.participant.families import pay, refund_by_form, shown

_YEAR: Final = 2023
"""The school year of the guide's campaign: it pays in June and July 2024."""


def contacts(api: ApiServer) -> str:
    """The address of the coop's contacts."""
    return f"/{SLUG}/coops/{api.ids.coop_id}/contacts"


def groups(api: ApiServer) -> str:
    """The address of the coop's groups."""
    return f"/{SLUG}/coops/{api.ids.coop_id}/groupes"


def test_each_family_is_one_row_with_what_reaches_it_its_children_and_its_campaigns(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        page = visit.get(contacts(api)).text
    listed = {row[0]: row[1:] for row in rows(page)}
    assert "Camille GALANTE" in listed
    children, email, campaigns = listed["Camille GALANTE"]
    assert email == "test@example.org"
    assert set(children.split(", ")) == {"Marie GALANTE (CP a)", "Julien GALANTE (CE1)"}
    assert campaigns == "Contributions volontaires des familles en début d’année"
    assert "ligne" in words(page)


def test_who_pays_twice_with_an_account_is_one_family(api: ApiServer) -> None:
    payer = {"first_name": "Odette", "last_name": "LÉGER", "email": "odette@example.org", "phone": "06 12 34 56 78"}
    account_id = open_account(api, "odette@example.org")
    for child, email in (("Paul", "odette@example.org"), ("Anna", "ODETTE@example.org")):
        under_account(api, account_id, contribute(api, {**payer, "email": email}, child, "CE1"))
    with visit_as(api, MANDATAIRE) as visit:
        found = rows(visit.post(contacts(api), data={"recherche": "leger"}).text)
        by_child = rows(visit.post(contacts(api), data={"recherche": "anna"}).text)
    assert [row[0] for row in found] == ["Odette LÉGER"] == [row[0] for row in by_child]
    assert "06\u00a012\u00a034\u00a056\u00a078" in found[0][2]
    assert {"Paul LÉGER (CE1)", "Anna LÉGER (CE1)"} == set(found[0][1].split(", "))


def test_nothing_of_a_forgotten_family_is_shown(api: ApiServer) -> None:
    payer = {"first_name": "Oubliée", "last_name": "DEMAIN", "email": "oubliee@example.org"}
    contribution_id = contribute(api, payer, "Secret", "CE1")
    everything = (contacts(api), f"/{SLUG}/collectes/{api.ids.campaign_id}/participants")
    with visit_as(api, MANDATAIRE) as visit:
        assert all("DEMAIN" in visit.get(path).text for path in everything)
        _forget(api, contribution_id)
        for path in everything:
            page = visit.get(path).text
            assert not any(word in page for word in ("DEMAIN", "Oubliée", "Secret", "oubliee@"))
        detail = visit.get(f"{everything[1]}/{contribution_id}")
    assert detail.status_code == 200
    assert "Cette personne a été effacée" in words(detail.text), words(detail.text)


def _forget(api: ApiServer, contribution_id: UUID) -> None:
    """Destroy the keys of the people of a basket, as an erasure does; whom an event just named is confirmed first."""
    with psycopg.connect(api.database_url, autocommit=True) as owner:
        query = "SELECT 1 FROM vault.keys WHERE provisional_until IS NOT NULL LIMIT 1"
        wait_until(lambda: owner.execute(query).fetchone() is None)
    order = api.opened.read(contributions.by_id, contribution_id)
    children = api.opened.read(participants.of_contribution, contribution_id)
    assert order is not None
    for person_id in (order.payer_id, *(child.participant_id for child in children)):
        assert api.opened.vault.erase(person_id)


def test_filters_hold_together_and_lead_from_other_pages(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        by_class = rows(visit.get(contacts(api), params={"annee": str(_year(api)), "classe": "CPA"}).text)
        by_campaign = rows(visit.get(contacts(api), params={"collecte": str(api.ids.campaign_id)}).text)
        nobody = visit.get(contacts(api), params={"annee": "1999"}).text
    assert {"Camille GALANTE", "Robert DUPOND"} <= {row[0] for row in by_class}
    assert all("(CP a)" in row[1] for row in by_class)
    assert len(by_campaign) > len(by_class)
    assert rows(nobody) == []
    assert "Aucune famille ne correspond" in nobody


def test_a_coop_without_payments_has_an_empty_list_that_says_why(api: ApiServer) -> None:
    with visit_as(api, FOREIGN) as visit:
        page = visit.get(f"/{SLUG}/coops/{api.foreign_coop_id}/contacts").text
    assert "Les familles s’ajoutent d’elles-mêmes" in page


def test_only_who_runs_the_coop_reads_names_and_it_is_written_down(api: ApiServer) -> None:
    with psycopg.connect(api.database_url, autocommit=True) as owner:
        for path in (contacts(api), groups(api)):
            owner.execute("DELETE FROM trail.entries")
            for who, status in ((MANDATAIRE, 200), (TREASURER, 200), (STAFF, 403), (AUDITOR, 403), (FOREIGN, 404)):
                with visit_as(api, who) as visit:
                    assert visit.get(path).status_code == status
            query = "SELECT coop_id FROM trail.entries WHERE kind = %s"
            assert owner.execute(query, (TrailKind.NAMES_READ,)).fetchall() == [(api.ids.coop_id,)] * 2


def test_each_class_leads_to_its_contacts_and_few_families_have_no_number(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        page = visit.get(groups(api), params={"annee": str(_year(api))}).text
        listed = {row[0]: row[1] for row in rows(page)}
        assert {"CP a", "CE1", "CE2-CM1"} <= listed.keys()
        assert "non affiché" in listed.values()
        link = re.search(r'href="([^"]+classe=CPA)"', page)
        assert link is not None
        assert "GALANTE" in visit.get(link[1].replace("&amp;", "&")).text


def test_pages_of_families_by_class_say_that_a_family_counts_in_each_of_its_classes(api: ApiServer) -> None:
    coop = f"/{SLUG}/coops/{api.ids.coop_id}"
    with visit_as(api, MANDATAIRE) as visit:
        for below in ("groupes", "statistiques/communaute"):
            shown = words(visit.get(f"{coop}/{below}").text)
            assert "Une famille qui a des enfants dans deux classes compte dans chacune" in shown


def test_the_list_of_a_class_has_the_families_that_its_number_counts(api: ApiServer) -> None:
    leaving = pay(api, "Zoé", email="zoe@example.org")
    made = refund_by_form(api, leaving, {1: "12,00"})
    settled = {"provider_refund": f"re_{made}", "settled_at": datetime(2024, 7, 12, 10, tzinfo=UTC)}
    api.fact(RecordRefundSettled, api.ids.campaign_id, refund_id=made, **settled)
    shown(api)
    families, year = read_families(api.opened, api.ids.coop_id), _year(api)
    gone = next(one for one in contacts_of(api) if one.email == "zoe@example.org")
    assert gone.pupils == ["Zoé MARTIN (CE1, ne participe plus)"]
    named = {one.family_id for one in families.listed}
    with visit_as(api, MANDATAIRE) as client:
        for code in families.classes_of(year):
            page = client.get(contacts(api), params={"annee": year, "classe": code}).text
            assert len(rows(page)) == len(families.by_class.get((year, code), frozenset()) & named), code


def test_no_number_of_few_families_can_be_found_from_the_others() -> None:
    drawn, compared = random.Random(18), 0  # noqa: S311 - no secret
    for _ in range(400):
        families, threshold = _random_families(drawn), drawn.choice((1, 2, 3, 5))
        shown, together = class_groups(families, _YEAR, threshold)
        counts = {code: len(keys) for (_, code), keys in families.by_class.items()}
        alike = {code: len(keys) for (_, code), keys in families.alike.items()}
        for group in shown:
            if group.families is None:
                assert counts[group.code] > 0
                hidden = [one for one in shown if one.families is None]
                assert len(hidden) > 1 or together is None, "one hidden class beside its own sum is shown"
            elif group.families:
                assert group.families == counts[group.code] >= alike[group.code] >= threshold
            else:
                assert group.code not in counts
            compared += 1
        assert together is None or together >= threshold
    assert compared > 1000


def _random_families(drawn: random.Random) -> Families:
    """Classes with families of whom some have children in two, and some typed the address of another."""
    classes = [f"C{number}" for number in range(drawn.randint(1, 5))]
    by_class: dict[tuple[int, str], set[UUID]] = {}
    alike: dict[tuple[int, str], set[str]] = {}
    for family in range(drawn.randint(0, 20)):
        typed = str(drawn.randint(0, family))
        for code in drawn.sample(classes, drawn.randint(1, min(2, len(classes)))):
            by_class.setdefault((_YEAR, code), set()).add(UUID(int=family))
            alike.setdefault((_YEAR, code), set()).add(typed)
    return Families(
        listed=(),
        by_class={place: frozenset(keys) for place, keys in by_class.items()},
        alike={place: frozenset(keys) for place, keys in alike.items()},
        labels={_YEAR: {code: code for code in classes}},
        campaigns={},
        names={},
    )


def _year(api: ApiServer) -> int:
    """The school year of the guide's campaign."""
    (campaign, *_) = read_families(api.opened, api.ids.coop_id).campaigns.values()
    return campaign.school_year


@pytest.mark.browser
@pytest.mark.parametrize("size", SIZES)
def test_everybody_can_use_contacts_and_groups(browser: Browser, api: ApiServer, size: str) -> None:
    with browse_as(browser, api, MANDATAIRE, size) as page:
        page.goto(contacts(api))
        page.get_by_label("Recherche").fill("dupond")
        page.get_by_role("button", name="Rechercher").click()
        expect(page.locator("tbody tr")).to_have_count(1)
        page.get_by_role("link", name="Tout afficher").first.click()
        shoot(page, f"contacts-{size}")
        assert too_wide(page) == []
        assert wrong_french(page) == []
        page.goto(groups(api))
        shoot(page, f"groupes-{size}")
        assert too_wide(page) == []
        assert wrong_french(page) == []
        page.get_by_role("link", name="Contacts de CP a").click()
        expect(page.locator("tbody tr").first).to_be_visible()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_contacts_and_groups(browser: Browser, api: ApiServer, scheme: Any) -> None:  # noqa: ANN401
    with browse_as(browser, api, MANDATAIRE) as page:
        page.emulate_media(color_scheme=scheme)
        for path in (contacts(api), groups(api)):
            page.goto(path)
            assert violations(page) == []
