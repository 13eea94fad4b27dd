"""Business keys: the names under which providers and banks know what the ledger is told of. None is ever empty.

What a provider has not named yet is « not known yet » (None), never a key: under an empty name, one payment would stand
for all that have none, and the right one would come as a surprise (ADR 43).
"""

from __future__ import annotations

import types
import typing
from functools import lru_cache
from typing import Annotated, Any, Final

from domain.errors import InvalidInput

_MARK: Final = "key"
Key = Annotated[str, _MARK]
"""The name of something at a provider or a bank. Whatever holds one checks it when it is made: ``check_keys``."""


class KeyMissing(InvalidInput):
    """The name of something at a provider or a bank is empty: it would stand for everything that has none."""

    code = "key-missing"
    sentence = "Il manque un numéro ou une référence\u00a0: sans lui, l’opération ne peut pas être enregistrée."


def key(text: str | None) -> Key:
    """Return a name that may serve as a key.

    Raises:
        KeyMissing: it is empty, or nothing but spaces.

    """
    if text is None or not text.strip():
        raise KeyMissing
    return text


def check_keys(holder: Any) -> None:  # noqa: ANN401 - a command, or a value of a port
    """Refuse a value of which a key is empty; what may be not known yet may be None.

    Raises:
        KeyMissing: with the name of the field.

    """
    kind: Any = type(holder)
    for name in keys_of(kind):
        value = getattr(holder, name)
        if value is not None and not value.strip():
            raise KeyMissing(missing=name)


@lru_cache(maxsize=256)
def keys_of(kind: Any) -> tuple[str, ...]:  # noqa: ANN401 - a class
    """Return the fields of a kind of values that are keys: by their type, and texts that are called an id."""
    hints = typing.get_type_hints(kind, include_extras=True)
    return tuple(name for name, hint in hints.items() if _is_key(name, hint))


def _is_key(name: str, hint: object) -> bool:
    parts = typing.get_args(hint) if typing.get_origin(hint) in (types.UnionType, typing.Union) else (hint,)
    marked = any(typing.get_origin(part) is Annotated and _MARK in typing.get_args(part) for part in parts)
    return marked or (name.endswith("_id") and str in parts)
