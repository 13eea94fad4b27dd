"""Disputes: a payer contests a charge; the platform pays at once, and gets the amount back only if it wins."""

from __future__ import annotations

import copy
from typing import Final

from adapters.stripe_sandbox.contract.sdk import fields, shape
from adapters.stripe_sandbox.errors import Json
from adapters.stripe_sandbox.events.emission import emit
from adapters.stripe_sandbox.funds.books import DAY, BalanceMovement, book
from adapters.stripe_sandbox.metadata import merged
from adapters.stripe_sandbox.sandbox import Sandbox, refuse
from adapters.stripe_sandbox.state import PLATFORM

_ANSWER_DAYS: Final = 9
_OPEN: Final = frozenset({"needs_response", "under_review"})
_WINS: Final = "winning_evidence"  # Stripe's words that decide a test dispute
_LOSES: Final = "losing_evidence"
_DECIDED_AFTER: Final = 60


def open_dispute(sandbox: Sandbox, charge: Json, reason: str = "fraudulent") -> Json:
    """Contest what is left of a charge: the amount and the fee leave the platform's available balance now.

    Raises:
        ApiError: the charge is not paid, refunded, or disputed already.
    """
    amount = charge["amount"] - charge["amount_refunded"]
    if charge["disputed"] or amount == 0:
        raise refuse(f"Charge {charge['id']} cannot be disputed.", param="charge")
    return claim(sandbox, charge, amount, reason)


def claim(sandbox: Sandbox, charge: Json, amount: int, reason: str = "fraudulent", *, inquiry: bool = False) -> Json:
    """Contest an amount of a paid charge, whatever is left of it; with ``inquiry`` the bank asks, and takes nothing.

    Raises:
        ApiError: the charge is not paid, or the amount is not of it.
    """
    if charge["status"] != "succeeded" or charge["payment_intent"] is None or not 1 <= amount <= charge["amount"]:
        raise refuse(f"Charge {charge['id']} cannot be disputed.", param="charge")
    card = charge["payment_method_details"]["card"]
    dispute = shape(
        "Dispute",
        id=sandbox.new_id("du"),
        object="dispute",
        amount=amount,
        balance_transactions=[],
        charge=charge["id"],
        created=sandbox.now(),
        currency="eur",
        enhanced_eligibility_types=[],
        evidence=dict.fromkeys(sorted(fields("Dispute.Evidence"))) | {"enhanced_evidence": {}},
        evidence_details={
            "due_by": sandbox.now() + _ANSWER_DAYS * DAY,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        is_charge_refundable=inquiry,
        livemode=False,
        metadata={},
        network_reason_code="10.4",
        payment_intent=charge["payment_intent"],
        payment_method_details={
            "card": {
                "brand": card["brand"],
                "case_type": "inquiry" if inquiry else "chargeback",
                "network_reason_code": "10.4",
            },
            "type": "card",
        },
        reason=reason,
        status="warning_needs_response" if inquiry else "needs_response",
    )
    sandbox.add(dispute)
    charge["disputed"] = True
    emit(sandbox, "charge.dispute.created", dispute)
    if not inquiry:
        withdraw(sandbox, dispute, amount, sandbox.settings.dispute_fee)
    sandbox.plan("dispute_lapse", dispute["evidence_details"]["due_by"], id=dispute["id"])
    return dispute


def answer(sandbox: Sandbox, dispute: Json, params: Json) -> Json:
    """Change evidence and metadata; ``submit`` (true unless said otherwise) sends the evidence to the bank.

    Raises:
        ApiError: the dispute is no longer open for an answer.
    """
    if dispute["status"] != "needs_response" and (params.get("evidence") or params.get("submit")):
        raise refuse("This dispute is already closed or under review.", param="evidence")
    dispute["metadata"] = merged(dispute["metadata"], params.get("metadata"))
    evidence = params.get("evidence") or {}
    dispute["evidence"] |= evidence
    details = dispute["evidence_details"]
    details["has_evidence"] = details["has_evidence"] or bool(evidence)
    if evidence and params.get("submit", True):
        details |= {"submission_count": details["submission_count"] + 1, "submission_method": "manual"}
        dispute["status"] = "under_review"
        said = dispute["evidence"].get("uncategorized_text")
        if said in {_WINS, _LOSES}:
            outcome = "won" if said == _WINS else "lost"
            sandbox.plan("dispute_decided", sandbox.instant() + _DECIDED_AFTER, id=dispute["id"], outcome=outcome)
    emit(sandbox, "charge.dispute.updated", dispute)
    return dispute


def decide(sandbox: Sandbox, dispute: Json, *, won: bool, cents: int | None = None) -> Json:
    """Close a dispute; a won one brings the amount back, or some cents of it, never the fee.

    Raises:
        ApiError: it is closed already.
    """
    if dispute["status"] not in _OPEN:
        raise refuse("This dispute is already closed.", code="dispute_closed")
    dispute["status"] = "won" if won else "lost"
    if won:
        reinstate(sandbox, dispute, dispute["amount"] if cents is None else cents, 0)
    emit(sandbox, "charge.dispute.closed", dispute)
    return dispute


def open_when_due(sandbox: Sandbox, due: Json) -> None:
    """Contest the charge of a card that always does, unless it was refunded or contested meanwhile."""
    charge = sandbox.get("charge", due["id"])
    if not charge["disputed"] and not charge["refunded"]:
        open_dispute(sandbox, charge, due["reason"])


def lapse(sandbox: Sandbox, due: Json) -> None:
    """Lose a dispute that was not answered in time."""
    dispute = sandbox.get("dispute", due["id"])
    if dispute["status"] == "needs_response":
        dispute["evidence_details"]["past_due"] = True
        decide(sandbox, dispute, won=False)


def decided_when_due(sandbox: Sandbox, due: Json) -> None:
    """Let the bank decide as the evidence said."""
    dispute = sandbox.get("dispute", due["id"])
    if dispute["status"] in _OPEN:
        decide(sandbox, dispute, won=due["outcome"] == "won")


def withdraw(sandbox: Sandbox, dispute: Json, cents: int, fee: int) -> None:
    """Take cents and a fee from the platform, and tell it."""
    _move(sandbox, dispute, -cents, fee, "dispute")
    emit(sandbox, "charge.dispute.funds_withdrawn", dispute)


def reinstate(sandbox: Sandbox, dispute: Json, cents: int, fee: int) -> None:
    """Give cents back, and perhaps something of the fee, and tell it."""
    _move(sandbox, dispute, cents, -fee, "dispute_reversal")
    emit(sandbox, "charge.dispute.funds_reinstated", dispute)


def withdrawn(dispute: Json) -> int:
    """Return the cents that were taken for a dispute and not given back."""
    return -sum(int(one["amount"]) for one in dispute["balance_transactions"])


def _move(sandbox: Sandbox, dispute: Json, cents: int, fee: int, category: str) -> None:
    what = "Chargeback withdrawal" if cents < 0 else "Chargeback reversal"
    movement = BalanceMovement(
        "adjustment", cents, dispute["id"], fee, description=f"{what} for {dispute['charge']}", category=category
    )
    dispute["balance_transactions"].append(copy.deepcopy(book(sandbox, PLATFORM, movement)))
