"""The fields of a coop: changed as a whole, by one thing at a time, within their limits (S-41, S-43…S-46)."""

from __future__ import annotations

import pytest

from domain.errors import InvalidInput, NotFound
from domain.people.person_fields import (
    MOST_CATEGORIES,
    MOST_FORMER,
    MOST_OF_KIND,
    FieldCategory,
    FieldKind,
    FieldsLimited,
    PersonField,
    PersonFields,
    changed_field,
    is_own,
    moved_category,
    moved_field,
    own_id,
    renamed_category,
    with_category,
    with_field,
    without_category,
    without_field,
)

A, B = FieldCategory("a", "A"), FieldCategory("b", "B")


def field(at: int, kind: FieldKind = FieldKind.TEXT, options: tuple[str, ...] = ()) -> PersonField:
    """A field by its number."""
    return PersonField(own_id(f"{at:08x}"), f"Field {at}", kind, options)


def names(fields: PersonFields) -> list[str]:
    """The names of all fields, in their order."""
    return [one.name for one in fields]


@pytest.fixture
def fields() -> PersonFields:
    """Two categories, the first with three fields."""
    made = with_category(with_category(PersonFields(), A), B)
    for at in range(3):
        made = with_field(made, "a", field(at))
    return made


def test_fields_and_categories_move_by_one_place_and_stay_at_the_edge(fields: PersonFields) -> None:
    moved = moved_field(fields, field(0).field_id, by=1)
    assert names(moved) == ["Field 1", "Field 0", "Field 2"]
    assert moved_field(fields, field(0).field_id, by=-1) == fields
    assert moved_field(fields, field(2).field_id, by=1) == fields
    assert [one.name for one in moved_category(fields, "b", by=-1).categories] == ["B", "A"]
    assert moved_category(fields, "b", by=1) == fields


def test_what_is_added_twice_is_there_once(fields: PersonFields) -> None:
    assert with_category(fields, FieldCategory("a", "Again")) == fields
    assert with_field(fields, "b", field(1)) == fields


@pytest.mark.parametrize("kind", FieldKind)
def test_each_kind_has_its_limit(kind: FieldKind) -> None:
    options = ("x", "y") if kind is FieldKind.CHOICE else ()
    made = with_category(PersonFields(), A)
    for at in range(MOST_OF_KIND[kind]):
        made = with_field(made, "a", field(at, kind, options))
    with pytest.raises(FieldsLimited):
        with_field(made, "a", field(99, kind, options))
    assert made.numbers()[kind] == MOST_OF_KIND[kind]


def test_there_are_no_more_categories_than_allowed() -> None:
    made = PersonFields()
    for at in range(MOST_CATEGORIES):
        made = with_category(made, FieldCategory(f"c{at}", "C"))
    with pytest.raises(FieldsLimited):
        with_category(made, FieldCategory("one more", "C"))


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        (FieldKind.CHOICE, ()),
        (FieldKind.CHOICE, ("one",)),
        (FieldKind.CHOICE, ("same", "same")),
        (FieldKind.CHOICE, tuple(map(str, range(21)))),
        (FieldKind.TEXT, ("x", "y")),
    ],
)
def test_answers_are_for_a_choice_which_needs_some(
    fields: PersonFields, kind: FieldKind, options: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidInput):
        with_field(fields, "b", field(9, kind, options))


def test_a_field_is_renamed_and_never_becomes_another_kind(fields: PersonFields) -> None:
    changed = changed_field(fields, PersonField(field(1).field_id, "New name", FieldKind.TEXT))
    assert names(changed) == ["Field 0", "New name", "Field 2"]
    with pytest.raises(InvalidInput):
        changed_field(fields, field(1, FieldKind.DAY))
    assert renamed_category(fields, "a", "Z").categories[0].name == "Z"


def test_a_deleted_field_keeps_its_name_for_the_answers_and_the_oldest_names_go(fields: PersonFields) -> None:
    gone = without_category(without_field(fields, field(1).field_id), "a")
    assert names(gone) == []
    assert [gone.label(field(at).field_id) for at in range(4)] == ["Field 0", "Field 1", "Field 2", "Champ supprimé"]
    for at in range(10, 10 + MOST_FORMER):
        gone = without_field(with_field(gone, "b", field(at)), field(at).field_id)
    assert len(gone.former) == MOST_FORMER
    assert gone.label(field(0).field_id) == "Champ supprimé"


def test_what_is_not_there_is_not_found(fields: PersonFields) -> None:
    with pytest.raises(NotFound):
        renamed_category(fields, "z", "Z")
    with pytest.raises(NotFound):
        without_category(fields, "z")
    with pytest.raises(NotFound):
        moved_field(fields, "z", by=1)
    with pytest.raises(NotFound):
        without_field(fields, "z")
    with pytest.raises(NotFound):
        with_field(fields, "z", field(9))


@pytest.mark.parametrize(
    ("name", "own"), [("own_0a1b2c3d", True), ("own_0a1b2c3", False), ("own_0A1B2C3D", False), ("class", False)]
)
def test_a_field_is_told_from_the_questions_of_the_guide_by_its_id(name: str, own: bool) -> None:  # noqa: FBT001
    assert is_own(name) is own
