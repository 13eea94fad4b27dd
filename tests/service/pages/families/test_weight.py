"""What a telephone on a slow line has to fetch: the public page is small, in few pieces, and known the second time."""

from __future__ import annotations

from typing import Any, Final

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.kit.live_server import LiveServer
from tests.service.pages.families.basket_forms import address, describe

pytestmark = pytest.mark.browser
HEAVIEST: Final = 60_000
"""Bytes that the public page may transfer without its picture."""
MOST: Final = 6
"""Requests that it may make."""


def fetched(context: BrowserContext, page: Page, path: str) -> dict[str, int]:
    """Open a page; return what came over the line, in bytes by address, heads included."""
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")
    addresses: dict[str, str] = {}
    sizes: dict[str, int] = {}

    def answered(told: dict[str, Any]) -> None:
        addresses[told["requestId"]] = told["response"]["url"]

    def finished(told: dict[str, Any]) -> None:
        if told["requestId"] in addresses and told["encodedDataLength"]:
            sizes[addresses[told["requestId"]]] = int(told["encodedDataLength"])

    tools.on("Network.responseReceived", answered)
    tools.on("Network.loadingFinished", finished)
    page.goto(path, wait_until="networkidle")
    tools.detach()
    return sizes


def test_the_public_page_is_light_and_comes_in_few_pieces(telephone: BrowserContext, live_server: LiveServer) -> None:
    describe(live_server)
    page = telephone.new_page()
    first = fetched(telephone, page, address(live_server))
    assert 2 <= len(first) <= MOST, first
    assert 1_000 < sum(first.values()) <= HEAVIEST, first
    again = fetched(telephone, page, address(live_server))
    assert sum(again.values()) < 1_000, again
    print(f"{sum(first.values())} bytes in {len(first)} requests, then {sum(again.values())}")  # noqa: T201


def test_every_page_of_the_basket_needs_nothing_that_the_first_did_not(
    telephone: BrowserContext, live_server: LiveServer
) -> None:
    page = telephone.new_page()
    page.goto(address(live_server))
    page.get_by_role("button", name="Je contribue").click()
    page.wait_for_load_state("networkidle")
    told = fetched(telephone, page, page.url)
    assert [url for url in told if "/paniers/" not in url] == []
    assert sum(told.values()) < HEAVIEST // 4
