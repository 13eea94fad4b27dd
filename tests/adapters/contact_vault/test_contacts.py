"""Contacts: one for each address and coop, sealed, gone on their day, found by class and group."""

from __future__ import annotations

import os
from datetime import date
from typing import Final
from uuid import UUID, uuid4

import psycopg
import pytest

from adapters.connections import Pool
from adapters.contact_vault import ClassOfYear, ContactExists, ContactProfile, ContactStores
from adapters.people_vault import VaultKeyMissing, VaultUnreadable
from tests.adapters.contact_vault.conftest import ASSOCIATION, KEY, stores_of

COOP, OTHER_COOP = uuid4(), uuid4()
LAST_DAY: Final = date(2028, 8, 31)
ZEPHYRINE: Final = ContactProfile(
    "Zephyrine@example.org", "Zéphyrine", "QUATREBARBES", "3 rue du Port, Nice", "1985-02-03", own={"own_0a": "oui"}
)
CP: Final = ClassOfYear(2026, "CP")


def addresses(stores: ContactStores, coop_id: UUID = COOP) -> list[str]:
    """The addresses of a coop's contacts."""
    return sorted(one.profile.email for one in stores.people.of_coop(coop_id))


def test_the_same_address_in_other_case_is_one_contact_of_a_coop_and_stays_as_it_was(stores: ContactStores) -> None:
    (first,) = stores.people.add(COOP, [ZEPHYRINE], LAST_DAY)
    (again,) = stores.people.add(COOP, [ContactProfile(" zephyrine@EXAMPLE.org", "Another")], LAST_DAY)
    assert first == again
    found = stores.people.find(COOP, first)
    assert found is not None
    assert found.profile == ZEPHYRINE
    assert stores.people.count(COOP) == 1


def test_two_coops_know_nothing_of_each_other_s_contacts(stores: ContactStores) -> None:
    (contact_id,) = stores.people.add(COOP, [ZEPHYRINE], LAST_DAY)
    assert stores.people.find(OTHER_COOP, contact_id) is None
    assert stores.people.of_coop(OTHER_COOP) == []
    assert not stores.people.change(contact_id, OTHER_COOP, ContactProfile("stolen@example.org"), LAST_DAY)
    stores.people.add_to_class(OTHER_COOP, [contact_id], CP)
    assert stores.people.in_class(COOP, CP) == []
    (theirs,) = stores.people.add(OTHER_COOP, [ZEPHYRINE], LAST_DAY)
    assert theirs != contact_id


def test_the_database_holds_neither_address_nor_name(stores: ContactStores, database: str) -> None:
    stores.people.add(COOP, [ZEPHYRINE], LAST_DAY)
    stores.groups.keep(uuid4(), COOP, "Parents de Zéphyrine", LAST_DAY)
    with psycopg.connect(database) as owner:
        kept = owner.execute(
            "SELECT c::text FROM vault.contacts AS c UNION ALL SELECT g::text FROM vault.contact_groups AS g"
        ).fetchall()
    assert len(kept) == 2
    words = ("zephyrine", "quatrebarbes", "port")
    said = " ".join(row for (row,) in kept).casefold()
    assert [word for word in words if word in said or word.encode().hex() in said] == []
    assert "quatrebarbes" not in repr(ZEPHYRINE).casefold()


def test_a_contact_of_another_association_or_key_or_moved_to_another_coop_is_not_read(
    pool: Pool, stores: ContactStores, database: str
) -> None:
    (contact_id,) = stores.people.add(COOP, [ZEPHYRINE], LAST_DAY)
    assert stores_of(pool, uuid4()).people.find(COOP, contact_id) is None
    with pytest.raises(VaultKeyMissing):
        stores_of(pool, ASSOCIATION, os.urandom(32)).people.find(COOP, contact_id)
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("UPDATE vault.contacts SET coop_id = %s", (OTHER_COOP,))
    with pytest.raises(VaultUnreadable):
        stores.people.find(OTHER_COOP, contact_id)


