"""Payouts go to the IBAN we say with the label we say; books are read to the last movement."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from adapters.payments.errors import FundsNotAvailable, ProviderMisuse
from adapters.payments.values import PayoutOrder, PayoutState, ProviderBalance
from adapters.stripe_provider import StripeProvider
from adapters.stripe_sandbox.testing import SandboxServer
from tests.kit.stripe.provider_requests import COOP, PAYOUT, Coop, certified, funded, new_key, now, paid


def order(coop: Coop, cents: int = 2000, label: str = "COOP 06 PO000123") -> PayoutOrder:
    """Return the order of a payout."""
    return PayoutOrder(
        ledger="ad06",
        coop_id=COOP,
        payout_id=PAYOUT,
        account=coop.account,
        bank_account=coop.bank,
        cents=cents,
        label=label,
    )


def test_a_payout_goes_to_the_iban_with_the_label_and_names_ours(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    coop = funded(provider, sandbox)
    made = provider.create_payout(order(coop), key=new_key())
    assert (made.account, made.cents, made.state, made.payout_id) == (coop.account, 2000, PayoutState.PENDING, PAYOUT)
    assert provider.payout(made.payout, coop.account) == made
    options: Any = {"stripe_account": coop.account}
    kept = sandbox.stripe.v1.payouts.retrieve(made.payout, None, options)
    assert (kept.destination, kept.statement_descriptor) == (coop.bank, "COOP 06 PO000123")
    assert kept.metadata is not None
    assert kept.metadata.to_dict() == {"payout_id": str(PAYOUT), "ledger": "ad06", "coop_id": str(COOP)}


def test_a_payout_is_in_transit_then_paid_and_traced(provider: StripeProvider, sandbox: SandboxServer) -> None:
    coop = funded(provider, sandbox)
    made = provider.create_payout(order(coop), key=new_key())
    assert made.arrives_on.date() > now(sandbox).date()
    for outcome, state in (("send", PayoutState.IN_TRANSIT), ("pay", PayoutState.PAID)):
        sandbox.do(f"/payouts/{made.payout}", outcome=outcome)
        assert provider.payout(made.payout, coop.account).state is state
    (line,) = sandbox.control.get("/_sandbox/statements").json()["lines"]
    assert (line["cents"], line["reference"]) == (2000, "COOP 06 PO000123")


def test_a_payout_may_fail_after_it_was_paid_and_says_why(provider: StripeProvider, sandbox: SandboxServer) -> None:
    coop = funded(provider, sandbox)
    made = provider.create_payout(order(coop), key=new_key())
    for outcome in ("send", "pay", "fail"):
        sandbox.do(f"/payouts/{made.payout}", outcome=outcome)
    found = provider.payout(made.payout, coop.account)
    assert (found.state, found.failure) == (PayoutState.FAILED, "account_closed")
    assert provider.balance(coop.account) == ProviderBalance(available=2000, pending=0)


def test_a_payout_may_be_canceled_before_it_leaves(provider: StripeProvider, sandbox: SandboxServer) -> None:
    coop = funded(provider, sandbox)
    made = provider.create_payout(order(coop), key=new_key())
    sandbox.do(f"/payouts/{made.payout}", outcome="cancel")
    assert provider.payout(made.payout, coop.account).state is PayoutState.CANCELED


def test_more_than_is_available_is_not_paid_out(provider: StripeProvider, sandbox: SandboxServer) -> None:
    coop = funded(provider, sandbox)
    with pytest.raises(FundsNotAvailable):
        provider.create_payout(order(coop, 2001), key=new_key())
    assert list(provider.payouts(coop.account, now(sandbox) - timedelta(days=30))) == []


def test_the_same_key_pays_out_once(provider: StripeProvider, sandbox: SandboxServer) -> None:
    coop, key = funded(provider, sandbox), new_key()
    once = provider.create_payout(order(coop, 500), key=key)
    assert provider.create_payout(order(coop, 500), key=key) == once
    assert provider.balance(coop.account).available == 1500


def test_a_label_that_no_statement_shows_whole_is_refused(provider: StripeProvider, sandbox: SandboxServer) -> None:
    coop = funded(provider, sandbox)
    provider.create_payout(order(coop, 500, "X" * 22), key=new_key())
    with pytest.raises(ProviderMisuse, match="label too long"):
        provider.create_payout(order(coop, 500, "X" * 23), key=new_key())


def test_the_payouts_of_an_account_come_newest_first_from_an_instant_on(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    coop = funded(provider, sandbox)
    first = provider.create_payout(order(coop, 500), key=new_key())
    sandbox.pass_time(seconds=60)
    second = provider.create_payout(order(coop, 600), key=new_key())
    assert list(provider.payouts(coop.account, first.created_at)) == [second, first]
    assert list(provider.payouts(coop.account, first.created_at + timedelta(milliseconds=1))) == [second]
    assert list(provider.payouts(None, first.created_at)) == []


def test_a_payout_of_another_account_is_not_there(provider: StripeProvider, sandbox: SandboxServer) -> None:
    made = provider.create_payout(order(funded(provider, sandbox)), key=new_key())
    with pytest.raises(ProviderMisuse):
        provider.payout(made.payout, certified(provider, sandbox).account)
    with pytest.raises(ProviderMisuse):
        provider.payout(made.payout, None)


def test_a_balance_is_the_sum_of_its_movements(provider: StripeProvider, sandbox: SandboxServer) -> None:
    began = now(sandbox) - timedelta(days=1)
    coop = funded(provider, sandbox)
    provider.create_payout(order(coop, 500), key=new_key())
    paid(provider, sandbox)
    sandbox.pass_time(seconds=60)
    for account, kinds in ((None, {"charge", "transfer"}), (coop.account, {"payment", "payout"})):
        moved = list(provider.balance_transactions(account, began, now(sandbox) + timedelta(seconds=1)))
        assert {one.kind for one in moved} == kinds
        assert sum(one.net for one in moved) == provider.balance(account).total
        assert all(one.net == one.cents - one.fee for one in moved)
        assert all(one.account == account for one in moved)
        assert [one.created_at for one in moved] == sorted((one.created_at for one in moved), reverse=True)


def test_a_movement_names_what_moved_it_and_when_it_can_be_spent(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    payment = paid(provider, sandbox)
    sandbox.pass_time(seconds=60)
    (moved,) = provider.balance_transactions(
        None, now(sandbox) - timedelta(days=1), now(sandbox) + timedelta(seconds=1)
    )
    assert (moved.source, moved.cents, moved.fee, moved.net) == (payment.charge, 2200, 58, 2142)
    assert moved.available_on > moved.created_at


def test_movements_are_those_of_the_interval_without_its_end(provider: StripeProvider, sandbox: SandboxServer) -> None:
    paid(provider, sandbox)
    sandbox.pass_time(seconds=60)
    (one,) = provider.balance_transactions(None, now(sandbox) - timedelta(days=1), now(sandbox) + timedelta(seconds=1))
    at, moment = one.created_at, timedelta(seconds=1)
    assert list(provider.balance_transactions(None, at, at + moment)) == [one]
    assert list(provider.balance_transactions(None, at - moment, at)) == []
    assert list(provider.balance_transactions(None, at + moment / 2, at + moment)) == []
    assert list(provider.balance_transactions(None, at - moment / 2, at + moment / 2)) == [one]


def test_lists_longer_than_a_page_are_read_to_the_end(provider: StripeProvider, sandbox: SandboxServer) -> None:
    began, coop = now(sandbox), funded(provider, sandbox)
    for _ in range(103):
        provider.create_payout(order(coop, 1), key=new_key())
    assert len(list(provider.payouts(coop.account, began - timedelta(seconds=1)))) == 103
    moved = provider.balance_transactions(
        coop.account, began - timedelta(seconds=1), now(sandbox) + timedelta(seconds=1)
    )
    assert len({one.movement for one in moved}) == 104


def test_the_notifications_of_an_account_are_listed_newest_first(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    began, coop = now(sandbox), funded(provider, sandbox)
    made = provider.create_payout(order(coop), key=new_key())
    listed = list(provider.webhook_events(coop.account, began - timedelta(seconds=1)))
    assert (listed[0].kind, listed[0].object_id, listed[0].account) == ("payout.created", made.payout, coop.account)
    assert all(one.api_version is None and provider.supports(one) and not one.live for one in listed)
    platform = list(provider.webhook_events(None, began - timedelta(seconds=1)))
    assert {one.account for one in platform} == {None}
    assert "payment_intent.succeeded" in {one.kind for one in platform}
    assert len({one.event for one in platform}) == len(platform)
