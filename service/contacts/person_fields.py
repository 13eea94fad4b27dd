"""The values of a coop's own fields: how each kind is read, and the words and limits of the kinds (S-41, S-44)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final
from uuid import UUID

from domain.calendar import french_date
from domain.people.person_fields import FieldKind, PersonField
from service.fields import MAX_DAY, MAX_TEXT, FieldError, clean_text, read_text
from service.runtime.open_ledger import OpenLedger

KINDS: Final = {
    FieldKind.TEXT: "Texte",
    FieldKind.NUMBER: "Nombre",
    FieldKind.DAY: "Date",
    FieldKind.CHOICE: "Choix",
    FieldKind.YES_NO: "Oui/Non",
}
"""What each kind is called."""
MAX_NUMBER: Final = 12
"""Characters of a number."""
YES_NO: Final = ("Oui", "Non")
"""The answers of a field that asks yes or no."""
_LONGEST: Final = {FieldKind.NUMBER: MAX_NUMBER, FieldKind.DAY: MAX_DAY}
_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})|([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_YEARS: Final = range(1900, 2101)
_NUMBER: Final = re.compile(r"-?[0-9]{1,9}(?:,[0-9]{1,2})?")
HOLDS: Final = {
    FieldKind.TEXT: f"une ligne, {MAX_TEXT} caractères au plus",
    FieldKind.NUMBER: "9 chiffres au plus, 2 décimales",
    FieldKind.DAY: "une date, par exemple 03/07/2016",
    FieldKind.CHOICE: "2 à 20 réponses proposées",
    FieldKind.YES_NO: "«\u00a0Oui\u00a0» ou «\u00a0Non\u00a0»",
}
"""What a value of each kind may be, as the page of fields says it (S-41)."""


def own_labels(opened: OpenLedger, coop_id: UUID) -> dict[str, str]:
    """Return what the fields of a coop are called, deleted ones too, by their ids."""
    return opened.contacts.fields.read(coop_id).labels()


def longest_value(field: PersonField) -> int:
    """Return how many characters of a value are looked at."""
    return _LONGEST.get(field.kind, MAX_TEXT)


def answers_of(field: PersonField) -> tuple[str, ...]:
    """Return what can be chosen for a field, nothing where it is typed."""
    return YES_NO if field.kind is FieldKind.YES_NO else field.options


def read_value(field: PersonField, typed: str) -> str:
    """Read a value of a field into the form that is kept; nothing is the empty text.

    Raises:
        FieldError: no value of its kind.

    """
    longest = longest_value(field)
    if len(typed) <= longest and not clean_text(typed, longest):
        return ""
    if field.kind is FieldKind.DAY:
        return _read_day(typed)
    value = read_text(typed, longest)
    if field.kind is FieldKind.NUMBER and _NUMBER.fullmatch(value.replace(".", ",")) is None:
        raise FieldError("Indiquez un nombre, par exemple 12 ou 3,5.")
    if (offered := answers_of(field)) and value not in offered:
        raise FieldError("Choisissez une des réponses proposées.")
    return value.replace(".", ",") if field.kind is FieldKind.NUMBER else value


def _read_day(typed: str) -> str:
    """Read a day, typed as ``03/07/2016`` or given as ``2016-07-03``, into ISO 8601."""
    refusal = FieldError("Cette date n’est pas valable. Exemple\u00a0: 03/07/2016.")
    found = _DAY.fullmatch(clean_text(typed, MAX_DAY))
    if found is None or len(typed) > MAX_DAY:
        raise refusal
    year, month, day = found.group(1, 2, 3) if found[1] else found.group(6, 5, 4)
    try:
        read = date(int(year), int(month), int(day))
    except ValueError:
        raise refusal from None
    if read.year not in _YEARS:
        raise refusal
    return read.isoformat()


def read_values(fields: Iterable[PersonField], typed: Mapping[str, str]) -> dict[str, str]:
    """Return the values that can be read, by the ids of their fields; what is empty is left out."""
    found: dict[str, str] = {}
    for field in fields:
        try:
            value = read_value(field, typed.get(field.field_id, ""))
        except FieldError:
            continue
        if value:
            found[field.field_id] = value
    return found


def field_errors(fields: Iterable[PersonField], typed: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with values, by the ids of their fields."""
    errors: dict[str, str] = {}
    for field in fields:
        try:
            read_value(field, typed.get(field.field_id, ""))
        except FieldError as refusal:
            errors[field.field_id] = refusal.french
    return errors


def shown_value(field: PersonField, value: str) -> str:
    """Write a value as pages show it."""
    return french_date(date.fromisoformat(value)) if field.kind is FieldKind.DAY else value
