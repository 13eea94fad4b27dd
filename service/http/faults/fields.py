"""What of a request is wrong, and where: a pointer into it, a stable code, a French sentence, what would be right.

Nothing that was sent is told back, except the name of a field or a parameter; whatever does not exist for the asker has
no place either, since a pointer would tell which of its ids does (S-01).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from pydantic import BaseModel, Field

from domain.errors import LedgerError
from service.http.faults.places import HEADERS, PLACES

_QUOTED: Final = re.compile(r"'([^']*)'")
_KINDS: Final[dict[str, tuple[str, str]]] = {
    "missing": ("missing", "Cette information est obligatoire."),
    "extra_forbidden": ("unknown", "Cette information n’est pas connue ici."),
    "json_invalid": ("unreadable", "Ce contenu n’est pas du JSON."),
    "enum": ("not-in-list", "Choisissez une valeur de la liste."),
    "literal_error": ("not-in-list", "Choisissez une valeur de la liste."),
    "greater_than_equal": ("too-small", "La plus petite valeur possible est {ge}."),
    "less_than_equal": ("too-large", "La plus grande valeur possible est {le}."),
    "string_too_short": ("too-short", "Il faut au moins {min_length} caractère(s)."),
    "string_too_long": ("too-long", "Il faut au plus {max_length} caractères."),
    "too_short": ("too-short", "Il faut au moins {min_length} élément(s)."),
    "too_long": ("too-long", "Il faut au plus {max_length} éléments."),
    "string_pattern_mismatch": ("wrong-form", "La forme de cette valeur n’est pas celle qui est attendue."),
    "hidden_characters": (
        "hidden-characters",
        "Ce texte contient des caractères invisibles\u00a0: ôtez-les.",
    ),
    "field_refused": ("refused", "Cette valeur n’est pas possible ici."),
    "value_error": ("refused", "Cette valeur n’est pas possible ici."),
}
"""The kinds of what cannot be read, as pydantic names them: our code, and what to say."""
_UNREADABLE: Final = ("wrong-type", "Cette valeur n’est pas du type attendu.")
"""Every other kind: a text for a number, a day that is none."""


class Location(StrEnum):
    """The part of a request in which something is wrong."""

    BODY = "body"
    QUERY = "query"
    PATH = "path"
    HEADER = "header"
    COOKIE = "cookie"


class FieldProblem(BaseModel):
    """One thing that is wrong with a request."""

    location: Location
    pointer: str = Field(description="Where in it (RFC 6901), for example `/children/0/class_label`; empty for all")
    code: str = Field(description="Stable name of what is wrong", examples=["missing"])
    detail: str = Field(description="A French sentence for the person")
    allowed: list[str] | None = Field(default=None, description="What would be right, where there is a list of it")


def unreadable_fields(errors: Sequence[Any]) -> list[FieldProblem]:
    """Say what could not be read, as pydantic tells it; never the value, which may be a name in the wrong field."""
    return [_unreadable(error) for error in errors]


def _unreadable(error: Mapping[str, Any]) -> FieldProblem:
    kind = error["type"]
    location, *place = error["loc"]
    code, sentence = _KINDS.get(kind, _UNREADABLE)
    context = error.get("ctx") or {}
    return FieldProblem(
        location=Location(location),
        pointer="" if kind == "json_invalid" else _pointer(place),
        code=code,
        detail=sentence.format_map(context),
        allowed=_QUOTED.findall(context["expected"]) if kind in ("enum", "literal_error") else None,
    )


def refused_fields(error: LedgerError, body: object) -> list[FieldProblem]:
    """Say where the reason of a refusal lies in the body of its request; nothing where it is in no field.

    Of several fields of that name, those are named that hold what the refusal is about, if any does.
    """
    header = HEADERS.get(error.code)
    if header is not None:
        return [FieldProblem(location=Location.HEADER, pointer=f"/{header}", code=error.code, detail=error.french)]
    names = PLACES.get(error.code, ())
    found = [(place, value) for place, value in _leaves(body) if _name_of(place) in names]
    about = [place for place, value in found if value in error.values.values()] or [place for place, _ in found]
    allowed = error.values.get("allowed")
    return [
        FieldProblem(
            location=Location.BODY,
            pointer=_pointer(place),
            code=error.code,
            detail=error.french,
            allowed=[str(one) for one in allowed] if isinstance(allowed, tuple) else None,
        )
        for place in about
    ]


def _leaves(value: object, place: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], object]]:
    """Every single value of a body, with its place."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _leaves(one, (*place, name))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _leaves(one, (*place, index))
    else:
        yield place, value


def _name_of(place: tuple[str | int, ...]) -> str:
    """The name of the field in which a value lies, be it one of a list."""
    return next((part for part in reversed(place) if isinstance(part, str)), "")


def _pointer(place: Sequence[object]) -> str:
    """Write a place as a JSON pointer."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in place)
