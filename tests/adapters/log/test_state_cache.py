"""What buses and payment contexts remember: bounded for all of them together, and true whatever is forgotten when."""

from __future__ import annotations

import gc
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest

from adapters.log.bus.state_cache import StateCache
from adapters.log.bus.state_shelf import StateShelf, bytes_of
from adapters.log.ledger import Ledger
from domain.campaign.state import Campaign
from domain.coop.state import Coop
from domain.errors import NotFound
from tests.kit.postgres_ledger import (
    capture,
    opened_bus,
    opened_ledger,
    opened_store,
    pay,
    place_contribution,
    publish_campaign,
    run,
)


@pytest.fixture
def ledger(database: str) -> Iterator[Ledger]:
    """A ledger on a fresh database."""
    with opened_ledger(database) as opened:
        yield opened


@pytest.fixture
def loads(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Counter[UUID]:
    """How often each stream was read from its first event."""
    counted, load = Counter[UUID](), ledger.store.load

    def count(kind: type[Any], stream_id: UUID) -> object:
        counted[stream_id] += 1
        return load(kind, stream_id)

    monkeypatch.setattr(ledger.store, "load", count)
    return counted


def test_caches_share_the_room_and_each_has_states_of_its_own(ledger: Ledger, loads: Counter[UUID]) -> None:
    campaign_id = publish_campaign(ledger.bus, ledger).campaign_id
    loads.clear()
    shelf = StateShelf(room=20_000)
    first, second = (StateCache(ledger.store, shelf) for _ in range(2))
    mine, other = (cache.state(Campaign, campaign_id) for cache in (first, second))
    assert mine is not other
    assert first.state(Campaign, campaign_id) is mine
    assert loads[campaign_id] == 2
    long = publish_campaign(ledger.bus, ledger).campaign_id
    for number in range(4):
        pay(ledger.bus, long, f"ch_{number}")
    second.state(Campaign, long)
    assert [shelf.find((cache, campaign_id)) for cache in (first, second)] == [None, None]
    assert first.state(Campaign, campaign_id).version == mine.version


def test_a_state_that_grew_where_it_is_used_takes_the_room_of_others_when_it_is_asked_for(ledger: Ledger) -> None:
    short, long = (publish_campaign(ledger.bus, ledger).campaign_id for _ in range(2))
    shelf = StateShelf(room=20_000)
    cache = StateCache(ledger.store, shelf)
    for stream_id in (short, long):
        cache.state(Campaign, stream_id)
    for number in range(4):
        pay(ledger.bus, long, f"ch_{number}")
    cache.refresh([long])
    assert shelf.find((cache, short)) is not None
    cache.state(Campaign, long)
    assert shelf.find((cache, short)) is None


def test_what_is_forgotten_of_one_cache_is_kept_of_the_others(ledger: Ledger) -> None:
    campaign_id, shelf = publish_campaign(ledger.bus, ledger).campaign_id, StateShelf()
    first, second = (StateCache(ledger.store, shelf) for _ in range(2))
    for cache in (first, second):
        cache.state(Campaign, campaign_id)
    first.forget()
    assert shelf.find((first, campaign_id)) is None
    assert shelf.find((second, campaign_id)) is not None


def test_a_no_is_said_on_the_state_of_now_although_another_cache_drove_it_out_meanwhile(
    ledger: Ledger, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign_id, contribution = publish_campaign(ledger.bus, ledger).campaign_id, uuid4()
    keep = StateShelf.keep

    def keep_and_lose(shelf: StateShelf, key: tuple[Any, UUID], state: Campaign) -> None:
        keep(shelf, key, state)
        shelf.drop(key)

    with opened_store(database) as store, opened_bus(store) as other:
        run(other, place_contribution(campaign_id))
        with monkeypatch.context() as patch:
            patch.setattr(StateShelf, "keep", keep_and_lose)
            with pytest.raises(NotFound):
                other.submit(capture(campaign_id, contribution, "pi_1")).result(10)
            run(ledger.bus, place_contribution(campaign_id, contribution))
            (outcome,) = other.submit(capture(campaign_id, contribution, "pi_1")).result(10)
        assert len(outcome.events) == 1


def test_a_stale_state_is_caught_up_before_a_no_stands_although_it_is_not_remembered(ledger: Ledger) -> None:
    campaign_id = publish_campaign(ledger.bus, ledger).campaign_id
    cache = StateCache(ledger.store, StateShelf())
    held = cache.state(Campaign, campaign_id)
    cache.forget()
    pay(ledger.bus, campaign_id, "ch_1")
    cache.catch_up([held])
    assert held.version == ledger.store.load(Campaign, campaign_id).version


def test_many_threads_never_hold_more_than_there_is_room_for_and_one_state_each() -> None:
    room, owners = 60_000, [object() for _ in range(8)]
    shelf = StateShelf(room)
    streams = [UUID(int=number) for number in range(50)]

    def work(owner: object) -> None:
        for turn in range(2_000):
            state = Coop(streams[turn % len(streams)])
            state.version = 1 + turn % 7
            shelf.keep((owner, state.id), state)
            if turn % 5 == 0:
                shelf.drop((owner, streams[turn % 3]))

    with ThreadPoolExecutor(len(owners)) as threads:
        list(threads.map(work, owners))
    held = [shelf.find((owner, stream)) for owner in owners for stream in streams]
    assert 0 < sum(bytes_of(state) for state in held if state is not None) <= room


def test_what_a_state_takes_is_estimated_to_a_third_whether_its_families_have_paid_or_not(ledger: Ledger) -> None:
    for paid in (False, True):
        campaign_id = publish_campaign(ledger.bus, ledger).campaign_id
        for number in range(200):
            contribution_id = uuid4()
            ledger.bus.submit(place_contribution(campaign_id, contribution_id))
            if paid:
                ledger.bus.submit(capture(campaign_id, contribution_id, f"ch_{number}"))
        run(ledger.bus, place_contribution(campaign_id))
        gc.collect()
        tracemalloc.start()
        state = ledger.store.load(Campaign, campaign_id)
        gc.collect()
        held, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert 2 / 3 < bytes_of(state) / held < 3 / 2
