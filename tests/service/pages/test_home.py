"""The first pages: what the service is, which associations it serves, where to sign in, how a collection is found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, Final, cast
from uuid import uuid4

import httpx2
import psycopg
import pytest
from playwright.sync_api import Browser

from adapters.registry import AssociationEntry
from service.pages import home
from service.pages.home import MANY
from service.runtime.runtime import Runtime
from tests.kit.browser import SCHEMES, SIZES, shoot, too_wide, violations
from tests.kit.live_server import LiveServer

PAGES: Final = {
    "home": "/",
    "association": "/ad06",
    "sign-in": "/ad06/connexion",
    "account": "/ad06/compte/connexion",
    "nowhere": "/ad99",
}


@pytest.fixture
def visitor(live_server: LiveServer) -> Iterator[httpx2.Client]:
    """A browser without JavaScript."""
    with httpx2.Client(base_url=live_server.url, headers={"Accept": "text/html"}, timeout=30) as client:
        yield client


@pytest.fixture
def federation(live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A hundred associations beside the one that is there: names alone, the last without a ledger that can be read."""
    runtime = live_server.world.runtime
    entries = [AssociationEntry(f"ad{number}", uuid4(), None, demo=False) for number in range(100, 200)]
    known, listed = runtime.ledger, [*runtime.associations(), *entries]

    def ledger(slug: str) -> Any:  # noqa: ANN401 - stands for an open ledger
        if slug == "ad199":
            raise psycopg.OperationalError
        return known(slug) if slug == "ad06" else SimpleNamespace(name=f"OCCE {slug.removeprefix('ad')} Été")

    stands = SimpleNamespace(ledger=ledger, associations=lambda: listed, settings=runtime.settings)
    monkeypatch.setattr(home, "runtime_of", lambda _: cast("Runtime", stands))
    return [entry.slug for entry in listed]


def links(page: str) -> list[str]:
    """Where a page leads."""
    return re.findall(r'<a [^>]*href="([^"#]+)"', page)


def test_the_first_page_says_what_this_is_and_leads_to_the_association(visitor: httpx2.Client) -> None:
    page = visitor.get("/")
    assert page.status_code == 200
    assert "Les collectes des coopératives scolaires</h1>" in page.text
    assert ">OCCE 06<" in page.text
    assert "/ad06" in links(page.text)
    assert "Chercher" not in page.text


def test_the_page_of_an_association_leads_families_and_members_to_where_they_sign_in(visitor: httpx2.Client) -> None:
    page = visitor.get("/ad06")
    assert page.status_code == 200
    assert {"/ad06/compte/connexion", "/ad06/compte/creer", "/ad06/connexion", "/"} <= set(links(page.text))
    assert visitor.get("/ad06/compte/connexion").status_code == visitor.get("/ad06/connexion").status_code == 200


def test_both_ways_to_sign_in_lead_to_each_other(visitor: httpx2.Client) -> None:
    assert "/ad06/compte/connexion" in links(visitor.get("/ad06/connexion").text)
    assert "/ad06/connexion" in links(visitor.get("/ad06/compte/connexion").text)


def test_every_link_of_the_first_pages_leads_somewhere(visitor: httpx2.Client) -> None:
    found = {link for path in PAGES.values() for link in links(visitor.get(path).text)}
    assert len(found) > 8
    answers = {link: visitor.get(link, follow_redirects=True).status_code for link in found}
    assert {link: status for link, status in answers.items() if status != 200} == {}


@pytest.mark.parametrize("path", ["/", "/ad06", "/?recherche=Vie", "/?recherche=Cannes", "/?recherche=Jules"])
def test_no_collection_and_no_school_is_listed_or_found_by_a_search(
    visitor: httpx2.Client, live_server: LiveServer, path: str
) -> None:
    page = visitor.get(path).text
    campaign = visitor.get(f"/ad06/contribuer/{live_server.world.campaign_id}").text
    said = {word for word in ("Vie de classe", "Jules Ferry", "Cannes") if word in campaign}
    assert said == {"Vie de classe", "Jules Ferry", "Cannes"}
    assert path.count("?") == page.count("Aucune association")
    hidden = (*said - {path.rpartition("=")[2]}, str(live_server.world.campaign_id), "contribuer/")
    assert [word for word in hidden if word in page] == []


@pytest.mark.parametrize("path", ["/ad99", "/favicon.ico", "/AD06", "/a", "/ad06.", "/wp-login.php", "/" + "a" * 60])
def test_what_is_no_association_is_the_page_that_is_not_found_with_a_way_home(
    visitor: httpx2.Client, path: str
) -> None:
    page = visitor.get(path)
    assert page.status_code == 404
    assert "Page introuvable" in page.text
    assert links(page.text) == ["/"]


def test_a_program_hears_of_no_association_as_a_problem(visitor: httpx2.Client) -> None:
    for path in ("/ad99", "/AD06", "/api/v1/AD06/coops"):
        answer = visitor.get(path, headers={"Accept": "application/json"})
        assert answer.status_code in (401, 404)
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.usefixtures("federation")
def test_a_hundred_associations_are_listed_by_name_one_that_cannot_be_read_by_its_address(
    visitor: httpx2.Client,
) -> None:
    page = visitor.get("/").text
    listed = re.findall(r'<a class="door" href="/(ad\d+)"><span>([^<]+)<', page)
    assert len(listed) == 101 > MANY
    assert [name for _, name in listed] == sorted((name for _, name in listed), key=str.casefold)
    assert dict(listed)["ad199"] == "AD199"
    assert page.count("Démonstration</small>") == 1
    assert "aucun argent réel" not in page


@pytest.mark.usefixtures("federation")
@pytest.mark.parametrize(
    ("searched", "found"), [("123", ["ad123"]), ("occe 06", ["ad06"]), ("ÉTÉ", 99), ("ad19", 10), ("Marseille", 0)]
)
def test_many_associations_can_be_searched(visitor: httpx2.Client, searched: str, found: list[str] | int) -> None:
    page = visitor.get("/", params={"recherche": searched}).text
    listed = re.findall(r'<a class="door" href="/(ad\d+)"', page)
    assert found in (listed, len(listed))
    assert ("Aucune association ne répond" in page) is (not listed)


def test_what_is_searched_for_is_shown_as_it_is_and_not_longer_than_a_name(visitor: httpx2.Client) -> None:
    page = visitor.get("/", params={"recherche": "<script>x"}).text
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page
    assert visitor.get("/", params={"recherche": "x" * 101}).status_code == 422


@pytest.mark.browser
@pytest.mark.parametrize(("size", "scheme"), [*zip(SIZES, SCHEMES, strict=True)])
def test_the_first_pages_have_no_violation(browser: Browser, live_server: LiveServer, size: str, scheme: Any) -> None:  # noqa: ANN401
    visit = browser.new_context(base_url=live_server.url, locale="fr-FR", viewport=SIZES[size], color_scheme=scheme)
    page, wrong = visit.new_page(), {}
    for name, path in PAGES.items():
        page.goto(path)
        wrong[name] = [*violations(page), *too_wide(page)]
        shoot(page, f"{name}-{size}")
    visit.close()
    assert {name: found for name, found in wrong.items() if found} == {}
