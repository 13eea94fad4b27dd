"""What a coop holds, may pay out and collected this month: shown on its home, and kept true there by one stream."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection
from starlette.concurrency import run_in_threadpool

from domain.calendar import first_of_month, french_hour, french_month, paris_date
from projections import directory
from projections.engine.moved import funds_name
from projections.figures import coop_sums, receipt_rows
from projections.figures.account_rows import AccountFigure
from service.http.live.channel import Source
from service.http.live.response import event
from service.pages.coop.selection import LinkedFigure, RowKind, RowSelection, linked
from service.runtime.open_ledger import OpenLedger


class CampaignReceipts(NamedTuple):
    """What a campaign collected this month."""

    campaign_id: UUID
    title: str
    received: LinkedFigure


class CoopSheet(NamedTuple):
    """The figures of a coop's home; ``month`` is the present one in Paris, and ``as_of`` the hour there."""

    balance: LinkedFigure
    available: LinkedFigure
    blocked: LinkedFigure
    collected: LinkedFigure
    campaigns: tuple[CampaignReceipts, ...]
    month: str
    as_of: str

    def figures(self) -> dict[str, Any]:
        """The figures as the page writes them."""
        shown = (("balance", self.balance), ("available", self.available), ("blocked", self.blocked))
        return {
            "figures": {name: figure._asdict() for name, figure in (*shown, ("collected", self.collected))},
            "campaigns": [{"title": one.title, **one.received._asdict()} for one in self.campaigns],
            "month": self.month,
        }


def read_coop_sheet(connection: Connection[Any], coop_id: UUID, base: str, now: datetime) -> CoopSheet:
    """Read the figures of a coop's home; ``base`` is the address below which the association's pages are."""
    here, month = f"{base}/coops/{coop_id}", first_of_month(paris_date(now))
    funds = coop_sums.account_now(connection, coop_id)
    receipts = receipt_rows.sums(connection, coop_id, month)
    titles = {row.campaign_id: row.title for row in directory.campaigns_of(connection, coop_id)}
    campaigns = [
        CampaignReceipts(
            one.campaign_id,
            titles[one.campaign_id],
            linked(here, one.cents, RowSelection(RowKind.RECEIPTS, campaign=one.campaign_id, month=month)),
        )
        for one in receipts
    ]
    return CoopSheet(
        linked(here, funds.balance, RowSelection(RowKind.ACCOUNT, AccountFigure.CLOSING)),
        linked(here, funds.available, RowSelection(RowKind.ACCOUNT, AccountFigure.AVAILABLE)),
        linked(here, funds.blocked, RowSelection(RowKind.ACCOUNT, AccountFigure.BLOCKED)),
        linked(here, sum(one.cents for one in receipts), RowSelection(RowKind.RECEIPTS, month=month)),
        tuple(sorted(campaigns, key=lambda one: (one.title, one.campaign_id))),
        french_month(month),
        french_hour(now),
    )


def coop_source(opened: OpenLedger, coop_id: UUID, base: str, clock: Callable[[], datetime]) -> Source:
    """The figures of a coop, one for all open pages: movements of its account and collected money change them."""
    names = frozenset((funds_name(coop_id),))
    read = _reader(opened, coop_id, base, clock)
    return Source(opened.ledger.read_schema, "coop", coop_id, names, read, _told, hears=opened.hears)


def _reader(
    opened: OpenLedger, coop_id: UUID, base: str, clock: Callable[[], datetime]
) -> Callable[[], Awaitable[CoopSheet]]:
    async def read() -> CoopSheet:
        return await run_in_threadpool(opened.read, read_coop_sheet, coop_id, base, clock())

    return read


def _told(sheet: CoopSheet) -> bytes:
    return event("coop", {**sheet.figures(), "as_of": sheet.as_of})
