"""Reading addresses of e-mail and telephone numbers (S-61, S-99, S-184)."""

from __future__ import annotations

from typing import Final

from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    country_code_for_region,
    format_number,
    is_valid_number,
    national_significant_number,
    parse,
)

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
_OVERSEAS: Final = {
    **dict.fromkeys(("262", "263", "692", "693"), "RE"),
    **dict.fromkeys(("269", "639"), "YT"),
    **dict.fromkeys(("590", "690", "691"), "GP"),
    **dict.fromkeys(("594", "694"), "GF"),
    **dict.fromkeys(("596", "696", "697"), "MQ"),
    **dict.fromkeys(("508", "708"), "PM"),
}
"""The regions overseas by how their numbers begin, after the 0, in the one plan that they and the mainland dial each
other by (Arcep's numbering plan). Each has a country code of its own, Guadeloupe's with Saint-Martin and -Barthélemy.
"""
_FRENCH_PLAN: Final = (FRANCE, *dict.fromkeys(_OVERSEAS.values()))
"""Regions that dial each other without a country code."""
_FRENCH_CODES: Final = tuple(country_code_for_region(region) for region in _FRENCH_PLAN)
"""Their country codes, the mainland's first."""
_NATIONAL: Final = 9
"""Digits of a number of the French plan, after the 0."""
_SHORT: Final = "508"
"""The range whose digits are the country code itself: behind it Saint-Pierre-et-Miquelon's numbers have six digits."""
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

    A number of an overseas department is known by its range wherever it is typed, also behind the mainland's code.

    Raises:
        FieldError: no number that somebody could have there, or in the country that it begins with.

    """
    if len(text) > MAX_PHONE:
        raise FieldError(_NO_NUMBER)
    typed = visible_line(text, MAX_PHONE)
    own = _number(typed, region)
    if own is not None and own.country_code not in _FRENCH_CODES:
        return _written(own)
    for number in (_overseas(typed), own, *(_number(typed, other) for other in _dialled_like(region))):
        if number is not None:
            return _written(number)
    raise FieldError(_NO_NUMBER)


def _dialled_like(region: str) -> tuple[str, ...]:
    """The regions that a region reaches without a country code; Saint-Pierre's six digits are dialled there alone."""
    return tuple(other for other in _FRENCH_PLAN if other != "PM") if region in _FRENCH_PLAN else ()


def _written(number: PhoneNumber) -> str:
    return format_number(number, PhoneNumberFormat.E164)


def _number(typed: str, region: str) -> PhoneNumber | None:
    """Parse a number as somebody in a region dials it; None for none."""
    number = _parsed(typed, region)
    return number if number is not None and is_valid_number(number) else None


def _overseas(typed: str) -> PhoneNumber | None:
    """Return the number overseas that is written as the mainland dials it, or with its own code; None for any other.

    Its range is enough: operators are given blocks of it faster than the library hears of them.
    """
    number = _parsed(typed, FRANCE)
    if number is None or number.country_code not in _FRENCH_CODES:
        return None
    national = national_significant_number(number)
    region = _OVERSEAS.get(national[:3])
    if region is None or len(national) != _NATIONAL:
        return None
    code = country_code_for_region(region)
    if number.country_code not in (_FRENCH_CODES[0], code):
        return None
    return PhoneNumber(country_code=code, national_number=int(national.removeprefix(_SHORT)))


def _parsed(typed: str, region: str) -> PhoneNumber | None:
    """Read the digits of a number; None for none. Letters are an extension, or another word."""
    if any(char.isalpha() for char in typed):
        return None
    try:
        return parse(typed, region)
    except NumberParseException:
        return None


def french_phone(number: str) -> str:
    """Write a number in its international form as people do: French ones by pairs, without the country."""
    if number.startswith("+33") and len(number) == len("+33612345678"):
        national = f"0{number[3:]}"
        return NBSP.join(national[at : at + 2] for at in range(0, len(national), 2))
    return number
