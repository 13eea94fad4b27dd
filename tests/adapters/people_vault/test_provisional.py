"""People on approval: they go with a refusal, stay with an event, and are never taken from another command."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from adapters.connections import Pool
from adapters.migrate import migrate_database
from adapters.people_vault import Keyring, NewPerson, PeopleVault, Person, PersonExists, PersonKind, Purpose
from adapters.people_vault.provisional import ProvisionalPeople
from adapters.postgres import DatabaseRole, conninfo_for
from adapters.retention import Erasure, ErasureKind
from tests.kit.example import NOW
from tests.kit.vault.erasing import erasure_store

ASSOCIATION, COOP = uuid4(), uuid4()
UNTIL = date(2036, 8, 31)


@pytest.fixture
def pool(database: str) -> Iterator[Pool]:
    """Connections of the vault's own role."""
    migrate_database(database)
    with Pool(conninfo_for(database, DatabaseRole.VAULT), size=2) as pool:
        yield pool


@pytest.fixture
def vault(pool: Pool) -> PeopleVault:
    """The vault of one association."""
    return PeopleVault(pool, ASSOCIATION, Keyring([os.urandom(32)]))


def person(person_id: UUID, name: str = "Marie") -> NewPerson:
    """Somebody to put."""
    return NewPerson(person_id, COOP, Purpose.ACCOUNTING, UNTIL, Person(name, "GALANTE"), PersonKind.PAYER)


def wait(pool: Pool) -> None:
    """Let the time pass in which nobody looks."""
    with pool.connection() as connection:
        connection.execute(
            "UPDATE vault.keys SET provisional_until = now() - interval '1 second' WHERE provisional_until IS NOT NULL"
        )


def test_somebody_on_approval_is_read_like_anybody(vault: PeopleVault) -> None:
    someone = uuid4()
    vault.put_many([person(someone)], uuid4())
    assert vault.get(someone) == Person("Marie", "GALANTE")


def test_a_refusal_takes_back_whom_its_command_brought_in_and_nobody_else(vault: PeopleVault) -> None:
    mine, others, for_good, attempt = uuid4(), uuid4(), uuid4(), uuid4()
    vault.put_many([person(for_good)])
    vault.put_many([person(others)], uuid4())
    vault.put_many([person(mine), person(for_good)], attempt)
    assert vault.provisional.withdraw(attempt) == 1
    assert set(vault.get_many([mine, others, for_good])) == {others, for_good}


def test_once_confirmed_nobody_is_taken_back(vault: PeopleVault) -> None:
    someone, attempt = uuid4(), uuid4()
    vault.put_many([person(someone)], attempt)
    assert vault.provisional.confirm([someone]) == {someone}
    assert vault.provisional.withdraw(attempt) == 0
    assert vault.provisional.confirm([someone]) == {someone}
    assert vault.get(someone) is not None


def test_a_person_for_whom_two_commands_wait_is_taken_back_by_neither(vault: PeopleVault) -> None:
    someone, first, second = uuid4(), uuid4(), uuid4()
    commitment = vault.put_many([person(someone)], first)
    assert vault.put_many([person(someone)], second) == commitment
    assert vault.provisional.withdraw(first) == vault.provisional.withdraw(second) == 0
    assert vault.get(someone) is not None


def test_nobody_is_looked_for_before_the_lease_is_over(vault: PeopleVault, pool: Pool) -> None:
    someone = uuid4()
    vault.put_many([person(someone)], uuid4())
    assert vault.provisional.due() == []
    assert vault.provisional.erase([someone]) == 0
    wait(pool)
    assert [one.person_id for one in vault.provisional.due()] == [someone]


def test_a_second_command_makes_the_lease_begin_anew(vault: PeopleVault, pool: Pool) -> None:
    someone = uuid4()
    vault.put_many([person(someone)], uuid4())
    wait(pool)
    vault.put_many([person(someone)], uuid4())
    assert vault.provisional.due() == []
    assert vault.provisional.erase([someone]) == 0


def test_who_is_put_for_good_is_on_approval_no_more(vault: PeopleVault, pool: Pool) -> None:
    someone = uuid4()
    vault.put_many([person(someone)], uuid4())
    vault.put_many([person(someone)])
    wait(pool)
    assert vault.provisional.due() == []


def test_who_was_erased_on_request_does_not_come_back_by_the_same_command(vault: PeopleVault, pool: Pool) -> None:
    someone, store = uuid4(), erasure_store(pool, ASSOCIATION)
    vault.put_many([person(someone)])
    store.carry_out([Erasure(ASSOCIATION, ErasureKind.PERSON, someone, NOW)])
    assert set(vault.put_many([person(someone)], uuid4())) == {someone}
    assert set(vault.put_many([person(someone)])) == {someone}
    assert vault.get(someone) is None


def test_another_association_confirms_erases_and_sees_nobody_of_ours(vault: PeopleVault, pool: Pool) -> None:
    someone, attempt = uuid4(), uuid4()
    vault.put_many([person(someone)], attempt)
    other = PeopleVault(pool, uuid4(), Keyring([os.urandom(32)])).provisional
    wait(pool)
    assert other.due() == []
    assert (other.confirm([someone]), other.erase([someone]), other.withdraw(attempt)) == (frozenset(), 0, 0)
    assert [one.person_id for one in vault.provisional.due()] == [someone]


def test_an_id_of_another_association_is_refused(vault: PeopleVault, pool: Pool) -> None:
    someone = uuid4()
    PeopleVault(pool, uuid4(), Keyring([os.urandom(32)])).put_many([person(someone)])
    with pytest.raises(PersonExists):
        vault.put_many([person(someone)], uuid4())


def test_a_person_taken_back_while_another_command_puts_them_is_put_by_that_one(vault: PeopleVault, pool: Pool) -> None:
    someone, first = uuid4(), uuid4()
    vault.put_many([person(someone)], first)
    share = vault.provisional.share
    taken: list[int] = []

    def taken_back_first(*given: Any) -> None:  # noqa: ANN401 - as the step itself
        if not taken:
            with Pool(pool.conninfo, size=1) as elsewhere, ThreadPoolExecutor(1) as another:
                withdraw = ProvisionalPeople(elsewhere, ASSOCIATION).withdraw
                taken.append(another.submit(withdraw, first).result())
        share(*given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vault.provisional, "share", taken_back_first)
        commitment = vault.put_many([person(someone)], uuid4())[someone]
    assert taken == [1]
    assert vault.put_many([person(someone)])[someone] == commitment
