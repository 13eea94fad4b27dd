"""Whom several commands bring in is stored by one statement; each command has its own commitments, or its own error."""

from __future__ import annotations

from uuid import UUID, uuid4

from adapters.connections import Pool
from adapters.people_vault import Brought, NewPerson, PeopleVault, PersonExists
from adapters.retention import Erasure, ErasureKind
from tests.adapters.people_vault.test_provisional import ASSOCIATION, person, pool, vault
from tests.kit.example import NOW
from tests.kit.vault.erasing import erasure_store

__all__ = ["pool", "vault"]


def brought(*people: NewPerson, attempt: UUID | None = None) -> Brought:
    """Whom a command brings in."""
    return Brought(people, attempt or uuid4())


def test_each_command_gets_the_commitments_of_its_own_people(vault: PeopleVault) -> None:
    a, b, c = (uuid4() for _ in range(3))
    first, second = vault.put_together([brought(person(a), person(b, "Paul")), brought(person(c, "Anne"))])
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert (set(first), set(second)) == ({a, b}, {c})
    assert {key: one.first_name for key, one in vault.get_many([a, b, c]).items()} == {a: "Marie", b: "Paul", c: "Anne"}
    again = vault.put_together([brought(person(a), person(b, "Paul"))])
    assert again == [first]


def test_a_refusal_takes_back_its_own_people_alone(vault: PeopleVault) -> None:
    a, b, attempt = uuid4(), uuid4(), uuid4()
    vault.put_together([brought(person(a), attempt=attempt), brought(person(b))])
    assert vault.provisional.withdraw(attempt) == 1
    assert set(vault.get_many([a, b])) == {b}


def test_one_who_is_there_with_other_data_is_refused_to_her_command_and_the_others_are_stored(
    vault: PeopleVault,
) -> None:
    known, fresh, other = uuid4(), uuid4(), uuid4()
    vault.put_many([person(known)])
    refused, stored = vault.put_together([brought(person(known, "Paul"), person(fresh)), brought(person(other))])
    assert isinstance(refused, PersonExists)
    assert isinstance(stored, dict)
    assert set(vault.get_many([known, other])) == {known, other}


def test_a_command_that_is_repeated_at_once_has_the_same_people(vault: PeopleVault) -> None:
    someone, one, two = uuid4(), uuid4(), uuid4()
    first, second = vault.put_together([brought(person(someone), attempt=one), brought(person(someone), attempt=two)])
    assert first == second
    assert vault.provisional.withdraw(one) == vault.provisional.withdraw(two) == 0
    assert vault.get(someone) is not None


def test_whoever_was_erased_on_request_does_not_come_back_with_others(pool: Pool, vault: PeopleVault) -> None:
    gone, other = uuid4(), uuid4()
    vault.put_many([person(gone)])
    erasure_store(pool, ASSOCIATION).carry_out([Erasure(ASSOCIATION, ErasureKind.PERSON, gone, NOW)])
    first, second = vault.put_together([brought(person(gone)), brought(person(other))])
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert set(vault.get_many([gone, other])) == {other}


def test_people_of_several_commands_are_confirmed_together(vault: PeopleVault) -> None:
    a, b, gone = (uuid4() for _ in range(3))
    attempts = uuid4(), uuid4()
    vault.put_together([brought(person(a), attempt=attempts[0]), brought(person(b), attempt=attempts[1])])
    confirmed = vault.provisional.confirm_together([frozenset({a}), frozenset({b, gone})])
    assert confirmed == [{a}, {b}]
    assert [vault.provisional.withdraw(attempt) for attempt in attempts] == [0, 0]
