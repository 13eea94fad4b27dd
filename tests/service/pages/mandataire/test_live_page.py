"""What a teacher sees: the balance of the campaign, true without a reload, on a telephone and on a screen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal
from uuid import UUID

import httpx2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from domain.campaign.payments import RecordPaymentCaptured
from service.runtime.runtime import Runtime
from service.settings import Settings
from tests.kit.api_server import MANDATAIRE, SLUG, TREASURER, ApiServer, run_web_server
from tests.kit.members.sessions import MEMBER_COOKIE, sign_in_browser
from tests.service.api.routes import ROUTES

pytestmark = pytest.mark.browser
_WIDTHS: Final = (390, 1280)
_SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
_BASKETS: Final = "/coops/{coop_id}/campaigns/{campaign_id}/contributions"


@pytest.fixture(scope="module", autouse=True)
def _every_class(api: ApiServer) -> None:
    """The guide's classes have one family or two: the association lets each show its figures."""
    api.done(TREASURER, "PATCH", "/policy", {"anonymity_threshold": 1})


@pytest.fixture
def context(browser: Browser, api: ApiServer) -> Iterator[BrowserContext]:
    """A visit at the service."""
    visit = browser.new_context(base_url=api.url, locale="fr-FR", viewport={"width": 1280, "height": 900})
    yield visit
    visit.close()


def _sign_in(page: Page, api: ApiServer) -> None:
    """Come with a session, and open the campaign from the list."""
    sign_in_browser(page.context, api.url, api.session(MANDATAIRE))
    page.goto(f"/{SLUG}/collectes")
    page.get_by_role("link", name="Contributions volontaires des familles").click()
    expect(page.locator("#total")).to_be_visible()


def _complaints(page: Page) -> list[str]:
    """What the console will have complained about."""
    heard: list[str] = []
    page.on("console", lambda said: heard.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


def _pay_once_more(api: ApiServer) -> None:
    """Place and pay one more child's 12,00 € as the worker records it."""
    ids: dict[str, Any] = api.ids._asdict()
    placed = api.done(MANDATAIRE, "POST", _BASKETS.format(**ids), ROUTES["POST", _BASKETS][1])
    contribution = placed["ids"]["contribution_id"]
    paid_at = datetime(2024, 7, 9, 10, tzinfo=UTC)
    payment = {"payment_id": f"ch_{contribution}", "cents": 1200, "tip_cents": 0, "paid_at": paid_at}
    api.fact(RecordPaymentCaptured, api.ids.campaign_id, contribution_id=UUID(contribution), **payment)


def _rows(page: Page) -> dict[str, list[str]]:
    """The rows of the table: class, then its figures."""
    rows = page.locator("#classes tr").all()
    cells = [row.locator("th, td").all_inner_texts() for row in rows]
    return {line[0]: [text.strip() for text in line[1:5]] for line in cells}


def test_the_page_without_scripts_has_the_figures(browser: Browser, api: ApiServer) -> None:
    visit = browser.new_context(base_url=api.url, java_script_enabled=False)
    page = visit.new_page()
    _sign_in(page, api)
    expect(page.locator("#total")).to_have_text("48,00\u00a0€")
    assert _rows(page) == {
        "CP a": ["2", "24,00\u00a0€", "0,00\u00a0€", "24,00\u00a0€"],
        "CE1": ["1", "12,00\u00a0€", "0,00\u00a0€", "12,00\u00a0€"],
        "CE2-CM1": ["1", "24,00\u00a0€", "12,00\u00a0€", "12,00\u00a0€"],
    }
    visit.close()


@pytest.mark.parametrize("scheme", _SCHEMES)
@pytest.mark.parametrize("width", _WIDTHS)
def test_everyone_can_read_the_pages(
    browser: Browser, api: ApiServer, tmp_path: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    visit = browser.new_context(
        base_url=api.url, viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    page = visit.new_page()
    page.goto(f"/{SLUG}/connexion")
    _check_readable(page, width)
    _sign_in(page, api)
    page.screenshot(path=tmp_path / f"live-{width}-{scheme}.png", full_page=True)
    _check_readable(page, width)
    page.goto(f"/{SLUG}/collectes")
    _check_readable(page, width)
    visit.close()


def _check_readable(page: Page, width: int) -> None:
    """No violation that axe knows, and nothing wider than the screen."""
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_balance_rises_without_a_reload(context: BrowserContext, api: ApiServer) -> None:
    page = context.new_page()
    heard = _complaints(page)
    _sign_in(page, api)
    expect(page.locator("#total")).to_have_text("48,00\u00a0€")
    page.evaluate("document.body.dataset.kept = 'yes'")
    _pay_once_more(api)
    expect(page.locator("#total")).to_have_text("60,00\u00a0€")
    expect(page.locator("#sum-participants")).to_have_text("5")
    assert _rows(page)["CE1"] == ["2", "24,00\u00a0€", "0,00\u00a0€", "24,00\u00a0€"]
    assert page.evaluate("document.body.dataset.kept") == "yes", "the page was loaded again"
    assert heard == []


def test_an_open_page_does_not_hold_a_service_that_stops(api: ApiServer, caplog: pytest.LogCaptureFixture) -> None:
    address = f"/{SLUG}/collectes/{api.ids.campaign_id}/flux"
    with ExitStack() as visit:
        runtime = visit.enter_context(Runtime(Settings(secure_cookies=False), None, api.database_url))
        with run_web_server(runtime) as base:
            client = visit.enter_context(httpx2.Client(base_url=base, cookies={MEMBER_COOKIE: api.session(MANDATAIRE)}))
            lines = visit.enter_context(client.stream("GET", address)).iter_lines()
            first = next(lines)
        rest = list(lines)
    assert first.startswith("event: balance")
    assert rest[-1] == ""
    assert "graceful shutdown exceeded" not in caplog.text


def test_every_page_carries_the_content_policy_and_scripts_see_no_cookie(
    context: BrowserContext, api: ApiServer
) -> None:
    page = context.new_page()
    _sign_in(page, api)
    answer = page.goto(page.url)
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.evaluate("document.cookie") == ""


@pytest.mark.parametrize("path", ["collectes/00000000-0000-4000-8000-000000000000", "collectes/xyz", "nulle-part"])
def test_a_person_reads_a_problem_as_a_page(context: BrowserContext, api: ApiServer, path: str) -> None:
    page = context.new_page()
    _sign_in(page, api)
    answer = page.goto(f"/{SLUG}/{path}")
    assert answer is not None
    assert answer.status in {404, 422}
    expect(page.get_by_role("alert")).to_be_visible()
    assert answer.headers["x-request-id"] in page.inner_text("main")
    assert Axe().run(page).violations_count == 0
