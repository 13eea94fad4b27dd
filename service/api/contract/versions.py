"""Versions over HTTP (RFC 9110, 8.8 and 13.1): an ``ETag`` is the version of the stream that an answer shows.

A program that gives it back in ``If-Match`` decides on what it saw, or is refused; in ``If-None-Match`` it is sent
nothing twice.
"""

from __future__ import annotations

import re
from typing import Annotated, Final

from fastapi import Header

from domain.errors import StaleVersion

_TAG: Final = re.compile(r'"(0|[1-9][0-9]{0,18})"')
_OPAQUE: Final = re.compile(r'(?:W/)?("[^"]*")')

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=22,
        pattern=r'^"(0|[1-9][0-9]{0,18})"$',
        description="The `ETag` of what is changed: carried out on this version only, else 412",
        examples=['"12"'],
    ),
]


class PreconditionFailed(StaleVersion):
    """What is to be changed has another version than ``If-Match`` says."""

    status = 412
    code = "precondition-failed"
    sentence = (
        "Cet élément a été modifié entre-temps\u00a0: relisez-le, puis recommencez avec sa version actuelle. "
        "Rien n’a été enregistré."
    )


def etag(version: int) -> str:
    """Return the tag of a version."""
    return f'"{version}"'


def version_of(tag: str | None) -> int | None:
    """Return the version that a tag names; None for no tag."""
    read = _TAG.fullmatch(tag or "")
    return int(read[1]) if read else None


def is_known(if_none_match: str | None, tag: str | None) -> bool:
    """Tell whether who asks has an answer already: one of the tags that it names is the answer's."""
    if if_none_match is None or tag is None:
        return False
    return if_none_match.strip() == "*" or tag in _OPAQUE.findall(if_none_match)
