"""The routes of the application, as they are declared: nothing that is served is left out of a table of tests."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import FastAPI

from service.runtime.runtime import Runtime
from service.web.app import create_app
from service.worker.worker import Worker


def declared_paths(runtime: Runtime, worker: Worker, method: str) -> list[str]:
    """Every path of the application that answers a method, with its parameters in braces."""
    return sorted(set(_paths(create_app(runtime, worker, closes=False), method)))


def _paths(app: FastAPI, method: str) -> Iterator[str]:
    """Paths of routes, those of included routers too: FastAPI keeps them apart."""
    for route in app.routes:
        included = getattr(route, "effective_route_contexts", None)
        for one in (route,) if included is None else included():
            if method in (getattr(one, "methods", None) or ()):
                yield getattr(one, "path", "")
