"""Reading an IBAN: of a country of SEPA, of its length and form, with the key that ISO 13616 computes modulo 97."""

from __future__ import annotations

import re
from typing import Final

from schwifty import IBAN
from schwifty.exceptions import InvalidCountryCode, SchwiftyException

from domain.errors import InvalidInput
from domain.texts.visible import visible_line

MAX_IBAN: Final = 200
"""Characters that are looked at: 34 at most in groups of four, and what a page or a PDF puts between the groups."""
_PLAIN: Final = re.compile("[A-Z0-9]*")
_COUNTRY: Final = 2
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
    iban = IBAN(compact, allow_invalid=True)
    _check_country(iban)
    length = iban.spec.iban_length
    if len(compact) != length:
        raise IbanLength(wanted=f"un IBAN de ce pays compte {length} caractères, et celui-ci {len(compact)}")
    if not compact[_COUNTRY : _COUNTRY + 2].isdecimal() or iban.spec.regex.match(iban.bban) is None:
        raise IbanCharacters(kind="place")
    try:
        iban.validate()
    except SchwiftyException as error:
        raise IbanKey(kind=type(error).__name__) from error
    return compact


def _check_country(iban: IBAN) -> None:
    """Refuse a country that gives no IBANs, or none that euros are paid out to."""
    try:
        in_sepa = iban.in_sepa_zone
    except InvalidCountryCode as error:
        raise IbanCountryUnknown(kind="country") from error
    if not in_sepa:
        raise IbanOutsideSepa(kind="country")
