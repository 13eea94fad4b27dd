"""Reading an IBAN: of a country of SEPA, of its length and form, with the key that ISO 13616 computes modulo 97."""

from __future__ import annotations

from typing import Final

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from domain.errors import IbanInvalid

MAX_IBAN: Final = 42
"""Characters: 34 at most, in groups of four."""


def read_iban(text: str) -> str:
    """Read an IBAN into its compact form, without spaces.

    Raises:
        IbanInvalid: too long, wrong country, length, form or key, or of a country outside SEPA.

    """
    if len(text) > MAX_IBAN:
        raise IbanInvalid(kind="length")
    try:
        iban = IBAN(text)
    except SchwiftyException as error:
        raise IbanInvalid(kind=type(error).__name__) from error
    if not iban.in_sepa_zone:
        raise IbanInvalid(kind="country")
    return str(iban.compact)
