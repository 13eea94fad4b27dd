"""Where the pages of the sandbox are, below its base address."""

from __future__ import annotations

from typing import Final

CHECKOUT: Final = "/c/pay/{session_id}"
AUTHENTICATION: Final = "/3ds/{authentication_id}"
ONBOARDING: Final = "/setup/{link_id}"
OPERATOR: Final = "/"
STATEMENTS: Final = "/banque"


def checkout_path(session_id: str) -> str:
    """Return the path of the card page of a Checkout Session."""
    return CHECKOUT.format(session_id=session_id)


def authentication_path(authentication_id: str) -> str:
    """Return the path of the bank's 3-D Secure page of an authentication."""
    return AUTHENTICATION.format(authentication_id=authentication_id)


def onboarding_path(link_id: str) -> str:
    """Return the path of the certification page of an account link."""
    return ONBOARDING.format(link_id=link_id)
