"""What was typed into a form of a page, field by field: each is read once, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final, TypeVar

from starlette.datastructures import FormData

from adapters.member_accounts import MemberProfile
from domain.errors import InvalidInput
from service.fields import MAX_DAY, MAX_EMAIL, MAX_NAME, MAX_TITLE, FieldError, read_email, read_name
from service.http.forms import FieldErrors, text

T = TypeVar("T")
_ADDRESS: Final = "Indiquez une adresse e-mail valable, par exemple prenom.nom@ecole.fr."
_DATE: Final = "Indiquez une date, par exemple 2026-09-01."


class TypedFields(dict[str, str]):
    """What stands in the fields of a form: templates ask for every field, most of which are empty at first."""

    def __missing__(self, field: str) -> str:
        """Nothing stands in a field that was not typed into."""
        return ""


class TypedForm:
    """The fields of a form: ``typed`` as they came, for the page that shows them again; ``errors`` by field."""

    def __init__(self, form: FormData) -> None:
        """Begin with nothing read."""
        self._form = form
        self.typed: dict[str, str] = {}
        self.errors = FieldErrors()

    def text(self, name: str, longest: int = MAX_TITLE) -> str:
        """Return a field as it was typed."""
        return self.typed.setdefault(name, text(self._form, name, longest))

    def read(
        self, name: str, reader: Callable[[str], T], default: T, longest: int = MAX_TITLE, *, missing: str = ""
    ) -> T:
        """Return what a reader makes of a field; where it refuses, note its sentence and return the default.

        ``missing`` is the sentence where nothing was typed, which says what of: a summary lists many.
        """
        typed = self.text(name, longest)
        try:
            return reader(typed)
        except InvalidInput as refusal:
            self.errors[name] = missing if missing and not typed.strip() else refusal.french
            return default

    def person(self) -> MemberProfile:
        """Return the person whose name and address the fields of a form give."""
        return MemberProfile(
            self.read("first_name", read_name, "", MAX_NAME, missing="Indiquez le prénom."),
            self.read("last_name", read_name, "", MAX_NAME, missing="Indiquez le nom."),
            self.read("email", _address, "", MAX_EMAIL),
        )

    def day(self, name: str, default: date) -> date:
        """Return the day of a field; one that is none is noted."""
        return self.read(name, _day, default, MAX_DAY)

    def number(self, name: str, least: int, most: int) -> int:
        """Return the whole number of a field within bounds; another is noted."""

        def read(typed: str) -> int:
            found = typed.strip()
            if not (found.isascii() and found.isdigit()) or not least <= int(found) <= most:
                raise FieldError(f"Indiquez un nombre de {least} à {most}.")
            return int(found)

        return self.read(name, read, least, 6)

    def ticked(self, name: str) -> bool:
        """Tell whether a box was ticked."""
        self.typed[name] = "1" if name in self._form else ""
        return name in self._form

    def chosen(self, name: str) -> tuple[str, ...]:
        """Return which boxes of one name were ticked, each once."""
        return tuple(dict.fromkeys(value for value in self._form.getlist(name) if isinstance(value, str)))

    def refuse(self, name: str, sentence: str) -> None:
        """Note that a field cannot be taken; the first reason stands."""
        self.errors.setdefault(name, sentence)


def _address(typed: str) -> str:
    try:
        return read_email(typed)
    except FieldError as refusal:
        raise FieldError(_ADDRESS) from refusal


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed.strip())
    except ValueError as error:
        raise FieldError(_DATE) from error
