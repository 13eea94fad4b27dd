"""Manual payouts: a coop's available money goes to its bank, arrives on a day on which banks settle, or comes back."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Final

from adapters.stripe_sandbox.bank.calendar import next_business_day
from adapters.stripe_sandbox.connect.accounts import ACCOUNT
from adapters.stripe_sandbox.connect.bank_accounts import FAILING, iban_of
from adapters.stripe_sandbox.connect.certification import may
from adapters.stripe_sandbox.connect.statements import write_line
from adapters.stripe_sandbox.contract.sdk import shape
from adapters.stripe_sandbox.errors import ApiError, Json, missing
from adapters.stripe_sandbox.events.emission import emit
from adapters.stripe_sandbox.funds.books import BalanceMovement, book, funds
from adapters.stripe_sandbox.metadata import merged
from adapters.stripe_sandbox.sandbox import Sandbox, refuse

_SENT_AFTER: Final = 3600  # a payout can be cancelled for an hour
_ARRIVES: Final = time(6, 0, tzinfo=UTC)  # banks book in the morning
_DESCRIPTOR: Final = 22  # characters a bank shows at most
FAILURES: Final = {
    "account_closed": "The bank account has been closed.",
    "no_account": "The bank account could not be located.",
    "debit_not_authorized": "Debit transactions are not approved on your bank account.",
    "could_not_process": "The bank could not process this payout.",
}


def new_payout(sandbox: Sandbox, account_id: str, params: Json) -> Json:
    """Send available cents of a connected account to its bank.

    Raises:
        ApiError: no certified account, no bank account, or more than is available.
    """
    bank_id = _check(sandbox, account_id, params)
    arrival = _arrival(sandbox.now())
    payout = shape(
        "Payout",
        id=sandbox.new_id("po"),
        object="payout",
        amount=params["amount"],
        arrival_date=int(datetime.combine(arrival.date(), time(), UTC).timestamp()),
        automatic=False,
        created=sandbox.now(),
        currency="eur",
        description=params.get("description"),
        destination=bank_id,
        livemode=False,
        metadata=merged({}, params.get("metadata")),
        method="standard",
        reconciliation_status="not_applicable",
        source_type="card",
        statement_descriptor=params.get("statement_descriptor"),
        status="pending",
        trace_id={"status": "pending", "value": None},
        type="bank_account",
    )
    sandbox.add(payout, account_id)
    movement = BalanceMovement("payout", -payout["amount"], payout["id"], description="STRIPE PAYOUT")
    payout["balance_transaction"] = book(sandbox, account_id, movement)["id"]
    sandbox.plan("send_payout", sandbox.instant() + _SENT_AFTER, id=payout["id"])
    sandbox.plan("pay_payout", arrival.timestamp(), id=payout["id"])
    emit(sandbox, "payout.created", payout, account_id)
    return payout


def cancel(sandbox: Sandbox, payout: Json) -> Json:
    """Take a payout back before it is sent.

    Raises:
        ApiError: it is no longer pending.
    """
    if payout["status"] != "pending":
        raise refuse("Payouts can only be canceled while they are pending.", code="payout_not_cancelable")
    payout["status"] = "canceled"
    _give_back(sandbox, payout, "payout_cancel")
    emit(sandbox, "payout.canceled", payout, sandbox.state.owner(payout["id"]))
    return payout


def send(sandbox: Sandbox, payout: Json) -> None:
    """Hand a pending payout to the bank."""
    if payout["status"] == "pending":
        payout["status"] = "in_transit"
        emit(sandbox, "payout.updated", payout, sandbox.state.owner(payout["id"]), before={"status": "pending"})


def pay(sandbox: Sandbox, payout: Json) -> None:
    """Let a payout arrive, with a trace id and a line on the bank's statement, unless its IBAN is a failing one."""
    send(sandbox, payout)
    if payout["status"] != "in_transit":
        return
    failure = FAILING.get(iban_of(sandbox, payout["destination"]))
    if failure:
        fail(sandbox, payout, failure)
        return
    account = sandbox.state.owner(payout["id"])
    payout["status"] = "paid"
    payout["trace_id"] = {"status": "supported", "value": f"SBX{sandbox.new_id('trace')[-12:].upper()}"}
    write_line(sandbox, payout, payout["amount"], "payout")
    emit(sandbox, "payout.paid", payout, account)


def fail(sandbox: Sandbox, payout: Json, code: str) -> None:
    """Let a payout fail; one that was paid comes back from the bank and leaves a line on its statement.

    Raises:
        ApiError: the payout is over already, or the code is none of Stripe's.
    """
    if payout["status"] not in {"pending", "in_transit", "paid"}:
        raise refuse(f"A payout that is {payout['status']} cannot fail.")
    if code not in FAILURES:
        raise refuse(f"Unknown failure code: {code}.", param="failure_code")
    was_paid = payout["status"] == "paid"
    payout |= {"status": "failed", "failure_code": code, "failure_message": FAILURES[code]}
    _give_back(sandbox, payout, "payout_failure")
    if was_paid:
        write_line(sandbox, payout, -payout["amount"], "return")
    emit(sandbox, "payout.failed", payout, sandbox.state.owner(payout["id"]))


def send_when_due(sandbox: Sandbox, due: Json) -> None:
    """Hand over a payout that was not cancelled."""
    send(sandbox, sandbox.get("payout", due["id"]))


def pay_when_due(sandbox: Sandbox, due: Json) -> None:
    """Let a payout arrive on its day."""
    pay(sandbox, sandbox.get("payout", due["id"]))


def _give_back(sandbox: Sandbox, payout: Json, kind: str) -> None:
    movement = BalanceMovement(kind, payout["amount"], payout["id"], description="STRIPE PAYOUT")
    transaction = book(sandbox, sandbox.state.owner(payout["id"]), movement)
    payout["failure_balance_transaction"] = transaction["id"]


def _arrival(now: int) -> datetime:
    return datetime.combine(next_business_day(datetime.fromtimestamp(now, UTC).date()), _ARRIVES)


def _check(sandbox: Sandbox, account_id: str, params: Json) -> str:
    """Return the bank account a payout goes to."""
    if not account_id:
        raise refuse("The sandbox pays connected accounts only: set Stripe-Account.", code="account_invalid")
    account = sandbox.get(ACCOUNT, account_id)
    if params["currency"].lower() != "eur":
        raise refuse("The sandbox knows euros only.", param="currency")
    if params["amount"] < 1:
        raise refuse("This value must be greater than or equal to 1.", code="parameter_invalid_integer", param="amount")
    if len(params.get("statement_descriptor") or "") > _DESCRIPTOR:
        raise refuse(
            f"The statement descriptor must be at most {_DESCRIPTOR} characters.", param="statement_descriptor"
        )
    bank_id = params.get("destination") or sandbox.state.hidden[account_id]["bank"]
    if bank_id is None:
        raise refuse("Sorry, you don't have any external accounts in that currency (eur).", param="currency")
    if sandbox.owned("bank_account", bank_id, account_id, "destination").get("deleted"):
        raise missing("external account", bank_id, "destination")
    if not may(account, "payouts"):
        raise ApiError("Payouts are not enabled on this account.", code="payouts_not_allowed")
    if params["amount"] > funds(sandbox, account_id)["available"]:
        raise ApiError(
            "You have insufficient funds in your Stripe account for this transfer. Your card balance is too low.",
            code="balance_insufficient",
        )
    return str(bank_id)
