"""What happens at Stripe without anybody here asking: float, fees, warnings, renewed cards."""

from __future__ import annotations

from typing import Literal

from adapters.stripe_sandbox.connect.accounts import ACCOUNT
from adapters.stripe_sandbox.contract.sdk import EVENT_TYPES, exact, shape
from adapters.stripe_sandbox.errors import missing
from adapters.stripe_sandbox.events.emission import emit
from adapters.stripe_sandbox.funds.books import BalanceMovement, book
from adapters.stripe_sandbox.payments import refunds
from adapters.stripe_sandbox.sandbox import Sandbox, refuse
from adapters.stripe_sandbox.state import PLATFORM

_YEARS = 3  # how much longer a renewed card is good

UnannouncedType = Literal["stripe_fee", "adjustment", "reserve_hold", "reserve_release", "tax_fee"]


def top_up(sandbox: Sandbox, cents: int) -> str:
    """Bring cents from the platform's bank to its balance, available at once; return the id of the top-up."""
    sandbox.settle()
    if cents < 1:
        raise refuse("A top-up brings at least one cent.", param="cents")
    made = shape(
        "Topup",
        id=sandbox.new_id("tu"),
        object="topup",
        amount=cents,
        created=sandbox.now(),
        currency="eur",
        initiated_by="user",
        livemode=False,
        metadata={},
        status="succeeded",
    )
    sandbox.add(made)
    made["balance_transaction"] = book(sandbox, PLATFORM, BalanceMovement("topup", cents, made["id"]))["id"]
    emit(sandbox, "topup.created", made)
    emit(sandbox, "topup.succeeded", made)
    refunds.pay_waiting(sandbox)
    return str(made["id"])


def book_unannounced(sandbox: Sandbox, account: str, kind: UnannouncedType, cents: int, description: str) -> str:
    """Move cents of an account ("" for the platform) by a balance transaction that no event tells; return its id.

    Stripe books its monthly fees and reserves so; only a reading of all transactions finds them.
    """
    sandbox.settle()
    if account != PLATFORM:
        sandbox.get(ACCOUNT, account)
    if cents == 0:
        raise refuse("A balance transaction moves at least one cent.", param="cents")
    transaction = book(sandbox, account, BalanceMovement(kind, cents, "", description=description, category=kind))
    transaction["source"] = None
    return str(transaction["id"])


def renew_card(sandbox: Sandbox, method_id: str) -> None:
    """Let a bank renew a kept card: it is good for some years more."""
    sandbox.settle()
    method = sandbox.get("payment_method", method_id)
    before = {"card": {"exp_year": method["card"]["exp_year"]}}
    method["card"]["exp_year"] += _YEARS
    emit(sandbox, "payment_method.automatically_updated", method, before=before)


def tell(sandbox: Sandbox, kind: str, object_id: str) -> str:
    """Emit an event of any type the SDK knows about an object as it is, and return the event's id.

    For what never happens here, and for events that say something old again.
    """
    sandbox.settle()
    if kind not in EVENT_TYPES:
        raise refuse(f"The SDK knows no event {kind}.", param="type")
    for table in sandbox.state.objects.values():
        if (found := table.get(object_id)) is not None and not found["object"].startswith(("event", "sandbox.", "v2.")):
            return str(emit(sandbox, kind, found, sandbox.state.owner(object_id))["id"])
    raise missing("object", object_id)


def warn_of_fraud(sandbox: Sandbox, charge_id: str) -> str:
    """Let a bank warn that a charge may be contested; return the id of the warning."""
    sandbox.settle()
    charge = sandbox.owned("charge", charge_id, PLATFORM)
    warning = exact(
        "radar.EarlyFraudWarning",
        id=sandbox.new_id("issfr"),
        object="radar.early_fraud_warning",
        actionable=not charge["refunded"] and not charge["disputed"],
        charge=charge_id,
        created=sandbox.now(),
        fraud_type="misc",
        livemode=False,
        payment_intent=charge["payment_intent"],
    )
    sandbox.add(warning)
    emit(sandbox, "radar.early_fraud_warning.created", warning)
    return str(warning["id"])
