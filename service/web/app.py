"""The web application: the API, the pages, and what every answer goes through."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.telemetry import TelemetryConfig

from service.accounts.google import google_from_environment
from service.api.routes import ROUTERS as API_ROUTERS
from service.http.bounds.body_size import BodyLimitMiddleware
from service.http.event_stream import StreamLimit
from service.http.problems import PROBLEMS
from service.http.request_log import RequestMiddleware
from service.pages.assets import assets
from service.pages.routes import ROUTERS as PAGE_ROUTERS
from service.pages.security import SecurityMiddleware
from service.public_campaigns import PublicCampaignCache
from service.runtime.runtime import Runtime
from service.web import health, webhooks
from service.web.admission import AdmissionMiddleware
from service.web.error_handlers import CrashMiddleware, install_problem_handlers
from service.web.fair_share import FairShareMiddleware
from service.web.outages import OutageMiddleware
from service.worker.worker import Worker

DESCRIPTION = """
The ledger of French school co-operatives. Amounts are integer cents of euro, instants carry their zone,
days are Europe/Paris.

* **Errors** are problem documents (RFC 9457) with a stable `type`, and a French sentence in `detail` for the person.
* **Idempotency-Key** makes any command safe to repeat: the same key gives the first outcome.
* **Reading your writes**: a command answers with its `position`; ask readers for `at_least` that position.
* **Authorisation**: a bearer token stands for a member of one association, with the rights that its ledger gives that
  member now, and no more than the token itself allows; the rest does not exist for it.
"""
_NO_TELEMETRY: Final[TelemetryConfig] = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
"""All that the library would tell a tracer: addresses whole, and links of e-mails hold a token in their path."""


def create_app(runtime: Runtime, worker: Worker, *, closes: bool = True) -> FastAPI:
    """Make the application on an open runtime, which it closes at the end by default, and on its worker."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        if closes:
            runtime.close()

    app = FastAPI(
        title="Coopledger",
        version="1",
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        responses=PROBLEMS,
        telemetry=_NO_TELEMETRY,
    )
    app.state.runtime = runtime
    app.state.worker = worker
    app.state.public_campaigns = PublicCampaignCache(runtime)
    app.state.streams = StreamLimit()
    app.state.google = google_from_environment()
    install_problem_handlers(app)
    for router in API_ROUTERS:
        app.include_router(router, prefix="/api/v1")
    app.include_router(health.router, prefix="/api/v1")
    for router in (*PAGE_ROUTERS, webhooks.router):
        app.include_router(router, include_in_schema=False)
    app.mount("/static", assets(), name="static")
    deque(iter_route_contexts(app.routes), maxlen=0)  # resolved now: the first visitor would wait for all routes
    app.add_middleware(BodyLimitMiddleware)
    app.add_middleware(OutageMiddleware)
    app.add_middleware(CrashMiddleware)
    app.add_middleware(AdmissionMiddleware, settings=runtime.settings)
    app.add_middleware(SecurityMiddleware, https=runtime.settings.address.startswith("https://"))
    app.add_middleware(FairShareMiddleware, settings=runtime.settings)
    app.add_middleware(RequestMiddleware)
    return app
