"""Reading forms: what was typed, as it was typed, held to the length of its kind."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData

from service.fields import MAX_TEXT


async def _form(request: Request) -> AsyncIterator[FormData]:
    async with request.form() as given:
        yield given


FormBody = Annotated[FormData, Depends(_form)]
"""What was sent; files among it are closed when the request is answered."""


class FieldErrors(dict[str, str]):
    """What is wrong, by field: templates ask for every field, most of which are right."""

    def __missing__(self, field: str) -> str:
        """Nothing is wrong with a field that is not named."""
        return ""


def text(form: FormData, name: str, longest: int = MAX_TEXT) -> str:
    """Return what was typed into a field, cut just above the longest of its kind; a file or nothing is the empty text.

    The one character more has its reader say that it is too long, whenever it is read again.
    """
    value = form.get(name, "")
    return value[: longest + 1].replace("\x00", "") if isinstance(value, str) else ""
