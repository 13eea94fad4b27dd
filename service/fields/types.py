"""The readers of fields as pydantic calls them: types for the bodies of the API.

A length is refused before the reader sees the text. Programs are told of characters that do not show (people, who
cannot see them, have them taken away): one that sends them is mistaken, or means harm.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from domain.errors import InvalidInput
from domain.school_classes import MAX_LABEL
from domain.texts.origins import MAX_ORIGIN
from domain.texts.visible import hides_something
from service.fields import (
    MAX_CHARTER,
    MAX_EMAIL,
    MAX_LONG_TEXT,
    MAX_NAME,
    MAX_PHONE,
    MAX_TITLE,
    read_charter,
    read_email,
    read_long_text,
    read_name,
    read_text,
    read_title,
)


def _read(read: Callable[[str], str]) -> AfterValidator:
    """Have a reader read a field; what is refused is told by its kind, never by what was sent."""

    def value_of(text: str) -> str:
        if hides_something(text):
            raise PydanticCustomError("hidden_characters", "characters that do not show")
        try:
            return read(text)
        except InvalidInput as refusal:
            raise PydanticCustomError("field_refused", "not a value of this kind") from refusal

    return AfterValidator(value_of)


def _line(longest: int) -> AfterValidator:
    return _read(partial(read_text, longest=longest))


Name = Annotated[str, StringConstraints(min_length=1, max_length=MAX_NAME), _read(read_name)]
"""A first or last name."""
Text = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TITLE), _read(read_title)]
"""A line of text of which something is seen: a title, a label."""
LongText = Annotated[str, StringConstraints(max_length=MAX_LONG_TEXT), _read(read_long_text)]
"""A text of several lines, possibly empty."""
CharterBody = Annotated[str, StringConstraints(min_length=1, max_length=MAX_CHARTER), _read(read_charter)]
"""The text of a charter of collections."""
ShortText = Annotated[str, StringConstraints(max_length=MAX_NAME), _line(MAX_NAME)]
"""A short line of text, possibly empty."""
ClassLabel = Annotated[str, StringConstraints(max_length=MAX_LABEL), _line(MAX_LABEL)]
"""A class as a school writes it, possibly empty; the ledger reduces it to its code."""
Email = Annotated[str, StringConstraints(min_length=3, max_length=MAX_EMAIL), _read(read_email)]
"""An address of e-mail."""
Phone = Annotated[str, StringConstraints(max_length=MAX_PHONE), _line(MAX_PHONE)]
"""A telephone number as it was written, possibly empty: it is read where the association's region is known."""
Origin = Annotated[str, StringConstraints(min_length=1, max_length=MAX_ORIGIN, pattern=r"^https?://[a-z0-9.:-]+$")]
"""The origin of a site: the domain says which are real."""
