"""A form that is sent twice at once leads both times to the page of what it made, however late pages show it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Final

import httpx2
import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from domain.campaign.state import Campaign
from tests.kit.api_server import MANDATAIRE, SLUG, ApiServer
from tests.kit.members.visits import visit_as
from tests.kit.waiting import wait_until
from tests.service.pages.participant.families import hidden, list_of
from tests.service.pages.wizard.forms import FormFields, said

_CASH: Final = {"recu": "12,00", "bordereau": "B-777", "jour": "2024-07-09", "etape": "enregistrer"}
_FAMILY: Final = {
    "enfant-0": "1",
    "prenom-0": "Lou",
    "nom-0": "TESTARD",
    "classe-0": "CE1",
    "first_name": "Odile",
    "last_name": "TESTARD",
    "moyen": "especes",
    "cle": "sent-twice",
    "etape": "relire",
}
Form = tuple[str, dict[str, str]]


def _entry(api: ApiServer, visit: httpx2.Client) -> Form:
    """The form that adds a family by hand, as its page that asks to confirm carries it on."""
    address = f"{list_of(api)}/ajouter"
    (tariff_id,) = api.opened.ledger.store.load(Campaign, api.ids.campaign_id).tariffs
    confirm = visit.post(address, data={**_FAMILY, "formule-0": tariff_id})
    return address, {**hidden(confirm.text), **_CASH}


def _campaign(api: ApiServer, visit: httpx2.Client) -> Form:
    """The first step of a new campaign."""
    address = f"/{SLUG}/coops/{api.ids.coop_id}/collectes/nouvelle"
    fields = dict(FormFields(visit.get(address).text).fields)
    return address, {**fields, "title": "Deux fois", "purpose": "contribution-volontaire", "action": "suivant"}


def _copy(api: ApiServer, _visit: httpx2.Client) -> Form:
    """The button that copies a campaign."""
    return f"/{SLUG}/collectes/{api.ids.campaign_id}/copie", {"cle": "sent-twice"}


@contextlib.contextmanager
def _held(api: ApiServer) -> Iterator[None]:
    """Keep read models from getting on for a while: another holds the rows that tell how far they are."""
    rows = SQL("SELECT FROM {}.tracking FOR UPDATE").format(Identifier(api.opened.ledger.read_schema))
    with psycopg.connect(api.database_url) as connection:
        connection.execute(rows)
        yield


@pytest.mark.parametrize("form_of", [_entry, _campaign, _copy])
def test_both_times_the_page_is_there_although_pages_show_it_late(
    api: ApiServer, form_of: Callable[[ApiServer, httpx2.Client], Form]
) -> None:
    with visit_as(api, MANDATAIRE) as visit, ThreadPoolExecutor(2) as threads:
        visit.follow_redirects = True
        address, form = form_of(api, visit)
        before = api.opened.head()[0]
        with _held(api):
            first = threads.submit(visit.post, address, data=form)
            wait_until(lambda: api.opened.head()[0] > before, seconds=20, pause=0.01)
            second = threads.submit(visit.post, address, data=form)
            answered, _ = wait((first, second), timeout=1)
        assert answered == set(), "nothing shows it yet"
        pages = [one.result(30) for one in (first, second)]
    assert [(page.status_code, len(page.history)) for page in pages] == [(200, 1)] * 2, said(pages[1].text)[:300]
    assert pages[0].url == pages[1].url
