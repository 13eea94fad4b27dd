"""The list of the campaigns that a person may see, by coop."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from psycopg import Connection
from starlette.concurrency import run_in_threadpool

from projections import directory
from projections.directory import CampaignRow, CoopRow
from service.auth.actions import Action
from service.http.dependencies import Slug
from service.pages.mandataire.dependencies import STATUS, SignedIn
from service.pages.rendering import page

router = APIRouter()


@router.get("/{association}/collectes")
async def campaigns(visit: SignedIn, association: Slug) -> Response:
    """List the campaigns that the person may see."""
    groups = await run_in_threadpool(visit.opened.read, _campaigns_by_coop, visit.principal.coops(Action.READ))
    demo = visit.opened.ledger.demo
    return page("campaigns.html", association=association, demo=demo, groups=groups, statuses=STATUS)


def _campaigns_by_coop(
    connection: Connection[Any], only: Collection[UUID] | None
) -> list[tuple[CoopRow, list[CampaignRow]]]:
    return [(coop, directory.campaigns_of(connection, coop.coop_id)) for coop in directory.coops(connection, only)]
