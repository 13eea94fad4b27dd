"""Metadata as the API keeps it: an empty value removes a key, an empty text in the place of all removes all."""

from __future__ import annotations

from collections.abc import Mapping


def merged(held: Mapping[str, str], given: Mapping[str, str] | str | None) -> dict[str, str]:
    """Return what metadata become when a request gives some."""
    if isinstance(given, str):
        return {}
    return {key: value for key, value in {**held, **(given or {})}.items() if value not in {"", None}}
