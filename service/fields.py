"""Reading what people type: names, addresses of e-mail, telephones, days; each refusal is a sentence for the person."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Final

from adapters.email import Undeliverable, check_address
from domain.errors import InvalidInput
from domain.money import NBSP

MAX_NAME: Final = 100
MAX_TEXT: Final = 300
_OLDEST: Final = date(1900, 1, 1)
_HIDDEN: Final = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_JOINER: Final = "\u200d"
_SEPARATORS: Final = re.compile(r"[\s.()/-]+")
_FRENCH: Final = re.compile(r"(?:0|\+33|0033)([1-9][0-9]{8})")
_FOREIGN: Final = re.compile(r"(?:\+|00)([1-9][0-9]{6,13})")
_DAY: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})|(\d{1,2})/(\d{1,2})/(\d{4})")


class FieldError(InvalidInput):
    """What was typed cannot be taken; ``sentence`` says what to do, and never repeats what was typed."""

    code = "typed-invalid"

    def __init__(self, sentence: str) -> None:
        """Keep the sentence."""
        super().__init__(kind="typed")
        self._sentence = sentence

    @property
    def french(self) -> str:
        """The sentence for the person."""
        return self._sentence


def clean_text(text: str) -> str:
    """Return a text on one line, in composed letters, without what does not show (controls, direction marks)."""
    composed = unicodedata.normalize("NFC", text)
    shown = (c for c in composed if c == _JOINER or c.isspace() or unicodedata.category(c) not in _HIDDEN)
    return " ".join("".join(shown).split())


def read_text(text: str, longest: int = MAX_TEXT) -> str:
    """Read a line of text, possibly empty.

    Raises:
        FieldError: too long.

    """
    cleaned = clean_text(text)
    if len(cleaned) > longest:
        raise FieldError(f"Ce texte est trop long\u00a0: {longest} caractères au plus.")
    return cleaned


def read_name(text: str) -> str:
    """Read a first or last name (S-73, S-182): some letter, no digit-only or empty text.

    Raises:
        FieldError: empty, too long, or without any letter.

    """
    name = read_text(text, MAX_NAME)
    if not name:
        raise FieldError("Cette information est obligatoire.")
    if not any(c.isalpha() for c in name):
        raise FieldError("Ce nom ne contient aucune lettre.")
    return name


def read_email(text: str) -> str:
    """Read an address of e-mail (S-184).

    Raises:
        FieldError: empty, or not the form of an address.

    """
    typed = clean_text(text)
    if not typed:
        raise FieldError("Indiquez une adresse e-mail\u00a0: la confirmation y sera envoyée.")
    try:
        return check_address(typed)
    except Undeliverable:
        raise FieldError(
            "Cette adresse e-mail n’est pas valable. Vérifiez-la\u00a0: par exemple prenom.nom@courriel.fr."
        ) from None


def read_phone(text: str) -> str:
    """Read a telephone number into its international form (S-61): French, else with its country code.

    Raises:
        FieldError: neither ten digits that begin with 0 nor a number that begins with + and a country.

    """
    compact = _SEPARATORS.sub("", clean_text(text).replace("+33 (0)", "+33").replace("+33(0)", "+33"))
    if found := _FRENCH.fullmatch(compact):
        return f"+33{found[1]}"
    if (found := _FOREIGN.fullmatch(compact)) and not found[1].startswith("33"):
        return f"+{found[1]}"
    raise FieldError("Ce numéro de téléphone n’est pas valable. Exemple\u00a0: 06 12 34 56 78.")


def french_phone(number: str) -> str:
    """Write a number in its international form as people do: French ones by pairs, without the country."""
    if number.startswith("+33") and len(number) == len("+33612345678"):
        national = f"0{number[3:]}"
        return NBSP.join(national[at : at + 2] for at in range(0, len(national), 2))
    return number


def read_birth_date(text: str, today: date) -> str:
    """Read a day of birth, typed as ``03/07/2016`` or given as ``2016-07-03``, into ISO 8601.

    Raises:
        FieldError: no such day, to come, or before 1900.

    """
    refusal = FieldError("Cette date n’est pas valable. Exemple\u00a0: 03/07/2016.")
    found = _DAY.fullmatch(clean_text(text))
    if found is None:
        raise refusal
    year, month, day = found.group(1, 2, 3) if found[1] else found.group(6, 5, 4)
    try:
        born = date(int(year), int(month), int(day))
    except ValueError:
        raise refusal from None
    if not _OLDEST <= born <= today:
        raise FieldError("Cette date de naissance n’est pas possible. Vérifiez l’année.")
    return born.isoformat()
