"""Refunds: cents of a charge go back to its card, at once or when there is money for it, and sometimes come back."""

from __future__ import annotations

from typing import Final

from adapters.stripe_sandbox.contract.sdk import shape
from adapters.stripe_sandbox.errors import ApiError, Json
from adapters.stripe_sandbox.events.emission import emit
from adapters.stripe_sandbox.funds.books import DAY, BalanceMovement, book, funds
from adapters.stripe_sandbox.metadata import merged
from adapters.stripe_sandbox.payments.cards import behaviour_of
from adapters.stripe_sandbox.payments.charges import available_on
from adapters.stripe_sandbox.sandbox import Sandbox, refuse
from adapters.stripe_sandbox.state import PLATFORM

_BANKS_TAKE: Final = 86_400  # seconds until a pending refund succeeds, or a failing one fails


def new_refund(sandbox: Sandbox, params: Json) -> Json:
    """Refund a charge (all that is left unless ``amount``).

    It waits as ``pending`` while the available balance is too small, unless the money of the charge is pending too.

    Raises:
        ApiError: no such charge, not paid, disputed, or more than is left of it.
    """
    charge = _charge_of(sandbox, params)
    left = charge["amount"] - charge["amount_refunded"]
    amount = params.get("amount", left)
    if left == 0:
        raise ApiError(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if charge["disputed"] and _contested(sandbox, charge["id"]):
        raise ApiError(f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed")
    if not 0 < amount <= left:
        raise refuse(f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", param="amount")
    if params.get("reverse_transfer") or params.get("refund_application_fee"):
        raise refuse(
            "The sandbox refunds separate charges only: reverse the transfer yourself.", param="reverse_transfer"
        )
    refund = shape(
        "Refund",
        id=sandbox.new_id("re"),
        object="refund",
        amount=amount,
        charge=charge["id"],
        created=sandbox.now(),
        currency="eur",
        destination_details={"card": {"reference_status": "pending", "type": "refund"}, "type": "card"},
        metadata=merged({}, params.get("metadata")),
        payment_intent=charge["payment_intent"],
        reason=params.get("reason"),
        status="pending",
    )
    sandbox.add(refund)
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    covered = available_on(sandbox, charge["id"]) > sandbox.now() or amount <= funds(sandbox, PLATFORM)["available"]
    if covered:
        _take(sandbox, refund, charge)
    else:
        refund["pending_reason"] = "insufficient_funds"
    emit(sandbox, "refund.created", refund)
    emit(sandbox, "charge.refunded", charge)
    return refund


def _contested(sandbox: Sandbox, charge_id: str) -> bool:
    """Tell whether a charge was lost to a dispute, or still may be; a bank that only asks takes nothing."""
    disputes = sandbox.state.table("dispute").values()
    mine = [one["status"] for one in disputes if one["charge"] == charge_id]
    return any(status != "won" and not status.startswith("warning_") for status in mine)


def pay_waiting(sandbox: Sandbox) -> None:
    """Send the refunds that wait for money, oldest first, as far as the available balance goes."""
    for refund in sandbox.state.table("refund").values():
        if refund["pending_reason"] != "insufficient_funds":
            continue
        if refund["amount"] > funds(sandbox, PLATFORM)["available"]:
            return
        refund["pending_reason"] = None
        _take(sandbox, refund, sandbox.get("charge", refund["charge"]))
        _tell(sandbox, refund)


def succeed_when_due(sandbox: Sandbox, due: Json) -> None:
    """Let a refund arrive on its card."""
    refund = sandbox.get("refund", due["id"])
    if refund["status"] == "pending":
        refund["status"], refund["pending_reason"] = "succeeded", None
        _tell(sandbox, refund)


def fail_when_due(sandbox: Sandbox, due: Json) -> None:
    """Let a refund come back from its card."""
    refund = sandbox.get("refund", due["id"])
    if refund["status"] in {"pending", "succeeded"}:
        fail(sandbox, refund)


def fail(sandbox: Sandbox, refund: Json, reason: str = "expired_or_canceled_card") -> None:
    """Let a refund fail, even after it succeeded: the money is back on the balance, and still owed to the payer.

    Raises:
        ApiError: it failed or was canceled already.
    """
    if refund["status"] not in {"pending", "succeeded"}:
        raise refuse(f"A refund that is {refund['status']} cannot fail.")
    if refund["balance_transaction"] is not None:
        transaction = book(sandbox, PLATFORM, BalanceMovement("refund_failure", refund["amount"], refund["id"]))
        refund["failure_balance_transaction"] = transaction["id"]
    refund |= {"status": "failed", "failure_reason": reason, "pending_reason": None}
    charge = sandbox.get("charge", refund["charge"])
    charge["amount_refunded"] -= refund["amount"]
    charge["refunded"] = False
    emit(sandbox, "refund.failed", refund)
    _tell(sandbox, refund)


def _take(sandbox: Sandbox, refund: Json, charge: Json) -> None:
    """Take the cents of a refund from the balance, and let it go the way its card wants."""
    movement = BalanceMovement("refund", -refund["amount"], refund["id"], description="REFUND FOR CHARGE")
    refund["balance_transaction"] = book(sandbox, PLATFORM, movement, available_on(sandbox, charge["id"]))["id"]
    refunds = behaviour_of(sandbox, charge["payment_method"]).refunds
    if refunds == "pends":
        refund["pending_reason"] = "processing"
        sandbox.plan("succeed_refund", sandbox.instant() + _BANKS_TAKE, id=refund["id"])
        return
    refund["status"] = "succeeded"
    chaos = sandbox.state.chaos
    if refunds == "fails":
        sandbox.plan("fail_refund", sandbox.instant() + _BANKS_TAKE, id=refund["id"])
    elif sandbox.drawn(f"{refund['id']}:comes back") < chaos.get("refund_failure_rate", 0):
        come_back_later(sandbox, refund, chaos["refund_failure_days"])


def come_back_later(sandbox: Sandbox, refund: Json, days: float) -> None:
    """Let a refund come back from its card days after it was made."""
    sandbox.plan("fail_refund", sandbox.instant() + days * DAY, id=refund["id"])


def _tell(sandbox: Sandbox, refund: Json) -> None:
    emit(sandbox, "refund.updated", refund)
    emit(sandbox, "charge.refund.updated", refund)


def _charge_of(sandbox: Sandbox, params: Json) -> Json:
    """Return the charge to refund, given itself or by its payment intent."""
    given = params.get("charge")
    if given is None:
        if params.get("payment_intent") is None:
            raise refuse("One of the following params should be provided: payment_intent, charge.")
        intent = sandbox.owned("payment_intent", params["payment_intent"], PLATFORM, "payment_intent")
        given = intent["latest_charge"] if intent["status"] == "succeeded" else None
        if given is None:
            raise refuse(f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.")
    charge = sandbox.owned("charge", given, PLATFORM, "charge")
    if charge["status"] != "succeeded":
        raise refuse(f"Charge {charge['id']} has not been paid: nothing to refund.", param="charge")
    return charge
