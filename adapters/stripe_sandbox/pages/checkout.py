"""The card page: what is to be paid, a card, a button; without scripts and without keeping a number."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from adapters.stripe_sandbox.addresses import authentication_path, checkout_path
from adapters.stripe_sandbox.interactions.checkout import (
    CheckoutPage,
    NeedsAuthentication,
    Paid,
    find_checkout,
    submit_card,
)
from adapters.stripe_sandbox.pages.handlers import fields, see
from adapters.stripe_sandbox.pages.offered_cards import OFFERED_CARDS
from adapters.stripe_sandbox.pages.refusals import decline_sentence, field_sentence
from adapters.stripe_sandbox.pages.rendering import page
from adapters.stripe_sandbox.payments.cards import CardEntry
from adapters.stripe_sandbox.sandbox import Sandbox

_INPUTS: Final = {"number": "number", "month": "expiry", "year": "expiry", "cvc": "cvc", "name": "name"}
_MONTH: Final = 2


async def show(sandbox: Sandbox, request: Request) -> Response:
    """Show the card page, with the reason where the last card was refused."""
    checkout = find_checkout(sandbox, request.path_params["session_id"])
    if checkout.status != "open":
        return _closed(checkout)
    return _form(checkout, refusal=decline_sentence(checkout.last_error) if checkout.last_error else "")


async def submit(sandbox: Sandbox, request: Request) -> Response:
    """Try the card: back to the shop, on to the bank, or the page again with what was wrong."""
    typed = await fields(request)
    checkout = find_checkout(sandbox, request.path_params["session_id"])
    # The same form sent twice comes second to a closed page, and pays nothing.
    if checkout.status != "open":
        return see(checkout_path(checkout.session_id))
    outcome = submit_card(sandbox, checkout.session_id, _entry(typed))
    if isinstance(outcome, Paid):
        return see(outcome.return_url)
    if isinstance(outcome, NeedsAuthentication):
        return see(authentication_path(outcome.authentication_id))
    if outcome.field is not None:
        errors = {_INPUTS[outcome.field]: field_sentence(outcome.code)}
        return _form(checkout, HTTPStatus.UNPROCESSABLE_ENTITY, typed, errors=errors)
    refusal = decline_sentence(outcome.decline_code or outcome.code)
    return _form(checkout, HTTPStatus.PAYMENT_REQUIRED, typed, refusal=refusal)


def _entry(typed: dict[str, str]) -> CardEntry:
    """Read what was typed; an expiry is « 04/29 », « 04 / 2029 » or « 0429 »."""
    expiry = "".join(typed.get("expiry", "").split())
    month, slash, year = expiry.partition("/")
    if not slash:
        month, year = expiry[:_MONTH], expiry[_MONTH:]
    return CardEntry(typed.get("number", ""), month, year, typed.get("cvc", ""), typed.get("name", ""))


def _form(
    checkout: CheckoutPage,
    status: int = HTTPStatus.OK,
    typed: dict[str, str] | None = None,
    *,
    errors: dict[str, str] | None = None,
    refusal: str = "",
) -> Response:
    """Render the page; number and code are never written back into it."""
    kept = {name: (typed or {}).get(name, "") for name in ("expiry", "name")}
    return page(
        "checkout.html",
        status,
        leads_to=checkout.return_url,
        checkout=checkout,
        waiting=checkout.waiting_for and authentication_path(checkout.waiting_for),
        typed=kept,
        errors=errors or {},
        refusal=refusal,
        cards=OFFERED_CARDS,
    )


def _closed(checkout: CheckoutPage) -> Response:
    """Tell that nothing is to be paid here any more, and show the way back."""
    complete = checkout.status == "complete"
    status = HTTPStatus.OK if complete else HTTPStatus.GONE
    way_back = checkout.return_url if complete else checkout.cancel_url
    return page("checkout_closed.html", status, checkout=checkout, complete=complete, way_back=way_back)
