"""The limit that a route names for who is not signed in: counted before anything of the request is read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from adapters.jobs.card_alerts import CardAlerts
from adapters.rate_limits import Charge
from service.http.client_address import client_address
from service.http.dependencies import Slug, clock_of, runtime_of, worker_of
from service.pages.accounts.dependencies import AccountRequest
from service.rate_limits import Visitor, VisitorAction
from service.rate_limits.catalogue import TESTED_CARDS


class VisitorLimit:
    """A dependency of routes: counts each request as one action of its visitor."""

    def __init__(self, action: VisitorAction) -> None:
        """Remember what the route does."""
        self.action = action

    async def check(self, request: Request, association: Slug) -> None:
        """Count a request.

        Raises:
            TooManyAttempts: it is one too many of this network, this campaign or all visitors.
            NotFound: no such association.

        """
        await count(request, association, self.action, _campaign_of(request))


def limited(action: VisitorAction) -> Any:  # noqa: ANN401 - what the framework returns
    """Return the dependency that holds a route to the limits of an action."""
    return Depends(VisitorLimit(action).check)


async def count(request: Request, association: str, action: VisitorAction, campaign_id: UUID | None = None) -> None:
    """Count one action of the visitor of a request.

    Raises:
        TooManyAttempts: it is one too many.
        NotFound: no such association.

    """
    await run_in_threadpool(_take, request, association, action, campaign_id)


def count_payment(request: Request, association: str, action: VisitorAction, campaign_id: UUID) -> None:
    """Count a payment page that a visitor opens; while cards are tested on the campaign, unknown networks are slowed.

    It asks the database in the calling thread.

    Raises:
        TooManyAttempts: it is one too many.
        NotFound: no such association.

    """
    cards = CardAlerts(worker_of(request).outbox.pool)
    tested = cards.is_on(association, campaign_id, clock_of(request)())
    _take(request, association, action, campaign_id, slowed=tested)


def _take(
    request: Request, association: str, action: VisitorAction, campaign_id: UUID | None, *, slowed: bool = False
) -> None:
    opened, now = runtime_of(request).ledger(association), clock_of(request)()
    account_id = AccountRequest(request, opened, association, "").account_id()
    visitor = Visitor(client_address(request), campaign_id, account_id)
    tested = [Charge(TESTED_CARDS, f"{campaign_id}\n{visitor.network}")] if slowed and account_id is None else []
    opened.families.limits.take([*tested, *visitor.charges(action)], now)


def _campaign_of(request: Request) -> UUID | None:
    """Return the campaign that an address names; what is none, its route refuses."""
    try:
        return UUID(request.path_params["campaign_id"])
    except (KeyError, ValueError):
        return None
