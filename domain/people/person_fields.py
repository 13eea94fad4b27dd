"""The fields that a coop adds to its records of people, in categories, and how many of each kind (S-38…S-46).

They are changed as a whole: each function returns the fields as they are after one change. What a field is called is
free text of the coop; campaigns and answers know it by its id alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Final

import msgspec

from domain.errors import InvalidInput, NotFound

MOST_CATEGORIES: Final = 8
"""Categories of a coop."""
LEAST_OPTIONS: Final = 2
"""Answers that a choice offers at least."""
MOST_OPTIONS: Final = 20
"""Answers that a choice offers at most."""
MOST_FORMER: Final = 200
"""Deleted fields whose names are kept for the answers that were given to them; the oldest go first."""
MOST_ASKED: Final = 20
"""Fields of the coop that one form asks about each child."""
MAX_FIELD_NAME: Final = 80
"""Characters of the name of a field, of a category or of an answer to choose."""
GONE: Final = "Champ supprimé"
"""What a field is called whose name is kept no more."""
_OWN: Final = re.compile(r"own_[0-9a-f]{8}")


class FieldKind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    CHOICE = "choice"
    YES_NO = "yes-no"


MOST_OF_KIND: Final = {
    FieldKind.TEXT: 12,
    FieldKind.NUMBER: 8,
    FieldKind.DAY: 4,
    FieldKind.CHOICE: 8,
    FieldKind.YES_NO: 8,
}
"""How many fields of each kind a coop may have: together fewer than a form that anybody would fill in (S-41)."""


class FieldsLimited(InvalidInput):
    """There are as many categories, or fields of the kind, as a coop may have."""

    code = "person-fields-limited"
    sentence = "La limite est atteinte\u00a0: supprimez d’abord un champ ou une catégorie dont vous n’avez plus besoin."


class PersonField(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One field: its id, its name, what it holds; ``options`` are the answers of a choice."""

    field_id: str
    name: str
    kind: FieldKind
    options: tuple[str, ...] = ()


class FieldCategory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Fields that stand together under a name."""

    category_id: str
    name: str
    fields: tuple[PersonField, ...] = ()


class PersonFields(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All fields of a coop as they were read at ``version``; ``former`` are those that were deleted, latest first."""

    version: int = 0
    categories: tuple[FieldCategory, ...] = ()
    former: tuple[PersonField, ...] = ()

    def __iter__(self) -> Iterator[PersonField]:
        """Yield the fields in their order."""
        for category in self.categories:
            yield from category.fields

    def numbers(self) -> Counter[FieldKind]:
        """Return how many fields there are of each kind."""
        return Counter(field.kind for field in self)

    def find(self, field_id: str) -> PersonField:
        """Return a field.

        Raises:
            NotFound: there is none, or none any more.

        """
        for field in self:
            if field.field_id == field_id:
                return field
        raise NotFound(field=field_id)

    def category(self, category_id: str) -> FieldCategory:
        """Return a category.

        Raises:
            NotFound: there is none, or none any more.

        """
        for category in self.categories:
            if category.category_id == category_id:
                return category
        raise NotFound(category=category_id)

    def labels(self) -> dict[str, str]:
        """Return what the fields are called, and what deleted ones were called, by their ids."""
        return {field.field_id: field.name for field in (*self.former, *self)}

    def label(self, field_id: str) -> str:
        """Return what a field is or was called; a deleted one that is kept no more is said to be one."""
        return self.labels().get(field_id, GONE)


def is_own(name: str) -> bool:
    """Tell whether a question of a form is a field of its coop, by its id."""
    return _OWN.fullmatch(name) is not None


def own_id(digits: str) -> str:
    """Make the id of a field of eight hexadecimal digits."""
    return f"own_{digits}"


def with_category(fields: PersonFields, category: FieldCategory) -> PersonFields:
    """Add a category at the end; one that is there changes nothing.

    Raises:
        FieldsLimited: there are as many as a coop may have.

    """
    if any(one.category_id == category.category_id for one in fields.categories):
        return fields
    if len(fields.categories) >= MOST_CATEGORIES:
        raise FieldsLimited(categories=len(fields.categories))
    return _of(fields, (*fields.categories, category))


