"""Lists: newest first, filtered, page by page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from adapters.stripe_sandbox.api.calls import Call
from adapters.stripe_sandbox.errors import Json, missing
from adapters.stripe_sandbox.sandbox import refuse

_MOST: Final = 100
_COMPARE: Final = {
    "gt": lambda value, limit: value > limit,
    "gte": lambda value, limit: value >= limit,
    "lt": lambda value, limit: value < limit,
    "lte": lambda value, limit: value <= limit,
}


def listed(call: Call, kind: str, *equal: str, items: Iterable[Json] | None = None) -> Json:
    """Return a page of the objects of a kind that belong to the account of the call.

    ``equal`` names the parameters an object must equal; ``created`` and ``arrival_date`` are compared.

    Raises:
        ApiError: a limit out of range, or a cursor that is no object (400, 404).
    """
    state, params = call.sandbox.state, call.params
    chosen = items
    if chosen is None:
        chosen = (one for one in state.table(kind).values() if state.owner(one["id"]) == call.account)
    found = [
        one
        for one in chosen
        if all(name not in params or one[name] == params[name] for name in equal)
        and all(_within(one, name, params.get(name)) for name in ("created", "arrival_date"))
    ]
    found.reverse()
    return page(call, kind, found)


def page(call: Call, kind: str, found: list[Json]) -> Json:
    """Return the page of a list that the parameters ask for."""
    limit = call.params.get("limit", 10)
    if not 1 <= limit <= _MOST:
        raise refuse(f"This value must be between 1 and {_MOST}.", code="parameter_invalid_integer", param="limit")
    after, before = call.params.get("starting_after"), call.params.get("ending_before")
    if after and before:
        raise refuse("You may only specify one of these parameters: starting_after, ending_before.")
    if after:
        found = found[_place(found, kind, after, "starting_after") + 1 :]
    if before:
        found = found[: _place(found, kind, before, "ending_before")]
        more, found = len(found) > limit, found[-limit:]
    else:
        more, found = len(found) > limit, found[:limit]
    return {"object": "list", "data": found, "has_more": more, "url": call.url}


def _place(found: list[Json], kind: str, cursor: str, param: str) -> int:
    for place, one in enumerate(found):
        if one["id"] == cursor:
            return place
    raise missing(kind, cursor, param)


def _within(one: Json, name: str, wanted: Json | int | None) -> bool:
    if wanted is None:
        return True
    if isinstance(wanted, int):
        return bool(one[name] == wanted)
    return all(_COMPARE[how](one[name], limit) for how, limit in wanted.items())
