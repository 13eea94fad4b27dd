"""The third tab of a campaign: its participants with their payments, live, searched and filtered (S-128…S-134)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from domain.money import euros
from reports.parts.wording import MEANS
from service.auth.actions import Action
from service.http.forms import FormBody
from service.http.trail import note
from service.pages.community.choices import CHOSEN_STATES, LONGEST, Choices, one_page, read_choices
from service.pages.community.participant_rows import ListedChild, Listing, read_participants
from service.pages.frame.visit import CampaignVisit, campaign_visit
from service.trail import TrailKind

router = APIRouter()
CampaignRunner = Annotated[CampaignVisit, Depends(campaign_visit(Action.RUN))]
_ROUTE: Final = "/{association}/collectes/{campaign_id}/participants"
FILTERS: Final = ("etat", "moyen", "classe", "inscrit")
"""The filters by their names in addresses: state, means, class, and whether the child still takes part."""
YES, NO = "oui", "non"


@router.get(_ROUTE)
async def participants(visit: CampaignRunner) -> Response:
    """List the participants of a campaign."""
    return await _show(visit, read_choices(visit.request.query_params, FILTERS))


@router.post(_ROUTE)
async def search(visit: CampaignRunner, form: FormBody) -> Response:
    """List those who are searched for; what is chosen without a name leads to its address."""
    choices = read_choices(form, FILTERS)
    if choices.search:
        return await _show(visit, choices)
    return visit.go(choices.address(f"{visit.campaign_base}/participants"))


async def _show(visit: CampaignVisit, choices: Choices) -> Response:
    await note(visit.request, TrailKind.NAMES_READ, coop_id=visit.coop.coop_id)
    listing = await run_in_threadpool(read_participants, visit.opened, visit.campaign)
    found = [child for child in listing.children if chosen(child, choices)]
    rows, pages = one_page(found, choices)
    return await visit.show(
        "mandataire/participants.html",
        "collectes",
        help_key="participants",
        tab="adherents",
        tab_title="",
        choices=choices,
        longest_search=LONGEST,
        states=_present(CHOSEN_STATES, (child.status for child in listing.children)),
        means=_present(MEANS, (child.means for child in listing.children)),
        classes=listing.classes,
        rows=rows,
        pages=pages,
        number=len(found),
        paid=sum(child.paid for child in found),
        held=sum(child.held for child in found),
        live=_live(listing),
    )


def chosen(child: ListedChild, choices: Choices) -> bool:
    """Tell whether a child fits every filter."""
    return (
        choices.fits("etat", child.status)
        and choices.fits("moyen", child.means)
        and choices.fits("classe", child.class_code)
        and choices.fits("inscrit", YES if child.takes_part else NO)
        and choices.finds(child.first_name, child.last_name, child.payer)
    )


def _present(words: Mapping[str, str], codes: Iterable[str]) -> dict[str, str]:
    """Return the words of the codes that occur, in the order of their table: nothing else can be chosen."""
    known = set(codes)
    return {code: word for code, word in words.items() if code in known}


def _live(listing: Listing) -> dict[str, str]:
    """The figures of the whole campaign as its stream tells them: where they differ, the list is not the latest."""
    return {
        "received": euros(sum(child.paid for child in listing.children)),
        "participants": str(listing.taking_part),
    }
