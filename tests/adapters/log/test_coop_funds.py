"""A coop never spends more than it has, from whichever process it is asked, and however many ask at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from adapters.log.command_bus import CommandBus, submission
from adapters.log.ledger import Ledger
from domain.errors import InsufficientBalance
from domain.funds import funds_of
from tests.kit.postgres_ledger import (
    PRICE,
    CampaignIds,
    certify,
    opened_bus,
    opened_ledger,
    opened_store,
    pay,
    publish_campaign,
    request_payout,
    request_refund,
)


@pytest.fixture
def ledger(database: str) -> Iterator[Ledger]:
    """An empty ledger."""
    with opened_ledger(database) as ledger:
        yield ledger


@pytest.fixture
def ids(ledger: Ledger) -> CampaignIds:
    """A coop that may ask for payouts, with a published campaign and nothing yet."""
    ids = publish_campaign(ledger.bus, ledger)
    certify(ledger.bus, ids.coop_id)
    return ids


@pytest.fixture
def other(ledger: Ledger, database: str) -> Iterator[CommandBus]:
    """The bus of another process."""
    with opened_store(database) as store, opened_bus(store) as bus:
        assert ledger.slug == store.schema
        yield bus


def available(ledger: Ledger, ids: CampaignIds) -> int:
    """What the log says the coop may spend."""
    return funds_of(recorded.event for recorded in ledger.store.coop_events(ids.coop_id)).available


def test_what_comes_in_may_go_out_and_no_more(ledger: Ledger, ids: CampaignIds) -> None:
    pay(ledger.bus, ids.campaign_id, "pi_1")
    ledger.bus.submit(request_payout(ids.coop_id, PRICE)).result(10)
    with pytest.raises(InsufficientBalance):
        ledger.bus.submit(request_payout(ids.coop_id, 1)).result(10)
    pay(ledger.bus, ids.campaign_id, "pi_2")
    ledger.bus.submit(request_payout(ids.coop_id, PRICE)).result(10)
    assert available(ledger, ids) == 0


def test_money_brought_in_by_another_process_may_go_out(ledger: Ledger, ids: CampaignIds, other: CommandBus) -> None:
    pay(ledger.bus, ids.campaign_id, "pi_1")
    ledger.bus.submit(request_payout(ids.coop_id, PRICE)).result(10)
    pay(other, ids.campaign_id, "pi_2")
    ledger.bus.submit(request_payout(ids.coop_id, PRICE)).result(10)


def test_a_refund_and_a_payout_in_one_batch_cannot_both_take_the_last_cent(ledger: Ledger, ids: CampaignIds) -> None:
    contribution = pay(ledger.bus, ids.campaign_id, "pi_1")
    both = [
        submission(request_payout(ids.coop_id, PRICE)),
        submission(request_refund(ids.campaign_id, contribution, PRICE)),
    ]
    with pytest.raises(InsufficientBalance):
        ledger.bus.submit_together(both).result(10)
    assert available(ledger, ids) == PRICE
    futures = [ledger.bus.submit(one.command) for one in both]
    assert [type(future.exception(10)) for future in futures] == [type(None), InsufficientBalance]


def test_two_processes_racing_for_the_same_balance_have_exactly_one_winner(
    ledger: Ledger, ids: CampaignIds, other: CommandBus
) -> None:
    # The refund is decided on the campaign's stream and the payout on the coop's: only the guard is between them.
    for number in range(12):
        contribution = pay(ledger.bus, ids.campaign_id, f"pi_{number}")
        payout = ledger.bus.submit(request_payout(ids.coop_id, PRICE))
        refund = other.submit(request_refund(ids.campaign_id, contribution, PRICE))
        errors = [type(payout.exception(10)), type(refund.exception(10))]
        assert sorted(error.__name__ for error in errors) == ["InsufficientBalance", "NoneType"]
        assert available(ledger, ids) == 0


def test_many_small_payouts_from_two_processes_never_overdraw(
    ledger: Ledger, ids: CampaignIds, other: CommandBus
) -> None:
    for number in range(3):
        pay(ledger.bus, ids.campaign_id, f"pi_{number}")
    futures = [bus.submit(request_payout(ids.coop_id, 700)) for _ in range(10) for bus in (ledger.bus, other)]
    granted = sum(future.exception(30) is None for future in futures)
    assert granted == 3 * PRICE // 700
    assert available(ledger, ids) == 3 * PRICE - granted * 700


def test_payouts_get_through_while_families_keep_paying(ledger: Ledger, ids: CampaignIds, other: CommandBus) -> None:
    pay(ledger.bus, ids.campaign_id, "pi_first")
    with ThreadPoolExecutor(1) as pool:
        paying = pool.submit(lambda: [pay(other, ids.campaign_id, f"pi_{number}") for number in range(20)])
        granted = 0
        while not paying.done():
            granted += ledger.bus.submit(request_payout(ids.coop_id, 10)).exception(10) is None
        paying.result()
    assert granted > 5
    assert available(ledger, ids) == 21 * PRICE - granted * 10
