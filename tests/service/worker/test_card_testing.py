"""Stolen cards tested on a campaign: seen by their refusals, slowed for an hour, over by itself."""

from __future__ import annotations

import pytest

from adapters.jobs.card_alerts import CardAlerts
from service.worker import card_testing
from tests.kit.service_world import SLUG, ServiceWorld


def refuse(world: ServiceWorld, refusals: int, card: str = "declined") -> None:
    """Have cards refused, one on each payment page."""
    for _ in range(refusals):
        world.submit(world.page(world.place("CP A")), card)
    world.settle(seconds=3)


def is_on(world: ServiceWorld) -> bool:
    """Whether the campaign's visitors are slowed."""
    return CardAlerts(world.worker.outbox.pool).is_on(SLUG, world.campaign_id, world.now())


def test_twenty_refused_cards_in_ten_minutes_are_an_alert_that_ends_after_an_hour(world: ServiceWorld) -> None:
    refuse(world, 19)
    assert not is_on(world)
    refuse(world, 1)
    assert is_on(world)
    world.settle(seconds=59 * 60)
    assert is_on(world)
    world.settle(seconds=2 * 60)
    assert not is_on(world)
    assert CardAlerts(world.worker.outbox.pool).erase_expired(world.now()) > 0


def test_refusals_that_go_on_begin_another_alert(world: ServiceWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card_testing, "MANY", 3)
    refuse(world, 3)
    world.settle(seconds=61 * 60)
    assert not is_on(world)
    refuse(world, 3)
    assert is_on(world)


def test_refusals_of_a_whole_morning_are_none(world: ServiceWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card_testing, "MANY", 3)
    for _ in range(4):
        refuse(world, 1)
        world.settle(seconds=6 * 60)
    assert world.kinds().count("PaymentFailed") == 4
    assert not is_on(world)


def test_refusals_among_more_payments_are_none(world: ServiceWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card_testing, "MANY", 3)
    for _ in range(3):
        world.pay("CP A")
    refuse(world, 3)
    assert not is_on(world)
    refuse(world, 1)
    assert is_on(world)


def test_another_campaign_is_not_slowed(world: ServiceWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card_testing, "MANY", 2)
    refuse(world, 2)
    alerts = CardAlerts(world.worker.outbox.pool)
    assert is_on(world)
    assert not alerts.is_on(SLUG, world.coop_id, world.now())
    assert not alerts.is_on("ad99", world.campaign_id, world.now())
