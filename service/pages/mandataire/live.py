"""The live page of a campaign: the balance per class, true without a reload (S-128, S-151, ui.md 5)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from psycopg import Connection
from starlette.concurrency import run_in_threadpool

from domain.calendar import PARIS, french_date
from domain.errors import NotFound, NotSignedIn
from domain.money import NBSP
from projections import directory
from projections.directory import CampaignRow, CoopRow
from service.auth.principal import Action, Principal, check_allowed, check_association, check_coop
from service.http.dependencies import Slug, runtime_of
from service.pages.mandataire.live_sheet import read_sheet
from service.pages.rendering import page
from service.runtime.open_ledger import OpenLedger

router = APIRouter()
COOKIE: Final = "coopledger_session"
_HEARTBEAT: Final = 15.0
STATUS: Final = {"draft": "Brouillon", "published": "Publié", "suspended": "Ventes suspendues", "archived": "Archivé"}


class MandataireRequest:
    """Someone signed in by cookie, at one association."""

    def __init__(self, opened: OpenLedger, principal: Principal) -> None:
        """Bind the person to the ledger."""
        self.opened = opened
        self.principal = principal


async def visitor(request: Request, association: Slug) -> MandataireRequest:
    """Find who is visiting, by the session cookie."""
    token = request.cookies.get(COOKIE)
    if token is None:
        raise NotSignedIn(cookie="missing")
    runtime = runtime_of(request)
    principal = await run_in_threadpool(runtime.principal, token)
    check_association(principal, association)
    check_allowed(principal, Action.READ)
    return MandataireRequest(runtime.ledger(association), principal)


SignedIn = Annotated[MandataireRequest, Depends(visitor)]


async def campaign_of(visit: MandataireRequest, campaign_id: UUID) -> CampaignRow:
    """Return a campaign that the person may see.

    Raises:
        NotFound: unknown, or another coop's.

    """
    campaign = await run_in_threadpool(visit.opened.read, directory.find_campaign, campaign_id)
    if campaign is None:
        raise NotFound(campaign=campaign_id)
    check_coop(visit.principal, campaign.coop_id)
    return campaign


@router.get("/{association}/connexion")
async def sign_in_form(association: Slug, suite: str = "") -> Response:
    """Ask for the personal access code."""
    return page("sign_in.html", association=association, after=suite, refused=False)


@router.post("/{association}/connexion")
async def sign_in(
    request: Request, association: Slug, code: Annotated[str, Form()], suite: Annotated[str, Form()] = ""
) -> Response:
    """Keep the access code in a cookie that scripts cannot read, then go where the person wanted."""
    runtime = runtime_of(request)
    try:
        principal = await run_in_threadpool(runtime.principal, code.strip())
        check_association(principal, association)
    except (NotSignedIn, NotFound):
        return page("sign_in.html", 401, association=association, after=suite, refused=True)
    inside = suite.startswith((f"/{association}/collectes/", f"/{association}/courrier")) and "\\" not in suite
    target = suite if inside else f"/{association}/collectes"
    answer = RedirectResponse(target, 303)
    secure = runtime.settings.secure_cookies
    answer.set_cookie(COOKIE, code.strip(), httponly=True, secure=secure, samesite="lax", path=f"/{association}/")
    return answer


@router.post("/{association}/deconnexion")
async def sign_out(association: Slug) -> Response:
    """Forget the cookie."""
    answer = RedirectResponse(f"/{association}/connexion", 303)
    answer.delete_cookie(COOKIE, path=f"/{association}/")
    return answer


@router.get("/{association}/collectes")
async def campaigns(visit: SignedIn, association: Slug) -> Response:
    """List the campaigns that the person may see."""
    groups = await run_in_threadpool(visit.opened.read, _campaigns_by_coop, visit.principal.coop_id)
    return page("campaigns.html", association=association, groups=groups, statuses=STATUS)


def _campaigns_by_coop(connection: Connection[Any], only: UUID | None) -> list[tuple[CoopRow, list[CampaignRow]]]:
    return [(coop, directory.campaigns_of(connection, coop.coop_id)) for coop in directory.coops(connection, only)]


@router.get("/{association}/collectes/{campaign_id}")
async def live_page(visit: SignedIn, association: Slug, campaign_id: UUID) -> Response:
    """Show the balance of a campaign per class, and keep it true."""
    campaign = await campaign_of(visit, campaign_id)
    name = (await run_in_threadpool(visit.opened.association)).name
    sheet = await run_in_threadpool(visit.opened.read, read_sheet, campaign, name)
    coop = sheet.coop
    return page(
        "live.html",
        association=association,
        campaign=campaign,
        demo=campaign.demo,
        status_label=STATUS[campaign.status],
        window=_window(campaign),
        coop_name=coop.name,
        identification=sheet.identification,
        sheet=sheet,
        as_of=_clock(),
        position=sheet.position,
        stream_url=f"/{association}/collectes/{campaign_id}/flux",
    )


@router.get("/{association}/collectes/{campaign_id}/flux", response_class=EventSourceResponse)
async def live_stream(visit: SignedIn, campaign_id: UUID, request: Request) -> AsyncIterator[ServerSentEvent]:
    """Push the balance whenever it changed."""
    campaign = await campaign_of(visit, campaign_id)
    feed, schema = runtime_of(request).feed, visit.opened.ledger.read_schema
    shown: dict[str, Any] | None = None
    heard = 0
    while not feed.ended and not await request.is_disconnected():
        sheet = await run_in_threadpool(visit.opened.read, read_sheet, campaign, "")
        heard = max(heard, sheet.position)
        figures = sheet.figures()
        if figures != shown:
            shown = figures
            yield ServerSentEvent(event="balance", data={**figures, "position": sheet.position, "as_of": _clock()})
        heard = await feed.wait(schema, heard, _HEARTBEAT)


def _clock() -> str:
    """The time in Paris as people write it: ``19 h 05``."""
    now = datetime.now(UTC).astimezone(PARIS)
    return f"{now.hour}{NBSP}h{NBSP}{now.minute:02d}"


def _moment(instant: datetime) -> str:
    there = instant.astimezone(PARIS)
    return f"{french_date(there.date())} à {there.hour}{NBSP}h{NBSP}{there.minute:02d}"


def _window(campaign: CampaignRow) -> str:
    """The opening window in French (S-107, S-108)."""
    if campaign.opens_at and campaign.closes_at:
        return f"Ouverte du {_moment(campaign.opens_at)} au {_moment(campaign.closes_at)}"
    if campaign.opens_at:
        return f"Ouverte à partir du {_moment(campaign.opens_at)}"
    return f"Ouverte jusqu’au {_moment(campaign.closes_at)}" if campaign.closes_at else "Sans date limite"
