"""What a mandate holder does at a page, by what she sees: links, buttons, the menu; counted, and looked at."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

from tests.kit.browser import shoot, too_wide, wrong_french
from tests.service.pages.mandataire.keystrokes import Hand
from tests.service.pages.mandataire.season import Season


class Afternoon:
    """The page in front of her, her hand, and what there is to do."""

    def __init__(self, page: Page, hand: Hand, season: Season) -> None:
        """Sit down."""
        self.page, self.hand, self.season = page, hand, season
        self.main = page.locator("main")

    def link(self, name: str) -> None:
        """Follow a link of the page."""
        self.hand.click(self.main.get_by_role("link", name=name, exact=True).first)

    def press(self, name: str) -> None:
        """Press a button of the page."""
        self.hand.click(self.main.get_by_role("button", name=name, exact=True).first)

    def menu(self, part: str, name: str) -> None:
        """Open a page by the menu: beside the page at a desk, behind « Menu » on a telephone."""
        if self.season.size == "telephone":
            self.hand.click(self.page.get_by_role("navigation", name="Accès rapides").get_by_text("Menu"))
        menu = self.page.get_by_role("navigation", name="Menu", exact=True)
        if not menu.locator("details[open]").filter(has_text=part).count():
            self.hand.click(menu.get_by_text(part, exact=True))
        self.hand.click(menu.get_by_role("link", name=name, exact=True))

    def seen(self, name: str) -> None:
        """Look at the page as it is."""
        self.page.wait_for_load_state("networkidle")
        self.kept(name)
        assert too_wide(self.page) == []
        assert wrong_french(self.page) == []

    def kept(self, name: str) -> None:
        """Keep a picture of the page where there is no network to wait for."""
        shoot(self.page, f"follow-{name}-{self.season.size}")

    def downloaded(self, what: Locator) -> bytes:
        """Press what gives a file, and return the file."""
        with self.page.expect_download() as file:
            self.hand.click(what)
        return file.value.path().read_bytes()
