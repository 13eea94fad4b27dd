"""The web application: the API, the pages, and what every answer goes through."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

from fastapi import APIRouter, FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.telemetry import TelemetryConfig

from service.accounts.google import google_from_environment
from service.api.contract.document import DESCRIPTION, PREFIX, SERVERS, TITLE, VERSION, describe
from service.http.bounds.body_size import BodyLimitMiddleware
from service.http.live.pages import LivePages
from service.http.live.places import StreamLimit
from service.http.problems import PROBLEMS
from service.http.request_log import RequestMiddleware
from service.pages.assets import assets
from service.pages.security import SecurityMiddleware
from service.public_campaigns import PublicCampaignCache
from service.runtime.runtime import Runtime
from service.web.admission import AdmissionMiddleware
from service.web.error_handlers import CrashMiddleware, install_problem_handlers
from service.web.fair_share import FairShareMiddleware
from service.web.outages import OutageMiddleware
from service.web.route_index import RouteIndex
from service.web.route_table import shared_routes
from service.worker.worker import Worker

_NO_TELEMETRY: Final[TelemetryConfig] = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
"""All that the library would tell a tracer: addresses whole, and links of e-mails hold a token in their path."""


def create_app(runtime: Runtime, worker: Worker, *, closes: bool = True, before: Sequence[APIRouter] = ()) -> FastAPI:
    """Make the application on an open runtime, which it closes at the end by default, and on its worker.

    Pages ``before`` ours are matched first: the demonstration has some of its own.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        if closes:
            runtime.close()

    app = FastAPI(
        title=TITLE,
        version=VERSION,
        description=DESCRIPTION,
        servers=SERVERS,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{PREFIX}/openapi.json",
        responses=PROBLEMS,
        telemetry=_NO_TELEMETRY,
    )
    app.state.runtime = runtime
    app.state.worker = worker
    app.state.public_campaigns = PublicCampaignCache(runtime)
    app.state.streams = StreamLimit()
    app.state.live_pages = LivePages(runtime, app.state.streams.reading)
    app.state.google = google_from_environment()
    install_problem_handlers(app)
    for router in before:
        app.include_router(router, include_in_schema=False)
    app.router.routes.extend(shared_routes())
    describe(app)
    app.mount("/static", assets(), name="static")
    app.router.routes.insert(0, RouteIndex.of(iter_route_contexts(app.routes)))
    app.add_middleware(BodyLimitMiddleware)
    app.add_middleware(OutageMiddleware)
    app.add_middleware(CrashMiddleware)
    app.add_middleware(AdmissionMiddleware, settings=runtime.settings)
    app.add_middleware(SecurityMiddleware, https=runtime.settings.address.startswith("https://"))
    app.add_middleware(FairShareMiddleware, settings=runtime.settings)
    app.add_middleware(RequestMiddleware)
    return app
