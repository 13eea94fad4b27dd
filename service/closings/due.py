"""Closing what is due: every coop's months and years that ended, on the day of the month that its association chose."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from domain.aggregate import Stamp
from domain.calendar import paris_date
from domain.closings.close_period import next_period
from domain.closings.due import due_through, is_closed_through
from domain.closings.errors import ProviderNotRead
from domain.closings.periods import PeriodKind
from domain.coop.state import Coop
from domain.errors import LedgerError
from projections import directory
from service.closings.closing import Asked, closing_of
from service.logging import logger
from service.papers.due_papers import ACTOR as PAPERS
from service.papers.due_papers import issue_papers
from service.runtime.open_ledger import OpenLedger
from service.runtime.runtime import Runtime

if TYPE_CHECKING:
    from service.worker.worker import Worker

log = logger(__name__)
ACTOR: Final = "system:closings"
"""Who closes what is due."""
_PATIENCE: Final = 60.0


def close_due(runtime: Runtime, worker: Worker | None, now: datetime) -> Counter[str]:
    """Close what is due in every association; return how many periods, by kind.

    It may be called as often as one likes, from any number of processes: what is closed is not closed again. A coop
    whose period cannot be closed yet, or fails, keeps no other waiting.
    """
    closed: Counter[str] = Counter()
    for entry in runtime.associations():
        opened = runtime.ledger(entry.slug)
        through = due_through(paris_date(now), opened.association().policy.closes_on)
        for coop in opened.read(directory.coops):
            try:
                closed += close_coop(opened, worker, coop.coop_id, Stamp(at=now, by=ACTOR), through)
            except ProviderNotRead as waiting:
                log.info("closing waits", ledger=entry.slug, coop=coop.coop_id, reason=str(waiting))
            except LedgerError as refused:
                log.error("closing failed", ledger=entry.slug, coop=coop.coop_id, reason=str(refused))  # noqa: TRY400
    return closed


def close_coop(
    opened: OpenLedger, worker: Worker | None, coop_id: UUID, stamp: Stamp, through: date
) -> Counter[PeriodKind]:
    """Close a coop's periods in their order, up to those that end on a Paris day; return how many, by kind.

    Papers that the log asks for are issued before each of them, so that it names them.

    Raises:
        ProviderNotRead: the provider's books do not cover the next one yet; those before it are closed.

    """
    closed: Counter[PeriodKind] = Counter()
    while True:
        state = opened.ledger.store.load(Coop, coop_id)
        if is_closed_through(state, through):
            return closed
        period = next_period(state, opened.ledger.bus.totals(coop_id).totals)
        if period.last_day > through:
            return closed
        issue_papers(opened.ledger, coop_id, Stamp(at=stamp.at, by=PAPERS))
        command = closing_of(opened, worker, Asked(coop_id, period.kind, period.first_day), stamp)
        opened.ledger.bus.submit(command).result(_PATIENCE)
        closed[period.kind] += 1
