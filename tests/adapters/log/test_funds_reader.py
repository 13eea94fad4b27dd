"""What a coop may spend is read as of now, whoever wrote it, at a cost that does not grow with its history."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from adapters.log.funds_reader import FundsReader
from adapters.log.ledger import Ledger
from domain.funds import CoopFunds, funds_of
from tests.kit.postgres_ledger import CampaignIds, opened_ledger, pay, publish_campaign


@pytest.fixture
def ledger(database: str) -> Iterator[Ledger]:
    """A ledger on a fresh database."""
    with opened_ledger(database) as opened:
        yield opened


def folded(ledger: Ledger, coop_id: UUID) -> int:
    """What all events of a coop add up to, from the first."""
    return funds_of(fact.event for fact in ledger.store.coop_events(coop_id)).available


def opened_campaign(ledger: Ledger) -> CampaignIds:
    """A campaign on line, of a coop that two families paid."""
    ids = publish_campaign(ledger.bus, ledger)
    for number in range(2):
        pay(ledger.bus, ids.campaign_id, f"ch_{number}")
    return ids


def test_the_figure_is_that_of_all_events_after_each_of_them(ledger: Ledger) -> None:
    ids, reader = opened_campaign(ledger), FundsReader(ledger.store)
    first = reader.available(ids.coop_id)
    assert first == folded(ledger, ids.coop_id) > 0
    pay(ledger.bus, ids.campaign_id, "ch_3")
    assert reader.available(ids.coop_id) == folded(ledger, ids.coop_id) > first
    assert reader.available(uuid4()) == 0


def test_only_what_is_new_is_read_again(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    ids, reader, applied = opened_campaign(ledger), FundsReader(ledger.store), []
    apply = CoopFunds.apply

    def counted(funds: CoopFunds, event: Any) -> None:  # noqa: ANN401 - any event
        applied.append(event)
        apply(funds, event)

    monkeypatch.setattr(CoopFunds, "apply", counted)
    reader.available(ids.coop_id)
    assert len(applied) == len(list(ledger.store.coop_events(ids.coop_id)))
    applied.clear()
    reader.available(ids.coop_id)
    assert applied == []


def test_a_reading_that_fails_half_way_is_made_anew(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    ids, reader = opened_campaign(ledger), FundsReader(ledger.store)
    reader.available(ids.coop_id)
    pay(ledger.bus, ids.campaign_id, "ch_3")
    with monkeypatch.context() as patch:
        patch.setattr(CoopFunds, "apply", lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            reader.available(ids.coop_id)
    assert reader.available(ids.coop_id) == folded(ledger, ids.coop_id)
