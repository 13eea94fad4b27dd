"""What a coop writes down about a contact: the seven fields of the standard record, and fields of its own."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

import msgspec


class ContactProfile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who a contact is; only the address of e-mail is always there. ``own`` are values by ids of the coop's fields."""

    email: str
    first_name: str = ""
    last_name: str = ""
    address: str = ""
    birth_date: str = ""
    landline: str = ""
    mobile: str = ""
    own: dict[str, str] = {}

    def __repr__(self) -> str:
        """Say nothing: a contact must not reach a log or a traceback."""
        return "ContactProfile(…)"

    @property
    def name(self) -> str:
        """First and last name, empty where neither is known."""
        return f"{self.first_name} {self.last_name}".strip()


class ClassOfYear(NamedTuple):
    """A class of a coop's list in one school year, by its code."""

    school_year: int
    class_code: str


class Contact(NamedTuple):
    """One contact of a coop, with the classes and the own groups that it is in."""

    contact_id: UUID
    profile: ContactProfile
    classes: frozenset[ClassOfYear] = frozenset()
    groups: frozenset[UUID] = frozenset()
