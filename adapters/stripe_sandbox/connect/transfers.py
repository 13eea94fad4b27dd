"""Transfers from the platform to a connected account, and the way back."""

from __future__ import annotations

from adapters.stripe_sandbox.connect.accounts import ACCOUNT
from adapters.stripe_sandbox.connect.certification import may
from adapters.stripe_sandbox.contract.sdk import shape
from adapters.stripe_sandbox.errors import ApiError, Json
from adapters.stripe_sandbox.events.emission import emit
from adapters.stripe_sandbox.funds.books import BalanceMovement, book, funds
from adapters.stripe_sandbox.metadata import merged
from adapters.stripe_sandbox.payments.charges import available_on
from adapters.stripe_sandbox.payments.refunds import pay_waiting
from adapters.stripe_sandbox.sandbox import Sandbox, refuse
from adapters.stripe_sandbox.state import PLATFORM


def new_transfer(sandbox: Sandbox, params: Json) -> Json:
    """Move cents to a connected account; with a source transaction they become available with its charge.

    Raises:
        ApiError: no such account, no capability, more than the charge or the available balance holds.
    """
    account, source = params["destination"], params.get("source_transaction")
    _check(sandbox, params)
    until = None if source is None else available_on(sandbox, source)
    amount = params["amount"]
    transfer = shape(
        "Transfer",
        id=sandbox.new_id("tr"),
        object="transfer",
        amount=amount,
        amount_reversed=0,
        created=sandbox.now(),
        currency="eur",
        description=params.get("description"),
        destination=account,
        livemode=False,
        metadata=merged({}, params.get("metadata")),
        reversed=False,
        source_transaction=source,
        source_type="card",
        transfer_group=params.get("transfer_group") or _group_of(sandbox, source),
    )
    address = f"/v1/transfers/{transfer['id']}/reversals"
    transfer["reversals"] = {"object": "list", "data": [], "has_more": False, "url": address}
    sandbox.add(transfer)
    if source is not None:
        sandbox.state.hidden[source]["sent"] += amount
    movement = BalanceMovement("transfer", -amount, transfer["id"], description=transfer["description"])
    transfer["balance_transaction"] = book(sandbox, PLATFORM, movement, until)["id"]
    transfer["destination_payment"] = _payment(sandbox, transfer, until)["id"]
    emit(sandbox, "transfer.created", transfer)
    return transfer


def reverse(sandbox: Sandbox, transfer: Json, params: Json) -> Json:
    """Take cents of a transfer back (all that is left unless ``amount``); the account may go below zero.

    A refund that waited for money goes out with them.

    Raises:
        ApiError: more than the transfer still holds.
    """
    left = transfer["amount"] - transfer["amount_reversed"]
    amount = params.get("amount", left)
    if left == 0:
        raise refuse(f"Transfer {transfer['id']} has already been fully reversed.", code="transfer_already_reversed")
    if not 0 < amount <= left:
        raise refuse(f"Reversal amount ({amount}) is greater than unreversed amount ({left}).", param="amount")
    payment = sandbox.get("charge", transfer["destination_payment"])
    source = transfer["source_transaction"]
    until = None if source is None else available_on(sandbox, source)
    reversal = shape(
        "TransferReversal",
        id=sandbox.new_id("trr"),
        object="transfer_reversal",
        amount=amount,
        created=sandbox.now(),
        currency="eur",
        metadata=merged({}, params.get("metadata")),
        transfer=transfer["id"],
    )
    sandbox.add(reversal)
    refund = _payment_refund(sandbox, transfer, payment, reversal, until)
    reversal["destination_payment_refund"] = refund["id"]
    movement = BalanceMovement("transfer_refund", amount, reversal["id"], description=params.get("description"))
    reversal["balance_transaction"] = book(sandbox, PLATFORM, movement, until)["id"]
    transfer["amount_reversed"] += amount
    if source is not None:
        sandbox.state.hidden[source]["sent"] -= amount  # what came back may be transferred again
    transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
    transfer["reversals"]["data"].insert(0, reversal)
    emit(sandbox, "transfer.reversed", transfer)
    pay_waiting(sandbox)
    return reversal


