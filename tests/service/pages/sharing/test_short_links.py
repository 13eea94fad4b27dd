"""The address on paper: ten digits lead to the page of one campaign, and nowhere else."""

from __future__ import annotations

from uuid import UUID

import httpx2
import pytest

from projections import directory
from service.pages.sharing.short_links import short_path
from tests.kit.api_server import SLUG, ApiServer
from tests.service.pages.sharing.campaigns import draft_campaign


def family(api: ApiServer, path: str) -> httpx2.Response:
    """What a browser that nobody knows is answered."""
    return httpx2.get(f"{api.url}{path}", headers={"Accept": "text/html"}, follow_redirects=False)


def test_the_printed_address_leads_to_the_campaign_however_its_digits_are_typed(api: ApiServer) -> None:
    path = api.opened.read(short_path, SLUG, api.ids.campaign_id)
    typed = path.rsplit("/", 1)[1]
    assert len(typed) == 11
    for digits in (typed, typed.replace("-", ""), typed.upper()):
        answer = family(api, f"/{SLUG}/c/{digits}")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/{SLUG}/contribuer/{api.ids.campaign_id}")


@pytest.mark.parametrize("digits", ["00000-00000", "fffff-fffff", "abc", "zzzzz-zzzzz", "00000000000"])
def test_digits_of_no_campaign_lead_nowhere(api: ApiServer, digits: str) -> None:
    assert family(api, f"/{SLUG}/c/{digits}").status_code in {404, 422}


def test_the_short_address_of_a_draft_is_no_more_open_than_its_page(api: ApiServer) -> None:
    for by_link in (True, False):
        campaign_id = UUID(draft_campaign(api, by_link=by_link).rsplit("/", 1)[1])
        short = family(api, api.opened.read(short_path, SLUG, campaign_id))
        assert short.status_code == 404
        assert str(campaign_id) not in short.text


def test_two_campaigns_that_begin_alike_keep_their_long_addresses(
    api: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = UUID(int=1), UUID(int=2)
    monkeypatch.setattr(directory, "campaign_ids_between", lambda *_: [first, second])
    assert api.opened.read(short_path, SLUG, first) == f"/{SLUG}/contribuer/{first}"
    assert family(api, f"/{SLUG}/c/00000-00000").status_code == 404
