"""How a campaign reaches families: its link, and the frame for the school's own site (S-121, S-122, S-124, S-125)."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from domain.aggregate import Stamp
from domain.campaign.publication import MAX_ORIGINS, SetEmbedding
from domain.errors import InvalidInput, NotFound
from projections import storefront
from projections.directory import CampaignRow
from service.fields import MAX_SITE, read_site
from service.http.dependencies import Slug, clock_of, runtime_of
from service.http.forms import FormBody, text
from service.pages.mandataire.dependencies import RunCampaign, SeenCampaign, SignedIn
from service.pages.rendering import page

router = APIRouter()
LONGEST: Final = MAX_ORIGINS * MAX_SITE
"""Characters of the addresses of all sites."""
_PATIENCE: Final = 5.0
_UNREADABLE: Final = (
    "Une de ces adresses n’est pas celle d’un site. Écrivez une adresse par ligne, en commençant par https, "
    "par exemple https://ecole.example."
)


def snippet(address: str, title: str) -> str:
    """Return the code that frames a campaign's form in another site's page."""
    # What is quoted twice: by us as an attribute of the code, and by the template that shows the code.
    quoted = title.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return f'<iframe src="{address}" title="{quoted}" width="100%" height="900" loading="lazy"></iframe>'


def _origins(sites: str) -> tuple[str, ...]:
    """Read the origins of sites, one a line.

    Raises:
        InvalidInput: one of them is none, or there is more than all sites together may take.

    """
    if len(sites) > LONGEST:
        raise InvalidInput(sites=sites)
    return tuple(read_site(line) for line in sites.split())


@router.get("/{association}/collectes/{campaign_id}/diffusion")
async def sharing(visit: SignedIn, association: Slug, campaign: SeenCampaign, request: Request) -> Response:
    """Show the link of a campaign, and the code that frames it."""
    return await _show(visit, association, campaign, request, refused="")


@router.post("/{association}/collectes/{campaign_id}/diffusion")
async def allow_sites(
    visit: SignedIn, association: Slug, campaign: RunCampaign, request: Request, form: FormBody
) -> Response:
    """Name the sites that may frame the form."""
    sites = text(form, "sites", LONGEST)
    try:
        command = SetEmbedding(
            stream_id=campaign.campaign_id,
            stamp=Stamp(at=clock_of(request)(), by=visit.principal.actor, scope=campaign.coop_id),
            origins=_origins(sites),
        )
        outcome = await visit.opened.ledger.bus.do(command)
    except InvalidInput:
        return await _show(visit, association, campaign, request, refused=_UNREADABLE, typed=sites)
    if outcome.last_position is not None:
        await runtime_of(request).feed.wait(visit.opened.ledger.read_schema, outcome.last_position - 1, _PATIENCE)
    return RedirectResponse(request.url.path, 303)


async def _show(
    visit: SignedIn,
    association: str,
    campaign: CampaignRow,
    request: Request,
    *,
    refused: str,
    typed: str | None = None,
) -> Response:
    shown = await run_in_threadpool(visit.opened.read, storefront.find, campaign.campaign_id)
    if shown is None:
        raise NotFound(campaign=campaign.campaign_id)
    base = f"{runtime_of(request).settings.address}/{association}"
    return page(
        "sharing.html",
        422 if refused else 200,
        association=association,
        campaign=campaign,
        demo=campaign.demo,
        link=f"{base}/contribuer/{campaign.campaign_id}",
        code=snippet(f"{base}/integrer/{campaign.campaign_id}", campaign.title),
        sites="\n".join(shown.embedding) if typed is None else typed,
        embedded=bool(shown.embedding),
        refused=refused,
        longest_sites=LONGEST,
    )
