"""A route that reads requests by its plan answers what FastAPI answers, whatever is sent; those of the API have one."""

from __future__ import annotations

import json
from collections import Counter
from enum import StrEnum
from typing import Annotated, Any, Final
from uuid import UUID, uuid4

import pytest
from fastapi import APIRouter, Depends, FastAPI, Header, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute, iter_route_contexts
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field
from starlette.testclient import TestClient

from domain.errors import NotFound
from service.api.contract.document import add_api
from service.api.contract.route_plan import RoutePlan
from service.api.contract.routers import ApiRoute

_ID: Final = str(uuid4())


class Colour(StrEnum):
    """A word of a list."""

    RED = "red"
    BLUE = "blue"


class Line(BaseModel):
    """A part of a body."""

    cents: int = Field(ge=0)
    label: str = ""


class Body(BaseModel):
    """A body."""

    name: str = Field(min_length=1, max_length=8)
    lines: list[Line] = []


class Told(BaseModel):
    """What an answer says."""

    said: list[Any]


Key = Annotated[str | None, Header(alias="If-Match", pattern="^[a-z]{2,4}$")]
Marked = Annotated[str | None, Header(alias="X-Key")]


async def _first(request: Request, response: Response, x_key: Marked = None) -> str:
    """Something that a route depends on: it reads a header, and sets one."""
    if request.headers.get("x-refuse"):
        raise NotFound(what="it")
    response.headers["X-First"] = x_key or "none"
    return x_key or ""


def _app(route_class: type[APIRoute]) -> FastAPI:
    router = APIRouter(route_class=route_class)

    @router.post("/things/{thing_id}", status_code=201)
    async def post(thing_id: UUID, body: Body, first: Annotated[str, Depends(_first)], key: Key = None) -> Told:
        return Told(said=[str(thing_id), body.model_dump(), first, key])

    @router.get("/things/{thing_id}/{colour}")
    async def get(
        thing_id: UUID,
        colour: Colour,
        first: Annotated[str, Depends(_first)],
        limit: Annotated[int, Query(ge=1, le=5)] = 3,
        after: UUID | None = None,
    ) -> Told:
        return Told(said=[str(thing_id), colour, first, limit, str(after)])

    @router.get("/ready")
    async def ready(response: Response, limit: int = 1) -> Told:
        if not limit:
            response.status_code = 503
        return Told(said=[])

    @router.get("/file.{form}", response_class=Response)
    async def file(form: Colour) -> Response:
        return Response(form.value, media_type="text/plain", headers={"ETag": '"1"'})

    app = FastAPI()
    app.include_router(router)

    @app.exception_handler(RequestValidationError)
    async def unreadable(_: Request, error: RequestValidationError) -> JSONResponse:
        return JSONResponse([[one["type"], list(one["loc"])] for one in error.errors()], 422)

    @app.exception_handler(NotFound)
    async def not_found(_: Request, error: NotFound) -> JSONResponse:
        return JSONResponse(str(error), 404)

    return app


_PLANNED, _BY_FASTAPI = TestClient(_app(ApiRoute)), TestClient(_app(APIRoute))
_LINE: Final = st.fixed_dictionaries({"cents": st.sampled_from([0, 5, -1, "7", 1.0, None])})
_BODIES: Final[st.SearchStrategy[object]] = st.one_of(
    st.fixed_dictionaries(
        {"name": st.sampled_from(["Zoé", "", "far too long"])}, optional={"lines": st.lists(_LINE, max_size=2)}
    ),
    st.sampled_from([None, [], "text", {"name": 3}]),
)
_RAW: Final = st.sampled_from(
    [b"", b"{", b"NaN", b"[" * 5_000, b'{"name": "\\ud800"}', b'{"name":"a","name":"b"}', b"\xff"]
)
_TYPES: Final = st.sampled_from(
    ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON", "text/plain", None]
)
_HEADS: Final = st.fixed_dictionaries(
    {},
    optional={
        "if-match": st.sampled_from(["ab", "abcde", ""]),
        "x-key": st.sampled_from(["k", ""]),
        "x-refuse": st.just("1"),
    },
)
_IDS: Final = st.sampled_from([_ID, _ID.upper(), _ID.replace("-", ""), "nothing", "%20"])
_QUERIES: Final = st.sampled_from(
    ["", "limit=2", "limit=9", "limit=", "limit=x&limit=4", f"after={_ID}", "after=", "limit=5&after=no"]
)
reached: Counter[str] = Counter()


def _sent(client: TestClient, method: str, path: str, **more: Any) -> tuple[int, str, dict[str, str]]:  # noqa: ANN401 - as given
    answer = client.request(method, path, **more)
    return answer.status_code, answer.text, dict(answer.headers)


def _assert_same(method: str, path: str, **more: Any) -> None:  # noqa: ANN401 - as given
    planned = _sent(_PLANNED, method, path, **more)
    assert planned == _sent(_BY_FASTAPI, method, path, **more)
    reached[f"{method} {planned[0]}"] += 1


@settings(max_examples=300, deadline=None)
@given(st.data())
def _commands(data: st.DataObject) -> None:
    content = data.draw(_RAW | _BODIES.map(lambda body: json.dumps(body).encode()))
    kind, heads = data.draw(_TYPES), data.draw(_HEADS)
    headers = heads if kind is None else {**heads, "content-type": kind}
    _assert_same("POST", f"/things/{data.draw(_IDS)}", content=content, headers=headers)


@settings(max_examples=200, deadline=None)
@given(_IDS, st.sampled_from(["red", "green"]), _QUERIES, _HEADS)
def _questions(thing: str, colour: str, query: str, heads: dict[str, str]) -> None:
    _assert_same("GET", f"/things/{thing}/{colour}?{query}", headers=heads)


def test_a_plan_answers_what_fastapi_answers_whatever_is_sent() -> None:
    reached.clear()
    _commands()
    _questions()
    for path in ("/file.red", "/file.green", "/ready", "/ready?limit=0"):
        _assert_same("GET", path)
    least = {"POST 201": 10, "POST 422": 50, "POST 404": 5, "GET 200": 10, "GET 503": 1, "GET 422": 50, "GET 404": 5}
    assert all(reached[kind] >= number for kind, number in least.items()), reached


def test_what_is_understood_at_once_is_answered_by_the_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("FastAPI was asked")

    monkeypatch.setattr("fastapi.routing.solve_dependencies", never)
    said = _PLANNED.post(f"/things/{_ID}", json={"name": "Zoé"}).json()["said"]
    assert said == [_ID, {"name": "Zoé", "lines": []}, "", None]
    assert _PLANNED.get(f"/things/{_ID}/red?limit=2").status_code == 200
    assert _PLANNED.get("/file.red").text == "red"


def test_every_route_of_the_api_has_a_plan() -> None:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    add_api(app)
    routes = [context.original_route for context in iter_route_contexts(app.routes)]
    ours = [route for route in routes if isinstance(route, ApiRoute)]
    assert len(ours) > 100
    assert [route.path for route in ours if RoutePlan.of(route) is None] == []
