"""Exports: what can be taken away at once, and the files that the worker prepares for a member (S-13, S-34, S-35).

Such a file opens in the session of who asked for it alone, and taking it away is a form: it counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Final, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response, StreamingResponse
from psycopg import Connection
from starlette.concurrency import run_in_threadpool

from adapters.exports import ExportKind, ExportRequest, ExportRow
from domain.calendar import fiscal_year, fiscal_year_label, french_date, french_hour, french_month, paris_date
from domain.errors import LedgerError, NotFound
from domain.money import grouped
from projections import directory, online_account
from projections.directory import CampaignRow
from service.auth.actions import Action
from service.exports.chosen_list import PASSES
from service.exports.kinds import GIFT, SPREADSHEETS, campaigns_of_kind, kinds_in_words, name_of
from service.exports.requests import request_export
from service.http.dependencies import worker_of
from service.http.forms import FieldErrors, FormBody, text
from service.http.members import check_passkey
from service.http.trail import note
from service.members.errors import PasskeyRequired
from service.pages.frame.visit import CoopVisit, coop_visit, status_sentence
from service.pages.french import french_size
from service.trail import TrailKind

router = APIRouter()
CoopReader = Annotated[CoopVisit, Depends(coop_visit(Action.READ))]
CoopExporter = Annotated[CoopVisit, Depends(coop_visit(Action.EXPORT))]
_ROUTE: Final = "/{association}/coops/{coop_id}/exports"
_YEAR: Final = "annee-"
"""What the choice of a whole school year begins with, among those of campaigns."""
_MEDIA: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "pdf": "application/pdf",
}
_ASKED: Final = "demande"
_COLUMNS: Final = {"every": "toutes les colonnes", "displayed": "colonnes affichées"}
_OVER: Final = (
    "Ce fichier n’est plus disponible\u00a0: il a été téléchargé cinq fois, ou ses sept jours sont passés. "
    "Demandez-le à nouveau."
)


class _Exportable(NamedTuple):
    campaigns: list[CampaignRow]
    months: list[date]


class PreparedFile(NamedTuple):
    """A file as its page lists it: what it holds, how far it is, until when and how often it can be taken away.

    ``rows`` says of a list how many rows it has, once that is known, and with which columns.
    """

    row: ExportRow
    name: str
    about: str
    rows: str
    asked: str
    until: str
    size: str
    ready: bool


@router.get(_ROUTE)
async def exports(visit: CoopReader) -> Response:
    """List what can be taken away of a coop, and what was asked for."""
    return await _show(visit)


@router.post(_ROUTE)
async def ask(visit: CoopExporter, form: FormBody) -> Response:
    """Ask for a file, or take one away that is ready."""
    await visit.decide(Action.EXPORT)
    if "fichier" in form:
        return await _take(visit, text(form, "fichier", 36))
    seen: _Exportable = await visit.read(_read, visit.coop.coop_id)
    typed = {name: text(form, name, 40) for name in ("contenu", "choix", "format")}
    try:
        request = _request(visit, seen.campaigns, typed, text(form, "cle"))
        await run_in_threadpool(request_export, visit.opened, worker_of(visit.request).outbox, request, visit.now)
    except LedgerError as refusal:
        return await _show(visit, typed, refusal.french)
    return visit.go(f"{visit.coop_base}/exports?{_ASKED}=1#prepares")


def _request(visit: CoopVisit, campaigns: list[CampaignRow], typed: dict[str, str], key: str) -> ExportRequest:
    """Read what is asked for; a choice that the page does not offer is not found.

    Raises:
        NotFound: no such kind, campaign, year or format.
        NothingToExport: the campaigns of the choice are not of the kind.

    """
    kinds = {one.kind.value: one.kind for one in kinds_in_words(visit.opened.words())}
    kind, chosen = kinds.get(typed["contenu"]), typed["choix"]
    form = next((one for one in SPREADSHEETS if one == typed["format"]), None)
    of_year = [row for row in campaigns if chosen == f"{_YEAR}{row.school_year}"]
    of_choice = of_year or [row for row in campaigns if chosen == str(row.campaign_id)]
    if kind is None or form is None or not of_choice:
        raise NotFound(page="exports")
    campaigns_of_kind(kind, of_choice)
    return ExportRequest(
        export_id=visit.new_id(key, "export"),
        coop_id=visit.coop.coop_id,
        asked_by=visit.member.session.member_id,
        kind=kind,
        campaign_id=None if of_year else of_choice[0].campaign_id,
        school_year=of_choice[0].school_year if of_year else None,
        form=form,
    )


async def _take(visit: CoopVisit, asked: str) -> Response:
    """Hand a file over, once it is written down and counted.

    Raises:
        NotFound: none of this member's of this coop.

    """
    row = await run_in_threadpool(visit.opened.exports.find, _as_id(asked))
    if row is None or row.asked_by != visit.member.session.member_id or row.coop_id != visit.coop.coop_id:
        raise NotFound(page="exports")
    content: Iterator[bytes] | None = None
    if row.ready_at(visit.now):
        await note(visit.request, TrailKind.NAMES_READ, subject_id=row.export_id, campaign_id=row.campaign_id)
        content = await run_in_threadpool(
            visit.opened.exports.take, row.export_id, row.coop_id, row.asked_by, visit.now
        )
    if content is None:
        return await _show(visit, refusal=_OVER)
    headers = {
        "Content-Disposition": f'attachment; filename="{row.filename}"',
        "Content-Length": str(row.size),
        "Cache-Control": "private, no-store",
    }
    return StreamingResponse(content, media_type=_MEDIA[row.form], headers=headers)


def _as_id(asked: str) -> UUID:
    try:
        return UUID(asked)
    except ValueError:
        raise NotFound(page="exports") from None


async def _show(visit: CoopVisit, typed: dict[str, str] | None = None, refusal: str = "") -> Response:
    seen: _Exportable = await visit.read(_read, visit.coop.coop_id)
    years = sorted({row.school_year for row in seen.campaigns}, reverse=True)
    mine = await _mine(visit, seen.campaigns) if visit.may(Action.EXPORT) else []
    return await visit.show(
        "exports/list.html",
        "exports",
        422 if refusal else 200,
        campaigns=[
            (row, status_sentence(row, visit.now), fiscal_year_label(row.school_year)) for row in seen.campaigns
        ],
        months=[(f"{month:%Y-%m}", french_month(month).capitalize()) for month in seen.months],
        years=[(year, fiscal_year_label(year)) for year in years if year <= fiscal_year(visit.today)],
        verification=await _verification(visit),
        kinds=kinds_in_words(visit.opened.words()),
        has_gifts=any(row.purpose == GIFT for row in seen.campaigns),
        choices=_choices(seen.campaigns, years),
        typed=typed or dict.fromkeys(("contenu", "choix", "format"), ""),
        errors=FieldErrors({"contenu": refusal} if refusal and typed else {}),
        refusal="" if typed else refusal,
        asked=_ASKED in visit.request.query_params,
        prepared=mine,
        under_way=any(one.row.under_way for one in mine),
    )


def _choices(campaigns: list[CampaignRow], years: list[int]) -> list[tuple[str, str]]:
    """Return what a file may be about, by its word in the form: each campaign, then each whole school year."""
    return [
        *((str(row.campaign_id), f"{row.title} ({fiscal_year_label(row.school_year)})") for row in campaigns),
        *((f"{_YEAR}{year}", f"Toutes les collectes de {fiscal_year_label(year)}") for year in years),
    ]


async def _mine(visit: CoopVisit, campaigns: list[CampaignRow]) -> list[PreparedFile]:
    """Return what the member asked for about the coop, the latest first."""
    rows: list[ExportRow] = await run_in_threadpool(
        visit.opened.exports.of_member, visit.coop.coop_id, visit.member.session.member_id
    )
    titles: dict[UUID | None, str] = {row.campaign_id: row.title for row in campaigns}
    words = visit.opened.words()
    return [
        PreparedFile(
            row=row,
            name=name_of(ExportKind(row.kind), words),
            about=f"année {fiscal_year_label(row.school_year)}" if row.school_year else titles.get(row.campaign_id, ""),
            rows=_rows_of(row),
            asked=f"{french_date(paris_date(row.asked_at))}, {french_hour(row.asked_at, two_digits=True)}",
            until=french_date(paris_date(row.expires_at)),
            size=french_size(row.size),
            ready=row.ready_at(visit.now),
        )
        for row in rows
        if visit.now < row.expires_at
    ]


def _rows_of(row: ExportRow) -> str:
    if row.columns is None:
        return ""
    number, columns = row.whole // PASSES, _COLUMNS[row.columns]
    return f"{grouped(number)}\u00a0lignes, {columns}" if number else columns


def _read(connection: Connection[Any], coop_id: UUID) -> _Exportable:
    """Read the campaigns that are no drafts, and the months of the online account, the latest first."""
    campaigns = [row for row in directory.campaigns_of(connection, coop_id) if row.status != "draft"]
    months = {row.period for row in online_account.months(connection, (coop_id,))[coop_id]}
    return _Exportable(campaigns, sorted(months, reverse=True))


async def _verification(visit: CoopVisit) -> str:
    """Return where a passkey is asked for, which leads back; nothing where none is, or one was used a moment ago."""
    try:
        await check_passkey(visit.request, visit.association, visit.member)
    except PasskeyRequired:
        return f"{visit.base}/verification?{urlencode({'suite': f'{visit.base}{visit.coop_base}/exports'})}"
    return ""
