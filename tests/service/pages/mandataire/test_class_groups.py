"""A class of few families has no figure of its own on the live page, in its stream, nor in the rows behind it.

The guide's classes: two families in CP a, one in CE1 (a child of one of those two families), one in CE2-CM1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any, Final

import httpx2
import pytest

from tests.kit.api_server import MANDATAIRE, SLUG, STAFF, TREASURER, ApiServer
from tests.kit.members.sessions import MEMBER_COOKIE

_ROW: Final = re.compile(r'<tr data-class="([^"]+)">(.*?)</tr>')
_CLASSES: Final = ("CPA", "CE1", "CE2-CM1")
_ALONE: Final = {"CPA": ["2", "24,00 €", "0,00 €", "24,00 €"]}
_TOGETHER: Final = {"autres": ["2", "36,00 €", "12,00 €", "24,00 €"]}
_EACH: Final = {
    **_ALONE,
    "CE1": ["1", "12,00 €", "0,00 €", "12,00 €"],
    "CE2-CM1": ["1", "24,00 €", "12,00 €", "12,00 €"],
}
SHOWN: Final = {1: _EACH, 2: _ALONE | _TOGETHER, 3: {}, 5: {}}
"""What each threshold shows: each class, two of them as one, the total alone."""


@pytest.fixture(scope="module")
def client(api: ApiServer) -> Iterator[httpx2.Client]:
    """Somebody of the association's staff, in a browser."""
    cookies, headers = {MEMBER_COOKIE: api.session(STAFF)}, {"Accept": "text/html"}
    with httpx2.Client(base_url=api.url, cookies=cookies, headers=headers, timeout=30) as browser:
        yield browser


def set_threshold(api: ApiServer, families: int) -> None:
    """Change the association's rule."""
    api.done(TREASURER, "PATCH", "/policy", {"anonymity_threshold": families})


def live(api: ApiServer) -> str:
    """The live page of the guide's campaign."""
    return f"/{SLUG}/collectes/{api.ids.campaign_id}"


def plain(text: str) -> str:
    """Text with plain spaces."""
    return unescape(text).replace("\u00a0", " ")


def first_told(client: httpx2.Client, api: ApiServer) -> dict[str, Any]:
    """What the stream tells first."""
    with client.stream("GET", f"{live(api)}/flux") as answer:
        for line in answer.iter_lines():
            if line.startswith("data: "):
                told: dict[str, Any] = json.loads(line.removeprefix("data: "))
                return told
    raise AssertionError


@pytest.mark.parametrize("threshold", SHOWN)
def test_the_page_and_its_stream_show_what_the_association_s_rule_allows(
    api: ApiServer, client: httpx2.Client, threshold: int
) -> None:
    set_threshold(api, threshold)
    shown = client.get(live(api)).text
    rows = {code: [plain(text) for text in re.findall(r">([^<>]+)</a>", row)] for code, row in _ROW.findall(shown)}
    assert rows == SHOWN[threshold]
    told = first_told(client, api)
    names = ("participants", "received", "returned", "balance")
    streamed = {row["class_code"]: [plain(str(row[name])) for name in names] for row in told["rows"]}
    assert streamed == SHOWN[threshold]
    assert plain(told["total"]) == "48,00 €"
    reason = re.search(r'<p id="no-class"[^>]*?(hidden)?>(.*?)</p>', shown)
    assert reason is not None
    assert (reason[1], "Trop peu de familles" in reason[2]) == ("hidden" if SHOWN[threshold] else None, True)


@pytest.mark.parametrize("threshold", SHOWN)
def test_rows_are_shown_of_the_groups_that_are_shown_and_of_no_other(
    api: ApiServer, client: httpx2.Client, threshold: int
) -> None:
    set_threshold(api, threshold)
    words = f"lignes=enfants&collecte={api.ids.campaign_id}&montant=conserve&classe="
    rows = f"/{SLUG}/coops/{api.ids.coop_id}/operations?{words}"
    seen = {code: client.get(f"{rows}{code}").status_code for code in (*_CLASSES, "autres")}
    assert seen == {code: 200 if code in SHOWN[threshold] else 404 for code in seen}


def test_the_rows_of_other_classes_do_not_say_which_they_are(api: ApiServer, client: httpx2.Client) -> None:
    set_threshold(api, 2)
    words = f"lignes=enfants&collecte={api.ids.campaign_id}&montant=conserve&classe=autres"
    shown = plain(client.get(f"/{SLUG}/coops/{api.ids.coop_id}/operations?{words}").text)
    main = shown[shown.index("<main") :]
    assert "Autres classes" in main
    assert [label for label in ("CE1", "CE2-CM1") if label in main] == []
    assert re.search(r'id="total">24,00 €<', main)


@pytest.mark.parametrize("threshold", SHOWN)
def test_the_statistics_of_the_community_show_the_same_classes(
    api: ApiServer, client: httpx2.Client, threshold: int
) -> None:
    set_threshold(api, threshold)
    shown = plain(client.get(f"/{SLUG}/coops/{api.ids.coop_id}/statistiques/communaute").text)
    shown = shown[shown.index('id="by-class"') :].partition("</tfoot>")[0]
    rows = re.findall(r'<tr><th scope="row">([^<]+)</th>(.*?)</tr>', shown)
    found = {label: re.findall(r">(\d+)</a>", row) for label, row in rows}
    labels = {"CPA": "CP a", "autres": "Autres classes"}
    families = {"CPA": "2", "CE1": "1", "CE2-CM1": "1", "autres": "2"}
    expected = {labels.get(code, code): [families[code], row[0]] for code, row in SHOWN[threshold].items()}
    assert found == {**expected, "École": ["3", "4"]}


def test_who_runs_the_coop_sees_the_same_protected_page(api: ApiServer, client: httpx2.Client) -> None:
    set_threshold(api, 5)
    headers = {"Cookie": f"{MEMBER_COOKIE}={api.session(MANDATAIRE)}"}
    shown = httpx2.get(f"{api.url}{live(api)}", headers=headers).text
    assert _ROW.findall(shown) == _ROW.findall(client.get(live(api)).text) == []
    assert api.get(MANDATAIRE, f"/campaigns/{api.ids.campaign_id}/balance")["classes"], "the interface is as it was"
