"""Routes of papers: the list of those issued in a coop, and each as a file; its PDF is a print, which is recorded."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

from fastapi import Query
from fastapi.responses import Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from projections import papers
from projections.papers import PaperRow
from reports.on_demand import rendered
from reports.parts.rendered import Rendered
from service.api.contract.rights import CanRead, MayAdminister
from service.api.contract.routers import api_router
from service.api.queries import AtLeast, visible_campaign, wait_if_asked
from service.api.report_files import FILES, FileFormat
from service.http.bounds.cpu_bound import DOCUMENT, run_limited
from service.http.documents import handed_over
from service.papers.due_papers import issue_papers
from service.papers.printer import PaperPrinter
from service.papers.prints import find_paper, original_print
from service.treasury.printed_papers import printed_paper

router = api_router("/{association}", "Papers")
_PAPERS: Final = "/coops/{coop_id}/papers"


class PaperForm(StrEnum):
    """Which of the three a paper is."""

    STATEMENT = papers.STATEMENT
    PART = papers.PART
    FINAL = papers.RECAP


class PaperOut(BaseModel):
    """A paper that was issued, in cents."""

    position: int = Field(description="The position of its event, by which it is asked for")
    reference: str = Field(description="Its number, for example V-2024-2025-0007 or R-2024-2025-0003/2")
    paper: PaperForm = Field(description="The statement of a payout, a part of a voucher, or a final recap")
    kind: str = Field(description="Why it was issued")
    campaign_id: UUID | None
    payout_id: UUID | None
    exercise: int = Field(description="2024 for 2024-2025")
    edition: int = Field(description="Of a recap, from 1; else 0")
    names: list[str] = Field(description="The papers that it takes something back from")
    piece_on: date
    issued_at: datetime
    cents: int = Field(description="What it adds to the bank; negative when it takes away")


class IssuedOut(BaseModel):
    """What was issued."""

    events: int = Field(description="How many events of the log got their papers")


class PrintOut(BaseModel):
    """A print of a paper: 1 is the original, the others are duplicates."""

    number: int
    printed_at: datetime
    printed_by: str
    sha256: str


@router.get(_PAPERS)
async def list_papers(
    context: CanRead,
    coop_id: UUID,
    exercise: Annotated[int | None, Query(ge=2000, le=2100, description="2024 for 2024-2025")] = None,
    at_least: AtLeast = None,
) -> list[PaperOut]:
    """List the papers of a coop, in the order in which they were issued."""
    await context.coop(coop_id)
    await wait_if_asked(context, at_least)
    rows = await context.read(papers.of_coop, coop_id, exercise)
    return [_shown(row) for row in rows]


def _shown(row: PaperRow) -> PaperOut:
    """Give a paper as lists show it."""
    columns = {name: getattr(row, name) for name in PaperOut.model_fields}
    return PaperOut(**{**columns, "names": [one for one in row.names.split(", ") if one]})


@router.post(_PAPERS)
async def issue_due_papers(context: MayAdminister, coop_id: UUID) -> IssuedOut:
    """Issue the papers that the log asks for and that were not issued yet: a worker does so by itself."""
    await context.coop(coop_id)
    stamp = context.stamp_within(coop_id)
    return IssuedOut(events=await run_in_threadpool(issue_papers, context.opened.ledger, coop_id, stamp))


@router.get(f"{_PAPERS}/{{position}}/prints")
async def list_prints(context: CanRead, coop_id: UUID, position: int) -> list[PrintOut]:
    """List the prints of a paper: when, by whom, and the SHA-256 of each file."""
    row = await run_in_threadpool(find_paper, context.opened, coop_id, position)
    prints = await run_in_threadpool(context.opened.prints.of_paper, row.position)
    return [
        PrintOut(number=one.number, printed_at=one.printed_at, printed_by=one.printed_by, sha256=one.sha256)
        for one in prints
    ]


@router.get(f"{_PAPERS}/{{position}}/original.pdf", response_class=Response, responses=FILES)
async def download_original_print(context: CanRead, coop_id: UUID, position: int) -> Response:
    """Give the file of a paper's first print again, byte for byte."""
    content = await run_in_threadpool(original_print, context.opened, coop_id, position)
    return handed_over(Rendered(content, "application/pdf", f"original-{position}.pdf"))


@router.get(f"{_PAPERS}/{{position}}.{{form}}", response_class=Response, responses=FILES)
async def download_paper(context: CanRead, coop_id: UUID, position: int, form: FileFormat) -> Response:
    """Give a paper as a file; its first PDF is the original, every later one says that it is a duplicate."""
    row = await run_in_threadpool(find_paper, context.opened, coop_id, position)
    return await printed_paper(context.opened, row, form, context.principal.actor, context.at)


@router.get("/campaigns/{campaign_id}/voucher.{form}", response_class=Response, responses=FILES)
async def download_voucher(context: CanRead, campaign_id: UUID, form: FileFormat, at_least: AtLeast = None) -> Response:
    """Give the final recap of a campaign, without any name; until it is issued, the provisional document."""
    campaign = await visible_campaign(context, campaign_id, at_least)
    recap = await context.read(papers.last_recap, campaign_id)
    if recap is not None:
        return await printed_paper(context.opened, recap, form, context.principal.actor, context.at)
    printer = await run_in_threadpool(PaperPrinter, context.opened, context.at)
    report = await run_in_threadpool(printer.provisional, campaign.coop_id, campaign_id)
    return handed_over(await run_limited(DOCUMENT, rendered, report, form))
