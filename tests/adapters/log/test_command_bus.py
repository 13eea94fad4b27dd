"""Each command has its own outcome, once, with other writers beside it and however often it is asked."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import timedelta
from typing import ClassVar
from uuid import uuid4

import msgspec
import psycopg
import pytest

from adapters.log.command_bus import CommandBus, submission
from adapters.log.event_store import EventStore
from adapters.log.ledger import Ledger
from domain.aggregate import Command, Stamp, State
from domain.campaign.publication import SuspendCampaign
from domain.campaign.state import Campaign
from domain.coop.state import Coop
from domain.errors import AlreadyExists, CampaignClosed, InvalidInput, KeyReused, NotFound, TooBusy
from domain.events import Event
from domain.events.contribution import ContributionPlaced, PaymentCaptured
from tests.kit.postgres_ledger import (
    BY,
    NOW,
    CampaignIds,
    capture,
    opened_bus,
    opened_ledger,
    opened_store,
    place_contribution,
    publish_campaign,
    run,
)


class Faulty(Command[Campaign], frozen=True, kw_only=True):
    """A command with a mistake in it."""

    STATE: ClassVar[type[State]] = Campaign

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Fail as no rule foresees."""
        raise ZeroDivisionError(state.id)


class Slow(Command[Campaign], frozen=True, kw_only=True):
    """A command that holds the writer up until it is let go."""

    STATE: ClassVar[type[State]] = Campaign
    entered: ClassVar[threading.Event] = threading.Event()
    go_on: ClassVar[threading.Event] = threading.Event()

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Wait."""
        assert state.version
        self.entered.set()
        self.go_on.wait(10)
        return ()


@pytest.fixture
def ledger(database: str) -> Iterator[Ledger]:
    """A ledger without anything in it."""
    with opened_ledger(database) as ledger:
        yield ledger


@pytest.fixture
def ids(ledger: Ledger) -> CampaignIds:
    """A published campaign in it."""
    return publish_campaign(ledger.bus, ledger)


@pytest.fixture
def other(ledger: Ledger, database: str) -> Iterator[CommandBus]:
    """The bus of another process."""
    with opened_store(database) as store, opened_bus(store) as bus:
        assert ledger.slug == store.schema
        yield bus


@pytest.fixture
def held_up(ledger: Ledger, ids: CampaignIds) -> Iterator[None]:
    """The writer is busy, so that what is queued meanwhile becomes one batch."""
    Slow.entered.clear()
    Slow.go_on.clear()
    slow = ledger.bus.submit(Slow(stream_id=ids.campaign_id, stamp=Stamp(at=NOW, by=BY)))
    assert Slow.entered.wait(10)
    yield
    Slow.go_on.set()
    slow.result(10)


def appends(store: EventStore, dsn: str) -> int:
    """How many appends there were."""
    with psycopg.connect(dsn) as connection:
        ((count,),) = connection.execute(f"SELECT count(*) FROM {store.schema}.ledger_appends".encode()).fetchall()  # noqa: S608 (a constant)
    return int(count)


def test_an_outcome_says_what_was_stored_and_where(ledger: Ledger, ids: CampaignIds) -> None:
    head = ledger.store.head()[0]
    (outcome,) = ledger.bus.submit(place_contribution(ids.campaign_id)).result(10)
    assert (outcome.stream_id, outcome.version, outcome.replayed) == (ids.campaign_id, 4, False)
    assert (outcome.first_position, outcome.last_position) == (head + 1, head + 1)
    (stored,) = ledger.store.events(head + 1, 2)
    assert outcome.events == (stored.event,)
    assert stored.coop_id == ids.coop_id


@pytest.mark.usefixtures("held_up")
def test_what_is_asked_together_by_many_is_one_append(
    ledger: Ledger,
    ids: CampaignIds,
    database: str,
) -> None:
    before = appends(ledger.store, database)
    futures = [ledger.bus.submit(place_contribution(ids.campaign_id)) for _ in range(40)]
    Slow.go_on.set()
    positions = [future.result(10)[0].first_position for future in futures]
    assert positions == list(range(positions[0] or 0, (positions[0] or 0) + 40))
    assert appends(ledger.store, database) == before + 1


def test_coroutines_and_threads_are_answered_alike(ledger: Ledger, ids: CampaignIds) -> None:
    async def main() -> int:
        outcomes = await asyncio.gather(*(ledger.bus.do(place_contribution(ids.campaign_id)) for _ in range(100)))
        return len(outcomes)

    together = ledger.bus.submit_together([submission(place_contribution(ids.campaign_id)) for _ in range(3)])
    assert asyncio.run(main()) == 100
    assert len(together.result(10)) == 3
    assert len(ledger.store.load(Campaign, ids.campaign_id).contributions) == 103


@pytest.mark.usefixtures("held_up")
def test_a_refusal_or_a_fault_touches_its_own_command_only(
    ledger: Ledger,
    ids: CampaignIds,
) -> None:
    twice = uuid4()
    futures: list[Future[object]] = [
        ledger.bus.submit(command)  # type: ignore[misc]
        for command in (
            place_contribution(ids.campaign_id, twice),
            place_contribution(ids.campaign_id, twice),
            place_contribution(uuid4()),
            Faulty(stream_id=ids.campaign_id, stamp=Stamp(at=NOW, by=BY)),
            place_contribution(ids.campaign_id),
        )
    ]
    Slow.go_on.set()
    errors = [type(future.exception(10)) for future in futures]
    assert errors == [type(None), AlreadyExists, NotFound, ZeroDivisionError, type(None)]
    assert len(ledger.store.load(Campaign, ids.campaign_id).contributions) == 2


@pytest.mark.usefixtures("held_up")
def test_commands_together_are_all_stored_or_none(ledger: Ledger, ids: CampaignIds) -> None:
    twice, paid = uuid4(), uuid4()
    others = [ledger.bus.submit(place_contribution(ids.campaign_id)) for _ in range(2)]
    wrong = ledger.bus.submit_together(
        [
            submission(place_contribution(ids.campaign_id, twice)),
            submission(place_contribution(ids.campaign_id, twice)),
        ]
    )
    right = ledger.bus.submit_together(
        [submission(place_contribution(ids.campaign_id, paid)), submission(capture(ids.campaign_id, paid, "pi_1"))]
    )
    Slow.go_on.set()
    assert isinstance(wrong.exception(10), AlreadyExists)
    placed, captured = right.result(10)
    assert placed.last_position is not None
    assert captured.first_position == placed.last_position + 1
    assert isinstance(captured.events[0], PaymentCaptured)
    assert all(len(future.result(10)[0].events) == 1 for future in others)
    contributions = ledger.store.load(Campaign, ids.campaign_id).contributions
    assert len(contributions) == 3
    assert twice not in contributions


def test_the_same_key_and_input_give_the_first_outcome(ledger: Ledger, ids: CampaignIds, other: CommandBus) -> None:
    command = place_contribution(ids.campaign_id)
    later = msgspec.structs.replace(command, stamp=Stamp(at=NOW + timedelta(hours=1), by=BY))
    (first,) = ledger.bus.submit(command, key="k").result(10)
    (again,) = ledger.bus.submit(later, key="k").result(10)
    (elsewhere,) = other.submit(later, key="k").result(10)
    assert again == elsewhere == first._replace(replayed=True)
    assert ledger.store.head()[0] == first.last_position


@pytest.mark.usefixtures("held_up")
def test_the_same_key_twice_in_one_batch_gives_the_first_outcome(
    ledger: Ledger,
    ids: CampaignIds,
) -> None:
    command = place_contribution(ids.campaign_id)
    first, second = (ledger.bus.submit(command, key="k") for _ in range(2))
    wrong = ledger.bus.submit(place_contribution(ids.campaign_id), key="k")
    Slow.go_on.set()
    assert second.result(10)[0] == first.result(10)[0]._replace(replayed=True)
    assert isinstance(wrong.exception(10), KeyReused)


def test_a_key_is_remembered_even_when_there_was_nothing_to_do(
    ledger: Ledger, ids: CampaignIds, other: CommandBus
) -> None:
    contribution = uuid4()
    paid = capture(ids.campaign_id, contribution, "pi_1")
    run(ledger.bus, place_contribution(ids.campaign_id, contribution), paid)
    (first,) = ledger.bus.submit(paid, key="again").result(10)
    assert (first.events, first.first_position, first.version) == ((), None, 5)
    assert other.submit(paid, key="again").result(10)[0] == first._replace(replayed=True)
    with pytest.raises(KeyReused):
        other.submit(place_contribution(ids.campaign_id), key="again").result(10)


def test_the_same_key_for_another_input_is_refused_and_disturbs_nobody(
    ledger: Ledger, ids: CampaignIds, other: CommandBus
) -> None:
    ledger.bus.submit(place_contribution(ids.campaign_id), key="k").result(10)
    futures = [other.submit(place_contribution(ids.campaign_id), key=key) for key in ("a", "k", "b", "c")]
    assert [type(future.exception(10)) for future in futures] == [type(None), KeyReused, type(None), type(None)]


@pytest.mark.parametrize("key", ["", "x" * 401, "a\x00b", "a\nb"])
def test_a_key_that_cannot_be_stored_is_refused_before_it_is_queued(ledger: Ledger, key: str) -> None:
    with pytest.raises(InvalidInput):
        ledger.bus.submit(place_contribution(uuid4()), key=key)


def test_a_command_together_can_be_asked_again_by_its_keys(ledger: Ledger, ids: CampaignIds, other: CommandBus) -> None:
    asks = [submission(place_contribution(ids.campaign_id), f"row {number}") for number in range(5)]
    first = ledger.bus.submit_together(asks).result(10)
    again = other.submit_together(asks).result(10)
    assert again == tuple(outcome._replace(replayed=True) for outcome in first)


def test_two_processes_on_one_campaign_lose_nothing(ledger: Ledger, ids: CampaignIds, other: CommandBus) -> None:
    futures = [
        bus.submit(place_contribution(ids.campaign_id), key=f"{number}")
        for number in range(200)
        for bus in ((ledger.bus, other)[number % 2],)
    ]
    positions = sorted(future.result(30)[0].first_position or 0 for future in futures)
    assert positions == list(range(positions[0], positions[0] + 200))
    state = ledger.store.load(Campaign, ids.campaign_id)
    assert (state.version, len(state.contributions)) == (203, 200)


def test_a_no_is_said_on_the_state_of_now_whoever_changed_it(
    ledger: Ledger, ids: CampaignIds, other: CommandBus
) -> None:
    contribution = uuid4()
    with pytest.raises(NotFound):
        other.submit(capture(ids.campaign_id, contribution, "pi_1")).result(10)
    run(ledger.bus, place_contribution(ids.campaign_id, contribution))
    (outcome,) = other.submit(capture(ids.campaign_id, contribution, "pi_1")).result(10)
    assert len(outcome.events) == 1
    assert ledger.bus.submit(capture(ids.campaign_id, contribution, "pi_1")).result(10)[0].events == ()


def test_a_stream_that_did_not_exist_is_looked_for_again(ledger: Ledger, ids: CampaignIds, other: CommandBus) -> None:
    campaign = uuid4()
    with pytest.raises(NotFound):
        other.submit(place_contribution(campaign)).result(10)
    later = publish_campaign(ledger.bus, ledger)
    assert later != ids
    assert other.submit(place_contribution(later.campaign_id)).result(10)[0].version == 4


def test_a_stream_of_another_kind_is_not_found(ledger: Ledger, ids: CampaignIds) -> None:
    for _ in range(2):
        with pytest.raises(NotFound):
            ledger.bus.submit(place_contribution(ids.coop_id)).result(10)
        with pytest.raises(NotFound):
            ledger.store.load(Coop, ids.campaign_id)
        run(ledger.bus, place_contribution(ids.campaign_id))


def test_more_streams_than_the_cache_holds_are_read_again(ledger: Ledger, ids: CampaignIds, database: str) -> None:
    second = publish_campaign(ledger.bus, ledger)
    with opened_store(database) as store, opened_bus(store, room=1) as bus:
        asks = [submission(place_contribution(where.campaign_id)) for where in (ids, second, ids, second, ids)]
        assert [outcome.version for outcome in bus.submit_together(asks).result(10)] == [4, 4, 5, 5, 6]
        run(bus, place_contribution(ids.campaign_id), place_contribution(second.campaign_id))


def test_whoever_stops_waiting_does_not_disturb_the_others(ledger: Ledger, ids: CampaignIds) -> None:
    async def main() -> None:
        tasks = [asyncio.create_task(ledger.bus.do(place_contribution(ids.campaign_id))) for _ in range(20)]
        await asyncio.sleep(0)
        for task in tasks[::2]:
            task.cancel()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        assert [isinstance(answer, asyncio.CancelledError) for answer in answers] == [True, False] * 10
        await ledger.bus.do(place_contribution(ids.campaign_id))

    asyncio.run(main())
    assert not ledger.bus.submit(place_contribution(ids.campaign_id)).cancel()


def test_a_loop_that_is_gone_does_not_stop_the_writer(ledger: Ledger, ids: CampaignIds) -> None:
    async def leave() -> None:
        task = asyncio.create_task(ledger.bus.do(place_contribution(ids.campaign_id)))
        await asyncio.sleep(0)
        task.cancel()

    for _ in range(5):
        asyncio.run(leave())
    run(ledger.bus, place_contribution(ids.campaign_id))
    assert len(ledger.store.load(Campaign, ids.campaign_id).contributions) == 6


@pytest.mark.usefixtures("held_up")
def test_closing_carries_out_what_is_queued_and_refuses_the_rest(
    ledger: Ledger,
    ids: CampaignIds,
) -> None:
    futures = [ledger.bus.submit(place_contribution(ids.campaign_id)) for _ in range(10)]
    closing = threading.Thread(target=ledger.bus.close)
    closing.start()
    Slow.go_on.set()
    closing.join(10)
    assert all(isinstance(future.result(0)[0].events[0], ContributionPlaced) for future in futures)
    with pytest.raises(TooBusy):
        ledger.bus.submit(place_contribution(ids.campaign_id))
    ledger.bus.close()


@pytest.mark.usefixtures("held_up")
def test_a_bus_too_far_behind_refuses_at_once(
    ledger: Ledger,
    ids: CampaignIds,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("adapters.log.bus.queue._MAX_WAITING", 3)
    futures = [ledger.bus.submit(place_contribution(ids.campaign_id)) for _ in range(3)]
    with pytest.raises(TooBusy):
        ledger.bus.submit(place_contribution(ids.campaign_id))
    Slow.go_on.set()
    assert all(future.result(10) for future in futures)


def test_an_archived_campaign_refuses_on_the_bus_as_in_the_domain(ledger: Ledger) -> None:
    ids = publish_campaign(ledger.bus, ledger)
    run(ledger.bus, SuspendCampaign(stream_id=ids.campaign_id, stamp=Stamp(at=NOW, by=BY)))
    with pytest.raises(CampaignClosed):
        run(ledger.bus, place_contribution(ids.campaign_id))
