"""Routes that read: coops, campaigns, contributions, balances, payouts, the log (S-128, S-146, S-151)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from fastapi import Depends, Query, Request
from psycopg import Connection
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from adapters.log.chain import ChainRow
from domain.campaign.state import Campaign, CampaignStatus
from domain.coop.state import PayoutStatus
from domain.errors import NotFound
from domain.events import EVENT_TYPES, decode
from domain.vocabulary.reasons import french_reason
from projections import class_balances, contributions, decisions, directory, payouts
from service.api.books.figures import ClassSheet, ContributionPage, ContributionStatus, class_sheet, contribution_out
from service.api.books.past_balance import balance_on
from service.api.campaign_schemas import BasketMeans
from service.api.context import PATIENCE, RequestContext
from service.api.contract.rights import CanAudit, CanList, CanRead
from service.api.contract.routers import api_router
from service.api.reads.campaign import CampaignResource, campaign_resource
from service.api.schemas import Day, columns_of
from service.auth.actions import Action
from service.auth.principal import Principal
from service.http.dependencies import runtime_of
from service.http.trail import note
from service.trail import TrailKind

router = api_router("/{association}", "Readers")
Limit = Annotated[int, Query(ge=1, le=500, description="How many at most")]
AtLeast = Annotated[int | None, Query(ge=0, le=2**62, description="Wait until readers have reached this position")]
AsOf = Annotated[Day | None, Query(description="What was there at the end of this Paris day; else now")]
_LABELS: Final = {event.TOPIC: event.LABEL for event in EVENT_TYPES}


class CoopOut(BaseModel):
    """A school co-operative."""

    coop_id: UUID
    name: str
    school: str
    town: str
    affiliation_number: str
    demo: bool
    certified: bool
    iban_masked: str | None
    iban_confirmed: bool


class CampaignOut(BaseModel):
    """A campaign."""

    campaign_id: UUID
    coop_id: UUID
    title: str
    purpose: str
    school_year: int
    status: CampaignStatus
    by_link: bool
    opens_at: datetime | None
    closes_at: datetime | None


class BalanceOut(BaseModel):
    """The online account of a coop now, in cents."""

    coop_id: UUID
    as_of: date | None = Field(description="The Paris day at whose end it is told; null for now")
    balance_cents: int
    blocked_cents: int
    available_cents: int | None = Field(description="What a payout or a refund may take now; null of another day")


class PayoutOut(BaseModel):
    """A payout, in cents."""

    payout_id: UUID
    statement: str | None = Field(description="The number of its statement; null until it has arrived")
    cents: int
    status: PayoutStatus
    bank_account_id: UUID
    requested_at: datetime
    sent_at: datetime | None
    paid_at: datetime | None
    failed_at: datetime | None
    bank_line_id: str | None = Field(description="The line of the bank statement that shows its arrival")
    booked_on: date | None
    return_line_id: str | None = Field(description="The line that shows its return")
    returned_on: date | None


class DecisionOut(BaseModel):
    """What somebody decided for a reason; `note` is what was written beside it, as long as it is kept."""

    position: int
    decided_at: datetime
    decided_by: str
    topic: str
    label: str = Field(description="The decision in French")
    stream_id: UUID = Field(description="The campaign or coop that it changed")
    subject_id: UUID | None = Field(description="The contribution or adjustment that it is about")
    reason: str
    reason_label: str = Field(description="The reason in French")
    note_id: UUID | None
    note: str | None


class DecisionPage(BaseModel):
    """Some decisions, and where to go on."""

    items: list[DecisionOut]
    next: int | None


class Order(StrEnum):
    """In which order a list is given, by when its items began."""

    EARLIEST_FIRST = "earliest_first"
    LATEST_FIRST = "latest_first"


class LogEvent(BaseModel):
    """One event of the log; of an event that the asker may not read, its place and its hash alone."""

    position: int
    hash: str = Field(description="The chain's hash at this position, in hexadecimal: what documents print")
    stream_id: UUID | None = None
    version: int | None = None
    coop_id: UUID | None = None
    recorded_at: datetime | None = None
    topic: str | None = None
    event: dict[str, Any] | None = None
    raw: str | None = Field(default=None, description="The stored bytes that the chain covers, in base64")


class LogPage(BaseModel):
    """Some events, and where to go on."""

    items: list[LogEvent]
    next: int | None


class TrailItem(BaseModel):
    """One entry of the trail of access."""

    entry_id: int
    at: datetime
    kind: str
    actor: str | None = Field(description="The opaque id of who asked; null for who holds a link, or nobody known")
    coop_id: UUID | None
    campaign_id: UUID | None
    subject_id: UUID | None = Field(description="The person, account or contribution that it is about")
    detail: str
    request_id: str


class TrailPage(BaseModel):
    """Some entries, and where to go on."""

    items: list[TrailItem]
    next: int | None


class Head(BaseModel):
    """The end of the log."""

    position: int
    chain_head: str


def _readable(principal: Principal) -> Callable[[UUID | None], bool]:
    """Tell whose events someone may read: auditors all of them, others those of the coops that they see."""
    seen = principal.coops(Action.READ)
    if principal.coops(Action.AUDIT) is None:
        return lambda _: True
    return lambda coop_id: coop_id is not None and (seen is None or coop_id in seen)


def _log_event(row: ChainRow, *, readable: bool) -> LogEvent:
    """An event with all that its hash covers, or with its hash alone."""
    if not readable:
        return LogEvent(position=row.position, hash=row.hash.hex())
    return LogEvent(
        position=row.position,
        hash=row.hash.hex(),
        stream_id=row.stream_id,
        version=row.version,
        coop_id=row.coop_id,
        recorded_at=row.recorded_at,
        topic=row.topic,
        event=msgspec.to_builtins(decode(row.topic, row.state)),
        raw=b64encode(row.state).decode(),
    )


def payout_out(row: payouts.PayoutRow) -> PayoutOut:
    """Give a payout; what it does not have yet is null."""
    return PayoutOut(**{**columns_of(PayoutOut, row), "statement": row.statement or None})


async def wait_if_asked(context: RequestContext, at_least: int | None) -> None:
    """Wait for the read models when asked to."""
    if at_least is not None:
        await context.wait_for(at_least, PATIENCE)


async def visible_campaign(
    context: RequestContext, campaign_id: UUID, at_least: int | None = None
) -> directory.CampaignRow:
    """Return a campaign that the asker may see, waiting for the read models when asked to."""
    await wait_if_asked(context, at_least)
    campaign = await context.read(directory.find_campaign, campaign_id)
    if campaign is None:
        raise NotFound(campaign=campaign_id)
    return campaign


@router.get("/coops")
async def list_coops(context: CanList) -> list[CoopOut]:
    """List the coops that the asker may see."""
    rows = await context.read(directory.coops, context.principal.coops(Action.READ))
    return [CoopOut(**columns_of(CoopOut, row)) for row in rows]


@router.get("/coops/{coop_id}/campaigns")
async def list_campaigns(
    context: CanRead,
    coop_id: UUID,
    status: CampaignStatus | None = None,
    school_year: Annotated[int | None, Query(ge=2000, le=2100, description="2024 for 2024-2025")] = None,
) -> list[CampaignOut]:
    """List the campaigns of a coop, the latest school year first."""
    await context.coop(coop_id)
    rows = await context.read(directory.campaigns_of, coop_id)
    wanted = [row for row in rows if status in (None, row.status) and school_year in (None, row.school_year)]
    return [CampaignOut(**columns_of(CampaignOut, row)) for row in wanted]


@router.get("/campaigns/{campaign_id}")
async def show_campaign(context: CanRead, campaign_id: UUID, at_least: AtLeast = None) -> CampaignResource:
    """Show a campaign."""
    await wait_if_asked(context, at_least)
    return campaign_resource(await context.load(Campaign, campaign_id))


def _campaign_balance(connection: Connection[Any], campaign_id: UUID) -> ClassSheet:
    campaign = directory.find_campaign(connection, campaign_id)
    if campaign is None:
        raise NotFound(campaign=campaign_id)
    labels = directory.class_labels(connection, campaign.coop_id, campaign.school_year)
    return class_sheet(campaign_id, class_balances.of_campaign(connection, campaign_id), labels)


@router.get("/campaigns/{campaign_id}/balance")
async def show_campaign_balance(context: CanRead, campaign_id: UUID, at_least: AtLeast = None) -> ClassSheet:
    """Show the balance of a campaign, class by class."""
    await wait_if_asked(context, at_least)
    return await context.read_shared(_campaign_balance, campaign_id)


async def _wanted(
    status: ContributionStatus | None = None, means: BasketMeans | None = None, order: Order = Order.EARLIEST_FIRST
) -> contributions.Wanted:
    """Which contributions a list shows, and in which order."""
    return contributions.Wanted(status, means, order is Order.LATEST_FIRST)


@router.get("/campaigns/{campaign_id}/contributions")
async def list_contributions(
    context: CanRead,
    campaign_id: UUID,
    wanted: Annotated[contributions.Wanted, Depends(_wanted)],
    after: UUID | None = None,
    limit: Limit = 50,
    at_least: AtLeast = None,
) -> ContributionPage:
    """List the contributions of a campaign, page by page: all, or those of a status or a means of payment."""
    await visible_campaign(context, campaign_id, at_least)
    if after is not None:
        last = await context.read(contributions.by_id, after)
        if last is None or last.campaign_id != campaign_id:
            raise NotFound(after=after)
    rows = await context.read(contributions.page, campaign_id, after, limit + 1, wanted)
    shown, more = rows[:limit], len(rows) > limit
    following = str(shown[-1].contribution_id) if more else None
    return ContributionPage(items=[contribution_out(row) for row in shown], next=following)


@router.get("/coops/{coop_id}/balance")
async def show_coop_balance(
    context: CanRead, coop_id: UUID, as_of: AsOf = None, at_least: AtLeast = None
) -> BalanceOut:
    """Show the online account of a coop now, or at the end of a day, as it is known now."""
    await context.check_coop(coop_id)
    await wait_if_asked(context, at_least)
    if as_of is not None:
        total, blocked = await run_in_threadpool(balance_on, context.opened.ledger.store, coop_id, as_of)
        return BalanceOut(
            coop_id=coop_id, as_of=as_of, balance_cents=total, blocked_cents=blocked, available_cents=None
        )
    total, blocked, available = await context.read_shared(context.opened.coop_balance, coop_id)
    return BalanceOut(
        coop_id=coop_id, as_of=None, balance_cents=total, blocked_cents=blocked, available_cents=available
    )


@router.get("/coops/{coop_id}/payouts")
async def list_payouts(
    context: CanRead, coop_id: UUID, status: PayoutStatus | None = None, at_least: AtLeast = None
) -> list[PayoutOut]:
    """List the payouts of a coop, in the order in which they were asked for."""
    await context.coop(coop_id)
    await wait_if_asked(context, at_least)
    rows = await context.read(payouts.of_coop, coop_id)
    return [payout_out(row) for row in rows if status in (None, row.status)]


@router.get("/coops/{coop_id}/decisions")
async def list_decisions(
    context: CanRead,
    coop_id: UUID,
    after: Annotated[int, Query(ge=0, le=2**62)] = 0,
    limit: Limit = 100,
    at_least: AtLeast = None,
) -> DecisionPage:
    """List what was decided for a reason in a coop, with the notes that are still kept; programs read no notes."""
    await context.coop(coop_id)
    await wait_if_asked(context, at_least)
    read = await context.read(decisions.of_coop, coop_id, after, limit + 1)
    rows, more = read[:limit], len(read) > limit
    readable = context.principal.coops(Action.READ_NOTES)
    named = [row.note_id for row in rows if row.note_id and (readable is None or coop_id in readable)]
    notes = await run_in_threadpool(context.opened.notes.get_many, named)
    items = [
        DecisionOut(
            label=_LABELS[row.topic],
            reason_label=french_reason(row.reason),
            note=None if row.note_id is None else notes.get(row.note_id),
            **columns_of(DecisionOut, row),
        )
        for row in rows
    ]
    return DecisionPage(items=items, next=items[-1].position if more else None)


@router.get("/events")
async def list_events(
    request: Request, context: CanList, after: Annotated[int, Query(ge=0, le=2**62)] = 0, limit: Limit = 100
) -> LogPage:
    """Read the association's log, page by page: stored bytes and hashes, no person's data.

    Who may not audit the association reads the events of the coops that they see; of the others the hashes, so that a
    printed hash can be compared and the chain followed over them.
    """
    await note(request, TrailKind.LOG_READ)
    stored = await run_in_threadpool(context.opened.ledger.store.stored, after + 1, limit + 1)
    readable = _readable(context.principal)
    items = [_log_event(row, readable=readable(row.coop_id)) for row in stored[:limit]]
    return LogPage(items=items, next=items[-1].position if len(stored) > limit else None)


@router.get("/trail")
async def list_trail(
    request: Request, context: CanAudit, after: Annotated[int, Query(ge=0, le=2**62)] = 0, limit: Limit = 100
) -> TrailPage:
    """Read who signed in, who was refused and who read names, page by page: ids alone, kept for a year."""
    await note(request, TrailKind.LOG_READ)
    store, slug = runtime_of(request).trail, context.opened.ledger.slug
    entries = await run_in_threadpool(store.read, slug, after, limit + 1)
    items = [TrailItem(**entry._asdict()) for entry in entries[:limit]]
    return TrailPage(items=items, next=items[-1].entry_id if len(entries) > limit else None)


@router.get("/head")
async def show_head(context: CanAudit) -> Head:
    """Show the end of the log: its last position and its chain hash."""
    position, head = await run_in_threadpool(context.opened.ledger.store.head)
    return Head(position=position, chain_head=head.hex())
