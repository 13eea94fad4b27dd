"""A parent who presses twice, goes back, reloads: in a real browser, with its own memory of pages."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from domain.events.contribution import ContributionPlaced, PaymentCaptured
from tests.kit.browser import WAIT, type_card
from tests.kit.live_server import LiveServer
from tests.service.pages.families.basket_forms import ask, draft, events_of, put

pytestmark = pytest.mark.browser


def test_a_double_click_the_back_button_and_a_reload_are_one_contribution_paid_once(
    page: Page, live_server: LiveServer
) -> None:
    ask(live_server)
    placed, paid = (len(events_of(live_server, kind)) for kind in (ContributionPlaced, PaymentCaptured))
    page.goto(f"{put(live_server, draft(live_server, 'Marie'))}/paiement")
    page.get_by_label("J’accepte les").check()
    page.get_by_role("button", name="Payer").dblclick()
    expect(page.get_by_label("Numéro de carte")).to_be_visible()
    card_page = page.url
    page.go_back()
    page.get_by_role("button", name="Reprendre le paiement").click()
    expect(page.get_by_label("Numéro de carte")).to_be_visible()
    assert page.url == card_page
    page.reload()
    type_card(page, "good")
    expect(page.get_by_role("status")).to_contain_text("bien reçue", timeout=WAIT)
    page.reload()
    expect(page.get_by_role("status")).to_contain_text("bien reçue", timeout=WAIT)
    page.go_back()
    page.go_forward()
    counts = (len(events_of(live_server, kind)) for kind in (ContributionPlaced, PaymentCaptured))
    assert tuple(counts) == (placed + 1, paid + 1)
