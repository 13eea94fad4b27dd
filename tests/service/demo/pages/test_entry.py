"""« Entrer comme »: one click, a session like any other, and the page on which that person's work is."""

from __future__ import annotations

import asyncio
import re
from typing import Final
from urllib.parse import urljoin

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from service.demo.run import SLUG
from service.web.app import create_app
from tests.kit.members.office import NEW_COOP
from tests.kit.members.sessions import FAMILY_COOKIE, MEMBER_COOKIE
from tests.service.demo.conftest import ServedDemonstration

READING: Final = f"/{SLUG}/demonstration"
LANDINGS: Final = {
    "famille": "Je contribue",
    "mandataire": "Votre coopérative en ce moment",
    "enseignante": "Comptages envoyés",
    "association": "Inscrire une coopérative",
    "tresorier": "Vous êtes entré comme trésorier",
    "auditeur": "Vous êtes entré comme auditeur",
}


def visitor(served: ServedDemonstration) -> httpx2.Client:
    """A browser without JavaScript, at the door."""
    headers = {"Accept": "text/html", "Origin": served.url}
    return httpx2.Client(base_url=served.url, headers=headers, follow_redirects=True, timeout=30)


@pytest.mark.parametrize(("role", "said"), LANDINGS.items())
def test_one_click_leads_to_where_the_person_s_work_is(served: ServedDemonstration, role: str, said: str) -> None:
    with visitor(served) as visit:
        door = visit.get("/").text
        assert f'action="/{SLUG}/demonstration/{role}"' in door
        assert said in visit.post(f"{READING}/{role}").text
        assert (FAMILY_COOKIE if role == "famille" else MEMBER_COOKIE) in visit.cookies


def test_the_family_is_signed_in_to_an_account_that_holds_its_contribution(served: ServedDemonstration) -> None:
    with visitor(served) as visit:
        visit.post(f"{READING}/famille")
        account = visit.get(f"/{SLUG}/compte").text
        assert "camille.essai@example.org" in account
        assert "Essai de paiement" in account


def test_the_mandate_holder_sees_the_figures_of_every_campaign_and_the_letters(served: ServedDemonstration) -> None:
    with visitor(served) as visit:
        visit.post(f"{READING}/mandataire")
        coops = set(re.findall(rf"/{SLUG}/coops/[0-9a-f-]{{36}}(?=\")", visit.get(f"/{SLUG}/coops").text))
        listed = "".join(visit.get(f"{coop}/collectes").text for coop in coops)
        found = set(re.findall(r"/collectes/[0-9a-f-]{36}(?=\")", listed))
        pages = [visit.get(f"/{SLUG}{path}").text for path in found]
        (played,) = [page for page in pages if "Close depuis le " in page]
        assert "48,00\u00a0€" in played, "its last day was a month ago"
        is_open = [page for page in pages if page is not played]
        assert ["Sans date limite" in page for page in is_open] == [True, True]
        assert visit.get(f"/{SLUG}/courrier").status_code == 200


def test_an_invitation_of_the_association_is_opened_where_its_letter_would_have_arrived(
    served: ServedDemonstration,
) -> None:
    with visitor(served) as visit:
        visit.post(f"{READING}/association")
        form = visit.get(f"/{SLUG}/coops/inscrire").text
        (key,) = re.findall(r'name="cle" value="([^"]+)"', form)
        review = visit.post(f"/{SLUG}/coops/inscrire", data={**NEW_COOP, "cle": key})
        assert "Nadia BENALI" in review.text
        visit.post(f"/{SLUG}/coops/inscrire", data={**NEW_COOP, "cle": key, "etape": "inscrire"})
        served.worker.work_off()
        letters = visit.get(f"{READING}/invitations").text
        (link,) = re.findall(rf'href="[^"]*(/{SLUG}/invitation/[^"]+)"', letters)
        arrived = visit.post(link)
        assert "Coop Jean MOULIN" in arrived.text
        assert "Ajouter une clé d’accès" in arrived.text
        assert visit.get(f"{READING}/invitations").status_code == 403, "a mandate holder reads nobody's invitation"


def test_who_comes_in_as_somebody_else_is_the_first_person_no_more(served: ServedDemonstration) -> None:
    with visitor(served) as visit:
        visit.post(f"{READING}/mandataire")
        first = visit.cookies[MEMBER_COOKIE]
        assert "auditeur" in visit.post(f"{READING}/auditeur").text
        assert visit.get(f"/{SLUG}/courrier").status_code == 403
        assert visit.cookies[MEMBER_COOKIE] != first
        assert served.demonstration.opened.members.sessions.find(first, served.worker.now()) is None


