"""Checkout Sessions: what is to be paid (or which card is to be kept), and the way back to the shop."""

from __future__ import annotations

from typing import Final

from adapters.stripe_sandbox.addresses import checkout_path
from adapters.stripe_sandbox.contract.sdk import shape
from adapters.stripe_sandbox.errors import Json
from adapters.stripe_sandbox.events.emission import emit
from adapters.stripe_sandbox.metadata import merged
from adapters.stripe_sandbox.payments.customers import new_customer
from adapters.stripe_sandbox.payments.intents import LEAST, MOST
from adapters.stripe_sandbox.sandbox import Sandbox, refuse

_SHORTEST: Final = 30 * 60  # Stripe's limits for expires_at
_LONGEST: Final = 24 * 3600
SESSION_MARK: Final = "{CHECKOUT_SESSION_ID}"


def new_session(sandbox: Sandbox, params: Json) -> Json:
    """Open a session in mode payment or setup.

    Raises:
        ApiError: something is missing, or contradicts the mode.
    """
    mode = params.get("mode", "payment")
    lines = _lines(sandbox, params)
    _check(params, mode, lines)
    now = sandbox.now()
    expires_at = params.get("expires_at", now + _LONGEST)
    if not now + _SHORTEST - 60 <= expires_at <= now + _LONGEST + 60:
        raise refuse("The `expires_at` timestamp must be between 30 minutes and 24 hours from now.", param="expires_at")
    if params.get("customer"):
        sandbox.owned("customer", params["customer"], "", "customer")
    identifier = sandbox.new_id("cs_test")
    session = _shape(sandbox, identifier, params, lines)
    session["expires_at"] = expires_at
    hidden = {"lines": lines, "intent": params.get(f"{'payment' if mode == 'payment' else 'setup'}_intent_data") or {}}
    sandbox.add(session, hidden=hidden)
    sandbox.plan("expire_session", expires_at, id=identifier)
    return session


def expire(sandbox: Sandbox, session: Json) -> None:
    """Close a session for payments.

    Raises:
        ApiError: it is complete or expired already.
    """
    if session["status"] != "open":
        raise refuse('Only Checkout Sessions with a status in ["open"] can be expired.', param="id")
    session["status"], session["url"] = "expired", None
    intent = sandbox.state.table("payment_intent").get(session["payment_intent"] or "")
    if intent is not None and intent["status"] in {"requires_payment_method", "requires_action"}:
        intent |= {"status": "canceled", "canceled_at": sandbox.now(), "cancellation_reason": "automatic"}
        emit(sandbox, "payment_intent.canceled", intent)
    emit(sandbox, "checkout.session.expired", session)


def expire_when_due(sandbox: Sandbox, due: Json) -> None:
    """Close a session that was not completed in time."""
    session = sandbox.get("checkout.session", due["id"])
    if session["status"] == "open":
        expire(sandbox, session)


