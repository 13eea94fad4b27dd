"""What people do in browsers again and again, pictures of what they see, and what no page may have."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, Final
from zlib import crc32

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

from tests.kit.run.extent import Extent
from tests.kit.stripe.sandbox_actions import CARDS

_SHOTS: Final = os.environ.get("COOPLEDGER_SCREENSHOTS")
WAIT: Final = 15_000
"""Milliseconds that a page may take on a busy machine."""

RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIZES: Final[dict[str, ViewportSize]] = {
    "telephone": {"width": 390, "height": 844},
    "desk": {"width": 1280, "height": 900},
}
SCHEMES: Final = ("dark", "light")
_WRONG_FRENCH: Final = re.compile(r"\w'\w|\w [?!;:»€%](?!\w)|« |[\"]|\.\.\.|\d [%€]")
"""A typewriter's apostrophe, quotes or dots; a plain space where French never breaks a line."""


def shoot(page: Page, name: str) -> None:
    """Keep a picture for people, where they asked for it."""
    if _SHOTS:
        page.screenshot(path=Path(_SHOTS) / f"{name}.png", full_page=True)


def type_card(page: Page, card: str) -> None:
    """Type a card and pay."""
    page.get_by_label("Numéro de carte").fill(CARDS[card])
    page.get_by_label("Expiration").fill("12/30")
    page.get_by_label("Code de sécurité").fill("123")
    page.get_by_label("Nom sur la carte").fill("Camille Test")
    page.get_by_role("button", name="Payer").click()


def _wait_for_root(page: Page) -> None:
    """Wait until a page is loaded: one that a button leads to has no root yet when the click returns."""
    page.wait_for_load_state()


def violations(page: Page) -> list[dict[str, Any]]:
    """What axe finds wrong, shortly; also letters of the colour behind them, of which it says that it cannot tell."""
    _wait_for_root(page)
    found = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations", "incomplete"]}).response
    wrong = [{"rule": one["id"], "where": [node["target"] for node in one["nodes"]]} for one in found["violations"]]
    return wrong + [
        {"rule": "invisible letters", "where": node["target"]}
        for one in found["incomplete"]
        for node in one["nodes"]
        if any((check["data"] or {}).get("messageKey") == "equalRatio" for check in node["any"])
    ]


def violations_in_turn(page: Page, name: str, extent: Extent) -> list[dict[str, Any]]:
    """What axe finds wrong on a page that is walked past on a telephone and at a desk.

    It takes most of such a walk's time. A long run reads each page both times; a short one reads half of the pages, by
    their names, on a telephone in the dark, and the others at a light desk.
    """
    small = page.viewport_size is None or page.viewport_size["width"] < SIZES["desk"]["width"]
    return violations(page) if extent.long or small == bool(crc32(name.encode()) % 2) else []


def too_wide(page: Page) -> list[str]:
    """What makes the page scroll sideways."""
    _wait_for_root(page)
    if page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
        return []
    beyond: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("main *, header *, footer *")]
            .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth)
            .map((one) => one.outerHTML.slice(0, 80))"""
    )
    return beyond or ["?"]


def wrong_french(page: Page) -> list[str]:
    """What of a page is not set as French is, with what stands beside it."""
    _wait_for_root(page)
    said = page.title() + "\n" + page.locator("body").inner_text()
    return [said[max(0, found.start() - 20) : found.end() + 10] for found in _WRONG_FRENCH.finditer(said)]
