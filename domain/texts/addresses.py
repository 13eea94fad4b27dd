"""E-mail addresses as they are compared: one form for the digests, lists and sign-ins that ask for the same address."""

from __future__ import annotations


def address_form(email: str) -> str:
    """Return an address as it is compared: without blanks around it, whatever its case."""
    return email.strip().casefold()
