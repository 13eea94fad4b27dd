"""Payouts to the coop's bank: each leaves once, to the account confirmed by then, and what fails is free again."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from adapters.jobs import Outbox
from domain.aggregate import Stamp
from domain.calendar import paris_date
from domain.chart_of_accounts import Account
from domain.coop.banking import MatchBankLine, MatchBankReturn
from domain.coop.payouts import CancelPayout, RequestPayout
from domain.coop.state import PayoutStatus
from domain.errors import InsufficientBalance, PayoutLeaving, PayoutsAreFrozen
from domain.events.payout import PayoutFailed, PayoutRequested, PayoutReturned, PayoutSent
from service.payments.payouts import payout_kept_back
from tests.kit.service_world import PRICE, ServiceWorld

OTHER_IBAN = "FR7630006000011234567890189"
CLOSED_IBAN = "FR7920041010050500013M02600"


def status(world: ServiceWorld, payout_id: UUID) -> PayoutStatus:
    """Where a payout stands."""
    return world.context.coop(world.coop_id).payouts[payout_id].status


def at_provider(world: ServiceWorld) -> list[dict[str, Any]]:
    """All payouts that were made at the provider, oldest first."""
    return list(world.sandbox.sandbox.state.table("payout").values())


def test_a_payout_to_a_closed_account_fails_and_its_movements_can_be_paid_out_again(world: ServiceWorld) -> None:
    world.certify()
    world.confirm_bank_account(CLOSED_IBAN)
    world.settle()
    world.pay("CP A", "CE1", card="instant")
    first = world.payout(PRICE + 5_00)
    world.settle(seconds=3)
    world.settle(days=5)
    (failed,) = (event for event in world.events() if isinstance(event, PayoutFailed))
    assert (failed.reason, failed.was_sent) == ("account_closed", True)
    assert world.context.funds(world.coop_id).available == 2 * PRICE
    world.check_money()
    world.confirm_bank_account(OTHER_IBAN)
    second = world.payout(2 * PRICE)
    world.settle(seconds=3)
    world.settle(days=5)
    assert (status(world, first), status(world, second)) == (PayoutStatus.FAILED, PayoutStatus.PAID)
    one, two = (event.content for event in world.events() if isinstance(event, PayoutRequested))
    assert sum(item.cents for item in one) == PRICE + 5_00
    assert [(item.kind, item.cents) for item in two] == [(two[0].kind, 2 * PRICE)]
    assert one[0].reference == two[0].reference
    world.check_money()


def test_a_payout_that_comes_back_after_it_was_paid_is_available_again(world: ServiceWorld) -> None:
    world.certify()
    world.pay("CP A", card="instant")
    payout_id = world.payout(PRICE)
    world.settle(seconds=3)
    world.settle(days=5)
    assert status(world, payout_id) is PayoutStatus.PAID
    line = {"payout_id": payout_id, "cents": PRICE, "booked_on": paris_date(world.now())}
    world.do(MatchBankLine, world.coop_id, bank_line_id="L-1", **line)
    assert (world.balance(Account.BANK), world.balance(Account.PAYOUT_TRANSFERS)) == (PRICE, 0)
    world.sandbox.do(f"/payouts/{at_provider(world)[0]['id']}", outcome="fail", failure_code="no_account")
    world.settle(seconds=3)
    (returned,) = (event for event in world.events() if isinstance(event, PayoutReturned))
    assert returned.reason == "no_account"
    assert world.balance(Account.PAYOUT_TRANSFERS) == -PRICE
    world.do(MatchBankReturn, world.coop_id, bank_line_id="L-2", **line)
    assert (world.balance(Account.BANK), world.balance(Account.PAYOUT_TRANSFERS)) == (0, 0)
    assert world.context.funds(world.coop_id).available == PRICE
    world.check_money()


def test_a_payout_cancelled_at_the_provider_is_available_again(world: ServiceWorld) -> None:
    world.certify()
    world.pay("CP A", card="instant")
    world.payout(PRICE)
    world.settle(seconds=3)
    world.sandbox.do(f"/payouts/{at_provider(world)[0]['id']}", outcome="cancel")
    world.settle(seconds=3)
    assert [event.reason for event in world.events() if isinstance(event, PayoutFailed)] == ["canceled"]
    assert world.context.funds(world.coop_id).available == PRICE
    world.check_money()


def test_of_two_payouts_of_the_same_balance_asked_for_at_once_one_is_made(world: ServiceWorld) -> None:
    world.certify()
    world.pay("CP A", card="instant")
    asked = [
        world.context.ledger.bus.submit(
            RequestPayout(stream_id=world.coop_id, stamp=Stamp(at=world.now(), by=who), payout_id=uuid4(), cents=PRICE)
        )
        for who in ("one", "two")
    ]
    refused = [error for error in (future.exception(30) for future in asked) if error is not None]
    assert [type(error) for error in refused] == [InsufficientBalance]
    world.settle(seconds=3)
    world.settle(days=5)
    assert [one["status"] for one in at_provider(world)] == ["paid"]
    assert world.kinds().count("PayoutPaid") == 1
    world.check_money()


def test_a_payout_that_waited_for_funds_does_not_leave_to_an_account_replaced_meanwhile(world: ServiceWorld) -> None:
    world.certify()
    world.pay("CP A")
    payout_id = world.payout(PRICE)
    world.settle(seconds=3)
    assert status(world, payout_id) is PayoutStatus.REQUESTED
    world.confirm_bank_account(OTHER_IBAN)
    world.settle(days=8)
    assert [event.reason for event in world.events() if isinstance(event, PayoutFailed)] == ["bank_account_changed"]
    assert at_provider(world) == []
    world.check_money()


def test_a_payout_that_waits_is_cancelled_and_never_reaches_the_provider(world: ServiceWorld) -> None:
    world.certify()
    world.pay("CP A")
    payout_id = world.payout(PRICE)
    world.settle(seconds=3)
    with payout_kept_back(world.worker.outbox, world.context.slug, world.coop_id, payout_id):
        world.do(CancelPayout, world.coop_id, payout_id=payout_id)
    world.settle(days=8)
    assert at_provider(world) == []
    assert status(world, payout_id) is PayoutStatus.CANCELLED
    world.payout(PRICE)
    world.settle(seconds=3)
    world.settle(days=5)
    assert [one["status"] for one in at_provider(world)] == ["paid"]
    world.check_money()


def test_a_payout_is_not_cancelled_while_its_call_to_the_provider_has_no_recorded_end(world: ServiceWorld) -> None:
    world.certify()
    world.pay("CP A", card="instant")
    world.sandbox.do("/failures", method="POST", path="/v1/payouts", kind="500_before", times=20)
    payout_id = world.payout(PRICE)
    world.settle(seconds=3)
    assert status(world, payout_id) is PayoutStatus.REQUESTED
    with pytest.raises(PayoutLeaving), payout_kept_back(*_kept(world, payout_id)):
        pass


def _kept(world: ServiceWorld, payout_id: UUID) -> tuple[Outbox, str, UUID, UUID]:
    return world.worker.outbox, world.context.slug, world.coop_id, payout_id


def test_a_payout_that_waited_for_funds_is_not_made_without_certification(world: ServiceWorld) -> None:
    account = world.certify()
    world.pay("CP A")
    payout_id = world.payout(PRICE)
    world.settle(seconds=3)
    world.sandbox.do(f"/accounts/{account}/certification", action="revoke")
    world.settle(days=8)
    assert status(world, payout_id) is PayoutStatus.FAILED
    assert at_provider(world) == []
    world.check_money()


def test_a_payout_leaves_within_hours_of_its_funds_being_available(world: ServiceWorld) -> None:
    world.certify()
    world.pay("CP A")
    payout_id = world.payout(PRICE)
    world.settle(seconds=3)
    opens = max(one["available_on"] for one in world.sandbox.sandbox.state.table("balance_transaction").values())
    world.settle(seconds=opens - world.now().timestamp() - 3600)
    assert status(world, payout_id) is PayoutStatus.REQUESTED
    world.settle(seconds=7 * 3600)
    assert status(world, payout_id) is PayoutStatus.SENT
    world.check_money()


def test_another_account_given_at_the_provider_freezes_payouts_until_one_is_confirmed(world: ServiceWorld) -> None:
    account = world.certify()
    world.pay("CP A", "CE1", card="instant")
    payout_id = world.payout(PRICE)
    world.sandbox.do(f"/accounts/{account}/bank_account", iban=OTHER_IBAN, holder="COOP")
    world.settle(seconds=3)
    assert "PayoutsFrozen" in world.kinds()
    assert status(world, payout_id) is PayoutStatus.REQUESTED
    assert at_provider(world) == []
    world.settle(days=1)
    assert status(world, payout_id) is PayoutStatus.REQUESTED
    world.check_money()


def test_frozen_payouts_refuse_a_new_one_and_go_on_after_a_confirmation(world: ServiceWorld) -> None:
    account = world.certify()
    world.pay("CP A", "CE1", card="instant")
    waiting = world.payout(PRICE)
    world.sandbox.do(f"/accounts/{account}/bank_account", iban=CLOSED_IBAN, holder="COOP")
    world.settle(seconds=3)
    with pytest.raises(PayoutsAreFrozen):
        world.payout(PRICE)
    world.confirm_bank_account(OTHER_IBAN)
    world.settle(seconds=3)
    # The one that waited was meant for the account confirmed before.
    assert status(world, waiting) is PayoutStatus.FAILED
    again = world.payout(2 * PRICE)
    world.settle(seconds=3)
    world.settle(days=5)
    assert status(world, again) is PayoutStatus.PAID
    assert world.kinds().count("PayoutsFrozen") == 1
    world.check_money()


def test_the_confirmed_account_confirmed_again_ends_the_freeze_and_the_payout_leaves(world: ServiceWorld) -> None:
    account = world.certify()
    world.pay("CP A", card="instant")
    payout_id = world.payout(PRICE)
    world.sandbox.do(f"/accounts/{account}/bank_account", iban=OTHER_IBAN, holder="COOP")
    world.settle(seconds=3)
    assert status(world, payout_id) is PayoutStatus.REQUESTED
    world.confirm_again()
    world.settle(seconds=3)
    assert status(world, payout_id) is PayoutStatus.SENT
    world.settle(days=5)
    assert status(world, payout_id) is PayoutStatus.PAID
    world.check_money()


def test_a_payout_made_at_the_provider_by_hand_is_not_ours(world: ServiceWorld) -> None:
    account = world.certify()
    world.pay("CP A", card="instant")
    params: Any = {"amount": 5_00, "currency": "eur"}
    world.sandbox.stripe.v1.payouts.create(params, {"stripe_account": account})
    world.settle(days=5)
    assert not [event for event in world.events() if isinstance(event, PayoutRequested | PayoutSent)]
    assert world.worker.inbox.count().get("parked", 0) == 0
    # The reconciliation finds the difference: here it is the five euros, no more.
    assert world.balance(Account.PSP_COOP) - world.worker.provider.balance(account).total == 5_00


def test_a_payout_whose_answer_was_lost_is_found_days_later_and_not_made_again(world: ServiceWorld) -> None:
    world.certify()
    world.pay("CP A", card="instant")
    world.settle(days=1)
    payout_id = world.payout(PRICE)
    world.sandbox.do("/failures", method="POST", path="/v1/payouts", kind="lost_response", times=3)
    world.worker.work_off()
    assert status(world, payout_id) is PayoutStatus.REQUESTED
    # The key is forgotten by now, and the money is back on no balance: a second payout would take the next family's.
    world.sandbox.pass_time(days=2)
    world.pay("CE1", card="instant")
    world.settle(seconds=3)
    world.settle(days=5)
    assert [one["amount"] for one in at_provider(world)] == [PRICE]
    assert status(world, payout_id) is PayoutStatus.PAID
    assert world.context.funds(world.coop_id).available == PRICE
    world.check_money()
