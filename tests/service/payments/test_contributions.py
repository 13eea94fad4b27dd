"""A contribution from the basket to the coop's account at the provider: once, to the cent, whatever is heard when."""

from __future__ import annotations

from dataclasses import replace

from adapters.payments.values import WebhookEvent
from domain.chart_of_accounts import Account
from domain.events.contribution import PaymentCaptured, ProviderFeeCharged
from service.payments.captures import apply_payment
from tests.kit.service_world import PRICE, TIP, ServiceWorld


def test_a_contribution_with_a_tip_is_captured_charged_its_fee_and_kept_for_the_coop(town: ServiceWorld) -> None:
    contribution_id = town.pay("CP A", "CE1")
    captured = next(event for event in town.events() if isinstance(event, PaymentCaptured))
    assert (captured.cents, captured.tip_cents) == (2 * PRICE, TIP)
    assert [(share.class_code, share.cents) for share in captured.shares] == [("CPA", PRICE), ("CE1", PRICE)]
    fee = next(event for event in town.events() if isinstance(event, ProviderFeeCharged))
    assert fee.cents == 64
    assert town.balance(Account.PSP_PLATFORM) == 25_92 - 64
    assert town.balance(Account.PSP_COOP) == 0
    assert town.contribution(contribution_id).outstanding == 0
    town.check_money()


def test_the_money_of_a_coop_moves_to_its_account_once_it_is_certified(town: ServiceWorld) -> None:
    town.pay("CP A")
    assert town.balance(Account.PSP_COOP) == 0
    town.certify()
    assert town.balance(Account.PSP_COOP) == PRICE
    town.pay("CE1")
    assert town.balance(Account.PSP_COOP) == 2 * PRICE
    town.check_money()


def test_hearing_everything_again_changes_nothing(town: ServiceWorld) -> None:
    town.certify()
    town.pay("CP A")
    before = town.kinds()
    with town.worker.inbox.pool.connection() as connection:
        connection.execute("UPDATE work.notifications SET state = 'waiting', attempts = 0")
        connection.execute("UPDATE work.tasks SET state = 'waiting', attempts = 0, run_at = added_at - interval '1 y'")
    town.settle()
    assert town.kinds() == before
    town.check_money()


def test_a_basket_that_nobody_pays_is_given_up(town: ServiceWorld) -> None:
    contribution_id = town.place()
    town.page(contribution_id)
    town.settle(days=2)
    assert town.contribution(contribution_id).abandoned
    assert "ContributionAbandoned" in town.kinds()
    town.check_money()


def test_a_refused_card_is_noted_and_another_may_pay(town: ServiceWorld) -> None:
    contribution_id = town.place()
    session = town.page(contribution_id)
    assert town.submit(session, "no money") == "Declined"
    town.settle(seconds=3)
    assert "PaymentFailed" in town.kinds()
    assert town.submit(session) == "Paid"
    town.settle(seconds=3)
    assert town.contribution(contribution_id).outstanding == 0
    town.check_money()


def test_a_fee_that_was_told_while_nobody_listened_is_known_in_the_end(town: ServiceWorld) -> None:
    contribution_id = town.place("CP A")
    session = town.page(contribution_id)
    assert town.submit(session) == "Paid"
    town.worker.sweep()
    (payment,) = [
        one for one in town.sandbox.sandbox.state.table("payment_intent").values() if one["status"] == "succeeded"
    ]
    told = town.worker.provider.payment(payment["id"])
    apply_payment(town.context, replace(told, fee=None))
    town.sandbox.pass_time(days=40)
    with town.worker.inbox.pool.connection() as connection:
        connection.execute("DELETE FROM work.notifications")
    assert "ProviderFeeCharged" not in town.kinds()
    town.settle()
    assert town.kinds().count("ProviderFeeCharged") == 1
    town.check_money()


def test_asking_for_the_page_again_gives_the_same_page(town: ServiceWorld) -> None:
    contribution_id = town.place()
    assert town.page(contribution_id) == town.page(contribution_id)


def test_a_lost_answer_to_any_call_makes_nothing_twice(town: ServiceWorld) -> None:
    for method, path in (("POST", "/v1/checkout/sessions"), ("POST", "/v1/transfers"), ("POST", "/v1/refunds")):
        town.sandbox.do("/failures", method=method, path=path, kind="lost_response")
    town.certify()
    contribution_id = town.pay("CP A", "CE1")
    town.refund(contribution_id, PRICE)
    for _ in range(3):
        town.settle(seconds=10)
    kinds = town.kinds()
    counted = {name: kinds.count(name) for name in ("PaymentCaptured", "FundsTransferred", "RefundSettled")}
    assert counted == {"PaymentCaptured": 1, "FundsTransferred": 1, "RefundSettled": 1}
    town.check_money()


def test_a_notification_about_an_unknown_object_waits_and_is_dropped_after_three_days(town: ServiceWorld) -> None:
    told = WebhookEvent(
        event="evt_unknown",
        kind="charge.succeeded",
        object_id="ch_unknown",
        account=None,
        created_at=town.now(),
        api_version="v",
        live=False,
    )
    town.worker.inbox.keep("platform", told, b"{}", town.now())
    town.settle()
    assert town.worker.inbox.count()["waiting"] == 1
    town.settle(days=4)
    assert town.worker.inbox.count().get("waiting", 0) == 0
    town.check_money()
