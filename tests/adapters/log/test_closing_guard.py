"""What a closing counts is all there is: whatever lands between its reading and its storing, on real Postgres."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest

from adapters.log.bus.totals_cache import TotalsCache
from adapters.log.command_bus import CommandBus
from adapters.log.ledger import Ledger
from domain.aggregate import Stamp
from domain.calendar import add_months
from domain.campaign.payments import RecordPaymentCaptured
from domain.campaign.settings import SetTariffs
from domain.closings.close_period import ClosePeriod, PapersSeen
from domain.closings.errors import PeriodAlreadyClosed
from domain.closings.totals import TotalsAt
from domain.errors import TooBusy
from domain.events.base import Tariff
from domain.events.closings.cut_off import DeferredIncomeReleased, IncomeDeferred
from domain.events.closings.period import CoverageState, PeriodClosed, ProviderCoverage
from tests.kit.postgres_ledger import (
    BY,
    PRICE,
    STAMP,
    CampaignIds,
    capture,
    opened_bus,
    opened_ledger,
    opened_store,
    pay,
    place_contribution,
    publish_campaign,
    run,
)
from tests.projections.whole_log import verify_chain

SEPTEMBER = date(2026, 9, 1)
OCTOBER = datetime(2026, 10, 10, 8, tzinfo=UTC)


def close(coop_id: UUID, first_day: date = SEPTEMBER) -> ClosePeriod:
    """The wish to close a month, on 10 October."""
    provider = ProviderCoverage(state=CoverageState.NO_PROVIDER)
    stamp = Stamp(at=OCTOBER, by=BY)
    return ClosePeriod(stream_id=coop_id, stamp=stamp, kind="month", first_day=first_day, provider=provider)


@pytest.fixture
def ledger(database: str) -> Iterator[Ledger]:
    """A ledger without anything in it."""
    with opened_ledger(database) as ledger:
        yield ledger


@pytest.fixture
def ids(ledger: Ledger) -> CampaignIds:
    """A published campaign in it, with one payment."""
    ids = publish_campaign(ledger.bus, ledger)
    pay(ledger.bus, ids.campaign_id, "pi_1")
    return ids


@pytest.fixture
def other(ledger: Ledger, database: str) -> Iterator[CommandBus]:
    """The bus of another process, over a connection of its own."""
    with opened_store(database) as store, opened_bus(store) as bus:
        assert ledger.slug == store.schema
        yield bus


@pytest.fixture
def between(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Callable[[list[Callable[[], object]]], list[int]]:
    """Have things happen after each reading of the ledger's own bus; what is returned counts the readings."""

    def plan(happenings: list[Callable[[], object]]) -> list[int]:
        positions: list[int] = []
        real, mine = TotalsCache.at, ledger.store

        def at(self: TotalsCache, coop_id: UUID) -> TotalsAt:
            found = real(self, coop_id)
            if self._store is mine:
                positions.append(found.position)
                if happenings:
                    happenings.pop(0)()
            return found

        monkeypatch.setattr(TotalsCache, "at", at)
        return positions

    return plan


def closed(ledger: Ledger, ids: CampaignIds) -> PeriodClosed:
    """Close September."""
    (outcome,) = ledger.bus.submit(close(ids.coop_id)).result(30)
    (event,) = outcome.events
    assert isinstance(event, PeriodClosed)
    return event


def test_a_payment_that_lands_between_reading_and_storing_is_counted(
    ledger: Ledger,
    ids: CampaignIds,
    other: CommandBus,
    between: Callable[[list[Callable[[], object]]], list[int]],
) -> None:
    read = between([lambda: pay(other, ids.campaign_id, "pi_2"), lambda: pay(other, ids.campaign_id, "pi_3")])
    event = closed(ledger, ids)
    assert event.boxes.receipts == 3 * PRICE
    assert len(read) == 3
    assert event.up_to_position == read[-1] > read[0]


def test_a_payment_of_a_later_day_changes_nothing(
    ledger: Ledger,
    ids: CampaignIds,
    other: CommandBus,
    between: Callable[[list[Callable[[], object]]], list[int]],
) -> None:
    later = uuid4()
    run(other, place_contribution(ids.campaign_id, later))
    paid = msgspec.structs.replace(capture(ids.campaign_id, later, "pi_2"), paid_at=OCTOBER)
    read = between([lambda: run(other, paid)])
    event = closed(ledger, ids)
    assert (event.boxes.receipts, len(read)) == (PRICE, 1)


