"""A contribution from the basket to the coop's account at the provider: once, to the cent, whatever is heard when."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.payments.values import WebhookEvent
from domain.campaign.payments import RecordProviderFee
from domain.campaign.state import Campaign
from domain.chart_of_accounts import Account
from domain.errors import InvalidInput
from domain.events.base import Event
from domain.events.contribution import PaymentCaptured, ProviderFeeCharged
from service.payments.captures import apply_payment
from tests.kit.service_world import PRICE, TIP, ServiceWorld


def test_a_contribution_with_a_tip_is_captured_charged_its_fee_and_kept_for_the_coop(world: ServiceWorld) -> None:
    contribution_id = world.pay("CP A", "CE1")
    captured = next(event for event in world.events() if isinstance(event, PaymentCaptured))
    assert (captured.cents, captured.tip_cents) == (2 * PRICE, TIP)
    assert [(share.class_code, share.cents) for share in captured.shares] == [("CPA", PRICE), ("CE1", PRICE)]
    fee = next(event for event in world.events() if isinstance(event, ProviderFeeCharged))
    assert fee.cents == 64
    assert world.balance(Account.PSP_PLATFORM) == 25_92 - 64
    assert world.balance(Account.PSP_COOP) == 0
    assert world.contribution(contribution_id).outstanding == 0
    world.check_money()


def test_the_money_of_a_coop_moves_to_its_account_once_it_is_certified(world: ServiceWorld) -> None:
    world.pay("CP A")
    assert world.balance(Account.PSP_COOP) == 0
    world.certify()
    assert world.balance(Account.PSP_COOP) == PRICE
    world.pay("CE1")
    assert world.balance(Account.PSP_COOP) == 2 * PRICE
    world.check_money()


def test_hearing_everything_again_changes_nothing(world: ServiceWorld) -> None:
    world.certify()
    world.pay("CP A")
    before = world.kinds()
    with world.worker.inbox.pool.connection() as connection:
        connection.execute("UPDATE work.notifications SET state = 'waiting', attempts = 0")
        connection.execute("UPDATE work.tasks SET state = 'waiting', attempts = 0, run_at = added_at - interval '1 y'")
    world.settle()
    assert world.kinds() == before
    world.check_money()


def test_a_basket_that_nobody_pays_is_given_up(world: ServiceWorld) -> None:
    contribution_id = world.place()
    world.page(contribution_id)
    world.settle(days=2)
    assert world.contribution(contribution_id).abandoned
    assert "ContributionAbandoned" in world.kinds()
    world.check_money()


def test_a_refused_card_is_noted_and_another_may_pay(world: ServiceWorld) -> None:
    contribution_id = world.place()
    session = world.page(contribution_id)
    assert world.submit(session, "no money") == "Declined"
    world.settle(seconds=3)
    assert "PaymentFailed" in world.kinds()
    assert world.submit(session) == "Paid"
    world.settle(seconds=3)
    assert world.contribution(contribution_id).outstanding == 0
    world.check_money()


def test_a_fee_that_was_told_while_nobody_listened_is_known_in_the_end(world: ServiceWorld) -> None:
    contribution_id = world.place("CP A")
    session = world.page(contribution_id)
    assert world.submit(session) == "Paid"
    world.worker.sweep()
    (payment,) = [
        one for one in world.sandbox.sandbox.state.table("payment_intent").values() if one["status"] == "succeeded"
    ]
    told = world.worker.provider.payment(payment["id"])
    apply_payment(world.context, replace(told, fee=None))
    world.sandbox.pass_time(days=40)
    with world.worker.inbox.pool.connection() as connection:
        connection.execute("DELETE FROM work.notifications")
    assert "ProviderFeeCharged" not in world.kinds()
    world.settle()
    assert world.kinds().count("ProviderFeeCharged") == 1
    world.check_money()


def test_a_fee_that_is_known_at_the_first_look_is_recorded_with_the_payment(world: ServiceWorld) -> None:
    contribution_id = world.place("CP A")
    assert world.submit(world.page(contribution_id)) == "Paid"
    world.sandbox.pass_time(seconds=30)
    before = world.context.ledger.store.head()[0]
    world.worker.sweep()
    world.worker.work()
    facts = world.context.ledger.store.events(before + 1, 10)
    assert [type(fact.event).__name__ for fact in facts] == ["PaymentCaptured", "ProviderFeeCharged"]
    assert len({fact.recorded_at for fact in facts}) == 1
    world.check_money()


def test_a_fee_that_cannot_be_recorded_keeps_no_payment_out_of_the_ledger(
    world: ServiceWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    contribution_id = world.place("CP A")
    assert world.submit(world.page(contribution_id)) == "Paid"
    world.sandbox.pass_time(seconds=30)
    world.worker.sweep()
    with monkeypatch.context() as patch:
        patch.setattr(RecordProviderFee, "decide", _refuse)
        world.worker.work()
    assert "PaymentCaptured" in world.kinds()
    assert not {"PaymentPutOnHold", "ProviderFeeCharged"} & set(world.kinds())
    world.settle(seconds=60)
    assert world.kinds().count("ProviderFeeCharged") == 1
    world.check_money()


def _refuse(command: RecordProviderFee, _state: Campaign) -> tuple[Event, ...]:
    raise InvalidInput(payment=command.payment_id)


def test_asking_for_the_page_again_gives_the_same_page(world: ServiceWorld) -> None:
    contribution_id = world.place()
    assert world.page(contribution_id) == world.page(contribution_id)


def test_a_lost_answer_to_any_call_makes_nothing_twice(world: ServiceWorld) -> None:
    for method, path in (("POST", "/v1/checkout/sessions"), ("POST", "/v1/transfers"), ("POST", "/v1/refunds")):
        world.sandbox.do("/failures", method=method, path=path, kind="lost_response")
    world.certify()
    contribution_id = world.pay("CP A", "CE1")
    world.refund(contribution_id, PRICE)
    for _ in range(3):
        world.settle(seconds=10)
    kinds = world.kinds()
    counted = {name: kinds.count(name) for name in ("PaymentCaptured", "FundsTransferred", "RefundSettled")}
    assert counted == {"PaymentCaptured": 1, "FundsTransferred": 1, "RefundSettled": 1}
    world.check_money()


def test_a_notification_about_an_unknown_object_waits_and_is_dropped_after_three_days_and_many_looks(
    world: ServiceWorld,
) -> None:
    told = WebhookEvent(
        event="evt_unknown",
        kind="charge.succeeded",
        object_id="ch_unknown",
        account=None,
        created_at=world.now(),
        api_version="v",
        live=False,
    )
    world.worker.keep("platform", told, b"{}")
    world.settle()
    assert world.worker.inbox.count()["waiting"] == 1
    world.settle(days=4)
    assert world.worker.inbox.count()["waiting"] == 1
    for _ in range(6):
        world.settle(seconds=3_600)
    assert world.worker.inbox.count().get("waiting", 0) == 0
    world.check_money()
