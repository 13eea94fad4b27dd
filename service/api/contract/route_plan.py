"""What a route of the API asks of a request, worked out once when the route is made.

FastAPI works it out anew for each request: what each parameter is called, whether it is a list, which class of
dependency each function is. That took a quarter of the processor time of a contribution (docs/performance.md). A plan
reads the same parameters with the same validators and calls the same functions in the same order. It answers only what
it understands at once: whatever is odd about a request (a body that is no JSON, a value that its type refuses) is left
to FastAPI, whose answer is the documented one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from inspect import iscoroutinefunction
from typing import Any, Final, NamedTuple, Self, get_origin

from fastapi import Request, Response
from fastapi._compat import ModelField
from fastapi.datastructures import DefaultPlaceholder
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import ResponseValidationError
from fastapi.params import Body, Form, Header
from fastapi.routing import APIRoute
from pydantic import TypeAdapter, ValidationError

_JSON: Final = "application/json"
_EMPTY: Final = b"-"
"""Stands for a body without a byte: no JSON either."""
_LISTS: Final = (list, set, tuple, frozenset)


class _Odd(Exception):
    """Something about a request that FastAPI is to look at."""


class _Parameter(NamedTuple):
    """One value of a path, a query or a head: under which name it is sent, and what reads it."""

    name: str
    alias: str
    adapter: TypeAdapter[Any]
    required: bool
    default: Any

    def read(self, sent: Mapping[str, str]) -> Any:  # noqa: ANN401 - of whatever type the route says
        """Read it from what was sent.

        Raises:
            _Odd: it is missing, or its type refuses it.

        """
        value = sent.get(self.alias)
        if value is not None:
            return _read(self.adapter, value)
        if self.required:
            raise _Odd
        return self.default


class _Step(NamedTuple):
    """One function to call: the route's own, or one that it depends on. Names are those of its arguments."""

    call: Callable[..., Any]
    path: tuple[_Parameter, ...]
    query: tuple[_Parameter, ...]
    head: tuple[_Parameter, ...]
    body: tuple[str, TypeAdapter[Any]] | None
    request: str | None
    response: str | None
    before: tuple[tuple[str, _Step], ...]

    def steps(self) -> Iterator[_Step]:
        """Yield it and all that it depends on."""
        yield self
        for _, step in self.before:
            yield from step.steps()


class RoutePlan:
    """How a route reads a request and writes its answer."""

    def __init__(self, step: _Step, declared: ModelField | None, status: int) -> None:
        """Use ``of``."""
        self._step = step
        self._field = declared
        self._status = status

    @classmethod
    def of(cls, route: APIRoute) -> Self | None:
        """Plan a route; None for one that does what plans do not understand (forms, streams, lists in its query)."""
        declared = route.response_field
        if _is_shaped(route) or (declared is None and isinstance(route.response_class, DefaultPlaceholder)):
            return None
        try:
            step = _step_of(route, route.dependant)
        except _Odd:
            return None
        calls = [one.call for one in step.steps()]
        return (
            None
            if len(set(map(id, calls))) < len(calls)
            else cls(step, declared, int(route.status_code or HTTPStatus.OK))
        )

    async def answer(self, request: Request) -> Response | None:
        """Answer a request; None for one that FastAPI is to answer, before anything was done for it.

        Raises:
            LedgerError: what the route refuses.

        """
        try:
            body = await _body_of(request) if self._step.body else None
            read = {id(step): _values(step, request, body) for step in self._step.steps()}
        except _Odd:
            return None
        shown = Response(status_code=self._status)
        del shown.headers["content-length"]
        result = await call_route(self._step.call, await _arguments(self._step, read, request, shown))
        if isinstance(result, Response):
            return result
        return self._written(result, shown)

    def _written(self, result: object, shown: Response) -> Response:
        """Write what a route returned as its declared type, with the headers that it set."""
        if self._field is None:
            raise ResponseValidationError([], body=result)
        value, errors = self._field.validate(result, {}, loc=("response",))
        if errors:
            raise ResponseValidationError(errors, body=result)
        answer = Response(self._field.serialize_json(value), shown.status_code, media_type=_JSON)
        answer.headers.raw.extend(shown.headers.raw)
        return answer


def _is_coroutine(call: Callable[..., Any]) -> bool:
    """Tell whether a function, or an object that is called like one, is awaited."""
    return iscoroutinefunction(call) or iscoroutinefunction(type(call).__call__)


