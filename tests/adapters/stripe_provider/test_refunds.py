"""Refunds name our refund and ledger; disputes tell what the bank took, its fee and what came back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.payments.disputes import DisputeState, ProviderDispute
from adapters.payments.errors import NothingToRefund, ProviderMisuse
from adapters.payments.values import RefundState
from adapters.stripe_provider import StripeProvider
from adapters.stripe_sandbox.testing import SandboxServer
from tests.kit.stripe.provider_requests import REFUND, charge_of, new_key, paid


def test_a_refund_gives_cents_back_and_names_our_refund_and_ledger(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    charge = charge_of(paid(provider, sandbox))
    made = provider.refund(charge, 700, str(REFUND), key=new_key())
    assert (made.charge, made.cents, made.state, made.refund_id) == (charge, 700, RefundState.SUCCEEDED, REFUND)
    assert provider.provider_refund(made.refund) == made
    kept = sandbox.stripe.v1.refunds.retrieve(made.refund)
    assert kept.metadata is not None
    assert kept.metadata.to_dict() == {"refund_id": str(REFUND), "ledger": "ad06"}
    assert kept.transfer_reversal is None


def test_a_refund_of_a_payment_made_by_hand_names_our_refund_only(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    payment = paid(provider, sandbox)
    sandbox.sandbox.state.table("payment_intent")[payment.intent]["metadata"] = {}
    made = provider.refund(charge_of(payment), 700, str(REFUND), key=new_key())
    kept = sandbox.stripe.v1.refunds.retrieve(made.refund)
    assert kept.metadata is not None
    assert kept.metadata.to_dict() == {"refund_id": str(REFUND)}


def test_a_charge_that_does_not_hold_enough_any_more_has_nothing_to_refund(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    in_part, whole, disputed = (charge_of(paid(provider, sandbox)) for _ in range(3))
    sandbox.stripe.v1.refunds.create({"charge": in_part, "amount": 1000})
    sandbox.stripe.v1.refunds.create({"charge": whole})
    sandbox.do(f"/charges/{disputed}/dispute")
    for charge in (in_part, whole, disputed):
        with pytest.raises(NothingToRefund):
            provider.refund(charge, 1300, str(REFUND), key=new_key())
        assert [one for one in provider.refunds_of(charge) if one.refund_id] == []
    with pytest.raises(ProviderMisuse):
        provider.refund("ch_unknown", 700, str(REFUND), key=new_key())


def test_the_same_key_refunds_once(provider: StripeProvider, sandbox: SandboxServer) -> None:
    charge, key = charge_of(paid(provider, sandbox)), new_key()
    once = provider.refund(charge, 700, str(REFUND), key=key)
    assert provider.refund(charge, 700, str(REFUND), key=key) == once
    assert provider.refunds_of(charge) == [once]


def test_the_refunds_of_a_charge_are_found_oldest_first_also_those_made_by_hand(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    charge = charge_of(paid(provider, sandbox))
    ours = provider.refund(charge, 700, str(REFUND), key=new_key())
    sandbox.pass_time(seconds=60)
    by_hand = sandbox.stripe.v1.refunds.create({"charge": charge, "amount": 300})
    found = provider.refunds_of(charge)
    assert [one.refund for one in found] == [ours.refund, by_hand.id]
    assert [one.refund_id for one in found] == [REFUND, None]


def test_a_refund_that_the_bank_takes_its_time_for_is_pending(provider: StripeProvider, sandbox: SandboxServer) -> None:
    made = provider.refund(charge_of(paid(provider, sandbox, card="refund pends")), 2200, str(REFUND), key=new_key())
    assert made.state is RefundState.PENDING
    sandbox.pass_time(days=2)
    assert provider.provider_refund(made.refund).state is RefundState.SUCCEEDED


def test_a_refund_may_fail_after_it_succeeded_and_says_why(provider: StripeProvider, sandbox: SandboxServer) -> None:
    made = provider.refund(charge_of(paid(provider, sandbox, card="refund fails")), 2200, str(REFUND), key=new_key())
    assert (made.state, made.failure) == (RefundState.SUCCEEDED, "")
    sandbox.pass_time(days=2)
    failed = provider.provider_refund(made.refund)
    assert (failed.state, failed.failure) == (RefundState.FAILED, "expired_or_canceled_card")


def moved(dispute: ProviderDispute) -> list[tuple[int, int]]:
    """The cents that moved for a dispute, and the fee kept of each movement."""
    assert len({one.movement for one in dispute.movements}) == len(dispute.movements)
    return [(one.cents, one.fee_cents) for one in dispute.movements]


def test_a_dispute_tells_what_the_bank_took_and_its_fee(provider: StripeProvider, sandbox: SandboxServer) -> None:
    charge = charge_of(paid(provider, sandbox))
    found = provider.dispute(sandbox.do(f"/charges/{charge}/dispute")["dispute"])
    assert (found.charge, found.cents, found.state) == (charge, 2200, DisputeState.OPEN)
    assert moved(found) == [(-2200, 2000)]


def test_a_won_dispute_still_tells_what_was_taken_and_when_it_came_back(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    dispute = sandbox.do(f"/charges/{charge_of(paid(provider, sandbox))}/dispute")["dispute"]
    sandbox.pass_time(days=3)
    sandbox.do(f"/disputes/{dispute}/decision", won=True)
    found = provider.dispute(dispute)
    assert (found.state, moved(found)) == (DisputeState.WON, [(-2200, 2000), (2200, 0)])
    assert timedelta(days=2) < found.movements[1].moved_at - found.opened_at < timedelta(days=4)


def test_a_lost_dispute_is_dated_by_its_notification_only(provider: StripeProvider, sandbox: SandboxServer) -> None:
    dispute = sandbox.do(f"/charges/{charge_of(paid(provider, sandbox))}/dispute")["dispute"]
    sandbox.do(f"/disputes/{dispute}/decision", won=False)
    found = provider.dispute(dispute)
    assert (found.state, moved(found)) == (DisputeState.LOST, [(-2200, 2000)])
    closed = [one for one in provider.webhook_events(None, found.opened_at) if one.kind == "charge.dispute.closed"]
    assert [one.object_id for one in closed] == [dispute]


def test_a_bank_that_changes_its_mind_tells_every_movement_in_its_order(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    charge = charge_of(paid(provider, sandbox))
    dispute = sandbox.do(f"/charges/{charge}/claim", cents=2000)["dispute"]
    sandbox.do(f"/disputes/{dispute}/decision", won=False)
    sandbox.do(f"/disputes/{dispute}/turn", won=True, cents=1500, fee=2000)
    sandbox.do(f"/disputes/{dispute}/turn", won=False)
    found = provider.dispute(dispute)
    assert (found.cents, found.state) == (2000, DisputeState.LOST)
    assert moved(found) == [(-2000, 2000), (1500, -2000), (-1500, 0)]


def test_a_bank_that_only_asks_has_moved_no_money_until_it_disputes(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    first, second = charge_of(paid(provider, sandbox)), charge_of(paid(provider, sandbox))
    asked = [sandbox.do(f"/charges/{charge}/claim", cents=2200, inquiry=True)["dispute"] for charge in (first, second)]
    assert [(one.state, moved(one)) for one in map(provider.dispute, asked)] == [(DisputeState.INQUIRY, [])] * 2
    sandbox.do(f"/disputes/{asked[0]}/escalation")
    sandbox.do(f"/disputes/{asked[1]}/closing")
    disputed, content = map(provider.dispute, asked)
    assert (disputed.state, moved(disputed)) == (DisputeState.OPEN, [(-2200, 2000)])
    assert (content.state, moved(content)) == (DisputeState.INQUIRY, [])


@pytest.mark.parametrize("status", ["warning_needs_response", "warning_under_review", "warning_closed", "prevented"])
def test_every_question_of_a_bank_is_an_inquiry(provider: StripeProvider, sandbox: SandboxServer, status: str) -> None:
    charge = charge_of(paid(provider, sandbox))
    dispute = sandbox.do(f"/charges/{charge}/claim", cents=2200, inquiry=True)["dispute"]
    sandbox.sandbox.state.table("dispute")[dispute]["status"] = status
    assert provider.dispute(dispute).state is DisputeState.INQUIRY


@pytest.mark.parametrize("status", ["needs_response", "under_review", "appeal_needs_response", "appeal_under_review"])
def test_a_dispute_that_waits_for_an_answer_is_open(
    provider: StripeProvider, sandbox: SandboxServer, status: str
) -> None:
    dispute = sandbox.do(f"/charges/{charge_of(paid(provider, sandbox))}/dispute")["dispute"]
    sandbox.sandbox.state.table("dispute")[dispute]["status"] = status
    assert provider.dispute(dispute).state is DisputeState.OPEN
