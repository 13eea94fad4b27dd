"""An e-mail in a mail program 390 points wide, by day and by night: readable, and nothing to scroll sideways."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.service.emails.content.every_email import confirmation, every_letter

pytestmark = pytest.mark.browser
WIDTH: Final = 390
LETTERS: Final = every_letter() | {"confirmation, long words": confirmation(lambda text: text + "-et" * 20 + "é" * 60)}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "name",
    [
        "confirmation",
        "confirmation, long words",
        "notification",
        "instalment_failed, authentication",
        "payout_requested",
    ],
)
def test_everyone_can_read_a_letter(
    browser: Browser, tmp_path: Path, name: str, scheme: Literal["light", "dark"]
) -> None:
    page = browser.new_page(viewport={"width": WIDTH, "height": 844}, color_scheme=scheme)
    page.set_content(LETTERS[name].html)
    page.screenshot(path=tmp_path / f"{scheme}.png", full_page=True)
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH
    page.close()
