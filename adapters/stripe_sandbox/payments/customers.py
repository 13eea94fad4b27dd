"""Customers: who keeps a card with the platform."""

from __future__ import annotations

from adapters.stripe_sandbox.contract.sdk import exact
from adapters.stripe_sandbox.errors import Json
from adapters.stripe_sandbox.events.emission import emit
from adapters.stripe_sandbox.metadata import merged
from adapters.stripe_sandbox.sandbox import Sandbox


def new_customer(sandbox: Sandbox, params: Json) -> Json:
    """Create a customer of the platform."""
    customer = exact(
        "Customer",
        id=sandbox.new_id("cus"),
        object="customer",
        address=params.get("address"),
        balance=0,
        created=sandbox.now(),
        currency=None,
        default_source=None,
        delinquent=False,
        description=params.get("description"),
        email=params.get("email"),
        invoice_prefix=None,
        livemode=False,
        metadata=merged({}, params.get("metadata")),
        name=params.get("name"),
        phone=params.get("phone"),
        preferred_locales=params.get("preferred_locales") or [],
        shipping=None,
        tax_exempt="none",
        test_clock=None,
    )
    sandbox.add(customer)
    emit(sandbox, "customer.created", customer)
    return customer


def delete_customer(sandbox: Sandbox, customer: Json) -> Json:
    """Delete a customer: its cards are detached, and all that is left is that it was there."""
    told = dict(customer)
    identifier = customer["id"]
    for method in sandbox.state.table("payment_method").values():
        if method["customer"] == identifier:
            method["customer"] = None
            emit(sandbox, "payment_method.detached", method, before={"customer": identifier})
    del sandbox.state.table("customer")[identifier]
    emit(sandbox, "customer.deleted", told)
    return {"id": identifier, "object": "customer", "deleted": True}
