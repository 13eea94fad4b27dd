"""Customers, their cards, and Checkout Sessions."""

from __future__ import annotations

from typing import Final

from adapters.stripe_sandbox.api.calls import Call, Operation
from adapters.stripe_sandbox.errors import Json
from adapters.stripe_sandbox.events.emission import emit
from adapters.stripe_sandbox.payments.customers import delete_customer, new_customer
from adapters.stripe_sandbox.payments.sessions import expire, new_session
from adapters.stripe_sandbox.sandbox import refuse


def _create_customer(call: Call) -> Json:
    return new_customer(call.sandbox, call.params)


def _retrieve_customer(call: Call) -> Json:
    return call.sandbox.get("customer", call.path["id"])


def _delete_customer(call: Call) -> Json:
    return delete_customer(call.sandbox, call.sandbox.get("customer", call.path["id"]))


def _create_session(call: Call) -> Json:
    return new_session(call.sandbox, call.params)


def _retrieve_session(call: Call) -> Json:
    return call.sandbox.get("checkout.session", call.path["id"])


def _expire_session(call: Call) -> Json:
    session = call.sandbox.get("checkout.session", call.path["id"])
    expire(call.sandbox, session)
    return session


def _retrieve_setup_intent(call: Call) -> Json:
    return call.sandbox.get("setup_intent", call.path["id"])


def _retrieve_method(call: Call) -> Json:
    return call.sandbox.get("payment_method", call.path["id"])


def _detach_method(call: Call) -> Json:
    method = call.sandbox.get("payment_method", call.path["id"])
    if method["customer"] is None:
        raise refuse("The payment method you provided is not attached to a customer so detachment is impossible.")
    former = {"customer": method["customer"]}
    method["customer"] = None
    emit(call.sandbox, "payment_method.detached", method, before=former)
    return method


OPERATIONS: Final = (
    Operation("POST", "/v1/customers", "CustomerCreateParams", _create_customer),
    Operation("GET", "/v1/customers/{id}", "CustomerRetrieveParams", _retrieve_customer),
    Operation("DELETE", "/v1/customers/{id}", None, _delete_customer),
    Operation("POST", "/v1/checkout/sessions", "checkout.SessionCreateParams", _create_session),
    Operation("GET", "/v1/checkout/sessions/{id}", "checkout.SessionRetrieveParams", _retrieve_session),
    Operation("POST", "/v1/checkout/sessions/{id}/expire", "checkout.SessionExpireParams", _expire_session),
    Operation("GET", "/v1/setup_intents/{id}", "SetupIntentRetrieveParams", _retrieve_setup_intent),
    Operation("GET", "/v1/payment_methods/{id}", "PaymentMethodRetrieveParams", _retrieve_method),
    Operation("POST", "/v1/payment_methods/{id}/detach", "PaymentMethodDetachParams", _detach_method),
)
