"""The movements of a coop's online account, one row an event, and what of each counts in a figure of its page (S-151).

A box of a month is the sum of the month's movements of its kind; a balance is the sum of all movements up to then; what
may be paid out is the balance less what is contested and set aside.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Final, LiteralString
from uuid import UUID

from psycopg import Connection

from domain.calendar import add_months
from projections.figures.rows import FigureRows, read_rows


class AccountFigure(StrEnum):
    """A figure of the online account, by the word of its address."""

    OPENING = "ouverture"
    RECEIPTS = "encaissements"
    DISBURSEMENTS = "decaissements"
    TRANSFERS = "virements"
    CLOSING = "solde"
    BLOCKED = "bloque"
    AVAILABLE = "disponible"


_MOVEMENTS: Final[LiteralString] = """
SELECT min(paid_on) AS paid_on, min(period) AS period, topic, subject_id, campaign_id, position AS place,
       topic LIKE 'coop.payout\\_%%' AS transfer, sum(debit - credit) AS total,
       coalesce(sum(debit - credit) FILTER (WHERE account = 'online_blocked'), 0) AS blocked
FROM journal WHERE coop_id = %(coop)s AND account IN ('online', 'online_blocked')
GROUP BY position, topic, subject_id, campaign_id
"""
_COLUMNS: Final[LiteralString] = "paid_on, topic, subject_id, campaign_id, place"
_SUMS: Final[Mapping[AccountFigure, LiteralString]] = {
    AccountFigure.OPENING: "total AS value",
    AccountFigure.RECEIPTS: "total AS value",
    AccountFigure.DISBURSEMENTS: "-total AS value",
    AccountFigure.TRANSFERS: "-total AS value",
    AccountFigure.CLOSING: "total AS value",
    AccountFigure.BLOCKED: "blocked AS value",
    AccountFigure.AVAILABLE: "total - blocked AS value",
}
_KINDS: Final[Mapping[AccountFigure, LiteralString]] = {
    AccountFigure.OPENING: "period < %(month)s::date",
    AccountFigure.RECEIPTS: "period = %(month)s::date AND NOT transfer AND total > 0",
    AccountFigure.DISBURSEMENTS: "period = %(month)s::date AND NOT transfer AND total < 0",
    AccountFigure.TRANSFERS: "period = coalesce(%(month)s::date, period) AND transfer",
    AccountFigure.CLOSING: "period <= coalesce(%(month)s::date, 'infinity'::date)"
    " AND paid_on <= coalesce(%(day)s::date, 'infinity'::date)",
    AccountFigure.BLOCKED: "period <= coalesce(%(month)s::date, 'infinity'::date) AND blocked <> 0",
    AccountFigure.AVAILABLE: "total <> blocked",
}
_SET_ASIDE: Final[LiteralString] = """
UNION ALL SELECT since, topic, coalesce(contribution_id, reference), campaign_id, position, -cents FROM set_aside
WHERE coop_id = %(coop)s AND cents <> 0
"""
OF_A_MONTH: Final = frozenset((AccountFigure.OPENING, AccountFigure.RECEIPTS, AccountFigure.DISBURSEMENTS))
"""The figures that are those of a month; the others are of now, or of all months, where no month is named."""


def rows(
    connection: Connection[Any],
    coop_id: UUID,
    figure: AccountFigure,
    month: date | None,
    offset: int = 0,
    day: date | None = None,
) -> FigureRows:
    """Return the rows of a figure of a coop's online account, of a month by its first day, or of now.

    The balance may be that of the end of a ``day`` instead.
    """
    inner: LiteralString = f"""
    SELECT {_COLUMNS}, {_SUMS[figure]} FROM ({_MOVEMENTS}) AS movements WHERE {_KINDS[figure]}
    """  # noqa: S608 (made of constants)
    if figure is AccountFigure.AVAILABLE:
        inner = inner + _SET_ASIDE
    return read_rows(connection, inner, {"coop": coop_id, "month": month, "day": day}, offset)


def months_with_movements(connection: Connection[Any], coop_id: UUID, today: date) -> tuple[date, date]:
    """Return the first day of the first month of a coop's online account, and of the month after a day's."""
    row = connection.execute("SELECT min(period) FROM online_account WHERE coop_id = %s", (coop_id,)).fetchone()
    this = today.replace(day=1)
    first: date = row[0].replace(day=1) if row and row[0] else this
    return min(first, this), add_months(this, 1)
