"""Transfers: the coop's part moves before its funds are available, and comes back to the cent."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from adapters.payments.errors import FundsNotAvailable, ProviderMisuse
from adapters.payments.values import Grant, TransferRequest
from adapters.stripe_provider import StripeProvider
from adapters.stripe_sandbox.testing import SandboxServer
from tests.kit.stripe.provider_requests import certified, charge_of, new_account, new_key, now, paid, reference


def test_the_coops_part_of_a_payment_moves_while_its_funds_are_pending(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    about, account = reference(), certified(provider, sandbox).account
    payment = paid(provider, sandbox, about)
    wanted = TransferRequest(reference=about, charge=charge_of(payment), account=account, cents=2000)
    moved = provider.transfer(wanted, key=new_key())
    assert (moved.account, moved.cents) == (account, 2000)
    assert (moved.charge, moved.reference) == (charge_of(payment), about)
    assert abs((now(sandbox) - moved.moved_at).total_seconds()) < 60
    assert provider.balance(account).pending == 2000
    assert provider.balance(account).available == 0


def test_the_transfers_of_a_contribution_are_found_oldest_first_and_no_others(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    about, account = reference(), certified(provider, sandbox).account
    for other in (about, about, reference()):
        payment = paid(provider, sandbox, other)
        sandbox.pass_time(seconds=60)
        request = TransferRequest(
            reference=other, charge=charge_of(payment), account=account, cents=payment.cents - 200
        )
        provider.transfer(request, key=new_key())
    found = provider.transfers(about)
    assert [one.reference for one in found] == [about, about]
    assert found[0].moved_at < found[1].moved_at
    assert provider.transfers(reference()) == []


def test_the_same_key_moves_the_money_once(provider: StripeProvider, sandbox: SandboxServer) -> None:
    about, account, key = reference(), certified(provider, sandbox).account, new_key()
    request = TransferRequest(
        reference=about, charge=charge_of(paid(provider, sandbox, about)), account=account, cents=2000
    )
    assert provider.transfer(request, key=key) == provider.transfer(request, key=key)
    assert provider.balance(account).total == 2000


def test_a_transfer_comes_back_in_parts_each_with_its_reason(provider: StripeProvider, sandbox: SandboxServer) -> None:
    about, account = reference(), certified(provider, sandbox).account
    charge = charge_of(paid(provider, sandbox, about))
    request = TransferRequest(reference=about, charge=charge, account=account, cents=2000)
    moved = provider.transfer(request, key=new_key())
    first = provider.reverse_transfer(moved.transfer, 500, reason_id="refund 1", key=new_key())
    sandbox.pass_time(seconds=60)
    second = provider.reverse_transfer(moved.transfer, 700, reason_id="dispute 2", key=new_key())
    assert (first.cents, first.reason_id, first.transfer) == (500, "refund 1", moved.transfer)
    assert provider.reversals(moved.transfer) == [first, second]
    assert provider.balance(account).total == 800


def test_more_than_was_moved_cannot_come_back(provider: StripeProvider, sandbox: SandboxServer) -> None:
    about, account = reference(), certified(provider, sandbox).account
    charge = charge_of(paid(provider, sandbox, about))
    request = TransferRequest(reference=about, charge=charge, account=account, cents=2000)
    moved = provider.transfer(request, key=new_key())
    with pytest.raises(ProviderMisuse):
        provider.reverse_transfer(moved.transfer, 2001, reason_id="refund 1", key=new_key())
    assert provider.reversals(moved.transfer) == []


def test_an_account_not_yet_certified_receives_nothing(provider: StripeProvider, sandbox: SandboxServer) -> None:
    about = reference()
    charge = charge_of(paid(provider, sandbox, about))
    request = TransferRequest(reference=about, charge=charge, account=new_account(provider), cents=2000)
    with pytest.raises(ProviderMisuse) as refused:
        provider.transfer(request, key=new_key())
    assert refused.value.values["status"] == "insufficient_capabilities_for_transfer"


def test_the_platform_s_own_money_moves_to_a_coop_once_and_is_found_by_its_adjustment(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    account, adjustment_id, key = certified(provider, sandbox).account, uuid4(), new_key()
    grant = Grant(ledger="ad06", coop_id=uuid4(), adjustment_id=adjustment_id, account=account, cents=300)
    with pytest.raises(FundsNotAvailable):
        provider.grant(grant, key=new_key())
    paid(provider, sandbox, reference(), card="instant")
    sandbox.pass_time(seconds=3)
    moved = provider.grant(grant, key=key)
    assert provider.grant(grant, key=key) == moved
    assert (moved.cents, moved.charge, moved.account) == (300, None, account)
    assert provider.granted(adjustment_id) == moved
    assert provider.granted(uuid4()) is None
    assert provider.balance(account).available == 300


def test_a_transfer_made_by_hand_without_funds_says_they_are_missing(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    account = certified(provider, sandbox).account
    with pytest.raises(FundsNotAvailable):
        provider._make(
            lambda: sandbox.stripe.v1.transfers.create({"amount": 1, "currency": "eur", "destination": account})
        )


def test_on_both_accounts_a_transfer_and_what_comes_back_have_one_name_each(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    about, account = reference(), certified(provider, sandbox).account
    charge = charge_of(paid(provider, sandbox, about))
    moved = provider.transfer(
        TransferRequest(reference=about, charge=charge, account=account, cents=2000), key=new_key()
    )
    back = provider.reverse_transfer(moved.transfer, 500, reason_id="refund 1", key=new_key())
    span = (now(sandbox) - timedelta(days=1), now(sandbox) + timedelta(seconds=1))
    there = {one.source: one.net for one in provider.balance_transactions(account, *span)}
    assert there == {moved.transfer: 2000, back.reversal: -500}
    here = {one.source: one.net for one in provider.balance_transactions(None, *span) if one.kind != "charge"}
    assert here == {moved.transfer: -2000, back.reversal: 500}
