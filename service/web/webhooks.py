"""Where the provider's notifications come in: checked, kept as they are, answered at once; looked into later."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from adapters.payments.errors import ProviderMissing
from adapters.payments.port import Endpoint
from service.payments.context import Clock
from service.worker.clocks import machine_clock
from service.worker.worker import Worker

router = APIRouter()


def workshop_of(request: Request) -> Worker:
    """Return the running service's workshop.

    Raises:
        ProviderMissing: the installation has no payment provider.

    """
    workshop: Worker | None = request.app.state.workshop
    if workshop is None:
        raise ProviderMissing
    return workshop


def clock_of(request: Request) -> Clock:
    """Return the clock that families' pages follow: the payments' own, which is the machine's outside of a sandbox."""
    workshop: Worker | None = request.app.state.workshop
    return machine_clock if workshop is None else workshop.now


@router.post("/provider/notifications/{endpoint}")
async def receive(request: Request, endpoint: Endpoint) -> Response:
    """Keep a notification; the answer says that it is safe, not that it is understood."""
    body = await request.body()
    await run_in_threadpool(workshop_of(request).receive, endpoint, body, dict(request.headers))
    return Response(status_code=204)
