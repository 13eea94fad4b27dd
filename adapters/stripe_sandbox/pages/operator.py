"""The operator's page: the clock, accounts, payments, disputes, refunds and payouts, each with its buttons."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Final, Literal

from starlette.requests import Request
from starlette.responses import Response

from adapters.stripe_sandbox.addresses import OPERATOR, STATEMENTS
from adapters.stripe_sandbox.french import PARIS
from adapters.stripe_sandbox.interactions import operations, overview
from adapters.stripe_sandbox.interactions.onboarding import certify, possible
from adapters.stripe_sandbox.pages.handlers import fields, problem, see
from adapters.stripe_sandbox.pages.onboarding import ACTIONS
from adapters.stripe_sandbox.pages.rendering import page
from adapters.stripe_sandbox.sandbox import Sandbox

CLOCK: Final = "/operateur/horloge"
ACCOUNT: Final = "/operateur/comptes/{id}"
PAYMENT: Final = "/operateur/paiements/{id}"
DISPUTE: Final = "/operateur/litiges/{id}"
REFUND: Final = "/operateur/remboursements/{id}"
PAYOUT: Final = "/operateur/virements/{id}"
_OUTCOMES: Final[dict[str, Literal["send", "pay", "fail", "cancel"]]] = {
    "envoyer": "send",
    "arriver": "pay",
    "echouer": "fail",
    "annuler": "cancel",
}


async def show(sandbox: Sandbox, request: Request) -> Response:  # noqa: ARG001 - handlers share one signature
    """Show everything that is going on."""
    now = operations.now(sandbox)
    return page(
        "operator.html",
        now=now,
        now_local=f"{now.astimezone(PARIS):%Y-%m-%dT%H:%M}",
        statements=STATEMENTS,
        clock=CLOCK,
        balances=overview.balances(sandbox),
        accounts=[(account, possible(account.state)) for account in overview.accounts(sandbox)],
        payments=overview.payments(sandbox),
        disputes=overview.disputes(sandbox),
        refunds=overview.refunds(sandbox),
        payouts=overview.payouts(sandbox),
    )


async def move_clock(sandbox: Sandbox, request: Request) -> Response:
    """Let a day or a month pass, or the time until an instant in Paris."""
    typed = await fields(request)
    match typed.get("avance"):
        case "jour":
            await operations.advance_days(sandbox)
        case "mois":
            await operations.advance_month(sandbox)
        case _:
            try:
                instant = datetime.fromisoformat(typed.get("instant", ""))
            except ValueError:
                return problem(HTTPStatus.UNPROCESSABLE_ENTITY)
            await operations.set_clock(sandbox, instant.replace(tzinfo=instant.tzinfo or PARIS))
    return see(OPERATOR)


async def decide_account(sandbox: Sandbox, request: Request) -> Response:
    """Carry out a decision about the certification of an account."""
    action = ACTIONS.get((await fields(request)).get("decision", ""))
    if action is None:
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY)
    certify(sandbox, request.path_params["id"], action)
    return see(f"{OPERATOR}#comptes")


async def contest_payment(sandbox: Sandbox, request: Request) -> Response:
    """Let the payer contest a payment."""
    operations.open_dispute(sandbox, request.path_params["id"])
    return see(f"{OPERATOR}#litiges")


async def decide_dispute(sandbox: Sandbox, request: Request) -> Response:
    """Let the bank decide a dispute."""
    outcome = (await fields(request)).get("issue")
    if outcome not in {"gagne", "perdu"}:
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY)
    operations.decide_dispute(sandbox, request.path_params["id"], won=outcome == "gagne")
    return see(f"{OPERATOR}#litiges")


async def fail_refund(sandbox: Sandbox, request: Request) -> Response:
    """Let a refund come back."""
    operations.fail_refund(sandbox, request.path_params["id"])
    return see(f"{OPERATOR}#remboursements")


async def move_payout(sandbox: Sandbox, request: Request) -> Response:
    """Let a payout go on, arrive, fail or be cancelled."""
    typed = await fields(request)
    outcome = _OUTCOMES.get(typed.get("suite", ""))
    if outcome is None:
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY)
    operations.move_payout(sandbox, request.path_params["id"], outcome)
    return see(f"{OPERATOR}#virements")
