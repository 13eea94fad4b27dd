"""The groups that a coop makes of its contacts, beside its classes, which are groups already (S-29, S-37)."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Final
from uuid import UUID

from adapters.contact_vault import ContactGroup
from domain.errors import AlreadyExists, InvalidInput, NotFound
from domain.texts.visible import plain_letters
from service.contacts.address_book import kept_until
from service.runtime.open_ledger import OpenLedger

MOST_GROUPS: Final = 50
"""Groups of a coop."""
MAX_GROUP_NAME: Final = 60
"""Characters of the name of a group."""


class GroupExists(AlreadyExists):
    """Another group of the coop has this name."""

    code = "contact-group-exists"
    sentence = "Un groupe de la coopérative porte déjà ce nom."


class GroupsLimited(InvalidInput):
    """More groups than a coop may have."""

    code = "contact-groups-limited"
    sentence = f"Une coopérative a {MOST_GROUPS} groupes au plus, en plus de ses classes. Supprimez-en un d’abord."


def all_groups(opened: OpenLedger, coop_id: UUID) -> list[ContactGroup]:
    """Return the groups that a coop made, by name."""
    return sorted(opened.contacts.groups.of_coop(coop_id), key=lambda group: plain_letters(group.name))


def group_of(opened: OpenLedger, coop_id: UUID, group_id: UUID) -> ContactGroup:
    """Return a group that a coop made.

    Raises:
        NotFound: the coop has none of that id, or none any more.

    """
    for group in opened.contacts.groups.of_coop(coop_id):
        if group.group_id == group_id:
            return group
    raise NotFound(group=group_id)


def make_group(opened: OpenLedger, coop_id: UUID, group_id: UUID, name: str, today: date) -> None:
    """Make a group; the same one again changes nothing.

    Raises:
        GroupExists: another has the name, whatever its case and accents.
        GroupsLimited: there are as many as a coop may have.

    """
    others = [group for group in opened.contacts.groups.of_coop(coop_id) if group.group_id != group_id]
    _check_name(others, name)
    if len(others) >= MOST_GROUPS:
        raise GroupsLimited(groups=len(others))
    opened.contacts.groups.keep(group_id, coop_id, name, kept_until(today))


def rename_group(opened: OpenLedger, coop_id: UUID, group_id: UUID, name: str, today: date) -> None:
    """Give a group another name.

    Raises:
        NotFound: the coop has no such group.
        GroupExists: another has the name.

    """
    group_of(opened, coop_id, group_id)
    _check_name([group for group in opened.contacts.groups.of_coop(coop_id) if group.group_id != group_id], name)
    opened.contacts.groups.keep(group_id, coop_id, name, kept_until(today))


def choose_members(
    opened: OpenLedger, coop_id: UUID, group_id: UUID, shown: AbstractSet[UUID], chosen: AbstractSet[UUID]
) -> None:
    """Have exactly the chosen ones of the contacts that were shown be in a group; the others stay as they are.

    A contact may be in several groups.

    Raises:
        NotFound: the coop has no such group.

    """
    group_of(opened, coop_id, group_id)
    opened.contacts.groups.remove_members(group_id, coop_id, shown - chosen)
    opened.contacts.groups.add_members(group_id, coop_id, shown & chosen)


def delete_group(opened: OpenLedger, coop_id: UUID, group_id: UUID) -> None:
    """Delete a group; its contacts stay.

    Raises:
        NotFound: the coop has no such group.

    """
    if not opened.contacts.groups.remove(group_id, coop_id):
        raise NotFound(group=group_id)


def _check_name(others: Iterable[ContactGroup], name: str) -> None:
    if plain_letters(name) in {plain_letters(group.name) for group in others}:
        raise GroupExists(name=len(name))
