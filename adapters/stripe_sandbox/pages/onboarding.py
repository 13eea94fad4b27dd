"""The certification page reached by an account link: the coop's bank account, its document, and what is decided."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final, get_args

from starlette.requests import Request
from starlette.responses import Response

from adapters.stripe_sandbox.addresses import onboarding_path
from adapters.stripe_sandbox.connect.certification import CertificationAction
from adapters.stripe_sandbox.interactions.onboarding import (
    BankAccountRefused,
    OnboardingPage,
    certify,
    find_onboarding,
    leave_onboarding,
    possible,
    submit_bank_account,
)
from adapters.stripe_sandbox.pages.handlers import fields, problem, see
from adapters.stripe_sandbox.pages.refusals import field_sentence
from adapters.stripe_sandbox.pages.rendering import page
from adapters.stripe_sandbox.sandbox import Sandbox

BANK, DECISION, LEAVE = "/compte-bancaire", "/decision", "/terminer"
ACTIONS: Final[dict[str, CertificationAction]] = {name: name for name in get_args(CertificationAction)}


async def show(sandbox: Sandbox, request: Request) -> Response:
    """Show how far the certification is; a link that has expired leads to where a new one is made, as at Stripe."""
    onboarding = find_onboarding(sandbox, request.path_params["link_id"])
    return see(onboarding.refresh_url) if onboarding.expired else _form(sandbox, onboarding)


async def give_bank_account(sandbox: Sandbox, request: Request) -> Response:
    """Take an IBAN and its holder; a refused one is shown again to be corrected."""
    typed = await fields(request)
    onboarding = find_onboarding(sandbox, request.path_params["link_id"])
    if onboarding.expired:
        return see(onboarding_path(onboarding.link_id))
    outcome = submit_bank_account(
        sandbox, onboarding.account.account_id, typed.get("iban", ""), typed.get("holder", "")
    )
    if isinstance(outcome, BankAccountRefused):
        field = "holder" if outcome.code == "holder_missing" else "iban"
        return _form(sandbox, onboarding, typed, {field: field_sentence(outcome.code)})
    return see(onboarding_path(onboarding.link_id))


async def decide(sandbox: Sandbox, request: Request) -> Response:
    """Carry out one of the decisions that make sense now."""
    action = ACTIONS.get((await fields(request)).get("decision", ""))
    onboarding = find_onboarding(sandbox, request.path_params["link_id"])
    if action is None:
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY)
    if not onboarding.expired:
        certify(sandbox, onboarding.account.account_id, action)
    return see(onboarding_path(onboarding.link_id))


async def leave(sandbox: Sandbox, request: Request) -> Response:
    """Go back to the program that made the link."""
    return see(leave_onboarding(sandbox, request.path_params["link_id"]))


def _form(
    sandbox: Sandbox,
    onboarding: OnboardingPage,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    """Render the page; an account that was refused is shown again to be corrected."""
    account = onboarding.account
    here = onboarding_path(onboarding.link_id)
    given = typed or {}
    return page(
        "onboarding.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
        leads_to=onboarding.return_url,
        account=account,
        merchant=sandbox.settings.merchant,
        decisions=[action for action in possible(account.state) if action not in {"give_document", "close"}],
        takes_document="give_document" in possible(account.state),
        typed={"iban": given.get("iban", ""), "holder": given.get("holder", account.holder or "")},
        errors=errors or {},
        paths={"bank": here + BANK, "decision": here + DECISION, "leave": here + LEAVE},
    )
