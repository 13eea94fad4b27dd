"""The contacts of a coop: added, completed, changed, and found by the group that they are in (S-29).

Reminders and messages of a class read ``in_group``. Nothing here knows who paid, and nothing may: contacts and
contributions are never put side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from adapters.contact_vault import ClassOfYear, Contact, ContactProfile
from adapters.people_vault import Purpose, retention_end
from domain.errors import InvalidInput, NotFound
from domain.money import grouped
from domain.texts.visible import plain_letters
from service.runtime.open_ledger import OpenLedger

MOST_CONTACTS: Final = 5_000
"""Contacts of a coop: the largest group of schools under one coop has 700 pupils."""
MOST_AT_ONCE: Final = 1_000
"""Contacts that are added together."""
Group = UUID | ClassOfYear
"""What contacts are found by: a group that the coop made, by its id, or a class of a school year."""


class ContactsLimited(InvalidInput):
    """More contacts than a coop may have."""

    code = "contacts-limited"
    sentence = f"Une coopérative a {grouped(MOST_CONTACTS)} contacts au plus. Effacez d’abord ceux qui ne servent plus."


class Added(NamedTuple):
    """What became of contacts that were given: how many are new, and how many were there already."""

    fresh: int
    known: int


def kept_until(today: date) -> date:
    """Return the last day of a contact that is written down today: the school year and one more."""
    return retention_end(Purpose.CLASS_LIFE, today)


def add_contacts(
    opened: OpenLedger, coop_id: UUID, profiles: Sequence[ContactProfile], today: date, groups: Iterable[Group] = ()
) -> Added:
    """Add contacts to a coop and to some of its groups; who is there already gets what was not known yet.

    The same address is one contact: of two that are given together the first stands. Nothing known is replaced.

    Raises:
        ContactsLimited: the coop would have too many.

    """
    store, until = opened.contacts.people, kept_until(today)
    given = {store.digest(one.email): one for one in reversed(profiles)}
    unique = list(reversed(given.values()))
    known = store.by_addresses(coop_id, [one.email for one in unique])
    if store.count(coop_id) + len(unique) - len(known) > MOST_CONTACTS:
        raise ContactsLimited(coop=coop_id)
    ids = store.add(coop_id, unique, until)
    for one in unique:
        there = known.get(one.email)
        if there is not None and (completed := _completed(there.profile, one)) != there.profile:
            store.change(there.contact_id, coop_id, completed, until)
    for group in groups:
        if isinstance(group, ClassOfYear):
            store.add_to_class(coop_id, ids, group)
        else:
            opened.contacts.groups.add_members(group, coop_id, ids)
    return Added(len(unique) - len(known), len(known))


def change_contact(opened: OpenLedger, coop_id: UUID, contact_id: UUID, profile: ContactProfile, today: date) -> None:
    """Replace what a coop knows of a contact.

    Raises:
        NotFound: the coop has no such contact.
        ContactExists: the address is another contact's.

    """
    if not opened.contacts.people.change(contact_id, coop_id, profile, kept_until(today)):
        raise NotFound(contact=contact_id)


def contact_of(opened: OpenLedger, coop_id: UUID, contact_id: UUID) -> Contact:
    """Return a contact of a coop.

    Raises:
        NotFound: the coop has none of that id, or none any more.

    """
    found = opened.contacts.people.find(coop_id, contact_id)
    if found is None:
        raise NotFound(contact=contact_id)
    return found


def all_contacts(opened: OpenLedger, coop_id: UUID) -> list[Contact]:
    """Return the contacts of a coop by name; those without a name come last, by address."""
    return sorted(opened.contacts.people.of_coop(coop_id), key=_by_name)


def in_group(opened: OpenLedger, coop_id: UUID, group: Group) -> list[Contact]:
    """Return the contacts of a coop that are in a group of it, by name; another coop's group is empty."""
    store = opened.contacts.people
    found = store.in_class(coop_id, group) if isinstance(group, ClassOfYear) else store.in_group(coop_id, group)
    return sorted(found, key=_by_name)


def _completed(known: ContactProfile, given: ContactProfile) -> ContactProfile:
    """Return what is known, with what was given where nothing was known."""
    names = ("first_name", "last_name", "address", "birth_date", "landline", "mobile")
    fresh = {name: getattr(given, name) for name in names if not getattr(known, name)}
    return msgspec.structs.replace(known, **fresh, own={**given.own, **known.own})


def _by_name(contact: Contact) -> tuple[object, ...]:
    profile = contact.profile
    names = plain_letters(profile.last_name), plain_letters(profile.first_name)
    return not profile.name, *names, profile.email.casefold(), contact.contact_id
