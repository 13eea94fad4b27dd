"""Routes of closings: what was closed, what a closing would say, and closing a period (S-160)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from fastapi import Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from domain.errors import NotFound
from projections.closings import closed_periods
from service.api.context import SHORT_PATIENCE, RequestContext
from service.api.contract.rights import CanAdminister, CanRead
from service.api.contract.routers import api_router
from service.api.queries import AtLeast, wait_if_asked
from service.api.schemas import Body, Created, Day
from service.closings.closing import Asked, closing_of, preview
from service.http.dependencies import worker_of

router = api_router("/{association}/coops/{coop_id}/closings", "Closings")
PeriodName = Annotated[Literal["month", "year"], Field(description="A month, or the year of closed months")]


Position = Annotated[int, Path(ge=0, le=2**62, description="The position of its event in the log")]


class PeriodIn(Body):
    """A period by its first day, and no figure: the ledger has those."""

    kind: PeriodName
    first_day: Day


class FiguresOut(BaseModel):
    """What a closing states, in cents."""

    model_config = ConfigDict(extra="ignore")

    kind: str
    first_day: date
    last_day: date
    boxes: dict[str, int]
    blocked: int
    receipts: dict[str, int] = Field(description="What of the receipts comes from families, refunds, the platform")
    disbursements: dict[str, int]
    year_to_date: dict[str, int]
    perpetual: dict[str, int] = Field(description="Totals that never fall, each side apart")
    up_to_position: int
    chain_head: str = Field(description="The chain's hash at that position: compare it with `hash` of the log")
    provider: dict[str, Any] = Field(description="How far the provider's books were read, and open differences")


class ClosingOut(FiguresOut):
    """A closing, word for word."""

    position: int
    at: datetime
    by: str
    papers_issued: list[str]
    held_elsewhere: list[dict[str, Any]]


class PreviewOut(FiguresOut):
    """What a closing would say now, and why it cannot be made yet."""

    refusal: str | None = Field(description="The sentence, in French; null when the period can be closed")


@router.get("")
async def list_closings(context: CanRead, coop_id: UUID, at_least: AtLeast = None) -> list[ClosingOut]:
    """List the closings of a coop, in the order in which they were made."""
    await context.coop(coop_id)
    await wait_if_asked(context, at_least)
    rows = await context.read(closed_periods.of_coop, coop_id)
    return [_closing(row) for row in rows]


@router.get("/preview")
async def preview_closing(
    request: Request,
    context: CanRead,
    coop_id: UUID,
    kind: PeriodName,
    first_day: Annotated[Day, Query(examples=["2024-07-01"])],
) -> PreviewOut:
    """Show what a closing would say now; nothing is stored."""
    asked = Asked(coop_id, kind, first_day)
    found = await run_in_threadpool(preview, context.opened, worker_of(request), asked, context.stamp)
    return PreviewOut(
        **{**found.period._asdict(), **msgspec.to_builtins(found.figures)},
        provider=msgspec.to_builtins(found.provider),
        refusal=None if found.refusal is None else found.refusal.french,
    )


@router.post("", status_code=201)
async def close_period(request: Request, context: CanAdminister, coop_id: UUID, body: PeriodIn) -> Created[ClosingOut]:
    """Close a month, or the year of closed months, with the ledger's own figures: they stand for ever."""
    await context.coop(coop_id)
    asked = Asked(coop_id, body.kind, body.first_day)
    done = await context.do(
        await run_in_threadpool(closing_of, context.opened, worker_of(request), asked, context.stamp)
    )
    position = done.position or 0

    async def shown() -> ClosingOut:
        await context.wait_for(position, SHORT_PATIENCE)
        return await _found(context, coop_id, position)

    return await context.created(done, f"coops/{coop_id}/closings/{position}", shown)


@router.get("/{position}")
async def show_closing(context: CanRead, coop_id: UUID, position: Position) -> ClosingOut:
    """Show a closing, by the position of its event."""
    return await _found(context, coop_id, position)


async def _found(context: RequestContext, coop_id: UUID, position: int) -> ClosingOut:
    """One closing of a coop.

    Raises:
        NotFound: it has none at that position.

    """
    rows = await context.read(closed_periods.of_coop, coop_id)
    found = next((row for row in rows if row.position == position), None)
    if found is None:
        raise NotFound(closing=position)
    return _closing(found)


def _closing(row: closed_periods.ClosingRow) -> ClosingOut:
    return ClosingOut(position=row.position, **msgspec.to_builtins(row.event))
