"""Payouts to the coop's bank: each leaves once, to the account confirmed by then, and what fails is free again."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.aggregate import Stamp
from domain.chart_of_accounts import Account
from domain.coop.payouts import RequestPayout
from domain.coop.state import PayoutStatus
from domain.errors import InsufficientBalance, PayoutsAreFrozen
from domain.events.payout import PayoutFailed, PayoutRequested, PayoutReturned, PayoutSent
from tests.kit.service_world import PRICE, ServiceWorld

OTHER_IBAN = "FR7630006000011234567890189"
CLOSED_IBAN = "FR7920041010050500013M02600"


def status(town: ServiceWorld, payout_id: UUID) -> PayoutStatus:
    """Where a payout stands."""
    return town.context.coop(town.coop_id).payouts[payout_id].status


def at_provider(town: ServiceWorld) -> list[dict[str, Any]]:
    """All payouts that were made at the provider, oldest first."""
    return list(town.sandbox.sandbox.state.table("payout").values())


def test_a_payout_to_a_closed_account_fails_and_its_movements_can_be_paid_out_again(town: ServiceWorld) -> None:
    town.certify()
    town.confirm_bank_account(CLOSED_IBAN)
    town.settle()
    town.pay("CP A", "CE1", card="instant")
    first = town.payout(PRICE + 5_00)
    town.settle(seconds=3)
    town.settle(days=5)
    (failed,) = (event for event in town.events() if isinstance(event, PayoutFailed))
    assert (failed.reason, failed.was_sent) == ("account_closed", True)
    assert town.context.funds(town.coop_id).available == 2 * PRICE
    town.check_money()
    town.confirm_bank_account(OTHER_IBAN)
    second = town.payout(2 * PRICE)
    town.settle(seconds=3)
    town.settle(days=5)
    assert (status(town, first), status(town, second)) == (PayoutStatus.FAILED, PayoutStatus.PAID)
    one, two = (event.content for event in town.events() if isinstance(event, PayoutRequested))
    assert sum(item.cents for item in one) == PRICE + 5_00
    assert [(item.kind, item.cents) for item in two] == [(two[0].kind, 2 * PRICE)]
    assert one[0].reference == two[0].reference
    town.check_money()


def test_a_payout_that_comes_back_after_it_was_paid_is_available_again(town: ServiceWorld) -> None:
    town.certify()
    town.pay("CP A", card="instant")
    payout_id = town.payout(PRICE)
    town.settle(seconds=3)
    town.settle(days=5)
    assert status(town, payout_id) is PayoutStatus.PAID
    assert town.balance(Account.TRANSFERS) == PRICE
    town.sandbox.do(f"/payouts/{at_provider(town)[0]['id']}", outcome="fail", failure_code="no_account")
    town.settle(seconds=3)
    (returned,) = (event for event in town.events() if isinstance(event, PayoutReturned))
    assert returned.reason == "no_account"
    assert town.balance(Account.TRANSFERS) == 0
    assert town.context.funds(town.coop_id).available == PRICE
    town.check_money()


def test_a_payout_cancelled_at_the_provider_is_available_again(town: ServiceWorld) -> None:
    town.certify()
    town.pay("CP A", card="instant")
    town.payout(PRICE)
    town.settle(seconds=3)
    town.sandbox.do(f"/payouts/{at_provider(town)[0]['id']}", outcome="cancel")
    town.settle(seconds=3)
    assert [event.reason for event in town.events() if isinstance(event, PayoutFailed)] == ["canceled"]
    assert town.context.funds(town.coop_id).available == PRICE
    town.check_money()


def test_of_two_payouts_of_the_same_balance_asked_for_at_once_one_is_made(town: ServiceWorld) -> None:
    town.certify()
    town.pay("CP A", card="instant")
    asked = [
        town.context.ledger.bus.submit(
            RequestPayout(stream_id=town.coop_id, stamp=Stamp(at=town.now(), by=who), payout_id=uuid4(), cents=PRICE)
        )
        for who in ("one", "two")
    ]
    refused = [error for error in (future.exception(30) for future in asked) if error is not None]
    assert [type(error) for error in refused] == [InsufficientBalance]
    town.settle(seconds=3)
    town.settle(days=5)
    assert [one["status"] for one in at_provider(town)] == ["paid"]
    assert town.kinds().count("PayoutPaid") == 1
    town.check_money()


def test_a_payout_that_waited_for_funds_does_not_leave_to_an_account_replaced_meanwhile(town: ServiceWorld) -> None:
    town.certify()
    town.pay("CP A")
    payout_id = town.payout(PRICE)
    town.settle(seconds=3)
    assert status(town, payout_id) is PayoutStatus.REQUESTED
    town.confirm_bank_account(OTHER_IBAN)
    town.settle(days=8)
    assert [event.reason for event in town.events() if isinstance(event, PayoutFailed)] == ["bank account changed"]
    assert at_provider(town) == []
    town.check_money()


def test_a_payout_that_waited_for_funds_is_not_made_without_certification(town: ServiceWorld) -> None:
    account = town.certify()
    town.pay("CP A")
    payout_id = town.payout(PRICE)
    town.settle(seconds=3)
    town.sandbox.do(f"/accounts/{account}/certification", action="revoke")
    town.settle(days=8)
    assert status(town, payout_id) is PayoutStatus.FAILED
    assert at_provider(town) == []
    town.check_money()


def test_a_payout_leaves_within_hours_of_its_funds_being_available(town: ServiceWorld) -> None:
    town.certify()
    town.pay("CP A")
    payout_id = town.payout(PRICE)
    town.settle(seconds=3)
    opens = max(one["available_on"] for one in town.sandbox.sandbox.state.table("balance_transaction").values())
    town.settle(seconds=opens - town.now().timestamp() - 3600)
    assert status(town, payout_id) is PayoutStatus.REQUESTED
    town.settle(seconds=7 * 3600)
    assert status(town, payout_id) is PayoutStatus.SENT
    town.check_money()


def test_another_account_given_at_the_provider_freezes_payouts_until_one_is_confirmed(town: ServiceWorld) -> None:
    account = town.certify()
    town.pay("CP A", "CE1", card="instant")
    payout_id = town.payout(PRICE)
    town.sandbox.do(f"/accounts/{account}/bank_account", iban=OTHER_IBAN, holder="COOP")
    town.settle(seconds=3)
    assert "PayoutsFrozen" in town.kinds()
    assert status(town, payout_id) is PayoutStatus.REQUESTED
    assert at_provider(town) == []
    town.settle(days=1)
    assert status(town, payout_id) is PayoutStatus.REQUESTED
    town.check_money()


def test_frozen_payouts_refuse_a_new_one_and_go_on_after_a_confirmation(town: ServiceWorld) -> None:
    account = town.certify()
    town.pay("CP A", "CE1", card="instant")
    waiting = town.payout(PRICE)
    town.sandbox.do(f"/accounts/{account}/bank_account", iban=CLOSED_IBAN, holder="COOP")
    town.settle(seconds=3)
    with pytest.raises(PayoutsAreFrozen):
        town.payout(PRICE)
    town.confirm_bank_account(OTHER_IBAN)
    town.settle(seconds=3)
    # The one that waited was meant for the account confirmed before.
    assert status(town, waiting) is PayoutStatus.FAILED
    again = town.payout(2 * PRICE)
    town.settle(seconds=3)
    town.settle(days=5)
    assert status(town, again) is PayoutStatus.PAID
    assert town.kinds().count("PayoutsFrozen") == 1
    town.check_money()


def test_the_confirmed_account_confirmed_again_ends_the_freeze_and_the_payout_leaves(town: ServiceWorld) -> None:
    account = town.certify()
    town.pay("CP A", card="instant")
    payout_id = town.payout(PRICE)
    town.sandbox.do(f"/accounts/{account}/bank_account", iban=OTHER_IBAN, holder="COOP")
    town.settle(seconds=3)
    assert status(town, payout_id) is PayoutStatus.REQUESTED
    town.confirm_again()
    town.settle(seconds=3)
    assert status(town, payout_id) is PayoutStatus.SENT
    town.settle(days=5)
    assert status(town, payout_id) is PayoutStatus.PAID
    town.check_money()


def test_a_payout_made_at_the_provider_by_hand_is_not_ours(town: ServiceWorld) -> None:
    account = town.certify()
    town.pay("CP A", card="instant")
    params: Any = {"amount": 5_00, "currency": "eur"}
    town.sandbox.stripe.v1.payouts.create(params, {"stripe_account": account})
    town.settle(days=5)
    assert not [event for event in town.events() if isinstance(event, PayoutRequested | PayoutSent)]
    assert town.worker.inbox.count().get("parked", 0) == 0
    # The reconciliation finds the difference: here it is the five euros, no more.
    assert town.balance(Account.PSP_COOP) - town.worker.provider.balance(account).total == 5_00


def test_a_payout_whose_answer_was_lost_is_found_days_later_and_not_made_again(town: ServiceWorld) -> None:
    town.certify()
    town.pay("CP A", card="instant")
    town.settle(days=1)
    payout_id = town.payout(PRICE)
    town.sandbox.do("/failures", method="POST", path="/v1/payouts", kind="lost_response", times=3)
    town.worker.work_off()
    assert status(town, payout_id) is PayoutStatus.REQUESTED
    # The key is forgotten by now, and the money is back on no balance: a second payout would take the next family's.
    town.sandbox.pass_time(days=2)
    town.pay("CE1", card="instant")
    town.settle(seconds=3)
    town.settle(days=5)
    assert [one["amount"] for one in at_provider(town)] == [PRICE]
    assert status(town, payout_id) is PayoutStatus.PAID
    assert town.context.funds(town.coop_id).available == PRICE
    town.check_money()
