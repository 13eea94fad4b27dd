"""Cash counted by two on a telephone that loses its network: kept on the device without a name, sent once, emptied."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from domain.rights.roles import Role
from projections.by_hand import class_counts
from projections.by_hand.class_counts import ClassCountRow
from service.runtime.open_ledger import OpenLedger
from tests.kit.browser import SIZES, WAIT, shoot, too_wide, violations, wrong_french
from tests.kit.live_server import LiveServer
from tests.kit.members.sessions import SLUG, new_member, open_session, sign_in_browser
from tests.kit.waiting import wait_until
from tests.service.pages.cash.typed import class_page, coop_page, counting_page
from tests.service.pages.mandataire.keystrokes import Hand

pytestmark = pytest.mark.browser
KEPT: Final = "Object.entries(localStorage).filter(([key]) => key.startsWith('coopledger-count:'))"
READY: Final = """async () => navigator.serviceWorker.controller !== null
    && await caches.match(location.pathname) !== undefined"""
DAY: Final = 24 * 60 * 60 * 1000


@pytest.fixture
def phone(browser: Browser, live_server: LiveServer, opened: OpenLedger) -> Iterator[BrowserContext]:
    """The telephone of the teacher of a class."""
    with browser.new_context(base_url=live_server.url, locale="fr-FR", viewport=SIZES["telephone"]) as context:
        context.set_default_timeout(WAIT)
        member = new_member(opened, Role.TEACHER, live_server.world.coop_id)
        sign_in_browser(context, live_server.url, open_session(opened, member, live_server.world.now()))
        yield context


def counts(live_server: LiveServer, opened: OpenLedger, slip: str) -> list[ClassCountRow]:
    """The counts that hold a slip."""
    found: list[ClassCountRow] = opened.read(class_counts.of_coop, live_server.world.coop_id)
    return [one for one in found if slip in one.slips]


def count(page: Page, *numbers: str, coin: str = "2") -> None:
    """Type slips of 12,00 € and what lies in the envelopes: a note of ten and a coin for each."""
    for line, number in enumerate(numbers, start=1):
        page.get_by_label(f"Numéro du bordereau, ligne {line}", exact=True).fill(number)
        page.get_by_label(f"Montant du bordereau en euros, ligne {line}", exact=True).fill("12")
    page.locator("#piece-1000").fill(str(len(numbers)))
    page.locator("#piece-200").fill(coin)
    page.get_by_label("Un parent d’élève").check()


def open_ready(page: Page, live_server: LiveServer) -> None:
    """Open the counting page and wait until it would open again without network."""
    page.goto(counting_page(live_server))
    wait_until(lambda: bool(page.evaluate(READY)))


def kept(page: Page) -> list[Any]:
    """What the device keeps of counts."""
    found: list[Any] = page.evaluate(KEPT)
    return found


def test_cash_is_counted_by_two_without_network_and_sent_once_when_it_is_back(
    phone: BrowserContext, live_server: LiveServer, opened: OpenLedger
) -> None:
    page = phone.new_page()
    page.goto(f"/{SLUG}/accueil")
    expect(page.get_by_role("heading", level=1)).to_have_text("Classe CE1")
    shoot(page, "cash-class-390")
    open_ready(page, live_server)
    page.get_by_label("Numéro du bordereau, ligne 1", exact=True).fill("501")
    phone.set_offline(True)
    expect(page.locator("#offline")).to_be_visible()
    count(page, "501", "502", coin="1")
    expect(page.locator("#difference")).to_have_text("\u22122,00\u00a0€")
    shoot(page, "cash-counting-offline-390")
    page.reload()
    expect(page.get_by_label("Numéro du bordereau, ligne 2", exact=True)).to_have_value("502")
    expect(page.locator("#difference")).to_have_text("\u22122,00\u00a0€")
    page.get_by_label("Nous avons recompté").check()
    page.get_by_role("button", name="Envoyer le comptage").click()
    expect(page.locator("#waiting")).to_be_visible()
    assert counts(live_server, opened, "CE1-501") == []
    shoot(page, "cash-counting-waiting-390")
    phone.set_offline(False)
    page.wait_for_url("**/comptages/**")
    expect(page.get_by_text("Le comptage est enregistré.")).to_be_visible()
    shoot(page, "cash-count-390")
    (sent,) = counts(live_server, opened, "CE1-501")
    assert (sent.slips, sent.expected, sent.counted) == (["CE1-501", "CE1-502"], 24_00, 22_00)
    assert kept(page) == []
    page.goto(counting_page(live_server))
    assert len(counts(live_server, opened, "CE1-502")) == 1


def test_what_waits_on_the_device_holds_numbers_and_amounts_and_no_name(
    phone: BrowserContext, live_server: LiveServer
) -> None:
    page = phone.new_page()
    open_ready(page, live_server)
    phone.set_offline(True)
    count(page, "511")
    ((_, draft),) = kept(page)
    assert '["511","12"]' in draft
    held = page.evaluate(
        """async () => {
            const cache = await caches.open("coopledger-count");
            const pages = await Promise.all((await cache.keys()).map(async (one) => (await cache.match(one)).text()));
            return pages.join("\\n");
        }"""
    )
    assert "Compter les espèces" in held
    assert "MARDEGAN" not in held + draft


def test_a_count_that_was_sent_twice_by_the_device_is_one(
    phone: BrowserContext, live_server: LiveServer, opened: OpenLedger
) -> None:
    page = phone.new_page()
    open_ready(page, live_server)
    count(page, "521", coin="1")
    ((place, draft),) = kept(page)
    page.get_by_role("button", name="Envoyer le comptage").click()
    page.wait_for_url("**/comptages/**")
    sent = page.url
    page.evaluate("([place, draft]) => localStorage.setItem(place, draft)", [place, draft])
    page.goto(counting_page(live_server))
    page.get_by_role("button", name="Envoyer le comptage").click()
    page.wait_for_url("**/comptages/**")
    assert page.url == sent
    assert len(counts(live_server, opened, "CE1-521")) == 1
    assert kept(page) == []


def test_signing_out_empties_the_device(phone: BrowserContext, live_server: LiveServer) -> None:
    page = phone.new_page()
    open_ready(page, live_server)
    count(page, "531")
    assert kept(page)
    page.evaluate("document.querySelector('form[action$=\"/deconnexion\"]').submit()")  # without the page's own script
    page.wait_for_url("**/connexion")
    assert kept(page) == []
    assert page.evaluate("caches.keys()") == []


def test_after_24_hours_nothing_is_left_of_a_count_that_was_not_sent(
    phone: BrowserContext, live_server: LiveServer
) -> None:
    page = phone.new_page()
    page.clock.install()
    open_ready(page, live_server)
    phone.set_offline(True)
    count(page, "541")
    page.clock.fast_forward(DAY - 120_000)
    assert kept(page), "a day is not over"
    page.clock.fast_forward(240_000)
    assert kept(page) == []


def test_a_refusal_says_what_is_wrong_and_what_was_typed_stays(
    phone: BrowserContext, live_server: LiveServer, opened: OpenLedger
) -> None:
    page = phone.new_page()
    open_ready(page, live_server)
    count(page, "551", coin="1")
    page.get_by_label("Montant du bordereau en euros, ligne 1", exact=True).fill("7")
    page.get_by_label("Nous avons recompté").check()
    page.get_by_role("button", name="Envoyer le comptage").click()
    expect(page.locator("#errors")).to_contain_text("7,00\u00a0€ n’est le prix d’aucune formule")
    shoot(page, "cash-counting-refused-390")
    expect(page.get_by_label("Numéro du bordereau, ligne 1", exact=True)).to_have_value("551")
    page.get_by_label("Montant du bordereau en euros, ligne 1", exact=True).fill("12")
    page.get_by_role("button", name="Envoyer le comptage").click()
    page.wait_for_url("**/comptages/**")
    assert len(counts(live_server, opened, "CE1-551")) == 1


def test_twelve_envelopes_are_counted_by_six_clicks_and_ninety_keys(
    phone: BrowserContext, live_server: LiveServer, opened: OpenLedger
) -> None:
    page, hand = phone.new_page(), Hand()
    page.goto(f"/{SLUG}/accueil")
    hand.click(page.get_by_role("link", name="Compter les espèces"))
    hand.click(page.get_by_label("Numéro du bordereau, ligne 1", exact=True))
    for number in range(601, 613):
        for word in (str(number), "12"):
            page.keyboard.type(word)
            page.keyboard.press("Enter")
            hand.fields += 1
            hand.keys += len(word) + 1
    expect(page.get_by_label("Numéro du bordereau, ligne 13", exact=True)).to_be_focused()
    hand.type(page.locator("#piece-1000"), "14")
    hand.type(page.locator("#piece-200"), "2")
    expect(page.locator("#difference")).to_have_text("0,00\u00a0€")
    hand.click(page.get_by_label("ATSEM ou AESH"))
    hand.click(page.get_by_role("button", name="Envoyer le comptage"))
    page.wait_for_url("**/comptages/**")
    (sent,) = counts(live_server, opened, "CE1-612")
    assert (len(sent.slips), sent.expected, sent.counted) == (12, 144_00, 144_00)
    assert hand.clicks <= 6
    assert hand.keys <= 90


@pytest.mark.parametrize("size", SIZES)
def test_the_pages_of_a_class_are_readable_and_french(
    browser: Browser, live_server: LiveServer, opened: OpenLedger, size: str
) -> None:
    with visit_as(browser, live_server, opened, Role.TEACHER, size) as page:
        slips = counting_page(live_server).replace("/compter", "/bordereaux")
        addresses = {"class": class_page(live_server), "counting": counting_page(live_server), "slips": slips}
        look(page, addresses, size)


@pytest.mark.parametrize("size", SIZES)
def test_the_pages_of_the_cash_box_are_readable_and_french(
    browser: Browser, live_server: LiveServer, opened: OpenLedger, size: str
) -> None:
    with visit_as(browser, live_server, opened, Role.MANDATAIRE, size) as page:
        page.goto(counting_page(live_server))
        count(page, "561" if size == "desk" else "562")
        page.get_by_label("Nous avons recompté").check()
        page.get_by_role("button", name="Envoyer le comptage").click()
        page.wait_for_url("**/comptages/**")
        page.goto(coop_page(live_server, "/especes/remise"))
        shoot(page, f"cash-deposit-new-{size}")
        page.get_by_label("Numéro du bordereau de la banque").fill(f"R-{size.upper()}-1")
        page.locator("#piece-200").fill("1")
        expect(page.locator("[data-pieces-total]")).not_to_have_text("0,00\u00a0€")
        page.get_by_role("button", name="Enregistrer la remise").click()
        page.wait_for_url("**/remises/**")
        look(
            page,
            {
                "deposit": page.url,
                "box": coop_page(live_server, "/especes"),
                "new-deposit": coop_page(live_server, "/especes/remise"),
                "teachers": coop_page(live_server, "/parametres/enseignants"),
            },
            size,
        )


@contextmanager
def visit_as(browser: Browser, live_server: LiveServer, opened: OpenLedger, role: Role, size: str) -> Iterator[Page]:
    """The browser of somebody with a role, at a desk or a telephone."""
    with browser.new_context(
        base_url=live_server.url, locale="fr-FR", viewport=SIZES[size], bypass_csp=True
    ) as context:
        context.set_default_timeout(WAIT)
        member = new_member(opened, role, live_server.world.coop_id)
        sign_in_browser(context, live_server.url, open_session(opened, member, live_server.world.now()))
        yield context.new_page()


def look(page: Page, addresses: dict[str, str], size: str) -> None:
    """Look at pages as axe, a ruler and a reader of French do."""
    for name, address in addresses.items():
        page.goto(address)
        shoot(page, f"cash-{name}-{size}")
        assert violations(page) == [], name
        assert too_wide(page) == [], name
        assert wrong_french(page) == [], name
