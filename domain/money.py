"""Money is an integer number of euro cents; this module bounds, reads and writes it in French."""

from __future__ import annotations

import re
from typing import Annotated, Final

from msgspec import Meta

from domain.errors import AmountInvalid

MAX_CENTS: Final = 10_000_000_00
"""Ten million euros: above it an amount is a typing mistake, not a school's money."""

Cents = Annotated[int, Meta(ge=0, le=MAX_CENTS)]
"""An amount of euro cents, never negative: direction is carried by the event or by debit and credit."""

SignedCents = Annotated[int, Meta(ge=-MAX_CENTS, le=MAX_CENTS)]
"""A balance or a difference of euro cents, which may be negative."""

NBSP: Final = "\u00a0"
NARROW_NBSP: Final = "\u202f"
MINUS: Final = "\u2212"
_CENTS_PER_EURO: Final = 100
MAX_WRITTEN: Final = 40
"""Characters of a written amount that are looked at: spaces, signs and « EUR » around ten million euros."""
_NUMBER: Final = r"(?P<sign>[-\u2212])?(?P<euros>[0-9]{1,3}(?: ?[0-9]{3})+|[0-9]+)(?:[.,](?P<decimals>[0-9]+))?"
_AMOUNT: Final = re.compile(rf"(?:(?:€|EUR) *)?{_NUMBER}(?: *(?:€|EUR))?")
"""The currency stands before or after the number, never inside: « 12€50 » is not 1 250 euros."""


def euros(cents: int) -> str:
    """Write cents as a French amount: ``−1 800,00 €`` with no-break spaces and a real minus (ui.md, AN-2)."""
    whole, rest = divmod(abs(cents), _CENTS_PER_EURO)
    return f"{MINUS if cents < 0 else ''}{grouped(whole)},{rest:02d}{NBSP}€"


def grouped(number: int) -> str:
    """Write a whole number in groups of three digits: ``5 000``, which no line breaks apart."""
    return f"{number:,}".replace(",", NARROW_NBSP)


def plain_euros(cents: int) -> str:
    """Write cents as an unambiguous number for a CSV cell: ``-1800,00``, comma, no space, no symbol."""
    whole, rest = divmod(abs(cents), _CENTS_PER_EURO)
    return f"{'-' if cents < 0 else ''}{whole},{rest:02d}"


def parse_euros(text: str) -> int:
    """Read an amount typed or exported in French or English form (``12,00 €``, ``1 800.00``) into cents.

    Raises:
        AmountInvalid: no number, longer than MAX_WRITTEN, more than two decimals, or above MAX_CENTS. Nothing is
            ever rounded.

    """
    if len(text) > MAX_WRITTEN:
        raise AmountInvalid(given=text)
    spaced = text.replace(NBSP, " ").replace(NARROW_NBSP, " ").strip()
    match = _AMOUNT.fullmatch(spaced)
    if match is None:
        raise AmountInvalid(given=text)
    decimals = match["decimals"] or ""
    if len(decimals) > len("00"):
        raise AmountInvalid(given=text)
    cents = int(match["euros"].replace(" ", "")) * _CENTS_PER_EURO + int(decimals.ljust(2, "0"))
    if cents > MAX_CENTS:
        raise AmountInvalid(given=text)
    return -cents if match["sign"] else cents


def check_amount(cents: int, *, minimum: int = 1) -> int:
    """Return an amount that lies between minimum and MAX_CENTS, else raise AmountInvalid."""
    if not minimum <= cents <= MAX_CENTS:
        raise AmountInvalid(given=plain_euros(cents), least=euros(minimum), most=euros(MAX_CENTS))
    return cents
