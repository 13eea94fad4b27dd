"""When an answer is lost the bus finds out the truth: what it acknowledges is stored, once, and it never guesses."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from adapters.log.command_bus import CommandBus
from adapters.log.event_store import EventStore
from adapters.log.ledger import Ledger
from domain.campaign.state import Campaign
from domain.errors import OutcomeUnknown, TooBusy
from tests.adapters.log.answer_dropper import AnswerDropper
from tests.kit.postgres_ledger import (
    CampaignIds,
    opened_bus,
    opened_ledger,
    opened_store,
    place_contribution,
    publish_campaign,
    run,
)
from tests.projections.whole_log import verify_chain

PLACED = b"campaign.contribution_placed.1"
RESOLVE = b"ledger_resolve"
PATIENCE = 1.0


@pytest.fixture
def ledger(database: str) -> Iterator[Ledger]:
    """A ledger reached directly."""
    with opened_ledger(database) as ledger:
        yield ledger


@pytest.fixture
def ids(ledger: Ledger) -> CampaignIds:
    """A published campaign."""
    return publish_campaign(ledger.bus, ledger)


@pytest.fixture
def proxy(database: str) -> Iterator[AnswerDropper]:
    """A way to the same database that may lose answers."""
    with AnswerDropper(database) as proxy:
        yield proxy


@pytest.fixture
def far_store(ledger: Ledger, proxy: AnswerDropper) -> Iterator[EventStore]:
    """A store behind the proxy."""
    with opened_store(proxy.dsn) as store:
        assert store.schema == ledger.slug
        yield store


@pytest.fixture
def bus(far_store: EventStore, ids: CampaignIds) -> Iterator[CommandBus]:
    """A bus behind the proxy, with the campaign in its cache and little patience."""
    with opened_bus(far_store, patience=PATIENCE) as bus:
        run(bus, place_contribution(ids.campaign_id))
        yield bus


def contributions(ledger: Ledger, ids: CampaignIds) -> int:
    """How many contributions the log holds."""
    return len(ledger.store.load(Campaign, ids.campaign_id).contributions)


@pytest.mark.parametrize("key", [None, "k"])
def test_a_commit_whose_answer_was_lost_is_acknowledged_and_stored_once(
    ledger: Ledger, ids: CampaignIds, proxy: AnswerDropper, bus: CommandBus, key: str | None
) -> None:
    proxy.drop_next(PLACED)
    (outcome,) = bus.submit(place_contribution(ids.campaign_id), key=key).result(10)
    assert proxy.dropped.is_set()
    assert (outcome.version, outcome.last_position) == (5, ledger.store.head()[0])
    assert contributions(ledger, ids) == 2
    run(bus, place_contribution(ids.campaign_id))


def test_a_request_that_never_arrived_is_sent_again(
    ledger: Ledger, ids: CampaignIds, proxy: AnswerDropper, bus: CommandBus
) -> None:
    proxy.drop_next(PLACED, forward=False)
    (outcome,) = bus.submit(place_contribution(ids.campaign_id), key="k").result(10)
    assert outcome.version == 5
    assert contributions(ledger, ids) == 2


def test_an_append_held_back_on_its_way_can_never_land_after_it_was_given_up(
    ledger: Ledger, ids: CampaignIds, bus: CommandBus, database: str
) -> None:
    # Postgres stands still at the head's lock while the connection that asked is cut: the truth waits behind it.
    with psycopg.connect(database) as blocker:
        blocker.execute("SELECT FROM ad06.ledger_head FOR UPDATE")
        future = bus.submit(place_contribution(ids.campaign_id), key="k")
        time.sleep(0.3)
        with psycopg.connect(database, autocommit=True) as administrator:
            administrator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE wait_event_type = 'Lock' AND query LIKE '%ledger_append%'"
            )
        blocker.rollback()
    assert future.result(10)[0].version == 5
    assert contributions(ledger, ids) == 2


def test_when_nobody_answers_the_outcome_is_unknown_and_the_key_tells_the_truth_later(
    ledger: Ledger, ids: CampaignIds, proxy: AnswerDropper, bus: CommandBus
) -> None:
    command = place_contribution(ids.campaign_id)
    proxy.drop_next(PLACED)
    proxy.closed.set()
    began = time.monotonic()
    with pytest.raises(OutcomeUnknown):
        bus.submit(command, key="k").result(20)
    assert PATIENCE <= time.monotonic() - began < PATIENCE + 6
    proxy.closed.clear()
    (outcome,) = bus.submit(command, key="k").result(20)
    assert outcome.replayed
    assert contributions(ledger, ids) == 2


def test_while_the_store_cannot_be_read_nothing_is_written_and_nobody_waits_for_ever(
    ledger: Ledger, ids: CampaignIds, proxy: AnswerDropper, bus: CommandBus
) -> None:
    proxy.closed.set()
    proxy.cut()
    cold = place_contribution(uuid4())
    futures = [bus.submit(cold) for _ in range(5)]
    assert {type(future.exception(30)) for future in futures} == {TooBusy}
    proxy.closed.clear()
    (outcome,) = bus.submit(place_contribution(ids.campaign_id)).result(20)
    assert outcome.version == 5
    assert contributions(ledger, ids) == 2


def test_a_store_that_answers_but_loses_every_append_is_given_up_in_the_end(
    ledger: Ledger, ids: CampaignIds, database: str
) -> None:
    assert contributions(ledger, ids) == 0
    with (
        opened_store(f"{database} options='-c statement_timeout=200ms'") as store,
        opened_bus(store, patience=PATIENCE) as bus,
        psycopg.connect(database, autocommit=True) as administrator,
    ):
        administrator.execute(
            "CREATE FUNCTION public.sleep() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM pg_sleep(1); RETURN NULL; END $$"
        )
        administrator.execute(
            "CREATE TRIGGER sleep AFTER INSERT ON ad06.ledger_events FOR EACH STATEMENT EXECUTE FUNCTION public.sleep()"
        )
        with pytest.raises(TooBusy):
            bus.submit(place_contribution(ids.campaign_id)).result(20)
        administrator.execute("DROP TRIGGER sleep ON ad06.ledger_events")
        run(bus, place_contribution(ids.campaign_id))
    assert contributions(ledger, ids) == 1


def test_among_many_losses_everything_acknowledged_is_stored_once(
    ledger: Ledger, ids: CampaignIds, proxy: AnswerDropper, bus: CommandBus
) -> None:
    async def family(number: int) -> None:
        for turn in range(5):
            if number % 3 == 0:
                proxy.drop_next(PLACED, forward=(number + turn) % 2 == 0)
            await bus.do(place_contribution(ids.campaign_id), key=f"{number}:{turn}")

    async def main() -> None:
        await asyncio.gather(*(family(number) for number in range(12)))

    asyncio.run(main())
    assert contributions(ledger, ids) == 61


def test_a_log_that_went_back_behind_the_services_back_is_noticed_before_anything_is_stored(
    ledger: Ledger, ids: CampaignIds, database: str
) -> None:
    # As after a restore from a backup, or a standby promoted without the last commits, while the service lives on.
    lost = place_contribution(ids.campaign_id)
    head, link = ledger.store.head()
    ledger.bus.submit(lost, key="lost").result(10)
    with psycopg.connect(database) as administrator:
        administrator.execute("ALTER TABLE ad06.ledger_events DISABLE TRIGGER ALL")
        administrator.execute("ALTER TABLE ad06.ledger_keys DISABLE TRIGGER ALL")
        administrator.execute("DELETE FROM ad06.ledger_events WHERE position > %s", (head,))
        administrator.execute("DELETE FROM ad06.ledger_keys")
        administrator.execute("UPDATE ad06.ledger_head SET position = %s, hash = %s", (head, link))
    with opened_store(database) as store, opened_bus(store) as other:
        run(other, place_contribution(ids.campaign_id))
    (next_one,) = ledger.bus.submit(place_contribution(ids.campaign_id)).result(10)
    (again,) = ledger.bus.submit(lost, key="lost").result(10)
    assert (next_one.version, again.version, again.replayed) == (5, 6, False)
    with psycopg.connect(database) as connection:
        assert verify_chain(connection, ledger.slug, ledger.association_id).sound
