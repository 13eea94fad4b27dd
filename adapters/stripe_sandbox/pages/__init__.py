"""The pages that people see: the card page, the bank's confirmation, the certification and the operator's page."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from adapters.stripe_sandbox.addresses import AUTHENTICATION, CHECKOUT, ONBOARDING, OPERATOR
from adapters.stripe_sandbox.pages import authentication, checkout, onboarding, operator
from adapters.stripe_sandbox.pages.handlers import route
from adapters.stripe_sandbox.pages.rendering import STATIC, STATIC_PATH
from adapters.stripe_sandbox.sandbox import Sandbox

_PAGES = (
    ("GET", CHECKOUT, checkout.show),
    ("POST", CHECKOUT, checkout.submit),
    ("GET", AUTHENTICATION, authentication.show),
    ("POST", AUTHENTICATION, authentication.answer),
    ("GET", AUTHENTICATION + authentication.LEFT, authentication.leave),
    ("GET", ONBOARDING, onboarding.show),
    ("POST", ONBOARDING + onboarding.BANK, onboarding.give_bank_account),
    ("POST", ONBOARDING + onboarding.DECISION, onboarding.decide),
    ("POST", ONBOARDING + onboarding.LEAVE, onboarding.leave),
    ("GET", OPERATOR, operator.show),
    ("POST", operator.CLOCK, operator.move_clock),
    ("POST", operator.ACCOUNT, operator.decide_account),
    ("POST", operator.PAYMENT, operator.contest_payment),
    ("POST", operator.DISPUTE, operator.decide_dispute),
    ("POST", operator.REFUND, operator.fail_refund),
    ("POST", operator.PAYOUT, operator.move_payout),
)


def routes(sandbox: Sandbox) -> Sequence[BaseRoute]:
    """Return the routes of the pages, and of their stylesheet."""
    static = Mount(STATIC_PATH, StaticFiles(directory=STATIC), name="sandbox-static")
    return (static, *(route(sandbox, method, path, handler) for method, path, handler in _PAGES))
