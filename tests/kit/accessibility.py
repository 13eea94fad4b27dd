"""What every page must be for everybody: no violation of axe at any size and colour scheme, nothing beyond its edge."""

from __future__ import annotations

from typing import Any, Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIZES: Final[dict[str, ViewportSize]] = {
    "telephone": {"width": 390, "height": 844},
    "desk": {"width": 1280, "height": 900},
}
SCHEMES: Final = ("dark", "light")


def violations(page: Page) -> list[dict[str, Any]]:
    """What axe finds wrong, shortly; also letters of the colour behind them, of which it says that it cannot tell."""
    found = Axe().run(page, options={"runOnly": RULES}).response
    wrong = [{"rule": one["id"], "where": [node["target"] for node in one["nodes"]]} for one in found["violations"]]
    return wrong + [
        {"rule": "invisible letters", "where": node["target"]}
        for one in found["incomplete"]
        for node in one["nodes"]
        if any((check["data"] or {}).get("messageKey") == "equalRatio" for check in node["any"])
    ]


def too_wide(page: Page) -> list[str]:
    """What makes the page scroll sideways."""
    if page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
        return []
    beyond: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("main *, header *, footer *")]
            .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth)
            .map((one) => one.outerHTML.slice(0, 80))"""
    )
    return beyond or ["?"]
