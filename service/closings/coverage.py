"""How far the provider's books were read for a coop, and what they contradict: facts that a closing lists."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from domain.calendar import paris_date
from domain.events.closings.period import CoverageState, ListedBreak, ProviderCoverage
from domain.reconciliation.expected import PLATFORM

if TYPE_CHECKING:
    from service.worker.worker import Worker


def coverage(worker: Worker | None, slug: str, coop_id: UUID, through: date) -> ProviderCoverage:
    """Return what the last reconciliation found out about the movements of a coop up to a Paris day.

    Payments arrive on the platform's account before they are moved to the coop's: both must have been read, and all
    that moved there, not the balance alone.
    """
    if worker is None or not worker.takes_payments:
        return ProviderCoverage(state=CoverageState.NO_PROVIDER)
    known = worker.accounts.of_coop(slug, coop_id)
    if known is None:
        return ProviderCoverage(state=CoverageState.NO_ACCOUNT)
    runs = [run.ran_at for account in (known.account, PLATFORM) for run in worker.breaks.runs(account, 1, whole=True)]
    breaks = [one for one in worker.breaks.open(known.account) if paris_date(one.moved_at) <= through]
    return ProviderCoverage(
        state=CoverageState.READ,
        read_at=min(runs) if len(runs) == len((known.account, PLATFORM)) else None,
        breaks=tuple(
            ListedBreak(
                object_id=one.key.object_id,
                kind=one.kind.value,
                ledger_cents=one.ledger_cents,
                provider_cents=one.provider_cents,
                moved_at=one.moved_at,
            )
            for one in breaks
        ),
        platform_breaks=sum(paris_date(one.moved_at) <= through for one in worker.breaks.open(PLATFORM)),
    )
