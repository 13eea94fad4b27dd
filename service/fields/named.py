"""Readers that say which field is wrong: a summary lists what is wrong with many, and each sentence names its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from adapters.fields import FieldError, clean_text, read_name
from domain.texts.visible import is_blank

T = TypeVar("T")


def told_of(place: str, sentence: str) -> str:
    """Write what is wrong with one field of several: its name, then the sentence."""
    return f"{place}\u00a0: {sentence[:1].lower()}{sentence[1:]}"


def named(read: Callable[[str], T], place: str, missing: str) -> Callable[[str], T]:
    """Return a reader that says ``missing`` where nothing is seen, and names its field in any other refusal."""

    def value_of(typed: str) -> T:
        if is_blank(clean_text(typed)):
            raise FieldError(missing)
        try:
            return read(typed)
        except FieldError as refusal:
            raise FieldError(told_of(place, refusal.french)) from refusal

    return value_of


read_own_first_name: Final = named(read_name, "Votre prénom", "Indiquez votre prénom.")
"""Reads the first name of who fills a form in about themselves."""
read_own_last_name: Final = named(read_name, "Votre nom", "Indiquez votre nom.")
"""Reads their last name."""
