"""The bank's 3-D Secure page: confirm, refuse, or leave without an answer."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final, Literal

from starlette.requests import Request
from starlette.responses import Response

from adapters.stripe_sandbox.addresses import authentication_path, checkout_path
from adapters.stripe_sandbox.interactions.checkout import (
    AuthenticationPage,
    Paid,
    answer_authentication,
    find_authentication,
    find_checkout,
)
from adapters.stripe_sandbox.interactions.operations import now
from adapters.stripe_sandbox.pages.handlers import fields, problem, see
from adapters.stripe_sandbox.pages.rendering import page
from adapters.stripe_sandbox.sandbox import Sandbox

LEFT: Final = "/quitter"
_ANSWERS: Final[dict[str, Literal["confirm", "refuse"]]] = {"confirmer": "confirm", "refuser": "refuse"}


async def show(sandbox: Sandbox, request: Request) -> Response:
    """Ask the cardholder; a question that is answered or overtaken leads back to the payment."""
    return _question(sandbox, request, "authentication.html")


async def leave(sandbox: Sandbox, request: Request) -> Response:
    """Say that nothing is decided: what closing the tab does."""
    answer_authentication(sandbox, request.path_params["authentication_id"], "close")
    return _question(sandbox, request, "authentication_left.html")


async def answer(sandbox: Sandbox, request: Request) -> Response:
    """Take the answer, and go on to the shop or back to the card page."""
    said = _ANSWERS.get((await fields(request)).get("reponse", ""))
    if said is None:
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY)
    asked = find_authentication(sandbox, request.path_params["authentication_id"])
    if not _is_open(sandbox, asked):
        return see(checkout_path(asked.session_id))
    outcome = answer_authentication(sandbox, asked.authentication_id, said)
    return see(outcome.return_url if isinstance(outcome, Paid) else checkout_path(asked.session_id))


def _question(sandbox: Sandbox, request: Request, template: str) -> Response:
    """Render a page about a question that is still open."""
    asked = find_authentication(sandbox, request.path_params["authentication_id"])
    if not _is_open(sandbox, asked):
        return see(checkout_path(asked.session_id))
    return page(
        template,
        leads_to=find_checkout(sandbox, asked.session_id).return_url,
        asked=asked,
        now=now(sandbox),
        here=authentication_path(asked.authentication_id),
        left=authentication_path(asked.authentication_id) + LEFT,
    )


def _is_open(sandbox: Sandbox, asked: AuthenticationPage) -> bool:
    """Tell whether the bank still waits for an answer."""
    return asked.status == "pending" and find_checkout(sandbox, asked.session_id).status == "open"
