"""Money that moves at the provider without a word is in the books after the next crawl, and can be explained."""

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

EXPLAINED: dict[str, Any] = {"account": "goodwill", "approvers": ("actor-1", "actor-2"), "reason": "Relevé"}


def test_a_monthly_fee_is_booked_as_a_fee_of_the_platform(town: ServiceWorld, auditor: CheckedReconciler) -> None:
    movement = auditor.move_unannounced("stripe_fee", -2_50)
    done = auditor.crawl(seconds=LATER)
    assert (done.booked, done.breaks, done.sound) == (1, (), True)
    (event,) = (one for one in town.events() if isinstance(one, PlatformMovementRecorded))
    assert (event.movement_id, event.kind, event.cents, event.by) == (
        movement,
        "stripe_fee",
        -2_50,
        "system:reconciliation",
    )
    assert town.balance(Account.PSP_FEES) == 2_50
    town.check_money()
    auditor.clean(days=1)


def test_a_movement_of_a_coops_account_is_in_suspense_until_two_people_explain_it(
    town: ServiceWorld, auditor: CheckedReconciler
) -> None:
    account = town.certify()
    town.pay("CP A", card="instant")
    movement = auditor.move_unannounced("reserve_hold", -4_00, account)
    done = auditor.crawl(seconds=LATER)
    assert (done.booked, done.breaks) == (1, ())
    (event,) = (one for one in town.events() if isinstance(one, MovementPutOnHold))
    assert (event.movement_id, event.kind, event.cents) == (movement, "reserve_hold", -4_00)
    assert town.balance(Account.SUSPENSE) == 4_00
    town.do(ClearSuspense, town.coop_id, movement_id=movement, **EXPLAINED)
    assert town.balance(Account.SUSPENSE) == 0
    assert town.balance(Account.ONLINE) == PRICE
    town.check_money()
    auditor.clean(days=1)


def test_an_adjustment_of_the_platform_waits_in_suspense_and_can_be_explained(
    town: ServiceWorld, auditor: CheckedReconciler
) -> None:
    movement = auditor.move_unannounced("adjustment", -1_30)
    assert auditor.crawl(seconds=LATER).booked == 1
    assert town.balance(Account.SUSPENSE) == 1_30
    association_id = town.context.ledger.association_id
    town.do(ClearPlatformSuspense, association_id, movement_id=movement, **EXPLAINED)
    assert town.balance(Account.SUSPENSE) == 0
    auditor.clean(days=1)


def test_a_movement_is_booked_once_even_if_the_crawl_that_booked_it_was_lost(
    town: ServiceWorld, auditor: CheckedReconciler
) -> None:
    movement = auditor.move_unannounced("stripe_fee", -2_50)
    association_id = town.context.ledger.association_id
    town.context.record(
        RecordPlatformMovement(
            stream_id=association_id,
            stamp=Stamp(at=town.now(), by="test"),
            movement_id=movement,
            kind="stripe_fee",
            cents=-2_50,
            moved_at=town.now(),
        )
    )
    auditor.clean(seconds=LATER)
    assert town.kinds().count("PlatformMovementRecorded") == 1


def test_a_crawl_stopped_between_booking_and_keeping_goes_on_where_it_was(
    town: ServiceWorld, auditor: CheckedReconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    auditor.move_unannounced("stripe_fee", -2_50)
    auditor.move_unannounced("tax_fee", -50)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(crawling, "live", stop)
        with pytest.raises(KeyboardInterrupt):
            auditor.crawl(seconds=LATER)
    assert town.kinds().count("PlatformMovementRecorded") == 2
    assert auditor.crawler.book.crawls("") == []
    auditor.clean(seconds=1)
    assert town.kinds().count("PlatformMovementRecorded") == 2


def test_the_platforms_own_money_stays_in_the_book_that_began(town: ServiceWorld, auditor: CheckedReconciler) -> None:
    auditor.move_unannounced("stripe_fee", -1_00)
    auditor.crawl(seconds=LATER)
    open_association(
        town.runtime.database_url,
        association_id=uuid4(),
        slug="ad01",
        name="OCCE 01",
        siren="123456790",
        demo=True,
        at=town.now(),
        by="test",
    )
    assert [entry.slug for entry in town.runtime.associations()] == ["ad01", SLUG]
    auditor.move_unannounced("stripe_fee", -2_00)
    assert auditor.crawl(seconds=LATER).booked == 1
    assert town.kinds().count("PlatformMovementRecorded") == 2
    auditor.clean(days=1)


def test_what_is_younger_than_half_an_hour_is_not_booked_yet(town: ServiceWorld, auditor: CheckedReconciler) -> None:
    auditor.move_unannounced("stripe_fee", -1_00)
    done = auditor.crawl(seconds=60)
    assert (done.booked, done.breaks, done.accounts[0].crawl.totals.in_flight) == (0, (), -1_00)
    assert auditor.crawl(seconds=LATER).booked == 1
    assert done.at < town.now() - timedelta(minutes=30)
