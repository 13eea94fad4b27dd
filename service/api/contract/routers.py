"""The routers of the API: a short name for each route, no parameter that it does not know, no answer sent twice."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute

from domain.errors import LedgerError
from service.api.contract.rights import take_back_people
from service.api.contract.route_plan import RoutePlan
from service.api.contract.versions import is_known
from service.http.problems import PROBLEMS


def operation_id(route: APIRoute) -> str:
    """Return the name of an operation: that of its function, as programs write theirs (``registerCoop``)."""
    first, *others = route.name.split("_")
    return first + "".join(word.capitalize() for word in others)


class ApiRoute(APIRoute):
    """A route that refuses parameters which it does not know, and answers 304 to who has its answer."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        handle = super().get_route_handler()
        known = frozenset(_query_names(self))
        plan = RoutePlan.of(self)

        async def answered(request: Request) -> Response:
            answer = None if plan is None else await plan.answer(request)
            return await handle(request) if answer is None else answer

        async def checked(request: Request) -> Response:
            try:
                answer = await answered(request)
            except LedgerError as refusal:
                await take_back_people(request, refusal)
                raise
            if is_known(request.headers.get("if-none-match"), answer.headers.get("etag")):
                return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"ETag": answer.headers["etag"]})
            return answer

        async def asked(request: Request) -> Response:
            unknown = (
                [name for name in request.query_params if name not in known] if request.scope["query_string"] else []
            )
            if unknown:
                raise RequestValidationError([{"type": "extra_forbidden", "loc": ("query", name)} for name in unknown])
            return await checked(request)

        return asked


def _query_names(route: APIRoute) -> set[str]:
    """Return the names of the parameters that a route and what it depends on take from the query."""
    names: set[str] = set()
    waiting = [route.dependant]
    while waiting:
        dependant = waiting.pop()
        names |= {field.alias for field in dependant.query_params}
        waiting += dependant.dependencies
    return names


def api_router(prefix: str, tag: str) -> APIRouter:
    """Make the router of some routes of the API, under a heading of its document."""
    return APIRouter(
        prefix=prefix,
        tags=[tag],
        responses=PROBLEMS,
        route_class=ApiRoute,
        generate_unique_id_function=operation_id,
    )
