"""An absent linked id is « not known yet »: nothing is booked under an invented key, and the next look finds it."""

from __future__ import annotations

from uuid import UUID

import pytest

from domain.chart_of_accounts import Account
from domain.events.contribution import PaymentCaptured
from service.reconciliation.reconciler import Reconciler
from tests.kit.service_world import PRICE, TIP, ServiceWorld
from tests.service.payments.held.test_external_refunds import charge_of, dashboard_refund

LATE = 600


def intent_of(world: ServiceWorld, session: str) -> str:
    """The payment behind a page that was paid."""
    intent = world.sandbox.sandbox.state.table("checkout.session")[session]["payment_intent"]
    assert isinstance(intent, str)
    return intent


def late(world: ServiceWorld, object_id: str, *names: str, seconds: float = LATE) -> None:
    """Have the provider show some ids of an object late."""
    world.sandbox.do(f"/objects/{object_id}/late", names=list(names), seconds=seconds)


def paid_late(world: ServiceWorld, *classes: str) -> tuple[UUID, str]:
    """A family that paid on a page whose payment has no charge yet; and the page."""
    contribution_id = world.place(*classes)
    session = world.page(contribution_id)
    assert world.submit(session) == "Paid"
    late(world, intent_of(world, session), "latest_charge")
    return contribution_id, session


def test_two_payments_whose_charges_are_not_named_yet_are_both_booked_under_their_own_names(
    world: ServiceWorld,
) -> None:
    world.certify()
    families = [paid_late(world, "CP A")[0] for _ in range(2)]
    world.settle(seconds=5)
    world.settle(seconds=60)
    assert "PaymentCaptured" not in world.kinds()
    assert "PaymentPutOnHold" not in world.kinds()
    for _ in range(4):
        world.settle(seconds=LATE)
    captured = [event for event in world.events() if isinstance(event, PaymentCaptured)]
    assert {event.contribution_id for event in captured} == set(families)
    assert len({event.payment_id for event in captured}) == 2
    assert all(event.payment_id.startswith("ch_") for event in captured)
    assert (world.balance(Account.SUSPENSE), world.balance(Account.PSP_COOP)) == (0, 2 * PRICE)
    world.check_money()


def test_a_page_that_was_paid_and_does_not_say_its_payment_yet_is_looked_at_again(world: ServiceWorld) -> None:
    world.certify()
    contribution_id = world.place("CP A")
    session = world.page(contribution_id)
    assert world.submit(session) == "Paid"
    late(world, session, "payment_intent")
    for _ in range(4):
        world.settle(seconds=LATE)
    assert len(world.contribution(contribution_id).payments) == 1
    world.check_money()


@pytest.mark.parametrize("names", [("charge",), ("balance_transaction",), ("charge", "balance_transaction")])
def test_a_refund_made_elsewhere_that_does_not_say_all_yet_is_booked_when_it_does(
    world: ServiceWorld, names: tuple[str, ...]
) -> None:
    world.certify()
    contribution_id = world.pay("CP A")
    refund = dashboard_refund(world, contribution_id, PRICE + TIP)
    late(world, refund, *names)
    world.settle(seconds=5)
    assert "ExternalRefundFound" not in world.kinds()
    for _ in range(4):
        world.settle(seconds=LATE)
    assert world.kinds().count("ExternalRefundFound") == 1
    assert (world.balance(Account.SUSPENSE), world.balance(Account.PSP_COOP)) == (0, 0)
    world.check_money()


def test_what_is_named_days_late_is_booked_once_and_never_as_unexplained(world: ServiceWorld) -> None:
    world.certify()
    contribution_id = world.place("CP A")
    session = world.page(contribution_id)
    assert world.submit(session) == "Paid"
    late(world, intent_of(world, session), "latest_charge", seconds=60 * 3_600)
    for _ in range(30):
        world.settle(seconds=2 * 3_600)
        Reconciler(world.worker).run(world.now())
    assert world.kinds().count("PlatformMovementRecorded") == 0
    for _ in range(10):
        world.settle(seconds=3_600)
    assert len(world.contribution(contribution_id).payments) == 1
    done = Reconciler(world.worker).run(world.now())
    assert done is not None
    assert done.breaks == ()
    assert world.balance(Account.SUSPENSE) == 0
    world.check_money()


def test_everything_late_at_once_ends_as_if_nothing_had_been(world: ServiceWorld) -> None:
    world.certify()
    world.sandbox.do("/chaos", late_rate=0.6, late_seconds=900)
    contribution_id = world.place("CP A", "CE1")
    assert world.submit(world.page(contribution_id)) == "Paid"
    for _ in range(12):
        world.settle(seconds=LATE)
    assert world.balance(Account.PSP_COOP) == 2 * PRICE
    world.refund(contribution_id, PRICE, TIP)
    for _ in range(12):
        world.settle(seconds=LATE)
    assert world.kinds().count("RefundSettled") == 1
    assert charge_of(world, contribution_id)
    assert (world.balance(Account.SUSPENSE), world.balance(Account.PSP_COOP)) == (0, PRICE)
    world.check_money()


def test_an_instalment_whose_charge_is_not_named_in_the_answer_is_taken_once(world: ServiceWorld) -> None:
    world.certify()
    contribution_id = world.pay("CP A", instalments=3)
    world.sandbox.do("/chaos", late_rate=1.0, late_seconds=LATE)
    world.settle(days=32)
    for _ in range(8):
        world.settle(seconds=LATE)
    payments = world.contribution(contribution_id).payments
    assert len(payments) == 2
    made = [name for name in world.sandbox.sandbox.state.table("charge") if name.startswith("ch_")]
    assert len(made) == 2
    world.check_money()
