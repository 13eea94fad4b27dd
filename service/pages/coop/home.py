"""« Accueil »: what asks for attention, the three cards, what the coop holds and collected this month (S-05…S-28)."""

from __future__ import annotations

from typing import Annotated, Any, Final, NamedTuple

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from psycopg import Connection

from projections import directory
from projections.directory import CampaignRow
from service.auth.actions import Action
from service.http.dependencies import Slug, clock_of
from service.http.live.member_rights import member_credential
from service.http.live.places import OneStream
from service.http.live.response import LiveStream
from service.pages.coop.attention import AttentionFacts, concerns_of, read_facts
from service.pages.coop.funds import CoopSheet, coop_source, read_coop_sheet
from service.pages.coop.tour import STEPS
from service.pages.frame.visit import CoopVisit, coop_visit, status_sentence

router = APIRouter()
Reader = Annotated[CoopVisit, Depends(coop_visit(Action.READ))]
_SHORTCUTS: Final = ("published", "suspended", "draft")
"""The statuses of collections that the shortcuts show, in their order."""
_MOST: Final = 6


class _HomePage(NamedTuple):
    sheet: CoopSheet
    facts: AttentionFacts
    campaigns: list[CampaignRow]


@router.get("/{association}/coops/{coop_id}")
async def coop_home(visit: Reader) -> Response:
    """Show the first page of a coop."""
    rules = await visit.policy_of()
    found: _HomePage = await visit.read(_read, visit)
    known = [row for row in found.campaigns if row.status in _SHORTCUTS]
    return await visit.show(
        "coop/home.html",
        "accueil",
        concerns=concerns_of(visit, found.facts, rules),
        sheet=found.sheet,
        shortcuts=sorted(known, key=lambda row: _SHORTCUTS.index(row.status))[:_MOST],
        status_of=lambda one: status_sentence(one, visit.now),
        stream_url=f"{visit.base}{visit.coop_base}/flux",
    )


def _read(connection: Connection[Any], visit: CoopVisit) -> _HomePage:
    sheet = read_coop_sheet(connection, visit.coop.coop_id, visit.base, visit.now)
    campaigns = directory.campaigns_of(connection, visit.coop.coop_id)
    return _HomePage(sheet, read_facts(connection, visit.coop.coop_id, campaigns, visit.now), campaigns)


@router.get("/{association}/coops/{coop_id}/flux", response_class=LiveStream, dependencies=[OneStream])
async def coop_stream(visit: Reader, association: Slug, request: Request) -> LiveStream:
    """Push what the coop holds whenever it changed, as long as the person may see it."""
    coop_id = visit.coop.coop_id
    source = coop_source(visit.opened, coop_id, visit.base, clock_of(request))
    return LiveStream(request, source, member_credential(request, visit.opened, association, coop_id))


@router.get("/{association}/coops/{coop_id}/visite")
async def tour(visit: Reader) -> Response:
    """Show one step of the guided tour (S-20)."""
    asked = visit.request.query_params.get("etape", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 1 else 1
    number = min(max(number, 1), len(STEPS))
    return await visit.show(
        "coop/tour.html", "accueil", help_key="visite", step=STEPS[number - 1], number=number, steps=len(STEPS)
    )
