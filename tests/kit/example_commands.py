"""One example of every command, built from the types of its fields, the same at every run."""

from __future__ import annotations

import importlib
import pkgutil
import types
import typing
from collections.abc import Iterator
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any
from uuid import UUID, uuid5

import msgspec

import domain
from domain.aggregate import Intent

_NAMESPACE = UUID("6f3c1f0e-5d0a-4b52-9d7e-0c9c4a3c7b11")
_NOON = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


def command_classes(base: type = Intent) -> Iterator[type[Intent[Any]]]:
    """Every command that decides something, in the order of its module and name."""
    for module in pkgutil.walk_packages(domain.__path__, "domain."):
        importlib.import_module(module.name)
    deciding = {"decide", "decide_with_funds", "decide_with_totals"}
    found = {one for one in _below(base) if deciding & set(vars(one))}
    ours = (one for one in found if one.__module__.startswith("domain.") and one.__module__ != Intent.__module__)
    yield from sorted(ours, key=lambda one: (one.__module__, one.__name__))


def _below(base: type) -> Iterator[type]:
    below: list[type] = base.__subclasses__()
    for one in below:
        yield one
        yield from _below(one)


def sample(kind: type[Any]) -> Any:  # noqa: ANN401 - a command or any value in it
    """Return an example of a struct, every field given; its stored names decide the values, not Python's.

    A field that may be unset came later: it stays unset, as in every command from before.
    """
    hints = typing.get_type_hints(kind)
    fields = [one for one in msgspec.structs.fields(kind) if one.default is not msgspec.UNSET]
    return kind(**{field.name: _value(hints[field.name], field.encode_name) for field in fields})


def _value(kind: Any, name: str) -> Any:  # noqa: ANN401 - any value of a command
    """Return an example of a type; the name makes it different from its neighbours."""
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return _value(next(part for part in parts if part is not type(None)), name)
    if origin is tuple:
        inner = [part for part in parts if part is not Ellipsis]
        return tuple(_value(part, f"{name}.{number}") for number, part in enumerate(inner))
    if origin is dict:
        return {}  # the old form knew no key but a text: with numbers nothing was ever fingerprinted
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return sample(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    simple = {UUID: uuid5(_NAMESPACE, name), str: name, bool: True, int: 100 + len(name)}
    return (simple | {datetime: _NOON, date: _NOON.date(), bytes: name.encode()})[kind]