def renamed_category(fields: PersonFields, category_id: str, name: str) -> PersonFields:
    """Give a category another name.

    Raises:
        NotFound: there is none.

    """
    return _changed(fields, msgspec.structs.replace(fields.category(category_id), name=name))


def moved_category(fields: PersonFields, category_id: str, *, by: int) -> PersonFields:
    """Move a category up (-1) or down (1) by one place; at the edge it stays.

    Raises:
        NotFound: there is none.

    """
    category = fields.category(category_id)
    others = [one for one in fields.categories if one is not category]
    at = fields.categories.index(category) + by
    others.insert(min(max(at, 0), len(others)), category)
    return _of(fields, tuple(others))


def without_category(fields: PersonFields, category_id: str) -> PersonFields:
    """Delete a category with its fields.

    Raises:
        NotFound: there is none.

    """
    gone = fields.category(category_id)
    left = tuple(one for one in fields.categories if one is not gone)
    return msgspec.structs.replace(_of(fields, left), former=(*gone.fields, *fields.former)[:MOST_FORMER])


def with_field(fields: PersonFields, category_id: str, field: PersonField) -> PersonFields:
    """Add a field at the end of a category; one that is there changes nothing.

    Raises:
        NotFound: there is no such category.
        FieldsLimited: there are as many of the kind as a coop may have.
        InvalidInput: a choice with fewer than two answers or with too many, or answers of what is no choice.

    """
    category = fields.category(category_id)
    if any(one.field_id == field.field_id for one in fields):
        return fields
    if fields.numbers()[field.kind] >= MOST_OF_KIND[field.kind]:
        raise FieldsLimited(kind=field.kind)
    _check_options(field)
    return _changed(fields, msgspec.structs.replace(category, fields=(*category.fields, field)))


def changed_field(fields: PersonFields, field: PersonField) -> PersonFields:
    """Give a field another name, or a choice other answers; what it holds stays of its kind.

    Raises:
        NotFound: there is none.
        InvalidInput: another kind, or answers as no choice has them.

    """
    if fields.find(field.field_id).kind is not field.kind:
        raise InvalidInput(field=field.field_id, kind=field.kind)
    _check_options(field)
    return _each(fields, lambda one: (field,) if one.field_id == field.field_id else (one,))


def moved_field(fields: PersonFields, field_id: str, *, by: int) -> PersonFields:
    """Move a field up (-1) or down (1) by one place within its category; at the edge it stays.

    Raises:
        NotFound: there is none.

    """
    field = fields.find(field_id)
    category = next(one for one in fields.categories if field in one.fields)
    others = [one for one in category.fields if one is not field]
    at = category.fields.index(field) + by
    others.insert(min(max(at, 0), len(others)), field)
    return _changed(fields, msgspec.structs.replace(category, fields=tuple(others)))


def without_field(fields: PersonFields, field_id: str) -> PersonFields:
    """Delete a field; its name is kept for the answers that were given to it.

    Raises:
        NotFound: there is none.

    """
    gone = fields.find(field_id)
    left = _each(fields, lambda one: () if one is gone else (one,))
    return msgspec.structs.replace(left, former=(gone, *fields.former)[:MOST_FORMER])


def _check_options(field: PersonField) -> None:
    number = len(field.options)
    fits = LEAST_OPTIONS <= number <= MOST_OPTIONS if field.kind is FieldKind.CHOICE else number == 0
    if not fits or len(set(field.options)) != number:
        raise InvalidInput(options=number, kind=field.kind)


def _changed(fields: PersonFields, category: FieldCategory) -> PersonFields:
    """Put a category in the place of the one that has its id."""
    return _of(fields, tuple(category if one.category_id == category.category_id else one for one in fields.categories))


def _each(fields: PersonFields, change: Callable[[PersonField], tuple[PersonField, ...]]) -> PersonFields:
    """Put what each field becomes in its place."""
    return _of(
        fields,
        tuple(
            msgspec.structs.replace(one, fields=tuple(new for field in one.fields for new in change(field)))
            for one in fields.categories
        ),
    )


def _of(fields: PersonFields, categories: tuple[FieldCategory, ...]) -> PersonFields:
    return msgspec.structs.replace(fields, categories=categories)
