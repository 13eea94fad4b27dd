"""The index finds the route that comes first in the order of routes, of every address that the service has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from hypothesis import given
from hypothesis import strategies as st
from starlette.routing import Match
from starlette.testclient import TestClient

from service.web.app import create_app
from service.web.route_index import RouteIndex
from tests.kit.service_world import ServiceWorld

_SEGMENTS: Final = st.lists(st.sampled_from(["a", "b", "ab", "a.b", "", "c"]), max_size=4)


class _Address(NamedTuple):
    """A path that a route answers, and how."""

    path: str
    method: str


def _scope(address: _Address) -> dict[str, Any]:
    return {"type": "http", "path": address.path, "method": address.method, "headers": [], "root_path": ""}


def _first(routes: list[RouteContext], address: _Address) -> object:
    """The first route, one after the other, that answers an address; the independent way to find it."""
    for route in routes:
        if address.method in (route.methods or ()) and route.path_regex.match(address.path):
            return route.original_route
    return None


def _addresses(route: RouteContext) -> Iterator[_Address]:
    for filled in ("x1", "new", "pdf"):
        for method in route.methods or ():
            yield _Address(re.sub(r"\{[^}]+\}", filled, route.path or ""), method)


def test_every_address_of_the_service_has_the_route_that_fastapi_finds(world: ServiceWorld) -> None:
    app = create_app(world.runtime, world.worker, closes=False)
    index, *others = app.routes
    assert isinstance(index, RouteIndex)
    routes = [one for one in iter_route_contexts(others) if isinstance(one.original_route, APIRoute)]
    found = Counter[str]()
    for route in routes:
        for address in _addresses(route):
            match, child = index.matches(_scope(address))
            assert match is Match.FULL, address
            assert child["route"] is _first(routes, address), address
            found["own" if child["route"] is route.original_route else "earlier"] += 1
    assert found["own"] > 500


def _overlapping() -> FastAPI:
    first, second, app = APIRouter(), APIRouter(), FastAPI()
    paths = ("/a/b", "/{x}/b", "/a/{y}", "/{x}.{y}/c", "/", "/c/{x}/a", "/{x}/b/{y}", "/b/", "/{x}")
    for number, path in enumerate(paths):

        def answer(number: int = number) -> int:
            return number

        (first if number % 2 else second).add_api_route(
            path, answer, methods=["GET", "POST"] if number % 3 else ["GET"]
        )
    app.include_router(second)
    app.include_router(first)
    return app


_PLAIN, _INDEXED = _overlapping(), _overlapping()
_INDEXED.router.routes.insert(0, RouteIndex.of(iter_route_contexts(_INDEXED.routes)))
_CLIENTS: Final = tuple(TestClient(app, follow_redirects=False) for app in (_PLAIN, _INDEXED))


@given(_SEGMENTS, st.sampled_from(["GET", "POST", "PUT", "HEAD"]))
def test_overlapping_routes_answer_as_without_the_index(segments: list[str], method: str) -> None:
    path = "/" + "/".join(segments)
    plain, indexed = (client.request(method, f"http://testserver{path}") for client in _CLIENTS)
    assert (plain.status_code, plain.text, plain.headers.get("location")) == (
        indexed.status_code,
        indexed.text,
        indexed.headers.get("location"),
    )


def test_an_address_that_no_route_has_is_left_to_fastapi() -> None:
    index = RouteIndex.of(iter_route_contexts(_PLAIN.routes))
    assert index.matches(_scope(_Address("/a/b/c/d/e", "GET"))) == (Match.NONE, {})
    assert index.matches(_scope(_Address("/a/b", "DELETE"))) == (Match.NONE, {})
