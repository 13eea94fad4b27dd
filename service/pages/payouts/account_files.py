"""What belongs to an online account: its statements, the platform's invoices, the bank accounts (S-161…S-163)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from psycopg import Connection
from starlette.concurrency import run_in_threadpool

from domain.calendar import end_of_month, first_of_month, french_date, french_month
from domain.closings.periods import PeriodKind
from projections import online_account
from projections.closings import closed_periods
from projections.figures import account_rows
from service.auth.actions import Action
from service.coops.bank_accounts import shown_accounts
from service.pages.coop.selection import LinkedFigure, RowKind, RowSelection, linked
from service.pages.frame.visit import CoopVisit, coop_visit

router = APIRouter()
Reader = Annotated[CoopVisit, Depends(coop_visit(Action.READ))]


class MonthStatement(NamedTuple):
    """The statement of a month: its address, its name, its closing balance, and whether it is closed for good."""

    month: str
    label: str
    until: str
    closing: LinkedFigure
    closed: bool


class _Months(NamedTuple):
    months: list[tuple[date, int, bool]]


@router.get("/{association}/coops/{coop_id}/releves")
async def statements(visit: Reader) -> Response:
    """List the statement of each month, the latest first."""
    seen: _Months = await visit.read(_read, visit)
    base = f"{visit.base}{visit.coop_base}"
    shown = [
        MonthStatement(
            f"{month:%Y-%m}",
            french_month(month).capitalize(),
            french_date(min(end_of_month(month), visit.today)),
            linked(base, closing, RowSelection(RowKind.ACCOUNT, account_rows.AccountFigure.CLOSING, month=month)),
            closed,
        )
        for month, closing, closed in seen.months
    ]
    return await visit.show("payouts/statements.html", "compte", help_key="releves", statements=shown)


def _read(connection: Connection[Any], visit: CoopVisit) -> _Months:
    """Read the closing balance of each month since the first movement, up to this one."""
    coop_id = visit.coop.coop_id
    months = {first_of_month(row.period) for row in online_account.months(connection, (coop_id,))[coop_id]}
    asked = sorted({*months, first_of_month(visit.today)}, reverse=True)
    keys = [(coop_id, month) for month in asked]
    boxes = online_account.boxes(connection, keys)
    closed = closed_periods.of_periods(connection, PeriodKind.MONTH, keys)
    return _Months([(month, boxes[coop_id, month].boxes.closing, (coop_id, month) in closed) for month in asked])


@router.get("/{association}/coops/{coop_id}/factures")
async def invoices(visit: Reader) -> Response:
    """Say that the platform bills a coop nothing: no event of the ledger takes a fee from it (S-162)."""
    return await visit.show("payouts/invoices.html", "compte", help_key="factures")


@router.get("/{association}/coops/{coop_id}/comptes-bancaires")
async def bank_accounts(visit: Reader) -> Response:
    """List the bank accounts of a coop: the ends of each IBAN, its bank, how far it is confirmed and certified."""
    coop = await visit.coop_state()
    accounts = await run_in_threadpool(shown_accounts, visit.opened, coop)
    return await visit.show(
        "payouts/bank_accounts.html",
        "compte",
        help_key="comptes-bancaires",
        accounts=accounts,
        certified=coop.certified,
        frozen=coop.frozen,
    )
