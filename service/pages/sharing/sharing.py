"""The tab « Diffusion » of a campaign: link, networks, QR code, sheets, and the frame for the school's own site."""

from __future__ import annotations

from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from psycopg import Connection

from domain.calendar import french_moment
from domain.campaign.publication import MAX_ORIGINS, SetEmbedding
from domain.errors import InvalidInput, NotFound
from projections import directory, storefront
from projections.storefront import Storefront
from service.auth.actions import Action
from service.fields import MAX_SITE, read_site
from service.http.dependencies import runtime_of
from service.http.forms import FormBody, text
from service.pages.frame.visit import CampaignVisit, campaign_visit
from service.pages.sharing.qr_codes import svg
from service.pages.sharing.short_links import short_path
from service.public_campaigns import NoPublicForm

router = APIRouter()
CampaignReader = Annotated[CampaignVisit, Depends(campaign_visit(Action.READ))]
CampaignRunner = Annotated[CampaignVisit, Depends(campaign_visit(Action.RUN))]
LONGEST: Final = MAX_ORIGINS * MAX_SITE
"""Characters of the addresses of all sites."""
_UNREADABLE: Final = (
    "Une de ces adresses n’est pas celle d’un site. Écrivez une adresse par ligne, en commençant par https, "
    "par exemple https://ecole.example."
)


def public_link(visit: CampaignVisit) -> str:
    """Return the address of the campaign's form, which stays the same for ever (S-121).

    Raises:
        NoPublicForm: it has none (S-105).

    """
    if not visit.campaign.by_link:
        raise NoPublicForm(campaign=visit.campaign.campaign_id)
    return f"{_origin(visit)}{visit.base}/contribuer/{visit.campaign.campaign_id}"


async def printed_link(visit: CampaignVisit) -> str:
    """Return the address of the form as paper shows it: short, and without what browsers add themselves."""
    path: str = await visit.read(short_path, visit.association, visit.campaign.campaign_id)
    origin = _origin(visit)
    return f"{urlsplit(origin).netloc or origin}{path}"


def snippet(address: str, title: str) -> str:
    """Return the code that frames a campaign's form in another site's page."""
    # What is quoted twice: by us as an attribute of the code, and by the template that shows the code.
    quoted = title.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return f'<iframe src="{address}" title="{quoted}" width="100%" height="900" loading="lazy"></iframe>'


@router.get("/{association}/collectes/{campaign_id}/diffusion")
async def sharing(visit: CampaignReader, fait: str = "") -> Response:
    """Show the link of a campaign and all that is made of it."""
    return await _show(visit, refused="", done=_published(visit) if fait == "publie" else "")


def _published(visit: CampaignVisit) -> str:
    """Say what follows from a publication that was just made; of what is no longer on line nothing."""
    campaign = visit.campaign
    if campaign.status != "published":
        return ""
    if not campaign.by_link:
        return "C’est publié, sans formulaire public\u00a0: vous ajoutez vous-même les familles."
    if campaign.opens_at and campaign.opens_at > visit.now:
        return f"C’est publié. Partagez le lien\u00a0: il s’ouvre le {french_moment(campaign.opens_at)}."
    return "C’est publié. Partagez le lien\u00a0: les familles peuvent contribuer dès maintenant."


@router.post("/{association}/collectes/{campaign_id}/diffusion")
async def allow_sites(visit: CampaignRunner, form: FormBody) -> Response:
    """Name the sites that may frame the form."""
    sites = text(form, "sites", LONGEST)
    try:
        command = SetEmbedding(
            stream_id=visit.campaign.campaign_id,
            stamp=visit.stamp,
            origins=_origins(sites),
        )
        await visit.do(command)
    except InvalidInput:
        return await _show(visit, refused=_UNREADABLE, typed=sites)
    return visit.go(f"{visit.campaign_base}/diffusion")


def _origins(sites: str) -> tuple[str, ...]:
    """Read the origins of sites, one a line.

    Raises:
        InvalidInput: one of them is none, or there is more than all sites together may take.

    """
    if len(sites) > LONGEST:
        raise InvalidInput(sites=sites)
    return tuple(read_site(line) for line in sites.split())


def _origin(visit: CampaignVisit) -> str:
    """What every address of this installation begins with."""
    return runtime_of(visit.request).settings.address


async def _show(visit: CampaignVisit, *, refused: str, typed: str | None = None, done: str = "") -> Response:
    campaign = visit.campaign
    shown, classes = await visit.read(_seen, visit)
    values: dict[str, Any] = {}
    if campaign.by_link:
        link = public_link(visit)
        framed = f"{_origin(visit)}{visit.base}/integrer/{campaign.campaign_id}"
        path: str = await visit.read(short_path, visit.association, campaign.campaign_id)
        values = {
            "link": link,
            "short_link": f"{_origin(visit)}{path}",
            "qr": svg(link).decode(),
            "code": snippet(framed, campaign.title),
        }
    return await visit.show(
        "mandataire/sharing.html",
        "collectes",
        422 if refused else 200,
        help_key="diffusion",
        tab="diffusion",
        tab_title="Diffusion",
        errors={"sites": refused} if refused else {},
        refused=refused,
        done=done,
        classes=classes,
        sites="\n".join(shown.embedding) if typed is None else typed,
        embedded=bool(shown.embedding),
        longest_sites=LONGEST,
        **values,
    )


def _seen(connection: Connection[Any], visit: CampaignVisit) -> tuple[Storefront, dict[str, str]]:
    """Read what the campaign shows, and the classes of its school year by code."""
    campaign = visit.campaign
    shown = storefront.find(connection, campaign.campaign_id)
    if shown is None:
        raise NotFound(campaign=campaign.campaign_id)
    return shown, directory.class_labels(connection, campaign.coop_id, campaign.school_year)
