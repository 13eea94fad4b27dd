"""What accounts of families count: letters to an address, passwords that are tried, by whom and from where."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.rate_limits import Charge
from service.rate_limits import Visitor
from service.rate_limits.catalogue import (
    ASK_EMAIL,
    EMAILS_TO_ADDRESS,
    EMAILS_TO_ADDRESS_BY_NETWORK,
    PASSWORDS_BY_ADDRESS,
    PASSWORDS_BY_BROWSER,
    PASSWORDS_BY_NETWORK,
    SIGN_IN,
)


def letter_charges(address: str, network: str) -> Iterator[Charge]:
    """Yield what a letter to an address counts against; ``address`` is its digest, ``network`` where it is asked from.

    Whoever asks too often is refused before anything is taken from the address itself.
    """
    yield Charge(EMAILS_TO_ADDRESS_BY_NETWORK, f"{address}\n{network}")
    yield from Visitor(network).charges(ASK_EMAIL)
    yield Charge(EMAILS_TO_ADDRESS, address)


def password_charges(address: str, network: str, known_browser: str | None) -> Iterator[Charge]:
    """Yield what a password tried for an address counts against.

    A browser that its holder has signed in from is counted alone.
    """
    if known_browser is not None:
        yield Charge(PASSWORDS_BY_BROWSER, f"{address}\n{known_browser}")
        return
    yield Charge(PASSWORDS_BY_NETWORK, f"{address}\n{network}")
    yield from Visitor(network).charges(SIGN_IN)
    yield Charge(PASSWORDS_BY_ADDRESS, address)
