"""The address book of the school to try: contacts of the class, a group that the coop made, a field of its own."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID, uuid4

from adapters.contact_vault import ClassOfYear, ContactProfile
from adapters.people_vault import Person
from domain.calendar import fiscal_year
from domain.people.person_fields import FieldCategory, FieldKind, PersonField, own_id, with_category, with_field
from domain.school_classes import class_code
from service.contacts.address_book import add_contacts
from service.contacts.field_changes import change_fields
from service.contacts.groups import make_group
from service.demo.school.families import AUBERT, BRUNEL, CLASS, DELMAS
from service.runtime.open_ledger import OpenLedger

_FIELD: Final = PersonField(
    own_id("0c1a55e1"), "Garderie du soir", FieldKind.CHOICE, ("Jamais", "Certains jours", "Tous les jours")
)
_CATEGORY: Final = FieldCategory("enfants", "Informations sur les enfants")
_GROUP: Final = "Parents accompagnateurs"
_OTHERS: Final = (
    ("Valérie", "LACOSTE", "Tous les jours"),
    ("Denis", "MERCIER", "Certains jours"),
    ("Awa", "NDIAYE", ""),
    ("Rémi", "PONS", "Jamais"),
)
"""Contacts of the class who are in no campaign; the last two come along on outings."""


def _profile(person: Person, answer: str = "") -> ContactProfile:
    return ContactProfile(
        person.email or "",
        person.first_name,
        person.last_name,
        own={_FIELD.field_id: answer} if answer else {},
    )


def fill_address_book(opened: OpenLedger, coop_id: UUID, today: date) -> None:
    """Write the contacts of the class down, put two of them and a payer into a group, and make a field."""
    change_fields(opened, coop_id, "0", lambda fields: with_field(with_category(fields, _CATEGORY), "enfants", _FIELD))
    others = [
        _profile(Person(first, last, f"{first}.{last}@example.org".lower().replace("é", "e")), answer)
        for first, last, answer in _OTHERS
    ]
    payers = [_profile(AUBERT, "Certains jours"), _profile(BRUNEL), _profile(DELMAS, "Tous les jours")]
    group_id, of_class = uuid4(), ClassOfYear(fiscal_year(today), class_code(CLASS))
    add_contacts(opened, coop_id, [*payers, *others], today, (of_class,))
    make_group(opened, coop_id, group_id, _GROUP, today)
    add_contacts(opened, coop_id, [payers[0], *others[2:]], today, (group_id,))
