"""The routes of the API, of our pages and of what the provider sends, made once for all applications of a process.

FastAPI studies the parameters of every route when a router is included: a quarter of a second for all of them. They
hold nothing of an application (whose runtime and worker are asked of the request), so that all of them share them.
"""

from __future__ import annotations

from functools import cache

from fastapi import APIRouter
from starlette.routing import BaseRoute

from service.api.contract.document import add_routes
from service.http.problems import PROBLEMS
from service.pages.routes import ROUTERS
from service.web import webhooks


@cache
def shared_routes() -> tuple[BaseRoute, ...]:
    """Return them in the order in which addresses are matched; only the API's are in its document."""
    shared = APIRouter(responses=PROBLEMS)
    add_routes(shared)
    for router in (*ROUTERS, webhooks.router):
        shared.include_router(router, include_in_schema=False)
    return tuple(shared.routes)
