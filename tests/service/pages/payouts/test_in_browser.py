"""The pages of payouts and papers as people meet them: readable at every size, French set as it is, nothing cut."""

from __future__ import annotations

from typing import Final, Literal

import pytest
from playwright.sync_api import Browser, expect

from tests.kit.api_server import SLUG, TREASURER, ApiServer
from tests.kit.browser import SCHEMES, SIZES, WAIT, shoot, too_wide, violations_in_turn, wrong_french
from tests.kit.members.sessions import sign_in_browser
from tests.kit.run.extent import Extent
from tests.service.pages.payouts.conftest import PaidOut

pytestmark = pytest.mark.browser
PAGES: Final = {
    "account": "/compte?jour=2026-11-01",
    "request": "/virement",
    "payouts": "/virements",
    "payout": "/virements/{explained}",
    "payout-names": "/virements/{explained}/enfants",
    "payout-on-its-way": "/virements/{on_its_way}",
    "payout-rows": "/operations?lignes=virement&montant=net&virement={explained}",
    "statements": "/releves",
    "invoices": "/factures",
    "bank-accounts": "/comptes-bancaires",
    "certification": "/certification",
    "papers": "/pieces",
    "campaign-papers": "/../../collectes/{first}/pieces",
    "class-state": "/../../collectes/{first}/etat-par-classe",
}


@pytest.mark.parametrize(("size", "scheme"), list(zip(SIZES, SCHEMES, strict=True)))
def test_axe_finds_nothing_and_nothing_is_cut(
    browser: Browser,
    api: ApiServer,
    paid_out: PaidOut,
    extent: Extent,
    size: str,
    scheme: Literal["dark", "light"],
) -> None:
    visit = browser.new_context(base_url=api.url, locale="fr-FR", viewport=SIZES[size], color_scheme=scheme)
    visit.set_default_timeout(WAIT)
    sign_in_browser(visit, api.url, api.session(TREASURER))
    page, wrong = visit.new_page(), {}
    for name, below in PAGES.items():
        answer = page.goto(f"/{SLUG}/coops/{paid_out.coop_id}{below.format(**paid_out._asdict())}")
        assert answer is not None
        assert answer.ok, name
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        wrong[name] = [*violations_in_turn(page, name, extent), *wrong_french(page), *too_wide(page)]
        shoot(page, f"payouts-{name}-{size}")
    visit.close()
    assert {name: found for name, found in wrong.items() if found} == {}