def test_a_change_keeps_the_contact_and_refuses_the_address_of_another(stores: ContactStores) -> None:
    first, second = stores.people.add(COOP, [ZEPHYRINE, ContactProfile("b@example.org")], LAST_DAY)
    assert stores.people.change(second, COOP, ContactProfile("c@example.org", "Bé"), LAST_DAY)
    assert addresses(stores) == ["Zephyrine@example.org", "c@example.org"]
    with pytest.raises(ContactExists):
        stores.people.change(second, COOP, ContactProfile("ZEPHYRINE@example.org"), LAST_DAY)
    assert stores.people.change(first, COOP, ContactProfile("ZEPHYRINE@example.org"), LAST_DAY)


def test_contacts_are_found_by_class_of_a_year_and_by_group_and_may_be_in_several(stores: ContactStores) -> None:
    first, second = stores.people.add(COOP, [ZEPHYRINE, ContactProfile("b@example.org")], LAST_DAY)
    council, choir = uuid4(), uuid4()
    for group_id, name in ((council, "Conseil"), (choir, "Chorale")):
        stores.groups.keep(group_id, COOP, name, LAST_DAY)
    stores.people.add_to_class(COOP, [first, second], CP)
    stores.people.set_classes(COOP, second, 2026, ["CE1", "CM2"])
    stores.groups.add_members(council, COOP, [first, second])
    stores.groups.remove_members(council, COOP, [second])
    stores.groups.add_members(choir, COOP, [first])
    assert [one.contact_id for one in stores.people.in_class(COOP, CP)] == [first]
    assert stores.people.in_class(COOP, ClassOfYear(2025, "CP")) == []
    assert [one.contact_id for one in stores.people.in_group(COOP, council)] == [first]
    assert stores.people.in_group(OTHER_COOP, council) == []
    found = stores.people.find(COOP, first)
    assert found is not None
    assert (set(found.classes), set(found.groups)) == ({CP}, {council, choir})
    assert {(group.name, group.members) for group in stores.groups.of_coop(COOP)} == {("Conseil", 1), ("Chorale", 1)}


def test_a_group_takes_no_contact_of_another_coop(stores: ContactStores) -> None:
    (theirs,) = stores.people.add(OTHER_COOP, [ZEPHYRINE], LAST_DAY)
    group_id = uuid4()
    stores.groups.keep(group_id, COOP, "Conseil", LAST_DAY)
    stores.groups.add_members(group_id, COOP, [theirs])
    stores.groups.keep(group_id, OTHER_COOP, "Stolen", LAST_DAY)
    (group,) = stores.groups.of_coop(COOP)
    assert (group.name, group.members) == ("Conseil", 0)
    assert not stores.groups.remove(group_id, OTHER_COOP)


def test_contacts_go_after_their_day_and_groups_once_nobody_is_in_them(stores: ContactStores) -> None:
    (contact_id,) = stores.people.add(COOP, [ZEPHYRINE], LAST_DAY)
    group_id = uuid4()
    stores.groups.keep(group_id, COOP, "Conseil", date(2027, 8, 31))
    stores.groups.add_members(group_id, COOP, [contact_id])
    assert stores.erase_expired(LAST_DAY) == 0
    assert stores.erase_expired(date(2028, 9, 1)) == 2
    assert stores.people.count(COOP) == 0
    assert stores.groups.of_coop(COOP) == []


def test_who_is_written_down_again_is_kept_longer_and_never_shorter(stores: ContactStores) -> None:
    for until in (LAST_DAY, date(2029, 8, 31), date(2027, 8, 31)):
        stores.people.add(COOP, [ZEPHYRINE], until)
    assert stores.erase_expired(date(2029, 8, 31)) == 0
    assert stores.erase_expired(date(2029, 9, 1)) == 1


def test_keys_are_rotated_and_contents_sealed_anew(pool: Pool, stores: ContactStores) -> None:
    stores.people.add(COOP, [ZEPHYRINE], LAST_DAY)
    stores.groups.keep(uuid4(), COOP, "Conseil", LAST_DAY)
    stores.fields.change(COOP, stores.fields.read(COOP))
    fresh = os.urandom(32)
    assert stores_of(pool, ASSOCIATION, fresh, KEY).rewrap() == 3
    rotated = stores_of(pool, ASSOCIATION, fresh)
    assert rotated.rewrap() == 0
    assert rotated.reseal() == 3
    assert addresses(rotated) == ["Zephyrine@example.org"]
    assert rotated.groups.of_coop(COOP)[0].name == "Conseil"
    assert rotated.fields.read(COOP).version == 1