def complete(sandbox: Sandbox, session: Json, name: str) -> None:
    """Close a session whose intent succeeded."""
    customer = sandbox.state.table("customer").get(session["customer"] or "")
    email = session["customer_email"] or (customer or {}).get("email")
    session["customer_details"] = {
        "address": None,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": name,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }
    session["status"], session["url"] = "complete", None
    session["payment_status"] = "paid" if session["mode"] == "payment" else "no_payment_required"
    emit(sandbox, "checkout.session.completed", session)


def customer_for(sandbox: Sandbox, session: Json) -> str | None:
    """Return the customer of a session, made now where Stripe would make one."""
    keeps = session["mode"] == "setup" or sandbox.state.hidden[session["id"]]["intent"].get("setup_future_usage")
    if session["customer"] is None and (keeps or session["customer_creation"] == "always"):
        session["customer"] = new_customer(sandbox, {"email": session["customer_email"]})["id"]
    found: str | None = session["customer"]
    return found


def return_address(session: Json) -> str:
    """Return the address that a paid session leads to."""
    return str(session["success_url"] or "/").replace(SESSION_MARK, session["id"])


def _check(params: Json, mode: str, lines: list[Json]) -> None:
    if mode == "subscription":
        raise refuse("The sandbox has no subscriptions.", param="mode")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise refuse("The sandbox has the hosted page only.", param="ui_mode")
    if not params.get("success_url"):
        raise refuse("Missing required param: success_url.", code="parameter_missing", param="success_url")
    if mode == "setup" and not (params.get("currency") or params.get("payment_method_types")):
        raise refuse("Missing required param: currency.", code="parameter_missing", param="currency")
    if params.get("customer") and params.get("customer_email"):
        raise refuse("You may only specify one of these parameters: customer, customer_email.", param="customer_email")
    if mode == "payment":
        _check_payment(params, lines)


def _check_payment(params: Json, lines: list[Json]) -> None:
    if not lines:
        raise refuse("Missing required param: line_items.", code="parameter_missing", param="line_items")
    if not LEAST <= sum(line["amount_total"] for line in lines) <= MOST:
        raise refuse(
            "The total must be between 50 cents and 999 999.99 €.", code="amount_too_small", param="line_items"
        )
    for name in ("transfer_data", "on_behalf_of", "application_fee_amount"):
        if name in (params.get("payment_intent_data") or {}):
            raise refuse("The sandbox has separate charges and transfers only.", param=f"payment_intent_data[{name}]")


def _lines(sandbox: Sandbox, params: Json) -> list[Json]:
    lines = []
    for number, line in enumerate(params.get("line_items") or []):
        price = line.get("price_data")
        if price is None or "unit_amount" not in price:
            raise refuse("The sandbox wants price_data with a unit_amount.", param=f"line_items[{number}][price_data]")
        if price["currency"] != "eur":
            raise refuse("The sandbox knows euros only.", param=f"line_items[{number}][price_data][currency]")
        if price["unit_amount"] < 0 or line.get("quantity", 1) < 1:
            raise refuse("Amounts and quantities are positive.", param=f"line_items[{number}]")
        total = price["unit_amount"] * line.get("quantity", 1)
        name = (price.get("product_data") or {}).get("name", "")
        lines.append(
            shape(
                "LineItem",
                id=sandbox.new_id("li"),
                object="item",
                amount_discount=0,
                amount_subtotal=total,
                amount_tax=0,
                amount_total=total,
                currency="eur",
                description=name,
                metadata=line.get("metadata") or {},
                quantity=line.get("quantity", 1),
            )
        )
    return lines


def _shape(sandbox: Sandbox, identifier: str, params: Json, lines: list[Json]) -> Json:
    total = sum(line["amount_total"] for line in lines)
    payment = params.get("mode", "payment") == "payment"
    return shape(
        "checkout.Session",
        id=identifier,
        object="checkout.session",
        amount_subtotal=total if payment else None,
        amount_total=total if payment else None,
        automatic_tax={"enabled": False, "liability": None, "provider": None, "status": None},
        cancel_url=params.get("cancel_url"),
        client_reference_id=params.get("client_reference_id"),
        created=sandbox.now(),
        currency="eur",
        custom_fields=[],
        custom_text={},
        customer=params.get("customer"),
        customer_creation=params.get("customer_creation", "if_required") if payment else None,
        customer_email=params.get("customer_email"),
        integration_identifier=params.get("integration_identifier"),
        livemode=False,
        locale=params.get("locale"),
        metadata=merged({}, params.get("metadata")),
        mode=params.get("mode", "payment"),
        payment_method_types=["card"],
        payment_status="unpaid" if payment else "no_payment_required",
        phone_number_collection={"enabled": False},
        shipping_options=[],
        status="open",
        success_url=params["success_url"],
        total_details={"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0} if payment else None,
        ui_mode="hosted_page",
        url=sandbox.settings.base_url + checkout_path(identifier),
    )
