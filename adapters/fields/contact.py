"""Reading addresses of e-mail and telephone numbers (S-61, S-99, S-184)."""

from __future__ import annotations

from typing import Final

from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, format_number, is_valid_number, parse

from adapters.email import MAX_ADDRESS, Undeliverable, check_address
from adapters.fields.errors import FieldError
from domain.money import NBSP
from domain.texts.visible import visible_line

MAX_EMAIL: Final = MAX_ADDRESS
"""Characters of an address of e-mail."""
MAX_PHONE: Final = 32
"""Characters of a number as people write it: fifteen digits at most (E.164), and what stands between them."""
FRANCE: Final = "FR"
"""The region of an association for which the installation names no other (ISO 3166-1)."""
_FRENCH_PLAN: Final = ("FR", "RE", "GP", "MQ", "GF", "YT")
"""Regions that dial each other without a country code: the overseas ones have country codes of their own."""
_NO_ADDRESS: Final = "Cette adresse e-mail n’est pas valable. Vérifiez-la\u00a0: par exemple prenom.nom@courriel.fr."
_NO_NUMBER: Final = "Ce numéro de téléphone n’est pas valable. Exemple\u00a0: 06 12 34 56 78."


def read_email(text: str) -> str:
    """Read an address of e-mail (S-184).

    Raises:
        FieldError: empty, or not the form of an address.

    """
    if len(text) > MAX_EMAIL:
        raise FieldError(_NO_ADDRESS)
    typed = visible_line(text, MAX_EMAIL)
    if not typed:
        raise FieldError("Indiquez une adresse e-mail\u00a0: la confirmation y sera envoyée.")
    try:
        return check_address(typed)
    except Undeliverable:
        raise FieldError(_NO_ADDRESS) from None


def read_phone(text: str, region: str = FRANCE) -> str:
    """Read a telephone number into its international form (S-61): as the region dials it, else with its country code.

    Raises:
        FieldError: no number that somebody could have there, or in the country that it begins with.

    """
    if len(text) > MAX_PHONE:
        raise FieldError(_NO_NUMBER)
    typed = visible_line(text, MAX_PHONE)
    for asked in dict.fromkeys((region, *(_FRENCH_PLAN if region in _FRENCH_PLAN else ()))):
        if (number := _number(typed, asked)) is not None:
            return format_number(number, PhoneNumberFormat.E164)
    raise FieldError(_NO_NUMBER)


def _number(typed: str, region: str) -> PhoneNumber | None:
    """Parse a number as somebody in a region dials it; None for none. Letters are an extension, or another word."""
    if any(char.isalpha() for char in typed):
        return None
    try:
        number = parse(typed, region)
    except NumberParseException:
        return None
    return number if is_valid_number(number) else None


def french_phone(number: str) -> str:
    """Write a number in its international form as people do: French ones by pairs, without the country."""
    if number.startswith("+33") and len(number) == len("+33612345678"):
        national = f"0{number[3:]}"
        return NBSP.join(national[at : at + 2] for at in range(0, len(national), 2))
    return number
