"""The online account of a coop, to read: its balance now, what may be paid out and is to come, the boxes of a month.

S-148…S-160. Every amount leads to its rows. Whether it can be paid out is said here, with what to do where it cannot.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any, Final, NamedTuple

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from psycopg import Connection

from domain.calendar import add_months, end_of_month, first_of_month, french_date, french_hour, french_month
from domain.errors import NotFound
from domain.events.base import StatementBoxes
from projections import online_account, papers
from projections.figures import account_rows, coop_sums
from projections.figures.account_rows import AccountFigure
from projections.papers import PaperRow
from service.auth.actions import Action
from service.coops.payout_readiness import PayoutReadiness, payout_readiness
from service.pages.coop.selection import LinkedFigure, RowKind, RowSelection, linked, read_month
from service.pages.frame.visit import CoopVisit, coop_visit

router = APIRouter()
Reader = Annotated[CoopVisit, Depends(coop_visit(Action.READ))]
_ARRIVED: Final = (papers.STATEMENT, "payout")
"""The kind of paper that explains a line of the bank's statement: the voucher of a receipt (S-149)."""


class AccountPage(NamedTuple):
    """What the page of an online account is made of; months are named by their first days.

    ``day`` is the day that was asked about, ``on_day`` what the account held at its end; ``voucher`` the statement
    of the last payout that arrived.
    """

    readiness: PayoutReadiness
    to_come: int
    boxes: StatementBoxes
    first: date
    beyond: date
    day: date | None
    on_day: int
    voucher: PaperRow | None


class StatementBox(NamedTuple):
    """One of the boxes of a month: its title, what it is, its amount."""

    title: str
    hint: str
    amount: LinkedFigure


@router.get("/{association}/coops/{coop_id}/compte")
async def account(visit: Reader) -> Response:
    """Show the online account now, and the boxes of this month or of an earlier one."""
    wanted = visit.request.query_params.get("mois", "")
    month = read_month(wanted) if wanted else first_of_month(visit.today)
    if month is None:
        raise NotFound(month=wanted[:20])
    asked = visit.request.query_params.get("jour", "")
    day, wrong = _asked_day(asked, visit.today)
    shown: AccountPage = await visit.read(_read, visit, month, day)
    if not shown.first <= month < shown.beyond:
        raise NotFound(month=f"{month:%Y-%m}")
    base = f"{visit.base}{visit.coop_base}"
    now = {
        AccountFigure.CLOSING: shown.readiness.now.balance,
        AccountFigure.AVAILABLE: shown.readiness.now.available,
        AccountFigure.BLOCKED: shown.readiness.now.blocked,
    }
    figures = {
        figure.value: linked(base, cents, RowSelection(RowKind.ACCOUNT, figure)) for figure, cents in now.items()
    }
    before, after = add_months(month, -1), add_months(month, 1)
    return await visit.show(
        "coop/account.html",
        "compte",
        as_of=f"{french_date(visit.today)}, {french_hour(visit.now)}",
        figures=figures,
        blocked=shown.readiness.now.blocked,
        to_come=linked(base, shown.to_come, RowSelection(RowKind.TO_COME)),
        month=french_month(month),
        statement=f"{month:%Y-%m}",
        until=french_date(min(end_of_month(month), visit.today)),
        boxes=_boxes(base, month, shown.boxes),
        closing=linked(base, shown.boxes.closing, RowSelection(RowKind.ACCOUNT, AccountFigure.CLOSING, month=month)),
        before=f"{before:%Y-%m}" if before >= shown.first else "",
        after=f"{after:%Y-%m}" if after < shown.beyond else "",
        possible=shown.readiness,
        voucher=shown.voucher,
        asked=asked if wrong else (day or visit.today).isoformat(),
        errors={"jour": wrong} if wrong else {},
        day=french_date(day) if day else "",
        on_day=linked(base, shown.on_day, RowSelection(RowKind.ACCOUNT, AccountFigure.CLOSING, day=day)),
        today=visit.today.isoformat(),
    )


def _asked_day(asked: str, today: date) -> tuple[date | None, str]:
    """Read the day of a balance; with a sentence where that is none, or still to come."""
    if not asked:
        return None, ""
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        return None, "Indiquez un jour, par exemple 2024-07-03."
    return (day, "") if day <= today else (None, "Choisissez un jour passé, ou aujourd’hui.")


def _read(connection: Connection[Any], visit: CoopVisit, month: date, day: date | None) -> AccountPage:
    coop_id = visit.coop.coop_id
    first, beyond = account_rows.months_with_movements(connection, coop_id, visit.today)
    boxes = online_account.boxes(connection, [(coop_id, month)])[coop_id, month].boxes
    to_come = sum(row.to_come for row in coop_sums.by_campaign(connection, coop_id).values())
    on_day = 0 if day is None else coop_sums.balance_on(connection, coop_id, day)
    statements = [row for row in papers.of_coop(connection, coop_id) if (row.paper, row.kind) == _ARRIVED]
    voucher = statements[-1] if statements else None
    return AccountPage(payout_readiness(connection, visit.coop), to_come, boxes, first, beyond, day, on_day, voucher)


def _boxes(base: str, month: date, boxes: StatementBoxes) -> list[StatementBox]:
    """Return the four boxes of a month, in the guide's order and words."""
    ended = french_date(month - timedelta(days=1))
    said = (
        (f"Solde au {ended}", "à la fin du mois précédent", AccountFigure.OPENING, boxes.opening),
        (
            "Décaissements",
            "remboursements et autres sorties d’argent engagés",
            AccountFigure.DISBURSEMENTS,
            boxes.disbursements,
        ),
        ("Encaissements", "sommes reçues sur le mois", AccountFigure.RECEIPTS, boxes.receipts),
        ("Virements", "argent qui va arriver sur votre compte bancaire", AccountFigure.TRANSFERS, boxes.transfers),
    )
    return [
        StatementBox(title, hint, linked(base, cents, RowSelection(RowKind.ACCOUNT, figure, month=month)))
        for title, hint, figure, cents in said
    ]
