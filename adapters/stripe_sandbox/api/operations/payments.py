"""Payment intents, charges, refunds and disputes."""

from __future__ import annotations

from typing import Final

from adapters.stripe_sandbox.api.calls import Call, Operation
from adapters.stripe_sandbox.api.lists import listed
from adapters.stripe_sandbox.errors import ApiError, Json
from adapters.stripe_sandbox.events.emission import emit
from adapters.stripe_sandbox.payments import disputes, refunds
from adapters.stripe_sandbox.payments.intents import LEAST, MOST, confirm, new_intent
from adapters.stripe_sandbox.sandbox import Sandbox, refuse
from adapters.stripe_sandbox.state import PLATFORM

_CANCELABLE: Final = frozenset({"requires_payment_method", "requires_confirmation", "requires_action", "processing"})


def _create_intent(call: Call) -> Json:
    params = call.params
    if params["currency"].lower() != "eur":
        raise refuse("The sandbox knows euros only.", param="currency")
    if not LEAST <= params["amount"] <= MOST:
        code = "amount_too_small" if params["amount"] < LEAST else "amount_too_large"
        raise ApiError("Amount must be between 50 cents and 999 999.99 €.", code=code, param="amount")
    if params.get("transfer_data") or params.get("on_behalf_of") or params.get("application_fee_amount"):
        raise refuse("The sandbox has separate charges and transfers only.", param="transfer_data")
    if params.get("customer"):
        call.sandbox.owned("customer", params["customer"], PLATFORM, "customer")
    method = _method(call.sandbox, params)
    if params.get("off_session") and not params.get("confirm"):
        raise refuse("You can only set `off_session` when `confirm=true`.", param="off_session")
    if params.get("confirm") and method is None:
        raise refuse("You cannot confirm without a payment_method.", code="payment_intent_unexpected_state")
    intent = new_intent(call.sandbox, params["amount"], params)
    if params.get("confirm") and method is not None:
        verdict = confirm(call.sandbox, intent, method, off_session=bool(params.get("off_session")))
        if verdict.status == "declined":
            raise _card_error(intent)
    return intent


def _method(sandbox: Sandbox, params: Json) -> Json | None:
    if params.get("payment_method") is None:
        return None
    method = sandbox.owned("payment_method", params["payment_method"], PLATFORM, "payment_method")
    if method["customer"] is None:
        raise refuse(
            "The provided PaymentMethod was used before without being attached to a Customer, or was detached from "
            "one, and may not be used again.",
            param="payment_method",
        )
    if method["customer"] != params.get("customer"):
        raise refuse(
            "The payment method belongs to a customer: you must provide this customer.", param="payment_method"
        )
    return method


def _card_error(intent: Json) -> ApiError:
    """Return the 402 of a declined card; Stripe shows the intent with it."""
    error = intent["last_payment_error"]
    more = {
        name: error[name] for name in ("advice_code", "charge", "decline_code", "payment_method") if error.get(name)
    }
    return ApiError(
        error["message"],
        status=402,
        kind="card_error",
        code=error["code"],
        more=more | {"payment_intent": dict(intent)},
    )


def _retrieve_intent(call: Call) -> Json:
    return call.sandbox.get("payment_intent", call.path["id"])


def _list_intents(call: Call) -> Json:
    return listed(call, "payment_intent", "customer")


def _cancel_intent(call: Call) -> Json:
    intent = call.sandbox.get("payment_intent", call.path["id"])
    if intent["status"] not in _CANCELABLE:
        raise ApiError(
            f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}.",
            code="payment_intent_unexpected_state",
            more={"payment_intent": dict(intent)},
        )
    intent |= {"status": "canceled", "canceled_at": call.sandbox.now(), "next_action": None}
    intent["cancellation_reason"] = call.params.get("cancellation_reason")
    emit(call.sandbox, "payment_intent.canceled", intent)
    return intent


def _retrieve_charge(call: Call) -> Json:
    return call.sandbox.owned("charge", call.path["id"], call.account)


def _list_charges(call: Call) -> Json:
    return listed(call, "charge", "customer", "payment_intent", "transfer_group")


def _create_refund(call: Call) -> Json:
    return refunds.new_refund(call.sandbox, call.params)


def _retrieve_refund(call: Call) -> Json:
    return call.sandbox.owned("refund", call.path["id"], call.account)


def _list_refunds(call: Call) -> Json:
    return listed(call, "refund", "charge", "payment_intent")


def _retrieve_dispute(call: Call) -> Json:
    return call.sandbox.get("dispute", call.path["id"])


def _list_disputes(call: Call) -> Json:
    return listed(call, "dispute", "charge", "payment_intent")


def _update_dispute(call: Call) -> Json:
    return disputes.answer(call.sandbox, call.sandbox.get("dispute", call.path["id"]), call.params)


def _close_dispute(call: Call) -> Json:
    return disputes.decide(call.sandbox, call.sandbox.get("dispute", call.path["id"]), won=False)


OPERATIONS: Final = (
    Operation("POST", "/v1/payment_intents", "PaymentIntentCreateParams", _create_intent),
    Operation("GET", "/v1/payment_intents/{id}", "PaymentIntentRetrieveParams", _retrieve_intent),
    Operation("GET", "/v1/payment_intents", "PaymentIntentListParams", _list_intents),
    Operation("POST", "/v1/payment_intents/{id}/cancel", "PaymentIntentCancelParams", _cancel_intent),
    Operation("GET", "/v1/charges/{id}", "ChargeRetrieveParams", _retrieve_charge, on_account=True),
    Operation("GET", "/v1/charges", "ChargeListParams", _list_charges, on_account=True),
    Operation("POST", "/v1/refunds", "RefundCreateParams", _create_refund),
    Operation("GET", "/v1/refunds/{id}", "RefundRetrieveParams", _retrieve_refund, on_account=True),
    Operation("GET", "/v1/refunds", "RefundListParams", _list_refunds, on_account=True),
    Operation("GET", "/v1/disputes/{id}", "DisputeRetrieveParams", _retrieve_dispute),
    Operation("GET", "/v1/disputes", "DisputeListParams", _list_disputes),
    Operation("POST", "/v1/disputes/{id}", "DisputeUpdateParams", _update_dispute),
    Operation("POST", "/v1/disputes/{id}/close", "DisputeCloseParams", _close_dispute),
)
