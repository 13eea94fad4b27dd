"""The class of a child is read as one of the school's list, or as what a class is called; a person is neither."""

from __future__ import annotations

from datetime import date
from typing import Final

import pytest

from service.baskets.questions import QUESTIONS, AskedQuestion, read_answer
from service.fields import FieldError
from tests.domain.hostile_names import CIVILITIES, FIRST_NAMES, LAST_NAMES

_CLASS: Final = next(question for question in QUESTIONS if question.name == "class")
_TODAY: Final = date(2026, 11, 29)


def read(typed: str, classes: dict[str, str] | None = None) -> str:
    """Read a class, of a list or not."""
    return read_answer(AskedQuestion(_CLASS, required=True), typed, classes or {}, _TODAY)


def test_a_class_of_the_list_is_read_under_the_name_that_the_list_gives_it() -> None:
    assert read("ce2 cm1", {"CPA": "CP a", "CE2-CM1": "CE2 – CM1"}) == "CE2 – CM1"
    assert read("cm1 a", {"CM1-A": "CM1-A"}) == "CM1-A"


def test_without_a_list_a_class_is_read_as_it_was_typed() -> None:
    assert read("  CE2 –  CM1 ") == "CE2 – CM1"


@pytest.mark.parametrize("name", [*FIRST_NAMES, *LAST_NAMES, *(f"{civility} Durand" for civility in CIVILITIES)])
def test_a_name_is_refused_with_a_sentence_with_a_list_and_without(name: str) -> None:
    for said in (name, f"CP {name}"):
        with pytest.raises(FieldError) as refusal:
            read(said)
        assert refusal.value.french.endswith("indiquez par exemple CP, CE1 ou CE2-CM1, sans nom de personne.")
        with pytest.raises(FieldError) as refusal:
            read(said, {"CPA": "CP a"})
        assert refusal.value.french == "Choisissez la classe dans la liste de l’école."


def test_the_form_asks_for_the_class_and_not_for_the_teacher() -> None:
    assert _CLASS.hint == "Exemple\u00a0: CP ou CE2-CM1"


@pytest.mark.parametrize("question", ["mobile", "landline"])
def test_a_telephone_of_overseas_is_that_of_its_department(question: str) -> None:
    asked = AskedQuestion(next(one for one in QUESTIONS if one.name == question), required=True)
    assert read_answer(asked, "0692 12 34 56", {}, _TODAY) == "+262692123456"
    assert read_answer(asked, "0690 12 34 56", {}, _TODAY) == "+590690123456"
    assert read_answer(asked, "06 12 34 56 78", {}, _TODAY, "RE") == "+33612345678"
