"""The pages of a payout whose money is not all there yet, as a mandate holder meets them: readable, nothing cut."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Literal

import pytest
from playwright.sync_api import Browser, expect

from domain.calendar import french_date, paris_date
from tests.kit.browser import SIZES, WAIT, shoot, too_wide, violations, wrong_french
from tests.kit.live_server import LiveServer
from tests.kit.members.sessions import sign_in_browser

pytestmark = pytest.mark.browser


def test_what_leaves_today_and_what_later_is_readable_and_the_button_asks_for_that_part(
    browser: Browser, live_server: LiveServer
) -> None:
    world = live_server.world
    world.certify()
    world.pay("CP A", "CE1", card="instant")
    world.pay("CE1")
    world.settle(seconds=3)
    opens = french_date(paris_date(world.now() + timedelta(days=7)))
    home, wrong = f"/ad06/coops/{world.coop_id}", {}
    schemes: Final[tuple[Literal["dark", "light"], ...]] = ("dark", "light")
    for size, scheme in zip(SIZES, schemes, strict=True):
        visit = browser.new_context(base_url=live_server.url, locale="fr-FR", viewport=SIZES[size], color_scheme=scheme)
        visit.set_default_timeout(WAIT)
        sign_in_browser(visit, live_server.url, live_server.mandataire_session())
        page = visit.new_page()
        page.goto(f"{home}/virement")
        expect(page.get_by_text(f"à partir du {opens}").first).to_be_visible()
        wrong[f"request-{size}"] = [*violations(page), *wrong_french(page), *too_wide(page)]
        shoot(page, f"payouts-waits-request-{size}")
        visit.close()
    visit = browser.new_context(base_url=live_server.url, locale="fr-FR", viewport=SIZES["telephone"])
    visit.set_default_timeout(WAIT)
    sign_in_browser(visit, live_server.url, live_server.mandataire_session())
    page = visit.new_page()
    page.goto(f"{home}/virement")
    page.get_by_role("button", name="Virer 24,00\u00a0€ aujourd’hui").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("24,00")
    page.goto(f"{home}/virement")
    page.get_by_role("button", name="Virer 12,00\u00a0€", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("12,00")
    world.settle(seconds=3)
    page.reload()
    expect(page.get_by_text(f"à partir du {opens}").first).to_be_visible()
    wrong["payout"] = [*violations(page), *wrong_french(page), *too_wide(page)]
    shoot(page, "payouts-waits-payout")
    visit.close()
    assert {name: found for name, found in wrong.items() if found} == {}
