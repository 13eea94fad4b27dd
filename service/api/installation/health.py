"""Whether the service runs, and whether it can serve: what process managers and proxies ask, and learn no more from."""

from __future__ import annotations

from enum import StrEnum
from http import HTTPStatus

import psycopg
from fastapi import Request, Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from adapters.migrate import NotMigrated, check_migrated
from adapters.postgres import DatabaseRole
from service.api.contract.routers import api_router
from service.http.dependencies import runtime_of
from service.logging import logger
from service.runtime.runtime import Runtime

log = logger(__name__)
router = api_router("", "Health")


class HealthStatus(StrEnum):
    """Whether the process answers, and whether it can serve."""

    OK = "ok"
    READY = "ready"
    NOT_READY = "not ready"


class Health(BaseModel):
    """Whether the service answers, or is ready."""

    status: HealthStatus


@router.get("/health")
async def show_health() -> Health:
    """Tell that the process answers, whatever it can reach: who restarts it would not bring a database back."""
    return Health(status=HealthStatus.OK)


@router.get("/health/ready", responses={HTTPStatus.SERVICE_UNAVAILABLE: {"model": Health}})
async def show_readiness(request: Request, response: Response) -> Health:
    """Tell whether requests can be served: the database answers and has the shape that this version expects."""
    if await run_in_threadpool(_is_ready, runtime_of(request)):
        return Health(status=HealthStatus.READY)
    response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    response.headers["Retry-After"] = "2"
    return Health(status=HealthStatus.NOT_READY)


def _is_ready(runtime: Runtime) -> bool:
    """Ask the database; what is wrong is for the log alone."""
    try:
        with runtime.pool(DatabaseRole.APP).connection() as connection:
            check_migrated(connection)
    except (psycopg.OperationalError, NotMigrated) as error:
        log.warning("not ready", kind=type(error).__name__)
        return False
    return True
