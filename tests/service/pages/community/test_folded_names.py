"""Names in memory: gone when somebody is erased or corrected anywhere, after a quarter of an hour, bounded (ADR 65)."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Final
from uuid import UUID, uuid4

import msgspec
import psycopg

from adapters.people_vault import NameReader, Person, ReadNames
from projections import contributions, participants
from service.runtime.folded_names import MOST, FoldedName, FoldedNames, NameShelf
from tests.kit.api_server import MANDATAIRE, ApiServer
from tests.kit.members.visits import visit_as
from tests.kit.waiting import wait_until
from tests.service.pages.community.pages import contribute, rows, tab

_ASSOCIATION: Final = UUID(int=6)


class _Vault(NameReader):
    """A vault that counts how many people it opened, and says how often it was changed."""

    def __init__(self, people: dict[UUID, Person], waiting: frozenset[UUID] = frozenset()) -> None:
        """Hold some people, of whom some wait for their command."""
        self.people = people
        self.waiting = waiting
        self.number = 0
        self.opened = 0

    def changes(self) -> int:
        """Return how often they were changed."""
        return self.number

    def read(self, ids: object) -> ReadNames:
        """Return those who are there."""
        assert isinstance(ids, set)
        found = {key: self.people[key] for key in ids if key in self.people}
        self.opened += len(found)
        return ReadNames(
            {key: one for key, one in found.items() if key not in self.waiting},
            {key: one for key, one in found.items() if key in self.waiting},
        )


def _families(number: int) -> tuple[dict[UUID, Person], dict[UUID, UUID]]:
    """People with names, each child with its payer."""
    children = {uuid4(): uuid4() for _ in range(number)}
    people = {child: Person(f"Élève{at}", f"NOM{at:05}") for at, child in enumerate(children)}
    return people | {payer: Person("Parent", f"P{payer.hex[:8]}") for payer in children.values()}, children


def _asked(names: FoldedNames, children: dict[UUID, UUID], search: str = "", campaign: int = 1) -> int:
    """How many children are found by a search."""

    def since(position: int) -> Iterator[tuple[UUID, UUID]]:
        yield from children.items() if position < 0 else ()

    found = names.ordered(UUID(int=campaign), 5, since, "nom", search)
    # An empty array has no length; of another, it stands after dimensions, flags and kind.
    return int.from_bytes(found.children.data[12:16], "big")


def _held(last: str) -> list[FoldedName]:
    """What this process holds of a name."""
    gc.collect()
    return [one for one in gc.get_objects() if isinstance(one, FoldedName) and one.last == last]


def test_names_are_opened_once_and_found_from_memory() -> None:
    people, children = _families(50)
    vault = _Vault(people)
    names = FoldedNames(vault, _ASSOCIATION, NameShelf())
    assert _asked(names, children) == 50
    assert vault.opened == 100
    assert _asked(names, children, "eleve7 nom00007") == 1
    assert vault.opened == 100


def test_who_is_erased_elsewhere_is_found_by_no_word_from_the_next_request_on() -> None:
    people, children = _families(5)
    erased = next(iter(children))
    people[erased] = Person("Inès", "D’UN SEUL JOUR")
    vault = _Vault(people)
    names = FoldedNames(vault, _ASSOCIATION, NameShelf())
    assert _asked(names, children, "seul jour") == 1
    assert len(_held("d’un seul jour")) == 1
    del people[erased]
    vault.number += 1
    assert _asked(names, children, "seul jour") == 0
    assert _held("d’un seul jour") == []


def test_who_is_there_on_approval_is_read_again_each_time() -> None:
    people, children = _families(1)
    (child,) = children
    vault = _Vault(people, waiting=frozenset((child,)))
    names = FoldedNames(vault, _ASSOCIATION, NameShelf())
    assert _asked(names, children, "nom00000") == 1
    del people[child]
    assert _asked(names, children, "nom00000") == 0


def test_names_stay_a_quarter_of_an_hour_at_most_whether_they_are_used_or_not() -> None:
    people, children = _families(3)
    shelf = NameShelf(life=0.2)
    vault = _Vault(people)
    names = FoldedNames(vault, _ASSOCIATION, shelf)
    assert _asked(names, children) == 3
    assert shelf.size > 0
    wait_until(lambda: shelf.size == 0)
    assert _asked(names, children) == 3
    assert vault.opened == 12


def test_a_process_has_the_names_of_a_few_campaigns_and_of_so_many_bytes() -> None:
    people, children = _families(30)
    shelf = NameShelf()
    names = FoldedNames(_Vault(people), _ASSOCIATION, shelf)
    sizes = [(_asked(names, children, campaign=at), shelf.size)[1] for at in range(1, MOST + 4)]
    assert sizes[-1] == sizes[MOST - 1] == MOST * sizes[0]
    small = NameShelf(room=sizes[0] // 2)
    assert _asked(FoldedNames(_Vault(people), _ASSOCIATION, small), children) == 30
    assert small.size == 0


def test_a_correction_and_an_erasure_by_another_process_show_in_order_and_search_at_once(api: ApiServer) -> None:
    contribution_id = contribute(
        api, {"first_name": "Ailleurs", "last_name": "MEMOIRE", "email": "m@example.org"}, "Zadig", "CE1"
    )
    with psycopg.connect(api.database_url, autocommit=True) as owner:
        query = "SELECT 1 FROM vault.keys WHERE provisional_until IS NOT NULL LIMIT 1"
        wait_until(lambda: owner.execute(query).fetchone() is None)
    with visit_as(api, MANDATAIRE) as visit:
        assert len(rows(visit.post(tab(api), data={"recherche": "zadig"}).text)) == 1
        (child,) = api.opened.read(participants.of_contribution, contribution_id)
        order = api.opened.read(contributions.by_id, contribution_id)
        assert order is not None
        person = api.opened.vault.get(child.participant_id)
        assert person is not None
        api.opened.vault.update(child.participant_id, msgspec.structs.replace(person, first_name="Candide"))
        assert rows(visit.post(tab(api), data={"recherche": "zadig"}).text) == []
        assert len(rows(visit.post(tab(api), data={"recherche": "candide memoire"}).text)) == 1
        _erase_elsewhere(api, order.payer_id)
        assert len(rows(visit.post(tab(api), data={"recherche": "candide"}).text)) == 1
        assert rows(visit.post(tab(api), data={"recherche": "ailleurs"}).text) == []
        _erase_elsewhere(api, child.participant_id)
        assert rows(visit.post(tab(api), data={"recherche": "candide"}).text) == []
        last = rows(visit.get(tab(api)).text)[-1]
    assert last[:2] == ["", "Personne effacée"]


def _erase_elsewhere(api: ApiServer, person_id: UUID) -> None:
    """Destroy a person's key by a connection of which this process knows nothing."""
    with psycopg.connect(api.database_url, autocommit=True) as other:
        assert other.execute("DELETE FROM vault.keys WHERE person_id = %s", (person_id,)).rowcount == 1


def test_the_names_of_a_coop_are_opened_once_and_told_by_person_until_somebody_is_erased() -> None:
    people, children = _families(50)
    (child, payer), *_ = children.items()
    people[payer] = Person("Zoé", "LÉGER", email=" Zoe@Example.org ")
    vault = _Vault(people)
    names = FoldedNames(vault, _ASSOCIATION, NameShelf())
    for _ in range(3):
        known = names.of_people(UUID(int=2), 5, children.items())
        assert known[payer] == FoldedName("leger", "zoe", "zoe@example.org")
    assert vault.opened == 100
    del people[payer]
    vault.number += 1
    known = names.of_people(UUID(int=2), 5, children.items())
    assert known[payer].erased
    assert not known[child].erased
