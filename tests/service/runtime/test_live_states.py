"""What a stream adds up to is read as committed now, whoever wrote it, at a cost that does not grow with it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from uuid import UUID, uuid4

import pytest

from adapters.log.bus.state_shelf import StateShelf
from adapters.log.ledger import Ledger
from domain.campaign.state import Campaign
from domain.coop.state import Coop
from domain.errors import LedgerCorrupt, NotFound
from service.runtime.live_states import LiveStates
from service.runtime.remembered_states import RememberedStates
from tests.kit.postgres_ledger import opened_ledger, pay, publish_campaign, register_association, register_coop, run


@pytest.fixture
def ledger(database: str) -> Iterator[Ledger]:
    """A ledger on a fresh database."""
    with opened_ledger(database) as opened:
        yield opened


@pytest.fixture
def campaign_id(ledger: Ledger) -> UUID:
    """A campaign on line."""
    return publish_campaign(ledger.bus, ledger).campaign_id


async def pay_beside(ledger: Ledger, campaign_id: UUID, payment_id: str) -> None:
    """Have a family pay while the event loop goes on."""
    await asyncio.to_thread(pay, ledger.bus, campaign_id, payment_id)


def test_a_stream_is_seen_as_it_is_now_although_it_was_remembered(ledger: Ledger, campaign_id: UUID) -> None:
    async def versions() -> list[int]:
        states, seen = LiveStates(ledger.store), []
        for number in range(3):
            seen.append((await states.current(Campaign, campaign_id)).version)
            await pay_beside(ledger, campaign_id, f"ch_{number}")
        campaign = await states.current(Campaign, campaign_id)
        assert campaign.payments.keys() == {"ch_0", "ch_1", "ch_2"}
        return [*seen, campaign.version]

    seen = asyncio.run(versions())
    assert seen[-1] == ledger.store.load(Campaign, campaign_id).version
    assert [after - before for before, after in pairwise(seen)] == [2, 2, 2]


def test_a_long_stream_is_not_read_again(ledger: Ledger, campaign_id: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    loads, load = Counter[UUID](), ledger.store.load

    def counted(kind: type[Campaign], stream_id: UUID) -> Campaign:
        loads[stream_id] += 1
        return load(kind, stream_id)

    monkeypatch.setattr(ledger.store, "load", counted)

    async def ask() -> None:
        states = LiveStates(ledger.store)
        for number in range(3):
            await states.current(Campaign, campaign_id)
            await pay_beside(ledger, campaign_id, f"ch_{number}")

    asyncio.run(ask())
    assert loads == {campaign_id: 1}


def test_many_who_ask_at_once_see_the_same_state(ledger: Ledger, campaign_id: UUID) -> None:
    async def ask() -> set[tuple[int, int]]:
        states = LiveStates(ledger.store)
        cold = await asyncio.gather(*(states.current(Campaign, campaign_id) for _ in range(20)))
        await pay_beside(ledger, campaign_id, "ch_1")
        warm = await asyncio.gather(*(states.current(Campaign, campaign_id) for _ in range(20)))
        assert len({id(state) for state in (*warm, cold[0])}) <= 2
        return {(len(state.payments), state.version) for state in warm}

    assert asyncio.run(ask()) == {(1, ledger.store.load(Campaign, campaign_id).version)}


def test_a_stream_that_is_none_has_version_zero_and_is_not_remembered(ledger: Ledger) -> None:
    async def ask() -> tuple[int, int]:
        states, coop_id = LiveStates(ledger.store), uuid4()
        before = (await states.current(Coop, coop_id)).version
        await asyncio.to_thread(run, ledger.bus, register_association(ledger), register_coop(ledger, coop_id))
        return before, (await states.current(Coop, coop_id)).version

    assert asyncio.run(ask()) == (0, 1)


def test_another_kind_of_stream_is_not_found_whether_it_is_remembered_or_not(ledger: Ledger, campaign_id: UUID) -> None:
    async def ask() -> None:
        states = LiveStates(ledger.store)
        with pytest.raises(NotFound):
            await states.current(Coop, campaign_id)
        await states.current(Campaign, campaign_id)
        with pytest.raises(NotFound):
            await states.current(Coop, campaign_id)
        assert (await states.current(Campaign, campaign_id)).version

    asyncio.run(ask())


def test_a_state_that_could_not_be_caught_up_is_read_anew(
    ledger: Ledger, campaign_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ask() -> int:
        states = LiveStates(ledger.store)
        await states.current(Campaign, campaign_id)
        await pay_beside(ledger, campaign_id, "ch_1")
        with monkeypatch.context() as patch:
            patch.setattr(Campaign, "HANDLERS", {})
            with pytest.raises(LedgerCorrupt):
                await states.current(Campaign, campaign_id)
        return (await states.current(Campaign, campaign_id)).version

    assert asyncio.run(ask()) == ledger.store.load(Campaign, campaign_id).version


def test_no_more_states_are_remembered_than_there_is_room_for(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    remembered = RememberedStates(room=11_000)
    coops, asked = [uuid4() for _ in range(3)], Counter[UUID]()
    run(ledger.bus, register_association(ledger), *(register_coop(ledger, coop_id) for coop_id in coops))
    load = ledger.store.load

    def counted(kind: type[Coop], stream_id: UUID) -> Coop:
        asked[stream_id] += 1
        return load(kind, stream_id)

    monkeypatch.setattr(ledger.store, "load", counted)

    async def ask() -> None:
        states = LiveStates(ledger.store, remembered)
        for coop_id in (*coops, coops[2], coops[0]):
            await states.current(Coop, coop_id)

    asyncio.run(ask())
    assert [asked[coop_id] for coop_id in coops] == [2, 1, 1]


def test_the_room_is_counted_by_what_states_hold_and_the_state_asked_for_last_stays_whatever_its_size() -> None:
    shelf = StateShelf(room=13_000)
    sizes = {UUID(int=number): size for number, size in enumerate((4, 4, 4, 99))}

    def kept() -> list[int]:
        return [number.int for number in sizes if shelf.find(("ad06", number)) is not None]

    for number, size in sizes.items():
        state = Coop(number)
        state.version = size
        shelf.keep(("ad06", number), state)
        assert kept()[-1] == number.int
        assert kept() == ([0], [0, 1], [1, 2], [3])[number.int]


def test_a_state_that_grows_takes_the_room_of_others() -> None:
    shelf, states = StateShelf(room=13_000), [Coop(UUID(int=number)) for number in range(2)]
    for state in states:
        state.version = 4
        shelf.keep(("ad06", state.id), state)
    states[1].version = 8
    shelf.keep(("ad06", states[1].id), states[1])
    assert [shelf.find(("ad06", state.id)) for state in states] == [None, states[1]]


def test_associations_share_the_room(ledger: Ledger, campaign_id: UUID) -> None:
    remembered = RememberedStates(room=1)

    async def ask() -> list[bool]:
        coop_id, found = ledger.store.coop_of(campaign_id), []
        assert coop_id is not None
        await LiveStates(ledger.store, remembered).current(Coop, coop_id)
        found.append(remembered.here().find((ledger.store.schema, coop_id)) is not None)
        await LiveStates(ledger.store, remembered).current(Campaign, campaign_id)
        found.append(remembered.here().find((ledger.store.schema, coop_id)) is not None)
        return found

    assert asyncio.run(ask()) == [True, False]
