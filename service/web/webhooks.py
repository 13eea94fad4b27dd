"""Where the provider's webhook events come in: checked, kept as they are, answered at once; looked into later."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from adapters.payments.port import Endpoint
from service.http.dependencies import worker_of

router = APIRouter()


@router.post("/provider/notifications/{endpoint}")
async def receive(request: Request, endpoint: Endpoint) -> Response:
    """Keep a webhook event; the answer says that it is safe, not that it is understood."""
    body = await request.body()
    await run_in_threadpool(worker_of(request).receive, endpoint, body, dict(request.headers))
    return Response(status_code=204)
