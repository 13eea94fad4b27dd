"""The list of the campaigns that a person may see, over all coops: where letters lead."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from psycopg import Connection

from projections import directory
from projections.directory import CampaignRow, CoopRow
from service.auth.actions import Action
from service.pages.frame.visit import MemberVisit, member_visit, status_sentence

router = APIRouter()
Reader = Annotated[MemberVisit, Depends(member_visit(Action.READ))]


@router.get("/{association}/collectes")
async def campaigns(visit: Reader) -> Response:
    """List the campaigns that the person may see."""
    groups = await visit.read(_campaigns_by_coop, visit.principal.coops(Action.READ))
    return await visit.show(
        "mandataire/campaigns.html",
        "coops",
        help_key="toutes-les-collectes",
        groups=groups,
        status_of=lambda one: status_sentence(one, visit.now),
    )


def _campaigns_by_coop(
    connection: Connection[Any], only: Collection[UUID] | None
) -> list[tuple[CoopRow, list[CampaignRow]]]:
    return [(coop, directory.campaigns_of(connection, coop.coop_id)) for coop in directory.coops(connection, only)]
