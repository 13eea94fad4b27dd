"""Money that goes back: refunds that work, wait or fail, and disputes won, lost and forgotten."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from adapters.stripe_sandbox.testing import SandboxServer
from tests.kit.stripe.sandbox_actions import certified, funds, paid, transfer

_FEE = 55  # of 20,00 €: 1.5 % and 25 c
_DISPUTE = 2000


def _events(sandbox: SandboxServer, *kinds: str) -> list[str]:
    return [one.type for one in reversed(sandbox.stripe.v1.events.list({"types": list(kinds), "limit": 100}).data)]


def test_a_refund_of_pending_money_is_made_at_once(sandbox: SandboxServer) -> None:
    charge = paid(sandbox)
    refund = sandbox.stripe.v1.refunds.create({"payment_intent": str(charge.payment_intent), "amount": 500})
    assert (refund.status, refund.amount, refund.charge) == ("succeeded", 500, charge.id)
    sandbox.pass_time(seconds=5)
    assert funds(sandbox) == (2000 - _FEE - 500, 0)
    again = sandbox.stripe.v1.refunds.create({"charge": charge.id, "reason": "requested_by_customer"})
    assert again.amount == 1500
    found = sandbox.stripe.v1.charges.retrieve(charge.id)
    assert (found.amount_refunded, found.refunded) == (2000, True)
    assert _events(sandbox, "refund.*", "charge.refunded") == ["refund.created", "charge.refunded"] * 2


def test_a_refund_of_more_than_is_left_is_refused(sandbox: SandboxServer) -> None:
    charge = paid(sandbox)
    for cents in (2001, 0, -5):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            sandbox.stripe.v1.refunds.create({"charge": charge.id, "amount": cents})
        assert refused.value.param == "amount"
    sandbox.stripe.v1.refunds.create({"charge": charge.id})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        sandbox.stripe.v1.refunds.create({"charge": charge.id})
    assert refused.value.code == "charge_already_refunded"
    with pytest.raises(stripe.InvalidRequestError):
        sandbox.stripe.v1.refunds.create({})


def test_a_refund_without_money_waits_for_it(sandbox: SandboxServer) -> None:
    account, old = certified(sandbox), paid(sandbox)
    transfer(sandbox, old, account, 2000)
    sandbox.pass_time(days=8)
    assert funds(sandbox) == (0, -_FEE)
    refund = sandbox.stripe.v1.refunds.create({"charge": old.id, "amount": 1000})
    assert (refund.status, refund.pending_reason, refund.balance_transaction) == ("pending", "insufficient_funds", None)
    paid(sandbox, 5000, "instant")
    sandbox.pass_time(seconds=5)
    paid(sandbox, 5000)
    sandbox.pass_time(days=8)
    found = sandbox.stripe.v1.refunds.retrieve(refund.id)
    assert (found.status, found.pending_reason) == ("succeeded", None)
    assert _events(sandbox, "refund.updated") == ["refund.updated"]


def test_a_refund_that_waits_goes_out_with_what_comes_back_from_a_transfer(sandbox: SandboxServer) -> None:
    account, old = certified(sandbox), paid(sandbox)
    sent = transfer(sandbox, old, account, 2000)
    sandbox.pass_time(days=8)
    refund = sandbox.stripe.v1.refunds.create({"charge": old.id, "amount": 1000})
    assert refund.pending_reason == "insufficient_funds"
    sandbox.stripe.v1.transfers.reversals.create(sent.id, {"amount": 1500})
    found = sandbox.stripe.v1.refunds.retrieve(refund.id)
    assert (found.status, found.pending_reason) == ("succeeded", None)


def test_a_refund_that_fails_weeks_later_brings_the_money_back(sandbox: SandboxServer) -> None:
    charge = paid(sandbox)
    refund = sandbox.stripe.v1.refunds.create({"charge": charge.id})
    sandbox.pass_time(days=20)
    sandbox.do(f"/refunds/{refund.id}/failure")
    found = sandbox.stripe.v1.refunds.retrieve(refund.id)
    assert (found.status, found.failure_reason) == ("failed", "expired_or_canceled_card")
    assert found.failure_balance_transaction is not None
    assert funds(sandbox) == (0, 2000 - _FEE)
    assert sandbox.stripe.v1.charges.retrieve(charge.id).amount_refunded == 0
    assert _events(sandbox, "refund.failed") == ["refund.failed"]
    assert sandbox.control.post(f"/_sandbox/refunds/{refund.id}/failure", json={}).status_code == 400


@pytest.mark.parametrize(
    ("card", "first", "last"), [("refund pends", "pending", "succeeded"), ("refund fails", "succeeded", "failed")]
)
def test_some_cards_decide_about_a_refund_a_day_later(sandbox: SandboxServer, card: str, first: str, last: str) -> None:
    refund = sandbox.stripe.v1.refunds.create({"charge": paid(sandbox, 1000, card).id})
    assert refund.status == first
    sandbox.pass_time(days=1, seconds=60)
    assert sandbox.stripe.v1.refunds.retrieve(refund.id).status == last


def test_what_the_platform_never_does_is_refused(sandbox: SandboxServer) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        sandbox.stripe.v1.refunds.create({"charge": paid(sandbox).id, "reverse_transfer": True})
    assert refused.value.param == "reverse_transfer"


def _disputed(sandbox: SandboxServer) -> stripe.Dispute:
    charge = paid(sandbox, 2000, "disputes")
    sandbox.pass_time(seconds=10)
    (dispute,) = sandbox.stripe.v1.disputes.list({"charge": charge.id}).data
    return dispute


def test_a_dispute_takes_the_amount_and_a_fee_from_the_platform(sandbox: SandboxServer) -> None:
    dispute = _disputed(sandbox)
    assert (dispute.status, dispute.amount, dispute.reason) == ("needs_response", 2000, "fraudulent")
    (taken,) = dispute.balance_transactions
    assert (taken.amount, taken.fee, taken.net, taken.reporting_category) == (-2000, _DISPUTE, -4000, "dispute")
    assert funds(sandbox) == (2000 - _FEE, -2000 - _DISPUTE)
    charge = sandbox.stripe.v1.charges.retrieve(str(dispute.charge))
    assert charge.disputed
    with pytest.raises(stripe.InvalidRequestError) as refused:
        sandbox.stripe.v1.refunds.create({"charge": charge.id})
    assert refused.value.code == "charge_disputed"
    wanted = ["charge.dispute.created", "charge.dispute.funds_withdrawn"]
    assert _events(sandbox, "charge.dispute.*") == wanted


@pytest.mark.parametrize(
    ("evidence", "status", "back"), [("winning_evidence", "won", 2000), ("losing_evidence", "lost", 0)]
)
def test_evidence_decides_a_dispute(sandbox: SandboxServer, evidence: str, status: str, back: int) -> None:
    dispute = _disputed(sandbox)
    answered = sandbox.stripe.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": evidence}})
    assert (answered.status, answered.evidence_details.submission_count) == ("under_review", 1)
    sandbox.pass_time(seconds=70)
    assert sandbox.stripe.v1.disputes.retrieve(dispute.id).status == status
    assert funds(sandbox)[1] == -2000 - _DISPUTE + back
    last = _events(sandbox, "charge.dispute.*")[3:]
    assert last == (["charge.dispute.funds_reinstated"] if back else []) + ["charge.dispute.closed"]
    with pytest.raises(stripe.InvalidRequestError):
        sandbox.stripe.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "late"}})
    with pytest.raises(stripe.InvalidRequestError):
        sandbox.stripe.v1.disputes.close(dispute.id)


def test_evidence_can_be_kept_without_sending_it(sandbox: SandboxServer) -> None:
    dispute = _disputed(sandbox)
    params: Any = {"evidence": {"product_description": "Sortie"}, "submit": False, "metadata": {"seen": "1"}}
    kept = sandbox.stripe.v1.disputes.update(dispute.id, params)
    assert (kept.status, kept.evidence.product_description) == ("needs_response", "Sortie")
    assert kept.evidence_details.has_evidence


def test_a_dispute_nobody_answers_is_lost(sandbox: SandboxServer) -> None:
    dispute = _disputed(sandbox)
    sandbox.pass_time(days=10)
    found = sandbox.stripe.v1.disputes.retrieve(dispute.id)
    assert (found.status, found.evidence_details.past_due) == ("lost", True)


def test_a_dispute_can_be_accepted_or_decided_by_an_operator(sandbox: SandboxServer) -> None:
    assert sandbox.stripe.v1.disputes.close(_disputed(sandbox).id).status == "lost"
    charge = paid(sandbox)
    opened = sandbox.do(f"/charges/{charge.id}/dispute", reason="product_not_received")["dispute"]
    sandbox.do(f"/disputes/{opened}/decision", won=True)
    found = sandbox.stripe.v1.disputes.retrieve(opened)
    assert (found.status, found.reason) == ("won", "product_not_received")
    assert sandbox.stripe.v1.refunds.create({"charge": charge.id}).amount == 2000
    assert sandbox.control.post(f"/_sandbox/charges/{charge.id}/dispute", json={}).status_code == 400
