"""The standard record of a contact: seven fields, of which only the address of e-mail must be given (S-40)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, NamedTuple

from adapters.contact_vault import ContactProfile
from service.fields import (
    FRANCE,
    MAX_DAY,
    MAX_EMAIL,
    MAX_NAME,
    MAX_PHONE,
    MAX_TEXT,
    FieldError,
    clean_text,
    read_birth_date,
    read_email,
    read_name,
    read_phone,
    read_text,
)

_NO_ADDRESS: Final = "Indiquez une adresse e-mail valable, par exemple prenom.nom@courriel.fr."


class RecordField(NamedTuple):
    """A field of the record as pages show it."""

    name: str
    label: str
    longest: int
    kind: str = "text"
    hint: str = ""


EMAIL: Final = "email"
RECORD: Final = (
    RecordField("last_name", "Nom", MAX_NAME),
    RecordField("first_name", "Prénom", MAX_NAME),
    RecordField(EMAIL, "Email", MAX_EMAIL, "email"),
    RecordField("address", "Adresse postale", MAX_TEXT),
    RecordField(
        "birth_date", "Date de naissance", MAX_DAY, hint="Exemple\u00a0: 03/07/1985. Laissez vide sauf besoin réel."
    ),
    RecordField("landline", "Téléphone fixe", MAX_PHONE, "tel"),
    RecordField("mobile", "Téléphone mobile", MAX_PHONE, "tel"),
)
"""The seven fields in the guide's order."""
LABELS: Final = {field.name: field.label for field in RECORD}
"""What each field is called."""


class ReadRecord(NamedTuple):
    """What was made of the fields of a record, and what is wrong with some of them, by field."""

    profile: ContactProfile
    errors: dict[str, str]


def read_record(
    typed: Mapping[str, str], today: date, phone_region: str = FRANCE, own: Mapping[str, str] | None = None
) -> ReadRecord:
    """Read a record; a field that is wrong is left empty. ``own`` are values of the coop's fields, as read."""
    readers = _readers(today, phone_region)
    values: dict[str, str] = {}
    errors: dict[str, str] = {}
    for field in RECORD:
        text = typed.get(field.name, "")
        try:
            blank = len(text) <= field.longest and not clean_text(text, field.longest)
            values[field.name] = "" if blank and field.name != EMAIL else readers[field.name](text)
        except FieldError as refusal:
            values[field.name] = ""
            errors[field.name] = _NO_ADDRESS if field.name == EMAIL else refusal.french
    return ReadRecord(ContactProfile(**values, own=dict(own or {})), errors)


def _readers(today: date, phone_region: str) -> dict[str, Callable[[str], str]]:
    def phone(text: str) -> str:
        return read_phone(text, phone_region)

    return {
        "last_name": read_name,
        "first_name": read_name,
        EMAIL: read_email,
        "address": read_text,
        "birth_date": lambda text: read_birth_date(text, today),
        "landline": phone,
        "mobile": phone,
    }
