"""The papers of a coop: every piece with its number, printed once and reprinted as a duplicate (S-164, S-168…S-170)."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from psycopg import Connection
from starlette.concurrency import run_in_threadpool

from domain.calendar import fiscal_year_label
from domain.errors import NotFound
from projections import directory, papers
from projections.figures.rows import PAGE
from projections.papers import PaperRow
from reports.parts.rendered import Rendered
from service.auth.actions import Action
from service.http.documents import handed_over
from service.pages.coop.selection import read_page
from service.pages.frame.visit import CoopVisit, coop_visit
from service.pages.papers.words import listed_papers
from service.papers.due_papers import issue_papers
from service.papers.prints import find_paper, original_print
from service.treasury.printed_papers import printed_paper

router = APIRouter()
Reader = Annotated[CoopVisit, Depends(coop_visit(Action.READ))]
Office = Annotated[CoopVisit, Depends(coop_visit(Action.ADMINISTER))]
Table = Literal["xlsx", "csv"]
_LIST: Final = "/{association}/coops/{coop_id}/pieces"
_ONE: Final = f"{_LIST}/{{position}}"
_PLACE: Final = "pieces"


class CoopPapers(NamedTuple):
    """The papers of a coop and the titles of its campaigns."""

    rows: list[PaperRow]
    campaigns: dict[UUID, str]


@router.get(_LIST)
async def paper_list(visit: Reader) -> Response:
    """List the papers of a coop, the latest first, of one exercise or of all."""
    wanted = visit.request.query_params.get("exercice", "")
    seen: CoopPapers = await visit.read(_read, visit.coop.coop_id)
    years = sorted({row.exercise for row in seen.rows}, reverse=True)
    if wanted and wanted not in {str(year) for year in years}:
        raise NotFound(exercise=wanted[:4])
    rows = [row for row in reversed(seen.rows) if not wanted or row.exercise == int(wanted)]
    page = read_page(visit.request.query_params.get("page", "1"))
    pages = max(1, -(-len(rows) // PAGE))
    if page > pages:
        raise NotFound(page=page)
    address = f"?exercice={wanted}&page=" if wanted else "?page="
    return await visit.show(
        "papers/papers.html",
        _PLACE,
        papers=listed_papers(rows[(page - 1) * PAGE : page * PAGE]),
        number=len(rows),
        campaigns=seen.campaigns,
        years=[(str(year), fiscal_year_label(year)) for year in years],
        wanted=wanted,
        issued=visit.request.query_params.get("emises", ""),
        page=page,
        pages=pages,
        before=f"{address}{page - 1}" if page > 1 else "",
        after=f"{address}{page + 1}" if page < pages else "",
    )


def _read(connection: Connection[Any], coop_id: UUID) -> CoopPapers:
    titles = {row.campaign_id: row.title for row in directory.campaigns_of(connection, coop_id)}
    return CoopPapers(papers.of_coop(connection, coop_id), titles)


@router.post(_LIST)
async def issue_due(visit: Office) -> Response:
    """Issue what is due: the service does so by itself, this does it at once."""
    stamp = visit.stamp
    issued = await run_in_threadpool(issue_papers, visit.opened.ledger, visit.coop.coop_id, stamp)
    await visit.shown((await run_in_threadpool(visit.opened.head))[0])
    return visit.go(f"{visit.coop_base}/pieces?emises={'oui' if issued else 'non'}")


@router.get(_ONE)
async def paper_page(visit: Reader, position: int) -> Response:
    """Show a paper with its prints: the original, and each duplicate."""
    row = await run_in_threadpool(find_paper, visit.opened, visit.coop.coop_id, position)
    prints = await run_in_threadpool(visit.opened.prints.of_paper, position)
    campaign = None if row.campaign_id is None else await visit.read(directory.find_campaign, row.campaign_id)
    return await visit.show(
        "papers/paper.html", _PLACE, paper=listed_papers((row,))[0], prints=prints, title=campaign and campaign.title
    )


@router.post(f"{_ONE}/impression")
async def print_paper(visit: Reader, position: int) -> Response:
    """Print a paper: the first print is the original, later ones say that they are duplicates."""
    row = await run_in_threadpool(find_paper, visit.opened, visit.coop.coop_id, position)
    return await printed_paper(visit.opened, row, "pdf", visit.principal.actor, visit.now)


@router.get(f"{_ONE}/original")
async def original(visit: Reader, position: int) -> Response:
    """Give the file of a paper's first print again, byte for byte."""
    content = await run_in_threadpool(original_print, visit.opened, visit.coop.coop_id, position)
    return handed_over(Rendered(content, "application/pdf", f"original-{position}.pdf"))


@router.get(f"{_ONE}/{{form}}")
async def paper_table(visit: Reader, position: int, form: Table) -> Response:
    """Give what a paper says as a table; that is no print."""
    row = await run_in_threadpool(find_paper, visit.opened, visit.coop.coop_id, position)
    return await printed_paper(visit.opened, row, form, visit.principal.actor, visit.now)