def test_a_closing_that_is_always_overtaken_gives_up_and_stores_nothing(
    ledger: Ledger,
    ids: CampaignIds,
    other: CommandBus,
    between: Callable[[list[Callable[[], object]]], list[int]],
) -> None:
    between([lambda n=n: pay(other, ids.campaign_id, f"pi_x{n}") for n in range(50)])  # type: ignore[misc]
    with pytest.raises(TooBusy):
        closed(ledger, ids)
    assert not any(isinstance(fact.event, PeriodClosed) for fact in ledger.store.coop_events(ids.coop_id))


def test_of_two_processes_that_close_a_month_one_does(ledger: Ledger, ids: CampaignIds, other: CommandBus) -> None:
    wishes = [bus.submit(close(ids.coop_id)) for bus in (ledger.bus, other)]
    done: list[object] = []
    for one in wishes:
        with suppress(PeriodAlreadyClosed):
            done += one.result(30)
    assert len(done) == 1


def test_what_is_asked_in_one_batch_is_counted_when_it_stands_before_the_closing(
    ledger: Ledger, ids: CampaignIds
) -> None:
    """Payments and closings of many callers at once: the log itself says which payments came before a closing."""
    baskets = [uuid4() for _ in range(40)]
    run(ledger.bus, *(place_contribution(ids.campaign_id, basket) for basket in baskets))
    wishes: list[RecordPaymentCaptured | ClosePeriod] = [
        capture(ids.campaign_id, basket, f"pi_b{number}") for number, basket in enumerate(baskets)
    ]
    wishes.insert(20, close(ids.coop_id))
    for answer in [ledger.bus.submit(wish) for wish in wishes]:
        answer.result(30)
    before = 0
    for fact in ledger.store.coop_events(ids.coop_id):
        if isinstance(fact.event, PeriodClosed):
            assert fact.event.boxes.receipts == before
            break
        before += getattr(fact.event, "cents", 0) if fact.event.TOPIC.startswith("campaign.payment_captured") else 0
    else:
        pytest.fail("no closing")


def test_the_head_in_a_closing_is_that_of_its_position(ledger: Ledger, ids: CampaignIds, other: CommandBus) -> None:
    event = closed(ledger, ids)
    position, head = ledger.store.head()
    assert position == event.up_to_position + 1
    pay(other, ids.campaign_id, "pi_9")
    assert ledger.store.head()[1] != head
    (row,) = ledger.store.stored(event.up_to_position, 1)
    assert row.hash.hex() == event.chain_head


def test_the_entries_of_a_year_s_end_are_stored_with_its_closing_and_a_late_fact_has_them_decided_again(
    ledger: Ledger,
    ids: CampaignIds,
    other: CommandBus,
    between: Callable[[list[Callable[[], object]]], list[int]],
    database: str,
) -> None:
    """They are dated 31 August and 1 September, and bear the instant of the closing: the guard lets them pass."""
    tariff = Tariff(
        tariff_id="t1", label="Un enfant", tiers=(PRICE,), valid_from=date(2027, 9, 1), valid_to=date(2028, 8, 31)
    )
    run(ledger.bus, SetTariffs(stream_id=ids.campaign_id, stamp=STAMP, tariffs=(tariff,)))
    pay(ledger.bus, ids.campaign_id, "pi_2")
    stamp = Stamp(at=datetime(2027, 9, 10, 8, tzinfo=UTC), by=BY)
    for number in range(12):
        run(ledger.bus, msgspec.structs.replace(close(ids.coop_id, add_months(SEPTEMBER, number)), stamp=stamp))
    basket = uuid4()
    run(other, place_contribution(ids.campaign_id, basket))
    read = between([lambda: run(other, capture(ids.campaign_id, basket, "pi_3"))])
    papers = PapersSeen(asking=12, waiting=False)  # the closings of twelve months
    wish = msgspec.structs.replace(close(ids.coop_id), stamp=stamp, kind="year", deferring_since=2026, papers=papers)
    (outcome,) = ledger.bus.submit(wish).result(30)
    assert len(read) == 2
    _, deferred, released = outcome.events
    assert isinstance(deferred, IncomeDeferred)
    assert isinstance(released, DeferredIncomeReleased)
    assert (deferred.entered_on, released.entered_on) == (date(2027, 8, 31), date(2027, 9, 1))
    assert [part.cents for part in deferred.parts] == [PRICE]
    assert deferred.parts == released.parts
    with psycopg.connect(database, autocommit=True) as connection:
        assert verify_chain(connection, ledger.slug, ledger.association_id).faults == ()
