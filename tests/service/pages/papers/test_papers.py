"""The papers of a coop and of a campaign: listed, printed once and again as duplicates, adding up to what was given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import httpx2
import pytest

from domain.money import parse_euros
from projections.papers import RECAP, STATEMENT
from tests.kit.api_server import FOREIGN, MANDATAIRE, SLUG, TREASURER, ApiServer
from tests.kit.members.sessions import MEMBER_COOKIE
from tests.kit.pdf_text import pages

_PAPER = re.compile(r"/pieces/(\d+)/impression")
_SUM = r'(?: class="sum")?'
_LINE = re.compile(rf"<dt{_SUM}>([^<]*)(?:<small>.*?</small>)?</dt><dd{_SUM}>([^<]*)</dd>")


def printed_text(content: bytes) -> str:
    """What a PDF says, with plain spaces."""
    return " ".join(pages(content)).replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture(scope="module")
def mandataire(api: ApiServer) -> Iterator[httpx2.Client]:
    """The mandate holder."""
    yield from _browser(api, MANDATAIRE)


@pytest.fixture(scope="module")
def treasurer(api: ApiServer) -> Iterator[httpx2.Client]:
    """The treasurer."""
    yield from _browser(api, TREASURER)


def _browser(api: ApiServer, who: str) -> Iterator[httpx2.Client]:
    headers = {"Accept": "text/html", "Origin": api.url}
    with httpx2.Client(base_url=api.url, cookies={MEMBER_COOKIE: api.session(who)}, headers=headers, timeout=60) as one:
        yield one


@pytest.fixture(scope="module")
def home(api: ApiServer) -> str:
    """Below what the coop's pages are."""
    return f"/{SLUG}/coops/{api.ids.coop_id}"


def read(client: httpx2.Client, path: str) -> str:
    """A page, with plain spaces."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    return unescape(answer.text).replace("\u00a0", " ").replace("\u202f", " ")


def test_every_paper_that_was_issued_is_listed_with_number_day_amount_and_campaign(
    api: ApiServer, mandataire: httpx2.Client, home: str
) -> None:
    issued = api.get(TREASURER, f"/coops/{api.ids.coop_id}/papers")
    shown = read(mandataire, f"{home}/pieces")
    assert len(issued) == 2
    assert f"{len(issued)} pièces" in shown
    assert sorted(int(one) for one in _PAPER.findall(shown)) == sorted(one["position"] for one in issued)
    for one in issued:
        assert one["reference"] in shown


def test_the_first_print_is_the_original_and_the_next_says_duplicate(
    api: ApiServer, mandataire: httpx2.Client, home: str
) -> None:
    issued = api.get(TREASURER, f"/coops/{api.ids.coop_id}/papers")
    statement = next(one for one in issued if one["paper"] == STATEMENT)
    page = f"{home}/pieces/{statement['position']}"
    assert "Jamais imprimée" in read(mandataire, page)
    first, second = (mandataire.post(f"{page}/impression") for _ in range(2))
    assert first.headers["content-type"] == "application/pdf"
    assert statement["reference"] in printed_text(first.content)
    assert "duplicata" not in printed_text(first.content).lower()
    assert "duplicata" in printed_text(second.content).lower()
    assert statement["reference"] in printed_text(second.content)
    shown = read(mandataire, page)
    assert "Original" in shown
    assert "Duplicata nº 1" in shown
    assert mandataire.get(f"{page}/original").content == first.content


def test_what_is_due_is_issued_in_one_click_by_who_answers_for_the_coop(
    api: ApiServer, mandataire: httpx2.Client, treasurer: httpx2.Client, home: str
) -> None:
    """The guide's campaign is archived: its recap is due, and until then there is a document without a number."""
    campaign = f"/{SLUG}/collectes/{api.ids.campaign_id}/pieces"
    assert "Document provisoire (PDF)" in read(mandataire, campaign)
    assert "PROVISOIRE" in printed_text(mandataire.get(f"{campaign}/provisoire").content)
    assert mandataire.post(f"{home}/pieces").status_code == 403
    assert "Établir les pièces dues" not in read(mandataire, f"{home}/pieces")
    for said, sentence in (
        ("oui", "Les pièces dues sont établies."),
        ("non", "Toutes les pièces étaient déjà établies."),
    ):
        answer = treasurer.post(f"{home}/pieces")
        assert (answer.status_code, answer.headers["location"]) == (303, f"{home}/pieces?emises={said}")
        assert sentence in read(treasurer, answer.headers["location"])
    recap = next(one for one in api.get(TREASURER, f"/coops/{api.ids.coop_id}/papers") if one["paper"] == RECAP)
    shown = read(mandataire, campaign)
    assert recap["reference"] in shown
    assert "Récapitulatif définitif, école et classes" in shown


def test_the_money_of_a_campaign_is_said_to_the_cent(api: ApiServer, mandataire: httpx2.Client) -> None:
    shown = read(mandataire, f"/{SLUG}/collectes/{api.ids.campaign_id}/pieces")
    lines = re.findall(
        r"<dt(?: class=\"sum\")?>([^<]*)(?:<small>.*?</small>)?</dt><dd(?: class=\"sum\")?>([^<]*)</dd>", shown
    )
    amounts = {label: parse_euros(amount) for label, amount in lines}
    assert amounts["À justifier"] == amounts["Total justifié"] > 0
    assert "Dû aux familles, et frais" not in amounts
    papers = api.get(TREASURER, f"/coops/{api.ids.coop_id}/papers")
    own = [one for one in papers if one["campaign_id"] == str(api.ids.campaign_id) and one["paper"] == "part"]
    assert amounts["Arrivé à la banque"] == sum(one["cents"] for one in own)


def test_papers_of_another_coop_are_not_found(api: ApiServer, home: str) -> None:
    position = api.get(TREASURER, f"/coops/{api.ids.coop_id}/papers")[0]["position"]
    for client in _browser(api, FOREIGN):
        assert client.get(f"{home}/pieces").status_code == 404
        other = f"/{SLUG}/coops/{api.foreign_coop_id}/pieces/{position}"
        assert client.get(other).status_code == 404
        assert client.post(f"{other}/impression").status_code == 404
