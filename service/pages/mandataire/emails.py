"""The e-mails of an installation that sends none: what families and holders would have received (demonstration)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from adapters.email import StoredEmail, stored_emails
from domain.calendar import french_date, french_hour, paris_date
from domain.errors import NotFound
from projections import directory
from projections.directory import CoopRow
from service.auth.actions import Action
from service.emails.transports import folder_of
from service.http.dependencies import Slug, runtime_of
from service.http.trail import note
from service.pages.frame.visit import MemberVisit, member_visit
from service.trail import TrailKind

router = APIRouter()
EmailReader = Annotated[MemberVisit, Depends(member_visit(Action.READ_EMAILS))]


async def folder(request: Request, association: Slug) -> Path:
    """Find where the e-mails lie; where a server takes them there is no such page."""
    settings = runtime_of(request).settings
    if settings.smtp_host:
        raise NotFound(page="courrier")
    return folder_of(settings, association)


@router.get("/{association}/courrier")
async def outbox(visit: EmailReader, lying: Annotated[Path, Depends(folder)]) -> Response:
    """Show the e-mails of the coops that the person runs."""
    await note(visit.request, TrailKind.NAMES_READ)
    groups = await run_in_threadpool(_groups, visit, lying)
    return await visit.show("mandataire/emails.html", "coops", help_key="courrier", groups=groups, clock=_clock)


def _groups(visit: MemberVisit, lying: Path) -> list[tuple[CoopRow, list[StoredEmail]]]:
    coops = visit.opened.read(directory.coops, visit.principal.coops(Action.READ_EMAILS))
    return [(coop, stored_emails(lying / str(coop.coop_id))) for coop in coops]


def _clock(letter: StoredEmail) -> str:
    """When an e-mail was laid down, Paris time."""
    return f"{french_date(paris_date(letter.at))}, {french_hour(letter.at, two_digits=True)}"
