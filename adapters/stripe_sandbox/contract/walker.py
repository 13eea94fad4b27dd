"""Checks a request against the SDK's TypedDict of it, and turns the strings of a form into what the types want.

Stricter than the SDK's types: a string that is typed « one of these, or any string » must be one of these.
"""

from __future__ import annotations

import re
import sys
import types
from collections.abc import Callable
from functools import cache
from typing import Any, Final, Literal, NotRequired, Required, Union, get_args, get_origin, get_type_hints

from adapters.stripe_sandbox.contract.sdk import OPTIONS, params
from adapters.stripe_sandbox.errors import ApiError, Json

_INTEGER: Final = re.compile(r"-?[0-9]{1,18}")
_DECIMAL: Final = re.compile(r"-?[0-9]{1,18}([.][0-9]{1,18})?")


class _Mismatch(Exception):
    """Why a value does not fit, where, and Stripe's code for it."""

    def __init__(self, message: str, path: tuple[str, ...], code: str | None = None) -> None:
        super().__init__(message)
        self.path = path
        self.code = code


def check(name: str | None, given: Json, *, form: bool) -> Json:
    """Return the parameters of a request with their types; ``form`` values arrive as strings.

    Raises:
        ApiError: unknown, missing or wrong, with ``param`` (400). ``name`` none allows no parameter at all.
    """
    if name is None:
        if given:
            raise _error(_Mismatch(f"Received unknown parameter: {next(iter(given))}", (next(iter(given)),)), form=form)
        return {}
    try:
        return _dictionary(params(name), given, (), form=form)
    except _Mismatch as mismatch:
        raise _error(mismatch, form=form) from None


@cache
def _hints(kind: Any) -> dict[str, Any]:  # noqa: ANN401 - a TypedDict has no type of its own
    """Return the types of the keys of a TypedDict that travel in a request."""
    known = {key: hint for key, hint in kind.__annotations__.items() if key not in OPTIONS}
    # The options are left out before names are looked up: theirs are not in the module of every request.
    travelling = type(kind.__name__, (), {"__annotations__": known})
    return get_type_hints(travelling, vars(sys.modules[kind.__module__]), include_extras=True)


def _error(mismatch: _Mismatch, *, form: bool) -> ApiError:
    first, *rest = mismatch.path
    where = first + "".join(f"[{step}]" for step in rest) if form else ".".join(mismatch.path)
    return ApiError(str(mismatch), code=mismatch.code, param=where)


def _dictionary(kind: Any, given: object, path: tuple[str, ...], *, form: bool) -> Json:  # noqa: ANN401 - TypedDict
    if not isinstance(given, dict):
        raise _Mismatch("Invalid object", path)
    hints = _hints(kind)
    for key in given:
        if key not in hints:
            raise _Mismatch(f"Received unknown parameter: {key}", (*path, key), "parameter_unknown")
    found: Json = {}
    for key, hint in hints.items():
        optional = get_origin(hint) is NotRequired
        if key in given:
            inner = get_args(hint)[0] if get_origin(hint) in {NotRequired, Required} else hint
            found[key] = _value(inner, given[key], (*path, key), form=form)
        elif not optional:
            raise _Mismatch(f"Missing required param: {key}.", (*path, key), "parameter_missing")
    return found


def _value(hint: Any, given: object, path: tuple[str, ...], *, form: bool) -> Any:  # noqa: ANN401 - any type hint
    origin = get_origin(hint)
    if origin in {Union, types.UnionType}:
        return _any_of(get_args(hint), given, path, form=form)
    if origin is Literal:
        if given in get_args(hint):
            return given
        raise _Mismatch(f"Invalid value: must be one of {', '.join(map(str, get_args(hint)))}", path)
    if origin is list:
        return _list(get_args(hint)[0], given, path, form=form)
    if origin is dict:
        return _mapping(get_args(hint)[1], given, path, form=form)
    if hasattr(hint, "__required_keys__"):  # a TypedDict, of whichever module of typing
        return _dictionary(hint, given, path, form=form)
    return _plain(hint, given, path, form=form)


def _any_of(hints: tuple[Any, ...], given: object, path: tuple[str, ...], *, form: bool) -> Any:  # noqa: ANN401 - hints
    """Try each alternative; the complaint that came furthest is the one worth telling."""
    closed = any(get_origin(hint) is Literal and get_args(hint) != ("",) for hint in hints)
    complaints: list[_Mismatch] = []
    for hint in hints:
        if (hint is str and closed) or "StripeObject" in repr(hint):
            continue  # « or any string » is what strictness takes away; SDK objects never travel
        try:
            return _value(hint, given, path, form=form)
        except _Mismatch as mismatch:
            complaints.append(mismatch)
    raise max(complaints, key=lambda one: len(one.path))


def _list(hint: Any, given: object, path: tuple[str, ...], *, form: bool) -> list[Any]:  # noqa: ANN401 - any type hint
    if form and isinstance(given, dict) and all(key.isdigit() for key in given):
        given = [given[key] for key in sorted(given, key=int)]
    if not isinstance(given, list):
        raise _Mismatch("Invalid array", path)
    return [_value(hint, one, (*path, str(number)), form=form) for number, one in enumerate(given)]


def _mapping(hint: Any, given: object, path: tuple[str, ...], *, form: bool) -> Json:  # noqa: ANN401 - any type hint
    if not isinstance(given, dict):
        raise _Mismatch("Invalid object", path)
    # An empty text removes a key, where in other places it is a mistake.
    return {key: one if one == "" else _value(hint, one, (*path, key), form=form) for key, one in given.items()}


def _plain(hint: Any, given: object, path: tuple[str, ...], *, form: bool) -> object:  # noqa: ANN401 - any type hint
    if hint in {object, Any} or (hint is type(None) and given is None):
        return given
    if form and given == "":
        told = "You passed an empty string: empty values unset a parameter, and this one cannot be unset."
        raise _Mismatch(told, path, "parameter_invalid_empty")
    reader = _READERS.get(hint)
    value = None if reader is None else reader(given, form)
    if value is None:
        name = _NAMES.get(hint, "value")
        raise _Mismatch(f"Invalid {name}: {given}", path, f"parameter_invalid_{name}")
    return value


def _text(given: object, _form: bool) -> str | None:  # noqa: FBT001 - the readers share one signature
    return given if isinstance(given, str) else None


def _integer(given: object, form: bool) -> int | None:  # noqa: FBT001 - as above
    if form:
        return int(given) if isinstance(given, str) and _INTEGER.fullmatch(given) else None
    return given if isinstance(given, int) and not isinstance(given, bool) else None


def _truth(given: object, form: bool) -> bool | None:  # noqa: FBT001 - as above
    truth = {"true": True, "false": False}.get(str(given).lower()) if form else given
    return truth if isinstance(truth, bool) else None


def _number(given: object, form: bool) -> float | None:  # noqa: FBT001 - as above
    if not form:
        return float(given) if isinstance(given, int | float) and not isinstance(given, bool) else None
    return float(given) if isinstance(given, str) and _DECIMAL.fullmatch(given) else None


_READERS: Final[dict[Any, Callable[[object, bool], object]]] = {
    str: _text,
    int: _integer,
    bool: _truth,
    float: _number,
}
_NAMES: Final = {str: "string", int: "integer", bool: "boolean", float: "number"}
