"""Reading an IBAN: of a country of SEPA, of its length and form, with the key that ISO 13616 computes modulo 97."""

from __future__ import annotations

import re
from typing import Final

from phonenumbers import SUPPORTED_REGIONS
from stdnum import numdb
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_97_10

from domain.errors import InvalidInput
from domain.texts.visible import visible_line

MAX_IBAN: Final = 200
"""Characters that are looked at: 34 at most in groups of four, and what a page or a PDF puts between the groups."""
_PLAIN: Final = re.compile("[A-Z0-9]*")
_COUNTRY: Final = 2
_GROUP: Final = 4
_SEPA: Final = frozenset(
    re.findall(
        "[A-Z]{2}",
        "AD AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MT NL NO PL PT RO SE SI SK "
        "SM VA",
    )
)
"""The countries whose accounts euros are paid out to (European Payments Council, EPC409-09), by their IBANs."""
_OF_ANOTHER: Final = frozenset(re.findall("[A-Z]{2}", "AX BL GF GG GP IM JE MF MQ NC PF PM RE TF WF YT"))
"""Territories whose accounts have the IBAN of Finland, France or the United Kingdom: none begins with these letters."""
_STRUCTURES: Final = numdb.get("iban")
"""What IBANs of a country are made of, after their key, as SWIFT's registry writes it: ``5!n5!n11!c2!n``."""
_PART: Final = re.compile(r"(\d{1,2})!([nac])")
_SIGNS: Final = {"n": "[0-9]", "a": "[A-Z]", "c": "[A-Z0-9]"}
_ANY_LENGTH: Final = "un IBAN compte de 15 à 34 caractères"


class IbanInvalid(InvalidInput):
    """An IBAN that cannot be one, or not one to pay out to: its kinds say what is wrong, each in a sentence."""


class IbanLength(IbanInvalid):
    """Longer or shorter than IBANs of its country, or than any IBAN."""

    code = "iban-length"
    sentence = "Cet IBAN n’a pas la bonne longueur\u00a0: {wanted}. Vérifiez qu’il est entier."


class IbanCountryUnknown(IbanInvalid):
    """It begins with no country that gives IBANs."""

    code = "iban-country-unknown"
    sentence = "Cet IBAN ne commence pas par les deux lettres d’un pays, par exemple FR. Recopiez-le en entier."


class IbanOutsideSepa(IbanInvalid):
    """It is of a country outside SEPA: euros cannot be paid out there."""

    code = "iban-outside-sepa"
    sentence = (
        "Cet IBAN est d’un pays hors de la zone SEPA, où aucun virement ne peut partir. Donnez un compte de France, "
        "d’un autre pays de l’Union européenne, ou d’Andorre, d’Islande, du Liechtenstein, de Monaco, de Norvège, "
        "du Royaume-Uni, de Saint-Marin, de Suisse ou du Vatican."
    )


class IbanCharacters(IbanInvalid):
    """It holds other signs than letters and digits, or one where its country has the other."""

    code = "iban-characters"
    sentence = (
        "Cet IBAN contient un caractère qui n’y a pas sa place\u00a0: il n’a que des chiffres et des lettres sans "
        "accent. Vérifiez qu’un zéro n’est pas devenu la lettre O, ni un 1 la lettre I."
    )


class IbanKey(IbanInvalid):
    """Its two check digits say that some of its characters are not those of the account."""

    code = "iban-key"
    sentence = (
        "La clé de cet IBAN (ses deux premiers chiffres) ne correspond pas au reste\u00a0: il y a une faute de frappe. "
        "Vérifiez-le caractère par caractère."
    )


def read_iban(text: str) -> str:
    """Read an IBAN into its compact form; spaces of every kind and what does not show are taken away.

    Raises:
        IbanInvalid: too long, wrong country, length, form or key, or of a country outside SEPA; each is one of its
            kinds, with a sentence of its own.

    """
    if len(text) > MAX_IBAN:
        raise IbanLength(wanted=_ANY_LENGTH)
    compact = "".join(visible_line(text, MAX_IBAN).split()).upper()
    if _PLAIN.fullmatch(compact) is None:
        raise IbanCharacters(kind="sign")
    if len(compact) < _COUNTRY:
        raise IbanLength(wanted=_ANY_LENGTH)
    parts = _parts_of(compact[:_COUNTRY])
    length = _COUNTRY + 2 + sum(count for count, _ in parts)
    if len(compact) != length:
        raise IbanLength(wanted=f"un IBAN de ce pays compte {length} caractères, et celui-ci {len(compact)}")
    form = "[A-Z]{2}[0-9]{2}" + "".join(f"{_SIGNS[sign]}{{{count}}}" for count, sign in parts)
    if re.fullmatch(form, compact) is None:
        raise IbanCharacters(kind="place")
    try:
        mod_97_10.validate(compact[_COUNTRY + 2 :] + compact[: _COUNTRY + 2])
    except ValidationError as error:
        raise IbanKey(kind=type(error).__name__) from error
    return compact


def spaced_iban(compact: str) -> str:
    """Write an IBAN in groups of four, as papers print it."""
    return " ".join(compact[place : place + _GROUP] for place in range(0, len(compact), _GROUP))


def _parts_of(country: str) -> list[tuple[int, str]]:
    """Return what follows the key in IBANs of a country: how many signs, and of which kind.

    Raises:
        IbanCountryUnknown: it gives no IBANs.
        IbanOutsideSepa: it gives IBANs that no euros are paid out to, or none at all.

    """
    if country in _SEPA:
        _, told = _STRUCTURES.info(country)[0]
        return [(int(count), sign) for count, sign in _PART.findall(told["bban"])]
    if country in SUPPORTED_REGIONS and country not in _OF_ANOTHER:
        raise IbanOutsideSepa(kind="country")
    raise IbanCountryUnknown(kind="country")
