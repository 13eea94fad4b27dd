"""Finds the route of an address by its segments, whatever the number of routes.

FastAPI asks one route after the other, and each router before its routes: a tenth of the processor time of a
contribution. The index asks a route's own pattern once, and gives up where FastAPI has more to say: nothing found (405
tells the other methods, a page of ours says 404), or a convertor that takes more than a segment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final, NamedTuple, Self

from fastapi.routing import APIRoute, RouteContext
from starlette.convertors import StringConvertor
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

_SLASH: Final = "/"
_FOUND: Final = "coopledger.route"
"""Where the scope of a request holds what was found, between finding and answering."""


class _Found(NamedTuple):
    """A route: its place in the order of routes, what matches its address, and what answers."""

    order: int
    pattern: re.Pattern[str]
    context: Any
    app: ASGIApp


_NONE: Final[list[_Found]] = []


class _Node:
    """What may follow some segments: a word, something else, or the end, with the routes of each method in order."""

    def __init__(self) -> None:
        self.words: dict[str, _Node] = {}
        self.others: _Node | None = None
        self.ends: dict[str, list[_Found]] = {}

    def grow(self, segment: str) -> _Node:
        """Return what follows one more segment of a route's path."""
        if "{" not in segment:
            return self.words.setdefault(segment, _Node())
        if self.others is None:
            self.others = _Node()
        return self.others

    def find(self, segments: list[str], at: int, method: str) -> list[_Found]:
        """Return the routes whose words are those of some segments."""
        if at == len(segments):
            return self.ends.get(method, _NONE)
        word = self.words.get(segments[at])
        named = _NONE if word is None else word.find(segments, at + 1, method)
        other = _NONE if self.others is None else self.others.find(segments, at + 1, method)
        return [*named, *other] if named and other else named or other


class RouteIndex(BaseRoute):
    """The routes of an application, found by their segments; the first of its routes, so that it is asked first."""

    def __init__(self) -> None:
        """Hold none."""
        self._root = _Node()

    @classmethod
    def of(cls, routes: Iterable[RouteContext]) -> Self:
        """Index the routes that are functions of ours; others are left to FastAPI.

        Mounted applications and routes with a convertor are matched after these: their paths must not be those of a
        route here.
        """
        index = cls()
        for order, route in enumerate(routes):
            effective = route._effective_route  # noqa: SLF001 - what FastAPI itself sets as the route of a request
            app = getattr(effective, "app", None)
            if isinstance(route.original_route, APIRoute) and app is not None:
                index._add(order, effective, app)
        return index

    def _add(self, order: int, context: Any, app: ASGIApp) -> None:  # noqa: ANN401 - FastAPI's own, of two classes
        if any(not isinstance(one, StringConvertor) for one in context.param_convertors.values()):
            return
        node = self._root
        for segment in context.path.split(_SLASH):
            node = node.grow(segment)
        for method in context.methods:
            node.ends.setdefault(method, []).append(_Found(order, context.path_regex, context, app))

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Find the route of a request; FastAPI looks for one where this finds none."""
        if scope["type"] != "http" or scope.get("root_path"):
            return Match.NONE, {}
        path: str = scope["path"]
        first: tuple[_Found, re.Match[str]] | None = None
        for found in self._root.find(path.split(_SLASH), 0, scope["method"]):
            if first is None or found.order < first[0].order:
                match = found.pattern.match(path)
                first = first if match is None else (found, match)
        if first is None:
            return Match.NONE, {}
        context = first[0].context
        route = getattr(context, "original_route", context)
        named = {"endpoint": context.endpoint, "path_params": first[1].groupdict(), "route": route}
        return Match.FULL, {**named, _FOUND: first[0]}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have the route answer, as FastAPI would."""
        found: _Found = scope.pop(_FOUND)
        scope.setdefault("fastapi", {})["effective_route_context"] = found.context
        await found.app(scope, receive, send)
