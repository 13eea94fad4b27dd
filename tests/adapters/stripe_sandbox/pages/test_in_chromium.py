"""The pages in a real browser: by keyboard alone, without scripts, on a telephone and on a screen, light and dark."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from tests.adapters.stripe_sandbox.pages.merchant import ASKS, EXPIRED, GOOD, IBAN, POOR, Merchant, open_merchant
from tests.kit.waiting import wait_until

pytestmark = pytest.mark.browser
_NARROWEST: Final = 320
_SCREENS: Final = ((_NARROWEST, "light"), (390, "dark"), (1280, "light"))
_PATIENCE: Final = 20.0


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    """Where the merchant is: on this machine, since a browser without a network goes nowhere else."""

    async def welcome(_: Request) -> HTMLResponse:
        return HTMLResponse("<!doctype html><link rel=icon href=data:,><h1>La boutique</h1>")

    with _served(Starlette(routes=[Route("/{path:path}", welcome)])) as address:
        yield address


@pytest.fixture
def merchant(origin: str) -> Merchant:
    """A fresh sandbox with its pages."""
    return open_merchant(origin)


@pytest.fixture
def address(merchant: Merchant) -> Iterator[str]:
    """Where the pages are served."""
    with _served(merchant.app) as address:
        yield address


@contextlib.contextmanager
def _served(app: Starlette) -> Iterator[str]:
    """Serve the pages on a free port of this machine, for a while."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, name="pages", daemon=True)
    thread.start()
    wait_until(lambda: server.started, seconds=_PATIENCE)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(_PATIENCE)


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[BrowserContext]:
    """A visit without scripts."""
    context = browser.new_context(
        base_url=address, locale="fr-FR", java_script_enabled=False, viewport={"width": 390, "height": 844}
    )
    yield context
    context.close()


def _complaints(page: Page) -> list[str]:
    """What the console will have complained about, besides answers that are errors on purpose."""
    heard: list[str] = []
    page.on("console", lambda said: heard.append(said.text) if "status of 4" not in said.text else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


def _tab_to(page: Page, name: str) -> None:
    """Press Tab until the field, button or link of this name has the focus."""
    wanted = page.get_by_label(name).or_(page.get_by_role("button", name=name)).or_(page.get_by_role("link", name=name))
    for _ in range(30):
        page.keyboard.press("Tab")
        if wanted.and_(page.locator(":focus")).count():
            return
    pytest.fail(f"no way to « {name} » by keyboard")


def _type_card(page: Page, number: str) -> None:
    """Fill the card in by keyboard, and send it with Enter."""
    typed = {"Numéro de carte": number, "Expiration": "04/29", "Code de sécurité": "123", "Nom sur la carte": "C. Test"}
    for label, text in typed.items():
        _tab_to(page, label)
        page.keyboard.press("Control+a")
        page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_a_payment_needs_a_keyboard_and_no_script(merchant: Merchant, visit: BrowserContext) -> None:
    session = merchant.session()
    page = visit.new_page()
    heard = _complaints(page)
    page.goto(f"/c/pay/{session}")
    _type_card(page, POOR)
    expect(page.get_by_role("alert")).to_contain_text("la provision est insuffisante")
    _type_card(page, ASKS)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Confirmez-vous ce paiement")
    _tab_to(page, "Confirmer")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="La boutique")).to_be_visible()
    assert page.url == f"{merchant.origin}/merci?session_id={session}"
    assert merchant.object("checkout.session", session)["payment_status"] == "paid"
    assert heard == []


def test_the_field_to_correct_has_the_focus(merchant: Merchant, visit: BrowserContext) -> None:
    page = visit.new_page()
    page.goto(f"/c/pay/{merchant.session()}")
    page.get_by_label("Numéro de carte").fill(GOOD)
    page.get_by_role("button", name="Payer").click()
    expect(page.get_by_label("Expiration")).to_be_focused()
    expect(page.get_by_label("Numéro de carte")).to_have_value("")


