"""An object of the provider is booked once in a ledger, whichever campaign or process names it (invariant 3)."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import wait
from uuid import uuid4

import pytest

from adapters.log.command_bus import CommandBus
from adapters.log.ledger import Ledger
from domain.campaign.payments import RecordPaymentCaptured
from domain.errors import Conflict
from domain.events.contribution import PaymentCaptured
from tests.kit.postgres_ledger import (
    CampaignIds,
    capture,
    opened_bus,
    opened_ledger,
    opened_store,
    place_contribution,
    publish_campaign,
)


@pytest.fixture
def ledger(database: str) -> Iterator[Ledger]:
    """A ledger without anything in it."""
    with opened_ledger(database) as ledger:
        yield ledger


@pytest.fixture
def campaigns(ledger: Ledger) -> tuple[CampaignIds, CampaignIds]:
    """Two published campaigns."""
    return publish_campaign(ledger.bus, ledger), publish_campaign(ledger.bus, ledger)


@pytest.fixture
def other(ledger: Ledger, database: str) -> Iterator[CommandBus]:
    """The bus of another process."""
    with opened_store(database) as store, opened_bus(store) as bus:
        assert ledger.slug == store.schema
        yield bus


def _payment(bus: CommandBus, ids: CampaignIds) -> RecordPaymentCaptured:
    """A payment « pi_1 » of a basket just placed."""
    contribution_id = uuid4()
    bus.submit(place_contribution(ids.campaign_id, contribution_id)).result(10)
    return capture(ids.campaign_id, contribution_id, "pi_1")


def _captures(ledger: Ledger) -> int:
    return sum(isinstance(one.event, PaymentCaptured) for one in ledger.store.events(1, ledger.store.head()[0]))


def test_a_payment_is_booked_in_one_campaign_only(ledger: Ledger, campaigns: tuple[CampaignIds, CampaignIds]) -> None:
    first, second = (_payment(ledger.bus, ids) for ids in campaigns)
    ledger.bus.submit(first).result(10)
    for _ in range(2):
        with pytest.raises(Conflict):
            ledger.bus.submit(second).result(10)
    assert ledger.bus.submit(first).result(10)[0].events == ()
    assert _captures(ledger) == 1


def test_a_payment_in_two_campaigns_of_one_batch_is_booked_once(
    ledger: Ledger, campaigns: tuple[CampaignIds, CampaignIds]
) -> None:
    payments = [_payment(ledger.bus, ids) for ids in campaigns]
    answers = [ledger.bus.submit(payment) for payment in payments]
    wait(answers, 10)
    assert [isinstance(answer.exception(), Conflict) for answer in answers] == [False, True]
    assert _captures(ledger) == 1


def test_two_processes_book_a_payment_once(
    ledger: Ledger, other: CommandBus, campaigns: tuple[CampaignIds, CampaignIds]
) -> None:
    first, second = (_payment(ledger.bus, ids) for ids in campaigns)
    innocent = place_contribution(campaigns[1].campaign_id)
    other.submit(first).result(10)
    answers = [ledger.bus.submit(second), ledger.bus.submit(innocent)]
    wait(answers, 10)
    assert isinstance(answers[0].exception(), Conflict)
    assert len(answers[1].result()[0].events) == 1
    # The same payment of the same campaign is no conflict, in whichever ledger it was booked.
    assert ledger.bus.submit(first).result(10)[0].events == ()
    assert _captures(ledger) == 1
