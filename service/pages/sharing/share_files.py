"""What a campaign gives out to be shared: its QR code as a picture, and sheets to print (S-126, S-127)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response
from psycopg import Connection
from starlette.concurrency import run_in_threadpool

from domain.calendar import french_moment
from domain.errors import NotFound
from domain.texts.network_words import wording_of
from projections import directory
from projections.directory import CampaignRow
from reports.on_demand import rendered_flyer
from reports.parts.report import slug
from reports.sheets.flyer import Flyer
from service.http.bounds.cpu_bound import DOCUMENT, run_limited
from service.http.documents import handed_over, handed_over_as
from service.pages.frame.visit import CampaignVisit
from service.pages.sharing.qr_codes import DRAWINGS
from service.pages.sharing.sharing import CampaignReader, printed_link, public_link

router = APIRouter()
PerPage = Literal["1", "4", "8"]
Picture = Literal["png", "svg", "jpg"]
SCHOOL: Final = "ecole"
CLASSES: Final = "classes"
"""Which pages a file of sheets has, beside the codes of classes, which are in capitals."""
_NAME: Final = 40
"""Characters of a campaign's title in the name of a file."""


@router.get("/{association}/collectes/{campaign_id}/diffusion/qr.{picture}")
async def qr_code(visit: CampaignReader, picture: Picture) -> Response:
    """Give the QR code of the link as a picture.

    Raises:
        NoPublicForm: there is no link.

    """
    drawing = DRAWINGS[picture]
    content = await run_in_threadpool(drawing.draw, public_link(visit))
    return handed_over_as(content, drawing.media_type, f"qr-{_slug(visit)}.{picture}")


@router.get("/{association}/collectes/{campaign_id}/diffusion/affiche.pdf")
async def sheets(
    visit: CampaignReader,
    par_page: Annotated[PerPage, Query(description="Cards of a page; one is a poster")] = "1",
    pour: Annotated[str, Query(max_length=_NAME, description="The school, each class, or the code of one")] = SCHOOL,
) -> Response:
    """Give sheets to print: the link and its QR code, on a poster or on cards.

    Raises:
        NoPublicForm: there is no link.
        NotFound: the coop has no such class.

    """
    campaign, policy = visit.campaign, (await visit.policy_of())
    labels: dict[str, str] = await visit.read(_labels, campaign)
    places = _places(pour, labels)
    flyer = Flyer(
        name=_file_name(_slug(visit), int(par_page), places),
        title=campaign.title,
        coop=visit.coop.name,
        identification=visit.coop.identification(policy.name),
        link=public_link(visit),
        shown_link=await printed_link(visit),
        dates=_dates(campaign),
        voluntary=f"{wording_of(policy.policy.wording).gift.capitalize()} volontaire\u00a0: aucun enfant n’est exclu.",
        places=places,
        per_page=int(par_page),
        demo=campaign.demo,
        produced_at=visit.now,
    )
    return handed_over(await run_limited(DOCUMENT, rendered_flyer, flyer))


def _places(wanted: str, labels: Mapping[str, str]) -> tuple[str, ...]:
    """Return the classes that have a page: each of them, one, or none where the page is the whole school's.

    Raises:
        NotFound: there is no such class.

    """
    if wanted == CLASSES and labels:
        return tuple(labels.values())
    if wanted in (SCHOOL, CLASSES):
        return ("",)
    if wanted not in labels:
        raise NotFound(school_class=wanted)
    return (labels[wanted],)


def _file_name(campaign: str, per_page: int, places: tuple[str, ...]) -> str:
    """Name a file by what is on it: a poster or how many cards a page, the campaign, the class or classes."""
    kind = "affiche" if per_page == 1 else f"{per_page}-cartes-par-page"
    place = f"{len(places)}-classes" if len(places) > 1 else slug(places[0] or SCHOOL)
    return f"{kind}-{campaign}-{place}"


def _labels(connection: Connection[Any], campaign: CampaignRow) -> dict[str, str]:
    return directory.class_labels(connection, campaign.coop_id, campaign.school_year)


def _slug(visit: CampaignVisit) -> str:
    return slug(visit.campaign.title)[:_NAME]


def _dates(campaign: CampaignRow) -> str:
    """Say between which moments families may take part; nothing where there is no limit."""
    if campaign.opens_at and campaign.closes_at:
        return f"Du {french_moment(campaign.opens_at)} au {french_moment(campaign.closes_at)}"
    if campaign.opens_at:
        return f"À partir du {french_moment(campaign.opens_at)}"
    return f"Jusqu’au {french_moment(campaign.closes_at)}" if campaign.closes_at else ""