def _is_shaped(route: APIRoute) -> bool:
    """Tell whether a route wants less of its answer written than there is; none of ours does."""
    left_out = (route.response_model_include, route.response_model_exclude)
    unset = (route.response_model_exclude_unset, route.response_model_exclude_defaults)
    return any((*left_out, *unset, route.response_model_exclude_none, not route.response_model_by_alias))


def _step_of(route: APIRoute, dependant: Dependant) -> _Step:
    """Plan one function and what it depends on.

    Raises:
        _Odd: it takes something that plans do not understand.

    """
    others = (dependant.websocket_param_name, dependant.background_tasks_param_name)
    odd = (*others, dependant.security_scopes_param_name, dependant.cookie_params, dependant.concurrency)
    call = dependant.call
    if any(odd) or call is None or not _is_coroutine(call):
        raise _Odd
    return _Step(
        call=call,
        path=tuple(map(_parameter, dependant.path_params)),
        query=tuple(map(_parameter, dependant.query_params)),
        head=tuple(map(_parameter, dependant.header_params)),
        body=_body_parameter(route, dependant),
        request=dependant.request_param_name or dependant.http_connection_param_name,
        response=dependant.response_param_name,
        before=tuple((one.name or "", _step_of(route, one)) for one in dependant.dependencies),
    )


def _parameter(field: ModelField) -> _Parameter:
    """Plan how one value is read.

    Raises:
        _Odd: it is a list, or sent under a name that FastAPI makes up.

    """
    info = field.field_info
    outer = get_origin(info.annotation) or info.annotation
    renamed = info.alias is None and isinstance(info, Header) and "_" in field.name
    if outer in _LISTS or info.validate_default or renamed:
        raise _Odd
    return _Parameter(field.name, field.alias, _adapter(field), info.is_required(), field.default)


def _body_parameter(route: APIRoute, dependant: Dependant) -> tuple[str, TypeAdapter[Any]] | None:
    """Plan how a body is read; None where there is none.

    Raises:
        _Odd: it is a form, or made of several values.

    """
    fields = dependant.body_params
    if not fields:
        return None
    if len(fields) > 1 or route._embed_body_fields or not isinstance(fields[0].field_info, Body):  # noqa: SLF001 - as FastAPI asks
        raise _Odd
    if isinstance(fields[0].field_info, Form):
        raise _Odd
    return fields[0].name, _adapter(fields[0])


def _adapter(field: ModelField) -> TypeAdapter[Any]:
    """Return what validates a value, the one that FastAPI validates it with."""
    adapter: TypeAdapter[Any] = field._type_adapter  # noqa: SLF001 - it has no other name
    return adapter


def _read(adapter: TypeAdapter[Any], value: object) -> Any:  # noqa: ANN401 - of whatever type the route says
    try:
        return adapter.validate_python(value, from_attributes=True)
    except ValidationError:
        raise _Odd from None


async def _body_of(request: Request) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return what a body holds.

    Raises:
        _Odd: there is none, or it is no JSON, or says that it is none.

    """
    if request.headers.get("content-type", "").partition(";")[0].rstrip().lower() != _JSON:
        raise _Odd
    try:
        return json.loads(await request.body() or _EMPTY)
    except (ValueError, RecursionError):
        raise _Odd from None


def _values(step: _Step, request: Request, body: object) -> dict[str, Any]:
    """Return what a function is called with, apart from what others return.

    Raises:
        _Odd: FastAPI is to look at the request.

    """
    values: dict[str, Any] = {one.name: one.read(request.path_params) for one in step.path}
    if step.query:
        asked = request.query_params
        values |= {one.name: one.read(asked) for one in step.query}
    if step.head:
        headers = request.headers
        values |= {one.name: one.read(headers) for one in step.head}
    if step.body is not None:
        name, adapter = step.body
        values[name] = _read(adapter, body)
    return values


async def call_route(call: Callable[..., Any], values: dict[str, Any]) -> Any:  # noqa: ANN401 - what the route returns
    """Call the route's own function, once all that it depends on let it."""
    return await call(**values)


async def _arguments(step: _Step, read: dict[int, dict[str, Any]], request: Request, shown: Response) -> dict[str, Any]:
    """Call what a function depends on, and return all that it is called with itself."""
    values = read[id(step)]
    for name, one in step.before:
        values[name] = await one.call(**await _arguments(one, read, request, shown))
    if step.request is not None:
        values[step.request] = request
    if step.response is not None:
        values[step.response] = shown
    return values