def _check(sandbox: Sandbox, params: Json) -> None:
    if params["currency"].lower() != "eur":
        raise refuse("The sandbox knows euros only.", param="currency")
    if params.get("amount", 0) < 1:
        raise refuse("This value must be greater than or equal to 1.", code="parameter_invalid_integer", param="amount")
    account = sandbox.state.table(ACCOUNT).get(params["destination"])
    if account is None:
        raise refuse(f"No such destination: '{params['destination']}'", code="resource_missing", param="destination")
    if not may(account, "stripe_transfers"):
        raise ApiError(
            "Your destination account needs to have at least one of the following capabilities enabled: transfers",
            code="insufficient_capabilities_for_transfer",
        )
    if params.get("source_transaction"):
        _check_source(sandbox, params)
    elif params["amount"] > funds(sandbox, PLATFORM)["available"]:
        raise ApiError("You have insufficient available funds in your Stripe account.", code="balance_insufficient")


def _check_source(sandbox: Sandbox, params: Json) -> None:
    source = params["source_transaction"]
    charge = sandbox.owned("charge", source, PLATFORM, "source_transaction")
    if charge["status"] != "succeeded":
        raise refuse("The source_transaction must be a succeeded charge.", param="source_transaction")
    sent = sandbox.state.hidden[source]["sent"]
    if sent + params["amount"] > charge["amount"]:
        raise refuse(
            "Transfers using this transaction as a source must not exceed the source amount of "
            f"{charge['amount']}. (There is already {sent} transferred.)",
            param="amount",
        )


def _group_of(sandbox: Sandbox, source: str | None) -> str | None:
    """Return the group of the source; Stripe makes one where the charge has none."""
    if source is None:
        return None
    charge = sandbox.get("charge", source)
    charge["transfer_group"] = charge["transfer_group"] or f"group_{charge['payment_intent']}"
    return str(charge["transfer_group"])


def _payment(sandbox: Sandbox, transfer: Json, until: int | None) -> Json:
    """Put the cents on the destination, as the payment it sees."""
    payment = shape(
        "Charge",
        id=sandbox.new_id("py"),
        object="charge",
        amount=transfer["amount"],
        amount_captured=transfer["amount"],
        amount_refunded=0,
        billing_details={"address": None, "email": None, "name": None, "phone": None, "tax_id": None},
        captured=True,
        created=sandbox.now(),
        currency="eur",
        disputed=False,
        fraud_details={},
        livemode=False,
        metadata={},
        paid=True,
        payment_method_details={"stripe_account": {}, "type": "stripe_account"},
        refunded=False,
        source_transfer=transfer["id"],
        status="succeeded",
        transfer_group=transfer["transfer_group"],
    )
    account = transfer["destination"]
    sandbox.add(payment, account)
    movement = BalanceMovement("payment", payment["amount"], payment["id"])
    payment["balance_transaction"] = book(sandbox, account, movement, until)["id"]
    return payment


def _payment_refund(sandbox: Sandbox, transfer: Json, payment: Json, reversal: Json, until: int | None) -> Json:
    account = transfer["destination"]
    refund = shape(
        "Refund",
        id=sandbox.new_id("pyr"),
        object="refund",
        amount=reversal["amount"],
        charge=payment["id"],
        created=sandbox.now(),
        currency="eur",
        metadata={},
        source_transfer_reversal=reversal["id"],
        status="succeeded",
    )
    sandbox.add(refund, account)
    movement = BalanceMovement("payment_refund", -reversal["amount"], refund["id"])
    refund["balance_transaction"] = book(sandbox, account, movement, until)["id"]
    payment["amount_refunded"] += reversal["amount"]
    payment["refunded"] = payment["amount_refunded"] == payment["amount"]
    return refund
