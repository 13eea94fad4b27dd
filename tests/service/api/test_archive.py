"""The API gives who paid, of families that were forgotten, to auditor and treasurer alone, and writes it down."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from adapters.people_vault import ArchivedPaper
from adapters.retention import Erasure, ErasureKind
from projections import contributions
from reports.parts.wording import ERASED_FAMILY
from tests.kit.api_server import AUDITOR, FOREIGN, MANDATAIRE, PLATFORM, STAFF, TEACHER, TREASURER, ApiServer


@pytest.fixture(scope="module")
def forgotten(api: ApiServer) -> str:
    """A family was forgotten: the last name of who paid."""
    rows = api.opened.read(contributions.of_campaign, api.ids.campaign_id)
    row = next(one for one in rows if one.paid == 24_00)
    payer = api.opened.vault.get(row.payer_id)
    assert payer is not None
    paper = ArchivedPaper(row.contribution_id, row.coop_id, row.campaign_id, date(2034, 8, 31))
    association, now = api.opened.ledger.association_id, datetime.now(UTC)
    api.opened.erasures.carry_out([Erasure(association, ErasureKind.PERSON, row.payer_id, now, (paper,))])
    return f"{payer.first_name} {payer.last_name}"


def openings(api: ApiServer) -> int:
    """How often the archive was opened, as the trail says."""
    return sum(entry["kind"] == "archive-opened" for entry in api.get(AUDITOR, "/trail")["items"])


@pytest.mark.parametrize("who", [AUDITOR, TREASURER])
def test_who_answers_for_the_books_is_told_and_it_is_written_down(api: ApiServer, forgotten: str, who: str) -> None:
    before = openings(api)
    told = api.call(who, "GET", f"/campaigns/{api.ids.campaign_id}/archived-family-voucher.json")
    assert told.status_code == 200
    assert (forgotten in told.text, ERASED_FAMILY in told.text) == (True, False)
    assert openings(api) == before + 1


@pytest.mark.parametrize("who", [STAFF, MANDATAIRE, TEACHER, PLATFORM, FOREIGN])
def test_nobody_else_is_told(api: ApiServer, forgotten: str, who: str) -> None:
    before = openings(api)
    told = api.call(who, "GET", f"/campaigns/{api.ids.campaign_id}/archived-family-voucher.json")
    assert told.status_code in {403, 404}
    assert forgotten not in told.text
    assert openings(api) == before


def test_the_treasurer_who_does_not_ask_for_the_archive_is_not_told(api: ApiServer, forgotten: str) -> None:
    before = openings(api)
    told = api.call(TREASURER, "GET", f"/campaigns/{api.ids.campaign_id}/family-voucher.json")
    assert (told.status_code, forgotten in told.text, ERASED_FAMILY in told.text) == (200, False, True)
    assert openings(api) == before
