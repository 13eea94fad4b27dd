"""What routes take from the running application: the association of the address, the runtime, the worker, the clock."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Request

from adapters.payments.errors import ProviderMissing
from domain.limits.charges import ANY_CHARGE, ChargeLimits
from service.payments.context import Clock
from service.public_campaigns import PublicCampaignCache
from service.runtime.runtime import Runtime
from service.worker.worker import Worker

Slug = Annotated[str, Path(pattern="^[a-z][a-z0-9_]{1,39}$", description="The association, e.g. ad06")]


def runtime_of(request: Request) -> Runtime:
    """Return what the running service holds open."""
    runtime: Runtime = request.app.state.runtime
    return runtime


def worker_of(request: Request) -> Worker:
    """Return the running service's worker."""
    worker: Worker = request.app.state.worker
    return worker


def paying_worker_of(request: Request) -> Worker:
    """Return the running service's worker, for a route that cannot do without a payment provider.

    Raises:
        ProviderMissing: the installation has none.

    """
    worker = worker_of(request)
    if not worker.takes_payments:
        raise ProviderMissing
    return worker


def clock_of(request: Request) -> Clock:
    """Return the clock that families' pages follow: the payments' own, which is the machine's outside of a sandbox."""
    return worker_of(request).now


def payment_pages_of(request: Request) -> str:
    """Return where the provider's payment pages are, for the policy of a page whose form leads there; empty if none."""
    worker = worker_of(request)
    return worker.provider.pages_origin if worker.takes_payments else ""


def charge_limits_of(request: Request) -> ChargeLimits:
    """Return what the payment provider can charge at once; anything where there is none, since nothing is charged."""
    worker = worker_of(request)
    return worker.provider.limits.charges if worker.takes_payments else ANY_CHARGE


def public_campaigns_of(request: Request) -> PublicCampaignCache:
    """Return the running service's cache of what families see of campaigns."""
    cache: PublicCampaignCache = request.app.state.public_campaigns
    return cache


PayingWorker = Annotated[Worker, Depends(paying_worker_of)]
"""The running service's worker, for a route that cannot do without a payment provider."""
CurrentWorker = Annotated[Worker, Depends(worker_of)]
"""The running service's worker, with or without a payment provider."""
