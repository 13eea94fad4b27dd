"""Closing a period, or looking at what its closing would say; the request names the period alone."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from domain.aggregate import Stamp
from domain.calendar import fiscal_year
from domain.closings.close_period import ClosePeriod
from domain.closings.figures import PeriodFigures, figures_of
from domain.closings.periods import Period, PeriodKind
from domain.coop.state import Coop
from domain.errors import LedgerError, NotFound
from domain.events.closings.period import ProviderCoverage
from service.closings.coverage import coverage
from service.papers.due_papers import papers_seen
from service.runtime.open_ledger import OpenLedger

if TYPE_CHECKING:
    from service.worker.worker import Worker


class Asked(NamedTuple):
    """A coop's period, by its kind (``month`` or ``year``) and first day."""

    coop_id: UUID
    kind: str
    first_day: date


class Preview(NamedTuple):
    """What a closing would say now; ``refusal`` is why it cannot be made yet, None when it can."""

    period: Period
    figures: PeriodFigures
    provider: ProviderCoverage
    refusal: LedgerError | None


def closing_of(opened: OpenLedger, worker: Worker | None, asked: Asked, stamp: Stamp) -> ClosePeriod:
    """Return the command that closes a period, with the coop's totals read in this thread and not in the writer's.

    Raises:
        InvalidInput: no such period.

    """
    period = Period.beginning(asked.kind, asked.first_day)
    last_day, is_year = period.last_day, period.kind is PeriodKind.YEAR
    opened.ledger.bus.totals(asked.coop_id)
    return ClosePeriod(
        stream_id=asked.coop_id,
        stamp=stamp,
        kind=asked.kind,
        first_day=asked.first_day,
        provider=coverage(worker, opened.ledger.slug, asked.coop_id, last_day),
        papers=papers_seen(opened.ledger, asked.coop_id, stamp) if is_year else None,
        deferring_since=opened.association().deferring_since(fiscal_year(last_day)),
    )


def preview(opened: OpenLedger, worker: Worker | None, asked: Asked, stamp: Stamp) -> Preview:
    """Work out what a closing would say, and store nothing.

    Raises:
        InvalidInput: no such period.
        NotFound: no such coop.

    """
    state = opened.ledger.store.load(Coop, asked.coop_id)
    if not state.version:
        raise NotFound(coop=asked.coop_id)
    command = closing_of(opened, worker, asked, stamp)
    totals = opened.ledger.bus.totals(asked.coop_id)
    refusal = None
    try:
        command.decide_with_totals(state, totals)
    except LedgerError as refused:
        refusal = refused
    period = Period.beginning(asked.kind, asked.first_day)
    return Preview(period, figures_of(period, totals), command.provider, refusal)
