"""What people do in browsers again and again, and pictures of what they see."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from playwright.sync_api import Page

from tests.kit.stripe.sandbox_actions import CARDS

_SHOTS: Final = os.environ.get("COOPLEDGER_SCREENSHOTS")
WAIT: Final = 15_000
"""Milliseconds that a page may take on a busy machine."""


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