def test_the_treasurer_takes_every_document_away_and_the_auditor_none_that_names_families(
    served: ServedDemonstration,
) -> None:
    with visitor(served) as visit:
        of_treasurer = documents(visit.post(f"{READING}/tresorier").text)
        of_auditor = documents(visit.post(f"{READING}/auditeur").text)
        named = of_treasurer - of_auditor
        assert of_auditor < of_treasurer
        assert {name for name in named if "paiements" in name or "familles" in name} == named != set()
        for path in sorted(of_auditor):
            assert visit.get(path).status_code == 200
        assert {visit.get(path).status_code for path in named} == {403}
        visit.post(f"{READING}/tresorier")
        answers = [visit.get(path) for path in sorted(of_treasurer)]
        assert {answer.status_code for answer in answers} == {200}
        assert {answer.headers["cache-control"] for answer in answers} == {"private, no-store"}
        assert visit.get(f"{READING}/documents/codes.json").status_code == 404


@pytest.mark.parametrize("role", [role for role in LANDINGS if role not in ("famille", "enseignante")])
def test_no_two_documents_of_a_role_s_list_share_a_title(served: ServedDemonstration, role: str) -> None:
    with visitor(served) as visit:
        visit.post(f"{READING}/{role}")
        page = visit.get(READING).text
    listed = re.findall(r'<li class="row"><span>([^<]+)', page)
    assert len(listed) == len(set(listed)) == page.count('<li class="row">') > 5
    annexed = [title for title in listed if "avec l’annexe par famille" in title]
    assert len(annexed) == (1 if "-familles.pdf" in page else 0)


def documents(page: str) -> set[str]:
    """The files that a page offers."""
    return set(re.findall(rf'href="({READING}/documents/[^"]+)"', page))


def test_nobody_reads_a_document_without_coming_in(served: ServedDemonstration) -> None:
    with visitor(served) as visit:
        (path, *_) = sorted(documents(visit.post(f"{READING}/auditeur").text))
    with visitor(served) as stranger:
        stranger.follow_redirects = False
        for one in (READING, path):
            assert stranger.get(one).headers["location"].startswith(f"/{SLUG}/connexion?")


def test_every_link_of_the_door_and_of_the_pages_behind_it_leads_somewhere(served: ServedDemonstration) -> None:
    dead: list[tuple[str, int]] = []
    seen: set[str] = set()
    with visitor(served) as visit:
        for role in LANDINGS:
            landed = visit.post(f"{READING}/{role}")
            for page in (visit.get("/"), landed, visit.get(f"/{SLUG}")):
                for link in re.findall(r'<a [^>]*href="([^"#]+)"', page.text):
                    address = urljoin(str(page.url), link.replace("&amp;", "&"))
                    if address.startswith(("http://127.0.0.1", "http://localhost")) and address not in seen:
                        seen.add(address)
                        answer = visit.get(address)
                        dead += [(link, answer.status_code)] if answer.status_code != 200 else []
    assert len(seen) > 40
    assert dead == []


def test_an_installation_that_is_no_demonstration_has_neither_the_door_nor_what_is_behind_it(
    served: ServedDemonstration,
) -> None:
    """The routes are in no table of the service's: its own application, on the same ledger, has none of them."""
    production = create_app(served.demonstration.runtime, served.worker, closes=False)

    async def ask(application: FastAPI, method: str, path: str) -> httpx2.Response:
        transport = httpx2.ASGITransport(application)
        async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.request(method, path, headers={"Accept": "text/html"})

    own = [("POST", f"{READING}/{role}") for role in LANDINGS] + [
        ("GET", READING),
        ("GET", f"{READING}/documents/a.pdf"),
    ]
    for method, path in own:
        assert asyncio.run(ask(production, method, path)).status_code == 404
        assert asyncio.run(ask(served.application, method, path)).status_code != 404
    first = asyncio.run(ask(production, "GET", "/"))
    assert first.status_code == 200
    assert "demonstration/" not in first.text
    assert [path for path in declared(production) if "demonstration" in path] == []


def declared(application: FastAPI) -> list[str]:
    """The paths of an application's routes."""
    return [str(route.path) for route in iter_route_contexts(application.routes)]


@pytest.mark.parametrize("path", [f"/ad99/demonstration/{role}" for role in LANDINGS] + [f"{READING}/president"])
def test_there_is_no_door_to_another_association_or_role(served: ServedDemonstration, path: str) -> None:
    with visitor(served) as visit:
        assert visit.post(path).status_code in (404, 422)
        assert not visit.cookies
