"""Where the links of e-mails lead: an instalment to pay, the instalments to come (S-95, S-96).

The holder of a link may do what it is for and nothing else; the page shows no name.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from adapters.people_vault import FamilyGrant, TokenPurpose
from domain.aggregate import Stamp
from domain.calendar import french_date, paris_date
from domain.campaign.contribution import Contribution
from domain.campaign.instalments import CancelInstalments
from domain.campaign.state import Campaign
from domain.errors import NotFound
from domain.money import euros
from domain.vocabulary.reasons import InstalmentStopReason
from service.family_links import PATHS, link_path
from service.http.dependencies import PayingWorker, Slug, payment_pages_of
from service.pages.families.confirmation import PAID
from service.pages.families.plan_words import received_instalments, remaining_instalments
from service.pages.rendering import page
from service.pages.security import content_policy
from service.pages.visitor_limits import limited
from service.payments.checkout import lead_to_instalment
from service.payments.context import PaymentContext
from service.rate_limits.catalogue import OPEN_PAYMENT_PAGE, SEND_FORM

router = APIRouter()
_PAY = "/{association}/" + PATHS[TokenPurpose.INSTALMENT] + "/{token}"
_PLAN = "/{association}/" + PATHS[TokenPurpose.PLAN] + "/{token}"
_FAMILY = "family"
"""Who stops a plan by its link, as the log says it: the holder of the link."""


class InstalmentRow(NamedTuple):
    """An instalment as a page shows it."""

    number: int
    on: str
    amount: str


class InstalmentsView:
    """The instalments of a link's contribution, read from the ledger for one request."""

    def __init__(self, context: PaymentContext, purpose: TokenPurpose, token: str) -> None:
        """Read a link.

        Raises:
            LinkInvalid: it is none of ours, or for something else.
            LinkExpired: its last day is over.

        """
        self.grant: FamilyGrant = context.tokens.find(token, purpose, paris_date(context.now()))
        self.campaign: Campaign = context.campaign(self.grant.campaign_id)
        self.contribution: Contribution = self.campaign.contribution(self.grant.contribution_id)

    @property
    def title(self) -> str:
        """What the campaign is called."""
        return self.campaign.details.title if self.campaign.details else ""

    @property
    def to_come(self) -> list[InstalmentRow]:
        """The instalments that are not paid yet, in order."""
        schedule = self.contribution.schedule
        return [
            InstalmentRow(number, french_date(due.due_on), euros(due.cents)) for number, due in sorted(schedule.items())
        ]

    def values(self) -> dict[str, Any]:
        """What every page of a plan shows."""
        due = {one.number: one for one in self.to_come}
        count = self.contribution.instalments
        demo = self.campaign.demo
        return {
            "title": self.title,
            "count": count,
            "demo": demo,
            "to_come": self.to_come,
            "due": due.get(self.grant.instalment),
            "received": received_instalments(self.contribution) if self.contribution.payments else "",
            "remains": remaining_instalments(self.contribution),
        }


@router.get(_PAY)
async def instalment(association: Slug, token: str, request: Request, worker: PayingWorker) -> Response:
    """Show an instalment that the bank refused, and lead to its payment."""

    def read() -> dict[str, Any]:
        return InstalmentsView(worker.context(association), TokenPurpose.INSTALMENT, token).values()

    values = await run_in_threadpool(read)
    answer = page("instalment.html", **values, address=request.url.path, paid=PAID in request.query_params)
    answer.headers["Content-Security-Policy"] = content_policy(leads_to=payment_pages_of(request))
    return answer


@router.post(f"{_PAY}/payer", dependencies=[limited(OPEN_PAYMENT_PAGE)])
async def pay_instalment(association: Slug, token: str, worker: PayingWorker) -> Response:
    """Lead to the provider's page, where the card's holder answers to the bank."""

    def start() -> str | None:
        context = worker.context(association)
        grant = InstalmentsView(context, TokenPurpose.INSTALMENT, token).grant
        return lead_to_instalment(context, grant.campaign_id, grant.contribution_id, grant.instalment).url

    url = await run_in_threadpool(start)
    if url is None:
        raise NotFound(token="closed")  # noqa: S106 - no secret: why there is nothing to lead to
    return RedirectResponse(url, 303)


@router.get(_PLAN)
async def plan(association: Slug, token: str, request: Request, worker: PayingWorker) -> Response:
    """Show the instalments to come, and let the family stop them."""

    def read() -> dict[str, Any]:
        return InstalmentsView(worker.context(association), TokenPurpose.PLAN, token).values()

    return page("instalments.html", **await run_in_threadpool(read), address=request.url.path)


@router.post(f"{_PLAN}/arreter", dependencies=[limited(SEND_FORM)])
async def stop(association: Slug, token: str, worker: PayingWorker) -> Response:
    """Cancel what remains; once it is done there is nothing more to cancel."""

    def cancel() -> None:
        context = worker.context(association)
        grant = InstalmentsView(context, TokenPurpose.PLAN, token).grant
        stamp = Stamp(at=context.now(), by=_FAMILY)
        context.record(
            CancelInstalments(
                stream_id=grant.campaign_id,
                stamp=stamp,
                contribution_id=grant.contribution_id,
                reason=InstalmentStopReason.FAMILY,
            )
        )

    await run_in_threadpool(cancel)
    return RedirectResponse(link_path(association, TokenPurpose.PLAN, token), 303)
