"""A payout explained: how it stands, the campaigns and classes that it is the sum of, and each child's line.

Every figure leads to its rows. The lines have order numbers; who runs the coop may see the children's names, which is
noted. Amounts are exact by class, as on the vouchers that they are booked by (ADR 68).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from psycopg import Connection
from starlette.concurrency import run_in_threadpool

from adapters.people_vault import Person
from domain.calendar import french_date, french_moment, paris_date
from domain.coop.state import PayoutStatus
from domain.errors import NotFound
from domain.money import euros
from domain.papers.payout_lines import PayoutFigure
from projections import directory, papers, payouts
from projections.figures.rows import PAGE
from projections.payouts import PayoutRow
from reports.parts.report import Format
from reports.parts.wording import ERASED_NAME, PAYOUT_STATES, payment_reference
from reports.treasury.payout_lines import FIGURE_WORDS, OWN_WORDS, part_words
from service.auth.actions import Action
from service.coops.payout_readiness import PayoutReadiness, payout_readiness
from service.http.dependencies import worker_of
from service.http.documents import made_document
from service.http.trail import note
from service.pages.coop.selection import LinkedFigure, RowKind, RowSelection, linked, read_page
from service.pages.frame.visit import CoopVisit, coop_visit
from service.pages.papers.words import ListedPaper, listed_papers
from service.pages.payouts.words import PayoutWait, payout_steps, what_to_do
from service.papers.payout_explanation import OWN, ExplainedLine, ExplainedPayout, explain_payout, lost_of, sum_of
from service.payments.payouts import is_given_to_provider
from service.reports.statement_entries import references
from service.trail import TrailKind
from service.treasury.departures import departures_now

router = APIRouter()
Reader = Annotated[CoopVisit, Depends(coop_visit(Action.READ))]
Runner = Annotated[CoopVisit, Depends(coop_visit(Action.RUN))]
Exporter = Annotated[CoopVisit, Depends(coop_visit(Action.EXPORT))]
_LIST: Final = "/{association}/coops/{coop_id}/virements"


class ListedPayout(NamedTuple):
    """A payout in the list."""

    row: PayoutRow
    state: str
    asked_on: str
    reference: str


class ShownSums(NamedTuple):
    """The figures of a campaign, or of a class of it, as the page writes them; ``lost`` is a note beside them."""

    title: str
    figures: tuple[LinkedFigure, ...]
    lost: str
    classes: tuple[ShownSums, ...] = ()


class ShownLine(NamedTuple):
    """One line as the page writes it; ``child`` is empty where no names are shown, ``part`` where it is whole."""

    one: ExplainedLine
    reference: str
    child: str
    amount: str
    part: str


@router.get(_LIST)
async def payout_list(visit: Reader) -> Response:
    """List the payouts of a coop, the latest first."""
    rows, named = await visit.read(_listed, visit.coop.coop_id)
    shown = [
        ListedPayout(row, PAYOUT_STATES[row.status], french_date(paris_date(row.requested_at)), named[row.payout_id])
        for row in reversed(rows)
    ]
    return await visit.show("payouts/list.html", "virements", payouts=shown)


def _listed(connection: Connection[Any], coop_id: UUID) -> tuple[list[PayoutRow], dict[UUID, str]]:
    return payouts.of_coop(connection, coop_id), references(connection, (coop_id,))


@router.get(f"{_LIST}/{{payout_id}}")
async def payout_page(visit: Reader, payout_id: UUID) -> Response:
    """Explain a payout, with the order number of each line."""
    explained = await run_in_threadpool(explain_payout, visit.opened, visit.coop.coop_id, payout_id)
    return await _show(visit, explained, None)


@router.get(f"{_LIST}/{{payout_id}}/enfants")
async def payout_children(visit: Runner, payout_id: UUID) -> Response:
    """Explain a payout, with the name of each child; that names were read is noted."""
    explained = await run_in_threadpool(explain_payout, visit.opened, visit.coop.coop_id, payout_id)
    await note(visit.request, TrailKind.NAMES_READ, subject_id=payout_id)
    ids = {one.participant_id for one in explained.lines if one.participant_id is not None}
    people = await run_in_threadpool(visit.opened.people, ids)
    return await _show(visit, explained, people)


@router.get(f"{_LIST}/{{payout_id}}/fichier/{{form}}")
async def payout_file(visit: Reader, payout_id: UUID, form: Format) -> Response:
    """Give the explanation of a payout as a file, without names."""
    coop_id = visit.coop.coop_id
    return await made_document(
        visit.opened, visit.now, form, lambda builder: builder.payout_lines(coop_id, payout_id, named=False)
    )


@router.get(f"{_LIST}/{{payout_id}}/fichier-familles/{{form}}")
async def payout_file_with_names(visit: Exporter, payout_id: UUID, form: Format) -> Response:
    """Give the explanation of a payout as a file, with the names of children."""
    coop_id = visit.coop.coop_id
    await note(visit.request, TrailKind.NAMES_READ, subject_id=payout_id)
    return await made_document(
        visit.opened, visit.now, form, lambda builder: builder.payout_lines(coop_id, payout_id, named=True)
    )


class _Beside(NamedTuple):
    reference: str
    iban: str
    papers: list[ListedPaper]


def _beside(connection: Connection[Any], row: PayoutRow) -> _Beside:
    """Read how a payout is called, where it goes, and its papers: its statements first, then its vouchers."""
    own = [one for one in papers.of_coop(connection, row.coop_id) if one.payout_id == row.payout_id]
    return _Beside(
        references(connection, (row.coop_id,))[row.payout_id],
        directory.masked_iban(connection, row.bank_account_id),
        listed_papers(sorted(own, key=lambda one: (one.paper != papers.STATEMENT, one.position))),
    )


async def _show(visit: CoopVisit, explained: ExplainedPayout, people: Mapping[UUID, Person] | None) -> Response:
    row, page = explained.row, read_page(visit.request.query_params.get("page", "1"))
    pages = max(1, -(-len(explained.lines) // PAGE))
    if page > pages:
        raise NotFound(page=page)
    beside: _Beside = await visit.read(_beside, row)
    wait = await _wait(visit, row)
    used = tuple(
        figure
        for figure in FIGURE_WORDS
        if figure is PayoutFigure.TOTAL or any(one.line.figure is figure for one in explained.lines)
    )
    return await visit.show(
        "payouts/payout.html",
        "virements",
        help_key="virement-explique",
        row=row,
        beside=beside,
        state=PAYOUT_STATES[row.status],
        steps=payout_steps(row, french_moment, visit.today, wait),
        advice=what_to_do(row),
        can_cancel=row.status == PayoutStatus.REQUESTED and visit.may(Action.PAY_OUT),
        heads=[FIGURE_WORDS[figure] for figure in used],
        whole=_sums(visit, explained, used),
        campaigns=_campaigns(visit, explained, used),
        withheld=_withheld(explained),
        lines=[_line(one, people) for one in explained.lines[(page - 1) * PAGE : page * PAGE]],
        number=len(explained.lines),
        named=people is not None,
        page=page,
        pages=pages,
        before=f"?page={page - 1}" if page > 1 else "",
        after=f"?page={page + 1}" if page < pages else "",
    )


async def _wait(visit: CoopVisit, row: PayoutRow) -> PayoutWait:
    """Find what keeps a payout from leaving that was asked for, or from when the provider lets it go."""
    if row.status != PayoutStatus.REQUESTED:
        return PayoutWait(None)
    possible: PayoutReadiness = await visit.read(payout_readiness, visit.coop)
    account = (await visit.coop_state()).provider_account
    others = max(possible.now.set_aside - row.cents, 0)
    worker = worker_of(visit.request)
    leaves = await run_in_threadpool(departures_now, worker, account, row.cents, others, visit.now)
    if leaves is not None and leaves.waits and await _is_leaving(visit, row.payout_id):
        return PayoutWait(None, is_leaving=True)
    return PayoutWait(leaves, possible.standing[0].sentence if possible.standing else "")


async def _is_leaving(visit: CoopVisit, payout_id: UUID) -> bool:
    """Tell whether a payout was given to the provider, which then has its money no longer, and keeps none of it.

    To be asked after the provider's account was read: what is given to it later is still in there.
    """
    outbox = worker_of(visit.request).outbox
    if await run_in_threadpool(is_given_to_provider, outbox, visit.association, payout_id):
        return True
    return (await visit.coop_state()).payouts[payout_id].status in (PayoutStatus.SENT, PayoutStatus.PAID)


def _withheld(explained: ExplainedPayout) -> str:
    """Write what banks contest of the payout while nothing is decided, as its papers leave it in its classes."""
    cents = -sum_of(explained.lines, PayoutFigure.DISPUTED) - lost_of(explained.lines)
    return euros(cents) if cents > 0 else ""


def _sums(visit: CoopVisit, explained: ExplainedPayout, used: Sequence[PayoutFigure]) -> ShownSums:
    return _linked(visit, explained.row, "Tout le virement", explained.lines, used, None, "")


def _campaigns(visit: CoopVisit, explained: ExplainedPayout, used: Sequence[PayoutFigure]) -> list[ShownSums]:
    shown = []
    for one in explained.campaigns:
        group = OWN if one.campaign_id is None else ""
        classes = tuple(
            _linked(visit, explained.row, each.label, each.lines, used, one.campaign_id, each.group)
            for each in one.classes
        )
        title = one.title or OWN_WORDS
        sums = _linked(visit, explained.row, title, one.lines, used, one.campaign_id, group)
        shown.append(sums._replace(classes=classes))
    return shown


def _linked(
    visit: CoopVisit,
    row: PayoutRow,
    title: str,
    lines: Sequence[ExplainedLine],
    used: Sequence[PayoutFigure],
    campaign_id: UUID | None,
    group: str,
) -> ShownSums:
    """Write the figures of some lines, each with the selection that they are."""
    base = f"{visit.base}{visit.coop_base}"
    figures = tuple(
        linked(
            base,
            sum_of(lines, figure),
            RowSelection(RowKind.PAYOUT, figure, campaign_id, group=group, payout=row.payout_id),
        )
        for figure in used
    )
    lost = lost_of(lines)
    return ShownSums(title, figures, euros(lost) if lost else "")


def _line(one: ExplainedLine, people: Mapping[UUID, Person] | None) -> ShownLine:
    line, child = one.line, ""
    if people is not None and one.participant_id is not None:
        person = people.get(one.participant_id)
        child = ERASED_NAME if person is None else f"{person.first_name} {person.last_name}"
    reference = "" if line.contribution_id is None else payment_reference(line.contribution_id)
    return ShownLine(one, reference, child, euros(line.cents), part_words(line.cents, line.whole, one.rest))
