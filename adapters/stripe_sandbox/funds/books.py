"""Balance transactions: nothing moves money without one, and each says when its money can be spent."""

from __future__ import annotations

from typing import Final, NamedTuple

from adapters.stripe_sandbox.contract.sdk import shape
from adapters.stripe_sandbox.errors import Json
from adapters.stripe_sandbox.events.emission import emit
from adapters.stripe_sandbox.sandbox import Sandbox

DAY: Final = 86_400

# The category that Stripe's reports use, where it is not the type itself.
_CATEGORIES: Final = {
    "payment": "charge",
    "payment_refund": "refund",
    "refund_failure": "refund_failure",
    "payout_failure": "payout_reversal",
    "transfer_refund": "transfer_reversal",
    "payout_cancel": "payout_reversal",
}


class BalanceMovement(NamedTuple):
    """Cents that come (positive) or go, the fee kept from them, and the object that explains them."""

    type: str
    cents: int
    source: str
    fee: int = 0
    fee_type: str = "stripe_fee"
    description: str | None = None
    category: str | None = None


def book(sandbox: Sandbox, account: str, movement: BalanceMovement, available_on: int | None = None) -> Json:
    """Add a balance transaction to an account; without ``available_on`` its money moves at once."""
    now = sandbox.now()
    later = available_on is not None and available_on > now
    net = movement.cents - movement.fee
    detail = {
        "amount": movement.fee,
        "application": None,
        "currency": "eur",
        "description": "Stripe fees",
        "type": movement.fee_type,
    }
    transaction = shape(
        "BalanceTransaction",
        id=sandbox.new_id("txn"),
        object="balance_transaction",
        amount=movement.cents,
        available_on=available_on if later else now,
        balance_type="payments",
        created=now,
        currency="eur",
        description=movement.description,
        fee=movement.fee,
        fee_details=[detail] if movement.fee else [],
        net=net,
        reporting_category=movement.category or _CATEGORIES.get(movement.type, movement.type),
        source=movement.source,
        status="pending" if later else "available",
        type=movement.type,
    )
    sandbox.add(transaction, account)
    held = funds(sandbox, account)
    held["pending" if later else "available"] += net
    if available_on is not None and later:
        sandbox.plan("availability", available_on, id=transaction["id"])
    return transaction


def funds(sandbox: Sandbox, account: str) -> dict[str, int]:
    """Return the cents of an account: ``pending`` and ``available``; either may be negative."""
    return sandbox.state.funds.setdefault(account, {"pending": 0, "available": 0})


def become_available(sandbox: Sandbox, due: Json) -> None:
    """Let the money of a pending transaction be spent."""
    transaction = sandbox.get("balance_transaction", due["id"])
    account = sandbox.state.owner(due["id"])
    transaction["status"] = "available"
    held = funds(sandbox, account)
    held["pending"] -= transaction["net"]
    held["available"] += transaction["net"]
    emit(sandbox, "balance.available", balance(sandbox, account), account)


def balance(sandbox: Sandbox, account: str) -> Json:
    """Return the balance of an account as the API shows it."""
    held = funds(sandbox, account)

    def cents(name: str) -> list[Json]:
        return [{"amount": held[name], "currency": "eur", "source_types": {"card": held[name]}}]

    return shape("Balance", object="balance", available=cents("available"), pending=cents("pending"), livemode=False)
