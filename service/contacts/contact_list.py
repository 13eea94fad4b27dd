"""A list of contacts that is given, pasted or as a file: what of it can be taken, and what is left out and why.

Optional values that cannot be read are left out of their contact, which is taken all the same; the page says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, NamedTuple

from adapters.contact_vault import ContactProfile
from adapters.imports.files.contact_table import SCHOOL_CLASS
from domain.errors import ClassInvalid, ClassNotListed
from domain.school_classes import class_code
from service.contacts.pasted import TypedContact, UnreadLine, unread
from service.contacts.records import EMAIL, LABELS, read_record
from service.fields import FRANCE

_CLASS: Final = "Classe"


class GivenContact(NamedTuple):
    """A contact that can be taken: the class of the coop's list that was named, and what was left out of it."""

    line: int
    profile: ContactProfile
    class_code: str = ""
    left_out: tuple[str, ...] = ()


class GivenList(NamedTuple):
    """What was made of a list: contacts, lines without an address, and how many addresses were there twice."""

    contacts: list[GivenContact]
    unread: list[UnreadLine]
    repeated: int


def read_given(
    typed: Iterable[TypedContact],
    unread_lines: Iterable[UnreadLine],
    today: date,
    classes: Mapping[str, str],
    phone_region: str = FRANCE,
) -> GivenList:
    """Read what was given; ``classes`` are the coop's of this school year, by code. Of one address the first stands."""
    contacts: dict[str, GivenContact] = {}
    refused, repeated = list(unread_lines), 0
    for one in typed:
        read = read_record(one.values, today, phone_region)
        if EMAIL in read.errors:
            refused.append(unread(one.line, " ".join(filter(None, one.values.values()))))
            continue
        key = read.profile.email.casefold()
        repeated += key in contacts
        code, is_class = _class(one.values.get(SCHOOL_CLASS, ""), classes)
        left_out = tuple(LABELS[name] for name in read.errors) + (() if is_class else (_CLASS,))
        contacts.setdefault(key, GivenContact(one.line, read.profile, code, left_out))
    return GivenList(list(contacts.values()), sorted(refused, key=lambda line: line.line), repeated)


def _class(typed: str, classes: Mapping[str, str]) -> tuple[str, bool]:
    """Return the code of a class of the list, and whether what was typed could be read; nothing is no class."""
    if not typed.strip():
        return "", True
    try:
        return (class_code(typed, classes), True) if classes else ("", False)
    except (ClassInvalid, ClassNotListed):
        return "", False
