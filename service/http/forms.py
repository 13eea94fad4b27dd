"""Reading forms: what was typed, as it was typed, held to a length."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import Depends, Request
from starlette.datastructures import FormData

LONGEST: Final = 20_000
"""Characters of one field that are kept, to be shown again with what is wrong."""


async def _form(request: Request) -> AsyncIterator[FormData]:
    async with request.form() as given:
        yield given


FormBody = Annotated[FormData, Depends(_form)]
"""What was sent; files among it are closed when the request is answered."""


def text(form: FormData, name: str) -> str:
    """Return what was typed into a field; a file or nothing is the empty text."""
    value = form.get(name, "")
    return value[:LONGEST].replace("\x00", "") if isinstance(value, str) else ""
