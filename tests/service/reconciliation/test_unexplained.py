"""Money that moves at the provider without a word is in the books after the next run, and can be explained."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.aggregate import Stamp
from domain.association.platform import ClearPlatformSuspense, RecordPlatformMovement
from domain.chart_of_accounts import Account
from domain.coop.suspense import ClearSuspense
from domain.events.association import PlatformMovementRecorded
from domain.events.bank import MovementPutOnHold
from service.associations import open_association
from service.reconciliation import reconciler as crawling
from tests.kit.service_world import PRICE, SLUG, ServiceWorld
from tests.service.reconciliation.checked_reconciler import LATER, CheckedReconciler

EXPLAINED: dict[str, Any] = {"account": "goodwill", "approvers": ("actor-1", "actor-2"), "reason": "provider_fee"}


def test_a_monthly_fee_is_booked_as_a_fee_of_the_platform(world: ServiceWorld, reconciler: CheckedReconciler) -> None:
    movement = reconciler.move_unannounced("stripe_fee", -2_50)
    done = reconciler.run(seconds=LATER)
    assert (done.booked, done.breaks, done.sound) == (1, (), True)
    (event,) = (one for one in world.events() if isinstance(one, PlatformMovementRecorded))
    assert (event.movement_id, event.kind, event.cents, event.by) == (
        movement,
        "stripe_fee",
        -2_50,
        "system:reconciliation",
    )
    assert world.balance(Account.PSP_FEES) == 2_50
    world.check_money()
    reconciler.clean(days=1)


def test_a_movement_of_a_coops_account_is_in_suspense_until_two_people_explain_it(
    world: ServiceWorld, reconciler: CheckedReconciler
) -> None:
    account = world.certify()
    world.pay("CP A", card="instant")
    movement = reconciler.move_unannounced("reserve_hold", -4_00, account)
    done = reconciler.run(seconds=LATER)
    assert (done.booked, done.breaks) == (1, ())
    (event,) = (one for one in world.events() if isinstance(one, MovementPutOnHold))
    assert (event.movement_id, event.kind, event.cents) == (movement, "reserve_hold", -4_00)
    assert world.balance(Account.SUSPENSE) == 4_00
    world.do(ClearSuspense, world.coop_id, movement_id=movement, **EXPLAINED)
    assert world.balance(Account.SUSPENSE) == 0
    assert world.balance(Account.ONLINE) == PRICE
    world.check_money()
    reconciler.clean(days=1)


def test_an_adjustment_of_the_platform_waits_in_suspense_and_can_be_explained(
    world: ServiceWorld, reconciler: CheckedReconciler
) -> None:
    movement = reconciler.move_unannounced("adjustment", -1_30)
    assert reconciler.run(seconds=LATER).booked == 1
    assert world.balance(Account.SUSPENSE) == 1_30
    association_id = world.context.ledger.association_id
    world.do(ClearPlatformSuspense, association_id, movement_id=movement, **EXPLAINED)
    assert world.balance(Account.SUSPENSE) == 0
    reconciler.clean(days=1)


def test_a_movement_is_booked_once_even_if_the_crawl_that_booked_it_was_lost(
    world: ServiceWorld, reconciler: CheckedReconciler
) -> None:
    movement = reconciler.move_unannounced("stripe_fee", -2_50)
    association_id = world.context.ledger.association_id
    world.context.record(
        RecordPlatformMovement(
            stream_id=association_id,
            stamp=Stamp(at=world.now(), by="test"),
            movement_id=movement,
            kind="stripe_fee",
            cents=-2_50,
            moved_at=world.now(),
        )
    )
    reconciler.clean(seconds=LATER)
    assert world.kinds().count("PlatformMovementRecorded") == 1


def test_a_crawl_stopped_between_booking_and_keeping_goes_on_where_it_was(
    world: ServiceWorld, reconciler: CheckedReconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    reconciler.move_unannounced("stripe_fee", -2_50)
    reconciler.move_unannounced("tax_fee", -50)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(crawling, "live", stop)
        with pytest.raises(KeyboardInterrupt):
            reconciler.run(seconds=LATER)
    assert world.kinds().count("PlatformMovementRecorded") == 2
    assert reconciler.crawler.book.runs("") == []
    reconciler.clean(seconds=1)
    assert world.kinds().count("PlatformMovementRecorded") == 2


def test_the_platforms_own_money_stays_in_the_book_that_began(
    world: ServiceWorld, reconciler: CheckedReconciler
) -> None:
    reconciler.move_unannounced("stripe_fee", -1_00)
    reconciler.run(seconds=LATER)
    open_association(
        world.runtime.database_url,
        association_id=uuid4(),
        slug="ad01",
        name="OCCE 01",
        siren="123456790",
        demo=True,
        at=world.now(),
        by="test",
    )
    assert [entry.slug for entry in world.runtime.associations()] == ["ad01", SLUG]
    reconciler.move_unannounced("stripe_fee", -2_00)
    assert reconciler.run(seconds=LATER).booked == 1
    assert world.kinds().count("PlatformMovementRecorded") == 2
    reconciler.clean(days=1)


def test_what_is_younger_than_half_an_hour_is_not_booked_yet(
    world: ServiceWorld, reconciler: CheckedReconciler
) -> None:
    reconciler.move_unannounced("stripe_fee", -1_00)
    done = reconciler.run(seconds=60)
    assert (done.booked, done.breaks, done.accounts[0].run.totals.in_flight) == (0, (), -1_00)
    assert reconciler.run(seconds=LATER).booked == 1
    assert done.at < world.now() - timedelta(minutes=30)