def test_a_coop_is_certified_by_keyboard_and_goes_back(merchant: Merchant, visit: BrowserContext) -> None:
    page = visit.new_page()
    heard = _complaints(page)
    page.goto(merchant.link(merchant.account()))
    _tab_to(page, "IBAN")
    page.keyboard.type(IBAN)
    _tab_to(page, "Titulaire du compte")
    page.keyboard.type("Coop Jules Ferry")
    page.keyboard.press("Enter")
    _tab_to(page, "Fournir le document")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Fournir le document")).to_have_count(0)
    _tab_to(page, "Accepter")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Vérifiée")
    _tab_to(page, "Terminer et revenir")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="La boutique")).to_be_visible()
    assert heard == []


def test_the_operator_moves_time_and_payouts_and_downloads_the_statement(
    merchant: Merchant, visit: BrowserContext
) -> None:
    merchant.payout(merchant.certified(), 2400, "COOP 06 PO000001", arrives=False)
    page = visit.new_page()
    heard = _complaints(page)
    page.goto("/")
    page.get_by_role("button", name="Faire arriver").click()
    expect(page.locator("#virements")).to_contain_text("Arrivé")
    page.get_by_label("Avancer jusqu’au").fill("2027-01-02T08:00")
    page.get_by_role("button", name="Avancer jusque-là").click()
    expect(page.locator("main")).to_contain_text("2 janvier 2027")
    page.get_by_role("link", name="Relevés bancaires").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CFONB 120 de novembre 2026").click()
    assert download.value.suggested_filename == f"releve-{IBAN}-2026-11.cfonb120.txt"
    assert "COOP 06 PO000001" in download.value.path().read_text(encoding="ascii")
    assert heard == []


def _places(merchant: Merchant) -> dict[str, str]:
    """Make something of everything, and say where to look at it."""
    certified = merchant.certified()
    merchant.payout(certified, 2400, "COOP 06 PO000001")
    merchant.payout(certified, 1200, "COOP 06 PO000002", arrives=False)
    merchant.payout(certified, 1, "COOP 06 PO000003")
    merchant.paid(EXPIRED)
    merchant.paid("4000 0000 0000 0259")
    merchant.refunded()
    return {
        "checkout": f"/c/pay/{merchant.session()}",
        "setup": f"/c/pay/{merchant.setup_session()}",
        "new": merchant.link(merchant.account("Coop de l’école élémentaire publique Jean-Jacques-Rousseau")),
        "certified": merchant.link(certified),
        "operator": "/",
        "statements": "/banque",
        "problem": "/c/pay/nowhere",
    }


@pytest.mark.parametrize(("width", "scheme"), _SCREENS)
def test_everyone_can_read_the_pages(
    browser: Browser, merchant: Merchant, tmp_path: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    places = _places(merchant)
    with _served(merchant.app) as address:
        context = browser.new_context(
            base_url=address, viewport={"width": width, "height": 844}, color_scheme=scheme, bypass_csp=True
        )
        page = context.new_page()
        for name, place in places.items():
            page.goto(place)
            _look(page, width, tmp_path / f"{name}-{width}-{scheme}.png")
        page.goto(places["checkout"])
        page.get_by_role("button", name="Payer").click()
        page.locator("summary").click()
        _look(page, width, tmp_path / f"mistake-{width}-{scheme}.png")
        for label, text in {"Numéro de carte": ASKS, "Expiration": "04/29", "Code de sécurité": "123"}.items():
            page.get_by_label(label).fill(text)
        page.get_by_label("Nom sur la carte").fill("Camille Test")
        page.get_by_role("button", name="Payer").click()
        _look(page, width, tmp_path / f"question-{width}-{scheme}.png")
        page.get_by_role("link", name="Fermer l’onglet").click()
        _look(page, width, tmp_path / f"left-{width}-{scheme}.png")
        context.close()


def _look(page: Page, width: int, picture: Path) -> None:
    """Take a picture; no violation that axe knows, and nothing wider than the screen."""
    page.screenshot(path=picture, full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width == _NARROWEST:
        return  # only its width matters: colours and names are those of the other two
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
