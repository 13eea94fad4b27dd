"""Where the letter of a reminder leads: the campaign, and « ne plus me rappeler », without an account.

The link is the family's own: a basket that is opened by it is known as an answer, whatever address is given in it, so
that the next reminder leaves the family alone. No page of the coop shows it.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from adapters.people_vault import LinkInvalid
from adapters.reminder_vault import ListedContact
from domain.calendar import paris_date
from service.http.dependencies import Slug, clock_of, public_campaigns_of, runtime_of
from service.pages.families.campaign import campaign_values
from service.pages.french import association_mark, opening_sentence
from service.pages.rendering import page
from service.pages.visitor_limits import limited
from service.public_campaigns import PublicCampaign
from service.rate_limits.catalogue import SEND_FORM
from service.reminders.requests import stop_reminders
from service.runtime.open_ledger import OpenLedger

router = APIRouter()
_LINK = "/{association}/rappel/{token}"


class OpenedLetter:
    """A request by the link of a letter."""

    def __init__(
        self, association: str, token: str, opened: OpenLedger, listed: ListedContact, campaign: PublicCampaign
    ) -> None:
        """Remember whose link it is, and of which campaign."""
        self.association = association
        self.token = token
        self.opened = opened
        self.listed = listed
        self.campaign = campaign


async def opened_letter(request: Request, association: Slug, token: str) -> OpenedLetter:
    """Find whose link it is.

    Raises:
        LinkInvalid: it is in no letter of ours, or its contact was erased.

    """
    opened = await run_in_threadpool(runtime_of(request).ledger, association)
    listed = await run_in_threadpool(opened.reminders.by_token, token)
    if listed is None:
        raise LinkInvalid(kind="reminder")
    campaign = await public_campaigns_of(request).public_campaign(association, listed.campaign_id)
    return OpenedLetter(association, token, opened, listed, campaign)


CurrentLetter = Annotated[OpenedLetter, Depends(opened_letter)]


@router.get(_LINK)
async def campaign_of_letter(letter: CurrentLetter, request: Request) -> Response:
    """Show the campaign; a basket that is opened from here is known as an answer to the letter."""
    closed = opening_sentence(letter.campaign, clock_of(request)())
    values = campaign_values(letter.campaign, letter.association, closed)
    return page("campaign.html", **values, address="", embedded=False, resume="", letter=letter.token)


@router.get(f"{_LINK}/arret")
async def stop_page(letter: CurrentLetter, request: Request) -> Response:
    """Ask whether the coop is to remind this address no more; the link of a letter alone changes nothing."""
    return _stop_page(letter, done="fait" in request.query_params)


@router.post(f"{_LINK}/arret", dependencies=[limited(SEND_FORM)])
async def stop(letter: CurrentLetter, request: Request) -> Response:
    """Remind this address no more."""
    coop_id, today = letter.campaign.coop.coop_id, paris_date(clock_of(request)())
    await run_in_threadpool(stop_reminders, letter.opened, coop_id, letter.listed.digest, today)
    return RedirectResponse(f"/{letter.association}/rappel/{letter.token}/arret?fait", 303)


def _stop_page(letter: OpenedLetter, *, done: bool) -> Response:
    campaign = letter.campaign
    return page(
        "reminder_stop.html",
        association=letter.association,
        demo=campaign.campaign.demo,
        coop=campaign.identification,
        mark=association_mark(campaign.association),
        words=campaign.words,
        school=campaign.coop.name,
        address=f"/{letter.association}/rappel/{letter.token}",
        done=done,
    )
