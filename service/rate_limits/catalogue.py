"""The limits of every anonymous write, and why they are what they are.

A school may sit behind one address: three hundred families that all contribute within a quarter of an hour, half of
them in its first four minutes, meet none of these limits (tests/service/rate_limits/test_school.py plays it). One
network that goes on at full speed is held to a contribution each two seconds after a minute, and to two a minute in the
long run. The limits of a campaign and of an association are those of the largest school and of a busy first day; they
are met by machines at many addresses, and slow those who are not signed in alone.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from adapters.rate_limits import RateLimit
from service.rate_limits.visitor import VisitorAction


def _action(
    name: str,
    *by_network: tuple[int, float],
    by_account: tuple[int, float] = (100, 5),
    by_campaign: tuple[int, float] | None = None,
    by_association: tuple[int, float],
) -> VisitorAction:
    """Make an action of pairs: how many at once, then one in how many seconds."""

    def limit(scope: str, burst: int, seconds: float) -> RateLimit:
        return RateLimit(f"{name} by {scope}", burst, timedelta(seconds=seconds))

    return VisitorAction(
        name,
        limit("account", *by_account),
        tuple(limit(f"network {place}", *pair) for place, pair in enumerate(by_network, 1)),
        None if by_campaign is None else limit("campaign", *by_campaign),
        limit("association", *by_association),
    )


OPEN_BASKET: Final = _action("open a basket", (200, 2), (900, 20), by_campaign=(1200, 0.2), by_association=(3000, 0.05))
"""A row in the vault for a day; families begin twice now and then."""
SEND_FORM: Final = _action("send a form", (600, 0.2), by_association=(5000, 0.01))
"""A step of a basket, or a small form: about ten for each family."""
ADD_PHOTO: Final = _action("add a photo", (120, 1), (900, 20), by_association=(600, 0.2))
"""Each is drawn again, which takes a core for tenths of a second; two for each family."""
PLACE: Final = _action(
    "place a contribution",
    (60, 2),
    (600, 30),
    by_account=(10, 60),
    by_campaign=(600, 0.5),
    by_association=(3000, 0.1),
)
"""An event for ever, people in the vault, a page at the payment provider: what card testers want."""
OPEN_PAYMENT_PAGE: Final = _action(
    "open a payment page", (60, 2), (600, 30), by_account=(20, 30), by_association=(3000, 0.1)
)
"""The page of a contribution that was placed, once more, or of an instalment."""
ASK_EMAIL: Final = _action("ask for an e-mail", (100, 3), (400, 60), by_association=(1500, 1))
"""An account to confirm, a forgotten password, a link to a receipt; each address of e-mail has limits of its own."""
CONFIRM_ACCOUNT: Final = _action("confirm an account", (100, 3), by_association=(1500, 0.5))
"""A password hashed for each try, whatever link is tried."""
SIGN_IN: Final = _action("sign in", (60, 10), by_association=(600, 1))
"""Wrong passwords: a right one gives its turn back, so that a school that signs in at once is not counted."""
MEMBER_SIGN_IN: Final = _action("sign in as a member", (120, 2), by_association=(1000, 0.2))
"""Links and passkeys are not guessed: what is counted is work, and a school's whole staff may come at once."""

MEMBER_LINKS_BY_NETWORK: Final = RateLimit("links to a member by network", 6, timedelta(minutes=20))
"""Members sign in by letters, some several times a day."""
MEMBER_LINKS: Final = RateLimit("links to a member", 20, timedelta(minutes=30))
"""Whoever asks: nobody's letter box is filled, and a stranger leaves the member enough of them."""
EMAILS_TO_ADDRESS: Final = RateLimit("e-mails to an address", 6, timedelta(hours=4))
"""About accounts, whoever asks: six at once, then six a day."""
EMAILS_TO_ADDRESS_BY_NETWORK: Final = RateLimit("e-mails to an address by network", 3, timedelta(hours=8))
"""Three at once, then three a day: a stranger leaves the holder of the address half of its letters."""
PASSWORDS_BY_BROWSER: Final = RateLimit("passwords by known browser", 10, timedelta(seconds=90))
"""Where the holder has signed in before; what strangers try is not counted against it."""
PASSWORDS_BY_NETWORK: Final = RateLimit("passwords of an address by network", 10, timedelta(seconds=90))
"""Ten at once, then ten a quarter of an hour."""
PASSWORDS_BY_ADDRESS: Final = RateLimit("passwords of an address", 60, timedelta(seconds=60))
"""From all networks that its holder never came from: a pace, not a lock (OWASP, device cookies)."""
PASSWORDS_BY_ACCOUNT: Final = RateLimit("passwords of an account", 10, timedelta(seconds=90))
"""By a link of an e-mail, or from inside: to change it or to erase the account."""
TESTED_CARDS: Final = RateLimit("payment pages while cards are tested", 10, timedelta(seconds=30))
"""Of one network on a campaign where many cards were just refused."""
