"""A certified coop in the middle of its season, with the families and the files that its mandate holder works with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Browser, BrowserContext, FilePayload

from adapters.imports.helloasso import COLUMNS
from adapters.people_vault import Person
from tests.kit.browser import SIZES, WAIT
from tests.kit.live_server import LiveServer
from tests.kit.members.sessions import sign_in_browser
from tests.kit.payment_files import as_xlsx, cash_out

_SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


_OWN: Final = {"telephone": ("VADEBONCŒUR", 41), "desk": ("LATOURELLE", 42), "keyboard": ("MONTGOLFIER", 43)}
"""The family of each run, and what its numbers begin with."""


@dataclass(frozen=True)
class Season:
    """What is there before she sits down, of one screen: each has a family, orders and slips of its own."""

    live: LiveServer
    size: str
    payer: Person
    order: int

    @property
    def slips(self) -> tuple[str, str]:
        """The numbers of two slips that lie in the envelope of a class."""
        return f"{self.order}1", f"{self.order}2"

    def export(self, *, corrected: bool) -> FilePayload:
        """What HelloAsso gives: three orders of 20,00 €; later the second has become one of 25,00 €."""
        lines = [
            cash_out(
                orderId=f"90{self.order}{number}",
                paymentId=f"70{self.order}{number}",
                paymentDate="12/09/2026 18:31",
                payerFirstName=first_name,
                credit="25,00" if corrected and number == 2 else "20,00",
            )
            for number, first_name in enumerate(("Alix", "Bérénice", "Côme"), start=1)
        ]
        name = f"helloasso-{'octobre' if corrected else 'septembre'}.xlsx"
        return FilePayload(name=name, mimeType=_SHEET, buffer=as_xlsx(COLUMNS, *lines))


def open_season(live_server: LiveServer, size: str) -> Season:
    """Have a family pay for two children, with money that can be paid out at once."""
    name, order = _OWN[size]
    payer = Person("Ombeline", name, f"ombeline-{size}@famille.example")
    live_server.world.pay_for(payer, "CP A", "CE1", card="instant")
    return Season(live_server, size, payer, order)


@contextmanager
def signed_in(browser: Browser, live_server: LiveServer, size: str) -> Iterator[BrowserContext]:
    """The browser of a mandate holder who has signed in, on a telephone or at a desk."""
    with browser.new_context(
        base_url=live_server.url, locale="fr-FR", viewport=SIZES[size], accept_downloads=True
    ) as context:
        context.set_default_timeout(WAIT)
        sign_in_again(context, live_server)
        yield context


def sign_in_again(context: BrowserContext, live_server: LiveServer) -> None:
    """Sign in once days have passed: sessions end."""
    sign_in_browser(context, live_server.url, live_server.mandataire_session())
