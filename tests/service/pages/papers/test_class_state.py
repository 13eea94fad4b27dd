"""How each class stands, for colleagues: small classes together, no name, by a link that ends or is cut."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import uuid4

import httpx2
import pytest

from adapters.class_links import ClassLink
from domain.calendar import paris_date
from tests.kit.api_server import AUDITOR, MANDATAIRE, SLUG, ApiServer
from tests.kit.members.sessions import MEMBER_COOKIE
from tests.kit.pdf_text import pages

_LINK = re.compile(r'<p class="select-all">[^<]*?(/ad06/etat/[\w-]+)</p>')


def printed_text(content: bytes) -> str:
    """What a PDF says, with plain spaces."""
    return " ".join(pages(content)).replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture(scope="module")
def mandataire(api: ApiServer) -> Iterator[httpx2.Client]:
    """The mandate holder."""
    cookies, headers = {MEMBER_COOKIE: api.session(MANDATAIRE)}, {"Accept": "text/html", "Origin": api.url}
    with httpx2.Client(base_url=api.url, cookies=cookies, headers=headers, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def page(api: ApiServer) -> str:
    """Where the state of the classes is."""
    return f"/{SLUG}/collectes/{api.ids.campaign_id}/etat-par-classe"


@pytest.fixture
def link(mandataire: httpx2.Client, page: str) -> Iterator[str]:
    """A link that was just made; it is cut in the end."""
    answer = mandataire.post(page, data={"cle": uuid4().hex})
    assert answer.status_code == 303
    shown = mandataire.get(page).text
    yield _LINK.findall(shown)[-1]
    for cut in re.findall(r'name="couper" value="([^"]+)"', mandataire.get(page).text):
        mandataire.post(page, data={"couper": cut})


def rows(shown: str) -> list[tuple[str, str, str]]:
    """The classes of a table."""
    return re.findall(
        r'<tr><th scope="row">([^<]*)</th><td class="number">(\d+)</td><td class="number strong">([^<]*)</td>',
        unescape(shown),
    )


def test_the_table_is_the_live_page_s_and_names_no_small_class(
    api: ApiServer, mandataire: httpx2.Client, page: str
) -> None:
    shown = rows(mandataire.get(page).text)
    live = mandataire.get(f"/{SLUG}/collectes/{api.ids.campaign_id}").text
    classes = re.findall(r'<tr data-class="[^"]*"><th scope="row">([^<]*)</th>', unescape(live))
    assert [label for label, _, _ in shown] == [*classes, "École"]
    assert int(shown[-1][1]) > 0


def test_who_has_the_link_sees_the_same_and_nothing_else(
    api: ApiServer, mandataire: httpx2.Client, page: str, link: str
) -> None:
    answer = api.client.get(link)
    assert answer.status_code == 200
    assert rows(answer.text) == rows(mandataire.get(page).text)
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "/coops/" not in answer.text
    assert 'class="rail"' not in answer.text
    for name in ("GALANTE", "DURAND", "DUPOND"):
        assert name not in answer.text


def test_a_link_that_was_cut_made_up_or_of_another_association_opens_nothing(
    api: ApiServer, mandataire: httpx2.Client, page: str, link: str
) -> None:
    assert api.client.get(f"/{SLUG}/etat/{'A' * 43}").status_code == 404
    assert api.client.get(f"/{SLUG}/etat/{api.ids.campaign_id}").status_code == 404
    (cut,) = re.findall(r'name="couper" value="([^"]+)"', mandataire.get(page).text)
    assert mandataire.post(page, data={"couper": cut}).status_code == 303
    assert api.client.get(link).status_code == 404


def test_a_link_ends_after_its_last_day_and_is_erased(api: ApiServer) -> None:
    now, store = datetime.now(UTC), api.opened.class_links
    today = paris_date(now)
    over = ClassLink(uuid4(), api.ids.campaign_id, now, today - timedelta(days=1))
    store.add(over)
    token = store.token(over.link_id)
    assert store.find(token, today - timedelta(days=1)) == over._replace(made_at=over.made_at)
    assert store.find(token, today) is None
    assert api.client.get(f"/{SLUG}/etat/{token}").status_code == 404
    assert store.erase_expired(today) == 1


def test_the_same_form_sent_twice_makes_one_link_and_five_are_the_most(mandataire: httpx2.Client, page: str) -> None:
    for key in ("a", "a", "b", "c", "d", "e", "f"):
        assert mandataire.post(page, data={"cle": key}).status_code == 303
    shown = mandataire.get(page).text
    assert len(_LINK.findall(shown)) == 5
    assert "Créer un lien" not in shown
    for cut in re.findall(r'name="couper" value="([^"]+)"', shown):
        mandataire.post(page, data={"couper": cut})
    assert not _LINK.findall(mandataire.get(page).text)


def test_who_only_reads_the_coop_shares_nothing(api: ApiServer, page: str) -> None:
    cookies, headers = {MEMBER_COOKIE: api.session(AUDITOR)}, {"Accept": "text/html", "Origin": api.url}
    with httpx2.Client(base_url=api.url, cookies=cookies, headers=headers, timeout=60) as auditor:
        assert "Partager avec vos collègues" not in auditor.get(page).text
        assert auditor.post(page, data={"cle": "x"}).status_code == 403


def test_the_page_to_print_says_the_same(mandataire: httpx2.Client, page: str) -> None:
    answer = mandataire.get(f"{page}.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    printed = printed_text(answer.content)
    for label, participants, _ in rows(mandataire.get(page).text):
        assert label in printed
        assert participants in printed
