"""A family that pays in three times: what is to come has days, and who is on schedule owes nothing (S-140, S-154)."""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

import httpx2
import pytest
from playwright.sync_api import Browser

from domain.calendar import add_months, french_date, paris_date
from domain.money import euros
from domain.rights.roles import Role
from projections import contributions
from tests.kit.api_server import SLUG
from tests.kit.browser import SIZES, WAIT, shoot, too_wide, violations, wrong_french
from tests.kit.live_server import LiveServer
from tests.kit.members.office import desk
from tests.kit.members.sessions import sign_in_browser
from tests.kit.members.visits import words
from tests.kit.service_world import PRICE
from tests.kit.waiting import wait_until
from tests.service.pages.coop.figure_crawl import rows_of

_DAY: Final = re.compile(r'<th scope="row" role="rowheader" class="together name">([^<]+)</th>')


def in_three(live_server: LiveServer) -> UUID:
    """Have a family pay the first of three instalments, and the pages show it."""
    opened = live_server.world.runtime.ledger(SLUG)
    contribution_id = live_server.world.pay("CP A", instalments=3)
    wait_until(lambda: (row := opened.read(contributions.by_id, contribution_id)) is not None and row.paid > 0)
    return contribution_id


def listed(client: httpx2.Client, address: str) -> str:
    """What a page says."""
    answer = client.get(address)
    assert answer.status_code == 200
    return words(answer.text)


def test_what_is_to_come_is_a_row_an_instalment_with_the_day_on_which_it_is_due(live_server: LiveServer) -> None:
    today = paris_date(live_server.world.now())
    rows = f"/{SLUG}/coops/{live_server.world.coop_id}/operations?lignes=a-venir"
    with desk(live_server, Role.MANDATAIRE, live_server.world.coop_id) as client:
        before = rows_of(client, rows)
        in_three(live_server)
        after = rows_of(client, rows)
        assert after.number == before.number + 2
        assert after.total - before.total == PRICE - -(-PRICE // 3)
        assert (after.number, after.total) == (after.told_number, after.told_total)
        days = _DAY.findall(client.get(rows).text)
        assert {french_date(add_months(today, months)) for months in (1, 2)} <= set(days)
        said = listed(client, rows)
        assert "Échéance à venir" in said
        assert "Contribution déposée" not in said
        account = client.get(f"/{SLUG}/coops/{live_server.world.coop_id}/compte").text
        assert f'lignes=a-venir">{euros(after.total)}</a>' in account


def test_a_family_on_schedule_is_said_to_be_paying_with_what_is_due_and_the_days_to_come(
    live_server: LiveServer,
) -> None:
    contribution_id = in_three(live_server)
    today, first = paris_date(live_server.world.now()), -(-PRICE // 3)
    list_of = f"/{SLUG}/collectes/{live_server.world.campaign_id}/participants"
    with desk(live_server, Role.MANDATAIRE, live_server.world.coop_id) as client:
        detail = listed(client, f"{list_of}/{contribution_id}")
        for page in (listed(client, list_of), listed(client, f"/{SLUG}/coops/{live_server.world.coop_id}/paiements")):
            assert "Paiement en cours (1 sur 3)" in page
            assert f"{euros(first)} dû {euros(PRICE)}" in page
    assert "Paiement en cours (1 sur 3)" in detail
    assert "Paiement partiel" not in detail
    assert f"Montant dû {euros(PRICE)} Reste à recevoir {euros(PRICE - first)} Reçu {euros(first)}" in detail
    for number in (2, 3):
        day = french_date(add_months(today, number - 1))
        assert re.search(rf"{day} échéance {number} \d+,\d\d", detail)
    assert f"Total à venir {euros(PRICE - first)}" in detail


@pytest.mark.browser
@pytest.mark.parametrize("size", SIZES)
def test_lists_fit_the_screen_and_their_details_are_a_tap_away(
    browser: Browser, live_server: LiveServer, size: str
) -> None:
    contribution_id = in_three(live_server)
    home, campaign = f"/{SLUG}/coops/{live_server.world.coop_id}", f"/{SLUG}/collectes/{live_server.world.campaign_id}"
    lists = {
        "payments": f"{home}/paiements",
        "participants": f"{campaign}/participants",
        "contacts": f"{home}/contacts",
        "to-come": f"{home}/operations?lignes=a-venir",
        "groups": f"{home}/groupes",
        "statistics": f"{home}/statistiques",
        "coop": f"{home}/cooperative",
    }
    visit = browser.new_context(base_url=live_server.url, locale="fr-FR", viewport=SIZES[size], bypass_csp=True)
    visit.set_default_timeout(WAIT)
    sign_in_browser(visit, live_server.url, live_server.mandataire_session())
    page = visit.new_page()
    for name, address in lists.items():
        page.goto(address)
        shoot(page, f"list-{name}-{size}")
        hidden = page.evaluate(
            "[...document.querySelectorAll('main .scroll')].filter((box) => box.scrollWidth > box.clientWidth).length"
        )
        assert (name, hidden, too_wide(page), violations(page), wrong_french(page)) == (name, 0, [], [], [])
    page.goto(lists["payments"])
    page.locator("tbody tr", has_text="1 sur 3").get_by_role("link", name="Détail").first.click()
    page.goto(f"{campaign}/participants/{contribution_id}")
    shoot(page, f"in-three-{size}")
    assert [*too_wide(page), *violations(page), *wrong_french(page)] == []
    visit.close()
